"""Refusals: what the core and the rules raise, in one shape and two languages.

The core knows neither HTTP nor gettext: an error carries its category, its facts and its
sentence in Chinese and English. Delivery turns the category into a status (RFC 9457), the
verifier turns it into a line of its report. `ground` names the entry of the rule pack that
holds the article of law; no article stands in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import ClassVar


class Category(Enum):
    """What kind of refusal it is, for whoever delivers it."""

    MALFORMED = "malformed"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    TOO_LARGE = "too-large"
    LIMITED = "limited"
    """Too often; the fact `seconds` says how long to wait."""
    UNAVAILABLE = "unavailable"


class Refused(Exception):
    """Something was not accepted, and nothing was changed.

    Subclasses set `slug`, `category`, `zh` and `en`; the two sentences are format strings over
    the keyword facts given to the constructor.
    """

    slug: ClassVar[str] = "refused"
    category: ClassVar[Category] = Category.CONFLICT
    zh: ClassVar[str] = "未被接受"
    en: ClassVar[str] = "Not accepted"

    def __init__(self, *, ground: str | None = None, **facts: object) -> None:
        self.facts: Mapping[str, object] = facts
        self.ground = ground
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        """The sentence for a person; `language` is "zh" or "en"."""
        return (self.zh if language == "zh" else self.en).format(**self.facts)


class Malformed(Refused):
    """Bytes or text are not in the one spelling the formats allow. Fact: `what`."""

    slug = "malformed"
    category = Category.MALFORMED
    zh = "格式不符：{what}"
    en = "Not in the required format: {what}"
