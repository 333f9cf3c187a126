"""The cases of the law vectors, found wherever the vectors lie."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bankruptcy.law.pack import RulePack, builtins
from tests.core.vectors import vectors_dir

PACKS = builtins()


def pack_of(rule: str) -> RulePack:
    """The pack that holds a rule."""
    return next(pack for pack in PACKS if rule in pack.rules)


def documents(pattern: str, form: str | None, member: str) -> list[dict[str, Any]]:
    """Files of one form; others are ignored. `form` None: the file states none."""
    found = []
    for path in sorted(vectors_dir().glob(pattern)):
        try:
            value = json.loads(path.read_bytes())
        except ValueError:
            continue
        if isinstance(value, dict) and value.get("format") == form and member in value:
            found.append(value | {"file": path.stem})
    return found


def params(found: list[dict[str, Any]], member: str) -> list[Any]:
    """One parameter set a case: the document and the case."""
    return [
        pytest.param(document, case, id=f"{document['file']}-{case['id']}")
        for document in found
        for case in document[member]
    ]
