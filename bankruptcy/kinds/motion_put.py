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
from ledger.log.disclosure import field_name
from ledger.log.statement import Role

MAX_MOTIONS = 20


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


def check(view: CaseView, act: Act[Body]) -> None:
    """Before the vote is prepared, and under the rule that the law gives the matter."""
    body = act.body
    meeting = view.get(records.MEETINGS, body.meeting)
    if meeting is None:
        raise NotFound(what="meeting", id=body.meeting)
    if meeting.manifest_hash is not None:
        raise NotNow(what="voting.prepared")
    motions = view.find(records.MOTIONS, meeting=body.meeting)
    if len(motions) >= MAX_MOTIONS:
        raise NotNow(what=f"{MAX_MOTIONS}")
    if view.get(records.MOTIONS, body.meeting, body.motion) is not None:
        raise AlreadyThere(what="motion", id=body.motion)
    matter = view.pack.matter(body.matter)
    if matter is None or matter.rule is None:
        raise NotFound(what="matter", id=body.matter)
    if body.rule != matter.rule:
        raise Disagrees(what="rule", stated=body.rule, follows=matter.rule)
    if body.round not in (1, 2):
        raise Disagrees(what="round", stated=body.round, follows="1, 2")
    if body.round == 2 and not _failed_before(view, body.matter):
        raise NotNow(what="round 2")


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


def _failed_before(view: CaseView, matter: Code) -> bool:
    """Was the matter put to the vote once and did the result leave a second vote open?"""
    for result in view.find(records.RESULTS):
        rounds = {m.motion: m for m in view.find(records.MOTIONS, meeting=result.meeting)}
        for declared in result.motions:
            motion = rounds.get(declared.motion)
            if motion is not None and motion.matter == matter and motion.round == 1:
                return not declared.passed
    return False


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
