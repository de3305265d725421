"""How much a statement weighs against another on the same attribute: `eval` guidelines, highest first.

A rank is a small number, 0 strongest. Within one rank the later paper stands.
"""

from __future__ import annotations

from nlp.facts import Attribute
from nlp.reading import Reading, Zone

_APPRAISAL = frozenset({"鉴定意见", "伤残鉴定", "死亡鉴定"})
_COURT = frozenset({"判决书", "裁定书", "调解书"})
_CHARGE = frozenset(
    {"起诉书", "起诉意见书", "不起诉决定书", "审查报告", "受案登记表", "立案决定书", "到案经过", "事故认定书"}
)
_MEDICAL = frozenset({"诊断证明", "病历", "出院小结", "费用清单"})
_REGISTER = frozenset({"户籍证明", "死亡证明"})
_OFFICE = frozenset({"残疾人证", "低保证明"})
_VILLAGE = frozenset({"困难证明"})
_PAYMENT = frozenset({"收条", "执行裁定书", "发还清单", "司法救助决定书"})
_SPOKEN = frozenset({"询问笔录", "申请书", "附带民事起诉状", "谅解书"})
_OF_ACCUSED = frozenset({"讯问笔录", "认罪认罚具结书"})


def rank(attribute: Attribute, reading: Reading, zone: Zone) -> int:
    """Rank of a statement of `attribute` that stands in `zone` of a paper."""
    kind = reading.kind or ""
    source = _source(kind, zone)
    return _ORDER[attribute].get(source, 5)


def _source(kind: str, zone: Zone) -> str:
    if kind in _APPRAISAL:
        return "appraisal"
    if kind == "价格认定书" or kind == "审计报告":
        return "valuation"
    if kind in _REGISTER:
        return "register"
    if kind in _OFFICE:
        return "office"
    if kind in _VILLAGE:
        return "village"
    if kind in _PAYMENT:
        return "payment"
    if kind in ("赔偿协议", "欠条"):
        return "agreement"
    if kind in _MEDICAL:
        return "medical"
    if kind in _OF_ACCUSED:
        return "accused"
    if kind in _SPOKEN or zone in (Zone.CLAIM, Zone.DEFENCE):
        return "own"
    if kind in _COURT or kind == "":
        return "charge" if zone is Zone.CHARGE else "court"
    if kind in _CHARGE:
        return "own" if zone is Zone.ANSWER else "charge"  # an interview bound behind a registration
    return "other"


_ORDER: dict[Attribute, dict[str, int]] = {
    Attribute.INJURY: {"appraisal": 0, "court": 1, "charge": 2, "medical": 3, "register": 0, "own": 4, "accused": 4},
    Attribute.DISABILITY: {
        "appraisal": 0,
        "office": 0,
        "court": 1,
        "charge": 2,
        "village": 2,
        "medical": 3,
        "own": 4,
        "accused": 4,
    },
    Attribute.HARDSHIP: {"office": 0, "court": 1, "charge": 2, "village": 2, "medical": 2, "own": 3, "accused": 3},
    Attribute.AGE: {"register": 1, "court": 2, "charge": 3, "appraisal": 3, "medical": 3, "own": 4, "accused": 4},
    Attribute.GENDER: {"register": 1, "court": 2, "charge": 3, "appraisal": 3, "medical": 3, "own": 4, "accused": 4},
    Attribute.COMPENSATION: {"payment": 0, "court": 1, "charge": 2, "agreement": 3, "own": 4, "accused": 6},
    Attribute.LOSS: {"court": 0, "valuation": 1, "charge": 2, "own": 4, "accused": 4},
}
"""Ranks by source. That somebody paid is believed less of the accused than that nobody did of the victim. An ID number (age, gender) is 0 wherever it stands. Papers not listed are 5."""

NAMES = {
    "appraisal": "鉴定意见",
    "office": "证件或主管机关记录",
    "register": "户籍资料",
    "court": "法院认定",
    "charge": "指控",
    "medical": "医疗文书",
    "village": "村居或单位证明",
    "payment": "付款或执行凭证",
    "agreement": "协议",
    "valuation": "价格认定",
    "own": "本人陈述",
    "accused": "被告人一方陈述",
    "other": "其他材料",
}


def source_name(reading: Reading, zone: Zone) -> str:
    """What the source of a statement is called in an explanation."""
    return NAMES[_source(reading.kind or "", zone)]
