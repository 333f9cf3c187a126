"""One clean creditors' meeting on a `World`: from the case's opening to the verified result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bankruptcy.kinds import records
from bankruptcy.kinds.counting import (
    amounts_of,
    answers_to_disclose,
    bodies_of,
    counted_answers,
    counts_from,
    due_hash,
    due_left_out,
    shares_given,
    vectors_of,
)
from bankruptcy.kinds.deciding import outcomes
from bankruptcy.kinds.disclosing import to_give
from bankruptcy.kinds.electorate import roll_lines, roll_of_motion
from bankruptcy.kinds.people import CLERK
from bankruptcy.kinds.schema import Hash, Id, Sealed, decode, encode
from bankruptcy.kinds.vote import leaf_of, manifest_of, vote_of_meeting, window
from bankruptcy.kinds.weights_published import answers_of
from ledger.log.encoding import b64u, format_time, sha256, unb64u
from ledger.log.statement import Role
from tests.rules.world import CASE, DAY, START, World
from voting.protocol.ballot import Body, body_hash
from voting.protocol.complaint import open_box
from voting.protocol.disclosure import disclose
from voting.protocol.group import scalar_bytes, scalar_of
from voting.protocol.keys import TRUSTEE_KEY, prove_key, public_key
from voting.protocol.manifest import Manifest
from voting.protocol.manifest import Motion as ManifestMotion
from voting.protocol.pedersen import Opening
from voting.protocol.preparing import Prepared, Question, prepare
from voting.protocol.randomness import SystemRandomness
from voting.protocol.roll import Roll, sum_openings
from voting.protocol.sharing import Share
from voting.protocol.tally import Metric, cast_of, combine, split, sum_shares, terms
from voting.protocol.validity import Choice
from voting.protocol.weights import KnownAnswer, publish_vector

Json = Any
TRUSTEES = {"court": "judge", "administrator": "administrator", "committee": "carol"}
OPENS, CLOSES, COMPLAINTS = timedelta(hours=1), timedelta(hours=8), timedelta(hours=32)
"""From the meeting's start to the opening; from the opening to close and end of complaints."""

CREDITORS: Mapping[str, int] = {"alice": 40_000_00, "bob": 30_000_00, "dora": 10_000_00}
BALLOTS: Mapping[str, Choice] = {
    "alice": Choice.FOR,
    "bob": Choice.FOR,
    "dora": Choice.AGAINST,
    "tax": Choice.FOR,
}


@dataclass
class Meeting:
    """A meeting with its trustees' secrets and the ballots cast."""

    world: World
    name: str = "meeting-1"
    secrets: dict[str, int] = field(default_factory=dict)
    boxes: dict[bytes, tuple[bytes, ...]] = field(default_factory=dict)
    cast: list[Prepared] = field(default_factory=list)
    starts: datetime = START
    trustees: Mapping[str, str] = field(default_factory=lambda: TRUSTEES)
    """Whose keys are published: trustee id -> person."""
    threshold: int = 2
    manifest_changes: Mapping[str, Json] = field(default_factory=dict)
    """What its manifest has otherwise than the clean one."""
    present: tuple[int, ...] | None = None
    """Trustees who take part in the tally; None: all."""

    @property
    def vote(self) -> records.Vote:
        found = vote_of_meeting(self.world.state, Id(self.name))
        assert found is not None
        return found

    @property
    def manifest(self) -> Manifest:
        return manifest_of(self.world.state, self.vote)

    @property
    def indices(self) -> tuple[int, ...]:
        everybody = tuple(range(1, len(self.manifest.trustees) + 1))
        return everybody if self.present is None else self.present


def opened_case(world: World | None = None) -> World:
    """The case is open; administrator, trustees and creditors have roles and keys."""
    world = world or World()
    world.say("case.opened@1", Role.COURT, "judge", case_body(world))
    for person in ("administrator", "carol"):
        world.enrol(person)
    for person, role in (
        ("administrator", Role.ADMINISTRATOR),
        ("judge", Role.TRUSTEE),
        ("administrator", Role.TRUSTEE),
        ("carol", Role.TRUSTEE),
    ):
        appoint(world, person, role)
    return world


def case_body(world: World) -> Json:
    kind = "case.opened@1"
    return {
        "court_name": world.seal(kind, "/court_name", "某市中级人民法院"),
        "case_number": world.seal(kind, "/case_number", "（2026）某破1号"),
        "debtor": world.seal(kind, "/debtor", "海川公司"),
        "procedure": "reorganisation",
        "accepted": "2026-01-02",
        "announced": "2026-01-05",
        "filing_ends": "2026-02-10",
        "switches": [],
    }


