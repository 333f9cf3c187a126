"""What goes into the statements of a vote, computed from the case as its log tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from bankruptcy.kinds import records
from bankruptcy.kinds.counting import (
    amounts_of,
    answers_to_disclose,
    bodies_of,
    counted_answers,
    shares_given,
    vectors_of,
)
from bankruptcy.kinds.deciding import outcomes
from bankruptcy.kinds.electorate import roll_lines, roll_of_motion
from bankruptcy.kinds.register_published import table_root
from bankruptcy.kinds.schema import Code, Count, Hash, Id, ScalarBytes, encode
from bankruptcy.kinds.vote import leaf_of, manifest_of, vote_of_meeting
from bankruptcy.kinds.weights_published import amount_vectors, answers_of
from demo.replica import Replica
from demo.sealing import Secret
from ledger.log.disclosure import field_name
from ledger.log.encoding import b64u, unb64u
from voting.protocol.ballot import Pair
from voting.protocol.disclosure import disclose
from voting.protocol.group import scalar_bytes, scalar_of, write_scalar
from voting.protocol.keys import KeyProof
from voting.protocol.manifest import Disclosure, KeyHolder, Manifest, Motion
from voting.protocol.pedersen import Opening
from voting.protocol.preparing import Prepared, Question, prepare
from voting.protocol.randomness import SystemRandomness
from voting.protocol.roll import Roll, sum_openings
from voting.protocol.sharing import Share
from voting.protocol.tally import Metric, cast_of, combine, split, terms
from voting.protocol.validity import Choice
from voting.protocol.weights import KnownAnswer, publish_vector

THRESHOLD: Final = 2
_RANDOM: Final = SystemRandomness()


@dataclass(frozen=True, slots=True)
class Window:
    """When a vote opens and closes, and until when boxes may be complained of."""

    opens: datetime
    closes: datetime
    complaints_close: datetime


def vote_on(view: Replica, meeting: str) -> records.Vote | None:
    """The vote prepared for a meeting, or None."""
    return vote_of_meeting(view, Id(meeting))


def preparation(
    view: Replica, meeting: str, trustees: Sequence[str], window: Window
) -> dict[str, Any]:
    """Body of voting.prepared: the manifest, and the rolls as they follow from the register."""
    file = records.case_file(view)
    motions = view.find(records.MOTIONS, meeting=meeting)
    if file is None or not motions:
        raise ValueError("no case or no motion")
    draft = Manifest(
        case=file.case,
        meeting=meeting,
        motions=tuple(Motion(m.motion, m.text_sha256, m.rule, bytes(32)) for m in motions),
        trustees=tuple(_holder(view, meeting, trustee) for trustee in trustees),
        threshold=THRESHOLD,
        opens=window.opens,
        closes=window.closes,
        complaints_close=window.complaints_close,
        disclosure=Disclosure.AGGREGATE,
        recipients=(),
        replacement=True,
        single_trustee_reason=None,
    )
    heads, named = [], []
    for motion, entry in zip(motions, draft.motions, strict=True):
        found = roll_of_motion(view, motion, draft, view.now)
        lines = roll_lines(view, Hash(bytes(32)), motion.motion, found)
        roll = Roll.of(map(leaf_of, lines))
        named.append(replace(entry, roll_root=roll.root()))
        heads.append(
            {
                "motion": motion.motion,
                "root": b64u(roll.root()),
                "lines": len(roll.leaves),
                "classes": [_class_row(view, roll, lines, name) for name in roll.classes()],
            }
        )
    manifest = replace(draft, motions=tuple(named))
    return {
        "manifest": manifest.encode(),
        "rolls": sorted(heads, key=lambda head: str(head["motion"])),
    }


def _holder(view: Replica, meeting: str, trustee: str) -> KeyHolder:
    for key in view.find(records.TRUSTEE_KEYS, meeting=meeting):
        if key.trustee == trustee and not key.spent:
            return KeyHolder(trustee, key.public_key, KeyProof.decode(key.proof, view.group))
    raise ValueError(f"no key of trustee {trustee}")


def _class_row(
    view: Replica, roll: Roll, lines: Sequence[records.RollLine], name: str
) -> dict[str, Any]:
    total = sigma = None
    if roll.has_amount(name):
        opening = sum_openings(
            _weight(view, line) for line in lines if line.class_ == name and line.weight is not None
        )
        total, sigma = str(opening.value), write_scalar(opening.blinding)
    heads = sum(leaf.heads for leaf in roll.of_class(name))
    return {"class": name, "heads": heads, "total": total, "sigma": sigma}


def known_weights(view: Replica, meeting: str) -> dict[Pair, Opening]:
    """(w, σ) of every weighted (line, motion) of a vote."""
    lines = view.find(records.ROLL_LINES, manifest_hash=_vote(view, meeting).manifest_hash)
    return {(x.line, x.motion): _weight(view, x) for x in lines if x.weight is not None}


def _weight(view: Replica, line: records.RollLine) -> Opening:
    return sum_openings(view.amount_opening(part.amount.commitment) for part in line.parts)


def ballot(
    view: Replica,
    meeting: str,
    signer: str,
    choices: Mapping[str, Choice],
    member: str | None = None,
) -> Prepared:
    """A ballot of all lines of `member`. choices: by motion; other motions are left out.

    member: the principal for whom an agent signs; None where one votes for oneself.
    """
    vote = _vote(view, meeting)
    questions = []
    for line in view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash):
        if (member or signer) in line.members and line.motion in choices:
            last = view.get(records.LAST_ANSWERS, vote.manifest_hash, line.motion, line.line)
            replaces = None if last is None else last.ballot
            questions.append(Question(line.line, line.motion, choices[line.motion], replaces))
    return prepare(manifest_of(view, vote), signer, questions)


def declaration(view: Replica, meeting: str, checkpoint: str) -> dict[str, Any]:
    """Body of result.declared from the trustees' sums. checkpoint: the note relied on.

    Raises SumsTooFew, and NotOpened where a sum of amounts cannot be read.
    """
    vote = _vote(view, meeting)
    manifest = manifest_of(view, vote)
    counted, amounts = counted_answers(view, vote), amounts_of(view, vote)
    summed = view.find(records.SUMS, manifest_hash=vote.manifest_hash)
    vectors, shown = [], []
    for i, vector in enumerate(vectors_of(view, vote)):
        shares = {s.index: _share(view, s.sums[i], i) for s in summed}
        opening = combine(manifest.threshold, shares)
        cast = cast_of(terms(vector, counted, amounts))
        result = split(opening.value, cast)
        declared = records.DeclaredVector(
            motion=Id(vector.motion),
            class_=Code(vector.class_id),
            metric=Code(vector.metric.value),
            cast=Count(cast),
            for_=Count(result.for_),
            against=Count(result.against),
            m=ScalarBytes(scalar_bytes(opening.value)),
            r=ScalarBytes(scalar_bytes(opening.blinding)),
        )
        vectors.append(declared)
        row: Any = encode(declared)
        if vector.metric is Metric.AMOUNT:
            row["r"] = Secret(row["r"])
        shown.append(row)
    opened = _opened(view, vote, manifest)
    return {
        **_counted(vote),
        "checkpoint": checkpoint,
        "vectors": shown,
        "opened": [encode(answer) for answer in opened],
        "motions": [encode(motion) for motion in outcomes(view, vote, vectors, opened)],
    }


Table = list[dict[str, Any]]
"""The rows of a table, in order."""


def weights(view: Replica, meeting: str) -> tuple[dict[str, Any], Table]:
    """Body of weights.published after a result, and the rows of its table."""
    vote = _vote(view, meeting)
    result = view.get(records.RESULTS, vote.manifest_hash)
    if result is None:
        raise ValueError(f"no result of {meeting}")
    counted = counted_answers(view, vote)
    bodies = bodies_of(view, vote, counted)
    rows: Table = []
    heads = []
    for vector in amount_vectors(view, vote):
        i, given = next(
            (i, one)
            for i, one in enumerate(result.vectors)
            if (one.motion, one.class_, one.metric) == vector.order
        )
        made = publish_vector(
            view.group,
            _RANDOM,
            vote.manifest_hash,
            vector.motion,
            _blinding(view, given, i),
            [
                KnownAnswer(
                    answer.line,
                    bodies[answer.ballot].answer(answer.pair).c,
                    _weight(view, _line(view, vote, answer.pair)),
                )
                for answer in answers_of(vector, counted)
            ],
        )
        rows += [proof.encode() for proof in made.proofs]
        heads.append(
            {
                "motion": vector.motion,
                "class": vector.class_id,
                "cast": str(given.cast),
                "sigma": write_scalar(made.sigma),
                "m": b64u(given.m),
                "r": write_scalar(made.r),
            }
        )
    body = {
        **_counted(vote),
        "declared": b64u(result.statement),
        "root": b64u(table_root(rows)),
        "rows": len(rows),
        "vectors": heads,
    }
    return body, rows


def _line(view: Replica, vote: records.Vote, pair: tuple[str, str]) -> records.RollLine:
    line = view.get(records.ROLL_LINES, vote.manifest_hash, pair[1], pair[0])
    if line is None:
        raise ValueError(f"{pair} is on no roll")
    return line


def _blinding(view: Replica, given: records.DeclaredVector, i: int) -> int:
    if isinstance(given.r, bytes):
        return scalar_of(given.r)
    field = field_name("result.declared@1", f"/vectors/{i}/r")
    return scalar_of(unb64u(view.opening(field, given.r.digest)))


def _opened(view: Replica, vote: records.Vote, manifest: Manifest) -> list[records.DeclaredOpening]:
    due = answers_to_disclose(view, vote)
    bodies = bodies_of(view, vote, due)
    found = []
    for answer in due:
        given = shares_given(view, vote, answer)
        shares = {index: _plain(share.f, share.g) for index, share in given.items()}
        body = bodies[answer.ballot].answer((answer.line, answer.motion))
        _choice, opening = disclose(view.group, manifest.threshold, body, shares)
        found.append(
            records.DeclaredOpening(
                ballot=Hash(answer.ballot),
                line=Id(answer.line),
                motion=Id(answer.motion),
                v=ScalarBytes(scalar_bytes(opening.value)),
                rho=ScalarBytes(scalar_bytes(opening.blinding)),
            )
        )
    return found


def _share(view: Replica, given: records.VectorSum, i: int) -> Share:
    if isinstance(given.f, bytes) or isinstance(given.g, bytes):
        return _plain(given.f, given.g)
    f = view.opening(field_name("tally.summed@1", f"/sums/{i}/f"), given.f.digest)
    g = view.opening(field_name("tally.summed@1", f"/sums/{i}/g"), given.g.digest)
    return Share(scalar_of(unb64u(f)), scalar_of(unb64u(g)))


def _plain(f: object, g: object) -> Share:
    if not isinstance(f, bytes) or not isinstance(g, bytes):
        raise TypeError("a share that should stand in clear is sealed")
    return Share(scalar_of(f), scalar_of(g))


def _counted(vote: records.Vote) -> dict[str, Any]:
    if vote.counted_hash is None:
        raise ValueError("not counted yet")
    return {"manifest_hash": b64u(vote.manifest_hash), "counted_hash": b64u(vote.counted_hash)}


def _vote(view: Replica, meeting: str) -> records.Vote:
    vote = vote_on(view, meeting)
    if vote is None:
        raise ValueError(f"no vote is prepared for {meeting}")
    return vote
