"""What the log itself says was erased: openings that nobody can show any more (ledger 4(f))."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bankruptcy.kinds import openings_erased, registry
from ledger.log.disclosure import field_name
from ledger.log.entry import Entry
from ledger.log.errors import Refused


def erased_digests(entries: Sequence[Entry | None]) -> Mapping[bytes, int]:
    """Every digest that an openings.erased names, with the number of that entry.

    Read ahead of the replay, since what is missing shows before the entry that says why. Whether
    the erasure was lawful is judged when the replay comes to it.
    """
    found: dict[bytes, int] = {}
    for n, entry in enumerate(entries):
        if entry is not None and entry.kind == openings_erased.KIND.id:
            for digest in _named(entry, entries[:n]):
                found.setdefault(digest, n)
    return found


def _named(entry: Entry, before: Sequence[Entry | None]) -> list[bytes]:
    try:
        body = openings_erased.KIND.decode(entry.statement.body)
    except Refused:
        return []
    leaf = before[body.entry] if body.entry < len(before) else None
    sealed = None if leaf is None else registry.sealed(leaf)
    if sealed is None:
        return []
    fields = (field_name(sealed.kind, pointer) for pointer in body.fields)
    return [sealed.values[field].digest for field in fields if field in sealed.values]
