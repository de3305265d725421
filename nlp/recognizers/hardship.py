"""Hardship of a victim's household: registered status, lost capacity to earn, costly illness, plain poverty."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from nlp.answers import context_of, is_asked
from nlp.facts import Attribute, Hardship
from nlp.frames import V
from nlp.mentions import Context, Mention
from nlp.outsiders import KIN_TOLD
from nlp.ownership import Credit, credit, owners_left
from nlp.people import Cast, Paper
from nlp.reading import Sentence, Zone

# Each with an example and a near miss that `_DENIED`, `_ENDED` or `_PRETEXT` catch or the pattern avoids.
_CATEGORIES = (
    ("低保边缘", re.compile("低保边缘(?:家庭|户|人口)?|低边户|最低生活保障边缘(?:家庭|户)?")),  # 该户系低保边缘家庭
    (
        "低保",
        re.compile(
            "(?:(?:享受)?(?:农村|城市|城镇|城乡)?(?:居民)?(?:享受)?(?:最低生活保障|低保))(?!边缘|标准|线|申请|中心|科|办)(?:户|对象|家庭|待遇|金|人员)?"
        ),
    ),  # 享受农村低保; 近: 低保标准
    (
        "特困",
        re.compile("特困(?:供养)?(?:人员|户|对象|老人|家庭)?(?:供养)?|五保(?:户|老人|对象|供养)|(?:分散|集中)供养"),
    ),
    (
        "脱贫监测",
        re.compile(
            "建档立卡(?:贫困)?(?:户|家庭|人口|对象)?|脱贫(?:不稳定)?户|脱贫监测(?:户|对象)?|(?:防(?:止)?返贫)(?:动态)?监测(?:对象|户|家庭)?|监测(?:户|对象)|边缘易致贫户?|突发严重困难户"
        ),
    ),
    ("孤儿", re.compile("孤儿|事实无人抚养(?:儿童)?")),
    (
        "重病",
        re.compile(
            "(?:患|得|查出|确诊(?:为)?|身患|罹患|诊断为|治疗|医治)(?:有|了)?[^，。；]{0,8}(?:癌|白血病|尿毒症|恶性肿瘤|淋巴瘤|肾衰竭?|肾功能衰竭|系统性红斑狼疮|再生障碍性贫血|血友病|帕金森病?|重病|大病|重大疾病|脑瘤|肝硬化|心力衰竭)|(?:靠|做|长期|需要?|每周)[^，。；]{0,4}(?:血液?透析|血透|透析|化疗)|重病(?:患者|在身|缠身)|长期卧病|卧病在床|常年卧床|常年(?:吃药|服药|住院)"
        ),
    ),
    (
        "失能失业",
        re.compile(
            "(?:丧失|失去|没有|无|缺乏)(?:了)?(?:部分|基本|全部)?劳动(?:能力|力(?!纠纷))|(?:丧失|失去|没有|没了|无)(?:了)?(?:任何|固定|稳定|其他|经济|劳动|生活|主要)?(?:的)?(?:收入(?:来源)?|经济来源|生活来源)|失业(?!保险|金)|下岗|(?:不能|无法|没法|再也不能)(?:再)?(?:下地|干活|务工|打工|从事(?:体力)?劳动|劳动|上班|工作|务农|出去干活|挣钱)|干不了活|断了收入|一分(?:钱)?收入[也都]?没|(?:给|被)[^，。；]{1,3}(?:除名|辞退|开除)了|生活不能自理|失去生活来源"
        ),
    ),
    (
        "生活困难",
        re.compile(
            "(?:家庭|生活|经济|家境|家里|家中|日子|全家)(?:情况|条件|状况|十分|非常|确有|极其|比较|极度|很|特别|较为|陷入|确实|极|相当|一直|也|都|较|的|存在|上)*(?:困难|贫困|贫寒|拮据|窘迫|紧张|贫穷|艰难|揭不开锅)|(?:特别|特殊|确有|生活)困难(?:户|家庭|群众)|困难(?:家庭|户|群众|职工)|贫困(?:户|家庭)|入不敷出|(?:无力|没钱|没有钱|无钱|拿不出钱|付不起|交不起|负担不起|支付不起|凑不齐)[^，。；]{0,8}(?:医疗费|治疗费|手术费|药费|住院费|医药费|治疗|治病|看病|医治|做手术|继续治|康复|化疗|放疗|透析|抢救|住院)|(?:借钱|借债|举债|借款|四处借|东拼西凑|变卖)[^，。；]{0,6}(?:治病|看病|治疗|医疗费|手术|住院|度日)|(?:欠下|欠了|负债|欠债|欠着?外债)[^，。；]{0,12}(?:医疗费|治疗费|元|外债|块)|靠(?:借钱|借债|救济|亲戚接济|接济|捡破烂|捡废品|低保|亲友资助)[^，。；]{0,4}(?:度日|过日子|生活|维持)?|难以维持(?:生活|生计)|生活(?:无着|无以为继|难以为继)|因(?:病|案|伤)致贫|捉襟见肘|生计艰难|无力偿还治疗|(?:交|拿|凑|付|掏)不(?:出|起)(?:来|钱)?(?!户)|再?也?借不(?:到|着)|没有?钱(?:给[^，。；]{1,4})?(?:治|看病|交|做手术)|欠(?:下|了|着)?(?:亲戚|亲友|邻居|工友|村里|街坊)(?:的|不少|很多|们)*(?:债|钱)(?!务)|欠(?:下|了)?(?:不少|很多|一屁股)(?:外)?债|靠[^，。；]{0,4}(?:捡|拾)(?:废品|破烂|垃圾)|外债"
        ),
    ),
)
# an illness that is costly and lasts by its nature: matches 尿毒症，一礼拜透三回, 肝癌, 正在化疗, 尘肺三期; near miss: 抗癌药房
_GRAVE = re.compile(
    "尿毒症|尘肺(?:病)?(?:[一二三ⅠⅡⅢ]期)?|(?:肝|肺|胃|肠|乳腺|食[道管]|宫颈|胰腺|鼻咽|甲状腺|卵巢|膀胱|前列腺|骨|血)癌(?:晚期|早期|中期)?|白血病|红斑狼疮|阿尔茨海默[^，。；]{0,3}|渐冻症|"
    "(?:血液?|腹膜)?透析|血透|(?<!放射)(?:化|放)疗|强直性脊柱炎|肌萎缩侧索|肝硬化(?:失代偿)?"
)
# an illness that is costly where care is told beside it (`_CARE`): matches 中风…药没断过, 脑梗，偏瘫五年了; near miss: 曾经中风，已好
_LASTING_ILLNESS = re.compile(
    "中风|脑(?:梗死?|梗塞|出血|溢血|瘫)(?:后遗症)?|偏瘫|瘫痪?(?:在|了)|半身不遂|类风湿|糖尿病(?=[^。；]{0,16}(?:并发|胰岛素|截肢))|癫痫|心衰|肺气肿"
)
_CARE = re.compile(
    "药(?!店|房|监)|吸氧|氧气|住院|看护|护理|照[看顾料]|长期|常年|离不开|不离人|吃喝拉撒|卧床|在床|炕上|尿不湿|说不成话|(?:一个?月|每月|月)[^，。；]{0,8}[百千万0-9一二三四五六七八九两]"
)
# an illness that is over, or of one who died of it: matches 我儿子2009年走的，白血病; near miss: 老伴走不了路
_ILL_NO_MORE = re.compile("(?:走的|走了(?!路)|去世|病故|病逝|死的|没了|过世|殁|亡故|已?治愈|已好|好利索|康复)")
# such an illness as a harm done: matches 致其脑出血, 外伤性癫痫
_BY_FORCE = re.compile("(?:伤|致|造成|引起|打|撞|摔|颅内|蛛网膜下?|硬膜[外下]|弥漫|术)[^，。；]{0,8}$")
_OF_KIN_OR_OLD = re.compile(
    f"(?:{KIN_TOLD}|老汉|老倌子?|老头子?|患有?|得了|得的|查出|前年|去年|年前|早年|原有|长期|后遗症)[^。；]{{0,24}}$"
)
_PAPERS_OF_HARM = ("鉴定意见", "伤残鉴定", "死亡鉴定", "病历", "出院小结", "诊断证明", "费用清单", "死亡证明")
# hardship in the words of those who suffer it, each with one example
_SPOKEN_HARDSHIP = re.compile(
    "揭不开锅|"  # 家里真是揭不开锅了
    "(?:日子|光阴|生活|屋头|家里|家头|屋里|手头)(?:过得|过的)?(?:真|太|很|实在|可|也|越来越|实在是)*(?:紧巴|紧得很|很紧|紧张|难熬|难过|恼火|艰难|苦得很|难得很|难肠|遭孽)|紧巴得?很|"  # 日子紧巴得很
    "(?:看|付|交|住|治|养|还|吃|读|上|供)不起(?:了|病|院|学|药|书)?(?!诉|来)|"  # 真的付不起了
    "(?:学费|书费|住校费|生活费|住院费|药费|药|奶粉|米面?|面|饭钱|种子|化肥)[^，。；]{0,8}(?:借的|赊|欠着|还是[^，。；]{0,4}借|垫的)|"  # 学费还是问丈人借的
    "欠着?(?:了|下)?(?:市|县|镇|区|乡)?(?:[一二三]院|医院|卫生院|护理院|养老院|药店|诊所)[^，。；]{0,10}(?:[账钱费款]|[0-9一二三四五六七八九十两几]+(?:个月|多?万|千|元|块))|(?:医院|护理院|卫生院)(?:的)?[^，。；]{0,4}欠(?:账|费|款|了[一二三两几0-9]+个月)|"  # 欠县医院账, 护理院欠了两个月
    "(?<!无力)举债|借了一圈(?:债|钱)|拉(?:着|了|下)[^，。；]{0,10}饥荒|(?:还|又|也)?欠(?:着|了|下)?(?:亲戚|亲友|丈人|娘家|女婿|肉款|货款|一屁股)[^，。；]{0,8}(?:万|千|债|钱|账)|"  # 拉着亲戚六万多饥荒
    "难以(?:承担|负担|承受|支撑|为继|维系)(?!责任|.{0,4}(?:刑事|赔偿|民事)责任)|治疗困难|"  # 家庭明示难以承担
    "(?<!没)(?<!没有)有困难，?但?属?(?:暂时|阶段)|因[案伤病灾]致[困贫]|"  # 有困难，但属暂时性
    "(?:哪来的钱|哪来的(?=？)|没有?着落|凑不(?:出来|齐|够)|割肉的钱都没|饭都吃不上|吃了上顿|断了顿|断炊|(?:到期|贷款|利息)[^，。；]{0,4}还不上)|"  # 哪来的？
    "(?:借住|睡|住)(?:在)?(?:[人他]家|别人)?(?:的)?(?:车库|桥洞|窝棚|地下室)"  # 现借住车库
)
_PATTERNS = (*_CATEGORIES, ("重病", _GRAVE), ("重病", _LASTING_ILLNESS), ("生活困难", _SPOKEN_HARDSHIP))
_DENIED = re.compile(
    "(?:不是|并非|不属于?|非|未(?:纳入|享受|列入|办理|被纳入|被认定为|申请|领取)|没有(?:纳入|享受|办|申请|领)|不符合|不在|无|否认|不享受|不存在|没吃上?|没有)(?:过|家庭|我市|本市|农村|城市|城镇|其|任何)?[^，。；]{0,4}$"
)
_ENDED = re.compile(
    "(?:曾经?|(?<!其)原(?:系|为|属|先|来|本)|以前|过去|早年|之前|前些年)(?:是|系|为|属|享受|被)?[^，。；]{0,8}$"
)
_ENDED_AFTER = re.compile(
    "^[^。；]{0,16}?(?:已(?:于[^，。；]{0,12})?(?:脱贫|取消|退出|停发|注销|停止|清退)|现已(?:脱贫|取消|退出|不)|(?:被|就|后来?|给)(?:取消|停发|停|取掉|撤|拿掉|下)(?:了|掉)?|没(?:有)?(?:获)?(?:批|通过)|未(?:获)?批)|"
    "^[^，。；]{0,4}以前(?:有|享受|吃|办)过"
)
# behind the word: matches 低保：问过，暂不符合; 低保我去问过，不够格; 低保正在走程序; near miss: 享受低保，临时救助没批 (`_HELD`)
_REFUSED_AFTER = re.compile(
    "^[^。；]{0,40}?(?:不(?:符合|够格|够条件|予)|够不到|没有?[^，。；有]{0,2}批|未(?:获)?批|没评上|评不上|没有?申请|没办|退回|正在(?:走|办|申请)|还在(?:走|办|申请))"
)
_HELD = re.compile("(?:享受|纳入|吃|领|拿|办了|办上|评了|评上|批了|系|是|为|属)(?:了|着|上|的)?[^，。；]{0,6}$")
_NOT_ENJOYED = re.compile("(?:不(?:再)?|未|没有?)$")  # 已不[享受低保]
# 身份证[拿不出]来 is no poverty
_PAPERS_NOT_SHOWN = re.compile("(?:证|证据|材料|票|合同|凭证|线索|理由|东西|记录)[^，。；]{0,4}$")
_ASKED = re.compile(
    "(?:是否|有没有|申请|要求|拟|准备|如果|如|若|可能|能否|有无|想|打算|帮(?:助|其|他|她|忙)?(?:办理|办)?|办理|可以|符合|会)[^，。；]{0,10}$"
)
_PRETEXT = re.compile("(?:为由|的名义|为名|手续|指标|资格|名额|政策|补贴款)|冒充|谎称|(?<!被)骗")
_OTHER_HOUSE = re.compile(
    "(?:跟|和|与)[^，。；]{0,6}不(?:是|在)?(?:一家|一个|同一)(?:子|人|户口|户)|不(?:跟|和|与|同)[^，。；]{0,8}(?:一个户口|一起(?:生活|住|过)|同户|一户|住一起)|单过|分家|分开过|各过各|自己一家|另立户|另过|不在一个户口"
)
# who is ill lives elsewhere: matches 弟弟肝癌，不过他跟我不是一家子; near miss: 我兄弟分家了，老汉跟我
_ILL_ELSEWHERE = re.compile(
    "[他她][^。；]{0,6}[跟和与]我们?不是一(?:家|户|个户)|[他她](?:自己)?(?:早)?(?:分家|单过|另过)"
)
_STATUSES = ("低保", "低保边缘", "特困", "脱贫监测", "孤儿")
# the law told in other words: 被扶养人是指…丧失劳动能力又无其他生活来源的成年近亲属
_LAW_TOLD = re.compile("是指|依法应当承担(?:扶|抚|赡)养义务|之规定|(?:成年近亲属|继承人)(?:，|。|、|的遗产|分配)")
# 无证据证明其丧失劳动能力, 没有提供…没有生活来源的证据; near miss: 已提供证据证明其丧失劳动能力
_UNPROVEN = re.compile(
    "(?:没有?|无|未|缺乏)(?:提供|提交|出示)?[^，。；]{0,10}(?:证据|证明|材料)[^，。；]{0,14}$|不(?:能|足以)证[明实][^，。；]{0,12}$"
)
_UNPROVEN_ASIDE = re.compile("(?:没有?|未)(?:提供|提交|出示)[^。；]{0,20}$")
# 索要10万元，因其拿不出 is no poverty
_EXTORTED = re.compile("索要|索取|勒索|抢劫|赎金|还款|催债|讨债")
_LIST_OF_KINDS = re.compile(
    "(?:低保|特困|残疾人?|孤儿|贫困|困难)[^，。；]{0,6}[、或和及][^，。；]{0,10}(?:低保|特困|残疾|孤儿|贫困|困难|老年|妇女|儿童|军人)"
)
# before and behind one of several kinds: matches 系统中无(低保)、特困、低保边缘记录; near miss: 无低保、特困证明的，可以申请
_NONE_OF = re.compile(
    "(?:无|没有|未查到|未查询到|未发现|未见|未享受|未纳入|不属于|不是|并非)"
    "(?:[^，。；：的、]{0,4}(?:低保|特困|五保|孤儿|残疾|监测|建档立卡|贫困)[^，。；：的、]{0,4}[、或和及])*[^，。；：的、]{0,4}$"
)
_TO_THE_END = re.compile("[^，。；的]{0,16}(?:[，。；]|$)")
_TITLE = re.compile("[^，。；]{0,4}(?:审批|申请|认定|登记|核对)(?:表|书|通知|结果)")  # 特困人员审批表
_POVERTY_OF_ACCUSED = re.compile(
    "(?:无|没有|缺乏)(?:赔偿|履行|偿还|退赔)能力|(?:无力|没钱|拿不出钱|没有能力|无法)(?:赔偿|支付赔偿|退赔|履行|给被害人)"
)


# a plea for the accused: 其家庭困难，请求从轻处罚; near miss: 请求从重处罚
_LENIENCY = re.compile("(?:请求|建议|恳请|希望)[^，。；]{0,8}(?:从轻|减轻|从宽|缓刑|宽大)")


@dataclass(frozen=True, slots=True)
class HardshipPatterns:
    """See module."""

    name: str = "hardship-patterns"
    version: str = "1"

    def find(self, cast: Cast) -> Iterable[Mention]:
        for index, paper in enumerate(cast.papers):
            text = paper.reading.text
            taken: list[tuple[int, int]] = []
            for category, pattern in _PATTERNS:
                for match in pattern.finditer(text):
                    if any(a < match.end() and match.start() < b for a, b in taken):
                        continue
                    if pattern in (_GRAVE, _LASTING_ILLNESS) and not _lasts(paper, match):
                        continue
                    taken.append(match.span())
                    mention = _mention(cast, index, paper, match, category)
                    if mention is not None:
                        yield mention


def _mention(cast: Cast, index: int, paper: Paper, match: re.Match[str], category: str) -> Mention | None:
    reading = paper.reading
    sentence = reading.sentence_at(match.start())
    text = reading.text
    before, after = (
        text[max(sentence.start, match.start() - 18) : match.start()],
        text[match.end() : min(sentence.end, match.end() + 46)],
    )
    words = text[sentence.start : sentence.end]
    context = context_of(reading, sentence)
    if (
        context in (Context.AFFIRMED, Context.ALLEGED)
        and category in _STATUSES
        and _LIST_OF_KINDS.search(words)
        and _NONE_OF.search(before)
        and _TO_THE_END.match(after)
    ):
        context = Context.NEGATED
    elif context is Context.QUOTED_LAW or context is Context.BOILERPLATE or _LIST_OF_KINDS.search(words):
        context = Context.BOILERPLATE if context is Context.AFFIRMED else context
    elif _LAW_TOLD.search(words):
        context = Context.QUOTED_LAW
    elif category in _STATUSES and _PRETEXT.search(before[-6:] + after[:12]):
        return None
    elif (
        not is_asked(reading, sentence)
        and (
            _DENIED.search(before)
            or _UNPROVEN.search(before)
            or (after.startswith("的证") and _UNPROVEN_ASIDE.search(text[sentence.start : match.start()]))
        )
    ) or (
        category in _STATUSES
        and (
            (match.group().startswith("享受") and _NOT_ENJOYED.search(before))
            or (not match.group().startswith("享受") and not _HELD.search(before) and _REFUSED_AFTER.match(after))
        )
    ):
        context = Context.NEGATED
    elif _ENDED.search(before) or _ENDED_AFTER.match(after):
        context = Context.OLD_CASE
    elif sentence.zone is not Zone.QUESTION and _ASKED.search(before):
        context = Context.HYPOTHETICAL
    if category == "生活困难" and _POVERTY_OF_ACCUSED.search(words) and not _names_victim(paper, sentence):
        return None
    if category == "生活困难" and _PAPERS_NOT_SHOWN.search(before):
        return None
    if category == "生活困难" and (
        after[:2] in ("补助", "补贴") or (match.group().endswith(("出", "起")) and _EXTORTED.search(words))
    ):
        return None
    who = credit(cast, paper, match.start(), household=True)
    clause = re.split(
        "[，。；]", paper.frame.text[paper.frame.from_view(sentence.start) : paper.frame.from_view(match.start())]
    )[-1]
    if _LENIENCY.search(words) and V not in clause:
        who = Credit((), "被告人一方")
    if category == "重病" and _ILL_ELSEWHERE.search(after):
        who = Credit((), "与被害人不是同一户")
    if (
        who.owners
        and paper.subject_at(match.start()) not in who.owners
        and _OTHER_HOUSE.search(text[max(0, sentence.start - 2) : sentence.end + 30])
    ):
        who = Credit((), "与被害人不是同一户")
    if not who.owners and (context in (Context.QUOTED_LAW, Context.HYPOTHETICAL) or _TITLE.match(after)):
        return None
    row = owners_left(paper, match.start(), sentences_back=0) if context is Context.NEGATED and who.owners else ()
    owners = row if set(who.owners) < set(row) else who.owners  # ⟨V⟩、⟨V⟩均无低保
    return Mention(
        Attribute.HARDSHIP,
        Hardship(category),
        index,
        match.start(),
        match.end(),
        owners,
        context,
        0.85,
        why=None if owners else who.why,
    )


def _lasts(paper: Paper, match: re.Match[str]) -> bool:
    """Whether an illness that is only named is one of somebody alive that needs lasting, costly treatment, and no
    harm that was done."""
    reading = paper.reading
    here = reading.sentence_at(match.start())
    before = reading.text[here.start : match.start()]
    around = before + reading.text[match.start() : min(len(reading.text), match.end() + 70)].split("\n")[0]
    if reading.kind in _PAPERS_OF_HARM or _BY_FORCE.search(before) or _ILL_NO_MORE.search(around):
        return False
    if match.re is _GRAVE:
        return True
    told = here.zone is Zone.ANSWER or _OF_KIN_OR_OLD.search(before + match.group())
    return bool(told) and _CARE.search(around) is not None


def _names_victim(paper: Paper, sentence: Sentence) -> bool:
    """Whether a victim is named in the sentence (else 无力赔偿 makes it the accused's poverty)."""
    frame = paper.frame
    start, end = frame.from_view(sentence.start), frame.from_view(sentence.end - 1) + 1
    return V in frame.text[start:end]


RECOGNIZER = HardshipPatterns()
