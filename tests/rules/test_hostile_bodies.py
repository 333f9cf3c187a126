"""Whatever stands in a body: the rules refuse it by name, and never fail otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bankruptcy.kinds.kind import AnyKind
from bankruptcy.kinds.leaves import committed, hidden
from bankruptcy.kinds.registry import KINDS
from bankruptcy.kinds.schema import Committed, Sealed, encode
from ledger.log import jcs
from ledger.log.errors import Refused
from ledger.log.statement import Role
from tests.fuzz.acts import Watched, everything, judged
from tests.fuzz.mutating import at, nodes, placed

Json = Any

TEXTS = st.sampled_from(
    [
        "",
        "a",
        "alice",
        "court",
        "-1",
        "0",
        "9" * 38,
        "9" * 50,
        "\u212a",
        "\x1b[2J",
        "0001-01-01",
        "9999-12-31",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "A" * 43,
        "A" * 128,
        "_" * 43,
        "x" * 64,
    ]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2**53 - 1) | TEXTS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def world() -> Watched:
    return everything()


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_body_with_anything_in_it_is_judged_or_refused_by_name(
    world: Watched, kind: AnyKind, data: st.DataObject
) -> None:
    state, said, now = data.draw(st.sampled_from(world.moments[kind.id]))
    donor = data.draw(st.sampled_from(world.said)).body
    body = said.body
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from([p for p in nodes(body) if p]))
        taken = st.sampled_from(list(nodes(donor))).map(lambda p: at(donor, p))
        body = placed(body, path, data.draw(ANYTHING | taken | st.just([])))
        if not isinstance(body, dict):
            return
    role = data.draw(st.sampled_from([said.role, said.role, said.role, *Role]))
    with suppress(Refused):
        judged(state, said.changed(body=body, role=role), now)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
@settings(max_examples=20, deadline=None)
@given(body=ANYTHING)
def test_what_a_body_decodes_to_is_refused_by_name(kind: AnyKind, body: Json) -> None:
    with suppress(Refused):
        decoded = kind.decode(body)
        if kind.locks is not None:
            kind.locks(decoded)


def test_every_act_said_is_the_exact_inverse_of_its_body_and_its_hidden_values_are_all_found(
    world: Watched,
) -> None:
    for said in world.said:
        kind = KINDS[said.kind]
        body = kind.decode(said.body)
        if kind.reader is None:
            assert jcs.dumps(encode(body)) == jcs.dumps(said.body)
            digests = sorted(spelled(said.body, "digest"))
            assert sorted(encode(Sealed(h.digest))["digest"] for h in hidden(kind.id, body)) == (
                digests
            )
            points = sorted(spelled(said.body, "commitment"))
            assert sorted(
                encode(Committed(c.commitment))["commitment"] for c in committed(body)
            ) == (points)


def spelled(value: Json, name: str) -> Iterator[str]:
    """Every value of an object that has `name` as its only member."""
    for path in nodes(value):
        inner = at(value, path)
        if isinstance(inner, dict) and inner.keys() == {name}:
            yield inner[name]
