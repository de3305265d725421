"""Where personal names stand in the papers of one dossier: masked ones by their form, full ones by cue and habit.

A masked name (张某, 李某某, 王某甲, 赵×2, 4某丁) is known by its form. A full name is learned once, where a cue
announces it (被害人…, 姓名：…, 其父…), and then found wherever it stands. How many characters belong to
it is decided by how it continues over all its occurrences in the dossier.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nlp.mask_context import is_inside_firm, is_person
from nlp.name_cues import (
    AFTER_CUED,
    ALSO_WORDS,
    BOUNDARY,
    CUE,
    CUED_BEFORE,
    DEED,
    DOTTED,
    ENDS_GIVEN,
    GIVEN,
    HARD_STOP,
    INTRODUCED,
    INVENTED,
    KIN,
    NEXT_IN_ROW,
    NOT_AFTER_MASK,
    NOT_GIVEN,
    NOT_NAMES,
    OTHER_NAME,
    PREMISES,
    STEMS,
    STRONG_CUE,
    beside_deed_pattern,
    contextual_pattern,
    listed_pattern,
    masked_pattern,
    masked_stem_pattern,
    numbered_pattern,
    surname_pattern,
)
from nlp.segment import is_everyday, is_word, tokens
from nlp.uncued_names import names_by_form, names_by_segmenter, recurring_names


@dataclass(frozen=True, slots=True)
class NameMention:
    """A name in one text; offsets in the frame of that text (the view)."""

    start: int
    end: int
    name: str  # the full form: 欧阳小川 where only 小川 stands


def find_names(texts: Iterable[str]) -> list[list[NameMention]]:
    """Name mentions of each text, in order and without overlap; all texts are of one dossier."""
    texts = list(texts)
    whole = "\n".join(texts)
    masked = masked_pattern()
    known = _masked_with_given(whole) | _full_names(whole)
    known |= {
        name[0] + name[-1] for name in known if _MASKED_MIDDLE.fullmatch(name) and whole.count(name[0] + name[-1]) > 1
    }
    known |= names_by_segmenter(whole, _is_whole) | recurring_names(whole, _plausible)
    for _ in range(6):
        more = _listed_beside(whole, masked, known) - known
        if not more:
            break
        known |= more
    short = _given_alone(whole, known)
    forms = sorted([*known, *short], key=len, reverse=True)
    full = re.compile("|".join(map(re.escape, forms))) if forms else None
    only_numbered = _only_numbered(whole, masked)
    return [_located(text, masked, full, short, only_numbered) for text in texts]


# 田某涵, where 田涵 stands elsewhere in full
_MASKED_MIDDLE = re.compile("[\u4e00-\u9fff][某×xX*][\u4e00-\u9fff]")


def _only_numbered(whole: str, masked: re.Pattern[str]) -> set[str]:
    """Masked names with a number (李某1) whose form without it (李某) never stands alone."""
    if not _RUN_IN.search(whole):
        return set()
    forms = {m.group() for m in masked.finditer(whole) if not whole[m.end() : m.end() + 1].isdigit()}
    return {form for form in forms if form[-1].isdigit() and form[:-1] not in forms}


# a masked name with a sum right behind it: 李某13000元; near miss: 李某1、
_RUN_IN = re.compile(r"[某×xX*]\d{4,}(?:\.\d+)?余?万?余?元")
# the number of a name run into a sum: 李某1|3000元; near miss: 李某130名
_SUM_BEHIND = re.compile(r"\d{3,}(?:\.\d+)?余?万?余?元")


def _given_alone(whole: str, known: set[str]) -> dict[str, str]:
    """Given names that stand alone for one person (小川 for 欧阳小川): at least twice, no common word, nobody else's."""
    owners: dict[str, list[str]] = {}
    for name in known:
        head = surname_pattern().match(name)
        if head and len(name) - len(head.group()) == 2:
            owners.setdefault(name[-2:], []).append(name)
    short: dict[str, str] = {}
    for given, names in owners.items():
        if len(names) == 1 and not is_word(given):
            family = names[0][: -len(given)]
            alone = sum(whole[max(0, at - len(family)) : at] != family for at in _places(whole, given))
            if (alone >= 2 or re.search(f"[，。、：\n]{given}(?:是我|被|说|的)", whole)) and whole.count(given) < 40:
                short[given] = names[0]
    return short


