"""Whether what has the form of a masked name stands for a person here, and not for a place, a firm or a make."""

from __future__ import annotations

import re

from nlp.name_cues import PREMISES, surname_pattern
from nlp.segment import is_word


def is_person(text: str, start: int, end: int) -> bool:
    """Not the masked name of a place or a firm (李某镇, 张某某公司)."""
    after = text[end : end + 1]
    if after in "镇乡村县路街厂号弄室栋幢" and after:
        return False
    if re.match(r"\d{0,5}型", text[end : end + 6]):  # 艾某615型羽绒服
        return False
    if text[start] == "元" and text[start - 1 : start] == "单":  # 某单元某楼
        return False
    if text[start] in "单栋楼幢" and re.match(r"[\d某×]", text[start - 1 : start]):
        return False  # 1栋4单XX道口, 某栋某单元
    if text[start] in "万元千百" and text[start - 1 : start].isdigit():  # 15.75万某 was 15.75万元
        return False
    if text[end : end + 1] == "区" and text[end - 1] in "×xX*":  # 成都XX区
        return False
    if after in ("园", "社") and text[end - 1] in "×xX*":  # 凤X园社区
        return False
    if text[end - 1] == "*" and _MASKED_PLACE.search(text, max(0, start - 2), text.index("*", start)):
        return False
    if text[start - 1 : start] in _MASKS and end - start == 2:  # 华X荣X9手机
        return False
    if not surname_pattern().match(text[start]):
        if is_word(text[max(0, start - 1) : start + 1]):  # 加盟某煤矿
            return False
        if re.match("(?:牌|轿车|汽车|越野车|客车|货车|摩托车)", text[end : end + 3]):  # 凯某轿车
            return False
    if text[start] in "成和" and text[start + 1] in "×xX*":  # 构成××罪
        return False
    if (
        text[start - 1 : start] in ("“", '"')
        and text[end : end + 1] in ("”", '"')
        and PREMISES.search(text[end + 1 : end + 7])
    ):
        return False
    if (
        end - start == 3
        and text[end - 1] == "某"
        and (text[start + 1] in "市县区省镇乡村" or _place_word(text[start : start + 2]))
    ):
        return False  # 台市某, 云南某
    if _PLACE_BEHIND.match(text, end):  # 富某科技园, 向某约20米, 索某单反相机
        return False
    if PREMISES.match(text[end : end + 4]) and not _VICTIM_CUE.search(text, max(0, start - 4), start):  # 沙某卫生院
        return False
    if is_inside_firm(text, start, end):
        return False
    if text[start] == "钱" and end - start == 2 and _TAKEN_BEFORE.search(text, max(0, start - 4), start):  # 骗取钱X
        return False
    street = text[start] in "路苑街楼" and text[start + 1] in "某×xX*"  # 墨玉路XX弄
    return not (street and "\u4e00" <= text[start - 1 : start] <= "\u9fff")


# 位于**市, 兰山区**, 4单元**: a place under stars, though 于, 山 and 元 are surnames
_MASKED_PLACE = re.compile(r"(?:[区县市镇乡村路街道号楼栋室组巷厦厂]|[位坐处]于|单元|[\u4e00-\u9fff]于)$")
# what makes a mask the name of a place, a way or a make; near miss: 黎某相机被盗
_PLACE_BEHIND = re.compile(
    r"(?:科技|工业|产业|软件|物流)园|中区|加油站|停车场|候车|客运站|火车站|菜市场|农贸市场|约?\d{1,4}余?米|单反|牌(?=[\u4e00-\u9fff])"
)


def is_inside_firm(text: str, start: int, end: int) -> bool:
    """Whether a masked name is only a part of the name of a firm: 海川[康X林]器材公司."""
    return (
        _MASK.search(text, start, end) is not None
        and _INSIDE_A_NAME.search(text, max(0, start - 1), start) is not None
        and _FIRM_BEHIND.match(text, end) is not None
    )


# before what goes on inside a name; near miss: 被害人[康某], 将[康某]
_INSIDE_A_NAME = re.compile("[\u4e00-\u9fff](?<![人者主和与及将被对向把由给由从在到至某是系为名叫])$")
_FIRM_BEHIND = re.compile(
    "[^，。；、（将在到至从与和被对向的把给为是系于担任经营开进入去回离找承包]{0,8}(?:有限公司|公司|集团|商行|寄售行)"
)
_TAKEN_BEFORE = re.compile("(?:骗取|骗得|盗走|窃得|抢走|的|[\u4e00-\u9fff]某|索要|勒索)$")
_MASK = re.compile("[某xX×*]")
_MASKS = frozenset("Xx×*")
_VICTIM_CUE = re.compile("(?:被害人|受害人|失主|事主)$")  # 被害人夏某甲超市外: a person, whatever stands behind


def _place_word(word: str) -> bool:
    """云南 before 某, but not the compound surname 欧阳."""
    family = surname_pattern().match(word)
    return is_word(word) and not (family and family.group() == word)
