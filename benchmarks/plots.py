"""The page of plots: each figure as a bar beside its limit, drawn as SVG; no script, no host."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from benchmarks.limits import LIMITS, Limit

Row = dict[str, Any]
WIDTH, HEIGHT, LABEL = 860, 34, 300
_HEAD: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Concursus: figures</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}code{font-size:.8rem}
.bar{fill:#0a5fa8}.over{fill:#b8500a}.limit{stroke:#16202a;stroke-width:2}
text{font:14px system-ui,sans-serif;fill:#16202a}</style></head><body>
<h1>Figures</h1>
"""


def page(rows: list[Row]) -> str:
    """An HTML page over the rows of `results.json`."""
    limited = [row for row in rows if row["name"] in LIMITS]
    machines = sorted({row["machine"] for row in rows})
    return (
        _HEAD
        + "".join(f"<p>{escape(machine)}</p>\n" for machine in machines)
        + "<p>Each bar is a share of its limit, which is the line; a bar in the second colour"
        " misses it.</p>\n"
        + "".join(_bar(row, LIMITS[row["name"]]) for row in limited)
        + _table(rows)
        + "</body></html>\n"
    )


def _bar(row: Row, limit: Limit) -> str:
    value = limit.of(row)
    share = limit.share(value)
    scale = (WIDTH - LABEL - 90) / max(share, 1.0)
    end, line = LABEL + share * scale, LABEL + scale
    style = "bar" if limit.met(value) else "over"
    sign = "≥" if limit.at_least else "≤"
    said = f"{row['name']}: {value:g}, limit {sign} {limit.bound:g}"
    return (
        f'<svg role="img" width="100%" viewBox="0 0 {WIDTH} {HEIGHT}"><title>{escape(said)}</title>'
        f'<text x="0" y="22">{escape(row["name"])}</text>'
        f'<rect class="{style}" x="{LABEL}" y="8" width="{end - LABEL:.1f}" height="18"/>'
        f'<line class="limit" x1="{line:.1f}" x2="{line:.1f}" y1="2" y2="32"/>'
        f'<text x="{WIDTH - 85}" y="22">{value:.4g} {sign} {limit.bound:g}</text></svg>\n'
    )


def _table(rows: list[Row]) -> str:
    cells = "".join(
        f"<tr><td>{escape(row['name'])}</td><td>{row['value']:g} {escape(row['unit'])}</td>"
        f"<td>{'' if row['ratio'] is None else format(row['ratio'], 'g')}</td>"
        f"<td>{escape(row['against'] or '')}</td>"
        f"<td><code>{escape(row['command'])}</code></td></tr>\n"
        for row in rows
    )
    head = "<tr><th>figure</th><th>value</th><th>ratio</th><th>against</th><th>command</th></tr>"
    return f"<table>{head}\n{cells}</table>\n"
