"""M/disclosures: single answers that trustees opened to administrator and court, and the court's
order for another (protocol 2, 7)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bankruptcy.cases.reading import Reader
from bankruptcy.delivery.articles import cited
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.pages import desk_page
from bankruptcy.kinds import records
from bankruptcy.kinds.counting import bodies_of, counted_answers, shares_given
from bankruptcy.kinds.disclosing import ToGive, counted_answer, implied, to_give
from bankruptcy.kinds.schema import Id, Sealed
from bankruptcy.kinds.vote import manifest_of, vote_of_meeting
from bankruptcy.people.access import Access
from bankruptcy.people.bodies import answer
from ledger.api.reading import digest
from ledger.log.disclosure import field_name
from ledger.log.encoding import b64u, unb64u
from ledger.log.statement import Role
from voting.protocol.ballot import Body
from voting.protocol.counted import Counted
from voting.protocol.disclosure import disclose
from voting.protocol.group import scalar_of
from voting.protocol.sharing import Share
from voting.protocol.validity import Choice

_GIVEN = "disclosure.given@1"


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A row of the page. choice: None while too few trustees have given their shares."""

    motion: str
    line: str
    names: tuple[str, ...]
    choice: str | None
    given: int
    clear: bool


@require_GET
@desk_view(Role.COURT, Role.ADMINISTRATOR)
def disclosures(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """What was disclosed, opened from the shares; a form for the court to order another."""
    view, vote = access.view, _vote(access, meeting)
    convened = view.get(records.MEETINGS, Id(meeting))
    reader = Reader(view)
    due = to_give(view, vote)
    shown = Shown(access, vote)
    declared = vote.stage is records.Stage.DECLARED
    orders = declared and access.has(Role.COURT)
    others = [a for a in counted_answers(view, vote) if declared and _key(a) not in due]
    content = {
        "meeting": convened,
        "meeting_title": (convened and reader.opened(convened.title)) or "",
        "threshold": manifest_of(view, vote).threshold,
        "rows": shown.rows(tuple(due.values())),
        "answers": [shown.option(other) for other in others] if orders else [],
        "ground": cited(view.pack.article("disclosure.ordered")),
        "draft": {
            "manifest_hash": b64u(vote.manifest_hash),
            "counted_hash": b64u(vote.counted_hash or b""),
            "meeting": meeting,
        }
        if orders
        else None,
    }
    return desk_page(request, access, "meetings/disclosures.html", content)


@require_GET
@desk_view(Role.COURT)
def given_away(
    request: HttpRequest, access: Access, meeting: str, ballot: str, line: str, motion: str
) -> HttpResponse:
    """{implied: [{line, name}]}: whose answers would follow from this one by subtraction."""
    view, vote = access.view, _vote(access, meeting)
    found = implied(view, vote, counted_answer(view, vote, (digest(ballot), line, motion)))
    shown = Shown(access, vote)
    return answer(
        {"implied": [{"line": x, "name": "、".join(shown.names(motion, x))} for x in found]}
    )


class Shown:
    """The answers of one vote as staff see them, with the names of whose they are."""

    def __init__(self, access: Access, vote: records.Vote) -> None:
        self._view, self._vote = access.view, vote
        self._reader = Reader(access.view)
        self._names = self._reader.names()
        self._manifest = manifest_of(access.view, vote)

    def names(self, motion: str, line: str) -> tuple[str, ...]:
        """Who may answer the line."""
        found = self._view.get(records.ROLL_LINES, self._vote.manifest_hash, Id(motion), Id(line))
        members = () if found is None else found.members
        return tuple(self._names.get(member, member) for member in members)

    def option(self, given: Counted) -> dict[str, str]:
        """An answer that may be ordered."""
        return {
            "ballot": b64u(given.ballot),
            "hex": given.ballot.hex(),
            "line": given.line,
            "motion": given.motion,
            "title": self._title(given.motion),
            "names": "、".join(self.names(given.motion, given.line)),
        }

    def rows(self, items: tuple[ToGive, ...]) -> list[Disclosed]:
        """The answers that trustees open."""
        bodies = bodies_of(self._view, self._vote, tuple(item.answer for item in items))
        return [self._row(item, bodies[item.answer.ballot]) for item in items]

    def _row(self, item: ToGive, body: Body) -> Disclosed:
        given, found = item.answer, self._shares(item.answer)
        choice: str | None = None
        if len(found) >= self._manifest.threshold:
            opened, _opening = disclose(
                self._view.group, self._manifest.threshold, body.answer(given.pair), found
            )
            choice = _word(opened)
        return Disclosed(
            motion=self._title(given.motion),
            line=given.line,
            names=self.names(given.motion, given.line),
            choice=choice,
            given=len(found),
            clear=item.clear,
        )

    def _title(self, motion: str) -> str:
        found = self._view.get(records.MOTIONS, self._vote.meeting, Id(motion))
        return (found and self._reader.opened(found.title)) or motion

    def _shares(self, given: Counted) -> dict[int, Share]:
        return {
            index: Share(self._scalar(share, "f", share.f), self._scalar(share, "g", share.g))
            for index, share in shares_given(self._view, self._vote, given).items()
        }

    def _scalar(self, share: records.GivenShare, name: str, value: bytes | Sealed) -> int:
        if isinstance(value, bytes):
            return scalar_of(value)
        field = field_name(_GIVEN, f"/answers/{share.place}/{name}")
        return scalar_of(unb64u(self._view.opening(field, value.digest), 32))


def _word(choice: Choice) -> str:
    return {Choice.FOR: _("For"), Choice.AGAINST: _("Against"), Choice.ABSTAIN: _("Abstain")}[
        choice
    ]


def _vote(access: Access, meeting: str) -> records.Vote:
    """Raises Http404 where nothing is counted."""
    vote = vote_of_meeting(access.view, Id(meeting))
    if vote is None or vote.counted_hash is None:
        raise Http404
    return vote


def _key(given: Counted) -> tuple[bytes, str, str]:
    return given.ballot, given.line, given.motion
