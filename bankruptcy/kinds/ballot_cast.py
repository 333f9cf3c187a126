"""ballot.cast@1: a ballot (protocol 5, 6). Errors come in the order of protocol 1."""

from __future__ import annotations

from bankruptcy.kinds import keys, records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import MISSING, authorities_of, is_creditor, may_be_agent
from bankruptcy.kinds.schema import Hash, Id, Instant, PointBytes, Raw
from bankruptcy.kinds.tables import CaseState, CaseView, Place
from bankruptcy.kinds.vote import ballot_of, manifest_of, window
from ledger.log.encoding import b64u, check_id, format_instant, format_time, unb64u
from ledger.log.errors import Malformed, Refused
from ledger.log.statement import Role
from voting.protocol.ballot import Body, body_hash, check_boxes, check_shape
from voting.protocol.batch import check_proofs, verify_ballots
from voting.protocol.errors import (
    BallotAnswered,
    BallotClosed,
    BallotEncoding,
    BallotNotEntitled,
    BallotNotOnRoll,
    BallotProof,
    BallotReplayed,
)
from voting.protocol.manifest import Manifest


class VotingNotCovered(BallotNotEntitled):
    """The power of attorney does not cover voting on this motion. Facts: `signer`, `line`."""

    slug = "voting-not-covered"
    zh = "委托书不含表决，联系委托人补充（{line}）"
    en = "The power of attorney does not cover voting; ask your principal ({line})"


class SeveralUnits(BallotNotEntitled):
    """One ballot answers for one voting unit: a bad share must silence no other. See above."""

    slug = "several-units"
    zh = "一张表决票只能代表一个表决单元；{line} 请另投一张"
    en = "One ballot answers for one voting unit; cast another for {line}"


def check(view: CaseView, act: Act[object]) -> None:
    """Encoding, threshold, sealed, proof; then closed, entitled, on the roll, replayed; key."""
    vote, manifest, body = _ballot(view, act)
    if view.get(records.USED_E, vote.manifest_hash, cleared(view, body)) is not None:
        raise BallotEncoding(what="e")
    check_shape(body, manifest)
    if act.boxes is not None:
        check_boxes(body, manifest, act.boxes)
    holds = view.ballot_holds(Hash(body_hash(body)))
    if holds is None:
        check_proofs(body, manifest, view.group)
    elif not holds:
        raise BallotProof()
    times = window(view, vote)
    if vote.stage is not records.Stage.OPEN or not act.received < times.closes:
        raise BallotClosed(
            opens=format_time(times.opens),
            closes=format_time(times.closes),
            received=format_instant(act.received),
        )
    _check_entitled(view, act, vote, body)
    _check_replaces(view, vote, body, manifest.replacement)
    keys.may_vote(view, act, manifest)


def look_at(view: CaseView, act: Act[object]) -> tuple[Body, bool] | None:
    """The ballot, and whether its proofs hold; None where it has no form that `check` accepts."""
    try:
        _, manifest, body = _ballot(view, act)
        check_shape(body, manifest)
    except Refused:
        return None
    return body, not verify_ballots((body,), manifest, view.group)


def _check_entitled(view: CaseView, act: Act[object], vote: records.Vote, body: Body) -> None:
    """For himself, or as agent within his authority; of one voting unit (protocol 5)."""
    if body.signer != act.by:
        raise BallotNotEntitled(signer=act.by, line=body.answers[0].line)
    lines = [
        view.get(records.ROLL_LINES, vote.manifest_hash, answer.motion, answer.line)
        for answer in body.answers
    ]
    for answer, line in zip(body.answers, lines, strict=True):
        if line is not None:
            if unit_of(line.line) != unit_of(body.answers[0].line):
                raise SeveralUnits(signer=act.by, line=answer.line)
            check_answers_for(view, act, vote, line)
    for answer, line in zip(body.answers, lines, strict=True):
        if line is None:
            raise BallotNotOnRoll(line=answer.line, motion=answer.motion)


def check_answers_for(
    view: CaseView, act: Act[object], vote: records.Vote, line: records.RollLine
) -> None:
    """May the signer answer this line: a member of the unit, or agent of one who may?

    The roll is fixed, but who has withdrawn all his claims is no member of the meeting any more
    (EBL 56(2), 59(1)). Raises BallotNotEntitled, VotingNotCovered, AgentConflict.
    """
    members = [member for member in line.members if is_creditor(view, member)]
    if act.role is not Role.AGENT:
        if act.by not in members:
            raise BallotNotEntitled(signer=act.by, line=line.line)
        return
    given = [a for a in authorities_of(view, act.by, act.received) if a.principal in members]
    if not given:
        raise BallotNotEntitled(ground=MISSING, signer=act.by, line=line.line)
    may_be_agent(view, act.by)
    motion = view.get(records.MOTIONS, vote.meeting, line.motion)
    if motion is None or not any(
        a.votes_on(vote.meeting, line.motion, motion.matter) for a in given
    ):
        raise VotingNotCovered(ground=MISSING, signer=act.by, line=line.line)


