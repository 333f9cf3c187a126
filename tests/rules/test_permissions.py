"""Every kind of statement, in every role, at every stage of a case: as the table says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bankruptcy.kinds.people import CLERK
from bankruptcy.kinds.registry import KINDS
from ledger.log.statement import Role
from tests.permissions.acts import acts
from tests.permissions.document import DOCUMENT, document
from tests.rules.lawful import Place, answer, spoken
from tests.rules.lawful_votes import lawful
from tests.rules.scenes import end_body, forked
from tests.rules.stages import SPEAKER, stages
from tests.rules.world import Said, World, fresh_signer

LAST = "verified"
ENDED = (Role.ADMINISTRATOR, Role.TRUSTEE, Role.COMMITTEE, Role.DEBTOR)
ABOVE_ALL = "log.created@1"
"""Nothing stands before the genesis: the key it names signs it, and it names its own case."""


ORDINARY = [kind for kind in KINDS if kind != ABOVE_ALL]


def roles_of(kind: str) -> list[Role]:
    return [role for role in SPEAKER if role in KINDS[kind].roles]


def said_at_the_end(kind: str, role: Role) -> Said:
    place = Place(LAST, role)
    return spoken(place, kind, lawful(kind, place))


def world() -> World:
    return stages()[LAST].world


def test_the_table_has_every_kind_and_the_case_every_stage() -> None:
    assert acts().kinds.keys() == KINDS.keys()
    assert list(acts().stages) == list(stages())


def test_the_document_shows_the_tables_as_they_are() -> None:
    assert DOCUMENT.read_text("utf-8") == document()


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_allowed_and_refused_as_the_table_says(kind: str) -> None:
    found = {}
    for stage in stages():
        own = {role: lawful(kind, Place(stage, role)) for role in roles_of(kind)}
        for role in SPEAKER:
            place = Place(stage, role)
            # Whose it is not says the very same that somebody may say.
            act = own.get(role, next(iter(own.values())))
            given = answer(place.world, spoken(place, kind, act))
            expected = acts().expected(kind, role, stage)
            if given != expected:
                found[stage, role.value] = f"{given}, not {expected}"
    assert not found


@pytest.mark.parametrize("kind", ORDINARY)
def test_nobody_speaks_in_a_role_that_he_does_not_hold(kind: str) -> None:
    for role in roles_of(kind):
        said = said_at_the_end(kind, role)
        by = CLERK if role is Role.CREDITOR else "nina"
        claimed = said.changed(by=by, signer=world().signer(by))
        assert answer(world(), claimed) == "role-not-held", role


@pytest.mark.parametrize("kind", ORDINARY)
def test_nobody_speaks_with_a_key_that_is_not_his(kind: str) -> None:
    for role in roles_of(kind):
        said = said_at_the_end(kind, role)
        for signer in (fresh_signer(), world().signer("nina" if said.by != "nina" else "bob")):
            assert answer(world(), said.changed(signer=signer)) == "key-not-good", role


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_said_in_another_case(kind: str) -> None:
    for role in roles_of(kind):
        said = said_at_the_end(kind, role)
        for changes in ({"case": "case-2"}, {"log": "court.example/ledger/case-2"}):
            elsewhere = replace(said.statement(), **changes).sign(said.signer)
            assert answer(world(), said, elsewhere) == "wrong-case", role


def test_who_had_a_role_says_nothing_in_it_any_more() -> None:
    after = forked(world())
    for role in ENDED:
        after.say("role.ended@1", Role.COURT, "judge", end_body(after, SPEAKER[role], role))
    for kind in KINDS:
        for role in {*roles_of(kind)} & {*ENDED}:
            said = said_at_the_end(kind, role)
            if said.by == SPEAKER[role]:
                assert answer(after, said) == "role-not-held", (kind, role)
