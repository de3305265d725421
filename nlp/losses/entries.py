"""Sums of money in an account of an offence that say what somebody lost: cash taken, goods priced, totals.

Works on one sentence of a frame (`nlp.frames`), offsets in that sentence. Sums that belong to something else are
passed over: fines, payments back, what the thief got for the goods, medical cost, balances, interest. Whose
loss it is and how the entries of one incident add up is not decided here (`nlp.recognizers.loss`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from nlp.frames import NOTE, A, P, V
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
    on_top: such a total that comes on top of what was told before (又先后多次骗得共计5000元).
    each: it holds for every one of several (各2000元).
    covers_all: a total of goods that says it holds the money too (财物共计).
    rank: how surely this is a loss: 3 taken or priced, 2 paid over under a pretext, 1 demanded.
    overview: a total of several offences (作案3次，共窃得…).
    broken_down: a total whose parts follow (共计7000元，其中…).
    again: money named as the one taken before (用股份抵偿骗取的⟨V⟩的保证金20000元).
    net: what was really got of a larger sum told before (借款10万元，实收91000元).
    loser_at: where the one who lost it is named, in the sentence, when the words say so; else -1.
    """

    kind: Kind
    yuan: float
    start: int
    end: int
    place: int
    total: bool = False
    each: bool = False
    on_top: bool = False
    covers_all: bool = False
    rank: int = 3
    overview: bool = False
    broken_down: bool = False
    again: bool = False
    net: bool = False
    loser_at: int = -1


