"""What follows from a vote's record for its tally: counted answers, weights, vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bankruptcy.kinds import records
from bankruptcy.kinds.refusals import Disagrees
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import ballot_of, manifest_of, rolls_of
from voting.protocol.ballot import Body, Pair
from voting.protocol.counted import Counted, counted_set
from voting.protocol.roll import Leaf
from voting.protocol.tally import Metric, TallyVector, Term, tally_vectors, terms

_FEW: Final = 50
"""Ballots up to which each is asked for by itself."""


def counted_answers(view: CaseView, vote: records.Vote) -> tuple[Counted, ...]:
    """The counted set in order (protocol 7)."""
    last: dict[Pair, bytes] = {
        (answer.line, answer.motion): bytes(answer.ballot)
        for answer in view.find(records.LAST_ANSWERS, manifest_hash=vote.manifest_hash)
    }
    voided = {c.ballot for c in view.find(records.COMPLAINTS, manifest_hash=vote.manifest_hash)}
    return counted_set(last, rolls_of(view, vote), voided=voided, left_out=vote.left_out)


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


def same_counted(vote: records.Vote, stated: Hash) -> None:
    """Raises Disagrees unless the statement names the vote's counted set."""
    if vote.counted_hash != stated:
        follows = "-" if vote.counted_hash is None else vote.counted_hash.hex()[:12]
        raise Disagrees(what="counted_hash", stated=stated.hex()[:12], follows=follows)