def _listed_beside(whole: str, masked: re.Pattern[str], known: set[str]) -> set[str]:
    """Full names in an enumeration with names already found: 蒋某、王某乙、呼延伟、于某."""
    found: set[str] = set()
    anchors = [m.end() for m in masked.finditer(whole)]
    if known:
        anchors += [m.end() for m in re.finditer("|".join(map(re.escape, sorted(known, key=len, reverse=True))), whole)]
    item = listed_pattern()
    for end in anchors:
        match = item.match(whole, end)
        if match and not masked.match(whole, match.start("name")):
            name = match["name"]
            if name[-1] not in HARD_STOP and _plausible(whole, name):
                found.add(name)
    return found


def _located(
    text: str, masked: re.Pattern[str], full: re.Pattern[str] | None, short: dict[str, str], only_numbered: set[str]
) -> list[NameMention]:
    spans = {m.start(): m.end() for m in masked.finditer(text) if is_person(text, m.start(), m.end())}
    if full is not None:
        for match in full.finditer(text):
            start, end = match.span()
            if not is_inside_firm(text, start, end):
                spans[start] = max(end, spans.get(start, 0))
    mentions: list[NameMention] = []
    for start, end in sorted(spans.items()):
        if text[start : end + 1] in only_numbered and _SUM_BEHIND.match(text, end):
            end += 1
        if mentions and start < mentions[-1].end:
            continue
        mentions.append(NameMention(start, end, short.get(text[start:end], text[start:end])))
    return mentions


def _masked_with_given(whole: str) -> set[str]:
    """Masked names that end in a given name: 李某嫒, 陈某亮, 冯1某盛, 侯X芳, decided by how 李某 continues."""
    stem = masked_stem_pattern()
    following: dict[str, Counter[str]] = {}
    after: dict[str, Counter[str]] = {}
    for match in stem.finditer(whole):
        prefix = match.group()[:-1]
        following.setdefault(prefix, Counter())[match["next"]] += 1
        after.setdefault(match.group(), Counter())[whole[match.end() : match.end() + 1]] += 1
    names: set[str] = set()
    for prefix, nexts in following.items():
        total = whole.count(prefix)
        for char, count in nexts.items():
            always = count == total >= _ALWAYS and len(after[prefix + char]) >= _FREELY  # 李某均 wherever 李某 stands
            if (char in NOT_AFTER_MASK and not always) or char in STEMS or char in "某×xX*":
                continue
            name = prefix + char
            if prefix[-1].isdigit() and count != total:
                continue  # 刘某1带: 刘某1 stands alone elsewhere
            if char == "华" and after[name].get("为") == count:  # 李某华为手机
                continue
            continues = len(after[name])
            cued = any(
                CUED_BEFORE.search(whole[max(0, at - 10) : at])
                and (
                    whole[at + len(name) : at + len(name) + 1] in AFTER_CUED
                    or (whole[at - 1 : at] != "、" and _thing_behind(whole, at + len(name)))
                )
                for at in _places(whole, name)
            )
            often = count >= 2 and (continues >= 2 or count == total)
            given = char in ENDS_GIVEN and not any(
                _MAKE_BEHIND.match(whole, at + len(name)) for at in _places(whole, name)
            )
            if (often or cued or given) and not _word_behind(whole, name):
                names.add(name)
    return names


# a make begins with the character: 夏某|豪爵牌摩托车, 黎某|宝骏轿车; near miss: 夏某豪骑摩托车
_MAKE_BEHIND = re.compile("[\u4e00-\u9fff]{1,2}(?:[A-Z]|牌|轿车|越野|两轮|二轮|三轮|电动|摩托|手机|电脑|汽车)")
_ALWAYS, _FREELY = 4, 3  # so often, before so many different characters


def _thing_behind(whole: str, end: int) -> bool:
    """Whether a name that ends here stands before a thing, and its last character is no particle: 父亲匡某根|现金; near
    miss: 被害人黎某就|民事赔偿."""
    alone = next(tokens(whole[end - 1 : end]), None)
    thing = next(tokens(whole[end : end + 4]), None)
    return (
        alone is not None
        and thing is not None
        and alone[2][:1] not in ("d", "c", "u", "r")
        and thing[2].startswith("n")
        and thing[1] >= 2
        and is_word(whole[end : end + thing[1]])
    )


