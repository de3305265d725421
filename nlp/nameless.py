"""Victims without a name: 一名女乘客, 其女儿, 多名学生. Whoever a deed was done to is one under the noun.

Runs when names and roles are known. The nouns are put into the frames as if they were names, so that the
constructions of `nlp.deeds` say what was done to them. One person becomes a candidate of `nlp.people`, met again as
该女子; a crowd is handed to `nlp.collectives`. All offsets are view offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nlp.candidates import ACCOUNT, Candidate, Named, done_in
from nlp.deed_words import ATTACK, NOT_P, TAKE
from nlp.deeds import deeds_in, told_deeds
from nlp.facts import Role
from nlp.frames import A, O, P, PersonMention, V, build_frame
from nlp.name_cues import KIN
from nlp.numerals import number_of
from nlp.pronouns import Told, with_pronouns
from nlp.reading import Reading, Zone

MEMBERS = (
    "被害人|受害人|受害者|被害群众|老年人|老人|工人|农民工|民工|务工人员|工友|员工|职工|劳动者|投资人|投资者|投资参与人|投资户|集资参与人|集资人|集资户|储户|客户|群众|村民|居民|农户|"
    "学生|学员|业主|购房者|购房户|消费者|死者|伤者|乘客|妇女|儿童|青年男子|网友|车主|会员|家长|(?:社会)?不特定(?:人员|对象|公众|群众|多数人)|社会公众|流浪人员|残疾人|(?<!告)(?<!疑)(?<!法)人员|"
    "患者|病人|求职者|应聘者|用户|路人|行人|商户|住户|租户|摊主|店主|司机|游客|旅客|顾客|客人|女子|男子|青年|少女|少年|女孩|男孩|女童|男童|幼童|幼儿|婴儿|民警|辅警|保安|考生|女工|货主|散户|买家|卖家|买方|女性|男性|债务人|债权人|同事|邻居|路人|代理商|加盟商|供应商|经销商|种植户|养殖户"
)
_ONE = (
    "女子|男子|女孩子?|男孩子?|小孩|孩子|女童|男童|女婴|男婴|婴儿|幼女|幼童|幼儿|儿童|少女|少年|妇女|孕妇|老人|老年人|老汉|老太太|老太婆|老太|老妇人?|老大爷|老头|老奶奶|路人|行人|过路人|乘客|顾客|客人|游客|旅客|司机|"
    "驾驶员|驾驶人|骑车人|学生|女生|男生|同学|工人|民工|女工|保安员?|店员|服务员|收银员|营业员|快递员|外卖员|护士|医生|教师|老师|民警|辅警|协警|交警|执法人员|工作人员|城管队员|村民|居民|群众|青年|网友|女的|男的|病人|患者|流浪汉|流浪人员|乞丐|店主|老板娘?|业主|住户|租客|员工|职工|客户|商户|摊主|技师|卖淫女|失足女|无名氏(?![男女])|女性|男性|女人|男人|外国人"
)
_COUNT = r"(?:\d{1,5}|[一二两三四五六七八九十百千]{1,6}|数[十百千]?|几十|上百|多|若干)(?:余|多)?"
# between the count and the noun: 一名[上网]男子, 20余名[网购]客户; near miss: 一名[将⟨V⟩打伤的]男子
_OF_A_KIND = r"(?:(?!被(?![骗盗害])|[与和及将在向对给因为等、，。；：“”的（）])[\u4e00-\u9fff0-9×-]){0,8}?(?:的(?=[男女老少幼小孩儿]))?"
# 一名路人, 一年轻男子, 另一名学生; near miss: 一人, 一同学习
_SINGLE = re.compile(
    rf"(?:另外?|其中的?)?(?:一|1)(?:(?:名|个|位){_OF_A_KIND}|(?:(?:男|女|老年?|小|中年|青年|年轻|未成年|年幼|无名|无名氏|外地|外国|流浪|过路|路过的?)+)?)(?P<noun>{_ONE})"
)
# whoever a deed is done to may be called by any calling; near miss: 三名被告人
_CALLING = r"(?!被告|犯罪|嫌疑|同案|同伙|证人|侦查|业务员|打手|主犯|从犯)[\u4e00-\u9fff]{1,4}?(?:[工员师贩者民户客友童孩婴警]|同学|学生|同事|女生|男生)"
_CROWD = re.compile(rf"(?P<count>{_COUNT})(?:名|位|个|户|家){_OF_A_KIND}(?P<noun>{MEMBERS})")
_CREW = re.compile(rf"(?P<count>{_COUNT})(?:名|位){_OF_A_KIND}(?P<noun>{_CALLING})(?![人程资地作员业家])")
# 其女儿, 其年仅三岁的儿子, 自己的母亲; near miss: 其子女, 其父母
_KIN = re.compile(
    rf"(?:其|自己的?)(?:[^，。；的{P[1:-1]}]{{0,8}}的|[前亲生同居大二三小岳养继]{{1,2}})?(?P<noun>(?!子女|父母|家)(?:{KIN.pattern}))"
)
# met before: 该女子, 该名年轻男子; near miss: 该公司员工
_AGAIN = re.compile(rf"(?:该|这|那)(?:名|个|位)?(?:[男女老小中年轻青幼]{{0,3}})(?P<noun>{_ONE})")
# without 其 where the deed begins: 将[前妻]打伤; near miss: 与前妻离婚
_BARE_WORDS = (
    rf"(?:刚出生的|同居的?|出生[^，。；]{{1,8}}的|年仅[^，。；]{{1,4}}的|正在[^，。；]{{1,6}}的)?"
    rf"(?P<noun>[男女]婴|弃婴|婴儿|行人|[^，。；的{P[1:-1]}]{{0,5}}车(?:驾驶人|驾驶员|骑车人|司机)|前妻|前夫|妻子|丈夫|母亲|父亲|继女|养女|继子|岳母|岳父|女友|奶奶|爷爷)"
)
_BARE = re.compile(f"(?:(?<=[将把对致])|(?<=撞[倒伤死到])){_BARE_WORDS}")
_BARE_NOUN = re.compile(_BARE_WORDS)
_ROUGH = {"数": 3, "多": 3, "若干": 3, "数十": 30, "几十": 30, "数百": 300, "上百": 100, "百": 100, "数千": 3000}
# more words between the deed and a noun than would be safe before a name: 敲诈沿街[60余家商户]
_FURTHER = (
    (
        2,
        re.compile(
            rf"(?:{TAKE}|{ATTACK}|炸伤|侮辱|诽谤)(?:(?!后|给|与|并|由|[得走取]的?){NOT_P}){{0,8}}(?<![给后与并由将])(?P<who>{O})"
        ),
    ),
)
# who takes part on the other side, or only helps: 伙同[一名男子], 由[一名男子]; near miss: 遇见一名男子
_OTHER_SIDE = re.compile(
    r"(?:伙同|纠集|指使|授意|安排|雇佣|雇请|雇用|雇|叫上|叫来|邀约|邀集|召集|通过|经|由|被|会同|带领|指派|联系|冒充|假扮|谎称|谎称其|自称|称|组织|容留|介绍|收买|作为|系|是|为|卖给|卖与|送给|嫁给|、)(?:了)?$"
)
# only said, feigned or meant, before the noun: 以撞死[一个小孩]为名; near miss: 以借钱为名将一名老人骗走
_NOT_DONE = re.compile(
    r"(?:谎称|假称|声称|诈称|编造|虚构|扬言|想法|念头|意图|预谋|商量|打算|想要?|产生|以)[^，。；为]{0,16}$"
)
# what somebody makes of it: 检察院[认为]，撞伤行人的行为触犯; near miss: 认为受骗的老人
_OPINION = re.compile("(?:检察院|公诉机关|本院|法院|辩护人|上诉人)认为|的行为[^。]{0,30}(?:触犯|构成|侵犯)")
# hurt together with one who is named: ⟨V⟩和[一名路人]; near miss: ⟨V⟩与一名路人争吵
_BESIDE_VICTIM = re.compile(f"{V}(?:和|及|与|、|以及)$")
# a name follows: 一名女子[黎某], 其女儿（[黎某]）; near miss: 其女儿，黎某
_NAMED = re.compile(
    rf"^(?:（[^（）{P[1:-1]}]{{0,10}}|即|、|叫|名叫|系|是|为|：|“)?{P}|^(?:的)?(?:家属|亲属|近亲属|陈述|证言|身份|名义)"
)


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun for somebody in place. Attributes: size: how many. weak: no count, somebody of the family or on the road."""

    start: int
    end: int
    words: str = field(repr=False)
    noun: str = field(repr=False)
    size: int = 1
    weak: bool = False


