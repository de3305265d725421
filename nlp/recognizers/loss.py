"""Property loss of each victim: the sums of an account of the offence, credited and added up.

One mention per victim and account (what was found, what was charged, what the evidence says, what a person
told): its value is the sum over the incidents, `more` points at the further sums that went into it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlp.facts import Attribute, Loss
from nlp.frames import LIST, NOTE, Frame, V
from nlp.loss_entries import Entry, Kind, entries
from nlp.mentions import Mention
from nlp.people import Cast, Paper
from nlp.reading import Zone

_ACCOUNTS: dict[Zone, str] = {
    Zone.FOUND: "found",
    Zone.PLAIN: "found",
    Zone.CHARGE: "charge",
    Zone.EVIDENCE: "evidence",
    Zone.ANSWER: "told",
    Zone.CLAIM: "claim",
    Zone.DEFENCE: "claim",
}
# a new incident: 2、 （二） 第三起 2016年5月3日 同年6月 次日 5月7日; near miss: 当日 (still the same one)
_NEW_INCIDENT = re.compile(
    r"^[^，。；]{0,12}?(?:^|：|，)?(?:\d{1,2}[、.．]|[（(]?[一二三四五六七八九十]{1,3}[)）、.]|[（(]\d{1,2}[)）]|第[一二三四五六七八九十0-9]{1,3}[起次笔]|(?:19|20)\d\d年|同年|同月|次月|\d{1,2}月\d{1,2}日|\d{1,2}月份?)"
)
_GOODS_OF_BEFORE = re.compile(
    r"^(?:后?经[^，。；]{0,24}(?:鉴定|估价|评估|认定|认证|估值)|(?:上述|该|被盗|涉案|被抢|被骗|被损|以上|其中|所盗|所窃|赃物))"
)


@dataclass(frozen=True, slots=True)
class _Item:
    """An entry in place. Offsets in the view; `incident` counts within the paper."""

    entry: Entry
    start: int
    end: int
    sentence: int
    incident: int


class LossRecognizer:
    name = "patterns.loss"
    version = "1"

    def find(self, cast: Cast) -> Iterable[Mention]:
        victims = {person.id for person in cast.victims if person.type != "organization"}
        sole = cast.victims[0].id if len(cast.victims) == 1 else None
        for number, paper in enumerate(cast.papers):
            yield from _of_paper(number, paper, sole, victims)


def _of_paper(number: int, paper: Paper, sole: str | None, victims: set[str]) -> Iterable[Mention]:
    accounts: dict[tuple[str, str], list[_Item]] = defaultdict(list)
    frame, reading = paper.frame, paper.reading
    incident, previous_start = 0, 0
    for sentence in reading.sentences:
        account = _ACCOUNTS.get(sentence.zone)
        if account is None:
            continue
        start, end = frame.from_view(sentence.start), frame.from_view(sentence.end - 1) + 1
        words = frame.text[start:end]
        if _NEW_INCIDENT.match(words):
            incident += 1
            previous_start = start
        found = list(entries(words))
        if not found:
            continue
        for owners, entry in _credited(frame, words, start, previous_start, found, sole):
            for owner in owners:
                item = _Item(
                    entry,
                    frame.to_view(start + entry.start),
                    frame.end_to_view(start + entry.end),
                    sentence.index,
                    incident,
                )
                accounts[account, owner].append(item)
    for (account, owner), items in accounts.items():
        if owner in victims:
            mention = _added(number, account, owner, items)
            if mention is not None:
                yield mention


def _credited(
    frame: Frame, words: str, start: int, incident_start: int, found: Sequence[Entry], sole: str | None
) -> list[tuple[tuple[str, ...], Entry]]:
    """Each entry of a sentence with whose it is; a sum over several victims is nobody's."""
    shared: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    credited: list[tuple[tuple[str, ...], Entry]] = []
    for entry in found:
        row = _row(frame, words, start, incident_start, entry)
        if not row and sole is not None:
            row = (sole,)
        if len(row) <= 1 or entry.each:
            credited.append((row, entry))
        else:
            shared[row].append(entry)
    for row, several in shared.items():
        if len(row) == len(several) and not any(e.total for e in several):
            credited += [((owner,), entry) for owner, entry in zip(row, several, strict=True)]
    return credited


