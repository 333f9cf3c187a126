"""The witnesses of a case's log as the interface calls them, and who of them is behind."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from bankruptcy.people.access import Access
from ledger import cosign
from ledger.logs import NoCheckpoint


def witness_names() -> Mapping[str, str]:
    """By the policy's names."""
    return {
        "court": _("the court’s witness"),
        "administrator": _("the administrator’s witness"),
        "committee": _("the committee’s witness"),
        "regulator": _("the regulator’s witness"),
    }


def missing(access: Access) -> list[str]:
    """Those that have not cosigned the newest checkpoint; none where there is no checkpoint yet."""
    try:
        found = cosign.missing_witnesses(access.case)
    except NoCheckpoint:
        return []
    return [witness_names().get(name, name) for name in found]
