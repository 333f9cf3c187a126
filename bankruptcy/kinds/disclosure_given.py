"""disclosure.given@1: shares of answers that the outcome shows anyway (protocol 2, 7)."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.counting import answers_to_disclose, bodies_of, same_counted
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees
from bankruptcy.kinds.schema import Hash, Sealed
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, trustee_index, vote_named
from ledger.log.statement import Role
from voting.protocol.disclosure import check_share
from voting.protocol.group import scalar_of
from voting.protocol.sharing import Share


@dataclass(frozen=True, slots=True)
class Body:
    """answers: those of classes of one weighted line, in order of motion, class, line."""

    manifest_hash: Hash
    counted_hash: Hash
    index: int
    answers: tuple[records.Share, ...]


def check(view: CaseView, act: Act[Body]) -> None:
    """Exactly the answers of classes of one weighted line, and every share holds."""
    body = act.body
    vote = vote_named(view, body.manifest_hash)
    trustee_index(view, vote, body.index, act.by)
    at_stage(vote, records.Stage.COUNTED)
    same_counted(vote, body.counted_hash)
    if view.get(records.DISCLOSURES, body.manifest_hash, body.index) is not None:
        raise AlreadyThere(what="disclosure.given", id=str(body.index))
    due = answers_to_disclose(view, vote)
    stated = [(given.ballot, given.line, given.motion) for given in body.answers]
    if not stated or stated != [(answer.ballot, answer.line, answer.motion) for answer in due]:
        raise Disagrees(what="answers", stated=len(stated), follows=len(due))
    bodies = bodies_of(view, vote, due)
    for given in body.answers:
        if isinstance(given.f, Sealed) or isinstance(given.g, Sealed):
            raise Disagrees(what=given.line, stated="digest", follows="scalar")
        answer = bodies[given.ballot].answer((given.line, given.motion))
        share = Share(scalar_of(given.f), scalar_of(given.g))
        check_share(view.group, answer, body.index, share)


def apply(state: CaseState, act: Act[Body]) -> None:
    """One trustee more has given his shares."""
    body = act.body
    state.put(
        records.DISCLOSURES,
        records.Disclosed(
            manifest_hash=body.manifest_hash,
            index=body.index,
            statement=act.digest,
            answers=body.answers,
        ),
    )


KIND = Kind(
    name="disclosure.given",
    version=1,
    body=Body,
    roles=frozenset({Role.TRUSTEE}),
    ground="disclosure.given",
    check=check,
    apply=apply,
    zh="监票人 {who} 给出单人表决组的份额",
    en="Tally trustee {who} gave the shares of classes of one",
)
