"""Money, numerals of papers, percentages, Beijing dates and masked names."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bankruptcy.delivery import figures

FEN = st.integers(0, 2**53 - 1)


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角"),
        (53, "伍角叁分"),
        (100, "壹元整"),
        (105, "壹元零伍分"),
        (150, "壹元伍角"),
        (1_000, "壹拾元整"),
        (1_050, "壹拾元零伍角"),
        (10_005, "壹佰元零伍分"),
        (100_100, "壹仟零壹元整"),
        (101_000, "壹仟零壹拾元整"),
        (10_000_00, "壹万元整"),
        (10_001_00, "壹万零壹元整"),
        (10_700_053, "壹拾万柒仟元零伍角叁分"),
        (10_070_000, "壹拾万零柒佰元整"),
        (100_100_000, "壹佰万壹仟元整"),
        (109_041_095, "壹佰零玖万零肆佰壹拾元零玖角伍分"),
        (10_000_000_000, "壹亿元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_001_000_000, "壹亿零壹万元整"),
        (10_010_000_000_00, "壹佰亿壹仟万元整"),
        (100_000_000_000_00, "壹仟亿元整"),
        (1_000_000_000_000_00, "壹万亿元整"),
        (1_000_100_000_000_00, "壹万零壹亿元整"),
        (123_456_789_01, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分"),
    ],
)
def test_numerals_of_papers(fen: int, text: str) -> None:
    assert figures.capitals(fen) == text


_VALUES = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}


def _read_integer(text: str) -> int:
    if not text:
        return 0
    for word, size in (("亿", 10**8), ("万", 10**4)):
        if word in text:
            high, low = text.rsplit(word, 1)
            return _read_integer(high) * size + _read_integer(low)
    total, digit = 0, 0
    for character in text:
        if character in _VALUES:
            digit = _VALUES[character]
        else:
            total += digit * {"仟": 1000, "佰": 100, "拾": 10}[character]
            digit = 0
    return total + digit


def _read(text: str) -> int:
    whole, _, rest = text.rpartition("元") if "元" in text else ("", "", text)
    fen = _read_integer(whole) * 100
    digit = 0
    for character in rest:
        if character in _VALUES:
            digit = _VALUES[character]
        else:
            fen += digit * {"角": 10, "分": 1, "整": 0}[character]
    return fen


@given(FEN)
def test_numerals_read_back_as_the_same_amount(fen: int) -> None:
    text = figures.capitals(fen)
    assert _read(text) == fen
    assert "零零" not in text


@given(FEN)
def test_digits_never_round(fen: int) -> None:
    assert int(figures.digits(fen).replace(",", "").replace(".", "")) == fen


def test_an_amount_has_its_unit_in_either_language() -> None:
    assert figures.yuan(123_456_789, "zh") == "1,234,567.89\u00a0元"
    assert figures.yuan(123_456_789, "en") == "CNY\u00a01,234,567.89"


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (999_999, "", ""),
        (1_000_000, "1万元", ""),
        (123_456_789, "约123.45万元", "about CNY\u00a01.23 million"),
        (109_049_999, "约109.04万元", "about CNY\u00a01.09 million"),
        (9_999_999_999, "约9,999.99万元", "about CNY\u00a099.99 million"),
        (10_000_000_000, "1亿元", "CNY\u00a0100 million"),
        (10_000_000_000_000, "1,000亿元", "CNY\u00a0100 billion"),
    ],
)
def test_the_reading_aid_is_cut_down(fen: int, zh: str, en: str) -> None:
    assert (figures.about(fen, "zh"), figures.about(fen, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (2, 3, "66.66%"),
        (4_999_999_999, 10_000_000_000, "49.99%"),
        (1, 1, "100.00%"),
        (0, 7, "0.00%"),
        (0, 0, "—"),
    ],
)
def test_percentages_are_cut_down(part: int, whole: int, text: str) -> None:
    assert figures.percent(part, whole) == text


@given(st.integers(0, 10**15), st.integers(1, 10**15))
def test_a_percentage_never_shows_more_than_there_is(part: int, whole: int) -> None:
    shown = int(figures.percent(part, whole).rstrip("%").replace(".", ""))
    assert shown * whole <= part * 10000 < (shown + 1) * whole


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0字节"),
        (999, "999字节"),
        (1_000, "1 kB"),
        (999_999, "999 kB"),
        (1_000_000, "1.0 MB"),
        (3_199_999, "3.1 MB"),
        (9_999_999, "9.9 MB"),
        (12_900_000, "12 MB"),
    ],
)
def test_sizes_of_files_are_cut_down(count: int, text: str) -> None:
    assert figures.size(count, "zh") == text
    assert figures.size(94, "en") == "94 bytes"


def test_times_are_shown_on_beijings_clock() -> None:
    assert figures.day_time("2026-04-16T09:00:00Z", "zh") == "2026年4月16日（周四）17:00"
    assert figures.day_time("2026-04-16T18:30:05Z", "en", seconds=True) == (
        "Friday 17 April 2026, 2:30:05"
    )
    assert figures.day_time(date(2026, 4, 16), "zh") == "2026年4月16日（周四）"


def test_a_last_day_ends_at_24_00() -> None:
    expected = "2026年4月16日（周四）24:00"
    assert figures.last_moment("2026-04-16", "zh") == expected
    assert figures.last_moment("2026-04-16T16:00:00Z", "zh") == expected
    assert figures.last_moment("2026-04-16T09:00:00Z", "zh") == "2026年4月16日（周四）17:00"


def test_days_left_count_beijings_midnights() -> None:
    now = datetime(2026, 3, 29, 15, 59, tzinfo=UTC)
    assert figures.days_until("2026-04-01", now) == 3
    assert figures.days_until("2026-04-01", now + timedelta(minutes=1)) == 2
    assert figures.days_until("2026-03-29T16:00:00Z", now) == 0
    assert figures.days_until("2026-03-29T15:00:00Z", now) == -1
    assert figures.days_until("2026-03-28", now) == -1


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        figures.day_time(datetime(2026, 4, 16, 9, 0), "zh")


@pytest.mark.parametrize(
    ("name", "public"),
    [
        ("张三", "张**"),
        ("欧阳修", "欧**"),
        ("海川贸易有限公司", "海川***公司"),
        ("中国工商银行珠海分行", "中国***行"),
        ("Haichuan Ltd", "H***"),
        ("", ""),
    ],
)
def test_public_names_are_masked(name: str, public: str) -> None:
    assert figures.masked(name) == public


def test_a_fingerprint_is_read_in_eight_groups_of_four() -> None:
    groups = figures.fours("K7QM3FZAXW2D6LPETR5CHN6V4JYBU3GS")
    assert len(groups) == 8
    assert {len(group) for group in groups} == {4}
