"""weights.published@1: the amount results, opened for a public that sees no amount (protocol 11).

Of each counted answer Z = w·C + τ·G stands in a table with a proof that the roll's W holds the
same w. Whoever has only the public record so checks what `result.declared` says of amounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.counting import bodies_of, counted_answers, same_counted, vectors_of
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, NotNow
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, vote_named
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role
from voting.protocol.counted import Counted
from voting.protocol.errors import WeightFalse
from voting.protocol.group import scalar_of
from voting.protocol.pedersen import Opening
from voting.protocol.tally import Metric, TallyVector
from voting.protocol.weights import WeightedAnswer, WeightProof, check_hidden_result


@dataclass(frozen=True, slots=True)
class Body:
    """declared: statement of the result. root, rows: the weight proofs, in order of motion, class,
    line. vectors: one of each amount result, in order."""

    manifest_hash: Hash
    counted_hash: Hash
    declared: Hash
    root: Hash
    rows: int
    vectors: tuple[records.HiddenVector, ...]


class NoAmounts(Refused):
    """The vote has no total of amounts: heads are checked by everybody without this."""

    slug = "no-amounts"
    category = Category.CONFLICT
    zh = "这次表决没有金额合计，不需要公布金额证明"
    en = "This vote has no total of amounts; there is nothing to prove"


def amount_vectors(view: CaseView, vote: records.Vote) -> tuple[TallyVector, ...]:
    """The amount vectors of a vote, in order."""
    return tuple(v for v in vectors_of(view, vote) if v.metric is Metric.AMOUNT)


def answers_of(vector: TallyVector, counted: Sequence[Counted]) -> tuple[Counted, ...]:
    """The counted answers of an amount vector, in order of line."""
    place = (vector.motion, vector.class_id)
    return tuple(a for a in counted if (a.motion, a.class_id) == place and a.weight is not None)


def check(view: CaseView, act: Act[Body]) -> None:
    """Once, of a declared result: every proof holds, and its amounts open the sums of Z and W."""
    body = act.body
    vote = vote_named(view, body.manifest_hash)
    same_counted(vote, body.counted_hash)
    _check_declared(view, body)
    at_stage(vote, records.Stage.DECLARED)
    due = amount_vectors(view, vote)
    if not due:
        raise NoAmounts()
    stated = [(given.motion, given.class_) for given in body.vectors]
    if stated != [(vector.motion, vector.class_id) for vector in due]:
        raise Disagrees(what="vectors", stated=len(stated), follows=len(due))
    counted = counted_answers(view, vote)
    answers = {vector: answers_of(vector, counted) for vector in due}
    proven = _proven(view, vote, body, [a for vector in due for a in answers[vector]])
    for vector, given in zip(due, body.vectors, strict=True):
        rows = [next(proven) for _answer in answers[vector]]
        check_hidden_result(
            view.group,
            [row.proof for row in rows],
            [row.weight for row in rows],
            Opening(int.from_bytes(given.m, "big"), scalar_of(given.r)),
            Opening(given.cast, scalar_of(given.sigma)),
        )


def _check_declared(view: CaseView, body: Body) -> None:
    result = view.get(records.RESULTS, body.manifest_hash)
    if result is None:
        raise NotNow(what="result.declared")
    if body.declared != result.statement:
        raise Disagrees(
            what="declared", stated=body.declared.hex()[:12], follows=result.statement.hex()[:12]
        )
    if view.get(records.WEIGHTS, body.manifest_hash) is not None:
        raise AlreadyThere(what="weights.published", id=body.manifest_hash.hex()[:12])
    of = {(v.motion, v.class_): v for v in result.vectors if v.metric == Metric.AMOUNT.value}
    for given in body.vectors:
        said = of.get((given.motion, given.class_))
        if said is not None and (said.cast, said.m) != (given.cast, given.m):
            raise Disagrees(
                what=f"{given.motion} {given.class_}", stated=given.cast, follows=said.cast
            )


def _proven(
    view: CaseView, vote: records.Vote, body: Body, answers: Sequence[Counted]
) -> Iterator[WeightedAnswer]:
    """The rows of the table, each the proof of the answer at its place. Raises WeightFalse."""
    table = view.rows(body.root)
    if not len(table) == body.rows == len(answers):
        raise Disagrees(what="rows", stated=body.rows, follows=len(answers))
    bodies = bodies_of(view, vote, tuple(answers))
    rows: list[WeightedAnswer] = []
    for value, answer in zip(table, answers, strict=True):
        proof = WeightProof.decode(value, view.group)
        if (proof.line, proof.motion) != answer.pair or answer.weight is None:
            raise Disagrees(
                what=f"rows/{len(rows)}",
                stated=f"{proof.motion} {proof.line}",
                follows=f"{answer.motion} {answer.line}",
            )
        rows.append(
            WeightedAnswer(answer.weight, bodies[answer.ballot].answer(answer.pair).c, proof)
        )
    for position in view.false_weights(body.manifest_hash, rows):
        raise WeightFalse(line=rows[position].proof.line, motion=rows[position].proof.motion)
    return iter(rows)


def apply(state: CaseState, act: Act[Body]) -> None:
    """The amount results of the vote can be checked by everybody."""
    body = act.body
    state.put(
        records.WEIGHTS,
        records.Weights(
            manifest_hash=body.manifest_hash,
            statement=act.digest,
            root=body.root,
            rows=body.rows,
            vectors=body.vectors,
        ),
    )


KIND = Kind(
    name="weights.published",
    version=1,
    body=Body,
    roles=frozenset({Role.ADMINISTRATOR}),
    ground="weights.published",
    check=check,
    apply=apply,
    zh="{who} 公布不透露金额的核验数据（{rows} 项）",
    en="{who} published the proofs that check the amounts without showing them ({rows} rows)",
    facts=lambda view, body: {"rows": body.rows},
)
