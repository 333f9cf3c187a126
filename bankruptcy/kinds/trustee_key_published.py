"""trustee.key_published@1: a trustee publishes his key for one meeting (protocol 3)."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import AlreadyThere
from bankruptcy.kinds.schema import Id, PointBytes, Raw, ScalarBytes, encode
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import may_prepare
from ledger.log.statement import Role
from voting.protocol.errors import KeyRefused
from voting.protocol.group import scalar_of
from voting.protocol.keys import TRUSTEE_KEY, KeyProof, check_key


@dataclass(frozen=True, slots=True)
class Proof:
    """Schnorr proof of the secret key."""

    t: PointBytes
    z: ScalarBytes


@dataclass(frozen=True, slots=True)
class Body:
    """stands_for: pseudonyms whose ballots this trustee may not complain of."""

    id: Id
    public_key: PointBytes
    proof: Proof
    stands_for: tuple[Id, ...]


def check(view: CaseView, act: Act[Body]) -> None:
    """The proof names the meeting, where id and person are new; the key is new to the case."""
    body = act.body
    meeting = _meeting_of(view, body)
    for other in view.find(records.TRUSTEE_KEYS):
        # A key that served before may be known by now: every vote takes a fresh one.
        if other.public_key == body.public_key:
            raise AlreadyThere(what="key", id=body.id)
        if (
            other.meeting == meeting.meeting
            and not other.spent
            and (other.trustee == body.id or other.person == act.by)
        ):
            raise AlreadyThere(what="trustee", id=body.id)


def apply(state: CaseState, act: Act[Body]) -> None:
    """The key may be named in the meeting's manifest."""
    body = act.body
    state.put(
        records.TRUSTEE_KEYS,
        records.TrusteeKey(
            meeting=_meeting_of(state, body).meeting,
            trustee=body.id,
            person=act.by,
            public_key=body.public_key,
            proof=Raw(encode(body.proof)),
            stands_for=body.stands_for,
            spent=False,
        ),
    )


def _meeting_of(view: CaseView, body: Body) -> records.Meeting:
    """The meeting without a vote that stands for which the proof holds. Raises KeyRefused.

    The body does not name it: the proof's challenge does.
    """
    file = records.case_file(view)
    proof = KeyProof(body.proof.t, scalar_of(body.proof.z))
    refused = KeyRefused(holder=body.id, what="meeting")
    for meeting in view.find(records.MEETINGS):
        if file is not None and may_prepare(view, meeting):
            try:
                check_key(
                    view.group,
                    body.public_key,
                    proof,
                    TRUSTEE_KEY,
                    file.case,
                    meeting.meeting,
                    body.id,
                )
            except KeyRefused as error:
                refused = error
            else:
                return meeting
    raise refused


KIND = Kind(
    name="trustee.key_published",
    version=1,
    body=Body,
    roles=frozenset({Role.TRUSTEE}),
    ground="trustee.key",
    check=check,
    apply=apply,
    zh="监票人 {id}（{who}）公布本次会议的公钥",
    en="Tally trustee {id} ({who}) published a key for the meeting",
    facts=lambda view, body: {"id": body.id},
)
