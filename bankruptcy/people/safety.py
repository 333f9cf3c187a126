"""A stolen key frozen at once, a late key confirmed by the app, somebody let in again."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from bankruptcy.kinds import key_confirmed, key_revoked, records
from bankruptcy.kinds.keys import COURTS_OWN, has_passkeys, is_confirmed, is_late, late_from
from bankruptcy.kinds.records import Channel, EnrolledKey, Stage
from bankruptcy.kinds.schema import Hash, Sealed
from bankruptcy.kinds.vote import manifest_of
from bankruptcy.people import factors, keys, limits, sessions
from bankruptcy.people.access import STAFF, Access, NotYours, case_view
from bankruptcy.people.bodies import answer, read_json
from bankruptcy.people.limits import Limit
from bankruptcy.people.models import KeyRequest, LetIn, Person, SecondStep
from ledger import clerk, intake
from ledger.log import jcs
from ledger.log.disclosure import Opening
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.statement import Role

MOST_WRONG: Final = 10
CONFIRMED: Final = key_confirmed.KIND.id


class NotYou(Refused):
    """Neither a code of the second step nor the password."""

    slug = "not-you"
    category = Category.FORBIDDEN
    zh = "验证码或密码不对；没有停用任何钥匙"
    en = "The code or password is wrong; no key was frozen"


class NotBoundBefore(Refused):
    """No app was bound to the account before the key became late."""

    slug = "not-bound-before"
    category = Category.CONFLICT
    zh = "验证器应用须在钥匙登记前已绑定；请用您较早的另一台设备确认"
    en = (
        "The authenticator app must have been bound before the key was enrolled; confirm with an "
        "older device of yours"
    )


class NotYetHere(Refused):
    """The account is in other cases, or holds a role that the court alone settles."""

    slug = "court-lets-in"
    category = Category.FORBIDDEN
    zh = "这个账号由法院恢复：它有法院指定的身份，或还参加别的案件"
    en = (
        "The court lets this account in again: it holds a role that the court settles, or is in "
        "other cases, too"
    )


@require_POST
@case_view()
def stolen(request: HttpRequest, access: Access, key: str) -> HttpResponse:
    """{proof} -> the key of one's own is frozen, and the account is logged out everywhere else.

    proof: a code of the second step, or the password where there is none; not asked for where the
    key is revoked already, for example by another device of its holder.
    """
    found = _own(access, key)
    if not found.revoked:
        _prove(access.user, _text(request, "proof"))
        body = key_revoked.Body(found.key, key_revoked.Cause.STOLEN, None)
        clerk.say(access.case, key_revoked.KIND.id, body)
    # Who has the device has its sessions, too: in this case and in every other.
    sessions.end_others(request, access.user)
    return answer({"key": key, "state": keys.State.FROZEN.value, "level": None})


@require_POST
@case_view()
def confirm(request: HttpRequest, access: Access, key: str) -> HttpResponse:
    """{code} of the app -> the clerk says that the holder confirmed the key by it."""
    found, code = _own(access, key), _text(request, "code")
    row = SecondStep.objects.filter(user=access.user).first()
    if row is None or not _bound_before(access, row, found):
        raise NotBoundBefore()
    limit = Limit("code", str(access.user.pk), factors.MOST_CODES)
    limits.check(limit)
    try:
        factors.check_app(row, "".join(code.split()))
    except factors.WrongCode:
        limits.failed(limit)
        raise
    value = f"authenticator app, bound {row.bound.date().isoformat()}"
    opening = Opening.of(f"{CONFIRMED}#/contact", secrets.token_bytes(32), value)
    body = key_confirmed.Body(found.key, Channel.AUTHENTICATOR, Sealed(Hash(opening.digest)))
    envelope = clerk.envelope(access.case, CONFIRMED, body)
    intake.submit(access.case, envelope, rows=[jcs.loads(opening.encode())])
    return answer({"key": key, "state": keys.State.ENROLLED.value, "level": None})


@require_POST
@case_view(*STAFF)
def let_in(request: HttpRequest, access: Access, person: str) -> HttpResponse:
    """-> {code} with which the person gets into his account again, within a day."""
    row = Person.objects.filter(case=access.case, pseudonym=person).select_related("user").first()
    if row is None or row.user_id == access.user.pk:
        raise Http404
    user = row.user
    others = Person.objects.filter(user=user).exclude(case=access.case).exists()
    held = {grant.role for grant in access.view.find(records.ROLES, person=person) if grant.active}
    if not access.has(Role.COURT) and (others or user.is_staff or held & set(COURTS_OWN)):
        raise NotYetHere()
    if factors.shared(user):
        raise factors.SharedAccount()
    code = factors.fresh_code()
    LetIn.objects.filter(user=user, used=None).delete()
    LetIn.objects.create(user=user, by=access.person, digest=factors.digest(code.replace("-", "")))
    return answer({"person": person, "code": code})


def needs_confirming(access: Access, key: EnrolledKey) -> bool:
    """Will a ballot with this key be refused, in a vote that is not over, for being late?"""
    return any(
        is_late(access.view, key, manifest)
        and not is_confirmed(access.view, key, manifest)
        and has_passkeys(access.view, manifest)
        for vote in access.view.find(records.VOTES)
        if vote.stage in (Stage.PREPARED, Stage.OPEN)
        for manifest in [manifest_of(access.view, vote)]
    )


def _bound_before(access: Access, row: SecondStep, key: EnrolledKey) -> bool:
    """Was the app bound before the key became late: who lets somebody in again binds no app for
    him and confirms a key by it. On a demonstration clock: before the key was asked for."""
    if access.demonstration:
        asked = KeyRequest.objects.filter(case=access.case, key=key.key).first()
        return asked is not None and row.bound < asked.asked
    return row.bound < _late_from(access, key)


def _late_from(access: Access, key: EnrolledKey) -> datetime:
    late = [
        late_from(manifest)
        for vote in access.view.find(records.VOTES)
        for manifest in [manifest_of(access.view, vote)]
        if is_late(access.view, key, manifest)
    ]
    return min([*late, key.enrolled])


def _own(access: Access, key: str) -> EnrolledKey:
    found = access.view.get(records.KEYS, key)
    if found is None:
        raise Http404
    if found.holder != access.pseudonym:
        raise NotYours()
    return found


def _prove(user: User, proof: str) -> None:
    """Raises NotYou, TooOften."""
    limit = Limit("proof", str(user.pk), MOST_WRONG)
    limits.check(limit)
    try:
        if factors.needed(user):
            factors.check(user, proof)
        elif not user.check_password(proof):
            raise NotYou()
    except (NotYou, factors.WrongCode) as error:
        limits.failed(limit)
        raise NotYou() from error
    limits.forget(limit)


def _text(request: HttpRequest, name: str) -> str:
    value = read_json(request)
    text = value.get(name) if isinstance(value, dict) else None
    if not isinstance(text, str):
        raise Malformed(what=name)
    return text
