"""Words for roles and keys: `{% load people %}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.db import DatabaseError
from django.template.context import Context
from django.utils.translation import gettext as _

from ledger.log.statement import Role

register = template.Library()


@register.simple_tag(takes_context=True)
def signed_in(context: Context) -> bool:
    """Is somebody logged in? No, while the database is not to be had: the page still appears."""
    user = context.get("user")
    try:
        return bool(user is not None and user.is_authenticated)
    except DatabaseError:
        return False


@register.filter
def of_key(found: Mapping[str, Any], key: str) -> Any:
    """What is listed under a key; nothing where it is not there."""
    return found.get(key, ())


@register.filter
def role_word(role: Role | str) -> str:
    """A role as the interface calls it."""
    return {
        Role.COURT: _("Court"),
        Role.ADMINISTRATOR: _("Administrator"),
        Role.CREDITOR: _("Creditor"),
        Role.AGENT: _("Agent"),
        Role.DEBTOR: _("Debtor"),
        Role.COMMITTEE: _("Committee"),
        Role.TRUSTEE: _("Tally trustee"),
        Role.CLERK: _("Clerk of the system"),
        Role.CHAIR: _("Chair of the creditors’ meeting"),
    }[Role(role)]


@register.filter
def level_word(level: str) -> str:
    """How well it is known that a key is its holder's."""
    return {
        "genesis": _("Named when the case was set up"),
        "attested": _("Attested by court or administrator"),
        "passkey": _("Enrolled by your own passkey"),
        "demonstration": _("For the demonstration only: attested by a program"),
    }[level]


@register.filter
def key_state_word(state: str) -> str:
    """How a key stands."""
    return {
        "pending": _("Waiting for attestation"),
        "enrolled": _("Attested"),
        "refused": _("Refused"),
        "ended": _("No longer good"),
        "frozen": _("Frozen"),
    }[state]


@register.filter
def key_groups(key: str) -> str:
    """The first 16 hex digits of a key id in fours: enough to compare by eye on two screens."""
    return " ".join(key[start : start + 4] for start in range(0, 16, 4))
