from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.line_order import ordered_rows
from dossier.ocr import OcrLine
from tests.dossier.fake_ocr import line


def turned(original: OcrLine, degrees: float) -> OcrLine:
    """The line on a page turned about its corner."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    corners = tuple((x * cosine - y * sine, x * sine + y * cosine) for x, y in original.corners)
    return OcrLine(original.text, original.confidence, corners, original.glyphs)


def texts(lines: list[OcrLine]) -> list[str]:
    return ["|".join(item.text for item in row) for row in ordered_rows(lines)]


PAGE = [line(f"第{number}行的文字内容", 50, 40 + 36 * number) for number in range(12)] + [line("右栏", 400, 40)]


@given(st.randoms(use_true_random=False), st.floats(-6, 6))
def test_order_does_not_depend_on_arrival_or_skew(rng: random.Random, degrees: float) -> None:
    lines = [turned(item, degrees) for item in PAGE]
    rng.shuffle(lines)
    assert texts(lines) == ["第0行的文字内容|右栏", *(f"第{number}行的文字内容" for number in range(1, 12))]


@pytest.mark.parametrize("degrees", [90, 180, -90])
def test_turned_page_reads_in_its_own_direction(degrees: float) -> None:
    assert texts([turned(item, degrees) for item in PAGE])[:2] == ["第0行的文字内容|右栏", "第1行的文字内容"]


def test_two_pages_on_one_sheet_are_read_left_then_right() -> None:
    left = [line(f"左{number}左左左左左左左左", 40, 40 + 40 * number) for number in range(8)]
    right = [line(f"右{number}右右右右右右右右", 440, 45 + 40 * number) for number in range(8)]
    assert texts([*right, *left]) == [item.text for item in (*left, *right)]


def test_table_wider_than_high_keeps_its_rows() -> None:
    cells = [
        line(f"{name}{number}", x, 40 + 40 * number)
        for number in range(6)
        for name, x in (("甲", 40), ("乙", 240), ("丙丙丙丙", 360), ("丁", 640))
    ]
    cells.append(line("一份贯穿整个页面宽度的标题文字说明内容标题文字", 40, 4))
    assert texts(cells)[1] == "甲0|乙0|丙丙丙丙0|丁0"


def test_overlapping_lines_of_small_print_do_not_share_a_row() -> None:
    assert texts([line("上行文字", 40, 40), line("下行文字", 40, 49)]) == ["上行文字", "下行文字"]


def test_blank_lines_are_left_out() -> None:
    assert ordered_rows([line(" ", 10, 10)]) == []
