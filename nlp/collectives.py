"""Victims that are no named persons: crowds that are only counted, and organizations.

Runs when names and roles are known. A crowd becomes a group when some of its members stay unnamed (骗取甲等48名
老年人: 48 against the victims that have names); an organization is a victim when the papers call it one (被害单位),
or say that its goods were taken or damaged. Firms that just appear, insurers that pay and courts are none.

Called by `nlp.people` when persons have ids and marks: the records come behind the persons, their mentions go into
the frames, so that what is said of a crowd or a firm is not credited to the person beside it.

All offsets are view offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nlp.facts import Person, Role, VictimType
from nlp.frames import LIST, NOTE, Frame, P, PersonMention, V, build_frame
from nlp.nameless import MEMBERS, Noun, harmed_nouns
from nlp.numerals import number_of
from nlp.organizations import find_organizations
from nlp.reading import Reading, Zone


@dataclass(frozen=True, slots=True)
class Collective:
    """A group or an organization, with where it is meant: (index of the reading, start, end)."""

    name: str = field(repr=False)
    type: VictimType
    size: int | None
    aliases: tuple[str, ...] = field(repr=False)
    places: tuple[tuple[int, int, int], ...]
    names_members: bool = False  # 甲、乙等人: the members keep their own mentions, only 等人 means the group

    def person(self, person_id: str, readings: Sequence[Reading]) -> Person:
        """The record of this victim, mentions in document offsets."""
        spans = tuple(readings[number].view.span(start, end) for number, start, end in self.places)
        name = next(
            (readings[n].view.span(s, e) for n, s, e in self.places if readings[n].text[s:e] == self.name), spans[0]
        )
        text = next(r.document.text for r in readings if r.document.id == name.document_id)
        written = text[name.start : name.end].replace("\n", "")  # as the papers write it, not as the view does
        aliases = self.aliases if written == self.name else (*self.aliases, self.name)
        return Person(person_id, written, Role.VICTIM, spans, aliases, self.type, size=self.size)

    def mentions(self, number: int, person_id: str) -> list[PersonMention]:
        """Its mentions in the reading of this index."""
        own = len("等人") if self.names_members else 0
        return [
            PersonMention(end - own if own else start, end, end - own if own else start, (person_id,), "noun")
            for n, start, end in self.places
            if n == number
        ]


def find_collectives(
    readings: Sequence[Reading], named: Sequence[Sequence[PersonMention]], marks: Mapping[str, str]
) -> tuple[Collective, ...]:
    """Groups and organizations that were harmed, in order of appearance.

    Args:
        named: mentions of named people in each reading, in order, without overlap.
        marks: signs of them in a frame, by id.
    """
    victims = {person for person, mark in marks.items() if mark == V}
    signs = dict.fromkeys(victims, V)
    frames = [build_frame(reading.text, mentions, signs) for reading, mentions in zip(readings, named, strict=True)]
    groups = _groups(readings, frames, harmed_nouns(readings, named, marks), len(victims))
    if not victims:
        groups = _with_casualties(groups, _casualties(readings), readings)
    organizations = [
        Collective(o.name, VictimType.ORGANIZATION, None, o.aliases, o.places)
        for o in find_organizations(readings, frames)
    ]
    groups += _rows(readings, frames)
    return tuple(sorted((*groups, *organizations), key=lambda c: c.places[0]))


_PASSED_OVER = frozenset({Zone.RECORD, Zone.LAW, Zone.BOILERPLATE, Zone.QUESTION})
_COUNT = r"(?P<count>\d{1,5}|[一二两三四五六七八九十百千]{1,6}|数[十百千]|几十|上百)(?P<more>余|多)?"
# 48名老年人, 120人; near miss: 第3人民医院, 两人
_CROWD = re.compile(
    rf"{_COUNT}(?:名|位|个|户|(?=社会))(?:(?!被(?![骗盗害])|[与和及将在对向给因为等、，。；])[\u4e00-\u9fff]){{0,6}}?(?P<who>{MEMBERS})|{_COUNT.replace('count', 'count2').replace('more', 'more2')}人"
)
# ⟨V⟩、⟨V⟩等[48名…]; near miss: 纠集多名…
_ROW_BEFORE = re.compile(rf"(?P<row>{P}{NOTE}(?:(?:、|和|及|与|以及){P}{NOTE})*)(?:夫妇|家)?(?:等)?(?:共计|共)?$")
# what was done to a crowd, before it: 骗取48名老年人, 拖欠18名工人; near miss: 纠集十余人 (their own side)
_DONE_BEFORE = re.compile(
    r"(?:骗取|诈骗|骗得|骗走|盗窃|窃取|盗得|敲诈(?:勒索)?|勒索|收取|收到|共收|吸收|拖欠|欠付|克扣|未支付|欠|抢劫|造成|致使|致|导致|对|从|涉及|发展)(?:了|的)?[^，。；、]{0,10}$|向[^，。；、]{0,10}$"
)
# 120人[存款]; near miss: 120人到场
_LOST_AFTER = re.compile(
    r"^(?:的)?(?:现金|人民币|资金|存款|集资款|投资款|保证金|押金|学费|工资|劳动报酬|劳务费|财物|钱款|车牌|货款|购房款|[\u4e00-\u9fff]{2,3}[费款金](?![额融])|行骗|实施诈骗|进行诈骗|非法集资|吸收|被骗|受骗|上当|遇难|共计[0-9一二三四五六七八九十]|[0-9]+笔)"
)
# 3人[死亡]; near miss: 3人赶到
_HARMED_AFTER = re.compile(
    r"^(?:当场|不同程度|出现|先后)?(?:[\u4e00-\u9fff]{0,4})?(?:死亡|受伤|轻伤|重伤|轻微伤|遇难|中毒)"
)
# people just named, counted: 将⟨O⟩、⟨O⟩打伤，[二人均]为轻微伤; near miss: 致二人轻伤
_NAMED_BEFORE = re.compile("[二两三四]人(?:均|都|分别)")
# ⟨V⟩及另外[8名村民]; near miss: ⟨A⟩及另外三人
_AND_OTHERS = re.compile(f"{V}(?:、|和|及|与|以及)(?:另外|其余|其他|另)?(?:的)?$")
# something was done to them in this sentence; near miss: 等七人帮忙搬运
_CASE = re.compile("[骗诈盗窃抢伤死欠]|勒索|强迫|拘禁|自由|工资|报酬|集资|吸收|存款|被害|受害")
# 向数百人[行骗]; near miss: 向三人了解情况
_TOWARDS = re.compile(r"^(?:行骗|实施诈骗|进行诈骗|非法集资|非法吸收|吸收|骗取|诈骗|借款|收取)")


def _groups(
    readings: Sequence[Reading], frames: Sequence[Frame], harmed: Sequence[Sequence[Noun]], known: int
) -> list[Collective]:
    """Counted crowds of more members than there are victims with names: the dead, the hurt, those who lost money.

    Of several counts of one kind the largest stands: the others are parts of it.
    """
    found: dict[str, dict[int, list[tuple[str, int, int, int]]]] = {}
    for number, (reading, frame) in enumerate(zip(readings, frames, strict=True)):
        for match in _CROWD.finditer(frame.text):
            size, fate = _size(match), _fate(frame, match)
            if size <= known or size < (3 if fate == "lost" else 2) or not _meant_as_victims(frame, match, size, known):
                continue
            start, end = frame.to_view(match.start()), frame.end_to_view(match.end())
            if reading.sentence_at(start).zone not in _PASSED_OVER:
                found.setdefault(fate, {}).setdefault(size, []).append((match.group(), number, start, end))
    for number, (reading, nouns) in enumerate(zip(readings, harmed, strict=True)):
        for noun in nouns:
            size, fate = noun.size, _fate_of(noun.noun, reading.text[noun.end : noun.end + 8])
            place = (noun.words, number, noun.start, noun.end)
            if size > 1 and _more_than(known, size, reading.text[max(0, noun.start - 3) : noun.start]):
                places = found.setdefault(fate, {}).setdefault(size, [])
                places.extend([place] if all(at[1:] != place[1:] for at in places) else [])
    return [
        _collective(size := max(by_size), _every_place(readings, by_size[size], found.values()))
        for by_size in found.values()
    ]


def _every_place(
    readings: Sequence[Reading],
    places: Sequence[tuple[str, int, int, int]],
    taken: Iterable[Mapping[int, Sequence[tuple[str, int, int, int]]]],
) -> list[tuple[str, int, int, int]]:
    """Where a crowd with a noun (8名村民) is meant again in the same words: 赔偿8名村民64000元."""
    held = {(n, s) for by_size in taken for rows in by_size.values() for _, n, s, _ in rows}
    again = [
        (words, number, m.start(), m.end())
        for words in dict.fromkeys(w for w, *_ in places)
        if re.search("[名位个户]", words)  # 8人 alone may be anybody
        for number, reading in enumerate(readings)
        for m in re.finditer(rf"(?<![0-9一二三四五六七八九十百千]){re.escape(words)}", reading.text)
        if (number, m.start()) not in held and reading.sentence_at(m.start()).zone not in _PASSED_OVER
    ]
    return sorted([*places, *again], key=lambda place: place[1:])


# 致[3人重伤]，[8人轻伤], [两名乘客受伤], [2人经抢救无效死亡]; near miss: 3人赶到, 致一人重伤的（law）
_CASUALTIES = re.compile(
    r"(?P<who>(?P<count>\d{1,4}|[一二两三四五六七八九十百]{1,4})(?:人|[名位](?:乘客|乘车人|工人|学生|行人|村民|群众|儿童|妇女|老人|人员|被害人|民警)?))"
    r"(?:在(?:该|本|此)?(?:次|起)?事故中)?(?:当场|经(?:送医)?抢救无效|不同程度|不幸|受)?(?P<fate>死亡|身亡|遇难|重伤|轻伤|轻微伤|受伤)(?!的|以上|赔偿)"
)
_CAUSED = re.compile("造成|致使|导致|致")


def _casualties(readings: Sequence[Reading]) -> list[Collective]:
    """Where no victim has a name: the dead and the hurt as the first account counts them, each count a victim.

    Later sentences that count again (in the reasons, in the charge) add places, never victims: their counts are sums.
    """
    found: list[tuple[str, str, int, list[tuple[int, int, int]]]] = []
    settled = False
    for number, reading in enumerate(readings):
        for sentence in reading.sentences:
            if sentence.zone in _PASSED_OVER or sentence.zone in (Zone.CLAIM, Zone.DEFENCE):
                continue
            words = reading.text[sentence.start : sentence.end]
            cause = _CAUSED.search(words)
            rows = list(_CASUALTIES.finditer(words, cause.end())) if cause else []
            for row in rows:
                start = sentence.start + row.start("who")
                place = (number, start, start + len(row["who"]))
                same = next((f for f in found if settled and f[:2] == (row["who"], row["fate"])), None)
                if same is not None:
                    same[3].append(place)
                elif not settled:
                    found.append((row["who"], row["fate"], int(number_of(row["count"]) or 0), [place]))
            settled = settled or bool(rows)
    return [
        Collective(who, VictimType.GROUP if size > 1 else VictimType.PERSON, size if size > 1 else None, (), tuple(at))
        for who, _, size, at in found
    ]


def _with_casualties(
    groups: Sequence[Collective], counted: Sequence[Collective], readings: Sequence[Reading]
) -> list[Collective]:
    """Both without doubles: a crowd called by a noun (三名死者) stands for a bare count of the same size (3人), and for
    what became of its members (三名学生，其中一人死亡)."""
    sizes = {group.size for group in groups}
    told = [place for group in groups for place in group.places]
    left = [
        casualty
        for casualty in counted
        if casualty.size not in sizes
        and not any(
            n == m and 0 < s - e < 60 and "其中" in readings[n].text[e:s]
            for n, s, _ in casualty.places[:1]
            for m, _, e in told
        )
    ]
    taken = {place for casualty in left for place in casualty.places}
    return [*(group for group in groups if not taken.intersection(group.places)), *left]


# ⟨V⟩、⟨V⟩等人 with one sum for all of them: 向⟨V⟩、⟨V⟩等人募集资金共计30万元; near miss: 赔偿⟨V⟩等人5000元
_ROW_OF_MORE = re.compile(
    rf"(?P<row>{V}{NOTE}(?:(?:、|和|及|与|以及){V}{NOTE})*)等人(?!各|每人)(?=[^，。；{P[1:-1]}]{{0,12}}"
    rf"(?:[骗诈盗窃抢]|募集|吸收|集资|借款|存款|投资款|现金|人民币|货款|保证金)[^。；：{P[1:-1]}]{{0,24}}\d[^。；，]{{0,10}}元)"
)
# what precedes such a row; near miss: 退赔⟨V⟩等人
_ROW_TAKEN = re.compile("(?:骗取|骗得|诈骗|从|向|在|盗窃|窃取|吸收|收取|借)(?:被害人)?[^，。；赔还]{0,12}$")
# an overview, behind its sentence: [具体如下]; near miss: 具体时间不详
_TOLD_BELOW = re.compile("(?:具体|分述|事实|详情|分别)[^。；]{0,6}如下|分述")
# a sum of one member: ⟨V⟩[现金3000元]
_OWN_SUM = re.compile(f"{NOTE}(?!{LIST}|等)[^。；{P[1:-1]}]{{0,40}}\\d[^。；，]{{0,10}}元")


def _rows(readings: Sequence[Reading], frames: Sequence[Frame]) -> list[Collective]:
    """Groups named by some of their members, of whom one sum is told (骗取甲、乙等人共计30万元)."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    for number, (reading, frame) in enumerate(zip(readings, frames, strict=True)):
        for match in _ROW_OF_MORE.finditer(frame.text):
            before = re.split("[。；]", frame.text[max(0, match.start() - 30) : match.start()])[-1]
            sentence = reading.sentence_at(frame.to_view(match.start()))
            first = frame.mention_at(match.start())
            if (
                sentence.zone in _PASSED_OVER
                or first is None
                or not _ROW_TAKEN.search(before)
                or "分别" in frame.text[match.end() : match.end() + 12]
                or _TOLD_BELOW.search(reading.text, sentence.end - 20, sentence.end + 24)
                or _told_apart(frame, match)
            ):
                continue
            start, end = first.name_start, frame.end_to_view(match.end())
            found.setdefault(reading.text[start:end], []).append((number, start, end))
    return [Collective(name, VictimType.GROUP, None, (), tuple(places), True) for name, places in found.items()]


