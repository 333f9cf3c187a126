"""disclosure.given@1: a trustee's shares of single answers (protocol 2, 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.counting import bodies_of, over_counted
from bankruptcy.kinds.disclosing import ToGive, to_give
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees
from bankruptcy.kinds.schema import Hash, ScalarBytes, Sealed, decode
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import vote_named
from ledger.log.disclosure import field_name
from ledger.log.statement import Role
from voting.protocol.disclosure import check_share
from voting.protocol.group import scalar_of
from voting.protocol.sharing import Share
from voting.protocol.tally import AnswerKey


@dataclass(frozen=True, slots=True)
class Body:
    """answers: in order of motion, class, line; a trustee may give them in several parts."""

    manifest_hash: Hash
    counted_hash: Hash
    index: int
    answers: tuple[records.Share, ...]


def check(view: CaseView, act: Act[Body]) -> None:
    """Answers of the counted set that are to be disclosed, each once; those in clear hold."""
    body = act.body
    vote = over_counted(view, body, act.by, records.Stage.COUNTED, records.Stage.DECLARED)
    due = to_give(view, vote)
    stated = [_key(given) for given in body.answers]
    if not stated or stated != [key for key in due if key in set(stated)]:
        raise Disagrees(what="answers", stated=len(stated), follows=len(due))
    for given in body.answers:
        place = (body.manifest_hash, given.motion, given.line, body.index)
        if view.get(records.GIVEN_SHARES, *place) is not None:
            raise AlreadyThere(what="disclosure.given", id=f"{given.motion} {given.line}")
        clear = due[_key(given)].clear
        if {isinstance(given.f, Sealed), isinstance(given.g, Sealed)} != {not clear}:
            raise Disagrees(what=given.line, stated="f, g", follows="scalar" if clear else "digest")
    _check_shares(view, vote, act, [i for i, key in enumerate(stated) if due[key].clear], due)


def check_opened(view: CaseView, act: Act[Body]) -> None:
    """The sealed shares hold."""
    vote = vote_named(view, act.body.manifest_hash)
    due = to_give(view, vote)
    sealed = [i for i, given in enumerate(act.body.answers) if not due[_key(given)].clear]
    _check_shares(view, vote, act, sealed, due)


def _check_shares(
    view: CaseView,
    vote: records.Vote,
    act: Act[Body],
    places: Sequence[int],
    due: dict[AnswerKey, ToGive],
) -> None:
    body = act.body
    wanted = tuple(due[_key(body.answers[i])].answer for i in places)
    bodies = bodies_of(view, vote, wanted)
    for i in places:
        given = body.answers[i]
        answer = bodies[given.ballot].answer((given.line, given.motion))
        share = Share(
            _scalar(view, act.kind, f"/answers/{i}/f", given.f),
            _scalar(view, act.kind, f"/answers/{i}/g", given.g),
        )
        check_share(view.group, answer, body.index, share)


def _key(given: records.Share) -> AnswerKey:
    return bytes(given.ballot), str(given.line), str(given.motion)


def _scalar(view: CaseView, kind: str, pointer: str, value: ScalarBytes | Sealed) -> int:
    if isinstance(value, Sealed):
        return scalar_of(decode(ScalarBytes, view.opening(field_name(kind, pointer), value.digest)))
    return scalar_of(value)


def apply(state: CaseState, act: Act[Body]) -> None:
    """The shares are there; t of them open an answer."""
    body = act.body
    for i, given in enumerate(body.answers):
        state.put(
            records.GIVEN_SHARES,
            records.GivenShare(
                manifest_hash=body.manifest_hash,
                motion=given.motion,
                line=given.line,
                index=body.index,
                ballot=given.ballot,
                f=given.f,
                g=given.g,
                place=i,
                statement=act.digest,
            ),
        )


KIND = Kind(
    name="disclosure.given",
    version=1,
    body=Body,
    roles=frozenset({Role.TRUSTEE}),
    ground="disclosure.given",
    check=check,
    check_opened=check_opened,
    apply=apply,
    zh="监票人 {who} 给出 {answers} 项单独公开的份额",
    en="Tally trustee {who} gave the shares of {answers} answer(s) to be disclosed",
    facts=lambda view, body: {"answers": len(body.answers)},
)
