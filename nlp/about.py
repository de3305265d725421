"""Whom a paper is about: the one interviewed, appraised, certified or speaking as 我 in it."""

from __future__ import annotations

import re

from nlp.frames import Frame, P, PersonMention
from nlp.reading import Reading

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
    match = _DEPONENT.search(frame.text)
    if match:
        return frame.mention_at(match.start("who"))
    others = (m for m in frame.mentions if not _ASKER_CUE.search(reading.text, m.start, m.name_start))
    return next(others, None)


# a statement that somebody signs: 我叫蓝水妹, 本人系沈某之妻沈二妹; or the name that stands last
_SPEAKER = re.compile(rf"(?:我叫|我是|本人(?:叫|系|是)?|(?:说明|陈述|情况说明)人[：: ]{{0,2}})(?P<who>{P})")
_SIGNED = re.compile(rf"(?P<who>{P})(?:（[^（）]{{0,8}}）)?[ \n]{{0,6}}(?:[12][0-9〇零一二][^\n]{{0,14}}日)?[ \n]*$")


def _speaker_of(frame: Frame) -> PersonMention | None:
    """Who writes 我 in a paper of no known kind."""
    if not re.search("我(?:丈夫|妻子|老公|老婆|爱人|儿子|女儿|家|们家|叫|是|有|自己|现在|因)", frame.text):
        return None
    match = _SPEAKER.search(frame.text) or _SIGNED.search(frame.text)
    return frame.mention_at(match.start("who")) if match else None
