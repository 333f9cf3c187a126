"""Joining cases, and who is in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.db import IntegrityError, transaction
from django.http import Http404

from bankruptcy.cases.reading import CaseCard, Reader
from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds import records
from bankruptcy.kinds.records import CaseFile
from bankruptcy.kinds.schema import Id
from bankruptcy.kinds.tables import CaseView
from bankruptcy.people import accounts
from bankruptcy.people.access import roles_of as held
from bankruptcy.people.models import Person, random_id
from ledger.log.statement import Role

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a case, as court and administrator see him."""

    person: str
    name: str
    roles: tuple[Role, ...]
    keys: int
    """Keys of his that are enrolled."""


def join(user: AbstractBaseUser | AnonymousUser, case: str) -> Person:
    """The account's person in the case, made with a fresh pseudonym if it is not there."""
    if not isinstance(user, User):
        raise Http404
    name = accounts.display_name(user)
    for _ in range(_TRIES):
        found = Person.objects.filter(case=case, user=user).first()
        if found is not None:
            return found
        fresh = Person(case=case, user=user, pseudonym=random_id("p-"))
        fresh.display_name = name
        try:
            with transaction.atomic():
                fresh.save()
            return fresh
        except IntegrityError:
            continue
    raise RuntimeError("no pseudonym was free")


def open_case(case: str) -> CaseFile:
    """The file of a case that the court has opened: such a case is public. Raises Http404."""
    file = records.case_file(PostgresState(case))
    if file is None or not file.opened:
        raise Http404
    return file


def card(file: CaseFile) -> CaseCard:
    """What everybody may know of a case."""
    return Reader(PostgresState(file.case)).card(file)


def people(case: str, view: CaseView) -> Sequence[Member]:
    """Everybody who joined, the first first."""
    found: dict[str, int] = {}
    for key in view.find(records.KEYS):
        if not key.revoked:
            found[key.holder] = found.get(key.holder, 0) + 1
    return [
        Member(
            row.pseudonym,
            row.display_name,
            roles_of(view, row.pseudonym),
            found.get(row.pseudonym, 0),
        )
        for row in Person.objects.filter(case=case).order_by("joined", "pk")
    ]


def roles_of(view: CaseView, pseudonym: str) -> tuple[Role, ...]:
    """The roles held now, in the order in which `Role` names them."""
    return tuple(sorted(held(view, Id(pseudonym)), key=list(Role).index))
