"""Payments in their passage: sentences that go on with the one before, questions and answers, receipts, and
returns weighed against what was taken. Gives every clause with the victims whom it concerns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nlp.facts import Role
from nlp.frames import A, O, V
from nlp.payments import cues as cue
from nlp.payments.answers import ABOUT_PAYMENT, answered
from nlp.payments.clauses import clauses
from nlp.payments.deed import Clause, Deed, clause_end, clause_start
from nlp.payments.payee import Story, generic, named_near, of_item, row_at, row_of_sums, side_of, workers
from nlp.payments.sums import Payee, sums_in
from nlp.payments.taken import kinds_in, kinds_taken, nothing_taken, told_back, weighed
from nlp.reading import Sentence, Zone

# one of these must stand in a sentence before anything else is looked at
_ANCHOR = re.compile(
    r"赔|谅解|退|还|付|垫|追回|追退|追缴|缴回|结清|欠薪|拖欠|夺回|抢回|要回|认领|解决|至今|起回|领回|找回|取回|收回|拿回|分文|一分|一毛|一个子|补偿|履行|执行|救助|挥霍|预交|交纳|缴纳|转账|打给|打到|汇|给[了过我]|协议|和解|受偿|发放|抵|缴获|起获|查获|修好|收到|领[取清齐完得到]|承担|提交|上交|交存|缴存|缴付|交来|没给|没人|没收[过到]|没拿|没见|没出|医保|新农合|捐|一共|总共|金额"
)
_SKIPPED = (Zone.LAW, Zone.BOILERPLATE, Zone.RECORD, Zone.QUESTION)
_PAYING = (Deed.PAID, Deed.PART, Deed.RETURNED, Deed.AGREED)
_SIDE_REMARK = (Zone.HELD, Zone.DEFENCE, Zone.CLAIM, Zone.EVIDENCE)
# words that show that a statement without a name is about those who were harmed here: matches 赃款, 被害人损失; not 退还本金
_MEANS_ALL = re.compile(
    rf"{V}|赃|被盗|被抢|被骗|涉案|财物|违法所得|损失|集资款|上述|工资|报酬|谅解|协议|被害|受害|失主|退赔|原告|分文|一分|责令|欠薪|拖欠|薪|劳动|所[骗盗抢]|骗取|尚欠"
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A clause with the frame offset of its sentence and the victims whom it concerns.

    Attributes:
        named: the victims are named beside it, not inferred.
    """

    clause: Clause
    offset: int
    owners: tuple[str, ...]
    named: bool


@dataclass(slots=True)
class _Read:
    sentence: Sentence
    start: int
    words: str
    clauses: list[Clause]


def payments(story: Story) -> Iterator[Placed]:
    """Every clause of one paper, in order."""
    passages = _passages(story)
    events = [
        p.start + len(p.words)
        for p in passages
        for c in p.clauses
        if c.deed in (Deed.PAID, Deed.PART, Deed.RETURNED, Deed.UNPAID)
    ]
    paid_by_name = {owner for p in passages for c in p.clauses if c.deed in _PAYING for owner in _by_name(story, p, c)}
    before: Placed | None = None
    for passage in passages:
        placed: list[Placed] = []
        for clause in passage.clauses:
            owners, named = _owners(story, clause, passage, events, placed, before, paid_by_name)
            placed += [
                Placed(part, passage.start, whose, named)
                for part, whose in weighed(story, clause, passage.start, owners, named=named)
            ]
        yield from placed
        paying = [p for p in placed if p.clause.deed in _PAYING]
        before = paying[-1] if paying else before


