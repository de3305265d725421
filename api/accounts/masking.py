"""Names, numbers and addresses covered, character for character, so that every offset still holds.

In: a result and the papers it was made from. Out: the same texts, quotes and words with people's names shortened to the
surname (蔺满囤 → 蔺某某), identity, telephone and account numbers and addresses starred, and the places on a page
image that must be painted over. People who would look alike are told apart by a stem (李某甲, 李某乙). Names are those
of the result, and those that the papers tell to `api.accounts.told_names`: the mask does not rest on the finder of
people alone. Seeing without the mask is an act of a person about one dossier, for a while, and is recorded.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.accounts.http import NotAllowed
from api.accounts.personal_numbers import starred
from api.accounts.rights import Permission, Visitor
from api.accounts.told_names import GAP, Told, given_name, names_in_file_name, told_names
from api.schemas import ScreeningResult
from api.store.tables import Unmasking, now
from dossier.covering import Cover, covers_of
from dossier.document import Document, Dossier
from dossier.span import Span
from nlp.name_cues import surname_pattern
from nlp.segment import is_word

FOR = dt.timedelta(minutes=30)
REASONS = {"review": "核对线索", "decide": "作出处理", "letter": "制作文书", "contact": "联系当事人"}
_STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
_MASKED = re.compile(r"[某×xX*＊]")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·•・．‧]+")
_DOTS = "·•・．‧∙●"
# what may stand around a given name that is a word too: 小满说; near miss: 平安保险, 海军某部
_BEFORE_GIVEN = re.compile(r"(?:^|[，。、：；（“”\s我叫给是和与把被对向找跟让将由]|[我他她]家)$")
_AFTER_GIVEN = re.compile(r"$|[，。、：；）”\s说的在被把将是也就又和与跟哥姐弟妹妈爸他她称向给让]")
_CUED = ("text", "quote", "sentence", "note", "corrected", "predicted")  # whose words are a paper's or a person's


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
        forms = {name: GAP.join(map(re.escape, name)) for name, shown in self.names.items() if name != shown}
        for name in list(forms):
            given = given_name(name)
            if given is not None and _HAN.fullmatch(given):
                forms.setdefault(given, given)
        return re.compile("|".join(forms[name] for name in sorted(forms, key=len, reverse=True))) if forms else None

    def with_names(self, names: Iterable[str]) -> Mask:
        """The mask with further names, of people whom the result does not know, or not any more."""
        return Mask({**stand_ins(names), **self.names}, self.texts)

    def words(self, content: str, told: Iterable[Told] | None = None) -> str:
        """Any words about the dossier, as people or papers put them: a paper's text, a note.

        Args:
            told: names that the words tell, where that is known already.
        """
        shown = self._named(content)
        for name in told_names(content) if told is None else told:
            written = content[name.start : name.end]
            if shown[name.start : name.end] == written:
                shown = shown[: name.start] + _laid_over(_hidden(name.name), written) + shown[name.end :]
        return starred(shown)

    def file_name(self, name: str) -> str:
        """The name of a file, which may name somebody whom no paper does."""
        more = stand_ins(names_in_file_name(name), self.names)
        return (Mask({**self.names, **more}, {}) if more else self).words(name)

    def text(self, document_id: str, content: str, told: Iterable[Told] | None = None) -> str:
        """The text of a paper, of the same length."""
        if document_id not in self.texts:
            self.texts[document_id] = self.words(content, told)
        return self.texts[document_id]

    def document(self, document: Document) -> Document:
        """The paper with its text and name masked; pages and boxes are the same."""
        return Document(
            document.id,
            self.file_name(document.name),
            self.text(document.id, document.text),
            document.pages,
            document.boxes,
            document.warnings,
        )

    def dossier(self, dossier: Dossier) -> Dossier:
        return Dossier(
            dossier.id,
            self.file_name(dossier.name),
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

    def told_beside(self, value: Any) -> Any:
        """JSON that came beside the papers: its names are known from them, or from its own words and keys."""
        pairs = list(_strings(value))
        told = {name.name for key, text in pairs for name in told_names(f"{key}：{text}") if name.everywhere}
        return self.with_names(told)._beside(value)

    def _beside(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {self.words(name): self._beside(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [self._beside(item, key) for item in value]
        if isinstance(value, str):
            return self.words(f"{key}：{value}")[len(key) + 1 :]
        if isinstance(value, int | float) and not isinstance(value, bool):
            shown = starred(str(value))
            return value if shown == str(value) else shown
        return value

    def covers(self, document: Document, page: int) -> tuple[Cover, ...]:
        """What to paint over on a page image: the masked characters of each line."""
        shown = self.text(document.id, document.text)
        spans = (Span(document.id, start, end) for start, end in _differences(document.text, shown))
        return covers_of(document, spans, page)

    def _named(self, content: str) -> str:
        return self._pattern.sub(self._named_one, content) if self._pattern else content

    def _named_one(self, match: re.Match[str]) -> str:
        name = "".join(match.group().split())
        if name not in self.names and is_word(name) and not _stands_alone(match):
            return match.group()
        shown = self.names.get(name) or self.names.get(match.group()) or "某" * len(name)
        return _laid_over(shown, match.group())

    def _walk(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            span = isinstance(value.get("document"), str) and isinstance(value.get("start"), int) and "text" in value
            walked = {name: self._walk(item, name) for name, item in value.items()}
            if span and value["document"] in self.texts:
                walked["text"] = self.texts[value["document"]][value["start"] : value["end"]]
            return walked
        if isinstance(value, list | tuple):
            return [self._walk(item, key) for item in value]
        if not isinstance(value, str) or value.startswith("sha256:"):
            return value
        return self.words(value) if key in _CUED else starred(self._named(value))


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
    shown = stand_ins(names)
    documents = dossier.documents if dossier is not None else ()
    told = {document.id: told_names(document.text) for document in documents}
    files = (result.dossier.name, *(document.name for document in documents))
    refused = (
        warning.message.partition("：")[0] for warning in result.dossier.warnings
    )  # files that nobody could read
    more = {name for file in (*files, *refused) for name in names_in_file_name(file)}
    more |= {name for there in told.values() for name in _new_names(there, names)}
    mask = Mask({**shown, **stand_ins(more, shown)}, {})
    for document in documents:
        mask.text(document.id, document.text, told[document.id])
    return mask


def _strings(value: Any, key: str = "") -> Iterable[tuple[str, str]]:
    """Every string of a JSON value with the key it stands under."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _strings(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, key)
    elif isinstance(value, str):
        yield key, value


