"""Whose loss a sum is: the row of victims that stands nearest before it in the account of one incident.

A sum over several victims is nobody's own, unless it says so (各2000元) or the sums come in the order of the
people (甲、乙各一部，分别价值1100元、2600元). Offsets are those of the frame.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.frames import LIST, NOTE, A, Frame, P, PersonMention, V
from nlp.losses.entries import Entry, Kind


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence in its incident, where each begins and ends, and where the account of all incidents begins and
    whether it names victims at all."""

    frame: Frame
    incident: int
    incident_end: int
    account: int
    names_in_account: bool
    start: int
    end: int


# joins people to a row: 、 和 的、; near miss: 将 (one did it to the other)
_GAP = re.compile(rf"^{NOTE}(?:的|夫妇)?{LIST}$")
# ⟨V⟩等人: more than the row; near miss: ⟨V⟩等待
_MORE_UNNAMED = re.compile(rf"^{NOTE}等(?!待|候)")
# 停放在⟨V⟩家门口: a place, when somebody stands before it
_PLACE_BEHIND = re.compile(r"^家?(?:门口|门前|门外|楼下|附近|旁|院外|对面)")
# the thing that was priced: 经鉴定，被盗的[华为手机]一部; near miss: 上述物品 (no name)
_PIECES = "[一二两三四五六七八九十0-9]+[部台辆只条个块枚副把架件]"
_HEAD = re.compile(
    rf"(?:被盗|被抢|被骗|被损坏|涉案|上述|该|其中|的|窃得|盗走|经|{_PIECES})*"
    rf"(?P<noun>[\u4e00-\u9fffA-Za-z0-9]{{2,16}}?)(?:{_PIECES})?(?:总?共?|合计)$"
)


# 骗取⟨V⟩54500元、尚未核实身份的[“老徐”]2万元: what one known by a nickname lost; near miss: 骗取“押金”2万元
_OF_A_NICKNAME = re.compile(rf"[、和及][^，。；0-9“{P[1:-1]}]{{0,12}}“[老小阿大][^”]{{1,3}}”(?:的)?(?:人民币|现金)?$")


def credited(place: Place, found: Sequence[Entry], sole: str | None) -> list[tuple[tuple[str, ...], Entry]]:
    """Each entry of a sentence with whose it is, empty when it is nobody's alone.

    Args:
        sole: the only victim of the dossier, who takes what stands beside no name.
    """
    shared: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    result: list[tuple[tuple[str, ...], Entry]] = []
    for entry in found:
        row = _row(place, entry)
        if sole is None and (
            place.frame.text.startswith("综上", place.start) or entry.overview or _over_several(entry, result)
        ):
            continue
        if sole is None and (_over_incidents(place, entry) or _grand_total(place, entry)):
            continue
        if _OF_A_NICKNAME.search(place.frame.text, place.start, place.start + entry.place):
            continue
        if not row and sole is not None and _may_be_the_soles(place, entry):
            row = (sole,)
        if len(row) <= 1 or entry.each:
            result.append((row, entry))
        else:
            shared[row].append(entry)
    for row, several in shared.items():
        told_apart = re.search("分别|依次", place.frame.text[place.start : place.end])
        if len(row) == len(several) and told_apart and not any(e.total for e in several):
            result += [((owner,), entry) for owner, entry in zip(row, several, strict=True)]
    return result


def _may_be_the_soles(place: Place, entry: Entry) -> bool:
    """No theft of its own without a name: what was stolen at another place is somebody else's."""
    if entry.kind is Kind.WAGES or entry.overview:
        return True
    words = place.frame.text[place.incident : place.start + entry.place]
    return not place.names_in_account or not re.search("[盗窃偷抢]|毁坏|砸", words)


def _over_several(entry: Entry, before: Sequence[tuple[tuple[str, ...], Entry]]) -> bool:
    """A total that adds up what several people lost, said in the same sentence."""
    goods = {Kind.GOODS, Kind.LOSS}
    earlier = [(row, e) for row, e in before if e.kind is entry.kind or {e.kind, entry.kind} <= goods]
    together = sum(e.yuan for _, e in earlier)
    apart = len({row for row, _ in earlier})
    if entry.total and apart > 2:  # whatever the parts add up to: papers miscount
        return True
    return entry.total and apart > 1 and abs(together - entry.yuan) <= 1 + 0.001 * entry.yuan


# 上述轿车、货车的损失共计2630元: of things of several; near miss: 上述物品共计
_THINGS_OF_SEVERAL = re.compile("(?:上述|以上)[^，。；]{1,30}?(?:的)?(?:损失|价值|修复|维修)")


# what one accused took in all: ⟨A⟩盗窃总价值为15457元; near miss: ⟨A⟩盗窃现金共计500元
_TAKEN_IN_ALL = re.compile(
    f"{A}[^，。；]{{0,8}}(?:盗窃|诈骗|骗取|抢劫|敲诈勒索|抢夺)(?:财物|数额|金额|物品)?(?:总价值|总额|总金额|总计|累计|共计|合计)"
)


