"""Making an account, logging in and out, and what the session is."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bankruptcy.delivery import problems
from bankruptcy.people import accounts, factors, second
from bankruptcy.people.accounts import BadFields, WrongPassword
from bankruptcy.people.bodies import answer, fields, is_json, next_address
from bankruptcy.people.factors import WrongCode
from bankruptcy.people.limits import TooOften


@require_GET
def session(request: HttpRequest) -> HttpResponse:
    """{user, csrf}: who is logged in, null for nobody, and the token that posts must carry."""
    return answer({"user": second.user_of(request), "csrf": get_token(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """The log-in page, and its form or {username, password}, with {code} where a second step is
    on: a program gives it at once, a person is asked on the next page."""
    if request.method != "POST":
        return _form(request, "people/login.html", {})
    given = fields(request, "username", "password", "code")
    try:
        user = accounts.known(request, given["username"], given["password"])
        if factors.needed(user):
            if not given["code"]:
                return second.ask(request, user)
            factors.check(user, given["code"])
    except (WrongPassword, WrongCode, TooOften) as refused:
        if is_json(request):
            return problems.response(request, problems.of_refusal(refused))
        wrong = {"username": refused.sentence(problems.language())}
        return _form(request, "people/login.html", given, wrong)
    auth.login(request, user)
    return second.arrived(request)


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The page to make an account, and its form or {username, password, display_name}."""
    if request.method != "POST":
        return _form(request, "people/register.html", {})
    given = fields(request, "username", "password", "display_name")
    try:
        user = accounts.create(given["username"], given["password"], given["display_name"])
    except BadFields as refused:
        if is_json(request):
            return problems.response(request, problems.of_refusal(refused))
        return _form(request, "people/register.html", given, refused.fields)
    auth.login(request, user)
    return second.arrived(request, status=201)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Ends the session. The keys in the browser stay: they are of the device, not of it."""
    auth.logout(request)
    return answer({"user": None}) if is_json(request) else HttpResponseRedirect("/")


_WHERE = {"username": "username", "password": "password", "display_name": "display_name"}


def _form(
    request: HttpRequest,
    template: str,
    given: dict[str, str],
    wrong: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The form again, with what was entered but for the password."""
    errors = [{"field": _WHERE[name], "message": text} for name, text in (wrong or {}).items()]
    context = {
        "given": {name: text for name, text in given.items() if name not in ("password", "code")},
        "wrong": wrong or {},
        "errors": errors,
        "error_summary": bool(errors),
        "next": next_address(request, ""),
    }
    return render(request, template, context, status=422 if errors else 200)
