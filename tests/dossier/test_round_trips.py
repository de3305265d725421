"""Whatever characters a paper has, every format gives them back in order, with sound pages and boxes."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.opening import open_bytes
from tests.builder.render import render_docx, render_html, render_pdf, render_txt
from tests.dossier.checks import assert_sound, glyphs_of

# Supplementary planes, full-width forms, zero-width and combining characters, and the everyday ones.
_HARD = "𠮷𡈽１２ＡＢ（）\u200b\u200d\ufeffe\u0301か\u3099　"
_EVERYDAY = "被害人某的伤情为轻重二级经鉴定,。:;0123456789abcXYZ-()《》、"
_LINE = st.text(st.sampled_from(_EVERYDAY + _HARD), max_size=60)
_XML_LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=40)
_PAPER = st.lists(_LINE, min_size=1, max_size=6)


@given(_PAPER, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["utf-8", "utf-8-sig"]))
def test_text_files_come_back_to_the_character(paper: list[str], newline: str, encoding: str) -> None:
    data = render_txt(paper, newline=newline, encoding=encoding)
    (document,) = open_bytes("a.txt", data).documents
    text = "".join(line + newline for line in paper)
    # One mark is taken off: the one that the encoding wrote, or else a first character that cannot be told from it.
    assert document.text == (text if encoding == "utf-8-sig" else text.removeprefix("\ufeff"))
    assert_sound(document)


@settings(max_examples=40, deadline=None)
@given(st.lists(_XML_LINE, min_size=1, max_size=4), st.integers(0, 2**32))
def test_word_files_come_back_to_the_character(paper: list[str], seed: int) -> None:
    (document,) = open_bytes("a.docx", render_docx(paper, split_runs=random.Random(seed))).documents
    assert document.text == "".join(f"{line}\n" for line in paper)
    assert_sound(document)


@given(st.lists(st.text(st.sampled_from(_EVERYDAY + "𠮷１（&<>"), min_size=1, max_size=30), min_size=1, max_size=4))
def test_web_pages_come_back_to_the_character(paper: list[str]) -> None:
    (document,) = open_bytes("a.html", render_html(paper)).documents
    assert document.text == "".join(f"{line}\n" for line in paper)
    assert_sound(document)


@settings(max_examples=40, deadline=None)
@given(
    # A first everyday character: PDFium drops a line of a turned page that is one single glyph without a width.
    st.lists(
        st.text(st.sampled_from(_EVERYDAY + "𠮷１２（） "), max_size=90).map("某".__add__), min_size=1, max_size=5
    ),
    st.sampled_from([0, 90, 180, 270]),
)
def test_pdf_glyphs_come_back_in_order(paper: list[str], rotation: int) -> None:
    dossier = open_bytes("a.pdf", render_pdf(["起诉书", *paper, "完"], rotation=rotation))
    (document,) = dossier.documents
    assert glyphs_of(document.text) == glyphs_of("起诉书" + "".join(paper) + "完")
    assert_sound(document)
    assert document.boxes is not None
    for offset, character in enumerate(document.text):
        if not character.isspace():
            assert document.boxes[offset] is not None
