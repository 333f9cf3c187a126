"""The second step of a log-in, turning it on and off, and the way back in for who lost it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any, Final

from django.contrib import auth
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bankruptcy.delivery import problems
from bankruptcy.people import accounts, factors, limits
from bankruptcy.people.access import to_log_in
from bankruptcy.people.bodies import answer, fields, is_json, next_address
from bankruptcy.people.factors import WrongCode
from bankruptcy.people.limits import Limit, TooOften
from bankruptcy.people.models import LetIn, SecondStep
from ledger.log.encoding import b64u, unb64u
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.jcs import Json

HALF: Final = "half"
"""In the session: who gave name and password, when, and what a passkey is to sign."""
PATIENCE: Final = 600
"""Seconds in which the second step follows the first."""
LET_IN_FOR: Final = 24 * 3600
MOST_LET_INS: Final = 10


class SecondStepNeeded(Refused):
    """Name and password are right; a code or a passkey is needed, too."""

    slug = "second-step-needed"
    category = Category.FORBIDDEN
    zh = "这个账号还需要第二步验证：验证码或通行密钥"
    en = "This account needs a second step: a code or a passkey"


def ask(request: HttpRequest, user: User) -> HttpResponse:
    """The way from the first step to the second."""
    if is_json(request):
        return problems.response(request, problems.of_refusal(SecondStepNeeded()))
    request.session.cycle_key()
    request.session[HALF] = {"user": user.pk, "at": time.time(), "nonce": b64u(_nonce())}
    wanted = next_address(request, "")
    return HttpResponseRedirect(f"/login/second?next={wanted}" if wanted else "/login/second")


@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """The page of the second step, and its form: {code}, or {key, assertion} of a passkey."""
    half = request.session.get(HALF)
    user = None
    if half is not None and time.time() - half["at"] < PATIENCE:
        user = User.objects.filter(pk=half["user"], is_active=True).first()
    if user is None:
        return HttpResponseRedirect("/login")
    if request.method != "POST":
        return _second_form(request, user, half["nonce"])
    given = fields(request, "code", "key", "assertion")
    try:
        if given["assertion"]:
            sig = unb64u(given["assertion"])
            factors.check_passkey(user, half["nonce"], given["key"], sig)
        else:
            factors.check(user, given["code"])
    except (WrongCode, TooOften, Malformed) as refused:
        return _second_form(request, user, half["nonce"], refused.sentence(problems.language()))
    del request.session[HALF]
    auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return arrived(request)


@require_http_methods(["GET", "HEAD", "POST"])
def security(request: HttpRequest) -> HttpResponse:
    """The second step of one's account, on and off."""
    user = request.user
    if not isinstance(user, User):
        return to_log_in(request)
    content: dict[str, Any] = {"shared": factors.shared(user)}
    status = 200
    if request.method == "POST":
        given = fields(request, "do", "code")
        try:
            content |= _change(request, user, given["do"], given["code"])
        except (WrongCode, TooOften, factors.SharedAccount) as refused:
            content["wrong"] = refused.sentence(problems.language())
            content["errors"] = [{"field": "code", "message": content["wrong"]}]
            content["error_summary"] = True
            status = 422
    row = SecondStep.objects.filter(user=user).first()
    if row is None and not content["shared"] and "codes" not in content:
        kept = request.session.setdefault("app", factors.sealed(user, factors.fresh_secret()))
        secret = factors.unsealed(user, kept)
        content |= {"secret": secret, "address": factors.address(user, secret)}
    content["on"] = row
    response = render(request, "people/security.html", content, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _change(request: HttpRequest, user: User, what: str, code: str) -> dict[str, Any]:
    if what == "on":
        limit = Limit("bind", str(user.pk), factors.MOST_CODES)
        limits.check(limit)
        kept = request.session.get("app")
        try:
            if kept is None:
                raise WrongCode()
            codes = factors.bind(user, factors.unsealed(user, kept), code.strip())
        except WrongCode:
            limits.failed(limit)
            raise
        request.session.pop("app", None)
        return {"codes": codes}
    if what == "off":
        factors.check(user, code)
        factors.end(user)
    return {}


@require_http_methods(["GET", "HEAD", "POST"])
def let_in(request: HttpRequest) -> HttpResponse:
    """The page for who was let in again: {username, code, password}. The second step is off then,
    and every other session of the account is over."""
    if request.method != "POST":
        return _let_in_form(request, {}, {})
    given = fields(request, "username", "code", "password")
    wrong: dict[str, str] = {}
    user = None
    try:
        user, row = _let_in_of(request, given["username"], given["code"])
        validate_password(given["password"], user)
    except (WrongCode, TooOften) as refused:
        wrong["code"] = refused.sentence(problems.language())
    except ValidationError as error:
        wrong["password"] = " ".join(error.messages)
    if wrong or user is None:
        return _let_in_form(request, given, wrong)
    if not LetIn.objects.filter(pk=row.pk, used=None).update(used=timezone.now()):
        return _let_in_form(request, given, {"code": WrongCode().sentence(problems.language())})
    factors.end(user)
    user.set_password(given["password"])
    user.save()
    auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return arrived(request)


def _let_in_of(request: HttpRequest, username: str, code: str) -> tuple[User, LetIn]:
    """Raises WrongCode, TooOften."""
    counted = (
        Limit("let in", username.strip().casefold(), MOST_LET_INS),
        Limit("let in from", request.META.get("REMOTE_ADDR", ""), accounts.MOST_FROM_ADDRESS),
    )
    limits.check(*counted)
    given = "".join(code.split()).replace("-", "").casefold()
    since = timezone.now() - timezone.timedelta(seconds=LET_IN_FOR)
    row = (
        LetIn.objects.filter(
            user__username=username.strip(),
            digest=factors.digest(given),
            used=None,
            made__gte=since,
        )
        .select_related("user")
        .first()
    )
    if row is None:
        limits.failed(*counted)
        raise WrongCode()
    return row.user, row


def arrived(request: HttpRequest, status: int = 200) -> HttpResponse:
    """Logged in: the session for a program, the next page for a person."""
    if is_json(request):
        return answer({"user": user_of(request), "csrf": get_token(request)}, status)
    return HttpResponseRedirect(next_address(request, "/cases"))


def user_of(request: HttpRequest) -> dict[str, Json] | None:
    """Who is logged in."""
    user = request.user
    if not isinstance(user, User):
        return None
    return {
        "username": user.username,
        "display_name": accounts.display_name(user),
        "court": user.is_staff,
    }


def _nonce() -> bytes:
    return secrets.token_bytes(32)


def _second_form(request: HttpRequest, user: User, nonce: str, wrong: str = "") -> HttpResponse:
    keys = [
        {
            "key": row.key,
            "credential": b64u(bytes(row.credential)),
            "public_key": b64u(bytes(row.public_key)),
            "rp_id": party.rp_id,
        }
        for row, party in factors.passkeys(user)
    ]
    context = {
        "passkeys": {"user": user.username, "nonce": nonce, "keys": keys},
        "has_passkeys": bool(keys),
        "wrong": wrong,
        "errors": [{"field": "code", "message": wrong}] if wrong else [],
        "error_summary": bool(wrong),
        "next": next_address(request, ""),
    }
    return render(request, "people/second.html", context, status=422 if wrong else 200)


def _let_in_form(
    request: HttpRequest, given: Mapping[str, str], wrong: Mapping[str, str]
) -> HttpResponse:
    context = {
        "username": given.get("username", ""),
        "wrong": wrong,
        "errors": [{"field": name, "message": text} for name, text in wrong.items()],
        "error_summary": bool(wrong),
    }
    return render(request, "people/let_in.html", context, status=422 if wrong else 200)
