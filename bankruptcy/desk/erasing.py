"""C/court/erasures: values erased on a judge's order (PIPL 47): first which entry, then what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bankruptcy.cases.reading import Reader
from bankruptcy.delivery import problems
from bankruptcy.delivery.articles import cited
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.pages import desk_page
from bankruptcy.kinds import openings_erased, records, registry
from bankruptcy.kinds.leaves import Hidden
from bankruptcy.kinds.schema import Audience, File, Sealed
from bankruptcy.kinds.tables import SealedEntry
from bankruptcy.people import membership
from bankruptcy.people.access import Access
from ledger import logs, said
from ledger.log.encoding import b64u
from ledger.log.entry import Entry
from ledger.log.jcs import Json
from ledger.log.statement import Role

Word = str | Promise

BASES: Final[Mapping[records.Basis, Word]] = {
    records.Basis.PURPOSE: gettext_lazy("The purpose is achieved or the value no longer needed"),
    records.Basis.PERIOD: gettext_lazy("The service has ended or the retention period is over"),
    records.Basis.CONSENT: gettext_lazy("The person withdrew consent"),
    records.Basis.UNLAWFUL: gettext_lazy("It was processed against law or agreement"),
    records.Basis.OTHER: gettext_lazy("Another law or regulation says so"),
}
"""The five cases of PIPL 47(1), in its order."""

PARTS: Final[Mapping[str, Word]] = {
    "account": gettext_lazy("Account"),
    "answer": gettext_lazy("Answer"),
    "asset": gettext_lazy("Security"),
    "basis": gettext_lazy("Basis"),
    "case_number": gettext_lazy("Case number"),
    "cause": gettext_lazy("What it is for"),
    "contact": gettext_lazy("Contact"),
    "court_name": gettext_lazy("Court"),
    "debtor": gettext_lazy("Debtor"),
    "decision": gettext_lazy("Number of the decision"),
    "document": gettext_lazy("Document"),
    "file": gettext_lazy("File"),
    "identity": gettext_lazy("ID number"),
    "name": gettext_lazy("Name"),
    "note": gettext_lazy("Note"),
    "purpose": gettext_lazy("Proves"),
    "reason": gettext_lazy("Reason"),
    "refusal": gettext_lazy("Answer refused"),
    "title": gettext_lazy("Title"),
}
"""What a sealed member of a body is called; others show their JSON pointer alone."""

ROWS: Final[Mapping[str, Word]] = {
    "lines": gettext_lazy("Debt %(n)s"),
    "evidence": gettext_lazy("Exhibit %(n)s"),
    "points": gettext_lazy("Point %(n)s"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A sealed value of an entry. `state`: it stands, was erased, was shown to the public, or is
    not at hand."""

    pointer: str
    name: str
    text: str
    state: str

    @property
    def open(self) -> bool:
        """May it be chosen?"""
        return self.state == "stands"


@require_safe
@desk_view(Role.COURT, Role.ADMINISTRATOR)
def erasures(request: HttpRequest, access: Access) -> HttpResponse:
    """An entry of ?entry=, what it seals; the form; what was erased so far."""
    reader = Reader(access.view)
    names = reader.names()
    asked = request.GET.get("entry", "").strip()
    entry, found = _entry(access, asked)
    content: dict[str, object] = {
        "asked": asked[:20],
        "wrong": "" if found or not asked else _wrong(access, entry),
        "claims": _claims(access, names),
        "erased": list(_erased(access, names)),
        "ground": cited(access.view.pack.article(openings_erased.KIND.ground)),
        "bases": [{"value": basis.value, "label": BASES[basis]} for basis in records.Basis],
        "judges": [
            {"person": one.person, "name": one.name}
            for one in membership.people(access.case, access.view)
            if Role.COURT in one.roles
            and (access.has(Role.ADMINISTRATOR) or one.person == access.pseudonym)
        ],
    }
    if entry is not None and found is not None:
        draft: dict[str, Json] = {
            "entry": entry,
            "leaf": b64u(found.leaf),
            "role": Role.COURT.value if access.has(Role.COURT) else Role.ADMINISTRATOR.value,
        }
        content |= {
            "entry": entry,
            "sentence": sentence(access, entry, names),
            "values": list(_values(access, reader, found)),
            "draft": draft,
        }
    return desk_page(request, access, "court/erasures.html", content)


def sentence(access: Access, entry: int, names: Mapping[str, str]) -> str:
    """What the entry says, in a sentence of its kind."""
    decoded = Entry.decode(logs.entries(access.case, entry, entry + 1)[0])
    kind = registry.KINDS[decoded.kind]
    who = names.get(decoded.statement.by, decoded.statement.by)
    facts: Mapping[str, Any] = kind.facts(access.view, kind.decode(decoded.statement.body))
    return (kind.en if problems.language() == "en" else kind.zh).format(who=who, **facts)


def _entry(access: Access, asked: str) -> tuple[int | None, SealedEntry | None]:
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        return None, None
    entry = int(asked)
    found = access.view.log.sealed_at(entry)
    return entry, found if found is not None and found.values else None


def _wrong(access: Access, entry: int | None) -> str:
    if entry is None:
        return _("Enter the number of an entry, like 12")
    if entry >= logs.size(access.case):
        return _("The record has no entry %(n)s yet") % {"n": entry}
    return _("Entry %(n)s seals no value; there is nothing to erase in it") % {"n": entry}


def _values(access: Access, reader: Reader, found: SealedEntry) -> Iterator[Value]:
    for field, hidden in found.values.items():
        pointer = field.partition("#")[2]
        yield Value(pointer, _named(pointer), *_content(reader, hidden))


def _content(reader: Reader, hidden: Hidden) -> tuple[str, str]:
    """The words that stand there, and how they stand."""
    sealed = Sealed(hidden.digest)
    erased = reader.erased(sealed)
    if erased:
        return erased, "erased"
    file = reader.document(sealed) if hidden.value is File else None
    text = reader.opened(sealed) if file is None else file.name
    if hidden.audience is Audience.PUBLIC:
        return text or "", "public"
    return text or "", "stands"


def _named(pointer: str) -> str:
    """A JSON pointer in words: /lines/0/cause is "Debt 1 · What it is for"."""
    steps = pointer.split("/")[1:]
    words = []
    for step, after in zip(steps, [*steps[1:], ""], strict=True):
        if step in ROWS and after.isdigit():
            words.append(str(ROWS[step]) % {"n": int(after) + 1})
        elif step in PARTS:
            words.append(str(PARTS[step]))
    return " · ".join(words)


def _claims(access: Access, names: Mapping[str, str]) -> list[dict[str, object]]:
    """Where personal data mostly stands: the entries of the claims."""
    found = [
        {"name": names.get(claim.creditor, claim.creditor), "entry": entry}
        for claim in access.view.find(records.CLAIMS)
        if (entry := said.number(access.case, claim.statement)) is not None
    ]
    return sorted(found, key=lambda row: row["entry"])


def _erased(access: Access, names: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for one in sorted(access.view.find(records.ERASURES), key=lambda e: (e.at, e.entry, e.field)):
        yield {
            "entry": one.entry,
            "name": _named(one.field.partition("#")[2]),
            "pointer": one.field.partition("#")[2],
            "basis": BASES[one.basis],
            "ordered_by": names.get(one.ordered_by, one.ordered_by),
            "at": one.at,
            "by": said.number(access.case, one.statement),
        }
