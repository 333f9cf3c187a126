"""result.declared@1: the result of a vote, under the article of each motion (EBL 64, 84, 97)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.counting import (
    answers_to_disclose,
    bodies_of,
    same_counted,
    shares_given,
    sums_of,
    vectors_of,
)
from bankruptcy.kinds.deciding import outcomes
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import leads_meeting
from bankruptcy.kinds.refusals import Disagrees, NotFound, NotNow
from bankruptcy.kinds.schema import Hash, Instant, NoteText, ScalarBytes, Sealed, decode
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import (
    at_stage,
    index_after,
    manifest_of,
    same_root,
    vote_named,
)
from ledger.log.disclosure import field_name
from ledger.log.note import Note
from ledger.log.policy import Policy
from ledger.log.statement import Role
from voting.protocol.disclosure import check_disclosed
from voting.protocol.group import scalar_of
from voting.protocol.pedersen import Opening
from voting.protocol.tally import (
    Metric,
    TallyVector,
    check_opening,
    split,
)


@dataclass(frozen=True, slots=True)
class Body:
    """checkpoint: the note relied on, cosigned by a quorum, over a log that holds every sum."""

    manifest_hash: Hash
    counted_hash: Hash
    checkpoint: NoteText
    vectors: tuple[records.DeclaredVector, ...]
    opened: tuple[records.DeclaredOpening, ...]
    motions: tuple[records.DeclaredMotion, ...]


def check(view: CaseView, act: Act[Body]) -> None:
    """By administrator or chair: a cosigned checkpoint, sums of t trustees, vectors that
    open, and the law's outcome."""
    body = act.body
    leads_meeting(view, act)
    vote = vote_named(view, body.manifest_hash)
    at_stage(vote, records.Stage.COUNTED)
    same_counted(vote, body.counted_hash)
    _check_checkpoint(view, vote, body)
    _check_vectors(view, vote, body, Metric.HEADS, act.kind)
    _check_opened_answers(view, vote, body)
    _check_outcomes(view, vote, body)


def check_opened(view: CaseView, act: Act[Body]) -> None:
    """The vectors of amounts open, with the lines' amounts as weights."""
    vote = vote_named(view, act.body.manifest_hash)
    _check_vectors(view, vote, act.body, Metric.AMOUNT, act.kind)


def _check_checkpoint(view: CaseView, vote: records.Vote, body: Body) -> None:
    file = records.case_file(view)
    if file is None:
        raise NotFound(what="case", id="")
    sums = view.find(records.SUMS, manifest_hash=vote.manifest_hash)
    shares = [shares_given(view, vote, answer) for answer in answers_to_disclose(view, vote)]
    threshold = manifest_of(view, vote).threshold
    if len(sums) < threshold:
        raise NotNow(what=f"tally.summed {len(sums)}/{threshold}")
    given = min((len(of) for of in shares), default=threshold)
    if given < threshold:
        raise NotNow(what=f"disclosure.given {given}/{threshold}")
    needed = (*(s.statement for s in sums), *{g.statement for of in shares for g in of.values()})
    verdict = Policy.parse(file.policy).check(Note.decode(body.checkpoint.encode()))
    checkpoint = verdict.checkpoint
    index_after(view, checkpoint.size, needed, "checkpoint")
    same_root(view, checkpoint.size, checkpoint.root)


