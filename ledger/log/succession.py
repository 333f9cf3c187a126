"""A log that goes on where a closed one ended (ledger 5, 6): a restored backup, an operator gone.

The members of a genesis are fixed; its policy is text in which a line after # says nothing to a
reader of policies. There a new log names the old one's last cosigned checkpoint, in one line:

    # follows <origin> <size> <base64 root>
"""

from __future__ import annotations

from typing import Final

from ledger.log.checkpoint import BadCheckpoint, Checkpoint
from ledger.log.errors import Category, Refused

_MARK: Final = "# follows "


class BadSuccession(Refused):
    """The line is not as it should be, stands twice, or names the log itself. Fact: `what`."""

    slug = "bad-succession"
    category = Category.MALFORMED
    zh = "账本所接续的旧账本写得不对：{what}"
    en = "The log that this one follows is not named properly: {what}"


def line(last: Checkpoint) -> str:
    """The policy's line, with its end, that names the old log's last cosigned checkpoint."""
    return _MARK + last.text().decode().removesuffix("\n").replace("\n", " ") + "\n"


def followed(policy: str, origin: str) -> Checkpoint | None:
    """What the log with this policy and origin follows; None: nothing. Raises BadSuccession."""
    named = [row for row in policy.split("\n") if row.startswith(_MARK)]
    if not named:
        return None
    if len(named) > 1:
        raise BadSuccession(what="twice")
    text = named[0].removeprefix(_MARK).replace(" ", "\n") + "\n"
    try:
        found = Checkpoint.parse(text.encode())
        found.check_empty()
    except BadCheckpoint as error:
        raise BadSuccession(what=str(error.facts["what"])) from error
    if found.origin == origin:
        raise BadSuccession(what=origin)
    return found