def _passages(story: Story) -> list[_Read]:
    reading, frame = story.paper.reading, story.paper.frame
    passages: list[_Read] = []
    operative = [match.end() for match in _OPERATIVE.finditer(frame.text)]
    for sentence in _sentences(story):
        start = frame.from_view(sentence.start)
        words = frame.text[start : frame.from_view(sentence.end - 1) + 1]
        ordering = any(end <= start < end + 1500 for end in operative) and _ORDER_ENTRY.match(words)
        found = clauses(words, Zone.ORDER if ordering else sentence.zone, reading.kind)
        if sentence.zone is Zone.ANSWER:
            found = answered(story, sentence, words, found)
        if reading.kind == "收条":
            found += _receipt(words, found)
        if sentence.index and _GOES_ON.match(words):
            earlier = passages[-1] if passages and passages[-1].sentence.index == sentence.index - 1 else None
            sentence_before = reading.sentences[sentence.index - 1]
            text = reading.text[sentence_before.start : sentence_before.end]
            found = _continued(words, found, earlier.clauses if earlier else (), text)
        if found:
            passages.append(_Read(sentence, start, words, sorted(found, key=lambda c: (c.start, c.end))))
    return passages


# an operative part that begins behind a long list of articles, and its entries
_OPERATIVE = re.compile("(?:判决|裁定)如下")
_ORDER_ENTRY = re.compile("（?[一二三四五六七八九十]{1,2}(?:、|）)|限|责令")


def _sentences(story: Story) -> Iterator[Sentence]:
    reading = story.paper.reading
    position, last = 0, -1
    while match := _ANCHOR.search(reading.text, position):
        sentence = reading.sentence_at(match.start())
        position = max(match.end(), sentence.end)
        after = reading.sentences[sentence.index + 1] if sentence.index + 1 < len(reading.sentences) else None
        if _counts(sentence, reading.kind) and sentence.index > last:
            yield sentence
            last = sentence.index
        if after is not None and _belongs(story, sentence, after):
            yield after
            last = after.index


def _counts(sentence: Sentence, kind: str | None) -> bool:
    return sentence.zone not in _SKIPPED or (sentence.zone is Zone.LAW and kind == "赔偿协议")


def _belongs(story: Story, sentence: Sentence, after: Sentence) -> bool:
    """Must the sentence behind be read too: the answer to a question on payment, or the next entry of a list?"""
    text, frame = story.paper.reading.text, story.paper.frame
    if sentence.zone is Zone.QUESTION:
        return after.zone is Zone.ANSWER and bool(ABOUT_PAYMENT.search(text, sentence.start, sentence.end))
    listed = text[sentence.end - 1] == "；" and not _ANCHOR.search(text, after.start, after.end)
    return listed and bool(_GOES_ON.match(frame.text, frame.from_view(after.start)))


# a sentence without a subject of its own goes on with the one before: 赔偿原告人…; 彭某人民币五千元
_GOES_ON = re.compile(
    rf"(?:并|再|另|又)?(?:共同|连带|一次性)?(?:赔偿|支付|给付|退赔|返还)|{A}(?:、{A})*(?:共同|连带)?(?:赔偿|退赔)|{V}(?:各项)?(?:经济)?(?:损失)?(?:人民币|现金)?[0-9一二三四五六七八九十]"
)
# matches 判处有期徒刑一年; not 判断
_SENTENCED = re.compile("判处|判决|剥夺政治权利|有期徒刑")


def _continued(words: str, found: list[Clause], earlier: Sequence[Clause], text: str) -> list[Clause]:
    """Clauses of a sentence that goes on with the one before, in the sense of that one."""
    money = [c for c in earlier if c.deed in (Deed.ORDERED, Deed.AGREED, Deed.PAID, Deed.PART, Deed.CLAIMED)]
    listed = text.endswith("；")
    if words.startswith(A) and not (listed and _SENTENCED.search(text)):
        return found
    deed = money[-1].deed if money else Deed.ORDERED if listed and _SENTENCED.search(text) else None
    if deed is None:
        return found
    if words.startswith(V):
        sums = sums_in(words, 0, clause_end(words, 1))
        if sums and money and listed:
            return [Clause(deed, 0, sums[0].end, (Payee(0, sums[0].yuan),), made=True), *found]
        return found
    if deed in (Deed.ORDERED, Deed.AGREED, Deed.CLAIMED):
        return [replace(c, deed=deed) if c.deed in (Deed.PAID, Deed.PART) and not c.made else c for c in found]
    return found


