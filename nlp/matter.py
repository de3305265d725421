"""What the case is: number, charges, stage, day of the harm.

All of it comes from what the official papers say of themselves and of the offence; an old conviction, another
paper's date and the day of a step in the proceedings are none of it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from nlp.dates import find_dates
from nlp.facts import CaseInfo
from nlp.lexicon import words
from nlp.people import Cast
from nlp.reading import Reading, Sentence, Zone

# （2025）芦0523刑初31号, 芦检刑诉〔2026〕31号, 芦公（刑）诉字〔2025〕118号; near: 2025年第3号公告
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{0,8}(?:（[\u4e00-\u9fff]{1,3}）)?[\u4e00-\u9fff]{0,8}[（\[]20\d\d[）\]][\u4e00-\u9fff0-9]{0,16}?[A-Z]?\d{1,6}号"
)
_STAGES = (
    ("执行", ("执行裁定书",)),
    ("审判", ("判决书", "裁定书", "调解书")),
    ("审查起诉", ("起诉书", "不起诉决定书", "审查报告", "起诉意见书", "认罪认罚具结书")),
    ("侦查", ("受案登记表", "立案决定书", "撤销案件决定书", "询问笔录", "讯问笔录")),
)
_NUMBERED = (
    "判决书",
    "裁定书",
    "起诉书",
    "不起诉决定书",
    "起诉意见书",
    "撤销案件决定书",
    "执行裁定书",
    "立案决定书",
    "受案登记表",
)
_CHARGING = ("判决书", "裁定书", "起诉书", "不起诉决定书", "起诉意见书", "执行裁定书", "审查报告", "立案决定书", None)


def case_of(cast: Cast) -> CaseInfo:
    """Case facts, each None or empty when not stated."""
    readings = [paper.reading for paper in cast.papers]
    kinds = {reading.kind for reading in readings}
    stage = next((name for name, papers in _STAGES if kinds & set(papers)), None)
    return CaseInfo(_number(readings), charges(readings), stage, harm_date(readings))


def _number(readings: Sequence[Reading]) -> str | None:
    """Number of the most telling paper, as printed."""
    for kind in (*_NUMBERED, None):
        for reading in readings:
            if kind is None or reading.kind == kind:
                match = _NUMBER.search(reading.text[:600])
                if match:
                    span = reading.view.span(match.start(), match.end())
                    return re.sub(r"\s", "", reading.document.text[span.start : span.end])
    return None


@cache
def _charge() -> re.Pattern[str]:
    """A charge where somebody is accused of it: 涉嫌盗窃罪, 犯抢劫罪、盗窃罪, 被故意伤害一案; near: 盗窃案件频发."""
    names = "|".join(map(re.escape, sorted(words("charges"), key=len, reverse=True)))
    return re.compile(
        rf"(?:(?<=[嫌犯以成及、，和])|(?<=构成了)|(?<=涉嫌犯))(?P<charge>{names})(?:罪|一?案|立案)|(?P<plain>{names})罪(?!的)"
    )


# an old conviction or a rejected charge: 曾因犯盗窃罪被判, 不构成抢劫罪
_NOT_THIS = re.compile(r"(?:曾因|前科|因犯|有期徒刑[^。；]{0,20}释放|不构成|不属于|改变定性|而非|不以)[^。；]{0,24}$")
_AGAINST = re.compile(
    "因[^，。；]{0,4}(?:犯)?[^，。；]{0,14}罪?[，]?(?:于|在)?[^，。；]{0,16}被(?:[^，。；]{0,14})?(?:判处|行政)"
)


def charges(readings: Sequence[Reading]) -> tuple[str, ...]:
    """Charges as in the judgment, else the indictment, else the earlier papers, most often named first."""
    for kind in _CHARGING:
        found: Counter[str] = Counter()
        for reading in readings:
            if kind is None or reading.kind == kind:
                found.update(_charges_in(reading))
        if found:
            whole = [charge for charge, _ in found.most_common(6)]
            return tuple(c for c in whole if not any(c != o and c in o and found[o] >= found[c] for o in whole))[:4]
    return ()


def _charges_in(reading: Reading) -> Iterator[str]:
    for sentence in reading.sentences:
        if sentence.zone in (Zone.RECORD, Zone.BOILERPLATE, Zone.QUESTION):
            continue
        text = reading.text[sentence.start : sentence.end]
        if "罪" not in text and "案" not in text:
            continue
        for match in _charge().finditer(text):
            if not _NOT_THIS.search(text[: match.start()]) and not _AGAINST.search(
                text[match.start() - 4 : match.end() + 24]
            ):
                yield match["charge"] or match["plain"]


# --- the day of the harm -------------------------------------------------------------------------------------

_HARM_ZONES = (Zone.FOUND, Zone.CHARGE, Zone.PLAIN, Zone.ANSWER, Zone.PARTY)
_TOLD_AGAIN = (Zone.EVIDENCE, Zone.DEFENCE, Zone.CLAIM, Zone.HELD)  # the deed told by a witness or a party
# 2025年6月3日18时许, 3日晚, 凌晨: an event has a time of day
_CLOCK = re.compile(
    r"日?[ ]?(?:凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚|夜|深夜|当晚|白天|[0-9一二三四五六七八九十]{1,3}(?:时|点)|许|前后|左右)"
)
_DEED = re.compile(
    "打|殴|砍|刺|捅|撞|盗|窃|骗|抢|伤|死|杀|猥亵|奸|碰撞|纵火|点燃|敲诈|勒索|拘禁|绑架|拐|毁|烧|拖欠|侵占|虐待|争吵|争执|纠纷|肇事|追尾|翻墙|潜入|撬|掐|踢|推"
)
# steps of the proceedings and the life of a paper, right beside the date
_STEP_AFTER = re.compile(
    r"日?[^。；，]{0,16}?(?:出生|生(?=[，。；）])|刑事拘留|拘留|逮捕|取保|监视居住|提起公诉|移送|受理|立案|报案|报警|报至|鉴定|登记|签订|签发|发证|判处|入院|出院|住院|转入|起诉|批准|抓获|查获|归案|投案|"
    r"辨认|告知|委托|受案|有效|发放|纳入|认定|开庭|宣判|购买|购置|出具|作出|达成|收到|支付|赔偿|汇入|付清|注销|结婚|离婚|宣告|享受|起(?=[，]?(?:享受|领取|纳入))|送达|释放|询问|讯问|办理|申请|调解|评残|检验|尸检|复查|手术|届满|止(?=[，。；])|前(?=[，。；]|付|支付|缴)|底前)"
)
# the same behind a comma, for a date without a time of day: 2018年3月21日，被告人被抓获
_STEP_FAR = re.compile(
    r"[^。；]{0,34}?(?:抓获|投案|归案|自首|拘留|逮捕|取保|提起公诉|起诉至|达成|和解|协议|判决|裁定|作出|垫付|登记|购入|购买|投保|发包|承包|立案|报案|报警|住院|出院|鉴定|浏览|发布)"
)
_STEP_BEFORE = re.compile(
    r"(?:生于|出生日期|出生|签发日期|有效期|时间|日期|基准日|截至|至|登记|受理|委托|入院|出院|不迟于)[^，。；]{0,6}[：: ]?$"
)
_EVENT_LABEL = re.compile(r"(?:事故(?:发生)?|发生|案发|事发|发案)(?:日期|时间)[：: ]{0,3}$")
_REPORTED = re.compile(
    r"(?:报[案警]|接[案警报]|接报)时间[：: ]{0,3}$"
)  # the day of the report, when nothing better is told
_OFFICIAL = {"判决书": 3, "裁定书": 3, "起诉书": 3, "起诉意见书": 3, "不起诉决定书": 3, "事故认定书": 3, "审查报告": 2, "受案登记表": 2, "立案决定书": 0, "调解书": 2,
             "鉴定意见": 1, "伤残鉴定": 1, "死亡鉴定": 0, "询问笔录": 1, "讯问笔录": 1, "附带民事起诉状": 1, "执行裁定书": 0, None: 3}  # fmt: skip
_NO_EVENT_HERE = -3  # certificates, receipts, agreements: dates of themselves


def harm_date(readings: Sequence[Reading]) -> str | None:
    """ISO date (or YYYY-MM) of the offence: the date that the accounts of the facts give to the deed.

    Of equally likely ones the first in the most official paper.
    """
    scores: dict[str, int] = {}
    seen_in: dict[str, set[int]] = defaultdict(set)
    first: dict[str, tuple[int, int, int]] = {}
    for number, reading in enumerate(readings):
        weight = _OFFICIAL.get(reading.kind, _NO_EVENT_HERE)
        for place, (date, score) in enumerate(_events(reading)):
            value = score + weight
            if value <= 0:
                continue
            scores[date] = max(value, scores.get(date, 0))
            seen_in[date].add(number)
            first.setdefault(date, (-weight, number, place))
    if not scores:
        return None
    return min(scores, key=lambda date: (-scores[date] - min(2, len(seen_in[date]) - 1), first[date]))


def _events(reading: Reading) -> Iterator[tuple[str, int]]:
    """Dates of one paper with how much each looks like the day of the deed."""
    for sentence in reading.sentences:
        if sentence.zone not in _HARM_ZONES + _TOLD_AGAIN:
            continue
        text = reading.text[sentence.start : sentence.end]
        for start, end, date in find_dates(text):
            score = _score(sentence, text, start, end, date)
            if score is not None:
                yield date, score


def _score(sentence: Sentence, text: str, start: int, end: int, date: str) -> int | None:
    told = sentence.zone in (Zone.FOUND, Zone.CHARGE)
    deed = _DEED.search(text, end) is not None
    if len(date) < 7:
        return -2 if told and deed else None  # 2015年5、6月份的一天: the year, when nothing better is told
    if _EVENT_LABEL.search(text[max(0, start - 12) : start]):
        return 6
    if _REPORTED.search(text[max(0, start - 8) : start]):
        return 0
    if _STEP_BEFORE.search(text[max(0, start - 12) : start]) or _STEP_AFTER.match(text, end):
        return None
    clock = _CLOCK.match(text, end) is not None
    if sentence.zone in _TOLD_AGAIN:
        return 0 if clock and deed else None
    step = not clock and _STEP_FAR.match(text, end) is not None
    return (3 if told else 0) + (2 if clock else 0) + (2 if deed else 0 if told else -2) - (4 if step else 0)
