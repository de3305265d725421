"""What one sentence says about paying a victim: paid, returned, partly, not at all, ordered, agreed, forgiven.

Works on a sentence of a frame (people are placeholders), so that patterns see who is who. All offsets are in the
sentence. Whose a deed is, `nlp.payee` decides; how deeds combine, `nlp.attributes.compensation`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from nlp import payment_cues as cue
from nlp.frames import A, O, P, V
from nlp.numerals import number_of
from nlp.payment_sums import Money, Payee, money_of, sums_in
from nlp.reading import Zone

FULL = 0.95  # score of words that say that all was paid; `nlp.attributes.compensation` lets them close what was open


class Deed(Enum):
    """What is said to have happened, or not."""

    PAID = "paid"
    PART = "part"  # some is paid, more is open
    RETURNED = "returned"  # goods or money taken came back
    DONE = "done"  # 履行完毕, 付清
    UNPAID = "unpaid"
    OPEN = "open"  # 余款未付
    ORDERED = "ordered"
    AGREED = "agreed"
    CLAIMED = "claimed"
    FORGIVEN = "forgiven"
    WAIVED = "waived"
    AID = "aid"  # 司法救助金, 医保: not compensation


@dataclass(frozen=True, slots=True)
class Clause:
    """One deed in one sentence.

    Attributes:
        start, end: the words that carry it.
        payees: rows of victims to whom it is done, with their sums.
        amount: the sum when no row carries it.
        weak: said in passing, gives way to anything firmer.
        every: everything that was taken came back (RETURNED).
        full: 全部, 付清, 全额: nothing stays open.
        made: said as a fact by 已, 了 and the like.
    """

    deed: Deed
    start: int
    end: int
    payees: tuple[Payee, ...] = ()
    amount: float | None = None
    weak: bool = False
    every: bool = False
    made: bool = False
    full: bool = False

    @property
    def sum(self) -> float | None:
        """The only sum of the clause."""
        if self.amount is not None or len(self.payees) != 1:
            return self.amount
        return self.payees[0].amount


@dataclass(frozen=True, slots=True)
class _Verb:
    """A verb in its clause; `before` and `after` are the words of the clause around it."""

    start: int
    end: int
    family: str
    word: str
    begin: int
    stop: int
    before: str
    after: str
    near: str  # before and the first part of after


def clauses(words: str, zone: Zone, kind: str | None) -> list[Clause]:
    """Every deed of one sentence, in order."""
    if cue.RULE.search(words):
        return []
    found = [clause for verb in _verbs(words) if (clause := _read(words, verb, zone, kind)) is not None]
    found = list(_promises_apart(words, found))
    found += _nothing(words, found)
    done = list(_done(words, zone))
    if done and kind != "赔偿协议":  # 由甲赔偿…元，并已履行: the promise was kept
        found = [replace(c, deed=Deed.PAID, made=True) if c.deed is Deed.AGREED and c.sum and c.end <= done[-1].start else c for c in found]
    found += done
    found += [Clause(Deed.OPEN, m.start(), m.end()) for m in cue.OPEN.finditer(words)]
    found += [
        Clause(Deed.PART, m.start(), m.end(), made=True)
        for m in cue.PARTLY.finditer(words)
        if not cue.WISH.search(words[: m.start()])
    ]
    found += [Clause(Deed.AID, m.start(), m.end(), (), number_of(m["sum"])) for m in cue.AID_SUM.finditer(words)]
    found += _agreed(words, kind)
    found += _forgiven(words, zone, kind)
    found += [Clause(Deed.WAIVED, m.start(), m.end()) for m in cue.WAIVED.finditer(words)]
    found = [replace(c, full=_says_all(words, c)) if c.deed in (Deed.PAID, Deed.DONE, Deed.RETURNED) else c for c in found]
    return sorted(found, key=lambda c: (c.start, c.end))


def _says_all(words: str, clause: Clause) -> bool:
    near = words[clause_start(words, clause.start) : clause_end(words, clause.end, 8)]
    return bool(re.search("全部|全额|足额|如数|付清|结清|交清|完毕|悉数", near)) and "部分" not in near


def clause_start(words: str, offset: int) -> int:
    """Start of the clause that `offset` is in: behind the last comma, colon or bracket."""
    return max(words.rfind(mark, 0, offset) for mark in "，；：。（") + 1


def clause_end(words: str, offset: int, most: int = 40) -> int:
    match = re.compile("[，；。：）]").search(words, offset)
    return min(match.start() if match else len(words), offset + most)


def _verbs(words: str) -> Iterator[_Verb]:
    matches = list(cue.VERB.finditer(words))
    for index, match in enumerate(matches):
        stop = matches[index + 1].start() if index + 1 < len(matches) else len(words)
        begin = clause_start(words, match.start())
        after = words[match.end() : stop]
        first = re.split("[，；]", after, maxsplit=1)[0]
        before = words[begin : match.start()]
        yield _Verb(
            match.start(),
            match.end(),
            str(match.lastgroup),
            match.group(),
            begin,
            stop,
            before,
            after,
            before + match.group() + first,
        )


def _read(words: str, verb: _Verb, zone: Zone, kind: str | None) -> Clause | None:
    if cue.AID.search(verb.near):
        return None
    if (
        cue.DENIED.search(words[max(0, verb.start - 70) : verb.start])
        or cue.BODY.search(verb.after)
        or not _fits(words, verb, zone, kind)
    ):
        return None
    if cue.FORCED.search(words[max(0, verb.start - 24) : verb.start]):
        return None
    told_twice = verb.word in ("追回", "追缴", "起回") and not cue.NEGATION.search(verb.before)
    if told_twice and re.match("[^。；]{0,24}(?:发还|返还|退还|归还)", words[verb.end :]):
        return None
    if (
        verb.family == "pay"
        and re.search(f"{V}[^，。；的家亲要请求主诉获得收{P[1:-1]}]{{0,3}}$", verb.before)
        and not cue.ROW_LEFT.search(verb.before)
    ):
        return None  # 被害人 is the one who pays
    money = money_of(
        words, verb.start, verb.end, verb.begin, verb.stop, goods=verb.family == "back", spoken=zone is Zone.ANSWER
    )
    negated = _negated(words, verb, money)
    if negated is not None or cue.NEGATION.search(verb.before):
        return negated
    made = bool(re.search("已|业经|均|曾", verb.before[-12:])) or verb.after[:1] in ("了", "过") or verb.family == "got"
    open_clause = _not_yet(words, verb, zone, money, made, kind)
    if open_clause is not None:
        return open_clause if open_clause.deed is not Deed.WAIVED else None
    start, end = _span(words, verb, money)
    if (
        not made
        and re.search("(?:费|费用)[^，。；]{0,6}由[^，。；]{1,12}$", verb.before)
        and zone not in (Zone.ORDER, Zone.CLAIM)
        and kind != "赔偿协议"
    ):
        return Clause(Deed.PART, verb.begin, end, money.payees, money.amount)
    if not made and (kind == "赔偿协议" or _only_agreed(verb)):
        return Clause(Deed.AGREED, start, end, money.payees, money.amount)
    if verb.family == "back":
        every = (
            bool(re.search("全部|均|上述|全数|悉数|一并|被盗[^，。；]{0,8}$|赃[物款]|该|涉案", verb.before))
            and "部分" not in verb.before
        )
        return Clause(Deed.RETURNED, start, end, money.payees, money.amount, every=every, made=made)
    if not _firm(words, verb, zone, made, money):
        return None
    near = verb.before[-14:] + verb.word + verb.after[:14]
    wages = re.search("工资|劳动报酬|劳动者报酬", verb.near)
    some = (not wages and re.search("垫|预付|预交|先行|部分|仅|只(?!好)|先期", near)) or (
        re.search("医疗费|医药费|丧葬费|抢救费|住院费|治疗费|安葬费|护理费", verb.near)
        and not re.search("全部|各项|其他|所有|等|损失|误工", verb.near)
    )
    return Clause(
        Deed.PART if some else Deed.PAID,
        start,
        end,
        money.payees,
        money.amount,
        weak=not (made or money.end),
        made=made,
    )


def _only_agreed(verb: _Verb) -> bool:
    """由甲赔偿…, 约定赔偿…, 自愿赔偿…: what is to be paid, unless the verb itself tells of an advance."""
    if re.search("约定|协议：|(?<!，)自愿[^，、。；]{0,8}$", verb.before):
        return True
    return verb.family != "back" and verb.word not in ("预付", "垫付", "垫支") and bool(re.search("由[^，。；]{0,40}$", verb.before))


def _span(words: str, verb: _Verb, money: Money) -> tuple[int, int]:
    """The words that carry a deed: from the verb, or what was returned, to the sum or the end of the clause."""
    start, end = verb.start, verb.end
    if verb.family == "back" and verb.start - verb.begin <= 20:
        start = verb.begin
    if money.end and money.end - verb.start < 80 and verb.end - money.start < 60:
        start, end = min(start, money.start), max(end, money.end)
    else:
        end = clause_end(words, verb.end, 20)
    return start, end


def _negated(words: str, verb: _Verb, money: Money) -> Clause | None:
    negation = cue.NEGATION.search(verb.before)
    if re.match("(?:不到|不了|不起|不上|无门|未果|无望)", verb.after):
        return Clause(Deed.UNPAID, verb.start, verb.end + 2, money.payees)
    if not negation and verb.word != "至今未还":
        return None
    if (
        (verb.family == "back" and not cue.TAKEN_GOODS.search(words[max(0, verb.begin - 12) : verb.begin] + verb.near))
        or re.search("作案工具|凶器", verb.before)
        or verb.family == "got"
    ):
        return None
    wages = bool(re.search("工资|报酬", verb.near))
    if wages and (
        verb.after.startswith("罪") or re.match("[^，。；]{0,12}罪", verb.after) or re.search("能力", verb.before)
    ):
        return None  # the name of the crime
    start = verb.begin + negation.start() if negation and verb.family != "back" else max(verb.begin, verb.start - 20)
    return Clause(Deed.UNPAID, start, clause_end(words, verb.end, 14), money.payees, weak=wages)


def _not_yet(words: str, verb: _Verb, zone: Zone, money: Money, made: bool, kind: str | None) -> Clause | None:
    """Ordered, asked for or promised; a WAIVED clause stands for: nothing that counts."""
    if made:
        return None
    wide = words[max(0, verb.start - 100) : verb.start]
    if kind == "执行裁定书" and verb.family == "pay" and "应" in verb.before:
        return Clause(Deed.ORDERED, verb.start, _span(words, verb, money)[1], money.payees, money.amount)
    judged = cue.JUDGED.search(wide)
    amount, payees = money.amount, money.payees
    _, end = _span(words, verb, money)
    nothing = Clause(Deed.WAIVED, verb.start, verb.end)
    if cue.ASKED.search(wide) and (judged or verb.family == "pay" or zone is Zone.CLAIM):
        return Clause(Deed.CLAIMED, verb.start, end, payees, amount)
    summed_up = re.fullmatch("(?:以上|各项)?(?:共计|合计|总计|共)", verb.before)
    if summed_up and re.search("应(?:当|予)?[^。；]{0,4}赔偿[^。；]*$", wide):
        return Clause(Deed.ORDERED, verb.start, end, payees, amount, weak=True)
    if judged and re.search("(?:人力|劳动|社会保障|人社|指令书|整改)[^。；]{0,60}$", wide):
        return nothing  # an office's order to pay wages, not a court's
    if judged or zone is Zone.ORDER:
        return Clause(Deed.ORDERED, verb.start, end, payees, amount)
    if cue.WISH.search(verb.before) or cue.IF.search(words[max(0, verb.start - 60) : verb.start]):
        return nothing
    if cue.OUGHT.search(verb.before) and not re.search("予以(?:扣押|返还|发还|退还)", verb.near):
        if (zone is Zone.HELD and money.end and verb.family == "pay" and "应" in verb.before) or re.search(
            "继续|判", verb.before
        ):
            return Clause(Deed.ORDERED, verb.start, end, payees, amount, weak=True)
        return nothing
    if re.match("（?[一二三四五六七八九十]）?、(?:追缴|责令|继续|扣押在案|违法所得|限|没收|随案)", words):
        return Clause(Deed.ORDERED, verb.start, end, payees, amount)
    if zone is Zone.CLAIM and not re.search(
        "只|仅|先后|期间|事后|发生后|案发后|事故后|垫|预付", verb.before + verb.word
    ):
        return Clause(Deed.CLAIMED, verb.start, end, payees, amount) if verb.family == "pay" and money.end else nothing
    return None


def _fits(words: str, verb: _Verb, zone: Zone, kind: str | None) -> bool:
    match verb.family:
        case "move":
            return _concerns_harm(words, verb, zone)
        case "back":
            return _comes_back(words, verb)
        case "got":
            return kind == "收条" or _received(verb)
    return True


def _firm(words: str, verb: _Verb, zone: Zone, made: bool, money: Money) -> bool:
    """Is this a payment that was made, and not one in a rule, a plea or a plan?"""
    harmed = bool(cue.HARMED.search(verb.after))
    if verb.family == "got":
        return True
    if made:
        return (
            bool(money.end)
            or harmed
            or bool(re.search(f"{V}|损失|费|进行|作出|给予|原告|被害|受害|死者|伤者", verb.before))
            or zone not in (Zone.CLAIM, Zone.DEFENCE)
        )
    if cue.RANGE.search(verb.before):
        return False
    if zone in (Zone.CLAIM, Zone.DEFENCE):
        return bool(money.end and re.search("(?:已|达成)[^。；]{0,24}(?:和解|协议)", words[: verb.begin])) or bool(re.search("积极|主动|代为|代其|垫|仅|只|先后|事后|后|期间|共", verb.before + verb.word)) and (
            bool(money.end) or harmed
        )
    return bool(money.end) or harmed or bool(re.search("进行|作出|给予|主动|积极|部分", verb.before[-6:]))


_INTO = frozenset({"汇入", "打入", "打到", "转入", "汇至", "转账", "打给", "汇给", "转给"})


def _concerns_harm(words: str, verb: _Verb, zone: Zone) -> bool:
    """支付 … of a compensation, not of a price, a fine or the money that was cheated out of somebody."""
    near, before = verb.near, verb.before
    to_victim = re.search(
        rf"(?:给|向|为|替|对|与|代){cue.ROW.pattern}[^，。；{P[1:-1]}]{{0,16}}$", before
    ) or re.search(rf"^(?:了|给|过)?(?:其|死者|伤者|原告)?[^，。；{P[1:-1]}]{{0,4}}{V}|^[^，。；{P[1:-1]}]{{0,16}}给{V}", verb.after)
    if cue.OTHER_MONEY.search(near) and not re.search("赔|拖欠|垫|丧葬|医疗", near):
        if not (to_victim and re.search("亲属|家属", before)):
            return False
    if re.search(f"{V}[^，。；]{{0,8}}$", before) and not to_victim and not re.search("收|领", before):
        return False
    if (
        (cue.OWN_MONEY.search(before) and not (zone in (Zone.DEFENCE, Zone.CLAIM) and "我" in before))
        or re.search(f"^(?:了|给)?{A}", verb.after)
        or re.search(f"(?:给|向|为|替|对){A}[^，。；]{{0,6}}$", before)
    ):
        return False
    if re.search("扣除|减去|除去|扣减", before):
        return True
    to_side = re.search("^(?:了|给|到|至|入)?[^，。；]{0,14}(?:申请执行人|被害|受害|原告|家属|我)", verb.after)
    if to_side and verb.word in _INTO and (sums_in(words, max(verb.begin, verb.start - 40), verb.stop)):
        return True
    promised = re.search("赔偿|协议|赔款", words[: verb.begin])
    if promised and re.search("现|已|先", before) and sums_in(words, verb.end, verb.stop):
        return True
    if re.search("拖欠|全部|赔偿款", near) and re.search("已|进行了|全部", before) and cue.HARM_COST.search(near):
        return True
    if not cue.HARM_COST.search(near):
        return bool(to_victim) and bool(sums_in(words, verb.end, verb.stop))
    return (
        bool(to_victim)
        or "约定" in before
        or verb.word in ("垫付", "垫支", "预付", "先行支付", "代付", "付给", "给付")
        or bool(cue.PAYER.search(before))
    )


def _received(verb: _Verb) -> bool:
    """收到 … by the victim's side, of compensation."""
    if re.search(f"{A}[^，。；]{{0,10}}$", verb.before) or re.search(
        "货款|定金|工程款|投资款|救助|集资|存款", verb.near
    ):
        return False
    if re.search("赔偿|赔款|补偿|退赔|保险金|赔付", verb.near):
        return not re.search("标准|应|可|请求|法律|权利", verb.near)
    return bool(re.search(f"{V}|原告|家属", verb.before)) and bool(re.search("医疗费|丧葬费|赃款|现金|元", verb.near))


