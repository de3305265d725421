"""Charts drawn on the server as SVG: lengths are attributes, never style, so that the page's policy holds.

In: tables of figures. Out: bars of how many, shares with what they are shares of, and durations as the middle half of
the values with their median. Every chart says in its name what it shows; the table behind it has all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from api.statistics import Figures

_WIDTH, _ROW, _NUMBER = 560, 24, 104
_CHAR, _LEAST, _MOST_LABEL = 12, 96, 204  # of the words in front: width of a character, of all of them
_MOST, _MONTHS = 15, 24  # rows of one chart
_BY_MONTH = ("month", "screening", "deciding")

Row = tuple[str, tuple[float | int | None, ...]]


@dataclass(frozen=True, slots=True)
class Chart:
    """Attributes:
    caption: what is drawn, and how to read it.
    left_out: rows of the table that are not drawn.
    """

    caption: str
    svg: Markup
    left_out: int


def charts_of(figures: Figures) -> dict[str, tuple[Chart, ...]]:
    """What is drawn of each table, by its id; a table without rows has nothing."""
    drawn: dict[str, list[Chart]] = {}
    for table in figures.tables:
        for kind, caption, draw in _KINDS.get(table.id, ()):
            rows = table.rows[-_MONTHS:] if table.id in _BY_MONTH else table.rows[:_MOST]
            if rows:
                svg = draw(rows, f"{table.title}：{kind}")
                drawn.setdefault(table.id, []).append(Chart(caption, svg, len(table.rows) - len(rows)))
    return {table: tuple(charts) for table, charts in drawn.items()}


def bars(rows: tuple[Row, ...], name: str) -> Markup:
    """The first column as bars, with the part that the second is of it apart."""
    most = max(float(values[0] or 0) for _, values in rows) or 1.0
    left = _label_width(rows)
    scale = (_WIDTH - left - _NUMBER) / most

    def draw(values: tuple[float | int | None, ...], top: int) -> Markup:
        total, waiting = float(values[0] or 0), float(values[1] or 0) if len(values) > 1 else 0.0
        decided = (total - waiting) * scale
        return (
            _rect("done", left, top, decided)
            + _rect("open", left + decided, top, waiting * scale)
            + _text(left + total * scale + 6, top, str(int(total)))
        )

    def says(values: tuple[float | int | None, ...]) -> str:
        waiting = f"（待决定 {values[1]}）" if len(values) > 1 else ""
        return f"{values[0]}{waiting}"

    return _chart(rows, name, left, draw, says)


def shares(rows: tuple[Row, ...], name: str) -> Markup:
    """How many of the decided were taken up, on a scale to all of them; no share where nothing was decided."""
    left = _label_width(rows)
    whole = _WIDTH - left - _NUMBER

    def draw(values: tuple[float | int | None, ...], top: int) -> Markup:
        share = values[5]
        if share is None:
            return _text(left, top, says(values), quiet=True)
        filled = whole * float(share) / 100
        return (
            _rect("rest", left, top, whole)
            + _rect("done", left, top, filled)
            + _text(left + whole + 6, top, says(values))
        )

    def says(values: tuple[float | int | None, ...]) -> str:
        decided = sum(int(values[place] or 0) for place in (2, 3, 4))
        return f"{values[5]}%（n={decided}）" if decided else "尚无处理"

    return _chart(rows, name, left, draw, says)


def spreads(rows: tuple[Row, ...], name: str) -> Markup:
    """The middle half of the values as a band, their median as a line across it; of a few only the median."""
    most = max(float(value or 0) for _, values in rows for value in values[1:4]) or 1.0
    left = _label_width(rows)
    scale = (_WIDTH - left - _NUMBER) / most

    def draw(values: tuple[float | int | None, ...], top: int) -> Markup:
        middle, low, high = (None if value is None else left + float(value) * scale for value in values[1:4])
        if middle is None:
            return _text(left, top, says(values), quiet=True)
        band = _rect("open", low, top + 2, high - low, 10) if low is not None and high is not None else Markup("")
        return (
            _rect("rest", left, top + 7, _WIDTH - left - _NUMBER, 0.5)
            + band
            + _rect("done", middle - 1.5, top - 1, 3, 16)
            + _text(_WIDTH - _NUMBER + 10, top, says(values))
        )

    def says(values: tuple[float | int | None, ...]) -> str:
        return f"{values[1]}（n={values[0]}）" if values[0] else "n=0"

    return _chart(rows, name, left, draw, says)


def _chart(
    rows: tuple[Row, ...],
    name: str,
    left: int,
    draw: Callable[[tuple[float | int | None, ...], int], Markup],
    says: Callable[[tuple[float | int | None, ...]], str],
) -> Markup:
    """Rows with their words in front.

    Args:
        left: where the words end and the drawing begins.
        says: a row's values in words, for those who hear the chart.
    """
    parts = [
        Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            _WIDTH, _ROW * len(rows) + 4, f"{name}。" + "；".join(f"{word} {says(values)}" for word, values in rows)
        )
    ]
    for index, (word, values) in enumerate(rows):
        top, most = index * _ROW + 5, (left - 8) // _CHAR
        parts.append(
            Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(
                left - 8, top + 11, word if _wide(word) <= most else word[: most - 1] + "…"
            )
        )
        parts.append(draw(values, top))
    return Markup("").join([*parts, Markup("</svg>")])


def _label_width(rows: tuple[Row, ...]) -> int:
    return round(min(_MOST_LABEL, max(_LEAST, 10 + _CHAR * max(_wide(word) for word, _ in rows))))


def _wide(word: str) -> float:
    """Width in characters: a Latin letter or digit takes a little over half of one."""
    return sum(0.6 if char.isascii() else 1 for char in word)


def _rect(kind: str, x: float, y: float, width: float, height: float = 14) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        kind, round(x, 1), y, round(max(width, 0.0), 1), height
    )


def _text(x: float, top: int, words: str, *, quiet: bool = False) -> Markup:
    return Markup('<text{} x="{}" y="{}">{}</text>').format(
        Markup(' class="quiet"') if quiet else "", round(x, 1), top + 11, words
    )


_NUMBERS = ("条数", "", bars)
_RATES = ("采纳占已处理", "采纳占已处理的比例；n 为已处理条数，n 小时比例不稳", shares)
_HALF = ("中位数", "竖线为中位数，横条为中间一半（少于 4 件的只画中位数）；按线索到达的月份", spreads)
_KINDS: dict[str, tuple[tuple[str, str, Callable[[tuple[Row, ...], str], Markup]], ...]] = {
    "level": (_NUMBERS, _RATES),
    "month": (_NUMBERS, _RATES),
    **{table: (_NUMBERS,) for table in ("article", "group", "charge", "office")},
    "screening": (_HALF,),
    "deciding": (_HALF,),
    "reason": (("次数", "含后来撤回或更改的处理", bars),),
}
