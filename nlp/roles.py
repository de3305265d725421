"""Words and constructions that tell what part a named person plays."""

from __future__ import annotations

import re

from nlp.facts import Role
from nlp.frames import NOTE, P
from nlp.name_cues import KIN

# Role words right before a name. The longer and the more specific come first.
_ROLE_WORDS: tuple[tuple[Role, str], ...] = (
    (Role.RELATIVE, rf"(?:被害人|受害人|死者|伤者)(?:的|之)?(?:近亲属|亲属|家属|{KIN.pattern})"),
    (Role.OTHER, r"(?:被)?上诉人（[^（）]{0,14}原告[^（）]{0,14}）"),
    (Role.RELATIVE, r"近亲属|亲属|(?<!病人)(?<!患者)(?<!伤员)家属|被扶养人"),
    (Role.GUARDIAN, r"法定代理人|监护人"),
    (
        Role.REPRESENTATIVE,
        r"(?:委托|诉讼|委托诉讼|特别授权)?代理人|(?:指定)?辩护人|法定代表人|负责人|诉讼代表人|法律援助律师|律师|值班律师",
    ),
    (
        Role.VICTIM,
        r"附带民事诉讼原告人（被害人）|(?:被害|受害)人[（(](?:附带民事诉讼原告人|原告人)[)）]|(?:本案|同案|名|位|老年人?|未成年|女|男|(?:第)?[一二三四五]?)?(?:被害|受害)(?:人|者|方)|死者|伤者|失主|事主|被侵害人|被害(?=$)|受害(?=$)|被伤者|自诉人",
    ),
    (
        Role.ACCUSED,
        r"(?:同案)?被告人|原审被告人|附带民事诉讼被告人|犯罪嫌疑人|嫌疑人|上诉人|原审上诉人|被执行人|罪犯|同案犯|同案人|被不起诉人|被讯问人|同伙|歹徒|凶手|加害人|侵权人|赔偿义务人|作案人|共犯|行为人|违法行为人|原审附带民事诉讼被告人|被监视居住人|被取保候审人|(?<!原审)被告(?!人)|原审被告",
    ),
    (Role.WITNESS, r"证人|目击者|目击证人|见证人"),
    (Role.EXPERT, r"(?<!被)鉴定人员?|主治医师|(?:主管)?医师|医生|护士|价格认定人"),
    (
        Role.OFFICER,
        r"审判长|代理审判员|审判员|人民陪审员|陪审员|法官助理|书记员|代理检察员|检察员|检察官助理|检察官|检察长|侦查员|侦查人员|民警|辅警|承办人|经办人|(?<!被)询问人|(?<!被)讯问人|记录人|检察人员|(?<!被)告知人|办案人员?|承办检察官|接警人|执行员|翻译人员|调解员|人民调解员",
    ),
    (
        Role.OTHER,
        r"附带民事诉讼原告人|(?<!被)原告人?|第三人|申请执行人|被上诉人|申请人|被申请人|受害方|患者|病人|伤员|死亡人|被鉴定人|被询问人|报案人|报警人|举报人|持证人|户主|甲方|乙方|收款人|领款人|谅解人|出具人|立据人|当事人",
    ),
)
# who speaks for a harmed firm: 被害单位的工作人员⟨who⟩的陈述; near miss: 被害人⟨who⟩
SPEAKS_FOR_FIRM = re.compile(
    r"(?:单位|公司|银行|商场|超市|酒店|医院|学校|店|厂)的?(?:工作人员|员工|职工|经理|副经理|总经理|店长|负责人|代表|会计|出纳|店员|保安|报案人员?)$|(?:被害|受害)(?:单位|公司|银行|企业)(?:的)?(?:代表|负责人|工作人员)?$"
)
_SIDE = "(?:“|即|：|:|为|系|是|暨|兼|、|（[^（）]{1,12}）|[ ])?"
LEFT_CUES = tuple((role, re.compile(rf"(?P<cue>{words}){_SIDE}$")) for role, words in _ROLE_WORDS)

