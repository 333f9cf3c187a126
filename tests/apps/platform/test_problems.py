"""RFC 9457: each category its status, the facts beside, the words in the reader's language."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory
from django.utils import translation
from redis.exceptions import ConnectionError as BrokerGone
from rest_framework import exceptions as drf

from bankruptcy.delivery import problems
from ledger.log.errors import Category, Refused


class _TooLate(Refused):
    slug = "too-late"
    category = Category.CONFLICT
    zh = "已于{closed}结束"
    en = "It closed at {closed}"


@pytest.mark.parametrize("category", list(Category))
def test_every_category_has_a_status_and_words(category: Category) -> None:
    status = problems.STATUS[category]
    with translation.override("en"):
        members = problems.problem(status)
    assert members["status"] == status
    assert members["title"]
    assert members["detail"]


@pytest.mark.parametrize(
    ("language", "sentence"), [("zh-hans", "已于12:00结束"), ("en", "It closed at 12:00")]
)
def test_a_refusal_says_its_sentence_and_its_facts(language: str, sentence: str) -> None:
    with translation.override(language):
        answer = problems.handler(_TooLate(closed="12:00", ground="vote.close"), {})
    assert answer is not None
    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert answer.data["type"] == "/problems/too-late"
    assert answer.data["detail"] == sentence
    assert answer.data["closed"] == "12:00"
    assert answer.data["ground"] == "vote.close"


def test_facts_cannot_hide_the_standards_members() -> None:
    members = problems.of_refusal(_TooLate(closed="12:00", status="200", type="x"))
    assert members["status"] == 409
    assert members["type"] == "/problems/too-late"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (drf.NotAuthenticated(), 401),
        (drf.PermissionDenied(), 403),
        (drf.ParseError(), 400),
        (drf.ValidationError({"amount": ["no"]}), 400),
        (drf.MethodNotAllowed("PUT"), 405),
        (drf.UnsupportedMediaType("text/plain"), 415),
        (drf.Throttled(wait=3), 429),
    ],
)
def test_the_frameworks_errors_have_the_same_shape(error: Any, status: int) -> None:
    answer = problems.handler(error, {})
    assert answer is not None
    assert answer.status_code == status
    assert set(answer.data) >= {"type", "title", "status", "detail"}


def test_what_nobody_foresaw_tells_nothing_of_itself() -> None:
    assert problems.handler(KeyError("张三"), {}) is None
    answer = problems.server_error(RequestFactory().get("/", headers={"Accept": "*/*"}))
    assert answer.status_code == 500
    assert b"KeyError" not in answer.content


@pytest.mark.parametrize("error", [OperationalError(), InterfaceError(), BrokerGone()], ids=repr)
def test_a_service_that_is_being_started_again_is_no_failure(error: Exception) -> None:
    middleware = problems.RefusalMiddleware(lambda request: None)
    answer = middleware.process_exception(RequestFactory().get("/"), error)
    assert answer is not None
    assert answer.status_code == 503
