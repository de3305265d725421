"""People while they are being worked out: names with the cues beside them, votes for roles, deeds, kinship.

Takes the located names of every document, gives candidates: one a person, with a key that tells namesakes apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from nlp.about import subject_at, subjects_of
from nlp.aliases import namesakes, note_key
from nlp.deeds import deeds_in, told_deeds
from nlp.facts import Role
from nlp.frames import A, Frame, O, P, PersonMention, build_frame
from nlp.name_cues import KIN
from nlp.names import NameMention
from nlp.pronouns import Told, with_pronouns
from nlp.reading import Reading, Zone
from nlp.roles import (
    KINSHIP,
    KINSHIP_AFTER,
    KINSHIP_LISTED,
    KINSHIP_OF_SPEAKER,
    LEFT_CUES,
    LIABLE,
    RIGHT_CUES,
    SPEAKS_FOR_FIRM,
)

# between two of a row: 、 alone, or with what the first one is owed or lost (张某3000元、李某工资5000元)
_SUM = r"(?:的)?(?:工资|劳动报酬|劳务费|工钱|货款|投资款|集资款|借款|存款|本金|损失|欠款|人民币|现金|共计|各|计|合计|共|分别|为|[：:]){0,3}[0-9.]+余?万?余?元(?:工资|劳务费|整)?"
_LIST_GAP = re.compile(
    rf"^(?:（[^（）]{{0,60}}）)?(?:等人|夫妇)?(?:{_SUM})?(?:、[^、，。；（）]{{1,6}})?(?:、|和|及|以及|，|；|及其|、和)$"
)
_ROW_OF_SUMS = re.compile(
    rf"^(?:（[^（）]{{0,60}}）)?(?:、|{_SUM}(?:、|和|及|，|；))(?:[\u4e00-\u9fff]{{0,4}}(?:司机|老板|店主|员工|工人|村民|学生|业主|住户|乘客|顾客|邻居|车主|同事))?$"
)
# a row of goods, each behind its owner: ⟨who⟩现金15元，⟨who⟩书包一个，⟨O⟩; near miss: ⟨who⟩手机后，将⟨O⟩
_ROW_OF_GOODS = re.compile(
    r"^(?:（[^（）]{0,60}）)?(?:家|处|柜内|包内|裤兜[里内])?(?:中|内|里)?(?:的)?[^。；，、被将把在向与至到后给]{1,30}?(?:元|手机|电脑|[一二三四五六七八九十两0-9]+余?[部台辆个只条包袋箱枚块张头])(?:（[^（）]{0,30}）)?(?:、|，|以及|和|及)(?:被害人|失主)?$"
)
# each behind an owner: ⟨who⟩现金28600元及价值3150元的金戒指、⟨who⟩价值37666元的金饰、某村委会现金12000元、⟨who⟩
_VALUE = r"(?:(?:现金|人民币|价值)?[0-9.]+余?万?余?元(?:的[^，。；、]{1,8})?(?:及|和|以及)?){1,3}"
_ROW_OF_VALUES = re.compile(rf"^(?:的)?{_VALUE}(?:、[^，。；、{P[1:-1]}0-9]{{4,16}}{_VALUE})*、$")
# a row of harms, each behind whom it befell: ⟨who⟩鼻骨骨折、⟨who⟩牙齿脱落二枚，⟨who⟩软组织挫伤; near miss: ⟨who⟩受伤，⟨O⟩报警
_ROW_OF_HARMS = re.compile(
    rf"^(?:（[^（）]{{0,60}}）)?(?:的)?(?!的?(?:父|母|妻|夫|子|女|亲属|家属))[^。；，、{P[1:-1]}]{{0,14}}?(?:骨折|脱落|受伤|挫伤|裂伤|挫裂伤|血肿|出血|擦伤|划伤|死亡|身亡|破裂|脑震荡|(?:重伤|轻伤)(?:[一二]级)?|轻微伤)[^。；，、{P[1:-1]}]{{0,4}}(?:、|，|和|及|以及)$"
)
_AND = ("、", "和", "及", "以及")
OWN_CUE = 3  # votes of a role word at the name itself; 1 is inherited in a row: 被告人陈某和王某因琐事争执
OFFICE_ROLES = (Role.OFFICER, Role.EXPERT, Role.REPRESENTATIVE)
ACCOUNT = (Zone.FOUND, Zone.CHARGE, Zone.PLAIN)  # where it is told what happened
TOLD = (*ACCOUNT, Zone.ANSWER)  # and where somebody who is heard tells it
OUT_OF_CASE = (Zone.RECORD, Zone.LAW, Zone.BOILERPLATE)


@dataclass(slots=True)
class Candidate:
    """A person while being worked out: votes for roles, kinship, where mentioned."""

    name: str
    first: tuple[int, int]
    votes: Counter[Role] = field(default_factory=Counter)
    done_to: int = 0  # weight of what was done to this person
    kin: tuple[str, str] | None = None  # (name of the other, kinship word)
    aliases: set[str] = field(default_factory=set)
    sues: bool = False  # 原告, 附带民事诉讼原告人
    testifies: bool = False  # gave an interview of their own
    liable: bool = False  # bears the responsibility for an accident
    hinted: bool = False  # harmed, says a learned finder

    def role(self) -> Role:
        """The part that this person plays, by what has been gathered so far."""
        return Role.VICTIM if self.hinted else self._told()

    def _told(self) -> Role:
        victim, accused = self.votes[Role.VICTIM], self.votes[Role.ACCUSED]
        if accused and accused >= victim and not (accused == 1 and self.done_to >= 6):
            return Role.ACCUSED
        if victim and not (victim == 1 and self.votes[Role.WITNESS] and not self.done_to):
            return Role.VICTIM
        others: dict[Role, int] = {
            r: n for r, n in self.votes.items() if r not in (Role.VICTIM, Role.ACCUSED, Role.OTHER) and n
        }
        procedural: Role | None = max(others, key=lambda r: others[r]) if others else None
        by_office = procedural in (Role.OFFICER, Role.EXPERT, Role.REPRESENTATIVE)
        if procedural is not None and by_office and self.done_to < (2 if procedural is Role.OFFICER else 3):
            return procedural
        if self.done_to >= (4 if procedural is Role.RELATIVE else 2):
            return Role.VICTIM
        if procedural:
            return procedural
        if self.liable:
            return Role.ACCUSED
        return Role.RELATIVE if self.kin else Role.WITNESS if self.testifies else Role.OTHER


@dataclass(slots=True)
class Named:
    """A name in place with what its surroundings say; `key` tells namesakes apart."""

    start: int
    end: int
    name_start: int
    name: str
    role: Role | None
    own_cue: bool
    zone: Zone
    cue: str = ""
    key: str = ""


def somebody_harmed(candidates: Mapping[str, Candidate]) -> bool:
    """Whether anybody is held for a victim so far."""
    return any(candidate.role() is Role.VICTIM for candidate in candidates.values())


def with_cues(reading: Reading, found: Sequence[NameMention]) -> list[Named]:
    text, named = reading.text, []
    previous: Named | None = None
    for mention in found:
        role, start, own, cue = None, mention.start, False, ""
        left = text[max(0, mention.start - 18) : mention.start]
        for candidate, pattern in LEFT_CUES:
            match = pattern.search(left)
            if match:
                role, start, own, cue = candidate, mention.start - len(left) + match.start("cue"), True, match["cue"]
                if cue == "罪犯" and "被告人" in text:  # a prisoner, in a case about somebody else
                    role = Role.OTHER
                break
        right = text[mention.end : mention.end + 30]
        for candidate, pattern in RIGHT_CUES:
            # 罪犯⟨who⟩陈述: a prisoner who saw it; 被害人黎某的父亲⟨who⟩陈述: kin who tell of the victim
            told = candidate is Role.VICTIM and (cue == "罪犯" or _kin_of(previous, text, mention.start))
            if (
                (role is None or role is Role.OTHER)
                and not told
                and pattern.match(right)
                and not SPEAKS_FOR_FIRM.search(left)
            ):
                role, own = candidate, True
        if role is None and previous is not None and previous.role is not None:
            gap = text[previous.end : mention.start]
            if (
                len(gap) < 70
                and _LIST_GAP.match(gap)
                and not (gap.endswith("，") and previous.role not in (Role.VICTIM, Role.WITNESS, Role.ACCUSED))
            ):
                role = previous.role if not (gap.endswith("，") and not gap.startswith("（")) else None
        if previous is not None and start < previous.end:
            start = mention.start
        item = Named(
            start, mention.end, mention.start, mention.name, role, own, reading.sentence_at(mention.start).zone, cue
        )
        named.append(item)
        previous = item
    _spread_left(text, named)
    return named


_KIN_OF = re.compile(rf"(?:（[^（）]{{0,40}}）)?(?:的|之)?(?:{KIN.pattern})")


def _kin_of(previous: Named | None, text: str, start: int) -> bool:
    return previous is not None and _KIN_OF.fullmatch(text, previous.end, start) is not None


def _spread_left(text: str, named: Sequence[Named]) -> None:
    """A cue behind the last of a row holds for the row: 赖某某、伊某某（均另案处理）, 孔某、崔某的陈述."""
    for item, following in zip(reversed(named[:-1]), reversed(named[1:]), strict=True):
        inherits = (item.role is None and following.role in (Role.VICTIM, Role.ACCUSED, Role.WITNESS)) or (
            not item.own_cue and item.role is not Role.ACCUSED and following.role is Role.ACCUSED
        )
        if inherits and following.start == following.name_start and text[item.end : following.start] in _AND:
            item.role = following.role


_IN_ROW = re.compile(rf"^(?:（[^（）]{{0,40}}）)?(?:{_SUM})?、$")


def _said_again(reading: Reading, found: Sequence[Named]) -> list[str]:
    """A masked name that stands twice in one row of victims (被害人张某某、李某某、张某某) is two people: a suffix."""
    marks: list[str] = []
    row: Counter[str] = Counter()
    end = -1
    for item in found:
        if end < 0 or not _IN_ROW.match(reading.text[end : item.start]):
            row.clear()
        end = item.end
        told = item.role is Role.VICTIM and re.search("[某×xX*]", item.name)
        times = row[item.name] if told else 0
        row[item.name] += 1
        marks.append(f"|{times + 1}" if times else "")
    return marks


def collect(readings: Sequence[Reading], names: list[list[Named]]) -> dict[str, Candidate]:
    """Candidates by key. One key a name, two where one masked name stands for two people."""
    split = namesakes(readings, names)
    candidates: dict[str, Candidate] = {}
    for number, (reading, found) in enumerate(zip(readings, names, strict=True)):
        current: dict[str, str] = {}
        for item, again in zip(found, _said_again(reading, found), strict=True):
            item.key = _key_of(item, split.get(item.name, ()), reading, current) + again
            candidate = candidates.setdefault(item.key, Candidate(item.name, (number, item.start)))
            if reading.text[item.name_start : item.end] != item.name:
                candidate.aliases.add(reading.text[item.name_start : item.end])
            if item.role is not None and (item.zone not in OUT_OF_CASE or item.role in OFFICE_ROLES):
                candidate.votes[item.role] += OWN_CUE if item.own_cue else 1
            candidate.sues = candidate.sues or "原告" in item.cue
            candidate.testifies = candidate.testifies or "被询问人" in item.cue
    return candidates


def _key_of(item: Named, apart: tuple[str, ...], reading: Reading, current: dict[str, str]) -> str:
    """The key of a name: itself, or with what tells this person from a namesake; without a sign the last one meant."""
    if not apart:
        return item.name
    if Role.ACCUSED in apart:
        sign = str(item.role) if item.own_cue and item.role in (Role.VICTIM, Role.ACCUSED) else None
    else:
        note = note_key(reading, item)
        sign = next((full for full in apart if note and full.startswith(note)), note)
    if sign:
        current[item.name] = f"{item.name}|{sign}"
    return current.get(item.name, f"{item.name}|{apart[0]}")


def watch_deeds(readings: Sequence[Reading], names: list[list[Named]], candidates: dict[str, Candidate]) -> None:
    """Count what was done to whom, and who is kin to whom, sentence by sentence."""
    victim_named = any(c.votes[Role.VICTIM] for c in candidates.values())
    for reading, found in zip(readings, names, strict=True):
        key_at = {item.start: item.key for item in found}
        mentions = tuple(PersonMention(i.start, i.end, i.name_start, (i.key,)) for i in found)
        accused = {key: A for key, c in candidates.items() if c.votes[Role.ACCUSED] > max(c.votes[Role.VICTIM], 1)}
        frame = build_frame(reading.text, mentions, accused)
        deeds = deeds_in(reading.text, victim_named=victim_named)
        deeds_told = (*deeds, *told_deeds(victim_named=victim_named)) if deeds else ()
        about = subjects_of(reading, frame)
        for one in about:
            if one.who is not None and one.kind == "询问笔录":
                candidates[one.who.people[0]].testifies = True
        for sentence in reading.sentences:
            if sentence.zone in OUT_OF_CASE:
                continue
            start, end = frame.from_view(sentence.start), frame.from_view(sentence.end - 1) + 1
            if not frame.mentions_in(start, end):
                continue
            words = frame.text[start:end]
            told = Told(
                words, {i: (m,) for i, c in enumerate(words) if c in P[1:-1] and (m := frame.mention_at(start + i))}
            )
            looked_for = deeds_told if sentence.zone in ACCOUNT else deeds
            done = done_in(told, looked_for)
            for key, weight in _done_to_possessed(told, looked_for).items():
                done[key] = max(done.get(key, 0), weight)
            if sentence.zone in ACCOUNT and (again := with_pronouns(frame, start, end)) is not None:
                for key, weight in done_in(again, looked_for).items():
                    done[key] = max(done.get(key, 0), weight)
            for key, weight in done.items():
                candidates[key_at[key]].done_to += weight
            for match in LIABLE.finditer(words):
                mention = frame.mention_at(start + match.start("who"))
                if mention is not None:
                    candidates[key_at[mention.start]].liable = True
            who = subject_at(about, sentence.start).who
            _watch_kin(words, start, frame, key_at, who.people[0] if who is not None else None, candidates)


def done_in(told: Told, deeds: Sequence[tuple[int, re.Pattern[str]]]) -> dict[int, int]:
    """What a sentence says was done: weights by the start of the mention of whom it was done to."""
    words = told.text
    possessors = {match.start() for match in _POSSESSOR.finditer(words)}
    hit: dict[int, int] = {}
    for weight, pattern in deeds:
        for match in pattern.finditer(words):
            for place in range(*match.span("who")):
                beside = place in possessors or _in_note(match["who"], place - match.start("who"))
                if words[place] == O and not beside:
                    hit[place] = max(hit.get(place, 0), weight)
    _spread_hits(words, hit)
    done: dict[int, int] = {}
    for place, weight in hit.items():
        if not _agent(words, place):
            for mention in told.people.get(place, ()):
                done[mention.start] = done.get(mention.start, 0) + weight
    return done


# whose wife, son or friend the one behind is: 将[⟨O⟩]之妻⟨who⟩打伤; near miss: ⟨who⟩及其妻⟨who⟩
_POSSESSOR = re.compile(
    rf"{P}(?P<kin>(?:（[^（）]{{0,40}}）)?(?:(?:的|之)(?:{KIN.pattern}|朋友|同事|同学|邻居|同伴|室友|老乡|工友|亲戚|司机|员工)|(?:妻子|丈夫|儿子|女儿|母亲|父亲)))(?={P})"
)


def _done_to_possessed(told: Told, deeds: Sequence[tuple[int, re.Pattern[str]]]) -> dict[int, int]:
    """What was done to the one behind a possessor, as if the possessor were any other character."""
    behind = [m.start for match in _POSSESSOR.finditer(told.text) for m in told.people.get(match.end("kin"), ())]
    if not behind:
        return {}
    past = done_in(replace(told, text=_POSSESSOR.sub(lambda match: "某" + match["kin"], told.text)), deeds)
    return {start: weight for start, weight in past.items() if start in behind}


def _in_note(row: str, place: int) -> bool:
    """Whether somebody stands only in the bracket behind another: ⟨who⟩（系⟨O⟩的哥哥）."""
    return row.count("（", 0, place) > row.count("）", 0, place)


def _spread_hits(words: str, hit: dict[int, int]) -> None:
    """What was done to one of a row was done to the row: 骗取⟨who⟩2000元、⟨who⟩3000元."""
    places = [i for i, char in enumerate(words) if char in P[1:-1]]
    for one, other in [
        *pairwise(places),
        *pairwise(reversed(places)),
    ]:
        low, high = min(one, other), max(one, other)
        if one in hit and other not in hit and words[other] == O:
            gap = words[low + 1 : high]
            if _in_one_row(gap) or (other > one and _ROW_OF_HARMS.match(gap) and _HARM.match(words, other + 1)):
                hit[other] = hit[one]


_HARM = re.compile(
    rf"(?:（[^（）]{{0,60}}）)?(?:的)?[^。；，、{P[1:-1]}]{{0,14}}?(?:骨折|脱落|受伤|挫伤|裂伤|血肿|出血|擦伤|划伤|死亡|身亡|破裂|脑震荡|重伤|轻伤|轻微伤)"
)


def _in_one_row(gap: str) -> bool:
    return bool(_ROW_OF_SUMS.match(gap) or _ROW_OF_GOODS.match(gap) or _ROW_OF_VALUES.match(gap))


def _agent(words: str, place: int) -> bool:
    """被⟨who⟩打伤, 由⟨who⟩驾驶: this person did it."""
    return bool(re.search(rf"(?:被|遭|由|受){P}?(?:、)?$", words[max(0, place - 3) : place]))


def _watch_kin(
    words: str, start: int, frame: Frame, key_at: dict[int, str], subject: str | None, candidates: dict[str, Candidate]
) -> None:
    """Who is kin to whom in one sentence; 我 and an unnamed possessor mean whom the paper is about."""
    for pattern in (KINSHIP, KINSHIP_AFTER, KINSHIP_LISTED):
        for match in pattern.finditer(words):
            who = frame.mention_at(start + match.start("who")) if match["who"] else None
            if who is None:
                continue
            of = match.groupdict().get("of")
            if of is None or of == "我":
                other = subject
                if of is None and other is None:  # 黎某系退休工人，丈夫常某患病: whom the sentence is about
                    first = frame.mentions_in(start, start + match.start())[:1]
                    other = key_at[first[0].start] if first else None
            elif of in "其他她":
                earlier = frame.mentions_in(max(0, start - 200), start + match.start())
                other = key_at[earlier[-1].start] if earlier else None
            else:
                mention = frame.mention_at(start + match.start("of"))
                other = key_at[mention.start] if mention is not None else None
            one = candidates[key_at[who.start]]
            if other is not None and candidates[other] is not one and one.kin is None:
                one.kin = (candidates[other].name, match["kin"])
    for match in KINSHIP_OF_SPEAKER.finditer(words):
        mention = frame.mention_at(start + match.start("of" if match["of"] else "of2"))
        if (
            subject is not None
            and mention is not None
            and key_at[mention.start] != subject
            and candidates[subject].kin is None
        ):
            candidates[subject].kin = (candidates[key_at[mention.start]].name, match["kin"] or match["kin2"])


def subject_keys(readings: Sequence[Reading], names: Sequence[Sequence[Named]]) -> list[str | None]:
    """Key of the one whom each paper is about, before roles are known; None for a volume of several interviews."""
    keys: list[str | None] = []
    for reading, found in zip(readings, names, strict=True):
        mentions = tuple(PersonMention(i.start, i.end, i.name_start, (i.key,)) for i in found)
        about = subjects_of(reading, build_frame(reading.text, mentions, {}))
        keys.append(about[0].who.people[0] if len(about) == 1 and about[0].who is not None else None)
    return keys