# matches 盗走现金, 骗取, 将…抢走; near miss: 盗窃罪, 诈骗数额 (a charge, a count)
_TAKE = re.compile(
    "盗(?!窃罪|窃案|窃数额|窃金额|抢)|窃(?!罪|案|数额|金额)|偷|扒|抢(?!劫罪|夺罪|劫金额|劫数额|夺金额|夺数额|险|救|修)|劫(?!罪|金额|数额)|夺(?!罪|金额|数额)|(?<![诱欺哄蒙])骗(?!罪|数额|金额|保)|"
    "诈(?!骗罪|骗数额|骗金额)|敲诈|讹|索得|强行(?:索|要)|(?:被迫|被逼|无奈)[^，。；]{0,16}?(?:拿|给|交|支付|凑|借|汇|转)|逼[^，。；]{0,8}(?:交|拿|给)|搜走|搜得|拿走|取走|翻走|掏走|侵占|占为己有|据为己有|卷走|挪用|冒领|"
    "[×*]{2}(?=现金)|(?:卡|存折|账户)[^，。；]{0,6}(?:取出|取现|提取|盗取)|套现|套取|刷卡|消费|支取|取款|转走|划走|提走|充值|吸收|募集|非法集资|收取|先行收|实收"
)
# matches 索要现金, 勒索; what was asked is less than what was given
_DEMANDED = re.compile("索要|索取|勒索|要求")
# a swindler's demand that is told as what happened: 要求⟨V⟩交纳订金; near miss: 要求家属支付赎金
_OBEYED = re.compile("(?:要求|让|令|叫)[^，。；]{0,24}(?:转账|转帐|转款|汇款|付款|打款|交纳|缴纳|充值)")
# the price of one of them: 20盒糖果196元（单价[9.8元）]; near miss: 单价不明，共196元
_UNIT_PRICE = re.compile("(?:单价|每[台部盒罐瓶件个斤吨包条箱米])[^，。；、（）0-9]{0,4}$")
# behind a total, what it adds up follows: 共计1400元，[具体如下]; near miss: 1400元，具体数额不明
_TOLD_BELOW = re.compile("(?:余?元)?[^。；]{0,12}(?:(?:具体|分述|事实|分别)[^。；，]{0,6}如下|分述)")
# several demands that were met, added up: 多次索要钱财，金额共计5000元; near miss: 索要5000元
_MET = re.compile(
    "(?:多次|先后|陆续|长期|数次|分次|借口)[^。；]{0,40}(?:索要|索取|要求)[^。；]{0,20}(?:共计|合计|总计|累计|共)[^，。；]{0,8}$"
)
# what was got of a larger sum: 借款10万元，[实收]9万元, 以74000元卖给⟨V⟩，[首付]44000元; near miss: 实收资本
_NET = re.compile(
    "(?:首付款?|实收|实得|实际(?:收取|收到|收款|得款|骗取|骗得|到手|交付|支付|转账))(?:本金|现金|人民币|款|到)*$"
)
# matches 后因失主报警而未得逞; near miss: 未追回 (gone all the same)
_ATTEMPT = re.compile("未(?:能)?得逞|未遂|没有得逞|未(?:能)?(?:骗|抢|拿)(?:得|走|到)")
# nothing went yet: 欲骗取, 承诺给付; near miss: 预付
_PLANNED = re.compile("承诺|许诺|答应|无法查实|其余诈骗|欲|企图|打算|预谋|计划|准备|意图|威胁[^，。；]{0,16}各?汇")
# what was handed over under a pretext: 汇款, 转账, 交给; near miss: 交待, 汇报
_PAY = re.compile(
    "汇(?!报|合)|转(?:账|帐|给|入|款|到|至)|打(?:款|入|到|给)|付(?:给|款|了)|支付|给付|给予|(?<![尚仍还下余所])欠(?:下|付)?[^，。；]{0,20}款|交(?:给|付|纳|了|款)|缴纳|存入|出资|投入|投资|拿出|给(?:了)?|"
    "借(?:款|给|得|走|到|了|钱)|赎金|押金|定金|预付|保证金|办事费|好处费"
)
# behind the sum: 将房款20000元[转账给]; near miss: 20000元后离开
_PAID_AFTER = re.compile(
    r"^(?:现金|人民币|款|钱)?(?:全部)?(?:取出后?)?(?:转账|转帐|转入|转给|转至|汇|打入|打到|打至|打给|存入|存到|交给|交付|付给|借给)"
)
# matches 价值人民币, 鉴定价格为, 估价; near miss: 以价值…为标准
_PRICED = re.compile(
    r"(?:价值|市值|估价|作价|价格|价款|价|折价|估值|购买价|购价|售价|原价|市价|现值|鉴定|认定|评估|值)(?:金额|总额|数额|总)?"
    r"(?:分别|均|各|共|共计|合计|总计|总共|计|约|为|是|系|达|达到|在|折合|折款|相当于|近|人民币|人民|RMB|：|[ “”])*$"
)
# matches 财物损失价值, 修车费; near miss: 损失医疗费
_LOST = re.compile(
    r"(?P<what>损失|损毁(?:财物)?|修理费用?|修车费用?|修复费用?|维修费用?|维修价格|受损(?:财物|财产)?(?:价值)?|毁损价值|损坏价值)"
    r"(?:金额|价值|价格|数额|费用|费)?(?:分别|各|共|共计|合计|总计|计|约|为|是|系|达|近|人民币|：)*$"
)
# matches 共计人民币, 合计价值; near miss: 设计费
_TOTAL = re.compile(
    r"(?:共计|合计|总计|总共|一共|累计|总价值|价值总|总值|总额|总金额|总数|共(?:价值|骗|盗|窃|得|计)?|计)"
    r"(?:骗取|骗得|窃得|盗窃|盗得|盗取|诈骗)?(?:价值|财物|财产|直接|经济|损失|人民币|现金|金额|款|约|为|达|是)*$"
)
# what the things before the bracket are worth: 消费卡3张（计1200元）; near miss: 手机1部、卡3张，计1200元
_IN_BRACKET = re.compile("（(?:共?计|折合|合)(?:人民币|约|价值)*$")
# matches 上述财物共计; near miss: 手机、电脑共计 (the cash beside them is not in it)
_COVERS_ALL = re.compile("财物|款物|钱物|赃款|盗窃总|总价值|现金[^，。；]{0,30}(?:共计|合计)|合计盗窃|共计盗窃")
# matches 作案3次, 综上; a total over several offences
_TIMES = "[0-9一二两三四五六七八九十]{1,3}"
_OVERVIEW = re.compile(
    f"综上|作案{_TIMES}[起次宗]|{_TIMES}[起宗](?:，|，?共)|(?:^|，)(?:以上|上述)[^，。；]{{0,6}}(?:起|次|笔)"
)
# matches 骗取二人各, 每人; near miss: 各自的手机、
_EACH = re.compile(r"(?:各|每人|人均|每户)[^，。；、]{0,8}$")
# the taking itself, told between another word and the sum: 以月息2%从⟨V⟩处[骗得]; near miss: 退赔骗得的
_TAKEN_FIRST = re.compile("(?:骗|窃|盗|抢|劫|诈|讹|敲)(?:得|取|走|诈)(?!的)")
# what stood on an account is gone: 转走⟨V⟩账户余额6900元; near miss: 账户余额6900元
_BALANCE_TAKEN = re.compile("(?:转走|划走|盗走|转出|盗刷|取走)[^，。；]{0,16}余额$")
# 港币1万元（折合人民币7952元）: the sum in yuan follows
_FOREIGN = re.compile("(?:港币|港元|美元|美金|欧元|日元|英镑|澳元|韩元|台币|卢布|泰铢|缅币)$")
# money that changed hands as a bribe: 收受⟨O⟩所送的好处费; near miss: 骗取好处费
_BRIBE = re.compile("收受|所送|送给|贿|感谢费|回扣")
# a sum of another nature stands right behind these words: 退赔人民币, 罚金, 卖得; near miss: 退休金被骗走
_OTHER = re.compile(
    r"(?:罚金|罚款|退赔|退缴|退赃|退还|退回|退款|退了|返还|归还|还款|偿还|还给|还了|还清|追回|追缴|挽回|赔|补偿|补助|救助|垫付|预交|预缴|缴获|扣押|"
    r"发还|医疗费|医药费|治疗费|住院费|误工费|护理费|丧葬费|抢救费|复印费|照相费|交通费|营养费|伙食|鉴定费|诉讼费|检查费|药费|抚慰金|抚养费|扶养费|救济金|销赃|获款|获利|"
    r"非法所得|违法所得|[获得]赃款|卖得|卖给|出售|变卖|卖了|卖掉|销售|分得|分给|分赃|平分|所分|余额|剩余|利息|月息|年息|日息|报酬|佣金|提成|手续费|价款|租金|月薪|"
    r"注册资本|投保|保额|起点|数额较大|标准|欠条|借条|收条|悬赏|面值|额度|限额|透支|赌输|输了|赢|毒品|每克|每吨|工资收入|抵押|质押)[^，。；、]{0,10}$"
)
# matches 以轿车作抵押（价值…; near miss: 押金 (money that went)
_COLLATERAL = re.compile("抵押|质押|担保物")
# goods of somebody else pawned or sold to one who did not know: 将该车抵押给⟨V⟩借款18000元, 以4万元当给⟨V⟩; near miss: 抵押给⟨O⟩
_PAWNED = re.compile(
    rf"(?:抵押|质押|典当|当|押|卖|出售|转让)(?:给|在|于|到)(?:了)?[{V}](?:处|家)?，?[^，。；{V}]{{0,8}}?(?:借款|借得|借走|得款|获款|获得|骗取|骗得|套现)"
    "[^，。；]{0,8}$"
)
_PAWNED_AFTER = re.compile(
    rf"^(?:的?(?:价格|低价|价钱|价))?(?:抵押|质押|典当|当|押|卖|出售|转让)(?:给|在|于)(?:了)?[{V}]"
)
# what kind of harm a bare 损失 is of: 砸毁玻璃，损失; near miss: 残疾，损失 (of the body)
_PROPERTY = re.compile("毁|损坏|砸|烧|盗|骗|诈|抢|敲诈|勒索|阻|火|车|财|物|资金|存款|投资")
# matches 赔偿经济损失, 判令承担损失; near miss: 造成经济损失
_REPAID = re.compile("赔|得到|获得|共得|退|补偿|承担|判令|请求|诉请|要求|限额")
# the price somebody else paid: 以500元; near miss: 借款以现金支付，
_SOLD = re.compile(r"(?:以|按|用)(?:每[^，。；]{0,6})?(?:人民币|约|现金)*$")
# behind the sum: 500元[的价格], 20000元[的借条], 800元[卖给]; near miss: 500元的手机
_NOT_BEFORE = re.compile(
    r"^(?:[^，。；0-9]{0,8}的?(?:欠条|借条|借据)|的?(?:价格|低价|高价|价钱|价|收条|赔偿款|罚金|赔礼)|(?:左右)?(?:卖|出售|销|变卖|当给|抵押|转卖|典当)|(?:以上|以下)|"
    r"/|每|一(?:斤|公斤|个月|天)|为一?起点|的?(?:[^，。；]{0,6}(?:流水|转账记录|凭证|截图|收据|回单))|，?(?:未|没有)(?:得逞|遂|果))"
)
# matches 包内有现金, 口袋里的; near miss: 账户余额
_CONTAINED = re.compile(
    r"[包袋箱盒夹柜][内中里](?:装|放|存)?有[^，。；]{1,24}(?:、|以及|和|及)(?:现金|人民币|约)*$|"
    r"(?:[内中]有|[内中]装有?|装有|放有|内存有?|里有|夹有|携带的?|身上的?|包内的?|包里的?|内的?|里的?|上的?|中的?|下的?)(?:现金|现钞|硬币|零钱|人民币|钱|余款|大约|约|及|和|有)*$"
)
# the same money said again: 将盗得的现金, 该款; near miss: 盗得现金
_AGAIN = re.compile(
    "(?:盗|骗|抢|窃|劫)[得取走]的$|(?:(?:盗|骗|抢|窃|劫)(?:得|取)?的|所[得盗骗窃抢]的?|涉案的?|上述|该|其中的?)"
    "(?:现金|赃款|人民币|钱款|款项?)+[^，。；]{0,4}$"
)
# taken goods money named with whose it was: 抵偿骗取的⟨V⟩的保证金; near miss: 骗取⟨V⟩的保证金
_AGAIN_OF = re.compile(rf"(?:盗|骗|抢|窃|劫|诈|敲)(?:得|取|来|走|诈)的[{V}]的?[^，。；]{{0,12}}$")
# a total of what went on top of a sum told before: 又先后多次骗得共计5000元; near miss: 先后多次骗取，共计5000元
_ON_TOP = re.compile("(?:又|再次|继续|此后|多次|陆续|另)[^，。；]{0,24}(?:骗|盗|窃|抢|转|汇|交|付|借)[^，。；]{0,10}$")
# given up to an office by the accused's side: 亲属向公安机关缴纳8000元; near miss: ⟨V⟩向银行缴纳
_GIVEN_UP = re.compile(
    "(?:亲属|家属|家人)[^，。；]{0,16}(?:缴纳|退缴|代为)|(?:向|至)[^，。；]{0,16}(?:公安|警|中队|大队|法院|检察院|本院|派出所|纪委|纪律)[^，。；]{0,6}(?:缴|交纳|上交|退)"
)
# ends a clause; near miss: 、 (the list goes on), 10，800元
_CLAUSE = re.compile(r"[；：]|(?<!\d)，|，(?!\d{3}(?!\d))")
# a clause without a verb of its own: 骗取⟨V⟩现金三次，[分别为1万元、2万元]，[合计3万元]; near miss: 合计盗窃
_GOES_ON = re.compile(
    r"(?:金额|数额|款项|总额)?(?:分别为|共计|合计|总计|累计|共|计)(?:为|人民币|现金)*(?=\d|$|[一二两三四五六七八九十])"
)
# the same goes on: 被迫转账360元，[又通过支付宝转账600元]; near miss: 又将其打伤
_AND_AGAIN = re.compile("(?:又|再次|再|另)[^，。；将把]{0,8}(?:转|汇|付|交|给)")
# 骗取李某15万某: the unit got lost where names were masked; near miss: 3万某甲
_WAN = re.compile(r"(?P<yuan>\d+(?:\.\d+)?)余?万余?(?=某(?![甲乙丙丁某])|[，。；、）]|$|的|现金)")
# ⟨A⟩支付: the accused paid; near miss: ⟨A⟩骗⟨V⟩支付
_GIVEN_BY = re.compile(rf"(?<![向给])[{A}][^{V}，。；]{{0,12}}$")
# 付给⟨V⟩, 打到⟨V⟩卡上, 给死者家属; near miss: 由⟨V⟩付给
_GIVEN_TO = re.compile(
    rf"(?:给|付|向|予)(?:了)?[{V}](?:家属|亲属|等人)?(?:人民币|现金)*$|"
    rf"(?:打|汇|转|存|退)(?:到|回|入|给|至|进)(?:了)?[{V}](?:家)?的?(?:[^，。；]{{0,4}}卡|账户|账号|存折|微信|手机)[里上内中]?(?:人民币|现金|了)*$|"
    "(?:给|付|予)(?:了)?(?:被害人)?[^，。；]{0,6}(?:家属|亲属|原告)"
)
# behind the sum: 700元[现金盗走]; near miss: 700元交给⟨V⟩后拿走
_TAKEN_AFTER = re.compile(
    rf"(?:现金|人民币|钱)?[^，。；{P[1:-1]}]{{0,24}}"
    "(?:盗走|抢走|拿走|偷走|骗走|夺走|取走|劫走|窃走|搜走|卷走|转走|据为己有|占为己有|窃取|抢去|骗去|盗去|(?:转至|转入|转到|划至)(?:自己|其|本人)|(?:被|遭)[^，。；]{0,6}(?:盗|偷|窃|抢|骗|劫))"
)


