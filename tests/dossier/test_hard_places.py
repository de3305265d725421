"""Files and folders that the system holds back: pipes, closed folders, names that are no UTF-8, too much text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dossier import gathering
from dossier.errors import JiuzhuError
from dossier.opening import open_bytes, open_dossier
from dossier.upload import Limits, safe_name

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