def appoint(world: World, person: str, role: Role) -> None:
    world.say("role.appointed@1", Role.COURT, "judge", appointment(world, person, role))


def appointment(world: World, person: str, role: Role) -> Json:
    return {
        "person": person,
        "role": role.value,
        "name": world.seal("role.appointed@1", "/name", f"{person} 某"),
        "decision": None,
    }


def claim_body(world: World, claim: str, amount: int, nature: str = "ordinary") -> Json:
    kind = "claim.filed@1"
    return {
        "claim": claim,
        "name": world.seal(kind, "/name", "王秀兰"),
        "identity": world.seal(kind, "/identity", "110101199001010000"),
        "contact": world.seal(kind, "/contact", "13800000000"),
        "account": None,
        "related": False,
        "joint": None,
        "lines": [
            {
                "line": "l1",
                "nature": nature,
                "cause": world.seal(kind, "/lines/0/cause", "借款"),
                "amount": world.commit(amount),
                "security": None,
            }
        ],
        "evidence": [
            {
                "evidence": f"{claim}-e1",
                "file": world.document(kind, "/evidence/0/file", claim.encode()),
                "title": world.seal(kind, "/evidence/0/title", "借款合同"),
                "purpose": world.seal(kind, "/evidence/0/purpose", "证明借款"),
            }
        ],
    }


def file_claim(world: World, creditor: str, amount: int, nature: str = "ordinary") -> str:
    claim = f"c-{creditor}"
    world.enrol(creditor, "administrator", Role.ADMINISTRATOR)
    world.say("claim.filed@1", Role.CREDITOR, creditor, claim_body(world, claim, amount, nature))
    return claim


def review_body(world: World, claim: str, amount: int, nature: str = "ordinary") -> Json:
    return {
        "claim": claim,
        "lines": [
            {
                "line": "l1",
                "nature": nature,
                "status": "admitted",
                "admitted": world.commit(amount),
                "security": None,
                "parts": [
                    {
                        "part": f"{claim}.l1.{nature}",
                        "nature": nature,
                        "amount": world.commit(amount),
                    }
                ],
                "reasons": [],
                "reason": None,
            }
        ],
    }


def question_body(world: World, question: str, claim: str) -> Json:
    kind = "evidence.questioned@1"
    return {
        "question": question,
        "claim": claim,
        "evidence": f"{claim}-e1",
        "points": [
            {
                "point": "authenticity",
                "stance": "contested",
                "reason": world.seal(kind, "/points/0/reason", "签名不像"),
            },
            {"point": "lawfulness", "stance": "accepted", "reason": None},
            {"point": "relevance", "stance": "accepted", "reason": None},
            {"point": "probative_force", "stance": "accepted", "reason": None},
        ],
    }


def answer_body(world: World, question: str) -> Json:
    kind = "evidence.answered@1"
    answer = world.seal(kind, "/answers/0/answer", "原件可核对")
    return {
        "question": question,
        "answers": [{"point": "authenticity", "answer": answer, "refusal": None}],
    }


def reviewed_case(world: World | None = None) -> World:
    """Claims filed, one cross-examined and answered, all reviewed, the register published."""
    world = opened_case(world)
    for creditor, amount in CREDITORS.items():
        file_claim(world, creditor, amount)
    file_claim(world, "tax", 17_528_919_94, "tax")
    question = question_body(world, "q-1", "c-alice")
    world.say("evidence.questioned@1", Role.CREDITOR, "bob", question)
    world.say("evidence.answered@1", Role.CREDITOR, "alice", answer_body(world, "q-1"))
    for creditor, amount in CREDITORS.items():
        review(world, creditor, amount)
    review(world, "tax", 17_528_919_94, "tax")
    world.publish_register()
    return world


def review(world: World, creditor: str, amount: int, nature: str = "ordinary") -> None:
    body = review_body(world, f"c-{creditor}", amount, nature)
    world.say("claim.reviewed@1", Role.ADMINISTRATOR, "administrator", body)


PLAN = (("plan", "PLAN-6", "CN-PLAN"),)
"""Id, matter and rule of the one motion of the plain meeting."""


