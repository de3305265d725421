"""Passages that state a circumstance, taken as a reader takes them: who said it, of whom, and whether it is meant.

A topic of `nlp.circumstances` names the literal words that no match is without (`keys`); only sentences with one of
them are searched. Questions, printed notices, statute text and old records never yield a remark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from dossier.span import Span
from nlp.borders import whole_words
from nlp.facts import Circumstance, CircumstanceKind, Role, VictimType
from nlp.frames import PersonMention
from nlp.name_cues import KIN
from nlp.ownership import owners_left
from nlp.people import Cast, Paper
from nlp.reading import ASKS, Sentence, Zone

LONGEST = 60  # code points of one evidence span
_MOST_SPANS = 4
_SILENT = frozenset({Zone.QUESTION, Zone.LAW, Zone.BOILERPLATE, Zone.RECORD})
INTERVIEWS = frozenset({"询问笔录", "讯问笔录"})
SPOKEN = INTERVIEWS | frozenset({"申请书", "谅解书", "收条", "附带民事起诉状", "认罪认罚具结书"})
_ABOUT_BODY = frozenset({"诊断证明", "病历", "出院小结", "费用清单", "鉴定意见", "伤残鉴定", "死亡鉴定", "死亡证明"})


def either(*alternatives: str) -> re.Pattern[str]:
    """A pattern of which any alternative may match; the first in the list wins at one place."""
    return re.compile("|".join(alternatives))


# matches 如果他道歉, 要是鉴定下来是轻伤; near: 如下, 如实, 例如
_IF = either(
    "如果|假如|倘若|倘|若(?!干)|(?<![例比诸犹不])如(?![下实何此期上同前图今])",
    "要是|万一|一旦|除非|假设|的话|即使|哪怕|以免",
)
_MAY = re.compile(r"(?:可能|或许|也许|恐怕?|担心|预计|估计|建议|拟|申请|请求|希望|想|打算)[^，。；：]{0,8}$")
_WHETHER = re.compile(r"(?:是否|有无|能否|可否|有没有|会不会|能不能)[^，。；：]{0,16}$")
# matches 未/没有/并非 right before; near: 没有劳动能力 said of the words themselves, which patterns hold
_NOT = re.compile(
    r"(?:没有|没|未曾|未能?|并未|不曾|并不|不|无需?|并非|非|不是|否认|不存在|从未|未见|未发现|排除|不属于|不构成|不符合)"
    r"[^，。；：、]{0,6}$"
)
_OLD = re.compile(
    r"(?:曾经?|以前|早年|小时候|自幼|既往|陈旧|多年前|前些年|[12]\d{3}年那次|那次|前年|去年)[^，。；]{0,16}$"
)
# matches 辩护人提出, 被告人辩称, 原告人诉称; near: 公诉机关提出
_PLEADS = re.compile(
    r"(?:辩护人|被告人|上诉人|犯罪嫌疑人)[^。；]{0,16}?(?:提出|认为|辩称|辩解|辩护称)|(?:诉|辩|上诉)称[，：]"
)


@dataclass(frozen=True, slots=True)
class Remark:
    """One match in one sentence; `start`, `end` in the view of `paper`."""

    cast: Cast = field(repr=False)
    paper: Paper = field(repr=False)
    sentence: Sentence
    match: re.Match[str] = field(repr=False)
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.paper.reading.text

    @property
    def kind(self) -> str:
        return self.paper.reading.kind or ""

    @property
    def words(self) -> str:
        """The whole sentence."""
        return self.text[self.sentence.start : self.sentence.end]

    @property
    def before(self) -> str:
        return self.text[self.sentence.start : self.start]

    @property
    def after(self) -> str:
        return self.text[self.end : self.sentence.end]

    @property
    def clause_before(self) -> str:
        """What stands before the match since the last comma or colon."""
        return re.split("[，；：。]", self.before)[-1]

    @property
    def supposed(self) -> bool:
        """Said as a condition, a possibility or a wish, not as a fact."""
        frame = self.paper.frame  # names are one character there: the 如 of 车如意 is no condition
        low, place = frame.from_view(self.sentence.start), frame.from_view(self.start)
        before = frame.text[low:place].rsplit("；", 1)[-1]
        return bool(_IF.search(before[-60:]) or _MAY.search(before[-20:]) or _WHETHER.search(before[-24:]))

    @property
    def denied(self) -> bool:
        return _NOT.search(self.before[-14:]) is not None

    @property
    def old(self) -> bool:
        """Of a time before the case."""
        return _OLD.search(self.before[-24:]) is not None

    @property
    def claimed(self) -> bool:
        """Only one side's word in a court paper."""
        return self.sentence.zone in (Zone.CLAIM, Zone.DEFENCE) or _PLEADS.search(self.before) is not None

    @property
    def span(self) -> Span:
        return self.paper.reading.view.span(*whole_words(self.paper, self.start, self.end, LONGEST))

    def circumstance(
        self,
        kind: CircumstanceKind,
        victim: str | None,
        *,
        stated: bool = True,
        amount: float | None = None,
        value: str | None = None,
        person: str | None = None,
        confidence: float = 0.85,
    ) -> Circumstance:
        date = self.paper.reading.date
        return Circumstance(kind, victim, stated, (self.span,), amount, value, person, date, confidence)


