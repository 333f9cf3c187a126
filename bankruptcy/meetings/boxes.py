"""The end of the sealed boxes: gone when the last trustee has destroyed his key (protocol 3).

What was never kept cannot leak later. The court's store loses them too; backups of the stores
are the operator's to keep no longer than the law asks.
"""

from __future__ import annotations

import logging

from django.db import connections

from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds import records
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.vote import manifest_of
from ledger import logs, openings
from ledger.log.encoding import unb64u

_logger = logging.getLogger(__name__)
_gone: set[Hash] = set()
"""Votes whose boxes this process knows to be gone."""


def destroy() -> None:
    """Delete the boxes of every vote of which no trustee has a key any more."""
    for case, manifest in _ended():
        if manifest not in _gone:
            _of_vote(case, manifest)


def _of_vote(case: str, manifest_hash: Hash) -> None:
    view = PostgresState(case)
    vote = view.get(records.VOTES, manifest_hash)
    destroyed = view.find(records.KEYS_DESTROYED, manifest_hash=manifest_hash)
    if vote is None or len(destroyed) < len(manifest_of(view, vote).trustees):
        return
    ballots = view.find(records.BALLOTS, manifest_hash=manifest_hash)
    names = {openings.ballot_name(ballot.ballot) for ballot in ballots}
    there, _erased = openings.store().names()
    if names & there:
        openings.store().erase(sorted(names & there))
        _logger.info("%d boxes of a vote in %s are deleted", len(names & there), case)
    _gone.add(manifest_hash)


def _ended() -> list[tuple[str, Hash]]:
    """(case, manifest hash) of votes of which some trustee has destroyed his key."""
    with connections[logs.USING].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT r.log, r.record->>'manifest_hash' FROM ledger_log l"
            " JOIN cases_record r ON r.log = l.id AND r.name = %s ORDER BY 1, 2",
            [records.KEYS_DESTROYED.name],
        )
        return [(case, Hash(unb64u(text, 32))) for case, text in cursor.fetchall()]
