"""docs/permissions.md, written from the tables: `python -m tests.permissions.document`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ledger.log.statement import Role
from tests.permissions.acts import ALLOWED, Row, acts
from tests.permissions.pages import pages

DOCUMENT = Path(__file__).parents[2] / "docs" / "permissions.md"

HEAD = """# Who may do what, and when

Written by `python -m tests.permissions.document` from the tables in `tests/permissions/`; a test
holds it current. The tables are written from the law and from the protocol, not from the program:
`tests/rules/test_permissions.py` and `tests/apps/permissions/` put every cell to it.

## Statements

Every kind of statement, at every stage of a case, in the roles named. ✓: the lawful statement of
that kind is recorded. Else the refusal with which it is answered, and nothing is recorded. In a
role that is not named it is `role-may-not`; by somebody who does not hold the role,
`role-not-held`; with a key that is not his, `key-not-good`; in another case, `wrong-case`. Nobody
is an agent before somebody gave him a power of attorney, that is, before the case is open.

"""

ADDRESSES = """
## Addresses

Every address of the web, by who asks. Whoever is not named gets 404 where he has no part in the
case, as if there were none; who is not logged in is led to the log-in (a program gets 401). What
another case has is not found under an address of one's own case. The log is public, and so are the
board and the results of a case that the court has opened: they show no amount but totals to who may
not see the register.

"""

SOCKETS = """
## Sockets

What each WebSocket tells, by who asks; every one opens for everybody. A dash: a heartbeat that is
noted for nobody, amounts that are left out, or the refusal named.

"""


def document() -> str:
    """The page."""
    parts = (HEAD, _statements()), (ADDRESSES, _addresses()), (SOCKETS, _sockets())
    return "".join(head + "\n".join(lines) for head, lines in parts)


def _addresses() -> Iterator[str]:
    table = pages()
    yield "| who asks | |"
    yield "|---|---|"
    for who, meaning in table.people.items():
        yield f"| {who} | {meaning} |"
    yield ""
    yield "| address | for | " + " | ".join(table.people) + " |"
    yield "|---" * (len(table.people) + 2) + "|"
    for address, page in table.pages.items():
        cells = [str(table.expected(address, who)) for who in table.people]
        what = table.audiences[page.audience].what
        yield f"| {page.method.upper()} `{address}` | {what} | " + " | ".join(cells) + " |"
    yield ""


def _sockets() -> Iterator[str]:
    table = pages()
    yield "| socket | who asks | " + " | ".join(table.people) + " |"
    yield "|---" * (len(table.people) + 2) + "|"
    for row in table.sockets:
        cells = ["✓" if table.tells(row, who) else row.refusal or "–" for who in table.people]
        yield f"| `{row.address}` | {row.what} | " + " | ".join(cells) + " |"
    yield ""


def _statements() -> Iterator[str]:
    table = acts()
    yield "| stage | the case then |"
    yield "|---|---|"
    for name, meaning in table.stages.items():
        yield f"| {name} | {meaning} |"
    yield ""
    yield "| kind | in the role of | " + " | ".join(table.stages) + " | by |"
    yield "|---" * (len(table.stages) + 3) + "|"
    for kind, row in table.kinds.items():
        yield from _kind(kind, row)
    yield ""


def _kind(kind: str, row: Row) -> Iterator[str]:
    """A line, and one more for each role that is answered otherwise."""
    table = acts()
    apart = [Role(role) for role in row.when if role != "all"]
    together = [role for role in Role if role in row.roles and role not in apart]
    for roles in filter(None, (together, *([role] for role in apart))):
        # Before a role can be held at all, the head of the page says what is answered.
        asked = next((role for role in roles if role not in table.held), roles[0])
        cells = [table.expected(kind, asked, stage) for stage in table.stages]
        shown = ["✓" if cell == ALLOWED else cell for cell in cells]
        named = ", ".join(role.value for role in roles)
        yield f"| `{kind}` | {named} | " + " | ".join(shown) + f" | {row.law} |"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), "utf-8")
