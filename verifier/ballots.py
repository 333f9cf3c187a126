"""The proofs of all ballots of a log, in batches (protocol 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ledger.log.encoding import b64u
from ledger.log.entry import Entry
from ledger.log.errors import Refused
from ledger.log.jcs import Json
from voting.protocol.ballot import Body, body_hash, check_shape
from voting.protocol.batch import verify_ballots
from voting.protocol.group import Group
from voting.protocol.manifest import Manifest

BATCH = 512

Progress = Callable[[str, int, int], None]
"""(what is being done, how many are done, of how many)."""


def proofs_of(
    entries: Iterable[Entry | None], group: Group, progress: Progress
) -> dict[bytes, bool]:
    """Whether the proofs of each ballot hold, by hash of its body.

    Ballots that do not decode under a manifest of the log, or have the wrong shape, are not
    there: the replay refuses them for that.
    """
    manifests: dict[str, Manifest] = {}
    waiting: dict[str, list[Body]] = {}
    for entry in entries:
        if entry is None:
            continue
        if entry.kind == "voting.prepared@1":
            _note_manifest(entry.statement.body, manifests, group)
        elif entry.kind == "ballot.cast@1":
            _note_ballot(entry.statement.body, manifests, waiting, group)
    of = sum(len(bodies) for bodies in waiting.values())
    found: dict[bytes, bool] = {}
    for named, bodies in waiting.items():
        for start in range(0, len(bodies), BATCH):
            _verify(bodies[start : start + BATCH], manifests[named], group, found)
            progress("ballots", len(found), of)
    return found


def _note_manifest(body: Json, manifests: dict[str, Manifest], group: Group) -> None:
    try:
        manifest = Manifest.decode(body.get("manifest"), group)
    except Refused:
        return
    manifests[b64u(manifest.digest)] = manifest


def _note_ballot(
    body: Json, manifests: dict[str, Manifest], waiting: dict[str, list[Body]], group: Group
) -> None:
    named = body.get("manifest_hash")
    manifest = manifests.get(named) if isinstance(named, str) else None
    if manifest is None:
        return
    try:
        ballot = Body.decode(body, manifest, group)
        check_shape(ballot, manifest)
    except Refused:
        return
    waiting.setdefault(named, []).append(ballot)


def _verify(
    bodies: Sequence[Body], manifest: Manifest, group: Group, found: dict[bytes, bool]
) -> None:
    false = set(verify_ballots(bodies, manifest, group))
    for i, body in enumerate(bodies):
        found[body_hash(body)] = i not in false
