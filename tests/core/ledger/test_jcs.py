"""Canonical JSON against another reading of it: the standard parser and RFC 8785's own encoder."""

from __future__ import annotations

import json
from typing import NoReturn

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.log import jcs
from ledger.log.encoding import MAX_INTEGER
from ledger.log.errors import Malformed

texts = st.text(max_size=8) | st.text(
    'ab\x00\x1f\x7f\n"\\/ \u2028\ue000\uffff\U0001f600', max_size=4
)
numbers = st.integers(0, MAX_INTEGER)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
# What a hostile writer may put in place of a value, or between two.
scraps = st.sampled_from(
    [
        *("-0", "-1", "0.0", "1.5", "1e2", "1E2", "1e21", "01", "9007199254740992", "1" * 40),
        *("NaN", "Infinity", " ", "\t", "\n", "\ufeff", ",", "{}", '""', '"\\u0061"', '"\\/"'),
        *('"\\ud800"', '"\\u001F"', '"\\u0008"', '"\\b"', '"\\u007f"', '{"a":1,"a":1}', "tru"),
    ]
)


def test_what_stands_below_the_bound_of_integers_is_read_and_what_does_not_is_not() -> None:
    assert jcs.loads(b"[0,9007199254740991]") == [0, MAX_INTEGER]
    for text in (b"9007199254740992", b"-1", b"-0", b"1.0", b"1e2", b"1e21", b"1" * 400):
        with pytest.raises(Malformed):
            jcs.loads(b"[" + text + b"]")


@given(values)
def test_one_text_for_one_value_and_one_value_for_one_text(value: jcs.Json) -> None:
    data = jcs.dumps(value)
    assert data == rfc8785.dumps(value)
    assert jcs.loads(data) == value


@given(values, st.data())
def test_a_text_is_read_where_both_readings_agree_on_it_and_nowhere_else(
    value: jcs.Json, data: st.DataObject
) -> None:
    text = jcs.dumps(value).decode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 3, len(text))))
    changed = (text[:start] + data.draw(scraps) + text[end:]).encode()
    expected = _read(changed)
    if expected is None:
        with pytest.raises(Malformed):
            jcs.loads(changed)
    else:
        assert json.dumps(jcs.loads(changed)) == json.dumps(expected[0])


@given(st.binary(max_size=12))
def test_bytes_that_are_no_text_are_refused_like_any_other(data: bytes) -> None:
    if _read(data) is None:
        with pytest.raises(Malformed):
            jcs.loads(data)


def _read(data: bytes) -> tuple[jcs.Json] | None:
    """The value, where the standard parser reads one that the other encoder writes the same."""
    try:
        value = json.loads(data.decode(), parse_float=_none, parse_constant=_none)
        _whole(value)
        return (value,) if rfc8785.dumps(value) == data else None
    except (ValueError, rfc8785.CanonicalizationError):
        return None


def _none(text: str) -> NoReturn:
    raise ValueError(text)


def _whole(value: jcs.Json) -> None:
    for item in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        _whole(item)
    if isinstance(value, int) and value < 0:
        raise ValueError
