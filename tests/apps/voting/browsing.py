"""People at browsers: log-ins, device keys that a court attests, a sequencer that works."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize

from bankruptcy.kinds import records
from bankruptcy.people.models import KeyRequest
from bankruptcy.people.models import Person as Member
from tests.apps.acting import numbering
from tests.apps.voting.support import Meeting

PASSPHRASE = "一把很长的口令 twelve"


class Windows:
    """Browser profiles of one test, each its own; closed at its end."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._open: list[BrowserContext] = []
        self._errors: list[str] = []

    def open(self, width: int = 1440, height: int = 900, locale: str = "zh-CN") -> BrowserContext:
        """A fresh profile in a window of this size."""
        size: ViewportSize = {"width": width, "height": height}
        context = self._browser.new_context(viewport=size, locale=locale)
        # Raised in the handler it would end Playwright's own loop.
        context.on("weberror", lambda error: self._errors.append(str(error.error)))
        self._open.append(context)
        return context

    def close(self) -> None:
        """Close them all; what they show goes to the folder SCREENSHOTS, where that is named."""
        folder = os.environ.get("SCREENSHOTS")
        for i, context in enumerate(self._open):
            for j, page in enumerate(context.pages):
                page.evaluate("0")  # whatever went wrong in it was told before this is answered
                if folder:
                    page.screenshot(path=f"{folder}/{i}-{j}.png", full_page=True)
        # What a request meets whose page is closed is no fault of the page.
        errors = list(self._errors)
        for context in self._open:
            context.close()
        assert errors == [], f"errors of page scripts: {errors}"


@contextlib.contextmanager
def at_work(meeting: Meeting) -> Iterator[None]:
    """The sequencer runs, and the court attests every key that somebody asks for."""
    stop = threading.Event()

    def attest() -> None:
        while not stop.wait(0.1):
            for asked in KeyRequest.objects.filter(case=meeting.id):
                if meeting.view.get(records.KEYS, asked.key) is None:
                    key, possession = bytes(asked.public_key), bytes(asked.possession)
                    meeting.enrol(asked.person.pseudonym, asked.suite, key, possession)
        connections.close_all()

    thread = threading.Thread(target=attest, daemon=True)
    with numbering():
        thread.start()
        meeting.live = True
        try:
            yield
        finally:
            meeting.live = False
            stop.set()
            thread.join(10)


@contextlib.contextmanager
def held_back(page: Page, script: str) -> Iterator[None]:
    """The page's script of this name comes only once the block is done."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    pattern = f"**/dist/{script}.js"
    page.route(pattern, hold)
    yield
    for route in held:
        route.continue_()
    page.unroute(pattern, hold)


def member(meeting: Meeting, pseudonym: str) -> Client:
    """A session of this person of the case."""
    user, made = User.objects.get_or_create(username=f"u-{pseudonym}")
    if made:
        person = Member(case=meeting.id, user=user, pseudonym=pseudonym)
        person.display_name = f"示例 {pseudonym}"
        person.save()
    client = Client()
    client.force_login(user)
    return client


def log_in(context: BrowserContext, url: str, meeting: Meeting, pseudonym: str) -> None:
    """The browser is this person's from now on."""
    name = settings.SESSION_COOKIE_NAME
    value = member(meeting, pseudonym).cookies[name].value
    context.add_cookies([{"name": name, "value": value, "url": url}])
