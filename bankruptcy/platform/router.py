"""Which database role does what: migrations run as the owner, everything else names its alias."""

from __future__ import annotations

from typing import Any


class RoleRouter:
    """The aliases are roles in one database, so rows of any two may be related."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        return True
