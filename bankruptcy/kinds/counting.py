"""What follows from a vote's record for its tally: counted answers, weights, vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from bankruptcy.kinds import records
from bankruptcy.kinds.missing_boxes import WAIT, unsupplied
from bankruptcy.kinds.refusals import Disagrees, NotNow
from bankruptcy.kinds.schema import Hash, Id
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import (
    at_stage,
    ballot_of,
    manifest_of,
    rolls_of,
    trustee_index,
    vote_named,
    window,
)
from voting.protocol.ballot import Body, Pair
from voting.protocol.counted import Counted, counted_hash, counted_set
from voting.protocol.roll import Leaf
from voting.protocol.tally import (
    Metric,
    Summed,
    TallyVector,
    Term,
    cast_of,
    commit_vector,
    tally_vectors,
    terms,
)

_FEW: Final = 50
"""Ballots up to which each is asked for by itself."""


def counted_answers(view: CaseView, vote: records.Vote) -> tuple[Counted, ...]:
    """The counted set in order (protocol 7); once it has a hash, it stands."""
    if vote.counted_hash is None:
        return _counted(view, vote)
    known, key = view.worked.counted, (vote.counted_hash, vote.left_out)
    if key not in known:
        known[key] = _counted(view, vote)
    return known[key]


def _counted(view: CaseView, vote: records.Vote) -> tuple[Counted, ...]:
    last: dict[Pair, bytes] = {
        (answer.line, answer.motion): bytes(answer.ballot)
        for answer in view.find(records.LAST_ANSWERS, manifest_hash=vote.manifest_hash)
    }
    voided = {c.ballot for c in view.find(records.COMPLAINTS, manifest_hash=vote.manifest_hash)}
    return counted_set(last, rolls_of(view, vote), voided=voided, left_out=vote.left_out)


def counts_from(view: CaseView, vote: records.Vote) -> datetime:
    """When the counted set may be fixed: complaints over, also of boxes that were supplied, and a
    day since a box was missed."""
    missed = view.find(records.MISSING_BOXES, manifest_hash=vote.manifest_hash)
    times = [window(view, vote).complaints_close, *(box.named + WAIT for box in missed)]
    supplied = (box.supplied_at for box in missed)
    return max([*times, *(at + WAIT for at in supplied if at is not None)])


def awaited(view: CaseView, vote: records.Vote) -> tuple[str, ...]:
    """Ids of the trustees whose `boxes.checked` the counted set still waits for.

    All of them but those whom the court lets nobody wait for; and at least t have stated.
    """
    digest, manifest = vote.manifest_hash, manifest_of(view, vote)
    checked = {row.index for row in view.find(records.BOXES_CHECKED, manifest_hash=digest)}
    excused = {row.index for row in view.find(records.NOT_AWAITED, manifest_hash=digest)}
    silent = [(j, t.id) for j, t in enumerate(manifest.trustees, 1) if j not in checked]
    if len(checked) < manifest.threshold:
        return tuple(name for _j, name in silent)
    return tuple(name for j, name in silent if j not in excused)


def opened_by_enough(view: CaseView, vote: records.Vote) -> bool:
    """Have a threshold of trustees given sums, and shares of the answers to be disclosed?"""
    needed = manifest_of(view, vote).threshold
    sums = view.find(records.SUMS, manifest_hash=vote.manifest_hash)
    return len(sums) >= needed and all(
        len(shares_given(view, vote, answer)) >= needed
        for answer in answers_to_disclose(view, vote)
    )


def shares_given(
    view: CaseView, vote: records.Vote, answer: Counted
) -> dict[int, records.GivenShare]:
    """The shares given of a single answer, by trustee."""
    found = view.find(
        records.GIVEN_SHARES,
        manifest_hash=vote.manifest_hash,
        motion=Id(answer.motion),
        line=Id(answer.line),
    )
    return {share.index: share for share in found}


def too_few_by(view: CaseView, vote: records.Vote, now: datetime) -> bool:
    """Has the day that the court set passed without enough sums: is the vote void?"""
    undecided = vote.stage in (records.Stage.CLOSED, records.Stage.COUNTED)
    late = vote.tally_deadline is not None and vote.tally_deadline <= now
    return undecided and late and not opened_by_enough(view, vote)


def due_left_out(view: CaseView, vote: records.Vote) -> tuple[Hash, ...]:
    """Ballots that would count but for a box that is still missing, in order of hash."""
    missing = {box.ballot for box in unsupplied(view, vote)}
    return tuple(sorted({Hash(a.ballot) for a in counted_answers(view, vote)} & missing))


def due_hash(view: CaseView, vote: records.Vote) -> Hash:
    """counted_hash as it follows now, without what is to be left out."""
    without = replace(vote, left_out=due_left_out(view, vote))
    return Hash(counted_hash(vote.manifest_hash, counted_answers(view, without)))


def bodies_of(
    view: CaseView, vote: records.Vote, counted: tuple[Counted, ...]
) -> dict[bytes, Body]:
    """The ballots of the counted answers, by hash."""
    manifest = manifest_of(view, vote)
    wanted = {answer.ballot for answer in counted}
    # One query for a whole tally; a disclosure asks for a few.
    if len(wanted) > _FEW:
        cast: Sequence[records.CastBallot] = view.find(
            records.BALLOTS, manifest_hash=vote.manifest_hash
        )
    else:
        cast = [b for ballot in wanted if (b := view.get(records.BALLOTS, ballot)) is not None]
    return {
        bytes(found.ballot): ballot_of(view, found.statement, found.body, manifest)
        for found in cast
        if found.ballot in wanted
    }


def amounts_of(view: CaseView, vote: records.Vote) -> dict[Pair, int]:
    """Amount of each weighted (line, motion) in fen: the sum of its parts. Raises NotOpened."""
    return {
        (line.line, line.motion): sum(view.amount(part.amount) for part in line.parts)
        for line in view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash)
        if line.weight is not None
    }


def sums_of(
    view: CaseView, vote: records.Vote, metric: Metric, threshold: int
) -> Mapping[TallyVector, Summed]:
    """What each vector of a metric adds up to over the counted set, which has a hash by now.

    threshold: how many levels, Σ w·C and Σ w·A_l for l < threshold. Raises NotOpened where an
    amount is not to be had.
    """
    assert vote.counted_hash is not None
    known, key = view.worked.sums, (vote.counted_hash, metric, threshold)
    if key not in known:
        known[key] = _sums(view, vote, metric, threshold)
    return known[key]


def _sums(
    view: CaseView, vote: records.Vote, metric: Metric, threshold: int
) -> Mapping[TallyVector, Summed]:
    vectors = [vector for vector in vectors_of(view, vote) if vector.metric is metric]
    if not vectors:
        return {}
    counted = counted_answers(view, vote)
    bodies = bodies_of(view, vote, counted)
    amounts = amounts_of(view, vote) if metric is Metric.AMOUNT else {}
    found = {}
    for vector in vectors:
        weighted = terms(vector, counted, amounts)
        commitments = commit_vector(view.group, threshold, weighted, bodies)
        found[vector] = Summed(cast_of(weighted), commitments)
    return found


def vectors_of(view: CaseView, vote: records.Vote) -> tuple[TallyVector, ...]:
    """The tally vectors of a vote, in order."""
    return tally_vectors(rolls_of(view, vote))


def head_terms(vector: TallyVector, counted: tuple[Counted, ...]) -> tuple[Term, ...]:
    """The terms of a vector of heads; of an amount none, as weights are needed for those."""
    return terms(vector, counted, {}) if vector.metric is Metric.HEADS else ()


def single_lines(view: CaseView, vote: records.Vote) -> tuple[tuple[str, Leaf], ...]:
    """(motion, leaf) of every class with exactly one weighted line (protocol 2)."""
    found = []
    for motion, roll in rolls_of(view, vote).items():
        for class_id in roll.classes():
            leaf = roll.single(class_id)
            if leaf is not None:
                found.append((motion, leaf))
    return tuple(sorted(found, key=lambda pair: (pair[0], pair[1].class_id)))


def answers_to_disclose(view: CaseView, vote: records.Vote) -> tuple[Counted, ...]:
    """Counted answers of classes of one weighted line, in order of motion, class, line."""
    single = {(leaf.line, motion) for motion, leaf in single_lines(view, vote)}
    return tuple(answer for answer in counted_answers(view, vote) if answer.pair in single)


class OverCountedSet(Protocol):
    """What a trustee signs over the counted set."""

    @property
    def manifest_hash(self) -> Hash:
        """Of the vote."""

    @property
    def counted_hash(self) -> Hash:
        """Of the counted set."""

    @property
    def index(self) -> int:
        """The trustee's."""


def over_counted(
    view: CaseView, body: OverCountedSet, by: Id, *stages: records.Stage
) -> records.Vote:
    """The vote of whose counted set its trustee speaks, at one of the stages.

    Raises NotFound, Disagrees, NotNow.
    """
    vote = vote_named(view, body.manifest_hash)
    trustee_index(view, vote, body.index, by)
    at_stage(vote, *stages)
    same_counted(vote, body.counted_hash)
    if view.get(records.KEYS_DESTROYED, body.manifest_hash, body.index) is not None:
        raise NotNow(what="keys.destroyed")
    return vote


def same_counted(vote: records.Vote, stated: Hash) -> None:
    """Raises Disagrees unless the statement names the vote's counted set."""
    if vote.counted_hash != stated:
        follows = "-" if vote.counted_hash is None else vote.counted_hash.hex()[:12]
        raise Disagrees(what="counted_hash", stated=stated.hex()[:12], follows=follows)


def is_last(view: CaseView, ballot: records.CastBallot) -> bool:
    """Is the ballot the last one for any of its lines? Else others have replaced it."""
    return bool(
        view.find(records.LAST_ANSWERS, manifest_hash=ballot.manifest_hash, ballot=ballot.ballot)
    )
