from __future__ import annotations

import pytest

from dossier.document import ReadingMode
from dossier.errors import JiuzhuError
from dossier.opening import open_bytes
from tests.builder.render import render_html
from tests.dossier.checks import assert_sound


def _text(data: bytes, name: str = "a.html") -> str:
    (document,) = open_bytes(name, data).documents
    assert_sound(document)
    assert document.pages[0].mode is ReadingMode.HTML
    return document.text


def _body(markup: str) -> str:
    return _text(f"<!DOCTYPE html><html><body>{markup}</body></html>".encode())


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "gbk", "gb18030", "utf-16", "big5"])
def test_page_is_read_in_its_charset(encoding: str) -> None:
    sentences = {"big5": "被害人陳某某報案稱，遭人毆傷，經鑑定為輕傷。"}
    sentence = sentences.get(encoding, "被害人卫某某报案称，被人打伤，经鉴定为轻伤二级。")
    assert _text(render_html([sentence], encoding=encoding)) == sentence + "\n"


def test_wrong_or_unknown_charset_is_overruled_by_the_bytes() -> None:
    for declared in ("ascii", "x-unheard-of"):
        page = f'<html><head><meta charset="{declared}"></head><body>被害人卫某某</body></html>'
        assert _text(page.encode()) == "被害人卫某某\n"


def test_blocks_lines_and_cells() -> None:
    markup = (
        "<h1>询问笔录</h1><p>问：<b>伤情</b>？<br>答：轻伤\n二级。</p><ul><li>一</li><li>二</li></ul>"
        "<table>\n <tr>\n  <th><p>姓名</p></th>\n  <td><p>卫某某</p></td>\n </tr>"
        "<tr><td>性别</td><td>女</td></tr></table>尾"
    )
    assert _body(markup) == "询问笔录\n问：伤情？\n答：轻伤 二级。\n一\n二\n姓名\t卫某某\n性别\t女\n尾\n"


def test_what_no_reader_sees_is_left_out() -> None:
    markup = (
        "<script>var x='被害人';</script><style>p{}</style><template><p>模板</p></template><!-- 注释 -->"
        "<p hidden>藏一</p><p style='DISPLAY : none'>藏二</p><span style='visibility:hidden'>藏三</span>"
        "<input type=hidden value=x>看得见<noscript>无脚本</noscript>的"
    )
    assert _body(markup) == "看得见的\n"


def test_entities_and_preformatted_text() -> None:
    assert (
        _body("<p>&lt;甲&gt;&amp;&#20057;&nbsp;丙</p><pre>第一行\n  第二行</pre>") == "<甲>&乙\xa0丙\n第一行\n第二行\n"
    )


def test_markup_in_a_text_file_is_not_a_page() -> None:
    (document,) = open_bytes("a.txt", "<被害人>卫某某".encode()).documents
    assert document.text == "<被害人>卫某某"


def test_xhtml_with_a_declaration() -> None:
    page = '<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><body><p>起诉书</p></body></html>'
    assert _text(page.encode(), "a.xhtml") == "起诉书\n"


def test_deep_page_is_read_and_a_bottomless_one_says_that_it_was_not() -> None:
    assert "深处" in _body("<div>" * 1000 + "深处" + "</div>" * 1000)
    page = "<html><body>前" + "<div>" * 5000 + "深处" + "</div>" * 5000
    (document,) = open_bytes("a.html", page.encode()).documents
    assert [notice.code for notice in document.warnings] == ["document.truncated"]


def test_page_without_words_says_so() -> None:
    (document,) = open_bytes("a.html", b"<html><body><!-- nothing --></body></html>").documents
    assert [notice.code for notice in document.warnings] == ["document.no_text"]


def test_page_without_any_element_is_refused() -> None:
    with pytest.raises(JiuzhuError) as caught:
        open_bytes("a.html", b"<!DOCTYPE html>")
    assert caught.value.code == "upload.damaged"
