"""A trustee's complaint of a box, and its verdict (protocol 7).

The complaint opens the box to everybody: it shows D_j with a Chaum–Pedersen proof that
log_G pk_j = log_{h_eff·E} D_j. Who judges it opens the box himself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from ledger.log.encoding import b64u, check_integer, sha256, unb64u
from ledger.log.errors import Malformed
from ledger.log.jcs import Json
from voting.protocol.ballot import HASH_SIZE, Answer, Body
from voting.protocol.batch import delta_source
from voting.protocol.errors import BoxUnopened, ComplaintUnfounded
from voting.protocol.group import (
    ORDER,
    Group,
    Point,
    read_point,
    read_scalar,
    same,
    write_scalar,
)
from voting.protocol.manifest import Manifest
from voting.protocol.randomness import Randomness
from voting.protocol.sealing import SHARE_SIZE, box_size, shared_by_trustee, unseal
from voting.protocol.shape import array, members
from voting.protocol.sharing import Share, check_shares
from voting.protocol.transcript import challenge

_MEMBERS: Final = frozenset(("manifest_hash", "index", "ballot", "box", "d", "t", "z"))


class VerdictKind(Enum):
    """What becomes of a complaint."""

    MALFORMED = "malformed"
    LATE = "late"
    UNFOUNDED = "unfounded"
    UPHELD = "upheld"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict with its reason, a phrase in English for reports."""

    kind: VerdictKind
    reason: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """The object of a complaint. index: j. ballot: hash of the body. d, t: points as bytes."""

    manifest_hash: bytes
    index: int
    ballot: bytes
    box: bytes
    d: bytes
    t: tuple[bytes, bytes]
    z: int

    @staticmethod
    def decode(value: Json, group: Group) -> Complaint:
        """From its JSON value: shape, curve and ranges. Raises Malformed."""
        parts = members(value, _MEMBERS, "complaint")
        t1, t2 = (read_point(group, t) for t in array(parts["t"], "t", 2))
        return Complaint(
            manifest_hash=unb64u(parts["manifest_hash"], HASH_SIZE),
            index=check_integer(parts["index"]),
            ballot=unb64u(parts["ballot"], HASH_SIZE),
            box=unb64u(parts["box"]),
            d=read_point(group, parts["d"]),
            t=(t1, t2),
            z=read_scalar(parts["z"]),
        )

    def encode(self) -> Json:
        """The JSON value."""
        return {
            "manifest_hash": b64u(self.manifest_hash),
            "index": self.index,
            "ballot": b64u(self.ballot),
            "box": b64u(self.box),
            "d": b64u(self.d),
            "t": [b64u(t) for t in self.t],
            "z": write_scalar(self.z),
        }


@dataclass(frozen=True, slots=True)
class BoxFault:
    """Why a box cannot be used: exactly what makes a complaint `upheld`."""

    what: str


def open_box(
    group: Group, manifest: Manifest, index: int, secret: int, body: Body, box: bytes
) -> tuple[Share, ...]:
    """A trustee's shares of a ballot's answers, in their order, each checked.

    index: j, 1 … n. secret: sk_j. Raises BoxUnopened.
    """
    shared = shared_by_trustee(group, secret, group.decode(body.e))
    found = examine(group, manifest, index, shared, body, box)
    if isinstance(found, BoxFault):
        raise BoxUnopened(ballot=b64u(body.digest), what=found.what)
    return found


def examine(
    group: Group, manifest: Manifest, index: int, shared: bytes, body: Body, box: bytes
) -> tuple[Share, ...] | BoxFault:
    """Open a box with D_j (`shared`, 96 bytes): its shares, or what is wrong with it."""
    if len(box) != box_size(len(body.answers)):
        return BoxFault("length of the box")
    trustee = manifest.trustee(index)
    plain = unseal(shared, manifest.digest, trustee.id, body.e, body.associated(), box)
    if plain is None:
        return BoxFault("the box does not open")
    halves = [plain[i : i + SHARE_SIZE] for i in range(0, len(plain), SHARE_SIZE)]
    try:
        shares = tuple(Share.decode(half) for half in halves)
    except Malformed:
        return BoxFault("a share is not reduced")
    rows = [commitments_of(group, answer) for answer in body.answers]
    if not check_shares(group, index, shares, rows, delta_source(len(rows))):
        return BoxFault("a share does not hold")
    return shares


