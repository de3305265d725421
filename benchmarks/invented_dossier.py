"""Seeded invented dossiers of any length, for measuring speed and memory; every name and number is made up.

Out: papers by name, in the mix of a real dossier: mostly interview records and procedural papers that hold
no value, some that do. The text is repetitive in form but not in content: names, dates and sums vary, so
that caches keyed by sentence gain nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

PAGE = 700  # code points of a printed page of an interview record, at usual size and spacing

_SURNAMES = "陆白秦柳杭温庄倪卓桑"
_GIVEN = ("某", "某某", "某1", "某2", "小河", "长林", "秀禾", "远舟", "明川", "雪芽")
_PLACES = ("青荷县", "云岭区", "白石镇", "柳河村", "东篱街道", "望江小区")
_TALK = (
    "问:你把当天的经过讲一下。\n答:那天{time}我从{place}往家走,路上碰见{a},他说要跟我谈{sum}元的事,我没有理他。",
    "问:当时还有谁在场?\n答:还有{b}和几个邻居,他们站得比较远,应该没有听清我们说什么。",
    "问:你和{a}以前有没有矛盾?\n答:没有大的矛盾,就是{year}年因为{place}的一块空地吵过几句,村里调解过。",
    "问:你有没有看清对方手里拿的东西?\n答:天比较暗,我只看见一根长的棍子,是木头还是铁的我说不准。",
    "问:以上所说是否属实?\n答:属实。我看过了,和我说的一样。",
    "问:你什么时候发现东西不见的?\n答:{year}年{month}月{day}日早上{time},我去开门的时候发现锁被撬了,抽屉里的{sum}元没有了。",
    "答:我当时在{place}的工地上干活,中午休息,听见外面有人喊,出来一看{b}已经坐在地上了。",
    "办案民警向{b}出示了权利义务告知书,{b}表示已经阅读并签名。",
    "经查,{a}于{year}年{month}月从{place}离开,后在外地务工,其间与家人联系不多。",
    "侦查人员对现场进行了勘查,提取足迹两枚、木棍一根,制作笔录并拍照固定。",
)
_DECISIVE = (
    "被害人{v},{sex},{year60}年{month}月{day}日出生,住{place}。",
    "经法医鉴定,{v}的损伤程度为{grade}。",
    "{v}系低保户,由{place}民政部门发放最低生活保障金。",
    "案发后{a}未赔偿被害人{v}的任何损失。",
    "被害人{v}被盗现金人民币{sum}元。",
)
_KINDS = ("询问笔录", "讯问笔录", "现场勘查笔录", "情况说明", "起诉意见书")


def invented_papers(pages: int, *, seed: int = 11, pages_each: int = 12) -> dict[str, str]:
    """Papers of `pages_each` pages until there are `pages` in all; the same seed gives the same text."""
    dice = random.Random(seed)
    papers: dict[str, str] = {}
    number = 0
    while pages > 0:
        number += 1
        length = min(pages, pages_each)
        kind = _KINDS[number % len(_KINDS)]
        papers[f"{number:03d}-{kind}.txt"] = _paper(kind, length * PAGE, dice)
        pages -= length
    return papers


def _paper(kind: str, characters: int, dice: random.Random) -> str:
    accused, other, victim = (_name(dice) for _ in range(3))
    parts = [f"{kind}\n时间:{dice.randint(2019, 2025)}年{dice.randint(1, 12)}月{dice.randint(1, 28)}日\n"]
    written = len(parts[0])
    for sentence in _sentences(accused, other, victim, dice):
        if written >= characters:
            break
        parts.append(sentence + "\n")
        written += len(sentence) + 1
    return "".join(parts)[:characters]


def _sentences(accused: str, other: str, victim: str, dice: random.Random) -> Iterator[str]:
    """One decisive sentence in about forty, the rest talk."""
    while True:
        pool = _DECISIVE if dice.random() < 0.025 else _TALK
        yield dice.choice(pool).format(
            a=accused,
            b=other,
            v=victim,
            place=dice.choice(_PLACES),
            time=f"{dice.randint(5, 11)}点{dice.randint(10, 50)}分",
            sum=f"{dice.randint(3, 900) * 100}",
            year=dice.randint(2015, 2025),
            year60=dice.randint(1940, 2012),
            month=dice.randint(1, 12),
            day=dice.randint(1, 28),
            sex=dice.choice("男女"),
            grade=dice.choice(("轻微伤", "轻伤二级", "轻伤一级", "重伤二级")),
        )


def _name(dice: random.Random) -> str:
    return dice.choice(_SURNAMES) + dice.choice(_GIVEN)
