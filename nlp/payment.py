"""What one sentence says about paying a victim: paid, returned, partly, not at all, ordered, agreed, forgiven.

Works on a sentence of a frame (people are placeholders, `nlp.frames`), so that patterns see who is who. All
offsets are in the text that was given. Whose a deed is, `nlp.payee` decides; how deeds combine, the attribute.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from nlp.frames import LIST, NOTE, P, V
from nlp.numerals import Amount, find_amounts, number_of
from nlp.reading import Zone


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
    WISHED = "wished"  # 愿意赔偿
    WAIVED = "waived"
    AID = "aid"  # 司法救助金, 医保: not compensation


@dataclass(frozen=True, slots=True)
class Clause:
    """One deed in one sentence.

    Attributes:
        start, end: the words that carry it.
        payees: starts of rows of victims to whom it is done, each with the sum paid to that row (None: not
            stated or shared) and whether every one of the row got that sum.
        amount: the sum when no row carries it.
        weak: said in passing, gives way to anything firmer.
        all_back: everything that was taken came back (RETURNED).
    """

    deed: Deed
    start: int
    end: int
    payees: tuple[tuple[int, float | None, bool], ...] = ()
    amount: float | None = None
    weak: bool = False
    all_back: bool = False
    verb: str = ""


# 赔偿 as a verb, not the noun of 民事赔偿部分, 赔偿款, 赔偿协议, 死亡赔偿金
_NOUN_AFTER = "款|金|协议|责任|义务|事宜|问题|部分|纠纷|能力|请求|标准|项目|范围|限额|案|调解|意见|数额|意愿|方案|凭证|清单|诉讼|事项|费用|要求|主体|谅解|工作|的(?:收条|协议|事宜|金额|诚意|数额|事实)|情况|达成|责任人|主张|人(?!民|均)|权利|证明|决定"
_VERB = re.compile(
    rf"(?P<pay>(?<!损害)(?<!死亡)(?<!残疾)(?<!惩罚性)赔偿(?!{_NOUN_AFTER})|赔付(?!款|金)|理赔(?!款)|(?<!经济)补偿(?!款|金|协议|费)|退赔(?!款|协议)|退赃(?!款)|赔(?=[了给过完出]|[^偿付款礼罪])|退缴(?=[^。；]{{0,12}}(?:赃|违法所得|赔))|退出(?=[^，。；]{{0,16}}(?:赃款|违法所得|损失|元|赃物)))"
    r"|(?P<back>发还(?!清单|物品|手续|凭证|财物)|返还(?!清单|请求|物品清单|财产纠纷)|归还|退还(?!清单)|退回(?!补充|侦查|委托)|领回|取回|找回|追回|追缴|缴回|起回|交还|送还|还给|退款(?!申请)|退货|退钱|偿还|抵偿|抵债)"
    r"|(?P<move>支付|给付|垫付|垫支|预付|先行支付|代付|付给|付了|付过|交付|交给|交至|交到|缴至|转账|转给|汇给|汇入|汇至|打给|打入|打到|转入|给了|给过|拿了|拿出|预交|缴纳|交纳|结付|发放|付款|提存)"
)
# 已履行完毕, 赔偿款已全部付清, 此款已给付, 已兑现
_DONE = re.compile(
    r"(?:协议|赔偿|款|义务|金额|全部|均|已|并|实际|当庭|当场|完全)[^，。；]{0,10}?(?:履行(?:完毕|完|到位|结束)|付清|结清|支付完毕|赔偿完毕|赔付完毕|给付完毕|执行完毕|兑现|交清)|"
    r"(?:已|并|均|实际)(?:经)?(?:实际|全部|当庭|按[^，。；]{0,8})?(?:履行(?!期|能力|协议中)|给付(?=[，。；）完]|$)|支付(?=[，。；）完]|$))(?:完毕)?|全部赔偿款|(?:全额|如数)(?:赔偿|支付|收到|退[赔还])|处结|全部履行"
)
_NOT_DONE = re.compile(r"(?:未|没有?|尚未|无法|拒不|不|未能|待|后|如|等|逾期|应|须|前|日内|内)[^，。；]{0,8}?$")
_FORGIVEN = re.compile(r"谅解(?!协议)")
_NOT_FORGIVEN = re.compile(
    r"(?:未|没有?|尚未|不予|拒绝|无法|未能|未曾|不|难以|能否|是否|请求|希望|恳请|争取|以求|请|要求|求得|寻求|祈求|若|如果?|愿意?(?!书)|乞求|并未|从未|再|即|方可|才|予以不|将|后[，]?(?:乙方|被害人)?出具)[^，。；]{0,14}$"
)
_AGREED = re.compile(
    r"(?:达成|签订|签署)(?:了)?[^，。；]{0,24}?(?:协议|和解|调解)|(?:自愿|自行|双方)和解|协商(?:解决|一致|达成)|协议约定"
)
_OPEN = re.compile(
    r"(?:尚欠|下欠|余款|余额|剩余|其余|尾款|差额|下余|尚有|仍有|还有|还欠|还差|另欠)[^。；]{0,24}?(?:未|没|欠|待|分期|于|尚|不)|(?:尚欠|下欠|还欠)[^，。；]{0,14}元|"
    r"(?:部分|少量|少部分|小部分|一部分)(?:地)?(?:退赃|退赔|赔偿|赃款|赃物|款项|财物|损失|经济损失|医疗费|医药费|返还|退还|履行|给付)|部分[^，。；]{0,4}(?:损失|费用)|"
    r"(?:扣除|减去|扣减|冲抵|抵扣|折抵)[^。；]{0,30}?(?:已|先期|垫|预付|先行)|(?:予以|应予?|应当)(?:扣除|扣减|抵扣|冲抵|返还)|未(?:全部|全额|足额|完全|付清)(?:赔偿|履行|支付|退赔|退还|返还|给付|清偿)?"
)
_NEGATION = re.compile(
    r"(?:未|没有?|尚未|从未|拒不|拒绝|不愿|不肯|不能|无法|无力|不予|毫无|难以|不同意|不)[^，。；]{0,18}$"
)
_NOTHING = re.compile(
    r"分文(?:未|没|不)[^，。；]{0,6}|(?:一分|一毛|半分|一个子儿?|一块)(?:钱)?[^，。；0-9]{0,6}(?:没|未|不)[^，。；]{0,5}|(?:没|未)[^，。；]{0,8}(?:一分钱|一分|分文|一毛钱|任何赔偿|任何补偿)|"
    r"(?:无|没有|没|缺乏|不具备|不具有|未有)(?:力|能力|经济能力|力量)?(?:进行|作出|承担)?[^，。；]{0,4}(?:赔偿能力|履行能力)|无(?:力|能力|法)(?:进行|承担|作出|再)?(?:民事)?(?:赔偿|退赔|支付|履行|偿还)(?:能力|责任)?|赔不起|没(?:有)?钱赔|"
    r"未(?:获|得到?|受|取得)(?:到)?(?:任何|分文)?(?:赔偿|清偿|补偿|受偿)|(?:均)?未受偿|拒赔|拒绝(?:理赔|赔偿|赔付)|不予赔付|没(?:有)?(?:人)?(?:来)?(?:赔|给|出|付|拿)过?(?:我|我们|他|她)?(?:一)?(?:分)?钱|"
    r"没(?:有)?(?:收|拿|见|得)(?:到|过)(?:过)?[^，。；]{0,8}(?:赔偿|钱|款)|执行到位(?:金额|款|标的)?[^，。；0-9]{0,6}(?:0|零)(?:\.0+)?元|(?:无|没有|未发现|暂无)(?:其他)?(?:可供执行|可执行)(?:的)?财产|终结本次执行|"
    r"(?:赃款|赃物|款项|钱款|赃款物|所得款|所得赃款|物品|财物)[^，。；]{0,8}(?:均已|已被|已全部|均被|已|全部)?(?:被)?(?:其|二人|[^，。；]{0,4})?(?:挥霍|花光|用完|去向不明|灭失|丢弃)"
)
_TAKEN_GOODS = re.compile(
    r"赃|被盗|被抢|失窃|财物|物品|手机|车|首饰|项链|现金|款|钱|电脑|戒指|工资|报酬|损失|欠|本金|货"
)
_CLAIM = re.compile(r"诉讼请求|(?:请求|要求|诉请|主张|起诉)[^。；]{0,30}(?:赔偿|判令|支付|退赔)|索赔|诉称|诉讼标的")
_WAIVED = re.compile(
    r"(?:不要求|放弃|不再要求|不提出|不主张|不追究|自愿不要)[^，。；]{0,14}(?:赔偿|补偿|民事责任|民事权利)|(?:赔偿|钱)[^，。；]{0,6}(?:不要了|我不要|放弃)"
)
_AID = re.compile(
    r"司法救助|救助金|救助款|救助基金|捐款|捐助|捐赠|募捐|水滴筹|新农合|医保|合作医疗|医疗保险(?!公司)|低保金|慰问金|统筹基金|抚恤"
)
_WISH = re.compile(
    r"(?:(?<!自)愿(?!望)|同意|承诺|答应|保证|打算|准备|争取|希望|想(?!到)|尽力|将(?=[^，。；]{0,3}(?:赔|退|支付|给付|返还))|可以|如果|若|待|等待|拟|欲|能够|是否|能否|有没有|表示(?:会|要|可)|试图|设法|尽快|意愿|会(?=赔|退|还)|无意|努力|筹集|筹款|筹措)[^，。；]{0,16}$"
)
_OUGHT = re.compile(
    r"(?:应(?!允)(?:当|予|该)?|须|需|必须|负责|有义务|要求|请求|诉请|主张|建议|申请|判令|诉求|追索|催要|索要|催促|限(?:期)?|依法(?=赔偿)|为(?:了)?(?=[赔返退归偿])|继续|予以(?=赔|追|退|返)|用于|以便|以)[^，。；]{0,26}$"
)
_JUDGED = re.compile(
    r"(?:判决|责令|判令|裁定|裁决|判处|判由|判)[^。；]{0,60}$|(?:判决|责令|判令|裁定|调解书|裁决)[：，][^。；]{0,80}$|于?(?:本判决|判决|本裁定)?生效(?:之日|后)[^，。；]{0,12}$"
)
_FOR_HARM = re.compile(
    r"赔|补偿|医疗|医药|治疗|抢救|住院|丧葬|安葬|护理|营养|误工|费用|损失|慰问|工资|报酬|欠款|货款|保险金|退赃|赃款|生活费|伤残|抚慰|检查|药费|交强险|修车|维修|押金|款"
)
_TOTAL = re.compile(r"(?:共计|合计|总计|共|总额|总共|计)(?:人民币|为|约)?(?:现金)?$")
_WORTH = re.compile(
    r"(?:价值|估价|鉴定为|价格为|值|售价|作价|销赃得|面值|折价|限额|余款|利息|尚欠|下欠|还欠|其余|剩余|罚金|欠款)[^，。；、0-9]{0,8}$"
)
_ROW = re.compile(
    rf"{V}{NOTE}(?:等[一二三四五六七八九十0-9]*人)?(?:(?:的)?(?:近?亲属|家属|家人|父母|父亲|母亲|家))?(?:(?:{LIST}){V}{NOTE}(?:的?(?:近?亲属|家属|家人))?)*(?:等人|[二两三四五六七八九]人|[二两三四五六七八九]名?被害人)?"
)
_COLLOQUIAL = re.compile(
    r"(?:\d+(?:\.\d+)?万(?!元|名|人|余人|股|户|公里)|(?:[一二两三四五六七八九十]{1,3}[万千百](?:[零一二两三四五六七八九][千百十]?){0,4})(?!元|块|余元|名|人|多?人|年|天|公里|米|股|多元|斤|家|里))(?:[多余来某])?"
)


def money(text: str, start: int, end: int, *, spoken: bool = False) -> list[Amount]:
    """Sums in a range, with 5万某 (a masked unit) and, in speech, 两万 and 一万五."""
    found = find_amounts(text, start, end)
    if "万" in text[start:end] or spoken:
        for match in _COLLOQUIAL.finditer(text, start, end):
            words = match.group()
            if any(a.start < match.end() and match.start() < a.end for a in found):
                continue
            if (
                not spoken
                and not words.endswith("某")
                and text[match.end() : match.end() + 1] not in ("给", "，", "。", "的")
            ):
                continue
            value = number_of(words.rstrip("多余来某"))
            if value:
                found.append(Amount(match.start(), match.end(), value))
        found.sort(key=lambda a: a.start)
    return found


def clauses(words: str, zone: Zone, kind: str | None) -> list[Clause]:
    """Every deed of one sentence, in order."""
    found: list[Clause] = []
    verbs = list(_VERB.finditer(words))
    for index, verb in enumerate(verbs):
        stop = verbs[index + 1].start() if index + 1 < len(verbs) else len(words)
        before = verbs[index - 1].end() if index else 0
        clause = _of_verb(words, verb, before, stop, zone, kind)
        if clause is not None:
            found.append(clause)
    found += _nothing(words, found)
    found += [
        Clause(Deed.DONE, m.start(), m.end())
        for m in _DONE.finditer(words)
        if not _NOT_DONE.search(words[max(0, m.start() - 12) : m.start()] + m.group()[:-2])
        and not _planned(words, m.start(), zone)
    ]
    found += [Clause(Deed.OPEN, m.start(), m.end()) for m in _OPEN.finditer(words)]
    found += [
        Clause(Deed.AGREED, m.start(), m.end(), _rows_left(words, m.start()))
        for m in _AGREED.finditer(words)
        if not re.search("(?:未|没有?|无法|不成)[^，。；]{0,8}$", words[: m.start()])
    ]
    found += _forgiven(words)
    found += [Clause(Deed.WAIVED, m.start(), m.end()) for m in _WAIVED.finditer(words)]
    return sorted(found, key=lambda c: (c.start, c.end))


def _planned(words: str, start: int, zone: Zone) -> bool:
    return zone is Zone.ORDER


def clause_start(words: str, offset: int) -> int:
    """Start of the clause that `offset` is in: behind the last comma, colon or bracket."""
    return max(words.rfind(mark, 0, offset) for mark in "，；：。（") + 1


def _of_verb(words: str, verb: re.Match[str], before: int, stop: int, zone: Zone, kind: str | None) -> Clause | None:
    begin = max(clause_start(words, verb.start()), 0)
    left = words[begin : verb.start()]
    family = str(verb.lastgroup)
    right = words[verb.end() : stop]
    if _AID.search(left) or _AID.search(re.split("[，；]", right)[0]):
        return Clause(Deed.AID, verb.start(), _clause_end(words, verb.end()))
    if re.search(r"驳回[^。；]{0,60}$", words[: verb.start()]):
        return None
    if family == "move" and not _concerns_harm(words, verb, left, right):
        return None
    if family == "back" and not _comes_back(words, verb, left, right):
        return None
    payees, amount, money_at = _who_gets_what(words, verb, max(begin, before), stop, family)
    end = max([verb.end(), *(end for _, end in money_at)])
    start = min([verb.start(), *(start for start, _ in money_at)])
    if end - start > 90:
        start, end = verb.start(), min(verb.end() + 30, stop)
    negation = _NEGATION.search(left)
    if negation and not re.search(
        "不仅|不但|不等|不定期|不足|不同程度|不服|不少|不久|不慎|不得不|没收|未成年|未遂|未婚|无证|不法|不计",
        negation.group(),
    ):
        if family == "back" and not _TAKEN_GOODS.search(left + right[:14]) and not re.search("至今|一直|均|仍", left):
            return None
        if re.search("作案工具|凶器", left):
            return None
        first = begin + negation.start()
        return Clause(
            Deed.UNPAID,
            first,
            min(len(words), verb.end() + 12 if verb.end() + 12 <= stop else stop),
            payees,
            verb=verb.group(),
        )
    if re.match("(?:不到|不了|不起|不上|无门|未果)", right):
        return Clause(Deed.UNPAID, verb.start(), verb.end() + 2, payees, verb=verb.group())
    done = bool(re.search("已|业经|均", left[-12:])) or right[:1] in ("了", "过")
    if _JUDGED.search(words[max(0, verb.start() - 90) : verb.start()]) and not done or zone is Zone.ORDER and not done:
        return Clause(Deed.ORDERED, start, end, payees, amount, verb=verb.group())
    if _WISH.search(left) and not done:
        return Clause(Deed.WISHED, verb.start(), _clause_end(words, verb.end()), verb=verb.group())
    if _OUGHT.search(left) and not re.search(r"已|(?:协议|约定|要求)[，]", left):
        if zone is Zone.HELD and amount and family == "pay" and re.search("应", left):
            return Clause(Deed.ORDERED, start, end, payees, amount, weak=True)
        if re.search("继续|予以|判", left):
            return Clause(Deed.ORDERED, start, end, payees, amount, weak=True)
        if re.search("要求|请求|诉请|主张|索|判令", left):
            return Clause(Deed.CLAIMED, verb.start(), end, payees, amount)
        return None
    if (
        zone is Zone.CLAIM
        and not done
        and not re.search("只|仅|先后|期间|事后|案发后|垫|预付", left)
        and _CLAIM.search(words[: verb.end()])
    ):
        return Clause(Deed.CLAIMED, verb.start(), end, payees, amount)
    if re.search("由[^，。；]{0,40}$|协议约定|约定|协议：", left) and not done or kind == "赔偿协议" and not done:
        return Clause(Deed.AGREED, start, end, payees, amount, verb=verb.group())
    if re.search(r"自愿[^，。；]{0,12}$", left) and family == "pay" and not done:
        return Clause(Deed.AGREED, start, end, payees, amount, verb=verb.group())
    if family == "back":
        every = (
            bool(re.search("全部|均|上述|全数|悉数|一并|被盗[^，。；]{0,8}$|赃[物款]|该|涉案", left))
            and "部分" not in left
        )
        return Clause(Deed.RETURNED, start, end, payees, amount, all_back=every, verb=verb.group())
    some = (
        bool(re.search("垫|预付|预交|先行|部分|仅|只|先期", left[-14:] + verb.group() + right[:14]))
        or family == "move"
        and bool(
            re.search("医疗费|医药费|丧葬费|抢救费|住院费|治疗费|安葬费", left + right)
            and not re.search("全部|各项|其他|所有", left + right)
        )
    )
    return Clause(
        Deed.PART if some else Deed.PAID, start, end, payees, amount, weak=not (done or amount), verb=verb.group()
    )


def _clause_end(words: str, offset: int) -> int:
    match = re.compile("[，；。：]").search(words, offset)
    return min(match.start() if match else len(words), offset + 40)


def _concerns_harm(words: str, verb: re.Match[str], left: str, right: str) -> bool:
    """支付 … of a compensation, not of a price, a fine or the money that was cheated out of somebody."""
    near = left + re.split("[，；]", right)[0]
    if re.search("罚金|诉讼费|受理费|鉴定费|工程款|首付|购车款|货款(?!.{0,4}退)|定金|利息", near) and "赔" not in near:
        return False
    if (
        re.search(f"{V}[^，。；]{{0,8}}$", left)
        and not re.search(f"(?:给|向|为|替|对|与|代){V}[^，。；]{{0,10}}$", left)
        and not re.search("收|领", left)
    ):
        return False
    if _FOR_HARM.search(near):
        return True
    return bool(
        re.search(f"^(?:了|给)?{V}", right) or re.search(f"(?:给|向|为|替){V}[^，。；]{{0,6}}$", left)
    ) and bool(money(words, verb.end(), verb.end() + len(right)))


def _comes_back(words: str, verb: re.Match[str], left: str, right: str) -> bool:
    """发还 … of what was taken, not of a loan's interest, a promise or an excuse of the fraud."""
    near = left + re.split("[，；]", right)[0]
    if re.search("利息|作案工具|凶器|补充侦查|本院|借据|欠条", near) and not re.search("赃|被害|失主", near):
        return False
    if verb.group() in ("追回", "追缴", "缴回", "起回"):
        return True
    if verb.group() in ("偿还", "归还", "退回", "退款", "还给", "抵偿", "抵债", "退货", "退钱"):
        return bool(re.search(f"{V}|赃|被害|失主|损失", near))
    return True


