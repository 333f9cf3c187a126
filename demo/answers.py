"""What a server answers a client: the answer, a refusal, or nothing yet."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import httpx

RETRIES: Final = 6.0
"""Seconds for which a request is repeated where the server is not to be had."""

RESTARTING: Final = frozenset({502, 503, 504})
"""Statuses of a server, or of what it needs, that comes back by itself."""


class Problem(Exception):
    """The server refused (RFC 9457). slug: of the refusal, "" where the answer names none."""

    def __init__(self, status: int, slug: str, detail: str) -> None:
        super().__init__(f"{status} {slug}: {detail}")
        self.status, self.slug, self.detail = status, slug, detail


class TookTooLong(Exception):
    """What was waited for did not come."""


def answer_of(response: httpx.Response) -> httpx.Response:
    """The answer itself if it is none of refusal. Raises Problem."""
    if response.is_success or response.is_redirect:
        return response
    raise problem_of(response)


def problem_of(response: httpx.Response) -> Problem:
    """The refusal that an answer tells."""
    try:
        told = response.json()
    except ValueError:
        told = {}
    slug = told.get("slug", "") if isinstance(told, dict) else ""
    detail = told.get("detail", "") if isinstance(told, dict) else ""
    return Problem(response.status_code, str(slug), str(detail) or response.reason_phrase)


def patiently(send: Callable[[], httpx.Response], patience: float) -> httpx.Response:
    """The answer to a request that may be repeated as it is. Raises Problem, TransportError.

    patience: seconds for which it is, where the connection is cut or the server is restarting.
    """
    ends, pause = time.monotonic() + patience, 0.2
    while True:
        try:
            answered = send()
        except httpx.TransportError:
            if time.monotonic() + pause > ends:
                raise
        else:
            if answered.status_code not in RESTARTING or time.monotonic() + pause > ends:
                return answer_of(answered)
        time.sleep(pause)
        pause = min(pause * 1.5, 2.0)
