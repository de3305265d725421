"""Property loss of each victim: the sums of an account of the offence, credited and added up.

One mention per victim and account (what was found, what was charged, what the evidence says, what a person
told): its value is the sum over the incidents, `more` points at the further sums that went into it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from nlp.facts import Attribute, Loss
from nlp.frames import V
from nlp.losses.entries import Kind, entries
from nlp.losses.owners import Place, credited
from nlp.losses.sums import Item, counted
from nlp.mentions import Mention
from nlp.people import Cast, Paper
from nlp.reading import Sentence, Zone

_ACCOUNTS: dict[Zone, str] = {
    Zone.FOUND: "found",
    Zone.PLAIN: "found",
    Zone.CHARGE: "charge",
    Zone.EVIDENCE: "evidence",
    Zone.ANSWER: "told",
    Zone.CLAIM: "claim",
    Zone.DEFENCE: "claim",
}
_WEIGHT = {"evidence": 1, "told": 4, "claim": 4}
# a new incident: 2、 （二） 第三起 2016年5月3日 同年6月 次月 5月7日; near miss: 当日 (still the same one)
_NEW_INCIDENT = re.compile(
    r"(?:[^，。；：]{0,12}：|经审理查明，)?(?:\d{1,2}[、.．]|\d{1,2}，(?=20|19)|[（(]?[一二三四五六七八九十]{1,3}[)）、.]|[（(]\d{1,2}[)）]|第[一二三四五六七八九十0-9]{1,3}[起次笔]|"
    r"(?:经审理查明[，：]?)?(?:19|20)\d\d年|同年|同月|次月|\d{1,2}月\d{1,2}日|\d{1,2}月份?)"
)
# what makes money that a victim handed over a loss; near miss: 交通肇事 (a payment there is compensation)
_FRAUD = re.compile(
    "骗|抢劫|逃匿|保护费|劫取|骗取|诈骗|骗得|集资|非法吸收|敲诈|勒索|索要钱|相威胁|绑架|赎金|收取|合同诈骗|招摇撞骗|冒充"
)
# what comes before is told again one by one; near miss: 判决如下
_TOLD_BELOW = re.compile("(?:分述|事实|具体|详情)如下")
_BY_AN_OFFICE = re.compile("(?:鉴定|认定|认证|估价|评估)(?:中心|所|机构|意见|书|结论)")
_APPRAISED = re.compile("鉴定|认定|估价|价格|评估|损失")


@dataclass(frozen=True, slots=True)
class LossRecognizer:
    """Reads every paper once."""

    name: str = "patterns.loss"
    version: str = "2"

    def find(self, cast: Cast) -> Iterable[Mention]:
        victims = {person.id for person in cast.victims if person.type != "organization"}
        sole = cast.victims[0].id if len(cast.victims) == 1 else None
        groups = {person.id for person in cast.victims if person.type == "group"}
        if victims:
            for number, paper in enumerate(cast.papers):
                yield from self._of_paper(number, paper, sole, victims, groups)

    def _of_paper(
        self, number: int, paper: Paper, sole: str | None, victims: set[str], groups: set[str]
    ) -> Iterable[Mention]:
        accounts: dict[tuple[str, str], list[Item]] = defaultdict(list)
        fraud = bool(_FRAUD.search(paper.frame.text))
        incidents = list(_incidents(paper))
        begin: dict[str, int] = {}
        naming = {account for account, sentences in incidents if _names_victims(paper, sentences)}
        for incident, (told, sentences) in enumerate(incidents):
            account_at = paper.frame.from_view(begin.setdefault(told, sentences[0].start))
            words = " ".join(paper.reading.text[s.start : s.end] for s in sentences)
            if "元" not in words and "万" not in words:
                continue
            after = incidents[incident + 1][1][0].start if incident + 1 < len(incidents) else sentences[-1].end
            announced = _TOLD_BELOW.search(paper.reading.text, sentences[-1].end - 12, after + 16) is not None
            context = _Context(account_at, told in naming, fraud, sole)
            for account, item, owners in _items(paper, sentences, incident, context):
                if announced:
                    item = replace(item, entry=replace(item.entry, overview=True))
                for owner in owners:
                    accounts[account, owner].append(item)
        for (account, owner), items in accounts.items():
            adding = counted(items) if owner in victims else []
            if owner in groups:  # what members or accused had a part in is in the largest sum
                adding = sorted(adding, key=lambda item: -item.entry.yuan)[:1]
            if adding:
                yield self._mention(number, account, owner, adding)

    def _mention(self, number: int, account: str, owner: str, items: Sequence[Item]) -> Mention:
        """One mention over all that was stated of this victim in one account, the largest sum first."""
        first, *rest = sorted(items, key=lambda item: -item.entry.yuan)
        return Mention(
            Attribute.LOSS,
            Loss(round(sum(item.entry.yuan for item in items), 2)),
            number,
            first.start,
            first.end,
            (owner,),
            more=tuple((item.start, item.end) for item in rest[:12]),
            recognizer=self.name,
            weight=_WEIGHT.get(account),
        )


@dataclass(frozen=True, slots=True)
class _Context:
    """What holds for a whole account: where it begins in the frame, whether it names victims, what counts."""

    begins: int
    names_victims: bool
    fraud: bool
    sole: str | None


def _incidents(paper: Paper) -> Iterable[tuple[str, list[Sentence]]]:
    """Sentences of each account, cut where a new incident begins."""
    current: list[Sentence] = []
    account = ""
    for sentence in paper.reading.sentences:
        if sentence.zone not in _ACCOUNTS:
            continue
        new = _NEW_INCIDENT.match(paper.reading.text, sentence.start, sentence.end)
        if current and (new or account != _ACCOUNTS[sentence.zone]):
            yield account, current
            current = []
        account = _ACCOUNTS[sentence.zone]
        current.append(sentence)
    if current:
        yield account, current


def _range(paper: Paper, sentences: Sequence[Sentence]) -> tuple[int, int]:
    return paper.frame.from_view(sentences[0].start), paper.frame.from_view(sentences[-1].end - 1) + 1


def _names_victims(paper: Paper, sentences: Sequence[Sentence]) -> bool:
    start, end = _range(paper, sentences)
    return V in paper.frame.text[start:end]


def _items(
    paper: Paper, sentences: Sequence[Sentence], incident: int, context: _Context
) -> Iterable[tuple[str, Item, tuple[str, ...]]]:
    frame, (begin, stop) = paper.frame, _range(paper, sentences)
    marked = _NEW_INCIDENT.match(paper.reading.text, sentences[0].start, sentences[0].end)
    opening = paper.reading.text[sentences[0].start : sentences[0].start + 24] if marked else ""
    for sentence in sentences:
        start, end = _range(paper, [sentence])
        words = frame.text[start:end]
        account = _ACCOUNTS[sentence.zone]
        found = list(entries(words, fraud=context.fraud, valuation=paper.reading.kind == "价格认定书"))
        if account == "evidence":
            found = [e for e in found if e.kind is Kind.WAGES or (e.kind is not Kind.CASH and _APPRAISED.search(words))]
        if not found:
            continue
        place = Place(frame, begin, stop, context.begins, context.names_victims, start, end)
        for owners, entry in credited(place, found, context.sole):
            first, last = frame.to_view(start + entry.start), frame.end_to_view(start + entry.end)
            before = words[max(0, entry.place - 14) : entry.place]
            # 经鉴定，价值…: nobody's plea, wherever it stands
            heard = account == "claim" and (
                (entry.kind is Kind.GOODS and _APPRAISED.search(words))
                or (entry.kind is Kind.LOSS and _BY_AN_OFFICE.search(words))
            )
            item = Item(entry, first, last, sentence.index, incident, before, opening)
            yield "charge" if heard else account, item, owners


RECOGNIZER = LossRecognizer()
