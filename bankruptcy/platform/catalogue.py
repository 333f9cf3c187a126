"""Compile translations: `python catalogue.py FILE.po…` writes FILE.mo beside each.

Standard library only, so that setting up needs no gettext tools from the system. Format of .mo:
GNU gettext manual, "The Format of GNU MO Files".
"""

from __future__ import annotations

import ast
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class _Entry:
    """One message as it is read; texts under their keyword: msgctxt, msgid, msgstr[0], …"""

    texts: dict[str, str] = field(default_factory=dict)
    fuzzy: bool = False

    def pair(self) -> tuple[str, str] | None:
        """Key and value of the compiled file; None where nothing is translated."""
        forms = [text for key, text in self.texts.items() if key.startswith("msgstr")]
        if "msgid" not in self.texts or not any(forms) or (self.fuzzy and self.texts["msgid"]):
            return None
        key = self.texts["msgid"]
        if "msgid_plural" in self.texts:
            key += "\0" + self.texts["msgid_plural"]
        if "msgctxt" in self.texts:
            key = self.texts["msgctxt"] + "\4" + key
        return key, "\0".join(forms)


def read(text: str) -> Iterator[tuple[str, str]]:
    """The translated messages of a .po file. Raises ValueError on a line it does not know."""
    entry, keyword = _Entry(), ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if line.startswith("#"):
            if keyword.startswith("msgstr"):
                yield from _told(entry)
                entry, keyword = _Entry(), ""
            entry.fuzzy |= line.startswith("#,") and "fuzzy" in line
        elif line.startswith("msg"):
            word, _, rest = line.partition(" ")
            if keyword.startswith("msgstr") and not word.startswith("msgstr"):
                yield from _told(entry)
                entry = _Entry()
            keyword = word
            entry.texts[keyword] = ast.literal_eval(rest)
        elif line.startswith('"') and keyword:
            entry.texts[keyword] += ast.literal_eval(line)
        elif line:
            raise ValueError(f"line {number} is not of a .po file: {line}")
    yield from _told(entry)


def compiled(messages: dict[str, str]) -> bytes:
    """The .mo file: header, two tables of length and place, then the texts, each ended by zero."""
    pairs = sorted((key.encode(), value.encode()) for key, value in messages.items())
    start = 28 + 16 * len(pairs)
    tables: list[int] = []
    body = b""
    for side in (0, 1):
        for pair in pairs:
            tables += [len(pair[side]), start + len(body)]
            body += pair[side] + b"\0"
    header = (0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return struct.pack(f"<7I{len(tables)}I", *header, *tables) + body


def _told(entry: _Entry) -> Iterator[tuple[str, str]]:
    pair = entry.pair()
    if pair:
        yield pair


if __name__ == "__main__":
    for given in sys.argv[1:]:
        source = Path(given)
        try:
            found = dict(read(source.read_text(encoding="utf-8")))
        except (ValueError, SyntaxError) as error:
            sys.exit(f"{source}: {error}")
        source.with_suffix(".mo").write_bytes(compiled(found))
