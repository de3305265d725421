"""`jiuzhu` as a real process: exit status, what goes to which stream, files, and silence about dossiers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from api.commands.screen import Format
from api.export import load_exports
from api.schemas import json_schema

ROOT = Path(__file__).parents[2]

INDICTMENT = (
    "芦汀县人民检察院\n起诉书\n芦检刑诉〔2026〕31号\n"
    "被告人贺立冬，男，1975年3月2日出生，汉族，农民，住芦汀县青埠镇石蓬村。\n"
    "经依法审查查明：\n"
    "2025年6月14日7时许，被告人贺立冬在芦汀县青埠镇石蓬村因琐事与被害人沈玉梅（女，时年63岁）发生争执，"
    "持锄头柄击打沈玉梅头部数下。经鉴定，沈玉梅的损伤程度为重伤二级。\n"
    "案发后，被告人贺立冬未赔偿被害人沈玉梅的经济损失。\n"
)


def _run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    base = {name: value for name, value in os.environ.items() if not name.startswith("JIUZHU_")}
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        cwd=cwd,
        env={**base, "PYTHONPATH": f"{ROOT}{os.pathsep}{base.get('PYTHONPATH', '')}", "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dossiers: a text, a zip, an empty file, litter."""
    path = tmp_path_factory.mktemp("卷宗")
    (path / "甲案.txt").write_text(INDICTMENT, encoding="utf-8")
    with zipfile.ZipFile(path / "乙 案.zip", "w") as archive:
        archive.writestr("诉讼卷/起诉书.txt", INDICTMENT)
    (path / "丙.txt").write_bytes(b"")
    (path / ".DS_Store").write_bytes(b"\0\0")
    return path


