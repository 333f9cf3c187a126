"""voting.prepared@1: manifest and rolls of a vote, fixed before it opens (protocol 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.electorate import roll_lines, roll_of_motion, settings_of
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import holds
from bankruptcy.kinds.refusals import Disagrees, NotFound, NotNow
from bankruptcy.kinds.schema import Hash, Id, Raw
from bankruptcy.kinds.sensitivity import readings_of_motion
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import leaf_of, may_prepare
from bankruptcy.law.meeting_rules import may_name, may_replace
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role
from voting.protocol.group import scalar_of
from voting.protocol.manifest import Disclosure, Manifest
from voting.protocol.pedersen import Opening
from voting.protocol.roll import Roll, check_total


@dataclass(frozen=True, slots=True)
class Body:
    """rolls: one a motion, in order of motion and class; their leaves stand in tables/."""

    manifest: Raw
    rolls: tuple[records.RollHead, ...]


class DisclosureNotOffered(Refused):
    """This kind of disclosure is not built. Fact: `disclosure`."""

    slug = "disclosure-not-offered"
    category = Category.CONFLICT
    zh = "公开方式“{disclosure}”还不能使用；可用的是公布合计（aggregate）和记名（named）"
    en = "Disclosure “{disclosure}” is not available; totals (aggregate) and by name (named) are"


class NamedNotAllowed(Refused):
    """The meeting rules keep votes secret (P14): no answer is disclosed with its name."""

    slug = "named-not-allowed"
    category = Category.CONFLICT
    zh = "本案议事规则为不记名表决（开放问题 P14）：不能采用记名方式，只公布合计"
    en = (
        "The meeting rules of this case keep votes secret (open point P14): they cannot be "
        "disclosed by name, only totals"
    )


class ReplacementNotAllowed(Refused):
    """The meeting rules let nobody change a cast ballot (P12)."""

    slug = "replacement-not-allowed"
    category = Category.CONFLICT
    zh = "本案议事规则不许改票（开放问题 P12）：投票参数须写明投出后不能改投"
    en = (
        "The meeting rules of this case bar changing a cast ballot (open point P12): the manifest "
        "must say that none is replaced"
    )


class SingleTrustee(Refused):
    """With a threshold of one, one trustee sees every vote; only the court could allow that."""

    slug = "single-trustee"
    zh = "门限为 1 时一名监票人就能看到每一票：须先由法院准许，且写明的理由一致"
    en = (
        "With a threshold of 1 one trustee can read every vote: the court must allow it first, "
        "for the reason that the manifest states"
    )


class BaseNotOffered(Refused):
    """Amounts that count in the whole but have no vote cannot be opened yet. Fact: `motion`."""

    slug = "base-not-offered"
    zh = "表决事项 {motion} 的总额含有不参加表决的债权（开放问题 P5 的此种取值），现不能使用"
    en = (
        "The total of motion {motion} would hold claims without a vote (this value of open point "
        "P5), which is not available"
    )


def check(view: CaseView, act: Act[Body]) -> None:
    """The manifest names what is on record, and every roll follows from the register."""
    manifest = Manifest.decode(act.body.manifest, view.group)
    if manifest.disclosure is Disclosure.TEST:
        raise DisclosureNotOffered(disclosure=manifest.disclosure.value)
    _check_meeting(view, act, manifest)
    check_meeting_rules(view, manifest)
    _check_single(view, manifest)
    _check_motions(view, manifest)
    _check_trustees(view, manifest)
    rolls = {
        str(motion): Roll.of(map(leaf_of, lines)) for motion, lines in _lines(view, act, manifest)
    }
    stated = [head.motion for head in act.body.rolls]
    if stated != sorted(rolls):
        raise Disagrees(what="rolls", stated=stated, follows=sorted(rolls))
    roots = {name: roll.root() for name, roll in rolls.items()}
    for motion in manifest.motions:
        if motion.roll_root != roots[motion.id]:
            raise Disagrees(
                what=f"roll_root {motion.id}",
                stated=motion.roll_root.hex()[:12],
                follows=roots[motion.id].hex()[:12],
            )
    for head in act.body.rolls:
        _check_head(view, head, rolls[head.motion], roots[head.motion])


def _check_single(view: CaseView, manifest: Manifest) -> None:
    """One trustee alone opens the tally only where the court gave that very reason, or by name."""
    if manifest.single_trustee_reason is not None:
        allowed = view.get(records.SINGLE_TRUSTEES, manifest.meeting)
        if allowed is None or allowed.reason != manifest.single_trustee_reason:
            raise SingleTrustee()


def check_meeting_rules(view: CaseView, manifest: Manifest) -> None:
    """No more than the meeting rules allow: a second ballot (P12), answers by name (P14).

    Less is always lawful: an item voted on the spot takes one ballot whatever they say, and totals
    alone give nobody away. Raises ReplacementNotAllowed, NamedNotAllowed.
    """
    rules = settings_of(view)
    if manifest.replacement and not may_replace(rules):
        raise ReplacementNotAllowed(ground="ballot.replaced")
    if manifest.disclosure is Disclosure.NAMED and not may_name(rules):
        raise NamedNotAllowed(ground="ballot.named")


def _check_meeting(view: CaseView, act: Act[Body], manifest: Manifest) -> None:
    file = records.case_file(view)
    meeting = view.get(records.MEETINGS, manifest.meeting)
    if file is None or manifest.case != file.case or meeting is None:
        raise NotFound(what="meeting", id=manifest.meeting)
    if not may_prepare(view, meeting):
        raise NotNow(what="voting.prepared")
    if not meeting.starts <= manifest.opens or manifest.opens <= act.received:
        raise Disagrees(
            what="opens",
            stated=manifest.opens.isoformat(),
            follows=f"> {max(meeting.starts, act.received).isoformat()}",
        )


def _check_motions(view: CaseView, manifest: Manifest) -> None:
    put = {m.motion: m for m in view.find(records.MOTIONS, meeting=manifest.meeting)}
    if {m.id for m in manifest.motions} != put.keys():
        raise Disagrees(
            what="motions", stated=len(manifest.motions), follows=", ".join(sorted(put))
        )
    for motion in manifest.motions:
        on_record = put[Id(motion.id)]
        stated = (motion.rule, motion.text_sha256)
        if stated != (on_record.rule, on_record.text_sha256):
            raise Disagrees(what=motion.id, stated=motion.rule, follows=on_record.rule)


def _check_trustees(view: CaseView, manifest: Manifest) -> None:
    """Every trustee who has published a key and is still one: nobody is left out, or kept on."""
    published = view.find(records.TRUSTEE_KEYS, meeting=manifest.meeting)
    serving = {
        str(key.trustee)
        for key in published
        if not key.spent and holds(view, key.person, Role.TRUSTEE)
    }
    named = {trustee.id for trustee in manifest.trustees}
    if named != serving:
        raise Disagrees(
            what="trustees", stated=", ".join(sorted(named)), follows=", ".join(sorted(serving))
        )
    for trustee in manifest.trustees:
        key = view.get(records.TRUSTEE_KEYS, manifest.meeting, trustee.id, trustee.public_key)
        if key is None or key.proof != trustee.proof.encode():
            raise Disagrees(what="trustee", stated=trustee.id, follows="trustee.key_published")


def _check_head(view: CaseView, head: records.RollHead, found: Roll, root: bytes) -> None:
    follows = [(name, sum(leaf.heads for leaf in found.of_class(name))) for name in found.classes()]
    stated = [(row.class_, row.heads) for row in head.classes]
    if (head.root, head.lines, stated) != (root, len(found.leaves), follows):
        raise Disagrees(what=f"roll {head.motion}", stated=stated, follows=follows)
    for row in head.classes:
        open_ = row.total is not None and row.sigma is not None
        if open_ != found.has_amount(row.class_) or (row.total is None) != (row.sigma is None):
            raise Disagrees(what=f"{head.motion} {row.class_}", stated="total", follows="null")
        if row.total is not None and row.sigma is not None:
            opening = Opening(row.total, scalar_of(row.sigma))
            check_total(view.group, found, row.class_, opening)


def _lines(
    view: CaseView, act: Act[Body], manifest: Manifest
) -> Sequence[tuple[Id, tuple[records.RollLine, ...]]]:
    """The lines of each motion's roll, as they follow at the record time."""
    known = view.worked.lines
    if act.digest not in known:
        known[act.digest] = _worked_out(view, act, manifest)
    return known[act.digest]


