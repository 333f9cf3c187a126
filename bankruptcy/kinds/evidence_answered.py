"""evidence.answered@1: filer or administrator answers a question, or refuses to (JI-III 10)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import NotFound, RoleMayNot
from bankruptcy.kinds.schema import Id, SealedLong
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class PointAnswered:
    """Exactly one of the two: an answer, or the refusal with its reason."""

    point: records.Point
    answer: SealedLong | None
    refusal: SealedLong | None


@dataclass(frozen=True, slots=True)
class Body:
    """answers: to points that are open, each once."""

    question: Id
    answers: tuple[PointAnswered, ...]


class AnswersWrong(Refused):
    """No answer, one that is both or neither, or for a point that is not open."""

    slug = "answers-wrong"
    category = Category.MALFORMED
    zh = "只回答尚未答复的各项，每项写答复或写明拒绝答复的理由"
    en = "Answer only points that are open, each with an answer or a reason for refusing"


def check(view: CaseView, act: Act[Body]) -> None:
    """By the filer of the claim or the administrator, for open points."""
    question = view.get(records.QUESTIONS, act.body.question)
    if question is None:
        raise NotFound(what="question", id=act.body.question)
    claim = view.get(records.CLAIMS, question.claim)
    filer = claim is not None and claim.creditor == act.principal
    if act.role is not Role.ADMINISTRATOR and not filer:
        raise RoleMayNot(kind=act.kind, role=act.role.value)
    waiting = {asked.point for asked in question.points if asked.is_open}
    answered = [given.point for given in act.body.answers]
    if not answered or len(set(answered)) != len(answered) or not set(answered) <= waiting:
        raise AnswersWrong()
    if any((given.answer is None) == (given.refusal is None) for given in act.body.answers):
        raise AnswersWrong()


def apply(state: CaseState, act: Act[Body]) -> None:
    """The points answered are open no longer."""
    question = state.get(records.QUESTIONS, act.body.question)
    if question is None:
        return
    given = {answer.point: answer for answer in act.body.answers}
    points = tuple(
        replace(asked, answer=given[asked.point].answer, refusal=given[asked.point].refusal)
        if asked.point in given
        else asked
        for asked in question.points
    )
    state.put(records.QUESTIONS, replace(question, points=points))


KIND = Kind(
    name="evidence.answered",
    version=1,
    body=Body,
    roles=frozenset({Role.CREDITOR, Role.AGENT, Role.ADMINISTRATOR}),
    item=records.Item.EVIDENCE,
    ground="evidence.answered",
    check=check,
    apply=apply,
    zh="{who} 答复质证意见 {question}（{answers} 项）",
    en="{who} answered {answers} point(s) of question {question}",
    facts=lambda view, body: {"question": body.question, "answers": len(body.answers)},
)
