"""What is measured: stages with their rates and latencies, bars meanwhile, table and report."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

_BAR: Final = 28
_EVERY: Final = 0.1
_HEAD: Final = ("stage", "count", "per s", "p50 ms", "p95 ms", "p99 ms", "s")


@dataclass(slots=True)
class Stage:
    """One stage: how long it took, and the latency of each thing done in it, in ms."""

    name: str
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Things done a second."""
        return len(self.latencies) / self.seconds if self.seconds > 0 else 0.0

    def percentile(self, share: float) -> float:
        """The latency that this share of all does not exceed, in ms; 0 for none."""
        ordered = sorted(self.latencies)
        if not ordered:
            return 0.0
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def to_json(self) -> dict[str, Any]:
        """The row of the report."""
        return {
            "name": self.name,
            "count": len(self.latencies),
            "rate": round(self.rate, 2),
            "p50_ms": round(self.percentile(0.50), 1),
            "p95_ms": round(self.percentile(0.95), 1),
            "p99_ms": round(self.percentile(0.99), 1),
        }


class Stages:
    """All stages of a rehearsal. output: where bars and lines go."""

    def __init__(self, output: TextIO = sys.stderr) -> None:
        self.all: list[Stage] = []
        self._output = output
        self._shows = output.isatty()
        self._begun = time.monotonic()

    @contextmanager
    def stage(self, name: str, of: int) -> Iterator[Bar]:
        """Measure a stage of `of` things; on the bar each is noted as it is done."""
        stage = Stage(name)
        bar = Bar(stage, of, self._output if self._shows else None)
        begun = time.monotonic()
        try:
            yield bar
        finally:
            stage.seconds = time.monotonic() - begun
            self.all.append(stage)
            bar.clear()
        at = time.monotonic() - self._begun
        self._output.write(f"{at:7.1f} s  {stage.name}: {len(stage.latencies)}/{of}\n")
        self._output.flush()

    @contextmanager
    def once(self, name: str) -> Iterator[None]:
        """Measure one thing that takes its time."""
        with self.stage(name, 1) as bar, bar.one():
            yield

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._begun

    def table(self) -> str:
        """A line a stage."""
        rows = [
            (
                stage.name,
                str(len(stage.latencies)),
                f"{stage.rate:.1f}",
                *(f"{stage.percentile(share):.0f}" for share in (0.5, 0.95, 0.99)),
                f"{stage.seconds:.1f}",
            )
            for stage in self.all
        ]
        widths = [max(len(row[i]) for row in (_HEAD, *rows)) for i in range(len(_HEAD))]
        return "".join(_line(row, widths) for row in (_HEAD, *rows))


class Bar:
    """The progress of one stage."""

    def __init__(self, stage: Stage, of: int, output: TextIO | None) -> None:
        self._stage, self._of, self._output = stage, of, output
        self._shown = 0.0

    def done(self, ms: float) -> None:
        """One thing more is done; it took so long."""
        self._stage.latencies.append(ms)
        now = time.monotonic()
        if self._output is not None and now > self._shown + _EVERY:
            self._shown = now
            count = len(self._stage.latencies)
            filled = _BAR * count // max(self._of, 1)
            bar = "█" * filled + "░" * (_BAR - filled)
            self._output.write(f"\r{bar} {count}/{self._of} {self._stage.name}\x1b[K")
            self._output.flush()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Do one thing, timed."""
        begun = time.perf_counter()
        yield
        self.done((time.perf_counter() - begun) * 1000)

    def clear(self) -> None:
        """Take the bar off the screen."""
        if self._output is not None:
            self._output.write("\r\x1b[K")


def write_report(path: Path, value: dict[str, Any]) -> None:
    """The report as a JSON file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}")
    aside.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    aside.replace(path)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row, widths, strict=True))]
    return "  ".join([cells[0], *cells[2:]]) + "\n"
