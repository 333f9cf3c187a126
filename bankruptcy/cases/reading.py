"""Reading a case for pages: its records, and what stands behind digests and commitments.

Who may see what is the page's to decide (bankruptcy.people.access); a Reader opens whatever the
openings store holds. Nothing read here decides whether an act is lawful.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds import records
from bankruptcy.kinds.kind import AnyKind
from bankruptcy.kinds.records import CaseFile
from bankruptcy.kinds.schema import Committed, File, Sealed, decode
from bankruptcy.kinds.tables import CaseView
from bankruptcy.people.models import Person
from ledger import openings, said
from ledger.log.disclosure import field_name
from ledger.log.encoding import parse_amount
from ledger.log.errors import Refused
from ledger.log.jcs import Json


@dataclass(frozen=True, slots=True)
class CaseCard:
    """What everybody may know of an opened case; texts are "" where they are not opened yet."""

    case: str
    court_name: str
    case_number: str
    debtor: str
    file: CaseFile


class Reader:
    """Opens what a case's records name. Lives for one request, like its view."""

    def __init__(self, case: str | CaseView) -> None:
        self.view: CaseView = PostgresState(case) if isinstance(case, str) else case

    def value(self, sealed: Sealed | None, field: str | None = None) -> Json | None:
        """The value behind a digest; None where the store has none, or has it of another field."""
        row = None if sealed is None else openings.store().digest_row(sealed.digest)
        if not isinstance(row, dict) or field not in (None, row["field"]):
            return None
        return row["value"]

    def opened(self, sealed: Sealed | None) -> str | None:
        """The text behind a digest, whichever statement it came with."""
        value = self.value(sealed)
        return value if isinstance(value, str) else None

    def shown(self, sealed: Sealed | None) -> str:
        """The text behind a digest, or that it was erased and by which entry; else ""."""
        text = self.opened(sealed)
        return self.erased(sealed) if text is None else text

    def erased(self, sealed: Sealed | None) -> str:
        """That the value was erased under the law, and by which entry; "" where it was not."""
        found = None if sealed is None else self.view.get(records.ERASURES, sealed.digest)
        if found is None:
            return ""
        entry = said.number(self._case(), found.statement)
        if entry is None:
            return _("erased; the entry gets its number in a moment")
        return _("erased by entry %(n)s") % {"n": entry}

    def text(self, kind: str | AnyKind, pointer: str, sealed: Sealed | None) -> str | None:
        """The text behind the digest at that place of such a statement ("claim.filed@1")."""
        name = kind if isinstance(kind, str) else kind.id
        value = self.value(sealed, field_name(name, pointer))
        return value if isinstance(value, str) else None

    def document(self, sealed: Sealed | None) -> File | None:
        """What a sealed file is: name, type, size and the hash by which it is fetched."""
        value = self.value(sealed)
        try:
            return None if value is None else decode(File, value)
        except Refused:
            return None

    def fen(self, committed: Committed | None) -> int | None:
        """The amount behind a commitment."""
        row = None if committed is None else openings.store().amount_row(committed.commitment)
        return parse_amount(row["amount"]) if isinstance(row, dict) else None

    def preload(
        self, sealed: Iterable[Sealed | None] = (), committed: Iterable[Committed | None] = ()
    ) -> None:
        """Read many openings at once, before a page asks for each."""
        openings.store().many(
            (item.digest for item in sealed if item is not None),
            (item.commitment for item in committed if item is not None),
        )

    def names(self) -> dict[str, str]:
        """pseudonym -> name, for who may see the parties.

        As the court appointed them, else as their claim says, else as they call themselves.
        """
        found = {
            row.pseudonym: row.display_name for row in Person.objects.filter(case=self._case())
        }
        for claim in self.view.find(records.CLAIMS):
            if name := self.shown(claim.name):
                found[claim.creditor] = name
        for grant in self.view.find(records.ROLES):
            if grant.active and (name := self.opened(grant.name)) is not None:
                found[grant.person] = name
        return found

    def card(self, file: CaseFile | None = None) -> CaseCard:
        """The public side of the case; give `file` where it is at hand."""
        file = records.case_file(self.view) if file is None else file
        if file is None:
            raise LookupError("the case has no file")
        return CaseCard(
            file.case,
            self.opened(file.court_name) or "",
            self.opened(file.case_number) or "",
            self.opened(file.debtor) or "",
            file,
        )

    def _case(self) -> str:
        file = records.case_file(self.view)
        return "" if file is None else file.case
