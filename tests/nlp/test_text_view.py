"""The view: what it changes, and that every place in it leads back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.document import Document, Page, ReadingMode
from nlp.text_view import normal, view_of
from tests.nlp.papers import document

ODD = st.text(
    alphabet=st.one_of(
        st.sampled_from("被害人沈某轻伤二级，。（）１２，ａ　 \t\r\n\u200b\ufeff\u0301\U00020000\U0003134a羅慶損傷○*×"),
        st.characters(codec="utf-8"),
    ),
    max_size=120,
)


@given(ODD)
def test_every_view_character_comes_from_its_document_character(text: str) -> None:
    view = view_of(document(text))
    offsets = [view.offset(i) for i in range(len(view.text))]
    assert offsets == sorted(set(offsets))
    for in_view, in_document in enumerate(offsets):
        assert view.text[in_view] == normal(text[in_document])


@given(ODD, st.data())
def test_span_covers_first_and_last_character(text: str, data: st.DataObject) -> None:
    view = view_of(document(text))
    if not view.text:
        return
    start = data.draw(st.integers(0, len(view.text) - 1))
    end = data.draw(st.integers(start + 1, len(view.text)))
    span = view.span(start, end)
    quote = text[span.start : span.end]
    assert normal(quote[0]) == view.text[start]
    assert normal(quote[-1]) == view.text[end - 1]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("１２，０００元", "12000元"),
        ("2015 年 6 月", "2015年6月"),
        ("沈\u200b某某", "沈某某"),
        ("損傷程度為輕傷", "损伤程度为轻伤"),
        ("(男,40岁)", "（男，40岁）"),
        ("被 害 人 沈 某 某 系 农 民 。", "被害人沈某某系农民。"),
        ("姓　名：沈某", "姓名：沈某"),
    ],
)
def test_normal_forms(text: str, seen: str) -> None:
    assert view_of(document(text)).text == seen


@pytest.mark.parametrize("text", ["张某 男 1980年", "甲方：沈某\n乙方：黎某", "一、事实\n二、理由"])
def test_fields_and_lines_stay_apart(text: str) -> None:
    seen = view_of(document(text)).text
    assert " " in seen or "\n" in seen


WRAPPED = (
    "经审理查明，二〇二四年三月五日晚，被告人屈某酒后在柏川县\n"
    "东门市场与被害人黎某因停车发生争执，遂持木棍将其打成轻伤\n"
    "{between}"
    "二级。案发后被告人屈某逃离现场，次日被公安机关抓获，其到\n"
    "案后如实供述了上述事实，但至今没有赔偿被害人的经济损失。\n"
)


@pytest.mark.parametrize("between", ["", "第 3 页 共 9 页\n", "— 3 —\n", "3/9\n"])
def test_wrapped_lines_and_page_numbers_do_not_break_a_value(between: str) -> None:
    text = WRAPPED.format(between=between)
    view = view_of(document(text))
    at = view.text.index("轻伤二级")
    quote = text[view.span(at, at + 4).start : view.span(at, at + 4).end]
    assert quote.startswith("轻伤") and quote.endswith("二级")


def test_running_header_is_left_out_of_the_view() -> None:
    pages, texts, at = [], [], 0
    for number, body in enumerate(("被告人屈某将被害人黎", "某打成轻伤二级。随后", "被告人屈某离开。完结"), 1):
        page = f"柏川县人民检察院起诉书\n{body}\n第{number}页\n"
        pages.append(Page(number, at, at + len(page), ReadingMode.TEXT_LAYER))
        texts.append(page)
        at += len(page)
    text = "".join(texts)
    assert "柏川县" not in view_of(Document("d1", "x.pdf", text, tuple(pages))).text


STOLEN = (
    "经审理查明，二〇二四年三月五日晚，被告人屈某在柏川县东门市场盗走多人的财物，被\n"
    "盗财物的物主、名称以及经过认定的价格列表如下所示以供各方核对\n"
    "{rows}"
    "以上各项财物的认定价格合计为一千四百元，当事各方在核对之后均未提出任何异议并签\n"
    "字确认。\n"
)
DRAWN = (
    "{0}序号{0}物主姓名{0}被盗财物名称{0}规格型号{0}购买年份{0}成新率{0}认定价格{0}\n"
    "{0}一{0}黎某{0}手持式电钻带备用电池两块{0}二百二十伏{0}二〇二一年{0}七成{0}\n"
)
SPACED = (
    "序号  物主姓名  被盗财物名称  规格型号  购买年份  成新率  认定价格\n"
    "一  黎某  手持式电钻带备用电池两块  二百二十伏  二〇二一年  七成\n"
)


@pytest.mark.parametrize("rows", [DRAWN.format(bar) for bar in "|｜│┃┆"] + [SPACED])
def test_rows_of_a_table_are_never_joined(rows: str) -> None:
    seen = view_of(document(STOLEN.format(rows=rows))).text
    assert rows.translate(str.maketrans("｜│┃┆", "||||")) in seen
    assert "各方核对\n" in seen
    assert "被盗财物的物主" in seen and "签字确认" in seen


def test_a_line_with_one_bar_is_no_row() -> None:
    text = WRAPPED.format(between="").replace("因停车发生争执", "因停车|发生争执")
    assert "打成轻伤二级" in view_of(document(text)).text
