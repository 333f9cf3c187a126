"""Schema: bodies and records from JSON and back, exactly; and everything sealed in them."""

from __future__ import annotations

import dataclasses
import types
from datetime import UTC, date, datetime
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bankruptcy.kinds import records
from bankruptcy.kinds.leaves import Hidden, committed, hidden
from bankruptcy.kinds.registry import KINDS
from bankruptcy.kinds.schema import (
    Audience,
    Blob,
    Code,
    Committed,
    Count,
    Fen,
    Hash,
    Id,
    Instant,
    KeyId,
    LongClear,
    LongText,
    NoteText,
    PartyScalar,
    PointBytes,
    PrivateShort,
    Raw,
    ScalarBytes,
    Sealed,
    SealedShort,
    ShortText,
    decode,
    encode,
)
from bankruptcy.kinds.tables import MemoryTables, Table
from ledger.log.errors import Malformed

Json = Any

TEXT = st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs"]), min_size=1, max_size=9)
WHOLE_SECONDS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)

VALUES: dict[Any, st.SearchStrategy[Any]] = {
    Id: st.from_regex(r"[a-z0-9][a-z0-9._-]{0,9}", fullmatch=True),
    Code: st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,9}", fullmatch=True),
    Hash: st.binary(min_size=32, max_size=32),
    KeyId: st.binary(min_size=32, max_size=32).map(bytes.hex),
    PointBytes: st.binary(min_size=96, max_size=96),
    ScalarBytes: st.binary(min_size=32, max_size=32),
    Blob: st.binary(max_size=5),
    Fen: st.integers(0, 2**63 - 1),
    Count: st.integers(0, 2**128 - 1),
    Instant: st.datetimes(timezones=st.just(UTC)),
    datetime: WHOLE_SECONDS,
    date: st.dates(),
    int: st.integers(0, 2**53 - 1),
    bool: st.booleans(),
    str: TEXT,
    ShortText: TEXT,
    LongText: TEXT,
    LongClear: TEXT,
    NoteText: TEXT,
    Raw: st.sampled_from([None, 1, "x", [1, {"a": None}], {"b": []}]),
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field with this annotation."""
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if hint in VALUES:
        return VALUES[hint]
    if get_origin(hint) in (Union, types.UnionType):
        return st.one_of(*(st.none() if a is type(None) else values(a) for a in get_args(hint)))
    if get_origin(hint) is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=2).map(tuple)
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    hints = get_type_hints(hint, include_extras=True)
    return st.builds(hint, **{f.name: values(hints[f.name]) for f in dataclasses.fields(hint)})


BODIES = [kind.body for kind in KINDS.values() if kind.reader is None]
RECORDS = [table.record for table in records.TABLES]


def leaves(value: Any, kind: type) -> int:
    """How many values of a class stand anywhere inside."""
    if isinstance(value, kind):
        return 1
    if isinstance(value, tuple):
        return sum(leaves(item, kind) for item in value)
    if dataclasses.is_dataclass(value):
        return sum(leaves(getattr(value, f.name), kind) for f in dataclasses.fields(value))
    return 0


@pytest.mark.parametrize(
    "cls", [*BODIES, *RECORDS], ids=lambda cls: f"{cls.__module__}.{cls.__name__}"
)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_decoding_and_encoding_are_inverse_and_find_everything_hidden(
    cls: type[Any], data: st.DataObject
) -> None:
    value = data.draw(values(cls))
    spelled = encode(value)
    assert decode(cls, spelled) == value
    assert encode(decode(cls, spelled)) == spelled
    assert len(list(committed(value))) == leaves(value, Committed)
    if cls in BODIES:
        found = list(hidden("kind@1", value))
        assert len(found) == leaves(value, Sealed)
        for item in found:
            assert at(spelled, item.field) == encode(Sealed(item.digest))


def at(spelled: Json, field: str) -> Json:
    """What stands at the JSON pointer of a field's name."""
    for step in field.split("#", 1)[1].split("/")[1:]:
        spelled = spelled[int(step)] if isinstance(spelled, list) else spelled[step]
    return spelled


@dataclasses.dataclass(frozen=True, slots=True)
class Deep:
    """Sealed values wherever a body could have them."""

    optional: PrivateShort | None
    listed: tuple[SealedShort, ...]
    maybe_listed: tuple[SealedShort, ...] | None
    either: ScalarBytes | PartyScalar
    amounts: tuple[Committed, ...] | None


def test_what_is_hidden_is_found_in_options_unions_and_lists_with_its_type_and_audience() -> None:
    digests = [Sealed(Hash(bytes([n]) * 32)) for n in range(5)]
    amount = Committed(PointBytes(bytes(96)))
    value = Deep(digests[0], (digests[1],), (digests[2], digests[3]), digests[4], (amount,))
    private, parties = Audience.OWNER, Audience.PARTIES
    assert list(hidden("k.k@1", value)) == [
        Hidden("k.k@1#/optional", digests[0].digest, ShortText, private),
        Hidden("k.k@1#/listed/0", digests[1].digest, ShortText, parties),
        Hidden("k.k@1#/maybe_listed/0", digests[2].digest, ShortText, parties),
        Hidden("k.k@1#/maybe_listed/1", digests[3].digest, ShortText, parties),
        Hidden("k.k@1#/either", digests[4].digest, ScalarBytes, parties),
    ]
    assert list(committed(value)) == [amount]
    assert decode(Deep, encode(value)) == value


@pytest.mark.parametrize(
    ("cls", "value"),
    [
        (Code, None),
        (Code, ""),
        (Code, "\u212a"),
        (Code, "a b"),
        (Code, "A" * 65),
        (Id, "A"),
        (Id, "a\n"),
        (Id, "a|b"),
        (Count, 5),
        (Count, ""),
        (Count, "05"),
        (Count, "-5"),
        (Count, "\u0665"),
        (Count, str(2**128)),
        (Count, "9" * 5000),
        (Fen, str(2**63)),
        (date, 20260101),
        (date, "2026-1-1"),
        (date, "2026-02-30"),
        (date, "2026-W01-1"),
        (date, "20260101"),
        (datetime, "2026-01-01T00:00:00+00:00"),
        (datetime, "2026-01-01T24:00:00Z"),
        (str, None),
        (bool, 1),
        (int, True),
        (int, 1.0),
        (int, -1),
        (ShortText, ""),
        (ShortText, "x" * 201),
        (ShortText, "a\nb"),
        (LongText, "x" * 8001),
        (LongText, "a\rb"),
        (LongClear, "x" * 16_001),
        (NoteText, "x" * 32_001),
        (tuple[Id, ...], "abc"),
        (tuple[Id, ...], {"0": "a"}),
        (records.Clock, "REAL"),
        (records.Clock, ["real"]),
        (records.Switch, []),
        (records.Switch, {"switch": "P2"}),
        (records.Switch, {"switch": "P2", "value": "voted", "more": 1}),
        (Hash, "A" * 44),
        (Hash, "A" * 42 + "B"),
        (KeyId, "A" * 64),
    ],
)
def test_what_is_not_in_the_one_spelling_is_refused(cls: Any, value: Json) -> None:
    with pytest.raises(Malformed):
        decode(cls, value)


def test_a_refusal_names_the_member() -> None:
    with pytest.raises(Malformed, match="/switch"):
        decode(records.Switch, {"switch": "", "value": "x"})


def test_a_table_is_searched_only_by_its_indexes() -> None:
    tables = MemoryTables()
    table = Table("meeting", records.Meeting, ("meeting",))
    with pytest.raises(ValueError, match="no index"):
        tables.find(table, number=1)