def _lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_json_is_one_line_a_dossier_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    done = _run(
        "screen", str(folder / "甲案.txt"), str(folder / "乙 案.zip"), "--format", "json", "--as-of", "2026-03-01",
        cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    lines = _lines(done)
    assert [line["dossier"]["name"] for line in lines] == ["甲案.txt", "乙 案.zip"]
    for line in lines:
        jsonschema.validate(line, json_schema())
        assert line["as_of"] == "2026-03-01"
        assert [victim["name"] for victim in line["victims"]] == ["沈玉梅"]
        injury = line["victims"][0]["injury"]
        assert injury["grade"] == "重伤二级"
        span = injury["evidence"][0]
        assert INDICTMENT[span["start"] : span["end"]] == span["text"]
    assert list(tmp_path.iterdir()) == []


def test_each_file_is_a_dossier_and_a_bad_one_leaves_its_record(folder: Path, tmp_path: Path) -> None:
    done = _run("screen", str(folder), "--each", "--format", "json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    lines = {line["dossier"]["name"]: line for line in _lines(done)}
    assert set(lines) == {"甲案.txt", "乙 案.zip", "丙.txt"}
    assert lines["丙.txt"]["error"]["code"] == "upload.empty"
    assert lines["丙.txt"]["error"]["hint"]
    assert "error" not in lines["甲案.txt"]


def test_a_link_to_nothing_leaves_its_record_and_the_rest_is_screened(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "断链.txt").symlink_to(tmp_path / "没有")
    done = _run("screen", "断链.txt", str(folder / "甲案.txt"), "--format", "json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    broken, read = _lines(done)
    assert (broken["dossier"]["name"], broken["error"]["code"]) == ("断链.txt", "upload.not_found")
    assert [victim["name"] for victim in read["victims"]] == ["沈玉梅"]


def test_a_folder_is_one_dossier_and_what_cannot_be_read_is_told(folder: Path, tmp_path: Path) -> None:
    done = _run("screen", str(folder), "--format", "json", cwd=tmp_path)
    assert done.returncode == 0
    (line,) = _lines(done)
    assert line["dossier"]["name"] == folder.name
    assert [warning["code"] for warning in line["dossier"]["warnings"]] == ["upload.empty"]


def test_without_a_day_the_rules_of_today_apply(folder: Path, tmp_path: Path) -> None:
    (line,) = _lines(_run("screen", str(folder / "甲案.txt"), "--format", "json", cwd=tmp_path))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", line["as_of"]) and line["as_of"] >= "2026-01-01"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("screen", "没有这个文件.zip"), "没有这个文件.zip"),
        (("screen", "{}", "--as-of", "2026-02-30"), "2026-03-01"),
        (("screen", "{}", "--as-of", "20260301"), "2026-03-01"),
        (("screen", "{}", "--as-of", "2001-01-01"), "rules.none_in_force"),
        (("screen", "{}", "--format", "xml"), "xml"),
        (("screen", "{}", "--out", "{}"), "--out"),
        (("screen",), ""),
        (("nonsense",), "nonsense"),
    ],
)
def test_a_wrong_call_is_status_2_and_says_why(
    folder: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    file = str(folder / "甲案.txt")
    done = _run(*(argument.replace("{}", file) for argument in arguments), cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr.replace("\n", "")
    assert not re.search("Traceback|Usage|Error|Try|Invalid", done.stderr)
    assert "调用有误：" in done.stderr and "--help" in done.stderr


def test_an_unusable_setting_is_a_wrong_call(folder: Path, tmp_path: Path) -> None:
    done = _run("screen", str(folder / "甲案.txt"), cwd=tmp_path, JIUZHU_MAX_PAGES="x")
    assert done.returncode == 2
    assert "JIUZHU_MAX_PAGES" in done.stderr


def test_out_holds_one_file_a_dossier_and_their_paths_are_told(folder: Path, tmp_path: Path) -> None:
    done = _run("screen", str(folder), "--each", "--format", "json", "--out", "结果/json", cwd=tmp_path)
    assert done.returncode == 1
    written = sorted(path.name for path in (tmp_path / "结果/json").iterdir())
    assert written == sorted(["甲案-救助线索.json", "乙_案-救助线索.json", "丙-救助线索.json"])
    assert sorted(done.stdout.splitlines()) == sorted(str(Path("结果/json") / name) for name in written)
    record = json.loads((tmp_path / "结果/json/丙-救助线索.json").read_text(encoding="utf-8"))
    assert record["error"]["code"] == "upload.empty"
    assert "upload.empty" in done.stderr


def test_html_of_one_dossier_lands_in_the_current_folder(folder: Path, tmp_path: Path) -> None:
    done = _run("screen", str(folder / "甲案.txt"), "--format", "html", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "甲案-救助线索.html\n", "")
    assert "重伤二级" in (tmp_path / "甲案-救助线索.html").read_text(encoding="utf-8")
    assert len(list(tmp_path.iterdir())) == 1


def test_html_of_several_dossiers_has_an_index_that_links_them(folder: Path, tmp_path: Path) -> None:
    done = _run("screen", str(folder), "--each", "--format", "html", "--out", "o", cwd=tmp_path)
    assert done.returncode == 1
    index = (tmp_path / "o/目录-救助线索.html").read_text(encoding="utf-8")
    assert "%E7%94%B2%E6%A1%88-%E6%95%91%E5%8A%A9%E7%BA%BF%E7%B4%A2.html" in index
    assert done.stdout.splitlines()[-1] == "o/目录-救助线索.html"


def test_reports_of_an_earlier_run_are_not_screened(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "甲.txt").write_text(INDICTMENT, encoding="utf-8")
    for _ in range(2):
        done = _run("screen", ".", "--each", "--format", "html", "--out", ".", cwd=tmp_path)
        assert done.stdout == "甲-救助线索.html\n"


def test_table_is_readable_and_names_words_paper_and_page(folder: Path, tmp_path: Path) -> None:
    done = _run("screen", str(folder), "--each", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    for words in ("① 沈玉梅", "重伤二级", "甲案 1 页", "第七条第一项", "向谁", "未载明", "未能筛查", "共 3 件卷宗"):
        assert words in done.stdout, words


def test_square_brackets_in_a_dossier_are_no_markup_of_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a[bold].txt").write_text(INDICTMENT, encoding="utf-8")
    done = _run("screen", "a[bold].txt", cwd=tmp_path)
    assert "a[bold].txt" in done.stdout


def test_an_unexpected_failure_gives_a_reference_and_no_dossier_text(folder: Path, tmp_path: Path) -> None:
    broken = (
        "import sys\n"
        "import api.wiring\n"
        "def burst(self, dossier, *, as_of):\n"
        "    raise RuntimeError(dossier.documents[0].text)\n"
        "api.wiring.Screener.screen_dossier = burst\n"
        "from api.cli import main\n"
        "sys.argv[0] = 'jiuzhu'\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", broken, "screen", str(folder / "甲案.txt"), "--format", "json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    (line,) = [json.loads(text) for text in done.stdout.splitlines()]
    assert line["error"]["code"] == "internal"
    reference = re.search(r"编号 ([0-9a-f]{8})", line["error"]["message"])
    assert reference and reference[1] in done.stderr
    assert "RuntimeError at" in done.stderr
    for words in ("沈玉梅", "贺立冬", "重伤"):
        assert words not in done.stderr + done.stdout


def test_version_and_help(tmp_path: Path) -> None:
    version = _run("--version", cwd=tmp_path)
    assert version.returncode == 0 and re.fullmatch(r"jiuzhu \d+\.\d+\.\d+\n", version.stdout)
    for arguments in (("--help",), ("screen", "--help")):
        done = _run(*arguments, cwd=tmp_path)
        assert done.returncode == 0 and "卷宗" in done.stdout
        assert "用法：" in done.stdout
        assert not re.search("Usage|Options|Arguments|Commands|Show this|required|default", done.stdout)


def test_a_reader_that_has_had_enough_is_no_error(folder: Path, tmp_path: Path) -> None:
    command = f"{sys.executable} -m api.cli screen '{folder}' --each --format json | head -c 1"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == "{"
    assert done.stderr == ""


def test_formats_of_the_command_are_the_exports_there_are() -> None:
    assert {each.value for each in Format} == set(load_exports())


def test_nothing_opens_a_connection(folder: Path, tmp_path: Path) -> None:
    guarded = (
        "import socket, sys\n"
        "def refuse(*_):\n"
        "    open('connected', 'w').close()\n"
        "    raise OSError('no network')\n"
        "for name in ('connect', 'connect_ex', 'sendto'):\n"  # urllib3 binds ::1 while it is imported
        "    setattr(socket.socket, name, refuse)\n"
        "socket.getaddrinfo = refuse\n"
        "from api.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", guarded, "screen", str(folder / "甲案.txt"), "--format", "html"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "connected").exists()
