"""Coverage-guided fuzzing of every decoder: `python -m tests.fuzz.run --seconds 60 [TARGET …]`.

Each target runs in a process of its own, for the seconds given. What is found lies in
`.fuzz/found/<target>/` and is printed; with the repair it goes into `tests/fuzz/found/<target>/`,
where every run of the tests tries it again. The corpus in `.fuzz/corpus/` makes a later run begin
where the last ended. Needs atheris, which `make fuzz` installs.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
KEPT: Final = ROOT / ".fuzz"
LIBRARY: Final = ("ledger", "voting", "verifier", "bankruptcy")
LIMITS: Final = ("-rss_limit_mb=2048", "-timeout=60", "-max_len=200000", "-print_final_stats=1")
SHOWN: Final = 2000


def main() -> int:
    """0: nothing was found; 1: something was."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="all, where none is named")
    parser.add_argument("--seconds", type=int, default=60, help="how long each target runs")
    parser.add_argument("--here", action="store_true", help="run one target in this process")
    options = parser.parse_args()
    if options.here:
        _fuzz(options.targets[0], options.seconds)
    names = options.targets or _names()
    failed = [name for name in names if not _apart(name, options.seconds)]
    print(f"{len(names)} targets; found something in: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


def _names() -> Sequence[str]:
    from tests.fuzz.ballots import BALLOTS
    from tests.fuzz.formats import FORMATS
    from tests.fuzz.rules import RULES

    return [target.name for target in (*FORMATS, *BALLOTS, *RULES)]


def _apart(name: str, seconds: int) -> bool:
    """Run one target in a process of its own; print what it found. True: nothing."""
    folder = KEPT / "found" / name
    folder.mkdir(parents=True, exist_ok=True)
    before = set(folder.iterdir())
    command = [sys.executable, "-m", "tests.fuzz.run", "--here", "--seconds", str(seconds), name]
    done = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, errors="replace"
    )
    rows = done.stderr.splitlines()
    runs = next((row.split()[-1] for row in rows if "number_of_executed_units" in row), "?")
    print(f"{name}: {runs} runs{'' if done.returncode == 0 else ', FAILED'}", flush=True)
    if done.returncode == 0:
        return True
    print("\n".join((done.stdout.splitlines() + rows)[-60:]))
    for path in sorted(set(folder.iterdir()) - before):
        print(f"input: {path}\n{path.read_bytes()[:SHOWN]!r}", flush=True)
    return False


def _fuzz(name: str, seconds: int) -> None:
    """Never comes back: libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=list(LIBRARY)):
        from tests.fuzz.ballots import BALLOTS
        from tests.fuzz.formats import FORMATS
        from tests.fuzz.rules import RULES
    from tests.fuzz.mutating import mutated

    (target,) = (target for target in (*FORMATS, *BALLOTS, *RULES) if target.name == name)
    corpus = KEPT / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for n, seed in enumerate((*target.seeds, *target.found())):
        (corpus / f"seed-{n}").write_bytes(seed)

    def change(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < 0.3:
            return bytes(atheris.Mutate(data, most))
        return mutated(data, random, random.choice(target.seeds))[:most]

    found = f"-artifact_prefix={KEPT / 'found' / name}/"
    arguments = [name, str(corpus), found, f"-max_total_time={seconds}", *LIMITS]
    atheris.Setup(arguments, target.run, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
