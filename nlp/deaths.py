"""Deaths told in a sentence, each with who died."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.frames import LIST, NOTE, A, Frame, V
from nlp.numerals import number_of
from nlp.ownership import owners_left, row_before
from nlp.people import Paper
from nlp.reading import Sentence, Zone

_DEATH = re.compile(
    r"(?:经[^，。；]{0,14}?(?:抢救|医治|救治|治疗)无效[^，。；]{0,6}?(?:于[^，。；]{0,16})?)?(?:当场|相继|先后|当日|次日|不治|意外|溺水|窒息|猝然)?(?:死亡|身亡|致死|溺亡|丧命|遇难|罹难|坠亡|毙命)|抢救无效|不治身亡|杀害|杀死|打死|捅死|刺死|砍死|撞死|勒死|掐死|毒死|烧死|砸死|压死|摔死|闷死|踢死|殴打致死|死于|尸体|殁年|卒年|终年"
)
# before a death that did not come, or not from the offence: 随时可能[死亡], 谎称其已[死亡], 因病[死亡]; near miss: 后死亡
_NO_DEATH_BEFORE = re.compile(
    "(?:可能|随时|恐怕?|若|如果|如不|一旦|以防|避免|面临|濒临|谎称|误以为|以为|假称|险些|差点)[^，。；]{0,12}$|(?:因病|患病|自然|正常|衰老)$|"
    "(?:鱼|虾|蟹|猪|牛|羊|鸡|鸭|鹅|犬|狗|猫|蜂|家禽|牲畜|牲口|树木?|苗|花木|果树)(?:类|群|只|头|条|仔|全部|大量|陆续|相继|中毒|窒息|缺氧|被|均|都|[0-9一二两三四五六七八九十百千余]){0,6}$"
)
# whose death it is in the same clause: 其父因病[死亡], 我男人在矿上出事[死了]; near miss: 其父被打死亡 with ⟨V⟩
_KIN_DIED = re.compile(
    "(?:^|[，。；：、（])(?:答：)?(?:其|我|她|他|咱|本人)?(?:家)?(?:的)?(?:独生?|亲)?(?:父|母|夫|妻|父亲|母亲|爸|妈|丈夫|妻子|爱人|男人|老公|老婆|老伴|儿子?|女儿?|(?<=独生)[子女]|长子|次子|孙子|孙女|公公|婆婆|岳父|岳母|爷爷|奶奶|哥哥?|弟弟?|姐姐?|妹妹?)(?![、）])(?:[^，。；]{0,16})$"
)
# before a killing that was only meant: 欲二人一起[烧死], 扬言要将其[杀死]; near miss: 将其杀死
ONLY_MEANT = re.compile(
    "(?:欲|想|企图|妄图|意图|打算|预谋|准备|扬言|威胁|声称|恐吓|谋划|密谋|(?<![主重需])要|产生)[^，。；]{0,12}$"
)
_KILLING = re.compile("[打捅刺砍撞勒掐毒烧砸压摔闷踢杀][死害]")
_NO_DEATH = re.compile(
    r"死亡(?:伤残|或|风险|登记|限额|注销|赔偿金|补偿金|医学证明|证明|通知|鉴定|原因|时间|保险|风险|待遇|抚恤)|死亡的(?:危险|威胁)|致人死亡的|死刑"
)
_SOME_TIME = re.compile("过人(?!民)")  # 隔壁工地[摔死]过人: nobody of this case
# before a death that was none: 未造成[死亡], 排除[死亡]
_NOT_SO = re.compile("(?:未造成|未致|未至|排除|不是|否认)[^，。；]{0,8}$")


def deaths(paper: Paper, sentence: Sentence, words: str) -> Iterator[tuple[re.Match[str], tuple[str, ...]]]:
    """Words that tell a death, as matches in the words of the sentence, and the victims who died."""
    if sentence.zone in (Zone.LAW, Zone.RECORD, Zone.BOILERPLATE):
        return
    for match in _DEATH.finditer(words):
        if (
            _NO_DEATH.match(words, match.start())
            or _SOME_TIME.match(words, match.end())
            or _NOT_SO.search(words[max(0, match.start() - 12) : match.start()])
            or _NO_DEATH_BEFORE.search(words[: match.start()])
            or (_KILLING.fullmatch(match.group()) and ONLY_MEANT.search(words[: match.start()]))
        ):
            continue
        owners = _dead(paper, sentence, match, words)
        if owners:
            yield match, owners


def people_in(frame: Frame, place: tuple[int, int]) -> tuple[str, ...]:
    return tuple(p for m in frame.mentions_in(*place) for p in m.people)


def _dead(paper: Paper, sentence: Sentence, match: re.Match[str], words: str) -> tuple[str, ...]:
    frame = paper.frame
    start, place = frame.from_view(sentence.start), frame.from_view(sentence.start + match.start())
    end = frame.from_view(sentence.start + match.end() - 1) + 1
    if _KILLING.match(match.group()):
        behind = re.compile(rf"(?:了)?(?P<row>{V}(?:{LIST}{V})*)").match(frame.text, end)
        if behind:
            return people_in(frame, behind.span("row"))
    if match.group() in ("殁年", "卒年", "终年", "尸体", "死于"):
        back = frame.mentions_in(max(start, place - 40), place)
        return back[-1].people if back and frame.text[frame.from_view(back[-1].start)] == V else ()
    counted = re.search(
        r"致(?:人|他人|一人|1人)$|[一二两三四五六七八九十\d]+人$", words[max(0, match.start() - 6) : match.start()]
    )
    named = re.search(rf"{V}{NOTE}[一二两三四五六七八九十\d]+人$", frame.text[max(start, place - 68) : place])
    if counted and named is None and frame.text[place - 1] != V:  # a count that is a victim has a sign in the frame
        return _as_many(frame, start, place, counted.group())
    kin = _KIN_DIED.search(frame.text, start, place)
    if kin is not None:
        return ()
    gap_owner = _nearest_in_sentence(frame, start, place)
    if gap_owner is not None:
        return gap_owner
    back2 = owners_left(paper, sentence.start + match.start(), sentences_back=1)
    return back2 if len(back2) == 1 or re.search("均|都|二人|三人|分别", words) else ()


def _as_many(frame: Frame, start: int, place: int, counted: str) -> tuple[str, ...]:
    """撞倒⟨V⟩、⟨V⟩，致[二人]死亡: the victims named before in the sentence, when they are as many; else nobody."""
    number = number_of(re.sub("[^一二两三四五六七八九十0-9]", "", counted).replace("两", "二") or "一")
    mentions = frame.mentions_in(start, place)
    people = dict.fromkeys(p for m in mentions if frame.text[frame.from_view(m.start)] == V for p in m.people)
    return tuple(people) if number == len(people) > 1 else ()


_DOES_HARM = re.compile("将|把|致|使|令|对|给|打|砍|刺|捅|撞|杀|害|伤|掐|勒|毒|烧|压|轧|驾|被")


def _nearest_in_sentence(frame: Frame, start: int, place: int) -> tuple[str, ...] | None:
    """The row said to be dead: the nearest person, if a victim; nobody when it is somebody else's; None without one."""
    mentions = frame.mentions_in(start, place)
    if not mentions:
        return None
    spot = frame.from_view(mentions[-1].start)
    kin = re.match(
        r"(?:的|之)(?:父|母|妻|夫|子|女|丈夫|儿子|女儿|亲属|近亲属|家属|弟|妹|哥|姐|爷|奶)",
        frame.text[spot + 1 : spot + 5],
    )
    if frame.text[spot] == A and not _DOES_HARM.search(frame.text, spot, place):
        return ()  # ⟨A⟩后跳楼死亡
    if frame.text[spot] != V or kin:
        row = row_before(frame, start, place, True)
        return row if row and not kin else ()
    return row_before(frame, start, place, True)
