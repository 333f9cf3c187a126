"""Intake: the one way by which a statement comes into a log.

read → (same statement before? its receipt) → who? → lock the case → time → allowed? → projection
and queue in one transaction → receipt. What is acknowledged is committed; what is refused leaves
nothing. Openings and boxes are durable in their store before the commit, so that no accepted
statement lacks them.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connections,
    transaction,
)
from psycopg import errors

from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds import judge, openings_erased, records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import AnyKind
from bankruptcy.kinds.leaves import committed, hidden
from bankruptcy.kinds.refusals import NotOpened, WrongCase
from ledger import beforehand, erasing, locks, logs, openings, receipts, tables
from ledger.beforehand import Found
from ledger.log import jcs, statement
from ledger.log.dsse import Envelope
from ledger.log.encoding import MAX_INTEGER, sha256, unb64u
from ledger.log.entry import Entry
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.jcs import Json
from ledger.log.statement import Statement
from ledger.logs import LogRow
from ledger.opened import SentOpenings
from ledger.queries import Query, ask
from ledger.receipts import Receipt
from ledger.submission import Submission
from voting.protocol.group import default_group

BALLOT: Final = "ballot.cast@1"
PENDING: Final = "ledger_pending"
"""Channel on which the database tells the sequencer that something waits."""
_TRIES: Final = 5
_LOCK_WAIT: Final = "8s"


class BadSubmission(Malformed):
    """What came beside the statement is not as 9.8 says. Fact: `what`."""

    slug = "bad-submission"
    zh = "提交的内容格式不符：{what}"
    en = "The submission is not in the required form: {what}"


class Busy(Refused):
    """The case is taken by other acts, or the database is not to be had."""

    slug = "busy"
    category = Category.UNAVAILABLE
    zh = "办理的人太多，没有记录任何内容；请稍后原样再提交一次"
    en = "Too much is going on and nothing was recorded; send the same again in a moment"


class NotKnown(Busy):
    """The database went away before it said whether the statement stands."""

    slug = "not-known"
    zh = "数据库暂时连不上，还不知道收到没有；请稍后原样再提交一次，送几次都只算一次"
    en = (
        "The database cannot be reached and it is not known whether this was recorded; send the"
        " same again in a moment: however often it is sent, it counts once"
    )


def submit(
    log: str,
    envelope: Envelope | Json,
    boxes: Sequence[bytes | Json] = (),
    rows: Iterable[Json] = (),
    *,
    wait: float = receipts.WAIT,
) -> Receipt:
    """Take a statement in: a receipt of grade 2 within `wait` seconds, else of grade 1.

    `rows`: openings as in ledger 9.10. The same statement again gives its receipt again, whatever
    came to pass since. Raises the refusal that says what is wrong; then nothing was recorded.
    """
    row = logs.log_row(log)
    opened = envelope if isinstance(envelope, Envelope) else Envelope.from_json(envelope)
    said = statement.read(opened)
    digest = opened.digest()
    try:
        fresh = logs.find(log, digest) is None
        if fresh:
            _accept(_read(row, opened, said, boxes, rows))
        if said.kind == openings_erased.KIND.id:
            erasing.carry_out(log)
        return receipts.of(log, digest, wait, fresh=fresh)
    except (OperationalError, InterfaceError) as error:
        raise NotKnown() from error


def _read(
    row: LogRow,
    envelope: Envelope,
    said: Statement,
    boxes: Sequence[bytes | Json],
    rows: Iterable[Json],
) -> Submission:
    """Everything that needs no lock. Raises Malformed of every sort, UnknownKind, EntryTooLarge."""
    if (said.log, said.case) != (row.origin, row.id):
        raise WrongCase()
    sealed = tuple(_box(i, box) for i, box in enumerate(boxes))
    if sealed and said.kind != BALLOT:
        raise BadSubmission(what="boxes")
    now = datetime.fromtimestamp(0).astimezone()
    kind, _statement, act = judge.read(envelope, now, now, sealed if said.kind == BALLOT else None)
    Entry(MAX_INTEGER, bytes(32), now, now, envelope, said).encode()
    opened = SentOpenings(rows, default_group())
    opened.check_named(*_hides(kind, act))
    return Submission(row, envelope, said, kind, act, opened, sealed)


def _box(position: int, box: bytes | Json) -> bytes:
    try:
        return box if isinstance(box, bytes) else unb64u(box)
    except Malformed as error:
        raise BadSubmission(what=f"boxes, {position}") from error


def _hides(kind: AnyKind, act: Act[object]) -> tuple[dict[bytes, str], list[bytes]]:
    """digest -> field name of what the body seals, and the amounts that it commits to."""
    fields: dict[bytes, str] = {item.digest: item.field for item in hidden(kind.id, act.body)}
    return fields, [item.commitment for item in committed(act.body)]


def _accept(submission: Submission) -> None:
    """Judge and queue, again where another act got in between.

    Raises the refusal; Busy where nothing was recorded, NotKnown where the database does not say.
    """
    found = beforehand.check(submission)
    last: Exception | None = None
    for attempt in range(_TRIES):
        try:
            # durable: never inside a larger transaction, which could still be undone.
            with transaction.atomic(using=logs.USING, durable=True):
                _accept_once(submission, found)
            return
        except DataError as error:
            raise BadSubmission(what="text") from error
        except (IntegrityError, OperationalError, InterfaceError) as error:
            if isinstance(error.__cause__, errors.LockNotAvailable):
                raise Busy() from error
            # Another act put the same record first, or the database went away: judged anew, the
            # act passes or is refused for the reason that now holds.
            connections[logs.USING].close_if_unusable_or_obsolete()
            time.sleep(0.02 * attempt)
            last = error
    raise (Busy if isinstance(last, IntegrityError) else NotKnown)() from last


def _accept_once(submission: Submission, found: Found) -> None:
    log, kind, act = submission.log, submission.kind, submission.act
    state = PostgresState(log.id, submission.openings, held=found.ballots)
    state.worked.ballots.update(found.decoded)
    with connections[logs.USING].cursor() as cursor:
        shared = None if kind.locks is None else kind.locks(act.body)
        # Two copies of one statement wait for one another, too.
        one = f"statement {submission.digest.hex()}"
        keys = None if shared is None else (*shared, one)
        places = submission.places
        *_locked, (standing,), known = ask(
            cursor,
            [
                *locks.taking(log.id, keys, patience=_LOCK_WAIT),
                logs.asking_standing(log.id, submission.digest),
                state.fetching(places),
            ],
        )
        new, received, at = logs.standing(log.id, standing)
        if not new:
            return
        act = replace(act, received=received, at=at)
        state.fetched(places, known)
        judged = _judge(state, submission, act)
        judge.apply(state, judged)
        tables.keep(log.id, state, act)
        ask(
            cursor,
            [
                *state.writing(),
                *_moving_clock(log, state, received),
                Query(
                    "INSERT INTO ledger_pending (log, digest, envelope, kind, received)"
                    " VALUES (%s, %s, %s, %s, %s) RETURNING pg_notify(%s, '')",
                    [
                        *(log.id, submission.digest, submission.envelope.encode()),
                        *(kind.id, received, PENDING),
                    ],
                ),
            ],
        )
        # Last, when nothing but the commit can fail: an act that is refused leaves no opening.
        _keep_outside(submission)


def _judge(state: PostgresState, submission: Submission, act: Act[Any]) -> judge.Judged:
    judge.check_signature(state, submission.envelope, act, verified=True)
    judged = judge.judge(state, submission.kind, submission.statement, act)
    unsent = submission.openings.not_sent(*_hides(submission.kind, act))
    if missing := [*judged.not_opened, *unsent]:
        raise NotOpened(what=", ".join(dict.fromkeys(missing[:5])))
    return judged


def _moving_clock(log: LogRow, state: PostgresState, received: datetime) -> Iterator[Query]:
    """A demonstration clock, which stood at `received`, stands where the case file says."""
    file = records.case_file(state)
    demonstration = file is not None and file.clock is records.Clock.DEMONSTRATION
    if file is not None and demonstration and file.clock_at != received:
        yield Query(
            "UPDATE ledger_log SET standing = %s WHERE id = %s AND standing <> %s",
            [file.clock_at, log.id, file.clock_at],
        )


def _keep_outside(submission: Submission) -> None:
    store = openings.store()
    if submission.openings.rows:
        store.put_many(submission.openings.rows)
    if submission.boxes:
        store.put_boxes(sha256(jcs.dumps(submission.statement.body)), submission.boxes)
