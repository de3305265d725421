"""Sex: stated beside the name, fixed by a noun (其妻, 女婴, 老汉), or read from an identity number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nlp.facts import Attribute, Gender
from nlp.frames import NOTE, A, Frame, O, P, V
from nlp.identity import find_identities
from nlp.mentions import Mention
from nlp.ownership import row_before
from nlp.people import Cast, Paper
from nlp.reading import Zone
from nlp.sex_words import FEMALE_KIN, FEMALE_NOUN, LONG_FEMALE_KIN, LONG_MALE_KIN, MALE_KIN, MALE_NOUN
from nlp.subjects import owner_of_form_line

# (§，女，1980年…) (女) §，男，; near miss: §（未成年男友另案）
_NOTE = re.compile(
    rf"{P}(?:（(?:[^（）]{{0,40}}?[，、；：])?(?:性别[：:]?)?(?:[幼少]|妇)?(?P<sex>[男女])(?=[，）、；性人婴童]|\d)|[，、 ]{{1,2}}(?:性别[：:]?)?(?P<bare>[男女])(?=[，、；。 \d\n]|$))"
)
_ROW = rf"{P}{NOTE}(?:(?:、|和|及|与){P}{NOTE})*"
# between the noun and the name: 女儿[（现名]§; near miss: 女儿（由§
_NAMED = "(?:即|叫|名叫|为|、|（(?:现|原|曾)?(?:户籍)?(?:取?名|姓名)?(?:为|叫)?)?"
# 妻子§, 侄媳§, 女婿、被害人§, 女婴§, 少女§和§ (the noun names the people that follow); near miss: 夫妻§
_NOUN_BEFORE = re.compile(
    rf"(?P<f>{FEMALE_NOUN})(?:即|叫|名叫|为)?(?P<fw>{_ROW})|(?P<m>{MALE_NOUN})(?:即|叫|名叫|为)?(?P<mw>{_ROW})|"
    rf"(?P<fk>{FEMALE_KIN}){_NAMED}(?P<fkw>(?:(?<=女儿)|(?<=妹妹)|(?<=姐姐)|(?<=孙女)|(?<=侄女)){P}{NOTE}(?:、{P}{NOTE})+|{P})|"
    rf"(?P<mk>{MALE_KIN}){_NAMED}(?P<mkw>(?:(?<=儿子)|(?<=弟弟)|(?<=哥哥)|(?<=孙子)|(?<=侄子)){P}{NOTE}(?:、{P}{NOTE})+|{P})"
)
# §的妻子 makes § a man; §的丈夫 a woman; §与其妻, §生前与其丈夫; near miss: §的女儿, §夫妻
_SPOUSE = re.compile(
    rf"(?P<who>{P})(?:（[^（）]{{0,30}}）)?(?P<phrase>(?:(?:及|和|与|的|之)?|[^，。；{P[1:-1]}]{{0,12}}?其)(?P<kin>妻子|前妻|之妻|(?<!夫)妻(?!儿|离|女)|岳父|岳母|女友|女朋友|未婚妻|老婆|丈夫|前夫|男朋友|未婚夫|老公|之夫|夫(?!妇|妻)|公公|婆婆|男友))(?!关系)"
)
_IS = re.compile(
    rf"(?P<who>{_ROW})(?:（|，)?(?:均|都)?(?:系|是|为)[^，。；）]{{0,16}}?(?:(?P<f>{FEMALE_NOUN}|之[妻母女]|{LONG_FEMALE_KIN})|(?P<m>{MALE_NOUN}|之[夫父子]|{LONG_MALE_KIN}))(?=[，。；）、]|的情况下|而|，)"
)
# ⟨who⟩及⟨其妻子⟩, where the wife is a victim under that noun
_WITH_SPOUSE = re.compile(f"{V}(?:及|和|与|、){V}")
_OWN_SPOUSE = re.compile("其(?P<kin>妻子?|女友|未婚妻|老婆|丈夫|男友|老公|未婚夫)")
# the wife is his who suspects: ⟨A⟩怀疑[⟨who⟩强奸其妻子]; near miss: ⟨A⟩将⟨who⟩及其妻子打伤
_THEIR_OWN = re.compile(f"{A}[^。；]{{0,40}}(?:怀疑|发现|看到|看见|遇见|认为|得知|听说|误以为|因)[^。；，]{{0,12}}$")
# 仅有§一个女儿; near miss: 有一个女儿§ (the noun stands before)
_ONLY_CHILD = re.compile(
    rf"(?:有|生有|育有)(?P<who>{P})(?:这|这么|此)?一(?:个|名)?(?:独生)?(?:(?P<f>女儿|女孩|女)|(?P<m>儿子|男孩|子))(?=[，。；、])"
)
# §（§女友）, §（系§之妻）
_IN_NOTE = re.compile(
    rf"(?P<who>{P})（(?:系|是|本案)?{P}(?:(?:与|和){P})?(?:的|之)?前?(?:(?P<f>{FEMALE_KIN})|(?P<m>{MALE_KIN}))）"
)
# §、§母女: who is what by the pair word
_PAIR = re.compile(
    rf"(?P<one>{P})(?:、|和|与|及)(?P<two>{P})(?:(?:均)?(?:系|是|为)(?:同胞|亲|堂|表|亲生)?)?(?P<pair>母女|父子|母子|父女|兄弟|姐妹|姊妹|兄妹|姐弟|婆媳)(?:二人|俩|两人)?"
)
# who has a wife is a man: ⟨who⟩生前已与妻子离婚, 有妻子; 给⟨who⟩介绍媳妇; 其妻⟨O⟩与⟨who⟩有不正当关系
_HAS_SPOUSE = re.compile(
    rf"(?P<a>{P})(?:（[^（）]{{0,30}}）)?[^，。；{P[1:-1]}]{{0,12}}?(?P<aw>与(?P<af>丈夫|老公)(?:离婚|分居|离异)|与(?P<am>妻子|老婆)(?:离婚|分居|离异)|有(?:一)?(?:(?P<af2>丈夫)|(?P<am2>妻子)))|"
    rf"(?:将|把)[^。；，{P[1:-1]}]{{0,8}}(?P<d>{P})[^。；{P[1:-1]}]{{0,60}}?(?P<dw>(?:卖|嫁)(?:给|于|与|到)[^。；]{{0,24}}?(?P<df>为妻|做妻子|做媳妇|当媳妇|做老婆))|"
    rf"(?P<e>{P})(?P<ew>(?:与|和){P}(?:的|之)?(?:(?P<ef>丈夫|夫(?!妻|妇))|(?P<em>妻子|妻(?!子女|儿)))[^，。；]{{0,6}}?(?:有|存在|保持|发生)[^，。；]{{0,4}}(?:不正当|暧昧|婚外|情人))|"
    rf"[给为帮](?P<b>{P})(?P<bw>(?:介绍|找)(?:个|了)?(?:(?P<bm>媳妇|老婆|女朋友|女友)|(?P<bf>老公|婆家|男朋友|男友)))|"
    rf"(?P<cw>(?:(?P<cm>妻子|妻|老婆|女友|女朋友)|(?P<cf>丈夫|老公|男友)){P}?(?:与|和|同))(?P<c>{P})(?:之间)?(?:有|存在|保持|发生)(?:了)?[^，。；{P[1:-1]}]{{0,4}}(?:不正当|暧昧|婚外|情人)"
)
# a woman met who turns out to be ⟨who⟩: 一名女子（后查明系⟨who⟩）; near miss: 一名女子（⟨O⟩的朋友）
_TURNS_OUT = re.compile(
    rf"(?:(?P<f>{FEMALE_NOUN})|(?P<m>{MALE_NOUN}))（[^（）{P[1:-1]}]{{0,8}}(?:系|即|为|是)?(?P<who>{P})）"
)
# the only one beside the accused who stands in the sentence: 尾随⟨who⟩，捂住该女子的嘴
_THAT_ONE = re.compile(
    "(?:该|这|此)(?:名|个|位)?(?:(?P<f>女子|女青年|女孩|少女|妇女|女性|女人|女生)|(?P<m>男子|男青年|男孩|男性|男人|男生))"
)
_PAIRS = {
    "母女": "女女",
    "父子": "男男",
    "母子": "女男",
    "父女": "男女",
    "兄弟": "男男",
    "姐妹": "女女",
    "姊妹": "女女",
    "兄妹": "男女",
    "姐弟": "女男",
    "婆媳": "女女",
}
# ⟨who⟩、⟨who⟩等三名女青年: the noun behind a row; near miss: ⟨who⟩先生的车
_COUNTED = "[二两三四五六七八九十0-9]{1,3}[名个位]"
_ROW_NOUN = re.compile(
    rf"(?P<who>{_ROW})(?:等)?(?:(?P<counted>{_COUNTED})|)(?:(?P<f>{FEMALE_NOUN})|(?P<m>{MALE_NOUN}))(?(counted)|(?=[，。；、的被在进实骗带卖强]))"
)
# what only a woman has; near miss: 阴道 in the name of a test without a person
_WOMANS = re.compile("阴道|处女膜|乳房|子宫|怀孕|身孕|孕期|产褥|分娩|流产|人工流产|(?<![0-9一二三四五六七八九十])月经")
# whose body it is instead: 老婆做过乳房手术, his wife's; near miss: 被害人§（§的女儿）, a note on herself
_OTHER_WOMAN = re.compile(
    "|".join(
        [
            *(word for word in FEMALE_KIN.split("|") if len(word) > 1),
            "爱人",
            "[其他我她你](?:妻|女(?!性)|母|妈|姐|妹)",
            O,
        ]
    )
)
_ASIDE = re.compile("（[^（）]{0,60}）")
_ROW_FROM_HERE = re.compile(_ROW)
_PREFIX = re.compile("[男女](?=(?:性)?(?:被害|受害))")
# the offence names the sex of its only victim; near miss: 强奸罪 alone
_WOMAN = re.compile("(?:强奸|奸淫|猥亵|强制猥亵|轮奸)(?:了)?(?P<noun>妇女|幼女|少女|女性)")
_FIELD = re.compile(r"性 ?别[：: ]{0,8}(?P<sex>[男女])")
_MAKES_MALE = frozenset({"妻子", "前妻", "之妻", "妻", "岳父", "岳母", "女友", "女朋友", "未婚妻", "老婆"})


@dataclass(frozen=True, slots=True)
class GenderPatterns:
    """See module."""

    name: str = "gender-patterns"
    version: str = "1"

    def find(self, cast: Cast) -> Iterable[Mention]:
        for index, paper in enumerate(cast.papers):
            yield from _beside_names(index, paper)
            yield from _fields(index, paper)
            yield from _offence(cast, index, paper)


def _beside_names(index: int, paper: Paper) -> Iterable[Mention]:
    frame = paper.frame
    words = frame.text
    for match in _NOTE.finditer(words):
        group = "sex" if match["sex"] else "bare"
        yield _mention(index, paper, match.start(), match.span(group), match[group], 0.98)
    for match in _NOUN_BEFORE.finditer(words):
        noun = next(name for name in ("f", "m", "fk", "mk") if match[name])
        if len(match[noun]) == 1 and words[max(0, match.start() - 1) : match.start()] not in (
            "其",
            "之",
            "的",
            "他",
            "她",
            "人",
            "生",
            "养",
            "继",
        ):
            continue
        row = [place for place in range(*match.span(f"{noun}w")) if words[place] in P]
        for place in row if len(noun) == 1 else _of_the_kin(frame, row):
            yield _mention(index, paper, place, match.span(noun), "女" if noun[0] == "f" else "男", 0.95)
    for match in _SPOUSE.finditer(words):
        if "其" in match["phrase"] and _THEIR_OWN.search(words, max(0, match.start() - 60), match.start()):
            continue
        yield _mention(
            index, paper, match.start("who"), match.span("phrase"), "男" if match["kin"] in _MAKES_MALE else "女", 0.92
        )
    for match in _WITH_SPOUSE.finditer(words):
        mention = frame.mention_at(match.end() - 1)
        spouse = mention and _OWN_SPOUSE.match(paper.reading.text, mention.name_start, mention.end)
        if spouse:
            sex = "男" if spouse["kin"] in _MAKES_MALE else "女"
            yield _mention(index, paper, match.start(), (match.start(), match.end()), sex, 0.92)
    for match in _HAS_SPOUSE.finditer(words):
        who = next(name for name in "abcde" if match[name])
        male = any(match[name] for name in ("am", "am2", "bm", "cm", "em"))
        yield _mention(index, paper, match.start(who), match.span(f"{who}w"), "男" if male else "女", 0.9)
    yield from _that_one(index, paper)
    for pattern in (_IS, _IN_NOTE, _TURNS_OUT, _ROW_NOUN, _ONLY_CHILD):
        for match in pattern.finditer(words):
            group = "f" if match["f"] else "m"
            for place in range(*match.span("who")):
                if words[place] in P:
                    yield _mention(index, paper, place, match.span(group), "女" if group == "f" else "男", 0.9)
    for match in _WOMANS.finditer(words):
        low = max(0, match.start() - 40)
        owners = row_before(frame, low, match.start(), True)
        between = words[words.rfind(V, low, match.start()) + 1 : match.start()]
        if len(owners) == 1 and _OTHER_WOMAN.search(_ASIDE.sub("", between)) is None:
            start, end = frame.to_view(match.start()), frame.end_to_view(match.end())
            yield Mention(Attribute.GENDER, Gender("女"), index, start, end, owners, score=0.8, weight=6)
    yield from _prefixed(index, paper)
    yield from _titled(index, paper)
    for match in _PAIR.finditer(words):
        for who, sex in zip(("one", "two"), _PAIRS[match["pair"]], strict=True):
            yield _mention(index, paper, match.start(who), match.span("pair"), sex, 0.95)


# what closes a name that is no full one: 邹[女士], 樊某[先生]
_TITLE = re.compile("(?:(?P<f>女士|小姐|太太|大妈|阿姨|奶奶|大娘)|(?P<m>先生|大爷|大叔|老汉|伯伯|爷爷))$")


def _titled(index: int, paper: Paper) -> Iterable[Mention]:
    for mention in paper.frame.mentions:
        title = _TITLE.search(paper.reading.text, mention.name_start, mention.end)
        if title is not None and len(mention.people) == 1:
            sex = Gender("女" if title["f"] else "男")
            yield Mention(Attribute.GENDER, sex, index, title.start(), title.end(), mention.people, score=0.9)


def _prefixed(index: int, paper: Paper) -> Iterable[Mention]:
    """女被害人§: one; 两名女被害人§、§: the row."""
    frame, text = paper.frame, paper.reading.text
    for mention in frame.mentions:
        prefix = _PREFIX.search(text, mention.start, mention.name_start)
        if prefix is None:
            continue
        row = _ROW_FROM_HERE.match(frame.text, place := frame.from_view(mention.start), place + 200)
        counted = re.search(f"{_COUNTED}$", frame.text[max(0, place - 4) : place])
        ends = row.end() if row is not None and counted is not None else place + 1
        for named in frame.mentions_in(place, ends):
            yield Mention(
                Attribute.GENDER,
                Gender(prefix.group()),
                index,
                prefix.start(),
                mention.name_start,
                named.people,
                score=0.95,
            )


def _of_the_kin(frame: Frame, row: Sequence[int]) -> Iterator[int]:
    """女儿§、§ are two daughters; 女儿§、被害人§ one, and somebody with a role word of their own."""
    for place in row:
        mention = frame.mention_at(place)
        if place != row[0] and mention is not None and mention.name_start > mention.start:
            return
        yield place


def _that_one(index: int, paper: Paper) -> Iterable[Mention]:
    """该女子 behind the only person of a sentence who is no accused."""
    frame = paper.frame
    for match in _THAT_ONE.finditer(frame.text):
        sentence = paper.reading.sentence_at(frame.to_view(match.start()))
        before = frame.mentions_in(frame.from_view(sentence.start), match.start())
        others = [m for m in before if frame.text[frame.from_view(m.start)] != A]
        if re.search("男子|女子|青年|男孩|女孩", frame.text[frame.from_view(sentence.start) : match.start()]):
            continue
        if len({m.people for m in others}) == 1 and frame.text[frame.from_view(others[0].start)] == V:
            group = "f" if match["f"] else "m"
            sex = "女" if match["f"] else "男"
            yield _mention(index, paper, frame.from_view(others[0].start), match.span(group), sex, 0.85)


def _offence(cast: Cast, index: int, paper: Paper) -> Iterable[Mention]:
    if len(cast.victims) == 1:
        for match in _WOMAN.finditer(paper.reading.text):
            if paper.reading.sentence_at(match.start()).zone not in (Zone.LAW, Zone.RECORD, Zone.BOILERPLATE):
                yield Mention(
                    Attribute.GENDER,
                    Gender("女"),
                    index,
                    match.start(),
                    match.end(),
                    (cast.victims[0].id,),
                    score=0.8,
                    weight=6,
                )


def _mention(index: int, paper: Paper, who: int, place: tuple[int, int], sex: str, score: float) -> Mention:
    mention = paper.frame.mention_at(who)
    owners = mention.people[:1] if mention is not None and len(mention.people) == 1 else ()
    start, end = paper.frame.to_view(place[0]), paper.frame.end_to_view(place[1])
    return Mention(Attribute.GENDER, Gender(sex), index, start, end, owners, score=score)


def _fields(index: int, paper: Paper) -> Iterable[Mention]:
    text = paper.reading.text
    for match in _FIELD.finditer(text):
        owner = owner_of_form_line(paper, match.start())
        if owner:
            yield Mention(
                Attribute.GENDER, Gender(match["sex"]), index, match.start(), match.end(), (owner,), score=0.97
            )
    for identity in find_identities(text):
        owner = owner_of_form_line(paper, identity.start)
        if owner:
            yield Mention(
                Attribute.GENDER,
                Gender(identity.gender),
                index,
                identity.start,
                identity.end,
                (owner,),
                score=0.99,
                weight=0,
                source="公民身份号码",
            )


RECOGNIZER = GenderPatterns()
