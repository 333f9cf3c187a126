"""Forged bundles about claims, objections and those who act for others: each broken rule is named.

As in test_forged_bundles: one thing false, all else chained, signed, cosigned and indexed anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ledger.log.statement import Role
from tests.rules import claims
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.scenes import to_the_end
from tests.rules.test_forged_bundles import altered, at, failures, refused
from tests.rules.world import Said
from verifier.bundle import Bundle
from verifier.replay import verify
from voting.protocol.validity import Choice

Json = Any
Forged = Callable[[list[Said], Meeting], tuple[list[Said], int]]

AUTHORITY, OBJECTION = "EBL 59(4)", "EBL 58(3); JI-III 8-9"


@pytest.fixture(scope="module")
def meeting() -> Meeting:
    """Everything about claims, and a lawyer who votes for Dora and is present for her."""
    world = play.reviewed_case()
    claims.everything_about_claims(world)
    found = play.convened(world)
    play.prepared(found)
    play.opened(found)
    presence = {"meeting": found.name, "person": "dora"}
    for kind in ("presence.began@1", "presence.ended@1"):
        world.say(kind, Role.AGENT, "lawyer", presence, principal="dora")
    for voter in ("alice", "bob", "tax"):
        play.cast(found, voter, play.ballot(found, voter, Choice.FOR))
    made = play.ballot(found, "dora", Choice.AGAINST, "lawyer")
    world.say("ballot.cast@1", Role.AGENT, "lawyer", made.body.encode(), made.boxes)
    found.boxes[play.body_hash(made.body)] = made.boxes
    to_the_end(found)
    return found


def test_the_whole_is_verified_before_anything_is_forged(meeting: Meeting, tmp_path: Path) -> None:
    report = verify(Bundle.open(meeting.world.write_bundle(tmp_path)))
    assert report.verified, report


def body(kind: str, nth: int, **changed: Json) -> Forged:
    """The nth statement of the kind with other members in its body."""

    def forge(said: list[Said], meeting: Meeting) -> tuple[list[Said], int]:
        index = at(said, kind, nth)
        return altered(said, index, lambda body: body.update(changed)), index

    return forge


def said_by(kind: str, nth: int, by: str, role: Role, principal: str | None = None) -> Forged:
    """The nth statement of the kind, said by somebody else."""

    def forge(said: list[Said], meeting: Meeting) -> tuple[list[Said], int]:
        index = at(said, kind, nth)
        said[index] = said[index].changed(
            by=by, role=role, on_behalf=principal or by, signer=meeting.world.keys[by]
        )
        return said, index

    return forge


def twice(kind: str, nth: int = 0) -> Forged:
    """The nth statement of the kind said once more, as another act."""

    def forge(said: list[Said], meeting: Meeting) -> tuple[list[Said], int]:
        index = at(said, kind, nth)
        said.insert(index + 1, said[index].changed(act=bytes(16)))
        return said, index + 1

    return forge


def under(authority: Forged, kind: str, nth: int = 0) -> Forged:
    """The statement that stood under an authority which the forger changed."""

    def forge(said: list[Said], meeting: Meeting) -> tuple[list[Said], int]:
        forged, _ = authority(said, meeting)
        return forged, at(forged, kind, nth)

    return forge


def revoked_before(kind: str, nth: int) -> Forged:
    """The revocation moved to just before the statement, of Dora's authority."""

    def forge(said: list[Said], meeting: Meeting) -> tuple[list[Said], int]:
        index = at(said, kind, nth)
        ended = said[at(said, "authority.revoked")]
        reason = {"authority": "a-dora-lawyer", "reason": None}
        said.insert(
            index,
            ended.changed(
                act=bytes(16),
                by="dora",
                on_behalf="dora",
                body=reason,
                signer=meeting.world.keys["dora"],
                received=said[index].received,
            ),
        )
        return said, index + 1

    return forge


def agent_ballot(said: Sequence[Said]) -> int:
    return [s.by for s in said if s.kind == "ballot.cast@1"].index("lawyer")


def ballot_as_creditor(said: list[Said], meeting: Meeting) -> tuple[list[Said], int]:
    index = at(said, "ballot.cast", agent_ballot(said))
    said[index] = said[index].changed(role=Role.CREDITOR)
    return said, index


