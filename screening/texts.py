"""Chinese words for the ids of a screening, for pages, reports and the command line."""

from __future__ import annotations

from collections.abc import Mapping

LEVEL_TITLES: Mapping[str, str] = {
    "red": "建议启动",
    "orange": "提示排除",
    "yellow": "需核实",
    "grey": "社会救助",
    "none": "无",
}

LEVEL_COLOURS: Mapping[str, str] = {"red": "红", "orange": "橙", "yellow": "黄", "grey": "灰", "none": "无"}

VERDICT_TITLES: Mapping[str, str] = {"met": "有依据", "not_met": "有相反记载", "undetermined": "未载明"}

KIND_TITLES: Mapping[str, str] = {
    "qualifying": "救助情形",
    "excluding": "一般不予救助的情形",
    "priority": "重点关注群体",
    "referral": "移送与衔接",
}

SURE_TITLES: Mapping[str, str] = {
    "primary": "已核对原文",
    "two-sources": "两处以上来源一致",
    "one-source": "仅一处来源，引用前请核对",
    "office-setting": "本院设定，并非法律规定",
}

BAR_TITLES: Mapping[str, str] = {
    "8-1": "重大过错",
    "8-2": "拒绝配合查明事实",
    "8-3": "虚假陈述或伪造证据",
    "8-4": "主动放弃赔偿",
    "8-5": "困难与本案无关",
    "8-6": "已获合理赔偿或救助",
    "one-time": "同案已获救助",
}

# Names that limbs may have: a rule file with another one is rejected.
LIMB_TITLES: Mapping[str, str] = {
    "harm": "损害后果",
    "life_threatening": "危及生命",
    "urgent": "急需救治",
    "unaffordable": "无力承担救治费用",
    "unpaid": "未获有效赔偿",
    "unpaid_reason": "未获赔偿的原因",
    "fruitless_litigation": "通过诉讼无法获得赔偿",
    "hardship": "生活困难",
    "caused_by_case": "困难因本案造成",
    "applicant": "申请人（近亲属或被扶养人）",
    "dependant": "依靠被害人收入生活",
    "retaliation": "因举报、作证或鉴定遭报复",
    "tort": "道路交通事故或其他民事侵权",
    "discretion": "由检察机关认为需要救助",
    "gross_fault": "重大过错",
    "refused_cooperation": "无正当理由拒绝配合",
    "false_statement": "虚假陈述或伪造证据",
    "waived": "主动放弃赔偿",
    "hardship_unrelated": "困难并非案件造成",
    "paid": "赔偿已经履行",
    "otherwise_compensated": "已获其他补偿或救助",
    "prior_aid": "同案已获司法救助",
    "age": "年龄",
    "situation": "属于所列情形",
    "group": "属于所列群体",
    "rural": "农村地区",
    "woman": "女性",
    "veteran": "退役军人",
    "disability": "案前残疾",
    "needy": "困难或残疾",
}

FACT_TITLES: Mapping[str, str] = {
    "hardship": "家庭困难",
    "compensation": "赔偿及履行情况",
    "injury": "伤情等级",
    "disability": "伤残等级",
    "age": "年龄",
    "applicant": "申请人及亲属关系",
    "dependants": "被扶养人",
    "litigation": "民事诉讼及执行情况",
    "caused_by_case": "困难是否因本案造成",
    "prior_aid": "同案是否已获救助",
    "unpaid_reason": "未获赔偿的原因",
    "waiver_reason": "放弃赔偿的原因",
    "treatment_cost": "治疗情况与费用",
}

ALERT_TITLES: Mapping[str, str] = {
    "elderly-group": "多名老年被害人",
    "many-victims": "涉众案件",
    "minors": "未成年被害人",
    "disabled-group": "多名残疾被害人",
}

DISCLAIMER = "以上为材料提示，是否救助由检察官决定。"