def _told_apart(frame: Frame, row: re.Match[str]) -> bool:
    """Whether the sum of the row is a total: most of its members have a sum of their own elsewhere."""
    members = {p for m in frame.mentions_in(row.start(), row.end()) for p in m.people}
    several = len(members)
    for place, mention in zip(frame.places, frame.mentions, strict=True):
        outside = not row.start() <= place < row.end()
        if outside and members.intersection(mention.people) and _OWN_SUM.match(frame.text, place + 1):
            members.difference_update(mention.people)
    return len(members) * 2 < several or not members


def _collective(size: int, places: Sequence[tuple[str, int, int, int]]) -> Collective:
    names = list(dict.fromkeys(sorted((words for words, *_ in places), key=len, reverse=True)))
    return Collective(names[0], VictimType.GROUP, size, tuple(names[1:]), tuple((n, s, e) for _, n, s, e in places))


def _more_than(known: int, size: int, before: str) -> bool:
    """Whether a crowd is not just the sum of those who have names."""
    return not known or size >= known + 3 or re.search("另外?|其余|其他|还有?", before) is not None


def _fate(frame: Frame, match: re.Match[str]) -> str:
    return _fate_of(match["who"], frame.text[match.end() : match.end() + 8])


def _fate_of(who: str | None, after: str) -> str:
    """What happened to them: dead, hurt or lost."""
    if who == "死者" or re.match("(?:当场)?死亡|遇难", after):
        return "dead"
    return "hurt" if who == "伤者" or _HARMED_AFTER.match(after) else "lost"


