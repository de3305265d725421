"""Does a verb of returning tell that what was taken comes back to a victim?"""

from __future__ import annotations

import re

from nlp.frames import A, O, P, V
from nlp.payments import cues as cue
from nlp.payments.phrase import Phrase
from nlp.payments.sums import sums_in

_OF_SCHEMES = frozenset({"返还", "归还", "偿还", "退还"})
_OF_LOANS = frozenset({"归还", "偿还", "返还", "退还", "还给", "还", "还款", "退款"})
# matches 按期全额 (返还), 用于 (归还); not 已 (返还)
_SCHEME = re.compile("(?:用于|以|能|按期|定期|到期|如期|并)(?:全额|按月)?[^，。；]{0,4}$")
# money that victims gave: matches 向黎某借款, 吸收存款, 骗取, 收取预付款; not 货款
_LENT = re.compile("借款|借得|借到|借走|借取|向[^，。；]{0,14}借|吸收|募集|集资|投资|骗|存入|收取|收到|贷")
# before a verb, of money that had been taken: matches 陆续, 案发前已; not 后
_BIT_BY_BIT = re.compile(
    "(?:陆续|先后|案发前|报案前|立案前|案发后|事后|后来|[催追索]要?[讨要]?[^，。；]{0,4}[下后])[^，。；]{0,10}$"
)
# the victim owes: matches 黎某向屈某借款, 黎某因赌博欠下; not 屈某向黎某借款
_VICTIM_OWES = re.compile(
    f"{V}(?:等人)?[^，。；{P[1:-1]}]{{0,14}}(?:(?:向|从|找|跟|在|因){P}?[^，。；]{{0,20}}(?:借|贷|欠)|欠)|[向从找跟]{A}[^，。；]{{0,8}}借"
)
# a quarrel over what the victim should give: 找黎某协商[归还]土地未果; near miss: 协商后归还
_TALKED_OVER = re.compile(f"(?:找|向|与){V}[^，。；]{{0,8}}(?:协商|商量|要求|交涉|催要|索要)[^，。；]{{0,6}}$")
# somebody is asked for it: matches 要求黎某归还, 逼黎某偿还, 让其返还; not 要求后归还
_ASKED_OF_VICTIM = re.compile(f"(?:要求|让|叫|逼迫?|强迫|迫使|催)(?:{V}|其|他们?|她们?|对方)[^，。；]{{0,12}}$")


# ⟨V⟩当场[退回]: the victim did not take it; near miss: ⟨A⟩当场退回, ⟨V⟩获[退还]
_SENDS_BACK = re.compile(f"(?:^|[，；]){V}(?:的?家属)?(?:当场|随即|后来?|又|均|已|全部|拒绝并|不收并)*$")


def comes_back(words: str, verb: Phrase) -> bool:
    """发还 … of what was taken, not of a loan's interest, a promise or an excuse of the fraud."""
    if re.search("(?:赃款|违法所得|所得款)[^，。；]{0,6}购买", verb.before):
        return False
    if re.search("扣除[^，。；]{0,10}$", verb.before) and verb.word in _OF_SCHEMES:
        return False
    in_disguise = re.search("以[^，。；]{0,6}(?:利息|分红|红利|返利)[^，。；]{0,4}名义", verb.before)
    if (
        in_disguise is None
        and re.search("利息|分红|提成|作案工具|凶器|借据|欠条|定金|押金|违法犯罪|土地", verb.near)
        and not re.search("赃|被害|失主|本金(?:和|及|与|、|加)?利息|本息", verb.near)
    ):
        return False
    if verb.word in _OF_LOANS and (_ASKED_OF_VICTIM.search(verb.before) or _VICTIM_OWES.search(words[: verb.start])):
        return False
    if verb.word in _OF_LOANS and _of_a_loan(words, verb):
        return True
    scheme = verb.word in _OF_SCHEMES and _SCHEME.search(verb.before)
    if scheme and not re.search(f"{V}|赃|被害|失主|车主|物主", verb.near):
        return False
    if re.match("债|欠款|借款", verb.after) or re.search(f"(?:逼|强迫|催|替{V}|代{V})[^，。；]{{0,12}}$", verb.before):
        return False
    taken = re.search(
        f"{V}|赃|被害|失主|被盗|被抢|被骗|涉案|该[车手电]|车主|物主|物品|财物|本金|集资款|投资款|所得款", verb.near
    ) or re.match("其|给其", verb.after)
    if cue.NEGATION.search(verb.before) and cue.TAKEN_GOODS.search(words[max(0, verb.begin - 14) : verb.start]):
        return True
    if re.search("已|均|全部", verb.before) and re.search("被骗|被盗|骗取|赃|窃", words[: verb.begin]):
        return True
    if verb.word in ("追回", "追退", "追缴", "缴回", "起回"):
        return (
            bool(taken)
            or bool(re.search("均|已|部|辆|台|只|未", verb.before))
            or words[verb.start - 1 : verb.start] in ("（", "已")
        )
    if verb.word in ("领回", "找回", "取回", "夺回", "抢回", "要回", "索回", "收回", "拿回", "拿回来"):
        return bool(taken) or bool(re.search(f"{V}|该", verb.near))
    if verb.word == "修好":
        return bool(re.search(f"{A}|赔", words[: verb.start])) and bool(re.search(V, verb.before))
    if verb.word in ("还", "还款"):
        return bool(re.search(f"{V}|赃|被害|失主", verb.near))
    return verb.word in ("发还", "认领", "至今未还") or bool(taken)


def victim_gives(words: str, verb: Phrase) -> bool:
    """黎某将手机返还给常某, 黎某向屈某借钱后无力归还: the victim is the one who gives back."""
    if verb.word in (
        "领回",
        "找回",
        "取回",
        "夺回",
        "抢回",
        "要回",
        "索回",
        "收回",
        "拿回",
        "拿回来",
        "认领",
        "追回",
        "修好",
    ):
        return False
    if _TALKED_OVER.search(verb.before) and re.search("未果|未予?同意|遭拒|拒绝", words[verb.end :]):
        return True
    if verb.word in ("退回", "退还") and _SENDS_BACK.search(words[: verb.start]):
        return True
    gives = re.search(f"{V}(?:已|又|未|没有|主动|随后|便)*将[^，。；{V}]*$", verb.before)
    owes = verb.word in _OF_LOANS and cue.NEGATION.search(verb.before) and _VICTIM_OWES.search(words[: verb.start])
    return bool(gives or owes)


def _of_a_loan(words: str, verb: Phrase) -> bool:
    """向黎某借款二十万元，后归还三万元: a part of money that a victim had given comes back, in a figure."""
    told = words[: verb.begin] + verb.before
    figure = sums_in(words, verb.end, min(verb.stop, verb.end + 20)) or re.search("元[^，。；]{0,4}$", verb.before)
    if not figure or re.match(
        f"[^，。；]{{0,4}}(?:{O}|[^，。；0-9]{{0,8}}(?:银行|信用社|公司|贷款|利息|债))", words[verb.end :]
    ):
        return False
    return (V in told and bool(_LENT.search(told))) or bool(_BIT_BY_BIT.search(verb.before))
