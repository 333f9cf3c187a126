"""The ballot vectors under test: every file of protocol concursus/v1, and what follows from it."""

from __future__ import annotations

import json
import pathlib
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import pytest

from ledger.log.encoding import unb64u
from ledger.log.jcs import Json
from tests.core.vectors import vectors_dir
from voting.protocol.acceptance import Standing, check_form, check_standing
from voting.protocol.ballot import Body
from voting.protocol.batch import check_proofs
from voting.protocol.complaint import open_box
from voting.protocol.counted import Counted, counted_set
from voting.protocol.errors import BallotRefused
from voting.protocol.group import Group, default_group, read_scalar
from voting.protocol.manifest import Manifest
from voting.protocol.roll import Leaf, Roll
from voting.protocol.sharing import Share
from voting.protocol.tally import AnswerKey


def read(path: pathlib.Path) -> Any:
    """The JSON of a file, or None where it is not a ballot vector."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except ValueError:
        return None
    known = isinstance(value, dict) and value.get("protocol") == "concursus/v1"
    return value if known else None


@dataclass(frozen=True, eq=False)
class VectorFile:
    """One file; what is derived from it is computed once, with the group given."""

    name: str
    data: Any

    @property
    def group(self) -> Group:
        return default_group()

    @cached_property
    def manifest(self) -> Manifest:
        return Manifest.decode(self.data["manifest"], self.group)

    @cached_property
    def secrets(self) -> list[int]:
        return [read_scalar(secret) for secret in self.data["trustee_secrets"]]

    @cached_property
    def bodies(self) -> list[Body]:
        return [Body.decode(b["body"], self.manifest, self.group) for b in self.data["ballots"]]

    def boxes(self, index: int) -> list[bytes]:
        return [unb64u(box) for box in self.data["ballots"][index]["boxes"]]

    @cached_property
    def rolls(self) -> dict[str, Roll]:
        return {
            motion: Roll.of(Leaf.decode(line["leaf"], self.group) for line in roll["lines"])
            for motion, roll in self.data["rolls"].items()
        }

    @cached_property
    def amounts(self) -> dict[tuple[str, str], int]:
        return {
            (line["leaf"]["line"], motion): int(line["amount"])
            for motion, roll in self.data["rolls"].items()
            for line in roll["lines"]
            if line["leaf"]["weight"] is not None
        }

    @cached_property
    def standing(self) -> Standing:
        """All of `ballots`, accepted one after the other."""
        standing = Standing()
        for index, body in enumerate(self.bodies):
            check_form(body, self.manifest, standing, self.group, self.boxes(index))
            check_proofs(body, self.manifest, self.group)
            check_standing(body, self.manifest, standing)
            standing.accept(body, self.group)
        return standing

    @cached_property
    def voided(self) -> set[bytes]:
        pairs = zip(self.data["ballots"], self.bodies, strict=True)
        return {body.digest for ballot, body in pairs if "complaint" in ballot}

    @cached_property
    def counted(self) -> tuple[Counted, ...]:
        return counted_set(self.standing.last, self.rolls, voided=self.voided)

    @cached_property
    def shares(self) -> dict[int, dict[AnswerKey, Share]]:
        """Of each trustee his share of every answer of a ballot that is not void, from boxes."""
        found: dict[int, dict[AnswerKey, Share]] = {}
        for j, secret in enumerate(self.secrets, start=1):
            mine = found.setdefault(j, {})
            for index, body in enumerate(self.bodies):
                if body.digest in self.voided:
                    continue
                box = self.boxes(index)[j - 1]
                opened = open_box(self.group, self.manifest, j, secret, body, box)
                for answer, share in zip(body.answers, opened, strict=True):
                    mine[body.digest, answer.line, answer.motion] = share
        return found


@cache
def files() -> tuple[VectorFile, ...]:
    """Every ballot vector file of the directory under test."""
    found = ((path, read(path)) for path in sorted(vectors_dir().glob("ballot_*.json")))
    return tuple(VectorFile(path.stem, data) for path, data in found if data is not None)


def each(member: str) -> list[Any]:
    """(file, key) for every element of a member of every file, as pytest parameters."""
    found = []
    for file in files():
        listed = file.data[member]
        keys = list(listed) if isinstance(listed, dict) else range(len(listed))
        for key in keys:
            name = listed[key].get("name", "") if isinstance(listed[key], dict) else ""
            found.append(pytest.param(file, key, id=f"{file.name}-{key}-{name}".rstrip("-")))
    return found


def reason_of(
    value: Json, boxes: list[bytes], manifest: Manifest, standing: Standing, group: Group
) -> str:
    """The reason for which a ballot is refused, "accepted" if none: the whole order of section 1.

    As if voting were open and the signer entitled.
    """
    try:
        body = Body.decode(value, manifest, group)
        check_form(body, manifest, standing, group, boxes)
        check_proofs(body, manifest, group)
        check_standing(body, manifest, standing)
    except BallotRefused as refused:
        return refused.reason
    return "accepted"
