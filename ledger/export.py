"""A case as a bundle: a directory that a stranger can verify offline (ledger 9.10).

The court's profile holds every opening. A party's holds what is public, what the parties to the
case may see of one another, all amounts (creditors may inspect the register, EBL 57-58), and what
that party itself said for the eyes of the administrator and the court. Nothing is left out of the
log itself: every profile has every entry.

For one size of a log a profile is always the same bytes, but for `created`, and for cosignatures
that came later.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from bankruptcy.kinds import registry
from bankruptcy.kinds.leaves import committed, hidden
from bankruptcy.kinds.refusals import UnknownKind
from bankruptcy.kinds.schema import Audience, File
from bankruptcy.law.pack import named
from ledger.documents import Documents, documents
from ledger.export_readme import readme
from ledger.log import bundle, jcs
from ledger.log.bundle import Profile
from ledger.log.checkpoint import Checkpoint
from ledger.log.disclosure import Opening, encode_rows
from ledger.log.encoding import b64u, unb64u
from ledger.log.entry import Entry
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.genesis import Genesis
from ledger.log.jcs import Json
from ledger.log.note import Note
from ledger.log.tiles import encode_bundle, encode_tile, tiles_of
from ledger.openings import OpeningsStore, store
from ledger.sources import DatabaseLedger, Ledger

Progress = Callable[[str, int, int], None]
"""(what is being written, done, of how many)."""

SOFTWARE: Final = f"concursus {version('concursus')}"
_ROWS_AT_ONCE: Final = 2_000


class FolderThere(Refused):
    """The bundle is written to a new folder only. Fact: `folder`."""

    slug = "export-folder-there"
    category = Category.CONFLICT
    zh = "文件夹已经存在，请换一个位置：{folder}"
    en = "The folder is there already; choose another place: {folder}"


class NoSuchParty(Refused):
    """Nobody of this pseudonym ever appears in the case. Fact: `party`."""

    slug = "export-no-such-party"
    category = Category.NOT_FOUND
    zh = "本案记录中没有这个人：{party}"
    en = "Nobody of this pseudonym appears in the case: {party}"


class DocumentMissing(Refused):
    """A document that an entry names is not in the store. Fact: `sha256`."""

    slug = "export-document-missing"
    category = Category.UNAVAILABLE
    zh = "存储中缺少记录提到的文件：{sha256}"
    en = "A document that the record names is not in the store: {sha256}"


@dataclass(slots=True)
class _Named:
    """What the entries name, as far as the profile shows it."""

    digests: set[bytes] = field(default_factory=set)
    files: set[bytes] = field(default_factory=set)
    """Digests whose value is a file."""
    commitments: set[bytes] = field(default_factory=set)
    roots: set[bytes] = field(default_factory=set)
    """Every member `root` of a body; some are those of tables."""
    people: set[str] = field(default_factory=set)


def export(
    case: str,
    profile: Profile,
    party: str | None,
    out: Path,
    progress: Progress = lambda what, done, of: None,
) -> bundle.Index:
    """Write the bundle of a case to the new folder `out`; its index.

    `case`: the id of its log; `party`: the pseudonym for whom it is, in the party's profile only.
    The folder appears when it is complete. Raises QuorumMissing (there is no cosigned checkpoint
    yet), NoSuchLog, NoCheckpoint, NoSuchParty, DocumentMissing, FolderThere.
    """
    return export_from(DatabaseLedger(case), store(), documents(), profile, party, out, progress)


def export_from(
    ledger: Ledger,
    openings: OpeningsStore,
    files: Documents,
    profile: Profile,
    party: str | None,
    out: Path,
    progress: Progress = lambda what, done, of: None,
) -> bundle.Index:
    """As `export`, from wherever log, openings and documents lie."""
    if (party is None) == (profile is Profile.PARTY):
        raise ValueError("a party belongs to the party's profile, and only there")
    if out.exists():
        raise FolderThere(folder=str(out))
    size, note = ledger.checkpoint()
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.{secrets.token_hex(6)}")
    draft.mkdir(mode=0o700)
    try:
        writer = _Writer(ledger, openings, files, profile, party, draft, progress)
        index = writer.write(size, note)
        draft.rename(out)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return index


class _Writer:
    """Writes one bundle; each file is listed as it is written."""

    def __init__(
        self,
        ledger: Ledger,
        openings: OpeningsStore,
        files: Documents,
        profile: Profile,
        party: str | None,
        root: Path,
        progress: Progress,
    ) -> None:
        self._ledger, self._store, self._documents = ledger, openings, files
        self._profile, self._party = profile, party
        self._root, self._progress = root, progress
        self._files: dict[str, bundle.File] = {}
        self._named = _Named()

    def write(self, size: int, note: bytes) -> bundle.Index:
        genesis = self._tiles(size)
        if self._party is not None and self._party not in self._named.people:
            raise NoSuchParty(party=self._party)
        origin = Checkpoint.parse(Note.decode(note).text).origin
        self._put("checkpoint", [note])
        self._put("policy", [genesis.policy.encode()])
        self._packs(genesis)
        self._tables()
        self._openings()
        self._put("README", [readme(self._profile, origin, size).encode()])
        index = bundle.Index(
            profile=self._profile,
            party=self._party,
            log=origin,
            size=size,
            software=SOFTWARE,
            created=datetime.now(UTC).replace(microsecond=0),
            files=self._files,
        )
        (self._root / bundle.INDEX_NAME).write_bytes(index.encode())
        return index

    def _tiles(self, size: int) -> Genesis:
        """All tiles of exactly this size; what the entries name is collected on the way."""
        genesis: Genesis | None = None
        tiles = tiles_of(size)
        for done, tile in enumerate(tiles):
            self._progress("tiles", done, len(tiles))
            if tile.level is not None:
                self._put(tile.path, [encode_tile(self._ledger.hashes(tile))])
                continue
            entries = self._ledger.entries(tile)
            self._put(tile.path, [encode_bundle(entries)])
            for data in entries:
                body = self._read(Entry.decode(data))
                if genesis is None and isinstance(body, Genesis):
                    genesis = body
        self._progress("tiles", len(tiles), len(tiles))
        if genesis is None:
            raise Malformed(what="entry 0 is no genesis")
        return genesis

    def _read(self, entry: Entry) -> object:
        """Collect what an entry names; its decoded body."""
        statement = entry.statement
        kind = registry.KINDS.get(statement.kind)
        if kind is None:
            raise UnknownKind(kind=statement.kind)
        body = kind.decode(statement.body)
        self._named.people.update(p for p in (statement.by, statement.for_) if p is not None)
        # An agent who has said nothing yet is named by his principal.
        named = (statement.body.get(member) for member in ("person", "agent"))
        self._named.people.update(person for person in named if isinstance(person, str))
        own = self._party is not None and self._party in (statement.by, statement.for_)
        for item in hidden(kind.id, body):
            if self._shows(item.audience, own):
                self._named.digests.add(item.digest)
                if item.value is File:
                    self._named.files.add(item.digest)
        if self._profile is not Profile.PUBLIC:
            self._named.commitments.update(c.commitment for c in committed(body))
        self._named.roots.update(_roots(statement.body))
        return body

    def _shows(self, audience: Audience, own: bool) -> bool:
        """May the holder of this profile see such a value? `own`: he said it himself."""
        match self._profile:
            case Profile.COURT:
                return True
            case Profile.PARTY:
                return audience is not Audience.OWNER or own
            case Profile.PUBLIC:
                return audience is Audience.PUBLIC

    def _packs(self, genesis: Genesis) -> None:
        pack = named(genesis.rule_pack.sha256.hex())
        self._put(f"packs/{pack.sha256}.json", [pack.canonical])

    def _tables(self) -> None:
        for root, content in self._ledger.tables(self._named.roots):
            self._put(f"tables/{root.hex()}.jsonl", [content])

    def _openings(self) -> None:
        values: list[Opening] = []
        files: dict[bytes, None] = {}
        for row in self._rows(self._named.digests, ()):
            opening = Opening.from_json(row)
            values.append(opening)
            if opening.digest in self._named.files:
                files[unb64u(opening.value["sha256"], 32)] = None
        self._put("openings.jsonl", [encode_rows(values)])
        del values
        amounts = {
            row["commitment"]: jcs.dumps(row) + b"\n"
            for row in self._rows((), self._named.commitments)
        }
        self._put("amounts.jsonl", [amounts[text] for text in sorted(amounts)])
        for done, digest in enumerate(sorted(files)):
            self._progress("documents", done, len(files))
            if not self._documents.has(digest):
                raise DocumentMissing(sha256=digest.hex())
            self._put(f"documents/{digest.hex()}", self._documents.open(digest))
        self._progress("documents", len(files), len(files))

    def _rows(self, digests: Iterable[bytes], commitments: Iterable[bytes]) -> Iterator[Json]:
        """The rows of the store that are there; an erased one is left out."""
        wanted = [(d, True) for d in digests] + [(c, False) for c in commitments]
        for start in range(0, len(wanted), _ROWS_AT_ONCE):
            self._progress("openings", start, len(wanted))
            some = wanted[start : start + _ROWS_AT_ONCE]
            yield from (
                self._store
                .many((a for a, is_digest in some if is_digest),
                      (a for a, is_digest in some if not is_digest))
                .values()
            )  # fmt: skip
        self._progress("openings", len(wanted), len(wanted))

    def _put(self, path: str, parts: Iterable[bytes]) -> None:
        bundle.check_path(path)
        place = self._root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        hasher, size = hashlib.sha256(), 0
        with place.open("wb") as file:
            for part in parts:
                file.write(part)
                hasher.update(part)
                size += len(part)
        self._files[path] = bundle.File(size, hasher.digest())


def _roots(value: Any) -> Iterator[bytes]:
    """The values of all members named `root` that can be a hash."""
    if isinstance(value, dict):
        root = value.get("root")
        if isinstance(root, str) and len(root) == len(b64u(bytes(32))):
            yield unb64u(root, 32)
        for member in value.values():
            yield from _roots(member)
    elif isinstance(value, list):
        for item in value:
            yield from _roots(item)
