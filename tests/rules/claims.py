"""Acts about claims and those who act for others, to be said, changed, or said wrongly."""

from __future__ import annotations

from typing import Any

from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.scenes import exhibit_body
from tests.rules.world import Said, World

Json = Any
ITEMS = [
    "file",
    "amend",
    "withdraw",
    "waive_security",
    "evidence",
    "cross_examine",
    "object",
    "sign_in",
    "vote",
]


def line_body(world: World, at: int, line: str, amount: int, **changed: Json) -> Json:
    """A line as an amendment states it."""
    return {
        "line": line,
        "nature": "ordinary",
        "cause": world.seal("claim.amended@1", f"/lines/{at}/cause", "货款"),
        "amount": world.commit(amount),
        "security": None,
        **changed,
    }


def amended_body(world: World, claim: str, *lines: Json, **changed: Json) -> Json:
    """Lines stated anew; without any, l1 at 50,000.00."""
    return {
        "claim": claim,
        "lines": list(lines) or [line_body(world, 0, "l1", 50_000_00)],
        "dropped": [],
        "evidence": [],
        "reason": world.seal("claim.amended@1", "/reason", "补充利息"),
        **changed,
    }


def with_evidence(world: World, body: Json, evidence: str) -> Json:
    kind = "claim.amended@1"
    exhibit = {
        "evidence": evidence,
        "file": world.document(kind, "/evidence/0/file", evidence.encode()),
        "title": world.seal(kind, "/evidence/0/title", "利息清单"),
        "purpose": world.seal(kind, "/evidence/0/purpose", "证明利息"),
    }
    return {**body, "evidence": [exhibit]}


def granted_body(world: World, authority: str, agent: str, **changed: Json) -> Json:
    """An authority for every item, unless said otherwise."""
    kind = "authority.granted@1"
    return {
        "authority": authority,
        "agent": agent,
        "name": world.seal(kind, "/name", "周律师"),
        "licence": world.seal(kind, "/licence", "13301201010123456"),
        "items": ITEMS,
        "matters": None,
        "motions": None,
        "until": None,
        "document": None,
        **changed,
    }


def grant(world: World, principal: str, agent: str, **changed: Json) -> str:
    authority = f"a-{principal}-{agent}"
    body = granted_body(world, authority, agent, **changed)
    world.say("authority.granted@1", Role.CREDITOR, principal, body)
    return authority


def revoke(world: World, by: str, authority: str, role: Role = Role.CREDITOR) -> Said:
    reason = world.seal("authority.revoked@1", "/reason", "另行委托")
    return world.say("authority.revoked@1", role, by, {"authority": authority, "reason": reason})


def objection_body(world: World, objection: str, claim: str, **changed: Json) -> Json:
    kind = "objection.raised@1"
    return {
        "objection": objection,
        "claim": claim,
        "line": "l1",
        "basis": world.seal(kind, "/basis", "企业破产法第四十六条"),
        "reason": world.seal(kind, "/reason", "利息应算到受理前一日"),
        **changed,
    }


def object_to(world: World, by: str, objection: str, claim: str, **changed: Json) -> Said:
    body = objection_body(world, objection, claim, **changed)
    return world.say("objection.raised@1", Role.CREDITOR, by, body)


def answered_body(world: World, objection: str, outcome: str = "explained") -> Json:
    answer = world.seal("objection.answered@1", "/answer", "已按合同重新核算")
    return {"objection": objection, "outcome": outcome, "answer": answer}


def answer(world: World, objection: str, outcome: str = "explained") -> Said:
    body = answered_body(world, objection, outcome)
    return world.say("objection.answered@1", Role.ADMINISTRATOR, "administrator", body)


def everything_about_claims(world: World) -> None:
    """On a reviewed case: a lawyer acts for Dora and for Frank, who files, amends and withdraws by
    her; Bob's claim is objected to, amended and reviewed anew; one authority ends."""
    for person in ("lawyer", "frank"):
        world.enrol(person, "administrator", Role.ADMINISTRATOR)
    for principal in ("dora", "frank"):
        grant(world, principal, "lawyer")
    grant(world, "bob", "frank", items=["file", "vote"], matters=["PLAN-6"])
    claim = play.claim_body(world, "c-frank", 9_000_00)
    by_lawyer = {"role": Role.AGENT, "by": "lawyer", "principal": "frank"}
    world.say("claim.filed@1", body=claim, **by_lawyer)
    world.say(
        "claim.amended@1",
        body=with_evidence(world, amended_body(world, "c-frank"), "frank-e2"),
        **by_lawyer,
    )
    world.say("evidence.added@1", body=exhibit_body(world, "c-frank", "frank-e3"), **by_lawyer)
    object_to(world, "alice", "o-1", "c-bob")
    world.say(
        "objection.raised@1",
        Role.AGENT,
        "lawyer",
        objection_body(world, "o-2", "c-alice"),
        principal="dora",
    )
    answer(world, "o-1")
    answer(world, "o-2", "refused")
    reason = world.seal("claim.withdrawn@1", "/reason", "已由保证人清偿")
    world.say("claim.withdrawn@1", body={"claim": "c-frank", "reason": reason}, **by_lawyer)
    revoke(world, "frank", "a-frank-lawyer")
    world.publish_register()
