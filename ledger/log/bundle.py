"""The index of an exported bundle, `bundle.json` (ledger 9.10).

It is order, not trust: everything it lists is checked again from log key and policy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from ledger.log import jcs
from ledger.log.encoding import (
    check_id,
    check_integer,
    format_time,
    parse_time,
    sha256,
    unhex32,
)
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.jcs import Json
from ledger.log.note import check_name

FORMAT: Final = "concursus-bundle/1"
INDEX_NAME: Final = "bundle.json"

_PATH: Final = re.compile(r"[A-Za-z0-9._/-]+")
_BODY: Final = (
    "format",
    "profile",
    "party",
    "log",
    "size",
    "software",
    "created",
    "files",
)


class BadBundleIndex(Malformed):
    """bundle.json is not as 9.10 says. Fact: `what`."""

    slug = "bad-bundle-index"
    zh = "bundle.json 的格式不符：{what}"
    en = "bundle.json is not in the required form: {what}"


class FilesDiffer(Refused):
    """Files are there that the index does not list, or lack, or were changed.

    Facts: `extra`, `missing`, `changed`: paths, or "-".
    """

    slug = "bundle-files-differ"
    category = Category.CONFLICT
    zh = "文件与 bundle.json 不一致：多出 {extra}；缺少 {missing}；被改动 {changed}"
    en = "Files differ from bundle.json: extra {extra}; missing {missing}; changed {changed}"


class Profile(StrEnum):
    """For whom a bundle was exported, which decides what it may hold."""

    PUBLIC = "public"
    PARTY = "party"
    COURT = "court"


@dataclass(frozen=True, slots=True, order=True)
class File:
    """Size in bytes and SHA-256 (32 bytes) of a file."""

    size: int
    sha256: bytes

    @classmethod
    def of(cls, data: bytes) -> File:
        """The row of a file with these bytes."""
        return cls(len(data), sha256(data))


@dataclass(frozen=True, slots=True)
class Differences:
    """Paths, each sorted, in which a directory and its index differ."""

    extra: tuple[str, ...]
    missing: tuple[str, ...]
    changed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.extra or self.missing or self.changed)


def check_path(path: object) -> str:
    """A path within a bundle: `[A-Za-z0-9._/-]+`, its parts neither empty nor `.` nor `..`.

    `bundle.json` is none: the index does not list itself. Raises BadBundleIndex.
    """
    if (
        not isinstance(path, str)
        or not _PATH.fullmatch(path)
        or path == INDEX_NAME
        or any(part in ("", ".", "..") for part in path.split("/"))
    ):
        raise BadBundleIndex(what=f"path {str(path)[:100]!r}")
    return path


@dataclass(frozen=True, slots=True)
class Index:
    """What a bundle is, and each of its files but itself. `party`: only in the party's profile."""

    profile: Profile
    party: str | None
    log: str
    size: int
    software: str
    created: datetime
    files: Mapping[str, File]

    def _body(self) -> dict[str, Json]:
        return {
            "format": FORMAT,
            "profile": self.profile.value,
            "party": self.party,
            "log": self.log,
            "size": self.size,
            "software": self.software,
            "created": format_time(self.created),
            "files": {
                path: {"size": file.size, "sha256": file.sha256.hex()}
                for path, file in self.files.items()
            },
        }

    @property
    def digest(self) -> bytes:
        """SHA-256 of the JCS of the index without `digest`."""
        return sha256(jcs.dumps(self._body()))

    def encode(self) -> bytes:
        """The bytes of bundle.json."""
        return jcs.dumps({**self._body(), "digest": self.digest.hex()})

    @classmethod
    def decode(cls, data: bytes) -> Index:
        """The index of bundle.json, whose digest must be right. Raises BadBundleIndex."""
        try:
            return cls._decode(data)
        except Malformed as error:
            if isinstance(error, BadBundleIndex):
                raise
            raise BadBundleIndex(what=error.facts["what"]) from error

    @classmethod
    def _decode(cls, data: bytes) -> Index:
        found = jcs.members(jcs.loads(data), "members", *_BODY, "digest")
        if found["format"] != FORMAT:
            raise BadBundleIndex(what="format")
        try:
            profile = Profile(found["profile"])
        except ValueError as error:
            raise BadBundleIndex(what="profile") from error
        if (found["party"] is None) == (profile is Profile.PARTY):
            raise BadBundleIndex(what="party")
        if not isinstance(found["files"], dict):
            raise BadBundleIndex(what="files")
        index = cls(
            profile=profile,
            party=None if found["party"] is None else check_id(found["party"]),
            log=check_name(found["log"]),
            size=check_integer(found["size"]),
            software=jcs.text(found["software"], "software"),
            created=parse_time(found["created"]),
            files={check_path(path): _file(row) for path, row in found["files"].items()},
        )
        _check_no_file_is_a_folder(index.files)
        if unhex32(found["digest"]) != index.digest:
            raise BadBundleIndex(what="digest")
        return index

    def compare(self, given: Mapping[str, File]) -> Differences:
        """What differs from the files found, by path; bundle.json itself is passed over."""
        found = {path: file for path, file in given.items() if path != INDEX_NAME}
        return Differences(
            extra=tuple(sorted(found.keys() - self.files.keys())),
            missing=tuple(sorted(self.files.keys() - found.keys())),
            changed=tuple(
                sorted(p for p in found.keys() & self.files.keys() if found[p] != self.files[p])
            ),
        )

    def check(self, given: Mapping[str, File]) -> None:
        """Raises FilesDiffer if anything differs."""
        differences = self.compare(given)
        if differences:
            raise FilesDiffer(
                extra=", ".join(differences.extra) or "-",
                missing=", ".join(differences.missing) or "-",
                changed=", ".join(differences.changed) or "-",
            )


def _file(row: Json) -> File:
    found = jcs.members(row, "files", "size", "sha256")
    return File(check_integer(found["size"]), unhex32(found["sha256"]))


def _check_no_file_is_a_folder(files: Mapping[str, File]) -> None:
    for path in files:
        parts = path.split("/")
        for end in range(1, len(parts)):
            if "/".join(parts[:end]) in files:
                raise BadBundleIndex(what=f"path {path!r}")
