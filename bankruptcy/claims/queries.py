"""Claims, evidence and questions as pages show them: records, and what stands behind them.

A text that is not at hand is "", an amount that is not is None. Whoever calls has made sure that
the visitor may see claims; what only owner and staff may see is marked.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from bankruptcy.cases.reading import Reader
from bankruptcy.claims import words
from bankruptcy.kinds import people as rules
from bankruptcy.kinds import records
from bankruptcy.kinds.claim_amended import Body as AmendedBody
from bankruptcy.kinds.claim_filed import Body as FiledBody
from bankruptcy.kinds.claim_filed import FiledLine
from bankruptcy.kinds.claim_reviewed import NO_FINDING
from bankruptcy.kinds.claim_reviewed import Body as ReviewedBody
from bankruptcy.kinds.schema import File, Id, Sealed, decode
from bankruptcy.people.access import Access
from bankruptcy.people.acting import Capacity, capacities
from ledger import said
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class SecurityShown:
    """Security as filed; value in fen."""

    asset: str
    value: int | None
    waived: bool


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line, as filed and as it stands. Amounts in fen."""

    id: str
    number: int
    nature: words.Word
    cause: str
    filed: int | None
    security: SecurityShown | None
    status: words.Word
    state: str
    badge: str
    reviewed: bool
    """Is there a finding of the administrator?"""
    stands: bool
    """Not withdrawn."""
    late: bool
    admitted: int | None
    reasons: tuple[words.Word, ...]
    reason: str
    provisional: int | None


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One point of a question."""

    point: str
    name: words.Word
    hint: words.Word
    stance: str
    stance_name: words.Word
    reason: str
    answer: str
    refusal: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """Somebody's cross-examination."""

    id: str
    evidence: str
    who: str
    mine: bool
    asked: datetime
    points: tuple[AnswerShown, ...]
    open_points: int


@dataclass(frozen=True, slots=True)
class EvidenceShown:
    """An exhibit with its file, if that is at hand."""

    id: str
    claim: str
    title: str
    purpose: str
    file: File | None
    sha256: str
    erased: str
    """That the file was erased, and by which entry; "" where it was not."""
    who: str
    added: datetime
    questions: tuple[QuestionShown, ...]

    @property
    def open_points(self) -> int:
        return sum(question.open_points for question in self.questions)


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """A claim. identity, contact and account are "" for who may not see them."""

    record: records.Claim
    name: str
    mine: bool
    lines: tuple[LineShown, ...]
    evidence: tuple[EvidenceShown, ...]
    identity: str
    contact: str
    account: str
    entry: int | None

    @property
    def id(self) -> str:
        return self.record.claim

    @property
    def filed(self) -> int:
        """Sum of what was filed and is not withdrawn, in fen."""
        return sum(line.filed or 0 for line in self.lines if line.stands)

    @property
    def admitted(self) -> int | None:
        """Sum of what is admitted; None while a line waits for its review."""
        if self.record.waits:
            return None
        return sum(line.admitted or 0 for line in self.lines)

    @property
    def open_points(self) -> int:
        return sum(item.open_points for item in self.evidence)


