"""Files and folders that the system holds back: pipes, closed folders, names that are no UTF-8, too much text."""

from __future__ import annotations

import dataclasses
import io
import os
from pathlib import Path

import pytest
from PIL import Image

from dossier import gathering
from dossier.errors import JiuzhuError
from dossier.opening import open_bytes, open_dossier
from dossier.reader import Reader
from dossier.registry import load_readers
from dossier.upload import Limits, safe_name
from tests.builder.render import render_zip
from tests.dossier.fake_ocr import FakeOcr

PAPER = "起诉书\n被害人沈玉梅陈述了经过。\n"


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管道.txt")
    with pytest.raises(JiuzhuError, match=r"upload\.unreadable"):
        open_dossier(tmp_path / "管道.txt")


def test_a_pipe_in_a_folder_does_not_cost_the_others(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管道.txt")
    (tmp_path / "起诉书.txt").write_text(PAPER, encoding="utf-8")
    dossier = open_dossier(tmp_path)
    assert [document.name for document in dossier.documents] == ["起诉书.txt"]
    assert [(notice.code, notice.message.split("：")[0]) for notice in dossier.warnings] == [
        ("upload.unreadable", "管道.txt")
    ]


def test_a_subfolder_that_cannot_be_listed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may list everything, so the refusal is played."""
    (tmp_path / "卷一").mkdir()
    (tmp_path / "卷一" / "起诉书.txt").write_text(PAPER, encoding="utf-8")
    (tmp_path / "卷二").mkdir()
    list_folder = os.scandir

    def closed(path: str | Path) -> object:
        if Path(path).name == "卷二":
            raise PermissionError(13, "denied", str(path))
        return list_folder(path)

    monkeypatch.setattr(gathering.os, "scandir", closed)
    dossier = open_dossier(tmp_path)
    assert [document.name for document in dossier.documents] == ["卷一/起诉书.txt"]
    assert [(notice.code, notice.message.split("：")[0]) for notice in dossier.warnings] == [
        ("upload.unreadable", "卷二")
    ]


def test_a_name_in_gbk_is_shown_as_written(tmp_path: Path) -> None:
    name = os.fsdecode("卷/起诉书.txt".encode().replace("起诉书".encode(), "起诉书".encode("gbk")))
    assert name != "卷/起诉书.txt"
    assert safe_name(name) == "卷/起诉书.txt"


def test_a_name_in_no_encoding_is_shown_with_marks() -> None:
    assert safe_name(os.fsdecode(b"a\xff.txt")) == "a\ufffd.txt"


def test_a_flood_of_text_is_refused_with_its_code() -> None:
    with pytest.raises(JiuzhuError) as caught:
        open_bytes("大.txt", PAPER.encode(), limits=Limits(characters=5))
    assert caught.value.code == "upload.too_much_text"
    assert "拆分" in caught.value.hint


def _scan_of_three_pages() -> bytes:
    pages = [Image.new("L", (300, 400), 255) for _ in range(3)]
    buffer = io.BytesIO()
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    return buffer.getvalue()


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("share", [0.4, 0.55, 0.66, 0.8, 0.95])
def test_a_scan_cut_off_is_read_as_far_as_it_goes_or_refused(share: float) -> None:
    whole = _scan_of_three_pages()
    data = whole[: int(len(whole) * share)]
    archive = render_zip({"0_起诉书.txt": PAPER.encode(), "扫描.tif": data})
    dossier = open_bytes("案.zip", archive, ocr=FakeOcr([]))
    assert dossier.documents[0].name == "0_起诉书.txt"
    told = {notice.code for notice in dossier.warnings} | {
        notice.code for document in dossier.documents[1:] for notice in document.warnings
    }
    assert told & {"upload.damaged", "document.truncated", "page.unreadable"}


def test_a_reader_that_stumbles_costs_one_file(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(data: bytes) -> int:
        raise TypeError("被害人沈玉梅")

    reader = load_readers()["html"]
    assert isinstance(reader, Reader)
    broken = dataclasses.replace(reader, count_pages=stumble)
    monkeypatch.setattr(gathering, "load_readers", lambda: {**load_readers(), "html": broken})
    archive = render_zip({"0_起诉书.txt": PAPER.encode(), "a.html": b"<html><body><p>x</p></body></html>"})
    dossier = open_bytes("案.zip", archive)
    assert [document.name for document in dossier.documents] == ["0_起诉书.txt"]
    assert [notice.code for notice in dossier.warnings] == ["upload.damaged"]
    assert "TypeError at test_hard_places.py" in caplog.text and "沈玉梅" not in caplog.text
