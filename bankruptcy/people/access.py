"""Who somebody is in a case, and what he may see there.

What may be *done* is decided by the rules alone (bankruptcy.kinds); this decides what is shown.
A case of others looks like one that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from bankruptcy.cases.store import PostgresState
from bankruptcy.delivery import problems
from bankruptcy.kinds import people as rules
from bankruptcy.kinds import records
from bankruptcy.kinds.records import CaseFile, Clock
from bankruptcy.kinds.schema import Id
from bankruptcy.kinds.tables import CaseView
from bankruptcy.people.models import Person
from ledger import logs
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role

STAFF = frozenset({Role.COURT, Role.ADMINISTRATOR})


class NotSignedIn(Refused):
    """Whoever asks has not logged in. Becomes the log-in page, or a problem with status 401."""

    slug = "not-logged-in"
    category = Category.FORBIDDEN
    zh = "尚未登录，请登录后再试"
    en = "Not logged in; log in and try again"


class NotYours(Refused):
    """The page is for other roles of the case."""

    slug = "not-for-your-role"
    category = Category.FORBIDDEN
    zh = "这个页面供本案其他身份使用"
    en = "This page is for other roles in this case"


@dataclass(frozen=True)
class Access:
    """A visitor in a case as it stands now. `view` lives for one request."""

    user: User
    person: Person
    roles: frozenset[Role]
    """The roles held now; that of creditor as soon as a claim is filed."""
    view: CaseView
    file: CaseFile

    @property
    def case(self) -> str:
        return self.file.case

    @property
    def pseudonym(self) -> Id:
        return Id(self.person.pseudonym)

    @property
    def is_creditor(self) -> bool:
        """Has the person filed a claim?"""
        return Role.CREDITOR in self.roles

    @cached_property
    def may_see_claims(self) -> bool:
        """Claims, register and evidence, names included (EBL 57-58)."""
        return rules.may_see_claims(self.view, self.pseudonym, self.now)

    @property
    def is_staff(self) -> bool:
        """Court or administrator: they see identity numbers, contacts and accounts, too."""
        return bool(self.roles & STAFF)

    @property
    def demonstration(self) -> bool:
        return self.file.clock is Clock.DEMONSTRATION

    @cached_property
    def now(self) -> datetime:
        """The log's time to the second, by which every deadline is shown."""
        return logs.now(self.case).replace(microsecond=0)

    def has(self, *roles: Role) -> bool:
        """Does the person hold one of these roles?"""
        return not self.roles.isdisjoint(roles)

    def need(self, *roles: Role) -> None:
        """Raises NotYours unless the person holds one of these roles."""
        if not self.has(*roles):
            raise NotYours()


def person(request: HttpRequest, case: str) -> Access:
    """The signed-in visitor in this case. Raises NotSignedIn; Http404 if he has not joined it."""
    if not isinstance(request.user, User):
        raise NotSignedIn()
    found = Person.objects.filter(case=case, user=request.user).first()
    view = PostgresState(case)
    file = None if found is None else records.case_file(view)
    if found is None or file is None:
        raise Http404
    return Access(request.user, found, roles_of(view, Id(found.pseudonym)), view, file)


def roles_of(view: CaseView, pseudonym: Id) -> frozenset[Role]:
    """The roles a person holds now; that of agent while a power of attorney is not revoked."""
    held = {grant.role for grant in view.find(records.ROLES, person=pseudonym) if grant.active}
    held.discard(Role.CREDITOR)
    if rules.is_creditor(view, pseudonym):
        held.add(Role.CREDITOR)
    if any(a.revoked is None for a in view.find(records.AUTHORITIES, agent=pseudonym)):
        held.add(Role.AGENT)
    return frozenset(held)


def case_view(
    *roles: Role,
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """A view of a case: `view(request, access, …)`, at an address with `<str:case>`.

    Who is not logged in is led to the log-in (401 for programs), who has not joined gets 404, who
    holds none of `roles`, if any are named, 403.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, case: str, **rest: object) -> HttpResponseBase:
            access = person(request, case)
            if roles:
                access.need(*roles)
            return view(request, access, **rest)

        return guarded

    return decorate


def to_log_in(request: HttpRequest) -> HttpResponse:
    """The log-in page, from which one comes back here; status 401 for programs."""
    return problems.response(request, problems.of_refusal(NotSignedIn()))
