"""Both backends are one group, on points of every order; encodings have one spelling."""

from __future__ import annotations

import secrets
import subprocess
import sys
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.log.encoding import b64u
from ledger.log.errors import Malformed
from voting.protocol.group import (
    FIELD,
    H_EFF,
    ORDER,
    Group,
    read_point,
    read_scalar,
    same,
    scalar_bytes,
    scalar_of,
    vanishes,
    write_scalar,
)
from voting.protocol.group_arkworks import ArkworksGroup
from voting.protocol.group_py_ecc import PyEccGroup
from voting.protocol.pedersen import commit

NATIVE, REFERENCE = ArkworksGroup(), PyEccGroup()
BACKENDS: list[Group] = [NATIVE, REFERENCE]
COMPRESSED_H = (
    "8d95e46d6444558de9223aecd1e1fb164c446f789e352daebf13e59595d1c723"
    "dd7359dabfe14effdc8bb7bec966de51"
)
ORDER_3 = bytes(48) + (2).to_bytes(48, "big")

scalars = st.integers(0, ORDER - 1)
abscissas = st.integers(0, FIELD - 1)


def on_curve(x: int) -> bytes:
    """The next point of the curve from x on: of any order, hardly ever in the subgroup."""
    while True:
        square = (x**3 + 4) % FIELD
        y = pow(square, (FIELD + 1) // 4, FIELD)
        if y * y % FIELD == square:
            return x.to_bytes(48, "big") + y.to_bytes(48, "big")
        x = (x + 1) % FIELD


@cache
def small_order() -> bytes:
    """A point that h_eff makes vanish, other than O: r times a random one."""
    group = REFERENCE
    while True:
        point = group.decode(on_curve(secrets.randbelow(FIELD)))
        cofactor_part = group.add(group.mul(point, ORDER - 1), point)
        if not group.is_zero(cofactor_part):
            return group.encode(cofactor_part)


def test_the_value_base_is_the_one_of_the_protocol() -> None:
    assert NATIVE.encode(NATIVE.value_base) == REFERENCE.encode(REFERENCE.value_base)
    assert NATIVE.value_base.to_compressed_bytes().hex() == COMPRESSED_H
    assert NATIVE.encode(NATIVE.generator) == REFERENCE.encode(REFERENCE.generator)


@settings(max_examples=15)
@given(abscissas, abscissas, scalars, scalars)
def test_both_backends_agree_on_points_of_any_order(x: int, y: int, k: int, m: int) -> None:
    p, q = on_curve(x), on_curve(y)
    results = []
    for group in BACKENDS:
        left, right = group.decode(p), group.decode(q)
        exact = [group.add(left, right), group.neg(left), group.clear(left)]
        cleared = [group.mul(left, k), group.msm([left, right], [k, m])]
        points = exact + [group.clear(point) for point in cleared]
        results.append([None if group.is_zero(a) else group.encode(a) for a in points])
        assert group.in_subgroup(group.clear(left))
        assert group.encode(left) == p
    assert results[0] == results[1]


@settings(max_examples=15)
@given(scalars, scalars)
def test_a_component_of_small_order_changes_no_equation(k: int, m: int) -> None:
    for group in BACKENDS:
        for small in (group.decode(small_order()), group.decode(ORDER_3)):
            assert vanishes(group, small)
            assert not group.in_subgroup(small)
            point = commit(group, k, m)
            shifted = group.add(point, small)
            assert same(group, point, shifted)
            assert same(group, group.mul(point, m), group.mul(shifted, m))
            sums = (group.msm([a, group.generator], [k, m]) for a in (point, shifted))
            assert same(group, *sums)


@pytest.mark.parametrize("group", BACKENDS)
def test_clearing_is_multiplication_by_h_eff(group: Group) -> None:
    assert same(group, group.clear(group.generator), group.mul(group.generator, H_EFF))
    assert group.is_zero(group.clear(group.zero))
    assert group.is_zero(group.msm([], []))


@pytest.mark.parametrize("group", BACKENDS)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(96),
        bytes(95),
        bytes(97),
        bytes([0x40]) + bytes(95),
        bytes([0xC0]) + bytes(95),
        FIELD.to_bytes(48, "big") + (2).to_bytes(48, "big"),
        bytes(48) + (FIELD + 2).to_bytes(48, "big"),
        bytes(47) + b"\x01" + bytes(47) + b"\x01",
        b"\xff" * 96,
    ],
    ids=["none", "infinity", "short", "long", "flag", "flags", "x = p", "y + p", "off", "ones"],
)
def test_what_is_no_point_is_refused(group: Group, data: bytes) -> None:
    with pytest.raises(Malformed):
        group.decode(data)


@pytest.mark.parametrize("flag", [0x80, 0x40, 0x20])
@pytest.mark.parametrize("group", BACKENDS)
def test_flag_bits_of_other_formats_are_refused(group: Group, flag: int) -> None:
    data = bytearray(group.encode(group.generator))
    data[0] |= flag
    with pytest.raises(Malformed):
        group.decode(bytes(data))


@pytest.mark.parametrize("group", BACKENDS)
def test_infinity_is_never_encoded(group: Group) -> None:
    with pytest.raises(ValueError, match="infinity"):
        group.encode(group.zero)


@given(scalars)
def test_a_scalar_has_one_spelling(value: int) -> None:
    assert scalar_of(scalar_bytes(value)) == value
    assert read_scalar(write_scalar(value)) == value


@pytest.mark.parametrize("value", [ORDER, ORDER + 1, 2**256 - 1])
def test_a_scalar_that_is_not_reduced_is_refused(value: int) -> None:
    with pytest.raises(Malformed):
        scalar_of(value.to_bytes(32, "big"))
    with pytest.raises(ValueError, match="scalar"):
        scalar_bytes(value)


@settings(max_examples=20)
@given(abscissas)
def test_a_point_is_read_from_its_own_text_alone(x: int) -> None:
    data = on_curve(x)
    assert read_point(NATIVE, b64u(data)) == data
    for text in (b64u(data) + "=", " " + b64u(data), b64u(data)[:-1], None, 7):
        with pytest.raises(Malformed):
            read_point(NATIVE, text)


def test_the_reference_backend_leaves_the_recursion_limit_as_it_was() -> None:
    """py_ecc raises it to 100,000: deeply nested JSON then kills the process instead of raising."""
    program = (
        "import sys; before = sys.getrecursionlimit(); import voting.protocol.group_py_ecc;"
        "from ledger.log.jcs import loads; from ledger.log.errors import Malformed\n"
        "assert sys.getrecursionlimit() == before\n"
        "try:\n    loads(b'[' * 200_000)\nexcept Malformed:\n    print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"refused\n"), done.stderr