class Claims:
    """Reads the claims of a case for one visitor and one request."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._reader = Reader(access.view)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """pseudonym -> name."""
        return self._reader.names()

    def mine(self) -> tuple[ClaimShown, ...]:
        """The visitor's own claims, the first first."""
        found = self._access.view.find(records.CLAIMS, creditor=self._access.pseudonym)
        return tuple(self.shown(claim) for claim in sorted(found, key=lambda claim: claim.filed))

    def claim(self, claim: str) -> ClaimShown | None:
        """A claim by its id."""
        found = self._access.view.get(records.CLAIMS, claim)
        return None if found is None else self.shown(found)

    def evidence(self, evidence: str) -> EvidenceShown | None:
        """An exhibit by its id."""
        found = self._access.view.get(records.EVIDENCE, evidence)
        return None if found is None else self._evidence(found)

    def to_answer(self, creditor: Id) -> tuple[tuple[EvidenceShown, QuestionShown], ...]:
        """Questions on somebody's claims that have an open point."""
        view = self._access.view
        return tuple(
            (exhibit, question)
            for claim in view.find(records.CLAIMS, creditor=creditor)
            for record in view.find(records.EVIDENCE, claim=claim.claim)
            for exhibit in (self._evidence(record),)
            for question in exhibit.questions
            if question.open_points
        )

    def preload(self, found: Sequence[records.Claim]) -> None:
        """Read names and amounts of many claims at once."""
        lines = [line for claim in found for line in claim.lines]
        self._reader.preload(
            (claim.name for claim in found),
            (amount for line in lines for amount in (line.filed, line.admitted)),
        )

    def lines(self, claim: records.Claim) -> tuple[LineShown, ...]:
        """The lines of a claim, as filed and as they stand."""
        return tuple(self._lines(claim))

    def shown(self, claim: records.Claim) -> ClaimShown:
        """A claim with all that belongs to it."""
        access, reader = self._access, self._reader
        filed = self._filed(claim)
        mine = claim.creditor == access.pseudonym
        private = filed if mine or access.is_staff else None
        return ClaimShown(
            record=claim,
            name=reader.shown(claim.name) or claim.creditor,
            mine=mine,
            lines=self.lines(claim),
            evidence=self.exhibits(claim.claim),
            identity=reader.shown(private.identity) if private else "",
            contact=reader.shown(private.contact) if private else "",
            account=reader.shown(private.account) if private else "",
            entry=said.number(access.case, claim.statement),
        )

    def exhibits(self, claim: str) -> tuple[EvidenceShown, ...]:
        """The evidence of a claim, the first first."""
        found = self._access.view.find(records.EVIDENCE, claim=Id(claim))
        return tuple(self._evidence(item) for item in sorted(found, key=lambda e: e.added))

    def _lines(self, claim: records.Claim) -> Iterator[LineShown]:
        reader, view = self._reader, self._access.view
        stated = self._stated(claim)
        why = self._review_reasons(claim)
        for number, line in enumerate(claim.lines, 1):
            own = stated.get(line.line)
            security = own.security if own else None
            ordered = view.get(records.PROVISIONAL, claim.claim, line.line)
            yield LineShown(
                id=line.line,
                number=number,
                nature=words.NATURES[line.nature],
                cause=reader.shown(own.cause) if own else "",
                filed=reader.fen(line.filed),
                security=None
                if security is None
                else SecurityShown(
                    reader.shown(security.asset),
                    reader.fen(security.value),
                    security.waived,
                ),
                status=words.STATUSES[line.status],
                state=line.status.value,
                badge=words.BADGES[line.status],
                reviewed=line.status not in NO_FINDING,
                stands=line.status is not records.Status.WITHDRAWN,
                late=line.late,
                admitted=reader.fen(line.admitted),
                reasons=tuple(words.REASONS.get(code, code) for code in line.reasons),
                reason=reader.shown(why.get(line.line)),
                provisional=None if ordered is None else reader.fen(ordered.amount),
            )

    def _review_reasons(self, claim: records.Claim) -> Mapping[str, Sealed | None]:
        found = claim.review and said.statement(self._access.case, claim.review)
        if not found:
            return {}
        # What a review says of a line that was amended since is in force no longer.
        open_lines = {line.line for line in claim.lines if line.status in NO_FINDING}
        return {
            line.line: line.reason
            for line in decode(ReviewedBody, found.body).lines
            if line.line not in open_lines
        }

    def _stated(self, claim: records.Claim) -> Mapping[str, FiledLine]:
        """Each line as its filing or its last amendment states it."""
        found: dict[str, FiledLine] = {}
        for digest in {line.stated for line in claim.lines}:
            statement = said.statement(self._access.case, digest)
            if statement is None:
                continue
            body = FiledBody if digest == claim.statement else AmendedBody
            found |= {
                line.line: line
                for line in decode(body, statement.body).lines
                if any(own.line == line.line and own.stated == digest for own in claim.lines)
            }
        return found

    def _filed(self, claim: records.Claim) -> FiledBody | None:
        found = said.statement(self._access.case, claim.statement)
        return None if found is None else decode(FiledBody, found.body)

    def _evidence(self, item: records.Evidence) -> EvidenceShown:
        reader, view = self._reader, self._access.view
        file = reader.document(item.file)
        asked = sorted(view.find(records.QUESTIONS, evidence=item.evidence), key=lambda q: q.asked)
        return EvidenceShown(
            id=item.evidence,
            claim=item.claim,
            title=reader.shown(item.title),
            purpose=reader.shown(item.purpose),
            file=file,
            sha256="" if file is None else file.sha256.hex(),
            erased=reader.erased(item.file) if file is None else "",
            who=self.who(item.by),
            added=item.added,
            questions=tuple(self._question(question) for question in asked),
        )

    def _question(self, question: records.Question) -> QuestionShown:
        reader = self._reader
        return QuestionShown(
            id=question.question,
            evidence=question.evidence,
            who=self.who(question.by),
            mine=question.by == self._access.pseudonym,
            asked=question.asked,
            points=tuple(
                AnswerShown(
                    point=asked.point.value,
                    name=words.POINTS[asked.point],
                    hint=words.POINT_HINTS[asked.point],
                    stance=asked.stance.value,
                    stance_name=words.STANCES[asked.stance],
                    reason=reader.shown(asked.reason),
                    answer=reader.shown(asked.answer),
                    refusal=reader.shown(asked.refusal),
                    is_open=asked.is_open,
                )
                for asked in question.points
            ),
            open_points=question.open_points,
        )

    def who(self, person: str) -> str:
        """A person's name, and for the visitor himself that it is he."""
        name = self.names.get(person, person)
        return _("%(name)s (you)") % {"name": name} if person == self._access.pseudonym else name


