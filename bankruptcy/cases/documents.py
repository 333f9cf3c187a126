"""Who may send documents to a case, and who may see which.

Evidence is for the parties and the court (EBL 57-58), a motion's text for everybody in the case.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest

from bankruptcy.cases.reading import Reader
from bankruptcy.kinds import records
from bankruptcy.kinds.schema import Sealed
from bankruptcy.people.access import Access, person
from ledger.documents import NoSuchDocument
from ledger.uploads import Named


def may_send(request: HttpRequest, case: str) -> str:
    """Whoever is in the case; the account whose file it is. Raises NotSignedIn, Http404."""
    return str(person(request, case).user.pk)


def may_see(request: HttpRequest, case: str, sha256: bytes) -> Named:
    """The document's name, where a record that the visitor may see names it.

    Raises NotSignedIn, Http404, NoSuchDocument.
    """
    access = person(request, case)
    reader = Reader(access.view)
    files = list(_files(access))
    reader.preload(files)
    for sealed in files:
        file = reader.document(sealed)
        if file is not None and file.sha256 == sha256:
            return Named(file.name, file.media_type)
    raise NoSuchDocument(sha256=sha256.hex()[:12])


def _files(access: Access) -> Iterator[Sealed]:
    for motion in access.view.find(records.MOTIONS):
        yield motion.text
    if access.may_see_claims:
        for evidence in access.view.find(records.EVIDENCE):
            yield evidence.file
