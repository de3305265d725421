"""What a letter says: the facts of one victim with the words and places they rest on, ready for any template.

In: a result, a victim, what people put right, who writes. Out: plain values; an unknown is 未载明, never blank; a value
that was put right is the one in force, with what was read beside it. Nothing here decides anything: every letter is a
draft for the person who signs it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from api.in_force import Amendments, InForce, in_force
from api.schemas import ConflictPart, FindingPart, ScreeningResult, SpanPart, VictimPart
from api.wording import (
    ATTRIBUTES,
    LEVELS,
    NOT_A_DECISION,
    STATED_BAR,
    UNSTATED,
    case_title,
    caution_of,
    describe,
    limb_title,
    plain_why,
    short_names,
    values_of,
    versions_words,
)
from screening.texts import VERDICT_TITLES

DRAFT = "草稿，供承办人核改；卷内记载以原件为准"
_QUOTES = 3  # places cited for one fact
_SITUATION = ("injury", "disability", "loss", "hardship", "compensation")  # what a victim is told of their own case
_ASKED = ("hardship", "compensation")  # what an application must tell of


@dataclass(frozen=True, slots=True)
class Writer:
    """Who the letter is from."""

    office: str
    name: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Attributes:
    text: the value in force.
    places: `《鉴定意见书》第 2 页：“重伤二级”`.
    beside: of a value that was put right, what was read, who put it right and when.
    """

    title: str
    text: str = field(repr=False)
    places: tuple[str, ...] = field(repr=False)
    beside: tuple[str, ...] = field(repr=False)


def letter_values(
    result: ScreeningResult,
    victim: VictimPart,
    writer: Writer,
    *,
    number: str | None,
    today: dt.date,
    amendments: Amendments,
) -> dict[str, Any]:
    """The fields that templates may use; `docs/letters.md` lists them."""
    known = {attribute: _known(victim, attribute, amendments) for attribute in ATTRIBUTES}
    excluding = [f for f in result.findings if f.victim == victim.id and f.kind == "excluding"]
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
        "gender": known["gender"].in_words,
        "age": known["age"].in_words,
        "level": LEVELS[result.lead.victims[victim.id]].says,
        "facts": [_fact(result, victim, attribute, known[attribute], amendments) for attribute in ATTRIBUTES],
        "corrections": sum(len(amendments.get((victim.id, attribute), ())) for attribute in ATTRIBUTES),
        "stated": [f"{ATTRIBUTES[a].title}：{text}" for a in _SITUATION if (text := known[a].text) is not None],
        "unstated": [ATTRIBUTES[a].title for a in _ASKED if known[a].text is None],
        "kin": [f"{person.name}（{person.relation or UNSTATED}）" for person in kin],
        "articles": [_article(finding) for finding in findings if finding.kind == "qualifying"],
        "bars": [_article(f) for f in excluding if f.verdict == "met" or any(limb.evidence for limb in f.limbs)],
        "groups": [f.title + caution_of(f.citation) for f in findings if f.kind == "priority" and f.verdict == "met"],
        "questions": _questions(findings),
        "conflicts": [_conflict(conflict) for conflict in victim.conflicts],
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


def _known(victim: VictimPart, attribute: str, amendments: Amendments) -> InForce:
    said = [describe(attribute, value) for value in values_of(victim, attribute)]
    return in_force(said, amendments.get((victim.id, attribute), ()))


def _fact(result: ScreeningResult, victim: VictimPart, attribute: str, known: InForce, amendments: Amendments) -> Fact:
    """A fact with its places; of one that was put right, those that were given for it, and those of what was read."""
    places = cite([span for value in values_of(victim, attribute) for span in value.evidence])
    made = amendments.get((victim.id, attribute), ())
    if not made:
        return Fact(ATTRIBUTES[attribute].title, known.text or UNSTATED, places, ())
    papers = {document.id: short_names((document.name,))[0] for document in result.dossier.documents}
    given = [
        f"《{papers[place['document']]}》：“{' '.join(place['text'].split())}”"
        for each in made
        for place in each.body.get("evidence") or ()
        if place["document"] in papers
    ]
    read = tuple(f"原识别依据：{place}" for place in places)
    return Fact(ATTRIBUTES[attribute].title, known.text or UNSTATED, tuple(given), (*known.beside, *read))


def _conflict(conflict: ConflictPart) -> dict[str, Any]:
    return {
        "title": ATTRIBUTES[conflict.attribute].title,
        "why": conflict.why,
        "sides": [
            {
                "text": describe(conflict.attribute, side.value) + ("（暂用）" if index == conflict.preferred else ""),
                "places": cite(side.evidence),
            }
            for index, side in enumerate(conflict.values)
        ],
    }


def _article(finding: FindingPart) -> dict[str, Any]:
    citation = finding.citation
    return {
        "title": finding.title,
        "article": f"《{citation.instrument}》{citation.article or ''}{caution_of(citation)}",
        "verdict": (STATED_BAR if finding.kind == "excluding" else VERDICT_TITLES)[finding.verdict],
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
