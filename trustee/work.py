"""What a tally trustee works out and says, from the case as its log tells it (protocol 3, 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bankruptcy.kinds import missing_boxes, records
from bankruptcy.kinds.counting import counted_answers, shares_given, vectors_of
from bankruptcy.kinds.disclosing import to_give
from bankruptcy.kinds.schema import Hash, Id
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import ballot_of, leaf_of, manifest_of, rolls_of, vote_of_meeting
from demo.replica import Replica
from demo.sealing import Secret
from ledger.log.encoding import b64u, sha256, unb64u
from ledger.log.errors import Category, Refused
from voting.protocol.ballot import Body, Pair
from voting.protocol.complaint import complain, open_box
from voting.protocol.counted import Counted, counted_hash
from voting.protocol.errors import BoxUnopened
from voting.protocol.group import default_group, write_scalar
from voting.protocol.keys import TRUSTEE_KEY, prove_key, public_key
from voting.protocol.pedersen import Opening
from voting.protocol.randomness import SystemRandomness
from voting.protocol.roll import check_weight_opening
from voting.protocol.sharing import Share
from voting.protocol.tally import AnswerKey, Metric, sum_shares, terms

AT_ONCE: Final = 100
"""Answers of one `disclosure.given`: a statement has at most 35,000 bytes."""
_RANDOM: Final = SystemRandomness()

Shares = Mapping[AnswerKey, Share]
"""A trustee's share of every answer, by (ballot, line, motion)."""
Weights = Mapping[Pair, Opening]
"""(w, σ) of every weighted (line, motion)."""


class NotThisVote(Refused):
    """No vote of the meeting stands, or the person is no trustee of it. Fact: `meeting`."""

    slug = "not-this-vote"
    category = Category.NOT_FOUND
    zh = "会议 {meeting} 没有您监票的表决"
    en = "Meeting {meeting} has no vote of which you are a tally trustee"


class CountedFalse(Refused):
    """What the server says was counted is not what follows from the log. Fact: `what`."""

    slug = "counted-false"
    zh = "{what} 与账本推出的不符：不给出合计，联系法院"
    en = "{what} is not what follows from the ledger: no sum is given; tell the court"


class WeightMissing(Refused):
    """The amount of a line is not known, so that nothing is summed. Facts: `line`, `motion`."""

    slug = "weight-missing"
    category = Category.NOT_FOUND
    zh = "没有取到 {motion} 中 {line} 的金额，不求和"
    en = "The amount of {line} on {motion} is not known; nothing is summed"


class ShareMissing(Refused):
    """A counted answer of which there is no good share. Facts: `line`, `motion`."""

    slug = "share-missing"
    category = Category.NOT_FOUND
    zh = "缺少 {motion} 中 {line} 的份额，不给出合计"
    en = "There is no good share of {line} on {motion}; nothing is given"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a trustee found in his boxes, by ballot: shares that hold, and what is wrong."""

    shares: Shares
    faulty: tuple[bytes, ...]
    """Ballots of which the box does not open or a share does not hold."""
    missing: tuple[bytes, ...]
    """Ballots of which there is no box, or one of another hash."""


def vote_on(view: CaseView, meeting: str) -> records.Vote:
    """The vote last prepared for a meeting. Raises NotThisVote."""
    vote = vote_of_meeting(view, Id(meeting))
    if vote is None:
        raise NotThisVote(meeting=meeting)
    return vote


def index_of(view: CaseView, vote: records.Vote, person: str) -> int:
    """The index, from 1, of the trustee that this person is. Raises NotThisVote."""
    keys = view.find(records.TRUSTEE_KEYS, meeting=vote.meeting, person=Id(person))
    own = {bytes(key.public_key) for key in keys}
    for index, trustee in enumerate(manifest_of(view, vote).trustees, start=1):
        if trustee.public_key in own:
            return index
    raise NotThisVote(meeting=vote.meeting)


# --- The key


def new_trustee_secret() -> int:
    """A trustee's secret for one meeting."""
    return _RANDOM.scalar()


