"""When what happens in a rehearsal, and what is voted on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from demo.script import CONVENING, FILING, PREPARING, REVIEWING, SIGNING_IN, STARTS, Motion
from demo.voting import Window

MEETING: Final = "m1"
MOST_MOTIONS: Final = 20
"""So many answers one ballot holds."""

OPENED: Final = STARTS
FILED: Final = FILING
REVIEWED: Final = REVIEWING
CONVENED: Final = CONVENING
PREPARED: Final = PREPARING
SIGNED_IN: Final = SIGNING_IN
WINDOW: Final = Window(
    SIGNING_IN + timedelta(minutes=30),
    SIGNING_IN + timedelta(hours=5),
    SIGNING_IN + timedelta(hours=6),
)

_MATTERS: Final = (
    ("ORD-4", "选任债权人委员会成员"),
    ("ORD-8", "债务人财产的管理方案"),
    ("ORD-9", "破产财产的变价方案"),
)


def motions(count: int) -> Sequence[Motion]:
    """So many motions, 1 to 20, under the rule for ordinary resolutions (EBL 64)."""
    if not 1 <= count <= MOST_MOTIONS:
        raise ValueError(f"1 to {MOST_MOTIONS} motions")
    found = []
    for number in range(count):
        matter, title = _MATTERS[number % len(_MATTERS)]
        text = (f"{title}（演练文本，内容为虚构）。",)
        found.append(Motion(f"motion-{number + 1:02d}", matter, "CN-ORD", title, text))
    return tuple(found)
