from __future__ import annotations

import logging
from pathlib import Path

import pytest

from dossier.document import ReadingMode
from dossier.errors import JiuzhuError
from dossier.opening import open_bytes, open_dossier, read_document
from dossier.progress import Progress
from dossier.registry import receive
from dossier.span import Span
from dossier.upload import Limits
from tests.builder.render import render_docx, render_pdf, render_txt, render_zip
from tests.builder.tables import PageBreak
from tests.dossier.checks import assert_sound

PAPER = ["询问笔录", "被害人卫某某,女,1990年3月5日出生。"]


def _folder(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def test_plain_file_is_served_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "笔录.txt"
    path.write_bytes("\ufeff问:伤情?\r\n答:重伤\u200b二级。\r\n".encode())
    dossier = open_dossier(path)
    (document,) = dossier.documents
    assert document.text == "问:伤情?\r\n答:重伤\u200b二级。\r\n"
    assert (document.id, document.name, dossier.name) == ("d1", "笔录.txt", "笔录.txt")
    assert document.boxes_of(Span("d1", 0, 3)) == ()
    assert_sound(document)


def test_form_feed_ends_a_page_of_plain_text() -> None:
    (document,) = open_bytes("a.txt", "第一页\f第二页\f".encode()).documents
    assert document.text == "第一页\f第二页\f"
    assert [(page.start, page.end, page.mode) for page in document.pages] == [
        (0, 4, ReadingMode.PLAIN),
        (4, 8, ReadingMode.PLAIN),
    ]
    assert_sound(document)


def test_folder_is_read_in_natural_order_without_litter(tmp_path: Path) -> None:
    text = render_txt(PAPER)
    litter = {
        ".DS_Store": b"x",
        "卷2/Thumbs.db": b"x",
        "__MACOSX/卷2/._a.txt": b"x",
        "~$笔录.docx": b"x",
        "._a.txt": b"x",
    }
    names = ["卷10/01.txt", "卷2/10_鉴定.txt", "卷2/9_笔录.txt", "卷1.txt"]
    folder = _folder(tmp_path / "案", {**dict.fromkeys(names, text), **litter})
    dossier = open_dossier(folder)
    assert [document.name for document in dossier.documents] == [
        "卷1.txt",
        "卷2/9_笔录.txt",
        "卷2/10_鉴定.txt",
        "卷10/01.txt",
    ]
    assert [document.id for document in dossier.documents] == ["d1", "d2", "d3", "d4"]
    assert dossier.warnings == ()
    assert dossier.name == "案"


def test_digest_of_a_folder_follows_names_and_contents(tmp_path: Path) -> None:
    one = open_dossier(_folder(tmp_path / "1", {"a.txt": b"abc", "b.txt": b"def"}))
    same = open_dossier(_folder(tmp_path / "2", {"b.txt": b"def", "a.txt": b"abc"}))
    other = open_dossier(_folder(tmp_path / "3", {"a.txt": b"abc", "c.txt": b"def"}))
    assert one.sha256 == same.sha256 != other.sha256
    assert one.id == same.id


def test_one_bad_file_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    folder = _folder(
        tmp_path / "案", {"1.txt": render_txt(PAPER), "2.pdf": b"%PDF-1.7 nothing", "3.docx": render_docx(PAPER)}
    )
    dossier = open_dossier(folder)
    assert [document.name for document in dossier.documents] == ["1.txt", "3.docx"]
    (notice,) = dossier.warnings
    assert notice.code == "upload.damaged"
    assert notice.message.startswith("2.pdf：")
    assert dossier.documents[1].id == "d2"


def test_symbolic_links_are_named_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("别的案件", encoding="utf-8")
    folder = _folder(tmp_path / "案", {"a.txt": render_txt(PAPER)})
    (folder / "link.txt").symlink_to(outside)
    dossier = open_dossier(folder)
    assert len(dossier.documents) == 1
    assert [notice.code for notice in dossier.warnings] == ["upload.link"]


def test_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(JiuzhuError) as caught:
        open_dossier(tmp_path)
    assert caught.value.code == "upload.empty"
    with pytest.raises(JiuzhuError) as caught:
        open_dossier(tmp_path / "missing.pdf")
    assert caught.value.code == "upload.not_found"


def test_unreadable_path_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc")

    def refuse(self: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(JiuzhuError) as caught:
        open_dossier(path)
    assert caught.value.code == "upload.unreadable"


def test_content_decides_over_a_wrong_extension() -> None:
    (document,) = open_bytes("笔录.docx", render_pdf(PAPER)).documents
    assert document.pages[0].mode is ReadingMode.TEXT_LAYER
    assert [notice.code for notice in document.warnings] == ["upload.wrong_extension"]
    assert "pdf" in document.warnings[0].message


def test_progress_reaches_its_totals(tmp_path: Path) -> None:
    three_pages = render_pdf(["第一页", PageBreak(), "第二页", PageBreak(), "第三页"])
    folder = _folder(tmp_path / "案", {"1.txt": render_txt(PAPER), "2.pdf": three_pages, "3.docx": render_docx(PAPER)})
    seen: list[Progress] = []
    open_dossier(folder, progress=seen.append)
    assert seen[0] == Progress(0, 3, 0, 5)
    assert seen[-1] == Progress(3, 3, 5, 5)
    done = [(progress.documents_done, progress.pages_done) for progress in seen]
    assert done == sorted(done)


def test_progress_counts_a_file_that_fails_as_done() -> None:
    seen: list[Progress] = []
    broken_docx = render_zip({"word/document.xml": b"<broken"})
    open_bytes("案.zip", render_zip({"1.docx": broken_docx, "2.txt": render_txt(PAPER)}), progress=seen.append)
    assert seen[-1] == Progress(2, 2, 2, 2)


def test_read_document_reads_one_upload_and_no_archive() -> None:
    upload = receive("a.txt", render_txt(PAPER), Limits())
    assert upload.format == "plain"
    assert read_document(upload, "d7").id == "d7"
    archive = receive("a.zip", render_zip({"a.txt": b"abc"}), Limits())
    with pytest.raises(JiuzhuError) as caught:
        read_document(archive, "d1")
    assert caught.value.code == "upload.is_archive"


def test_total_size_limit_spares_what_came_before(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "案", {"1.txt": b"a" * 60, "2.txt": b"b" * 60, "3.txt": b"c" * 30})
    dossier = open_dossier(folder, limits=Limits(dossier_bytes=100))
    assert [document.name for document in dossier.documents] == ["1.txt"]
    assert {notice.code for notice in dossier.warnings} == {"upload.dossier_too_large"}


def test_file_size_limit() -> None:
    with pytest.raises(JiuzhuError) as caught:
        open_bytes("a.txt", b"a" * 11, limits=Limits(file_bytes=10))
    assert caught.value.code == "upload.too_large"


def test_log_holds_counts_and_no_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        open_bytes("卫某某案.zip", render_zip({"卫某某.txt": render_txt(PAPER), "卫某某.pdf": b"%PDF-1.4 x"}))
    assert "1 documents, 1 failures" in caplog.text
    assert "卫" not in caplog.text


def test_reprs_and_errors_show_no_text() -> None:
    upload = receive("a.txt", render_txt(PAPER), Limits())
    dossier = open_bytes("a.txt", render_txt(PAPER))
    assert "卫某某" not in repr(upload) + repr(dossier)


def test_damaged_characters_are_counted_in_a_notice() -> None:
    (document,) = open_bytes("a.txt", render_txt(PAPER) + b"\xe6").documents
    assert [notice.code for notice in document.warnings] == ["document.damaged_text"]
    assert "1 处" in document.warnings[0].message


def test_blank_document_beside_a_broken_one_gives_the_failure() -> None:
    with pytest.raises(JiuzhuError) as caught:
        open_bytes("案.zip", render_zip({"1.txt": b" \n", "2.pdf": b"%PDF-1.4 x"}))
    assert caught.value.code == "upload.damaged"
    (document,) = open_bytes("空白.txt", b" \n").documents
    assert [notice.code for notice in document.warnings] == ["document.no_text"]


def test_large_file_on_disk_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"a" * 20)
    with pytest.raises(JiuzhuError) as caught:
        open_dossier(path, limits=Limits(dossier_bytes=10))
    assert caught.value.code == "upload.too_large"


def test_names_that_could_steer_a_terminal_or_break_output_are_made_safe(tmp_path: Path) -> None:
    names = [b"1\x1b[31m.txt", b"2\xff\xfe.txt", "3\u202etxt.exe.txt".encode()]
    for name in names:
        with open(bytes(tmp_path) + b"/" + name, "wb") as file:
            file.write(render_txt(PAPER))
    dossier = open_dossier(tmp_path)
    assert [document.name for document in dossier.documents] == [
        "1\ufffd[31m.txt",
        "2\ufffd\ufffd.txt",
        "3\ufffdtxt.exe.txt",
    ]
    assert len(dossier.sha256) == 64


@pytest.mark.parametrize("name", ["起诉书", "3.询问笔录", "2025.03"])
def test_name_without_an_extension_is_no_wrong_one(name: str) -> None:
    (document,) = open_bytes(name, render_pdf(PAPER)).documents
    assert document.warnings == ()