def convened(
    world: World,
    motions: Sequence[tuple[str, str, str]] = PLAN,
    trustees: Mapping[str, str] = TRUSTEES,
    threshold: int = 2,
) -> Meeting:
    """The meeting is convened, the motions are put, and the trustees have published keys."""
    meeting = Meeting(world, starts=world.now + 20 * DAY, trustees=trustees, threshold=threshold)
    body = convening(world, meeting.name, 1, meeting.starts)
    world.say("meeting.convened@1", Role.ADMINISTRATOR, "administrator", body)
    for motion, matter, rule in motions:
        put_motion(meeting, motion, matter, rule)
    publish_trustee_keys(meeting)
    return meeting


def convening(world: World, name: str, number: int, starts: datetime) -> Json:
    kind = "meeting.convened@1"
    return {
        "meeting": name,
        "number": number,
        "starts": format_time(starts),
        "form": "video",
        "resolved": None,
        "form_reason": None,
        "title": world.seal(kind, "/title", "第一次债权人会议"),
        "agenda": world.seal(kind, "/agenda", "表决重整计划草案"),
    }


def put_motion(meeting: Meeting, motion: str, matter: str, rule: str) -> None:
    body = motion_body(meeting, motion, matter, rule)
    meeting.world.say("motion.put@1", Role.ADMINISTRATOR, "administrator", body)


def motion_body(meeting: Meeting, motion: str, matter: str, rule: str) -> Json:
    world, kind = meeting.world, "motion.put@1"
    text = "重整计划草案".encode()
    return {
        "meeting": meeting.name,
        "motion": motion,
        "matter": matter,
        "rule": rule,
        "round": 1,
        "title": world.seal(kind, "/title", "重整计划草案"),
        "text": world.document(kind, "/text", text),
        "text_sha256": b64u(sha256(text)),
        "plan": None,
    }


def publish_trustee_keys(meeting: Meeting) -> None:
    for trustee, person in meeting.trustees.items():
        publish_trustee_key(meeting, trustee, person)


def publish_trustee_key(meeting: Meeting, trustee: str, person: str) -> None:
    body = trustee_key_body(meeting, trustee)
    meeting.world.say("trustee.key_published@1", Role.TRUSTEE, person, body)


def trustee_key_body(meeting: Meeting, trustee: str) -> Json:
    """A fresh key with its proof; the meeting keeps its secret."""
    world = meeting.world
    randomness = SystemRandomness()
    secret = randomness.scalar()
    meeting.secrets[trustee] = secret
    proof = prove_key(world.group, randomness, secret, TRUSTEE_KEY, CASE, meeting.name, trustee)
    return {
        "id": trustee,
        "public_key": b64u(public_key(world.group, secret)),
        "proof": proof.encode(),
        "stands_for": [],
    }


def preparation(meeting: Meeting) -> Json:
    """The body of voting.prepared as it follows from the record; its tables are kept."""
    world = meeting.world
    published = world.state.find(records.TRUSTEE_KEYS, meeting=Id(meeting.name))
    keys = sorted((k for k in published if not k.spent), key=lambda k: k.trustee)
    opens = max(meeting.starts, world.now) + OPENS
    manifest = Manifest.decode(
        {
            "protocol": "concursus/v1",
            "case": CASE,
            "meeting": meeting.name,
            "motions": [
                ManifestMotion(m.motion, m.text_sha256, m.rule, bytes(32)).encode()
                for m in world.state.find(records.MOTIONS, meeting=Id(meeting.name))
            ],
            "trustees": [
                {"id": k.trustee, "public_key": b64u(k.public_key), "proof": k.proof} for k in keys
            ],
            "threshold": meeting.threshold,
            "opens": format_time(opens),
            "closes": format_time(opens + CLOSES),
            "complaints_close": format_time(opens + COMPLAINTS),
            "disclosure": "aggregate",
            "recipients": [],
            "replacement": True,
            "single_trustee_reason": None,
            **meeting.manifest_changes,
        },
        world.group,
    )
    value = manifest.encode()
    heads = []
    for i, motion in enumerate(manifest.motions):
        record = world.state.get(records.MOTIONS, meeting.name, motion.id)
        assert record is not None
        found = roll_of_motion(world.state, record, manifest, world.now)
        lines = roll_lines(world.state, Hash(bytes(32)), record.motion, found)
        roll = Roll.of(map(leaf_of, lines))
        world.keep_table([leaf.encode() for leaf in roll.leaves])
        value["motions"][i]["roll_root"] = b64u(roll.root())
        heads.append(_head(world, motion.id, roll, lines))
    return {"manifest": value, "rolls": sorted(heads, key=lambda h: h["motion"])}


