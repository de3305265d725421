"""Whose a statement is, where the recognizer only knows that it was made.

Chinese legal prose puts the person before what is said of them: the nearest person to the left in the same
sentence, unless that one is the doer (被张某打成…), then the row of people it stands in, then the sentence before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.about import stranger_heard
from nlp.facts import Role
from nlp.frames import LIST, NOTE, Frame, O, P, PersonMention, V
from nlp.name_cues import KIN
from nlp.outsiders import KIN_TOLD, outsider
from nlp.people import Cast, Paper
from nlp.reading import Zone

_ROW = re.compile(rf"{P}{NOTE}(?:{LIST}{P}{NOTE})*")
_DOER_BEFORE = re.compile(r"(?:被|遭|由|受|让|叫)$")
# ⟨who⟩以其与⟨other⟩…案未执行、生活困难为由, ⟨who⟩给⟨other⟩干活，构成九级伤残, ⟨who⟩的媳妇找⟨other⟩，婆婆吃低保: the other is only beside
_BESIDE = re.compile("(?:被|遭|由|受|让|叫|与|对|向|找|求|劝|骂|在|给)$")
_MANY = ("户籍证明", "受案登记表")  # papers about several people
_ROW_GAP = re.compile(rf"^{NOTE}(?:(?:等人)?{LIST}|等)$")


def owners_left(
    paper: Paper, start: int, *, reach: int = 220, victims_only: bool = True, sentences_back: int = 2
) -> tuple[str, ...]:
    """People whom words at view offset `start` are said of, in order; empty when nobody fits.

    Args:
        reach: how far to look back, in frame characters.
        victims_only: pass over everybody who is no victim (what is said may still be theirs: see `nearest`).
        sentences_back: how many sentences before this one may be searched.
    """
    frame = paper.frame
    place = frame.from_view(start)
    index = paper.reading.sentence_at(start).index
    first = paper.reading.sentences[max(0, index - sentences_back)]
    low = max(place - reach, frame.from_view(first.start))
    return row_before(frame, low, place, victims_only)


def row_before(frame: Frame, low: int, place: int, victims_only: bool) -> tuple[str, ...]:
    """The nearest row of people that ends before `place`, not doers."""
    mentions = frame.mentions_in(low, place)
    for last in range(len(mentions) - 1, -1, -1):
        at = frame.from_view(mentions[last].start)
        if victims_only and frame.text[at] != V:
            continue
        if _DOER_BEFORE.search(frame.text[max(0, at - 1) : at]):
            continue
        first = last
        while first > 0:
            earlier = frame.from_view(mentions[first - 1].start)
            if not _ROW_GAP.match(frame.text[earlier + 1 : frame.from_view(mentions[first].start)]) or (
                victims_only and frame.text[earlier] != V
            ):
                break
            first -= 1
        row: list[str] = []
        for mention in mentions[first : last + 1]:
            row += [p for p in mention.people if p not in row]
        return tuple(row)
    return ()


def nearest(
    paper: Paper, start: int, *, reach: int = 120, passing: re.Pattern[str] = _DOER_BEFORE
) -> PersonMention | None:
    """The nearest person of any role before view offset `start` in the same sentence, doers passed over."""
    frame = paper.frame
    place = frame.from_view(start)
    low = max(place - reach, frame.from_view(paper.reading.sentence_at(start).start))
    for mention in reversed(frame.mentions_in(low, place)):
        at = frame.from_view(mention.start)
        of_another = mention.by == "noun" and frame.text[max(0, at - 1) : at] in ("他", "她", "其")  # 他本人
        if not passing.search(frame.text[max(0, at - 1) : at]) and not of_another:
            return mention
    return None


@dataclass(frozen=True, slots=True)
class Credit:
    """Whom a status counts for: `owners` are victims; else `why` says in Chinese whose it is."""

    owners: tuple[str, ...]
    why: str | None = None


_ROLE_WORDS = {
    Role.ACCUSED: "被告人一方",
    Role.WITNESS: "证人",
    Role.RELATIVE: "亲属",
    Role.GUARDIAN: "法定代理人",
    Role.EXPERT: "鉴定人",
    Role.OFFICER: "办案人员",
    Role.REPRESENTATIVE: "代理人或负责人",
    Role.OTHER: "其他人",
}
# ⟨who⟩的父亲, 其母, 我爸: the status is the relative's
_KIN_BETWEEN = re.compile(rf"(?:的|之|其|他|她|我)?(?P<kin>{KIN.pattern}|爱人|老伴|家人|孩子|两个孩子|老人)")
_HOUSE = re.compile("家庭|家里|家中|全家|一家|该户|户内|本户|家境|家属")


def credit(cast: Cast, paper: Paper, start: int, *, household: bool = False) -> Credit:
    """Whom a status (a disability, poverty) stated at view offset `start` counts for.

    Args:
        household: whether what is said of somebody who lives with the victim counts too.
    """
    outside = outsider(paper, start)
    if outside is not None:
        return Credit((), outside)
    subject = paper.subject_at(start)
    mention = _third_person(paper, start) or _told_of(paper, start)
    if mention is None and (subject is None or paper.reading.kind in _MANY):
        mention = _before_sentence(paper, start)
    if mention is None or not mention.people:
        asked = _kin_asked_after(paper, start)
        asked = asked or (None if household else _kin_of_clause(paper, start))
        if asked is not None:
            return Credit((), f"说的是亲属（{asked}）")
        if subject is None:
            if paper.reading.kind == "询问笔录" and stranger_heard(paper.reading, paper.frame):
                return _credit_stranger(cast, paper, household)
            house = _HOUSEHOLDER.search(paper.frame.text) if household else None
            head = paper.frame.mention_at(house.start("who")) if house else None
            if head is not None:
                return _credit_person(cast, head.people[0], household)
            alone = cast.victims
            return (
                Credit((alone[0].id,))
                if len(alone) == 1 and paper.reading.kind not in ("讯问笔录",)
                else Credit((), "原文未说明是谁")
            )
        return _credit_heard(cast, paper, subject, household)
    frame = paper.frame
    spot = frame.from_view(mention.start)
    between = frame.text[spot + 1 : frame.from_view(start)]
    kin = _KIN_BETWEEN.match(between) or _KIN_BETWEEN.search(between[-8:])
    credits = [_credit_heard(cast, paper, person, household) for person in mention.people]
    owners = tuple(owner for each in credits for owner in each.owners)
    if kin and not household and owners:
        return Credit((), f"说的是亲属（{kin['kin']}）")
    return Credit(owners, None if owners else credits[0].why)


# a form about one household: 户主：黎小满
_HOUSEHOLDER = re.compile(rf"户 *主[：: ]{{1,6}}(?P<who>{P})")
# what the accused left undone stands beside what is told: ⟨V⟩陈述…，[⟨A⟩至今分文未退，]其妻中风; near miss: ⟨A⟩家庭困难，未赔偿
_LEFT_UNDONE = re.compile(
    "(?:至今|一直|始终|尚|仍|都|也)*[^，。；]{0,4}(?:未|没有?)[^，。；]{0,6}[退赔还付偿][^，。；]{0,6}，其"
)


def _told_of(paper: Paper, start: int) -> PersonMention | None:
    """The nearest person before a status, but not an accused who is only said to have paid nothing."""
    mention = nearest(paper, start, reach=160, passing=_BESIDE)
    if mention is None or not _LEFT_UNDONE.match(paper.frame.text, paper.frame.from_view(mention.start) + 1):
        return mention
    return nearest(paper, mention.start, reach=160, passing=_BESIDE) or mention


def _credit_heard(cast: Cast, paper: Paper, person_id: str, household: bool) -> Credit:
    """As `_credit_person`; of somebody heard whom the head of the paper calls kin of a victim, that victim's."""
    own = _credit_person(cast, person_id, household)
    if own.owners or not household or cast.person(person_id).role is Role.ACCUSED:
        return own
    shared = _shares_house(cast, person_id)
    if shared or paper.subject != person_id:
        return Credit(shared) if shared else own
    frame = paper.frame
    for mention in frame.mentions:
        if mention.by == "name" and mention.people == (person_id,):
            place = frame.from_view(mention.start)
            kin = _HEARD_KIN.search(frame.text, place, min(place + 30, (frame.text + "\n").find("\n", place)))
            told = frame.mention_at(kin.start("who")) if kin and kin["who"] else None
            return Credit(told.people) if told is not None else own
    return own


