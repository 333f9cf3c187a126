"""Every kind of statement there is, by its id. A new kind is a new module and a line here."""

from __future__ import annotations

from bankruptcy.kinds import (
    amount_ordered,
    authority_granted,
    authority_revoked,
    ballot_cast,
    ballot_complained,
    box_missing,
    box_supplied,
    boxes_checked,
    case_opened,
    claim_amended,
    claim_filed,
    claim_reviewed,
    claim_split,
    claim_withdrawn,
    clock_moved,
    creditor_excluded,
    disclosure_given,
    disclosure_ordered,
    evidence_added,
    evidence_answered,
    evidence_questioned,
    key_confirmed,
    key_enrolled,
    key_revoked,
    keys_destroyed,
    log_created,
    meeting_convened,
    motion_put,
    objection_answered,
    objection_raised,
    openings_erased,
    outage_recorded,
    presence_began,
    presence_ended,
    register_published,
    result_declared,
    result_verified,
    role_appointed,
    role_ended,
    roll_corrected,
    tally_deadline_set,
    tally_summed,
    tests_drawn,
    trustee_key_published,
    trustee_not_awaited,
    trustee_single_allowed,
    voting_closed,
    voting_counted,
    voting_extended,
    voting_opened,
    voting_prepared,
    voting_voided,
    weights_published,
)
from bankruptcy.kinds.kind import AnyKind
from bankruptcy.kinds.leaves import hidden
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.tables import SealedEntry
from ledger.log.entry import Entry
from ledger.log.errors import Refused

KINDS: dict[str, AnyKind] = {
    kind.id: kind
    for kind in (
        log_created.KIND,
        case_opened.KIND,
        clock_moved.KIND,
        openings_erased.KIND,
        role_appointed.KIND,
        role_ended.KIND,
        key_enrolled.KIND,
        key_confirmed.KIND,
        key_revoked.KIND,
        authority_granted.KIND,
        authority_revoked.KIND,
        claim_filed.KIND,
        claim_amended.KIND,
        claim_withdrawn.KIND,
        claim_reviewed.KIND,
        evidence_added.KIND,
        evidence_questioned.KIND,
        evidence_answered.KIND,
        register_published.KIND,
        objection_raised.KIND,
        objection_answered.KIND,
        amount_ordered.KIND,
        claim_split.KIND,
        creditor_excluded.KIND,
        meeting_convened.KIND,
        motion_put.KIND,
        presence_began.KIND,
        presence_ended.KIND,
        trustee_key_published.KIND,
        voting_prepared.KIND,
        trustee_single_allowed.KIND,
        voting_opened.KIND,
        voting_extended.KIND,
        outage_recorded.KIND,
        tests_drawn.KIND,
        roll_corrected.KIND,
        voting_closed.KIND,
        voting_counted.KIND,
        ballot_cast.KIND,
        ballot_complained.KIND,
        box_missing.KIND,
        box_supplied.KIND,
        boxes_checked.KIND,
        trustee_not_awaited.KIND,
        tally_deadline_set.KIND,
        tally_summed.KIND,
        disclosure_ordered.KIND,
        disclosure_given.KIND,
        voting_voided.KIND,
        result_declared.KIND,
        result_verified.KIND,
        weights_published.KIND,
        keys_destroyed.KIND,
    )
}


def sealed(entry: Entry) -> SealedEntry | None:
    """What an entry seals; None where its kind or body cannot be read."""
    kind = KINDS.get(entry.kind)
    try:
        body = None if kind is None else kind.decode(entry.statement.body)
    except Refused:
        return None
    if kind is None:
        return None
    values = {item.field: item for item in hidden(kind.id, body)}
    return SealedEntry(kind.id, Hash(entry.leaf()), values)