# matches 均已, 分别, 三辆, 手机、电脑; not 车辆
_SEVERAL = re.compile("[均都各]|分别|全部|上述|、|[0-9一二两三四五六七八九十][辆部台个只条块枚件头]")
# in a receipt: matches 今收到, 金额：; not 收条
_TAKES_IN = re.compile(r"(?:收到|领到|收讫|收款金额|金额|付款|转账)")
# matches ￥10000.00, 金额：26000; not 尾号0753
_FIGURE = re.compile(
    r"[￥¥] ?(?P<yuan>\d+(?:\.\d+)?)|金额[：:]?[ ]?(?:人民币)?[ ]?(?P<plain>\d{3,}(?:\.\d+)?)(?!\d|元)"
)


def _receipt(words: str, found: list[Clause]) -> Iterator[Clause]:
    """今收到…人民币壹万元整, 金额：￥10000.00 in a receipt or a transfer slip; not what the victim paid to others."""
    if any(c.deed in (Deed.PAID, Deed.PART, Deed.AID) for c in found):
        return
    taken = _TAKES_IN.search(words)
    if taken is None or re.search(rf"收到{V}", words) or re.search("救助|捐|低保|尚未收到|未收到", words):
        return
    sums = sums_in(words, taken.end(), len(words))
    if sums:
        yield Clause(Deed.PAID, min(taken.start(), max(0, sums[0].end - 40)), sums[0].end, (), sums[0].yuan, made=True)
        return
    figure = _FIGURE.search(words, taken.start())
    if figure:
        yield Clause(Deed.PAID, taken.start(), figure.end(), (), float(figure["yuan"] or figure["plain"]), made=True)


def _by_name(story: Story, passage: _Read, clause: Clause) -> tuple[str, ...]:
    if clause.payees:
        people, named = row_at(story, passage.start + clause.payees[0].place)
        if people and named:
            return people
    place = passage.start + clause.start
    return named_near(story, passage.start, passage.start + len(passage.words), place)


