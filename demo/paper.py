"""Small files for the demonstration: evidence and the texts of motions, as PDF and as text."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Final

PDF: Final = "application/pdf"
TEXT: Final = "text/plain"
_WIDTH: Final = 34


def text(lines: Sequence[str]) -> bytes:
    """A text file."""
    return ("\n".join(lines) + "\n").encode()


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """One A4 page in the reader's own Song typeface (ISO 32000-1, 9.7.5.2, UniGB-UCS2-H)."""
    rows = [part for line in lines for part in (wrap(line, _WIDTH) or [""])]
    drawn = [f"BT /F1 18 Tf 60 770 Td <{_hex(title)}> Tj ET"]
    drawn += [
        f"BT /F1 12 Tf 60 {730 - 20 * i} Td <{_hex(row)}> Tj ET" for i, row in enumerate(rows[:34])
    ]
    content = "\n".join(drawn).encode()
    return _file(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        b" /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
        b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    )


def _hex(line: str) -> str:
    return line.encode("utf-16-be").hex()


def _file(*objects: bytes) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    starts = []
    for number, content in enumerate(objects, start=1):
        starts.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
    )
    return bytes(out)