# matches 黎小满，与丈夫常德福同户; near miss: 黎小满与常德福不同户
_SHARED = re.compile(
    rf"(?P<who>{V})(?:，|现|一直)*[与和跟](?:其)?(?:{KIN_TOLD})?(?P<mate>{O})(?:同户|同住|共同生活|一起生活|一个户口)"
)


def _shares_house(cast: Cast, person_id: str) -> tuple[str, ...]:
    """Victims who are said to live in one house with a person."""
    for paper in cast.papers:
        for match in _SHARED.finditer(paper.frame.text):
            who, mate = paper.frame.mention_at(match.start("who")), paper.frame.mention_at(match.start("mate"))
            if who is not None and mate is not None and mate.people == (person_id,):
                return who.people
    return ()


# the one who is heard is of the victim's family: 死者父亲, ⟨V⟩的婆姨; near miss: ⟨V⟩的邻居
_HEARD_KIN = re.compile(rf"(?:(?P<who>{V})|死者|被害人|伤者|孩子|[女儿]童)(?:的|之)?{KIN_TOLD}")


def _credit_stranger(cast: Cast, paper: Paper, household: bool) -> Credit:
    """Whom what an interviewed stranger says of himself counts for: the victim whose kin he is, or nobody."""
    kin = _HEARD_KIN.search(paper.frame.text, 0, paper.frame.from_view(min(500, len(paper.reading.text) - 1)))
    if kin is None or not household:
        return Credit((), "说的是其他人")
    told = paper.frame.mention_at(kin.start("who")) if kin["who"] else None
    people = told.people if told is not None else tuple(v.id for v in cast.victims if v.type == "person")
    return Credit(people, None) if len(people) == 1 else Credit((), "原文未说明是谁")


