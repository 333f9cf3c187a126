"""From the records to the law: the claims as a motion's roll sees them, and the roll's lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bankruptcy.kinds import records
from bankruptcy.kinds.refusals import NotNow
from bankruptcy.kinds.schema import Code, Hash, Id, PointBytes
from bankruptcy.kinds.tables import CaseView
from bankruptcy.law import parts as law
from bankruptcy.law import register as law_register
from bankruptcy.law.model import Switches
from bankruptcy.law.roll import Motion, Plan, Roll, Times, roll, unit_of
from voting.protocol.manifest import Manifest
from voting.protocol.roll import weight_of_parts


def switches_of(file: records.CaseFile) -> Switches:
    """The open points of law as the case decides them."""
    return {entry.switch: entry.value for entry in file.switches}


def settings_of(view: CaseView) -> Switches:
    """Every open point, as the case decides it or as the pack does before the case is opened."""
    file = records.case_file(view)
    return view.pack.settings(None if file is None else switches_of(file))


def motion_of(motion: records.Motion) -> Motion:
    """A motion on record as the law sees it."""
    plan = motion.plan
    return Motion(
        matter=motion.matter,
        rule=motion.rule,
        round=motion.round,
        plan=None
        if plan is None
        else Plan(plan.untouched_classes, plan.untouched, plan.passed_groups),
    )


def roll_of_motion(
    view: CaseView, motion: records.Motion, manifest: Manifest, record: datetime
) -> Roll:
    """The roll that follows from the register at the record time. Raises NotNow, AmountNeeded."""
    file = records.case_file(view)
    if file is None:
        raise NotNow(what="case.opened")
    times = times_of(file, manifest, record)
    return roll(
        view.pack,
        motion_of(motion),
        law_claims(view, motion.matter),
        switches_of(file),
        orders_of(view),
        times,
    )


def orders_of(view: CaseView) -> tuple[law_register.ExcludeRelated, ...]:
    """The court's orders on who votes, as the law takes them (P9)."""
    return tuple(
        law_register.ExcludeRelated(one.creditor, one.scope, one.ordered)
        for one in view.find(records.EXCLUSIONS)
    )


def times_of(file: records.CaseFile, manifest: Manifest, record: datetime) -> Times:
    """The times on which a roll rests. Raises NotNow before the case is opened."""
    if file.accepted is None:
        raise NotNow(what="case.opened")
    return Times(file.accepted, record, manifest.opens, manifest.closes)


def law_claims(view: CaseView, matter: Code) -> Sequence[law.Claim]:
    """Every line of every claim as one claim of the law, with its parts but no amounts.

    Joint creditors state one claim each in full, line by line, so that lines of one id are one
    claim of the law. To the unit belongs whose claim is admitted, or was given an amount by the
    court: filing alone makes nobody a member of somebody else's unit.
    """
    ordered: dict[tuple[Id, Id], records.Provisional] = {
        (p.claim, p.line): p for p in view.find(records.PROVISIONAL)
    }
    splits = {split.claim: split for split in view.find(records.SPLITS)}
    excluded = {one.creditor for one in view.find(records.EXCLUSIONS)}
    found = []
    for claim in view.find(records.CLAIMS):
        split = splits.get(claim.claim)
        for line in claim.lines:
            provisional = ordered.get((claim.claim, line.line))
            security = line.security
            if provisional is not None and not _covers(provisional, matter):
                provisional = None
            if provisional is not None and provisional.security is not None:
                security = provisional.security
            stands = line.parts or (provisional is not None and provisional.parts)
            joint = claim.joint if stands else None
            found.append(
                law.Claim(
                    creditor=claim.creditor,
                    claim=f"{claim.claim if joint is None else joint}.{line.line}",
                    filed=True,
                    withdrawn=line.status is records.Status.WITHDRAWN,
                    nature=line.nature,
                    parts=_parts(line.parts),
                    ordered=()
                    if provisional is None
                    else (law.Ordered(provisional.matters, _parts(provisional.parts)),),
                    waived=security is not None and security.waived,
                    deficiency_fixed=security is not None and security.deficiency_fixed,
                    joint_group=joint,
                    split_of=None
                    if split is None
                    else law_register.Split(split.original, split.on),
                    related=claim.related or claim.creditor in excluded,
                )
            )
    return found


def units_of(
    view: CaseView, file: records.CaseFile, manifest: Manifest, record: datetime
) -> dict[str, tuple[Id, ...]]:
    """Every voting unit of the case by its id, with its members, whether a roll has it or not.

    Raises NotNow before the case is opened.
    """
    settings, times = view.pack.settings(switches_of(file)), times_of(file, manifest, record)
    found: dict[str, set[Id]] = {}
    for claim in law_claims(view, Code("")):
        found.setdefault(unit_of(claim, settings, times), set()).add(Id(claim.creditor))
    return {unit: tuple(sorted(members)) for unit, members in sorted(found.items())}


def _covers(provisional: records.Provisional, matter: Code) -> bool:
    return provisional.matters is None or matter in provisional.matters


def _parts(parts: Sequence[records.Part]) -> tuple[law.Part, ...]:
    return tuple(law.Part(part.part, law.PartNature(part.nature), None) for part in parts)


def roll_lines(
    view: CaseView, manifest_hash: Hash, motion: Id, found: Roll
) -> tuple[records.RollLine, ...]:
    """The lines of a roll with their weights, each the sum of its parts' commitments."""
    known = parts_on_record(view)
    lines = []
    for line in found.lines:
        parts = tuple(known[ref.part] for ref in line.parts)
        lines.append(
            records.RollLine(
                manifest_hash=manifest_hash,
                motion=motion,
                line=Id(line.id),
                class_=Code(line.cls),
                heads=line.heads,
                weight=_weight(view, parts),
                members=tuple(Id(creditor) for creditor in line.creditors),
                parts=parts,
                grounds=tuple(Code(ground) for ground in line.grounds),
            )
        )
    return tuple(lines)


def parts_on_record(view: CaseView) -> dict[str, records.Part]:
    """Every part that stands in the register or that the court set, by its id."""
    admitted = (part for c in view.find(records.CLAIMS) for line in c.lines for part in line.parts)
    provisional = (part for p in view.find(records.PROVISIONAL) for part in p.parts)
    return {part.part: part for group in (admitted, provisional) for part in group}


def _weight(view: CaseView, parts: Sequence[records.Part]) -> PointBytes | None:
    if not parts:
        return None
    points = [part.amount.commitment for part in parts]
    return points[0] if len(points) == 1 else PointBytes(weight_of_parts(view.group, points))
