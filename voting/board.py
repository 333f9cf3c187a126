"""What the live board shows, and the data by which every visitor's browser opens the tally.

Heads are for everybody. Amounts are for who may see the register; others get turnout in whole per
cents and at most once a minute, since an increment is somebody's claim (architecture).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.contrib.auth.models import User
from django.core.cache import cache

from bankruptcy.cases.reading import Reader
from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds import people, records
from bankruptcy.kinds.counting import amounts_of, counted_answers, vectors_of
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.schema import Hash, Id, ScalarBytes, Sealed, decode
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import manifest_of, vote_of_meeting, window
from bankruptcy.people.models import Person
from ledger import logs
from ledger.log.disclosure import field_name
from ledger.log.encoding import b64u, format_time
from ledger.log.errors import Category, Refused
from ledger.log.jcs import Json
from voting import hidden, results, tested
from voting.protocol.group import scalar_of, write_scalar
from voting.protocol.sharing import Share
from voting.protocol.tally import Metric, TallyVector, combine, split, terms

PAGE: Final = 500
"""Answers of a vector in one message."""
LONGEST_ID: Final = 64
_MINUTE: Final = 60

Key = tuple[str, str, str]
"""(motion, class, metric)."""
Rows = tuple[tuple[str, str], ...]
"""C in base64url and w in decimal digits, of each counted answer of a vector, in order."""


class NoBoard(Refused):
    """There is no such case or meeting, or it is not public yet."""

    slug = "no-board"
    category = Category.NOT_FOUND
    zh = "没有这次会议"
    en = "There is no such meeting"


class NotOpenedYet(Refused):
    """The tally is not opened: too few trustees have given their sums. Facts: `given`, `needed`."""

    slug = "tally-not-opened"
    category = Category.CONFLICT
    zh = "合计还没有打开：{given} 位监票人已给出合计，需要 {needed} 位"
    en = (
        "The totals are not open yet: {given} of the {needed} trustees needed have given their sums"
    )


class NoVector(Refused):
    """The vote has no such tally vector. Fact: `vector`."""

    slug = "no-vector"
    category = Category.NOT_FOUND
    zh = "没有这一项合计：{vector}"
    en = "There is no such total: {vector}"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at which meeting. `view` lives for one answer."""

    view: CaseView
    case: str
    meeting: records.Meeting
    sees_amounts: bool


def visitor(user: object, case: str, meeting: str) -> Visitor:
    """A case that the court has opened is public; who may see its register, sees amounts.

    Raises NoBoard.
    """
    view = PostgresState(case)
    file = records.case_file(view)
    found = view.get(records.MEETINGS, Id(meeting))
    if file is None or not file.opened or found is None:
        raise NoBoard()
    person = Person.objects.filter(case=case, user=user).first() if isinstance(user, User) else None
    sees = person is not None and people.may_see_claims(view, Id(person.pseudonym), logs.now(case))
    return Visitor(view, case, found, sees)