# 骗取甲3000元、[乙2000元], 丙保证金5200元; near miss: ⟨V⟩的手机2000元
_BESIDE_NAME = re.compile(rf"[{V}]{NOTE}(?:夫妇|夫妻)?(?:的)?(?:人民币|现金|款|[^，。；、]{{0,6}}[款金费])*$")


def entries(sentence: str, *, fraud: bool = True, valuation: bool = False) -> Iterator[Entry]:
    """Entries of one sentence of a frame text, in order.

    Args:
        valuation: the paper prices things, a bare total is what they were worth.
        fraud: money that a victim paid over counts: the papers speak of fraud, extortion or ransom.
    """
    if "元" not in sentence and "万" not in sentence:
        return
    flat = _flat(sentence)
    previous: Entry | None = None
    for start, end, yuan in _sums(sentence):
        entry = _entry(sentence, flat, start, end, yuan, fraud)
        if entry is None and valuation and _TOTAL.search(sentence[:start]):
            entry = Entry(Kind.GOODS, yuan, max(0, start - 6), end, start, total=True)
        if entry is None and previous is not None and sentence[previous.end : start] in ("、", "和", "及"):
            entry = replace(previous, yuan=yuan, start=start, end=end, place=start)  # 分别价值1100元、2600元
        if entry is None:
            continue
        if previous is not None and entry.start < previous.end:
            entry = replace(entry, start=min(entry.place, _behind_joint(sentence, previous.end)))
        if previous is not None:
            between = sentence[previous.end : entry.start]
            if entry.kind is previous.kind is Kind.GOODS and re.fullmatch("，?(?:现|鉴定|经鉴定)?", between):
                previous = entry  # 购买价2800元，现价值1200元: one thing
                continue
            yield previous
        previous = entry
    if previous is not None:
        yield previous


