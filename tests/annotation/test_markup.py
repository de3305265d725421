"""Labels keep their offsets in the plain text; what cannot be read is refused with the passage and the words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.markup import Label, MarkupError, parse, read_passages

PLAIN = st.text(st.characters(exclude_characters="⟦⟧", exclude_categories=["Cs"]), max_size=12)


@given(PLAIN, PLAIN)
def test_a_label_stands_where_its_words_stand(before: str, after: str) -> None:
    passage = parse(f"{before}⟦轻伤一级|I:v1=轻伤一级⟧{after}")
    (label,) = passage.labels
    assert passage.text == f"{before}轻伤一级{after}"
    assert passage.text[label.start : label.end] == "轻伤一级"


def test_a_statement_of_two_people() -> None:
    assert parse("⟦各赔三千元|C:v1,v2=partial;amount=3000⟧").labels == (
        Label(0, 5, "C", ("v1", "v2"), "partial;amount=3000"),
    )


@pytest.mark.parametrize(
    "marked",
    [
        "⟦沈某|P:z1⟧",
        "⟦沈某|P:v1=沈某⟧",
        "⟦女|G:v1⟧",
        "⟦女|G:v1=女性⟧",
        "⟦七十岁|A:v1=七十⟧",
        "⟦低保|H:v1=贫困⟧",
        "⟦重伤|I:v1=很重⟧",
        "⟦三千元|L:v1=三千⟧",
        "⟦四级残疾|D:v1=caused/-/4⟧",
        "⟦赔了|C:v1=paid⟧",
        "⟦没有标完",
    ],
)
def test_what_cannot_be_read_is_refused(marked: str) -> None:
    with pytest.raises(MarkupError, match="p7"):
        parse(marked, passage_id="p7")


def test_text_above_the_first_head_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "passages.txt"
    file.write_text("今收到钱。\n### p1 收条\n今收到钱。\n", encoding="utf-8")
    with pytest.raises(MarkupError, match=r"passages\.txt"):
        list(read_passages(file))
