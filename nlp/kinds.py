"""The kind of a document (起诉书, 询问笔录 …), from its title, its set phrases and its file name."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """Attributes:
    name: what the paper is called.
    title: pattern of its title line.
    signs: set phrases in the body, used when no title is seen.
    rank: how much its statements weigh against others, 0 (most) to 9; see `nlp.precedence`.
    """

    name: str
    title: str
    signs: tuple[str, ...] = ()


# Order matters: the first title that fits wins (起诉意见书 before 起诉书).
KINDS = (
    Kind("起诉意见书", "起诉意见书"),
    Kind("不起诉决定书", "不起诉决定书"),
    Kind("附带民事起诉状", "(?:附带民事)?(?:起诉|上诉)状", ("附带民事诉讼原告人.{0,80}诉讼请求",)),
    Kind("起诉书", "起诉书", ("本院依法告知被告人有权委托辩护人",)),
    Kind("执行裁定书", "执行裁定书|终结本次执行|执行(?:情况)?通知书?", ("终结本次执行程序",)),
    Kind("调解书", "调解书|调解笔录"),
    Kind("判决书", "判决书", ("判决如下",)),
    Kind("裁定书", "裁定书", ("裁定如下",)),
    Kind("受案登记表", "受案登记表|接受刑事案件登记表|接处?警(?:登记表|记录|工作登记)", ("简要案情.{0,200}受案意见",)),
    Kind("立案决定书", "立案决定书"),
    Kind("讯问笔录", "讯问笔录|供述笔录", ("讯问人|被讯问人",)),
    Kind(
        "询问笔录",
        "询问笔录|陈述笔录|谈话笔录|被害人意见笔录|听取.{0,6}意见(?:笔录|记录)|电话记录|工作记录|走访(?:记录|笔录)|回访记录",
        ("被询问人",),
    ),
    Kind("残疾人证", "残疾人证|残疾(?:人)?(?:登记|证明|评定)"),
    Kind("伤残鉴定", "(?:伤残|致残)(?:等级|程度)?.{0,6}(?:鉴定|评定)(?:意见书|书|意见)"),
    Kind("死亡鉴定", "(?:死亡原因|尸体(?:检验|检查)|死因).{0,8}(?:鉴定|报告)(?:意见书|书|意见)?"),
    Kind("价格认定书", "价格(?:认定|鉴定|评估)(?:结论|意见)?书?|价格认证|资产评估报告"),
    Kind("审计报告", "审计报告|司法会计鉴定"),
    Kind("鉴定意见", "鉴定(?:意见|结论)?(?:通知)?书|鉴定报告|鉴定意见|检验报告", ("被鉴定人.{0,400}鉴定意见",)),
    Kind("事故认定书", "事故认定书|事故责任认定|事故证明"),
    Kind("出院小结", "出院(?:小结|记录|证明)", ("出院诊断",)),
    Kind("诊断证明", "诊断(?:证明|意见)书?|疾病证明书?"),
    Kind("病历", "病历|住院病案|入院记录|病程记录|手术记录|门诊记录|心理(?:评估|咨询)", ("主诉.{0,200}现病史",)),
    Kind(
        "费用清单", "费用(?:清单|汇总|明细)|催(?:缴|款)通知|欠费(?:通知|证明)|收费票据|医疗(?:费)?(?:发票|收据)|预交金"
    ),
    Kind("死亡证明", "死亡(?:医学)?证明|火化证(?:明)?|户籍注销|注销(?:户口)?证明"),
    Kind("户籍证明", "户籍(?:证明|信息|资料)|常住人口(?:基本信息|登记表|信息)|户口(?:簿|登记)|人口信息"),
    Kind(
        "低保证明",
        "(?:最低生活保障|低保)(?:金)?(?:领取)?(?:证|证明|待遇)|特困人员.{0,8}(?:证|证明)|社会救助.{0,8}证明|民政.{0,10}(?:证明|复函|函)",
    ),
    Kind("谅解书", "谅解书"),
    Kind("赔偿协议", "(?:赔偿|和解|调解|补偿|还款|退赔)(?:和解)?协议书?|协议书|和解协议"),
    Kind("收条", "收条|收据|转账(?:凭证|记录|回单)|收款(?:凭证|证明)|领条|领款"),
    Kind("欠条", "欠条|借条"),
    Kind("发还清单", "发还(?:物品|财物)?清单|扣押(?:物品)?清单|调取证据清单"),
    Kind("司法救助决定书", "司法救助(?:金)?(?:的)?(?:决定书|发放|审批)"),
    Kind("认罪认罚具结书", "认罪认罚具结书|具结书"),
    Kind("告知书", "告知书|告知(?:单|笔录)|权利义务|宣传(?:页|单|册|资料|手册)|须知|办事指南|政策(?:问答|解读)"),
    Kind("到案经过", "(?:抓获|到案|归案|破案|发破案|投案)经过|情况说明|办案说明|工作说明|协查"),
    Kind("审查报告", "审查报告|审查意见"),
    Kind("撤销案件决定书", "撤销案件|中止侦查|终止侦查"),
    Kind("申请书", "申请书"),
    Kind("困难证明", "(?:家庭)?(?:经济|生活)?(?:困难|贫困)?(?:情况)?证明|村委会|居委会|证明", ("兹证明|特此证明",)),
)
BY_NAME = {kind.name: kind for kind in KINDS}
_TITLES = tuple((kind.name, re.compile(kind.title)) for kind in KINDS)
_SIGNS = tuple((kind.name, re.compile(sign, re.S)) for kind in KINDS for sign in kind.signs)
_BLANK = re.compile(r"\s+")
# file names of talks whose paper has no title of its own: matches 讯问黎大海, 询问黎小满, 失主黎小满; near miss: 现场勘验笔录
_TALK_NAMES = (
    ("讯问笔录", re.compile("讯问|供述")),
    (
        "询问笔录",
        re.compile(
            "询问|陈述|证言|走访|家访|访谈|谈话|来访|电话|(?:^|\\d ?)(?:失主|被害人|证人)|(?<!庭审)(?<!检查)(?<!勘验)(?<!辨认)(?<!搜查)(?<!返还)(?<!听证)笔录"
        ),
    ),
)
# three answers make a talk
_ANSWERS = re.compile(r"^[ ]*答[：: ]", re.M)


def kind_of(text: str, file_name: str) -> str | None:
    """Kind of a document from its normalized text and its file name; None when neither tells.

    A title is a short line among the first twelve, without a full stop.
    """
    lines = [_BLANK.sub("", line) for line in text[:1500].split("\n")[:16]]
    for line in [line for line in lines if line][:12]:
        if len(line) > 32 or re.search("[。，；]|^[问答][：:]", line):
            continue
        for name, title in _TITLES:
            if name == "困难证明" and not re.search("证明$|证明书?（|^证明", line):
                continue
            match = title.search(line)
            if match and len(line) - match.end() <= 8:
                return name
    stem = _BLANK.sub("", file_name.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    for name, title in _TITLES:
        if title.search(stem):
            return name
    for name, title in _TALK_NAMES:
        if title.search(stem):
            return name
    if len(_ANSWERS.findall(text)) > 2:
        return "讯问笔录" if re.search("讯问|犯罪嫌疑人|被告人", text[:300]) else "询问笔录"
    head = text[:6000] + text[-1500:]
    for name, sign in _SIGNS:
        if sign.search(head):
            return name
    return None