def trustee_key(
    case: str, meeting: str, trustee: str, secret: int, stands_for: Sequence[str]
) -> dict[str, Any]:
    """Body of trustee.key_published."""
    group = default_group()
    proof = prove_key(group, _RANDOM, secret, TRUSTEE_KEY, case, meeting, trustee)
    return {
        "id": trustee,
        "public_key": b64u(public_key(group, secret)),
        "proof": proof.encode(),
        "stands_for": list(stands_for),
    }


def is_key_of(view: CaseView, vote: records.Vote, index: int, secret: int) -> bool:
    """Is the secret that of the manifest's trustee?"""
    named = manifest_of(view, vote).trustee(index)
    return named.public_key == public_key(view.group, secret)


def key_destroyed(view: CaseView, meeting: str, index: int) -> dict[str, Any]:
    """Body of keys.destroyed."""
    return {"manifest_hash": b64u(vote_on(view, meeting).manifest_hash), "index": index}


# --- The boxes


def open_boxes(
    view: CaseView, meeting: str, index: int, secret: int, boxes: Mapping[str, str]
) -> Opened:
    """Open the box of every ballot that is not void, and check every share.

    boxes: in base64url by the hash of the ballot's body, as served.
    """
    vote = vote_on(view, meeting)
    manifest = manifest_of(view, vote)
    found: dict[AnswerKey, Share] = {}
    faulty, missing = [], []
    for cast in view.find(records.BALLOTS, manifest_hash=vote.manifest_hash):
        if cast.void:
            continue
        body = ballot_of(view, cast.statement, cast.body, manifest)
        box = unb64u(boxes.get(b64u(cast.ballot), ""))
        if sha256(box) != body.boxes[index - 1]:
            missing.append(bytes(cast.ballot))
            continue
        try:
            shares = open_box(view.group, manifest, index, secret, body, box)
        except BoxUnopened:
            faulty.append(bytes(cast.ballot))
            continue
        for answer, share in zip(body.answers, shares, strict=True):
            found[bytes(cast.ballot), answer.line, answer.motion] = share
    return Opened(found, tuple(sorted(faulty)), tuple(sorted(missing)))


def complaint(
    view: CaseView, meeting: str, index: int, secret: int, ballot: bytes, box: str
) -> dict[str, Any]:
    """Body of ballot.complained of one's box of a ballot.

    Judged first: raises ComplaintUnfounded where it would only publish a share.
    """
    vote = vote_on(view, meeting)
    manifest, body = manifest_of(view, vote), _body(view, vote, ballot)
    made = complain(view.group, _RANDOM, manifest, index, secret, body, unb64u(box)).encode()
    if not isinstance(made, dict):
        raise TypeError("a complaint is an object")
    return made


def may_judge(view: CaseView, meeting: str, person: str, ballot: bytes) -> bool:
    """Is the ballot neither of him nor of those for whom he stands, nor of a line of theirs?"""
    vote = vote_on(view, meeting)
    keys = view.find(records.TRUSTEE_KEYS, meeting=vote.meeting, person=Id(person))
    persons = {Id(person)}.union(*(key.stands_for for key in keys))
    body = _body(view, vote, ballot)
    lines = [
        view.get(records.ROLL_LINES, vote.manifest_hash, answer.motion, answer.line)
        for answer in body.answers
    ]
    members = {member for line in lines if line is not None for member in line.members}
    return not persons & {Id(body.signer), *members}


def to_name(
    view: CaseView, meeting: str, index: int, missing: Sequence[bytes]
) -> tuple[bytes, ...]:
    """Of the ballots whose box is missing, those that this trustee has not named yet."""
    named = missing_boxes.named(view, vote_on(view, meeting), index)
    return tuple(ballot for ballot in missing if ballot not in named)


def box_missing(view: CaseView, meeting: str, index: int, ballot: bytes) -> dict[str, Any]:
    """Body of box.missing."""
    vote = vote_on(view, meeting)
    return {
        "manifest_hash": b64u(vote.manifest_hash),
        "index": index,
        "ballot": b64u(ballot),
    }


