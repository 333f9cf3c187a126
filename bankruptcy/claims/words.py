"""The words of claims on pages: natures, states, points of cross-examination, reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bankruptcy.kinds.records import Item, Meeting, Outcome, Point, Stance, Status
from bankruptcy.law.register import Nature

Word = str | Promise

NATURES: Final[Mapping[Nature, Word]] = {
    Nature.ORDINARY: _("Ordinary claim"),
    Nature.SECURED: _("Secured claim"),
    Nature.TAX: _("Tax claim"),
    Nature.EMPLOYEE: _("Employee claim"),
    Nature.SOCIAL: _("Social insurance claim"),
    Nature.EQUITY: _("Equity interest"),
}

NATURE_HINTS: Final[Mapping[Nature, Word]] = {
    Nature.ORDINARY: _("Goods, services, loans and the like, without security"),
    Nature.SECURED: _("Mortgage, pledge or lien on the debtor’s property"),
    Nature.TAX: _("Taxes owed, claimed by the tax authority"),
    Nature.EMPLOYEE: _("Wages and the like; employees need not file"),
    Nature.SOCIAL: _("Social insurance contributions owed"),
    Nature.EQUITY: _("Interests of shareholders"),
}

STATUSES: Final[Mapping[Status, Word]] = {
    Status.FILED: _("Filed, not reviewed yet"),
    Status.ADMITTED: _("Admitted"),
    Status.PARTLY: _("Admitted in part"),
    Status.REJECTED: _("Not admitted"),
    Status.DEFERRED: _("Deferred"),
    Status.WITHDRAWN: _("Withdrawn"),
}

BADGES: Final[Mapping[Status, str]] = {
    Status.FILED: "doing",
    Status.ADMITTED: "done",
    Status.PARTLY: "done",
    Status.REJECTED: "outline",
    Status.DEFERRED: "warn",
    Status.WITHDRAWN: "outline",
}

POINTS: Final[Mapping[Point, Word]] = {
    Point.AUTHENTICITY: _("Authenticity"),
    Point.LAWFULNESS: _("Lawfulness"),
    Point.RELEVANCE: _("Relevance"),
    Point.PROBATIVE_FORCE: _("Probative force"),
}

POINT_HINTS: Final[Mapping[Point, Word]] = {
    Point.AUTHENTICITY: _("Is it genuine and unchanged?"),
    Point.LAWFULNESS: _("Was it made and obtained lawfully?"),
    Point.RELEVANCE: _("Does it concern this claim?"),
    Point.PROBATIVE_FORCE: _("Does it prove what it is meant to prove?"),
}

STANCES: Final[Mapping[Stance, Word]] = {
    Stance.ACCEPTED: _("Accept it"),
    Stance.CONTESTED: _("Contest it"),
    Stance.UNCLEAR: _("Unclear to me"),
}

REASONS: Final[Mapping[str, Word]] = {
    "RC01": _("No proof of the debt"),
    "RC02": _("Limitation period over"),
    "RC03": _("Enforcement period over"),
    "RC04": _("Interest after acceptance"),
    "RC05": _("Rate over the legal cap"),
    "RC06": _("Surcharge after acceptance"),
    "RC07": _("Paid"),
    "RC08": _("Set off"),
    "RC09": _("Counted with the guarantor already"),
    "RC10": _("Security not registered"),
    "RC11": _("Security can be avoided"),
    "RC12": _("Amount miscalculated"),
    "RC13": _("A suit is pending"),
    "RC14": _("Not a debt of this debtor"),
    "RC15": _("Arose after acceptance: a common-benefit debt"),
    "RC16": _("A penalty, which ranks last"),
}

ITEMS: Final[Mapping[Item, Word]] = {
    Item.FILE: _("File claims"),
    Item.AMEND: _("Amend claims"),
    Item.WITHDRAW: _("Withdraw claims"),
    Item.WAIVE_SECURITY: _("Waive security"),
    Item.EVIDENCE: _("Add evidence and answer questions on it"),
    Item.CROSS_EXAMINE: _("Cross-examine others’ evidence"),
    Item.OBJECT: _("Object to the register"),
    Item.SIGN_IN: _("Sign in to meetings"),
    Item.VOTE: _("Vote on motions"),
}

ITEM_HINTS: Final[Mapping[Item, Word]] = {
    Item.WITHDRAW: _("What is withdrawn counts as never filed"),
    Item.WAIVE_SECURITY: _("A special authority: priority on the property is given up"),
}

OUTCOMES: Final[Mapping[Outcome, Word]] = {
    Outcome.EXPLAINED: _("Explained"),
    Outcome.ADJUSTED: _("Adjusted"),
    Outcome.REFUSED: _("Neither explained nor adjusted"),
}


def meeting_name(meeting: Meeting) -> str:
    """第2次债权人会议, Creditors' meeting no. 2."""
    return gettext("Creditors’ meeting no. %(n)s") % {"n": meeting.number}
