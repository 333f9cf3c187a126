"""What the simulated creditors' devices compute: statements and ballots, in several processes.

Every function here runs in a worker of the pool over one slice of the crowd. A statement comes
back as the bytes of its POST, so that whoever sends it again sends the same.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from typing import Any, Final, Self

from demo import bodies
from demo.person import Person, Submission
from ledger.log.encoding import sha256
from ledger.log.jcs import Json
from ledger.log.sign import Es256Signer
from ledger.log.statement import Role
from rehearsal.crowd import Fate, Simulated
from voting.protocol.ballot import associated_data
from voting.protocol.group import ORDER, default_group
from voting.protocol.manifest import Manifest
from voting.protocol.preparing import Prepared, Question, prepare
from voting.protocol.sealing import seal, shared_by_voter

_SLICE: Final = 25

Pair = tuple[str, str]
"""(line, motion)."""


@dataclass(frozen=True, slots=True)
class Where:
    """The case that statements are of."""

    case: str
    origin: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something, in a form that goes to another process."""

    id: str
    scalar: int

    @property
    def person(self) -> Person:
        """Pseudonym and key."""
        return Person(self.id, Es256Signer(self.scalar))


@dataclass(frozen=True, slots=True)
class Made:
    """A statement ready to be sent: the POST's bytes, and what opens its amounts."""

    data: bytes
    digest: bytes
    amounts: tuple[dict[str, Json], ...]
    ms: float


@dataclass(frozen=True, slots=True)
class Cast:
    """The ballots of one creditor, in the order in which he sends them."""

    number: int
    ballots: tuple[Made, ...]


def enrolments(where: Where, desk: Speaker, some: Sequence[Simulated]) -> list[Made]:
    """key.enrolled of each, by the administrator who saw the device."""

    def body(one: Simulated) -> dict[str, Any]:
        return bodies.key_enrolled(where.case, where.origin, one.person)

    return _said(where, lambda one: desk.person, "key.enrolled@1", Role.ADMINISTRATOR, body, some)


def claims(where: Where, some: Sequence[Simulated]) -> list[Made]:
    """claim.filed of each."""

    def body(one: Simulated) -> dict[str, Any]:
        return bodies.claim_filed(one.creditor, ())

    return _said(where, lambda one: one.person, "claim.filed@1", Role.CREDITOR, body, some)


def reviews(where: Where, desk: Speaker, some: Sequence[Simulated]) -> list[Made]:
    """claim.reviewed of each claim, by the administrator."""

    def body(one: Simulated) -> dict[str, Any]:
        return bodies.claim_reviewed(one.creditor)

    return _said(where, lambda one: desk.person, "claim.reviewed@1", Role.ADMINISTRATOR, body, some)


def presences(where: Where, meeting: str, some: Sequence[Simulated]) -> list[Made]:
    """presence.began of each."""

    def body(one: Simulated) -> dict[str, Any]:
        return {"meeting": meeting, "person": one.id}

    return _said(where, lambda one: one.person, "presence.began@1", Role.CREDITOR, body, some)


def ballots(
    where: Where,
    manifest: Json,
    lines: dict[str, Sequence[Pair]],
    some: Sequence[Simulated],
) -> list[Cast]:
    """The ballots of each. manifest: as decoded JSON. lines: of each, by pseudonym."""
    decoded = Manifest.decode(manifest, default_group())
    order = {motion.id: number for number, motion in enumerate(decoded.motions)}
    return [_cast(where, decoded, order, lines.get(one.id, ()), one) for one in some]


