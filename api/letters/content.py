"""What a letter says: the facts of one victim with the words and places they rest on, ready for any template.

In: a result, a victim, who writes. Out: plain values; an unknown is 未载明, never blank. Nothing here decides anything:
every letter is a draft for the person who signs it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from api.changes import facts_text
from api.schemas import FindingPart, ScreeningResult, SpanPart, VictimPart
from api.wording import (
    ATTRIBUTES,
    LEVELS,
    NOT_A_DECISION,
    UNSTATED,
    case_title,
    limb_title,
    plain_why,
    short_names,
    values_of,
    versions_words,
)
from screening.texts import VERDICT_TITLES

DRAFT = "草稿，供承办人核改；卷内记载以原件为准"
_QUOTES = 3  # places cited for one fact


@dataclass(frozen=True, slots=True)
class Writer:
    """Who the letter is from."""

    office: str
    name: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Attributes:
    places: `《鉴定意见书》第 2 页：“重伤二级”`.
    """

    title: str
    text: str = field(repr=False)
    places: tuple[str, ...] = field(repr=False)


def letter_values(
    result: ScreeningResult, victim: VictimPart, writer: Writer, *, number: str | None, today: dt.date
) -> dict[str, Any]:
    """The fields that templates may use; `docs/letters.md` lists them."""
    findings = [finding for finding in result.findings if finding.victim == victim.id]
    kin = [person for person in result.people if person.of == victim.id]
    return {
        "draft": DRAFT,
        "not_a_decision": NOT_A_DECISION,
        "office": writer.office,
        "writer": writer.name,
        "date": f"{today.year}年{today.month}月{today.day}日",
        "case": case_title(result),
        "number": number or result.dossier.case.number or UNSTATED,
        "stage": result.dossier.case.stage or UNSTATED,
        "charges": "、".join(result.dossier.case.charges or ()) or UNSTATED,
        "victim": victim.name,
        "aliases": "、".join(victim.aliases),
        "gender": facts_text(victim, "gender") or UNSTATED,
        "age": facts_text(victim, "age") or UNSTATED,
        "level": LEVELS[result.lead.victims[victim.id]].says,
        "facts": [_fact(victim, attribute) for attribute in ATTRIBUTES],
        "kin": [f"{person.name}（{person.relation or UNSTATED}）" for person in kin],
        "articles": [_article(finding) for finding in findings if finding.kind == "qualifying"],
        "bars": [_article(f) for f in findings if f.kind == "excluding" and f.verdict == "met"],
        "groups": [f.title for f in findings if f.kind == "priority" and f.verdict == "met"],
        "questions": _questions(findings),
        "conflicts": [f"{ATTRIBUTES[str(c.attribute)].title}：{c.why}" for c in victim.conflicts],
        "versions": versions_words(result.versions),
        "as_of": result.as_of.isoformat(),
    }


def cite(spans: Sequence[SpanPart]) -> tuple[str, ...]:
    """Places in words, most telling first."""
    cited = dict.fromkeys(
        f"《{short_names((span.document_name,))[0]}》第 {span.page} 页：“{' '.join(span.text.split())}”"
        for span in spans
    )
    return tuple(cited)[:_QUOTES]


def _fact(victim: VictimPart, attribute: str) -> Fact:
    spans = [span for value in values_of(victim, attribute) for span in value.evidence]
    return Fact(ATTRIBUTES[attribute].title, facts_text(victim, attribute) or UNSTATED, cite(spans))


def _article(finding: FindingPart) -> dict[str, Any]:
    citation = finding.citation
    return {
        "title": finding.title,
        "article": f"《{citation.instrument}》{citation.article or ''}",
        "verdict": VERDICT_TITLES[finding.verdict],
        "limbs": [
            {
                "title": limb_title(limb.name),
                "verdict": VERDICT_TITLES[limb.verdict],
                "why": plain_why(limb.why),
                "places": cite(limb.evidence),
            }
            for limb in finding.limbs
        ],
    }


def _questions(findings: Sequence[FindingPart]) -> list[dict[str, str]]:
    asked: dict[str, dict[str, str]] = {}
    for missing in (m for finding in findings for m in finding.missing):
        asked.setdefault(
            missing.question, {"question": missing.question, "ask": missing.ask, "document": missing.document}
        )
    return list(asked.values())
