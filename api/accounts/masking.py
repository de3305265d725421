"""Names, numbers and addresses covered, character for character, so that every offset still holds.

In: a result and the papers it was made from. Out: the same texts, quotes and words with people's names shortened to the
surname (蔺满囤 → 蔺某某), identity, telephone and account numbers and addresses starred, and the places on a page
image that must be painted over. People who would look alike are told apart by a stem (李某甲, 李某乙). Seeing without
the mask is an act of a person about one dossier, for a while, and is recorded.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.accounts.http import NotAllowed
from api.accounts.rights import Permission, Visitor
from api.schemas import ScreeningResult
from api.store.tables import Unmasking, now
from dossier.covering import Cover, covers_of
from dossier.document import Document, Dossier
from dossier.span import Span
from nlp.name_cues import surname_pattern

FOR = dt.timedelta(minutes=30)
REASONS = {"review": "核对线索", "decide": "作出处理", "letter": "制作文书", "contact": "联系当事人"}
_STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
_MASKED = re.compile(r"[某×xX*＊]")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]+")
_D = r"[0-9０-９]"
# (pattern, characters kept in front, characters kept behind); near misses: a case number, a sum, a date
_NUMBERS = (
    (
        re.compile(rf"(?<!{_D}){_D}{{6}}[ ]?{_D}{{8}}[ ]?{_D}{{3}}[0-9０-９XxＸｘ](?![0-9０-９A-Za-z])"),
        4,
        0,
    ),  # identity
    (re.compile(rf"(?<!{_D}){_D}{{6}}(?:[0-9]{{2}})(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]){_D}{{3}}(?!{_D})"), 4, 0),
    (re.compile(rf"(?<!{_D})(?:{_D}{{4}}[ ]?){{3}}{_D}{{4,7}}(?!{_D})"), 0, 4),  # bank card
    (re.compile(rf"(?<!{_D})[1１][3-9３-９]{_D}[ -]?{_D}{{4}}[ -]?{_D}{{4}}(?!{_D})"), 3, 2),  # mobile
    (re.compile(rf"(?<!{_D})[0０]{_D}{{2,3}}[-－ ]{_D}{{7,8}}(?!{_D})"), 4, 0),  # landline
)
# the address behind its cue, from below the county on: 住临溪县沙窝镇章家坳村12号; near misses: 住院23天, 住ICU观察
_ADDRESS = re.compile(
    r"(?:住址|住所地?|现住|家住|户籍所在地|户籍地址?|户籍|居住地|地址|暂住|住)(?:[：:为在于]|址)?[ ]?"
    r"(?P<place>(?=[^，。；：\n]{0,24}?(?:[省市县区镇乡村屯庄寨路街巷弄组]|小区|大队)[\u3400-\u9fff0-9０-９]{0,20})"
    r"(?!院|宿费|房)[\u3400-\u9fff][\u3400-\u9fffA-Za-z0-9０-９#×\-－]{3,50})"
)
_KEPT_PLACE = re.compile(
    r"^(?:[\u3400-\u9fff]{2,9}?(?:省|自治区))?(?:[\u3400-\u9fff]{1,9}?(?:市|自治州|盟))?(?:[\u3400-\u9fff]{1,8}?(?:县|区|市|旗))?"
)


@dataclass(frozen=True)
class Mask:
    """Covers what one dossier says of people. Build it with `mask_of`.

    Attributes:
        names: name → what stands for it, of the same length.
    """

    names: dict[str, str] = field(repr=False)
    texts: dict[str, str] = field(repr=False)  # masked text by document id

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        forms = sorted((name for name, shown in self.names.items() if name != shown), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, forms))) if forms else None

    def with_names(self, names: Iterable[str]) -> Mask:
        """The mask with further names, of people whom the result does not know, or not any more."""
        return Mask({**stand_ins(names), **self.names}, self.texts)

    def words(self, content: str) -> str:
        """Any words about the dossier: a summary, a file name, a reason."""
        return _star(self._named(content))

    def text(self, document_id: str, content: str) -> str:
        """The text of a paper, of the same length."""
        if document_id not in self.texts:
            self.texts[document_id] = self.words(content)
        return self.texts[document_id]

    def document(self, document: Document) -> Document:
        """The paper with its text and name masked; pages and boxes are the same."""
        return Document(
            document.id,
            self.words(document.name),
            self.text(document.id, document.text),
            document.pages,
            document.boxes,
            document.warnings,
        )

    def dossier(self, dossier: Dossier) -> Dossier:
        return Dossier(
            dossier.id,
            self.words(dossier.name),
            dossier.sha256,
            tuple(self.document(document) for document in dossier.documents),
            dossier.warnings,
        )

    def result(self, result: ScreeningResult) -> ScreeningResult:
        """The result with every quote, name and word masked; spans keep their offsets."""
        masked = self._walk(result.model_dump(mode="json", by_alias=True))
        return ScreeningResult.model_validate(masked)

    def json(self, value: Any) -> Any:
        """Any JSON made from the dossier, with its strings masked."""
        return self._walk(value)

    def covers(self, document: Document, page: int) -> tuple[Cover, ...]:
        """What to paint over on a page image: the masked characters of each line."""
        shown = self.text(document.id, document.text)
        spans = (Span(document.id, start, end) for start, end in _differences(document.text, shown))
        return covers_of(document, spans, page)

    def _named(self, content: str) -> str:
        return self._pattern.sub(lambda m: self.names[m.group()], content) if self._pattern else content

    def _walk(self, value: Any) -> Any:
        if isinstance(value, dict):
            span = isinstance(value.get("document"), str) and isinstance(value.get("start"), int) and "text" in value
            walked = {key: self._walk(item) for key, item in value.items()}
            if span and value["document"] in self.texts:
                walked["text"] = self.texts[value["document"]][value["start"] : value["end"]]
            return walked
        if isinstance(value, list | tuple):
            return [self._walk(item) for item in value]
        return self.words(value) if isinstance(value, str) and not value.startswith("sha256:") else value


def mask_of(result: ScreeningResult, dossier: Dossier | None = None, missed: Iterable[str] = ()) -> Mask:
    """The mask of a dossier; with its papers, quotes are cut out of their masked texts.

    Args:
        missed: names of people whom the result does not know.
    """
    spans = [span for v in result.victims for span in v.mentions] + [s for p in result.people for s in p.mentions]
    names = {v.name for v in result.victims if str(v.type) == "person"} | {p.name for p in result.people}
    names |= {alias for v in result.victims if str(v.type) == "person" for alias in v.aliases}
    groups = {v.name for v in result.victims if str(v.type) != "person"}
    names |= {span.text for span in spans if span.text not in groups and len(span.text) <= 6}
    names |= set(missed)
    mask = Mask(stand_ins(names), {})
    for document in dossier.documents if dossier is not None else ():
        mask.text(document.id, document.text)
    return mask


def mask_card(card: dict[str, Any]) -> dict[str, Any]:
    """A lead's card with the names that it knows of masked; the card lists them in `people`."""
    mask = Mask(dict(card.get("people", {})), {})
    masked: dict[str, Any] = mask.json({key: value for key, value in card.items() if key != "people"})
    return masked


