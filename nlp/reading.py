"""One document, read: its view, kind, date, and its sentences with the passage each stands in.

`Sentence` offsets are in the view. A passage (`Zone`) tells how a sentence is to be taken: as a finding, as one
side's claim, as a list of evidence, as somebody's old record, as printed law or boilerplate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from dossier.document import Document
from nlp.dates import find_dates
from nlp.kinds import kind_of
from nlp.text_view import TextView, view_of


class Zone(StrEnum):
    PARTY = "party"  # heading that presents accused, victims, agents
    CHARGE = "charge"  # 公诉机关指控
    FOUND = "found"  # 经审理查明
    CLAIM = "claim"  # 诉称, 请求判令
    DEFENCE = "defence"  # 辩称, 上诉提出
    EVIDENCE = "evidence"  # 上述事实有…证据证实
    HELD = "held"  # 本院认为
    ORDER = "order"  # 判决如下
    RECORD = "record"  # 前科
    LAW = "law"  # quoted statute
    BOILERPLATE = "boilerplate"  # rights notice, printed form
    QUESTION = "question"
    ANSWER = "answer"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Sentence:
    index: int
    start: int
    end: int
    zone: Zone


@dataclass(frozen=True, slots=True)
class Reading:
    """Attributes:
    sentences: in order, covering the view but for their separators.
    """

    document: Document
    view: TextView = field(repr=False)
    kind: str | None
    date: str | None
    sentences: tuple[Sentence, ...] = field(repr=False)

    @property
    def text(self) -> str:
        """The view's text: the frame of all offsets in this package."""
        return self.view.text

    def sentence_at(self, offset: int) -> Sentence:
        low, high = 0, len(self.sentences) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.sentences[middle].start <= offset:
                low = middle
            else:
                high = middle - 1
        return self.sentences[low]