def boxes_checked(view: Replica, meeting: str, index: int) -> dict[str, Any]:
    """Body of boxes.checked over the log as it was read: one's complaints, and what one misses."""
    vote = vote_on(view, meeting)
    upheld = view.find(records.COMPLAINTS, manifest_hash=vote.manifest_hash)
    missing = [box.ballot for box in missing_boxes.unsupplied(view, vote) if box.index == index]
    return {
        "manifest_hash": b64u(vote.manifest_hash),
        "index": index,
        "size": view.size,
        "root": b64u(view.root),
        "complaints": sum(complaint.index == index for complaint in upheld),
        "missing": [b64u(ballot) for ballot in sorted(missing)],
    }


# --- Sums and shares


def sums(
    view: CaseView, meeting: str, index: int, shares: Shares, weights: Weights
) -> dict[str, Any]:
    """Body of tally.summed.

    Recomputes the counted set's hash, every roll's root, and for every line of an amount its
    (w, σ) against its W. Raises CountedFalse, WeightMissing, OpeningFalse and the like, which
    name what does not hold.
    """
    vote = vote_on(view, meeting)
    counted = counted_answers(view, vote)
    if counted_hash(vote.manifest_hash, counted) != vote.counted_hash:
        raise CountedFalse(what="counted_hash")
    for answer in counted:
        _share(shares, answer)
    rolls = rolls_of(view, vote)
    for motion in manifest_of(view, vote).motions:
        if rolls[motion.id].root() != motion.roll_root:
            raise CountedFalse(what=motion.id)
    vectors = vectors_of(view, vote)
    summed = {(v.motion, v.class_id) for v in vectors if v.metric is Metric.AMOUNT}
    amounts: dict[Pair, int] = {}
    for line in view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash):
        if line.weight is None or (str(line.motion), str(line.class_)) not in summed:
            continue
        opening = weights.get((line.line, line.motion))
        if opening is None:
            raise WeightMissing(line=line.line, motion=line.motion)
        check_weight_opening(view.group, leaf_of(line), opening)
        amounts[line.line, line.motion] = opening.value
    given = []
    for vector in vectors:
        pair = sum_shares(terms(vector, counted, amounts), shares)
        f, g = write_scalar(pair.f), write_scalar(pair.g)
        hide = vector.metric is Metric.AMOUNT
        given.append(
            {
                "motion": vector.motion,
                "class": vector.class_id,
                "metric": vector.metric.value,
                "f": Secret(f) if hide else f,
                "g": Secret(g) if hide else g,
            }
        )
    return {**_counted(vote), "index": index, "sums": given}


def disclosures(
    view: CaseView, meeting: str, index: int, shares: Shares
) -> tuple[dict[str, Any], ...]:
    """Bodies of disclosure.given: the answers that are to be disclosed and not given yet."""
    vote = vote_on(view, meeting)
    due = [
        item
        for item in to_give(view, vote).values()
        if index not in shares_given(view, vote, item.answer)
    ]
    rows = []
    for item in due:
        share = _share(shares, item.answer)
        f, g = write_scalar(share.f), write_scalar(share.g)
        rows.append(
            {
                "ballot": b64u(item.answer.ballot),
                "line": item.answer.line,
                "motion": item.answer.motion,
                "f": f if item.clear else Secret(f),
                "g": g if item.clear else Secret(g),
            }
        )
    parts = [rows[i : i + AT_ONCE] for i in range(0, len(rows), AT_ONCE)]
    return tuple({**_counted(vote), "index": index, "answers": part} for part in parts)


def _share(shares: Shares, answer: Counted) -> Share:
    found = shares.get((answer.ballot, answer.line, answer.motion))
    if found is None:
        raise ShareMissing(line=answer.line, motion=answer.motion)
    return found


def _body(view: CaseView, vote: records.Vote, ballot: bytes) -> Body:
    cast = missing_boxes.ballot_under(view, vote, Hash(ballot))
    return ballot_of(view, cast.statement, cast.body, manifest_of(view, vote))


def _counted(vote: records.Vote) -> dict[str, Any]:
    if vote.counted_hash is None:
        raise NotThisVote(meeting=vote.meeting)
    return {"manifest_hash": b64u(vote.manifest_hash), "counted_hash": b64u(vote.counted_hash)}