def shown_names(result: ScreeningResult) -> dict[str, str]:
    """Every name of a result with what stands for it."""
    return mask_of(result).names


def is_unmasked(session: Session, visitor: Visitor, dossier_id: str) -> bool:
    """Whether this person chose to see this dossier without the mask, not too long ago."""
    row = session.get(Unmasking, (visitor.id, dossier_id))
    return row is not None and row.until > now()


def unmasked_by(session: Session, visitor: Visitor) -> frozenset[str]:
    """Ids of the dossiers that this person sees without the mask at this moment."""
    rows = session.scalars(select(Unmasking.dossier_id).where(Unmasking.user_id == visitor.id, Unmasking.until > now()))
    return frozenset(rows)


def unmask(session: Session, visitor: Visitor, dossier_id: str, reason: str) -> dt.datetime:
    """Lets a person see names and numbers of one dossier for half an hour; until when.

    Raises:
        NotAllowed: `mask.not_allowed` without the right, or without a reason of `REASONS`.
    """
    if not visitor.may(Permission.UNMASK) or visitor.kind != "user":
        raise NotAllowed("mask.not_allowed", "您的账号不能显示姓名和号码", "需要的，请联系系统管理员")
    if reason not in REASONS:
        raise NotAllowed("mask.reason", "显示姓名须选择事由", f"可选：{'、'.join(REASONS.values())}")
    row = session.get(Unmasking, (visitor.id, dossier_id)) or Unmasking(user_id=visitor.id, dossier_id=dossier_id)
    row.at, row.until, row.reason = now(), now() + FOR, reason
    session.add(row)
    record(session, visitor.id, "dossier.unmask", f"dossier:{dossier_id}", reason=reason)
    return row.until


def mask_again(session: Session, visitor: Visitor, dossier_id: str) -> None:
    row = session.get(Unmasking, (visitor.id, dossier_id))
    if row is not None:
        row.until = now()


def hidden_name(name: str) -> str:
    """A file name of a dossier of which nothing is known yet: it may be anybody's name.

    >>> hidden_name("贺某冬故意伤害案.zip")
    '贺******案.zip'
    """
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if dot else (name, "")
    return (stem if len(stem) < 3 else stem[0] + "*" * (len(stem) - 2) + stem[-1]) + ending


def stand_ins(names: Iterable[str]) -> dict[str, str]:
    """Names with what stands for each, of the same length.

    >>> stand_ins(["蔺满囤", "李建国", "李卫东"])
    {'李卫东': '李某甲', '李建国': '李某乙', '蔺满囤': '蔺某某'}
    """
    alike: dict[tuple[str, int], list[str]] = defaultdict(list)
    shown: dict[str, str] = {}
    for name in sorted(names):
        if len(name) < 2 or _MASKED.search(name) or not _HAN.fullmatch(name):
            continue
        family = surname_pattern().match(name)
        head = family.group() if family is not None and len(family.group()) < len(name) else name[0]
        alike[head, len(name)].append(name)
    for (head, length), people in alike.items():
        for number, name in enumerate(people):
            rest = length - len(head)
            stem = _STEMS[number % len(_STEMS)] if len(people) > 1 else "某"
            shown[name] = head + "某" * (rest - 1) + stem
    return shown


def _star(content: str) -> str:
    for pattern, front, behind in _NUMBERS:
        content = pattern.sub(lambda m, f=front, b=behind: _starred(m.group(), f, b), content)  # type: ignore[misc]
    return _ADDRESS.sub(_address, content)


def _starred(number: str, front: int, behind: int) -> str:
    return number[:front] + "*" * (len(number) - front - behind) + (number[-behind:] if behind else "")


def _address(match: re.Match[str]) -> str:
    whole, place = match.group(), match["place"]
    known = _KEPT_PLACE.match(place)
    kept = known.end() if known else 0
    return whole[: len(whole) - len(place) + kept] + "*" * (len(place) - kept)


def _differences(one: str, other: str) -> Iterable[tuple[int, int]]:
    start = -1
    for offset, (a, b) in enumerate(zip(one, other, strict=True)):
        if a != b and start < 0:
            start = offset
        elif a == b and start >= 0:
            yield start, offset
            start = -1
    if start >= 0:
        yield start, len(one)