def _word_behind(whole: str, name: str) -> bool:
    """Whether the last character of a masked name always begins a word of its own: 温某|基于, 简某|信以为真."""
    return all(_begins_word(whole[at + len(name) - 1 : at + len(name) + 3]) for at in _places(whole, name))


def _full_names(whole: str) -> set[str]:
    """Unmasked names that a cue announces, with their length decided over the whole dossier."""
    names = {m["name"] for m in INTRODUCED.finditer(whole) if "某" not in m["name"] and m["name"][-1] not in HARD_STOP}
    names |= {m["name"] for m in numbered_pattern().finditer(whole)}
    names |= names_by_form(whole, _plausible)
    for match in contextual_pattern().finditer(whole):
        row = match["row"].replace("和", "、").replace("及", "、").split("、")
        row = [n for n in row if n and n[-1] not in HARD_STOP]
        names |= {n for n in row if len(n) > 1 and "某" not in n and not _common(whole, n) and _plausible(whole, n)}
    beside = {next(filter(None, m.groups())) for m in beside_deed_pattern().finditer(whole)}
    beside = {n for n in beside if NOT_GIVEN.isdisjoint(n[1:]) and n[-1] != "子"}  # 将车推走, 骗得麦麸子
    names |= {n for n in beside if not _common(whole, n) and _plausible(whole, n)}
    names |= {m["name"] or m["cued"] for m in INVENTED.finditer(whole)}
    names |= {m["name"] for m in DOTTED.finditer(whole)}
    for deed in DEED.finditer(whole):
        name = _name_at(whole, deed.end())
        if name and len(name) >= 3 and not _names_goods(whole, deed.end()):
            names.add(name)
    for cue in CUE.finditer(whole):
        found = _name_list_at(whole, cue.end())
        names |= found if STRONG_CUE.match(cue.group()) else {n for n in found if not _common(whole, n)}
    for label in OTHER_NAME.finditer(whole):
        names |= _name_list_at(whole, label.end())
    return names


def _common(whole: str, name: str) -> bool:
    """Whether what stands behind a weak cue (a kinship word, 老人) once only reads as everyday words: 爸妈|种大棚."""
    if whole.count(name) > 1:
        return False
    at = whole.find(name)
    family = surname_pattern().match(name)
    length = len(family.group()) if family else 1
    first = list(tokens(whole[at : at + len(name) + 3]))
    begins = bool(first) and first[0][1] > length and is_word(whole[at : at + first[0][1]])
    return begins or _reads_apart(name, length)


def _reads_apart(name: str, length: int) -> bool:
    """盖房子, 戴眼镜: a common word behind a verb that is also a surname."""
    return len(name) - length == 2 and is_word(name[length:]) and is_everyday(name[:length])


def _name_list_at(whole: str, position: int) -> set[str]:
    found: set[str] = set()
    for _ in range(40):
        name = _name_at(whole, position)
        if not name:
            break
        found.add(name)
        gap = NEXT_IN_ROW.match(whole, position + len(name))
        if not gap:
            break
        position = gap.end()
    return found


