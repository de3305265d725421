"""Word files as Word and WPS write them, built by hand where python-docx cannot."""

from __future__ import annotations

import random

import pytest

from dossier.document import Document, ReadingMode
from dossier.ocr import Ocr
from dossier.opening import open_bytes
from dossier.upload import Limits
from tests.builder.render import render_docx, render_zip
from tests.builder.tables import PageBreak
from tests.dossier.checks import assert_sound
from tests.dossier.fake_ocr import BrokenOcr, FakeOcr, line
from tests.dossier.test_scan import picture

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "v": "urn:schemas-microsoft-com:vml",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    }.items()
)


def word(body: str, **parts: str) -> bytes:
    """A package around the XML of a body; other parts by name (`footnotes`, `settings`, `header1` …)."""
    files = {"word/document.xml": f"<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>".encode()}
    relations = ""
    for name, content in parts.items():
        root = {"footnotes": "footnotes", "endnotes": "endnotes", "settings": "settings"}.get(name, "hdr")
        files[f"word/{name}.xml"] = f"<w:{root} {_NAMESPACES}>{content}</w:{root}>".encode()
        relations += f'<Relationship Id="{name}" Target="{name}.xml"/>'
    relations += '<Relationship Id="web" Target="http://example.invalid/" TargetMode="External"/>'
    files["word/_rels/document.xml.rels"] = f"<Relationships>{relations}</Relationships>".encode()
    return render_zip(files)


def read(data: bytes, ocr: Ocr | None = None, limits: Limits | None = None) -> Document:
    (document,) = open_bytes("a.docx", data, ocr=ocr, limits=limits).documents
    assert_sound(document)
    return document


def text_of(body: str, **parts: str) -> str:
    return read(word(body, **parts)).text


def p(*runs: str) -> str:
    return "<w:p>" + "".join(runs) + "</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_split_runs_and_tables_stand_in_reading_order() -> None:
    table = (("姓名", "卫某某"), ("伤情", "轻伤二级"))
    document = read(render_docx(["询问笔录", table, "以上属实。"], split_runs=random.Random(3)))
    assert document.text == "询问笔录\n姓名\t卫某某\n伤情\t轻伤二级\n以上属实。\n"
    assert document.pages[0].mode is ReadingMode.DOCX
    assert document.boxes is None


def test_header_comes_first_and_footer_last_each_once() -> None:
    assert read(render_docx(["正文"], header="某市公安局", footer="第1页")).text == "某市公安局\n正文\n第1页\n"


def test_tracked_changes_are_read_as_accepted() -> None:
    body = p(
        r("伤情为"),
        f"<w:del>{r('轻微伤').replace('w:t', 'w:delText')}</w:del>",
        f"<w:ins>{r('轻伤二级')}</w:ins>",
        f"<w:moveFrom>{r('已赔偿')}</w:moveFrom>",
        f"<w:moveTo>{r('未赔偿')}</w:moveTo>",
    )
    document = read(word(body))
    assert document.text == "伤情为轻伤二级未赔偿\n"
    assert "document.tracked_changes" in {notice.code for notice in document.warnings}


def test_deleted_paragraph_end_joins_the_paragraphs() -> None:
    body = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{r('被害人卫')}</w:p>{p(r('某某'))}"
    assert text_of(body) == "被害人卫某某\n"


def test_deleted_rows_and_cells_are_gone() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(r(text))}</w:tc>"

    table = (
        f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{cell('旧行')}</w:tr>"
        f"<w:tr>{cell('留')}{cell('删', '<w:cellDel/>')}{cell('下')}</w:tr></w:tbl>"
    )
    assert text_of(table) == "留\t下\n"


def test_deleted_block_is_gone() -> None:
    assert text_of(f"<w:moveFrom>{p(r('移走'))}</w:moveFrom>{p(r('留下'))}") == "留下\n"


