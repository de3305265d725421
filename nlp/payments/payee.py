"""Who is paid: from the words of a payment to the victims whose side receives it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.deed_words import WAGE
from nlp.facts import Role, VictimType
from nlp.frames import LIST, NOTE, PersonMention, V
from nlp.people import Cast, Paper
from nlp.reading import Zone

# between two of one row: matches 、 和 的家属、; not ，随后
_ROW_GAP = re.compile(rf"^(?!，$){NOTE}(?:等人)?(?:的?(?:近?亲属|家属|家人))?(?:{LIST}|等)$")
# matches 黎某当场死亡, 致黎某、常某二人死亡, 黎某经抢救无效死亡; not 黎某受伤，其妻死亡
_DIED = re.compile(
    rf"(?P<who>{V}{NOTE}(?:{LIST}{V}{NOTE})*)(?:[二两三四五六七八九]?人|均|相继|先后)*(?:(?:于|经)[^，。；]{{0,20}})?[，]?(?:当场|因[^，。；]{{0,20}}|经?抢救无效|不治)*(?:死亡|身亡)"
)
# an item of the story begins: matches 2、 (二) 2020年 同日; not 2、3月
_NEW_ITEM = re.compile(
    r"(?:^|(?<=[。；\n：]))[^\S\n]{0,8}(?:（[一二三四五六七八九十0-9]{1,3}）|[0-9]{1,2}(?:[、．]|\.(?![0-9])|，(?=20|19))|[一二三四五六七八九十]{1,3}、|(?:20|19)\d\d年|同[年月日]|次日|当[日晚天]|第[一二三四五六七八九十]+起)"
)
# the story is summed up: matches 另查明, 综上, 审理期间; not 案发后 (may close an item)
_CONCLUDES = re.compile(
    r"^(?:另|又|再|还|同时|并|经)?(?:查明|查|综上|审理|案件|在?本?案?审理|诉讼|庭审|上述|本案|全案|以上)|公诉机关认为|本院认为|期间|过程中"
)


@dataclass(slots=True)
class Story:
    """One paper's order of telling: where each victim comes up and where each item of the story starts.

    Attributes:
        introduced: (frame offset, victim id) of each first naming since the last passage start, in order.
        items: frame offsets at which an item starts.
    """

    cast: Cast
    paper: Paper
    victims: tuple[str, ...]
    named: list[tuple[int, str]]
    items: list[int]
    dead: frozenset[str]


def story_of(cast: Cast, paper: Paper) -> Story:
    victims = tuple(p.id for p in cast.victims if p.type != "organization")
    known = set(victims)
    frame = paper.frame
    named = [
        (place, person)
        for place, mention in zip(frame.places, frame.mentions, strict=True)
        if mention.by == "name"
        for person in mention.people
        if person in known
    ]
    items = [m.start() for m in _NEW_ITEM.finditer(frame.text)]
    dead = {
        person
        for match in _DIED.finditer(frame.text)
        for mention in frame.mentions_in(*match.span("who"))
        for person in mention.people
        if mention.by == "name" and person in known
    }
    return Story(cast, paper, victims, named, items, frozenset(dead))


def side_of(cast: Cast, mention: PersonMention) -> tuple[str, ...]:
    """The victims for whom these people receive: themselves, or the victim whose kin they are."""
    found: list[str] = []
    for person_id in mention.people:
        person = cast.person(person_id)
        if person.role is Role.VICTIM:
            found.append(person_id)
        elif person.of is not None and cast.person(person.of).role is Role.VICTIM:
            found.append(person.of)
    return tuple(dict.fromkeys(found))


def row_at(story: Story, place: int) -> tuple[tuple[str, ...], bool]:
    """Victims of the row that starts at frame offset `place`, and whether any is named there."""
    frame = story.paper.frame
    index = bisect_right(frame.places, place) - 1
    people: list[str] = []
    named = False
    while 0 <= index < len(frame.mentions) and frame.text[frame.places[index]] == V:
        mention = frame.mentions[index]
        people += [p for p in mention.people if p in story.victims and p not in people]
        named = named or mention.by == "name" or len(mention.people) > 1 or _counted(story, mention)
        if index + 1 < len(frame.places) and _ROW_GAP.match(
            frame.text[frame.places[index] + 1 : frame.places[index + 1]]
        ):
            index += 1
        else:
            break
    return tuple(people), named


def named_near(story: Story, start: int, end: int, place: int) -> tuple[str, ...]:
    """The row of named victims nearest to `place` inside one sentence, left before right."""
    frame = story.paper.frame
    left: tuple[str, ...] = ()
    low = bisect_right(frame.places, start - 1)
    high = bisect_right(frame.places, end - 1)
    index = low
    apart = any(
        m.by == "name" and frame.text[at] == V
        for m, at in zip(frame.mentions[low:high], frame.places[low:high], strict=True)
    )
    right: tuple[str, ...] = ()
    while index < high:
        at = frame.places[index]
        if frame.text[at] == V and (
            frame.mentions[index].by == "name" or (apart and _counted(story, frame.mentions[index]))
        ):
            people, _ = row_at(story, at)
            width = max(1, sum(1 for _ in _row_members(story, index)))
            if at <= place:
                left = people
            elif not right:
                right = people
            index += width
        else:
            index += 1
    return left or right


# each with a sum of its own, then what is said of all: ⟨V⟩12000元、⟨V⟩8600元工资，; near miss: 已付⟨V⟩2万元，未付⟨V⟩
_ROW_OF_SUMS = re.compile(
    rf"(?:{V}{NOTE}(?:的)?(?:{WAGE}|人民币|现金|借款|计|[：:]){{0,2}}[0-9.]+余?万?余?元(?:{WAGE})?(?:[、，；]|和|及|以及)?[\u4e00-\u9fff]{{0,3}}?){{2,}}"
    rf"(?:{V}?等[^，。；{V}]{{0,16}})?(?:的)?(?:{WAGE})?，?(?:[^，。；{V}]{{0,16}}，)?$"
)


def row_of_sums(story: Story, start: int, place: int) -> tuple[str, ...]:
    """Victims of a row of sums between frame offset `start`, where the sentence begins, and `place`, where it ends."""
    row = _ROW_OF_SUMS.search(story.paper.frame.text, start, place)
    if row is None:
        return ()
    return tuple(dict.fromkeys(person for at, person in story.named if row.start() <= at < row.end()))


def _counted(story: Story, mention: PersonMention) -> bool:
    """Is it a crowd that is named by its number (8名村民)?"""
    people = [story.cast.person(p) for p in mention.people]
    return all(
        p.type == VictimType.GROUP and p.size is not None and p.name[-2:] not in ("死者", "伤者") for p in people
    )


def _row_members(story: Story, index: int) -> Sequence[int]:
    frame = story.paper.frame
    members = [index]
    while (
        index + 1 < len(frame.places)
        and frame.text[frame.places[index + 1]] == V
        and _ROW_GAP.match(frame.text[frame.places[index] + 1 : frame.places[index + 1]])
    ):
        index += 1
        members.append(index)
    return members


def generic(story: Story, place: int, sentence: str, zone: Zone, earlier: Sequence[int]) -> tuple[str, ...]:
    """Whom 被害人 without a name means: those of this item of the story, or all when the story is told.

    Args:
        place: frame offset of the words.
        sentence: the words of the sentence.
        earlier: frame offsets at which the sentences of such statements end, in order.
    """
    if len(story.victims) <= 1:
        return story.victims
    if zone in (Zone.HELD, Zone.ORDER, Zone.DEFENCE, Zone.CLAIM, Zone.EVIDENCE):
        return story.victims
    firsts: dict[str, int] = {}
    for at, person in story.named:
        firsts.setdefault(person, at)
    after = [p for p, at in firsts.items() if at > place and _telling(story, at)]
    item = max((i for i in story.items if i <= place), default=0)
    here = tuple(dict.fromkeys(p for at, p in story.named if item <= at < place))
    told = [at for at in firsts.values() if _telling(story, at)]
    by_item = any(min(told) < other < at for other in earlier if other <= place for at in told)
    if after or (by_item and not _CONCLUDES.search(sentence[:16])):
        return here or _last(story, place, after)
    return tuple(p for p in story.victims if firsts.get(p, 0) <= place or not _telling(story, firsts[p]))


def of_item(story: Story, place: int) -> tuple[str, ...]:
    """Victims named in the item of the story that `place` stands in, before it."""
    item = max((i for i in story.items if i <= place), default=0)
    return tuple(dict.fromkeys(person for at, person in story.named if item <= at < place))


_WAGES = re.compile("工资|劳动报酬|劳务费|工钱|薪")


def workers(story: Story, place: int) -> tuple[str, ...]:
    """Whose wages are meant without a name: everybody's, unless the victims are told of in another item of the story
    that says nothing of wages (an offence of its own)."""
    item = max((i for i in story.items if i <= place), default=0)
    others = [(at, person) for at, person in story.named if at < item and _telling(story, at)]
    here = [person for at, person in story.named if at >= item]
    last = max((at for at, _ in others), default=0)
    ends = min((i for i in story.items if i > last), default=item)  # where their own item ends
    if item > last and others and not here and not _WAGES.search(story.paper.frame.text[:ends]):
        return tuple(dict.fromkeys(_crowds(story, last, place)))
    lenders = _told_of(story, _LENT) - _told_of(story, _WORKED)
    return tuple(person for person in story.victims if person not in lenders)


# what somebody is told of in a sentence: money lent, or work; near miss: 借款支付工人工资 tells of work too
_LENT = re.compile("借款|借了|集资|投资|存款|高息|利息|吸收")
_WORKED = re.compile("工资|劳动报酬|劳务费|工钱|薪|务工|打工|上班|干活|工人|员工|职工|民工|雇")


def _told_of(story: Story, pattern: re.Pattern[str]) -> set[str]:
    """Victims named in a sentence of the story that holds the words."""
    reading, frame = story.paper.reading, story.paper.frame
    found: set[str] = set()
    for at, person in story.named:
        sentence = reading.sentence_at(frame.to_view(at))
        if pattern.search(reading.text, sentence.start, sentence.end):
            found.add(person)
    return found


def _crowds(story: Story, start: int, end: int) -> Iterator[str]:
    """Counted crowds of the victims between two frame offsets: 拖欠16名工人工资."""
    for mention in story.paper.frame.mentions_in(start, end):
        if mention.people and _counted(story, mention):
            yield from (person for person in mention.people if person in story.victims)


def _telling(story: Story, place: int) -> bool:
    """Does this place tell what happened, and not list evidence or pleas?"""
    zone = story.paper.reading.sentence_at(story.paper.frame.to_view(place)).zone
    return zone in (Zone.FOUND, Zone.CHARGE, Zone.PLAIN, Zone.PARTY, Zone.ANSWER)


def _last(story: Story, place: int, after: Sequence[str]) -> tuple[str, ...]:
    """The victim named last before `place`; all when names come only in the evidence; nobody before the telling."""
    before = [p for at, p in story.named if at < place]
    if before:
        return (before[-1],)
    first = next((at for at, _ in story.named if at > place), None)
    if after and first is not None:
        reading = story.paper.reading
        return story.victims if reading.sentence_at(story.paper.frame.to_view(first)).zone is Zone.EVIDENCE else ()
    return story.victims
