"""The contrast ratios the interface guide promises, recomputed from the CSS that is served."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[3] / "static" / "css"


def declarations(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-F]{6});", block))


def schemes() -> dict[str, dict[str, str]]:
    text = (CSS / "tokens.css").read_text(encoding="utf-8")
    light_text, rest = text.split("@media (prefers-color-scheme: dark)", 1)
    light = declarations(light_text)
    dark = declarations(rest.split("@media", 1)[0].split(":root[data-density", 1)[0])
    return {"light": light, "dark": light | dark}


def luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


# (scheme, foreground, background, the ratio promised, cut to one decimal)
PROMISED = [
    ("light", "ink", "bg", 16.4), ("light", "ink", "sunk", 15.0),
    ("dark", "ink", "bg", 16.0), ("dark", "ink", "sunk", 13.9),
    ("light", "soft", "bg", 7.4), ("light", "soft", "sunk", 6.7),
    ("dark", "soft", "bg", 9.5), ("dark", "soft", "sunk", 8.3),
    ("light", "edge", "bg", 4.5), ("light", "edge", "sunk", 4.1),
    ("dark", "edge", "bg", 5.7), ("dark", "edge", "sunk", 4.9),
    ("light", "act", "bg", 8.6), ("light", "act", "sunk", 7.9),
    ("dark", "act", "bg", 9.7), ("dark", "act", "sunk", 8.4),
    ("light", "on-act", "act", 8.6), ("dark", "on-act", "act", 9.4),
    ("light", "bad", "bg", 7.5), ("light", "bad", "bad-bg", 6.6),
    ("dark", "bad", "bg", 9.0), ("dark", "bad", "bad-bg", 7.8),
    ("light", "warn", "bg", 8.4), ("light", "warn", "warn-bg", 7.7),
    ("dark", "warn", "bg", 11.3), ("dark", "warn", "warn-bg", 9.2),
    ("light", "done", "bg", 8.0), ("light", "done", "done-bg", 7.0),
    ("dark", "done", "bg", 10.4), ("dark", "done", "done-bg", 8.4),
    ("light", "for", "bg", 6.5), ("light", "for", "sunk", 5.9),
    ("dark", "for", "bg", 7.9), ("dark", "for", "sunk", 6.8),
    ("light", "against", "bg", 5.0), ("light", "against", "sunk", 4.5),
    ("dark", "against", "bg", 7.7), ("dark", "against", "sunk", 6.7),
    ("light", "abstain", "bg", 4.6), ("light", "abstain", "sunk", 4.2),
    ("dark", "abstain", "bg", 7.2), ("dark", "abstain", "sunk", 6.3),
    ("light", "focus", "bg", 19.5), ("light", "focus", "halo", 13.7),
    ("dark", "focus", "bg", 12.6),
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "front", "back", "promised"), PROMISED)
def test_the_promised_ratio_follows_from_the_css(
    scheme: str, front: str, back: str, promised: float
) -> None:
    colours = schemes()[scheme]
    assert int(contrast(colours[front], colours[back]) * 10) / 10 == promised


# Text used on a coloured ground that the guide's table does not name.
TEXT_ON = [
    ("ink", "warn-bg"), ("ink", "bad-bg"), ("ink", "done-bg"), ("ink", "act-bg"),
    ("soft", "warn-bg"), ("soft", "bad-bg"), ("soft", "done-bg"), ("soft", "act-bg"),
    ("act", "act-bg"), ("act", "done-bg"), ("act-strong", "act-bg"), ("on-act", "act-strong"),
    ("on-bar", "bar"), ("on-bar-soft", "bar"),
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT_ON)
def test_text_on_a_coloured_ground_is_readable(scheme: str, front: str, back: str) -> None:
    colours = schemes()[scheme]
    assert contrast(colours[front], colours[back]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_focus_shows_on_the_header_bar(scheme: str) -> None:
    colours = schemes()[scheme]
    ring = colours["halo"] if scheme == "light" else colours["focus"]
    assert contrast(ring, colours["bar"]) >= 3


@pytest.mark.parametrize("name", ["base", "components", "voting", "staff"])
def test_no_colour_stands_outside_the_tokens(name: str) -> None:
    text = (CSS / f"{name}.css").read_text(encoding="utf-8").split("@media print")[0]
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b(?=[^{}]*;)", text) == []


def test_text_sizes_are_those_of_the_elderly_mode() -> None:
    text = (CSS / "tokens.css").read_text(encoding="utf-8")
    sizes = [float(size) * 16 / 100 for size in re.findall(r"font-size: ([\d.]+)%", text)]
    assert sizes == [18, 16, 22, 30]
    assert 18 * 0.889 >= 16


def test_braces_balance_so_that_no_rule_is_swallowed() -> None:
    for sheet in CSS.glob("*.css"):
        depth = 0
        for character in sheet.read_text(encoding="utf-8"):
            depth += (character == "{") - (character == "}")
            assert depth >= 0, sheet.name
        assert depth == 0, sheet.name


def test_the_type_scale_descends() -> None:
    text = (CSS / "tokens.css").read_text(encoding="utf-8")
    scale = [
        float(re.search(rf"--{name}: ([\d.]+)rem", text)[1]) for name in ("h1", "h2", "h3", "small")
    ]
    assert all(larger > smaller for larger, smaller in pairwise(scale))
