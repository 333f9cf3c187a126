"""log.created@1: the genesis; the clerk names the keys, the policy and the rule pack."""

from __future__ import annotations

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import CLERK
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees
from bankruptcy.kinds.schema import Blob, Code, Hash, Id, Instant, KeyId
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.genesis import Genesis
from ledger.log.statement import Role
from ledger.log.succession import followed


def check(view: CaseView, act: Act[Genesis]) -> None:
    """It is the first entry, signed by the clerk it names, under the pack at hand."""
    if records.case_file(view) is not None:
        raise AlreadyThere(what="genesis", id=act.body.origin)
    if act.by != CLERK or act.key != act.body.clerk.id.hex():
        raise Disagrees(what="clerk", stated=act.key[:12], follows=act.body.clerk.id.hex()[:12])
    for judge in act.body.court:
        if judge.by == CLERK:
            raise Disagrees(what="court", stated=CLERK, follows="a judge")
    followed(act.body.policy, act.body.origin)
    pack, ours = act.body.rule_pack, view.pack
    if (pack.id, pack.version, pack.sha256.hex()) != (ours.id, ours.version, ours.sha256):
        raise Disagrees(
            what="rule pack", stated=pack.sha256.hex()[:12], follows=view.pack.sha256[:12]
        )


def apply(state: CaseState, act: Act[Genesis]) -> None:
    """The case file, the clerk's key, and the court's judges with theirs."""
    body = act.body
    state.put(
        records.CASE,
        records.CaseFile(
            case=Id(body.case),
            origin=body.origin,
            clock=records.Clock(body.clock.value),
            clock_at=Instant(act.received),
            policy=body.policy,
            pack=Code(body.rule_pack.id),
            pack_sha256=Hash(body.rule_pack.sha256),
            rp_id=body.rp_id,
            origins=body.origins,
            opened=False,
            court_name=None,
            case_number=None,
            debtor=None,
            procedure=None,
            accepted=None,
            announced=None,
            filing_ends=None,
            switches=(),
        ),
    )
    for holder, key in [(CLERK, body.clerk), *((Id(j.by), j.key) for j in body.court)]:
        state.put(
            records.KEYS,
            records.EnrolledKey(
                key=KeyId(key.id.hex()),
                holder=holder,
                suite=Code(key.suite.value),
                public_key=Blob(key.public_key),
                level=None,
                until=None,
                enrolled_by=None,
                signer=None,
                enrolled=Instant(act.received),
                confirmed=None,
                confirmed_with=None,
                revoked=False,
            ),
        )
    for judge in body.court:
        state.put(
            records.ROLES,
            records.RoleGrant(person=Id(judge.by), role=Role.COURT, name=None, active=True),
        )


KIND = Kind(
    name="log.created",
    version=1,
    body=Genesis,
    roles=frozenset({Role.CLERK}),
    ground="evidence.integrity",
    check=check,
    apply=apply,
    zh="账本建立：{origin}",
    en="The log was created: {origin}",
    facts=lambda view, body: {"origin": body.origin},
    reader=Genesis.from_json,
)
