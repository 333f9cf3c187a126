"""authority.granted@1: a power of attorney, item by item (EBL 59(4); CPL 61-62)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.evidence_added import FileMissing
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import may_act_on_case, may_be_agent
from bankruptcy.kinds.records import Item, MotionRef
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, NotFound, NotNow
from bankruptcy.kinds.schema import (
    Code,
    File,
    Id,
    Instant,
    PrivateShort,
    SealedFile,
    SealedShort,
    decode,
)
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.disclosure import field_name
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """matters, motions: with `vote`, on what; both null: on every motion. licence: the lawyer's
    number. document: the signed paper, where there is one. until: the first moment it is not good.
    """

    authority: Id
    agent: Id
    name: SealedShort
    licence: PrivateShort | None
    items: tuple[Item, ...]
    matters: tuple[Code, ...] | None
    motions: tuple[MotionRef, ...] | None
    until: datetime | None
    document: SealedFile | None


class ItemsWrong(Refused):
    """No item, one that stands twice or out of order, or motions without the item “vote”."""

    slug = "authority-items"
    category = Category.MALFORMED
    zh = "授权事项有误：至少勾选一项，每项一次；只有含表决的授权才能写明表决事项"
    en = "Tick at least one item, each once; only an authority to vote names what to vote on"


def check(view: CaseView, act: Act[Body]) -> None:
    """By the principal himself, for somebody whose key is enrolled and who stands above nobody."""
    may_act_on_case(view)
    body = act.body
    if view.get(records.AUTHORITIES, body.authority) is not None:
        raise AlreadyThere(what="authority", id=body.authority)
    if body.agent == act.by:
        raise Disagrees(what="agent", stated=act.by, follows="another person")
    may_be_agent(view, body.agent)
    if not view.find(records.KEYS, holder=body.agent):
        raise NotFound(what="agent", id=body.agent)
    order = list(Item)
    if not body.items or list(body.items) != sorted(set(body.items), key=order.index):
        raise ItemsWrong()
    _check_voting(view, body)
    if body.until is not None and body.until <= act.received:
        raise NotNow(what="until")


def _check_voting(view: CaseView, body: Body) -> None:
    """Matters that the law knows and motions on record, each once, and only with `vote`."""
    for named in (body.matters, body.motions):
        if named is None:
            continue
        if Item.VOTE not in body.items or not named or len(set(named)) != len(named):
            raise ItemsWrong()
    for matter in body.matters or ():
        view.pack.matter(matter)
    for ref in body.motions or ():
        if view.get(records.MOTIONS, ref.meeting, ref.motion) is None:
            raise NotFound(what="motion", id=ref.motion)


def check_opened(view: CaseView, act: Act[Body]) -> None:
    """The paper is at hand."""
    if act.body.document is not None:
        value = view.opening(field_name(act.kind, "/document"), act.body.document.digest)
        file = decode(File, value)
        if not view.has_document(file.sha256):
            raise FileMissing(name=file.name)


def apply(state: CaseState, act: Act[Body]) -> None:
    """The authority is in force."""
    body = act.body
    state.put(
        records.AUTHORITIES,
        records.Authority(
            authority=body.authority,
            principal=act.by,
            agent=body.agent,
            name=body.name,
            items=body.items,
            matters=body.matters,
            motions=body.motions,
            until=body.until,
            granted=Instant(act.received),
            statement=act.digest,
            revoked=None,
        ),
    )


KIND = Kind(
    name="authority.granted",
    version=1,
    body=Body,
    roles=frozenset({Role.CREDITOR}),
    ground="authority.granted",
    check=check,
    check_opened=check_opened,
    apply=apply,
    zh="{who} 委托 {agent} 代理（{items} 项）",
    en="{who} gave {agent} a power of attorney for {items} item(s)",
    facts=lambda view, body: {"agent": body.agent, "items": len(body.items)},
)
