"""What every page holds to: axe-core's rules, in the dark too; at 320 px, with text of 30 px and
with lines and letters set wide, nothing that scrolls sideways, is cut off, or leaves no room for a
finger; and no motion where none is wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from bankruptcy.delivery.preferences import TEXT_SIZES

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NARROW = {"width": 320, "height": 700}
"""A page at 400 % on a screen of 1280 px, too (WCAG 1.4.10)."""

# Only tables scroll sideways, in a region of their own.
_TOO_WIDE = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  const out = [...document.querySelectorAll('main *, header *, footer *')].filter((e) =>
    e.getBoundingClientRect().right > wide + 1 && !e.closest('.scroll'));
  return ['scrolls sideways: ' + (out[0] ?? document.body).outerHTML.slice(0, 160)];
}"""

# Text that is cut off by its own box. A field scrolls what is typed into it.
_CLIPPED = """() => [...document.querySelectorAll('main *, header *, footer *')].filter((e) => {
  const other = 'input, select, textarea, progress, svg *, .hidden-text, .hidden-text *, .skip';
  if (e.matches(other)) return false;
  const style = getComputedStyle(e);
  const cuts = [style.overflowX, style.overflowY].some((flow) => ['hidden', 'clip'].includes(flow));
  return cuts && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
}).map((e) => 'cut off: ' + e.outerHTML.slice(0, 160))"""

# Links within a sentence are as high as their line (WCAG 2.5.8); a choice is as high as its label.
_TOO_SMALL = """() => {
  const controls = 'a[href], button, select, textarea, summary, input:not([type=hidden])';
  return [...document.querySelectorAll(controls)].filter((e) => {
    if (e.matches('.skip') || !e.checkVisibility({ visibilityProperty: true })) return false;
    if (e.matches('a') && getComputedStyle(e).display === 'inline') return false;
    const labelled = e.matches('[type=radio], [type=checkbox]') ? e.closest('label') : null;
    const box = (labelled ?? e).getBoundingClientRect();
    return box.width < 43.5 || box.height < 43.5;
  }).map((e) => 'too small: ' + e.outerHTML.slice(0, 120));
}"""

# As wide as a reader may set them (WCAG 1.4.12).
_SPACED = """on => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = on ? [sheet] : [];
}"""

_MOVES = """() => document.getAnimations().map((a) =>
  'moves: ' + a.effect.target.outerHTML.slice(0, 120))"""

_TEXT = "size => { document.documentElement.dataset.text = size; }"


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands, each with the first elements that have it.

    It is looked at as it is, in the dark, with its text set wide, and with the largest text, which
    the server else writes into it.
    """
    page.evaluate(AXE.read_text("utf-8"))
    broken = _broken_rules(page, RULES)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    broken += [f"dark {fault}" for fault in _broken_rules(page, ["color-contrast"])]
    broken += page.evaluate(_MOVES)[:2]
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    page.evaluate(_SPACED, True)
    broken += [f"wide {fault}" for fault in _out_of_place(page)]
    page.evaluate(_SPACED, False)
    for size in ("", TEXT_SIZES[-1]):
        page.evaluate(_TEXT, size)
        broken += _out_of_place(page)
    page.evaluate(_TEXT, "")
    return [f"{page.url} {fault}" for fault in broken]


def _broken_rules(page: Page, rules: list[str]) -> list[str]:
    found: dict[str, Any] = page.evaluate("rules => axe.run({runOnly: rules})", rules)
    return [f"{row['id']}: {row['nodes'][0]['html']}" for row in found["violations"]]


def _out_of_place(page: Page) -> list[str]:
    return [
        fault for script in (_TOO_WIDE, _CLIPPED, _TOO_SMALL) for fault in page.evaluate(script)[:2]
    ]


def visited(page: Page, address: str) -> list[str]:
    """The faults of the page at an address, once its scripts are done."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    page.wait_for_load_state("networkidle")
    expect(page.locator("h1").first).to_be_attached()
    return faults(page)
