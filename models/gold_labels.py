"""Which label the words of a gold quote carry, and whether a value read by patterns agrees with what gold states.

Gold gives one value with several quotes; the quotes of a compensation say different things (what was paid, what is
open, that it was forgiven), which only their words tell apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nlp.dates import DATE
from nlp.facts import Age, Attribute, Compensation, Disability, Gender, Hardship, Injury, Loss, Value
from nlp.label_values import label_of
from nlp.labels import label_scheme
from nlp.numerals import CHINESE_NUMBER, find_amounts
from nlp.recognizers.age import group_of

Stated = Mapping[str, Any]
Place = tuple[str, int, int]  # label name, half-open range within the quote

# 殁年39岁, 十五周岁; near miss: 3岁以上
_YEARS = re.compile(rf"(?:殁年|卒年|终年|时年|年仅|现年|年满)?(?:\d{{1,3}}|{CHINESE_NUMBER})(?:周岁|虚岁|岁|个月)")
_GROUP = re.compile(
    "未成年人?|未满十[四八]周?岁|不满十[四八]周?岁|幼女|女婴|男婴|婴儿|儿童|幼童|小学生|初中生|少女|学生|老年人|老人|老汉|老太太?|老妇"
)
_SEX = re.compile(
    "妻子|丈夫|女儿|儿子|母亲|父亲|女婿|儿媳|女友|男友|女婴|男婴|女童|男童|女孩|男孩|妇女|幼女|少女|老汉|老太太?|女士|先生|男子|女子|"
    "[姐妹哥弟兄]{1,2}|妻|[男女]"
)
_FORGIVEN = re.compile("谅解|宽恕|不再追究|不追究|原谅")
_AGREED = re.compile("协议|和解|调解|约定|承诺|同意赔偿|愿意赔偿")
_PERFORMED = re.compile("支付|付清|已|履行|给付|垫付|赔付|交付|退还|退赔|返还|发还|追回|赔偿了|到位|收到|缴纳")
_OPEN = re.compile("未|没|拒|余|尚|差额|差着|欠|无力|不足|剩|挥霍|不见|空着")
_ORDER = re.compile("判令|判决|责令|赔偿原告|应当?赔偿|裁定")


def labels_of_quote(attribute: str, holder: Stated, words: str) -> list[Place]:
    """Labels of a quote with the part of it that carries each; the whole quote where no part is known."""
    whole = (0, len(words))
    match attribute:
        case Attribute.GENDER:
            name = "gender.male" if holder.get("value") == "男" else "gender.female"
            return [(name, *_part(_SEX, words, whole))]
        case Attribute.AGE:
            return _age(holder, words, whole)
        case Attribute.DISABILITY:
            return [(f"disability.{holder['status']}", *whole)]
        case Attribute.HARDSHIP:
            return [(label_of(Hardship(holder["category"]), label_scheme()).name, *whole)]
        case Attribute.INJURY:
            return [_injury(str(holder["grade"]), words, whole)]
        case Attribute.COMPENSATION:
            return [(f"compensation.{name}", *whole) for name in [compensation_label(holder, words)] if name]
        case Attribute.LOSS:
            amounts = find_amounts(words)
            return [("loss.amount", amounts[-1].start, amounts[-1].end)] if amounts else []
    return []


def _part(pattern: re.Pattern[str], words: str, whole: tuple[int, int]) -> tuple[int, int]:
    match = pattern.search(words)
    return match.span() if match else whole


def _age(holder: Stated, words: str, whole: tuple[int, int]) -> list[Place]:
    found: list[Place] = []
    years, date = _YEARS.search(words), DATE.search(words)
    if years:
        found.append(("age.years", *years.span()))
    if date and holder.get("birth_date") and "生" in words:
        found.append(("age.birth", *date.span()))
    group = holder.get("group") or _group(holder)
    if not found and group:
        found.append((f"age.{group}", *_part(_GROUP, words, whole)))
    return found


def _group(holder: Stated) -> str | None:
    return group_of(int(holder["value"])) if holder.get("value") is not None else None


# 轻伤（一级）, 重伤二级, 轻微伤
_GRADE = re.compile("(?:重伤|轻伤|轻微伤)(?:（?[一二12]级）?)?")
_DEATH = re.compile("(?:经?抢救无效)?(?:当场)?死亡|身亡|死|杀害|殁")


def _injury(grade: str, words: str, whole: tuple[int, int]) -> Place:
    """A quote may state more than the grade of its record: 重伤 in one place, 骨折 in another."""
    stated = _GRADE.search(words)
    if grade == "死亡" and _DEATH.search(words):
        return ("injury.death", *_part(_DEATH, words, whole))
    if stated:
        name = label_of(Injury(stated.group()), label_scheme()).name
        return (name, *stated.span())
    return ("injury.death" if grade == "死亡" else "injury.hurt", *whole)


def tightened(name: str, words: str) -> tuple[int, int]:
    """The part of the words that a span of this label should cover: a bare grade, a bare sum."""
    whole = (0, len(words))
    if name in ("injury.serious", "injury.light", "injury.slight"):
        return _part(_GRADE, words, whole)
    if name == "loss.amount":
        amounts = find_amounts(words)
        return (amounts[-1].start, amounts[-1].end) if amounts else whole
    return whole


def compensation_label(holder: Stated, words: str) -> str | None:
    """What the words say of paying, given what the record says of the whole case; None when they say nothing."""
    status = holder.get("status")
    if _FORGIVEN.search(words) and holder.get("forgiven"):
        return "paid" if status == "settled" and find_amounts(words) else "forgiven"
    if status == "settled":
        return "agreed" if _AGREED.search(words) and not _PERFORMED.search(words) else "paid"
    if status == "partial":
        return "rest_open" if _OPEN.search(words) and not find_amounts(words) else "part_paid"
    if status == "ordered":
        return "ordered"
    if status == "none":
        return "ordered" if _ORDER.search(words) and not _OPEN.search(words) else "unpaid"
    return "agreed" if _AGREED.search(words) else None


def agrees(value: Value, stated: Stated | list[Stated] | None) -> bool:
    """Whether gold confirms a value: the same, or a vaguer statement of the same."""
    holders = stated if isinstance(stated, list) else [stated] if stated else []
    return any(_agrees(value, holder) for holder in holders)


def _agrees(value: Value, holder: Stated) -> bool:
    match value:
        case Gender(word):
            return word == holder.get("value")
        case Age(years, birth, group):
            given = holder.get("value")
            if years is not None and given is not None:
                return int(given) == years
            if birth and holder.get("birth_date"):
                return str(holder["birth_date"]).startswith(birth) or birth.startswith(str(holder["birth_date"]))
            return group is not None and group == (holder.get("group") or _group(holder))
        case Disability(status):
            return status == holder.get("status")
        case Hardship(category):
            return category == holder.get("category")
        case Injury(grade):
            known = str(holder.get("grade"))
            return grade == "受伤" or known.startswith(grade) or grade.startswith(known)
        case Compensation():
            return _same_deed(value, holder)
        case Loss(amount):
            given = holder.get("amount")
            return given is not None and round(float(given)) == round(amount)


_CONFIRMED = {  # status of the case -> what a sentence of it may say
    "settled": ("paid", "agreed"),
    "partial": ("part_paid", "rest_open"),
    "ordered": ("ordered",),
    "none": ("unpaid",),
    None: ("agreed",),
}


def _same_deed(value: Compensation, holder: Stated) -> bool:
    deed = label_of(value, label_scheme()).id
    if deed == "forgiven":
        return bool(holder.get("forgiven"))
    return deed in _CONFIRMED.get(holder.get("status"), ())