def is_nameless(words: str) -> bool:
    """Whether a victim is called by a noun of this module, and not by a name."""
    return any(pattern.fullmatch(words) for pattern in (_SINGLE, _KIN, _BARE_NOUN, _AGAIN))


def harmed_nouns(
    readings: Sequence[Reading], named: Sequence[Sequence[PersonMention]], marks: Mapping[str, str]
) -> list[list[Noun]]:
    """Of each reading the nouns to whom something was done, in order.

    Args:
        named: mentions of named people of each reading, in order.
        marks: signs of the frame by person.
    """
    victim_named = V in marks.values()
    return [
        list(_harmed(reading, mentions, marks, victim_named=victim_named))
        for reading, mentions in zip(readings, named, strict=True)
    ]


def _harmed(
    reading: Reading, named: Sequence[PersonMention], marks: Mapping[str, str], *, victim_named: bool
) -> Iterator[Noun]:
    nouns = _nouns(reading.text, named)
    deeds = deeds_in(reading.text, victim_named=victim_named) if nouns else ()
    if not deeds:
        return
    deeds = (*deeds, *told_deeds(victim_named=False), *_FURTHER)
    mentions = [*named, *(PersonMention(n.start, n.end, n.start, ("",), "noun") for n in nouns)]
    frame = build_frame(reading.text, sorted(mentions, key=lambda m: m.start), dict(marks))
    by_start = {noun.start: noun for noun in nouns}
    named_elsewhere = {
        noun.noun for noun in nouns if noun.weak and any(reading.text.endswith(noun.noun, 0, m.start) for m in named)
    }
    for sentence in reading.sentences:
        if sentence.zone not in ACCOUNT or _OPINION.search(reading.text, sentence.start, sentence.end):
            continue
        start, end = frame.from_view(sentence.start), frame.from_view(sentence.end - 1) + 1
        here = [m for m in frame.mentions_in(start, end) if m.by == "noun"]
        if not here:
            continue
        words = frame.text[start:end]
        people: dict[int, tuple[PersonMention, ...]] = {
            i: (m,) for i, c in enumerate(words) if c in P[1:-1] and (m := frame.mention_at(start + i))
        }
        done = done_in(Told(words, people), deeds)
        if (again := with_pronouns(frame, start, end)) is not None:
            for at, weight in done_in(again, deeds).items():
                done[at] = max(done.get(at, 0), weight)
        for mention in here:
            place = frame.from_view(mention.start)
            if (
                done.get(mention.start)
                and not (by_start[mention.start].weak and by_start[mention.start].noun in named_elsewhere)
                and not _OTHER_SIDE.search(before := frame.text[max(0, place - 24) : place])
                and not _NOT_DONE.search(before)
                and (
                    not victim_named
                    or (V not in words and sentence.zone is not Zone.PLAIN and not by_start[mention.start].weak)
                    or _BESIDE_VICTIM.search(before)
                )
                and not _NAMED.match(frame.text[place + 1 : place + 14])
            ):
                yield by_start[mention.start]


