"""Ballots opened to test them: how many, how many matched, and whether one was cast after all."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.db import connection

from bankruptcy.kinds import records
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.tables import CaseView
from ledger import logs
from ledger.log.encoding import b64u
from ledger.log.errors import Category, Refused
from ledger.log.jcs import Json, dumps
from voting.models import BallotTest
from voting.protocol.batch import check_proofs
from voting.protocol.opening import check_challenged, read_challenge

MOST: Final = 200
"""Reports from one address in PAUSE: a court that tests 59 ballots stays well below."""
PAUSE: Final = 600
LARGEST: Final = 256_000
"""Bytes of a report: a ballot of 20 answers for nine trustees takes less."""

_COUNT: Final = """
SELECT count(*), count(*) FILTER (WHERE test.matched AND cast_anyway.key IS NULL)
FROM voting_ballottest test
LEFT JOIN cases_record cast_anyway
    ON cast_anyway.log = test.log AND cast_anyway.name = %s AND cast_anyway.key = test.ballot
WHERE test.log = %s AND test.meeting = %s
"""


class TooManyTests(Refused):
    """Too many reports from this address. Fact: `minutes`."""

    slug = "too-many-tests"
    category = Category.UNAVAILABLE
    zh = "报告次数过多，{minutes}分钟后再试"
    en = "Too many reports; try again in {minutes} minutes"


class ReportTooLarge(Refused):
    """No ballot is so large. Facts: `size`, `most`."""

    slug = "report-too-large"
    category = Category.TOO_LARGE
    zh = "报告有 {size} 字节，最多 {most} 字节"
    en = "The report has {size} bytes; {most} is the most"


class NoSuchVote(Refused):
    """The ballot is for a vote that this meeting has not."""

    slug = "no-such-vote"
    category = Category.NOT_FOUND
    zh = "这次会议没有这张票所属的表决"
    en = "This meeting has no such vote as the ballot is for"


class TestsOver(Refused):
    """The result is declared: tests are counted no more."""

    slug = "tests-over"
    category = Category.CONFLICT
    zh = "结果已宣布，不再计入抽查"
    en = "The result is declared; tests are not counted any more"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an opened ballot stands. vote: whether the manifest is on the ledger; cast: whether the
    ballot was cast all the same; entry: its number, None while it waits to be entered; size: of
    the log that was looked at."""

    vote: bool
    cast: bool
    entry: int | None
    size: int


def standing(view: CaseView, case: str, meeting: str, manifest: bytes, ballot: bytes) -> Standing:
    """Whether the ballot stands on the ledger: an opened one must not."""
    size = logs.size(case)
    vote = view.get(records.VOTES, Hash(manifest))
    found = view.get(records.BALLOTS, Hash(ballot))
    entry = None if found is None else view.log.index_of(found.statement)
    return Standing(vote is not None and vote.meeting == meeting, found is not None, entry, size)


def report(view: CaseView, case: str, meeting: str, challenge: Json, matched: bool) -> None:
    """Count a test; a ballot counts once, and its first report stands.

    A ballot that is not what its opening says has not matched, whatever is claimed. Raises
    NoSuchVote, TestsOver, and what is wrong with a file that is not one of a ballot.
    """
    manifest, challenged = read_challenge(dumps(challenge), view.group)
    vote = view.get(records.VOTES, Hash(manifest.digest))
    if vote is None or vote.meeting != meeting:
        raise NoSuchVote()
    if vote.stage is Stage.DECLARED:
        raise TestsOver()
    check_proofs(challenged.body, manifest, view.group)
    try:
        check_challenged(manifest, challenged, view.group)
    except Refused:
        matched = False
    BallotTest.objects.get_or_create(
        log=case,
        ballot=b64u(challenged.body.digest),
        defaults={"meeting": meeting, "matched": matched},
    )


def count(case: str, meeting: str) -> tuple[int, int]:
    """(tests made, tests matched); a ballot that was cast after all has not matched."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [records.BALLOTS.name, case, meeting])
        done, matched = cursor.fetchone()
    return int(done), int(matched)


def check_rate(address: str) -> None:
    """Raises TooManyTests. Whom the counter is of cannot be read from the cache."""
    digest = hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()
    counter = f"ballot-tests/{digest}"
    cache.add(counter, 0, PAUSE)
    if cache.incr(counter) > MOST:
        raise TooManyTests(minutes=PAUSE // 60)
