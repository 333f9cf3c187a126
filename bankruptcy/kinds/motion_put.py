"""motion.put@1: a motion is put to a meeting, under the rule of its matter (EBL 61)."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.evidence_added import FileMissing
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, NotFound, NotNow
from bankruptcy.kinds.schema import Code, File, Hash, Id, PublicFile, PublicShort, decode
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import vote_of_meeting
from bankruptcy.law.model import Rule
from ledger.log.disclosure import field_name
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role

MAX_MOTIONS = 20
UNDIVIDED = "all"
"""The class, in rule packs, in which all creditors vote together."""


@dataclass(frozen=True, slots=True)
class Body:
    """text_sha256: of the plain file; the manifest names it, so it stands in clear."""

    meeting: Id
    motion: Id
    matter: Code
    rule: Code
    round: int
    title: PublicShort
    text: PublicFile
    text_sha256: Hash
    plan: records.Plan | None


class PlanNotHere(Refused):
    """Untouched creditors and groups that passed are for motions on a plan. Fact: `rule`."""

    slug = "plan-not-here"
    category = Category.MALFORMED
    zh = "只有分组表决的计划草案才能列明不受影响的债权人和已通过的组（{rule}）"
    en = "Only a plan voted on in groups names untouched creditors and groups passed ({rule})"


def check(view: CaseView, act: Act[Body]) -> None:
    """Before the vote is prepared, and under the rule that the law gives the matter."""
    body = act.body
    meeting = view.get(records.MEETINGS, body.meeting)
    if meeting is None:
        raise NotFound(what="meeting", id=body.meeting)
    if meeting.manifest_hash is not None:
        # Also where the vote was void: it is held again on the same motions.
        raise NotNow(what="voting.prepared")
    motions = view.find(records.MOTIONS, meeting=body.meeting)
    if len(motions) >= MAX_MOTIONS:
        raise NotNow(what=f"{MAX_MOTIONS}")
    if view.get(records.MOTIONS, body.meeting, body.motion) is not None:
        raise AlreadyThere(what="motion", id=body.motion)
    matter = view.pack.matter(body.matter)
    if body.rule != matter.rule:
        raise Disagrees(what="rule", stated=body.rule, follows=matter.rule)
    if body.round not in (1, 2):
        raise Disagrees(what="round", stated=body.round, follows="1, 2")
    first = None
    if body.round == 2:
        first = first_round(view, body.matter)
        if first is None or not matter.second_vote.allowed:
            raise NotNow(what="round 2")
    _check_plan(view.pack.rule(matter.rule), body.plan, first)


def _check_plan(
    rule: Rule, plan: records.Plan | None, first: records.DeclaredMotion | None
) -> None:
    """Only a motion voted on in groups leaves anybody out, and only for what is on record."""
    if plan is None:
        return
    groups = {seat.cls for seats in rule.seats.values() for seat in seats}
    if UNDIVIDED in groups:
        raise PlanNotHere(rule=rule.id)
    for name in (*plan.untouched_classes, *plan.passed_groups):
        if name not in groups:
            raise NotFound(what="class", id=name)
    passed = set() if first is None else {row.class_ for row in first.classes if class_passed(row)}
    for name in plan.passed_groups:
        if name not in passed:
            raise Disagrees(what="passed_groups", stated=name, follows=", ".join(sorted(passed)))


def class_passed(row: records.DeclaredClass) -> bool:
    """Did the class pass both tests that the rule has?"""
    return row.heads_ok is not False and row.amount_ok is not False


def check_opened(view: CaseView, act: Act[Body]) -> None:
    """The text is at hand and is the one whose hash stands in clear."""
    value = view.opening(field_name(act.kind, "/text"), act.body.text.digest)
    file = decode(File, value)
    if file.sha256 != act.body.text_sha256:
        raise Disagrees(
            what="text_sha256",
            stated=act.body.text_sha256.hex()[:12],
            follows=file.sha256.hex()[:12],
        )
    if not view.has_document(file.sha256):
        raise FileMissing(name=file.name)


def apply(state: CaseState, act: Act[Body]) -> None:
    """The motion is on the agenda."""
    body = act.body
    state.put(
        records.MOTIONS,
        records.Motion(
            meeting=body.meeting,
            motion=body.motion,
            matter=body.matter,
            rule=body.rule,
            round=body.round,
            title=body.title,
            text=body.text,
            text_sha256=body.text_sha256,
            plan=body.plan,
        ),
    )


def first_round(view: CaseView, matter: Code) -> records.DeclaredMotion | None:
    """The first round of the matter, if it failed and no second was held or is on an agenda."""
    found = None
    for meeting in view.find(records.MEETINGS):
        put = [m for m in view.find(records.MOTIONS, meeting=meeting.meeting) if m.matter == matter]
        if any(motion.round == 2 for motion in put):
            return None
        vote = vote_of_meeting(view, meeting.meeting)
        stands = vote is not None and vote.stage is records.Stage.DECLARED
        result = view.get(records.RESULTS, vote.manifest_hash) if vote and stands else None
        firsts = {motion.motion for motion in put if motion.round == 1}
        for declared in () if result is None else result.motions:
            if declared.motion in firsts and not declared.passed:
                found = declared
    return found


KIND = Kind(
    name="motion.put",
    version=1,
    body=Body,
    roles=frozenset({Role.ADMINISTRATOR, Role.COURT}),
    ground="motion.put",
    check=check,
    check_opened=check_opened,
    apply=apply,
    zh="{who} 向会议 {meeting} 提交表决事项 {motion}（{matter}）",
    en="{who} put motion {motion} ({matter}) to meeting {meeting}",
    facts=lambda view, body: {
        "meeting": body.meeting,
        "motion": body.motion,
        "matter": body.matter,
    },
)
