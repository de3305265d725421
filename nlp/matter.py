"""What the case is: number, charges, stage, day of the harm."""

from __future__ import annotations

import re
from collections import Counter

from nlp.dates import find_dates
from nlp.facts import CaseInfo
from nlp.people import Cast
from nlp.reading import Reading, Zone

# （2025）芦0523刑初31号, 芦检刑诉〔2026〕31号, 芦公（刑）诉字〔2025〕118号
_NUMBER = re.compile(r"[\u4e00-\u9fff]{0,8}(?:（[\u4e00-\u9fff]{1,3}）)?[\u4e00-\u9fff]{0,8}[（\[]20\d\d[）\]][\u4e00-\u9fff0-9]{0,16}?\d{1,6}号")
_CHARGE = re.compile(
    r"(?:涉嫌|犯|以|构成|触犯[^。；]{0,30}构成|的行为构成)(?P<charge>(?:故意|过失|非法|寻衅|聚众|交通|危险|重大|拒不|破坏|强制|组织|虐待|猥亵|强奸|抢劫|抢夺|盗窃|诈骗|敲诈|绑架|拐卖|职务|挪用|合同|集资|保险|放火|爆炸|投放|侵犯|妨害|诬告|遗弃|重婚|侵占|侮辱|诽谤|打击|掩饰|以危险|负有)[\u4e00-\u9fff、]{0,22}?)(?:罪|案|一案)"
)
_STAGES = (("执行", ("执行裁定书",)), ("审判", ("判决书", "裁定书", "调解书")), ("审查起诉", ("起诉书", "不起诉决定书", "审查报告", "起诉意见书")), ("侦查", ("受案登记表", "立案决定书", "询问笔录", "讯问笔录")))
_HARM_ZONES = (Zone.FOUND, Zone.CHARGE, Zone.PLAIN, Zone.ANSWER)


def case_of(cast: Cast) -> CaseInfo:
    readings = [paper.reading for paper in cast.papers]
    charges = Counter(match["charge"] for reading in readings for match in _CHARGE.finditer(reading.text))
    kinds = {reading.kind for reading in readings}
    stage = next((name for name, papers in _STAGES if kinds & set(papers)), None)
    return CaseInfo(_number(readings), tuple(charge for charge, _ in charges.most_common(3)), stage, harm_date(readings))


def _number(readings: list[Reading]) -> str | None:
    for kinds in (("起诉书", "判决书", "裁定书", "执行裁定书", "起诉意见书", "不起诉决定书"), None):
        for reading in readings:
            if kinds is None or reading.kind in kinds:
                match = _NUMBER.search(reading.text[:600])
                if match:
                    return match.group()
    return None


def harm_date(readings: list[Reading]) -> str | None:
    """ISO date of the offence: the first full date in the account of the facts, in the most official paper."""
    order = {"判决书": 0, "裁定书": 0, None: 0, "起诉书": 1, "起诉意见书": 2, "事故认定书": 2, "受案登记表": 3, "不起诉决定书": 1}
    for reading in sorted(readings, key=lambda r: order.get(r.kind, 9)):
        date = _first_event(reading)
        if date:
            return date
    return None


_NOT_EVENT = re.compile(r"出生|生于|[，（]男|[，（]女|因涉嫌|逮捕|拘留|取保|起诉|立案|受理|曾因|前科|刑满|登记结婚|签订|户籍")


def _first_event(reading: Reading) -> str | None:
    best: str | None = None
    for sentence in reading.sentences:
        if sentence.zone not in _HARM_ZONES:
            continue
        words = reading.text[sentence.start : sentence.end]
        if _NOT_EVENT.search(words[:80]) and sentence.zone not in (Zone.FOUND, Zone.CHARGE):
            continue
        for start, end, date in find_dates(words):
            if re.match(r"日?(?:出生|生)", words[end : end + 3]) or "生于" in words[max(0, start - 3) : start]:
                continue
            if len(date) >= 7:
                return date
            best = best or date
    return best
