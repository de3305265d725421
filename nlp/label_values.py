"""From a marked span to the value it states: the label says what kind, the words say which number, grade or date.

Words that should carry a number and carry none give no value: nothing is invented. Offsets are in the text given.
"""

from __future__ import annotations

import re

from nlp.dates import find_dates
from nlp.facts import (
    Age,
    Attribute,
    Compensation,
    Disability,
    Gender,
    Hardship,
    Injury,
    Loss,
    Value,
)
from nlp.labels import Label, LabelScheme
from nlp.numerals import CHINESE_NUMBER, find_amounts, number_of
from nlp.recognizers.age import age_at, group_of

_HARDSHIP = {
    "dibao": "低保",
    "tekun": "特困",
    "dibao_margin": "低保边缘",
    "poverty_watch": "脱贫监测",
    "orphan": "孤儿",
    "serious_illness": "重病",
    "no_work": "失能失业",
    "hard_life": "生活困难",
}
_CLASSES = {"death": "死亡", "serious": "重伤", "light": "轻伤", "slight": "轻微伤", "hurt": "受伤"}
# 重伤二级, 轻伤（一级）, 轻伤2级, 二级 alone in a form; near miss: 三级
_LEVEL = re.compile("(?P<level>[一二12ⅠⅡ]|II?)级")
_LEVELS = {"一": "一级", "1": "一级", "Ⅰ": "一级", "I": "一级", "二": "二级", "2": "二级", "Ⅱ": "二级", "II": "二级"}
_AGE = re.compile(rf"\d{{1,3}}|{CHINESE_NUMBER}")
_GRADE = re.compile("(?P<grade>[一二三四五六七八九十]|10|[1-9]|[Ⅰ-Ⅹ])级")
_ROMAN = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ"
_ORDINALS = "一二三四五六七八九十"
_KINDS = (  # first that fits; 聋哑 is a disability of hearing
    ("多重", re.compile("多重")),
    ("听力", re.compile("听力|聋|失聪|耳")),
    ("视力", re.compile("视力|视觉|盲|失明|白内障|看不见")),
    ("言语", re.compile("言语|语言|哑|失语")),
    ("智力", re.compile("智力|智障|智能|弱智|痴呆|发育迟")),
    ("精神", re.compile("精神|分裂|阿尔茨")),
    ("肢体", re.compile("肢|截瘫|瘫|腿|臂|手|足|脚|截肢|脊|腰|偏瘫|不遂|麻痹|行走")),
)
# 六万一千八, 2.4万, 19800; near miss: 2024年, 三次, 百分之六十
_BARE = re.compile(
    rf"(?<!分之)(?:\d+(?:\.\d+)?[万千百]?(?:\d+[千百]?)?|{CHINESE_NUMBER})(?![年月日次岁个人名天户%点.\d])"
)
_BEHIND = 8  # code points behind a span in which its grade may stand: 重伤（二级）


def value_of(label: Label, text: str, start: int, end: int, *, harm_day: str | None = None) -> Value | None:
    """The value that `text[start:end]` states as `label`, None when the words do not carry one.

    Args:
        harm_day: ISO date of the harm, for an age from a birth date.
    """
    words = text[start:end]
    match label.attribute:
        case Attribute.GENDER:
            return Gender("男" if label.id == "male" else "女")
        case Attribute.AGE:
            return _age(label.id, words, harm_day)
        case Attribute.DISABILITY:
            return Disability(label.id, _kind(words), _grade(words))
        case Attribute.HARDSHIP:
            return Hardship(_HARDSHIP[label.id])
        case Attribute.INJURY:
            return Injury(_injury(label.id, words, text[end : end + _BEHIND]))
        case Attribute.COMPENSATION:
            return _compensation(label.id, words)
        case Attribute.LOSS:
            amount = _money(words, least=10)
            return Loss(amount) if amount else None
    return None


def _age(kind: str, words: str, harm_day: str | None) -> Age | None:
    if kind == "birth":
        dates = find_dates(words)
        return age_at(dates[0][2], harm_day) if dates else None
    if kind != "years":
        return Age(None, None, kind)
    if "个月" in words:
        return Age(0, None, "minor")
    number = _AGE.search(words)
    years = number_of(number.group()) if number else None
    if years is None or not 0 <= years <= 120:
        return None
    return Age(int(years), None, group_of(int(years)))


def _kind(words: str) -> str | None:
    return next((kind for kind, pattern in _KINDS if pattern.search(words)), None)


def _grade(words: str) -> str | None:
    match = _GRADE.search(words)
    if match is None:
        return None
    word = match["grade"]
    number = int(word) if word.isdigit() else (_ROMAN if word in _ROMAN else _ORDINALS).index(word) + 1
    return f"{_ORDINALS[number - 1]}级"


def _injury(kind: str, words: str, behind: str) -> str:
    grade = _CLASSES[kind]
    if kind not in ("serious", "light"):
        return grade
    level = _LEVEL.search(words) or re.match(f"[（(]?{_LEVEL.pattern}", behind)
    return grade + (_LEVELS[level["level"]] if level else "")


def _money(words: str, *, least: float) -> float | None:
    """Yuan in words that are known to tell of money: 三千元, but also 六万一千八 and 2.4万 as people say it.

    Args:
        least: a bare number below counts nothing (一次, 两家).
    """
    amounts = find_amounts(words)
    if amounts:
        return amounts[-1].yuan or None
    bare = [number_of(match.group()) for match in _BARE.finditer(words)]
    sums = [number for number in bare if number is not None and number >= least]
    return max(sums) if sums else None


def _compensation(kind: str, words: str) -> Compensation:
    amount = _money(words, least=100)
    match kind:
        case "paid":
            return Compensation("settled", amount, None, True)
        case "part_paid":
            return Compensation("partial", amount, None, True)
        case "rest_open":
            return Compensation("partial", None, amount, False)
        case "ordered":
            return Compensation("ordered", None, amount, None)
        case "unpaid":
            return Compensation("none", None, amount, False)
        case "agreed":
            return Compensation(None, None, amount, None)
    return Compensation(None, forgiven=True)


def label_of(value: Value, scheme: LabelScheme) -> Label:
    """The label whose span states this value: the way back, for values that patterns or annotators give."""
    match value:
        case Gender(word):
            name = "gender.male" if word == "男" else "gender.female"
        case Age(years, birth, group):
            name = "age." + ("birth" if birth else "years" if years is not None else str(group))
        case Disability(status):
            name = f"disability.{status}"
        case Hardship(category):
            name = "hardship." + next(key for key, word in _HARDSHIP.items() if word == category)
        case Injury(grade):
            name = "injury." + next(key for key, word in reversed(_CLASSES.items()) if grade.startswith(word))
        case Compensation():
            name = f"compensation.{_deed(value)}"
        case Loss():
            name = "loss.amount"
    return scheme.label(name)


def _deed(value: Compensation) -> str:
    match value.status:
        case "settled":
            return "paid"
        case "partial":
            return "part_paid" if value.performed else "rest_open"
        case "ordered":
            return "ordered"
        case "none":
            return "unpaid"
    return "forgiven" if value.forgiven else "agreed"
