"""Money between people that tells who was harmed, in papers of the matter in which it does."""

from __future__ import annotations

import re

from nlp.deed_words import NOT_KIN, NOT_P, WHO
from nlp.frames import P

# money that changed hands; in papers about bribes only it says nothing: a briber is no victim
HANDED_OVER = tuple(
    (weight, re.compile(pattern))
    for weight, pattern in (
        (2, rf"(?:发还|返还|退还|归还|退赔)(?:给)?(?:了)?(?:失主|物主|车主|所有人)?{WHO}{NOT_KIN}(?!(?:亲属|家属))"),
        (
            2,
            rf"(?:以[^。；]{{2,60}}(?:为由|为名|名义|理由|方式|手段)|谎称|虚构|冒充|假冒|编造|欺骗|承诺|诱骗)[^。；]{{0,60}}?(?:向|从|让|要求|使|骗){NOT_P}{{0,8}}{WHO}(?:等人|等)?{NOT_P}{{0,16}}?(?:借款|借得|借走|借取|借到|借|收取|收|索取|集资|吸收|募集|融资|要走|拿走|转账|汇款|支付|交纳|缴纳|交付|处)",
        ),
        # 非法吸收⟨who⟩、⟨who⟩等32人资金; near miss: 吸收⟨O⟩为会员
        (
            2,
            rf"(?:吸收|募集|收取|骗取|骗得)(?:了)?{WHO}(?:等[^。；，{P[1:-1]}]{{0,14}})?(?:的)?[^。；，{P[1:-1]}]{{0,6}}(?:资金|存款|投资|款|报名费|押金|保证金|定金|会费|[0-9.]+余?万?元)",
        ),
        # 以能办理驾驶证为名，收取⟨who⟩、⟨who⟩等十五人的现金; near miss: 收取⟨O⟩货款后发货
        (
            2,
            rf"(?:为由|为名|名义|谎称|虚构|声称|承诺|可以|能够|有关系)[^。]{{0,60}}?(?:收取|骗取|收受|收到){WHO}(?:等[^。；，{P[1:-1]}]{{0,8}})?[^。；，{P[1:-1]}]{{0,16}}?(?:现金|费用|款|[0-9]元)",
        ),
        (
            2,
            rf"(?:收取|收到|借得|吸收|骗借|获取|取得|索取)(?:了)?{WHO}(?:的)?(?:人民币|现金|定金|保证金|押金|存款|投资款|购房款|货款|好处费|办事费)?[0-9一二三四五六七八九十两几]",
        ),
    )
)
# who was made good, in papers without a death (there it is the kin): 得到⟨who⟩、⟨who⟩的谅解, 赔偿⟨who⟩的损失8000元
RECONCILED = tuple(
    (weight, re.compile(pattern))
    for weight, pattern in (
        (2, rf"(?:取得|得到|获得)(?:了)?{WHO}(?:等人)?(?:的)?(?:书面)?谅解"),
        (1, rf"(?:赔偿|赔付|补偿)(?:了|给)?{WHO}(?:等人)?(?:的)?(?:因)?{NOT_P}{{0,24}}?(?:损失|医疗费|医药费)"),
    )
)
DEATH = re.compile("死亡|身亡|死者|杀害|致死|近亲属|家属")
# matches 犯受贿罪, 行贿; near miss: 诈骗 in the same paper
BRIBERY = re.compile("[受行]贿(?:罪|一案)|受贿、|、受贿")
FRAUD = re.compile("诈骗|敲诈勒索|集资")
# to whom a judgment is owed, in papers about refusing to obey it: 偿还⟨who⟩借款20000元, 申请执行人⟨who⟩; near miss: 偿还银行
CREDITOR = tuple(
    (2, re.compile(pattern))
    for pattern in (
        rf"(?:偿还|支付|给付|归还|返还|清偿|赔偿|欠)(?:债权人|债务人|申请执行人|申请人|原告)?{WHO}(?:等人)?(?:的)?(?:各项|借款|欠款|本金|货款|工程款|赔偿款|经济损失|损失|人民币|现金|工资|共计|合计|等|共){{0,4}}[0-9]",
        rf"(?:申请执行人|债权人|申请人){WHO}",
        rf"向{WHO}(?:借款|借到|借得)",
    )
)
REFUSAL = re.compile("拒不执行(?:人民)?(?:法院)?(?:的)?(?:生效)?(?:判决|裁定)")

# a suit about a contract, a family or an estate: 民间借贷纠纷, 被继承人; near miss: 提供劳务者受害责任纠纷
_CONTRACT = re.compile(
    "(?:借贷|借款|买卖|租赁|信用卡|追偿权|婚约|继承|抚养|赡养|扶养|离婚|物权|所有权|执行异议|工程|承揽|委托|合伙|股权|不当得利|析产|承包|物业|债务|债权)[^。，；]{0,8}(?:纠纷|之诉)"
)
# money that one side of a suit lent to the other, in words that name no 纠纷; near miss: 原告黎某被打伤，向他人借款治疗
_SUIT = re.compile("原告[\\s\\S]*被告")
_LENT = re.compile("(?:借条|借据|欠条|借款合同|借款本息|借款本金|货款|租金|违约金)")
_ESTATE = re.compile("被继承人|遗产|法定继承|彩礼|订婚|婚约")
_HARM = re.compile(
    "被告人|犯罪|公诉|被害人|受害|[\u4e00-\u9fff]罪|受伤|[轻重]伤|轻微伤|伤残|殴打|打伤|骨折|事故|侵权|住院|家庭暴力|丧葬|死亡赔偿"
)


def is_only_a_dealing(text: str) -> bool:
    """Whether a paper tells of a debt, a family or an estate only, in which nobody was harmed."""
    if _HARM.search(text):
        return False
    if _ESTATE.search(text) is not None or (_SUIT.search(text) is not None and _LENT.search(text) is not None):
        return True
    return _CONTRACT.search(text) is not None and DEATH.search(text) is None
