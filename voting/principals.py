"""What an agent's ballot page needs: the lines of all his principals, and which he may answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from bankruptcy.cases.reading import Reader
from bankruptcy.kinds import people, records
from bankruptcy.kinds.vote import manifest_of
from bankruptcy.people.access import Access
from ledger.log.jcs import Json
from voting import casting


def has_any(access: Access, vote: records.Vote) -> bool:
    """Has a principal of the visitor a line in this vote?"""
    return next(_lines(access, vote), None) is not None


def missing(access: Access, vote: records.Vote) -> Mapping[str, int]:
    """Choices that he may make and that are not cast yet, by principal."""
    return Counter(
        principal
        for line, principal, covered in _lines(access, vote)
        if covered
        and access.view.get(records.LAST_ANSWERS, vote.manifest_hash, line.motion, line.line)
        is None
    )


def data(access: Access, vote: records.Vote) -> dict[str, Json]:
    """As `casting.ballot_data`, but motions of all lines of his principals."""
    reader = Reader(access.view)
    names = reader.names()
    found: dict[str, list[Json]] = {}
    for line, principal, covered in _lines(access, vote):
        shown = casting.line_shown(access, reader, vote, line)
        found.setdefault(line.motion, []).append(
            {
                **casting.line_json(shown),
                "principal": principal,
                "name": names.get(principal, principal),
                "covered": covered,
            }
        )
    motions: list[Json] = []
    for listed in manifest_of(access.view, vote).motions:
        record = access.view.get(records.MOTIONS, vote.meeting, listed.id)
        if record is not None and listed.id in found:
            title = reader.opened(record.title) or listed.id
            motions.append({"id": listed.id, "title": title, "lines": found[listed.id]})
    return {**casting.ballot_data(access, vote), "motions": motions}


def _lines(access: Access, vote: records.Vote) -> Iterator[tuple[records.RollLine, str, bool]]:
    """Lines of members for whom the visitor acts, the member, and whether voting is covered."""
    held = people.authorities_of(access.view, access.pseudonym, access.now)
    by_principal: dict[str, list[records.Authority]] = {}
    for authority in held:
        by_principal.setdefault(authority.principal, []).append(authority)
    if not by_principal:
        return
    for line in access.view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash):
        motion = access.view.get(records.MOTIONS, vote.meeting, line.motion)
        for member in line.members:
            if motion is not None and member in by_principal:
                covers = [
                    a.votes_on(vote.meeting, line.motion, motion.matter)
                    for a in by_principal[member]
                ]
                yield line, member, any(covers) and people.is_creditor(access.view, member)
                break