def acts_for(access: Access, claim: records.Claim, item: records.Item) -> Role | None:
    """The role in which the visitor does this for the claim's creditor, himself or as agent."""
    if claim.creditor == access.pseudonym:
        return Role.CREDITOR
    for held in rules.authorities_of(access.view, access.pseudonym, access.now):
        if held.principal == claim.creditor and item in held.items:
            return Role.AGENT
    return None


def may_answer(access: Access, claim: records.Claim) -> Role | None:
    """The role in which the visitor may answer questions on the claim; None if he may not."""
    if (role := acts_for(access, claim, records.Item.EVIDENCE)) is not None:
        return role
    return Role.ADMINISTRATOR if access.has(Role.ADMINISTRATOR) else None


def askers(
    access: Access, claim: records.Claim, evidence: records.Evidence
) -> tuple[Capacity, ...]:
    """For whom the visitor may question the evidence: no one questions his own."""
    own = (claim.creditor, evidence.by)
    role = None if access.pseudonym in own else _own_role(access)
    return capacities(
        access,
        records.Item.CROSS_EXAMINE,
        role,
        lambda principal: principal not in own and rules.is_creditor(access.view, principal),
    )


def _own_role(access: Access) -> Role | None:
    order: Sequence[Role] = (
        Role.CREDITOR, Role.ADMINISTRATOR, Role.COURT, Role.DEBTOR, Role.COMMITTEE,
    )  # fmt: skip
    return next((role for role in order if role in access.roles), None)


def register_rows(claims: Claims, access: Access) -> Sequence[tuple[records.Claim, LineShown, str]]:
    """Every line of every claim with its creditor's name, in order of filing."""

    def filed(claim: records.Claim) -> tuple[datetime, int]:
        # A demonstration's clock stands, so that only the log tells the order.
        return claim.filed, said.number(access.case, claim.statement) or sys.maxsize

    found = sorted(access.view.find(records.CLAIMS), key=filed)
    claims.preload(found)
    return [
        (claim, line, claims.names.get(claim.creditor, claim.creditor))
        for claim in found
        for line in claims.lines(claim)
    ]
