"""The Chinese words in which table and pages put levels, verdicts, attributes and values.

Nothing here may sound decided: the machine reports what the papers say, a person decides. An absent value is
printed as 未载明, never left blank and never as "no".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from api.schemas import CitationPart, Evidenced, PagePart, PersonPart, ScreeningResult, Versions, VictimPart
from screening.texts import LEVEL_COLOURS, LEVEL_TITLES, LIMB_TITLES, SURE_TITLES, VERDICT_TITLES

_ENDING = re.compile(
    r"\.(txt|docx|doc|wps|pdf|zip|html?|xhtml|ofd|png|jpe?g|tiff?|bmp|rar|7z|tar|gz|tgz)$", re.IGNORECASE
)
# a number that only puts files in order: 02-高空坠物案, 3、盗窃案, （4）诈骗案; not: 2025年卷, 187号卷, 3-15打假案
_ORDER = re.compile(r"^(?:\d{1,3}\s*[-_—－.．、\s]|[(（]\d{1,3}[)）])[-_—－.．、\s]*(?=[^\W\d])")
UNSTATED = "未载明"
NO_LONGER_FOUND = "此后筛查未再识别为被害人"  # of somebody about whom a person decided or wrote something
NOT_A_DECISION = "以上为材料提示，是否救助由检察官决定。"


@dataclass(frozen=True, slots=True)
class LevelWords:
    """Attributes:
    mark: a shape of its own for each level, so that colour alone never carries the meaning.
    """

    mark: str
    colour: str
    says: str


_LEVEL_MARKS = {"red": "◆", "orange": "▲", "yellow": "◐", "grey": "□", "none": "·"}
LEVELS = {
    level: LevelWords(mark, LEVEL_COLOURS[level], LEVEL_TITLES[level] if level != "none" else "未见线索")
    for level, mark in _LEVEL_MARKS.items()
}
_VERDICT_MARKS = {"met": "●", "undetermined": "◌", "not_met": "⊖"}
VERDICTS = {verdict: (mark, VERDICT_TITLES[verdict]) for verdict, mark in _VERDICT_MARKS.items()}
STATED_BAR = {"met": "有记载", "undetermined": "未载明", "not_met": "有相反记载"}
READINGS = {"plain": "文本", "docx": "文档", "html": "网页", "text-layer": "文字层", "ocr": "扫描", "ofd": "OFD"}
ROLES = {
    "accused": "被追诉人",
    "witness": "证人",
    "relative": "亲属",
    "guardian": "法定代理人",
    "representative": "代理人、辩护人",
    "expert": "鉴定人、医生",
    "officer": "办案人员",
    "other": "其他",
}


@dataclass(frozen=True, slots=True)
class AttributeWords:
    """Attributes:
    style: class of its mark, chip and legend entry.
    letter: the sign above the words.
    """

    style: str
    letter: str
    title: str


ATTRIBUTES: dict[str, AttributeWords] = {
    "gender": AttributeWords("sex", "性", "性别"),
    "age": AttributeWords("age", "龄", "年龄"),
    "injury": AttributeWords("injury", "伤", "伤情"),
    "disability": AttributeWords("disab", "残", "残疾"),
    "hardship": AttributeWords("hard", "困", "困难"),
    "compensation": AttributeWords("comp", "赔", "赔偿"),
    "loss": AttributeWords("loss", "损", "损失"),
}
OTHER = AttributeWords("other", "件", "其他要件")
SET_ASIDE = AttributeWords("out", "未计", "未计入")
NAME = AttributeWords("name", "名", "姓名")
_BY_STYLE = {words.style: words for words in (*ATTRIBUTES.values(), OTHER, SET_ASIDE, NAME)}
_AGE_GROUPS = {"minor": "未成年人", "adult": "成年人", "elder": "老年人"}


def words_of_style(style: str) -> AttributeWords:
    return _BY_STYLE[style]


def circled(number: int) -> str:
    """① … ㊿, then (51): the number of a victim, as it stands above marked words."""
    for first, base in ((1, 0x2460), (21, 0x3251), (36, 0x32B1)):
        size = 20 if first == 1 else 15
        if first <= number < first + size:
            return chr(base + number - first)
    return f"({number})"


def yuan(amount: float) -> str:
    return f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"


def describe(attribute: str, value: Evidenced | Mapping[str, object]) -> str:
    """One value in a few words: `案发时 63 岁，老年人`."""
    fields = value.model_dump() if isinstance(value, Evidenced) else value
    return _DESCRIBERS[attribute](fields)


def _gender(fields: Mapping[str, object]) -> str:
    return str(fields["value"])


def _age(fields: Mapping[str, object]) -> str:
    parts = []
    if fields.get("value") is not None:
        parts.append(f"案发时 {fields['value']} 岁")
    elif fields.get("birth_date"):
        parts.append(f"{fields['birth_date']} 生")
    if fields.get("group") and not (parts and fields["group"] == "adult"):
        parts.append(_AGE_GROUPS[str(fields["group"])])
    return "，".join(parts)


def _disability(fields: Mapping[str, object]) -> str:
    kind, grade = str(fields.get("kind") or ""), str(fields.get("grade") or "")
    if fields["status"] == "caused":
        return f"{kind}{grade}伤残，因案所致" if grade else f"{kind}残疾，因案所致"
    return f"{kind}残疾{grade}，案前已有"


def _hardship(fields: Mapping[str, object]) -> str:
    return str(fields["category"])


def _injury(fields: Mapping[str, object]) -> str:
    return str(fields["grade"])


def _compensation(fields: Mapping[str, object]) -> str:
    amount, owed = fields.get("amount"), fields.get("owed")
    paid = yuan(amount) if isinstance(amount, int | float) else None
    due = yuan(owed) if isinstance(owed, int | float) else None
    match fields.get("status"):
        case "settled" if fields.get("performed") is False:
            text = f"约定赔偿 {due or paid} 元，未履行" if due or paid else "已约定赔偿，未履行"
        case "settled":
            text = f"已赔偿 {paid} 元" if paid else "已赔偿，数额未载明"
        case "partial":
            text = f"已付 {paid or '未载明'}／{due} 元" if due else f"部分赔偿，已付 {paid} 元" if paid else "部分赔偿"
        case "ordered":
            text = f"裁判确定赔偿 {due} 元，未见付款" if due else "裁判确定赔偿，未见付款"
        case "none":
            text = f"未获赔偿，主张 {due} 元" if due else "未获赔偿"
        case _:
            text = f"赔偿 {due} 元，付款未载明" if due else "付款未载明"
    return f"{text}；已谅解" if fields.get("forgiven") else text


def _loss(fields: Mapping[str, object]) -> str:
    amount = fields["amount"]
    assert isinstance(amount, int | float)  # the schema of a loss
    return f"{yuan(amount)} 元"


_DESCRIBERS = {
    "gender": _gender,
    "age": _age,
    "disability": _disability,
    "hardship": _hardship,
    "injury": _injury,
    "compensation": _compensation,
    "loss": _loss,
}


def values_of(victim: VictimPart, attribute: str) -> tuple[Evidenced, ...]:
    """The values of one attribute, none or one or several."""
    value = getattr(victim, attribute)
    return value if isinstance(value, tuple) else () if value is None else (value,)


def without_ending(name: str) -> str:
    """A file name without the ending of a known format: `卷宗v1.2.pdf` is `卷宗v1.2`, `v1.2` stays."""
    return _ENDING.sub("", name)


def name_title(name: str) -> str:
    """A dossier's file name as a title, without its ending and the number that only put it in order.

    Example:
        >>> name_title("02-高空坠物案.zip"), name_title("2025年卷宗.tar.gz"), name_title("187.zip")
        ('高空坠物案', '2025年卷宗', '187')
    """
    stem = without_ending(without_ending(name)).strip() or name
    return _ORDER.sub("", stem)


def case_title(result: ScreeningResult) -> str:
    """`贺某等 2 人盗窃案` from the accused and the charges; the dossier's name where the papers state neither."""
    accused = [person.name for person in result.people if person.role == "accused"]
    charges = "、".join(result.dossier.case.charges or ())
    if not accused or not charges:
        return name_title(result.dossier.name)
    who = accused[0] if len(accused) == 1 else f"{accused[0]}等 {len(accused)} 人"
    return f"{who}{charges}案"