def _name_at(whole: str, position: int) -> str | None:
    head = surname_pattern().match(whole, position)
    if not head:
        return None
    family = head.group()
    given = GIVEN.match(whole, head.end())
    if not given:
        return None
    rest = given.group()
    if rest[0] in "某×" or (family in _PREPOSITIONS and rest[1:2] in ("某", "×")) or rest[0] in "被说称向不没未已":
        return None
    if family in ALSO_WORDS and rest[0] in "有是在个":
        return None
    if family in _PREPOSITIONS and _stands_elsewhere(whole, position + len(family)):  # 家属向阮秀芬家属
        return None
    if rest[0] in HARD_STOP and not (len(rest) == 2 and _begins_word(rest)):  # 宣和平
        return None
    one, two = family + rest[:1], family + rest[:2]
    if (
        len(rest) == 2
        and not (family in ALSO_WORDS and is_word(rest))
        and rest[1] not in HARD_STOP
        and BOUNDARY.match(whole[position + len(two) : position + len(two) + 1])
    ):
        return two if _plausible(whole, two) else None
    if family in ALSO_WORDS and _reads_as_words(whole[position : position + 8], len(family)) and whole.count(two) < 3:
        return None
    if len(rest) == 1:
        return one if _plausible(whole, one) else None
    count_one, count_two = whole.count(one), whole.count(two)
    if (
        count_two < count_one
        and _stands_alone(whole, one)
        and _begins_word(rest[1:] + whole[position + len(family) + len(rest) :][:2])
    ):
        return one if _plausible(whole, one) else None  # 冷霜见证, with 冷霜 elsewhere
    second = rest[1]
    if (second in NOT_GIVEN and count_two < 0.9 * count_one) or (
        second in NOT_GIVEN and not (count_two >= 3 and count_two == count_one and len(set(_nexts(whole, two))) >= 3)
    ):
        name = one
    elif count_two >= 0.7 * count_one or (count_two >= 2 and count_two >= 0.4 * count_one):
        name = two
    else:
        name = one if count_one >= 3 and _stands_alone(whole, one) else two
    return name if _plausible(whole, name) else None


_PREPOSITIONS = frozenset("向从由")


def _stands_elsewhere(whole: str, position: int) -> bool:
    """Whether a name of three characters begins here that also stands behind something else than here."""
    name = whole[position : position + 3]
    if not surname_pattern().match(name) or not all("\u4e00" <= char <= "\u9fff" for char in name):
        return False
    before = whole[position - 1]
    return any(whole[at - 1 : at] != before for at in _places(whole, name))


def _reads_as_words(text: str, family_length: int) -> bool:
    """Whether the segmenter reads common words here rather than a name."""
    first = list(tokens(text))[:2]
    if not first:
        return False
    if first[0][1] > family_length:
        return is_word(text[: first[0][1]])
    return len(first) > 1 and first[1][1] - first[1][0] >= 2 and is_word(text[first[1][0] : first[1][1]])


def _names_goods(whole: str, position: int) -> bool:
    """盗窃车内核桃, 施工材料, 卡车电瓶: a thing whose first character is also a surname."""
    first = next(tokens(whole[position : position + 8]), None)
    return first is not None and first[1] >= 2 and is_word(whole[position : position + first[1]])


def _stands_alone(whole: str, name: str) -> bool:
    """Whether the name is followed by something that cannot continue a name at least once (路小 never is, 路小琴 is)."""
    return any(follower in HARD_STOP or not "\u4e00" <= follower <= "\u9fff" for follower in _nexts(whole, name))


def _begins_word(text: str) -> bool:
    first = next(tokens(text), None)
    return first is not None and first[1] >= 2 and is_word(text[: first[1]])


def _places(whole: str, name: str) -> Iterator[int]:
    at = whole.find(name)
    while at >= 0:
        yield at
        at = whole.find(name, at + len(name))


def _nexts(whole: str, name: str) -> list[str]:
    return [whole[at + len(name) : at + len(name) + 1] for at in _places(whole, name)]


# what no name ends in: 满月|我, 来了, 家呢
_ENDS_CLAUSE = re.compile("[我你您咱她了呢吗吧么啊呀嘛]$")


def _is_whole(whole: str, name: str) -> bool:
    return not _reads_apart(name, 1) and _plausible(whole, name)


def _plausible(whole: str, name: str) -> bool:
    if NOT_NAMES.match(name) or len(name) < 2 or _ENDS_CLAUSE.search(name):
        return False
    kin = KIN.match(name)
    if kin and len(kin.group()) > 1:  # 岳母黄|国英
        return False
    if name.endswith("派") and whole.count(f"{name}出所") == whole.count(name):
        return False
    behind = [PREMISES.match(whole, at + len(name)) is not None for at in _places(whole, name)]
    if behind and sum(behind) * 2 > len(behind):  # 红沙洼|小学
        return False
    read = list(tokens(name))
    if (
        len(read) == 1
        and not read[0][2].startswith("nr")
        and name not in (introduced["name"] for introduced in INTRODUCED.finditer(whole))
    ):
        return False  # 商品房, 马尾松
    return (
        not any(follower in "市县省镇乡区路街牌" and follower for follower in _nexts(whole, name))
        or whole.count(name) > 3
    )
