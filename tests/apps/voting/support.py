"""A whole vote for tests, from the opening of the case to the declared result, through the intake.

Two motions: `plan-a` under the ordinary rule (one class) and `plan-b`, a reorganisation plan by
groups, in which the tax authority is a class of one weighted line.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.db import connections

from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds import records
from bankruptcy.kinds.counting import (
    amounts_of,
    answers_to_disclose,
    counted_answers,
    vectors_of,
)
from bankruptcy.kinds.deciding import outcomes
from bankruptcy.kinds.electorate import roll_lines, roll_of_motion
from bankruptcy.kinds.register_published import register_rows, table_root
from bankruptcy.kinds.schema import Hash, Id, decode, encode
from bankruptcy.kinds.vote import leaf_of, vote_of_meeting
from bankruptcy.law.pack import builtin
from bankruptcy.meetings import tasks
from ledger import clerk, documents, intake, logs, openings
from ledger.log.encoding import b64u, format_time, parse_amount
from ledger.log.statement import Role, Statement
from ledger.log.suites import possession_message
from tests.apps.acting import STARTS, Body, Case, Person, sequence
from voting.protocol.group import ORDER, default_group, read_scalar, write_scalar
from voting.protocol.keys import TRUSTEE_KEY, prove_key, public_key
from voting.protocol.manifest import Disclosure, KeyHolder, Manifest
from voting.protocol.manifest import Motion as ManifestMotion
from voting.protocol.preparing import Prepared, Question, prepare
from voting.protocol.randomness import SystemRandomness
from voting.protocol.roll import Roll
from voting.protocol.sharing import Share
from voting.protocol.tally import Metric, combine, sum_shares, terms
from voting.protocol.validity import Choice

MEETING = "m1"
MOTIONS = ("plan-a", "plan-b")
OPENS = STARTS + timedelta(days=40, hours=1)
CLOSES = OPENS + timedelta(hours=8)
COMPLAINTS_CLOSE = CLOSES + timedelta(hours=2)
RANDOM = SystemRandomness()
_PLANS: Mapping[str, str] = {"plan-a": "CN-ORD", "plan-b": "CN-PLAN"}


class Meeting(Case):
    """A case with a meeting. Each stage is a method, and each builds on the ones before."""

    def __init__(
        self,
        amounts: Sequence[int] = (60_000_00, 30_000_00, 10_000_00),
        tax: int = 700,
        origins: Sequence[str] = ("http://localhost:8000",),
    ) -> None:
        """amounts: what the ordinary creditors claim, in fen; tax: the tax authority's."""
        super().__init__(origins=origins)
        self.live = False
        self.rows: list[Any] = []
        self.administrator = Person("p-admin", Role.ADMINISTRATOR)
        self.trustees = [Person(f"p-trustee{j}", Role.TRUSTEE) for j in (1, 2, 3)]
        self.creditors = [Person(f"p-c{i}", Role.CREDITOR) for i in range(len(amounts))]
        self.tax = Person("p-tax", Role.CREDITOR)
        self.secrets = [RANDOM.scalar() for _ in self.trustees]
        self.ballots: dict[bytes, Prepared] = {}
        self._amounts = {**dict(zip((c.id for c in self.creditors), amounts, strict=True))}
        self._tax_amount = tax
        self._last: dict[tuple[str, str], bytes] = {}

    def settle(self) -> None:
        """Everything accepted has its number: given here, or by the sequencer that runs."""
        if not self.live:
            sequence()
            return
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            with connections[logs.USING].cursor() as cursor:
                cursor.execute("SELECT count(*) FROM ledger_pending WHERE log = %s", [self.id])
                if cursor.fetchone() == (0,):
                    return
            time.sleep(0.02)
        raise TimeoutError("the sequencer does not run")

    @property
    def view(self) -> PostgresState:
        """The case as it stands."""
        return PostgresState(self.id)

    @property
    def vote(self) -> records.Vote:
        """The vote as it stands."""
        found = vote_of_meeting(self.view, Id(MEETING))
        assert found is not None
        return found

    def act(
        self,
        who: Person,
        kind: str,
        body: Mapping[str, Any],
        rows: Sequence[Any] = (),
        boxes: Sequence[bytes] = (),
    ) -> None:
        """Say it, without waiting for a number."""
        row = logs.log_row(self.id)
        said = Statement(
            act=secrets.token_bytes(16),
            body=dict(body),
            by=who.id,
            case=row.id,
            for_=None if kind.startswith("ballot.cast@") else who.id,
            key=who.key.key.id,
            kind=kind,
            log=row.origin,
            role=who.role,
        )
        self.rows.extend(rows)
        intake.submit(self.id, said.sign(who.key), boxes, rows, wait=0)

    def move(self, to: datetime) -> None:
        """Move the demonstration clock, and let the clerk do what is due."""
        clerk.say(self.id, "clock.moved@1", {"to": format_time(to)}, wait=0)
        tasks.sweep()
        self.settle()

    def appoint(self, who: Person) -> None:
        """Appoint to the person's role and enrol the key."""
        if who.role is not Role.CREDITOR:
            body = Body("role.appointed@1")
            said = {
                "person": who.id,
                "role": who.role.value,
                "name": body.sealed("/name", f"示例 {who.id}"),
                "decision": None,
            }
            self.act(self.judge, body.kind, said, body.rows)
        self.enrol(who.id, who.key.key.suite.value, who.key.key.public_key, self._possession(who))

    def enrol(self, holder: str, suite: str, key: bytes, possession: bytes) -> None:
        """The court enrols a key."""
        said = {
            "holder": holder,
            "suite": suite,
            "public_key": b64u(key),
            "possession": b64u(possession),
            "level": "attested",
            "until": None,
        }
        self.act(self.judge, "key.enrolled@1", said)

    def _possession(self, who: Person) -> bytes:
        origin = logs.log_row(self.id).origin
        return who.key.sign(possession_message(self.id, who.id, origin, who.key.key))

    def convene(self) -> None:
        """Everything up to the motions: people, claims, review, register, meeting."""
        self.open()
        for who in (self.administrator, *self.trustees, *self.creditors, self.tax):
            self.appoint(who)
        for creditor in self.creditors:
            self._file(creditor, self._amounts[creditor.id], "ordinary")
        self._file(self.tax, self._tax_amount, "tax")
        rows = register_rows(self.view)
        published = {"version": 1, "root": b64u(table_root(rows)), "rows": len(rows)}
        self.act(self.administrator, "register.published@1", published)
        body = Body("meeting.convened@1")
        said = {
            "meeting": MEETING,
            "number": 1,
            "starts": format_time(OPENS - timedelta(hours=1)),
            "form": "video",
            "resolved": None,
            "form_reason": None,
            "title": body.sealed("/title", "第一次债权人会议"),
            "agenda": body.sealed("/agenda", "表决两项方案"),
        }
        self.act(self.administrator, body.kind, said, body.rows)
        for motion in MOTIONS:
            self._put(motion)
        self.settle()

    def _file(self, who: Person, fen: int, nature: str) -> None:
        claim = f"c-{who.id}"
        body = Body("claim.filed@1")
        line = {
            "line": "l1",
            "nature": nature,
            "cause": body.sealed("/lines/0/cause", "货款"),
            "amount": body.committed(fen),
            "security": None,
        }
        said = {
            "claim": claim,
            "name": body.sealed("/name", f"{who.id}公司"),
            "identity": body.sealed("/identity", "身份号"),
            "contact": body.sealed("/contact", "电话"),
            "account": None,
            "related": False,
            "joint": None,
            "lines": [line],
            "evidence": [],
        }
        self.act(who, body.kind, said, body.rows)
        body = Body("claim.reviewed@1")
        part = {"part": f"{claim}.l1.{nature}", "nature": nature, "amount": body.committed(fen)}
        reviewed = {
            "line": "l1",
            "nature": nature,
            "status": "admitted",
            "admitted": body.committed(fen),
            "security": None,
            "parts": [part],
            "reasons": [],
            "reason": None,
        }
        said = {"claim": claim, "lines": [reviewed]}
        self.act(self.administrator, body.kind, said, body.rows)

    def _put(self, motion: str) -> None:
        rule = _PLANS[motion]
        matter = next(m for m in builtin().matters.values() if m.rule == rule)
        content = f"{motion} 全文".encode()
        stored = documents.documents().put([content], f"{motion}.txt")
        body = Body("motion.put@1")
        file = {
            "media_type": "text/plain",
            "name": f"{motion}.txt",
            "sha256": b64u(stored.sha256),
            "size": len(content),
        }
        said = {
            "meeting": MEETING,
            "motion": motion,
            "matter": matter.id,
            "rule": rule,
            "round": 1,
            "title": body.sealed(
                "/title", {"plan-a": "《财产管理方案》", "plan-b": "《重整计划草案》"}[motion]
            ),
            "text": body.sealed("/text", file),
            "text_sha256": b64u(sha256(content).digest()),
            "plan": {"untouched_classes": [], "untouched": [], "passed_groups": []}
            if rule == "CN-PLAN"
            else None,
        }
        self.act(self.administrator, body.kind, said, body.rows)

    def key(self, j: int) -> KeyHolder:
        """Trustee j's key for the meeting, published by the server's people of this test."""
        secret = self.secrets[j - 1]
        proof = prove_key(default_group(), RANDOM, secret, TRUSTEE_KEY, self.id, MEETING, f"t{j}")
        return KeyHolder(f"t{j}", public_key(default_group(), secret), proof)

    def publish(self, j: int) -> None:
        """Trustee j publishes his key."""
        holder = self.key(j)
        self.act(
            self.trustees[j - 1],
            "trustee.key_published@1",
            {**dict(holder.encode()), "stands_for": []},  # type: ignore[call-overload]
        )

    def prepare(self, later: timedelta = timedelta()) -> None:
        """The rolls and the manifest are fixed; two of three trustees open the tally."""
        view = self.view
        published = view.find(records.TRUSTEE_KEYS, meeting=MEETING)
        keys = [key for key in published if not key.spent]
        motions = view.find(records.MOTIONS, meeting=MEETING)
        proofs = [
            KeyHolder.decode(
                {"id": k.trustee, "public_key": b64u(k.public_key), "proof": k.proof},
                default_group(),
            )
            for k in keys
        ]
        draft = Manifest(
            case=self.id,
            meeting=MEETING,
            motions=tuple(
                ManifestMotion(m.motion, m.text_sha256, m.rule, bytes(32)) for m in motions
            ),
            trustees=tuple(proofs),
            threshold=2,
            opens=OPENS + later,
            closes=CLOSES + later,
            complaints_close=COMPLAINTS_CLOSE + later,
            disclosure=Disclosure.AGGREGATE,
            recipients=(),
            replacement=self.switches.get("P12") != "no",
            single_trustee_reason=None,
        )
        lines = {
            m.motion: roll_lines(
                view, Hash(bytes(32)), m.motion, roll_of_motion(view, m, draft, logs.now(self.id))
            )
            for m in motions
        }
        rolls = {motion: Roll.of(map(leaf_of, found)) for motion, found in lines.items()}
        manifest = replace(
            draft, motions=tuple(replace(m, roll_root=rolls[m.id].root()) for m in draft.motions)
        )
        heads = [
            {
                "motion": motion,
                "root": b64u(roll.root()),
                "lines": len(roll.leaves),
                "classes": [self._class(roll, name, lines[motion]) for name in roll.classes()],
            }
            for motion, roll in sorted(rolls.items())
        ]
        self.act(
            self.administrator,
            "voting.prepared@1",
            {"manifest": manifest.encode(), "rolls": heads},
        )
        self.settle()

    def _class(self, roll: Roll, name: str, lines: Sequence[records.RollLine]) -> dict[str, Any]:
        heads = sum(leaf.heads for leaf in roll.of_class(name))
        if not roll.has_amount(name):
            return {"class": name, "heads": heads, "total": None, "sigma": None}
        rows = [
            self._amount(part.amount.commitment)
            for x in lines
            if x.class_ == name
            for part in x.parts
        ]
        total = sum(parse_amount(row["amount"]) for row in rows)
        sigma = sum(read_scalar(row["sigma"]) for row in rows) % ORDER
        return {"class": name, "heads": heads, "total": str(total), "sigma": write_scalar(sigma)}

    def _amount(self, commitment: bytes) -> dict[str, Any]:
        row = openings.store().amount_row(commitment)
        assert isinstance(row, dict)
        return row

    @cached_property
    def manifest(self) -> Manifest:
        """The manifest as prepared."""
        return Manifest.decode(self.vote.manifest, default_group())

    def lines_of(self, who: Person) -> list[tuple[str, str]]:
        """(line, motion) that he may answer."""
        found = self.view.find(records.ROLL_LINES, manifest_hash=self.vote.manifest_hash)
        return [(str(x.line), str(x.motion)) for x in found if who.id in x.members]

    def ballot(self, who: Person, choice: Choice) -> Prepared:
        """A ballot that answers every line of his alike."""
        questions = [
            Question(line, motion, choice, self._last.get((line, motion)))
            for line, motion in self.lines_of(who)
        ]
        return prepare(self.manifest, who.id, questions)

    def cast(self, who: Person, choice: Choice, *, false_share_for: int | None = None) -> bytes:
        """He answers every line of his alike; the hash of the ballot's body.

        false_share_for: the index of a trustee whose box holds a false share.
        """
        made = self.ballot(who, choice)
        return self.send(who, made if false_share_for is None else _spoilt(made, false_share_for))

    def send(self, who: Person, made: Prepared) -> bytes:
        """He casts this ballot; the hash of its body."""
        self.act(who, "ballot.cast@1", dict(made.body.encode()), boxes=made.boxes)  # type: ignore[call-overload]
        digest = made.body.digest
        self.ballots[digest] = made
        self._last.update(dict.fromkeys(self.lines_of(who), digest))
        return digest

    def check_boxes_of(self, at: int) -> None:
        """The trustee of this test at position `at` has checked, whatever his index became."""
        ids = [t.id for t in self.manifest.trustees]
        self.check_boxes(1 + ids.index(f"t{at + 1}"), self.trustees[at])

    def check_boxes(self, j: int, who: Person | None = None) -> None:
        """Trustee j has found all his boxes good."""
        self.settle()
        size, _note = logs.checkpoint(self.id)
        self.act(
            who or self.trustees[j - 1],
            "boxes.checked@1",
            {
                "manifest_hash": b64u(self.vote.manifest_hash),
                "index": j,
                "size": size,
                "root": b64u(self.view.log.root_at(size) or b""),
                "complaints": 0,
                "missing": [],
            },
        )

    def shares(self, j: int) -> dict[tuple[bytes, str, str], Share]:
        """Trustee j's shares of every answer cast."""
        return {
            (digest, answer.line, answer.motion): secret.polynomials().share(j)
            for digest, made in self.ballots.items()
            for answer, secret in zip(made.body.answers, made.secrets.answers, strict=True)
        }

    def sums(self, j: int) -> dict[tuple[str, str, str], Share]:
        """Trustee j's pair for every vector."""
        view, vote = self.view, self.vote
        counted, amounts = counted_answers(view, vote), amounts_of(view, vote)
        return {
            v.order: sum_shares(terms(v, counted, amounts), self.shares(j))
            for v in vectors_of(view, vote)
        }

    def sum(self, j: int) -> None:
        """Trustee j gives his sums, and his shares of classes of one weighted line."""
        vote, body = self.vote, Body("tally.summed@1")
        rows = [
            {
                "motion": motion,
                "class": name,
                "metric": metric,
                **self._pair(body, f"/sums/{i}", share, metric),
            }
            for i, ((motion, name, metric), share) in enumerate(self.sums(j).items())
        ]
        head = {
            "manifest_hash": b64u(vote.manifest_hash),
            "counted_hash": b64u(vote.counted_hash or b""),
            "index": j,
        }
        self.act(self.trustees[j - 1], body.kind, {**head, "sums": rows}, body.rows)
        shares = self.shares(j)
        answers = [
            {
                "ballot": b64u(a.ballot),
                "line": a.line,
                "motion": a.motion,
                "f": write_scalar(shares[a.ballot, a.line, a.motion].f),
                "g": write_scalar(shares[a.ballot, a.line, a.motion].g),
            }
            for a in answers_to_disclose(self.view, vote)
        ]
        if answers:
            self.act(self.trustees[j - 1], "disclosure.given@1", {**head, "answers": answers})

    def _pair(self, body: Body, pointer: str, share: Share, metric: str) -> dict[str, Any]:
        f, g = write_scalar(share.f), write_scalar(share.g)
        if metric == Metric.HEADS.value:
            return {"f": f, "g": g}
        return {"f": body.sealed(f"{pointer}/f", f), "g": body.sealed(f"{pointer}/g", g)}

    def declare(self) -> None:
        """The administrator declares what follows from the sums of trustees 1 and 2."""
        self.settle()
        view, vote = self.view, self.vote
        counted, amounts = counted_answers(view, vote), amounts_of(view, vote)
        by_trustee = {j: self.sums(j) for j in (1, 2)}
        body = Body("result.declared@1")
        vectors = []
        for i, vector in enumerate(vectors_of(view, vote)):
            opening = combine(2, {j: sums[vector.order] for j, sums in by_trustee.items()})
            cast = sum(term.weight for term in terms(vector, counted, amounts))
            against, for_ = divmod(opening.value, 2**64)
            r = write_scalar(opening.blinding)
            vectors.append(
                {
                    "motion": vector.motion,
                    "class": vector.class_id,
                    "metric": vector.metric.value,
                    "cast": str(cast),
                    "for": str(for_),
                    "against": str(against),
                    "m": write_scalar(opening.value),
                    "r": r if vector.metric is Metric.HEADS else body.sealed(f"/vectors/{i}/r", r),
                }
            )
        opened = []
        for answer in answers_to_disclose(view, vote):
            made = self.ballots[answer.ballot]
            at = [(a.line, a.motion) for a in made.body.answers].index((answer.line, answer.motion))
            secret = made.secrets.answers[at]
            opened.append(
                {
                    "ballot": b64u(answer.ballot),
                    "line": answer.line,
                    "motion": answer.motion,
                    "v": write_scalar(secret.choice.code),
                    "rho": write_scalar(secret.rho),
                }
            )
        decided = outcomes(
            view,
            vote,
            [decode(records.DeclaredVector, v) for v in vectors],
            [decode(records.DeclaredOpening, o) for o in opened],
        )
        found = logs.quorum_checkpoint(self.id)
        assert found is not None
        self.act(
            self.administrator,
            body.kind,
            {
                "manifest_hash": b64u(vote.manifest_hash),
                "counted_hash": b64u(vote.counted_hash or b""),
                "checkpoint": found[1].encode().decode(),
                "vectors": vectors,
                "opened": opened,
                "motions": [encode(motion) for motion in decided],
            },
            body.rows,
        )
        self.settle()

    # --- whole stretches

    def until_open(self) -> None:
        """Voting has opened."""
        self.convene()
        for j in (1, 2, 3):
            self.publish(j)
        self.prepare()
        self.move(OPENS)

    def until_counted(self, choices: Sequence[Choice]) -> None:
        """Everybody has voted, the vote has closed, and the counted set is fixed."""
        self.until_open()
        self.vote_and_count(choices)

    def vote_and_count(self, choices: Sequence[Choice]) -> None:
        """From the open vote to the counted set."""
        for who, choice in zip((*self.creditors, self.tax), choices, strict=False):
            self.cast(who, choice)
        self.move(CLOSES)
        for j in (1, 2, 3):
            self.check_boxes(j)
        self.move(COMPLAINTS_CLOSE)

    def until_declared(self, choices: Sequence[Choice]) -> None:
        """The result is declared."""
        self.until_counted(choices)
        self.sum_and_declare()

    def sum_and_declare(self) -> None:
        """From the counted set to the result."""
        for j in (1, 2):
            self.sum(j)
        self.declare()


def _spoilt(made: Prepared, index: int) -> Prepared:
    """The ballot with a box for one trustee that does not open; the body names its hash."""
    boxes = list(made.boxes)
    boxes[index - 1] = secrets.token_bytes(len(boxes[index - 1]))
    hashes = tuple(sha256(box).digest() for box in boxes)
    body = replace(made.body, boxes=hashes)
    return Prepared(body, tuple(boxes), made.secrets)