def _owners(
    story: Story,
    clause: Clause,
    passage: _Read,
    events: Sequence[int],
    placed: Sequence[Placed],
    before: Placed | None,
    paid_by_name: set[str],
) -> tuple[tuple[str, ...], bool]:
    """Victims whom a clause concerns; for one with several rows, those of the first."""
    start, words = passage.start, passage.words
    place = start + clause.start
    follows = clause.deed in (Deed.FORGIVEN, Deed.DONE, Deed.OPEN)
    if re.search("分述如下|事实如下", words[clause.end :]):
        return (), False
    if clause.deed is Deed.FORGIVEN and clause.payees and _speaks(words, clause.payees[0].place):
        return _side(story, start + clause.payees[0].place), True
    if cue.REST_GONE.search(words) and clause.deed in (Deed.UNPAID, Deed.OPEN):
        got = {owner for p in placed if p.clause.deed in (Deed.RETURNED, Deed.PART) for owner in p.owners}
        return (tuple(v for v in story.victims if v not in got), True) if got else (story.victims, False)
    if clause.payees:
        rows = [row_at(story, start + payee.place) for payee in clause.payees]
        if rows[0][0] and (rows[0][1] or len(rows) > 1):
            return tuple(dict.fromkeys(p for people, _ in rows for p in people)), True
    if clause.deed in _PAYING and _paid_another(story, start + clause.start, start + clause.end):
        return (), False
    mates = [p for p in placed if p.named and p.owners]
    if follows and mates:
        beside = _row_beside(story, passage, clause) if clause.deed in (Deed.DONE, Deed.OPEN) else ()
        if clause.deed is Deed.OPEN and mates[-1].clause.deed is Deed.DONE and mates[-1].clause.end <= clause.start:
            paid_off = mates[-1].owners  # 某某三人的工资已付清，下余三万元未付: that is the others' money
            others = tuple(v for v in story.victims if v not in paid_off)
            if others and len(paid_off) < len(story.victims):
                return others, False
        return beside or mates[-1].owners, True
    near = named_near(story, start, start + len(words), place)
    if (
        near
        and clause.deed in (Deed.UNPAID, Deed.DONE)
        and _ALL.search(words[clause_start(words, clause.start) : clause.end])
    ):
        near = _all_named(story, start, start + len(words)) if len(near) == 1 else near
    if len(near) == 1 and clause.deed in (Deed.UNPAID, Deed.DONE):
        near = row_of_sums(story, start, place) or near
    if near:
        return near, True
    for mention in story.paper.frame.mentions_in(start, start + len(words)):
        side = side_of(story.cast, mention)
        if side and mention.by == "name":
            return side, True
    if follows and placed and placed[-1].owners:
        return placed[-1].owners, placed[-1].named
    if follows and before is not None and start - before.offset < 400 and before.owners:
        return before.owners, before.named
    signed = _signed_by(story, place + clause.end - clause.start) if story.paper.reading.kind == "收条" else ()
    subject = signed or _subject_side(story, place)
    if subject:
        return subject, True
    if clause.deed in (Deed.PAID, Deed.PART) and re.search("退出|退缴|退赃", words[clause.start : clause.end]):
        return story.victims, False  # handed in for all whom it may concern
    if _WAGES_OF_ALL.search(words[max(0, clause.start - 24) : clause.end + 16]):
        return workers(story, place), False
    people = generic(story, place, words, passage.sentence.zone, events)
    if clause.deed is Deed.RETURNED and _COUNTED.search(words[: clause.end]):
        people = of_item(story, place) or people
    if (len(people) > 1 or clause.deed is not Deed.UNPAID) and _of_a_body(
        story, start + clause_start(words, clause.start), start + clause.end
    ):
        return (), False
    if passage.sentence.zone in _SIDE_REMARK and clause.deed in (*_PAYING, Deed.FORGIVEN):
        told = tuple(p for p in people if p in paid_by_name)
        people = told or people
    if len(people) > 1 and clause.deed is Deed.RETURNED:
        people = tuple(p for p in people if not nothing_taken(story, p, place)) or people
    one_thing = clause.deed is Deed.RETURNED and kinds_in(words[: clause.end])
    if len(people) > 1 and one_thing and not _SEVERAL.search(words[: clause.end]):
        kinds = kinds_in(told_back(story, clause, start))
        from_whom = [p for p in people if kinds & kinds_taken(story, p, place)]
        return (tuple(from_whom), True) if len(from_whom) == 1 else ((), False)  # one car came back: to whom?
    if len(people) > 1 and story.dead and _FAMILY.search(words):
        people = tuple(p for p in people if p in story.dead) or people
    if len(people) > 1 and not _MEANS_ALL.search(
        words[max(0, clause_start(words, clause.start) - 24) : clause.end + 16]
    ):
        return (), False
    return people, False


# so many things taken, which can be those of this item only: 被盗的8个电瓶…已发还
_COUNTED = re.compile("(?:被盗|所盗|被抢|被骗)的?[0-9一二两三四五六七八九十]+[辆部台个只条块枚件头]")
# wages of no one in particular: matches 将拖欠的工人工资全部发放, 仍不支付农民工工资; not 支付工人黎某工资
_WAGES_OF_ALL = re.compile("(?:工人|员工|农?民工|职工|劳动者|拖欠的?|所欠的?)们?的?(?:全部)?(?:工资|劳动报酬|薪)")


