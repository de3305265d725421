"""Whom a paper is about: the one interviewed, appraised, certified or speaking as 我 in it.

A volume of several interviews is about another one from each heading on.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.frames import A, Frame, P, PersonMention
from nlp.name_cues import KIN, surname
from nlp.reading import ASKER, SPEAKER, Reading, is_talk

ABOUT_ONE = frozenset(
    {
        "询问笔录",
        "讯问笔录",
        "鉴定意见",
        "伤残鉴定",
        "死亡鉴定",
        "诊断证明",
        "病历",
        "出院小结",
        "费用清单",
        "残疾人证",
        "低保证明",
        "困难证明",
        "户籍证明",
        "收条",
        "谅解书",
        "司法救助决定书",
        "申请书",
        "死亡证明",
        "附带民事起诉状",
    }
)
_DEPONENT = re.compile(
    rf"(?:被询问人|被讯问人|被走访人|来访者|对象|被鉴定人|申请人|收款人|领款人|谅解人|出具人|立据人|持证人|户主|患者姓名|姓名|患者|病人|乙方|受害人|被害人|兹证明|兹有|今收到)(?:（[^（）]{{0,14}}）)?(?:姓名)?[：:]?[ ]?(?:我[村镇乡街社][^，。{P[1:-1]}]{{0,10}})?(?P<who>{P})"
)


# the role word that a frame swallows with the name
_ABOUT_CUE = re.compile(
    "被询问人|被讯问人|被走访人|来访者|对象|被鉴定人|申请救助人|持证人|户主|患者|死者姓名|(?<!被)姓名|收款人|领款人|谅解人|兹证明"
)
_ASKER_CUE = re.compile(
    "询问人|讯问人|记录人|谈话人|民警|检察|书记员|承办|审判|侦查|告知人|鉴定人|医师|医生|辩护人|律师|代理人"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a document is about from view offset `start` on."""

    start: int
    who: PersonMention | None
    kind: str | None


# 被询问人：黎小满, 被询问人 黎小满; near miss: 被询问人签名
_HEARD = re.compile(r"(?<![\u4e00-\u9fff])被 ?(?P<how>[询讯]) ?问 ?人 ?(?:姓名)?[：: ]{1,8}")
_TITLE = re.compile(r"^[^\n。，：；]{0,14}[询讯] ?问 ?笔 ?录[^\n。，：；]{0,12}$", re.M)
# the title of another paper in the volume; near miss: 记录人：…
_OTHER_TITLE = re.compile(
    r"^[^\n。，：；]{0,18}(?:书|证明|清单|登记表|小结|病历|收条|欠条|工作记录|残疾人证)[ ]*$", re.M
)
_INTERVIEWS = ("询问笔录", "讯问笔录")


def subjects_of(reading: Reading, frame: Frame) -> tuple[Subject, ...]:
    """Whom the document is about, in order of place: one, or one for each interview that is bound in it, or one for
    each turn of a talk in which several answer."""
    turns = _turns(reading, frame) if reading.kind == "询问笔录" else ()
    if turns:
        return turns
    found: list[Subject] = []
    text, done = reading.text, 0
    for field in _HEARD.finditer(text):
        low, high = frame.from_view(field.start()), frame.from_view(min(field.end() + 16, len(text)))
        who = next((m for m in frame.mentions_in(low, high) if m.name_start >= field.end()), None)
        title = next(iter(_TITLE.finditer(text, max(done, field.start() - 300), field.start())), None)
        if who is not None or title is not None:
            start = title.start() if title is not None else field.start()
            found.append(Subject(start, who, "询问笔录" if field["how"] == "询" else "讯问笔录"))
        done = field.end()
    alone = Subject(0, subject_of(reading, frame), reading.kind)
    if not found or (reading.kind in _INTERVIEWS and len({s.who.people if s.who else () for s in found}) == 1):
        return (alone,)
    others = [Subject(m.start(), None, None) for m in _OTHER_TITLE.finditer(text, found[0].start)]
    before = alone.who if alone.who is not None and alone.who.start < found[0].start else None
    return (Subject(0, before, reading.kind), *sorted([*found, *others], key=lambda s: s.start))


def _turns(reading: Reading, frame: Frame) -> tuple[Subject, ...]:
    """The speaker of each turn, where a talk is written like a play and more than one known person answers."""
    if not is_talk(reading.text):
        return ()
    about = subject_of(reading, frame)
    found = [Subject(0, about, reading.kind)]
    for line in re.finditer(r"^.+$", reading.text, re.M):
        speaker = SPEAKER.match(line.group())
        if speaker is None or ASKER.match(line.group()):
            continue
        place = line.start() + speaker.start("who")
        who = next((m for m in frame.mentions if m.start <= place < m.end), None)
        found.append(Subject(line.start(), who or about, reading.kind))
    return tuple(found) if len({s.who.people for s in found[1:] if s.who is not None}) > 1 else ()


def subject_at(subjects: Sequence[Subject], offset: int) -> Subject:
    """Whom a document is about at a view offset."""
    return subjects[max(0, bisect_right(subjects, offset, key=lambda s: s.start) - 1)]