def _comes_back(words: str, verb: _Verb) -> bool:
    """发还 … of what was taken, not of a loan's interest, a promise or an excuse of the fraud."""
    if re.search("利息|作案工具|凶器|借据|欠条|定金|押金|违法犯罪|土地", verb.near) and not re.search(
        "赃|被害|失主", verb.near
    ):
        return False
    if re.search("(?:用于|以|能|按期|定期|到期|如期|并)(?:全额|按月)?[^，。；]{0,4}$", verb.before) and verb.word in (
        "返还",
        "归还",
        "偿还",
        "退还",
    ):
        if not re.search(f"{V}|赃|被害|失主|车主|物主", verb.near):
            return False
    if re.match("债|欠款|借款", verb.after) or re.search(f"(?:逼|强迫|催|替{V}|代{V})[^，。；]{{0,12}}$", verb.before):
        return False
    taken = re.search(
        f"{V}|赃|被害|失主|被盗|被抢|被骗|涉案|该[车手电]|车主|物主|物品|财物|本金|集资款|投资款|所得款", verb.near
    ) or re.match("其|给其", verb.after)
    if cue.NEGATION.search(verb.before) and cue.TAKEN_GOODS.search(words[max(0, verb.begin - 14) : verb.start]):
        return True
    if verb.word in ("追回", "追缴", "缴回", "起回"):
        return (
            bool(taken)
            or bool(re.search("均|已|部|辆|台|只|未", verb.before))
            or words[verb.start - 1 : verb.start] in ("（", "已")
        )
    if verb.word in ("领回", "找回", "取回"):
        return bool(taken) or bool(re.search(f"{V}|该", verb.near))
    if verb.word == "修好":
        return bool(re.search(f"{A}|赔", words[: verb.start])) and bool(re.search(V, verb.before))
    return verb.word in ("发还", "至今未还") or bool(taken)


