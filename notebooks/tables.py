"""Rows for data frames that are shown in the notebooks: plain dicts whose keys are Chinese column titles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from annotation.markup import Passage
from annotation.variety import label_counts
from api.schemas import ScreeningResult
from api.wording import ATTRIBUTES, LEVELS, STATED_BAR, UNSTATED, VERDICTS, describe, values_of
from models.cases import CaseText
from models.error_causes import CAUSE_TITLES, VICTIM, CaseMistakes, Mistake
from models.units import Record, units_of

Row = dict[str, Any]

KIND_TITLES = {
    "P": "人物",
    "G": "性别",
    "A": "年龄",
    "D": "残疾",
    "H": "困难",
    "I": "伤情",
    "C": "赔偿",
    "L": "损失",
}
VICTIM_TITLE = "被害人"


def attribute_title(attribute: str) -> str:
    """The Chinese name of an attribute, or of the victim in the place of one."""
    return VICTIM_TITLE if attribute == VICTIM else ATTRIBUTES[attribute].title


def statement_rows(result: ScreeningResult) -> list[Row]:
    """What the papers say of each victim: one row a value, with its first words and where they stand."""
    rows: list[Row] = []
    for victim in result.victims:
        for attribute, words in ATTRIBUTES.items():
            row: Row = {VICTIM_TITLE: victim.name, "事项": words.title}
            values = values_of(victim, attribute)
            rows += [
                row
                | {
                    "卷内记载": describe(attribute, value),
                    "原文": value.evidence[0].text,
                    "出处": f"{value.evidence[0].document_name} 第{value.evidence[0].page}页",
                    "把握": value.confidence,
                }
                for value in values
            ] or [row | {"卷内记载": UNSTATED, "原文": "", "出处": "", "把握": ""}]
    return rows


def finding_rows(result: ScreeningResult) -> list[Row]:
    """The rules that were looked at for each victim, with verdict and what has to be asked."""
    names = {victim.id: victim.name for victim in result.victims}
    return [
        {
            VICTIM_TITLE: names[finding.victim],
            "情形": finding.title,
            "依据": f"{finding.citation.instrument}{finding.citation.article or ''}",
            "结论": STATED_BAR[finding.verdict] if finding.bar else VERDICTS[finding.verdict][1],
            "待查": "；".join(f"{missing.ask}：{missing.question}" for missing in finding.missing),
        }
        for finding in result.findings
    ]


def lead_rows(result: ScreeningResult) -> list[Row]:
    """The level of each victim."""
    names = {victim.id: victim.name for victim in result.victims}
    return [
        {
            VICTIM_TITLE: names[victim],
            "等级": f"{LEVELS[level].mark} {LEVELS[level].colour}",
            "提示": LEVELS[level].says,
        }
        for victim, level in result.lead.victims.items()
    ]


def passage_rows(passages: Iterable[Passage], source: str) -> list[Row]:
    """Written passages: kind of paper, length, and labels by kind (`…（不计）` are those of look-alikes)."""
    return [
        {"来源": source, "文书": passage.document, "字数": len(passage.text)}
        | {_label_title(kind): count for kind, count in label_counts([passage]).items()}
        for passage in passages
    ]


def _label_title(kind: str) -> str:
    return KIND_TITLES[kind[0]] + ("（不计）" if kind.endswith("x") else "")


def case_rows(gold: Mapping[str, Record], texts: Mapping[str, CaseText], source: str) -> list[Row]:
    """Labelled cases: length, number of victims and of stated units by attribute. No word of a case."""
    return [
        {"来源": source, "字数": texts[key].characters, VICTIM_TITLE: len(record["victims"])}
        | {
            words.title: sum(len(units_of(victim, attribute)) for victim in record["victims"])
            for attribute, words in ATTRIBUTES.items()
        }
        for key, record in gold.items()
    ]


def mistake_rows(mistakes: Iterable[Mistake], readers: str, source: str) -> list[Row]:
    """Mistakes without the values and names in them."""
    return [
        {
            "材料": source,
            "识别": readers,
            "案件": mistake.case,
            "事项": attribute_title(mistake.attribute),
            "原因": CAUSE_TITLES[mistake.cause],
        }
        for mistake in mistakes
    ]


def worst_rows(cases: Iterable[CaseMistakes]) -> list[Row]:
    """Cases by their id, with the number of mistakes under each cause."""
    return [
        {"案件": case.case, "合计": case.total}
        | {title: case.causes.get(cause, 0) for cause, title in CAUSE_TITLES.items()}
        for case in cases
    ]
