"""The files of openings and amounts that a bundle brings, as its profile allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ledger.log.disclosure import Opening
from ledger.log.errors import Refused
from verifier.bundle import Bundle
from verifier.openings import read_amounts, read_openings
from verifier.report import Report
from voting.protocol.group import Group

Rows = tuple[Mapping[bytes, Opening], Mapping[bytes, int]]
"""What openings.jsonl and amounts.jsonl open."""


def rows_ahead(bundle: Bundle, group: Group) -> Iterator[Rows]:
    """Both files; nothing where one is missing or false, which is then found again and named."""
    try:
        yield (
            read_openings(bundle.read("openings.jsonl")),
            read_amounts(bundle.read("amounts.jsonl"), group),
        )
    except Refused:
        return


def read_rows(bundle: Bundle, group: Group, report: Report) -> Rows:
    """Both files, with what is missing or false put into the report."""
    openings: dict[bytes, Opening] = {}
    amounts: dict[bytes, int] = {}
    for name, path, read in (
        ("openings", "openings.jsonl", lambda data: openings.update(read_openings(data))),
        ("amounts", "amounts.jsonl", lambda data: amounts.update(read_amounts(data, group))),
    ):
        _read_file(bundle, report, name, path, read)
    return openings, amounts


def _read_file(
    bundle: Bundle, report: Report, name: str, path: str, read: Callable[[bytes], None]
) -> None:
    if not bundle.has(path) and report.profile != "court":
        report.gap(name, "本档案不含打开数据", "this profile holds no openings")
        return
    try:
        read(bundle.read(path))
    except Refused as error:
        report.fail(name, error, file=path)
