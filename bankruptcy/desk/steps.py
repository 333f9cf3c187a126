"""How far each meeting has come, and whose step is next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from bankruptcy.cases.reading import Reader
from bankruptcy.kinds import records
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.vote import manifest_of, vote_of_meeting, window
from bankruptcy.kinds.weights_published import amount_vectors
from bankruptcy.meetings.outages import Proposal, proposal
from bankruptcy.people.access import Access
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class MeetingStep:
    """A meeting: its title, what has been reached, and the next step. url None: others' turn."""

    meeting: records.Meeting
    title: str
    motions: int
    state: str
    badge: str
    next: str
    action: str
    url: str | None
    until: datetime | None
    draws: bool
    """May a digit for tests be drawn now, by who looks at the page?"""
    extends: bool
    """May the vote be extended now, by who looks at the page?"""
    orders: bool
    """Is it for the visitor to order something of it?"""
    proposal: Proposal | None
    """Outages not made up for, of a vote that can still be extended."""
    disclosures: bool
    """A result is declared: single answers may be disclosed to court and administrator."""


def meetings(access: Access) -> list[MeetingStep]:
    """All meetings, the newest first."""
    reader = Reader(access.view)
    found = sorted(access.view.find(records.MEETINGS), key=lambda m: -m.number)
    return [_step(access, reader, meeting) for meeting in found]


def _step(access: Access, reader: Reader, meeting: records.Meeting) -> MeetingStep:
    view = access.view
    motions = len(view.find(records.MOTIONS, meeting=meeting.meeting))
    vote = vote_of_meeting(view, meeting.meeting)
    state, badge, words, page, until = (
        _before(access, meeting, motions)
        if vote is None or vote.stage is Stage.VOIDED
        else _of_vote(access, vote)
    )
    before_close = (
        vote is not None
        and vote.stage in (Stage.PREPARED, Stage.OPEN)
        and access.now < window(view, vote).closes
    )
    if vote is not None and vote.stage is Stage.VOIDED:
        state = _("Void, to be held again")
    actions = {
        "board": _("Live board"),
        "results": _("See the result"),
        "court/trustees": _("The tally trustees"),
    }
    return MeetingStep(
        meeting=meeting,
        title=reader.opened(meeting.title)
        or _("Creditors’ meeting no. %(n)s") % {"n": meeting.number},
        motions=motions,
        state=state,
        badge=badge,
        next=words,
        action=actions.get(page or "", words),
        url=None if page is None else f"/c/{access.case}/m/{meeting.meeting}/{page}",
        until=until,
        draws=before_close
        and vote is not None
        and vote.stage is Stage.OPEN
        and access.has(Role.ADMINISTRATOR, Role.CHAIR),
        extends=before_close and access.has(Role.ADMINISTRATOR, Role.CHAIR),
        orders=access.has(Role.COURT),
        proposal=None if vote is None or not before_close else proposal(view, vote),
        disclosures=vote is not None and vote.stage is Stage.DECLARED,
    )


Step = tuple[str, str, str, str | None, datetime | None]


def _before(access: Access, meeting: records.Meeting, motions: int) -> Step:
    administrator = access.has(Role.ADMINISTRATOR)
    if not motions:
        return _("Convened"), "todo", _("Put the first motion"), "motions/new", meeting.starts
    published = access.view.find(records.TRUSTEE_KEYS, meeting=meeting.meeting)
    keys = sum(not key.spent for key in published)
    if not keys:
        words = _("Tally trustees make and publish their keys")
        return _("Convened"), "doing", words, None, meeting.starts
    words = _("Fix rolls and voting times (%(n)s trustees’ keys are there)") % {"n": keys}
    page = "prepare" if administrator else None
    return _("Convened"), "todo", words, page, meeting.starts


def _of_vote(access: Access, vote: records.Vote) -> Step:
    view, administrator = access.view, access.has(Role.ADMINISTRATOR)
    manifest, times = manifest_of(view, vote), window(view, vote)
    trustees = len(manifest.trustees)
    orders = "court/trustees" if access.has(Role.COURT) else None
    if vote.stage is Stage.PREPARED:
        return _("Prepared"), "doing", _("Voting opens by itself"), None, times.opens
    if vote.stage is Stage.OPEN:
        return _("Voting is open"), "doing", _("Voting closes by itself"), "board", times.closes
    if vote.stage is Stage.CLOSED:
        checked = {
            b.index for b in view.find(records.BOXES_CHECKED, manifest_hash=vote.manifest_hash)
        }
        words = _("Trustees check their boxes: %(n)s of %(of)s; then it is counted") % {
            "n": len(checked),
            "of": trustees,
        }
        return _("Closed"), "doing", words, orders, times.complaints_close
    if vote.stage is Stage.COUNTED:
        sums = len(view.find(records.SUMS, manifest_hash=vote.manifest_hash))
        if sums < manifest.threshold:
            words = _("Trustees publish their sums: %(n)s of %(of)s needed") % {
                "n": sums,
                "of": manifest.threshold,
            }
            return _("Counted"), "doing", words, orders, None
        page = "declare" if administrator else None
        return _("Tallied"), "todo", _("Declare the result"), page, None
    proven = view.get(records.WEIGHTS, vote.manifest_hash) is not None
    if administrator and not proven and amount_vectors(view, vote):
        return _("Declared"), "todo", _("Publish the proofs of the amounts"), "declare", None
    result = view.get(records.RESULTS, vote.manifest_hash)
    if result is not None and result.verified is not None:
        return _("Declared and verified"), "done", _("Nothing left to do"), "results", None
    page = "court/verify" if access.has(Role.COURT) else "results"
    return _("Declared"), "todo", _("The court verifies the result itself"), page, None
