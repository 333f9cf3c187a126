"""Who holds which role, and who may act for whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.refusals import AgentConflict, AuthorityLacks, NoAuthority, NotNow, RoleMayNot
from bankruptcy.kinds.schema import Id
from bankruptcy.kinds.tables import CaseView
from ledger.log.statement import Role

CLERK = Id("clerk")
"""Pseudonym of the system's clerk, who signs only what the verifier recomputes."""

MISSING = "authority.missing"

ITEMS: Final[Mapping[records.Item, tuple[str, str]]] = {
    records.Item.FILE: ("申报债权", "filing claims"),
    records.Item.AMEND: ("变更债权申报", "amending claims"),
    records.Item.WITHDRAW: ("撤回债权申报", "withdrawing claims"),
    records.Item.WAIVE_SECURITY: ("放弃优先受偿", "waiving security"),
    records.Item.EVIDENCE: ("提交证据和答复质证", "adding evidence and answering questions on it"),
    records.Item.CROSS_EXAMINE: ("质证", "cross-examination"),
    records.Item.OBJECT: ("对债权表提出异议", "objecting to the register"),
    records.Item.SIGN_IN: ("签到", "signing in to meetings"),
    records.Item.VOTE: ("表决", "voting"),
}
"""How refusals name an item, in Chinese and English."""


def holds(view: CaseView, person: Id, role: Role) -> bool:
    """Does the person hold the role now?

    The clerk is whoever holds the genesis' clerk key. Whoever has a key enrolled may speak as a
    creditor: filing makes him one (EBL 48, 59(1)); the rules of each kind ask for the claim.
    Whoever was ever given a power of attorney may speak as an agent (EBL 59(4)); what he says
    needs one that is in force and covers it (`needs`).
    """
    if role is Role.CLERK:
        return person == CLERK
    if role is Role.CREDITOR:
        return person != CLERK
    if role is Role.AGENT:
        return bool(view.find(records.AUTHORITIES, agent=person))
    grant = view.get(records.ROLES, person, role)
    return grant is not None and grant.active


def is_creditor(view: CaseView, person: Id) -> bool:
    """Has the person a claim in the case that is not withdrawn (EBL 56(2), 59(1))?"""
    return any(claim.standing for claim in view.find(records.CLAIMS, creditor=person))


def authorities_of(view: CaseView, agent: Id, at: datetime) -> tuple[records.Authority, ...]:
    """The powers of attorney under which the person may act for others at that time."""
    return tuple(a for a in view.find(records.AUTHORITIES, agent=agent) if a.in_force(at))


def may_see_claims(view: CaseView, person: Id, at: datetime) -> bool:
    """May the person see claims, register and evidence (EBL 57-58, JI-III 10)?

    Whoever filed a claim, acts for somebody who did, or holds a role in the case.
    """
    if is_creditor(view, person):
        return True
    if any(grant.active for grant in view.find(records.ROLES, person=person)):
        return True
    return any(is_creditor(view, a.principal) for a in authorities_of(view, person, at))


def leads_meeting(view: CaseView, act: Act[Any]) -> None:
    """Who speaks as a creditor must be the chair of the creditors' meeting (EBL 60).

    The chair is no role in which statements are signed (ledger 9.2): the court names a creditor,
    who signs as one. Raises RoleMayNot.
    """
    if act.role is Role.CREDITOR and not holds(view, act.by, Role.CHAIR):
        raise RoleMayNot(kind=act.kind, role=act.role.value)


def principal_allowed(view: CaseView, act: Act[object], item: records.Item | None) -> None:
    """May the signer act for the principal that the statement names?

    For himself everyone acts in his own role, for another only an agent, in that role and within
    his authority; the role of agent is for nothing else but to lay an authority down. A ballot
    names its lines instead of a principal (ledger 9.2). Raises NoAuthority, AuthorityLacks,
    AgentConflict.
    """
    for_ = act.on_behalf_of
    if act.kind.startswith("ballot.cast@"):
        allowed = for_ is None
    elif for_ == act.by:
        allowed = act.role is not Role.AGENT or item is None
    else:
        allowed = for_ is not None and act.role is Role.AGENT and item is not None
        if allowed and for_ is not None and item is not None:
            needs(view, act.by, for_, item, act.received)
    if not allowed:
        raise NoAuthority(ground=MISSING, by=act.by, principal=for_ or "-")


def needs(
    view: CaseView, agent: Id, principal: Id, item: records.Item, at: datetime
) -> tuple[records.Authority, ...]:
    """The authorities of the principal that cover the item at that time.

    Raises NoAuthority, AuthorityLacks, AgentConflict.
    """
    given = [a for a in authorities_of(view, agent, at) if a.principal == principal]
    if not given:
        raise NoAuthority(ground=MISSING, by=agent, principal=principal)
    may_be_agent(view, agent)
    covering = tuple(a for a in given if item in a.items)
    if not covering:
        zh, en = ITEMS[item]
        raise AuthorityLacks(ground=MISSING, item_zh=zh, item_en=en)
    return covering


def may_be_agent(view: CaseView, person: Id) -> None:
    """Raises AgentConflict for court, administrator and clerk."""
    if person == CLERK or any(holds(view, person, r) for r in (Role.COURT, Role.ADMINISTRATOR)):
        raise AgentConflict(ground="authority.conflict", agent=person)


def may_act_on_case(view: CaseView) -> None:
    """Raises NotNow until the court has opened the case."""
    file = records.case_file(view)
    if file is None or not file.opened:
        raise NotNow(what="case.opened")
