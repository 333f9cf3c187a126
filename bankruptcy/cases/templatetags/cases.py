"""Words for procedures and the open points of law: `{% load cases %}`."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from bankruptcy.kinds.records import Procedure

register = template.Library()


@register.filter
def procedure_word(procedure: Procedure | str) -> str:
    """A procedure as the law calls it."""
    return {
        Procedure.LIQUIDATION: _("Bankruptcy liquidation"),
        Procedure.REORGANISATION: _("Reorganisation"),
        Procedure.COMPOSITION: _("Composition"),
    }[Procedure(procedure)]


@register.filter
def switch_value_word(value: str) -> str:
    """How an open point of law is decided, in words; the value itself where it has none."""
    return {
        "present_not_for": _("Present, not for"),
        "signed_in_or_voted": _("Whoever signed in or voted is present"),
        "voted": _("Only who voted is present"),
        "not_counted": _("Silence is not consent"),
        "deemed_for": _("Silence is consent"),
        "exclude": _("Not counted"),
        "include_both_sides": _("Counted on both sides"),
        "ordinary": _("Ordinary claims"),
        "tax": _("Taxes"),
        "social": _("Social insurance"),
        "deficiency": _("Deficiency of secured claims"),
        "employee": _("Employees’ claims"),
        "min(claim, valuation)": _("The claim, at most the value of the collateral"),
        "claim": _("The whole claim"),
        "one_for_original_claim": _("One head for the original claim"),
        "one_for_each_holder": _("One head for each holder"),
        "counted_and_disclosed": _("They vote, and it is disclosed"),
        "excluded_by_court_order": _("Excluded by order of the court"),
        "until_close": _("Until the close"),
        "no": _("No"),
        "named_to_administrator_and_court": _("Named to administrator and court"),
        "aggregate": _("Totals only"),
        "on_site": _("On site"),
        "video": _("By video"),
        "other_remote": _("By other remote means"),
    }.get(value, value)
