"""Who lives on the victim's income, whether the victim was the earner, and who can apply for a dead victim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.facts import Age, Attribute, Circumstance, CircumstanceKind, Injury, Person, Role, VictimFacts
from nlp.frames import O, V
from nlp.name_cues import KIN
from nlp.people import Cast
from nlp.remarks import (
    Remark,
    about,
    either,
    find_remarks,
    mentions_between,
    merge,
    persons,
    sentences_with,
    side_of,
    sole_victim,
    subject_of,
)

_K = CircumstanceKind

_HIM = rf"(?:{V}|{O}(?:爸爸?|妈妈?|父亲|母亲|丈夫|老公|爱人|儿子|女儿|妻子|老婆)|他|她|其|死者|伤者|被害人|我(?:丈夫|老公|爱人|儿子|女儿|妻子|老婆|爸|妈)?|儿子|丈夫|老公|小?[\u4e00-\u9fff])"
_EARNS = "(?:一(?:个)?人)?(?:的)?(?:在[^，。；]{0,10})?(?:挣钱|打工|做工|务工|干活|收入|工资|打渔|捕鱼|种地|跑车|开车|卖[^，。；]{0,4}|养家|养活|一个人|外出|做[^，。；]{0,6}|赚钱|维持|摆摊)"
# matches 一家四口就靠他, 主要收入靠被害人打工, 家中顶梁柱, 开支全指望他的工资; near: 靠其妻做散工, 靠低保
_EARNER = either(
    rf"(?:靠|依靠|指望|依赖|指着|仰仗|来自)(?:于)?{_HIM}{_EARNS}",
    r"(?:一家|全家|家里|家庭|家中)[^。；]{0,24}(?:就|全|都|主要|只|唯一)?(?:靠|指望|指着)(?:他|她|其|死者|我)(?=[，。；]|一)",
    r"(?:家(?:庭|里|中)?|全家|一家)[^，。；]{0,6}(?:的)?(?:主要|唯一|顶梁)(?:的)?(?:劳动力|劳力|经济来源|经济支柱|收入来源|支柱)|顶梁柱|经济支柱|主要劳动力|唯一(?:的)?(?:劳动力|收入来源)",
)
_EARNER_KEYS = ("靠", "指望", "依赖", "指着", "劳动力", "劳力", "来源", "支柱", "顶梁", "来自")
_KIN_WORD = "(?:奶奶|爷爷|祖母|祖父|外婆|外公|父母|双亲|父亲|母亲|爸|妈|妻子|老伴|老婆|丈夫|子女|孩子|儿子|女儿|老人|弟弟|妹妹|孙子|孙女|娃|小孩|家人|一家)"
# matches 由其抚养两个孩子, 挣的钱养奶奶, 尚有年幼子女需抚养, 靠其收入生活; near: 不用养谁, 没有人靠他养
_SUPPORTS = either(
    rf"(?:赡养|抚养|扶养|供养|养活|养育|养(?=奶|爷|父|母|老|孩|家|一家|活))(?:着|了)?[^，。；]{{0,8}}{_KIN_WORD}",
    rf"{_KIN_WORD}[^，。；]{{0,16}}(?:由|靠|依靠|全靠|指望|都是)(?:其|他|她|死者|被害人|{V})[^，。；]{{0,8}}(?:赡养|抚养|扶养|供养|养活|养|收入|打工|照顾|生活)",
    rf"(?:年幼|未成年|年迈|尚幼|上学|读书|念书|在读|学龄前)[^，。；]{{0,6}}(?:的)?{_KIN_WORD}(?:需|要|由|靠|尚|无)?[^，。；]{{0,8}}(?:抚养|赡养|扶养|照顾|人照|生活)?",
    rf"{_KIN_WORD}[^，。；]{{0,14}}(?:年幼|未成年|尚幼|读(?:小学|初中|高中|学前班|大[一二三四]|书|幼儿园)|上(?:小学|初中|学|幼儿园)|嗷嗷待哺|没人管|无人(?:抚养|赡养|照料))",
    r"上有老[，]?下有小|(?:日常)?(?:生活|开支|开销|花销)[^，。；]{0,8}(?:主要|全|都|就)?(?:靠|依靠|指望)[^，。；]{0,8}(?:收入|工资|打工|寄)",
    r"就他一个儿子|(?:独子|独生子|独女)(?=[，。；]|赡养)|带(?:着)?(?:两|三|四|几|一)个(?:小的|孩子|娃|小孩)",
)
_SUPPORT_KEYS = ("养", "靠", "指望", "年幼", "未成年", "年迈", "读", "上学", "上小学", "上初中", "上幼儿园", "念书", "有老", "独", "一个儿子", "没人管", "无人", "小的", "孩子", "娃")  # fmt: skip
_KEPT = re.compile("养|靠|指望|嗷嗷|没人管|无人")
_HOUSEHOLD_PAPERS = frozenset({"困难证明", "低保证明", "询问笔录", "申请书", "户籍证明", "司法救助决定书", "审查报告"})
_NOBODY = either(
    r"(?:不用|无需|不需要?|没有(?:人|谁)?(?:需要)?)(?:抚养|赡养|扶养|养)(?:谁|任何人|的人)?|(?:没有|无)(?:需要)?(?:被?扶养|抚养|赡养)(?:的)?(?:人|对象|义务)",
    r"(?:她|他)?不靠(?:我|他|她|其)(?:养)?|(?:我|谁)?也不靠(?:他|她|其)(?:养)?|各花各的|无人依靠(?:其|他|她)|没有人?(?:靠|依靠)(?:他|她|其)(?:生活|养)",
)
_NOT_HIS = re.compile("工资|被告人|嫌疑人|羁押|监护人|赡养费|抚养费|抚养权|孤儿|收养")
# 我丈夫⟨V⟩: what the one who speaks is to the dead victim
_MY = re.compile(
    rf"我(?:的)?(?P<kin>{KIN.pattern}|爱人|老伴|弟|哥|娃|孩子)(?:叫)?{V}|{V}(?:就)?是我(?:的)?(?:亲)?(?P<kin2>{KIN.pattern}|爱人|老伴|孩子)"
)
_INVERSE = {
    "丈夫": "妻子", "老公": "妻子", "爱人": "配偶", "老伴": "配偶", "妻子": "丈夫", "老婆": "丈夫", "儿子": "父母", "女儿": "父母", "孩子": "父母",
    "娃": "父母", "父亲": "子女", "母亲": "子女", "爸": "子女", "妈": "子女", "爸爸": "子女", "妈妈": "子女", "哥哥": "弟妹", "哥": "弟妹",
    "弟弟": "兄姐", "弟": "兄姐", "姐姐": "弟妹", "妹妹": "兄姐", "孙子": "祖父母", "孙女": "祖父母", "奶奶": "孙子女", "爷爷": "孙子女",
}  # fmt: skip
# matches 死者的妻子, 死者之母: a close relative without a name
_UNNAMED = re.compile(
    rf"(?:死者|被害人|{V})(?:的|之)?(?P<kin>妻子?|丈夫|父母|父亲|母亲|儿子|女儿|子女|父|母|妻|子|女|祖母|祖父|奶奶|爷爷|哥哥|弟弟|姐姐|妹妹|兄|弟|姐|妹)(?![\u4e00-\u9fff]{{0,2}}(?:已故|早逝|去世|过世))"
)
_NO_KIN = either(r"(?:无|没有)(?:其他|任何|在世的?)?(?:近亲属|亲属|亲人)(?!代|到|在场|陪|签)|无(?:任何)?继承人")
_APPLYING = frozenset({Role.RELATIVE, Role.GUARDIAN, Role.WITNESS, Role.OTHER})


def find(cast: Cast, victims: Sequence[VictimFacts]) -> Iterable[Circumstance]:
    dead = {facts.person.id for facts in victims if _died(facts)}
    young = {facts.person.id for facts in victims if _minor(facts)}  # a child supports nobody
    living_on = (one for one in (*_earners(cast), *_supported(cast)) if one.victim not in young)
    return merge((*living_on, *_applicants(cast, dead)))


def _minor(facts: VictimFacts) -> bool:
    fact = facts.first(Attribute.AGE)
    return fact is not None and isinstance(fact.value, Age) and fact.value.group == "minor"


def _died(facts: VictimFacts) -> bool:
    fact = facts.first(Attribute.INJURY)
    return fact is not None and isinstance(fact.value, Injury) and fact.value.grade == "死亡"


def _earners(cast: Cast) -> Iterator[Circumstance]:
    for remark in _over_frame(cast, _EARNER_KEYS, _EARNER):
        if remark.supposed or remark.denied or remark.claimed or _my_kin(remark):
            continue
        for victim in _whose(remark):
            yield remark.circumstance(_K.MAIN_EARNER, victim)


def _my_kin(remark: Remark) -> bool:
    """靠我爸打工, said by the victim: the earner is another."""
    inside = mentions_between(remark.paper, remark.start, remark.end)
    pronoun = next((m for m in inside if m.by == "pronoun"), None)
    if pronoun is None or KIN.match(remark.text, pronoun.end) is None:
        return False
    subject = subject_of(remark.paper, remark.start)
    return subject is not None and remark.cast.person(subject).role is Role.VICTIM


def _over_frame(cast: Cast, keys: Sequence[str], pattern: re.Pattern[str]) -> Iterator[Remark]:
    """Matches over the frame, where a name is one character."""
    for paper in cast.papers:
        frame = paper.frame
        for sentence in sentences_with(paper, keys):
            low, high = frame.from_view(sentence.start), frame.from_view(sentence.end - 1) + 1
            for match in pattern.finditer(frame.text, low, high):
                start, end = frame.to_view(match.start()), frame.end_to_view(match.end())
                yield Remark(cast, paper, sentence, match, start, end)


def _whose(remark: Remark) -> tuple[str, ...]:
    """The victim named in the words; else the one on whose side the speaker or the person named before stands."""
    inside = mentions_between(remark.paper, remark.start, remark.end)
    for mention in inside:
        owners = persons(remark.cast, mention.people)
        if owners:
            return owners
        if remark.cast.person(mention.people[0]).role is Role.ACCUSED:
            return ()
    earlier = mentions_between(remark.paper, remark.sentence.start, remark.start)
    for mention in reversed(earlier):
        person = remark.cast.person(mention.people[0])
        if person.role is Role.ACCUSED or (person.of and remark.cast.person(person.of).role is Role.ACCUSED):
            return ()
        sides = persons(remark.cast, side_of(remark.cast, person.id))
        if sides:
            return sides
    owners = about(remark, household=True)
    alone = sole_victim(remark.cast)
    if owners or remark.kind == "讯问笔录" or alone is None:
        return owners
    return (alone,) if remark.kind in ("困难证明", "低保证明", "申请书") else ()


def _supported(cast: Cast) -> Iterator[Circumstance]:
    for remark in _over_frame(cast, _SUPPORT_KEYS, _SUPPORTS):
        words = remark.clause_before + remark.match.group() + remark.after[:6]
        if remark.supposed or remark.denied or remark.claimed or _NOT_HIS.search(words):
            continue
        if not _KEPT.search(remark.match.group()) and remark.kind not in _HOUSEHOLD_PAPERS:
            continue  # 孩子上高中 in an account of a fraud is no household
        kin = KIN.search(remark.match.group())
        for victim in _whose(remark):
            yield remark.circumstance(
                _K.DEPENDANT, victim, value=kin.group() if kin else None, person=_named_kin(remark, victim)
            )
    for remark in find_remarks(cast, ("养", "靠", "各花各的"), _NOBODY):
        if not remark.supposed:
            for victim in _whose(remark):
                yield remark.circumstance(_K.DEPENDANT, victim, stated=False)


def _named_kin(remark: Remark, victim: str) -> str | None:
    for mention in mentions_between(remark.paper, remark.sentence.start, remark.sentence.end):
        for person in mention.people:
            if remark.cast.person(person).of == victim:
                return person
    return None


def _applicants(cast: Cast, dead: set[str]) -> Iterator[Circumstance]:
    for person in cast.people:
        if person.of in dead and person.relation and person.role in _APPLYING and person.mentions:
            yield _applicant(person, person.of or "")
    for victim in dead:
        yield from _speaking(cast, victim)
    for remark in _over_frame(cast, ("死者", "被害人", *(cast.person(v).name for v in dead)), _UNNAMED):
        if not remark.supposed and not remark.denied:
            inside = [m for m in mentions_between(remark.paper, remark.start, remark.end) if m.by != "pronoun"]
            for victim in persons(cast, (i for mention in inside for i in mention.people)):
                if victim in dead:
                    yield remark.circumstance(_K.APPLICANT, victim, value=remark.match["kin"], confidence=0.7)
    for remark in find_remarks(cast, ("亲属", "亲人", "继承人"), _NO_KIN):
        if not remark.supposed:
            for victim in about(remark, household=True):
                if victim in dead:
                    yield remark.circumstance(_K.APPLICANT, victim, stated=False)


def _applicant(person: Person, victim: str) -> Circumstance:
    return Circumstance(
        _K.APPLICANT, victim, True, person.mentions[:2], value=person.relation, person=person.id, confidence=0.9
    )


def _speaking(cast: Cast, victim: str) -> Iterator[Circumstance]:
    """我丈夫⟨V⟩: whoever is heard is the wife, though no paper says so elsewhere."""
    for remark in _over_frame(cast, (cast.person(victim).name,), _MY):
        kin = remark.match["kin"] or remark.match["kin2"]
        subject = subject_of(remark.paper, remark.start)
        inside = [i for m in mentions_between(remark.paper, remark.start, remark.end) for i in m.people]
        if subject is None or subject == victim or victim not in inside or remark.kind == "讯问笔录":
            continue
        if cast.person(subject).role in _APPLYING:
            yield remark.circumstance(_K.APPLICANT, victim, value=_INVERSE.get(kin, "近亲属"), person=subject)


TOPIC = find