def find_remarks(cast: Cast, keys: Sequence[str], pattern: re.Pattern[str]) -> Iterator[Remark]:
    """Matches of `pattern` in sentences that hold one of `keys` and assert something."""
    for paper in cast.papers:
        text = paper.reading.text
        for sentence in sentences_with(paper, keys):
            for match in pattern.finditer(text, sentence.start, sentence.end):
                yield Remark(cast, paper, sentence, match, match.start(), match.end())


def sentences_with(paper: Paper, keys: Sequence[str]) -> list[Sentence]:
    """Sentences of one paper that hold one of `keys` and assert something, in order."""
    reading, text = paper.reading, paper.reading.text
    found: dict[int, Sentence] = {}
    for key in keys:
        place = text.find(key)
        while place >= 0:
            sentence = reading.sentence_at(place)
            if sentence.start <= place < sentence.end:
                found[sentence.index] = sentence
            place = text.find(key, max(sentence.end, place + 1))
    return [found[index] for index in sorted(found) if asserts(paper, found[index])]


def asserts(paper: Paper, sentence: Sentence) -> bool:
    if sentence.zone in _SILENT:
        return False
    # one item of a list of cases that a statute or a form provides for: 权利人死亡的；
    if paper.reading.text[sentence.start : sentence.end].rstrip().endswith("的；"):
        return False
    return ASKS.search(paper.reading.text[sentence.start : sentence.end]) is None


_DEPONENT = re.compile(
    r"(?:被询问人|被讯问人|被走访人|申请人|收款人|领款人|谅解人|具状人|被鉴定人|患者|姓名)(?:姓名)?[：: ]{0,2}$"
)


def subject_of(paper: Paper, at: int) -> str | None:
    """Whom the paper is about at a view offset: the one it names as heard or described, else the first it speaks of."""
    if paper.subjects:
        return paper.subject_at(at)
    for mention in paper.frame.mentions:
        if mention.by == "name" and _DEPONENT.search(
            paper.reading.text[max(0, mention.start - 8) : mention.name_start]
        ):
            return mention.people[0]
    return paper.subject


def speaker(cast: Cast, paper: Paper, at: int) -> Role | None:
    """The part of the one whose words an interview or a letter holds at a view offset."""
    if paper.reading.kind == "讯问笔录":
        return Role.ACCUSED
    subject = subject_of(paper, at)
    if (paper.reading.kind not in SPOKEN and not paper.subjects) or subject is None:
        return None
    return cast.person(subject).role


def side_of(cast: Cast, person_id: str) -> tuple[str, ...]:
    """Victims to whose side a person belongs: the victim, or whose relative the person is."""
    person = cast.person(person_id)
    if person.role is Role.VICTIM:
        return (person.id,)
    if person.role is Role.ACCUSED:
        return ()
    if person.of is not None:
        return (person.of,) if cast.person(person.of).role is Role.VICTIM else ()
    alone = sole_victim(cast)
    if alone is not None and person.role in (Role.RELATIVE, Role.GUARDIAN):
        return (alone,)
    return ()


def sole_victim(cast: Cast) -> str | None:
    """The one natural person who is a victim here, None when there are several or none."""
    people = [person.id for person in cast.victims if person.type is VictimType.PERSON]
    return people[0] if len(people) == 1 and len(cast.victims) == 1 else None


def persons(cast: Cast, ids: Iterable[str]) -> tuple[str, ...]:
    """Those of `ids` who are victims and no organization, once each."""
    known = {person.id for person in cast.victims if person.type is not VictimType.ORGANIZATION}
    return tuple(dict.fromkeys(i for i in ids if i in known))


# matches 对李某, 向其, 与: the person is whom something is done to or with
_OBJECT = re.compile("[对向与和同给将把致使骗让令]$")
_DOER = re.compile("[被遭由受让叫]$")
_BACK = re.compile("(?:将|把|致|使|对|给|为|令)(?:其|他|她|伤者|该人)|[，；]其|^其")


