"""Figures as people read them: money, capitals, percentages, Beijing dates, masked names.

Pure: no Django, no clock. ``lang`` is ``"zh"`` or ``"en"``. Money is an ``int`` of fen, never
negative. Everything that loses digits loses them downwards, so that no rounding can show a
threshold as reached (interface guide, parts 1 and 2).
"""

from datetime import date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ((1000, "仟"), (100, "佰"), (10, "拾"), (1, ""))
_WAN, _YI = 10**4, 10**8
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# Longest first: the ending that stays visible when an organisation's name is masked.
_ENDINGS = (
    *("合作社", "事务所", "税务局", "公司", "银行", "集团", "中心", "学校", "医院", "工厂", "商行"),
    *("局", "厂", "店", "社", "院", "所", "行", "部"),
)


def digits(fen: int) -> str:
    """``123456789`` as ``1,234,567.89``."""
    if fen < 0:
        raise ValueError("an amount of money is never negative here")
    return f"{fen // 100:,}.{fen % 100:02d}"


def yuan(fen: int, lang: str) -> str:
    """The exact amount with its unit: ``1,234,567.89 元`` or ``CNY 1,234,567.89``."""
    return f"{digits(fen)}\u00a0元" if lang == "zh" else f"CNY\u00a0{digits(fen)}"


def about(fen: int, lang: str) -> str:
    """The reading aid beneath an amount, cut down to two decimals of 万, 亿, million or billion.

    Empty below the first such unit, where the exact figure is as easy to read. No 约 when nothing
    was cut.
    """
    units = (
        ((_YI, "亿元"), (_WAN, "万元"))
        if lang == "zh"
        else ((10**9, " billion"), (10**6, " million"))
    )
    for size, word in units:
        if fen >= size * 100:
            hundredths, lost = divmod(fen, size)
            figure = f"{hundredths // 100:,}.{hundredths % 100:02d}".rstrip("0").rstrip(".")
            if lang == "zh":
                return f"{'约' if lost else ''}{figure}{word}"
            return f"{'about ' if lost else ''}CNY\u00a0{figure}{word}"
    return ""


def capitals(fen: int) -> str:
    """The amount in the numerals of papers (大写): 107,000.53 is 壹拾万柒仟元零伍角叁分.

    Source: 《支付结算办法》 appendix 1. Of its allowed variants: 零 before 角 when the yuan end in
    0, none before 柒仟 in 壹拾万柒仟, no 整 after 角.
    """
    if fen < 0:
        raise ValueError("an amount of money is never negative here")
    whole, jiao, cent = fen // 100, fen // 10 % 10, fen % 10
    text = f"{_integer(whole)}元" if whole else ""
    if not jiao and not cent:
        return f"{text or '零元'}整"
    if whole and (not jiao or whole % 10 == 0):
        text += "零"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    return f"{text}{_DIGITS[cent]}分" if cent else text


def _integer(n: int) -> str:
    for size, word in ((_YI, "亿"), (_WAN, "万")):
        if n >= size:
            high, low = divmod(n, size)
            gap = "零" if 0 < low < size // 10 else ""
            return f"{_integer(high)}{word}{gap}{_integer(low) if low else ''}"
    text, gap = "", False
    for place, word in _PLACES:
        digit = n // place % 10
        if digit:
            text += f"{'零' if gap and text else ''}{_DIGITS[digit]}{word}"
            gap = False
        else:
            gap = True
    return text


def percent(part: int, whole: int) -> str:
    """``part`` of ``whole`` in per cent, two decimals, cut down; a dash when there is no whole."""
    if whole <= 0:
        return "—"
    hundredths = part * 10000 // whole
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def moment(value: datetime | date | str) -> datetime | date:
    """``value`` on Beijing's clock: aware datetimes and ledger times are converted, dates stay."""
    if isinstance(value, str):
        value = (
            datetime.fromisoformat(value.replace("Z", "+00:00"))
            if "T" in value
            else date.fromisoformat(value)
        )
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be shown")
        return value.astimezone(BEIJING)
    return value


def day(value: datetime | date | str, lang: str) -> str:
    """``2026年4月16日（周四）`` or ``Thursday 16 April 2026``."""
    at = moment(value)
    weekday = at.weekday()
    if lang == "zh":
        return f"{at.year}年{at.month}月{at.day}日（周{_WEEKDAYS_ZH[weekday]}）"
    return f"{_WEEKDAYS_EN[weekday]} {at.day} {_MONTHS_EN[at.month - 1]} {at.year}"


def _joined(date_words: str, clock: str, lang: str) -> str:
    return f"{date_words}{clock}" if lang == "zh" else f"{date_words}, {clock}"


def day_time(value: datetime | date | str, lang: str, seconds: bool = False) -> str:
    """The day and the time: ``2026年4月16日（周四）17:00``; a bare date gives the day alone."""
    at = moment(value)
    if not isinstance(at, datetime):
        return day(at, lang)
    clock = f"{at.hour}:{at:%M:%S}" if seconds else f"{at.hour}:{at:%M}"
    return _joined(day(at, lang), clock, lang)


def last_moment(value: datetime | date | str, lang: str) -> str:
    """A last day: ``2026年4月16日（周四）24:00``, the way the law counts it.

    A date means its end; an instant at 00:00 is written as 24:00 of the day before.
    """
    at = moment(value)
    if isinstance(at, datetime):
        if at.hour or at.minute or at.second:
            return day_time(at, lang)
        at = at.date() - timedelta(days=1)
    return _joined(day(at, lang), "24:00", lang)


def days_until(value: datetime | date | str, now: datetime) -> int:
    """Whole days on Beijing's calendar from ``now`` to a last day; negative once it has passed."""
    at, today = moment(value), now.astimezone(BEIJING).date()
    if isinstance(at, datetime):
        if at <= now:
            return min(-1, (at.date() - today).days)
        at = (at - timedelta(microseconds=1)).date()
    return (at - today).days


def size(count: int, lang: str) -> str:
    """Bytes as 12 MB, 3.1 MB, 420 kB, 94 bytes, cut down; the browser's `claims/dom.ts` alike."""
    if count >= 10_000_000:
        return f"{count // 1_000_000} MB"
    if count >= 1_000_000:
        return f"{count // 1_000_000}.{count // 100_000 % 10} MB"
    if count >= 1000:
        return f"{count // 1000} kB"
    return f"{count}字节" if lang == "zh" else f"{count} bytes"


def short(value: str, length: int = 8) -> str:
    """The first characters of a hash or key, for recognising, never for comparing."""
    return value if len(value) <= length else f"{value[:length]}…"


def fours(value: str) -> tuple[str, ...]:
    """A fingerprint in groups of four, to be read by eye."""
    letters = "".join(value.split())
    return tuple(letters[i : i + 4] for i in range(0, len(letters), 4))


def masked(name: str) -> str:
    """The public form of a name: 张**, 海川***公司, J***."""
    name = name.strip()
    if not name:
        return ""
    if name[0].isascii():
        return f"{name[0]}***"
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 2:
            return f"{name[:2]}***{ending}"
    return f"{name[0]}**"
