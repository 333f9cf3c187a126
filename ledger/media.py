"""Which file is this? By its content; the name only says what the sender believes (5 types)."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from ledger.log.errors import Category, Refused

_HEAD: Final = 64
_TAIL: Final = 64 * 1024

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BY_SUFFIX: Final = {
    ".pdf": ("PDF", "application/pdf"),
    ".png": ("PNG", "image/png"),
    ".jpg": ("JPEG", "image/jpeg"),
    ".jpeg": ("JPEG", "image/jpeg"),
    ".docx": ("Word (docx)", DOCX),
    ".txt": ("TXT", "text/plain"),
}
_SIGNATURES: Final = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    DOCX: b"PK\x03\x04",
}
_CONTROL: Final = frozenset(range(0x20)) - frozenset(b"\t\n\f\r")


class SuffixNotAccepted(Refused):
    """A file of a type that is not accepted. Facts: `name`, `accepted`."""

    slug = "file-type-not-accepted"
    category = Category.MALFORMED
    zh = "不接受这种文件（{name}）；可以提交：{accepted}"
    en = "This type of file is not accepted ({name}); accepted are: {accepted}"


class ContentDiffers(Refused):
    """The content is not what the name says. Facts: `name`, `type`."""

    slug = "file-content-differs"
    category = Category.MALFORMED
    zh = "内容不是{type}，后缀可能改过（{name}）；请用原来的程序另存为{type}后再提交"
    en = (
        "The content is not {type}; the suffix may have been changed ({name}). "
        "Save it as {type} with the program it came from and send it again"
    )


@dataclass(frozen=True, slots=True)
class Expected:
    """What a file's name promises."""

    name: str
    label: str
    """For people: "PDF"."""
    media_type: str


def expected(name: str) -> Expected:
    """By the suffix of `name`. Raises SuffixNotAccepted."""
    found = BY_SUFFIX.get(PurePosixPath(name).suffix.lower())
    if found is None:
        raise SuffixNotAccepted(name=name, accepted="、".join(sorted(BY_SUFFIX)))
    return Expected(name, *found)


class Sniffer:
    """Checks a file against its name while it streams by: `feed` each part, then `finish`."""

    def __init__(self, promised: Expected) -> None:
        self._promised = promised
        self._head = b""
        self._tail = b""
        self._decoders = (
            [codecs.getincrementaldecoder(c)() for c in ("utf-8", "gb18030")]
            if promised.media_type == "text/plain"
            else []
        )

    def feed(self, part: bytes) -> None:
        """The next bytes of the file. Raises ContentDiffers as soon as that is certain."""
        if len(self._head) < _HEAD:
            self._head += part[: _HEAD - len(self._head)]
        self._tail = (self._tail + part)[-_TAIL:]
        if self._promised.media_type == "text/plain":
            if not _CONTROL.isdisjoint(part):
                raise self._differs()
            self._decode(part, final=False)

    def finish(self) -> None:
        """No more bytes. Raises ContentDiffers."""
        signature = _SIGNATURES.get(self._promised.media_type)
        if signature is None:
            self._decode(b"", final=True)
        elif not self._head.startswith(signature):
            raise self._differs()
        # A zip lists its members at its end; a Word file has a folder word/.
        if self._promised.media_type == DOCX and b"word/" not in self._tail:
            raise self._differs()

    def _decode(self, part: bytes, *, final: bool) -> None:
        still = []
        for decoder in self._decoders:
            try:
                decoder.decode(part, final)
            except UnicodeDecodeError:
                continue
            still.append(decoder)
        if not still:
            raise self._differs()
        self._decoders = still

    def _differs(self) -> ContentDiffers:
        return ContentDiffers(name=self._promised.name, type=self._promised.label)
