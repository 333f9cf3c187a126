"""Translations compiled without gettext's programs: ``python -m bankruptcy.delivery.catalogue``.

A fresh machine has no msgfmt, and compiled catalogues are not kept in the repository. Set-up runs
this once; it writes a ``.mo`` beside every ``.po`` under ``locale/`` (GNU gettext manual, "The
Format of GNU MO Files").
"""

import ast
import struct
import sys
from pathlib import Path

LOCALE = Path(__file__).resolve().parents[2] / "locale"
_MAGIC = 0x950412DE


def read(text: str) -> dict[str, str]:
    """Messages of a PO file, keyed as in an MO file: context and id joined by EOT, plurals by NUL.

    Raises ValueError on a line that is no PO and on a message given twice. Untranslated messages
    and those marked fuzzy are left out, as msgfmt does.
    """
    messages: dict[str, str] = {}
    entry: dict[str, str] = {}
    fuzzy = False
    field = ""

    def finish() -> None:
        nonlocal entry, fuzzy, field
        if "msgid" in entry:
            key = entry["msgid"]
            if "msgid_plural" in entry:
                key = f"{key}\0{entry['msgid_plural']}"
            if "msgctxt" in entry:
                key = f"{entry['msgctxt']}\x04{key}"
            value = "\0".join(entry[name] for name in sorted(entry) if name.startswith("msgstr"))
            if key in messages:
                raise ValueError(f"message given twice: {entry['msgid']!r}")
            if value.strip("\0") and (not fuzzy or not key):
                messages[key] = value
        entry, fuzzy, field = {}, False, ""

    for number, raw in enumerate([*text.splitlines(), ""], 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            if field.startswith("msgstr"):
                finish()
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        quoted = line
        if not line.startswith('"'):
            name, _, quoted = line.partition(" ")
            if field.startswith("msgstr") and not name.startswith("msgstr"):
                finish()
            field = name
            entry[field] = ""
        try:
            entry[field] += ast.literal_eval(quoted.strip())
        except (SyntaxError, ValueError, KeyError) as broken:
            raise ValueError(f"line {number} is no PO: {line!r}") from broken
    return messages


def compiled(messages: dict[str, str]) -> bytes:
    """The MO file of ``messages``, little-endian, without a hash table."""
    pairs = sorted((key.encode(), value.encode()) for key, value in messages.items())
    start = 28 + 16 * len(pairs)
    heads = {0: b"", 1: b""}
    data = b""
    for column in (0, 1):
        for pair in pairs:
            heads[column] += struct.pack("<II", len(pair[column]), start + len(data))
            data += pair[column] + b"\0"
    header = struct.pack("<7I", _MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    return header + heads[0] + heads[1] + data


def compile_all(root: Path = LOCALE) -> tuple[Path, ...]:
    """Compile every catalogue under ``root``; the files written. Readers never see half a file."""
    written = []
    for source in sorted(root.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        fresh = target.with_suffix(".mo.new")
        fresh.write_bytes(compiled(read(source.read_text(encoding="utf-8"))))
        fresh.replace(target)
        written.append(target)
    return tuple(written)


if __name__ == "__main__":
    for path in compile_all():
        sys.stdout.write(f"{path.relative_to(LOCALE.parent)}\n")
