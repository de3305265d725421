"""Who is in the papers: from names in every document to people with one role each, and back to every mention.

`resolve_people` decides in three steps: cues beside the names (被害人…, 辩护人…, 另案处理), what was done to whom
(将…打伤, 骗取…), and who is kin to whom. It never guesses a name; a victim without a name keeps the noun.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dossier.span import Span
from nlp.about import Subject, subject_at, subjects_of
from nlp.aliases import link_aliases
from nlp.candidates import Candidate, Named, collect, somebody_harmed, subject_keys, watch_deeds, with_cues
from nlp.collectives import find_collectives
from nlp.dealings import is_only_a_dealing
from nlp.facts import Person, Role, VictimType
from nlp.frames import A, Frame, O, PersonMention, V, build_frame
from nlp.harmed import add_unnamed, watch_appraisals, watch_plaintiffs
from nlp.hinted import (
    NEVER_BESIDE,
    NEVER_OVERRULED,
    add_hinted_names,
    add_hinted_nouns,
    doubt_deeds,
    hinted_collectives,
    undecided,
)
from nlp.nameless import add_nameless
from nlp.names import find_names
from nlp.numerals import number_of
from nlp.people_hints import PaperHints, PeopleFinder
from nlp.reading import Reading, Zone
from nlp.text_view import normal

# nouns for victims: 被害人 alone, 二被害人, 死者
_NOUN = re.compile(
    r"(?P<count>[二两三四五六七八九十]|\d{1,2}|各|众|诸|全体|上述|上列|以上|部分|其他|其余|多)?(?P<unit>名|位|个)?(?P<noun>被害人|受害人|被害者|受害者|死者|伤者|受害方|被害方)(?:们)?(?!单位|近亲属委托)"
)
_SUBJECT_NOUN = re.compile(
    r"被鉴定人|该?患者|被检查人|该伤者|持证人|该户|该同志|该村民|该居民|被检人|病人|户主|本人(?!签名|签字|确认|及|声明|无异议|核对|宣读|看过|听)"
)
_APPLICANT_NOUN = re.compile("(?<!被)申请人")
_ACCUSED_NOUN = re.compile(
    r"(?P<count>[二两三四五六七八九十]|各|众|上列|上述)?(?:名)?(?:被告人|犯罪嫌疑人|被执行人|肇事司机|肇事者)(?!及其辩护|供述|辩解|的供述|的辩解)"
)
# the only plaintiff or defendant of a suit, without a name: 致[原告]受伤; near miss: 原、被告, 原告某公司, 原告代理人
_PARTY = re.compile(
    r"(?<![、各二两三四五六七八九十诸])(?:附带民事诉讼)?(?P<side>原告|被告(?!人))人?(?!(?:的)?(?:诉讼|委托)?代理|律师|方|单位|[\u4e00-\u9fff]{0,16}(?:公司|中心|医院|学校|局|银行|厂))"
)
_IN_THE_FIRST_PERSON = (
    "询问笔录",
    "讯问笔录",
    "申请书",
    "谅解书",
    "收条",
    "附带民事起诉状",
    "司法救助决定书",
    None,
)
_I = re.compile(r"我们?(?!国|院|局|单位|公司|队|所|市|县|省|区|镇|乡|村|处|厂|店)")


@dataclass(frozen=True, slots=True)
class PersonNote:
    """What stands in brackets behind a name, at its introduction; offsets in the view."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paper:
    """One document with its people in place."""

    reading: Reading
    frame: Frame
    subject: str | None  # the one whom an interview, appraisal or certificate is about; None where there are several
    subjects: tuple[tuple[int, str | None], ...] = ()  # in a volume of several papers: from which offset on

    def subject_at(self, offset: int) -> str | None:
        """Whom the paper is about at a view offset: in a volume of interviews whoever is heard there."""
        index = bisect_right(self.subjects, offset, key=lambda s: s[0]) - 1
        return self.subjects[index][1] if index >= 0 else self.subject


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody in the dossier.

    Attributes:
        people: in order of appearance; victims have ids v1, v2 …, all others p1, p2 ….
    """

    people: tuple[Person, ...]
    papers: tuple[Paper, ...] = field(repr=False)

    def person(self, person_id: str) -> Person:
        for person in self.people:
            if person.id == person_id:
                return person
        raise KeyError(person_id)

    @property
    def victims(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.role is Role.VICTIM)

    def relatives_of(self, person_id: str) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.of == person_id)


def resolve_people(readings: Sequence[Reading], finder: PeopleFinder | None = None) -> Cast:
    """Work out everybody in one dossier.

    Args:
        finder: a learned second reader; what it may add or doubt is in `nlp.hinted`.
    """
    names = [
        with_cues(reading, found) for reading, found in zip(readings, find_names(r.text for r in readings), strict=True)
    ]
    candidates = collect(readings, names)
    link_aliases(readings, candidates, subject_keys(readings, names))
    watch_deeds(readings, names, candidates)
    watch_appraisals(readings, names, candidates)
    watch_plaintiffs(readings, names, candidates)
    alone: Sequence[PaperHints] | None = None  # hints where nobody else says who was harmed
    if finder is not None and not all(is_only_a_dealing(reading.text) for reading in readings):
        if somebody_harmed(candidates):
            beside = finder.find(readings, undecided(names, candidates))
            doubt_deeds(names, candidates, beside)
            add_hinted_names(names, candidates, beside, known_by=NEVER_BESIDE)
        if not somebody_harmed(candidates):
            alone = finder.find(readings)
            add_hinted_names(names, candidates, alone, known_by=NEVER_OVERRULED)
            add_hinted_nouns(readings, names, candidates, alone)
    add_nameless(readings, names, candidates)
    add_unnamed(readings, names, candidates)
    return _cast(readings, names, candidates, alone)


def _cast(
    readings: Sequence[Reading],
    names: list[list[Named]],
    candidates: dict[str, Candidate],
    hints: Sequence[PaperHints] | None,
) -> Cast:
    ordered = sorted({id(c): c for c in candidates.values()}.values(), key=lambda c: c.first)
    ids = _ids(ordered)
    person_of = {key: ids[id(c)] for key, c in candidates.items()}
    marks = {ids[id(c)]: V if c.role() is Role.VICTIM else A if c.role() is Role.ACCUSED else O for c in ordered}
    named = [[PersonMention(i.start, i.end, i.name_start, (person_of[i.key],)) for i in found] for found in names]
    collectives = find_collectives(readings, named, marks)
    if hints is not None:
        collectives += hinted_collectives(readings, named, hints, collectives)
    first = 1 + sum(mark == V for mark in marks.values())
    collective_ids = {collective: f"v{number}" for number, collective in enumerate(collectives, first)}
    marks |= dict.fromkeys(collective_ids.values(), V)
    papers = tuple(
        _paper(
            reading,
            [*found, *(m for c in collectives for m in c.mentions(number, collective_ids[c]))],
            marks,
        )
        for number, (reading, found) in enumerate(zip(readings, named, strict=True))
    )
    people = _people(ordered, ids, papers)
    return Cast((*people, *(c.person(collective_ids[c], readings) for c in collectives)), papers)


def _ids(ordered: Sequence[Candidate]) -> dict[int, str]:
    """v1, v2 … for victims, p1, p2 … for everybody else, in order of appearance."""
    ids: dict[int, str] = {}
    counts = {"v": 0, "p": 0}
    for candidate in ordered:
        letter = "v" if candidate.role() is Role.VICTIM else "p"
        counts[letter] += 1
        ids[id(candidate)] = f"{letter}{counts[letter]}"
    return ids


def _people(ordered: Sequence[Candidate], ids: dict[int, str], papers: Sequence[Paper]) -> tuple[Person, ...]:
    spans: dict[str, list[Span]] = defaultdict(list)
    for paper in papers:
        for mention in paper.frame.mentions:
            if mention.by == "name":
                spans[mention.people[0]].append(paper.reading.view.span(mention.name_start, mention.end))
    by_name = {c.name: ids[id(c)] for c in ordered}
    return tuple(
        Person(
            id=ids[id(c)],
            name=_as_written(c.name, spans[ids[id(c)]], papers),
            role=c.role(),
            mentions=tuple(spans[ids[id(c)]]),
            aliases=tuple(sorted(c.aliases - {c.name})),
            type=VictimType.PERSON,
            of=by_name.get(c.kin[0]) if c.kin else None,
            relation=c.kin[1] if c.kin else None,
        )
        for c in ordered
    )


def _as_written(name: str, spans: Sequence[Span], papers: Sequence[Paper]) -> str:
    """The name in the characters of the paper (羅慶堂 where the view reads 罗庆堂), unless the paper breaks it."""
    documents = {paper.reading.document.id: paper.reading.document for paper in papers}
    for span in spans:
        quote = documents[span.document_id].quote(span)
        if len(quote) == len(name) and normal(quote) == name:
            return quote
    return name


def _paper(reading: Reading, named: Sequence[PersonMention], marks: dict[str, str]) -> Paper:
    named = sorted(named, key=lambda m: (m.start, -m.end))
    about = [
        replace(s, who=_heard(s, marks)) for s in subjects_of(reading, build_frame(reading.text, _apart(named), marks))
    ]
    mentions = sorted(
        [*named, *_nouns(reading, named, marks, about)],
        key=lambda m: (m.start, -m.end),
    )
    frame = build_frame(reading.text, _apart(mentions), marks)
    if len(about) == 1:
        return Paper(reading, frame, _person(about[0]))
    return Paper(reading, frame, None, tuple((s.start, _person(s)) for s in about))


def _person(subject: Subject) -> str | None:
    return subject.who.people[0] if subject.who is not None else None


def _heard(subject: Subject, marks: dict[str, str]) -> PersonMention | None:
    """Only an accused is interrogated."""
    if subject.kind == "讯问笔录" and (subject.who is None or marks[subject.who.people[0]] != A):
        accused = [person for person, mark in marks.items() if mark == A]
        return PersonMention(0, 0, 0, (accused[0],)) if len(accused) == 1 else None
    return subject.who


def _apart(mentions: Sequence[PersonMention]) -> list[PersonMention]:
    """Mentions without overlap: of two that overlap the first stays."""
    kept: list[PersonMention] = []
    for mention in mentions:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _nouns(
    reading: Reading, named: Sequence[PersonMention], marks: dict[str, str], about: Sequence[Subject]
) -> list[PersonMention]:
    """Nouns and pronouns that mean somebody known: 被害人 alone, 二被害人, 被鉴定人, 我 in an interview."""
    text = reading.text
    victims_before = [m for m in named if marks[m.people[0]] == V]
    everybody = tuple(dict.fromkeys(m.people[0] for m in victims_before)) or tuple(
        k for k, v in marks.items() if v == V
    )
    found: list[PersonMention] = []
    taken = {m.start for m in named} | {m.name_start for m in named}
    ends = {m.end for m in named}
    for match in _NOUN.finditer(text):
        if match.end() in taken or match.start() in taken or not everybody:
            continue
        if any(m.start <= match.start("noun") < m.end for m in _near(named, match.start())):
            continue
        found.append(
            PersonMention(match.start(), match.end(), match.start(), _meant(match, victims_before, everybody), "noun")
        )
    accused = tuple(dict.fromkeys(m.people[0] for m in named if marks[m.people[0]] == A)) or tuple(
        k for k, v in marks.items() if v == A
    )
    if accused:
        for match in _ACCUSED_NOUN.finditer(text):
            if (
                match.end() not in taken
                and match.start() not in taken
                and not any(m.start <= match.start() < m.end for m in _near(named, match.start()))
            ):
                found.append(
                    PersonMention(
                        match.start(), match.end(), match.start(), accused if match["count"] else accused[:1], "noun"
                    )
                )
    for match in _PARTY.finditer(text):
        parties = _parties(text, named, match["side"])
        alone = len(parties) == 1 and marks[parties[0]] == (V if match["side"] == "原告" else A)
        if alone and match.end() not in taken and match.start() not in taken:
            found.append(PersonMention(match.start(), match.end(), match.start(), parties, "noun"))
    for match in _SUBJECT_NOUN.finditer(text):
        who = _person(subject_at(about, match.start()))
        if who is not None and match.end() not in taken and match.start() not in taken | ends:  # 皮万贵本人 is no 本人
            found.append(PersonMention(match.start(), match.end(), match.start(), (who,), "noun"))
    for match in _APPLICANT_NOUN.finditer(text):
        subject = subject_at(about, match.start())
        who = _person(subject) if subject.kind in ("司法救助决定书", "申请书") else None
        if who is not None and match.end() not in taken and match.start() not in taken | ends:
            found.append(PersonMention(match.start(), match.end(), match.start(), (who,), "noun"))
    for match in _I.finditer(text):
        subject = subject_at(about, match.start())
        who = _person(subject) if subject.kind in _IN_THE_FIRST_PERSON else None
        if who is not None and reading.sentence_at(match.start()).zone is not Zone.QUESTION:
            found.append(PersonMention(match.start(), match.end(), match.start(), (who,), "pronoun"))
    return found


def _parties(text: str, named: Sequence[PersonMention], side: str) -> tuple[str, ...]:
    """Who is called 原告 or 被告 before the name, in order; 被告人 is another thing."""
    word = re.compile("原告" if side == "原告" else "被告(?!人)")
    called = [m.people[0] for m in named if word.search(text, m.start, m.name_start)]
    return tuple(dict.fromkeys(called))


def _near(named: Sequence[PersonMention], offset: int) -> list[PersonMention]:
    index = bisect_right(named, offset, key=lambda m: m.start)
    return list(named[max(0, index - 1) : index + 1])


def _meant(match: re.Match[str], victims: Sequence[PersonMention], everybody: tuple[str, ...]) -> tuple[str, ...]:
    """Whom 被害人 means here: the last victim named before, the last N for 二被害人, all for 各被害人."""
    if len(everybody) == 1:
        return everybody
    before = [m.people[0] for m in victims if m.start < match.start()]
    recent = list(dict.fromkeys(reversed(before)))
    count = match["count"] or ""
    number = int(number_of(count) or 0) if count else 0
    if number:
        return tuple(reversed(recent[:number])) or everybody
    if count:
        return everybody
    return (recent[0],) if recent else everybody