def _grand_total(place: Place, entry: Entry) -> bool:
    """A total over everything an accused took, behind the accounts of what several people lost."""
    before = place.frame.mentions_in(place.account, place.start)
    harmed = {m.people for m in before if place.frame.text[place.frame.from_view(m.start)] == V}
    said = _TAKEN_IN_ALL.search(place.frame.text, place.start, place.start + entry.place)
    return entry.total and said is not None and len(harmed) > 1


def _over_incidents(place: Place, entry: Entry) -> bool:
    """A price of what was taken in several incidents, none of which has a sum of its own (上述被盗物品共计…)."""
    words = place.frame.text[place.start : place.start + entry.place]
    earlier = place.frame.text[place.account : place.incident]
    return (
        entry.kind is Kind.GOODS
        and (re.search("所盗(?:窃)?的?(?:财物|物品)", words) or (entry.total and re.search("上述|以上", words)))
        is not None
        and V in earlier
        and "元" not in earlier
        and re.search("[盗窃偷抢]", earlier) is not None
    )


def _row(place: Place, entry: Entry) -> tuple[str, ...]:
    frame, at = place.frame, place.start + entry.place
    if entry.loser_at >= 0:
        loser = frame.mention_at(place.start + entry.loser_at)
        return loser.people if loser is not None else ()
    if (noted := _in_own_note(frame, place.start, at)) is not None:
        return noted
    row = _nearest(frame, place.start, at)
    if entry.total and row is None and _THINGS_OF_SEVERAL.search(frame.text, place.start, at):
        harmed = {m.people for m in frame.mentions_in(place.incident, at) if frame.text[frame.from_view(m.start)] == V}
        if len(harmed) > 1:
            return ()
    if entry.kind is not Kind.CASH:
        possessor = _possessor(frame, place.start, at)
        if possessor is not None:
            return possessor
        row = row or _householder(place, at)
    if entry.kind is not Kind.CASH and (row is None or len(row) > 1):
        row = _keeper(frame, place.start, at) or row
    if row is None and entry.kind is Kind.GOODS:
        row = (
            _given_back(place, at) or _by_goods(place, entry, place.incident) or _by_goods(place, entry, place.account)
        )
    if row is None:
        row = _nearest(frame, place.incident, place.start)
    if row is None and not entry.total:
        stop = re.search("[；：]", frame.text[at : place.end])
        row = _nearest(frame, at, at + stop.start() if stop else place.end, first=True)
    return row or _only_one(place)


# each with a sum in brackets: ⟨V⟩（工资12000元）、⟨V⟩（8600元）; near miss: ⟨V⟩、⟨V⟩（共5000元）
_NOTED = re.compile(rf"(?P<who>{V})（[^（）]{{0,30}}$")


def _in_own_note(frame: Frame, start: int, at: int) -> tuple[str, ...] | None:
    """Behind whose name the sum stands in brackets; None where the one before in the row has none of their own."""
    noted = _NOTED.search(frame.text, start, at)
    if noted is None or re.search(f"{V}(?:、|和|及|与|以及)$", frame.text[start : noted.start()]):
        return None
    mention = frame.mention_at(noted.start())
    return mention.people if mention is not None else None


# whose things were broken: 将⟨A⟩家中电视机砸坏; near miss: 将⟨V⟩打伤
_POSSESSED = re.compile(
    rf"(?:将|把|对){P}(?:的)?(?:家|店|屋|住处|车)(?:中|里|内)?(?:的)?[^，。；{P[1:-1]}]{{0,24}}(?:砸|毁|损坏|烧|掰|推倒)"
)
# whose home was entered before things in it were broken: 闯入⟨V⟩家中; near miss: 在⟨V⟩家门口
_ENTERED = re.compile(
    rf"(?:到|在|至|去|进入|闯入|冲入|冲进|跳进|翻入|进|入)[^，。；{P[1:-1]}]{{0,24}}(?P<who>{V})(?:的)?(?:家|住处|住宅|住房|房屋|宅|院)"
    "(?!门口|门前|附近|旁|楼下|对面)"
)
_BROKEN = re.compile("砸|毁|损坏|打碎")


def _possessor(frame: Frame, start: int, at: int) -> tuple[str, ...] | None:
    """Nobody, when the broken things belong to one who is no victim; None when no owner is said."""
    said = [match.group() for match in _POSSESSED.finditer(frame.text, start, at)]
    return () if said and V not in said[-1] else None


def _householder(place: Place, at: int) -> tuple[str, ...] | None:
    """Whose home it was, when things in it were broken and one home only was entered."""
    frame = place.frame
    if not _BROKEN.search(frame.text, place.start, at):
        return None
    entered = _ENTERED.finditer(frame.text, place.incident, at)
    homes = {m.people for match in entered if (m := frame.mention_at(match.start("who"))) is not None}
    return homes.pop() if len(homes) == 1 else None