# 她吃低保的, 他家以前有过低保: in an answer somebody else than the one who answers
_OTHER = re.compile(
    "(?:^|[，。：；、 ])(?:答：)?(?:[^，。；]{0,6}，)?(?:就|连|还|可|那|也)?(?:她|他)(?:们|家|自己)?[^，。；我]{0,10}$"
)


def _third_person(paper: Paper, start: int) -> PersonMention | None:
    """Whom 他 or 她 means in an answer: the last person named before, in this answer or its question."""
    reading = paper.reading
    here = reading.sentence_at(start)
    if here.zone is not Zone.ANSWER or not _OTHER.search(reading.text[max(here.start, start - 24) : start]):
        return None
    frame = paper.frame
    first = reading.sentences[max(0, here.index - 3)]
    named = [m for m in frame.mentions_in(frame.from_view(first.start), frame.from_view(start)) if m.by == "name"]
    return named[-1] if named else None


# 问：你母亲靠什么生活？ 答：村里给她办了低保; near miss: 你母亲和你住一起, one household
_YOUR_KIN = re.compile(rf"[你您](?:的)?(?P<kin>{KIN.pattern}|爱人|老伴)(?!的)")
_OF_HERS = re.compile("[她他](?:们|自己)?[^，。；我]{0,8}$")
_TOGETHER = re.compile(
    "(?<![不没])(?:一起(?:生活|住|过)|住(?:在)?一起|一个户口|[同一]户|[跟和]我们?(?:过|住|生活))|同住"
)


def _kin_asked_after(paper: Paper, start: int) -> str | None:
    """The relative without a name whom the question is about and 她 in its answer means."""
    reading = paper.reading
    here = reading.sentence_at(start)
    if here.zone is not Zone.ANSWER or _OF_HERS.search(reading.text[max(here.start, start - 16) : start]) is None:
        return None
    first = here.index
    while first > 0 and here.index - first < 6 and reading.sentences[first].zone is Zone.ANSWER:
        first -= 1
    asked = reading.sentences[first]
    kin = _YOUR_KIN.search(reading.text, asked.start, asked.end) if asked.zone is Zone.QUESTION else None
    if kin is None or _TOGETHER.search(reading.text, asked.start, here.end):
        return None
    return kin["kin"]