def _who_gets_what(
    words: str, verb: re.Match[str], begin: int, stop: int, family: str
) -> tuple[tuple[tuple[int, float | None, bool], ...], float | None, list[tuple[int, int]]]:
    """Rows of victims with their sums, the sum without a row, and where the sums stand."""
    end = _region_end(words, verb.end(), stop)
    sums = [
        a for a in money(words, verb.end(), end) if not _WORTH.search(words[max(verb.end(), a.start - 14) : a.start])
    ]
    rows = [m for m in _ROW.finditer(words, verb.end(), end)]
    left_rows = [
        m
        for m in re.finditer(
            rf"(?:向|对|给|为|与|替|同|和|由|被|将|把|从)(?:了)?[^，。；{P[1:-1]}]{{0,6}}(?P<row>{_ROW.pattern})",
            words[: verb.start()],
        )
        if m.start() >= begin - 1 or m.end() > begin
    ]
    each = bool(
        re.search("各(?!项|类|种|自|方|被害)|每人|人均", words[verb.start() - 8 if verb.start() > 8 else 0 : end])
    )
    if not sums:
        sums_left = [
            a
            for a in money(words, max(begin, verb.start() - 60), verb.start())
            if not _WORTH.search(words[max(0, a.start - 14) : a.start])
        ]
        if (
            not sums_left
            and family == "back"
            and re.search(r"(?:扣押|缴获|追缴|起获|追回|查获)[^。；]{0,40}，[^，。；]{0,12}$", words[: verb.start()])
        ):
            sums_left = [
                a
                for a in money(words, max(0, verb.start() - 50), verb.start())
                if not _WORTH.search(words[max(0, a.start - 14) : a.start])
            ]
        sums = (
            sums_left[-1:]
            if not (
                family == "back"
                and re.search("[部台辆条只枚个块][^，。；]{0,20}$", words[begin : verb.start()])
                and len(sums_left) > 1
            )
            else []
        )
        where = [(a.start, a.end) for a in sums]
        row = _first_row(rows, left_rows)
        return (
            (((row, sums[0].yuan if sums else None, each),) if row is not None else ()),
            (sums[0].yuan if sums else None),
            where,
        )
    where = [(sums[0].start, sums[0].end)]
    if len(rows) > 1 and len(sums) > 1 and _alternate(rows, sums):
        pairs = []
        for place, row_match in enumerate(rows):
            limit = rows[place + 1].start() if place + 1 < len(rows) else end
            own = [a for a in sums if row_match.end() <= a.start < limit]
            pairs.append(
                (
                    row_match.start(),
                    _sum_of(words, own),
                    each or "各" in words[row_match.end() : own[0].start] if own else False,
                )
            )
        return tuple(pairs), None, [(verb.start(), sums[-1].end)]
    row = _first_row([r for r in rows if r.start() < sums[0].start or family == "move"], left_rows)
    if row is not None:
        count = words[row : row + 60].count(V) if len(sums) > 1 else 0
        row_match2 = _ROW.match(words, row)
        count = row_match2.group().count(V) if row_match2 else 1
        if len(sums) == count > 1:
            places = [i for i in range(row, row_match2.end() if row_match2 else row + 1) if words[i] == V]
            return (
                tuple((p, a.yuan, True) for p, a in zip(places, sums, strict=True)),
                None,
                [(verb.start(), sums[-1].end)],
            )
        return ((row, _sum_of(words, sums), each),), None, where
    return (), _sum_of(words, sums), where