def _promises_apart(words: str, found: list[Clause]) -> Iterator[Clause]:
    """A sum of which a smaller one is said to be paid so far is what was agreed: 共赔十五万元，现已给付十万元."""
    for index, clause in enumerate(found):
        later = [c for c in found[index + 1 :] if c.deed in (Deed.PAID, Deed.PART) and c.made and c.sum]
        promised = clause.deed in (Deed.PAID, Deed.AGREED) and not clause.made and clause.sum
        if promised and any(
            c.sum and clause.sum and c.sum < clause.sum and re.search("现|先|目前|已", words[clause.end : c.start])
            for c in later
        ):
            yield replace(clause, deed=Deed.AGREED)
        else:
            yield clause


def _nothing(words: str, found: list[Clause]) -> Iterator[Clause]:
    for match in cue.NOTHING.finditer(words):
        if any(c.deed is Deed.UNPAID and c.start < match.end() and match.start() < c.end for c in found):
            continue
        if not cue.QUESTIONED.search(words[max(0, match.start() - 10) : match.start()]):
            yield Clause(Deed.UNPAID, match.start(), match.end(), weak=bool(cue.WEAK_NOTHING.search(match.group())))


def _done(words: str, zone: Zone) -> Iterator[Clause]:
    for match in cue.DONE.finditer(words):
        if (
            zone is not Zone.ORDER
            and not cue.NOT_DONE.search(words[max(0, match.start() - 14) : match.start()])
            and not re.search("未|没|不|日内|当日|当天|到期|之日|前", match.group())
        ):
            yield Clause(Deed.DONE, match.start(), match.end(), made=True)


