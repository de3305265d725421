"""Sums of money in an account of an offence that say what somebody lost: cash taken, goods priced, totals.

Works on one sentence of a frame (`nlp.frames`), offsets in that sentence. Sums that belong to something else are
passed over: fines, payments back, what the thief got for the goods, medical cost, balances, interest. Whose
loss it is and how the entries of one incident add up is not decided here (`nlp.recognizers.loss`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from nlp.frames import P, V
from nlp.numerals import find_amounts, number_of


class Kind(StrEnum):
    CASH = "cash"  # money that went: 窃得现金300元, 骗取5000元
    GOODS = "goods"  # priced things: 价值人民币1200元
    LOSS = "loss"  # 造成财产损失3000元
    WAGES = "wages"


@dataclass(frozen=True, slots=True)
class Entry:
    """Attributes:
    start, end: the passage that carries the sum, in the sentence.
    place: where the sum itself begins, in the sentence.
    total: it adds up sums said before or things priced together (共计, 合计).
    each: it holds for every one of several (各2000元).
    covers_all: a total of goods that says it holds the money too (财物共计).
    rank: how surely this is a loss: 2 taken or priced, 1 paid over under a pretext.
    """

    kind: Kind
    yuan: float
    start: int
    end: int
    place: int
    total: bool = False
    each: bool = False
    covers_all: bool = False
    rank: int = 2


# matches 盗走现金, 骗取, 敲诈勒索, 将…抢走; near miss: 盗窃罪, 诈骗数额 (a charge, a count)
_TAKE = re.compile(
    r"(?:盗(?!窃罪|窃案|窃数额|窃金额|窃价值|抢)|窃(?!罪|数额|金额)|偷|扒|抢(?!劫罪)|劫|夺|骗(?!罪|数额|金额|保)|诈(?!骗罪|骗数额|骗金额)|敲|勒索|讹|索要|索取|索得|强行?要|逼[^，。；]{0,8}(?:交|拿|给|写)|搜走|搜得|拿走|取走|翻走|掏走|掏出|"
    r"侵占|占为己有|据为己有|卷走|挪用|冒领|套现|套取|盗刷|刷卡|消费|支取|转走|划走|提走|吸收|非法集资|收取|收受|实收)"
)
# what the victim handed over under a pretext: 汇款, 转账, 交给; near miss: 交待, 汇报
_PAY = re.compile(
    r"汇(?!报|合)|转(?:账|帐|给|入|款|到|至)|打(?:款|入|到)|付(?:给|款|了)|支付|给付|交(?:给|付|纳|了|款)|缴纳|存入|充值|出资|投入|投资|拿出|给(?:了|予)?|借(?:款|给|得|走|到|了|钱)|赎金|押金|定金|预付"
)
_PRICED = re.compile(
    r"(?:价值|市值|估价|作价|价格|价款|价|折价|估值|购买价|购价|售价|原价|市价|现值|鉴定|认定|评估|值)(?:金额|总额|数额|总)?"
    r"(?:分别|均|各|共|共计|合计|总计|总共|计|约|为|是|系|达|达到|在|折合|折款|相当于|近|人民币|人民|RMB|：|[ “”])*$"
)
_LOST = re.compile(
    r"(?:损失|损毁(?:财物)?|修理费用?|修车费用?|修复费用?|维修费用?|维修价格|受损(?:财物|财产)?(?:价值)?|毁损价值|损坏价值)(?:金额|价值|价格|数额|费用|费)?(?:分别|各|共|共计|合计|总计|计|约|为|是|系|达|近|人民币|：)*$"
)
_TOTAL = re.compile(
    r"(?:共计|合计|总计|总共|一共|累计|总价值|价值总|总值|总额|总金额|总数|共(?:价值|骗|盗|窃|得|计)?|计)(?:价值|损失|人民币|现金|金额|款|约|为|达|是)*$"
)
_ALL_KINDS = re.compile(r"财物|款物|钱物|赃款赃物|现金[^，。；]{0,30}(?:共计|合计)|损失")
_EACH = re.compile(r"(?:各|每人|人均|每户)[^，。；、]{0,8}$")
# a sum of another nature stands right behind these words
_OTHER = re.compile(
    r"(?:罚金|罚款|退赔|退缴|退赃|退还|退回|退款|退了|返还|归还|还款|偿还|还给|还了|还清|追回|追缴|挽回|赔偿|赔付|赔给|理赔|补偿|补助|救助|垫付|预交|预缴|缴获|扣押|发还|医疗费|医药费|治疗费|住院费|误工费|护理费|丧葬费|营养费|伙食|鉴定费|诉讼费|"
    r"抚慰金|抚养费|扶养费|销赃|得款|获款|获利|非法所得|违法所得|卖得|卖给|出售|变卖|卖了|卖掉|销售|分得|分给|分赃|平分|所分|余额|剩余|利息|月息|年息|日息|报酬|好处|佣金|提成|手续费|悬赏|价款|租金|月薪|工资收入|"
    r"注册资本|投保|保额|保险|起点|数额较大|标准|欠条|借条|收条|悬赏|面值|额度|限额|透支|赌|输|赢)[^，。；、]{0,10}$"
)
_SOLD = re.compile(r"(?:以|按|用)(?:每[^，。；]{0,6})?(?:人民币|约|现金)*$")
_PRICE_AFTER = re.compile(
    r"^(?:的?(?:价格|低价|高价|价钱|价)|(?:左右)?(?:卖|出售|销|变卖|当给|抵押|转卖|典当)|罚金|的罚|以上|以下|每(?:月|人|天|斤|公斤)|/|一(?:斤|公斤|个月|天)|为一?起点)"
)
_CONTAINED = re.compile(
    r"(?:内有|内装有?|装有|放有|内存有?|里有|夹有|携带的?|身上的?|包内的?|包里的?|内的?|里的?|上的?|中的?|下的?|的)(?:现金|人民币|钱|余款|大约|约|及|和|有)*$"
)
_CLAUSE = re.compile(r"[，；：]")
_WAN = re.compile(r"(?P<yuan>\d+(?:\.\d+)?)(?P<more>余)?万(?:余)?(?=某(?![甲乙丙丁某])|[，。；、）]|$|的|现金)")
_DENIED = re.compile(r"未(?:遂|能得逞|得逞|果|得手|骗得|窃得|实际)|没有(?:得逞|骗到|偷到)")


def entries(sentence: str) -> Iterator[Entry]:
    """Entries of one sentence of a frame text, in order."""
    if "元" not in sentence and "万" not in sentence and "块" not in sentence:
        return
    for start, end, yuan in _sums(sentence):
        entry = _entry(sentence, start, end, yuan)
        if entry is not None:
            yield entry


def _sums(sentence: str) -> list[tuple[int, int, float]]:
    found = [(amount.start, amount.end, amount.yuan) for amount in find_amounts(sentence)]
    taken = {start for start, _, _ in found}
    for match in _WAN.finditer(sentence):
        if match.start() not in taken:
            found.append((match.start(), match.end(), (number_of(match["yuan"]) or 0) * 10_000))
    return sorted(found)


def _entry(sentence: str, start: int, end: int, yuan: float) -> Entry | None:
    left, right = sentence[max(0, start - 60) : start], sentence[end : end + 12]
    if yuan <= 0 or _PRICE_AFTER.match(right) or _SOLD.search(left):
        return None
    begin = _clause_start(sentence, start)
    clause = sentence[begin:start]
    total = bool(_TOTAL.search(left))
    each = bool(_EACH.search(left))
    covers = bool(_ALL_KINDS.search(clause[-40:]))
    lost = _LOST.search(left)
    if lost and not _bodily(clause):
        return Entry(Kind.LOSS, yuan, start - len(left) + lost.start(), end, start, total, each, covers)
    priced = _PRICED.search(left)
    if priced:
        return Entry(Kind.GOODS, yuan, start - len(left) + priced.start(), end, start, total, each, covers)
    if "工资" in clause or "劳动报酬" in clause or "劳务费" in clause:
        if re.search("拖欠|欠|克扣|未支付|未付|共计|合计", clause):
            return Entry(Kind.WAGES, yuan, max(begin, start - 14), end, start, total, each, True)
        return None
    if _OTHER.search(clause):
        return None
    after = sentence[end : _clause_end(sentence, end)]
    if _TAKE.search(clause) or re.match(
        rf"(?:现金|人民币|钱)?[^，；。{P[1:-1]}]{{0,24}}(?:盗走|抢走|拿走|偷走|骗走|夺走|取走|劫走|窃走|搜走|卷走|转走|据为己有|占为己有|窃取|抢去|骗去)",
        after,
    ):
        return Entry(Kind.CASH, yuan, max(begin, start - 10), end, start, total, each)
    if _CONTAINED.search(left) and re.search("现金|人民币|钱|内|里", left[-12:]):
        return Entry(Kind.CASH, yuan, max(begin, start - 10), end, start, total, each)
    if _PAY.search(clause):
        return Entry(Kind.CASH, yuan, max(begin, start - 10), end, start, total, each, rank=1)
    if clause.endswith(V) or re.search(
        rf"[{V}](?:夫妇|夫妻|等人)?(?:的)?(?:人民币|现金|款)*(?:共计|合计|共)?$", clause
    ):
        return Entry(Kind.CASH, yuan, start, end, start, total, each, rank=1)
    return None


def _bodily(clause: str) -> bool:
    return bool(re.search("医疗|医药|误工|护理|丧葬|各项|残疾|死亡赔偿|精神", clause))


def _clause_start(sentence: str, offset: int) -> int:
    last = 0
    for match in _CLAUSE.finditer(sentence, 0, offset):
        last = match.end()
    return last


def _clause_end(sentence: str, offset: int) -> int:
    match = _CLAUSE.search(sentence, offset)
    return match.start() if match else len(sentence)