def test_text_box_is_told_once_and_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{p(r('低保证明'))}</w:txbxContent>"
    both = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps">'
        f"<w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert text_of(p(r("家庭"), both, r("困难"))) == "家庭困难\n低保证明\n"


def test_old_drawing_alone_is_read() -> None:
    box = f"<w:txbxContent>{p(r('旧文本框'))}</w:txbxContent>"
    fallback = f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
    drawing = f"<w:r><mc:AlternateContent>{fallback}</mc:AlternateContent></w:r>"
    assert text_of(p(r("正文"), drawing)) == "正文\n旧文本框\n"
    assert text_of(f"<mc:AlternateContent><mc:Choice>{p(r('块'))}</mc:Choice></mc:AlternateContent>") == "块\n"
    assert text_of(p("<w:r><mc:AlternateContent/></w:r>", r("空"))) == "空\n"


def test_nested_table_and_several_paragraphs_in_a_cell() -> None:
    inner = f"<w:tbl><w:tr><w:tc>{p(r('甲'))}</w:tc><w:tc>{p(r('乙'))}</w:tc></w:tr></w:tbl>"
    table = (
        f"<w:tbl><w:tr><w:tc>{p(r('家庭成员'))}{inner}{p()}</w:tc><w:tc>{p(r('二'))}{p(r('三'))}</w:tc></w:tr></w:tbl>"
    )
    assert text_of(table) == "家庭成员\n甲\t乙\n\t二\n三\n"


def test_rows_wrapped_in_content_controls_are_found() -> None:
    wrapped = f"<w:sdt><w:sdtContent><w:tc>{p(r('姓名'))}</w:tc></w:sdtContent></w:sdt>"
    row = f"<w:tr>{wrapped}<w:tc>{p(r('卫某某'))}</w:tc></w:tr>"
    assert text_of(f"<w:tbl><w:sdt><w:sdtContent>{row}</w:sdtContent></w:sdt></w:tbl>") == "姓名\t卫某某\n"
    assert text_of(f"<w:sdt><w:sdtContent>{p(r('块'))}</w:sdtContent></w:sdt>") == "块\n"


def test_notes_follow_their_paragraph() -> None:
    notes = (
        f'<w:footnote w:id="0" w:type="separator">{p(r("——"))}</w:footnote>'
        f'<w:footnote w:id="2">{p(r("赔偿款尚未支付"))}</w:footnote>'
    )
    end = f'<w:endnote w:id="1">{p(r("见附件"))}</w:endnote>'
    body = p(
        r("达成协议"),
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
        r("。"),
        '<w:r><w:endnoteReference w:id="1"/></w:r>',
    )
    assert text_of(body + p(r("完")), footnotes=notes, endnotes=end) == "达成协议。\n赔偿款尚未支付\n见附件\n完\n"
    assert text_of(body) == "达成协议。\n"


def test_special_signs() -> None:
    body = p(
        '<w:r><w:t>是</w:t><w:sym w:font="Wingdings" w:char="F0FE"/><w:tab/><w:t>否</w:t>'
        '<w:sym w:font="Wingdings" w:char="F0A8"/>'
        '<w:sym w:font="Symbol" w:char="F061"/><w:sym w:font="x" w:char="zz"/><w:sym w:font="x" w:char="4E00"/>'
        "<w:br/><w:t>028</w:t><w:noBreakHyphen/><w:t>1</w:t><w:cr/><w:softHyphen/><w:ptab/></w:r>",
        "<w:r><w:fldChar><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>",
        '<w:r><w:fldChar><w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData></w:fldChar></w:r>',
        "<w:r><w:instrText> PAGE </w:instrText></w:r>",
        "<m:oMath><m:r><m:t>x²</m:t></m:r></m:oMath>",
        "<w:r><w:ruby><w:rt><w:r><w:t>chóng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>重</w:t></w:r></w:rubyBase></w:ruby></w:r>",
    )
    assert text_of(body) == "是☑\t否□\uf061一\n028-1\n\t☑□x²重\n"