def _agreed(words: str, kind: str | None) -> Iterator[Clause]:
    for match in cue.AGREED.finditer(words):
        if cue.NO_AGREEMENT.search(words[max(0, match.start() - 12) : match.start()]):
            continue
        rows = [
            m.start("row")
            for m in cue.ROW_LEFT.finditer(words, max(0, match.start() - 60), min(len(words), match.end() + 4))
        ]
        sums = sums_in(words, match.start(), match.end())
        near = words[clause_start(words, match.start()) : clause_end(words, match.end(), 16)]
        if not sums and not re.search("赔|补偿|调解|经济损失|款", near) and not re.search("履行|支付", words[match.end() :]):
            continue  # 和解 with no word of payment
        yield Clause(
            Deed.AGREED, match.start(), match.end(), (Payee(rows[-1]),) if rows else (), sums[0].yuan if sums else None
        )


def _forgiven(words: str, zone: Zone, kind: str | None) -> Iterator[Clause]:
    for match in cue.FORGIVEN.finditer(words):
        begin = clause_start(words, match.start())
        before = words[begin : match.start()]
        paper = words[match.end() : match.end() + 1] == "书"
        if cue.NOT_FORGIVEN.search(before) or re.match("(?:书)?(?:的)?(?:前提|条件|后果|与否)", words[match.end() :]):
            continue
        if zone in (Zone.DEFENCE, Zone.CLAIM) and re.search("愿意?[^。；已]{0,40}$", words[: match.start()]):
            continue
        if re.match("书?[^，。；]{0,8}(?:没|未|不(?!再))", words[match.end() :]):
            continue
        if zone is Zone.ANSWER and paper and not re.search("(?:写|签|出具|给|交)(?:了|过)|已", before):
            continue
        if kind == "赔偿协议" and re.search("后|之日|到账|如|否则", words):
            continue  # forgiveness that an agreement promises
        row = cue.ROW.search(words, begin, match.end())
        if row is None and O in before:
            continue  # between the offender and somebody else
        taken = re.search("(?:取得|获得|得到|征得|表示|予以|出具|获|给予)[^，。；]{0,24}$", before)
        start = begin + taken.start() if taken else max(begin, match.start() - 24)
        yield Clause(
            Deed.FORGIVEN, start, match.end() + paper, (Payee(row.start()),) if row else (), weak=paper and not taken
        )
