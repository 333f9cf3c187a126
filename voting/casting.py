"""What a ballot page needs of a vote: the motions, the visitor's lines with their weights and
the articles that give them, and the ballots that theirs would replace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bankruptcy.cases.reading import Reader
from bankruptcy.delivery.articles import cited
from bankruptcy.kinds import records
from bankruptcy.kinds.missing_boxes import unsupplied
from bankruptcy.kinds.schema import File, Id
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import manifest_of, window
from bankruptcy.people.access import Access
from ledger.log.encoding import b64u, format_time
from ledger.log.jcs import Json


@dataclass(frozen=True, slots=True)
class MyLine:
    """One vote of the visitor. amount: fen, None where the line is a head only."""

    line: str
    class_: str
    heads: int
    amount: int | None
    weighted: bool
    articles: tuple[str, ...]
    replaces: bytes | None
    """The ballot that holds the last answer of this line to the motion."""
    replaces_mine: bool
    void: bool
    """That ballot was found void: until voting closes he can vote again."""
    final: bool
    """It is answered, and the meeting rules let nobody change a cast ballot (P12)."""


@dataclass(frozen=True, slots=True)
class MyMotion:
    """A motion on which the visitor votes, with the lines that he answers for."""

    id: str
    title: str
    matter: str
    matter_zh: str
    matter_en: str
    file: File | None
    lines: tuple[MyLine, ...]


def closes(view: CaseView, vote: records.Vote) -> datetime:
    """When voting ends, by the log's clock."""
    return window(view, vote).closes


def extended_from(view: CaseView, vote: records.Vote) -> datetime | None:
    """The close as it was first set, where voting was extended."""
    first = manifest_of(view, vote).closes
    return None if first == closes(view, vote) else first


def opens(view: CaseView, vote: records.Vote) -> datetime:
    """When voting begins, by the log's clock."""
    return window(view, vote).opens


def drawn(view: CaseView, vote: records.Vote) -> tuple[int, ...]:
    """The digits drawn so that claim numbers that end in them test a ballot."""
    return tuple(d.digit for d in view.find(records.DRAWN, manifest_hash=vote.manifest_hash))


def my_votes(access: Access, vote: records.Vote) -> tuple[MyMotion, ...]:
    """The motions with lines of the visitor, in the manifest's order."""
    view = access.view
    own: dict[str, list[records.RollLine]] = {}
    for line in view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash):
        if access.pseudonym in line.members:
            own.setdefault(line.motion, []).append(line)
    reader = Reader(view)
    found = []
    for listed in manifest_of(view, vote).motions:
        motion = view.get(records.MOTIONS, vote.meeting, listed.id)
        if listed.id in own and motion is not None:
            found.append(_motion(access, reader, vote, motion, own[listed.id]))
    return tuple(found)


def _motion(
    access: Access,
    reader: Reader,
    vote: records.Vote,
    motion: records.Motion,
    lines: Iterable[records.RollLine],
) -> MyMotion:
    matter = access.view.pack.matter(motion.matter)
    return MyMotion(
        id=motion.motion,
        title=reader.opened(motion.title) or motion.motion,
        matter=motion.matter,
        matter_zh=matter.title.zh,
        matter_en=matter.title.en,
        file=reader.document(motion.text),
        lines=tuple(line_shown(access, reader, vote, line) for line in lines),
    )


def line_shown(
    access: Access, reader: Reader, vote: records.Vote, line: records.RollLine
) -> MyLine:
    """A line of a roll as a ballot page shows it."""
    view, pack = access.view, access.view.pack
    last = view.get(records.LAST_ANSWERS, vote.manifest_hash, line.motion, line.line)
    ballot = None if last is None else view.get(records.BALLOTS, last.ballot)
    amounts = [reader.fen(part.amount) for part in line.parts]
    known = [amount for amount in amounts if amount is not None]
    return MyLine(
        line=line.line,
        class_=line.class_,
        heads=line.heads,
        amount=sum(known) if line.parts and len(known) == len(amounts) else None,
        weighted=line.weight is not None,
        articles=tuple(dict.fromkeys(cited(pack.article(ground)) for ground in line.grounds)),
        replaces=None if last is None else last.ballot,
        replaces_mine=ballot is not None and ballot.signer == access.pseudonym,
        void=ballot is not None and ballot.void,
        final=ballot is not None and not ballot.void and not manifest_of(view, vote).replacement,
    )


def to_answer(motions: Iterable[MyMotion]) -> int:
    """How many answers are open: none was given, or the one given is void."""
    return sum(line.replaces is None or line.void for motion in motions for line in motion.lines)


def boxes_missing(access: Access, vote: records.Vote) -> tuple[records.MissingBox, ...]:
    """Boxes of the visitor's own ballots that a trustee misses and nobody has supplied."""
    if vote.stage not in (records.Stage.OPEN, records.Stage.CLOSED):
        return ()
    own = {
        ballot.ballot
        for ballot in access.view.find(
            records.BALLOTS, manifest_hash=vote.manifest_hash, signer=access.pseudonym
        )
        if not ballot.void
    }
    return tuple(box for box in unsupplied(access.view, vote) if box.ballot in own)


def ballot_data(access: Access, vote: records.Vote) -> dict[str, Json]:
    """What the ballot page's script fetches. Amounts are of the visitor's own lines only."""
    manifest, times = manifest_of(access.view, vote), window(access.view, vote)
    first = extended_from(access.view, vote)
    return {
        "manifest": vote.manifest,
        "manifest_hash": b64u(vote.manifest_hash),
        "stage": vote.stage.value,
        "opens": format_time(times.opens),
        "closes": format_time(times.closes),
        "extended_from": None if first is None else format_time(first),
        "now": format_time(access.now),
        "replacement": manifest.replacement,
        "drawn": [*drawn(access.view, vote)],
        "signer": access.pseudonym,
        "motions": [_motion_json(access.case, motion) for motion in my_votes(access, vote)],
        "ballots": [
            {
                "ballot": b64u(ballot.ballot),
                "void": ballot.void,
                "statement": ballot.statement.hex(),
            }
            for ballot in access.view.find(
                records.BALLOTS, manifest_hash=vote.manifest_hash, signer=access.pseudonym
            )
        ],
        "missing": [
            {"ballot": b64u(box.ballot), "index": box.index} for box in boxes_missing(access, vote)
        ],
    }


def _motion_json(case: str, motion: MyMotion) -> Json:
    file = motion.file
    return {
        "id": motion.id,
        "title": motion.title,
        "matter": {"id": motion.matter, "zh": motion.matter_zh, "en": motion.matter_en},
        "text": None
        if file is None
        else {
            "name": file.name,
            "size": file.size,
            "media_type": file.media_type,
            "url": f"/c/{case}/documents/{file.sha256.hex()}",
        },
        "lines": [line_json(line) for line in motion.lines],
    }


def line_json(line: MyLine) -> dict[str, Json]:
    """A line as the page's script reads it."""
    return {
        "line": line.line,
        "class": line.class_,
        "heads": line.heads,
        "amount": None if line.amount is None else str(line.amount),
        "weighted": line.weighted,
        "articles": list(line.articles),
        "replaces": None if line.replaces is None else b64u(line.replaces),
        "final": line.final,
    }


def meeting_of(access: Access, meeting: str) -> records.Meeting | None:
    """The meeting, or None."""
    return access.view.get(records.MEETINGS, Id(meeting))