# 老婆是[聋哑人]; near miss: 老婆说我是残疾人
_KIN_IS = re.compile(
    rf"(?P<kin>{KIN.pattern}|爱人|老伴|娃|孩子)(?:也|又|还|自小|从小|天生|生来|就)*(?:是|系|为|患|有)(?:[^，。；我]{{0,6}}|[^，。；我]{{0,10}}，(?:早|还|也)?(?:办|领|持|评)[^，。；我]{{0,4}})$"
)


def _kin_of_clause(paper: Paper, start: int) -> str | None:
    """The relative without a name who is the subject of the clause."""
    here = paper.reading.sentence_at(start)
    kin = _KIN_IS.search(paper.reading.text[max(here.start, start - 20) : start])
    return kin["kin"] if kin else None


def _before_sentence(paper: Paper, start: int) -> PersonMention | None:
    """The last person of the two sentences before, in the same zone; in an interview whoever answers."""
    reading = paper.reading
    here = reading.sentence_at(start)
    if here.zone in (Zone.ANSWER, Zone.QUESTION) and paper.subject_at(start) is not None:
        return None
    frame = paper.frame
    first = reading.sentences[max(0, here.index - 2)]
    before = frame.mentions_in(frame.from_view(first.start), frame.from_view(start))
    return before[-1] if before else None


def _credit_person(cast: Cast, person_id: str, household: bool) -> Credit:
    person = cast.person(person_id)
    if person.role is Role.VICTIM:
        return Credit((person.id, *(_housemates(cast, person.id) if household else ())))
    other = person
    for _ in range(3):  # the grandmother of the brother of the victim
        if other.of is None:
            break
        other = cast.person(other.of)
        if other.role is Role.VICTIM and household:
            return Credit((other.id, *_housemates(cast, other.id)))
        if other.role is Role.ACCUSED:
            return Credit((), "说的是被告人的亲属")
    if household and person.role in (Role.RELATIVE, Role.GUARDIAN) and person.of is None and len(cast.victims) == 1:
        return Credit((cast.victims[0].id,))
    if household and person.role is not Role.ACCUSED:
        kin = _kin_of(cast, person.id)
        if kin:
            return Credit(kin)
    return Credit((), f"说的是{_ROLE_WORDS.get(person.role, '其他人')}")


def _kin_of(cast: Cast, person_id: str) -> tuple[str, ...]:
    """Victims who are kin of a person, over three steps in either direction; the accused's kin are none."""
    seen = {person_id}
    for _ in range(3):
        seen |= {p.id for p in cast.people if p.of in seen and p.role is not Role.ACCUSED} | {
            of for p in cast.people if p.id in seen and (of := p.of) and cast.person(of).role is not Role.ACCUSED
        }
    return tuple(v.id for v in cast.victims if v.id in seen and v.id != person_id)


# they live on one budget: matches 一个户口本, 共同生活, 一口锅吃饭; near miss: 跟他不是一户
_ONE_HOUSE = re.compile(
    "(?<!不)(?<!没)(?:共同生活|一起生活|一[个本](?:户口|低保)|同一户|同户|一口锅|一家[三四五六七]口|全家[三四五六七]口)"
)
# matches 户口早分出去了, 我兄弟早分家了, 单过
_OWN_HOUSE = re.compile("户口[^，。；]{0,4}分|分家|分户|单过|另立户|另过|各过各|成家另")


def _housemates(cast: Cast, victim_id: str) -> tuple[str, ...]:
    """Other victims of the same household: kin, where the papers say that they live on one budget and neither says
    to live apart."""
    if len(cast.victims) < 2:
        return ()
    kin = [v for v in _kin_of(cast, victim_id) if not _lives_apart(cast, v)]
    if not kin or _lives_apart(cast, victim_id):
        return ()
    return tuple(kin) if any(_ONE_HOUSE.search(paper.reading.text) for paper in cast.papers) else ()


def _lives_apart(cast: Cast, person_id: str) -> bool:
    return any(p.subject == person_id and _OWN_HOUSE.search(p.reading.text) for p in cast.papers)