def _region_end(words: str, start: int, stop: int) -> int:
    """How far sums and receivers of a verb may stand: not behind a new subject or a reservation."""
    match = re.compile(
        r"，(?:尚|余|剩|下欠|其余|并(?:取得|得到|获得)|取得|得到|获得|并?于|被告|现|至今|双方|同日|但|经|后|而)|（(?!其中|人民币)"
    ).search(words, start, stop)
    return match.start() if match else stop


def _alternate(rows: list[re.Match[str]], sums: list[Amount]) -> bool:
    return all(any(r.end() <= a.start for a in sums) for r in rows[:-1]) and any(
        rows[0].end() <= a.start < rows[1].start() for a in sums
    )


def _first_row(right: list[re.Match[str]], left: list[re.Match[str]]) -> int | None:
    if right:
        return right[0].start()
    return left[-1].start("row") if left else None


def _sum_of(words: str, sums: list[Amount]) -> float | None:
    """One figure of several: the stated total, else items of cost added up, else the first."""
    if not sums:
        return None
    for amount in sums:
        if _TOTAL.search(words[max(0, amount.start - 8) : amount.start]):
            return amount.yuan
    if len(sums) > 1 and all(re.search("费|金|损失|赔偿|款", words[max(0, a.start - 10) : a.start]) for a in sums):
        if all(
            "、" in words[x.end : y.start]
            or "和" in words[x.end : y.start]
            or "及" in words[x.end : y.start]
            or "，" in words[x.end : y.start]
            for x, y in zip(sums, sums[1:], strict=False)
        ):
            return round(sum(a.yuan for a in sums), 2)
    return sums[0].yuan