def commitments_of(group: Group, answer: Answer) -> list[Point]:
    """C, A_1 … A_{t−1} of an answer."""
    return [group.decode(answer.c), *(group.decode(a) for a in answer.a)]


def complain(
    group: Group,
    randomness: Randomness,
    manifest: Manifest,
    index: int,
    secret: int,
    body: Body,
    box: bytes,
) -> Complaint:
    """The complaint of trustee `index` of his box of a ballot.

    Judged first: raises ComplaintUnfounded where it would only publish a share.
    """
    e = group.decode(body.e)
    shared = shared_by_trustee(group, secret, e)
    if not isinstance(examine(group, manifest, index, shared, body, box), BoxFault):
        raise ComplaintUnfounded(ballot=b64u(body.digest))
    k = randomness.scalar()
    t1 = group.encode(group.mul(group.generator, k))
    t2 = group.encode(group.mul(group.clear(e), k))
    c = complaint_challenge(manifest, index, body.e, shared, (t1, t2))
    z = (k + c * secret) % ORDER
    return Complaint(manifest.digest, index, body.digest, box, shared, (t1, t2), z)


def complaint_challenge(
    manifest: Manifest, index: int, e: bytes, d: bytes, t: Sequence[bytes]
) -> int:
    """challenge("complaint", manifest_hash, trustee id, pk_j, E, D_j, T1, T2)."""
    trustee = manifest.trustee(index)
    return challenge("complaint", manifest.digest, trustee.id, trustee.public_key, e, d, *t)


def judge(
    value: Json,
    manifest: Manifest,
    bodies: Mapping[bytes, Body],
    signer_index: int,
    *,
    barred: Collection[bytes] = (),
    upheld: Collection[bytes] = (),
    late: bool = False,
    group: Group,
) -> Verdict:
    """The verdict on a complaint, in the order malformed, late, then what the box says.

    value: its JSON value. bodies: ballots on the ledger under this manifest, by hash.
    signer_index: index of the trustee who signed. barred: ballots signed by him or the person
    he stands for, or naming a line of theirs. upheld: ballots already void by a complaint.
    late: the entry is dated after `complaints_close`, or stands after the counted set.
    """
    try:
        complaint = Complaint.decode(value, group)
        body = _check(complaint, manifest, bodies, signer_index, barred, group)
    except Malformed as error:
        return Verdict(VerdictKind.MALFORMED, str(error.facts["what"]))
    if late:
        return Verdict(VerdictKind.LATE, "complaints are closed")
    if complaint.ballot in upheld:
        return Verdict(VerdictKind.LATE, "the ballot is void by an earlier complaint")
    found = examine(group, manifest, complaint.index, complaint.d, body, complaint.box)
    if isinstance(found, BoxFault):
        return Verdict(VerdictKind.UPHELD, found.what)
    return Verdict(VerdictKind.UNFOUNDED, "the box opens and every share holds")


def _check(
    complaint: Complaint,
    manifest: Manifest,
    bodies: Mapping[bytes, Body],
    signer_index: int,
    barred: Collection[bytes],
    group: Group,
) -> Body:
    """The ballot complained of, if the complaint is well formed. Raises Malformed."""
    index = complaint.index
    if complaint.manifest_hash != manifest.digest:
        raise Malformed(what="manifest_hash of another manifest")
    if not 1 <= index <= len(manifest.trustees) or index != signer_index:
        raise Malformed(what="index of another trustee, or of none")
    body = bodies.get(complaint.ballot)
    if body is None:
        raise Malformed(what="a ballot that is not on the ledger")
    if complaint.ballot in barred:
        raise Malformed(what="a ballot of the trustee's own")
    if index > len(body.boxes) or sha256(complaint.box) != body.boxes[index - 1]:
        raise Malformed(what="another box than the ballot names")
    d = group.decode(complaint.d)
    if not group.in_subgroup(d):
        raise Malformed(what="D of another order than r")
    key = group.decode(manifest.trustee(index).public_key)
    t1, t2 = (group.decode(t) for t in complaint.t)
    c = complaint_challenge(manifest, index, body.e, complaint.d, complaint.t)
    e = group.clear(group.decode(body.e))
    for base, t, public in ((group.generator, t1, key), (e, t2, d)):
        if not same(group, group.mul(base, complaint.z), group.add(t, group.mul(public, c))):
            raise Malformed(what="the proof of D does not hold")
    return body