def _head(world: World, motion: str, roll: Roll, lines: tuple[records.RollLine, ...]) -> Json:
    classes = []
    for name in roll.classes():
        total = None
        if roll.has_amount(name):
            parts = [p.amount.commitment for x in lines if x.class_ == name for p in x.parts]
            total = sum_openings(Opening(world.amounts[p], world.sigmas[p]) for p in parts)
        classes.append(
            {
                "class": name,
                "heads": sum(leaf.heads for leaf in roll.of_class(name)),
                "total": None if total is None else str(total.value),
                "sigma": None if total is None else b64u(scalar_bytes(total.blinding)),
            }
        )
    lines_ = len(roll.leaves)
    return {"motion": motion, "root": b64u(roll.root()), "lines": lines_, "classes": classes}


def prepared(meeting: Meeting) -> None:
    body = preparation(meeting)
    meeting.world.say("voting.prepared@1", Role.ADMINISTRATOR, "administrator", body)


def clerk_says(meeting: Meeting, kind: str, **more: Json) -> None:
    body = {"manifest_hash": b64u(meeting.vote.manifest_hash), **more}
    meeting.world.say(kind, Role.CLERK, CLERK, body)


def opened(meeting: Meeting) -> None:
    meeting.world.move_clock(meeting.manifest.opens)
    clerk_says(meeting, "voting.opened@1")


def ballot(meeting: Meeting, voter: str, choice: Choice, signer: str | None = None) -> Prepared:
    """A ballot over every line of the voter, replacing what stands; signed by him, or for him."""
    world, vote = meeting.world, meeting.vote
    questions = []
    for line in world.state.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash):
        if voter in line.members:
            last = world.state.get(records.LAST_ANSWERS, vote.manifest_hash, line.motion, line.line)
            replaces = None if last is None else last.ballot
            questions.append(Question(line.line, line.motion, choice, replaces))
    return prepare(meeting.manifest, signer or voter, questions, group=world.group)


def cast(meeting: Meeting, voter: str, made: Prepared) -> None:
    world = meeting.world
    world.say("ballot.cast@1", Role.CREDITOR, voter, made.body.encode(), made.boxes)
    meeting.boxes[body_hash(made.body)] = made.boxes
    meeting.cast.append(made)


def voted(meeting: Meeting) -> None:
    """Presences, a replaced ballot, everybody's ballot, and the close."""
    world = meeting.world
    for voter in ("alice", "dora"):
        presence = {"meeting": meeting.name, "person": voter}
        world.say("presence.began@1", Role.CREDITOR, voter, presence)
    cast(meeting, "alice", ballot(meeting, "alice", Choice.AGAINST))
    for voter, choice in BALLOTS.items():
        cast(meeting, voter, ballot(meeting, voter, choice))
    closed(meeting)


def closed(meeting: Meeting) -> None:
    meeting.world.move_clock(window(meeting.world.state, meeting.vote).closes)
    clerk_says(meeting, "voting.closed@1")


def checked(meeting: Meeting) -> None:
    """Every trustee has opened its boxes."""
    world = meeting.world
    for index in meeting.indices:
        trustee = meeting.manifest.trustee(index)
        for made in meeting.cast:
            secret = meeting.secrets[trustee.id]
            box = meeting.boxes[body_hash(made.body)][index - 1]
            open_box(world.group, meeting.manifest, index, secret, made.body, box)
        size = len(world.said)
        body = {
            "manifest_hash": b64u(meeting.vote.manifest_hash),
            "index": index,
            "size": size,
            "root": b64u(world.tree.root()),
            "complaints": 0,
            "missing": [],
        }
        world.say("boxes.checked@1", Role.TRUSTEE, person_of(meeting, index), body)


def counted(meeting: Meeting) -> None:
    world = meeting.world
    at = counts_from(world.state, meeting.vote)
    if at > world.now:
        world.move_clock(at + timedelta(microseconds=-at.microsecond))
    clerk_says(meeting, "voting.counted@1", **counting(meeting))


def counting(meeting: Meeting) -> Json:
    """What the clerk says of the counted set, as it follows now."""
    state, vote = meeting.world.state, meeting.vote
    left_out = [b64u(ballot) for ballot in due_left_out(state, vote)]
    return {"counted_hash": b64u(due_hash(state, vote)), "left_out": left_out}


