"""Formats that are refused and files that are broken: a stable code, a message in Chinese, a way out."""

from __future__ import annotations

import re

import pytest

from dossier.errors import JiuzhuError
from dossier.opening import open_bytes
from tests.builder.render import render_docx, render_pdf, render_zip

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600

CASES = [
    ("空.txt", b"", "upload.empty"),
    ("旧.doc", OLE2, "upload.legacy_format"),
    ("旧.wps", OLE2, "upload.legacy_format"),
    ("密.docx", OLE2 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 80, "upload.encrypted"),
    ("a.rtf", rb"{\rtf1\ansi text}", "upload.unsupported"),
    ("a.ofd", render_zip({"OFD.xml": b"<ofd/>", "Doc_0/Document.xml": b"<d/>"}), "upload.unsupported"),
    ("a.xlsx", render_zip({"[Content_Types].xml": b"<t/>", "xl/workbook.xml": b"<w/>"}), "upload.unsupported"),
    ("a.pptx", render_zip({"[Content_Types].xml": b"<t/>", "ppt/presentation.xml": b"<p/>"}), "upload.unsupported"),
    ("a.odt", render_zip({"mimetype": b"x", "content.xml": b"<c/>"}), "upload.unsupported"),
    ("a.7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 40, "upload.unsupported"),
    ("a.rar", b"Rar!\x1a\x07\x01\x00" + b"\0" * 40, "upload.unsupported"),
    ("a.tar.gz", b"\x1f\x8b\x08" + b"\0" * 40, "upload.unsupported"),
    ("a.tar", b"a.txt".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 300, "upload.unsupported"),
    ("a.exe", b"MZ\x90\x00" + bytes(range(256)) * 8, "upload.unsupported"),
    ("a.txt", bytes(range(128, 256)) * 20, "upload.undecodable"),
    ("a.pdf", b"%PDF-1.7\n%nothing else", "upload.damaged"),
    ("密.pdf", render_pdf(["起诉书"], password="secret"), "upload.encrypted"),
    ("a.docx", render_docx(["起诉书"])[:-400], "upload.damaged"),
    ("a.docx", render_zip({"word/document.xml": b"<w:document"}), "upload.damaged"),
    ("a.docx", render_zip({"word/styles.xml": b"<s/>"}), "upload.damaged"),
]


@pytest.mark.parametrize("name, data, code", CASES, ids=[f"{name}-{code}" for name, _, code in CASES])
def test_bad_file_is_refused_with_code_message_and_hint(name: str, data: bytes, code: str) -> None:
    with pytest.raises(JiuzhuError) as caught:
        open_bytes(name, data)
    error = caught.value
    assert error.code == code
    assert re.search("[\u4e00-\u9fff]", error.message)
    assert re.search("[\u4e00-\u9fff]", error.hint)
    assert error.__cause__ is None  # no foreign traceback, it could quote the file


@pytest.mark.parametrize("name, data, code", CASES, ids=[f"{name}-{code}" for name, _, code in CASES])
def test_bad_file_does_not_cost_the_others(name: str, data: bytes, code: str) -> None:
    dossier = open_bytes("案.zip", render_zip({"0_起诉书.txt": "起诉书".encode(), name: data}))
    assert [document.name for document in dossier.documents] == ["0_起诉书.txt"]
    assert [(notice.code, notice.message.split("：")[0]) for notice in dossier.warnings] == [(code, name)]


def test_way_out_of_legacy_word_names_the_formats() -> None:
    with pytest.raises(JiuzhuError) as caught:
        open_bytes("旧.doc", OLE2)
    assert ".docx" in caught.value.hint
    assert "PDF" in caught.value.hint