def _nouns(text: str, named: Sequence[PersonMention]) -> list[Noun]:
    """Nouns for people who are not named, apart from the names and from each other."""
    taken = [(m.start, m.end) for m in named]
    found: list[Noun] = []
    for pattern in (_CROWD, _CREW, _SINGLE, _KIN, _BARE, _AGAIN):
        for match in pattern.finditer(text):
            size = _size(match) if pattern in (_CROWD, _CREW) else 1
            start = match.start()
            if size == 0 or any(low < match.end() and start < high for low, high in taken):
                continue
            taken.append((start, match.end()))
            found.append(
                Noun(start, match.end(), text[start : match.end()], match["noun"], size, pattern in (_KIN, _BARE))
            )
    return sorted(found, key=lambda noun: noun.start)


def _size(match: re.Match[str]) -> int:
    """How many, roughly where the count is a guess; 0 for one."""
    words = re.sub("[余多]$", "", match["count"]) or match["count"]
    if words in _ROUGH:
        return _ROUGH[words]
    number = int(number_of(words) or 0)
    return number if number > 1 else 0


def add_nameless(readings: Sequence[Reading], names: list[list[Named]], candidates: dict[str, Candidate]) -> None:
    """One person each under the noun to whom something was done, and wherever the same noun stands again."""
    marks = {key: _mark(candidate) for key, candidate in candidates.items()}
    named = [[PersonMention(i.start, i.end, i.name_start, (i.key,)) for i in found] for found in names]
    met: dict[str, Noun] = {}
    for reading, nouns in zip(readings, harmed_nouns(readings, named, marks), strict=True):
        for noun in (noun for noun in nouns if noun.size == 1):
            first = _introduced(reading, noun)
            met.setdefault(first.words, first)
    for words, noun in met.items():
        again = re.compile(
            rf"{re.escape(words)}|(?:该|这|那)(?:名|个|位)?[男女老小中年轻青幼]{{0,3}}{re.escape(noun.noun)}"
        )
        for number, (reading, found) in enumerate(zip(readings, names, strict=True)):
            places = [
                m
                for m in again.finditer(reading.text)
                if not any(i.start < m.end() and m.start() < i.end for i in found)
            ]
            for match in places:
                zone = reading.sentence_at(match.start()).zone
                candidate = candidates.setdefault(words, Candidate(words, (number, match.start())))
                candidate.votes[Role.VICTIM] += 1
                if match.group() != words:
                    candidate.aliases.add(match.group())
                found.append(
                    Named(match.start(), match.end(), match.start(), words, Role.VICTIM, False, zone, "", words)
                )
            found.sort(key=lambda item: item.start)


def _introduced(reading: Reading, noun: Noun) -> Noun:
    """Where somebody met again (该女子) was told of first (一名女子); the noun itself when nowhere."""
    if not noun.words.startswith(("该", "这", "那")):
        return noun
    before = [m for m in _SINGLE.finditer(reading.text, 0, noun.start) if m["noun"].endswith(noun.noun)]
    if not before:
        return noun
    last = before[-1]
    return Noun(last.start(), last.end(), last.group(), noun.noun)


def _mark(candidate: Candidate) -> str:
    role = candidate.role()
    return V if role is Role.VICTIM else A if role is Role.ACCUSED else O