def test_hidden_text_stays_out_and_is_named() -> None:
    document = read(word(p(r("可见"), r("隐藏", "<w:vanish/>"), r("不隐藏", '<w:vanish w:val="0"/>'))))
    assert document.text == "可见不隐藏\n"
    assert [notice.code for notice in document.warnings] == ["document.hidden_text"]


def with_pictures(*pictures: bytes, cell: bool = False) -> bytes:
    """A document with pictures in the middle of a sentence."""
    drawings = "".join(f'<w:r><w:drawing><a:blip r:embed="p{n}"/></w:drawing></w:r>' for n in range(len(pictures)))
    body = p(r("证明"), drawings, r("如图"))
    if cell:
        body = f"<w:tbl><w:tr><w:tc>{body}</w:tc><w:tc>{p(r('右格'))}</w:tc></w:tr></w:tbl>"
    relations = "".join(f'<Relationship Id="p{n}" Target="media/{n}.png"/>' for n in range(len(pictures)))
    return render_zip(
        {
            "word/document.xml": f"<w:document {_NAMESPACES}><w:body>{body}{p(r('完'))}</w:body></w:document>".encode(),
            "word/_rels/document.xml.rels": f"<Relationships>{relations}</Relationships>".encode(),
            **{f"word/media/{n}.png": data for n, data in enumerate(pictures) if data},
        }
    )


def test_pictures_without_recognizer_are_counted() -> None:
    for cell, text in ((False, "证明如图\n完\n"), (True, "证明如图\t右格\n完\n")):
        document = read(with_pictures(picture(), picture(), cell=cell))
        assert document.text == text
        (notice,) = document.warnings
        assert notice.code == "document.pictures"
        assert "2 幅" in notice.message


def test_picture_is_recognized_and_told_after_its_paragraph() -> None:
    ocr = FakeOcr([line("低保证", 10, 10), line("编号一", 10, 60)])
    document = read(with_pictures(picture()), ocr)
    assert document.text == "证明如图\n低保证\n编号一\n完\n"
    assert [notice.code for notice in document.warnings] == ["document.pictures_read"]


def test_small_wordless_and_unreadable_pictures() -> None:
    ocr = FakeOcr([])
    assert read(with_pictures(picture(size=(100, 400))), ocr).warnings == ()
    assert ocr.calls == 0
    assert read(with_pictures(picture()), ocr).warnings == ()
    for data, recognizer, limits in (
        (b"", ocr, Limits()),
        (b"no picture", ocr, Limits()),
        (picture(), ocr, Limits(image_pixels=10)),
        (picture(), BrokenOcr(), Limits()),
    ):
        document = read(with_pictures(data), recognizer, limits)
        assert document.text == "证明如图\n完\n"
        assert [notice.code for notice in document.warnings] == ["document.pictures"]


def test_picture_in_a_header_is_no_paper() -> None:
    header = p(r("某公安局"), '<w:r><w:drawing><a:blip r:embed="x"/></w:drawing></w:r>')
    reference = '<w:sectPr><w:headerReference r:id="header1"/></w:sectPr>'
    document = read(word(p(r("正文")) + reference, header1=header))
    assert (document.text, document.warnings) == ("某公安局\n正文\n", ())


def test_headers_that_no_page_shows_stay_out() -> None:
    def section(switch: str) -> str:
        return (
            '<w:sectPr><w:headerReference w:type="first" r:id="header1"/>'
            '<w:headerReference w:type="even" r:id="header2"/>'
            f'<w:headerReference w:type="default" r:id="header3"/><w:headerReference r:id="gone"/>{switch}</w:sectPr>'
        )

    headers = {"header1": p(r("首页")), "header2": p(r("偶页")), "header3": p(r("每页"))}
    assert text_of(p(r("正文")) + section(""), **headers) == "每页\n正文\n"
    assert text_of(p(r("正文")) + section(""), header3=p(r(" "))) == "正文\n"
    assert text_of(p(r("正文")) + section("<w:titlePg/>"), **headers) == "首页\n每页\n正文\n"
    even = text_of(p(r("正文")) + section(""), settings="<w:evenAndOddHeaders/>", **headers)
    assert even == "偶页\n每页\n正文\n"


