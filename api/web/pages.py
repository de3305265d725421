"""Draws the one-file pages: the report of a dossier and the index of a batch.

In: outcomes of screening. Out: the text of an HTML file that needs nothing beside itself and may load nothing: style
and script stand in the file, bound by the content-security-policy hashes of exactly their bytes. Dossier text is only
ever text (autoescape; segments escape their own).
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from api.screened import Failed, Outcome, Screened
from api.web.drawings import ImageAddress
from api.web.panels import Panel, alert_rows, panels_of
from api.web.places import Claimed, Places, find_places
from api.web.sheets import lay_out
from api.wording import ATTRIBUTES, LEVELS, NAME, NOT_A_DECISION, OTHER, LevelWords, case_title, versions_words
from nlp.text_view import replaced_in

_LEVEL_ORDER = tuple(LEVELS)


@dataclass(frozen=True, slots=True)
class LegendEntry:
    style: str
    letter: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class BatchVictim:
    name: str
    level_id: str
    facts: str


@dataclass(frozen=True, slots=True)
class BatchRow:
    name: str
    title: str
    href: str | None
    level_id: str
    level: LevelWords | None
    victims: tuple[BatchVictim, ...]
    questions: int | str
    error: str


def report_page(screened: Screened) -> str:
    """The report of one dossier."""
    return _render("report.html", **dossier_values(screened))


def dossier_values(
    screened: Screened, images: ImageAddress | None = None, beside: Iterable[Claimed] = ()
) -> dict[str, Any]:
    """What the columns of a dossier are drawn from.

    Args:
        images: (document id, page number) → address of the page's image, None where there is none; without it every
            page is shown as text.
        beside: words to mark beside those of the result.
    """
    result = screened.result
    places = find_places(result, beside)
    papers = lay_out(result, screened.dossier, places, images)
    panels = panels_of(result, places)
    opened = min(panels, key=lambda panel: _LEVEL_ORDER.index(panel.level_id), default=None)
    return {
        "title": case_title(result),
        "case": result.dossier.case,
        "as_of": result.as_of.isoformat(),
        "lead_level_id": result.lead.level,
        "lead_level": LEVELS[result.lead.level],
        "lead_summary": result.lead.summary or "通卷未识别出被害人",
        "urgent": result.lead.urgent,
        "not_a_decision": NOT_A_DECISION,
        "dossier_warnings": tuple(warning.message for warning in result.dossier.warnings),
        "alerts": alert_rows(result, places),
        "panels": panels,
        "papers": papers,
        "places": places,
        "page_count": sum(paper.page_count for paper in papers),
        "evidence_count": sum(place.is_evidence for place in places.all),
        "legend": _legend(places),
        "opened": opened.id if opened else "",
        "start": _start((opened, *panels) if opened else (), places),
        "versions": versions_words(result.versions),
        "folded": _folded(screened),
    }


def _folded(screened: Screened) -> str:
    """Characters that finding takes for others, each followed by that one: a browser has no table of its own.

    Those beyond U+FFFF are left out, for JavaScript counts them twice.
    """
    text = "".join(document.text for document in screened.dossier.documents)
    return "".join(each + plain for each, plain in replaced_in(text).items() if ord(each) < 0x10000)


def batch_page(outcomes: tuple[tuple[Outcome, str | None], ...]) -> str:
    """The index of several dossiers, worst level first; those not screened stand at the end with the reason.

    Args:
        outcomes: each with the file name of its report beside this page, None where there is none.
    """
    rows = [_failed_row(outcome) if isinstance(outcome, Failed) else _row(outcome, href) for outcome, href in outcomes]
    rows.sort(key=lambda row: (row.level is None, _LEVEL_ORDER.index(row.level_id) if row.level else 0))
    tally = Counter(row.level_id for row in rows if row.level)
    parts = [f"{LEVELS[level].colour} {tally[level]} 件" for level in _LEVEL_ORDER if tally[level]]
    failed = sum(row.level is None for row in rows)
    counts = "，".join([f"{len(rows)} 件卷宗", *parts, *([f"未能筛查 {failed} 件"] if failed else [])])
    return _render("batch.html", rows=tuple(rows), counts=counts)


def _row(screened: Screened, href: str | None) -> BatchRow:
    result = screened.result
    panels = panels_of(result, find_places(result))
    victims = tuple(
        BatchVictim(p.name, p.level_id, "；".join(row.in_a_sentence for row in p.facts if row.places)) for p in panels
    )
    questions = sum(len(panel.questions) for panel in panels)
    level = result.lead.level
    link = quote(href) if href else None
    return BatchRow(screened.name, case_title(result), link, level, LEVELS[level], victims, questions, "")


def _failed_row(failed: Failed) -> BatchRow:
    error = failed.record.error
    return BatchRow(failed.name, failed.name, None, "none", None, (), "", f"{error.message}。{error.hint}")


def _legend(places: Places) -> tuple[LegendEntry, ...]:
    counts = Counter(place.style for place in places.all)
    words = (*ATTRIBUTES.values(), OTHER, NAME)
    return tuple(LegendEntry(word.style, word.letter, word.title, counts[word.style]) for word in words)


def _start(panels: tuple[Panel, ...], places: Places) -> str:
    """The place shown first: harm, payment or hardship of the first panel that has any, else the first place at all."""
    for panel in panels:
        for style in ("injury", "comp", "hard", "loss"):
            for row in panel.facts:
                if row.style == style and row.places:
                    return row.places[0]
    return next((place.id for place in places.all if place.is_evidence), "")


def _render(template: str, **values: object) -> str:
    style, script = _asset("report.css"), _asset("report.js")
    return (
        _environment()
        .get_template(template)
        .render(policy=_policy(style, script), style=Markup(style), script=Markup(script), **values)
    )


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src 'sha256-{_sha256(style)}'; script-src 'sha256-{_sha256(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _asset(name: str) -> str:
    return (files("api.web") / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        autoescape=True,
        loader=FunctionLoader(_asset),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