def _worked_out(
    view: CaseView, act: Act[Body], manifest: Manifest
) -> Sequence[tuple[Id, tuple[records.RollLine, ...]]]:
    digest = Hash(manifest.digest)
    found = []
    for motion in view.find(records.MOTIONS, meeting=manifest.meeting):
        at_record = roll_of_motion(view, motion, manifest, act.received)
        if at_record.base_only:
            raise BaseNotOffered(motion=motion.motion)
        found.append((motion.motion, roll_lines(view, digest, motion.motion, at_record)))
    return found


def apply(state: CaseState, act: Act[Body]) -> None:
    """The vote is prepared; its rolls are fixed."""
    manifest = Manifest.decode(act.body.manifest, state.group)
    digest = Hash(manifest.digest)
    for _motion, lines in _lines(state, act, manifest):
        for line in lines:
            state.put(records.ROLL_LINES, line)
    for motion in state.find(records.MOTIONS, meeting=manifest.meeting):
        for reading in readings_of_motion(state, manifest, motion, act.received):
            state.put(records.READINGS, reading)
    state.put(
        records.VOTES,
        records.Vote(
            manifest_hash=digest,
            meeting=Id(manifest.meeting),
            manifest=Raw(manifest.encode()),
            rolls=act.body.rolls,
            closes=manifest.closes,
            complaints_close=manifest.complaints_close,
            stage=records.Stage.PREPARED,
            prepared=act.digest,
            opened=None,
            closed=None,
            counted=None,
            counted_hash=None,
            left_out=(),
            tally_deadline=None,
            voided=None,
        ),
    )
    meeting = state.get(records.MEETINGS, manifest.meeting)
    if meeting is not None:
        state.put(records.MEETINGS, replace(meeting, manifest_hash=digest))


KIND = Kind(
    name="voting.prepared",
    version=1,
    body=Body,
    roles=frozenset({Role.ADMINISTRATOR}),
    ground="voting.prepared",
    check=check,
    apply=apply,
    zh="{who} 固定表决权名单和投票参数（{rolls} 项）",
    en="{who} fixed the rolls and the manifest of the vote ({rolls} motion(s))",
    facts=lambda view, body: {"rolls": len(body.rolls)},
)
