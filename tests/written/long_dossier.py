"""Makes the papers of the long dossier (a16), the same on every run: several volumes of witness interviews,
messages and logs, with the few words that decide the case deep inside them.

`document(part)` gives the text of one volume. Nothing is read but this folder; the seed is fixed.
"""

from __future__ import annotations

import random
import re
from functools import cache
from itertools import cycle, islice

from tests.written.long_chatter import MESSAGES, QUESTIONS, SLOTS

_SEED = 20250525
_WITNESSES = (
    ("岑水生", "男", 1979, "挖机司机"),
    ("巫桂香", "女", 1984, "过磅员"),
    ("蓟长友", "男", 1966, "门卫"),
    ("郎中平", "男", 1990, "破碎工"),
    ("厉小伟", "男", 1995, "装载机司机"),
    ("茹春花", "女", 1972, "炊事员"),
    ("母国安", "男", 1969, "锅炉工"),
    ("卓永年", "男", 1988, "电工"),
    ("佘大江", "男", 1982, "自卸车司机"),
    ("樊知秋", "男", 1975, "清面工"),
    ("晏少飞", "男", 1999, "学徒"),
    ("钮建新", "男", 1980, "洒水车司机"),
    ("湛如海", "男", 1971, "清面工"),
    ("苟德义", "男", 1963, "杂工"),
    ("鄢立民", "男", 1986, "皮带机工"),
    ("桑梅英", "女", 1978, "小卖部经营者"),
    ("糜志学", "男", 1992, "凿岩工"),
    ("訾宝山", "男", 1967, "带班组长"),
    ("聂晓东", "男", 1994, "班车司机"),
    ("车远志", "男", 1983, "维修工"),
)
_OPENINGS = (
    "我们是邰山县公安局刑侦大队民警，请你把知道的讲出来，不知道的不要猜，明白吗|明白。",
    "向你出示工作证，宣读证人的权利义务，作伪证要负法律责任，有没有意见|没有意见。",
    "你需要看一遍这份权利义务告知书，看完签字，有不懂的现在问|看完了，没有不懂的。",
    "今天请你来是了解5月25日晚上板房发生的事，你有义务作证，清楚没有|清楚。",
)
_CLOSINGS = ("以上笔录我看过，和我说的一样。", "向我宣读过，没有错。", "看了，属实，两处改动是我让改的。", "记录无误。")


class _Filler:
    """Fills the braces of a line from the slots; `name` is any workmate but the speaker."""

    def __init__(self, rng: random.Random, speaker: str) -> None:
        self._rng, self._speaker = rng, speaker

    def fill(self, line: str) -> str:
        chosen = self._rng.randrange(5)

        def word(match: re.Match[str]) -> str:
            key = match.group(1)
            if key == "name":
                return self._rng.choice([name for name, *_ in _WITNESSES if name != self._speaker])
            if key in ("dialect", "dialect_meaning"):
                return SLOTS[key][chosen]
            if key in SLOTS:
                return self._rng.choice(SLOTS[key])
            low, high = _NUMBERS[key]
            return str(self._rng.randint(low, high))

        return re.sub(r"\{(\w+)\}", word, line)


_NUMBERS = {
    "num": (12, 96),
    "year": (2012, 2023),
    "month": (2, 6),
    "day": (3, 24),
    "hour": (5, 8),
    "hour2": (17, 20),
    "tail": (1000, 9999),
}


def _interview(rng: random.Random, witness: tuple[str, str, int, str], lines: list[str], number: int) -> str:
    name, sex, born, job = witness
    filler = _Filler(rng, name)
    page, out = (
        1,
        [
            f"询 问 笔 录（第{number}次）",
            f"时间：2025年{rng.randint(5, 8)}月{rng.randint(26, 30)}日{rng.randint(8, 17)}时{rng.randint(10, 55)}分",
            f"地点：{rng.choice(('邰家湾采石场办公室', '石梁派出所询问室', '证人住处', '邰山县公安局办案中心'))}",
            "询问人：骆明哲、简舟    记录人：简舟",
            f"被询问人：{name}，{sex}，{born}年{rng.randint(1, 12)}月生，邰家湾采石场{job}",
        ],
    )
    for count, line in enumerate([rng.choice(_OPENINGS), *lines], 1):
        question, answer = filler.fill(line).split("|")
        out += [f"问：{question}？", f"答：{answer}"]
        if count % 12 == 0:
            page += 1
            out.append(f"                                第 {page} 页")
    out.append(f"{rng.choice(_CLOSINGS)}    {name}（捺印）")
    return "\n".join(out) + "\n"


