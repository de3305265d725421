"""Bars drawn on the server as SVG: lengths are attributes, never style, so that the page's policy holds."""

from __future__ import annotations

from markupsafe import Markup, escape

from api.statistics import Table

_WIDTH, _ROW, _LABEL, _NUMBER = 560, 24, 190, 44
_MOST = 12  # bars of one chart; the table behind it has all


def bars(table: Table) -> Markup:
    """The first column of a table as bars, open and decided parts apart."""
    rows = table.rows[:_MOST]
    if not rows:
        return Markup("")
    most = max((float(values[0] or 0) for _, values in rows), default=1.0) or 1.0
    scale = (_WIDTH - _LABEL - _NUMBER) / most
    parts = [
        Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            _WIDTH, _ROW * len(rows) + 4, "；".join(f"{word} {values[0]}" for word, values in rows)
        )
    ]
    for index, (word, values) in enumerate(rows):
        total, waiting = float(values[0] or 0), float(values[1] or 0) if len(values) > 1 else 0.0
        top = index * _ROW + 4
        decided = round((total - waiting) * scale, 1)
        parts.append(
            Markup(
                '<text x="{}" y="{}" text-anchor="end">{}</text>'
                '<rect class="done" x="{}" y="{}" width="{}" height="14"/>'
                '<rect class="open" x="{}" y="{}" width="{}" height="14"/><text x="{}" y="{}">{}</text>'
            ).format(
                _LABEL - 8,
                top + 12,
                escape(word if len(word) <= 14 else word[:13] + "…"),
                _LABEL,
                top,
                decided,
                round(_LABEL + decided, 1),
                top,
                round(waiting * scale, 1),
                round(_LABEL + total * scale + 6, 1),
                top + 12,
                int(total),
            )
        )
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)
