"""voting.extended@1: voting goes on longer, said before it expires (domain P11)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import leads_meeting
from bankruptcy.kinds.refusals import Disagrees
from bankruptcy.kinds.schema import Audience, Hash, Instant, LongText, Opens, Sealed, SealedShort
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, before_close, vote_named
from ledger.log.encoding import format_time
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """from_: the close as it stood; to: the new one. court_informed: how and when it was."""

    manifest_hash: Hash
    from_: datetime
    to: datetime
    reason: Annotated[Sealed, Opens(LongText, Audience.PUBLIC)]
    court_informed: SealedShort


class ExtensionUnthinkable(Refused):
    """The new end lies beyond every calendar."""

    slug = "extension-unthinkable"
    category = Category.MALFORMED
    zh = "延长后的截止时间不在日历范围内"
    en = "The extended close is not within the calendar"


def check(view: CaseView, act: Act[Body]) -> None:
    """By the administrator or the chair, before voting has expired, to a later time."""
    body = act.body
    leads_meeting(view, act)
    vote = vote_named(view, body.manifest_hash)
    at_stage(vote, records.Stage.PREPARED, records.Stage.OPEN)
    closes = before_close(view, vote, act.received)
    if body.from_ != closes:
        raise Disagrees(what="from", stated=format_time(body.from_), follows=format_time(closes))
    if body.to <= closes:
        raise Disagrees(what="to", stated=format_time(body.to), follows=f"> {format_time(closes)}")
    _complaints_close(vote, body)


def _complaints_close(vote: records.Vote, body: Body) -> datetime:
    """Trustees have as long for their boxes as before: complaints end later by as much."""
    try:
        return vote.complaints_close + (body.to - body.from_)
    except OverflowError as error:
        raise ExtensionUnthinkable() from error


def apply(state: CaseState, act: Act[Body]) -> None:
    """Close and end of complaints are later; the manifest stays (protocol 2)."""
    body = act.body
    vote = vote_named(state, body.manifest_hash)
    until = _complaints_close(vote, body)
    state.put(records.VOTES, replace(vote, closes=body.to, complaints_close=until))
    state.put(
        records.EXTENSIONS,
        records.Extension(
            manifest_hash=body.manifest_hash,
            from_=body.from_,
            to=body.to,
            by=act.by,
            reason=body.reason,
            extended=Instant(act.received),
            statement=act.digest,
        ),
    )


KIND = Kind(
    name="voting.extended",
    version=1,
    body=Body,
    roles=frozenset({Role.ADMINISTRATOR, Role.CREDITOR}),
    ground="voting.extended",
    check=check,
    apply=apply,
    zh="{who} 将投票截止时间从 {from_} 延长到 {to}",
    en="{who} extended voting from {from_} to {to}",
    facts=lambda view, body: {"from_": format_time(body.from_), "to": format_time(body.to)},
)
