"""The values that an annotator may give, by attribute: the vocabulary of the guidelines, closed.

In: fields as a browser sends them. Out: the fields as gold holds them, or an error in words. Two answers are equal when
they say the same, whatever words they point at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from api.person_corrections import VICTIM_TYPES
from api.schemas import Yuan
from api.store.missed import PERSON
from api.wording import describe
from dossier.errors import JiuzhuError
from nlp.facts import COMPENSATION_STATUSES, DISABILITY_KINDS, HARDSHIP_CATEGORIES, INJURY_GRADES
from nlp.recognizers.age import group_of

MANY = ("disability", "hardship")  # attributes that hold a list
Fields = dict[str, Any]
_Money = Annotated[Yuan, Field(gt=0, le=1e12)]
_GRADES = tuple(f"{digit}级" for digit in "一二三四五六七八九十")


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _Gender(_Value):
    value: Literal["男", "女"]


class _Age(_Value):
    value: Annotated[int, Field(ge=0, le=120)] | None = None
    birth_date: (
        Annotated[str, Field(pattern=r"^(18|19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")] | None
    ) = None
    group: Literal["minor", "adult", "elder"] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> _Age:
        if self.value is None and self.birth_date is None and self.group is None:
            raise ValueError("an age without years, date or group")
        if self.value is not None and self.group not in (None, group_of(self.value)):
            raise ValueError("the group is not that of the years")
        return self


class _Disability(_Value):
    status: Literal["preexisting", "caused"]
    kind: Literal["视力", "听力", "言语", "肢体", "智力", "精神", "多重"] | None = None
    grade: Literal["一级", "二级", "三级", "四级", "五级", "六级", "七级", "八级", "九级", "十级"] | None = None


class _Hardship(_Value):
    category: Literal["低保", "特困", "低保边缘", "脱贫监测", "孤儿", "重病", "失能失业", "生活困难"]


class _Injury(_Value):
    grade: Literal["死亡", "重伤一级", "重伤二级", "重伤", "轻伤一级", "轻伤二级", "轻伤", "轻微伤", "受伤"]


class _Compensation(_Value):
    status: Literal["settled", "partial", "ordered", "none"] | None = None
    amount: _Money | None = None
    forgiven: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> _Compensation:
        if self.status is None and not self.forgiven:
            raise ValueError("neither payment nor forgiveness")
        if self.amount is not None and self.status in ("none", None):
            raise ValueError("a sum that nobody paid")
        return self


class _Loss(_Value):
    amount: _Money


class _Person(_Value):
    type: Literal["person", "group", "organization"]


_MODELS: Mapping[str, type[_Value]] = {
    "gender": _Gender,
    "age": _Age,
    "disability": _Disability,
    "hardship": _Hardship,
    "injury": _Injury,
    "compensation": _Compensation,
    "loss": _Loss,
    PERSON: _Person,
}


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the form: a choice, a number, a date as far as known, or a tick.

    Attributes:
        choices: value → words; empty for other kinds.
        optional: may be left out.
    """

    name: str
    title: str
    kind: str  # choice, number, date, tick
    choices: Mapping[str, str]
    optional: bool = False


def _same(words: Iterable[str]) -> dict[str, str]:
    return {word: word for word in words}


_STATUS = dict(zip(COMPENSATION_STATUSES, ("已赔付或履行", "部分赔付", "裁判确定，未见付款", "未获赔偿"), strict=True))
FORMS: Mapping[str, tuple[FormField, ...]] = {
    "gender": (FormField("value", "性别", "choice", _same("男女")),),
    "age": (
        FormField("value", "案发时周岁", "number", {}, optional=True),
        FormField("birth_date", "出生日期", "date", {}, optional=True),
        FormField("group", "年龄段", "choice", {"minor": "未成年人", "adult": "成年人", "elder": "老年人"}, True),
    ),
    "disability": (
        FormField("status", "何时", "choice", {"preexisting": "案前已有", "caused": "因案所致"}),
        FormField("kind", "类别", "choice", _same(DISABILITY_KINDS), optional=True),
        FormField("grade", "等级", "choice", _same(_GRADES), optional=True),
    ),
    "hardship": (FormField("category", "类别", "choice", _same(HARDSHIP_CATEGORIES)),),
    "injury": (FormField("grade", "伤情", "choice", _same(INJURY_GRADES)),),
    "compensation": (
        FormField("status", "赔偿", "choice", _STATUS, optional=True),
        FormField("amount", "已付金额（元）", "number", {}, optional=True),
        FormField("forgiven", "已谅解", "tick", {}, optional=True),
    ),
    "loss": (FormField("amount", "损失（元）", "number", {}),),
    PERSON: (FormField("type", "哪种被害人", "choice", {str(kind): words for kind, words in VICTIM_TYPES.items()}),),
}


