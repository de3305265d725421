"""Age and birth date: beside the name, in a form, from an identity number, or only as a group (幼女, 老年人)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nlp.dates import DATE, find_dates, iso_of, years_between
from nlp.facts import Age, Attribute, VictimType
from nlp.frames import NOTE, P, V
from nlp.identity import find_identities
from nlp.matter import harm_date
from nlp.mentions import Mention
from nlp.name_cues import KIN
from nlp.numerals import CHINESE_NUMBER, number_of
from nlp.ownership import nearest
from nlp.people import Cast, Paper
from nlp.reading import Sentence, Zone
from nlp.subjects import owner_of_form_line

_N = rf"(?:\d{{1,3}}|{CHINESE_NUMBER})"
# 殁年39岁, 时年15周岁, 年仅七岁, 63岁, 现年五十一岁, 虚岁65; near miss: 3岁以上, 二岁多的车龄 (车 before)
_YEARS = re.compile(
    rf"(?P<how>殁年|卒年|终年|时年|案发时|当时|年仅|现年|今年|年满|实足|虚岁|年龄[：:]?|年约|刚满|年方)?(?:均|才|约|已|刚)?(?P<under>不满|未满)?(?P<n>{_N})(?P<unit>周岁|虚岁|岁)(?P<after>多|余|以上|以下|以内|半)?"
)
_BORN = re.compile(rf"(?:生于|出生(?:于|日期|年月)?[：:]?[ ]?)?(?P<date>{DATE.pattern})号?(?P<born>(?:出)?生)?")
_ROW = rf"{P}{NOTE}(?:(?:、|和|及|与){P}{NOTE})*"
_NOT_P = rf"[^（，。；{P[1:-1]}]"
_GROUP_NOUN = re.compile(
    rf"(?P<minor>未成年(?:人|少女|少年|学生|女孩|女儿)?|幼女|女婴|男婴|婴儿|女童|男童|儿童|幼童|小女孩|小男孩|小学[男女]?生|初中[男女]?生|少女)(?:的)?(?P<mw>{_ROW})|(?P<elder>老年人|老人|老汉|老太太?|老妇|老大爷|老大娘)(?:的)?(?P<ew>{_ROW})|"
    rf"(?P<mw2>{_ROW})(?:（)?{_NOT_P}{{0,6}}(?:系|是|为|均系|均为|尚)(?:一名|一个)?{_NOT_P}{{0,10}}?(?P<minor2>未成年人?|幼女|儿童|[一二三四五六]年级学生|小学生|初中生)(?!{_NOT_P}{{0,4}}(?:另案|子女|女儿|儿子|版))"
)
# §（未成年）, §（时年未满十八周岁，未成年人）; near miss: §（未成年男友另案）
_MINOR_NOTE = re.compile(
    rf"(?P<who>{P})（(?:[^（）]{{0,20}}[，、])?(?P<word>(?:系|均系|均为|尚|案发时)?未成年人?|未满十[四六八]周?岁)(?:[，、][^（）]{{0,30}})?）"
)
# the role word that the frame swallows: 老年被害人§, 未成年被害人§
_PREFIX = ((re.compile("老年?"), "elder"), (re.compile("未成年|幼女|少女"), "minor"))
# （女，31）, （女，殁年71）: an age without its unit
_BARE = re.compile(r"（(?:[男女]，(?:殁年)?|殁年)(?P<n>\d{1,2})(?=[，）])")
_MONTHS = re.compile(rf"(?:时年|殁年|年仅|刚满|出生)?(?P<n>{_N})个月(?P<old>大)?(?!内|后|前|以|零)")
# 年过八旬的母亲⟨who⟩, ⟨who⟩年逾七旬; near miss: 八旬党龄
_TENS = re.compile("(?:年过|年逾|年近|已过|近)?(?P<n>[六七八九])旬")
# an answer without 岁: 虚岁六十三了, 今年五十七
_SPOKEN = re.compile(
    r"(?P<how>虚岁|今年|实岁|周岁)(?:都|已经|快|有|已)?(?P<n>\d{1,3}|[一二三四五六七八九]?十[一二三四五六七八九]?)(?=了|[，。；\n]|$)"
)
# 十七八岁, 六七十岁: somebody's guess at a stranger; near miss: 二十七岁
_ROUGH = re.compile("一二|二三|两三|三四|四五|五六|六七|七八|八九")
_FELL_ILL = "(?:得|患|害|生|发|出|摔|烧|烫|高烧|发烧|生病|失明|失聪|致残|落下|辍学|没了|父|母)"
# 一岁多发烧烧坏的, 三岁那年, 五岁起: told of an earlier time; near miss: 十三岁时被奸淫
_EARLIER = re.compile(
    rf"那年|那时|的?时候[，]?{_FELL_ILL}|时(?:候)?[，]?(?:因|就)?{_FELL_ILL}|起(?!诉)|以前|之前|就(?:没|不|得|看不|听不|瞎|聋|哑|瘫)|(?:上|那会儿)?{_FELL_ILL}(?!于|在本案|活)"
)
_NOT_A_PERSON = re.compile(r"(?:车龄|树龄|工龄|房龄)$")


@dataclass(frozen=True, slots=True)
class AgePatterns:
    """See module."""

    name: str = "age-patterns"
    version: str = "1"

    def find(self, cast: Cast) -> Iterable[Mention]:
        days = _harm_days(cast)
        for index, paper in enumerate(cast.papers):
            yield from _years(index, paper)
            yield from _births(index, paper, days)
            yield from _groups(index, paper)
            yield from _crowds(cast, index, paper)
            for identity in find_identities(paper.reading.text):
                owner = owner_of_form_line(paper, identity.start)
                if owner:
                    yield Mention(
                        Attribute.AGE,
                        age_at(identity.birth_date, days[owner]),
                        index,
                        identity.start,
                        identity.end,
                        (owner,),
                        score=0.99,
                        weight=0,
                        source="公民身份号码",
                    )


_ACCOUNT = ("判决书", "裁定书", "起诉书", "起诉意见书", "不起诉决定书", None)


def _harm_days(cast: Cast) -> dict[str, str | None]:
    """Day of the harm of each person: where several were harmed on different days, the date of the account in which
    a victim first appears; else that of the case."""
    case = harm_date([paper.reading for paper in cast.papers])
    days: dict[str, str | None] = dict.fromkeys((person.id for person in cast.people), case)
    if len(cast.victims) < 2:
        return days
    sure: dict[str, int] = {}
    for paper in cast.papers:
        if paper.reading.kind not in _ACCOUNT:
            continue
        for mention in paper.frame.mentions:
            sentence = paper.reading.sentence_at(mention.start)
            if mention.by != "name" or sentence.zone not in (Zone.FOUND, Zone.CHARGE, Zone.PLAIN):
                continue
            day, weight = _day_before(paper, sentence, mention.start)
            if day is not None and weight > sure.get(mention.people[0], 0):
                days[mention.people[0]], sure[mention.people[0]] = day, weight
    return days


# behind a date, what is no harm: 1996年2月9日[生], 2012年8月[起]租赁
_NO_EVENT = re.compile("日?(?:出生|生|被|起(?!获|火|诉)|以来|始|开始|登记|结婚|投保|入职)")


def _day_before(paper: Paper, sentence: Sentence, at: int) -> tuple[str | None, int]:
    """The last date of an event before view offset `at`, in this sentence or the three before, and how sure it is:
    2 when only the accused is named between the date and the person."""
    text, frame = paper.reading.text, paper.frame
    for index in range(sentence.index, max(-1, sentence.index - 4), -1):
        earlier = paper.reading.sentences[index]
        if earlier.zone not in (Zone.FOUND, Zone.CHARGE, Zone.PLAIN):
            return None, 0
        for _, stop, date in reversed(find_dates(text, earlier.start, min(earlier.end, at))):
            if len(date) >= 7 and not _NO_EVENT.match(text, stop):
                between = frame.text[frame.from_view(stop) : frame.from_view(at)]
                return date, 2 if index == sentence.index and V not in between else 1
    return None, 0


def group_of(years: int) -> str:
    return "minor" if years < 18 else "elder" if years >= 60 else "adult"


def age_at(birth: str, day: str | None) -> Age:
    """Age at the day of the harm; the group alone where the whole years are not certain."""
    years = years_between(birth, day) if day else None
    if years is not None and 0 <= years <= 120:
        return Age(years, birth, group_of(years))
    if day and len(birth) >= 4:
        most = int(day[:4]) - int(birth[:4])
        if 0 <= most <= 120 and group_of(most) == group_of(max(0, most - 1)):
            return Age(None, birth, group_of(most))
    return Age(None, birth, None)


def _years(index: int, paper: Paper) -> Iterable[Mention]:
    text = paper.reading.text
    position = text.find("岁")
    seen = -1
    while position >= 0:
        window = max(seen, position - 14)
        for match in _YEARS.finditer(text, window, min(len(text), position + 3)):
            seen = match.end()
            value = number_of(match["n"])
            if (
                value is None
                or value > 120
                or match["after"] in ("以上", "以下", "以内")
                or _ROUGH.search(match["n"])
                or _EARLIER.match(text, match.end())
                or _NOT_A_PERSON.search(text[max(0, match.start() - 2) : match.start()])
            ):
                continue
            years = int(value)
            owner = _owner(paper, match.start())
            if owner is None:
                continue
            if match["under"]:
                if years > 18:
                    continue
                yield Mention(
                    Attribute.AGE, Age(None, None, "minor"), index, match.start(), match.end(), owner, score=0.9
                )
            else:
                nominal = (
                    match["unit"] == "虚岁" or match["how"] == "虚岁" or "虚岁" in text[match.end() : match.end() + 10]
                )
                yield Mention(
                    Attribute.AGE,
                    Age(years, None, group_of(years)),
                    index,
                    match.start(),
                    match.end(),
                    owner,
                    score=0.6 if nominal else 0.95,
                    weight=6 if nominal else None,
                    source="虚岁" if nominal else None,
                )
        position = text.find("岁", max(position + 1, seen))
    for match in _SPOKEN.finditer(text):
        value, owner = number_of(match["n"]), _owner(paper, match.start())
        if (
            value is not None
            and 3 <= value <= 110
            and owner
            and paper.reading.sentence_at(match.start()).zone is Zone.ANSWER
        ):
            years = int(value)
            nominal = match["how"] == "虚岁"
            yield Mention(
                Attribute.AGE,
                Age(years, None, group_of(years)),
                index,
                match.start(),
                match.end(),
                owner,
                score=0.6,
                weight=6 if nominal else None,
                source="虚岁" if nominal else None,
            )
    for match in _MONTHS.finditer(text):
        owner = _owner(paper, match.start())
        told = match["old"] or text[max(0, match.start() - 1) : match.start()] in ("（", "婴", "才", "仅")
        if owner and told:
            yield Mention(Attribute.AGE, Age(0, None, "minor"), index, match.start(), match.end(), owner, score=0.9)
    for match in _TENS.finditer(text):
        owner = _owner(paper, match.start())
        if owner and not (match["n"] == "六" and "近" in match.group()):
            yield Mention(Attribute.AGE, Age(None, None, "elder"), index, match.start(), match.end(), owner, score=0.85)


_IS_MY_KIN = re.compile(rf"(?P<who>{P}){NOTE}，?(?:是|系)(?P<me>{P})(?:的)?(?:{KIN.pattern})")


def _owner(paper: Paper, start: int) -> tuple[str, ...] | None:
    """The person right before (in brackets behind the name, in a heading, or the subject of the clause) or right
    behind (15岁的李某)."""
    frame = paper.frame
    place = frame.from_view(start)
    after = re.compile(
        rf"[^，。；（）{P[1:-1]}]{{1,12}}?(?:的|女孩|男孩|少女|儿童|老人|女婴|女儿|儿子|母亲|父亲|奶奶|爷爷|学生|幼女)+(?P<who>{P})"
    ).match(frame.text, place)
    if after:
        mention = frame.mention_at(after.start("who"))
        return mention.people if mention else None
    before = nearest(paper, start, reach=90)
    if before is None:
        subject = paper.subject_at(start)
        if paper.reading.sentence_at(start).zone == "answer" and subject:
            return (subject,)
        owner = owner_of_form_line(paper, start)
        return (owner,) if owner else None
    spot = frame.from_view(before.start)
    linked = (m for m in _IS_MY_KIN.finditer(frame.text, max(0, spot - 40), place) if m.start("me") == spot)
    told = next(linked, None)
    if told:  # ⟨who⟩是我妈，今年67了
        before = frame.mention_at(told.start("who")) or before
        spot = told.end() - 1
    gap = frame.text[spot + 1 : place]
    if gap.startswith("（") and "）" in gap:
        return None
    if re.search(r"[；。]", gap) or (len(gap) > 45 and not gap.startswith("（")):
        return None
    if re.search("嫌疑人|作案人|歹徒|被告人", gap):
        return None
    if re.search(
        "一子|一女|生育|长子|次子|长女|次女|妻子|儿子|女儿|父亲|母亲|孙|丈夫|父母|孩子|弟|妹|哥|姐", gap
    ) and not gap.startswith("（"):
        return None
    return before.people if len(before.people) == 1 or "均" in gap or "都" in gap else before.people[-1:]


def _births(index: int, paper: Paper, days: Mapping[str, str | None]) -> Iterable[Mention]:
    text = paper.reading.text
    for match in re.finditer(r"出生|生于|[日号]生|月生|年生(?!效|产|活|意)", text):
        low = max(0, match.start() - 14)
        born = None
        for candidate in _BORN.finditer(text, low, min(len(text), match.end() + 22)):
            if candidate.start("date") <= match.end() + 8 and (
                candidate.end("date") >= match.start() or candidate.start("date") >= match.end()
            ):
                born = candidate
                if candidate.end("date") >= match.start() - 1:
                    break
        if born is None:
            continue
        date = iso_of(DATE.match(text, born.start("date")))  # type: ignore[arg-type]
        if date is None:
            continue
        start = min(born.start("date"), match.start()) if match.group() == "生于" else born.start("date")
        owner = _owner(paper, start)
        if owner:
            yield Mention(
                Attribute.AGE, age_at(date, days[owner[0]]), index, start, born.end("date"), owner, score=0.95
            )


def _groups(index: int, paper: Paper) -> Iterable[Mention]:
    frame = paper.frame
    for match in _GROUP_NOUN.finditer(frame.text):
        who, noun, group = (
            ("mw", "minor", "minor")
            if match["minor"]
            else ("ew", "elder", "elder")
            if match["elder"]
            else ("mw2", "minor2", "minor")
        )
        people = tuple(p for m in frame.mentions_in(*match.span(who)) for p in m.people)
        yield Mention(
            Attribute.AGE,
            Age(None, None, group),
            index,
            frame.to_view(match.start(noun)),
            frame.end_to_view(match.end(noun)),
            people,
            score=0.85,
        )
    for match in _MINOR_NOTE.finditer(frame.text):
        told = frame.mention_at(match.start("who"))
        yield Mention(
            Attribute.AGE,
            Age(None, None, "minor"),
            index,
            frame.to_view(match.start("word")),
            frame.end_to_view(match.end("word")),
            told.people if told is not None else (),
            score=0.85,
        )
    text = paper.reading.text
    for mention in frame.mentions:
        for pattern, group in _PREFIX:
            word = pattern.search(text, mention.start, mention.name_start)
            if word:
                yield Mention(
                    Attribute.AGE,
                    Age(None, None, group),
                    index,
                    word.start(),
                    mention.name_start,
                    mention.people,
                    score=0.9,
                )
    for match in _BARE.finditer(text):
        owner = _owner(paper, match.start("n"))
        if owner:
            years = int(match["n"])
            yield Mention(
                Attribute.AGE,
                Age(years, None, group_of(years)),
                index,
                match.start("n"),
                match.end("n"),
                owner,
                score=0.85,
            )


def _crowds(cast: Cast, index: int, paper: Paper) -> Iterable[Mention]:
    """A crowd whose very name tells its age: 48名老年人."""
    for person in cast.victims:
        word = (
            re.search("老年人|老人|未成年人|儿童|小学生|中学生|学生", person.name)
            if person.type is VictimType.GROUP
            else None
        )
        if word:
            group = "elder" if "老" in word.group() else "minor"
            at = paper.reading.text.find(person.name)
            if at >= 0:
                place = (at + word.start(), at + word.end())
                yield Mention(Attribute.AGE, Age(None, None, group), index, *place, (person.id,), score=0.9)


RECOGNIZER = AgePatterns()
