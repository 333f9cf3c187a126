"""Making accounts and logging in; failed attempts are counted and slowed down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import auth
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bankruptcy.people import limits, names
from bankruptcy.people.limits import Limit, TooOften
from bankruptcy.people.models import Account
from ledger.log.errors import Category, Refused

MOST_FOR_NAME_FROM_ADDRESS: Final = 10
MOST_FOR_NAME: Final = 100
"""High, so that a stranger elsewhere does not easily lock somebody out."""
MOST_FROM_ADDRESS: Final = 100


class WrongPassword(Refused):
    """User name and password do not go together; which of the two is not said."""

    slug = "wrong-password"
    category = Category.FORBIDDEN
    zh = "用户名或密码不对，检查后重新输入"
    en = "User name and password do not match; check both and enter them again"


class TooManyLogins(TooOften):
    """Too many failed log-ins for this name or from this address. Facts: `minutes`, `seconds`."""

    slug = "too-many-logins"
    zh = "登录失败次数过多，{minutes}分钟后再试"
    en = "Too many failed log-ins; try again in {minutes} minutes"


class BadFields(Refused):
    """What was entered cannot stand. Fact: `fields`, field -> sentence in the reader's language."""

    slug = "bad-fields"
    category = Category.MALFORMED
    zh = "有内容需要修改"
    en = "Something needs a change"

    @property
    def fields(self) -> Mapping[str, str]:
        found: Any = self.facts["fields"]
        return dict(found)


def create(
    username: str, password: str, display_name: str, *, court: bool = False, check: bool = True
) -> User:
    """A new account. `court`: may open cases. Raises BadFields naming everything wrong."""
    wrong: dict[str, str] = {}
    user = User(username=User.normalize_username(username.strip()), is_staff=court)
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError:
        wrong["username"] = _("Enter a user name of letters, digits and @ . + - _ only")
    try:
        names.checked(display_name)
    except names.BadName:
        wrong["display_name"] = _("Enter your name, 1 to 100 characters")
    if check:
        try:
            validate_password(password, user)
        except ValidationError as error:
            wrong["password"] = " ".join(error.messages)
    if "username" not in wrong and exists(user.username):
        wrong["username"] = _("This user name is taken; choose another")
    if wrong:
        raise BadFields(fields=wrong)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
            account = Account(user=user)
            account.display_name = display_name
            account.save()
    except IntegrityError as error:
        taken = {"username": _("This user name is taken; choose another")}
        raise BadFields(fields=taken) from error
    return user


def exists(username: str) -> bool:
    """Is the user name taken, in whatever letters?"""
    return User.objects.filter(username__iexact=username.strip()).exists()


def known(request: HttpRequest, username: str, password: str) -> User:
    """Whose user name and password these are; nobody is logged in yet.

    Raises WrongPassword, TooManyLogins.
    """
    name, address = username.strip().casefold(), request.META.get("REMOTE_ADDR", "")
    counted = (
        Limit("both", f"{address} {name}", MOST_FOR_NAME_FROM_ADDRESS),
        Limit("name", name, MOST_FOR_NAME),
        Limit("from", address, MOST_FROM_ADDRESS),
    )
    limits.check(*counted, refusal=TooManyLogins)
    user = auth.authenticate(request, username=username.strip(), password=password)
    if not isinstance(user, User):
        limits.failed(*counted)
        raise WrongPassword()
    limits.forget(*counted[:2])
    return user


def display_name(user: User) -> str:
    """The account's name; the user name where it has none (made by other means)."""
    account = Account.objects.filter(user=user).first()
    return user.username if account is None else account.display_name
