"""How far each tally trustee of a vote is, for the desks."""

from __future__ import annotations

from bankruptcy.cases.reading import Reader
from bankruptcy.kinds import records
from bankruptcy.kinds.schema import PointBytes
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import manifest_of


def progress(view: CaseView, vote: records.Vote) -> list[dict[str, object]]:
    """A row for each trustee of the manifest, in its order; `index` counts from 1."""
    names = Reader(view).names()
    keys = {k.public_key: k for k in view.find(records.TRUSTEE_KEYS, meeting=vote.meeting)}
    digest = vote.manifest_hash
    return [
        {
            "index": index,
            "name": names.get(keys[PointBytes(t.public_key)].person, t.id),
            "checked": view.get(records.BOXES_CHECKED, digest, index) is not None,
            "excused": view.get(records.NOT_AWAITED, digest, index) is not None,
            "summed": view.get(records.SUMS, digest, index) is not None,
            "destroyed": view.get(records.KEYS_DESTROYED, digest, index) is not None,
        }
        for index, t in enumerate(manifest_of(view, vote).trustees, start=1)
    ]