def _new_names(told: Iterable[Told], known: Iterable[str]) -> set[str]:
    """Names that are told beside those that are known, and that are covered wherever they stand."""
    there = tuple(name for name in known if len(name) > 1)
    return {name.name for name in told if name.everywhere and not name.name.startswith(there)}


def mask_card(card: dict[str, Any]) -> dict[str, Any]:
    """A lead's card with the names that it knows of masked; the card lists them in `people`."""
    mask = Mask(dict(card.get("people", {})), {})
    masked: dict[str, Any] = mask.json({key: value for key, value in card.items() if key != "people"})
    return masked


def shown_names(result: ScreeningResult, texts: Iterable[str] = ()) -> dict[str, str]:
    """Every name of a result and of its papers' texts with what stands for it."""
    names = mask_of(result).names
    more = {name for text in texts for name in _new_names(told_names(text), names)}
    return {**names, **stand_ins(more, names)}


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
    >>> hidden_name("王芳.txt")
    '王*.txt'
    """
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if dot and len(ending) <= 5 else (name, "")
    last = stem[-1:] if len(stem) > 4 and stem[-1] in "案卷书录册宗" else ""
    return stem[:1] + "*" * (len(stem) - 1 - len(last)) + last + ending


def stand_ins(names: Iterable[str], beside: Iterable[str] = ()) -> dict[str, str]:
    """Names with what stands for each, of the same length.

    >>> stand_ins(["蔺满囤", "李建国", "李卫东"])
    {'李卫东': '李某甲', '李建国': '李某乙', '蔺满囤': '蔺某某'}

    Args:
        beside: names that have theirs already.
    """
    alike: dict[tuple[str, int], list[str]] = defaultdict(list)
    known = frozenset(beside)
    taken = Counter((_head(name), len(name)) for name in known if len(name) > 1)
    shown: dict[str, str] = {}
    for name in sorted(names):
        if len(name) < 2 or name in known or _MASKED.search(name):
            continue
        if _HAN.fullmatch(name) and not set(name) & set(_DOTS):
            alike[_head(name), len(name)].append(name)
        elif name[0].isalpha():
            shown[name] = _hidden(name)
    for (head, length), people in alike.items():
        first = taken[head, length]
        for number, name in enumerate(people, first):
            stem = _STEMS[number % len(_STEMS)] if len(people) + first > 1 else "某"
            shown[name] = head + "某" * (length - len(head) - 1) + stem
    return shown


def _head(name: str) -> str:
    family = surname_pattern().match(name)
    return family.group() if family is not None and len(family.group()) < len(name) else name[0]


def _hidden(name: str) -> str:
    """What stands for a name that is not told apart: 万俟某, 买某某·某某某, J*** S****."""
    if name[0].isascii():
        return re.sub(r"(?<=[A-Za-z])[A-Za-z]", "*", name)
    head = name[0] if set(name) & set(_DOTS) else _head(name)
    return head + "".join("某" if char.isalpha() else char for char in name[len(head) :])


def _stands_alone(match: re.Match[str]) -> bool:
    """Whether a given name that is a word as well stands where a name does."""
    before = match.string[max(0, match.start() - 2) : match.start()]
    return bool(_BEFORE_GIVEN.search(before) and _AFTER_GIVEN.match(match.string, match.end()))


def _laid_over(shown: str, written: str) -> str:
    """What stands for a name, with the blanks and ends of lines of the place where it is written."""
    if len(shown) == len(written):
        return shown
    rest = iter("".join(shown.split()))
    return "".join(char if char.isspace() else next(rest, "某") for char in written)


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
