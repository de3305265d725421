"""What the case is, read from whole papers: number, charges, stage and the day of the deed."""

from __future__ import annotations

import pytest

from dossier.document import Document, Page, ReadingMode
from nlp.matter import case_of, charges, harm_date
from nlp.people import resolve_people
from nlp.reading import Reading, read

INDICTMENT = """青梧县人民检察院
起诉书
青检刑诉〔2025〕31号
被告人雷大鹏，男，1990年3月4日出生。2016年因盗窃罪被判处拘役四个月。因涉嫌故意伤害罪，于2025年6月9日被刑事拘留。
经依法审查查明：
2025年6月8日19时许，被告人雷大鹏持锹打伤被害人闻立平。2025年6月10日，闻立平入院手术。
本院认为，应当以故意伤害罪追究其刑事责任。
二〇二五年九月一日
"""
CERTIFICATE = "困难证明\n兹证明闻立平自2019年1月起享受低保。\n2025年12月1日\n"
INTERVIEW = "询问笔录\n被询问人：闻立平\n问：以前打过架吗？\n答：2023年5月1日晚他也打过我一次。\n2025年6月12日\n"


def readings(*texts: str) -> list[Reading]:
    return [
        read(Document(f"d{n}", f"{n}.txt", t, (Page(1, 0, len(t), ReadingMode.PLAIN),))) for n, t in enumerate(texts)
    ]


def test_case_of_reads_number_charge_stage_and_day() -> None:
    case = case_of(resolve_people(readings(CERTIFICATE, INTERVIEW, INDICTMENT)))
    assert case.number == "青检刑诉〔2025〕31号"
    assert case.charges == ("故意伤害",)
    assert case.stage == "审查起诉"
    assert case.harm_date == "2025-06-08"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("起诉书\n经依法审查查明：2025年4月至5月间，被告人常福多次猥亵被害人卫小禾。\n", "2025-04"),
        (
            "道路交通事故认定书\n事故时间：2026年1月22日5时50分\n当事人：裴有根，男，1979年3月14日出生\n2026年2月4日\n",
            "2026-01-22",
        ),
        (
            "起诉书\n本案于2025年8月1日移送审查起诉。\n经依法审查查明：2025年7月3日晚，被告人常福打伤被害人卫小禾。\n",
            "2025-07-03",
        ),
        ("低保证明\n闻立平自2019年1月起享受低保。\n2025年12月1日\n", None),
        ("受案登记表\n报案时间：2025年10月5日22时17分\n简要案情：卫小禾称当晚被人打伤。\n", "2025-10-05"),
    ],
)
def test_harm_date_is_the_day_of_the_deed(text: str, expected: str | None) -> None:
    assert harm_date(readings(text)) == expected


def test_harm_date_prefers_the_charge_over_an_earlier_fight_told_in_an_interview() -> None:
    assert harm_date(readings(INTERVIEW, INDICTMENT)) == "2025-06-08"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("起诉书\n本院认为，应当以非法拘禁罪、强迫劳动罪追究其刑事责任。\n", ("非法拘禁", "强迫劳动")),
        ("起诉书\n被告人曾因犯盗窃罪被判处有期徒刑一年。\n本院认为，其行为构成抢劫罪。\n", ("抢劫",)),
        (
            "判决书\n被告人雷大鹏的行为不构成抢劫罪。判决如下：\n一、被告人雷大鹏犯抢夺罪，判处有期徒刑一年。\n",
            ("抢夺",),
        ),
        ("情况说明\n近期盗窃案件频发，请加强巡逻。\n", ()),
    ],
)
def test_charges_are_those_of_this_case(text: str, expected: tuple[str, ...]) -> None:
    assert charges(readings(text)) == expected


def test_judgment_stands_over_indictment() -> None:
    judgment = "刑事判决书\n（2025）青0721刑初8号\n判决如下：\n一、被告人雷大鹏犯过失致人重伤罪，判处有期徒刑二年。\n"
    case = case_of(resolve_people(readings(INDICTMENT, judgment)))
    assert (case.number, case.charges, case.stage) == ("（2025）青0721刑初8号", ("过失致人重伤",), "审判")
