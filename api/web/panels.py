"""The two side columns of a report: each victim's facts on the left, the lead and its reasons on the right.

In: a result and the numbered places. Out: plain rows for the template, every one with the places it rests on. Words
only report what the papers say; an absent value is a row of its own that says 未载明.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.schemas import ConflictPart, FindingPart, LimbPart, ScreeningResult, SpanPart, VictimPart
from api.web.places import Places
from api.wording import (
    ATTRIBUTES,
    LEVELS,
    OTHER,
    SET_ASIDE,
    STATED_BAR,
    UNSTATED,
    VERDICTS,
    LevelWords,
    caution_of,
    circled,
    describe,
    kin_words,
    limb_title,
    period_of,
    plain_why,
    short_names,
    values_of,
    words_of_style,
)
from screening.texts import BAR_TITLES


@dataclass(frozen=True, slots=True)
class Chip:
    """A link from a claim to its words.

    Attributes:
        places: ids, most telling first; empty only of words set aside without a place.
        where: `鉴定意见书 2 页` or `鉴定意见书等 3 处`.
    """

    style: str
    letter: str
    text: str
    where: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactRow:
    attribute: str
    style: str
    letter: str
    title: str
    text: str
    places: tuple[str, ...]

    @property
    def in_a_sentence(self) -> str:
        """The value where no sign of its attribute stands beside it: a sum alone does not say of what."""
        return f"{self.title} {self.text}" if self.style == "loss" else self.text


@dataclass(frozen=True, slots=True)
class LimbRow:
    title: str
    verdict: str
    says: str
    why: str
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class RuleBox:
    """One rule with its limbs.

    Attributes:
        head: the article, or the rule's title where the instrument has no articles.
        beside: the title, or the instrument.
    """

    head: str
    beside: str
    says: str
    limbs: tuple[LimbRow, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One statement of a conflict."""

    where: str
    text: str
    quote: str
    in_use: bool
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Versus:
    title: str
    sides: tuple[Side, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Question:
    question: str
    ask: str
    document: str


@dataclass(frozen=True, slots=True)
class AlertRow:
    text: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything about one victim."""

    id: str
    number: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    level_id: str
    level: LevelWords
    summary: str
    facts: tuple[FactRow, ...]
    rules: tuple[RuleBox, ...]
    groups: tuple[RuleBox, ...]
    bars: tuple[LimbRow, ...]
    quiet_bars: tuple[str, ...]
    instruments: tuple[str, ...]
    kin: tuple[str, ...]
    alerts: tuple[AlertRow, ...]
    conflicts: tuple[Versus, ...]
    questions: tuple[Question, ...]
    set_aside: tuple[Chip, ...]


_KINDS = {"person": "", "group": "群体", "organization": "单位"}
_BAR_ITEMS = {"8-1": "第一项", "8-2": "第二项", "8-3": "第三项", "8-4": "第四项", "8-5": "第五项", "8-6": "第六项"}


@dataclass(frozen=True, slots=True)
class _Where:
    """Says where words stand, with the papers' short names."""

    titles: dict[str, str]

    def __call__(self, spans: Sequence[SpanPart]) -> str:
        title = self.titles[spans[0].document]
        return f"{title} {spans[0].page} 页" if len(spans) == 1 else f"{title}等 {len(spans)} 处"


def panels_of(result: ScreeningResult, places: Places) -> tuple[Panel, ...]:
    """One panel a victim, in the order of the result."""
    titles = short_names(tuple(part.name for part in result.dossier.documents))
    where = _Where({part.id: title for part, title in zip(result.dossier.documents, titles, strict=True)})
    return tuple(_panel(number, victim, result, places, where) for number, victim in enumerate(result.victims, 1))


def alert_rows(result: ScreeningResult, places: Places, victim_id: str | None = None) -> tuple[AlertRow, ...]:
    """The alerts of one victim, or of all; each with the places that it rests on."""
    return tuple(
        AlertRow(
            alert.message,
            tuple(id for span in alert.evidence for id in places.find((span,), places.style_of_limb(span))),
        )
        for alert in result.alerts
        if victim_id is None or victim_id in alert.victims
    )


def _panel(number: int, victim: VictimPart, result: ScreeningResult, places: Places, where: _Where) -> Panel:
    findings = [finding for finding in result.findings if finding.victim == victim.id]
    bars = [finding for finding in findings if finding.kind == "excluding"]
    loud = [finding for finding in bars if finding.verdict != "undetermined" or _evidence(finding)]
    level = result.lead.victims.get(victim.id, "none")
    facts = _fact_rows(victim, places)
    return Panel(
        id=victim.id,
        number=circled(number),
        name=victim.name,
        aliases=victim.aliases,
        kind=_KINDS[victim.type],
        level_id=level,
        level=LEVELS[level],
        summary=_summary(victim, facts),
        facts=facts,
        rules=tuple(_rule_box(f, places, where) for f in findings if f.kind == "qualifying" and _worth_showing(f)),
        groups=tuple(
            _rule_box(f, places, where) for f in findings if f.kind in ("priority", "referral") and _worth_showing(f)
        ),
        bars=tuple(_bar_row(finding, places, where) for finding in loud),
        quiet_bars=tuple(_bar_name(finding) for finding in bars if finding not in loud),
        instruments=tuple(dict.fromkeys(_instrument(f) for f in findings if f.kind in ("qualifying", "excluding"))),
        kin=tuple(kin_words(person) for person in result.people if person.of == victim.id),
        alerts=alert_rows(result, places, victim.id),
        conflicts=tuple(_versus(conflict, places, where) for conflict in victim.conflicts),
        questions=_questions(findings),
        set_aside=tuple(
            Chip(
                SET_ASIDE.style,
                ATTRIBUTES[aside.attribute].letter,
                aside.value,
                aside.why,
                places.find(aside.evidence, SET_ASIDE.style),
            )
            for aside in victim.set_aside
        ),
    )


def _fact_rows(victim: VictimPart, places: Places) -> tuple[FactRow, ...]:
    rows: list[FactRow] = []
    for attribute, words in ATTRIBUTES.items():
        values = values_of(victim, attribute)
        if not values:
            if victim.type != "organization":  # a firm has no sex and no disability: 未载明 would mislead
                rows.append(FactRow(attribute, words.style, words.letter, words.title, UNSTATED, ()))
            continue
        for value in values:
            ids = places.find(value.evidence, words.style)
            rows.append(FactRow(attribute, words.style, words.letter, words.title, describe(attribute, value), ids))
    return tuple(rows)


def _summary(victim: VictimPart, facts: tuple[FactRow, ...]) -> str:
    stated = [row.in_a_sentence for row in facts if row.places]
    silent = [row.title for row in facts if not row.places and row.style in ("injury", "comp", "hard")]
    if victim.type == "organization":
        return "被害单位：仅列名称，不逐项提取。"
    text = f"卷内记载：{'；'.join(stated)}。" if stated else "卷内未载明其伤情、赔偿与困难。"
    return f"{text}{'、'.join(silent)}未载明。" if stated and silent else text


def _worth_showing(finding: FindingPart) -> bool:
    """A rule none of whose limbs has a word in the papers is not shown among the reasons."""
    return finding.verdict == "met" or any(limb.verdict == "met" for limb in finding.limbs)


def _rule_box(finding: FindingPart, places: Places, where: _Where) -> RuleBox:
    limbs = tuple(
        LimbRow(
            limb_title(limb.name),
            limb.verdict,
            VERDICTS[limb.verdict][1],
            plain_why(limb.why),
            _chips(limb, places, where),
        )
        for limb in finding.limbs
    )
    citation = finding.citation
    if finding.kind == "qualifying" and citation.article:
        head, beside = citation.article, finding.title
    else:  # of groups, who is meant comes first; the instruments are many and long
        period = period_of(citation) if finding.kind == "priority" else ""
        head, beside = finding.title, "　".join(filter(None, (citation.instrument, citation.article, period)))
    return RuleBox(head, beside + caution_of(citation), VERDICTS[finding.verdict][1], limbs)


def _bar_row(finding: FindingPart, places: Places, where: _Where) -> LimbRow:
    chips = tuple(chip for limb in finding.limbs for chip in _chips(limb, places, where))
    why = "；".join(dict.fromkeys(plain_why(limb.why) for limb in finding.limbs if limb.why))
    return LimbRow(_bar_name(finding), finding.verdict, STATED_BAR[finding.verdict], why, chips)


def _bar_name(finding: FindingPart) -> str:
    bar = finding.bar or ""
    return f"{_BAR_ITEMS.get(bar, '')} {BAR_TITLES.get(bar, finding.title)}".strip()


def _instrument(finding: FindingPart) -> str:
    since = finding.citation.effective_from
    named = f"{finding.citation.instrument}，{since} 起" if since else finding.citation.instrument
    return named + caution_of(finding.citation)


def _evidence(finding: FindingPart) -> bool:
    return any(limb.evidence for limb in finding.limbs)


def _chips(limb: LimbPart, places: Places, where: _Where) -> tuple[Chip, ...]:
    groups: dict[str, list[SpanPart]] = {}
    for span in limb.evidence:
        groups.setdefault(places.style_of_limb(span), []).append(span)
    chips = []
    for style, spans in groups.items():
        ids = places.find(spans, style)
        if ids:
            letter = OTHER.letter if style == OTHER.style else words_of_style(style).letter
            chips.append(Chip(style, letter, _quoted(spans[0].text), where(spans), ids))
    return tuple(chips)


def _quoted(words: str, longest: int = 18) -> str:
    line = " ".join(words.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _versus(conflict: ConflictPart, places: Places, where: _Where) -> Versus:
    words = ATTRIBUTES[conflict.attribute]
    return Versus(
        words.title,
        tuple(
            Side(
                where(statement.evidence),
                describe(conflict.attribute, statement.value),
                _quoted(statement.evidence[0].text, 40),
                index == conflict.preferred,
                places.find(statement.evidence, words.style),
            )
            for index, statement in enumerate(conflict.values)
        ),
        conflict.why,
    )


def _questions(findings: Sequence[FindingPart]) -> tuple[Question, ...]:
    asked = [Question(m.question, m.ask, m.document) for finding in findings for m in finding.missing]
    return tuple(dict.fromkeys(asked))
