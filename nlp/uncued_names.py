"""Full names that no cue announces: their place gives them away, or they stand again and again (靳四海, 谌果果)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache

from nlp.name_cues import ALSO_WORDS, HARD_STOP, NOT_GIVEN, ROW_OF_PEOPLE, SELF, SEXED, surname, surname_pattern
from nlp.segment import is_word, tokens

_RARELY = 3  # a name without any cue stands at least so often
_OFTEN = 4  # and so often whatever its characters mean elsewhere
_EDGE = frozenset("，。、；：（）“”《》 　\n｜|？！")


@cache
def _three() -> re.Pattern[str]:
    """Every stretch of a surname and two characters, overlapping."""
    return re.compile(rf"(?=(?P<name>{surname()}[\u4e00-\u9fff]{{2}}))")


def names_by_segmenter(whole: str, plausible: Callable[[str, str], bool]) -> set[str]:
    """Names of three characters that the segmenter reads as one again and again (张韩芳驾驶…, 致张韩芳…).

    Args:
        plausible: whether a stretch of the text can be a name at all.
    """
    family = surname_pattern()
    seen: Counter[str] = Counter()
    for start, end, tag in tokens(whole):
        if tag.startswith("nr") and end - start == 3 and tag != "nrt":
            seen[whole[start:end]] += 1
    return {
        name
        for name, count in seen.items()
        if count >= 2
        and (head := family.match(name))
        and len(head.group()) == 1
        and not _unlikely(name)
        and whole.count(name) <= count + 1
        and not is_word(name)
        and plausible(whole, name)
    }


def recurring_names(whole: str, plausible: Callable[[str, str], bool]) -> set[str]:
    """Names of three characters, one of them the family's.

    Args:
        plausible: whether a stretch of the text can be a name at all.
    """
    places: dict[str, list[int]] = {}
    for match in _three().finditer(whole):
        if len(match["name"]) == 3 and "某" not in match["name"]:
            places.setdefault(match["name"], []).append(match.start())
    return {
        name
        for name, starts in places.items()
        if len(starts) >= _RARELY
        and not is_word(name)
        and not is_word(name[:2])
        and (
            (_free(whole, starts, 2) and name[0] not in ALSO_WORDS and not _unlikely(name) and plausible(whole, name))
            or (len(starts) >= _OFTEN and _free(whole, starts, 3) and not _OFTEN_NO_NAME.search(name))
        )
    }


_OFTEN_NO_NAME = re.compile(
    "[在将和与的把被因于以及等从对向均系为之其也了呢吗吧啊]|[区县市镇乡村街路湾寨屯坝港河山湖沟坪桥岭]$"
)


def _unlikely(name: str) -> bool:
    return bool(NOT_GIVEN.intersection(name[1:]))


def _free(whole: str, starts: Sequence[int], several: int) -> bool:
    """Whether what begins there stands alone on both sides at least once, and has so many neighbours on each."""
    before = [whole[at - 1 : at] for at in starts]
    after = [whole[at + 3 : at + 4] for at in starts]
    return (
        len(set(before)) >= several
        and len(set(after)) >= several
        and any(not char or char in _EDGE for char in before)
        and any(not char or char in _EDGE or char in HARD_STOP for char in after)
    )


# the first of such a row stands behind what was done: 骗取|于德海
_FIRST_OF_ROW = re.compile(
    "(?:骗取|骗得|骗走|诈骗|盗窃|窃得|拖欠|拒付|支付|造成|致使|致|向)(?P<name>[\u4e00-\u9fff]{2,3})$"
)


def names_by_form(whole: str, plausible: Callable[[str, str], bool]) -> set[str]:
    """Names that their place gives away: a sex behind them, 我叫 before them, a row that is counted as people."""
    found = {m["name"] for m in SEXED.finditer(whole)}
    found |= {m["name"] or m["stated"] for m in SELF.finditer(whole)}
    names = {name for name in found if surname_pattern().match(name) and name[-1] not in HARD_STOP}
    for match in ROW_OF_PEOPLE.finditer(whole):
        row = match["row"].split("、")
        known = [name for name in row if surname_pattern().match(name)]
        if match["people"] and (len(row) < 3 or len(known) < len(row) - 1 or any(map(_no_full_name, row[1:]))):
            continue
        if len(known) * 2 > len(row):  # the first may have a verb run into it: 骗取仇秀珍
            names.update(name for name in row[1:] if not is_word(name))
            if whole[match.start() - 1 : match.start()] in _EDGE and not _no_full_name(row[0]) and row[0] in known:
                names.add(row[0])
            first = _FIRST_OF_ROW.search(whole, max(0, match.start() - 6), match.start() + len(row[0]))
            if first is not None and surname_pattern().match(first["name"]):
                names.add(first["name"])
    names |= _names_with_sums(whole)
    return {name for name in names if "某" not in name and plausible(whole, name)}


def _no_full_name(word: str) -> bool:
    return len(word) > 3 or is_word(word) or _unlikely(word)


@cache
def _with_sum() -> re.Pattern[str]:
    """Somebody with a sum: 樊桂林（女）工资8600元, 邹勤：12000元."""
    return re.compile(
        rf"(?<!支)(?P<name>{surname()}[\u4e00-\u9fff]{{1,2}}?)(?:（[^（）\n]{{0,24}}）)?(?:的)?"
        r"(?:工资|劳动报酬|劳务费|人民币|现金|借款|投资款|集资款|损失|各|计|共计|[：:]){0,3}[0-9.]+余?万?余?元"
    )


# between two of a row, perhaps with what the next one is called: 、 ；工人
_NEXT_WITH_SUM = re.compile(r"[、，；。\n 　]{0,3}(?:[和及]|以及)?[\u4e00-\u9fff]{0,3}(?:[工员师人])?")
_GOODS = frozenset("费款金损价租险税息链表机镯戒物车钱品券卡证资薪酬利项额瓶条件包箱台部辆")


def _names_with_sums(whole: str) -> set[str]:
    """Names of a row in which each has a sum of its own: 邹世勤12000元、樊桂林8600元; near miss: 房租5000元、水费300元."""
    rows: list[list[re.Match[str]]] = []
    for match in _with_sum().finditer(whole):
        if rows and _NEXT_WITH_SUM.fullmatch(whole, rows[-1][-1].end(), match.start()):
            rows[-1].append(match)
        else:
            rows.append([match])
    told = [[match["name"] for match in row] for row in rows if len(row) > 1]
    clean = [row for row in told if not any(is_word(name) or name[-1] in _GOODS or _unlikely(name) for name in row)]
    return {name for row in clean for name in row}