def _behind_joint(sentence: str, offset: int) -> int:
    """Past the mark that joins two items of a list."""
    while offset < len(sentence) and sentence[offset] in "、，和及）":
        offset += 1
    return offset


def _flat(sentence: str) -> str:
    """The sentence with what stands in brackets taken out of its clauses, same length."""
    return re.sub("（[^（）]*）", lambda m: re.sub("[，；：]", " ", m.group()), sentence)


def _sums(sentence: str) -> list[tuple[int, int, float]]:
    found = [
        (a.start, a.end, a.yuan)
        for a in find_amounts(sentence)
        if not sentence.endswith("块", a.start, a.end) and not _FOREIGN.search(sentence, max(0, a.start - 4), a.start)
    ]
    taken = {start for start, _, _ in found}
    for match in _WAN.finditer(sentence):
        if match.start() not in taken:
            found.append((match.start(), match.end(), (number_of(match["yuan"]) or 0) * 10_000))
    return sorted(found)


def _entry(sentence: str, flat: str, start: int, end: int, yuan: float, fraud: bool) -> Entry | None:
    left, right = sentence[max(0, start - 60) : start], sentence[end : end + 12]
    pawned = yuan > 0 and (_PAWNED.search(left) or _PAWNED_AFTER.match(right))
    if yuan <= 0 or _UNIT_PRICE.search(left) or (not pawned and (_NOT_BEFORE.match(right) or _SOLD.search(left))):
        return None
    begin = max((m.end() for m in _CLAUSE.finditer(flat, 0, start)), default=0)
    clause = sentence[begin:start]
    if begin and (_GOES_ON.match(clause) or _AND_AGAIN.match(clause)):
        begin = max((m.end() for m in _CLAUSE.finditer(flat, 0, begin - 1)), default=0)
        clause = sentence[begin:start]
    total = bool(_TOTAL.search(left)) and not right.startswith("的") and not _IN_BRACKET.search(left)
    again = bool(_AGAIN_OF.search(clause) or re.match("某?，?至今(?:未|没有|尚未)", sentence[end : end + 8]))
    on_top = total and bool(_ON_TOP.search(clause))
    each = bool(_EACH.search(left))
    covers = bool(_COVERS_ALL.search(left[-44:]))
    told_below = _TOLD_BELOW.match(sentence, end) is not None
    overview = told_below or (total and bool(_OVERVIEW.search(sentence[:start])))

    def made(kind: Kind, at: int, rank: int = 3) -> Entry:
        parts = total and sentence[end : end + 4].startswith(("，其中", "（其中", "元，其中"))
        return Entry(
            kind, yuan, max(at, start - 40), end, start, total, each, on_top, covers, rank, overview, parts, again
        )

    if pawned:
        at = start - len(left) + pawned.start() if pawned.re is _PAWNED else end + pawned.end() - 1
        return replace(made(Kind.CASH, max(begin, start - 14)), loser_at=sentence.index(V, at))
    if _BRIBE.search(clause) and not re.search("骗|诈|勒索", clause):
        return None
    if _COLLATERAL.search(clause) or re.search("欲(?:盗|窃|骗|抢)", clause):
        return None
    if re.match("购买|购得|购入|购置", right) and re.search(r"（(?:[^（）]{0,8})$", left):
        return made(Kind.GOODS, max(begin, start - 8))  # 黄金戒指（1900元购买）
    lost, priced = _LOST.search(left), _PRICED.search(left) or _IN_BRACKET.search(left)
    if lost:
        if re.search("(?:归还|退还|返还|偿还|退回)[^。；]{0,20}元[^。；]{0,8}(?:实际|尚|净|最终)", sentence[:start]):
            return None  # what was left after a part came back
        if _bodily(clause) or _REPAID.search(clause) or clause.startswith("直接经济损失"):
            return None  # the last: of an accident, nobody's own
        surely = lost["what"] != "损失" or re.search("财|物|车|房|货|直接", clause[-14:])
        if not surely and not _PROPERTY.search(sentence, 0, start):
            return None
        return made(Kind.LOSS, start - len(left) + lost.start(), 3 if surely else 2)
    if re.search(f"欠(?:付|下)?{A}", clause):
        return None  # what the victim owes
    if re.search("作案(?:用|工具|时用)", clause):
        return None
    if re.search("人均|支出|收入|参与(?:作案|实施)?[^，。；]{0,10}(?:诈骗|盗窃|吸收|集资|骗取|抢劫)", clause):
        return None
    if priced:
        return made(Kind.GOODS, start - len(left) + priced.start())
    if re.search("工资|劳动报酬|劳动者报酬|劳务费|薪酬|薪金|薪资|工钱", left[-24:]):
        owed = re.search("拖欠|欠|克扣|未支付|未付|共计|合计", sentence[:start]) and not re.search(
            "领取|发放|预交|预缴|缴纳|交来|上交", clause
        )
        return made(Kind.WAGES, max(begin, start - 14)) if owed else None
    other = _OTHER.search(clause)
    if other is not None and (_TAKEN_FIRST.search(clause, other.start()) or _BALANCE_TAKEN.search(clause)):
        other = None
    if _GIVEN_UP.search(clause) and "赎" not in clause:
        return None
    if _AGAIN.search(clause) or other or _PLANNED.search(clause) or _ATTEMPT.search(sentence, end):
        return None
    stop = _CLAUSE.search(flat, end)
    after = sentence[end : stop.start() if stop else len(sentence)]
    if net := _NET.search(left):
        at = start - len(left) + net.start()
        return replace(made(Kind.CASH, at), net=True)
    rank = _rank_of_cash(flat[:start], clause, after, fraud)
    near = max(0, len(clause) - 34)
    verbs = [match.start() for pattern in (_TAKE, _PAY, _DEMANDED) for match in pattern.finditer(clause, near)]
    at = begin + max(verbs) if verbs else max(begin, start - 10)
    return made(Kind.CASH, at, rank) if rank else None