_TAKEN_FROM = re.compile(r"(?:被|遭|由|让|叫)$")


def _row(frame: Frame, words: str, start: int, incident_start: int, entry: Entry) -> tuple[str, ...]:
    """Whose loss this is: the nearest row of victims before it in the sentence, in the incident, or behind it."""
    place = start + entry.place
    for low in (start, incident_start):
        row = _nearest_row(frame, low, place)
        if row is not None:
            return row
    row = _nearest_row(frame, place, start + len(words), first=True)
    return row or ()


_GAP = re.compile(rf"^{NOTE}(?:等人)?(?:的)?{LIST}$")


def _nearest_row(frame: Frame, low: int, high: int, first: bool = False) -> tuple[str, ...] | None:
    mentions = frame.mentions_in(low, high)
    places = [frame.from_view(m.start) for m in mentions]
    order = range(len(mentions)) if first else range(len(mentions) - 1, -1, -1)
    for index in order:
        if frame.text[places[index]] != V:
            continue
        left = right = index
        while (
            left > 0
            and frame.text[places[left - 1]] == V
            and _GAP.match(frame.text[places[left - 1] + 1 : places[left]])
        ):
            left -= 1
        while (
            first
            and right + 1 < len(mentions)
            and frame.text[places[right + 1]] == V
            and _GAP.match(frame.text[places[right] + 1 : places[right + 1]])
        ):
            right += 1
        return tuple(dict.fromkeys(p for m in mentions[left : right + 1] for p in m.people))
    return None


def _added(number: int, account: str, owner: str, items: Sequence[_Item]) -> Mention | None:
    """One mention over all that was stated of this victim in one account."""
    counted = _counted(items)
    if not counted:
        return None
    yuan = round(sum(item.entry.yuan for item in counted), 2)
    first, *rest = sorted(counted, key=lambda item: -item.entry.yuan)
    weight = {"evidence": 1, "told": 4, "claim": 4}.get(account)
    return Mention(
        Attribute.LOSS,
        Loss(yuan),
        number,
        first.start,
        first.end,
        (owner,),
        more=tuple((i.start, i.end) for i in rest[:12]),
        recognizer=LossRecognizer.name,
        weight=weight,
    )


def _counted(items: Sequence[_Item]) -> list[_Item]:
    by_incident: dict[int, list[_Item]] = defaultdict(list)
    for item in items:
        by_incident[item.incident].append(item)
    counted: list[_Item] = []
    for several in by_incident.values():
        kept: list[_Item] = []
        for item in several:
            kept = _with(kept, item)
        for item in kept:
            if item.entry.total and counted and abs(sum(i.entry.yuan for i in counted) - item.entry.yuan) < 1:
                continue
            counted.append(item)
    return counted


def _with(kept: list[_Item], item: _Item) -> list[_Item]:
    """What counts in an incident when one more sum is read."""
    if any(
        k.entry.yuan == item.entry.yuan and (k.sentence != item.sentence or k.entry.kind == Kind.CASH) for k in kept
    ):
        return kept
    if item.entry.kind is Kind.LOSS and kept and not item.entry.total:
        covered = kept
    elif item.entry.total:
        covered = [k for k in kept if item.entry.covers_all or k.entry.kind is item.entry.kind]
        if covered and sum(k.entry.yuan for k in covered) > item.entry.yuan + 1:
            covered = []
    else:
        covered = []
    if item.entry.rank == 1 and any(k.entry.rank == 2 and k.entry.kind is Kind.CASH for k in kept):
        return kept
    if item.entry.rank == 2 and item.entry.kind is Kind.CASH:
        covered = covered or [k for k in kept if k.entry.rank == 1]
    return [k for k in kept if k not in covered] + [item]


RECOGNIZER = LossRecognizer()
