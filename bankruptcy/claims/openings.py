"""C/me/openings/<digest>: salt and value of what one sealed oneself, to be kept beside the receipt.

A receipt proves the entry; with these rows its owner can show any time which file or text stands
behind a digest in it (ledger 9.5), without anybody's help.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bankruptcy.kinds.leaves import hidden
from bankruptcy.kinds.registry import KINDS
from bankruptcy.people.access import Access, case_view
from ledger import openings, said
from ledger.log import jcs
from ledger.log.encoding import unhex32
from ledger.log.errors import Malformed


@require_GET
@case_view()
def own_openings(request: HttpRequest, access: Access, digest: str) -> HttpResponse:
    """openings.jsonl (ledger 9.10) of a statement that the visitor signed. Raises Http404."""
    try:
        statement = said.statement(access.case, unhex32(digest))
    except Malformed as error:
        raise Http404 from error
    if statement is None or statement.by != access.pseudonym:
        raise Http404
    kind = KINDS[statement.kind]
    wanted = [item.digest for item in hidden(kind.id, kind.decode(statement.body))]
    rows = openings.store().many(wanted).values()
    content = b"".join(sorted(jcs.dumps(row) + b"\n" for row in rows))
    answer = HttpResponse(content, content_type="application/jsonl")
    answer["Content-Disposition"] = (
        f'attachment; filename="{access.case}-{digest[:16]}.openings.jsonl"'
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
