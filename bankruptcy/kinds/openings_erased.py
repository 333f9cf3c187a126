"""openings.erased@1: values are deleted on the court's order; their digests stay (PIPL 47).

The entry says which leaf, which fields of it, on what basis and who ordered it. The proofs of the
log stay valid; what stood behind the digests can no longer be shown by anybody. Where another law
still asks for retention the court does not order it (PIPL 47(2)).
"""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import holds, may_act_on_case
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, NotFound
from bankruptcy.kinds.schema import Audience, Hash, Id, Instant, SealedLong, SealedShort
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.disclosure import field_name
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role

MOST = 100
"""Fields that one statement erases at most."""


@dataclass(frozen=True, slots=True)
class Body:
    """entry, leaf: index and leaf hash of the entry; fields: JSON pointers into its body, sorted.

    decision: the court's decision by its number, for the parties.
    """

    entry: int
    leaf: Hash
    fields: tuple[str, ...]
    basis: records.Basis
    ordered_by: Id
    decision: SealedShort
    reason: SealedLong


class FieldsWrong(Refused):
    """Not sorted, each once, one at least, a hundred at most."""

    slug = "erase-fields"
    category = Category.MALFORMED
    zh = "选择要删除的内容：至少一项，每项一次，一次最多100项"
    en = "Choose what is to be erased: one item at least, each once, at most 100 at a time"


class NothingSealed(Refused):
    """The entry does not hold such a sealed value. Facts: `entry`, `field`."""

    slug = "erase-nothing-sealed"
    category = Category.NOT_FOUND
    zh = "第 {entry} 条没有这项封存的内容：{field}"
    en = "Entry {entry} holds no such sealed value: {field}"


class Published(Refused):
    """What everybody could read is not secret again. Fact: `field`."""

    slug = "erase-published"
    category = Category.CONFLICT
    zh = "这项内容已对公众公开，删除不能使它重新保密：{field}"
    en = "This was shown to the public, and erasing does not make it secret: {field}"


class NotOrdered(Refused):
    """Only a judge orders erasure, and a judge who says it orders it himself."""

    slug = "erase-not-ordered"
    category = Category.FORBIDDEN
    zh = "删除须由本案法官决定；请写明作出决定的法官"
    en = "A judge of the case orders erasure; name the judge who did"


def check(view: CaseView, act: Act[Body]) -> None:
    """On a judge's order, of sealed values that stand in that leaf and are not erased yet."""
    body = act.body
    may_act_on_case(view)
    if not holds(view, body.ordered_by, Role.COURT):
        raise NotOrdered()
    if act.role is Role.COURT and body.ordered_by != act.by:
        raise NotOrdered()
    if not 0 < len(body.fields) <= MOST or list(body.fields) != sorted(set(body.fields)):
        raise FieldsWrong()
    sealed = view.log.sealed_at(body.entry)
    if sealed is None:
        raise NotFound(what="entry", id=body.entry)
    if sealed.leaf != body.leaf:
        raise Disagrees(what="leaf", stated=body.leaf.hex()[:12], follows=sealed.leaf.hex()[:12])
    for pointer in body.fields:
        item = sealed.values.get(field_name(sealed.kind, pointer))
        if item is None:
            raise NothingSealed(entry=body.entry, field=pointer[:100])
        if item.audience is Audience.PUBLIC:
            raise Published(field=pointer)
        if view.get(records.ERASURES, item.digest) is not None:
            raise AlreadyThere(what="openings.erased", id=pointer)


def apply(state: CaseState, act: Act[Body]) -> None:
    """The values are marked erased; whoever keeps them deletes their keys."""
    body = act.body
    sealed = state.log.sealed_at(body.entry)
    if sealed is None:
        return
    for pointer in body.fields:
        item = sealed.values[field_name(sealed.kind, pointer)]
        erased = records.Erased(
            digest=item.digest,
            entry=body.entry,
            field=item.field,
            basis=body.basis,
            ordered_by=body.ordered_by,
            at=Instant(act.received),
            statement=act.digest,
        )
        state.put(records.ERASURES, erased)


KIND = Kind(
    name="openings.erased",
    version=1,
    body=Body,
    roles=frozenset({Role.COURT, Role.ADMINISTRATOR}),
    ground="openings.erased",
    check=check,
    apply=apply,
    zh="{who} 依 {ordered_by} 的决定删除了第 {entry} 条的 {count} 项内容",
    en="{who} erased {count} values of entry {entry}, ordered by {ordered_by}",
    facts=lambda view, body: {
        "entry": body.entry,
        "count": len(body.fields),
        "ordered_by": body.ordered_by,
    },
)
