"""What holds of every kind of statement."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bankruptcy.kinds.kind import AnyKind
from bankruptcy.kinds.registry import KINDS
from bankruptcy.kinds.schema import member
from bankruptcy.law.pack import builtin

DOCUMENT = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text("utf-8")


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_a_kind_stands_in_the_document_with_every_member_of_its_body(kind: AnyKind) -> None:
    row = next(line for line in DOCUMENT.splitlines() if line.startswith(f"| `{kind.id}` |"))
    assert all(role.value in row for role in kind.roles)
    if dataclasses.is_dataclass(kind.body) and kind.reader is None:
        assert all(f"`{member(field)}`" in row for field in dataclasses.fields(kind.body))


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_a_kind_stands_under_an_article_of_the_rule_pack(kind: AnyKind) -> None:
    assert builtin().article(kind.ground)
