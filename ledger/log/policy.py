"""Trust policies: whose signatures make a checkpoint good (C2SP tlog-policy; ledger 1.8).

    log <vkey> [url] · witness <name> <vkey> [url] · group <name> all|any|<k> <members…>
    quorum <name>|none

Empty lines and lines that begin with # say nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.log.checkpoint import Checkpoint, WrongOrigin
from ledger.log.cosignature import Cosigner, time_of
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.note import (
    COSIGNATURE_ED25519,
    COSIGNATURE_MLDSA44,
    ED25519,
    BadNoteKey,
    NoKnownSignature,
    Note,
    NoteVerifier,
    VerifierKey,
)

MAX_POLICY: Final = 64_000
_NONE: Final = "none"


class BadPolicy(Malformed):
    """The text is no policy. Facts: `line` (from 1), `what`."""

    slug = "bad-policy"
    zh = "信任规则第 {line} 行不符：{what}"
    en = "Line {line} of the policy is wrong: {what}"


class QuorumMissing(Refused):
    """Too few witnesses have cosigned. Facts: `missing` (names), `origin`, `size`."""

    slug = "quorum-missing"
    category = Category.UNAVAILABLE
    zh = "账本 {origin} 规模 {size} 的检查点还缺见证方签名：{missing}"
    en = "The checkpoint of {origin} at size {size} lacks witnesses: {missing}"


@dataclass(frozen=True, slots=True)
class Group:
    """`threshold` of `members` (names of witnesses or earlier groups)."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy says of a checkpoint that a log of it signed.

    cosigned: witness name -> POSIX seconds of its cosignature. satisfied: per witness and group.
    missing: the witnesses that have not cosigned, within the groups that the quorum still lacks.
    """

    checkpoint: Checkpoint
    cosigned: Mapping[str, int]
    satisfied: Mapping[str, bool]
    missing: tuple[str, ...]
    quorum: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """A parsed policy: logs, witnesses by name, groups by name, the quorum (None: none asked)."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey]
    groups: Mapping[str, Group]
    quorum: str | None

    @classmethod
    def parse(cls, text: str) -> Policy:
        """Raises BadPolicy."""
        return _Parser().parse(text)

    @property
    def counting(self) -> tuple[str, ...]:
        """The witnesses on which the quorum depends; all where none is asked."""
        if self.quorum is None:
            return tuple(self.witnesses)
        wanted, found = [self.quorum], set[str]()
        while wanted:
            name = wanted.pop()
            found.add(name)
            if name in self.groups:
                wanted += self.groups[name].members
        return tuple(name for name in self.witnesses if name in found)

    def brief(self, note: Note) -> Note:
        """A checkpoint without its lines of type 06, which a statement has no room for.

        Log and quorum sign with Ed25519, too, so the policy is satisfied as before.
        """
        large = {
            (key.name, key.id)
            for key in (*self.logs, *self.witnesses.values())
            if key.kind == COSIGNATURE_MLDSA44
        }
        lines = tuple(line for line in note.lines if (line.name, line.key_id) not in large)
        return Note(note.text, lines)

    def evaluate(self, note: Note, *, every_line_known: bool = False) -> Verdict:
        """Read a checkpoint that one of the logs signed and count its cosignatures.

        `every_line_known`: also refuse lines of unknown keys (for bundles, ledger 9.10).
        Raises BadNote, BadNoteSignature, NoKnownSignature, BadCheckpoint, WrongOrigin.
        """
        logs = {(key.name, key.id): key for key in self.logs}
        names = {(key.name, key.id): name for name, key in self.witnesses.items()}
        lines = note.verified([_line_rule(key) for key in (*self.logs, *self.witnesses.values())])
        if every_line_known and len(lines) != len(note.lines):
            unknown = [line.name for line in note.lines if line not in lines]
            raise NoKnownSignature(names=", ".join(unknown))
        signed = [line.name for line in lines if (line.name, line.key_id) in logs]
        if not signed:
            raise NoKnownSignature(names=", ".join(key.name for key in self.logs))
        checkpoint = Checkpoint.parse(note.text)
        checkpoint.check_empty()
        if checkpoint.origin not in signed:
            raise WrongOrigin(expected=signed[0], found=checkpoint.origin)
        cosigned = {
            names[line.name, line.key_id]: time_of(line)
            for line in lines
            if (line.name, line.key_id) in names
        }
        return self._verdict(checkpoint, cosigned)

    def check(self, note: Note, *, every_line_known: bool = False) -> Verdict:
        """As `evaluate`, and the quorum must be there. Raises QuorumMissing too."""
        verdict = self.evaluate(note, every_line_known=every_line_known)
        if not verdict.quorum:
            raise QuorumMissing(
                missing=", ".join(verdict.missing),
                origin=verdict.checkpoint.origin,
                size=verdict.checkpoint.size,
            )
        return verdict

    def _verdict(self, checkpoint: Checkpoint, cosigned: Mapping[str, int]) -> Verdict:
        satisfied = {name: name in cosigned for name in self.witnesses}
        lacking: dict[str, tuple[str, ...]] = {
            name: () if name in cosigned else (name,) for name in self.witnesses
        }
        # Members stand before their group, so one pass in order is enough.
        for name, group in self.groups.items():
            satisfied[name] = sum(satisfied[m] for m in group.members) >= group.threshold
            lacking[name] = (
                () if satisfied[name] else tuple(w for m in group.members for w in lacking[m])
            )
        return Verdict(
            checkpoint=checkpoint,
            cosigned=dict(cosigned),
            satisfied=satisfied,
            missing=() if self.quorum is None else lacking[self.quorum],
            quorum=self.quorum is None or satisfied[self.quorum],
        )