@cache
def _interviews() -> tuple[str, ...]:
    """Two rounds of interviews; every question of the stock is asked before one comes a second time."""
    rng = random.Random(_SEED)
    stock: list[str] = []
    while len(stock) < 2 * len(_WITNESSES) * 18:
        order = list(QUESTIONS)
        rng.shuffle(order)
        stock += order
    asked = iter(stock)
    return tuple(
        _interview(rng, witness, list(islice(asked, 18)), number) for number in (1, 2) for witness in _WITNESSES
    )


def _messages(count: int) -> str:
    rng = random.Random(_SEED + 1)
    out = ["电子数据检查笔录附件二：“邰家湾出车群”聊天记录（节选）"]
    day, minute = 1, 380
    for line in islice(cycle(rng.sample(MESSAGES, len(MESSAGES))), count):
        minute += rng.randint(20, 190)
        if minute >= 1340:
            day, minute = day + 1, 360 + rng.randint(0, 80)
        speaker = rng.choice(_WITNESSES)[0]
        out.append(
            f"2025-05-{day:02d} {minute // 60:02d}:{minute % 60:02d}  {speaker}：{_Filler(rng, speaker).fill(line)}"
        )
    return "\n".join(out) + "\n"


def _gate_log(count: int) -> str:
    rng = random.Random(_SEED + 2)
    out = ["邰家湾采石场车辆进出登记（2025年5月，复印件）", "序号  日期  车号  事由  方数  登记人"]
    for number in range(1, count + 1):
        plate = f"云K{rng.randint(10000, 99999)}"
        reason = rng.choice(("拉料", "送油", "送菜", "拉石粉", "检修", "空返", "收废铁"))
        volume = f"{rng.randint(8, 32)}.{rng.randint(0, 9)}"
        out.append(f"{number:03d}  5.{rng.randint(1, 25)}  {plate}  {reason}  {volume}  {rng.choice(_WITNESSES)[0]}")
    return "\n".join(out) + "\n"


def _scene(count: int) -> str:
    rng = random.Random(_SEED + 3)
    out = ["现场勘验检查笔录  附件：现场照片说明"]
    shown = ("板房外墙", "走廊地面", "床铺", "铁皮柜", "水泥台", "电闸箱", "门锁", "窗台", "排水沟", "脚手板", "饭桌")
    marks = (
        "无异常痕迹",
        "见拖擦印",
        "见泥鞋印，方向朝南",
        "见烟头两枚",
        "漆面脱落",
        "放有{goods}",
        "靠放{tool}一把",
        "积尘均匀",
    )
    for number in range(1, count + 1):
        side = rng.choice(("由东向西", "由西向东", "由南向北", "由北向南", "俯拍"))
        mark = _Filler(rng, "").fill(rng.choice(marks))
        far = rng.randint(2, 48)
        out.append(
            f"照片{number:03d}  {rng.choice(SLOTS['place'])}{side}拍摄，距中心现场{far}.{rng.randint(0, 9)}米，"
            f"所示为{rng.choice(shown)}，{mark}，镜头焦距{rng.choice((24, 35, 50, 85))}毫米，拍摄人简舟"
        )
    return "\n".join(out) + "\n"


def _calls(count: int) -> str:
    rng = random.Random(_SEED + 4)
    out = ["通话详单（调取证据通知书〔2025〕77号，机主展宏图）", "序号  起始时间  主被叫  对方号码  时长  基站"]
    for number in range(1, count + 1):
        moment = f"2025-05-{rng.randint(1, 25):02d} {rng.randint(5, 23):02d}:{rng.randint(0, 59):02d}"
        other = f"1{rng.choice('35789')}{rng.randint(0, 9)}****{rng.randint(1000, 9999)}"
        way, length = rng.choice(("主叫", "被叫")), rng.randint(4, 1900)
        out.append(
            f"{number:03d}  {moment}  {way}  {other}  {length}秒  {rng.choice(SLOTS['town'])}{rng.randint(1, 9)}号站"
        )
    return "\n".join(out) + "\n"


