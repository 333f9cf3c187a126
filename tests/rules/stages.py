"""One case with somebody in every role, at each of its stages, for what may be said when by whom.

The stages follow one another: what stands at one stands at the later ones. The last two go another
way from the counted set: no trustee gives a sum, and the vote is void. A test asks at a stage, and
says nothing there.
"""

from __future__ import annotations

from functools import cache

from bankruptcy.kinds import records
from bankruptcy.kinds.people import CLERK
from bankruptcy.kinds.vote import ballot_of
from ledger.log.sign import Signer
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.claims import grant, object_to
from tests.rules.meeting import Meeting
from tests.rules.passkey import PasskeySigner
from tests.rules.scenes import boxes_checked, complaint, spoiled, taken_up
from tests.rules.trouble import deadline, named_missing, supplied, voided_by_clerk
from tests.rules.world import DAY, World
from voting.protocol.ballot import Body, body_hash
from voting.protocol.validity import Choice

COMMITTEE, COURT = 2, 3
"""Indices of Carol and of the judge: trustees stand in the order of their ids."""

SPEAKER = {
    Role.COURT: "judge",
    Role.ADMINISTRATOR: "administrator",
    Role.CREDITOR: "alice",
    Role.AGENT: "lawyer",
    Role.DEBTOR: "debtor",
    Role.COMMITTEE: "carol",
    Role.TRUSTEE: "carol",
    Role.CLERK: CLERK,
}
"""Who speaks in a role, unless the act is another's."""

AMOUNTS = {"alice": 40_000_00, "bob": 30_000_00, "dora": 10_000_00, "olga": 5_000_00}
CREDITORS = (*AMOUNTS, "tax", "nina")
"""Nina has filed nothing yet; Olga's claim waits for an answer about its evidence."""

PEOPLE = ("administrator", "carol", "tina", "debtor", "lawyer", *CREDITORS)
"""Whose keys the court enrols. Tina is a trustee who has published no key."""


def passkey(world: World, holder: str) -> Signer:
    """The holder's passkey, beside the key with which he speaks."""
    return world.keys[f"{holder}'s passkey"]


def created() -> World:
    """The log is there, and the court has said who is who; the case is not open."""
    world = World()
    for person in PEOPLE:
        world.enrol(person)
    for person in ("judge", *PEOPLE):
        world.keys[f"{person}'s passkey"] = PasskeySigner()
        body = world.enrolment(person, passkey(world, person))
        world.say("key.enrolled@1", Role.COURT, "judge", body)
    for person, role in (
        ("administrator", Role.ADMINISTRATOR),
        ("judge", Role.TRUSTEE),
        ("administrator", Role.TRUSTEE),
        ("carol", Role.TRUSTEE),
        ("tina", Role.TRUSTEE),
        ("carol", Role.COMMITTEE),
        ("debtor", Role.DEBTOR),
    ):
        play.appoint(world, person, role)
    return world


def opened(world: World) -> None:
    """The court opens the case; the creditors give their lawyer powers of attorney."""
    by_order = {"switch": "P9", "value": "excluded_by_court_order"}
    body = {**play.case_body(world), "switches": [by_order]}
    world.say("case.opened@1", Role.COURT, "judge", body)
    for creditor in CREDITORS:
        grant(world, creditor, "lawyer")


def filed(world: World) -> None:
    """Claims are filed, and Bob asks about the evidence for Olga's."""
    for creditor, amount in AMOUNTS.items():
        body = play.claim_body(world, f"c-{creditor}", amount)
        world.say("claim.filed@1", Role.CREDITOR, creditor, body)
    body = play.claim_body(world, "c-tax", 17_528_919_94, "tax")
    world.say("claim.filed@1", Role.CREDITOR, "tax", body)
    question = play.question_body(world, "q-olga", "c-olga")
    world.say("evidence.questioned@1", Role.CREDITOR, "bob", question)


def reviewed(world: World) -> None:
    """All claims but Olga's are checked, the register is published, and Bob objects to Dora's.

    The court makes Bob the chair of the creditors' meeting.
    """
    for creditor in ("alice", "bob", "dora"):
        play.review(world, creditor, AMOUNTS[creditor])
    play.review(world, "tax", 17_528_919_94, "tax")
    world.publish_register()
    object_to(world, "bob", "o-bob", "c-dora")
    play.appoint(world, "bob", Role.CHAIR)


def open_(meeting: Meeting) -> None:
    """Voting is open: three are present and have voted; Bob's box for Carol is rubbish, and the
    tax authority's box for the court is missing."""
    play.opened(meeting)
    for voter in ("alice", "dora", "tax"):
        presence = {"meeting": meeting.name, "person": voter}
        meeting.world.say("presence.began@1", Role.CREDITOR, voter, presence)
        play.cast(meeting, voter, play.ballot(meeting, voter, Choice.FOR))
    made = spoiled(meeting, "bob", Choice.FOR, COMMITTEE)
    meeting.boxes[body_hash(made.body)] = made.boxes
    meeting.world.say("ballot.cast@1", Role.CREDITOR, "bob", made.body.encode(), made.boxes)
    named_missing(meeting, meeting.cast[-1], COURT)


def spoilt(meeting: Meeting) -> Body:
    """Bob's ballot."""
    world, vote = meeting.world, meeting.vote
    for cast in world.state.find(records.BALLOTS, manifest_hash=vote.manifest_hash):
        if cast.signer == "bob":
            return ballot_of(world.state, cast.statement, cast.body, meeting.manifest)
    raise LookupError("Bob has not voted")


def checked(meeting: Meeting) -> None:
    """Carol has complained of Bob's ballot, the missing box was supplied, and every trustee has
    checked its boxes."""
    body = complaint(meeting, spoilt(meeting), COMMITTEE)
    meeting.world.say("ballot.complained@1", Role.TRUSTEE, "carol", body)
    supplied(meeting, meeting.cast[-1], COURT, by=(Role.CLERK, CLERK))
    for index in meeting.indices:
        boxes_checked(meeting, index)


def overdue(meeting: Meeting) -> None:
    """The day that the court set for the sums has passed, and no trustee has given one."""
    deadline(meeting, meeting.world.now + DAY)
    meeting.world.move_clock(meeting.world.now + 2 * DAY)


@cache
def stages() -> dict[str, Meeting]:
    """The case at every stage."""
    world = created()
    found = {"created": taken_up(Meeting(world))}
    for name, step in (("opened", opened), ("filed", filed), ("reviewed", reviewed)):
        step(world)
        found[name] = taken_up(Meeting(world))
    meeting = play.convened(world)
    found["convened"] = taken_up(meeting)
    for name, go in (
        ("prepared", play.prepared),
        ("open", open_),
        ("closed", play.closed),
        ("checked", checked),
        ("counted", play.counted),
        ("summed", play.summed),
        ("declared", play.declared),
        ("published", play.published),
        ("verified", play.verified),
    ):
        go(meeting)
        found[name] = taken_up(meeting)
    meeting = taken_up(found["counted"])
    for name, go in (("overdue", overdue), ("voided", voided_by_clerk)):
        go(meeting)
        found[name] = taken_up(meeting)
    return found
