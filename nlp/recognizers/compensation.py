"""What was paid to each victim: payments, returned goods, orders, agreements, forgiveness, and that nothing came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nlp.facts import Attribute, Compensation
from nlp.mentions import Context, Mention
from nlp.payee import Story, generic, named_near, row_at, side_of, story_of
from nlp.frames import V
from nlp.payment import Clause, Deed, clause_end, clause_start, clauses
from nlp.payment_sums import Payee, sums_in
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
    previous: tuple[int, list[Clause], str] = (-9, [], "")
    for sentence in sentences:
        start = frame.from_view(sentence.start)
        words = frame.text[start : frame.from_view(sentence.end - 1) + 1]
        found = clauses(words, sentence.zone, paper.reading.kind)
        if previous[0] == sentence.index - 1:
            found = _continued(words, found, previous[1], previous[2])
        elif sentence.index and _GOES_ON.match(words):
            earlier = paper.reading.sentences[sentence.index - 1]
            found = _continued(words, found, [], paper.reading.text[earlier.start : earlier.end])
        found = [_of_what_was_taken(story, clause, start) for clause in found]
        previous = (sentence.index, found, words)
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


# a sentence without a subject of its own goes on with the one before: 赔偿原告人…; 彭某人民币五千元
_GOES_ON = re.compile(
    rf"^(?:并|再|另|又)?(?:共同|连带|一次性)?(?:赔偿|支付|给付|退赔|返还)|^{V}(?:各项)?(?:经济)?(?:损失)?(?:人民币|现金)?[0-9一二三四五六七八九十]"
)


def _continued(words: str, found: list[Clause], earlier: list[Clause], text: str) -> list[Clause]:
    """Clauses of a sentence that goes on with the one before, in the sense of that one."""
    if not _GOES_ON.match(words):
        return found
    money = [c for c in earlier if c.deed in (Deed.ORDERED, Deed.AGREED, Deed.PAID, Deed.PART, Deed.CLAIMED)]
    deed = (
        money[-1].deed
        if money
        else Deed.ORDERED
        if re.search("判处|判决|剥夺政治权利|有期徒刑", text) and text.endswith("；")
        else None
    )
    if deed is None:
        return found
    if words.startswith(V):
        sums = sums_in(words, 0, clause_end(words, 1))
        if sums and money and text.endswith("；"):
            return [Clause(deed, 0, sums[0].end, (Payee(0, sums[0].yuan),), made=True), *found]
        return found
    if deed in (Deed.ORDERED, Deed.AGREED, Deed.CLAIMED):
        return [replace(c, deed=deed) if c.deed in (Deed.PAID, Deed.PART) and not c.made else c for c in found]
    return found


_TAKE = re.compile("盗|窃|骗|抢|劫|夺|勒索|索要|收取|吸收|侵占|借得|借走|拿走")


def _of_what_was_taken(story: Story, clause: Clause, start: int) -> Clause:
    """A return of less than was taken in this item of the story is a part."""
    if clause.deed not in (Deed.RETURNED, Deed.PAID) or "部分" in clause_words(story, clause, start):
        return (
            replace(clause, deed=Deed.PART)
            if clause.deed is Deed.RETURNED and "部分" in clause_words(story, clause, start)
            else clause
        )
    place = start + clause.start
    item = max([i for i in story.items if i <= place], default=0)
    told = story.paper.frame.text[max(item, place - 500) : place]
    taken = [
        a for m in _TAKE.finditer(told) for a in sums_in(told, m.end(), min(m.end() + 70, clause_stop(told, m.end())))
    ]
    if clause.sum and clause.deed is Deed.RETURNED and any(a.yuan > clause.sum * 1.02 + 1 for a in taken):
        return replace(clause, deed=Deed.PART)
    if (
        clause.sum is None
        and clause.deed is Deed.RETURNED
        and not clause.every
        and any("现金" in told[max(0, a.start - 12) : a.start] for a in taken)
    ):
        return replace(clause, deed=Deed.PART)
    return clause


def clause_words(story: Story, clause: Clause, start: int) -> str:
    return story.paper.frame.text[start + clause.start : start + clause.end]


def clause_stop(text: str, offset: int) -> int:
    stop = text.find("。", offset)
    return stop if stop >= 0 else len(text)


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
_MEANS_ALL = re.compile(
    rf"{V}|赃|被盗|被抢|被骗|涉案|财物|违法所得|损失|集资款|上述|工资|报酬|谅解|协议|被害|受害|失主|退赔|原告"
)


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


# a settlement before a court or a mediation board binds like an order
_BEFORE_COURT = re.compile("(?:主持|组织|调解委员会)[^。]{0,60}(?:调解|协议)|调解协议|经[^，。]{0,8}调解")


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
            if amount and _BEFORE_COURT.search(
                paper.frame.text[max(0, item.offset + clause.start - 120) : item.offset + clause.start]
            ):
                yield from _one(paper, number, replace(item, clause=replace(clause, deed=Deed.ORDERED)), owners, amount)
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