def subject_of(reading: Reading, frame: Frame) -> PersonMention | None:
    """The one whom an interview, an appraisal, a medical paper or a certificate is about."""
    if reading.kind is None:
        return _speaker_of(frame)
    if reading.kind not in ABOUT_ONE:
        return None
    if len(re.findall("被鉴定人(?:[一二三甲乙丙][：:]|[^。]{1,60}被鉴定人[二乙])", reading.text[:1500])) > 1:
        return None  # one appraisal of two people
    for mention in frame.mentions:
        if _ABOUT_CUE.search(reading.text, mention.start, mention.name_start):
            return mention
    if reading.kind in _INTERVIEWS:
        said = _introduced(reading, frame) or _in_the_name(reading, frame)
        if said is not None:
            return said
        if stranger_heard(reading, frame):
            return None
    match = _DEPONENT.search(frame.text)
    if match:
        return frame.mention_at(match.start("who"))
    others = [m for m in frame.mentions if not _ASKER_CUE.search(reading.text, m.start, m.name_start)]
    if reading.kind == "询问笔录":  # the accused are heard under a title of their own
        others = [m for m in others if frame.text[frame.from_view(m.start)] != A]
    return others[0] if others else None


# the one who answers says who it is: matches 答：黎小满，1998年…, 我叫黎小满, — 是，我叫黎小满
_INTRODUCED = re.compile(
    rf"(?:^答[：: ]{{1,3}}(?:（[^（）]*）)?(?:我叫|我是|叫)?|^A[0-9]{{0,2}} |[，。： ]我叫)(?P<who>{P})(?=[，。、；（ ]|男|女|今年)",
    re.M,
)
# or stands at the head: matches 黎小满，女，壮族; 黎小满 男 1980年出生
_AT_HEAD = re.compile(rf"^(?P<who>{P})[，、 ]{{1,4}}(?:男|女|[0-9]{{2}}岁)", re.M)


def _introduced(reading: Reading, frame: Frame) -> PersonMention | None:
    """Whoever names himself in the first answers of an interview, or is presented in a line above them."""
    head = frame.from_view(min(900, len(reading.text)))
    match = _INTRODUCED.search(frame.text, 0, head) or _AT_HEAD.search(frame.text, 0, head)
    return frame.mention_at(match.start("who")) if match else None


def _in_the_name(reading: Reading, frame: Frame) -> PersonMention | None:
    """The one whose name the file bears: 询问黎小满.txt; of several the first there."""
    stem = _stem(reading)
    named = {reading.text[m.name_start : m.end]: m for m in reversed(frame.mentions) if m.by == "name"}
    borne = [name for name in named if len(name) > 1 and name in stem]
    return named[min(borne, key=lambda name: (stem.find(name), -len(name)))] if borne else None


def _stem(reading: Reading) -> str:
    return re.sub(r"\s", "", reading.document.name.rsplit("/", 1)[-1].rsplit(".", 1)[0])


# who is heard, where nobody known bears that name: matches 对象 黎大海，男; 被询问人：黎大海; 询问黎大海.txt
_STRANGER = re.compile(
    rf"(?:被[询讯]问人|被问人|谈话对象|^对象)(?:姓名)?[：: ]{{1,8}}(?P<name>{surname()}[\u4e00-\u9fff]{{1,2}})(?=[，。（ \n])",
    re.M,
)
# matches 询问黎大海.txt, 询问笔录（黎大海）.txt, 黎大海陈述.txt; near miss: 祖母询问.txt, 单位证言.txt
_STRANGER_FILE = re.compile(
    rf"(?:询问|讯问|谈话|走访|家访|（)(?P<name>{surname()}[\u4e00-\u9fff]{{1,2}})(?:笔录|）|$)|^[0-9]*(?!{KIN.pattern}|单位)(?P<first>{surname()}[\u4e00-\u9fff]{{1,2}}?)(?:[与和的][^与和的]{{1,6}})?(?:陈述|证言|询问|讯问|谈话|笔录|补充)"
)


def stranger_heard(reading: Reading, frame: Frame) -> bool:
    """Whether an interview is with somebody whom no mention of the dossier stands for."""
    return _STRANGER.search(frame.text[:600]) is not None or _STRANGER_FILE.search(_stem(reading)) is not None


# a statement that somebody signs: 我叫蓝水妹, 本人系沈某之妻沈二妹; or the name that stands last
_SPEAKER = re.compile(rf"(?:我叫|我是|本人(?:叫|系|是)?|(?:说明|陈述|情况说明)人[：: ]{{0,2}})(?P<who>{P})")
_SIGNED = re.compile(rf"(?P<who>{P})(?:（[^（）]{{0,8}}）)?[ \n]{{0,6}}(?:[12][0-9〇零一二][^\n]{{0,14}}日)?[ \n]*$")


def _speaker_of(frame: Frame) -> PersonMention | None:
    """Who writes 我 in a paper of no known kind."""
    if not re.search("我(?:丈夫|妻子|老公|老婆|爱人|儿子|女儿|家|们家|叫|是|有|自己|现在|因)", frame.text):
        return None
    match = _SPEAKER.search(frame.text) or _SIGNED.search(frame.text)
    return frame.mention_at(match.start("who")) if match else None
