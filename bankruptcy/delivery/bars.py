"""The geometry and the verdict of one test of a vote, as the two-test bar draws it.

Exact integers decide; only the drawing is approximate. The threshold and its operator come from
the declared result (whose rule pack holds them), never from here.
"""

from dataclasses import dataclass

from bankruptcy.delivery import figures

BAR = 1000
"""Drawing units of the full bar; positions are per mille, written as a percentage of the width."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of the bar: ``answer`` is for, against, abstain, not_cast or cast."""

    answer: str
    count: int
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A drawn test. ``short`` is what is missing to reach it: heads, or fen; 0 when reached."""

    segments: tuple[Segment, ...]
    mark: str
    met: bool
    short: int
    share: str


def _position(units: int) -> str:
    return f"{units // 10}.{units % 10}%"


def segments(counts: tuple[tuple[str, int], ...], whole: int) -> tuple[Segment, ...]:
    """The stretches of ``counts`` in order, each at least visible when it is not zero."""
    total = max(whole, sum(count for _, count in counts), 1)
    drawn = []
    passed = 0
    for answer, count in counts:
        start = passed * BAR // total
        passed += count
        end = passed * BAR // total
        if count:
            width = max(end - start, 3)
            drawn.append(
                Segment(answer, count, _position(min(start, BAR - width)), _position(width))
            )
    return tuple(drawn)


def weigh(
    part: int, whole: int, num: int, den: int, op: str, counts: tuple[tuple[str, int], ...]
) -> Bar:
    """``part`` of ``whole`` against ``num/den``; ``op`` is ``>`` (bound excluded) or ``>=``."""
    if op not in (">", ">="):
        raise ValueError("op is > or >=")
    if den <= 0 or not 0 <= num <= den:
        raise ValueError("the threshold is a fraction between 0 and 1")
    needed = num * whole // den + 1 if op == ">" else -(-num * whole // den)
    met = part * den > num * whole if op == ">" else part * den >= num * whole
    total = max(whole, sum(count for _, count in counts), 1)
    return Bar(
        segments=segments(counts, whole),
        mark=_position(num * whole * BAR // (den * total)),
        met=met,
        short=max(needed - part, 0),
        share=figures.percent(part, whole),
    )