def unit_of(line: str) -> str:
    """The voting unit of a roll's line, `<unit>.<class>`; no unit's id holds a dot."""
    return line.partition(".")[0]


def _check_replaces(view: CaseView, vote: records.Vote, body: Body, replacement: bool) -> None:
    for answer in body.answers:
        last = view.get(records.LAST_ANSWERS, vote.manifest_hash, answer.motion, answer.line)
        if answer.replaces != (None if last is None else last.ballot):
            raise BallotReplayed(line=answer.line, motion=answer.motion)
    for answer in body.answers:
        last = view.get(records.LAST_ANSWERS, vote.manifest_hash, answer.motion, answer.line)
        if last is not None and not replacement:
            earlier = view.get(records.BALLOTS, last.ballot)
            if earlier is None or not earlier.void:
                raise BallotAnswered(
                    ground="ballot.replaced", line=answer.line, motion=answer.motion
                )


def apply(state: CaseState, act: Act[object]) -> None:
    """The ballot holds the last answer of each of its lines."""
    vote, _, body = _ballot(state, act)
    ballot = Hash(body_hash(body))
    state.put(
        records.BALLOTS,
        records.CastBallot(
            ballot=ballot,
            manifest_hash=vote.manifest_hash,
            signer=act.by,
            statement=act.digest,
            body=Raw(act.body),
            cast=Instant(act.received),
            void=False,
        ),
    )
    state.put(
        records.USED_E,
        records.UsedE(
            manifest_hash=vote.manifest_hash, e=PointBytes(cleared(state, body)), ballot=ballot
        ),
    )
    for i, answer in enumerate(body.answers):
        state.put(
            records.LAST_ANSWERS,
            records.LastAnswer(
                manifest_hash=vote.manifest_hash,
                motion=Id(answer.motion),
                line=Id(answer.line),
                ballot=ballot,
                answer=i,
            ),
        )


def cleared(view: CaseView, body: Body) -> bytes:
    """h_eff·E, 96 bytes: what may stand under a manifest only once (protocol 6)."""
    return body.key(view.group)


def locks(body: object) -> tuple[str, ...]:
    """The manifest's E's are kept apart by a constraint, its lines by these locks."""
    return tuple(f"line {motion} {line}" for motion, line in _pairs(body))


def places(body: object) -> tuple[Place, ...]:
    """The vote, and of each answer the line and the last answer before it."""
    try:
        manifest_hash = unb64u(body.get("manifest_hash") if isinstance(body, dict) else None, 32)
        lines = [(manifest_hash, check_id(motion), check_id(line)) for motion, line in _pairs(body)]
    except Malformed:
        return ()
    return (
        (records.VOTES, (manifest_hash,)),
        *((records.ROLL_LINES, line) for line in lines),
        *((records.LAST_ANSWERS, line) for line in lines),
    )


def _pairs(body: object) -> list[tuple[str, str]]:
    """(motion, line) of each answer, as far as the body can be read."""
    named = body.get("answers") if isinstance(body, dict) else None
    answers = [a for a in (named if isinstance(named, list) else []) if isinstance(a, dict)]
    return sorted({(str(a.get("motion")), str(a.get("line"))) for a in answers})


def _ballot(view: CaseView, act: Act[object]) -> tuple[records.Vote, Manifest, Body]:
    """The vote that it names, that vote's manifest, and the ballot. Raises BallotEncoding."""
    vote = _vote(view, act.body)
    manifest = manifest_of(view, vote)
    return vote, manifest, ballot_of(view, act.digest, act.body, manifest)


def _vote(view: CaseView, body: object) -> records.Vote:
    """The vote that the ballot names. Raises BallotEncoding."""
    named = body.get("manifest_hash") if isinstance(body, dict) else None
    try:
        vote = view.get(records.VOTES, unb64u(named, 32))
    except Malformed as error:
        raise BallotEncoding(what="manifest_hash") from error
    if vote is None:
        raise BallotEncoding(what="manifest_hash")
    return vote


def facts(view: CaseView, body: object) -> dict[str, object]:
    """How many answers, under which manifest."""
    answers = body.get("answers") if isinstance(body, dict) else None
    vote = _vote(view, body)
    return {
        "answers": len(answers) if isinstance(answers, list) else 0,
        "manifest": b64u(vote.manifest_hash)[:8],
    }


KIND: Kind[object] = Kind(
    name="ballot.cast",
    version=1,
    body=object,
    roles=frozenset({Role.CREDITOR, Role.AGENT}),
    ground="ballot.cast",
    check=check,
    apply=apply,
    zh="{who} 投出一张表决票（{answers} 项）",
    en="{who} cast a ballot ({answers} answer(s))",
    facts=facts,
    reader=lambda body: body,
    locks=locks,
    places=places,
)
