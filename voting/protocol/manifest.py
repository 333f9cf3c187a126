"""The manifest of a vote: motions, trustees, threshold, times, disclosure (protocol 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final

from ledger.log.encoding import (
    b64u,
    check_id,
    check_integer,
    format_time,
    parse_time,
    sha256,
    unb64u,
)
from ledger.log.errors import Malformed
from ledger.log.jcs import Json, dumps, loads
from voting.protocol.errors import ManifestRefused
from voting.protocol.group import Group, default_group, read_point
from voting.protocol.keys import RECIPIENT_KEY, TRUSTEE_KEY, KeyProof, check_key
from voting.protocol.shape import array, malformed_as, members

PROTOCOL: Final = "concursus/v1"
MAX_TRUSTEES: Final = 9
MAX_THRESHOLD: Final = 6

_RULE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MEMBERS: Final = frozenset(
    (
        "protocol",
        "case",
        "meeting",
        "motions",
        "trustees",
        "threshold",
        "opens",
        "closes",
        "complaints_close",
        "disclosure",
        "recipients",
        "replacement",
        "single_trustee_reason",
    )
)


class Disclosure(Enum):
    """What is given out beside the tally."""

    AGGREGATE = "aggregate"
    NAMED = "named"
    TEST = "test"

    @property
    def recipients(self) -> frozenset[str]:
        """The ids of those to whom openings are sealed."""
        return _RECIPIENTS[self]


_RECIPIENTS: Final = {
    Disclosure.AGGREGATE: frozenset[str](),
    Disclosure.NAMED: frozenset(("administrator", "court")),
    Disclosure.TEST: frozenset(("court",)),
}


@dataclass(frozen=True, slots=True)
class Motion:
    """A motion: its id, the hash of its text, its rule, the root of its roll (32 bytes each)."""

    id: str
    text_sha256: bytes
    rule: str
    roll_root: bytes

    @staticmethod
    def decode(value: Json) -> Motion:
        """From {`id`, `text_sha256`, `rule`, `roll_root`}. Raises Malformed."""
        parts = members(value, frozenset(("id", "text_sha256", "rule", "roll_root")), "motion")
        rule = parts["rule"]
        if not isinstance(rule, str) or not _RULE.fullmatch(rule):
            raise Malformed(what="rule")
        text, root = unb64u(parts["text_sha256"], 32), unb64u(parts["roll_root"], 32)
        return Motion(check_id(parts["id"]), text, rule, root)

    def encode(self) -> Json:
        """The object."""
        return {
            "id": self.id,
            "text_sha256": b64u(self.text_sha256),
            "rule": self.rule,
            "roll_root": b64u(self.roll_root),
        }


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A trustee or recipient: id, public key (96 bytes), proof that he knows the secret."""

    id: str
    public_key: bytes
    proof: KeyProof

    @staticmethod
    def decode(value: Json, group: Group) -> KeyHolder:
        """From {`id`, `public_key`, `proof`}; the proof is not checked yet. Raises Malformed."""
        parts = members(value, frozenset(("id", "public_key", "proof")), "holder of a key")
        key = read_point(group, parts["public_key"])
        return KeyHolder(check_id(parts["id"]), key, KeyProof.decode(parts["proof"], group))

    def encode(self) -> Json:
        """The object."""
        return {
            "id": self.id,
            "public_key": b64u(self.public_key),
            "proof": self.proof.encode(),
        }


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest. Made by `decode` or `parse`, it has passed every rule of section 2.

    digest: manifest_hash, 32 bytes.
    """

    case: str
    meeting: str
    motions: tuple[Motion, ...]
    trustees: tuple[KeyHolder, ...]
    threshold: int
    opens: datetime
    closes: datetime
    complaints_close: datetime
    disclosure: Disclosure
    recipients: tuple[KeyHolder, ...]
    replacement: bool
    single_trustee_reason: str | None
    digest: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", sha256(dumps(self.encode())))

    @staticmethod
    def parse(data: bytes, group: Group | None = None) -> Manifest:
        """From its canonical bytes. Raises ManifestRefused, KeyRefused."""
        with malformed_as(ManifestRefused):
            value = loads(data)
        return Manifest.decode(value, group)

    @staticmethod
    def decode(value: Json, group: Group | None = None) -> Manifest:
        """From its JSON value, with every rule and bound of section 2 and the proofs of keys.

        Raises ManifestRefused (shape, bounds), KeyRefused (a key or its proof).
        """
        group = group or default_group()
        with malformed_as(ManifestRefused):
            manifest = _decode(value, group)
            check_rules(manifest)
        check_keys(manifest, group)
        return manifest

    def encode(self) -> Json:
        """The JSON value; manifest_hash is SHA-256 of its canonical bytes."""
        return {
            "protocol": PROTOCOL,
            "case": self.case,
            "meeting": self.meeting,
            "motions": [m.encode() for m in self.motions],
            "trustees": [t.encode() for t in self.trustees],
            "threshold": self.threshold,
            "opens": format_time(self.opens),
            "closes": format_time(self.closes),
            "complaints_close": format_time(self.complaints_close),
            "disclosure": self.disclosure.value,
            "recipients": [r.encode() for r in self.recipients],
            "replacement": self.replacement,
            "single_trustee_reason": self.single_trustee_reason,
        }

    def trustee(self, index: int) -> KeyHolder:
        """The trustee of index j, 1 … n; IndexError outside."""
        if not 1 <= index <= len(self.trustees):
            raise IndexError(f"trustee {index} of {len(self.trustees)}")
        return self.trustees[index - 1]


def manifest_hash(manifest: Manifest) -> bytes:
    """SHA-256 of the canonical bytes, 32 bytes."""
    return manifest.digest


def check_rules(manifest: Manifest) -> None:
    """The rules of section 2 that need no cryptography. Raises Malformed."""
    n, t = len(manifest.trustees), manifest.threshold
    holders = (*manifest.trustees, *manifest.recipients)
    named = manifest.disclosure is Disclosure.NAMED
    reason = manifest.single_trustee_reason
    for broken, what in (
        (not manifest.motions, "a manifest without motions"),
        (not _distinct(m.id for m in manifest.motions), "two motions of one id"),
        (not 1 <= n <= MAX_TRUSTEES, "number of trustees"),
        (not 1 <= t <= min(n, MAX_THRESHOLD), "threshold"),
        (not manifest.opens < manifest.closes <= manifest.complaints_close, "order of the times"),
        (
            len(manifest.recipients) != len(manifest.disclosure.recipients)
            or {r.id for r in manifest.recipients} != manifest.disclosure.recipients,
            "recipients of what is sealed",
        ),
        (not _distinct(h.id for h in holders), "two holders of one id"),
        (not _distinct(h.public_key for h in holders), "two holders of one key"),
        (
            not reason if t == 1 and not named else reason is not None,
            "reason for a single trustee",
        ),
    ):
        if broken:
            raise Malformed(what=what)


def check_keys(manifest: Manifest, group: Group) -> None:
    """Every key of order r and every proof of it true (protocol 3). Raises KeyRefused."""
    labelled = [(TRUSTEE_KEY, holder) for holder in manifest.trustees]
    labelled += [(RECIPIENT_KEY, holder) for holder in manifest.recipients]
    for label, holder in labelled:
        check_key(
            group,
            holder.public_key,
            holder.proof,
            label,
            manifest.case,
            manifest.meeting,
            holder.id,
        )


def _decode(value: Json, group: Group) -> Manifest:
    parts = members(value, _MEMBERS, "manifest")
    if parts["protocol"] != PROTOCOL:
        raise Malformed(what="protocol")
    words = {d.value for d in Disclosure}
    if not isinstance(parts["disclosure"], str) or parts["disclosure"] not in words:
        raise Malformed(what="disclosure")
    if type(parts["replacement"]) is not bool:
        raise Malformed(what="replacement")
    reason = parts["single_trustee_reason"]
    if reason is not None and not (isinstance(reason, str) and _has_utf8(reason)):
        raise Malformed(what="reason for a single trustee")
    return Manifest(
        case=check_id(parts["case"]),
        meeting=check_id(parts["meeting"]),
        motions=tuple(Motion.decode(m) for m in array(parts["motions"], "motions")),
        trustees=tuple(KeyHolder.decode(t, group) for t in array(parts["trustees"], "trustees")),
        threshold=check_integer(parts["threshold"]),
        opens=parse_time(parts["opens"]),
        closes=parse_time(parts["closes"]),
        complaints_close=parse_time(parts["complaints_close"]),
        disclosure=Disclosure(parts["disclosure"]),
        recipients=tuple(
            KeyHolder.decode(r, group) for r in array(parts["recipients"], "recipients")
        ),
        replacement=parts["replacement"],
        single_trustee_reason=reason,
    )


def _has_utf8(text: str) -> bool:
    """Whether the text holds no lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _distinct(values: Iterable[object]) -> bool:
    listed = list(values)
    return len(set(listed)) == len(listed)