def summary(seen: Visitor) -> dict[str, Json]:
    """The board but for the vectors' data."""
    size = logs.size(seen.case)
    # Per cents stand for a minute, so what was made with them must not stand for longer.
    minute = 0 if seen.sees_amounts else int(time.time() // _MINUTE)
    found = _summary(seen.case, seen.meeting.meeting, size, seen.sees_amounts, minute)
    done, matched = tested.count(seen.case, seen.meeting.meeting)
    return {
        **found,
        "now": format_time(logs.now(seen.case)),
        "tests": {"done": done, "matched": matched},
    }


@lru_cache(maxsize=64)
def _summary(case: str, meeting: Id, size: int, sees_amounts: bool, minute: int) -> dict[str, Json]:
    """Kept while the log does not grow: all who watch ask at the same moment for the same."""
    view = PostgresState(case)
    held = view.get(records.MEETINGS, meeting)
    if held is None:
        raise NoBoard()
    seen = Visitor(view, case, held, sees_amounts)
    vote = vote_of_meeting(view, meeting)
    reader = Reader(view)
    base: dict[str, Json] = {
        "n": size,
        "title": reader.opened(held.title) or "",
        "number": held.number,
        "present": sum(p.on for p in view.find(records.PRESENCES, meeting=meeting)),
        "stage": "none" if vote is None else vote.stage.value,
        "amounts": sees_amounts,
    }
    return base if vote is None else {**base, **_of_vote(seen, vote, reader)}


def _of_vote(seen: Visitor, vote: records.Vote, reader: Reader) -> dict[str, Json]:
    view, manifest = seen.view, manifest_of(seen.view, vote)
    checked = {
        row.index for row in view.find(records.BOXES_CHECKED, manifest_hash=vote.manifest_hash)
    }
    summed = {row.index for row in view.find(records.SUMS, manifest_hash=vote.manifest_hash)}
    declared = vote.stage is Stage.DECLARED
    result = view.get(records.RESULTS, vote.manifest_hash) if declared else None
    opened = declared or (vote.stage is Stage.COUNTED and len(summed) >= manifest.threshold)
    cast, times = turnout(view, vote), window(view, vote)
    return {
        "opens": format_time(times.opens),
        "closes": format_time(times.closes),
        "complaints_close": format_time(times.complaints_close),
        "left_out": [b64u(ballot) for ballot in vote.left_out],
        "threshold": manifest.threshold,
        "trustees": [
            {"id": trustee.id, "checked": j in checked, "summed": j in summed}
            for j, trustee in enumerate(manifest.trustees, start=1)
        ],
        "motions": [
            {
                "motion": motion.id,
                **results.words_of(view, vote, motion.id, reader),
                "classes": [
                    _class(seen, vote, motion.id, row, cast) for row in _classes(vote, motion.id)
                ],
            }
            for motion in manifest.motions
        ],
        "vectors": [
            {"motion": v.motion, "class": v.class_id, "metric": v.metric.value}
            for v in vectors_of(view, vote)
        ]
        if opened
        else [],
        "result": None
        if result is None
        else results.declared(view, vote, result, amounts=seen.sees_amounts),
    }


def _classes(vote: records.Vote, motion: str) -> Sequence[records.ClassRow]:
    return next(head.classes for head in vote.rolls if head.motion == motion)


@dataclass(frozen=True, slots=True)
class Turnout:
    """What a class has cast: heads, and fen of weighted lines; and the whole of both."""

    heads: int
    amount: int
    of_heads: int
    of_amount: int


def turnout(view: CaseView, vote: records.Vote) -> dict[tuple[str, str], Turnout]:
    """By (motion, class). A void ballot is present and silent: it is not among what was cast."""
    cast = {(answer.motion, answer.line) for answer in counted_answers(view, vote)}
    amounts = amounts_of(view, vote)
    found: dict[tuple[str, str], Turnout] = {}
    for line in view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash):
        there = (line.motion, line.line) in cast
        fen = amounts.get((line.line, line.motion), 0)
        before = found.get((line.motion, line.class_), Turnout(0, 0, 0, 0))
        found[line.motion, line.class_] = Turnout(
            before.heads + line.heads * there,
            before.amount + fen * there,
            before.of_heads + line.heads,
            before.of_amount + fen,
        )
    return found


def _class(
    seen: Visitor,
    vote: records.Vote,
    motion: str,
    row: records.ClassRow,
    cast: dict[tuple[str, str], Turnout],
) -> dict[str, Json]:
    found = cast.get((motion, row.class_), Turnout(0, 0, row.heads, 0))
    # One weighted line: even a per cent would show whether that one creditor has voted how much.
    has_amount = row.total is not None and found.of_amount > 0
    exact = seen.sees_amounts and has_amount
    share = _share(seen.case, vote, motion, row.class_, found) if has_amount else None
    return {
        "class": row.class_,
        "heads": row.heads,
        "cast": found.heads,
        "amount": str(found.of_amount) if exact else None,
        "amount_cast": str(found.amount) if exact else None,
        "amount_share": share,
    }


