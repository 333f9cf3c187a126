"""Template tags and filters of the interface: ``{% load ui %}``.

They only translate; the figures themselves are made in `bankruptcy.delivery.figures` and `bars`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bankruptcy.delivery import bars, figures, preferences

register = template.Library()

TimeValue = datetime | date | str


def lang() -> str:
    """The language now shown, ``zh`` or ``en``."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


@register.simple_tag
def html_lang() -> str:
    """The value of ``lang`` for the page."""
    return "en" if lang() == "en" else "zh-Hans"


@register.simple_tag(takes_context=True)
def text_size(context: Context) -> str:
    return preferences.text_size(context.get("request"))


@register.simple_tag(takes_context=True)
def next_text_size(context: Context) -> str:
    return preferences.next_text_size(preferences.text_size(context.get("request")))


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of our own icons; it says nothing by itself, so words stand beside it."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        static("icons/sprite.svg"),
        name,
    )


# Money and shares


@register.filter
def yuan(fen: int) -> str:
    """Fen as 1,234,567.89 元 (CNY 1,234,567.89)."""
    return figures.yuan(int(fen), lang())


@register.filter
def amount_digits(fen: int) -> str:
    """Fen as 1,234,567.89, for tables whose head names the unit."""
    return figures.digits(int(fen))


@register.filter
def about(fen: int) -> str:
    """The reading aid, 约123.45万元; empty for small amounts."""
    return figures.about(int(fen), lang())


@register.filter
def file_size(count: int) -> str:
    """Bytes as 3.1 MB."""
    return figures.size(int(count), lang())


@register.filter
def capitals(fen: int) -> str:
    """Fen in the numerals of papers, 壹拾万柒仟元零伍角叁分."""
    return figures.capitals(int(fen))


@register.simple_tag
def money(fen: int, aid: bool = True, papers: bool = False) -> SafeString:
    """The exact amount, its reading aid beneath, and with ``papers`` the numerals of papers."""
    below = figures.about(int(fen), lang()) if aid else ""
    return format_html(
        '<span class="money"><span class="money-exact">{}</span>{}{}</span>',
        yuan(fen),
        format_html(' <span class="money-aid">{}</span>', below) if below else "",
        format_html(' <span class="money-aid" lang="zh-Hans">{}</span>', capitals(fen))
        if papers
        else "",
    )


@register.simple_tag
def share(part: int, whole: int) -> str:
    """A percentage with two decimals, cut down."""
    return figures.percent(int(part), int(whole))


@register.simple_tag
def fraction(part: int, whole: int) -> str:
    return f"{int(part):,}/{int(whole):,}"


# Dates, on Beijing's clock


def _time(value: TimeValue, words: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', figures.moment(value).isoformat(), words)


@register.filter
def beijing_day(value: TimeValue) -> SafeString | str:
    return _time(value, figures.day(value, lang())) if value else ""


@register.filter
def beijing(value: TimeValue) -> SafeString | str:
    """2026年4月16日（周四）17:00."""
    return _time(value, figures.day_time(value, lang())) if value else ""


@register.filter
def beijing_exact(value: TimeValue) -> SafeString | str:
    """With seconds, for closings and entries."""
    return _time(value, figures.day_time(value, lang(), seconds=True)) if value else ""


@register.filter
def last_moment(value: TimeValue) -> SafeString | str:
    """A last day, 2026年4月16日（周四）24:00."""
    return _time(value, figures.last_moment(value, lang())) if value else ""


@register.simple_tag
def days_left(value: TimeValue, now: datetime) -> str:
    """还有3天, 今天截止 or 已过期; only ever beside the date itself."""
    left = figures.days_until(value, now)
    if left < 0:
        return _("overdue")
    if left == 0:
        return _("ends today")
    return ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}


# Names and fingerprints


@register.filter
def short_hash(value: str) -> str:
    return figures.short(str(value))


@register.filter
def fours(value: str) -> tuple[str, ...]:
    return figures.fours(str(value))


@register.filter
def masked(name: str) -> str:
    """The public form of a name: 张**, 海川***公司."""
    return figures.masked(str(name))


# The two-test bar


def _answer_words() -> dict[str, str]:
    return {
        "for": _("For"),
        "against": _("Against"),
        "abstain": _("Abstain"),
        "not_cast": _("Not cast"),
        "cast": _("Cast"),
    }


@register.inclusion_tag("components/two_test_bar.html")
def two_test_bar(
    measure: str,
    part: int,
    whole: int,
    num: int = 0,
    den: int = 1,
    op: str = ">",
    against: int = 0,
    abstain: int = 0,
    not_cast: int | None = None,
    state: str = "",
    whole_label: str = "",
) -> dict[str, Any]:
    """One test of a motion: exact fraction, threshold, bar, legend.

    ``measure`` is ``heads`` or ``amount`` (then every count is fen). ``part`` answered for, of
    ``whole``, the test's denominator; ``num/den`` with ``op`` (``>`` or ``>=``) is the threshold.
    ``not_cast`` defaults to what is left of the denominator. ``state`` ``running`` draws turnout
    alone (``part`` is then what was cast), ``contested`` or ``varies`` replaces the verdict.
    """
    is_money = measure == "amount"

    def show(count: int) -> str:
        return yuan(count) if is_money else f"{count:,}"

    left = max(whole - part - against - abstain, 0) if not_cast is None else not_cast
    running = state == "running"
    counts: Sequence[tuple[str, int]]
    if running:
        counts = (("cast", part), ("not_cast", max(whole - part, 0)))
    else:
        counts = (("for", part), ("against", against), ("abstain", abstain), ("not_cast", left))
    bar = bars.weigh(int(part), int(whole), int(num), int(den), op, tuple(counts))
    words = _answer_words()
    name = _("Amount") if is_money else _("Heads")
    if running:
        threshold, verdict = "", ""
    else:
        needed = _("more than %(f)s needed") if op == ">" else _("at least %(f)s needed")
        threshold = needed % {"f": f"{num}/{den}"}
        if state == "contested":
            verdict = _("contested")
        elif state == "varies":
            verdict = _("depends on the interpretation")
        elif bar.met:
            verdict = _("reached")
        else:
            verdict = _("%(missing)s short") % {"missing": show(bar.short)}
    legend = [
        {
            "answer": answer,
            "word": words[answer],
            "count": show(count),
            "share": figures.percent(count, whole),
        }
        for answer, count in counts
    ]
    comma, stop = ("，", "。") if lang() == "zh" else (", ", ".")
    parts = [f"{item['word']} {item['count']}" for item in legend]
    parts.append(_("of %(whole)s") % {"whole": show(whole)})
    parts.extend(piece for piece in (threshold, verdict) if piece)
    colon = "：" if lang() == "zh" else ": "
    return {
        "name": name,
        "bar": bar,
        "legend": legend,
        "running": running,
        "op": op,
        "share_of": (figures.digits(part) if is_money else f"{part:,}", show(whole)),
        "whole": show(whole),
        "whole_label": whole_label,
        "threshold": threshold,
        "verdict": verdict,
        "outcome": "open"
        if running or state in ("contested", "varies")
        else ("met" if bar.met else "unmet"),
        "sentence": f"{name}{colon}{comma.join(parts)}{stop}",
    }
