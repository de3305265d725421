"""Verbs of paying in one sentence of a frame: is it a payment to a victim, was it made, and of how much?

All offsets are in the sentence. People are placeholders, so that patterns see who is who.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.frames import A, P, V
from nlp.payments import cues as cue
from nlp.payments.deed import Clause, Deed, clause_end
from nlp.payments.phrase import Phrase, phrases
from nlp.payments.returns import comes_back, victim_gives
from nlp.payments.sums import Money, Payee, money_of, sum_of, sums_in
from nlp.reading import Zone


def verb_clauses(words: str, zone: Zone, kind: str | None) -> Iterator[Clause]:
    """What each verb of paying says, in order."""
    for verb in phrases(words):
        clause = _read(words, verb, zone, kind)
        if clause is not None:
            yield clause


def _read(words: str, verb: Phrase, zone: Zone, kind: str | None) -> Clause | None:
    if cue.AID.search(verb.near) or cue.PUBLIC_GIVER.search(verb.before):
        return None
    if re.match("(?:了)?部分(?:被害|受害|投资|集资|损失人)", verb.after):
        return None  # of some of them: of whom?
    if verb.family in ("pay", "move") and _SENT_BACK.match(words, verb.end):
        return None
    if (
        cue.DENIED.search(words[max(0, verb.start - 70) : verb.start])
        or cue.BODY.search(verb.after)
        or not _fits(words, verb, zone, kind)
    ):
        return None
    if (verb.family == "back" and cue.AIM.search(verb.before)) or cue.FAKED.search(words[: verb.start]):
        return None
    if (verb.family == "back" and victim_gives(words, verb)) or re.match("(?:了|给)?(?:他人|别人|案外人)", verb.after):
        return None
    if cue.FORCED.search(words[max(0, verb.start - 24) : verb.start]):
        return None
    if cue.PRETEXT_BEFORE.search(words[: verb.start]) and cue.PRETEXT_AFTER.search(words[verb.end :]):
        return None
    told_twice = verb.word in ("追回", "追退", "追缴", "起回") and not cue.NEGATION.search(verb.before)
    if told_twice and re.match("[^。；]{0,24}(?:发还|返还|退还|归还)", words[verb.end :]):
        return None
    if (
        verb.family == "pay"
        and re.search(
            f"{V}(?:[^，。；的家亲要请求主诉获得收{P[1:-1]}]{{0,3}}|(?:拒绝|不愿|不肯|不同意|拒不)[^，。；]{{0,3}})$",
            verb.before,
        )
        and not cue.ROW_LEFT.search(verb.before)
    ):
        return None  # 被害人 is the one who pays
    money = money_of(
        words, verb.start, verb.end, verb.begin, verb.stop, goods=verb.family == "back", spoken=zone is Zone.ANSWER
    )
    if verb.family == "got":
        money = _taken_in(words, verb, money)
    if verb.word == "至今未还" and cue.REST.search(verb.before):
        return None  # 其余5万元至今未还: see OPEN
    negated = _negated(words, verb, money)
    if negated is not None or cue.NEGATION.search(verb.before):
        return negated
    if _DISBELIEVED.search(words, verb.end):
        return None
    made = _made(verb)
    not_yet = None if made else _not_yet(words, verb, zone, money, kind)
    if not_yet is not None:
        return not_yet if not_yet is not _NO_DEED else None
    start, end = _span(words, verb, money)
    if (
        not made
        and re.search("(?:费|费用)[^，。；]{0,6}由[^，。；]{1,12}$", verb.before)
        and zone not in (Zone.ORDER, Zone.CLAIM)
        and kind != "赔偿协议"
    ):
        return Clause(Deed.PART, verb.begin, end, money.payees, money.amount)
    if not made and (kind == "赔偿协议" or _only_agreed(words, verb)):
        return Clause(Deed.AGREED, start, end, money.payees, money.amount)
    if verb.family == "back":
        every = (
            bool(re.search("全部|均|上述|全数|悉数|一并|被盗[^，。；]{0,8}$|赃[物款]|该|涉案", verb.before))
            and "部分" not in verb.before
        )
        if re.search("少量|少部分|小部分|(?<!全)部分(?!被害|受害|投资)", verb.before):
            return Clause(Deed.PART, start, end, money.payees, money.amount, made=made)
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


# behind a payment, who did not keep it: ，⟨V⟩当场退回; near miss: ，⟨V⟩收下后退回发票
_SENT_BACK = re.compile(
    f"[^。；，]{{0,16}}，(?:但|被)?{V}?[^，。；]{{0,6}}(?:退回|退了回去|退还给{A}|拒收|拒绝接受|拒绝领取|没要|不要|未收|没收下)"
)
# behind what one side says to have paid: matches 未提供证据，本院不予采信; not 上述证据予以采信
_DISBELIEVED = re.compile(
    "(?:未|没有|不能)(?:能)?(?:提供|提交|出示)[^，。；]{0,8}(?:证据|凭证|收条)|不予采信|(?:无|没有)证据(?:证|佐|支)"
)


# matches 在其催促下, 多次索要后: pressed, and then it was paid; not 要求被告人
_PRESSED = re.compile("(?:要求|催促?|催要|索要|追索|讨要)[^，。；]{0,16}(?:下|后)")


def _made(verb: Phrase) -> bool:
    """Is it said as done: 已赔偿, 赔偿了, 经催要后归还, 收到?"""
    said = re.search("已|业经|均|曾(?![^，。；]{0,6}(?:约定|协议|承诺|答应|同意))", verb.before[-12:])
    told = said is not None or verb.after[:1] in ("了", "过")
    only = re.search("(?:仅|只)[^应能愿同可需须限，]{0,4}$", verb.before) and re.match("[^，。；]{0,16}元", verb.after)
    return told or bool(only) or verb.family == "got" or bool(_PRESSED.search(verb.before))


def _only_agreed(words: str, verb: Phrase) -> bool:
    """由甲赔偿…, 约定赔偿…, 自愿赔偿…: what is to be paid, unless the verb itself tells of an advance."""
    if re.search("约定|协议：", verb.before):
        return True
    if re.search("自愿[^，、。；]{0,8}$", verb.before) and re.search("协议|调解|和解", words):
        return True
    return (
        verb.family != "back"
        and verb.word not in ("预付", "垫付", "垫支")
        and bool(re.search("由[^，。；]{0,40}$", verb.before))
    )


def _span(words: str, verb: Phrase, money: Money) -> tuple[int, int]:
    """The words that carry a deed: from the verb, or what was returned, to the sum or the end of the clause."""
    start, end = verb.start, verb.end
    if verb.family == "back" and verb.start - verb.begin <= 20:
        start = verb.begin
    if money.end and money.end - verb.start < 80 and verb.end - money.start < 60:
        start, end = min(start, money.start), max(end, money.end)
    else:
        end = clause_end(words, verb.end, 20)
    return start, end


_RECOVERED = frozenset({"追回", "追退", "追缴", "缴回", "起回"})
# what was taken, told before 现尚未追回: 骗走黎某7000元; near miss: 骗局
_TAKEN = re.compile("骗[走取得]|诈骗|盗走|盗窃|盗得|窃[走得取]|偷|抢|劫|扒窃|侵占|占为己有")


def _negated(words: str, verb: Phrase, money: Money) -> Clause | None:
    negation = cue.NEGATION.search(verb.before)
    if verb.family == "back" and cue.LENT_BY_OTHERS.search(verb.before):
        return None
    if cue.REST.search(verb.before) or re.search("(?:未|没有?|不)再[^，。；]{0,6}$", verb.before):
        return None  # 余款未归还, 未再赔偿: see OPEN
    if re.match("(?:不到|不了|不起|不上|无门|未果|无望)", verb.after):
        return Clause(Deed.UNPAID, verb.start, verb.end + 2, money.payees)
    if not negation and verb.word != "至今未还":
        return None
    goods = cue.TAKEN_GOODS.search(words[max(0, verb.begin - 12) : verb.begin] + verb.near) or (
        verb.word in _RECOVERED and _TAKEN.search(words[: verb.begin])
    )
    if (
        (verb.family == "back" and verb.word != "至今未还" and not goods)
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


_NO_DEED = Clause(Deed.WAIVED, 0, 1)  # stands for: said of the future or of a duty, nothing that counts


def _not_yet(words: str, verb: Phrase, zone: Zone, money: Money, kind: str | None) -> Clause | None:
    """Ordered, asked for or promised; None when it may have happened."""
    wide = words[max(0, verb.start - 100) : verb.start]
    if kind == "执行裁定书" and verb.family == "pay" and "应" in verb.before:
        return Clause(Deed.ORDERED, verb.start, _span(words, verb, money)[1], money.payees, money.amount)
    judged = cue.JUDGED.search(wide)
    amount, payees = money.amount, money.payees
    _, end = _span(words, verb, money)
    if cue.ASKED.search(wide) and (judged or verb.family == "pay" or zone is Zone.CLAIM):
        return Clause(Deed.CLAIMED, verb.start, end, payees, amount)
    if re.match("(?:[0-9一二三四五六七八九十]{1,2}[、.．]|（[0-9一二三四五六七八九十]{1,2}）)?(?:依法)?判令", words):
        return Clause(Deed.CLAIMED, verb.start, end, payees, amount)  # an entry of a claim
    summed_up = re.fullmatch("(?:以上|各项)?(?:共计|合计|总计|共)", verb.before)
    if summed_up and re.search("应(?:当|予)?[^。；]{0,4}赔偿[^。；]*$", wide):
        return Clause(Deed.ORDERED, verb.start, end, payees, amount, weak=True)
    if judged and re.search("(?:人力|劳动|社会保障|人社|指令书|整改)[^。；]{0,60}$", wide):
        return _NO_DEED  # an office's order to pay wages, not a court's
    if judged or zone is Zone.ORDER:
        return Clause(Deed.ORDERED, verb.start, end, payees, amount)
    if cue.WISH.search(verb.before) or cue.IF.search(words[max(0, verb.start - 60) : verb.start]):
        return _NO_DEED
    if cue.OUGHT.search(verb.before) and not re.search("予以(?:扣押|返还|发还|退还)", verb.near):
        if (zone is Zone.HELD and money.end and verb.family == "pay" and "应" in verb.before) or re.search(
            "继续|判", verb.before
        ):
            return Clause(Deed.ORDERED, verb.start, end, payees, amount, weak=True)
        return _NO_DEED
    if re.match("（?[一二三四五六七八九十]）?、(?:追缴|责令|继续|扣押在案|违法所得|限|没收|随案)", words):
        return Clause(Deed.ORDERED, verb.start, end, payees, amount)
    if zone is Zone.CLAIM and not re.search(
        "只|仅|先后|期间|事后|发生后|案发后|事故后|垫|预付", verb.before + verb.word
    ):
        return Clause(Deed.CLAIMED, verb.start, end, payees, amount) if verb.family == "pay" and money.end else _NO_DEED
    return None


def _fits(words: str, verb: Phrase, zone: Zone, kind: str | None) -> bool:
    match verb.family:
        case "move":
            return _concerns_harm(words, verb, zone)
        case "back":
            return comes_back(words, verb)
        case "got":
            return kind == "收条" or _received(verb)
    return True


# behind a verb: 代为垫付[⟨A⟩拖欠的全部工资]; near miss: 支付货款
_OWED_WAGES = re.compile(f"了?{A}?所?拖?欠[^，。；]{{0,16}}(?:工资|报酬|薪)")


def _firm(words: str, verb: Phrase, zone: Zone, made: bool, money: Money) -> bool:
    """Is this a payment that was made, and not one in a rule, a plea or a plan?"""
    harmed = bool(cue.HARMED.search(verb.after) or _OWED_WAGES.match(verb.after))
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
        return bool(money.end and re.search("(?:已|达成)[^。；]{0,24}(?:和解|协议)", words[: verb.begin])) or (
            bool(re.search("积极|主动|代为|代其|垫|仅|只|先后|事后|后|期间|共", verb.before + verb.word))
            and (bool(money.end) or harmed)
        )
    return bool(money.end) or harmed or bool(re.search("进行|作出|给予|主动|积极|部分", verb.before[-10:]))


# who alone stands before the verb: ⟨A⟩已, 被告保险公司; near miss: ⟨V⟩
_ONE_SIDE = re.compile(f"(?:其中)?(?:{A}|被告[^，。；]{{0,16}}?|[^，。；]{{0,8}}保险公司)(?:已|先行|实际|共|先后|另)*")
_INTO = frozenset({"汇入", "打入", "打到", "转入", "汇至", "转账", "打给", "汇给", "转给"})


def _concerns_harm(words: str, verb: Phrase, zone: Zone) -> bool:
    """支付 … of a compensation, not of a price, a fine or the money that was cheated out of somebody."""
    near, before = verb.near, verb.before
    to_victim = re.search(
        rf"(?:给|向|为|替|对|与|代){cue.ROW.pattern}[^，。；{P[1:-1]}]{{0,16}}$", before
    ) or re.search(
        rf"^(?:了|给|过)?(?:其|死者|伤者|原告)?[^，。；{P[1:-1]}]{{0,4}}{V}|^(?:了|给|过)?(?:原告|被害人|受害人|死者家属|伤者)(?=[0-9一二三四五六七八九十两])|^[^，。；{P[1:-1]}]{{0,16}}给{V}",
        verb.after,
    )
    other = cue.OTHER_MONEY.search(near) and not re.search("赔|拖欠|垫|丧葬|医疗", near)
    if other and not (to_victim and re.search("亲属|家属", before)):
        return False
    if re.search(f"{V}[^，。；]{{0,8}}$", before) and not to_victim and not re.search("收|领|拖欠", before):
        return False
    if (
        (cue.OWN_MONEY.search(before) and not (zone in (Zone.DEFENCE, Zone.CLAIM) and "我" in before))
        or re.search(f"^(?:了|给)?{A}(?!所?拖?欠)", verb.after)
        or re.search(f"(?:给|向|为|替|对){A}[^，。；]{{0,6}}$", before)
    ):
        return False
    if re.search("扣除|减去|除去|扣减", before):
        return True
    to_side = re.search("^(?:了|给|到|至|入)?[^，。；]{0,14}(?:申请执行人|被害|受害|原告|家属|我)", verb.after)
    if to_side and verb.word in _INTO and (sums_in(words, max(verb.begin, verb.start - 40), verb.stop)):
        return True
    if (
        to_side
        and re.search("已|曾|先后", before[-8:])
        and sums_in(words, verb.end, verb.stop)
        and re.search(f"被告|{A}", words)
    ):
        return True
    if re.search("(?:仅|只)[^，。；]{0,6}$", before) and re.match(
        "了?(?:其中的?)?[^，。；]{0,8}元[^，。；]{0,6}，[^。；]{0,6}(?:余|尚欠|剩|其余|其他)", verb.after
    ):
        return True
    promised = re.search("赔偿|协议|赔款", words[: verb.begin])
    if promised and re.search("赔偿[金款]|补偿款", near):
        return True
    if (
        promised
        and re.search("现|已|先|当庭|当场|当日|当即|即时|首[付期]", before)
        and sums_in(words, verb.end, verb.stop)
    ):
        return True
    if re.search("拖欠|全部|赔偿款", near) and re.search("已|进行了|全部", before) and cue.HARM_COST.search(near):
        return True
    only = re.search("(?:仅|只)[^，。；]{0,4}$", before) or _ONE_SIDE.fullmatch(before)
    cost = re.search("(?:医疗|医药|治疗|住院|抢救|丧葬)[^，。；]{0,4}费", words[: verb.begin])
    if only and cost and verb.word in ("垫付", "垫支", "预付", "支付", "给付"):
        return bool(sums_in(words, verb.end, verb.stop))  # 花去医疗费2.6万元，仅垫付3000元; 被告支付500元
    if not cue.HARM_COST.search(near):
        return bool(to_victim) and bool(sums_in(words, verb.end, verb.stop))
    return (
        bool(to_victim)
        or "约定" in before
        or verb.word in ("垫付", "垫支", "预付", "先行支付", "代付", "付给", "给付")
        or bool(cue.PAYER.search(before))
    )


def _taken_in(words: str, verb: Phrase, money: Money) -> Money:
    """The receivers stand before 领取, in their clause: 黎某、常某各领取3000元，闻某领取2600元."""
    rows = list(cue.ROW.finditer(words, verb.begin, verb.start))
    if not rows:
        return money
    sums = sums_in(words, verb.end, clause_end(words, verb.end))
    each = bool(re.search("各|分别|每人", words[rows[-1].end() : verb.end + 4]))
    payee = Payee(rows[-1].start(), sum_of(words, sums), each)
    return Money((payee,), None, sums[0].start, sums[-1].end) if sums else Money((payee,))


def _received(verb: Phrase) -> bool:
    """收到 … by the victim's side, of compensation."""
    if re.search("(?:今|现|兹)$", verb.before):
        return True  # a receipt, whatever paper it stands in
    if re.search(f"{A}[^，。；]{{0,10}}$", verb.before) or re.search(
        "货款|定金|工程款|投资款|救助|集资|存款", verb.near
    ):
        return False
    if re.search("平均|每月|月薪|月工资|返利|奖金|补贴|养老|低保", verb.near) or (
        re.search("工资|报酬", verb.near) and not re.search("拖欠|所欠|欠付", verb.near)
    ):
        return False  # what an employee earned, what a scheme paid out
    if re.search("赔偿|赔款|补偿|退赔|保险金|赔付", verb.near):
        return not re.search("标准|应|可|请求|法律|权利", verb.near)
    return bool(re.search(f"{V}|原告|家属", verb.before)) and bool(re.search("医疗费|丧葬费|赃款|现金|元", verb.near))
