"""Who is in the papers: from names in every document to people with one role each, and back to every mention.

`resolve_people` decides in three steps: cues beside the names (被害人…, 辩护人…, 另案处理), what was done to whom
(将…打伤, 骗取…), and who is kin to whom. It never guesses a name; a victim without a name keeps the noun.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from nlp.facts import Person, Role, VictimType
from nlp.frames import A, Frame, O, P, PersonMention, V, build_frame
from nlp.names import NameMention, find_names
from nlp.reading import Reading, Zone
from nlp.roles import KINSHIP, LEFT_CUES, PATIENT, RIGHT_CUES

_LIST_GAP = re.compile(r"^(?:（[^（）]{0,60}）)?(?:等人)?(?:、|和|及|以及|，|及其|、和)$")
_NOTE = re.compile(r"^（(?P<note>[^（）]{1,60})）|^，?(?P<bare>[男女])，(?P<rest>[^，。；]{2,24})")
_OUT_OF_CASE = (Zone.RECORD, Zone.LAW, Zone.BOILERPLATE)
# nouns for victims: 被害人 alone, 二被害人, 死者
_NOUN = re.compile(
    r"(?P<count>[二两三四五六七八九十]|\d{1,2}|各|众|诸|全体|上述|上列|以上|部分|其他|其余|多)?(?P<unit>名|位|个)?(?P<noun>被害人|受害人|被害者|受害者|死者|伤者|受害方|被害方)(?:们)?(?!单位|近亲属委托)"
)
_SUBJECT_NOUN = re.compile(r"被鉴定人|该?患者|被检查人|该伤者|持证人|该户|该同志|该村民|该居民|被检人|病人|户主|本人(?=(?:因|系|受|被|于|目前|现|家|收到|已|没|无|对|要求|同意))")
_I = re.compile(r"我们?(?!国|院|局|单位|公司|队|所|市|县|省|区|镇|乡|村|处|厂|店)")
_DEPONENT = re.compile(rf"(?:被询问人|被讯问人|被鉴定人|申请人|收款人|领款人|谅解人|出具人|立据人|持证人|户主|患者姓名|姓名|患者|病人|乙方|受害人|被害人)(?:（[^（）]{{0,14}}）)?(?:姓名)?[：:]?[ ]?(?P<who>{P})")


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
    subject: str | None  # the one whom an interview, appraisal or certificate is about


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


@dataclass(slots=True)
class _Candidate:
    """A person while being worked out: votes for roles, kinship, where mentioned."""

    name: str
    first: tuple[int, int]
    votes: Counter[Role] = field(default_factory=Counter)
    done_to: int = 0  # weight of what was done to this person
    kin: tuple[str, str] | None = None  # (name of the other, kinship word)
    aliases: set[str] = field(default_factory=set)

    def role(self) -> Role:
        victim, accused = self.votes[Role.VICTIM], self.votes[Role.ACCUSED]
        if accused and accused >= victim:
            return Role.ACCUSED
        if victim:
            return Role.VICTIM
        others = {r: n for r, n in self.votes.items() if r not in (Role.VICTIM, Role.ACCUSED, Role.OTHER) and n}
        procedural = max(others, key=lambda r: others[r]) if others else None
        if procedural in (Role.OFFICER, Role.EXPERT, Role.REPRESENTATIVE) and self.done_to < 5:
            return procedural
        if self.done_to >= (4 if procedural is Role.RELATIVE else 2):
            return Role.VICTIM
        if procedural:
            return procedural
        return Role.RELATIVE if self.kin else Role.OTHER


def resolve_people(readings: Sequence[Reading]) -> Cast:
    """Work out everybody in one dossier."""
    names = [_with_cues(reading, found) for reading, found in zip(readings, find_names(r.text for r in readings), strict=True)]
    candidates = _collect(readings, names)
    _link_aliases(readings, candidates)
    _watch_deeds(readings, names, candidates)
    return _cast(readings, names, candidates)


@dataclass(slots=True)
class _Named:
    """A name in place with what its surroundings say; `key` tells namesakes apart."""

    start: int
    end: int
    name_start: int
    name: str
    role: Role | None
    own_cue: bool
    zone: Zone
    key: str = ""


def _with_cues(reading: Reading, found: Sequence[NameMention]) -> list[_Named]:
    text, named = reading.text, []
    previous: _Named | None = None
    for mention in found:
        role, start, own = None, mention.start, False
        left = text[max(0, mention.start - 18) : mention.start]
        for candidate, pattern in LEFT_CUES:
            match = pattern.search(left)
            if match:
                role, start, own = candidate, mention.start - len(left) + match.start("cue"), True
                break
        right = text[mention.end : mention.end + 30]
        for candidate, pattern in RIGHT_CUES:
            if (role is None or role is Role.OTHER) and pattern.match(right):
                role, own = candidate, True
        if role is None and previous is not None and previous.role is not None:
            gap = text[previous.end : mention.start]
            if len(gap) < 70 and _LIST_GAP.match(gap) and not (gap.endswith("，") and previous.role not in (Role.VICTIM, Role.WITNESS, Role.ACCUSED)):
                role = previous.role if not (gap.endswith("，") and not gap.startswith("（")) else None
        if previous is not None and start < previous.end:
            start = mention.start
        item = _Named(start, mention.end, mention.start, mention.name, role, own, reading.sentence_at(mention.start).zone)
        named.append(item)
        previous = item
    _spread_left(text, named)
    return named


def _spread_left(text: str, named: Sequence[_Named]) -> None:
    """A cue behind the last of a row holds for the row: 赖某某、伊某某（均另案处理）, 孔某、崔某的陈述."""
    for item, following in zip(reversed(named[:-1]), reversed(named[1:]), strict=True):
        if item.role is None and following.role in (Role.VICTIM, Role.ACCUSED, Role.WITNESS) and following.start == following.name_start:
            if re.fullmatch("、|和|及|以及", text[item.end : following.start]):
                item.role = following.role


def _collect(readings: Sequence[Reading], names: list[list[_Named]]) -> dict[str, _Candidate]:
    """Candidates by key. One key a name, two where one masked name stands for two people."""
    split = _namesakes(readings, names)
    candidates: dict[str, _Candidate] = {}
    for number, (reading, found) in enumerate(zip(readings, names, strict=True)):
        current: dict[str, str] = {}
        for item in found:
            item.key = _key_of(item, split.get(item.name), reading, current)
            candidate = candidates.setdefault(item.key, _Candidate(item.name, (number, item.start)))
            if item.role is not None and item.zone not in _OUT_OF_CASE:
                candidate.votes[item.role] += 3 if item.own_cue else 1
    return candidates


def _namesakes(readings: Sequence[Reading], names: list[list[_Named]]) -> dict[str, str]:
    """Names that stand for two people: `role` (accused and victim) or `note` (two sexes or birth dates)."""
    roles: dict[str, Counter[Role]] = defaultdict(Counter)
    notes: dict[str, set[str]] = defaultdict(set)
    for reading, found in zip(readings, names, strict=True):
        for item in found:
            if item.own_cue and item.role in (Role.VICTIM, Role.ACCUSED):
                roles[item.name][item.role] += 1
            note = _note_key(reading, item)
            if note and item.own_cue and item.role is Role.VICTIM:
                notes[item.name].add(note)
    split = {name: "role" for name, seen in roles.items() if seen[Role.VICTIM] >= 2 and seen[Role.ACCUSED] >= 2 and not _mutual(readings, name)}
    split.update({name: "note" for name, seen in notes.items() if len({n[0] for n in seen}) > 1})
    return split


def _mutual(readings: Sequence[Reading], name: str) -> bool:
    """One person who is both: 被告人（附带民事诉讼原告人）…"""
    both = re.compile(rf"(?:被告人（附带民事诉讼原告人|被告人暨附带民事诉讼原告人|被告人（被害人)[^，。]{{0,6}}{re.escape(name)}")
    return any(both.search(reading.text) for reading in readings)


def _note_key(reading: Reading, item: _Named) -> str | None:
    match = _NOTE.match(reading.text[item.end : item.end + 64])
    note = (match["note"] or match["bare"]) if match else None
    sex = re.search("[男女]", note) if note else None
    return sex.group() if sex else None


def _key_of(item: _Named, split: str | None, reading: Reading, current: dict[str, str]) -> str:
    if split == "role":
        role = item.role if item.own_cue and item.role in (Role.VICTIM, Role.ACCUSED) else None
        if role:
            current[item.name] = f"{item.name}|{role}"
        return current.get(item.name, f"{item.name}|{Role.ACCUSED}")
    if split == "note":
        note = _note_key(reading, item)
        if note:
            current[item.name] = f"{item.name}|{note}"
        return current.get(item.name, f"{item.name}|{note or '男'}")
    return item.name


_ALIAS = re.compile(r"（(?:[^（）]{0,20}，)?(?:又名|绰号|化名|别名|曾用名|小名|外号|自称|乳名|真名|原名)[：:]?[“\"]?(?P<alias>[^（），、。”\"]{1,6})[”\"]?[^（）]{0,60}）|（以下(?:简称|称)[：:]?[“\"]?(?P<short>[^（），。”\"]{2,6})[”\"]?）")


def _link_aliases(readings: Sequence[Reading], candidates: dict[str, _Candidate]) -> None:
    for reading in readings:
        for match in _ALIAS.finditer(reading.text):
            before = reading.text[max(0, match.start() - 8) : match.start()]
            for candidate in candidates.values():
                if before.endswith(candidate.name):
                    candidate.aliases.add((match["alias"] or match["short"]).strip())
    masked = {key: c for key, c in candidates.items() if "某" in c.name and "|" not in key}
    full = [c for c in candidates.values() if not re.search("[某×xX*]", c.name)]
    for key, candidate in list(masked.items()):
        family = candidate.name.split("某")[0]
        if re.search(r"[甲乙丙丁0-9]", candidate.name):
            continue
        same = [c for c in full if c.name.startswith(family) and _compatible(c.votes, candidate.votes)]
        if len(same) == 1 and not _in_one_document(readings, candidate.name, same[0].name) and not re.sub("某", "", candidate.name[len(family):]):
            same[0].aliases.add(candidate.name)
            same[0].votes.update(candidate.votes)
            candidates[key] = same[0]


def _compatible(a: Counter[Role], b: Counter[Role]) -> bool:
    def side(votes: Counter[Role]) -> str:
        return "accused" if votes[Role.ACCUSED] > votes[Role.VICTIM] else "victim" if votes[Role.VICTIM] else "?"

    return side(a) == side(b) and side(a) != "?"


def _in_one_document(readings: Sequence[Reading], one: str, other: str) -> bool:
    return any(one in reading.text and other in reading.text for reading in readings)


def _watch_deeds(readings: Sequence[Reading], names: list[list[_Named]], candidates: dict[str, _Candidate]) -> None:
    """Count what was done to whom, and who is kin to whom, sentence by sentence."""
    for reading, found in zip(readings, names, strict=True):
        key_at = {item.start: item.key for item in found}
        mentions = tuple(PersonMention(i.start, i.end, i.name_start, (i.key,)) for i in found)
        accused = {key: A for key, c in candidates.items() if c.votes[Role.ACCUSED] > c.votes[Role.VICTIM]}
        frame = build_frame(reading.text, mentions, accused)
        for sentence in reading.sentences:
            if sentence.zone in _OUT_OF_CASE:
                continue
            start, end = frame.from_view(sentence.start), frame.from_view(sentence.end - 1) + 1
            if not frame.mentions_in(start, end):
                continue
            words = frame.text[start:end]
            hit: dict[int, int] = {}
            for weight, pattern in PATIENT:
                for match in pattern.finditer(words):
                    for place in range(*match.span("who")):
                        if words[place] == O:
                            hit[place] = max(hit.get(place, 0), weight)
            for place, weight in hit.items():
                mention = frame.mention_at(start + place)
                if mention is not None and not _agent(words, place):
                    candidates[key_at[mention.start]].done_to += weight
            for match in KINSHIP.finditer(words):
                _note_kin(match, start, frame, key_at, candidates)


def _agent(words: str, place: int) -> bool:
    """被⟨who⟩打伤, 由⟨who⟩驾驶: this person did it."""
    return bool(re.search(rf"(?:被|遭|由|受){P}?(?:、)?$", words[max(0, place - 3) : place]))


def _note_kin(match: re.Match[str], start: int, frame: Frame, key_at: dict[int, str], candidates: dict[str, _Candidate]) -> None:
    if not match["who"]:
        return
    who = frame.mention_at(start + match.start("who"))
    if match["of"] in "其他她":
        earlier = frame.mentions_in(max(0, start - 200), start + match.start())
        of = earlier[-1] if earlier else None
    else:
        of = frame.mention_at(start + match.start("of"))
    if who is None or of is None:
        return
    one, other = candidates[key_at[who.start]], candidates[key_at[of.start]]
    if one is not other and one.kin is None:
        one.kin = (other.name, match["kin"])


def _cast(readings: Sequence[Reading], names: list[list[_Named]], candidates: dict[str, _Candidate]) -> Cast:
    ordered = sorted({id(c): c for c in candidates.values()}.values(), key=lambda c: c.first)
    ids: dict[int, str] = {}
    victims = others = 0
    for candidate in ordered:
        if candidate.role() is Role.VICTIM:
            victims += 1
            ids[id(candidate)] = f"v{victims}"
        else:
            others += 1
            ids[id(candidate)] = f"p{others}"
    person_of = {key: ids[id(c)] for key, c in candidates.items()}
    marks = {ids[id(c)]: V if c.role() is Role.VICTIM else A if c.role() is Role.ACCUSED else O for c in ordered}
    papers = tuple(_paper(reading, found, person_of, marks) for reading, found in zip(readings, names, strict=True))
    spans = defaultdict(list)
    for paper in papers:
        for mention in paper.frame.mentions:
            if mention.by == "name":
                spans[mention.people[0]].append(paper.reading.view.span(mention.name_start, mention.end))
    by_name = {c.name: ids[id(c)] for c in ordered}
    people = tuple(
        Person(
            id=ids[id(c)], name=c.name, role=c.role(), mentions=tuple(spans[ids[id(c)]]),
            aliases=tuple(sorted(c.aliases - {c.name})), type=VictimType.PERSON,
            of=by_name.get(c.kin[0]) if c.kin else None, relation=c.kin[1] if c.kin else None,
        )
        for c in ordered
    )
    return Cast(people, papers)


def _paper(reading: Reading, found: Sequence[_Named], person_of: dict[str, str], marks: dict[str, str]) -> Paper:
    named = [PersonMention(i.start, i.end, i.name_start, (person_of[i.key],)) for i in found]
    draft = build_frame(reading.text, named, marks)
    subject = _subject(reading, draft)
    mentions = sorted([*named, *_nouns(reading, named, marks, subject)], key=lambda m: m.start)
    kept: list[PersonMention] = []
    for mention in mentions:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return Paper(reading, build_frame(reading.text, kept, marks), subject)


_ABOUT_ONE = frozenset({"询问笔录", "讯问笔录", "鉴定意见", "伤残鉴定", "死亡鉴定", "诊断证明", "病历", "出院小结", "费用清单", "残疾人证", "低保证明", "困难证明",
                        "户籍证明", "收条", "谅解书", "司法救助决定书", "申请书", "死亡证明", "附带民事起诉状"})


def _subject(reading: Reading, frame: Frame) -> str | None:
    if reading.kind not in _ABOUT_ONE:
        return None
    match = _DEPONENT.search(frame.text)
    mention = frame.mention_at(match.start("who")) if match else next((m for m in frame.mentions), None)
    return mention.people[0] if mention else None


_NUMBERS = {"二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}


def _nouns(reading: Reading, named: Sequence[PersonMention], marks: dict[str, str], subject: str | None) -> list[PersonMention]:
    """Nouns and pronouns that mean somebody known: 被害人 alone, 二被害人, 被鉴定人, 我 in an interview."""
    text = reading.text
    victims_before = [m for m in named if marks[m.people[0]] == V]
    everybody = tuple(dict.fromkeys(m.people[0] for m in victims_before)) or tuple(k for k, v in marks.items() if v == V)
    found: list[PersonMention] = []
    taken = {m.start for m in named} | {m.name_start for m in named}
    for match in _NOUN.finditer(text):
        if match.end() in taken or match.start() in taken or not everybody:
            continue
        if any(m.start <= match.start("noun") < m.end for m in _near(named, match.start())):
            continue
        found.append(PersonMention(match.start(), match.end(), match.start(), _meant(match, victims_before, everybody), "noun"))
    if subject is not None:
        for match in _SUBJECT_NOUN.finditer(text):
            if match.end() not in taken and match.start() not in taken:
                found.append(PersonMention(match.start(), match.end(), match.start(), (subject,), "noun"))
        if reading.kind in ("询问笔录", "讯问笔录", "申请书", "谅解书", "收条", "附带民事起诉状"):
            for match in _I.finditer(text):
                if reading.sentence_at(match.start()).zone is not Zone.QUESTION:
                    found.append(PersonMention(match.start(), match.end(), match.start(), (subject,), "pronoun"))
    return found


def _near(named: Sequence[PersonMention], offset: int) -> list[PersonMention]:
    from bisect import bisect_right

    index = bisect_right(named, offset, key=lambda m: m.start)
    return list(named[max(0, index - 1) : index + 1])


def _meant(match: re.Match[str], victims: Sequence[PersonMention], everybody: tuple[str, ...]) -> tuple[str, ...]:
    """Whom 被害人 means here: the last victim named before, the last N for 二被害人, all for 各被害人."""
    if len(everybody) == 1:
        return everybody
    before = [m.people[0] for m in victims if m.start < match.start()]
    recent = list(dict.fromkeys(reversed(before)))
    count = match["count"] or ""
    number = _NUMBERS.get(count) or (int(count) if count.isdigit() else None)
    if number:
        return tuple(reversed(recent[:number])) or everybody
    if count:
        return everybody
    return (recent[0],) if recent else everybody