# a decimal point never splits; a closing quote stays with its sentence
_BREAK = re.compile(r"[。！？；\n\f]+[”’」』）]?")
_ZONE_STARTS: tuple[tuple[Zone, re.Pattern[str]], ...] = tuple(
    (zone, re.compile(pattern))
    for zone, pattern in (
        (Zone.ORDER, r"(?:判决|裁定|决定|调解)如下[：:]?$|^(?:判决|裁定)如下"),
        (
            Zone.EVIDENCE,
            r"^(?:上述|以上|前述)(?:指控的)?(?:犯罪)?(?:事实|证据)|^认定(?:上述|以上)?(?:犯罪)?事实的证据|(?:为支持|为证实|为证明|针对)(?:上述|以上|其)?(?:的)?(?:指控|事实)|证据(?:如下|证实|予以证实)[：:。]?$|"
            r"^公诉机关.{0,20}(?:提供|提交|出示|宣读|递交|列举)了",
        ),
        (Zone.HELD, r"^(?:综上[，]?)?本院认为|公诉机关认为|^本院(?:经审查|审查|经审理)认为|^原审(?:法院)?认为"),
        (
            Zone.DEFENCE,
            r"(?:被告人|辩护人|上诉人|被告|被上诉人|申请人|犯罪嫌疑人)[^。；]{0,40}(?:辩称|辩解称?|辩护意见(?:为|是|：)|提出[^。]{0,10}(?:辩护意见|上诉)|辩护提出|上诉提出|上诉称|上诉理由|答辩)",
        ),
        (
            Zone.CLAIM,
            r"(?:原告人?|申请执行人|自诉人|上诉人)[^。；]{0,40}(?:诉称|起诉称|诉讼请求|请求判令|要求判令)|^诉讼请求|诉称[：:，]",
        ),
        (
            Zone.FOUND,
            r"^(?:经|本院|另|又|再|原审|一审|并)?(?:依法)?(?:公开)?(?:开庭)?(?:审理|审查|侦查|依法侦查|依法审查|再审|二审|庭审)?查明[：:，,]?|(?:经审理|审理|审查|本院|侦查|判决|原判|原判决|原审|原审判决|另|同时|一审|一审判决)(?:法院|机关)?(?:认定|查明)[：:，,]?",
        ),
        (Zone.CHARGE, r"指控[：:，,]?(?!的事实)|^(?:公诉机关|检察机关|[^。，；]{2,20}检察院)(?:起诉)?指控"),
    )
)
_ORDERS = re.compile("(?:判决|裁定)如下[：:]?\\s*$")  # behind a long row of articles
_OLD_RECORD = re.compile(
    r"(?:曾|前)?因[^，。；]{1,30}(?:罪)?[，]?(?:于|在)?[^。；]{0,40}(?:被[^。；]{0,40}(?:判处|判刑|行政拘留|劳动教养|强制戒毒|处罚|决定)|刑满释放)|前科|^曾[^。；]{0,20}被判处"
)
_HARM_NOW = re.compile(r"本案|被害人|经鉴定")
_LAW_TEXT = re.compile(
    r"第[零一二三四五六七八九十百千0-9]+条(?:第[一二三四五六七八九十0-9]+款)?(?:规定|[：:　 ])|的，处[^。；]{0,30}(?:有期徒刑|拘役|管制|无期|死刑)|^(?:《|第[一二三四五六七八九十百]+条[ 　：:])|"
    r"(?:有下列|下列)(?:情形|情况|人员|条件)|(?:系|有|属于|符合|因)[^。；]{2,40}的，(?:可以|应当|不得|不再|不需要|优先)|的，(?:应当|可以)(?:从轻|减轻|从重|免除|不起诉)"
)
_RIGHTS = re.compile(
    r"(?:你|您|被害人|当事人|申请人)(?:依法)?(?:有权|享有|有义务|应当如实|可以(?:申请|提出|向|委托))|依法享有(?:下列|以下)|(?:诉讼)?权利(?:和|与)?义务(?:告知|如下)|"
    r"(?:符合|具有)(?:下列|以下)(?:情形|条件)|可(?:以)?(?:申请|提出)(?:国家)?司法救助|(?:有意|故意)?作伪证|听不懂|是否(?:听清|看清|要求回避|申请回避)"
)
_OWN_ARTICLES = frozenset({"赔偿协议", "谅解书", "欠条"})  # 第二条 is a term of theirs, not law
_FORM_KINDS = frozenset({"告知书"})
# the title of the paper that is bound behind an interview; near miss: 他写了一份保证书。
_NEXT_TITLE = re.compile(r"[^。，：；“”]{2,30}(?:书|证明|清单|登记表|小结|病历|收条|欠条|笔录)\s*")
_QA = re.compile(
    r"^\s*(?:(?P<who>问|答|[QA])(?:\s*[：:]| (?=\S))|(?P<numbered>[QA][0-9]{1,2}(?:-[0-9]{1,2})?)(?=[：: \u4e00-\u9fff]))"
)
# who asks, before what is asked in a talk written like a play: matches 民警：, 警官黎：, 民警问：; near miss: 民警签名：
ASKER = re.compile(
    r"^[ ]*(?:民警|警官|侦查员|侦查人员|办案人员|问话人|检察官|检察官助理)(?![签记])[\u4e00-\u9fff]{0,2}[：:]"
)
_ASKERS = re.compile(ASKER.pattern, re.M)
# a question by its form: matches 问 现在情况怎么样 (a form without colons), 还能走路吗？; near misses: 问题已经查清,
# 黎某：我不是低保户。 in a talk whose answers have no 答
ASKS = re.compile(r"^\s*问[ ：:]|(?:？|[吗呢])[”」』]?\s*$")
_ASKED_AND_ANSWERED = re.compile(r"^[ ]*[问答][：:]", re.M)
# whoever speaks between them: matches 黎小满：, 常（译）：; near miss: 记录：, 备注：
SPEAKER = re.compile(
    r"^[ ]*(?!记录|备注|签名|签字|附|注|时间|地点|日期|意见|处理|结果|在场|翻译)(?P<who>[\u4e00-\u9fff·]{1,5})(?:（[^（）]{1,4}）)?[：:]"
)
# turns told apart by dashes alone: — 你是报警人？ — 是，我叫黎小满
_DASHED = re.compile(r"^\s*—{1,2} (?=\S)")


def read(document: Document) -> Reading:
    """Read one document."""
    view = view_of(document)
    kind = kind_of(view.text, document.name)
    return Reading(document, view, kind, _date_of(view.text, kind), tuple(_sentences(view.text, kind)))