def _size(match: re.Match[str]) -> int:
    words = match["count"] or match["count2"]
    rough = {"数十": 30, "几十": 30, "数百": 300, "上百": 100, "数千": 3000}
    return rough.get(words) or int(number_of(words) or 0)


def _meant_as_victims(frame: Frame, match: re.Match[str], size: int, known: int) -> bool:
    before, after = frame.text[max(0, match.start() - 60) : match.start()], frame.text[match.end() : match.end() + 14]
    before = re.split("[。；]", before)[-1]
    row = _ROW_BEFORE.search(before)
    if row:
        return V in row["row"] and "等" in before[-3:] and bool(_CASE.search(before + match.group() + after))
    who = match["who"]
    if who is None and _NAMED_BEFORE.match(match.group() + after):
        return False
    if who is None and _HARMED_AFTER.match(after):
        return known == 0 and "其中" not in before and bool(re.search(r"(?:造成|致使|致|导致|、|，)(?:事故)?$", before))
    if who in ("死者", "伤者") and known == 0:
        return True
    if _AND_OTHERS.search(before) and _HARMED_AFTER.match(after):
        return True
    if before.endswith(("、", "和", "及", "与")) or size < known + 3:
        return False
    done = _DONE_BEFORE.search(before)
    if done is None:
        return who in ("被害人", "受害人", "死者", "伤者") and not re.search("第|其中$", before[-3:])
    if done.group().startswith("向"):
        return bool(_TOWARDS.match(after))
    return (
        bool(_LOST_AFTER.match(after))
        if who is None or not re.search("骗|敲诈|勒索|盗|欠|涉及|发展", done.group())
        else True
    )
