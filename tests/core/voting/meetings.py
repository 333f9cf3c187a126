"""A vote made for a test: manifest, trustees' secrets, ballots. Nothing here stands in for code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ledger.log.jcs import Json
from voting.protocol.group import Group, Point, default_group
from voting.protocol.keys import TRUSTEE_KEY, prove_key, public_key
from voting.protocol.manifest import Disclosure, KeyHolder, Manifest, Motion
from voting.protocol.pedersen import Opening, commitment_bytes
from voting.protocol.preparing import Prepared, Question, prepare
from voting.protocol.randomness import SystemRandomness
from voting.protocol.roll import Leaf, Roll
from voting.protocol.validity import Choice

RANDOM = SystemRandomness()


@dataclass(frozen=True)
class Meeting:
    """A vote on one motion `m`, one class `all`, lines `l0` … with their openings."""

    manifest: Manifest
    secrets: tuple[int, ...]
    roll: Roll
    weights: tuple[Opening, ...]


def make_meeting(
    n: int, t: int, amounts: Sequence[int], *, replacement: bool = True, group: Group | None = None
) -> Meeting:
    """n trustees, threshold t, one line for each amount (fen)."""
    group = group or default_group()
    secrets = tuple(RANDOM.scalar() for _ in range(n))
    trustees = []
    for j, secret in enumerate(secrets, start=1):
        proof = prove_key(group, RANDOM, secret, TRUSTEE_KEY, "case-1", "meeting-1", f"t{j}")
        trustees.append(KeyHolder(f"t{j}", public_key(group, secret), proof))
    weights = tuple(Opening(amount, RANDOM.scalar()) for amount in amounts)
    roll = Roll.of(
        Leaf(f"l{i}", "all", 1, commitment_bytes(group, w.value, w.blinding))
        for i, w in enumerate(weights)
    )
    manifest = Manifest(
        case="case-1",
        meeting="meeting-1",
        motions=(Motion("m", bytes(32), "CN-ORD", roll.root()),),
        trustees=tuple(trustees),
        threshold=t,
        opens=datetime(2026, 11, 2, 1, tzinfo=UTC),
        closes=datetime(2026, 11, 2, 9, tzinfo=UTC),
        complaints_close=datetime(2026, 11, 3, 9, tzinfo=UTC),
        disclosure=Disclosure.AGGREGATE,
        recipients=(),
        replacement=replacement,
        single_trustee_reason="the court's order" if t == 1 else None,
    )
    return Meeting(Manifest.decode(manifest.encode(), group), secrets, roll, weights)


def cast(
    meeting: Meeting,
    choices: Sequence[tuple[str, Choice]],
    *,
    signer: str = "someone",
    replaces: bytes | None = None,
) -> Prepared:
    """A ballot on motion m for the lines named."""
    questions = [Question(line, "m", choice, replaces) for line, choice in choices]
    return prepare(meeting.manifest, signer, questions)


class CountingGroup:
    """A group that counts its multi-scalar multiplications, and the single multiplications."""

    def __init__(self, inner: Group) -> None:
        self._inner = inner
        self.msm_calls = 0
        self.mul_calls = 0

    @property
    def generator(self) -> Point:
        return self._inner.generator

    @property
    def value_base(self) -> Point:
        return self._inner.value_base

    @property
    def zero(self) -> Point:
        return self._inner.zero

    def decode(self, data: bytes) -> Point:
        return self._inner.decode(data)

    def encode(self, point: Point) -> bytes:
        return self._inner.encode(point)

    def add(self, left: Point, right: Point) -> Point:
        return self._inner.add(left, right)

    def neg(self, point: Point) -> Point:
        return self._inner.neg(point)

    def mul(self, point: Point, scalar: int) -> Point:
        self.mul_calls += 1
        return self._inner.mul(point, scalar)

    def msm(self, points: Sequence[Point], scalars: Sequence[int]) -> Point:
        self.msm_calls += 1
        return self._inner.msm(points, scalars)

    def clear(self, point: Point) -> Point:
        return self._inner.clear(point)

    def is_zero(self, point: Point) -> bool:
        return self._inner.is_zero(point)

    def in_subgroup(self, point: Point) -> bool:
        return self._inner.in_subgroup(point)


def changed(value: Json, path: Sequence[str | int], new: Json) -> Json:
    """A copy of a JSON value with one place replaced."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(copy[path[0]], path[1:], new)
    return copy