def _row_beside(story: Story, passage: _Read, clause: Clause) -> tuple[str, ...]:
    """The row of named victims in the same part of the sentence: 黎某、常某的工资 已付清, 尚有2万元未退还 黎某."""
    rows = list(cue.ROW.finditer(passage.words, clause_start(passage.words, clause.start), clause.start))
    if not rows and clause.deed is Deed.OPEN:
        rows = list(cue.ROW.finditer(passage.words, clause.start, clause_end(passage.words, clause.end, 6)))
    people, named = row_at(story, passage.start + rows[-1].start()) if rows else ((), False)
    return people if named else ()


def _speaks(words: str, place: int) -> bool:
    """Does somebody who is no victim forgive, and is not the one forgiven: 取得⟨O⟩谅解, not 对⟨O⟩表示谅解?"""
    return words[place] == O and words[place - 1 : place] not in ("对", "向")


def _side(story: Story, place: int) -> tuple[str, ...]:
    """For whom somebody who is no victim speaks: the victim whose kin it is, the only victim, or nobody."""
    mention = story.paper.frame.mention_at(place)
    if mention is None:
        return ()
    called = story.paper.reading.text[max(0, mention.start - 6) : mention.name_start]
    kin = re.search("原告|申请|家属|亲属|被害|受害|死者|父|母|妻|夫|子|女|兄|弟|姐|妹", called)
    return side_of(story.cast, mention) or (story.victims if kin and len(story.victims) == 1 else ())


def _of_a_body(story: Story, start: int, end: int) -> bool:
    """Is the only victim named in this part of the sentence a firm or an office: 向某公司借款至今未归还?"""
    said = story.paper.frame.mentions_in(start, end)
    victims = [p for m in said for p in m.people if story.cast.person(p).role is Role.VICTIM]
    return bool(victims) and not any(p in story.victims for p in victims)


# matches 赔偿了证人(O); not 赔偿被害人(V)
_TO_ANOTHER = re.compile(rf"(?:赔偿|支付|退还|返还|归还|发还|给付|补偿|还给|赔|付)(?:了|给)*(?P<who>{O})")


def _paid_another(story: Story, start: int, end: int) -> bool:
    """Is the one who is paid somebody else, neither a victim nor a claimant nor kin of one?"""
    frame = story.paper.frame
    match = _TO_ANOTHER.search(frame.text, start, end)
    mention = frame.mention_at(match.start("who")) if match else None
    if mention is None or side_of(story.cast, mention):
        return False
    called = story.paper.reading.text[mention.start : mention.name_start]
    return not re.search("原告|申请|家属|亲属|被害|受害|死者|父|母|妻|夫|子|女|兄|弟|姐|妹", called)


# the family of 被害人 without a name receives for the dead: matches 被害人(V)近亲属; not 被告人家属
_FAMILY = re.compile(rf"{V}(?:一?方)?的?(?:近?亲属|家属|家人)")
# everybody is meant: matches 二被害人, 均未受偿; not 被害人未受偿
_ALL = re.compile("(?:[二两三四五六七八九]|各)名?(?:申请|被害|原告|受害|死者|伤者)|均|都")


def _all_named(story: Story, start: int, end: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p for at, p in story.named if start <= at < end))


def _signed_by(story: Story, place: int) -> tuple[str, ...]:
    """Whose receipt it is: the victim named next after the words, before another receipt begins."""
    text = story.paper.frame.text
    stop = text.find("收到", place + 6)
    limit = min(stop if stop >= 0 else len(text), place + 200)
    after = [p for at, p in story.named if place < at < limit]
    return (after[0],) if after else ()


def _subject_side(story: Story, place: int) -> tuple[str, ...]:
    """The victim whom an interview, receipt or certificate is about, or whose kin it is."""
    subject = story.paper.subject_at(story.paper.frame.to_view(place))
    if subject is None:
        return ()
    if subject in story.victims:
        return (subject,)
    of = story.cast.person(subject).of
    return (of,) if of in story.victims else ()