def shares_of(meeting: Meeting, index: int) -> dict[tuple[bytes, str, str], Share]:
    """A trustee's shares of every counted answer."""
    world, trustee = meeting.world, meeting.manifest.trustee(index)
    found: dict[tuple[bytes, str, str], Share] = {}
    answers = counted_answers(world.state, meeting.vote)
    for digest, body in bodies_of(world.state, meeting.vote, answers).items():
        box = meeting.boxes[digest][index - 1]
        secret = meeting.secrets[trustee.id]
        shares = open_box(world.group, meeting.manifest, index, secret, body, box)
        for answer, share in zip(body.answers, shares, strict=True):
            found[digest, answer.line, answer.motion] = share
    return found


def sums_body(meeting: Meeting, index: int) -> Json:
    world, kind = meeting.world, "tally.summed@1"
    answers = counted_answers(world.state, meeting.vote)
    amounts = amounts_of(world.state, meeting.vote)
    shares = shares_of(meeting, index)
    rows = []
    for i, vector in enumerate(vectors_of(world.state, meeting.vote)):
        total = sum_shares(terms(vector, answers, amounts), shares)
        f, g = b64u(scalar_bytes(total.f)), b64u(scalar_bytes(total.g))
        hidden = vector.metric is Metric.AMOUNT
        rows.append(
            {
                "motion": vector.motion,
                "class": vector.class_id,
                "metric": vector.metric.value,
                "f": world.seal(kind, f"/sums/{i}/f", f) if hidden else f,
                "g": world.seal(kind, f"/sums/{i}/g", g) if hidden else g,
            }
        )
    return {**_over(meeting), "index": index, "sums": rows}


def _over(meeting: Meeting) -> Json:
    assert meeting.vote.counted_hash is not None
    return {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "counted_hash": b64u(meeting.vote.counted_hash),
    }


def disclosure_body(meeting: Meeting, index: int) -> Json:
    """The shares that a trustee has still to give."""
    shares = shares_of(meeting, index)
    due = to_give(meeting.world.state, meeting.vote)
    wanted = [
        given
        for given in due.values()
        if index not in shares_given(meeting.world.state, meeting.vote, given.answer)
    ]
    rows = []
    for i, given in enumerate(wanted):
        answer, share = given.answer, shares[given.key]
        f, g = b64u(scalar_bytes(share.f)), b64u(scalar_bytes(share.g))
        seal = meeting.world.seal
        rows.append(
            {
                "ballot": b64u(answer.ballot),
                "line": answer.line,
                "motion": answer.motion,
                "f": f if given.clear else seal("disclosure.given@1", f"/answers/{i}/f", f),
                "g": g if given.clear else seal("disclosure.given@1", f"/answers/{i}/g", g),
            }
        )
    return {**_over(meeting), "index": index, "answers": rows}


def summed(meeting: Meeting) -> None:
    for index in meeting.indices:
        person = person_of(meeting, index)
        world = meeting.world
        world.say("tally.summed@1", Role.TRUSTEE, person, sums_body(meeting, index))
        shares = disclosure_body(meeting, index)
        if shares["answers"]:
            world.say("disclosure.given@1", Role.TRUSTEE, person, shares)


def person_of(meeting: Meeting, index: int) -> str:
    return meeting.trustees[meeting.manifest.trustee(index).id]


def result_body(meeting: Meeting) -> Json:
    """What follows from sums and disclosures, for the administrator to declare."""
    world, vote, kind = meeting.world, meeting.vote, "result.declared@1"
    answers = counted_answers(world.state, vote)
    amounts = amounts_of(world.state, vote)
    rows = []
    for i, vector in enumerate(vectors_of(world.state, vote)):
        weighted = terms(vector, answers, amounts)
        shares = {j: sum_shares(weighted, shares_of(meeting, j)) for j in meeting.indices}
        opening = combine(meeting.threshold, shares)
        found = split(opening.value, cast_of(weighted))
        r = b64u(scalar_bytes(opening.blinding))
        hidden = vector.metric is Metric.AMOUNT
        rows.append(
            {
                "motion": vector.motion,
                "class": vector.class_id,
                "metric": vector.metric.value,
                "cast": str(found.cast),
                "for": str(found.for_),
                "against": str(found.against),
                "m": b64u(scalar_bytes(opening.value)),
                "r": world.seal(kind, f"/vectors/{i}/r", r) if hidden else r,
            }
        )
    opened_rows = _opened(meeting)
    vectors = decode(tuple[records.DeclaredVector, ...], rows)
    openings = decode(tuple[records.DeclaredOpening, ...], opened_rows)
    decided = outcomes(world.state, vote, vectors, openings)
    return {
        **_over(meeting),
        "checkpoint": world.checkpoint_note().encode().decode(),
        "vectors": rows,
        "opened": opened_rows,
        "motions": encode(decided),
    }


