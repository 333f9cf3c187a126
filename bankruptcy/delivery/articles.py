"""Articles as papers cite them: "EBL 64(1), 65(2)" is 《企业破产法》第64条第1款、第65条第2款."""

from __future__ import annotations

import re
from typing import Final

from bankruptcy.delivery import problems
from bankruptcy.law.model import Title

_LAWS: Final = {
    "EBL": ("企业破产法", "Enterprise Bankruptcy Law"),
    "EFF": ("关于推进破产案件依法高效审理的意见（2020年）", "Efficiency opinions of 2020"),
    "CC": ("民法典", "Civil Code"),
    "CPL": ("民事诉讼法", "Civil Procedure Law"),
    "ESL": ("电子签名法", "Electronic Signature Law"),
    "OLR": ("人民法院在线诉讼规则", "Online Litigation Rules"),
    "PIPL": ("个人信息保护法", "Personal Information Protection Law"),
    "JI-I": ("破产法司法解释（一）", "Judicial Interpretation I"),
    "JI-II": ("破产法司法解释（二）", "Judicial Interpretation II"),
    "JI-III": ("破产法司法解释（三）", "Judicial Interpretation III"),
}
_ITEM: Final = re.compile(r"(\d+)((?:\(\d+\))*)(?:-(\d+)((?:\(\d+\))*))?")


def cited(articles: str, language: str | None = None) -> str:
    """The pack's short form, written out in the reader's language; laws not known stay short."""
    english = (language or problems.language()) == "en"
    found = []
    for group in articles.split(";"):
        law, _, items = group.strip().partition(" ")
        zh, en = _LAWS.get(law, (law, law))
        if english:
            found.append(f"{en}, art. {items}".removesuffix(", art. "))
        else:
            places = "、".join(_chinese(item.strip()) for item in items.split(",") if item.strip())
            found.append(f"《{zh}》{places}")
    return "; ".join(found) if english else "；".join(found)


def titled(title: Title) -> str:
    """A name of the rule pack in the reader's language."""
    return title.en if problems.language() == "en" else title.zh


def _chinese(item: str) -> str:
    match = _ITEM.fullmatch(item)
    if match is None:
        return item
    first, places, last, last_places = match.groups()
    if last is not None:
        return f"第{first}条{_places(places)}至第{last}条{_places(last_places)}"
    return f"第{first}条{_places(places)}"


def _places(places: str) -> str:
    numbers = re.findall(r"\d+", places)
    return "".join(f"第{n}{unit}" for n, unit in zip(numbers, ("款", "项", "目"), strict=False))
