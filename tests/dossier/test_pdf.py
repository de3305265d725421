from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from dossier.document import Document, ReadingMode
from dossier.errors import JiuzhuError
from dossier.ocr import Ocr
from dossier.opening import open_bytes
from dossier.readers import pdf as pdf_reader
from dossier.span import Span
from dossier.upload import Limits
from tests.builder.render import render_pdf, render_zip
from tests.builder.tables import PageBreak
from tests.dossier.checks import assert_sound, glyphs_of
from tests.dossier.fake_ocr import BrokenOcr, FakeOcr, line

SENTENCE = "被害人卫某某,女,1990年3月5日出生,经鉴定为轻伤二级,医疗费12,000元。"


def read(data: bytes, *, ocr: Ocr | None = None, limits: Limits | None = None) -> Document:
    (document,) = open_bytes("a.pdf", data, ocr=ocr, limits=limits).documents
    assert_sound(document)
    return document


def draw(*, image: bool = False, texts: tuple[str, ...] = (), crop: tuple[float, ...] | None = None) -> bytes:
    """One page of 300 × 400 points, an image over all of it if wanted, texts in lines from the top."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(300, 400), cropBox=crop, invariant=1)
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    if image:
        canvas.drawInlineImage(Image.new("L", (30, 40), 200), 0, 0, 300, 400)
    canvas.setFont("STSong-Light", 10)
    for number, text in enumerate(texts):
        canvas.drawString(50, 350 - 15 * number, text)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_are_where_the_page_shows_the_words(rotation: int) -> None:
    document = read(render_pdf(["询问笔录", SENTENCE], rotation=rotation))
    assert document.pages[0].size == pytest.approx((595.28, 841.89), abs=0.01)
    start = document.text.index("询问笔录")
    (box,) = document.boxes_of(Span("d1", start, start + 4))
    # 72 points from the left edge, four characters of 12 points, baseline 72 points from the top
    assert (box.x0, box.x1) == pytest.approx((72, 120), abs=0.5)
    assert box.y0 < 72 < box.y1
    assert box.y1 - box.y0 == pytest.approx(13, abs=2)


def test_boxes_count_from_the_crop_box() -> None:
    document = read(draw(texts=("轻伤二级", "出框"), crop=(40, 340, 290, 390)))
    assert document.pages[0].size == pytest.approx((250, 50), abs=0.1)
    (box,) = document.boxes_of(Span("d1", 0, 4))
    assert box.x0 == pytest.approx(10, abs=0.5)
    assert box.y0 < 40 < box.y1


def test_wrapped_sentence_has_a_box_on_each_line() -> None:
    document = read(render_pdf([SENTENCE * 2]))
    assert glyphs_of(document.text) == SENTENCE * 2
    boxes = document.boxes_of(Span("d1", 0, len(document.text)))
    assert len(boxes) == document.text.rstrip("\n").count("\n") + 1
    assert [box.y0 for box in boxes] == sorted(box.y0 for box in boxes)


def test_pages_partition_and_span_over_two_pages_has_boxes_on_both() -> None:
    document = read(render_pdf(["甲" * 20, PageBreak(), "乙" * 20], page_numbers=True))
    assert len(document.pages) == 2
    start = document.text.index("甲")
    boxes = document.boxes_of(Span("d1", start, document.text.index("乙") + 3))
    assert {box.page for box in boxes} == {1, 2}
    assert document.page_at(document.text.index("乙")) == 2


def test_rare_characters_of_supplementary_planes_are_one_code_point() -> None:
    document = read(render_pdf(["被害人𠮷某、㛃某"]))
    assert "𠮷" in document.text
    offset = document.text.index("𠮷")
    assert document.boxes is not None
    box, following = document.boxes[offset], document.boxes[offset + 1]
    assert box is not None and following is not None
    assert following[0] >= box[2] - 1


def test_page_limit_reads_what_it_may_and_names_the_rest() -> None:
    data = render_pdf(["一", PageBreak(), "二", PageBreak(), "三"])
    document = read(data, limits=Limits(pages=2))
    assert len(document.pages) == 2
    (notice,) = document.warnings
    assert notice.code == "upload.too_many_pages"
    assert "第 3 页至第 3 页未读取" in notice.message


def test_file_cut_off_at_the_end_is_read_with_a_notice() -> None:
    data = render_pdf(["起诉书"])
    document = read(data[: data.rindex(b"startxref")])
    assert "起诉书" in document.text
    assert [notice.code for notice in document.warnings] == ["document.truncated"]


def test_blank_page_is_no_scan() -> None:
    ocr = FakeOcr([])
    document = read(draw(), ocr=ocr)
    assert (document.text, ocr.calls) == ("", 0)
    assert [notice.code for notice in document.warnings] == ["document.no_text"]
    assert document.pages[0].mode is ReadingMode.TEXT_LAYER


def test_scanned_page_is_recognized_with_boxes_in_points() -> None:
    ocr = FakeOcr([line("轻伤二级", 236.1, 118.05, height=23.61)])  # pixels at 170 dots an inch
    document = read(draw(image=True), ocr=ocr)
    assert document.text == "轻伤二级\n"
    page = document.pages[0]
    assert (page.mode, page.confidence) == (ReadingMode.OCR, pytest.approx(0.99))
    (box,) = document.boxes_of(Span("d1", 0, 4))
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((100, 50, 140, 60), abs=0.2)


def test_pages_are_decided_one_by_one() -> None:
    data = render_zip(
        {"1.pdf": draw(texts=(SENTENCE,)), "2.pdf": draw(image=True), "3.pdf": draw(image=True, texts=("第 3 页",))}
    )
    ocr = FakeOcr([line("扫描页文字", 10, 10)])
    dossier = open_bytes("案.zip", data, ocr=ocr)
    assert [document.pages[0].mode.value for document in dossier.documents] == ["text-layer", "ocr", "ocr"]
    assert ocr.calls == 2


def test_scan_with_a_good_hidden_text_layer_needs_no_recognition() -> None:
    ocr = FakeOcr([])
    document = read(draw(image=True, texts=(SENTENCE,)), ocr=ocr)
    assert ocr.calls == 0
    assert SENTENCE in document.text


@pytest.mark.parametrize(
    "garbage",
    ["\ue000\ue001\ue002被害人", "\ufffd\ufffd被害人卫某某", "ÀÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞß"],
    ids=["private use", "replacement", "wrong table"],
)
def test_garbage_text_layer_is_recognized_instead(garbage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from dossier import text_layer

    judge = text_layer._judge
    monkeypatch.setattr(text_layer, "_judge", lambda text, page, frame: judge(garbage, page, frame))
    document = read(draw(texts=(SENTENCE,)), ocr=FakeOcr([line("轻伤二级", 10, 10)]))
    assert document.text == "轻伤二级\n"
    with pytest.raises(JiuzhuError) as caught:
        read(draw(texts=(SENTENCE,)))
    assert caught.value.code == "upload.no_text_layer"


def test_english_page_is_no_garbage() -> None:
    document = read(draw(texts=("This page was translated from English", "and has no Chinese character.")))
    assert document.pages[0].mode is ReadingMode.TEXT_LAYER


def test_scan_without_recognizer_keeps_what_is_printed_and_says_so() -> None:
    data = render_zip({"1.pdf": draw(texts=(SENTENCE,)), "2.pdf": draw(image=True, texts=("第 3 页",))})
    dossier = open_bytes("案.zip", data)
    scan = dossier.documents[1]
    assert "第 3 页" in scan.text
    assert [(notice.code, notice.page) for notice in scan.warnings] == [("page.needs_ocr", 1)]
    assert "jiuzhu[ocr]" in scan.warnings[0].message


def test_dossier_of_scans_without_recognizer_is_an_error() -> None:
    with pytest.raises(JiuzhuError) as caught:
        open_bytes("a.pdf", draw(image=True))
    assert caught.value.code == "upload.no_text_layer"
    assert "pip install" in caught.value.hint


def test_recognition_that_fails_costs_one_page(caplog: pytest.LogCaptureFixture) -> None:
    document = read(draw(image=True), ocr=BrokenOcr())
    assert [(notice.code, notice.page) for notice in document.warnings] == [("page.unreadable", 1)]
    assert "RuntimeError" in caplog.text
    assert "张某某" not in caplog.text


def test_recognition_that_finds_nothing_is_named() -> None:
    document = read(draw(image=True), ocr=FakeOcr([]))
    assert [(notice.code, notice.page) for notice in document.warnings] == [("page.no_text", 1)]


def test_page_that_cannot_be_opened_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    real = pdf_reader.read_text_layer
    calls = iter([ValueError("broken"), None])

    def fail_once(page: object) -> object:
        problem = next(calls)
        if problem is not None:
            raise problem
        return real(page)

    monkeypatch.setattr(pdf_reader, "read_text_layer", fail_once)
    document = read(render_pdf(["一", PageBreak(), "第二页"]))
    assert [(notice.code, notice.page) for notice in document.warnings] == [("page.unreadable", 1)]
    assert document.text == "第二页\n"


def test_hyphen_at_the_end_of_a_line_stays_a_hyphen() -> None:
    assert read(draw(texts=("案号2025-", "0018号伤情鉴定意见书"))).text == "案号2025-\n0018号伤情鉴定意见书\n"


def test_glyph_without_a_meaning_is_marked() -> None:
    from dossier import text_layer

    assert [text_layer._character(code) for code in (0, 0xD800, 0x110000, 0xFFFE, 0x0A)] == ["\ufffd"] * 3 + ["-", "\n"]


def test_pages_without_end_are_read_to_the_limit() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(100, 100), invariant=1)
    for _ in range(10_000):
        canvas.showPage()
    canvas.save()
    document = read(buffer.getvalue(), limits=Limits(pages=500))
    assert len(document.pages) == 500
    assert "共 10000 页" in document.warnings[0].message


def test_file_without_pages_is_refused() -> None:
    buffer = io.BytesIO()
    pypdfium2.PdfDocument.new().save(buffer)
    with pytest.raises(JiuzhuError) as caught:
        read(buffer.getvalue())
    assert caught.value.code == "upload.damaged"


def test_a_damaged_file_behind_an_encrypted_one_is_called_damaged() -> None:
    locked, empty = io.BytesIO(), io.BytesIO()
    canvas = Canvas(locked, encrypt=StandardEncryption("secret"))
    canvas.drawString(10, 10, "x")
    canvas.save()
    pypdfium2.PdfDocument.new().save(empty)
    codes = []
    for data in (locked, empty):
        with pytest.raises(JiuzhuError) as caught:
            read(data.getvalue())
        codes.append(caught.value.code)
    assert codes == ["upload.encrypted", "upload.damaged"]


def test_thin_gap_around_digits_is_no_space_and_a_wide_one_is() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(300, 400), invariant=1)
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas.setFont("STSong-Light", 10)
    for x, piece in ((20, "生于"), (43, "1985"), (64.5, "年"), (120, "性别"), (160, "女")):
        canvas.drawString(x, 300, piece)
    canvas.showPage()
    canvas.save()
    assert read(buffer.getvalue()).text == "生于1985年 性别 女\n"
