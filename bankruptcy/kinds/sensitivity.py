"""The sensitivity sheet of a result: the same for server and verifier, from what is on record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bankruptcy.kinds import records
from bankruptcy.kinds.counting import counted_answers
from bankruptcy.kinds.deciding import attended_lines, figures
from bankruptcy.kinds.electorate import (
    law_claims,
    motion_of,
    orders_of,
    parts_on_record,
    switches_of,
    times_of,
)
from bankruptcy.kinds.refusals import NotFound, NotOpened
from bankruptcy.kinds.schema import Code, Hash, Id, ShortText
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import rolls_of
from bankruptcy.law.model import Effect
from bankruptcy.law.outcome import Count, Tally, outcome
from bankruptcy.law.readings import Moved, Place, moved, readings
from bankruptcy.law.roll import Total
from bankruptcy.law.sensitivity import Affected, Sheet, Weight, under
from voting.protocol.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Judged:
    """A motion with its sheet."""

    motion: records.Motion
    sheet: Sheet


def readings_of_motion(
    view: CaseView, manifest: Manifest, motion: records.Motion, record: datetime
) -> Iterator[records.Reading]:
    """What each other reading would change in the roll of a motion, where it changes anything."""
    file = records.case_file(view)
    if file is None:
        raise NotFound(what="case", id="")
    claims, switches = law_claims(view, motion.matter), switches_of(file)
    times, orders = times_of(file, manifest, record), orders_of(view)
    known: Mapping[str, records.Part] | None = None
    for reading in readings(view.pack, switches):
        if reading.effect is not Effect.WEIGHTS:
            continue
        lines = moved(view.pack, motion_of(motion), claims, switches, orders, times, reading)
        if not lines:
            continue
        known = parts_on_record(view) if known is None else known
        yield records.Reading(
            manifest_hash=Hash(manifest.digest),
            motion=motion.motion,
            switch=Code(reading.switch),
            label=ShortText(reading.label),
            lines=tuple(_line(line, known) for line in lines),
        )


def sheets(
    view: CaseView,
    vote: records.Vote,
    vectors: Iterable[records.DeclaredVector],
    opened: Iterable[records.DeclaredOpening],
) -> tuple[Judged, ...]:
    """The sheet of every motion of a declared vote, in order of motion.

    What needs amounts that the view does not open is left open in the sheet; the rest is computed.
    """
    file = records.case_file(view)
    if file is None:
        raise NotFound(what="case", id="")
    cast = {(a.motion, a.line) for a in counted_answers(view, vote)}
    there = attended_lines(view, vote)
    rolls = rolls_of(view, vote)
    on_record = {
        (r.motion, r.switch, r.label): r.lines
        for r in view.find(records.READINGS, manifest_hash=vote.manifest_hash)
    }
    switches = switches_of(file)
    found = []
    for case in figures(view, vote, vectors, opened):
        name, law = str(case.motion.motion), motion_of(case.motion)
        rows = []
        for reading in readings(view.pack, switches):
            totals, tallies = case.totals, case.tallies
            key = (case.motion.motion, Code(reading.switch), ShortText(reading.label))
            affected: tuple[Affected, ...] | None
            try:
                affected = tuple(
                    Affected(
                        cls=str(line.class_),
                        cast=(name, str(line.line)) in cast,
                        attended=(name, str(line.line)) in there,
                        before=_weight(view, line.before),
                        after=_weight(view, line.after),
                    )
                    for line in on_record.get(key, ())
                )
                singles = {x.cls for x in affected if rolls[name].single(x.cls) is not None}
                whole = {cls: _single(view, vote, name, cls) for cls in singles}
                totals, tallies = _weighed(totals, tallies, whole)
            except NotOpened:
                affected = None
            rows.append(under(view.pack, law, totals, tallies, switches, reading, affected))
        declared = outcome(view.pack, law, case.totals, case.tallies, switches)
        found.append(Judged(case.motion, Sheet(declared, tuple(rows))))
    return tuple(found)


def _line(line: Moved, known: Mapping[str, records.Part]) -> records.MovedLine:
    def place(given: Place) -> records.Place:
        parts, base = (tuple(known[ref.part] for ref in refs) for refs in (given.parts, given.base))
        return records.Place(heads=given.heads, parts=parts, base=base)

    return records.MovedLine(
        line=Id(line.line),
        class_=Code(line.cls),
        before=place(line.before),
        after=place(line.after),
    )


def _weight(view: CaseView, place: records.Place) -> Weight:
    return Weight(place.heads, _sum(view, place.parts), _sum(view, place.base))


def _sum(view: CaseView, parts: Sequence[records.Part]) -> int:
    return sum(view.amount(part.amount) for part in parts)


def _single(view: CaseView, vote: records.Vote, motion: str, cls: str) -> int:
    """The amount of a class of one weighted line. Raises NotOpened."""
    return sum(
        _sum(view, line.parts)
        for line in view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash)
        if (line.motion, line.class_) == (motion, cls)
    )


def _weighed(
    totals: Mapping[str, Total], tallies: Mapping[str, Tally], whole: Mapping[str, int]
) -> tuple[Mapping[str, Total], Mapping[str, Tally]]:
    """Classes of one weighted line with its real amount in place of 1 (`outcome.disclosed`)."""
    new_totals, new_tallies = dict(totals), dict(tallies)
    for cls, amount in whole.items():
        count = tallies[cls].amount
        if totals[cls].amount == 1 and count is not None:
            new_totals[cls] = replace(totals[cls], amount=amount)
            new_tallies[cls] = replace(
                tallies[cls],
                amount=Count(count.for_ * amount, count.against * amount, count.cast * amount),
            )
    return new_totals, new_tallies