@dataclass(frozen=True, slots=True)
class Label:
    """What chosen words can be said to be with one key.

    Attributes:
        code: what its field is set to; empty where the field is to be filled in.
    """

    field: str
    code: str
    words: str


def labels_of(attribute: str) -> tuple[Label, ...]:
    """The labels of a question, in the order of their keys 1–9: the choices of its first choice, and what is filled in
    or ticked beside it.

    >>> [label.words for label in labels_of("compensation")]
    ['已赔付或履行', '部分赔付', '裁判确定，未见付款', '未获赔偿', '已谅解']
    """
    labels: list[Label] = []
    chosen = False
    for each in FORMS[attribute]:
        if each.kind == "choice" and not chosen:
            labels += [Label(each.name, code, words) for code, words in each.choices.items()]
            chosen = True
        elif each.kind == "tick" or (each.kind in ("number", "date") and not chosen):
            labels.append(Label(each.name, "", each.title))
    return tuple(labels)


def checked(attribute: str, fields: Mapping[str, Any]) -> Fields:
    """The fields as gold holds them; those that a reading has beyond them are refused.

    Raises:
        JiuzhuError: `annotation.value`.

    Example:
        >>> checked("age", {"value": 16})
        {'value': 16, 'birth_date': None, 'group': 'minor'}
    """
    try:
        value = _MODELS[attribute].model_validate(dict(fields)).model_dump(mode="json")
    except ValidationError:
        raise JiuzhuError(
            "annotation.value",
            "所填的值不合标注规范",
            "请对照本页的规范核对各栏；金额为正数，日期写作 2009-04 或 2009-04-02",
        ) from None
    if attribute == "age" and value["group"] is None and value["value"] is not None:
        value["group"] = group_of(value["value"])
    return value


def of_reading(attribute: str, fields: Mapping[str, Any]) -> Fields | None:
    """What the form is filled with from a reading; None when a form cannot say it."""
    known = {name: fields.get(name) for name in _MODELS[attribute].model_fields if fields.get(name) is not None}
    try:
        return checked(attribute, known)
    except JiuzhuError:
        return None


def of_words(attribute: str, words: str) -> Fields | None:
    """A value that a person wrote in words, where the words are of the vocabulary.

    Example:
        >>> of_words("injury", "重伤一级"), of_words("injury", "很重")
        ({'grade': '重伤一级'}, None)
    """
    word = words.strip()
    field = FORMS[attribute][0]
    if field.kind == "choice":
        code = next((code for code, title in field.choices.items() if word in (code, title)), None)
        return of_reading(attribute, {field.name: code}) if code is not None else None
    number = word.removesuffix("元").removesuffix("岁").replace(",", "").strip()
    return of_reading(attribute, {field.name: float(number)}) if number.replace(".", "", 1).isdecimal() else None


def in_words(attribute: str, fields: Mapping[str, Any]) -> str:
    """An answer's value as the page says it."""
    if attribute == PERSON:
        return f"是被害人（{VICTIM_TYPES[fields['type']]}）"
    return describe(attribute, {"owed": None, "performed": None, **fields})


def says_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two answers, `{"verdict", "values": [{"fields"}]}`, say the same of one attribute."""
    return said(one) == said(other)


def said(answer: Mapping[str, Any]) -> tuple[str, frozenset[str]]:
    """What an answer says of its victim: whose else the words are is not of this victim, who has nothing stated."""
    verdict = "unstated" if answer["verdict"] == "other" else answer["verdict"]
    values = answer["values"] if verdict == "value" else ()
    return verdict, frozenset(json.dumps(value["fields"], sort_keys=True) for value in values)
