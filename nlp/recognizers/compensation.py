"""What was paid to each victim: payments, returned goods, orders, agreements, forgiveness, and that nothing came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.facts import Attribute, Compensation
from nlp.mentions import Context, Mention
from nlp.payee import Story, generic, named_near, row_at, side_of, story_of
from nlp.frames import V
from nlp.payment import Clause, Deed, clause_start, clauses
from nlp.people import Cast, Paper
from nlp.reading import Sentence, Zone

# one of these must stand in a sentence before anything else is looked at
_ANCHOR = re.compile(
    r"赔|谅解|退|还|付|垫|追回|追缴|缴回|起回|领回|找回|取回|分文|一分|一个子|补偿|履行|执行|救助|挥霍|预交|交纳|缴纳|转账|打给|打到|汇|给[了过]|协议|和解|受偿|发放|抵"
)
_SKIPPED = (Zone.LAW, Zone.BOILERPLATE, Zone.RECORD, Zone.QUESTION)
_NO_EVENTS = frozenset({"告知书", "司法救助决定书"})
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class _Placed:
    """A clause with its place in the paper's frame and the victims whom it concerns."""

    clause: Clause
    offset: int
    owners: tuple[str, ...]
    named: bool


class _Compensation:
    name = "compensation-patterns"
    version = "1"

    def find(self, cast: Cast) -> Iterator[Mention]:
        for number, paper in enumerate(cast.papers):
            if cast.victims and paper.reading.kind not in _NO_EVENTS:
                yield from _of_paper(cast, paper, number)


def _of_paper(cast: Cast, paper: Paper, number: int) -> Iterator[Mention]:
    sentences = _sentences(paper)
    if not sentences:
        return
    story = story_of(cast, paper)
    frame = paper.frame
    read: list[tuple[Sentence, int, str, list[Clause]]] = []
    for sentence in sentences:
        start = frame.from_view(sentence.start)
        words = frame.text[start : frame.from_view(sentence.end - 1) + 1]
        found = clauses(words, sentence.zone, paper.reading.kind)
        if found:
            read.append((sentence, start, words, found))
    events = [
        start + c.start
        for _, start, _, found in read
        for c in found
        if c.deed in (Deed.PAID, Deed.PART, Deed.RETURNED, Deed.UNPAID)
    ]
    before: _Placed | None = None
    for sentence, start, words, found in read:
        placed: list[_Placed] = []
        for clause in found:
            owners, named = _owners(story, clause, start, words, sentence, events, placed, before)
            placed.append(_Placed(clause, start, owners, named))
        for item in placed:
            yield from _mentions(paper, number, item)
        paying = [p for p in placed if p.clause.deed in (Deed.PAID, Deed.PART, Deed.AGREED, Deed.RETURNED)]
        before = paying[-1] if paying else before


def _sentences(paper: Paper) -> list[Sentence]:
    reading = paper.reading
    seen: dict[int, Sentence] = {}
    position = 0
    while match := _ANCHOR.search(reading.text, position):
        sentence = reading.sentence_at(match.start())
        if sentence.zone not in _SKIPPED:
            seen[sentence.index] = sentence
        position = max(match.end(), sentence.end)
    return list(seen.values())


def _owners(
    story: Story,
    clause: Clause,
    start: int,
    words: str,
    sentence: Sentence,
    events: list[int],
    placed: list[_Placed],
    before: _Placed | None,
) -> tuple[tuple[str, ...], bool]:
    """Victims whom a clause concerns; for one with several rows, those of the first."""
    place = start + clause.start
    if clause.payees:
        people, named = row_at(story, start + clause.payees[0].place)
        if people and named:
            return people, True
    mates = [p for p in placed if p.named and p.owners]
    if clause.deed in (Deed.FORGIVEN, Deed.DONE, Deed.OPEN) and mates:
        return mates[-1].owners, True
    near = named_near(story, start, start + len(words), place)
    if near:
        return near, True
    for mention in story.paper.frame.mentions_in(start, start + len(words)):
        side = side_of(story.cast, mention)
        if side and mention.by == "name":
            return side, True
    if (
        clause.deed in (Deed.FORGIVEN, Deed.DONE, Deed.OPEN)
        and before is not None
        and start - before.offset < 400
        and before.owners
    ):
        return before.owners, before.named
    if sentence.zone is Zone.ANSWER or story.paper.subject is not None:
        subject = _subject_side(story)
        if subject:
            return subject, True
    people = generic(story, place, words, sentence.zone, events)
    if len(people) > 1 and not _MEANS_ALL.search(words[clause_start(words, clause.start) : clause.end + 16]):
        return (), False
    return people, False


# words that show that a statement without a name is about those who were harmed here
_MEANS_ALL = re.compile(rf"{V}|赃|被盗|被抢|被骗|涉案|财物|违法所得|损失|集资款|上述|工资|报酬|谅解|协议|被害|受害|失主|退赔|原告")


def _subject_side(story: Story) -> tuple[str, ...]:
    subject = story.paper.subject
    if subject is None:
        return ()
    person = story.cast.person(subject)
    if subject in story.victims:
        return (subject,)
    return (person.of,) if person.of in story.victims else ()


def _mentions(paper: Paper, number: int, item: _Placed) -> Iterator[Mention]:
    clause = item.clause
    if len(clause.payees) > 1:
        for payee in clause.payees:
            people = _row_people(paper, item.offset + payee.place)
            yield from _one(paper, number, item, people, payee.amount if payee.each or len(people) == 1 else None)
        return
    each = any(payee.each for payee in clause.payees)
    yield from _one(paper, number, item, item.owners, clause.sum if each or len(item.owners) == 1 else None)


def _row_people(paper: Paper, place: int) -> tuple[str, ...]:
    mention = paper.frame.mention_at(place)
    return mention.people if mention is not None else ()


def _one(paper: Paper, number: int, item: _Placed, owners: tuple[str, ...], amount: float | None) -> Iterator[Mention]:
    clause = item.clause
    value: Compensation | None = None
    context, why = Context.AFFIRMED, None
    match clause.deed:
        case Deed.PAID | Deed.DONE:
            value = Compensation("settled", amount, performed=True)
        case Deed.RETURNED:
            value = Compensation("settled", amount, performed=True)
        case Deed.PART:
            value = Compensation("partial", amount, performed=True)
        case Deed.OPEN:
            value = Compensation("partial")
        case Deed.UNPAID:
            value = Compensation("none", performed=False)
        case Deed.ORDERED:
            value = Compensation("ordered", owed=amount)
        case Deed.AGREED:
            value = Compensation(None, owed=amount)
        case Deed.CLAIMED:
            value, context = Compensation(None, owed=amount), Context.ALLEGED
        case Deed.FORGIVEN:
            value = Compensation(None, forgiven=True)
        case Deed.WAIVED:
            value, why = Compensation(None), "放弃赔偿不等于已获赔偿"
        case Deed.AID:
            value, why = Compensation("settled", amount), "救助、医保或捐助不是赔偿"
    if not owners and why is None:
        return
    start = paper.frame.to_view(item.offset + clause.start)
    end = paper.frame.end_to_view(item.offset + clause.end)
    yield Mention(
        Attribute.COMPENSATION,
        value,
        number,
        start,
        min(end, start + _LONGEST),
        owners=owners,
        context=context,
        score=0.5 if clause.weak else 0.8 if not item.named else 0.9,
        recognizer=_Compensation.name,
        why=why,
    )


RECOGNIZER = _Compensation()
