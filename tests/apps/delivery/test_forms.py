"""A form that is sent before its script is there takes nothing into an address or a log."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
SEARCHES = {"claims/register.html", "court/erasures.html"}
"""Which look something up, an entry by its number: that belongs into the address."""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_form_is_posted_or_waits_for_its_script(path: Path) -> None:
    text = path.read_text("utf-8")
    for form in re.findall(r"<form\b[^>]*>", text):
        method = re.search(r'\bmethod="(post|dialog|get)"', form)
        assert method is not None, form
        if method[1] == "get":
            assert path.relative_to(FOLDER).as_posix() in SEARCHES