def _sentences(text: str, kind: str | None) -> list[Sentence]:
    found: list[Sentence] = []
    zone = Zone.PLAIN
    position = 0
    talk = is_talk(text)
    ends = [m.end() for m in _BREAK.finditer(text)]
    if not ends or ends[-1] < len(text):
        ends.append(len(text))
    for end in ends:
        start = position + len(text[position:end]) - len(text[position:end].lstrip(" \n\f\r"))
        position = end
        if start >= end:
            continue
        body = text[start:end]
        new_line = start == 0 or "\n" in text[max(0, start - 2) : start]
        zone = (_turn(zone, body) if talk and new_line else None) or _next_zone(zone, body, new_line)
        found.append(Sentence(len(found), start, end, _own_zone(zone, body, kind)))
    return found


def is_talk(text: str) -> bool:
    """Whether a paper is a talk written like a play, its turns marked by who speaks and not by 问 and 答."""
    return len(_ASKERS.findall(text)) > 1 and _ASKED_AND_ANSWERED.search(text) is None


def _turn(zone: Zone, body: str) -> Zone | None:
    """The zone of a new turn in a talk written like a play; None where no turn begins."""
    if ASKER.match(body):
        return Zone.QUESTION
    return Zone.ANSWER if zone in (Zone.QUESTION, Zone.ANSWER) and SPEAKER.match(body) else None


def _next_zone(zone: Zone, body: str, new_line: bool) -> Zone:
    qa = _QA.match(body)
    if qa:
        return Zone.QUESTION if (qa["who"] or qa["numbered"])[0] in "问Q" else Zone.ANSWER
    if _DASHED.match(body):
        return Zone.QUESTION if body.rstrip().endswith("？") else Zone.ANSWER
    if _ORDERS.search(body):
        return Zone.ORDER
    head = body[:120]
    for candidate, pattern in _ZONE_STARTS:
        if pattern.search(head):
            return candidate
    if zone in (Zone.QUESTION, Zone.ANSWER) and new_line and not qa:
        return zone if len(body) > 12 and not _NEXT_TITLE.fullmatch(body) else Zone.PLAIN
    return zone


def _own_zone(zone: Zone, body: str, kind: str | None) -> Zone:
    """What this one sentence is, whatever its passage."""
    if kind in _FORM_KINDS or (_RIGHTS.search(body) and zone is not Zone.ANSWER):
        return Zone.BOILERPLATE
    if _OLD_RECORD.search(body) and not _HARM_NOW.search(body):
        return Zone.RECORD
    if (
        kind not in _OWN_ARTICLES
        and _LAW_TEXT.search(body)
        and not re.search("被害人|被告人[^，。]{1,6}(?:将|把|致|已)|经鉴定", body)
    ):
        return Zone.LAW
    return zone


_DATED = re.compile(r"(?:时 ?间|日 ?期|签发日期|出具日期|制作日期|(?<!有效期)至)[：: ]{0,3}(?=[12][0-9〇零一二])")
_NO_PAPER_DATE = re.compile(r"出生|生于|有效期|至|起病|入院|首次|期限|生$")


def _date_of(text: str, kind: str | None) -> str | None:
    """Date of the paper: the last one on a short line near its end (a signature), else the one its head names
    (时间：…), never a birth date or an expiry."""
    for line in reversed(text.rstrip().split("\n")[-14:]):
        if len(line) <= 44:
            for start, end, date in reversed(find_dates(line)):
                if (
                    len(date) == 10
                    and not _NO_PAPER_DATE.search(line[max(0, start - 6) : start])
                    and not re.match("(?:日)?(?:出生|生)", line[end : end + 2])
                ):
                    return date
    head = text[:900]
    for label in _DATED.finditer(head):
        dates = find_dates(head, label.end(), label.end() + 16)
        if (
            dates
            and len(dates[0][2]) == 10
            and not _NO_PAPER_DATE.search(head[max(0, label.start() - 4) : label.end()].replace("至", ""))
        ):
            return dates[0][2]
    if kind in ("受案登记表", "诊断证明", "出院小结", "收条", "鉴定意见", "伤残鉴定"):
        for start, end, date in find_dates(head):
            if (
                len(date) == 10
                and not _NO_PAPER_DATE.search(head[max(0, start - 6) : start])
                and not re.match("(?:日)?(?:出生|生)", head[end : end + 3])
            ):
                return date
    return None
