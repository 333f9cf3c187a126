"""Who holds which role, and who may act for whom."""

from __future__ import annotations

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.refusals import NoAuthority, NotNow
from bankruptcy.kinds.schema import Id
from bankruptcy.kinds.tables import CaseView
from ledger.log.statement import Role

CLERK = Id("clerk")
"""Pseudonym of the system's clerk, who signs only what the verifier recomputes."""


def holds(view: CaseView, person: Id, role: Role) -> bool:
    """Does the person hold the role now?

    The clerk is whoever holds the genesis' clerk key. Whoever has a key enrolled may speak as a
    creditor: filing makes him one (EBL 48, 59(1)); the rules of each kind ask for the claim.
    """
    if role is Role.CLERK:
        return person == CLERK
    if role is Role.CREDITOR:
        return person != CLERK
    grant = view.get(records.ROLES, person, role)
    return grant is not None and grant.active


def is_creditor(view: CaseView, person: Id) -> bool:
    """Has the person filed a claim in the case (EBL 59(1))?"""
    return bool(view.find(records.CLAIMS, creditor=person))


def may_see_claims(view: CaseView, person: Id) -> bool:
    """May the person see claims, register and evidence (EBL 57-58, JI-III 10)?

    Whoever filed a claim, and whoever holds a role in the case.
    """
    return is_creditor(view, person) or any(
        grant.active for grant in view.find(records.ROLES, person=person)
    )


def principal_allowed(view: CaseView, act: Act[object]) -> None:
    """May the signer act for the principal that the statement names?

    Everyone acts for himself; a ballot names its lines instead of a principal (ledger 9.2).
    Raises NoAuthority.
    """
    if act.on_behalf_of is None:
        if not act.kind.startswith("ballot.cast@"):
            raise NoAuthority(by=act.by, principal="-")
    elif act.on_behalf_of != act.by or act.kind.startswith("ballot.cast@"):
        raise NoAuthority(by=act.by, principal=act.on_behalf_of)


def may_act_on_case(view: CaseView) -> None:
    """Raises NotNow until the court has opened the case."""
    file = records.case_file(view)
    if file is None or not file.opened:
        raise NotNow(what="case.opened")