def test_explicit_breaks_make_pages() -> None:
    document = read(render_docx(["第一页", PageBreak(), "第二页"]))
    assert document.text == "第一页\n\n第二页\n"
    assert [document.text[page.start : page.end] for page in document.pages] == ["第一页\n", "\n第二页\n"]


def test_page_break_before_and_section_end_make_pages() -> None:
    before = f"<w:p><w:pPr><w:pageBreakBefore/></w:pPr>{r('二')}</w:p>"
    section = f"<w:p><w:pPr><w:sectPr/></w:pPr>{r('三')}</w:p>"
    continuous = f'<w:p><w:pPr><w:sectPr><w:type w:val="continuous"/></w:sectPr></w:pPr>{r("四")}</w:p>'
    document = read(word(p(r("一")) + before + section + continuous + p(r("五"))))
    assert [document.text[page.start : page.end] for page in document.pages] == ["一\n", "二\n三\n", "四\n五\n"]
    assert len(read(word(before)).pages) == 1


def test_pages_that_word_drew_go_before_explicit_breaks() -> None:
    drawn = "<w:r><w:lastRenderedPageBreak/></w:r>"
    body = p(r("一"), '<w:r><w:br w:type="page"/></w:r>') + p(drawn, r("二")) + p(r("三"), drawn, r("四"))
    document = read(word(body))
    assert [document.text[page.start : page.end] for page in document.pages] == ["一\n", "二\n三", "四\n"]


def test_row_drawn_over_two_pages_begins_one_page() -> None:
    drawn = "<w:r><w:lastRenderedPageBreak/></w:r>"
    row = f"<w:tr><w:tc>{p(drawn, r('姓名'))}</w:tc><w:tc>{p(drawn, r('卫某某'))}</w:tc></w:tr>"
    document = read(word(p(r("前")) + f"<w:tbl>{row}</w:tbl>"))
    assert [document.text[page.start : page.end] for page in document.pages] == ["前\n", "姓名\t卫某某\n"]


def test_strict_documents_are_read() -> None:
    strict = (
        '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body>'
        f"{p(r('严格格式'))}</w:body></w:document>"
    )
    assert read(render_zip({"word/document.xml": strict.encode()})).text == "严格格式\n"


def test_document_without_body_is_read_as_it_is() -> None:
    assert (
        read(render_zip({"word/document.xml": f"<w:document {_NAMESPACES}>{p(r('片段'))}</w:document>".encode()})).text
        == "片段\n"
    )


def test_damaged_side_part_costs_only_itself() -> None:
    data = render_zip(
        {
            "word/document.xml": f"<w:document {_NAMESPACES}><w:body>{p(r('正文'))}</w:body></w:document>".encode(),
            "word/footnotes.xml": b"<w:footnotes",
        }
    )
    document = read(data)
    assert document.text == "正文\n"
    assert [notice.code for notice in document.warnings] == ["document.damaged_part"]


def test_encrypted_main_part_says_so() -> None:
    data = bytearray(word(p(r("正文"))))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Exception, match=r"upload\.encrypted"):
        read(bytes(data))


def test_entities_are_not_resolved() -> None:
    bomb = (
        '<!DOCTYPE d [<!ENTITY a "爆炸">]><w:document '
        f"{_NAMESPACES}><w:body>{p('<w:r><w:t>前&a;后</w:t></w:r>')}</w:body></w:document>"
    )
    assert "爆炸" not in read(render_zip({"word/document.xml": bomb.encode()})).text