def kin_words(person: PersonPart) -> str:
    """Somebody who belongs to a victim: `程某（母亲，法定代理人）`."""
    role = ROLES[person.role] if person.role not in ("relative", "other") else ""
    about = "，".join(words for words in (person.relation or "", role) if words)
    return f"{person.name}（{about}）" if about else person.name


def short_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """File names without folder and ending, kept whole where two would look alike."""
    stems = [PurePosixPath(name).stem or name for name in names]
    return tuple(name if stems.count(stem) > 1 else stem for name, stem in zip(names, stems, strict=True))


def reading_words(page: PagePart) -> str:
    """How a page was read; below 90 % a person should look at the original."""
    words = READINGS.get(page.reading, page.reading)
    if page.confidence is None:
        return words
    doubt = "，须与原页核对" if page.confidence < 0.9 else ""
    return f"{words}，识别可信度 {page.confidence:.0%}{doubt}"


def versions_words(versions: Versions) -> str:
    model = "仅用规则识别，未装学习模型" if versions.model == "none" else f"识别模型 {versions.model}"
    return f"程序 {versions.pipeline}；{model}；规则 {versions.rules.removeprefix('sha256:')[:12]}"


def limb_title(name: str) -> str:
    """The Chinese name of a limb."""
    return LIMB_TITLES.get(name, name)


def period_of(citation: CitationPart) -> str:
    """From when to when a source holds, as it is known: an end that nobody told is said to be so, not left out.

    >>> period_of(CitationPart(instrument="专项", article=None, effective_from="2022-03", effective_to=""))
    '2022-03 起，未载明止期'
    >>> period_of(CitationPart(instrument="专项", article=None, effective_from="2023-02", effective_to="2025-12-31"))
    '2023-02 起，至 2025-12-31 止'
    """
    if citation.effective_from is None:
        return ""
    end = {None: "", "": "，未载明止期"}.get(citation.effective_to, f"，至 {citation.effective_to} 止")
    return f"{citation.effective_from} 起{end}"


def caution_of(citation: CitationPart) -> str:
    """What must stand beside a source that is one only: `（仅一处来源，引用前请核对）`; an office's own setting is
    called one in place of an instrument."""
    return f"（{SURE_TITLES[citation.sure]}）" if citation.sure == "one-source" else ""


def plain_why(why: str) -> str:
    """A limb's reason without the words that its verdict says already."""
    return why.removeprefix("卷内有依据：").removeprefix("卷内有相反记载：")