def about(remark: Remark, *, household: bool = False, back: int = 2) -> tuple[str, ...]:
    """Victims whom a remark is about; empty when it is about somebody else or nobody can tell.

    Args:
        household: whether what is said of a victim's relative counts for the victim.
        back: how many sentences before this one may be searched for a name.
    """
    cast, paper = remark.cast, remark.paper
    inside = [m for m in mentions_between(paper, remark.start, remark.end) if _placed(cast, m)]
    if inside:
        return persons(cast, inside[0].people)
    earlier = mentions_between(paper, remark.sentence.start, remark.start)
    for mention in reversed(earlier):
        lead = remark.text[max(remark.sentence.start, mention.start - 1) : mention.start]
        if _DOER.search(lead) and len(earlier) > 1:
            continue
        return _credited(remark, mention, household)
    return _unnamed(remark, household, back)


def mentions_between(paper: Paper, start: int, end: int) -> tuple[PersonMention, ...]:
    frame = paper.frame
    return tuple(m for m in frame.mentions_in(frame.from_view(start), frame.from_view(end)) if m.start >= start)


def is_object(remark: Remark, mention: PersonMention) -> bool:
    """Whether something is done to the person rather than by them (向李某出示…)."""
    return _OBJECT.search(remark.text[max(remark.sentence.start, mention.start - 1) : mention.start]) is not None


def _placed(cast: Cast, mention: PersonMention) -> bool:
    return any(cast.person(i).role is Role.VICTIM for i in mention.people)


def _credited(remark: Remark, mention: PersonMention, household: bool) -> tuple[str, ...]:
    cast = remark.cast
    if mention.by == "pronoun":  # 我: whoever is heard here
        return _unnamed(remark, household, 0)
    between = remark.text[mention.end : remark.start]
    if mention.by == "noun" and len(mention.people) > 1 and not _counts_many(remark, mention):
        return ()  # 被害人 alone, before any name: nobody can tell which of several
    owners = persons(cast, mention.people)
    if owners:
        kin = KIN.search(re.split("[，；]", between)[-1][:8]) if not household else None
        return () if kin and remark.kind not in _ABOUT_BODY else _with_row(remark, mention, owners)
    roles = {cast.person(i).role for i in mention.people}
    if household:
        near = persons(cast, (v for i in mention.people for v in side_of(cast, i)))
        if near:
            return near
    if Role.ACCUSED not in roles and _BACK.search(between):
        return _row_back(remark, 2)
    if Role.OFFICER in roles or Role.EXPERT in roles:
        return _unnamed(remark, household, 2)
    return ()


# 李某、王某均骨折: what is said of the last in a row is said of the row
_ROW_GAP = re.compile(r"(?:（[^（）]{0,40}）)?(?:、|和|及|以及)")


def _with_row(remark: Remark, last: PersonMention, owners: tuple[str, ...]) -> tuple[str, ...]:
    row = list(owners)
    start = last.start
    for mention in reversed(mentions_between(remark.paper, remark.sentence.start, last.start)):
        if not _ROW_GAP.fullmatch(remark.text[mention.end : start]):
            break
        row[:0] = [i for i in persons(remark.cast, mention.people) if i not in row]
        start = mention.start
    return tuple(row)


def _counts_many(remark: Remark, mention: PersonMention) -> bool:
    return re.match("[二两三四五六七八九十各众诸全均上以]|\\d", remark.text[mention.start : mention.end]) is not None


def _unnamed(remark: Remark, household: bool, back: int) -> tuple[str, ...]:
    cast, paper = remark.cast, remark.paper
    subject = subject_of(paper, remark.start)
    if subject is not None and (remark.sentence.zone is Zone.ANSWER or remark.kind in SPOKEN | _ABOUT_BODY):
        if remark.kind in SPOKEN and not household and KIN.search(remark.clause_before[-10:]):
            return ()
        return persons(cast, side_of(cast, subject))
    if remark.kind == "讯问笔录":
        return ()
    row = _row_back(remark, back)
    if row:
        return row
    alone = sole_victim(cast)
    return (alone,) if alone is not None else ()


def _row_back(remark: Remark, back: int) -> tuple[str, ...]:
    """The last victims named before, with those in one row with them."""
    return persons(remark.cast, owners_left(remark.paper, remark.start, sentences_back=back))


def merge(found: Iterable[Circumstance]) -> tuple[Circumstance, ...]:
    """The same circumstance stated in several places, once, with the words of all of them (at most four)."""
    merged: dict[tuple[object, ...], Circumstance] = {}
    for one in found:
        key = (one.kind, one.victim, one.stated, one.amount, one.value, one.person)
        known = merged.get(key)
        if known is None:
            merged[key] = one
            continue
        spans = tuple(dict.fromkeys((*known.evidence, *one.evidence)))[:_MOST_SPANS]
        date = max(filter(None, (known.date, one.date)), default=None)
        merged[key] = replace(known, evidence=spans, date=date, confidence=max(known.confidence, one.confidence))
    return tuple(merged.values())
