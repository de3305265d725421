"""Kinds, dates and passages of documents."""

from __future__ import annotations

import pytest

from nlp.reading import Zone, read
from tests.nlp.papers import document


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.txt", "柏川县人民检察院\n起 诉 书\n被告人屈某", "起诉书"),
        ("a.txt", "柏川县公安局\n起诉意见书\n犯罪嫌疑人屈某", "起诉意见书"),
        ("a.txt", "不起诉决定书\n被不起诉人屈某", "不起诉决定书"),
        ("a.txt", "刑事附带民事判决书\n公诉机关", "判决书"),
        ("a.txt", "执行裁定书\n申请执行人", "执行裁定书"),
        ("a.txt", "询问笔录\n时间：2025年1月1日", "询问笔录"),
        ("a.txt", "讯问笔录\n", "讯问笔录"),
        ("a.txt", "法医学人体损伤程度鉴定书\n", "鉴定意见"),
        ("a.txt", "致残程度鉴定意见书\n", "伤残鉴定"),
        ("a.txt", "道路交通事故认定书\n", "事故认定书"),
        ("a.txt", "常住人口登记表\n", "户籍证明"),
        ("a.txt", "中华人民共和国残疾人证\n", "残疾人证"),
        ("a.txt", "最低生活保障证\n", "低保证明"),
        ("a.txt", "赔偿协议书\n甲方：", "赔偿协议"),
        ("a.txt", "谅解书\n", "谅解书"),
        ("a.txt", "收 条\n今收到", "收条"),
        ("a.txt", "国家司法救助告知书\n", "告知书"),
        ("出院小结.pdf", "姓名：黎某\n诊疗经过", "出院小结"),
        ("x.txt", "兹证明我村村民黎某家庭困难。", "困难证明"),
        ("x.txt", "今天天气很好。", None),
    ],
)
def test_kind(name: str, text: str, kind: str | None) -> None:
    assert read(document(text, name)).kind == kind


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("起诉书\n被告人屈某，1980年3月1日出生。\n检察员：丁一\n2025年8月11日\n", "2025-08-11"),
        ("询问笔录\n时间：2025年3月4日9时\n被询问人：黎某，1990年5月6日出生\n问：……\n", "2025-03-04"),
        ("残疾人证\n姓名：黎某\n有效期至：2034年7月22日\n", None),
        ("证明\n特此证明。\n二〇二五年九月九日\n", "2025-09-09"),
    ],
)
def test_date_of_the_paper(text: str, date: str | None) -> None:
    assert read(document(text)).date == date


@pytest.mark.parametrize(
    ("sentence", "zone"),
    [
        ("经审理查明，被告人屈某盗走手机一部。", Zone.FOUND),
        ("公诉机关指控，被告人屈某盗走手机一部。", Zone.CHARGE),
        ("本院认为，被告人屈某构成盗窃罪。", Zone.HELD),
        ("上述事实，有下列证据证实。", Zone.EVIDENCE),
        ("被告人屈某辩称，其没有打人。", Zone.DEFENCE),
        ("被告人屈某曾因盗窃于2010年被判处拘役三个月。", Zone.RECORD),
        ("第二百三十四条规定，故意伤害他人身体的，处三年以下有期徒刑。", Zone.LAW),
        ("你依法享有下列权利：申请回避。", Zone.BOILERPLATE),
        ("问：你家有低保吗？", Zone.QUESTION),
        ("答：没有。", Zone.ANSWER),
    ],
)
def test_zone(sentence: str, zone: Zone) -> None:
    assert read(document(sentence)).sentences[0].zone is zone


def test_sentences_cover_the_view_in_order() -> None:
    reading = read(document("一、甲。乙；丙\n\n丁！戊"))
    ends = 0
    for sentence in reading.sentences:
        assert reading.text[ends : sentence.start].strip() == ""
        assert sentence.end > sentence.start
        assert reading.sentence_at(sentence.start) is sentence
        ends = sentence.end
    assert reading.text[ends:].strip() == ""


def test_an_interview_ends_at_the_title_of_the_next_paper() -> None:
    reading = read(
        document(
            "询问笔录\n被询问人：黎小满\n问：还有要说的吗？\n答：没有。\n"
            "云陵县公安局物证鉴定室人体损伤程度鉴定书\n鉴定意见：黎小满的损伤程度属轻伤一级，见照片。\n"
        )
    )
    at = reading.text.index("属轻伤一级")
    assert reading.sentence_at(at).zone is Zone.PLAIN
