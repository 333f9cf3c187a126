"""Who is in the demonstration, when what happens in it, and what is voted on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bankruptcy.kinds.records import Item
from demo.cast import JUDGE
from demo.figures import Figures
from demo.voting import Window

ADMINISTRATOR: Final = "administrator"
TRUSTEES: Final = {
    "court": "trustee-court",
    "administrator": "trustee-administrator",
    "creditors": "trustee-creditors",
}
"""The trustees' ids in the manifest, in order, with the user names of those who are it."""
FIRST: Final = "m1"
SECOND: Final = "m2"
PLAN: Final = "plan"
EARLY: Final = frozenset(f"creditor{number:02d}" for number in (1, *range(6, 17)))
"""Who has voted in the open meeting already. They have no accounts: the administrator's desk takes
their files in, their devices sign; the others' log-ins are for visitors."""
LAWYER: Final = "lawyer"


@dataclass(frozen=True, slots=True)
class Mandate:
    """A power of attorney for the lawyer. matters: on what he may vote; None: on everything."""

    items: tuple[Item, ...]
    matters: tuple[str, ...] | None


MANDATES: Final = {
    "creditor05": Mandate(tuple(item for item in Item if item is not Item.WAIVE_SECURITY), None),
    "creditor17": Mandate((Item.SIGN_IN, Item.VOTE), ("PLAN-6", "ORD-8", "ORD-9")),
}
"""The lawyer's principals by user name; the second leaves no vote on ORD-4 to him."""


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


STARTS: Final = _utc("2014-09-01T01:00:00")
FILING: Final = _utc("2014-09-16T01:30:00")
QUESTIONING: Final = _utc("2014-10-16T01:00:00")
REVIEWING: Final = _utc("2014-10-22T01:00:00")
CONVENING: Final = _utc("2014-11-03T01:00:00")
PREPARING: Final = _utc("2014-11-20T01:00:00")
SIGNING_IN: Final = _utc("2014-11-25T01:00:00")
PLAN_WINDOW: Final = Window(
    _utc("2014-11-25T01:30:00"), _utc("2014-11-25T06:00:00"), _utc("2014-11-25T07:00:00")
)
CONVENING_AGAIN: Final = _utc("2014-11-26T01:00:00")
PREPARING_AGAIN: Final = _utc("2014-12-12T01:00:00")
SIGNING_IN_AGAIN: Final = _utc("2014-12-15T01:00:00")
OPEN_WINDOW: Final = Window(
    _utc("2014-12-15T01:30:00"), _utc("2014-12-15T09:00:00"), _utc("2014-12-15T10:00:00")
)


@dataclass(frozen=True, slots=True)
class Motion:
    """A motion of the demonstration."""

    id: str
    matter: str
    rule: str
    title: str
    text: tuple[str, ...]


PLAN_MOTION: Final = Motion(
    PLAN,
    "PLAN-6",
    "CN-PLAN",
    "通过重整计划（草案）",
    (
        "重整计划（草案）（演示文本，内容为虚构）",
        "一、普通债权按计划规定的比例和期限清偿。",
        "二、税款债权依法全额清偿。",
        "三、计划经人民法院批准后，由债务人执行，管理人监督。",
    ),
)
OPEN_MOTIONS: Final = (
    Motion(
        "committee",
        "ORD-4",
        "CN-ORD",
        "选任债权人委员会成员",
        ("选任三名债权人代表为债权人委员会成员（演示文本，内容为虚构）。",),
    ),
    Motion(
        "management",
        "ORD-8",
        "CN-ORD",
        "债务人财产的管理方案",
        ("管理人接管的财产按本方案保管、出租和维护（演示文本，内容为虚构）。",),
    ),
    Motion(
        "realisation",
        "ORD-9",
        "CN-ORD",
        "破产财产的变价方案",
        ("设备和存货经网络公开拍卖变价（演示文本，内容为虚构）。",),
    ),
)


def names(told: Figures) -> dict[str, str]:
    """User name -> display name of everybody."""
    return {
        JUDGE: "梁审判长（演示）",
        ADMINISTRATOR: "鑫光重整案管理人（演示）",
        TRUSTEES["court"]: "法院监票人（演示）",
        TRUSTEES["administrator"]: "管理人监票人（演示）",
        TRUSTEES["creditors"]: "债权人代表监票人（演示）",
        LAWYER: "周律师（演示）",
        **{creditor.username: creditor.name for creditor in told.creditors},
    }
