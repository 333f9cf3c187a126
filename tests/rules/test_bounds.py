"""Input made to cost: memory and time stay within bounds, whatever a file says of itself.

The work is done in a process that may use 400 MB beyond what the library itself takes; one
that built what the input describes would end with a MemoryError.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Final

import pytest

from ledger.log.bundle import File, Index, Profile
from ledger.log.jcs import dumps
from tests.fuzz import ballots
from tests.rules.scenes import at_stage
from tests.rules.world import ORIGIN, write_files

ROOM: Final = 400_000_000
ROOT: Final = Path(__file__).resolve().parents[2]
DEEP: Final = b"[" * 100_000 + b"]" * 100_000

WORK: Final = """
import resource, sys
from pathlib import Path
from ledger.log.errors import Refused
{imports}
size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + {room}, size + {room}))
resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
def read(name, data):
{work}
for path in sys.argv[1:]:
    try:
        read(Path(path).suffix[1:], Path(path).read_bytes())
    except Refused as error:
        print(error.slug)
    else:
        print("taken")
"""

READ: Final = {
    "json": ("from ledger.log.jcs import loads", "loads(data)"),
    "note": ("from ledger.log.note import Note", "Note.decode(data)"),
    "policy": ("from ledger.log.policy import Policy", 'Policy.parse(data.decode("latin-1"))'),
    "proof": ("from ledger.log.proof import Proof", "Proof.decode(data)"),
    "statement": ("from ledger.log.statement import Statement", "Statement.decode(data)"),
    "entry": ("from ledger.log.entry import Entry", "Entry.decode(data)"),
    "entries": ("from ledger.log.tiles import decode_bundle", "decode_bundle(data, 256)"),
    "tile": ("from ledger.log.tiles import decode_tile", "decode_tile(data, 256)"),
    "openings": ("from verifier.openings import read_openings", "read_openings(data)"),
    "ballot": (
        "from tests.fuzz.ballots import manifest\nfrom voting.protocol.ballot import Body\n"
        "manifest()",
        "Body.parse(data, manifest())",
    ),
    "challenge": ("from verifier.challenge import check_tested", "check_tested(data)"),
    "submission": ("from ledger.api.reading import submission", "submission(data)"),
}


def many_answers() -> bytes:
    """A ballot that is right but for answering a million times."""
    body = ballots.vector()["ballots"][0]["body"]
    mark = dumps(body["answers"])
    answer = dumps(body["answers"][0])
    return dumps(body).replace(mark, b"[" + b",".join([answer] * 10_000) + b"]")


COSTLY = {
    "nesting of 100,000": ("json", DEEP, "malformed"),
    "a number of a million digits": ("json", b"9" * 1_000_000, "malformed"),
    "a note of 10 MB": ("note", b"x" * 10_000_000, "bad-note"),
    "a note of 400,000 signatures": (
        "note",
        b"x\n\n" + "— a AAAAAAA=\n".encode() * 400_000,
        "bad-note",
    ),
    "a policy of 10 MB": ("policy", b"#\n" * 5_000_000, "bad-policy"),
    "a receipt of 10 MB": ("proof", b"c2sp.org/tlog-proof@v1\n" * 400_000, "bad-proof"),
    "a statement of 10 MB": ("statement", b"[" * 10_000_000, "statement-too-large"),
    "a deep statement": ("statement", b"[" * 17_000 + b"]" * 17_000, "bad-statement"),
    "an entry of 10 MB": ("entry", b"{" * 10_000_000, "entry-too-large"),
    "a bundle of a million empty entries": ("entries", bytes(2_000_000), "bad-tile"),
    "a tile of 20 MB": ("tile", bytes(20_000_000), "bad-tile"),
    "a line of 10 MB": ("openings", b'"' + b"x" * 10_000_000 + b'"\n', "bad-opening"),
    "a million empty lines": ("openings", b"\n" * 1_000_000, "bad-opening"),
    "a deep opening": ("openings", DEEP + b"\n", "bad-opening"),
    "a ballot of 10,000 whole answers": ("ballot", many_answers(), "ballot-encoding"),
    "a ballot of a million answers": (
        "ballot",
        dumps({**ballots.vector()["ballots"][0]["body"], "answers": [0] * 1_000_000}),
        "ballot-encoding",
    ),
    "a deep challenge file": ("challenge", DEEP, "not-a-challenge"),
    "a submission that is deep": ("submission", b'{"statement":' + DEEP + b"}", "bad-submission"),
    "a submission of 10 MB": ("submission", b" " * 10_000_000, "submission-too-large"),
    "a submission packed with gzip": (
        "submission",
        zlib.compress(bytes(100_000_000), wbits=31),
        "bad-submission",
    ),
}


@pytest.fixture(scope="module")
def slugs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """By name, the slug with which each was refused, all in one process; "taken" if it was not."""
    folder = tmp_path_factory.mktemp("costly")
    paths = [folder / f"{n}.{decoder}" for n, (decoder, _, _) in enumerate(COSTLY.values())]
    for path, (_, data, _) in zip(paths, COSTLY.values(), strict=True):
        path.write_bytes(data)
    program = WORK.format(
        imports="\n".join(imports for imports, _ in READ.values()),
        room=ROOM,
        work="\n".join(f"    if name == {name!r}: {work}" for name, (_, work) in READ.items()),
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(zip(COSTLY, done.stdout.split(), strict=True))


@pytest.mark.parametrize("name", COSTLY)
def test_what_is_made_to_cost_is_refused_within_bounds(name: str, slugs: dict[str, str]) -> None:
    assert slugs[name] == COSTLY[name][2]


def verified(folder: Path) -> tuple[int, dict[str, object]]:
    """Exit code and report of the command, with one gigabyte of memory at most."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    program = "from verifier.command import main; raise SystemExit(main())"
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder), "--json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        preexec_fn=limit,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout) if done.stdout else {}


def test_a_bundle_that_states_sizes_beyond_any_memory_is_refused_within_bounds(
    tmp_path: Path,
) -> None:
    world = at_stage("reviewed").world
    folder = world.write_bundle(tmp_path / "b")
    index = Index.decode((folder / "bundle.json").read_bytes())
    files = {path: (folder / path).read_bytes() for path in index.files}
    huge = File(2**53 - 1, bytes(32))
    for path in ("openings.jsonl", "tile/0/000.p/1", next(p for p in files if p in index.files)):
        listed = {**index.files, path: huge}
        changed = Index(Profile.COURT, None, ORIGIN, 2**53 - 1, "test", index.created, listed)
        (folder / "bundle.json").write_bytes(changed.encode())
        code, report = verified(folder)
        assert (code, report.get("verified")) == (1, False)
    write_files(folder, files, Profile.COURT, index.size)


def test_a_sparse_file_of_a_terabyte_is_not_read(tmp_path: Path) -> None:
    """It takes no room on the disk and would take all there is in memory."""
    folder = at_stage("reviewed").world.write_bundle(tmp_path / "b")
    for path in ("checkpoint", "openings.jsonl", "bundle.json"):
        with (folder / path).open("r+b") as file:
            file.truncate(2**40)
    code, _ = verified(folder)
    assert code == 2