def _line_rule(key: VerifierKey) -> NoteVerifier:
    """A log's key of type 01 signs the note; every other line is a cosignature, a log's 06 too."""
    return key if key.kind == ED25519 else Cosigner(key)


class _Parser:
    """Builds a Policy line by line."""

    def __init__(self) -> None:
        self.line = 0
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: list[str | None] = []
        self.grouped: set[str] = set()

    def parse(self, text: str) -> Policy:
        if len(text) > MAX_POLICY:
            raise BadPolicy(line=1, what="too long")
        for row in text.split("\n"):
            self.line += 1
            if any(ord(c) < 0x20 and c != "\t" for c in row):
                raise self._bad("control character")
            words = row.replace("\t", " ").split(" ")
            words = [word for word in words if word]
            if words and not words[0].startswith("#"):
                self._row(words)
        if not self.logs:
            raise self._bad("no log")
        if len(self.quorum) != 1:
            raise self._bad("one quorum line is needed")
        return Policy(tuple(self.logs), self.witnesses, self.groups, self.quorum[0])

    def _row(self, words: list[str]) -> None:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self.logs.append(self._key(vkey, ED25519, COSIGNATURE_MLDSA44))
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                self.witnesses[self._new(name)] = self._key(
                    vkey, COSIGNATURE_ED25519, COSIGNATURE_MLDSA44
                )
            case ["group", name, threshold, *members] if members:
                group = self._group(threshold, tuple(members))
                self.groups[self._new(name)] = group
            case ["quorum", name]:
                if name != _NONE and not self._known(name):
                    raise self._bad(f"{name} is not defined")
                self.quorum.append(None if name == _NONE else name)
            case _:
                raise self._bad("unknown line")

    def _bad(self, what: str) -> BadPolicy:
        return BadPolicy(line=self.line, what=what[:200])

    def _known(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups

    def _new(self, name: str) -> str:
        if name == _NONE or self._known(name):
            raise self._bad(f"the name {name} is taken")
        return name

    def _key(self, text: str, *kinds: int) -> VerifierKey:
        try:
            key = VerifierKey.parse(text)
        except BadNoteKey as error:
            raise self._bad("key") from error
        if key.kind not in kinds:
            raise self._bad("type of key")
        # One key under two names would count twice: a cosignature does not bind the name.
        if any(
            key.public_key == other.public_key for other in (*self.logs, *self.witnesses.values())
        ):
            raise self._bad("the key stands twice")
        return key

    def _group(self, threshold: str, members: tuple[str, ...]) -> Group:
        for name in members:
            if not self._known(name):
                raise self._bad(f"{name} is not defined")
            if name in self.grouped:
                raise self._bad(f"{name} is in two groups")
            self.grouped.add(name)
        count = len(members)
        if threshold in ("all", "any"):
            return Group(count if threshold == "all" else 1, members)
        if not (threshold.isascii() and threshold.isdigit() and len(threshold) < 4):
            raise self._bad("threshold")
        wanted = int(threshold)
        if str(wanted) != threshold or not 1 <= wanted <= count:
            raise self._bad("threshold")
        return Group(wanted, members)
