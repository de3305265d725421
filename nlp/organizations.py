"""Organizations that were harmed: called 被害单位, or whose goods were taken, defrauded of or damaged.

Reads frames (`nlp.frames`): a person's name is a placeholder, so that it never runs into the name of a firm.
A place of business whose owner is named is no victim of its own: the owner is (在被害人钱某的超市内盗走…).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nlp.dealings import is_only_a_dealing
from nlp.frames import Frame, P, V
from nlp.reading import Reading, Zone


@dataclass(frozen=True, slots=True)
class Organization:
    """Places: (index of the reading, start, end) in view offsets."""

    name: str = field(repr=False)
    aliases: tuple[str, ...] = field(repr=False)
    places: tuple[tuple[int, int, int], ...]


_TAIL = (
    "有限责任公司|股份有限公司|有限公司|分公司|公司|集团|合作社|信用社|联社|村民组|村民小组|村集体|银行|信用分社|分社|支行|分行|营业部|分理处|超市|商店|商场|商行|酒店|宾馆|饭店|酒吧|网吧|学校|中学|小学|大学|学院|幼儿园|医院|卫生院|卫生室|服务中心|"
    "镇政府|乡政府|人民政府|街道办事处|村委会|村民委员会|居委会|村集体|管理处|管理所|管理局|管理站|专卖店|便利店|药店|金店|手机店|烟酒店|珠宝店|首饰店|加油站|养殖场|林场|农场|砖厂|汽修厂|修理厂|工厂|厂|项目部|门市部|经营部|洗浴中心|养老院|敬老院|福利院|供电所|煤矿|娱乐城|俱乐部|"
    "服务部|事务所|研究所|基金会|协会|出版社|印书馆|寄售行|典当行|当铺|(?:用品|培训|贸易|配送|采购|销售)中心"
)
_CHAR = r"[\u4e00-\u9fffA-Za-z0-9×“”（）·]"
_STOP = "入往在到至向对将从被给与的了于及和由为以因后经，、"
# a branch behind it: 南桥银行[城东支行], 南桥集团[铸造厂]; near miss: 南桥公司[员工宿舍]
_BRANCH = (
    rf"(?:(?:(?![{_STOP}]){_CHAR}){{0,7}}?"
    "(?:分公司|中心支公司|支公司|信用分社|信用社|分社|支行|分行|营业部|分理处|管理所|管理站|服务站|分厂|分店|门市部|项目部|厂|学院|附属(?:第[一二三四五六])?[\u4e00-\u9fff]{0,4}?医院))"
)
# from a cue to the first tail that is not followed by more of the name; near miss: 银行卡, 超市门口
_NAME = (
    rf"(?P<org>(?!担任|任职|作为|\d+\.?\d*余?万?元)(?:(?![{_STOP}]|事实|伪造|申[领请办]){_CHAR}){{2,28}}?(?:{_TAIL}){_BRANCH}{{0,2}})"
    rf"(?!{_TAIL}|[分支]|集团|卡|存折|存单|账户|帐户|取款|[A-Z]|柜)"
)
# whose account is meant: 将南桥管理局账户上的公款; near miss: 在南桥银行账户
_HOLDER = _NAME.replace("|账户|帐户", "")
# behind the name these make it a place or an employer: 在南桥公司[宿舍]盗走, 盗窃南桥公司[员工]的手机
_PLACE_AFTER = (
    "(?!门口|门前|门外|附近|旁|对面|宿舍|停车场|路口|楼下|员工|职工|工人|经理|老板|法定|负责人|店主|业主|司机|业务员|名义|的名义|印章|公章|"
    "工作人员|老师|学生|会计|股东|院内|大门外|(?:的)?(?:工商|营业执照|执照|资质|登记|注册|信任|法人|股权))"
)
_TOOK = "骗取|诈骗|骗得|骗走|窃取|盗窃|盗走|窃得|窃走|盗取|偷走|侵占|抢走|敲诈|损毁|毁坏|砸坏|砸毁|割坏|烧毁"
_CUES = (
    # 被害单位南桥建材有限公司; near miss: 被害单位的陈述
    re.compile(rf"(?:被害|受害)(?:单位|公司)(?:人|为|系|是|：)?{_NAME}"),
    # 骗取南桥建材公司货款; near miss: 盗窃南桥公司员工⟨V⟩的手机
    re.compile(rf"(?:{_TOOK})(?:了)?{_NAME}{_PLACE_AFTER}(?!内|里)(?![^，。；]{{0,16}}{P})"),
    # 将南桥砖厂的电缆盗走, 将堆放在南桥砖厂门旁的废铁盗走; near miss: 将南桥砖厂宿舍内⟨V⟩的手机盗走
    re.compile(
        rf"(?:将|把)(?:堆放|存放|放置|停放|放|位于|安装)?(?:在)?(?:本市|该市)?{_NAME}(?!员工|职工|宿舍|工人)[^，。；{V}]{{0,34}}?(?:盗走|窃走|偷走|砸坏|砸毁|割坏|损坏|毁坏|烧毁|占为己有|据为己有|骗走|抢走)"
    ),
    # 发还南桥砖厂; near miss: 赔偿款由南桥砖厂支付
    re.compile(rf"(?:发还|归还|退还)(?:给)?(?:了)?(?:被害人|失主)?{_NAME}(?!员工|职工|工人)(?![{V}])"),
    # 未经南桥制药公司许可…注册商标
    re.compile(
        rf"未经(?:[^，。；]{{4,30}}?公司(?:和|、|及))?{_NAME}(?:等(?:公司|单位))?(?:的)?(?:许可|授权|同意)[^。；]{{0,60}}(?:商标|国药准字|著作权|专利|假冒)"
    ),
    re.compile(
        rf"未经{_NAME}(?:和|、|及)[^，。；]{{4,30}}?公司(?:等(?:公司|单位))?(?:的)?(?:许可|授权|同意)[^。；]{{0,60}}(?:商标|国药准字|著作权|专利|假冒)"
    ),
    # 从南桥财险公司骗取保险金; near miss: 南桥财险公司赔付保险金
    re.compile(rf"(?:从|向){_NAME}(?=[^。；]{{0,50}}(?:骗取|骗得)(?:了)?(?:保险|理赔|赔款|赔偿))"),
    # 从南桥汽车公司处骗取轿车; near miss: 从南桥公司出来
    re.compile(rf"(?:从|向|在){_NAME}(?:处|手中|那里|内)?[^，。；{V}]{{0,6}}(?:骗取|骗得|骗走|骗购|诈骗|诈取)"),
    # 进入南桥卫生院门诊楼，窃得手术灯
    re.compile(
        rf"(?:进入|潜入|溜门进入|钻入|翻入)(?:位于)?(?:本市|该市)?{_NAME}(?!门口|员工|职工|宿舍)[^，。；{V}]{{0,20}}[，]?[^，。；{V}]{{0,14}}(?:窃得|盗走|盗窃|窃取|盗得|偷走)(?![^。；]{{0,30}}[{V}])"
    ),
    # 向南桥银行申领…信用卡, 向南桥信用社以…名义贷款; near miss: 向南桥银行申请开户
    re.compile(
        rf"(?:从|向){_NAME}(?=[^。；]{{0,16}}(?:申领|申办|申请|办理|骗领|领取|以|骗取)[^。；]{{0,30}}(?:信用卡|贷记卡|贷款|借款|承兑汇票|额度))"
    ),
    # 申领南桥银行信用卡一张…透支…经催收仍不归还, 拖欠南桥银行本金; near miss: 用南桥银行信用卡转账
    re.compile(
        rf"(?:申领|申办|申请|办理|办得|持|使用|领取)(?:了|其)?(?:[^，。；]{{0,24}}?的)?{_NAME}(?:的)?[^，。；]{{0,6}}?(?:信用卡|贷记卡)(?=[\s\S]{{0,300}}透支[\s\S]{{0,300}}(?:催收|催缴|不归还|未归还|不还))"
    ),
    re.compile(
        rf"在{_NAME}(?=(?:（[^（）]{{0,24}}）)?[^。；]{{0,12}}(?:申领|申办|申请|办理|领取|骗领)[^。；]{{0,12}}信用卡[\s\S]{{0,300}}透支[\s\S]{{0,300}}(?:催收|催缴|不归还|未归还|不还))"
    ),
    re.compile(rf"(?:拖欠|透支|尚欠){_NAME}(?:的)?(?:信用卡)?(?:透支)?(?=本金|欠款|款|人民币|[0-9])"),
    # 在南桥医院急诊科打砸，毁损设备; near miss: 在南桥医院治疗
    re.compile(
        rf"(?:在|到|至|冲入|闯入){_NAME}(?=[^，。；{V}]{{0,10}}(?:打砸|砸毁|毁损|砸坏)[^。；]{{0,24}}(?:毁|损|价值))"
    ),
    # 未经林木所有者南桥村民组同意…盗伐; near miss: 未经林业部门批准
    re.compile(
        rf"未经(?:[^，。；]{{0,8}}?(?:者|人|方))?{_NAME}(?:的)?(?:许可|同意|允许|授权)(?=[^。；]{{0,60}}(?:砍伐|盗伐|滥伐|采伐|开采|采挖|占用))"
    ),
    # 将盗窃的水费补交至南桥自来水公司; near miss: 补交至社保局
    re.compile(rf"(?:补交|补缴)[^，。；]{{0,6}}?(?:至|给|到){_NAME}"),
    # 盗伐南桥林场…林木; near miss: 盗伐村民的林木
    re.compile(rf"(?:盗伐|滥伐|砍伐|盗采|盗挖){_NAME}(?=[^。；，]{{0,30}}(?:林|木|树|矿|砂|石))"),
    # 在南桥金属公司工作时…将公司的铜锭盗走; near miss: 在南桥金属公司工作时将⟨V⟩打伤
    re.compile(
        rf"(?:在|到|至|任|入职|受雇于|担任|系|进入|是|为|利用其?(?:担任|在)){_NAME}(?=[^。；]{{0,40}}(?:工作|上班|务工|打工|任职|任|担任|职务|入职|值班|实习|业务员|会计|出纳|员工|职工|期间|便利))(?=[^。；]{{0,90}}(?:公司|单位|厂|店|该院|学校|仓库|货款|公款|公司财物|财物|资金|款项)[^。；，{V}]{{0,30}}(?:盗走|窃走|偷走|窃取|盗窃|侵占|挪用|占为己有|据为己有|卷走|私吞|贪污|变卖|倒卖|销赃))"
    ),
    # 将南桥管理局账户上的公款挪用, 套取南桥卫生院公款; near miss: 套取现金
    re.compile(
        rf"(?:挪用|侵吞|贪污|套取|截留|侵占|冒领|虚报冒领|将|把){_HOLDER}(?=(?:的|账户[上内]?的?|账上的?)?[^。；，{V}]{{0,12}}(?:公款|资金|货款|专项款|经费|款项|补助款))"
    ),
    # 与南桥汽车租赁公司签订…骗走车辆; near miss: 与南桥汽车公司签订劳动合同
    re.compile(
        rf"(?:与|和|从|在|到|至|向|来到)(?=[^，。；]{{0,16}}(?:租赁|租车)){_NAME}(?=[\s\S]{{0,240}}(?:抵押|质押|骗|变卖))(?![^。；]{{0,60}}{V}(?:处|租))(?=[^。；]{{0,40}}(?:租赁合同|租得|租来|租车|骗租|骗得|承租|签订))"
    ),
    # 造成南桥砖厂棉纱损毁; near miss: 造成道路损毁 (nobody's name)
    re.compile(rf"(?:造成|致使|致){_NAME}[^，。；{V}]{{0,14}}(?:损毁|毁损|烧毁|损坏|被毁|灭失)"),
    # 造成⟨V⟩损失3万元，殃及⟨V⟩住宅、南桥合作社损失4200元
    re.compile(rf"(?:造成|致使|殃及|波及)[^。；]{{0,80}}?[、，及和]{_NAME}[^，。；{V}]{{0,6}}损失"),
    # 赔偿南桥管理处损失; near miss: 由南桥公司赔偿损失
    re.compile(rf"赔偿(?:了|给)?{_NAME}[^，。；{V}]{{0,24}}(?:损失|费用)"),
    # 被害单位×公司
    re.compile(r"被害单位(?P<org>[×xX*某]{1,4}(?:有限)?(?:公司|厂|店|银行|学校|医院))"),
    # 窜至南桥医药公司，撬锁后盗走该公司现金; near miss: 窜至南桥公司，盗走员工现金
    re.compile(
        rf"(?:至|到|入)[^，。；{V}]{{0,24}}?{_NAME}，[^。；{V}]{{0,50}}?(?:{_TOOK}|骗购)该(?:公司|店|厂|单位|校|院|中心|行|社)"
    ),
    # 至南桥商贸公司，在没有履约能力的情况下，骗取货物; near miss: 至南桥公司，骗取员工⟨V⟩的信任
    re.compile(
        rf"至[^，。；{V}]{{0,24}}?{_NAME}，[^。；{V}]{{0,30}}?(?:骗购|骗取|骗得)(?!信任)(?![^，。；]{{0,12}}(?:{P}|员工|职工))"
    ),
    # 酒后将该公司的车损坏, where 因与南桥公司产生纠纷 stands before; near miss: 因与南桥公司产生纠纷离职
    re.compile(
        rf"与{_NAME}[^，。；{V}]{{0,8}}纠纷[^。；{V}]{{0,60}}?(?:将|把)该(?:公司|店|厂|单位|校|院)[^。；{V}]{{0,50}}?(?:损坏|毁坏|砸坏|砸毁|烧毁|砸|毁)"
    ),
    # 南桥珠宝店被盗的黄金饰品; near miss: 南桥珠宝店员工被盗
    re.compile(rf"(?:[，。；：、]|经鉴定，){_NAME}被盗(?:的)?(?=[^，。；{V}]{{0,24}}(?:价值|现金|饰品|[0-9]))"),
    # 到南桥洗浴中心洗澡时，威胁店员，抢劫前台现金; near miss: 到南桥宾馆抢走⟨V⟩的手机
    re.compile(
        rf"(?:在|至|到|进入|窜至)(?:[^，。；{P[1:-1]}]{{0,24}}[处号口路])?{_NAME}[^。；{P[1:-1]}]{{0,60}}?抢(?:劫|走|得|取)(?:了)?[^，。；{P[1:-1]}]{{0,4}}(?:前台|收银|柜台|吧台|店内|店里|营业款|该(?:店|公司|行|中心))"
    ),
    # 到南桥珠宝店后，以购买为由…试戴…趁机逃离; near miss: 到南桥珠宝店当掉
    re.compile(
        rf"(?:在|至|到|去|来到|进入|窜至){_NAME}(?=[^。；{P[1:-1]}]{{0,60}}(?:试戴|挑选|试看|佯装|假装|购买[^，。；]{{0,8}}为由)[^。；{V}]{{0,80}}(?:逃离|逃跑|逃走|跑出|抢走|夺门|溜走))"
    ),
    # 用伪造的房产证在南桥信用社借款; near miss: 在南桥信用社借款
    re.compile(
        rf"(?:伪造|虚假|变造|冒用|冒充)[^。；]{{0,80}}?[，在向]{_NAME}(?=[^，。；{P[1:-1]}]{{0,10}}(?:贷款|借款|贷得|骗贷))"
    ),
    # 南桥出版社享有专有出版权的《…》, behind 未经授权; near miss: 南桥出版社享有盛名
    re.compile(
        rf"(?:未经|擅自|非法|盗版|假冒|侵犯)[^。]{{0,80}}(?:印刷|出版|复制|发行|销售|修订|[、，由]){_NAME}(?=(?:依法)?(?:享有|拥有|所有)[^，。；]{{0,12}}(?:出版权|著作权|版权|商标|专利))"
    ),
    # 将属南桥村集体所有的六棵树卖给; near miss: 属南桥村集体所有的道路
    re.compile(
        r"(?:将|把|砍伐|盗伐|采伐)[^，。；]{0,20}?属(?:于)?(?P<org>[\u4e00-\u9fff]{2,14}?(?:村集体|村|组))(?:集体)?所有的[^，。；]{0,10}(?:树|林木|木材)"
    ),
    # 到南桥二组的集体林内将林木砍伐; near miss: 到自家林内砍伐
    re.compile(
        r"(?:到|在|进入|窜至)(?P<org>[\u4e00-\u9fff]{3,26}?(?:村民小组|村民组|[一二三四五六七八九十]+组|村|林场))(?:的|当地)?[^，。；]{0,10}?集体林[^，。；]{0,6}(?:内|里|地)?[^，。；]{0,10}(?:砍伐|盗伐|采伐|砍倒)"
    ),
    # 窜至南桥祠，盗走功德箱; near miss: 到南桥寺烧香
    re.compile(
        rf"(?:在|至|到|入)[^，。；{P[1:-1]}]{{0,20}}?(?P<org>[\u4e00-\u9fff]{{2,10}}(?:祠|寺|庙|庵|教堂|道观|寺院))[，内里的][^。；{P[1:-1]}]{{0,30}}?(?:盗|窃|偷|撬)[^。；{P[1:-1]}]{{0,30}}(?:功德|香火|善款|佛像|供桌)"
    ),
    # 抵押给南桥信用社，贷款…造成损失
    re.compile(rf"抵押给{_NAME}(?=[^。；]{{0,60}}(?:贷款|借款)[^。]{{0,80}}(?:损失|未还|逾期|无力))"),
    # 林权为南桥林场所有…盗伐
    re.compile(rf"(?:林权|山权|权属)(?:为|属于?|归){_NAME}(?=[^。]{{0,80}}(?:盗伐|砍伐|滥伐|采伐))"),
    # 窃得⟨V⟩现金300元、南桥村委会现金12000元; near miss: 窃得⟨V⟩现金、手机
    re.compile(rf"(?:窃得|盗走|盗窃|骗取|骗得|抢得)[^。；]{{0,120}}?、{_NAME}(?=(?:的)?(?:现金|价值|人民币)[0-9])"),
    # 南桥砖厂被盗, 造成南桥砖厂损失
    re.compile(rf"(?:造成|致使|导致|致|给){_NAME}(?:、[^，。；]{{3,28}}?)?[^，。；{V}]{{0,10}}(?:经济|财产|直接)?损失"),
)
# goes on with another one: 南桥银行[、北桥银行]; near miss: 南桥银行、⟨V⟩
_BESIDE = re.compile(rf"(?:、|和|及|与|以及){_NAME}")
# who pays, guards or judges is no victim by these words
# matches 该公司, 南桥公安局, 南桥财险公司; near miss: 南桥该隐公司
_NEVER = re.compile(
    r"申请|设立|主管部门|盗|窃|骗|抢|晚上|当天|当日|^保险公司$|^(?:该|同一|本|其|此|上述|某|一家|一|两|三|几|自己|他人|他|所在|被害|受害|原|各|有关|多家|涉案|对方|国有|发还|追缴|扣押|冻结|公安|检察|法院|我)[^\u4e00-\u9fff]?(?:单位|公司|厂|店|集团|超市|商店|银行|酒店|学校|医院)?$|法院|检察院|公安|派出所|保险|司法鉴定|看守所|民政局|物价局|认证中心|鉴定"
)
# an insurer is a victim where the cover was claimed by a trick: 保险诈骗, 谎称被盗…理赔; near miss: 保险公司赔付
_FALSE_CLAIM = re.compile(
    "保险诈骗|骗取[^。；]{0,8}(?:保险|理赔)|骗保|(?:谎称|虚构|编造|伪造|明知)[^。；]{0,60}(?:报案|理赔)|报案(?:称|申请)?[^。；]{0,16}(?:被盗|理赔)"
    "|(?:编造|虚构|谎称)[^。；，]{0,30}(?:被盗|事故|失踪)[^。；]{0,80}(?:索赔|理赔|保险金)"
)
_CLAIMED = re.compile("理赔|索赔|保险金")
_CRIMINAL = re.compile("盗窃罪|诈骗|被告人")
_INSURERS = (
    re.compile(rf"(?:从|向){_NAME}(?=[^。；]{{0,8}}(?:报案|申请|索赔|要求|骗|提出|投保))"),
    # 骗取所投保的南桥财险公司的信任; near miss: 骗取⟨V⟩的信任
    re.compile(rf"骗取[^，。；]{{0,14}}?(?:投保|承保)的{_NAME}(?=的?(?:信任|理赔|赔))"),
)
# where it sits, before its name: 嘉和大厦[南桥科技公司], 18号[南桥公司]; near miss: 南桥大厦管理公司
_WHERE = re.compile(r"^[^“”]{0,20}(?:大厦|大楼|号楼|\d{1,4}号|\d{1,4}室|[A-Z0-9]座|\d{1,2}[楼层])(?=[^“”]{6,})")
_KEPT_ZONES = frozenset({Zone.FOUND, Zone.CHARGE, Zone.PLAIN, Zone.EVIDENCE, Zone.HELD})
# （以下简称南桥公司）; near miss: （已停业）
_ALIAS = re.compile(r"^（(?:以下)?(?:简称|称)(?:为)?[：:]?[“\"]?(?P<short>[^（），。”\"]{2,12})[”\"]?）")


def find_organizations(readings: Sequence[Reading], frames: Sequence[Frame]) -> list[Organization]:
    """Organizations that were harmed, with every place where they are named."""
    names: dict[str, set[str]] = defaultdict(set)
    for reading, frame in zip(readings, frames, strict=True):
        if is_only_a_dealing(reading.text):
            continue
        for name, end_in_view in (*_named(reading, frame), *_shops(reading, frame)):
            names[name].update(
                match["short"] for match in [_ALIAS.match(reading.text[end_in_view : end_in_view + 30])] if match
            )
    for name in list(names):
        full = _full_form(readings, name) or name
        full = _with_place(readings, full) or full
        if full != name:
            names[full] |= {name, *names.pop(name)}
    kept = {
        name: aliases
        for name, aliases in names.items()
        if not any(name != other and other.endswith(name) for other in names)
    }
    for name in names.keys() - kept.keys():
        longer = max((other for other in kept if other.endswith(name)), key=len, default=None)
        if longer is not None:
            kept[longer] |= {name, *names[name]}
    for name, aliases in kept.items():
        core = _PLACE_PREFIX.sub("", name)
        if core != name and any(re.search(f"(?<![省市县区]){re.escape(core)}", reading.text) for reading in readings):
            aliases.add(core)
    return [
        Organization(name, tuple(sorted(aliases)), _places(readings, (name, *aliases)))
        for name, aliases in kept.items()
    ]


_PLACE_PREFIX = re.compile("^(?:本[市县区]|[\u4e00-\u9fff]{2,5}?(?:[省市县区镇乡村]|街道))+(?=[\u4e00-\u9fff]{4,})")


def _with_place(readings: Sequence[Reading], name: str) -> str | None:
    """The longest form with its place before it that the papers have: 澄洲市盈海纺织有限公司 for 盈海纺织有限公司."""
    if _PLACE_PREFIX.match(name):
        return None
    before = re.compile(rf"(?![{_STOP}])[\u4e00-\u9fff]{{1,2}}(?:省|市|县|区){re.escape(name)}")
    found = {match.group() for reading in readings for match in before.finditer(reading.text)}
    return max(found, key=len) if found else None


def _full_form(readings: Sequence[Reading], short: str) -> str | None:
    """What the papers say a short name stands for: 南桥建材有限公司（以下简称南桥公司）."""
    for reading in readings:
        found = re.search(rf"{_NAME}（(?:以下)?(?:简称|称)(?:为)?[：:]?[“\"]?{re.escape(short)}[”\"]?）", reading.text)
        if found:
            return found["org"]
    core = short.removesuffix("公司")
    if core == short or len(core) < 2:
        return None
    for reading in readings:  # 盈海公司 for 澄洲市盈海纺织有限公司, when only one name fits
        fuller = {
            m["org"]
            for m in re.finditer(_NAME, reading.text)
            if core in m["org"][:-4] and m["org"].endswith("有限公司")
        }
        longest: str = max(fuller, key=len, default="")
        if longest and all(longest.endswith(other) for other in fuller):
            return longest
    return None


def _named(reading: Reading, frame: Frame) -> Iterator[tuple[str, int]]:
    if _CLAIMED.search(frame.text) and _FALSE_CLAIM.search(frame.text) and _CRIMINAL.search(reading.text):
        for match in (match for pattern in _INSURERS for match in pattern.finditer(frame.text)):
            if "保险" in match["org"] and reading.sentence_at(frame.to_view(match.start())).zone in _KEPT_ZONES:
                yield match["org"], frame.end_to_view(match.end("org"))
    for pattern in _CUES:
        for match in pattern.finditer(frame.text):
            name = _WHERE.sub("", match["org"].strip("“”"))
            start = frame.to_view(match.start("org"))
            if (
                _NEVER.search(name) and "骗" not in match.string[match.end() : match.end() + 60]
            ) or reading.sentence_at(start).zone not in _KEPT_ZONES:
                continue
            yield name, frame.end_to_view(match.end("org"))
            beside = _BESIDE.match(match.string, match.end("org"))
            if beside and not _NEVER.search(beside["org"]):
                yield beside["org"], frame.end_to_view(beside.end("org"))


# a shop as the place of a theft: 在位于某路9号“南桥”店铺内，盗走, 来到南桥项目部，盗窃; near miss: 在“南桥”店门口盗走
_SHOP_TAIL = "店铺|饭店|酒店|宾馆|旅馆|茶园|茶楼|茶馆|会所|网吧|餐厅|火锅店|理发店|美容院|养生馆|超市|便利店|商店|商场|商行|门市部|药店|手机店|烟酒店|服装店|金店|项目部|养殖场|厂|公司|学校|幼儿园|医院|卫生院|店"
_SHOP = re.compile(
    rf"(?:在|至|到|入)(?:位于)?(?:[^，。；“”{P[1:-1]}]{{0,34}}?[号段路街道区县镇村楼店馆场厦])?"
    rf"(?P<org>“[^“”，。；]{{2,14}}”(?:{_SHOP_TAIL})?|(?:(?![{_STOP}“”])[\u4e00-\u9fffA-Za-z0-9]){{2,16}}?(?:{_SHOP_TAIL}))"
    rf"(?!门口|门前|门外|附近|旁|对面|停车场|路口|楼下|“)"
    rf"(?![^，。；]{{0,16}}(?:办公室|家属|宿舍|楼道|楼梯|大厅|厕所|卫生间|一条街|售货员|员工|职工|顾客))[^，。；{P[1:-1]}]{{0,12}}，?(?:趁[^，。；{P[1:-1]}]{{2,10}}，?)?[^，。；{P[1:-1]}]{{0,16}}?(?:盗走|盗窃|窃得|窃取|偷走|盗得)"
)
# 将“南桥烟酒店”卷帘门撬开，进入店内盗走
_SHOP_DOOR = re.compile(
    rf"(?P<org>“[^“”，。；]{{2,14}}(?:{_SHOP_TAIL})”)[^，。；{P[1:-1]}]{{0,6}}(?:门|锁|窗)[^。；{P[1:-1]}]{{0,30}}?(?:盗走|盗窃|窃得|窃取|偷走)"
)
_TAKEN = re.compile("盗走|盗窃|窃得|窃取|偷走|盗得|抢|骗")


def _shops(reading: Reading, frame: Frame) -> Iterator[tuple[str, int]]:
    """Places of business in thefts of which no victim is named, in papers that name none without a deed of their own."""
    found = [*_SHOP.finditer(frame.text), *_SHOP_DOOR.finditer(frame.text)] if "盗" in frame.text else []
    if not found or _nameless(reading, frame):
        return
    for match in found:
        sentence = reading.sentence_at(frame.to_view(match.start()))
        end = frame.from_view(sentence.end - 1) + 1
        start = frame.from_view(sentence.start)
        near = re.sub(f"{V}[^，。；]{{0,4}}(?:发现|追赶|制止|阻拦|抓获|当场)", "", frame.text[start : end + 60])
        if V not in near and sentence.zone in _KEPT_ZONES - {Zone.EVIDENCE}:
            name = match["org"].strip("“”").removesuffix("内") if match["org"].endswith("”") else match["org"]
            yield name, frame.end_to_view(match.end("org"))


def _nameless(reading: Reading, frame: Frame) -> bool:
    """Whether a victim is named who stands in no account of a deed: the shop may be theirs."""
    placed: set[str] = set()
    known: set[str] = set()
    for mention in frame.mentions:
        at = frame.from_view(mention.start)
        if frame.text[at] != V:
            continue
        known.update(mention.people)
        sentence = reading.sentence_at(mention.start)
        if sentence.zone is not Zone.EVIDENCE and _TAKEN.search(reading.text, sentence.start, sentence.end):
            placed.update(mention.people)
    return not known <= placed


def _places(readings: Sequence[Reading], names: Sequence[str]) -> tuple[tuple[int, int, int], ...]:
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    return tuple((number, m.start(), m.end()) for number, r in enumerate(readings) for m in pattern.finditer(r.text))
