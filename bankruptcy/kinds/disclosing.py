"""Which answers trustees give their shares of, and what they have given (protocol 2, 7)."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.counting import amounts_of, counted_answers, shares_given, single_lines
from bankruptcy.kinds.refusals import NotFound
from bankruptcy.kinds.schema import Id
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import manifest_of
from voting.protocol.counted import Counted
from voting.protocol.disclosure import Line, given_away
from voting.protocol.manifest import Disclosure
from voting.protocol.tally import AnswerKey, Result


@dataclass(frozen=True, slots=True)
class ToGive:
    """An answer to be disclosed. clear: to everybody, since the outcome shows it anyway."""

    answer: Counted
    clear: bool

    @property
    def key(self) -> AnswerKey:
        """(ballot, line, motion)."""
        return self.answer.ballot, self.answer.line, self.answer.motion


def to_give(view: CaseView, vote: records.Vote) -> dict[AnswerKey, ToGive]:
    """The answers of which every trustee gives his shares, in order of motion, class, line.

    In clear those of classes of one weighted line; sealed to administrator and court every other
    where votes are disclosed by name, and those that the court has ordered.
    """
    named = manifest_of(view, vote).disclosure is Disclosure.NAMED
    single = {(leaf.line, motion) for motion, leaf in single_lines(view, vote)}
    ordered = {o.pair for o in view.find(records.ORDERED, manifest_hash=vote.manifest_hash)}
    found = [ToGive(answer, answer.pair in single) for answer in counted_answers(view, vote)]
    return {g.key: g for g in found if g.clear or named or g.answer.pair in ordered}


def waiting_for(view: CaseView, vote: records.Vote, index: int) -> tuple[Counted, ...]:
    """Answers ordered disclosed that too few have given, this trustee not among them."""
    needed = manifest_of(view, vote).threshold
    found = []
    for order in view.find(records.ORDERED, manifest_hash=vote.manifest_hash):
        answer = counted_answer(view, vote, (order.ballot, order.line, order.motion))
        shares = shares_given(view, vote, answer)
        if index not in shares and len(shares) < needed:
            found.append(answer)
    return tuple(found)


def counted_answer(view: CaseView, vote: records.Vote, key: AnswerKey) -> Counted:
    """The answer of the counted set. Raises NotFound: only those are disclosed."""
    for answer in counted_answers(view, vote):
        if (answer.ballot, answer.line, answer.motion) == key:
            return answer
    raise NotFound(what="answer", id=f"{key[2]} {key[1]}")


def implied(view: CaseView, vote: records.Vote, answer: Counted) -> tuple[Id, ...]:
    """Lines of the same class whose answers would follow from this one, by subtraction.

    From the declared totals and what was disclosed before. Raises NotFound before a result,
    NotOpened where the lines' amounts are not at hand.
    """
    result = view.get(records.RESULTS, vote.manifest_hash)
    if result is None:
        raise NotFound(what="result", id=vote.manifest_hash.hex()[:12])
    totals = {
        str(vector.metric): Result(
            vector.cast,
            vector.for_,
            vector.against,
            vector.cast - vector.for_ - vector.against,
        )
        for vector in result.vectors
        if (vector.motion, vector.class_) == (answer.motion, answer.class_id)
    }
    amounts = amounts_of(view, vote)
    lines = [
        Line(other.line, other.heads, amounts.get(other.pair))
        for other in counted_answers(view, vote)
        if (other.motion, other.class_id) == (answer.motion, answer.class_id)
    ]
    ordered = view.find(records.ORDERED, manifest_hash=vote.manifest_hash)
    known = {str(order.line) for order in ordered if order.motion == answer.motion}
    found = given_away(lines, totals["heads"], totals.get("amount"), known, answer.line)
    return tuple(Id(line) for line in found)