def _check_vectors(
    view: CaseView, vote: records.Vote, body: Body, metric: Metric, kind: str
) -> None:
    vectors = vectors_of(view, vote)
    stated = [(v.motion, v.class_, v.metric) for v in body.vectors]
    if stated != [v.order for v in vectors]:
        raise Disagrees(what="vectors", stated=len(stated), follows=len(vectors))
    sums = sums_of(view, vote, metric, 1)
    wholes = {(head.motion, row.class_): row.total for head in vote.rolls for row in head.classes}
    for i, (vector, given) in enumerate(zip(vectors, body.vectors, strict=True)):
        if isinstance(given.r, Sealed) != (vector.metric is Metric.AMOUNT):
            raise Disagrees(what=f"vectors/{i}/r", stated="r", follows=vector.metric.value)
        found = split(int.from_bytes(given.m, "big"), given.cast)
        if (found.for_, found.against) != (given.for_, given.against):
            raise Disagrees(
                what=_name(vector),
                stated=(given.for_, given.against),
                follows=(found.for_, found.against),
            )
        whole = wholes[given.motion, given.class_] if vector.metric is Metric.AMOUNT else None
        if whole is not None and given.cast > whole:
            # Said without the lines' amounts, which not every profile opens.
            raise Disagrees(what=_name(vector), stated=given.cast, follows=f"≤ {whole}")
        if vector.metric is not metric:
            continue
        summed = sums[vector]
        if given.cast != summed.cast:
            raise Disagrees(what=_name(vector), stated=given.cast, follows=summed.cast)
        opening = Opening(scalar_of(given.m), _blinding(view, kind, i, given))
        check_opening(view.group, summed.commitments.c, opening, given.cast)


def _blinding(view: CaseView, kind: str, i: int, given: records.DeclaredVector) -> int:
    if isinstance(given.r, Sealed):
        value = view.opening(field_name(kind, f"/vectors/{i}/r"), given.r.digest)
        return scalar_of(decode(ScalarBytes, value))
    return scalar_of(given.r)


def _check_opened_answers(view: CaseView, vote: records.Vote, body: Body) -> None:
    due = answers_to_disclose(view, vote)
    stated = [(o.ballot, o.line, o.motion) for o in body.opened]
    if stated != [(a.ballot, a.line, a.motion) for a in due]:
        raise Disagrees(what="opened", stated=len(stated), follows=len(due))
    bodies = bodies_of(view, vote, due)
    for opened in body.opened:
        answer = bodies[opened.ballot].answer((opened.line, opened.motion))
        check_disclosed(view.group, answer, Opening(scalar_of(opened.v), scalar_of(opened.rho)))


def _check_outcomes(view: CaseView, vote: records.Vote, body: Body) -> None:
    follows = outcomes(view, vote, body.vectors, body.opened)
    if body.motions != follows:
        wrong = next(
            (f.motion for s, f in zip(body.motions, follows, strict=False) if s != f), "motions"
        )
        raise Disagrees(what=wrong, stated=_shown(body.motions), follows=_shown(follows))


def _shown(motions: tuple[records.DeclaredMotion, ...]) -> str:
    return "; ".join(
        f"{m.motion}: {'passed' if m.passed else 'not passed'} → {m.next}"
        + "".join(f" {c.class_} {c.present} {c.heads_ok} {c.amount_ok}" for c in m.classes)
        for m in motions
    )


def _name(vector: TallyVector) -> str:
    return f"{vector.motion} {vector.class_id} {vector.metric.value}"


def apply(state: CaseState, act: Act[Body]) -> None:
    """The result is declared."""
    body = act.body
    vote = vote_named(state, body.manifest_hash)
    state.put(records.VOTES, replace(vote, stage=records.Stage.DECLARED))
    state.put(
        records.RESULTS,
        records.Result(
            manifest_hash=vote.manifest_hash,
            meeting=vote.meeting,
            statement=act.digest,
            declared=Instant(act.received),
            vectors=body.vectors,
            opened=body.opened,
            motions=body.motions,
            verified=None,
        ),
    )


KIND = Kind(
    name="result.declared",
    version=1,
    body=Body,
    roles=frozenset({Role.ADMINISTRATOR, Role.CREDITOR}),
    ground="result.declared",
    check=check,
    check_opened=check_opened,
    apply=apply,
    zh="{who} 宣布表决结果：{outcomes}",
    en="{who} declared the result: {outcomes}",
    facts=lambda view, body: {
        "outcomes": ", ".join(f"{m.motion} {'✓' if m.passed else '✗'}" for m in body.motions)
    },
)
