"""Where personal names stand in the papers of one dossier: masked ones by their form, full ones by cue and habit.

A masked name (张某, 李某某, 王某甲, 赵×2, 4某丁) is known by its form. A full name is learned once, where a cue
announces it (被害人…, 姓名：…, 其父…), and then found wherever it stands. How many characters belong to
it is decided by how it continues over all its occurrences in the dossier.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from nlp.lexicon import words
from nlp.segment import is_word, tokens

STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
MASK = "[某×xX*]"
# characters that follow a name but are hardly ever its last one
_NOT_GIVEN = frozenset(
    "的在将和与把被因于以及等从对向持用到打受驾随报致均系为之其也又曾已后前称说遭即则便仍还让叫给替是有无不没未可能会应要欲想去回来上下进出入内外中里处同跟由经据按当并且而但或及至"
    "时日月年，。、；：（）“”《》 \n？！?!0123456789各共两二三四五六七八九十几每该此这那者们个名人所供述陈证辩签捺盖领收赔付欠取得获使令请拿抢偷骗盗拉推踢砍刺捅撞追逃跑走坐站倒拨"
    "问答听看认提供支属住借约伙纠趁先再主交购买卖送找骑开乘接答"
)
# after a masked surname these begin the next word, though many end a full name: 沈某放在, 宁某家中, 李某左臂
_NOT_AFTER_MASK = _NOT_GIVEN | frozenset(
    "放置左右位抱保手家能身头面颈胸腹背双眼耳鼻口腿脚臂停挂摆装存丢遗夫妻父母儿邻本现案发此行夫租居女男孩老小姐弟哥妹近亲损诊鉴轻重死伤镇村乡县区路街长次迫跳索原诉"
)
_HARD_STOP = frozenset("在将和与的把被因于以及等从对向均系为之其也")
_KIN = (
    "父亲|母亲|父母|爸爸|妈妈|爸|妈|之父|之母|之妻|之夫|之子|之女|丈夫|妻子|前夫|前妻|儿子|女儿|长子|次子|三子|长女|次女|养子|养女|继子|继女|继父|继母|哥哥|弟弟|姐姐|妹妹|兄弟|姐夫|妹夫|嫂子|弟媳|"
    "祖父|祖母|爷爷|奶奶|外公|外婆|外祖父|外祖母|孙子|孙女|外孙|外孙女|叔叔|伯父|伯母|婶婶|姑姑|姑父|舅舅|舅妈|姨妈|姨父|侄子|侄女|侄媳|外甥|外甥女|岳父|岳母|公公|婆婆|儿媳|女婿|女友|男友|老公|老婆|媳妇|老伴|爱人|爹|娘|堂叔|堂兄|堂弟|堂哥|表哥|表弟|表姐|表妹|大伯|小叔子|养父|养母|祖孙|父|母|妻|夫|子|女|兄|弟|姐|妹"
)
KIN = re.compile(_KIN)
_CUES = (
    "被害人|受害人|被害者|受害者|死者|伤者|失主|事主|被侵害人|附带民事诉讼原告人|原告人|原告|被告人|被告|犯罪嫌疑人|嫌疑人|上诉人|被上诉人|申请执行人|被执行人|申请人|被申请人|罪犯|同案人|同案犯|证人|见证人|报案人|报警人|举报人|"
    "法定代理人|监护人|委托代理人|诉讼代理人|代理人|辩护人|法定代表人|负责人|经营者|业主|鉴定人|被鉴定人|鉴定人员|主治医师|医师|医生|护士|审判长|审判员|代理审判员|人民陪审员|陪审员|书记员|检察员|代理检察员|检察官|检察官助理|检察长|民警|辅警|侦查员|"
    "询问人|讯问人|记录人|被询问人|被讯问人|翻译人员|承办人|经办人|受害方|村民|居民|职工|员工|学生|乘客|行人|司机|驾驶人|驾驶员|乘车人|同事|邻居|工友|朋友|老板|店主|经理|户主|持证人|患者|病人|伤员|死亡人|姓名|当事人|甲方|乙方|丙方|收款人|领款人|付款人|出具人|立据人|谅解人|"
    "赔偿人|被扶养人|与户主关系|申请救助人|救助申请人|近亲属|亲属|家属|女子|男子|妇女|儿童|男孩|女孩|女童|男童|老人|老汉|少年|少女|幼女|青年|工人|民工|保安|债主|出租人|承租人|女青年|女生|男生|室友|同学|网友|客户|投资人|保姆|护工|教师|老师|校长|村主任|组长|队长|股东|会计|出纳|收条人|今收到|现收到|兹证明|兹有|绰号|又名|曾用名|化名|别名|小名|送货人|车主|货主|房主|屋主|住户|(?:家属|患者|本人|签收人|被害人|当事人|代理人|立据人|出具人)?(?:签名|签字|签收)|被走访人|来访者|(?<=[ \n\u3000])对象|报警人|告知人|检察人员|值班律师|律师|申请救助人|被救助人|死者姓名|户主姓名|接警人|联系人|伤者姓名|被不起诉人|顾客|技师|堂叔"
)
CUE = re.compile(f"(?:{_CUES}|(?<![父母子女兄弟姐妹]){_KIN})(?:即|为|系|是|叫|名叫|名为)?(?P<colon>[：:]? ?)(?P<name>)")


@dataclass(frozen=True, slots=True)
class NameMention:
    """A name in one text; offsets in the frame of that text (the view)."""

    start: int
    end: int
    name: str


@cache
def _surname() -> str:
    listed = words("surnames")
    double = [s for s in listed if len(s) > 1]
    single = "".join(s for s in listed if len(s) == 1)
    return f"(?:{'|'.join(double)}|[{single}])"


# before 某 these make 在某地, 将某物, no surname
_BEFORE_MASK = "在与向将把被对和及于给找由从同因后当该等是有以用名个到至往经即为某这那位的一二三四五六七八九十家属称叫称让之其或了并敬应解和回人儿、，。市县区镇乡村"


@cache
def masked_pattern() -> re.Pattern[str]:
    """Masked names. Matches 张某, 李某某, 王某甲, 赵某2, 刘×, 4某丁, 陈1某, 孙XX, 卢x1, 冯1某盛, 张三某, PER;
    not 某公司, 李某某镇, ××县, 3X."""
    han = "\u4e00-\u9fff"
    surname = _surname()
    stem = rf"(?:[{STEMS.replace('未', '')}](?![{STEMS}])|未(?=[、，。；（）及和与等的系]))"  # 何某未办理 is no 何某未
    return re.compile(
        rf"PER[{STEMS}]?(?![A-Za-z])|"
        rf"[{han}](?<![{_BEFORE_MASK}某×])某{{1,3}}(?:{stem}|[A-Z](?![A-Za-z0-9])|\d{{1,2}}(?![\d.]|[年月日时万余]?元|[年月日]|[名部辆]|人(?!民币)))?|"
        rf"{surname}(?!{surname})[{han}](?<![{''.join(sorted(_NOT_GIVEN - set(' 。，、；：（）“”《》？！?!' + chr(10))))}])(?:某|[×xX*]{{1,2}})(?![某×xX*A-Za-z0-9号栋楼室路弄])|"  # 罗少X, 李有某
        rf"{surname}\d某[×xX*]|"
        rf"{surname}(?:[xX×*]某|某[xX×*])(?:[{STEMS}])?(?![xX×*])|"
        rf"{surname}某(?:\d[\u4e00-\u9fff](?=[，、（。；])|[一二三四五](?=[（，、。；及和与的]))|"
        rf"{surname}(?:\d{{1,2}}|[一二三四五六七八九])?某{{1,3}}(?:{stem}|[A-Z](?![A-Za-z0-9])|\d{{1,2}}(?![\d.]|[年月日时万余]?元|[年月日]|[名部辆]|人(?!民币)))?|"
        rf"{surname}[×xX*]{{1,4}}(?:[{STEMS}]|\d{{1,2}}(?![\d.年月日元]))?|"
        rf"(?<=[、，和与及将被对向])\d{{1,2}}某[{STEMS}]?"
    )


_NOT_PERSON_AFTER = re.compile(r"[省市县区乡镇村街路号组公司厂店院局校队楼桥小区社所站庄湾屯社]")
_ORG_TAIL = re.compile(
    r"(?:[\u4e00-\u9fff]{0,8}?)(?:公司|集团|银行|商店|超市|酒店|宾馆|医院|学校|中学|小学|大学|厂|店|村委会|委员会|派出所|法院|检察院|镇|乡|村|县|市(?!民)|区(?!别)|路|街)"
)


def find_names(texts: Iterable[str]) -> list[list[NameMention]]:
    """Name mentions of each text, in order and without overlap; all texts are of one dossier."""
    texts = list(texts)
    whole = "\n".join(texts)
    masked = masked_pattern()
    known = _masked_with_given(whole) | _full_names(whole)
    known |= _repeated(whole)
    for _ in range(6):
        more = _listed_beside(whole, masked, known) - known
        if not more:
            break
        known |= more
    alternatives = sorted(known, key=len, reverse=True)
    full = re.compile("|".join(map(re.escape, alternatives))) if alternatives else None
    return [_located(text, masked, full) for text in texts]


def _listed_beside(whole: str, masked: re.Pattern[str], known: set[str]) -> set[str]:
    """Full names in an enumeration with names already found: 蒋某、王某乙、呼延伟、于某."""
    found: set[str] = set()
    anchors = [m.end() for m in masked.finditer(whole)]
    if known:
        anchors += [m.end() for m in re.finditer("|".join(map(re.escape, sorted(known, key=len, reverse=True))), whole)]
    item = re.compile(
        rf"(?:（[^（）]{{0,60}}）)?(?:(?:的)?(?:工资|人民币|现金|投资款|借款|货款)?[0-9.]+余?万?元)?、(?P<name>{_surname()}[\u4e00-\u9fff]{{1,2}})(?=[、，。；（）0-9]|等|人民币|现金|工资|的陈述|陈述|的证言)"
    )
    for end in anchors:
        match = item.match(whole, end)
        if match and not masked.match(whole, match.start("name")):
            name = match["name"]
            if name[-1] not in _HARD_STOP and _plausible(whole, name):
                found.add(name)
    return found


def _repeated(whole: str) -> set[str]:
    """Full names without any cue that the segmenter reads as a name again and again (张韩芳驾驶…, 致张韩芳…)."""
    family = re.compile(_surname())
    seen: Counter[str] = Counter()
    for start, end, tag in tokens(whole):
        if tag.startswith("nr") and 2 <= end - start <= 3 and tag != "nrt":
            seen[whole[start:end]] += 1
    return {
        name
        for name, count in seen.items()
        if count >= 2
        and len(name) == 3
        and (head := family.match(name))
        and len(head.group()) == 1
        and name[-1] not in _NOT_GIVEN
        and name[1] not in _NOT_GIVEN
        and whole.count(name) <= count + 1
        and _plausible(whole, name)
    }


def _located(text: str, masked: re.Pattern[str], full: re.Pattern[str] | None) -> list[NameMention]:
    spans = {m.start(): m.end() for m in masked.finditer(text) if _is_person(text, m.start(), m.end())}
    if full is not None:
        for match in full.finditer(text):
            start, end = match.span()
            spans[start] = max(end, spans.get(start, 0))
    mentions: list[NameMention] = []
    for start, end in sorted(spans.items()):
        if mentions and start < mentions[-1].end:
            continue
        mentions.append(NameMention(start, end, text[start:end]))
    return mentions


def _is_person(text: str, start: int, end: int) -> bool:
    """Not the masked name of a place or a firm (李某镇, 张某某公司)."""
    after = text[end : end + 1]
    if after in "镇乡村县路街厂号弄室栋幢" and after:
        return False
    if text[start] in "成和" and text[start + 1] in "×xX*":  # 构成××罪
        return False
    if (
        text[start - 1 : start] == "“"
        and text[end : end + 1] == "”"
        and re.match("网吧|宾馆|饭店|酒店|超市|商店|餐厅|KTV|店", text[end + 1 : end + 4])
    ):
        return False
    if (
        text[start] in "路苑街楼" and text[start + 1] in "某×xX*" and "\u4e00" <= text[start - 1 : start] <= "\u9fff"
    ):  # 墨玉路XX弄
        return False
    if text[end : end + 2] in ("公司", "小区", "大道", "派出", "中学", "小学", "医院"):
        return False
    return True


def _masked_with_given(whole: str) -> set[str]:
    """Masked names that end in a given name: 李某嫒, 陈某亮, 冯1某盛, 侯X芳, decided by how 李某 continues."""
    surname = _surname()
    stem = re.compile(rf"{surname}(?:\d?[某×xX*]|某\d)(?P<next>[\u4e00-\u9fff])")
    following: dict[str, Counter[str]] = {}
    after: dict[str, Counter[str]] = {}
    for match in stem.finditer(whole):
        prefix = match.group()[:-1]
        following.setdefault(prefix, Counter())[match["next"]] += 1
        after.setdefault(match.group(), Counter())[whole[match.end() : match.end() + 1]] += 1
    names: set[str] = set()
    for prefix, nexts in following.items():
        total = sum(nexts.values()) + len(re.findall(re.escape(prefix) + r"(?![\u4e00-\u9fff])", whole))
        for char, count in nexts.items():
            if char in _NOT_AFTER_MASK or char in STEMS or char in "某×xX*":
                continue
            name = prefix + char
            if prefix[-1].isdigit() and count != total:
                continue  # 刘某1带: 刘某1 stands alone elsewhere
            if char == "华" and after[name].get("为") == count:  # 李某华为手机
                continue
            continues = len(after[name])
            cued = re.search(rf"(?:{_CUES}|、){re.escape(name)}(?=[、，。（；的{_VERB}])", whole) is not None
            if (count >= 2 and continues >= 2) or cued or (count == total and count >= 2):
                names.add(name)
    return names


# deeds done to somebody whom no cue announces: 窃得谭守成现金, 砍击冼有根头颈部
_DEED = re.compile(
    "(?:窃得|骗取|盗走|盗窃|抢走|抢得|劫取|殴打|打伤|砍击|砍伤|刺伤|捅伤|撞倒|撞伤|猥亵|强奸|以及|流浪至此的|骗走|拖欠|发还)(?=[\u4e00-\u9fff]{3})"
)
_VERB = "被将把持在与和及驾因到向对的于以为等之系供陈证"


def _full_names(whole: str) -> set[str]:
    """Unmasked names that a cue announces, with their length decided over the whole dossier."""
    surname = re.compile(_surname())
    names = {
        m["name"] for m in _INTRODUCED.finditer(whole) if "某" not in m["name"] and m["name"][-1] not in _HARD_STOP
    }
    for deed in _DEED.finditer(whole):
        name = _name_at(whole, deed.end(), surname)
        if name and len(name) >= 3:
            names.add(name)
    for cue in CUE.finditer(whole):
        names |= _name_list_at(whole, cue.end(), surname)
    for label in re.finditer(r"[（(](?:又名|曾用名|化名|别名|小名|原名)[：:]?", whole):
        names |= _name_list_at(whole, label.end(), surname)
    return names


_NEXT_IN_ROW = re.compile(
    r"(?:（[^（）]{0,60}）)?(?:等人|夫妇)?(?:(?:的)?(?:工资|人民币|现金|投资款|借款|货款)?[0-9.]+余?万?元)?(?:、|和|及|与)"
)


def _name_list_at(whole: str, position: int, surname: re.Pattern[str]) -> set[str]:
    found: set[str] = set()
    for _ in range(40):
        name = _name_at(whole, position, surname)
        if not name:
            break
        found.add(name)
        gap = _NEXT_IN_ROW.match(whole, position + len(name))
        if not gap:
            break
        position = gap.end()
    return found


def _name_at(whole: str, position: int, surname: re.Pattern[str]) -> str | None:
    head = surname.match(whole, position)
    if not head:
        return None
    family = head.group()
    given = re.compile(r"[\u4e00-\u9fff]{1,3}").match(whole, head.end())
    if not given:
        return None
    rest = given.group()
    if rest[0] in "某×" or rest[0] in "被说称向不没未已":
        return None
    if rest[0] in _HARD_STOP and not (len(rest) == 2 and _begins_word(rest)):  # 宣和平
        return None
    one, two = family + rest[:1], family + rest[:2]
    if (
        len(rest) == 2
        and not (family in _ALSO_WORDS and is_word(rest))
        and rest[1] not in _HARD_STOP
        and re.match(r"[、，。；（）：\n]", whole[position + len(two) : position + len(two) + 1])
    ):
        return two if _plausible(whole, two) else None
    if family in _ALSO_WORDS and _reads_as_words(whole[position : position + 8], len(family)) and whole.count(two) < 3:
        return None
    if len(rest) == 1:
        return one if _plausible(whole, one) else None
    count_one, count_two = whole.count(one), whole.count(two)
    if count_two < count_one and _begins_word(rest[1:] + whole[position + len(family) + len(rest) :][:2]):
        return one if _plausible(whole, one) else None  # 冷霜见证, with 冷霜 elsewhere
    second = rest[1]
    if (second in _NOT_GIVEN and count_two < 0.9 * count_one) or (second in _NOT_GIVEN and not (count_two >= 3 and count_two == count_one and len(set(_nexts(whole, two))) >= 3)):
        name = one
    elif count_two >= 0.7 * count_one or (count_two >= 2 and count_two >= 0.4 * count_one):
        name = two
    else:
        name = one if count_one >= 3 and _stands_alone(whole, one) else two
    return name if _plausible(whole, name) else None


# surnames that are also everyday words: 于案发, 付钱后, 左耳垂, 时发现
_ALSO_WORDS = frozenset(
    "于时左右和应付解干全方向明任关安双房车万经常相单同严黄白钱金路高平原计管党国公米曾从连强利游来习练别但能对支过段项花尚候后那益相查原红公却都晁敖夜晏何温盛丰充终习沃越隆简空曾巢修养须家索暨通"
)


def _reads_as_words(text: str, family_length: int) -> bool:
    """Whether the segmenter reads common words here rather than a name."""
    first = list(tokens(text))[:2]
    if not first:
        return False
    if first[0][1] > family_length:
        return is_word(text[: first[0][1]])
    return len(first) > 1 and first[1][1] - first[1][0] >= 2 and is_word(text[first[1][0] : first[1][1]])


def _stands_alone(whole: str, name: str) -> bool:
    """Whether the name is followed by something that cannot continue a name at least once (路小 never is, 路小琴 is)."""
    return any(follower in _HARD_STOP or not "\u4e00" <= follower <= "\u9fff" for follower in _nexts(whole, name))


def _begins_word(text: str) -> bool:
    first = next(tokens(text), None)
    return first is not None and first[1] >= 2 and not first[2].startswith("nr")


# whatever the surname: 被告人檀海生，男，…; 姓名：匡有为 女
_INTRODUCED = re.compile(
    r"(?:被害人|被告人|犯罪嫌疑人|被不起诉人|被询问人|被讯问人|申请人|原告人?|被告|证人|姓名|患者|来访者|法定代理人|报案人|报警人|被鉴定人|对象|户主)[：: ]{0,2}"
    r"(?P<name>[\u4e00-\u9fff]{2,4})[，、 （]{1,4}(?:性别[：: ]{0,2})?(?:男|女|曾用名|绰号|又名|19\d\d|20\d\d|汉族)"
)


def _nexts(whole: str, name: str) -> list[str]:
    return [whole[m.end() : m.end() + 1] for m in re.finditer(re.escape(name), whole)]


_NOT_NAMES = re.compile(
    r"^(?:原审|陈述|陈情|家属|索要|通知|暨附|都有|母亲|蒙头|都实|和自|左[耳手臂腿眼小大上下肩膝前后侧胸颞额顶肺肾肋脚足踝肘腕]|右[耳手臂腿眼小大上下肩膝前后侧胸颞额顶肺肾肋脚足踝肘腕]|于案|付钱|时发|干一|.{1,2}(?:公司|银行|医院|派出|法院|检察|委员|村|镇|县|市|省|乡|厂|店|局|处|所|院|校|队|组|户|等|人)$|.{1,2}(?:公司|银行|医院|派出所|法院|检察)|方[便式法面]|成年|安[全徽]|高[度速中]|应[当该]|于[是此]|任[何意]|万[元余]|钱[款财]|金[额钱]|车[辆主上]|"
    r"和[解好]|全[部体]|明[确知]|别[人的]|何[时人处]|何况|习惯|关[于系]|有[关限]|时[间年]|向[被前]|经[过济常]|严[重格]|温[州]|平[时安]|单[位方]|常[住]|相[关互]|同[意案村]|付[款清]|许[可多]|权[利]|党[员委]|国[家]|公[安诉司]|"
    r"农[民业村]|水[果泥]|石[头]|古[某]|花[费钱]|封[闭]|信[用息]|支[付]|通[过]|连[同续]|解[除]|阳[台光]|谢[谢]|黄[金色]|白[色天]|白酒|毛[巾]|包[括车]|房[屋东]|项[目链]|曾[经因]|曹[操]|段[时]|武[器汉]|景[区]|利[用益]|能[力够]|伊[始]|苏[州醒]|青[年岛]|康[复]|文[化件字]|宁[波]|路[上边口]|"
    r"原[告因籍]|干[部警]|居[民住]|司[机法]|强[制奸行迫]|从[事而]|台[湾州]|商[店量]|修[理]|保[险安证]|冷[静]|甘[肃]|广[东西]|海[南]|陕西|山[东西]|江[苏西]|贵[州]|云南|吉林|辽宁|湖[南北]|河[南北]|天津|重庆|北京|上海)"
)


def _plausible(whole: str, name: str) -> bool:
    if _NOT_NAMES.match(name) or len(name) < 2:
        return False
    read = list(tokens(name))
    if (
        len(read) == 1
        and not read[0][2].startswith("nr")
        and not re.search(rf"(?:被害人|被告人|嫌疑人|证人|姓名)[：:]?{name}[，、 （]{{1,3}}[男女]", whole)
    ):
        return False  # 商品房, 马尾松
    return not re.search(rf"{re.escape(name)}(?:市|县|省|镇|乡|区|路|街)", whole[:2_000_000]) or whole.count(name) > 3
