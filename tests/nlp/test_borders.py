"""Quotations keep words and names whole."""

from __future__ import annotations

import pytest

from nlp.borders import whole_words
from tests.nlp.papers import cast

TEXT = "经审理查明，被告人屈大海将被害人黎小满左桡骨打断，至今尚未赔付，另收取人民币伍仟元整，因涉嫌抢劫被捕。"


@pytest.mark.parametrize(
    ("found", "quoted"),
    [
        ("未赔付", "尚未赔付"),
        ("收取人民", "收取人民币"),
        ("小满左桡骨打断", "黎小满左桡骨打断"),
        ("左桡骨打断", "左桡骨打断"),
        ("涉嫌抢劫", "涉嫌抢劫"),
    ],
)
def test_borders(found: str, quoted: str) -> None:
    paper = cast(TEXT).papers[0]
    start = paper.reading.text.index(found)
    start, end = whole_words(paper, start, start + len(found), 60)
    assert paper.reading.text[start:end] == quoted


def test_a_long_passage_is_cut_before_a_word() -> None:
    paper = cast(TEXT).papers[0]
    start = paper.reading.text.index("收取")
    assert whole_words(paper, start, start + 20, 4) == (start, start + 2)  # 收取 人民|币
