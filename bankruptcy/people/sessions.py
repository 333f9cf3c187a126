"""The other sessions of an account, ended where something of it was stolen."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from bankruptcy.people import factors


def end_others(request: HttpRequest, user: User) -> int:
    """Log the account out everywhere but here; how many sessions that were.

    An account of the demonstration is everybody's: what one visitor reports logs nobody else out.
    """
    if factors.shared(user):
        return 0
    others = Session.objects.filter(expire_date__gt=timezone.now()).exclude(
        session_key=request.session.session_key
    )
    # A session's owner stands inside it, so that each has to be read; a theft is rare.
    found = [
        row.session_key
        for row in others.iterator()
        if row.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(session_key__in=found).delete()
    return len(found)