# Authorities: 0 Dora's and 1 Frank's for the lawyer, 2 Bob's for Frank.
FORGERIES: dict[str, tuple[Forged, str, str, str]] = {
    "the administrator as agent": (
        body("authority.granted", 0, agent="administrator"),
        "rules",
        "cannot act for a creditor",
        "EBL 24(3); CPL 47",
    ),
    "an item twice": (
        body("authority.granted", 1, items=["vote", "vote"]),
        "rules",
        "Tick at least one item",
        "EBL 59(4); CPL 61-62",
    ),
    "an authority by another for the principal": (
        said_by("authority.granted", 1, "bob", Role.CREDITOR, "frank"),
        "rules",
        "has no authority",
        AUTHORITY,
    ),
    "an authority revoked by a stranger": (
        said_by("authority.revoked", 0, "bob", Role.CREDITOR),
        "rules",
        "may not do this",
        "EBL 59(4); CPL 62",
    ),
    "an authority revoked twice": (
        twice("authority.revoked"),
        "rules",
        "cannot be done now",
        "EBL 59(4); CPL 62",
    ),
    "filed under an authority only to vote": (
        under(body("authority.granted", 1, items=["vote"]), "claim.filed", 4),
        "rules",
        "does not cover filing",
        AUTHORITY,
    ),
    "filed under an authority that is over": (
        under(
            body("authority.granted", 1, until="2026-01-05T00:59:59Z"),
            "authority.granted",
            1,
        ),
        "rules",
        "cannot be done now",
        "EBL 59(4); CPL 61-62",
    ),
    "an agent who says he is the creditor": (
        said_by("claim.filed", 4, "lawyer", Role.CREDITOR, "frank"),
        "rules",
        "has no authority",
        AUTHORITY,
    ),
    "amended without authority for it": (
        under(body("authority.granted", 1, items=["file"]), "claim.amended"),
        "rules",
        "does not cover amending",
        AUTHORITY,
    ),
    "amended by somebody else": (
        said_by("claim.amended", 0, "bob", Role.CREDITOR),
        "rules",
        "may not do this",
        "EBL 48(1), 56(1)",
    ),
    "amended with nothing left": (
        body("claim.amended", 0, lines=[], dropped=["l1"]),
        "rules",
        "lines of the claim",
        "EBL 48(1), 56(1)",
    ),
    "withdrawn by somebody else": (
        said_by("claim.withdrawn", 0, "bob", Role.CREDITOR),
        "rules",
        "may not do this",
        "EBL 56(2)",
    ),
    "withdrawn twice": (
        twice("claim.withdrawn"),
        "rules",
        "cannot be done now",
        "EBL 56(2)",
    ),
    "an objection to a line that is not there": (
        body("objection.raised", 0, line="l9"),
        "rules",
        "no such line",
        OBJECTION,
    ),
    "an objection by who is no creditor": (
        said_by("objection.raised", 0, "lawyer", Role.CREDITOR),
        "rules",
        "does not hold the role",
        OBJECTION,
    ),
    "an objection without authority for it": (
        under(body("authority.granted", 0, items=["sign_in", "vote"]), "objection.raised", 1),
        "rules",
        "does not cover objecting",
        AUTHORITY,
    ),
    "an objection answered by the creditor": (
        said_by("objection.answered", 0, "bob", Role.CREDITOR),
        "rules",
        "may not do this",
        OBJECTION,
    ),
    "an objection answered twice": (
        twice("objection.answered"),
        "rules",
        "cannot be done now",
        OBJECTION,
    ),
    "adjusted without a review": (
        body("objection.answered", 0, outcome="adjusted"),
        "rules",
        "was not reviewed since",
        OBJECTION,
    ),
    "present without authority for it": (
        under(body("authority.granted", 0, items=["object", "vote"]), "presence.began"),
        "rules",
        "does not cover signing in",
        AUTHORITY,
    ),
    "a ballot under an authority without voting": (
        under(body("authority.granted", 0, items=["object", "sign_in"]), "ballot.cast", 3),
        "ballots",
        "does not cover voting",
        AUTHORITY,
    ),
    "a ballot under an authority for another matter": (
        under(body("authority.granted", 0, matters=["ORD-9"]), "ballot.cast", 3),
        "ballots",
        "does not cover voting",
        AUTHORITY,
    ),
    "a ballot after the authority was revoked": (
        revoked_before("ballot.cast", 3),
        "ballots",
        "may not vote for line dora.ordinary",
        AUTHORITY,
    ),
    "an agent's ballot in the role of a creditor": (
        ballot_as_creditor,
        "ballots",
        "may not vote for line dora.ordinary",
        "EBL 59(1), 64(1)",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_entry_is_refused_with_its_rule_and_article(
    meeting: Meeting, tmp_path: Path, name: str
) -> None:
    forge, check, words, article = FORGERIES[name]
    said, index = forge(list(meeting.world.said), meeting)
    found = [c for c in failures(refused(meeting, tmp_path, said), check) if c.entry == index]
    assert [(words in c.en, c.article) for c in found] == [(True, article)], found