def _share(case: str, vote: records.Vote, motion: str, name: str, found: Turnout) -> int:
    """Whole per cents, cut down, and the same for a minute."""
    key = f"board:{case}:{b64u(vote.manifest_hash)}:{motion}:{name}"
    kept = cache.get_or_set(key, lambda: 100 * found.amount // found.of_amount, _MINUTE)
    return int(kept)


# --- The vectors


def vector(seen: Visitor, key: Key, start: int = 0) -> dict[str, Json]:
    """Answers from the `start`-th on, and the opening: M, R and the counts.

    {answers: [[C, w], …], total, next, opening: {m, r, cast, for, against}}. Raises NoVector,
    NotOpenedYet; RegisterNotYours until the weights are published, which answer instead of w.
    """
    vote = vote_of_meeting(seen.view, seen.meeting.meeting)
    if vote is None:
        raise NoVector(vector=" ".join(key)[:200])
    wanted = next((v for v in vectors_of(seen.view, vote) if v.order == key), None)
    if wanted is None:
        raise NoVector(vector=" ".join(key)[:200])
    if wanted.metric is Metric.AMOUNT and not seen.sees_amounts:
        return hidden.vector(seen.view, seen.case, vote, wanted, start, PAGE)
    opening = opening_of(seen.view, vote, wanted)
    rows = rows_of(seen.case, vote, wanted)
    some = rows[start : start + PAGE]
    end = start + len(some)
    return {
        "answers": [list(row) for row in some],
        "total": len(rows),
        "next": end if end < len(rows) else None,
        "opening": dict(opening),
    }


def rows_of(case: str, vote: records.Vote, wanted: TallyVector) -> Rows:
    """C and w of every counted answer of a vector."""
    return _rows(case, vote.manifest_hash, vote.counted_hash)[wanted.order]


@lru_cache(maxsize=8)
def _rows(case: str, manifest_hash: Hash, counted_hash: Hash | None) -> dict[Key, Rows]:
    view = PostgresState(case)
    vote = view.get(records.VOTES, manifest_hash)
    if vote is None:
        return {}
    counted, amounts = counted_answers(view, vote), amounts_of(view, vote)
    commitments: dict[tuple[bytes, str, str], str] = {}
    for ballot in {answer.ballot for answer in counted}:
        cast = view.get(records.BALLOTS, ballot)
        body = cast.body if cast is not None else None
        if isinstance(body, dict):
            for a in body["answers"]:
                commitments[ballot, a["line"], a["motion"]] = a["c"]
    return {
        v.order: tuple((commitments[t.key], str(t.weight)) for t in terms(v, counted, amounts))
        for v in vectors_of(view, vote)
    }


def opening_of(view: CaseView, vote: records.Vote, wanted: TallyVector) -> dict[str, str]:
    """M, R and counts of a vector: as declared, else as t trustees' sums give them.

    Raises NotOpenedYet, NotOpened.
    """
    result = view.get(records.RESULTS, vote.manifest_hash)
    if result is not None:
        for i, given in enumerate(result.vectors):
            if (given.motion, given.class_, given.metric) == wanted.order:
                r = _scalar(view, f"result.declared@1#/vectors/{i}/r", given.r)
                return _opening(scalar_of(given.m), r, given.cast, given.for_, given.against)
    summed = view.find(records.SUMS, manifest_hash=vote.manifest_hash)
    threshold = manifest_of(view, vote).threshold
    if len(summed) < threshold:
        raise NotOpenedYet(given=len(summed), needed=threshold)
    shares: dict[int, Share] = {}
    for row in summed:
        for i, one in enumerate(row.sums):
            if (one.motion, one.class_, one.metric) == wanted.order:
                field = field_name("tally.summed@1", f"/sums/{i}")
                shares[row.index] = Share(
                    _scalar(view, f"{field}/f", one.f), _scalar(view, f"{field}/g", one.g)
                )
    opened = combine(threshold, shares)
    turned = turnout_of(view, vote, wanted)
    counts = split(opened.value, turned)
    return _opening(opened.value, opened.blinding, turned, counts.for_, counts.against)


def turnout_of(view: CaseView, vote: records.Vote, wanted: TallyVector) -> int:
    """Σ w of a vector's counted answers."""
    counted, amounts = counted_answers(view, vote), amounts_of(view, vote)
    return sum(term.weight for term in terms(wanted, counted, amounts))


def _opening(m: int, r: int, cast: int, for_: int, against: int) -> dict[str, str]:
    return {
        "m": write_scalar(m),
        "r": write_scalar(r),
        "cast": str(cast),
        "for": str(for_),
        "against": str(against),
    }


def _scalar(view: CaseView, field: str, value: ScalarBytes | Sealed) -> int:
    if isinstance(value, Sealed):
        return scalar_of(decode(ScalarBytes, view.opening(field, value.digest)))
    return scalar_of(value)
