"""What published systems of this kind describe: keyword hits, each credited to the nearest victim's name.

A yardstick, built in good faith and kept simple: victims are the names behind 被害人 and its synonyms,
every attribute is a list of words, a hit belongs to the nearest occurrence of a victim's name. It knows no
negation, no other people, no old cases. It uses nothing of `nlp/`, so that it cannot profit from it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models.cases import CaseText

# 被害人陆某1 | 死者白小河 | 受害人欧某某: a surname and up to three more characters, as far as they look like a name
_TITLE = r"(?:被害人|受害人|死者|伤者|被侵害人|失主|事主)"
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗"
    "凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹"
    "狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍"
    "虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊惠甄曲家封芮储靳焦牧谷车侯班仰秋"
    "仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶司韶黎薄印宿白怀蒲从鄂索咸籍赖卓蔺屠蒙池乔阴闻莘党翟谭贡劳申扶堵冉宰雍"
    "桑桂牛寿通边扈燕冀尚农温别庄晏柴瞿阎充慕连茹习艾鱼容向古易慎戈廖庾终居衡步都耿满弘匡国文寇广东欧沃利越师巩聂"
    "晁勾敖融冷辛那简饶空曾沙养鞠须丰关相查后荆红游竺权逯盖益桓公肖覃阳付闫邝"
)
_VICTIM = re.compile(rf"{_TITLE}([{_SURNAMES}](?:某某|某|[××xX*]{{1,2}}|[\u4e00-\u9fff])[甲乙丙丁\d]?)")

_GENDER = {"女": re.compile("女|妇女|女子"), "男": re.compile("男|男子")}
_AGE = re.compile(r"(\d{1,3})周?岁")
_DISABILITY = {
    "caused": re.compile(r"[一二三四五六七八九十]级伤残|伤残[一二三四五六七八九十]级|[一二三四五六七八九十]级残疾"),
    "preexisting": re.compile("残疾人|残疾证|聋哑|智力残疾|精神发育迟滞"),
}
_HARDSHIP = {
    "低保": re.compile("低保|最低生活保障"),
    "特困": re.compile("特困|五保"),
    "脱贫监测": re.compile("建档立卡|脱贫户|贫困户"),
    "孤儿": re.compile("孤儿"),
    "重病": re.compile("重病|癌|尿毒症"),
    "失能失业": re.compile("丧失劳动能力|无收入|无业"),
    "生活困难": re.compile("家庭困难|生活困难|家境贫困|无力支付医疗费"),
}
_INJURY = re.compile("死亡|重伤一级|重伤二级|重伤|轻伤一级|轻伤二级|轻伤|轻微伤|受伤")
_WORST = ("死亡", "重伤一级", "重伤二级", "重伤", "轻伤一级", "轻伤二级", "轻伤", "轻微伤", "受伤")
_COMPENSATION = {
    "none": re.compile("未赔偿|未获赔偿|没有赔偿|未得到赔偿|无力赔偿|无赔偿能力"),
    "settled": re.compile("已赔偿|赔偿了|赔偿被害人|达成和解|取得谅解|谅解|退赔|发还"),
    "ordered": re.compile("判令|责令退赔|赔偿原告"),
}
_LOSS = re.compile(r"(?:价值|损失|骗取|盗走|窃得|抢走)(?:共计|人民币|现金|约|为)*([\d,]+(?:\.\d+)?)(万?)元")


@dataclass(frozen=True, slots=True)
class Hit:
    """A keyword in a document (code points), and what it is taken to mean."""

    attribute: str
    value: dict[str, Any]
    document: str
    start: int
    end: int


def predict(case: CaseText) -> dict[str, Any]:
    """The record of one case in the contract's form."""
    places: list[tuple[str, int, str]] = []  # document, offset, name
    for document, text in case.documents.items():
        for name in dict.fromkeys(_whole_name(match, text) for match in _VICTIM.finditer(text)):
            places.extend((document, match.start(), name) for match in re.finditer(re.escape(name), text))
    places.sort()
    by_name: dict[str, list[Hit]] = {name: [] for _, _, name in places}
    for document, text in case.documents.items():
        here = [(offset, name) for where, offset, name in places if where == document]
        for hit in _hits(document, text):
            if here:
                by_name[_nearest(here, hit.start)].append(hit)
    return {"id": case.id, "victims": [_record(name, hits) for name, hits in by_name.items()]}


def _whole_name(match: re.Match[str], text: str) -> str:
    """A name without 某 runs on by one character when the longer form is repeated (陆小河 … 陆小河)."""
    name, end = match[1], match.end()
    longer = text[match.start(1) : end + 1]
    plain = all("\u4e00" <= character <= "\u9fff" and character not in "某甲乙丙丁" for character in longer)
    return longer if plain and len(longer) == 3 and text.count(longer) > 1 else name


def _hits(document: str, text: str) -> Iterator[Hit]:
    for attribute, key, words in (
        ("gender", "value", _GENDER),
        ("disability", "status", _DISABILITY),
        ("hardship", "category", _HARDSHIP),
        ("compensation", "status", _COMPENSATION),
    ):
        for value, pattern in words.items():
            for match in pattern.finditer(text):
                yield Hit(attribute, {key: value}, document, match.start(), match.end())
    for match in _AGE.finditer(text):
        yield Hit("age", {"value": int(match[1])}, document, match.start(), match.end())
    for match in _INJURY.finditer(text):
        yield Hit("injury", {"grade": match[0]}, document, match.start(), match.end())
    for match in _LOSS.finditer(text):
        amount = float(match[1].replace(",", "") or 0) * (10000 if match[2] else 1)
        yield Hit("loss", {"amount": amount}, document, match.start(), match.end())


def _nearest(places: list[tuple[int, str]], offset: int) -> str:
    index = bisect_left(places, (offset, ""))
    around = places[max(index - 1, 0) : index + 1]
    return min(around, key=lambda place: abs(place[0] - offset))[1]


def _record(name: str, hits: list[Hit]) -> dict[str, Any]:
    record: dict[str, Any] = {"name": name, "aliases": [], "type": "person"}
    for attribute in ("gender", "age", "compensation", "loss"):
        first = next((hit for hit in hits if hit.attribute == attribute), None)
        record[attribute] = first and _holder(first)
    injuries = [hit for hit in hits if hit.attribute == "injury"]
    worst = min(injuries, key=lambda hit: _WORST.index(hit.value["grade"]), default=None)
    record["injury"] = worst and _holder(worst)
    for attribute in ("disability", "hardship"):
        found = {next(iter(hit.value.values())): hit for hit in reversed(hits) if hit.attribute == attribute}
        record[attribute] = [_holder(hit) for hit in found.values()]
    return record


def _holder(hit: Hit) -> dict[str, Any]:
    return {**hit.value, "evidence": [{"document_name": hit.document, "start": hit.start, "end": hit.end}]}