# 店内物品损失4860元 is the loss of the one called 店主⟨V⟩; near miss: 在店内被抢走800元
_SHOP = re.compile("店内|店里|店铺|门店|屋内物品")
_STOLEN = re.compile("盗|窃|抢|骗")  # the goods of several, among whom one was called 车主
_CAR = re.compile("轿车|车辆|汽车|客车|货车|摩托车|该车|车内物品")
_CAR_KEEPER = re.compile(f"车主(?:为|系|是)?(?P<who>{V})")
_KEEPER = re.compile(f"(?:店主|老板|业主|经营者|店铺经营人|户主|房主)(?:为|系|是)?(?P<who>{V})")


def _keeper(frame: Frame, start: int, at: int) -> tuple[str, ...] | None:
    """Who keeps the shop, or the car, that a sum prices."""
    keeper = (
        _KEEPER if _SHOP.search(frame.text, start, at) else _CAR_KEEPER if _CAR.search(frame.text, start, at) else None
    )
    if keeper is None or (keeper is _CAR_KEEPER and _STOLEN.search(frame.text, start, at)):
        return None
    kept = {m.people for k in keeper.finditer(frame.text) if (m := frame.mention_at(k.start("who"))) is not None}
    return kept.pop() if len(kept) == 1 else None


# 价值800元，已发还被害人[⟨V⟩]; near miss: 已发还⟨V⟩、⟨V⟩ (whose is which?)
_GIVEN_BACK = re.compile(rf"(?:发还|归还|返还|退还)(?:给)?(?:了)?(?:失主)?(?P<who>{V})(?!{LIST}{V})")


def _given_back(place: Place, at: int) -> tuple[str, ...] | None:
    match = _GIVEN_BACK.search(place.frame.text, at, place.end)
    mention = place.frame.mention_at(match.start("who")) if match else None
    return mention.people if mention else None


def _only_one(place: Place) -> tuple[str, ...]:
    """The only victim of the incident, who is named behind the sum (…价值9280元。次日，牛已发还被害人⟨V⟩)."""
    frame = place.frame
    mentions = frame.mentions_in(place.incident, place.incident_end)
    people = {m.people for m in mentions if frame.text[frame.from_view(m.start)] == V}
    return people.pop() if len(people) == 1 else ()


def _nearest(frame: Frame, low: int, high: int, first: bool = False) -> tuple[str, ...] | None:
    """The last row of victims in a range (the first, when it stands behind the sum); None when there is none."""
    mentions = frame.mentions_in(low, high)
    places = [frame.from_view(m.start) for m in mentions]
    order = range(len(mentions)) if first else range(len(mentions) - 1, -1, -1)
    by_place: int | None = None
    for index in order:
        if frame.text[places[index]] != V:
            continue
        if _PLACE_BEHIND.match(frame.text[places[index] + 1 : places[index] + 5]):
            by_place = index if by_place is None else by_place
            continue
        return _whole_row(frame, mentions, places, index)
    return None if by_place is None else mentions[by_place].people


def _whole_row(frame: Frame, mentions: Sequence[PersonMention], places: Sequence[int], index: int) -> tuple[str, ...]:
    def joined(one: int, other: int) -> bool:
        return frame.text[places[other]] == frame.text[places[one]] == V and bool(
            _GAP.match(frame.text[places[one] + 1 : places[other]])
        )

    left = right = index
    while left > 0 and joined(left - 1, left):
        left -= 1
    while right + 1 < len(mentions) and joined(right, right + 1):
        right += 1
    row = tuple(dict.fromkeys(p for m in mentions[left : right + 1] for p in m.people))
    if _MORE_UNNAMED.match(frame.text[places[right] + 1 : places[right] + 64]):
        return (*row, "")  # 甲等人: more than these
    return row


def _by_goods(place: Place, entry: Entry, low: int) -> tuple[str, ...] | None:
    """Whose thing was priced, by its name: 经鉴定，华为手机价值1080元 after 盗走⟨V⟩华为手机、⟨V⟩三星手机."""
    frame = place.frame
    words = frame.text[place.start : place.start + entry.start]
    head = _HEAD.search(re.split("[，、：。及和]", words)[-1])
    if head is None:
        return None
    noun = head["noun"]
    mentions = [m for m in frame.mentions_in(low, place.start) if frame.text[frame.from_view(m.start)] == V]
    if len({m.people for m in mentions}) < 2:
        return None
    best: dict[tuple[str, ...], int] = {}
    for number, mention in enumerate(mentions):
        begin = frame.from_view(mention.start)
        end = frame.from_view(mentions[number + 1].start) if number + 1 < len(mentions) else place.start
        own = frame.text[begin:end].split("。")[0]
        best[mention.people] = max(best.get(mention.people, 0), _common(noun, own))
    ordered = sorted(best.items(), key=lambda pair: -pair[1])
    needed = 2 if low == place.incident else max(4, len(set(noun)) // 2)
    if ordered[0][1] >= needed and ordered[0][1] > ordered[1][1]:
        return ordered[0][0]
    return None


def _common(noun: str, words: str) -> int:
    """How many different characters of `noun` stand in `words` (华为手机 in 华为牌手机: 4)."""
    return len(set(noun) & set(words))
