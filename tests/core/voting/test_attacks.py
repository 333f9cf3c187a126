"""Attacks on ballots, complaints and sums: each must find the door shut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.log.encoding import b64u, sha256, unb64u
from ledger.log.jcs import Json
from tests.core.voting.cases import reason_of
from tests.core.voting.meetings import Meeting, cast, changed, make_meeting
from tests.core.voting.test_group import ORDER_3, small_order
from tests.core.voting.test_manifest import json_values
from voting.protocol.acceptance import Standing
from voting.protocol.ballot import Body, associated_data
from voting.protocol.batch import verify_ballots
from voting.protocol.complaint import BoxFault, VerdictKind, examine, judge
from voting.protocol.errors import BallotRefused, SumFalse
from voting.protocol.group import ORDER, default_group
from voting.protocol.preparing import Prepared
from voting.protocol.sealing import seal, shared_by_trustee, shared_by_voter
from voting.protocol.sharing import Share
from voting.protocol.tally import Metric, TallyVector, Term, check_sum, combine, commit_vector
from voting.protocol.validity import Choice

GROUP = default_group()


@cache
def meeting() -> Meeting:
    return make_meeting(3, 2, [5, 6, 7])


@cache
def victim() -> Prepared:
    return cast(meeting(), [("l0", Choice.FOR), ("l1", Choice.AGAINST)], signer="victim")


def reason(value: Json, boxes: list[bytes] | None = None) -> str:
    sealed = list(victim().boxes) if boxes is None else boxes
    return reason_of(value, sealed, meeting().manifest, Standing(), GROUP)


def places(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value inside a JSON value, itself not."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, member in inner if isinstance(value, (dict, list)) else ():
        yield (*path, key)
        if isinstance(member, (dict, list)):
            yield from places(member, (*path, key))


BODY = victim().body.encode()
STRINGS = [p for p in places(BODY) if p[-1] not in ("proof", "key_proof", "answers", "boxes")]


def at(value: Json, path: tuple[str | int, ...]) -> Json:
    for key in path:
        value = value[key]
    return value


def test_the_ballot_that_these_tests_change_is_accepted() -> None:
    assert reason(BODY) == "accepted"


@settings(max_examples=150)
@given(st.sampled_from(list(places(BODY))), json_values)
def test_whatever_stands_in_a_body_it_is_refused_by_name(
    path: tuple[str | int, ...], new: Json
) -> None:
    refused = reason(changed(BODY, path, new))
    assert (refused == "accepted") == (new == at(BODY, path))


@settings(max_examples=150)
@given(st.data())
def test_no_bit_of_a_body_can_be_changed(data: st.DataObject) -> None:
    """Not even in a component of a point that no equation sees: the challenges bind the bytes."""
    leaves = [p for p in STRINGS if isinstance(at(BODY, p), str) and p[-1] not in LEGIBLE]
    path = data.draw(st.sampled_from(leaves))
    raw = bytearray(unb64u(at(BODY, path)))
    bit = data.draw(st.integers(0, 8 * len(raw) - 1))
    raw[bit // 8] ^= 1 << bit % 8
    assert reason(changed(BODY, path, b64u(bytes(raw)))) != "accepted"


LEGIBLE = {"line", "motion", "signer"}
POINTS = [p for p in STRINGS if isinstance(at(BODY, p), str) and len(at(BODY, p)) == 128]


@pytest.mark.parametrize("path", POINTS, ids=str)
def test_a_component_of_small_order_put_on_anothers_ballot_breaks_it(
    path: tuple[str | int, ...],
) -> None:
    for small in (ORDER_3, small_order()):
        point = GROUP.add(GROUP.decode(unb64u(at(BODY, path))), GROUP.decode(small))
        assert reason(changed(BODY, path, b64u(GROUP.encode(point)))) == "proof"


def test_answers_cannot_be_dropped_swapped_or_moved_to_another_signer() -> None:
    answers = BODY["answers"]
    for value in (
        {**BODY, "answers": answers[:1]},
        {**BODY, "answers": answers[::-1]},
        {**BODY, "signer": "thief"},
        {**BODY, "answers": [{**answers[0], "line": "l2"}, answers[1]]},
    ):
        assert reason(value) in ("proof", "sealed")
    # The same with boxes of the right length: the proof alone must catch it.
    single = [bytes(64 + 48)] * 3
    hashes = [b64u(sha256(box)) for box in single]
    assert reason({**BODY, "answers": answers[:1], "boxes": hashes}, single) == "proof"


def test_a_ballot_of_two_votes_or_of_a_negative_one_cannot_be_proven() -> None:
    """The proof of one value for a commitment to another fails, whatever the arm."""
    honest = cast(meeting(), [("l0", Choice.FOR)])
    for value in (2, ORDER - 1, 2**64 + 1, 2**65):
        shifted = GROUP.add(
            GROUP.decode(honest.body.answers[0].c), GROUP.mul(GROUP.value_base, value - 1)
        )
        answer = replace(honest.body.answers[0], c=GROUP.encode(shifted))
        body = replace(honest.body, answers=(answer,))
        assert verify_ballots([body], meeting().manifest) == (0,)


def test_a_key_of_small_order_or_used_before_in_any_disguise_is_refused() -> None:
    for small in (ORDER_3, small_order()):
        assert reason(changed(BODY, ("e",), b64u(small))) == "encoding"
    standing = Standing()
    standing.accept(victim().body, GROUP)
    for small in (ORDER_3, small_order()):
        disguised = GROUP.add(GROUP.decode(victim().body.e), GROUP.decode(small))
        value = changed(BODY, ("e",), b64u(GROUP.encode(disguised)))
        found = reason_of(value, list(victim().boxes), meeting().manifest, standing, GROUP)
        assert found == "encoding"


def test_the_voters_and_the_trustees_side_share_one_secret() -> None:
    secret = meeting().secrets[0]
    key = GROUP.decode(meeting().manifest.trustees[0].public_key)
    e = GROUP.decode(victim().body.e)
    shared = shared_by_voter(GROUP, victim().secrets.e, key)
    assert shared == shared_by_trustee(GROUP, secret, e)
    disguised = GROUP.add(e, GROUP.decode(small_order()))
    assert shared == shared_by_trustee(GROUP, secret, disguised)


def test_shares_whose_errors_cancel_are_still_found() -> None:
    """f of one answer is one more, of the other one less: an unweighted sum would hold."""
    body, hidden = victim().body, victim().secrets
    shares = [answer.polynomials().share(1) for answer in hidden.answers]
    false = [
        replace(shares[0], f=(shares[0].f + 1) % ORDER),
        replace(shares[1], f=(shares[1].f - 1) % ORDER),
    ]
    answered = [(a.line, a.motion, a.c) for a in body.answers]
    associated = associated_data(body.manifest_hash, answered)
    shared = shared_by_trustee(GROUP, meeting().secrets[0], GROUP.decode(body.e))
    plaintext = b"".join(share.encode() for share in false)
    box = seal(shared, body.manifest_hash, "t1", body.e, bytes(32), associated, plaintext)
    assert examine(GROUP, meeting().manifest, 1, shared, body, box) == BoxFault(
        "a share does not hold"
    )


def test_another_trustees_box_or_secret_opens_nothing() -> None:
    body, boxes = victim().body, victim().boxes
    for j in (1, 2, 3):
        for k in (1, 2, 3):
            shared = shared_by_trustee(GROUP, meeting().secrets[j - 1], GROUP.decode(body.e))
            found = examine(GROUP, meeting().manifest, j, shared, body, boxes[k - 1])
            assert isinstance(found, BoxFault) == (j != k)


@settings(max_examples=60)
@given(json_values)
def test_whatever_is_complained_it_gets_a_verdict(value: Json) -> None:
    bodies = {victim().body.digest: victim().body}
    verdict = judge(value, meeting().manifest, bodies, 1, group=GROUP)
    assert verdict.kind is VerdictKind.MALFORMED


@settings(max_examples=60)
@given(json_values)
def test_whatever_is_cast_only_refusals_come_out(value: Json) -> None:
    with pytest.raises(BallotRefused):
        Body.decode(value, meeting().manifest)


def test_a_sum_of_index_0_is_nobodys() -> None:
    body = victim().body
    term = Term(body.digest, "l0", "m", 5)
    commitments = commit_vector(GROUP, 2, [term], {body.digest: body})
    hidden = victim().secrets.answers[0]
    result = Share(5 * hidden.choice.code % ORDER, 5 * hidden.rho % ORDER)
    vector = TallyVector("m", "all", Metric.AMOUNT)
    with pytest.raises(SumFalse):
        check_sum(GROUP, vector, commitments, 0, result)
    sums = {}
    for j in (1, 3):
        share = hidden.polynomials().share(j)
        sums[j] = Share(5 * share.f % ORDER, 5 * share.g % ORDER)
        check_sum(GROUP, vector, commitments, j, sums[j])
    assert combine(2, sums).value == result.f
