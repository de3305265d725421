"""File names made of dossier names: inside their folder, legal everywhere, unique."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.output import FileNames, is_own_output, safe_stem, write


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("案件 01.zip", "案件_01"),
        ("芦检刑诉〔2026〕31号.docx", "芦检刑诉〔2026〕31号"),
        ("2025.06 卷", "2025.06_卷"),  # not an ending that we know
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("...", "卷宗"),
        ("", "卷宗"),
        ("a:b*c?.pdf", "a_b_c"),
        ("CON.txt", "_CON"),
        ("\x00\u202e\n", "卷宗"),
    ],
)
def test_stem_is_safe(name: str, stem: str) -> None:
    assert safe_stem(name) == stem


@given(st.lists(st.text(max_size=80), max_size=8))
def test_names_of_one_run_are_unique_plain_and_short(names: list[str]) -> None:
    taken = FileNames()
    given_names = [taken.name(name, ".html") for name in names]
    assert len({name.casefold() for name in given_names}) == len(names)
    for name in given_names:
        assert Path(name).name == name and len(name.encode("utf-8", "surrogatepass")) <= 255
        assert not set(name) & set('/\\:*?"<>|\x00\n') and not name.startswith((".", " "))
        assert is_own_output(Path(name))


def test_the_same_name_twice_gets_a_number() -> None:
    names = FileNames()
    assert [names.name(name, ".json") for name in ("甲.txt", "甲.zip", "甲")] == [
        "甲-救助线索.json",
        "甲-2-救助线索.json",
        "甲-3-救助线索.json",
    ]


def test_a_dossier_never_takes_the_name_of_the_index() -> None:
    assert FileNames().name("目录.zip", ".html") == "目录-2-救助线索.html"


def test_a_dossier_is_no_output_of_ours() -> None:
    assert not is_own_output(Path("卷宗/甲.html"))


def test_write_keeps_carriage_returns_and_survives_what_cannot_be_encoded(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write(path, "一\r\n二\n\ud800")
    assert path.read_bytes() == "一\r\n二\n?".encode()
