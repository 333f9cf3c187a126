"""A manifest that breaks a rule of section 2 is refused, each with its own reason."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.log.encoding import b64u
from ledger.log.errors import Refused
from ledger.log.jcs import Json, dumps
from tests.core.voting.meetings import RANDOM, changed, make_meeting
from tests.core.voting.test_group import ORDER_3
from voting.protocol.errors import KeyRefused, ManifestRefused, RollRefused
from voting.protocol.group import default_group
from voting.protocol.keys import RECIPIENT_KEY, TRUSTEE_KEY, prove_key, public_key
from voting.protocol.manifest import Manifest
from voting.protocol.pedersen import Opening
from voting.protocol.roll import Leaf, Roll, check_roll_bound, check_total, commit_amount

GROUP = default_group()


@cache
def value() -> Json:
    return make_meeting(3, 2, [5, 6]).manifest.encode()


@cache
def recipient(name: str, label: str = RECIPIENT_KEY) -> Json:
    secret = RANDOM.scalar()
    proof = prove_key(GROUP, RANDOM, secret, label, "case-1", "meeting-1", name)
    key = b64u(public_key(GROUP, secret))
    return {"id": name, "public_key": key, "proof": proof.encode()}


def members(**new: Json) -> Json:
    return {**value(), **new}


def test_the_manifests_that_these_tests_change_are_taken() -> None:
    for taken in (
        value(),
        members(disclosure="named", recipients=[recipient("administrator"), recipient("court")]),
        members(disclosure="test", recipients=[recipient("court")]),
        members(threshold=1, single_trustee_reason="by order of the court"),
    ):
        assert Manifest.decode(taken).encode() == taken


@pytest.mark.parametrize(
    ("path", "new"),
    [
        (["protocol"], "concursus/v2"),
        (["case"], "Case-1"),
        (["meeting"], ""),
        (["motions"], []),
        (["motions"], {}),
        (["motions", 0, "rule"], "CN ORD"),
        (["motions", 0, "id"], "M"),
        (["motions", 0, "roll_root"], b64u(bytes(31))),
        (["motions", 0, "text_sha256"], "0" * 64),
        (["trustees"], []),
        (["trustees", 0, "id"], "t2"),
        (["threshold"], 0),
        (["threshold"], 4),
        (["threshold"], True),
        (["threshold"], "2"),
        (["opens"], "2026-11-02T09:00:00Z"),
        (["opens"], "2026-11-02T01:00:00+00:00"),
        (["opens"], "2026-11-02T01:00:00.000000Z"),
        (["opens"], "2026-02-30T01:00:00Z"),
        (["complaints_close"], "2026-11-02T08:59:59Z"),
        (["disclosure"], "named"),
        (["disclosure"], "nothing"),
        (["replacement"], 1),
        (["replacement"], None),
        (["single_trustee_reason"], "there are three"),
        (["single_trustee_reason"], ""),
        (["single_trustee_reason"], "\ud800"),
    ],
    ids=lambda part: str(part)[:40].encode("ascii", "replace").decode(),
)
def test_a_rule_broken_in_one_place_is_refused(path: Sequence[str | int], new: Json) -> None:
    with pytest.raises(ManifestRefused):
        Manifest.decode(changed(value(), path, new))


def test_rules_that_join_several_members_are_kept() -> None:
    court, clerk = recipient("court"), recipient("administrator")
    first, second, third = value()["trustees"]
    for broken in (
        members(motions=value()["motions"] * 2),
        members(trustees=[first, second, {**third, "public_key": first["public_key"]}]),
        members(trustees=[first, first, third]),
        members(threshold=1),
        members(threshold=1, single_trustee_reason=""),
        members(recipients=[court]),
        members(disclosure="named", recipients=[court]),
        members(disclosure="named", recipients=[court, court]),
        members(disclosure="named", recipients=[court, clerk, recipient("other")]),
        members(disclosure="test", recipients=[clerk]),
        members(disclosure="named", recipients=[court, clerk], single_trustee_reason="why"),
        {k: v for k, v in value().items() if k != "case"},
        members(note="more"),
    ):
        with pytest.raises(ManifestRefused):
            Manifest.decode(broken)


def test_more_trustees_or_a_higher_threshold_than_an_entry_holds_are_refused() -> None:
    nine = make_meeting(9, 6, [5, 6]).manifest.encode()
    with pytest.raises(ManifestRefused):
        Manifest.decode({**nine, "threshold": 7})
    extra = recipient("t10", TRUSTEE_KEY)
    with pytest.raises(ManifestRefused):
        Manifest.decode({**nine, "trustees": [*nine["trustees"], extra]})


def test_a_key_that_is_not_proven_for_its_holder_is_refused() -> None:
    first, second, third = value()["trustees"]
    court = recipient("court")
    shifted = GROUP.add(GROUP.decode(GROUP.encode(GROUP.generator)), GROUP.decode(ORDER_3))
    for trustee in (
        {**first, "proof": second["proof"]},
        {**first, "id": "another"},
        {**first, "public_key": b64u(GROUP.encode(GROUP.generator))},
        {**first, "public_key": b64u(GROUP.encode(shifted))},
        recipient("t1"),
    ):
        with pytest.raises(KeyRefused):
            Manifest.decode(members(trustees=[trustee, second, third]))
    with pytest.raises(KeyRefused):
        Manifest.decode(members(case="case-2"))
    as_trustee = recipient("court", TRUSTEE_KEY)
    with pytest.raises(KeyRefused):
        Manifest.decode(members(disclosure="test", recipients=[as_trustee]))
    assert Manifest.decode(members(disclosure="test", recipients=[court]))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@settings(max_examples=60)
@given(st.sampled_from(sorted(value())), json_values)
def test_whatever_stands_in_a_manifest_only_refusals_come_out(name: str, new: Json) -> None:
    try:
        manifest = Manifest.decode(members(**{name: new}))
    except Refused:
        return
    assert manifest.encode() == members(**{name: new})


@given(st.binary(max_size=40))
def test_bytes_that_are_no_manifest_are_refused(data: bytes) -> None:
    with pytest.raises(ManifestRefused):
        Manifest.parse(data)


def test_a_manifest_in_other_bytes_of_the_same_value_is_refused() -> None:
    data = dumps(value())
    for other in (data + b"\n", b" " + data, data.replace(b'"threshold":2', b'"threshold":2.0')):
        with pytest.raises(ManifestRefused):
            Manifest.parse(other)


def test_a_roll_keeps_its_rules() -> None:
    weight = commit_amount(GROUP, Opening(5, 7))
    one = Leaf("a", "x", 1, weight)
    with pytest.raises(RollRefused):
        Roll.of([one, Leaf("a", "y", 1, None)])
    with pytest.raises(RollRefused):
        Roll.of([])
    for broken in (
        {"line": "a", "class": "x", "heads": 0, "weight": None},
        {"line": "a", "class": "x", "heads": 2, "weight": b64u(weight)},
        {"line": "a", "class": "x", "heads": True, "weight": b64u(weight)},
        {"line": "A", "class": "x", "heads": 1, "weight": None},
        {"line": "a", "class": "x", "heads": 1},
        {"line": "a", "class": "x", "heads": 1, "weight": b64u(bytes(96))},
    ):
        with pytest.raises(RollRefused):
            Leaf.decode(broken, GROUP)
    for amount in (-1, 2**63):
        with pytest.raises(RollRefused):
            commit_amount(GROUP, Opening(amount, 7))
    check_roll_bound([2**62, 2**62 - 1])
    with pytest.raises(RollRefused):
        check_roll_bound([2**62, 2**62])


def test_a_class_of_one_weighted_line_has_neither_amount_vector_nor_total() -> None:
    weight = commit_amount(GROUP, Opening(5, 7))
    alone = Leaf("a", "tax", 1, weight)
    roll = Roll.of([Leaf("b", "tax", 1, None), alone])
    assert not roll.has_amount("tax")
    assert roll.single("tax") == alone
    with pytest.raises(RollRefused):
        check_total(GROUP, roll, "tax", Opening(5, 7))
    two = Roll.of([alone, Leaf("b", "tax", 0, weight)])
    assert two.has_amount("tax")
    assert two.single("tax") is None
    check_total(GROUP, two, "tax", Opening(10, 14))
    with pytest.raises(RollRefused):
        check_total(GROUP, two, "tax", Opening(11, 14))
    assert two.leaf("b") == two.leaves[1]
    assert two.leaf("c") is None
