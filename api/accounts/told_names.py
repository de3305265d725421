"""Names as the words around them tell them, for the mask alone: whoever the finder of people passes over is covered.

In: a text, or a file name. Out: where names stand in it. Told are names behind a role, a trade or a kinship word
(鉴定人：…, 医生…, 女儿…), the further names of such a row, names written with blanks (陈 建 国) or broken by the end of
a line, those in brackets behind an epithet (老王（…）), with a sex behind them, with a dot (买买提·…), and in Latin
letters. Where a reading is in doubt the longer one is taken: a character too many covered is read by unmasking, a name
is not taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from nlp.name_cues import ALSO_WORDS, CUES, HARD_STOP, INTRODUCED, KIN, NOT_GIVEN, NOT_NAMES, SELF, SEXED, surname
from nlp.segment import is_word

_H = "\u3400-\u9fff\U00020000-\U0003ffff"
_BLANK = "[ \t\u3000\u00a0]"
GAP = rf"(?:{_BLANK}{{0,6}}(?:\r?\n{_BLANK}{{0,6}})?)"  # what a layout puts into a name
_MORE_CUES = (
    "大夫|法官|法医|庭长|干警|警员|协警|警官|村支书|支书|社工|志愿者|租客|房客|摊主|雇主|雇员|债务人|担保人|保证人|介绍人|"
    "收件人|寄件人|在场人|提取人|绘图人|照相人|制图人|拍照人|勘验人|检查人|辨认人|持有人|保管人|所有人|送达人|签收人|复核人|"
    "审核人|审批人|填表人|制表人|制作人|经手人|授权人|受托人|委托人|继承人|被继承人|肇事者|肇事人|目击者|目击人|知情人|搭档|"
    "前男友|前女友|继子女|养子女|堂妹|堂姐|堂弟|侄孙|外孙子|孙媳|亲家|连襟|妯娌|战友|徒弟|师傅|东家|雇请的|姓名为|名字叫|名叫|"
    "名为|叫做|自称|我叫|她叫|他叫"
)
_STRONG = re.compile(
    "人$|员$|官$|者$|姓名|师$|警$|医|律|主$|长$|原告|被告|罪犯|同案|对象|甲方|乙方|丙方|名|叫|签|自称|兹证明|兹有"
)
# of kin, one character tells only behind a possessor: 其子, 我妈; near miss: 房子, 爸妈
_KIN = (
    f"{'|'.join(kin for kin in KIN.pattern.split('|') if len(kin) > 1)}|"
    f"(?<=[其之的我他她、，。；：\\s])(?:{'|'.join(kin for kin in KIN.pattern.split('|') if len(kin) == 1)})"
)
_FIRST = "".join(sorted(set(re.findall(rf"(?:^|[|(:?)\]])([{_H}])", f"{_MORE_CUES}|{CUES}|{KIN.pattern}"))))
_CUE = re.compile(
    rf"(?=[{_FIRST}])(?P<cue>{_MORE_CUES}|{CUES}|{_KIN})(?:（[^（）\n]{{0,20}}）)?(?:即|为|系|是|叫|名叫|名为)?"
    rf"(?P<colon>{_BLANK}{{0,4}}[：:]{_BLANK}{{0,6}}|{_BLANK}{{1,6}}|)(?P<line>\r?\n{_BLANK}{{0,6}})?"
)
_WORDS_OF_ROLES = re.compile(
    rf"{_MORE_CUES}|{CUES}|(?:{KIN.pattern}){{2}}|{'|'.join(k for k in KIN.pattern.split('|') if len(k) > 1)}"
)
_SMALL_WORDS = frozenset("和向于从由时有应经对方")  # of the surnames
_SHORT_LINE = 14  # characters
_MASKED = rf"{surname()}{GAP}[某×xX*＊]{{1,3}}[甲乙丙丁戊己庚辛壬癸0-9]{{0,2}}"
_NEXT = re.compile(
    rf"(?:（[^（）\n]{{0,30}}）)?(?:{GAP}(?:[、，,；;／/和及与]|以及){GAP}|{_BLANK}*)(?P<cue>(?:{CUES}|{_KIN})[：:]?)?"
)
# behind a name in a row, so that the word before it is one
_ENDS = re.compile(rf"{_BLANK}*(?:[^{_H}]|$|[等的均在到将把被和及与系说称是因])")
_BRACKETED = re.compile(rf"(?P<epithet>[老小阿大][{_H}]|[哥姐叔婶伯姨嫂爷奶弟妹])?[（(](?P<name>[{_H}]{{2,4}})[）)]")
_TITLES = (
    "医生|大夫|医师|护士|律师|法官|检察官|警官|民警|老师|主任|法医|书记|所长|院长|女士|先生|同志|师傅|大爷|大妈|阿姨"
)
_TITLED = re.compile(
    rf"(?:(?<![{_H}])|(?<=[由经请找与和向对问被给系]))(?P<name>{surname()}[{_H}]{{1,2}}?)(?={_TITLES})"
)
_DOT = "·•・．‧∙●"
_DOTTED = re.compile(rf"[{_H}]{{1,8}}(?:{GAP}[{_DOT}]{GAP}(?:(?![的在将被因于均系称说证陈供述辩])[{_H}]){{1,12}})+")
_SEXED_LONG = re.compile(
    rf"(?=[{_FIRST}])(?:{CUES})[：:]?(?P<name>(?:(?![省市县区镇乡村社])[{_H}]){{2,14}})(?=[，、 （(]{{1,3}}"
    rf"(?:曾用名|性别|[男女][，、。；）\s]|维吾尔|藏族|哈萨克|蒙古|彝族|回族))"
)
_LATIN = re.compile(
    r"(?<![A-Za-z0-9])[A-Z][a-z]{1,20}(?:[ \u00a0](?:[A-Z]\.|van|de|von|bin|al|el))*"
    r"(?:[ \u00a0\n·-][A-Z][a-z]{1,20}){1,3}(?![A-Za-z0-9])"
)
_LATIN_CUED = re.compile(r"(?P<name>[A-Z][A-Za-z]{1,20}(?:[ \u00a0·.-]{1,2}[A-Z][A-Za-z]{0,20}){0,3})(?![A-Za-z0-9])")
# what begins behind the name in a file name: 欧阳建国|故意伤害案
_FILE_WORDS = (
    "等|涉嫌|故意|过失|交通|盗窃|诈骗|抢劫|抢夺|强奸|猥亵|寻衅|聚众|非法|危险|敲诈|合同|职务|贪污|受贿|挪用|妨害|虐待|遗弃|拐卖|绑架|放火|"
    "爆炸|杀人|伤害|案|的|被|与|诉|和|询问|讯问|笔录|证言|陈述|供述|起诉|判决|鉴定|诊断|病历|病案|身份|户籍|户口|谅解|收条|低保|残疾|证明|"
    "证$|申请|卷|材料|情况|火化|死亡|受伤|照片|家属|信息|体检|出院|入院"
)
_FILE_START = re.compile(rf"(?P<name>{surname()}[{_H}]{{1,2}}?)(?={_FILE_WORDS})")
_FILE_END = re.compile(
    rf"(?:笔录|证言|陈述|供述|证明|病历|鉴定书|意见书|起诉书|判决书|身份证|户口|案)(?P<name>{surname()}[{_H}]{{1,2}})$"
)
_LATIN_LETTER = re.compile("[A-Za-z]")
_FILE_PART = re.compile(rf"[{_H}·]+")


@dataclass(frozen=True, slots=True)
class Told:
    """A name in a text; `name` is what stands from `start` to `end` without blanks and ends of lines."""

    start: int
    end: int
    name: str = field(repr=False)

    @property
    def everywhere(self) -> bool:
        """Whether the name is to be covered wherever it stands, and not only where it is told."""
        return len(self.name) > 2 or not _common(self.name)


def told_names(content: str) -> list[Told]:
    """Names that the words of a text tell, in order; they may overlap."""
    found: set[tuple[int, int]] = set()

    def add(start: int, end: int) -> None:
        found.add((start, end))

    for match in _CUE.finditer(content):
        for start, end in _row(content, match):
            add(start, end)
    for pattern in (INTRODUCED, SEXED, SELF, _SEXED_LONG, _TITLED):
        for match in pattern.finditer(content):
            start, end = match.span("name")
            name = content[start:end]
            if pattern is _TITLED and name[:1] in ALSO_WORDS:  # 经治医师
                continue
            if (
                "某" not in name
                and end > start
                and (pattern is _SEXED_LONG or _may_be(name, sure=pattern is not _TITLED))
            ):
                add(start, end)
    for match in _BRACKETED.finditer(content):
        name = match["name"]
        if (
            _family(name)
            and (match["epithet"] or (len(name) > 2 and not _common(name[1:])))
            and _may_be(name, sure=False)
        ):
            add(*match.span("name"))
    for match in _DOTTED.finditer(content):
        add(_after_cue(content, match.start(), match.end()), match.end())
    for match in _LATIN.finditer(content):
        add(*match.span())
    return [Told(start, end, _plain(content[start:end])) for start, end in sorted(found)]


def names_in_file_name(name: str) -> set[str]:
    """Names that a file name may hold: 欧阳建国故意伤害案.txt, 02-询问笔录（王芳）.pdf; none in 起诉书.txt."""
    found = {told.name for told in told_names(name)}
    stem = name.rpartition(".")[0] or name
    for match in _FILE_PART.finditer(stem):
        part = match.group()
        begins, ends = _FILE_START.match(part), _FILE_END.search(part)
        if begins and _may_be(begins["name"], sure=False):
            found.add(begins["name"])
        elif ends and _may_be(ends["name"], sure=False):
            found.add(ends["name"])
        elif _family(part) and len(part) <= 2 + len(_family(part)) and _may_be(part, sure=False):
            found.add(part)
    return found


def given_name(name: str) -> str | None:
    """The given name when it has two characters: 小满 of 黎小满."""
    family = _family(name)
    return name[len(family) :] if family and len(name) - len(family) == 2 else None


def _row(content: str, cue: re.Match[str]) -> Iterator[tuple[int, int]]:
    """The name behind a cue, and those that follow it in a row."""
    position, strong, sure = cue.end(), bool(_STRONG.search(cue["cue"])), "：" in cue["colon"] or ":" in cue["colon"]
    alone = cue["line"] is not None
    if (latin := _LATIN_CUED.match(content, position)) and (sure or strong):
        yield latin.span("name")
        position = latin.end()
    for number in range(40):
        masked = _masked_pattern().match(content, position)
        end = masked.end() if masked else _name_end(content, position, strong, sure and not number, number > 0 or alone)
        if end is None:
            return
        if not masked:
            yield position, end
            if (
                end - position == 3 and not _ENDS.match(content, end) and _common(content[end - 1 : end + 1])
            ):  # 王建|国家属: one or the other
                yield position, end - 1
        following = _NEXT.match(content, end)
        if following is None or following.end() == end:
            return
        position, alone = following.end(), False


def _name_end(content: str, position: int, strong: bool, sure: bool, bounded: bool) -> int | None:
    """Where a name that begins here ends.

    Args:
        strong: a role or trade stands before it, not a kinship.
        sure: the cue ends in a colon, so that a name is what belongs there.
        bounded: it must end where a word does.
    """
    match = _name_pattern().match(content, position)
    if match is None or _WORDS_OF_ROLES.match(content, position):
        return None
    if NOT_NAMES.match(_plain(match.group())) or (not sure and NOT_NAMES.match(content[position : position + 6])):
        return None
    family, first, second = match["family"], match["first"], match["second"]
    if first in HARD_STOP or "某" in (first, second):
        return None
    short, long = match.end("first"), match.end("second") if second else None
    if match["gap2"] and "\n" in match["gap2"] and position - content.rfind("\n", 0, position) < _SHORT_LINE:
        long = second = None  # a line of signatures ends here, no layout broke it
    if match["gap"]:
        return _spaced_end(content, short, long, match["gap"], match["gap2"] or "")
    two = family + first
    three = two + (second or "")
    apart = family in ALSO_WORDS and first != second and _common(three[len(family) :])  # 干|农活; near miss: 钱|多多
    if len(family) == 1 and _common(two) and not (sure and _ENDS.match(content, short)):
        return None
    if not sure and apart and not strong:
        return None
    if not sure and second and _common(three):
        return None
    if long is not None and _ENDS.match(content, long):
        end = long
        if second in NOT_GIVEN and _ENDS.match(content, short):
            end = short
    elif _ENDS.match(content, short) or (second and second in NOT_GIVEN) or long is None:
        end = short
    else:
        end = long
    if bounded and not _ENDS.match(content, end):
        return None
    unsure = family in ALSO_WORDS if not strong else family in _SMALL_WORDS
    return None if unsure and not sure and not _ENDS.match(content, end) else end


def _spaced_end(content: str, short: int, long: int | None, gap: str, second_gap: str) -> int | None:
    """Where a name with a blank behind its surname ends: 陈 建 国, 杜　鹃; it must end where a word does."""
    if long is not None and _ENDS.match(content, long) and bool(second_gap) == ("\n" not in gap):
        return long
    return short if _ENDS.match(content, short) else None


@cache
def _masked_pattern() -> re.Pattern[str]:
    return re.compile(_MASKED)


@cache
def _name_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?P<family>{surname()})(?P<gap>{GAP})(?P<first>[{_H}])(?:(?P<gap2>{GAP})(?P<second>[{_H}]))?")


def _after_cue(content: str, start: int, end: int) -> int:
    """Where a name with a dot begins: behind the last cue or small word before the dot."""
    dot = next(place for place in range(start, end) if content[place] in _DOT)
    cues = [match.end() for match in _CUE.finditer(content, max(0, start - 8), dot) if start <= match.end() < dot]
    small = [place + 1 for place in range(start, dot - 1) if content[place] in HARD_STOP or content[place] in "叫问找"]
    return max([start, *cues, *small])


def _family(name: str) -> str:
    match = _surname().match(name)
    return match.group() if match and len(match.group()) < len(name) else ""


@cache
def _surname() -> re.Pattern[str]:
    return re.compile(surname())


def _may_be(name: str, *, sure: bool) -> bool:
    """Whether a word of two to four characters can be a name."""
    if "某" in name or name[-1] in HARD_STOP or _WORDS_OF_ROLES.fullmatch(name):
        return False
    family = _family(name)
    if sure:
        return bool(family) or not _common(name)
    if not family or NOT_NAMES.match(name) or (len(family) == 1 and _common(name[:2])) or _common(name):
        return False
    rest = name[len(family) :]
    return not (family in ALSO_WORDS and len(rest) > 1 and _common(rest))


@cache
def _common(word: str) -> bool:
    return is_word(word)


def _plain(written: str) -> str:
    return " ".join(written.split()) if _LATIN_LETTER.match(written) else "".join(written.split())
