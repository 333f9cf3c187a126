"""The RFC 8785 author's pairs."""

from __future__ import annotations

import json
import pathlib

import pytest

from ledger.log import jcs
from ledger.log.errors import Malformed
from tests.core.ledger import sources

PAIRS = [
    p
    for p in sources.files(sources.JCS, "input/*.json")
    if (sources.JCS / "output" / p.name).is_file()
]


@pytest.mark.parametrize("path", PAIRS, ids=sources.name)
def test_canonical_text_of_a_published_pair(path: pathlib.Path) -> None:
    value = json.loads(path.read_text("utf-8"))
    expected = (sources.JCS / "output" / path.name).read_bytes()
    assert jcs.canonical(value) == expected
    outhex = sources.JCS / "outhex" / f"{path.stem}.txt"
    if outhex.is_file():
        assert bytes.fromhex(outhex.read_text()) == expected
    value = json.loads(expected)  # 56.0 is written 56, and read as an integer
    if _ours(value):
        assert jcs.dumps(value) == expected
        assert jcs.loads(expected) == value
    else:
        with pytest.raises(Malformed):
            jcs.loads(expected)
        with pytest.raises(ValueError, match="holds no float"):
            jcs.dumps(value)


def _ours(value: jcs.Json) -> bool:
    if isinstance(value, dict):
        return all(_ours(v) for v in value.values())
    if isinstance(value, list):
        return all(_ours(v) for v in value)
    return not isinstance(value, float)
