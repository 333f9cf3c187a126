"""The directory log: which logs there are, and how far each has come (ledger 4(e), 9.8).

Its entries are statements of the deployment's clerk, whose `case` is null. A log that was hidden
while it was quiet, or shown in two versions, would have to be missing or differ here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.log import jcs
from ledger.log.encoding import b64u, check_integer, unb64u
from ledger.log.entry import Entry
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.jcs import Json
from ledger.log.merkle import HASH_SIZE
from ledger.log.note import VerifierKey, check_name
from ledger.log.statement import Role

ID: Final = "directory"
"""The directory's place among the logs: no case has this id."""
LOG_CREATED: Final = "directory.log_created@1"
HEADS: Final = "directory.heads@1"
KEY_CHANGED: Final = "directory.key_changed@1"
POLICY_CHANGED: Final = "directory.policy_changed@1"
LOG_CLOSED: Final = "directory.log_closed@1"
MOST_HEADS: Final = 200


class DirectoryBroken(Refused):
    """An entry does not follow from those before it. Facts: `n`, `what`."""

    slug = "directory-broken"
    category = Category.CONFLICT
    zh = "目录第 {n} 条不成立：{what}"
    en = "Entry {n} of the directory does not hold: {what}"


@dataclass(frozen=True, slots=True)
class Head:
    """How far a log has come: `size` entries under `root`."""

    origin: str
    size: int
    root: bytes

    def to_json(self) -> dict[str, Json]:
        """{origin, size, root}."""
        return {"origin": self.origin, "size": self.size, "root": b64u(self.root)}

    @classmethod
    def from_json(cls, value: Json) -> Head:
        """Raises Malformed."""
        found = jcs.members(value, "head", "origin", "size", "root")
        size = check_integer(found["size"])
        return cls(check_name(found["origin"]), size, unb64u(found["root"], HASH_SIZE))


@dataclass(frozen=True, slots=True)
class Listed:
    """A log as the directory has it. `genesis`: leaf hash of its entry 0; `policy`: SHA-256."""

    origin: str
    vkey: str
    policy: bytes
    genesis: bytes
    head: Head | None = None
    closed: bool = False

    def created(self) -> dict[str, Json]:
        """The body of directory.log_created."""
        return {
            "origin": self.origin,
            "vkey": self.vkey,
            "policy_sha256": b64u(self.policy),
            "genesis": b64u(self.genesis),
        }


def heads_body(heads: list[Head]) -> dict[str, Json]:
    """The body of directory.heads; ValueError for none, or more than 200."""
    if not 0 < len(heads) <= MOST_HEADS:
        raise ValueError("1 to 200 heads stand in one entry")
    return {"heads": [head.to_json() for head in sorted(heads, key=lambda h: h.origin.encode())]}


def changed_body(origin: str, old: Json, new: Json) -> dict[str, Json]:
    """The body of directory.key_changed (vkeys) and .policy_changed (SHA-256, base64url)."""
    return {"origin": origin, "old": old, "new": new}


class Directory:
    """What the entries read so far say; `roots` holds every head ever listed."""

    def __init__(self) -> None:
        self._logs: dict[str, Listed] = {}
        self.roots: dict[str, dict[int, bytes]] = {}

    @property
    def logs(self) -> Mapping[str, Listed]:
        """The logs by origin."""
        return self._logs

    def read(self, entry: Entry) -> None:
        """The next entry. Raises DirectoryBroken; then nothing of it was taken up."""
        said = entry.statement
        if said.case is not None or said.role is not Role.CLERK:
            raise DirectoryBroken(n=entry.n, what="clerk")
        try:
            fresh = _READERS[said.kind](self, said.body)
        except KeyError as error:
            raise DirectoryBroken(n=entry.n, what=said.kind) from error
        except Malformed as error:
            raise DirectoryBroken(n=entry.n, what=str(error.facts.get("what", ""))) from error
        for listed in fresh:
            self._logs[listed.origin] = listed
            if listed.head is not None:
                self.roots.setdefault(listed.origin, {})[listed.head.size] = listed.head.root

    def _created(self, body: Json) -> list[Listed]:
        found = jcs.members(body, "body", "origin", "vkey", "policy_sha256", "genesis")
        origin = check_name(found["origin"])
        key = VerifierKey.parse(jcs.text(found["vkey"], "vkey"))
        if origin in self._logs or key.name != origin:
            raise Malformed(what=f"origin {origin}")
        policy, genesis = unb64u(found["policy_sha256"], 32), unb64u(found["genesis"], 32)
        return [Listed(origin, str(key), policy, genesis)]

    def _heads(self, body: Json) -> list[Listed]:
        heads = [
            Head.from_json(row)
            for row in jcs.items(jcs.members(body, "body", "heads")["heads"], "heads")
        ]
        origins = [head.origin.encode() for head in heads]
        if not 0 < len(heads) <= MOST_HEADS or origins != sorted(set(origins)):
            raise Malformed(what="heads")
        return [self._moved(head, closed=False) for head in heads]

    def _closed(self, body: Json) -> list[Listed]:
        return [self._moved(Head.from_json(body), closed=True)]

    def _moved(self, head: Head, *, closed: bool) -> Listed:
        listed = self._known(head.origin)
        before = listed.head
        if before is not None and (
            head.size < before.size
            or (head.size == before.size and (head.root != before.root or not closed))
        ):
            raise Malformed(what=f"{head.origin}: {before.size}, {head.size}")
        return Listed(listed.origin, listed.vkey, listed.policy, listed.genesis, head, closed)

    def _key(self, body: Json) -> list[Listed]:
        found = jcs.members(body, "body", "origin", "old", "new")
        listed = self._known(check_name(found["origin"]))
        new = VerifierKey.parse(jcs.text(found["new"], "new"))
        if found["old"] != listed.vkey or new.name != listed.origin:
            raise Malformed(what="old")
        return [Listed(listed.origin, str(new), listed.policy, listed.genesis, listed.head)]

    def _policy(self, body: Json) -> list[Listed]:
        found = jcs.members(body, "body", "origin", "old", "new")
        listed = self._known(check_name(found["origin"]))
        if unb64u(found["old"], 32) != listed.policy:
            raise Malformed(what="old")
        new = unb64u(found["new"], 32)
        return [Listed(listed.origin, listed.vkey, new, listed.genesis, listed.head)]

    def _known(self, origin: str) -> Listed:
        listed = self._logs.get(origin)
        if listed is None or listed.closed:
            raise Malformed(what=f"origin {origin}")
        return listed


_READERS: Final = {
    LOG_CREATED: Directory._created,
    HEADS: Directory._heads,
    KEY_CHANGED: Directory._key,
    POLICY_CHANGED: Directory._policy,
    LOG_CLOSED: Directory._closed,
}