def _rank_of_cash(flat: str, clause: str, after: str, fraud: bool) -> int:
    """How surely money at the end of `clause` went: see `Entry.rank`; 0 when it did not."""
    if _TAKE.search(clause) or _TAKEN_AFTER.match(after):
        return 3
    if _CONTAINED.search(clause) and re.search("现金|现钞|硬币|人民币|钱|内|里|包中|身上|[卡折]上", clause[-12:]):
        return 3
    if _BESIDE_NAME.search(clause) and _listed(flat):
        return 3
    if not fraud:
        return 0
    if "赎金" in clause and re.search("威胁|要求|让|索要|勒索", clause):
        return 1
    if _DEMANDED.search(clause) and not _OBEYED.search(clause):
        return 2 if _MET.search(clause) else 1
    repaid = _GIVEN_TO.search(clause) or _GIVEN_BY.search(clause)
    return 2 if (_PAY.search(clause) or _PAID_AFTER.match(after)) and not repaid else 0


def _listed(before: str) -> bool:
    """A sum right behind a name goes on with what was taken (骗取甲3000元、乙2000元), not with what was paid back."""
    verbs = re.findall("赔|退|发还|返还|归还|骗|诈|盗|窃|抢|收取|吸收|拖欠|欠", before)
    if not verbs:
        return "其中" in before or "包括" in before
    return verbs[-1] not in ("赔", "退", "发还", "返还", "归还")


def _bodily(clause: str) -> bool:
    return bool(re.search("医疗|医药|误工|护理|丧葬|各项|残疾|死亡赔偿|精神", clause))