def _rows_left(words: str, offset: int) -> tuple[tuple[int, float | None, bool], ...]:
    found = [
        m
        for m in re.finditer(rf"(?:与|和|同|向|跟|对)(?P<row>{_ROW.pattern})", words[max(0, offset - 60) : offset + 24])
    ]
    return ((max(0, offset - 60) + found[-1].start("row"), None, False),) if found else ()


def _nothing(words: str, found: list[Clause]) -> list[Clause]:
    more = []
    for match in _NOTHING.finditer(words):
        if any(c.deed is Deed.UNPAID and c.start < match.end() and match.start() < c.end for c in found):
            continue
        if re.search(
            "(?:是否|有没有|有无|如果?|若|因|虽)[^，。；]{0,8}$", words[max(0, match.start() - 10) : match.start()]
        ):
            continue
        weak = bool(re.search("挥霍|花光|用完|丢弃|去向不明|灭失|能力|无力|无可供|可供执行|终结", match.group()))
        more.append(Clause(Deed.UNPAID, match.start(), match.end(), weak=weak))
    return more


def _forgiven(words: str) -> list[Clause]:
    found = []
    for match in _FORGIVEN.finditer(words):
        begin = clause_start(words, match.start())
        left = words[begin : match.start()]
        if _NOT_FORGIVEN.search(left) or re.match("(?:书)?(?:的)?(?:前提|条件|后果|与否)", words[match.end() :]):
            continue
        rows = [m for m in _ROW.finditer(words, max(0, begin - 1), match.end()) if m.start() >= begin]
        start = max(begin, match.start() - 24)
        taken = re.search("(?:取得|获得|得到|征得|表示|予以|出具|获|给予)[^，。；]{0,24}$", left)
        if taken:
            start = begin + taken.start()
        row = ((rows[0].start(), None, False),) if rows else ()
        found.append(
            Clause(
                Deed.FORGIVEN,
                start,
                match.end() + (1 if words[match.end() : match.end() + 1] == "书" else 0),
                row,
                weak=words[match.end() : match.end() + 1] == "书" and not taken,
            )
        )
    return found