def _cast(
    where: Where,
    manifest: Manifest,
    order: dict[str, int],
    lines: Sequence[Pair],
    one: Simulated,
) -> Cast:
    if one.fate is Fate.SILENT or not lines:
        return Cast(one.number, ())
    begun = time.perf_counter()

    def questions(again: bool, before: bytes | None) -> list[Question]:
        return [
            Question(line, motion, one.choice(order[motion], again), before)
            for line, motion in lines
        ]

    first = prepare(
        manifest,
        one.id,
        questions(False, bytes(32) if one.fate is Fate.FALSE_REPLACES else None),
    )
    match one.fate:
        case Fate.FALSE_PROOF:
            first = _false_proof(first)
        case Fate.FALSE_SHARE:
            first = _false_share(manifest, first)
    found = [_ballot(where, one, first, begun)]
    if one.fate is Fate.REPLACES:
        begun = time.perf_counter()
        again = prepare(manifest, one.id, questions(True, first.body.digest))
        found.append(_ballot(where, one, again, begun))
    return Cast(one.number, tuple(found))


def _false_proof(prepared: Prepared) -> Prepared:
    answer = prepared.body.answers[0]
    z = answer.proof.z
    proof = replace(answer.proof, z=((z[0] + 1) % ORDER, z[1], z[2]))
    answers = (replace(answer, proof=proof), *prepared.body.answers[1:])
    return replace(prepared, body=replace(prepared.body, answers=answers))


def _false_share(manifest: Manifest, prepared: Prepared) -> Prepared:
    """The first trustee's box holds a share of another value; its hash is the box's, as it says."""
    group, body, hidden = default_group(), prepared.body, prepared.secrets
    shares = [answer.polynomials().share(1) for answer in hidden.answers]
    shares[0] = replace(shares[0], f=(shares[0].f + 1) % ORDER)
    trustee = manifest.trustees[0]
    box = seal(
        shared_by_voter(group, hidden.e, group.decode(trustee.public_key)),
        manifest.digest,
        trustee.id,
        body.e,
        hidden.salts[0],
        associated_data(manifest.digest, [(a.line, a.motion, a.c) for a in body.answers]),
        b"".join(share.encode() for share in shares),
    )
    return replace(
        prepared,
        body=replace(body, boxes=(sha256(box), *body.boxes[1:])),
        boxes=(box, *prepared.boxes[1:]),
    )


def _ballot(where: Where, one: Simulated, prepared: Prepared, begun: float) -> Made:
    body: Any = prepared.body.encode()
    said = one.person.compose(
        where.case, where.origin, "ballot.cast@1", Role.CREDITOR, body, prepared.boxes
    )
    return _made(said, begun)


def _said(
    where: Where,
    speaker: Callable[[Simulated], Person],
    kind: str,
    role: Role,
    body: Callable[[Simulated], dict[str, Any]],
    some: Sequence[Simulated],
) -> list[Made]:
    found = []
    for one in some:
        begun = time.perf_counter()
        said = speaker(one).compose(where.case, where.origin, kind, role, body(one))
        found.append(_made(said, begun))
    return found


def _made(said: Submission, begun: float) -> Made:
    data = json.dumps(said.to_json(), ensure_ascii=False, separators=(",", ":")).encode()
    amounts = tuple(dict(row) for row in said.openings if "commitment" in row)
    ms = (time.perf_counter() - begun) * 1000
    return Made(data, said.envelope.digest(), amounts, ms)


class Devices:
    """A pool of processes that make what the creditors' devices would."""

    def __init__(self, processes: int | None = None) -> None:
        # Spawned: a forked child would share the parent's connections.
        self._pool = ProcessPoolExecutor(processes or os.cpu_count() or 1, get_context("spawn"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def make(
        self,
        work: Callable[..., list[Any]],
        crowd: Sequence[Simulated],
        *given: Any,
        done: Callable[[Sequence[Any]], None] = lambda made: None,
    ) -> list[Any]:
        """`work(*given, slice)` over slices of the crowd; what it made, in the crowd's order."""
        slices = [crowd[i : i + _SLICE] for i in range(0, len(crowd), _SLICE)]
        futures: list[Future[list[Any]]] = [
            self._pool.submit(partial(work, *given), some) for some in slices
        ]
        for future in as_completed(futures):
            done(future.result())
        return [made for future in futures for made in future.result()]