def _wages() -> str:
    rng = random.Random(_SEED + 5)
    out = ["邰家湾采石场计件工资表（调取件）", "月份  姓名  工种  出勤  计件额  扣水电  签名"]
    for month in (2, 3, 4):
        for name, _, _, job in _WITNESSES:
            days, money, power = rng.randint(17, 28), rng.randint(3600, 7900), rng.randint(30, 90)
            out.append(f"2025年{month}月  {name}  {job}  {days}天  {money}元  {power}元  （本人签字）")
    return "\n".join(out) + "\n"


_REGISTRATION = """受案登记表
邰公（石梁）受案字〔2025〕208号
报案人：蓟长友，男，采石场门卫
接报时间：2025年5月25日21时50分
简要案情：报案人称，当晚九点多邰家湾采石场板房走廊里有人打架，一名工人头上挨了一下，叫不醒，已经让皮卡送到县医院去了。动手的是带班的展宏图。
受案意见：立案侦查。民警：骆明哲、简舟
"""

_FAMILY = """询问笔录
时间：2025年12月11日10时    地点：邰山县石梁镇昝家坪
询问人：骆明哲、简舟
被询问人：湛冬梅，女，1973年6月6日出生，务农，系昝国良的妻子
问：昝国良现在的情况怎么样？
答：人认得，话讲不连贯，走路要人扶，在家里养着，没有再住院。
问：展宏图那边赔偿过没有？
答：没有，他家里人一次都没来过，到今天一分钱没赔。
问：你们的收入来源？
答：就是低保金和我种的一点红薯，儿子还在读高中。
问：家里有没有其他人有残疾？
答：我妹妹湛秋梅小时候烫过，听力不行，办了听力残疾证，她嫁在外村，不跟我们一起。
笔录宣读过，没有错。    湛冬梅（捺印）
"""

_APPRAISAL = """邰山县公安司法鉴定中心
法医学人体损伤程度鉴定书
（邰）公（司）鉴（伤）字〔2025〕341号
被鉴定人：昝国良，男，身份证号53377819700808501#，邰家湾采石场清面工
简要案情：2025年5月25日晚被他人用钢管击打头部。
检验过程：左额颞部见马蹄形手术瘢痕，颅骨缺损区5.5cm×6.0cm。阅CT片：左侧额颞叶脑挫裂伤，急性硬膜下血肿，术后改变。
分析说明：外伤致脑挫裂伤、硬膜下血肿并行开颅清除术，出现脑受压体征。
鉴定意见：昝国良的损伤程度属重伤二级。
鉴定人：习文静、武陵    2025年9月2日
"""

_CERTIFICATE = """证明
邰山县公安局：
兹证明石梁镇昝家坪村村民昝国良（男，1970年8月8日出生）一户三口，自2022年10月起享受农村最低生活保障，现每月领取一千零二十元，未有中断。
石梁镇社会事务办公室（印）    2025年12月15日
"""

_RECOMMENDATION = """邰山县公安局
起诉意见书
邰公诉字〔2026〕11号
犯罪嫌疑人展宏图，男，1985年2月19日出生，初中文化，邰家湾采石场带班，户籍地邰山县双溪镇。其父为肢体残疾人。
经依法侦查查明：2025年5月25日21时30分许，犯罪嫌疑人展宏图因怀疑清面工昝国良向矿长告状，在板房走廊用一截钢管击打昝国良头部，致昝国良受伤。认定上述事实的证据有证人证言、鉴定意见等，附卷。
综上所述，犯罪嫌疑人展宏图涉嫌故意伤害罪，移送审查起诉。
二〇二六年一月十六日
"""


def _checked(text: str) -> str:
    """Puts the check digit of GB 11643 for `#` behind 17 digits."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

    def number(match: re.Match[str]) -> str:
        total = sum(int(digit) * weight for digit, weight in zip(match.group(1), weights, strict=True))
        return match.group(1) + "10X98765432"[total % 11]

    return re.sub(r"([0-9]{17})#", number, text)


def document(part: str) -> str:
    """Text of one volume: `statements` (registration and interviews) or `papers` (messages, log, decisive papers)."""
    interviews = _interviews()
    if part == "statements":
        return "\n".join([_REGISTRATION, *interviews[:28], _FAMILY, *interviews[28:]])
    if part == "papers":
        return "\n".join(
            [
                _scene(90),
                _calls(110),
                _checked(_APPRAISAL),
                _messages(150),
                _gate_log(120),
                _CERTIFICATE,
                _wages(),
                _RECOMMENDATION,
            ]
        )
    raise ValueError(f"no volume {part!r}: statements or papers")