# right behind the name, in brackets or not
RIGHT_CUES = (
    (
        Role.VICTIM,
        re.compile(
            r"^（[^（）]{0,16}(?:(?:被害人|受害人|死者|伤者)(?=[，、；）])|殁年|卒年)|^（(?:被害|受害)人?[，、）]"
        ),
    ),
    (
        Role.ACCUSED,
        re.compile(
            r"^（[^（）]{0,20}(?:另案|已判|在逃|同案|刑拘|已起诉|批捕|另行处理|已处理|均?已被判|行政处罚|不起诉|未到案|身份不明|未成年人，另处)"
        ),
    ),
    (Role.VICTIM, re.compile(r"^(?:（[^（）]{0,30}）)?(?:的|当庭|在(?:公安机关|侦查阶段)的)?陈述(?!意见|笔录中)")),
    (Role.VICTIM, re.compile(r"^等(?:共计|共)?[0-9一二三四五六七八九十百千余]+[名位个](?:被害|受害|被骗)")),
    (Role.WITNESS, re.compile(r"^(?:的)?(?:证言|证明材料|证词)")),
)

# 李某的母亲王某, 其父贺广田, 王某之妻, 我爹贺广田; group `of` may be 其 or 我
KINSHIP = re.compile(rf"(?P<of>{P}|其|他|她|我){NOTE}(?:的|之)?(?P<kin>{KIN.pattern})(?:叫|是|名叫)?(?P<who>{P})?")
# 余某（死者林某之祖母）, 余某系被害人林某的母亲
KINSHIP_AFTER = re.compile(
    rf"(?P<who>{P})(?:（(?:系|是)?|，|[^。；\n{P[1:-1]}]{{1,40}}，(?={P}(?:之|的)(?:{KIN.pattern}))|[^。；{P[1:-1]}]{{0,70}}?(?:系|是|与)(?:本案)?)(?P<of>{P})(?:关系[：:]?|系)?(?:的|之)?(?P<kin>{KIN.pattern})"
)
# 我是门家兴的妻子, 冼有根是我堂弟: the one who speaks is the kin
KINSHIP_OF_SPEAKER = re.compile(
    rf"我(?:是|系)(?P<of>{P})(?:的|之)?(?P<kin>{KIN.pattern})|(?P<of2>{P})(?:是|系)我(?:的|亲|家)?(?P<kin2>{KIN.pattern})"
)
# a list of the household in a paper about one person: 一、父亲韩有福，78岁
KINSHIP_LISTED = re.compile(
    rf"(?:^|[，。；、：\n ])(?:[一二三四五六七八九十0-9]{{1,2}}[、.])?(?P<kin>{KIN.pattern})[：: ]?(?P<who>{P})"
)
# matches 致原告受伤, 原告PER十级伤残, 原告李某骨折; near miss: 原告的父亲受伤, 原告车辆受损
HURT_PLAINTIFF = re.compile(
    r"(?P<who>原告人?(?:（[^（）]{0,12}）)?|被上诉人|申请人)(?!(?:的|之)?(?:父|母|妻|夫|子|女|儿|亲属|车))(?:(?!其(?:父|母|妻|丈夫|儿子|女儿|亲属)|[将把](?!原告|其)|[致使对打]被告)[^。；]){0,60}?(?:受伤|骨折|伤残|[一二三四五六七八九十]级(?:伤残|残疾|劳动能力)|损伤|住院治疗|摔倒|烧伤|烫伤|摔伤|撞伤|打伤|砸伤|咬伤|压伤|扭伤|擦伤|挫伤|挫裂|外伤|血肿|坠落|跌倒|跌伤|致残|中毒|[轻重]伤)"
)
# a driver whom the traffic police hold liable: ⟨who⟩负事故全部责任; of nobody else's role is known
LIABLE = re.compile(
    rf"(?P<who>{P})(?:（[^（）]{{0,20}}）)?(?:违[^。；]{{0,40}}，)?(?:应)?(?:负|承担)(?:此次|本次|该|本起|事故|的|起|交通|道路)*(?:全部|主要)责任"
)