def _opened(meeting: Meeting) -> list[Json]:
    world, rows = meeting.world, []
    due = answers_to_disclose(world.state, meeting.vote)
    bodies = bodies_of(world.state, meeting.vote, due)
    for answer in due:
        shares = {
            j: shares_of(meeting, j)[answer.ballot, answer.line, answer.motion]
            for j in meeting.indices
        }
        body: Body = bodies[answer.ballot]
        _, opening = disclose(
            world.group, meeting.threshold, body.answer((answer.line, answer.motion)), shares
        )
        rows.append(
            {
                "ballot": b64u(answer.ballot),
                "line": answer.line,
                "motion": answer.motion,
                "v": b64u(scalar_bytes(opening.value)),
                "rho": b64u(scalar_bytes(opening.blinding)),
            }
        )
    return rows


def declared(meeting: Meeting) -> None:
    body = result_body(meeting)
    meeting.world.say("result.declared@1", Role.ADMINISTRATOR, "administrator", body)


def weights_body(meeting: Meeting) -> Json:
    """The proofs that open the amount results without the amounts; their table is kept."""
    world, vote = meeting.world, meeting.vote
    counted_ = counted_answers(world.state, vote)
    result = world.state.get(records.RESULTS, vote.manifest_hash)
    assert result is not None
    rows: list[Json] = []
    heads = []
    for i, vector in enumerate(vectors_of(world.state, vote)):
        if vector.metric is not Metric.AMOUNT:
            continue
        answers = answers_of(vector, counted_)
        bodies = bodies_of(world.state, vote, answers)
        given = result.vectors[i]
        assert isinstance(given.r, Sealed)
        r = scalar_of(unb64u(world.openings[given.r.digest].value))
        known = [
            KnownAnswer(
                answer.line,
                bodies[answer.ballot].answer(answer.pair).c,
                weight_of(meeting, answer.line, answer.motion),
            )
            for answer in answers
        ]
        made = publish_vector(
            world.group, SystemRandomness(), vote.manifest_hash, vector.motion, r, known
        )
        rows += [proof.encode() for proof in made.proofs]
        heads.append(
            {
                "motion": vector.motion,
                "class": vector.class_id,
                "cast": str(given.cast),
                "sigma": b64u(scalar_bytes(made.sigma)),
                "m": b64u(given.m),
                "r": b64u(scalar_bytes(made.r)),
            }
        )
    return {
        **_over(meeting),
        "declared": b64u(result.statement),
        "root": b64u(world.keep_table(rows)),
        "rows": len(rows),
        "vectors": heads,
    }


def weight_of(meeting: Meeting, line: str, motion: str) -> Opening:
    """(w, σ) of a line's W."""
    world = meeting.world
    found = world.state.get(records.ROLL_LINES, meeting.vote.manifest_hash, motion, line)
    assert found is not None
    parts = [part.amount.commitment for part in found.parts]
    return sum_openings(Opening(world.amounts[p], world.sigmas[p]) for p in parts)


def published(meeting: Meeting) -> None:
    body = weights_body(meeting)
    meeting.world.say("weights.published@1", Role.ADMINISTRATOR, "administrator", body)


def verified(meeting: Meeting) -> None:
    meeting.world.say("result.verified@1", Role.COURT, "judge", verified_body(meeting))


def verified_body(meeting: Meeting) -> Json:
    world = meeting.world
    result = world.state.get(records.RESULTS, meeting.vote.manifest_hash)
    assert result is not None
    return {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "declared": b64u(result.statement),
        "size": len(world.said),
        "root": b64u(world.tree.root()),
        "verdict": "verified",
        "note": None,
    }


def whole_meeting(world: World | None = None) -> Meeting:
    """Everything, to the end."""
    meeting = convened(reviewed_case(world))
    prepared(meeting)
    opened(meeting)
    voted(meeting)
    checked(meeting)
    counted(meeting)
    summed(meeting)
    declared(meeting)
    published(meeting)
    verified(meeting)
    return meeting
