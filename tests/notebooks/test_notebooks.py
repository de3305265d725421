"""Every notebook runs from a folder that is not ours, shows what it promises, and is stored without output."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from api.cli import app
from tests.contracts.source_tree import ROOT

FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LONGEST_CELL = 20  # lines

NEEDS = {"training_and_evaluation": ("torch", "transformers", "onnx", "onnxscript", "onnxruntime")}

# What a reader must see in the outputs, as regular expressions over their text.
SHOWS: dict[str, tuple[str, ...]] = {
    "quick_start": (
        "申屠兰芳",
        "综合评定为重伤二级",
        "建议启动",
        r"<mark class=\"entity\"",
        "说的是被告人一方",  # the look-alike and why
        r"\bTrue\b",  # the command line says the same
        '"grade": "重伤二级"',
    ),
    "data_overview": ("笔录", "image/png", r"不同 8 字串占 \*\*9\d\.\d%", "不计占比"),
    "training_and_evaluation": (r"credited_f1", "沈某", "injury.serious", "image/png", "network.onnx"),
    "error_analysis": ("written", "held_out", "张冠李戴", "六项 F1"),
}


def cells(path: Path, kind: str = "code") -> list[dict[str, Any]]:
    book = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in book["cells"] if cell["cell_type"] == kind]


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def shown(path: Path) -> str:
    """All outputs of an executed notebook: their kinds and their text, pictures left out."""
    parts = []
    for cell in cells(path):
        for output in cell["outputs"]:
            parts.append("".join(output.get("text", "")))
            for kind, data in output.get("data", {}).items():
                parts.append(kind if kind.startswith("image/") else "".join(data))
    return "\n".join(parts)


def complaints(path: Path) -> list[str]:
    """What an executed notebook wrote to standard error: warnings, mostly, of calls that will fail one day."""
    return [
        "".join(output["text"]) for cell in cells(path) for output in cell["outputs"] if output.get("name") == "stderr"
    ]


def execute(path: Path, folder: Path, root: Path = ROOT) -> Path:
    """Run a notebook in a folder and give the path of what came of it."""
    out = folder / f"executed-{path.name}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIUZHU_")}
    environment = kept | {
        "PYTHONPATH": str(root),
        "PYTHONUTF8": "1",
        "JIUZHU_CACHE_DIR": "",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "JUPYTER_PLATFORM_DIRS": "1",
        **{name: str(folder / "jupyter") for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")},
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.notebooks.execute", str(path), str(out)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return out


def test_every_notebook_is_expected_here() -> None:
    assert {path.stem for path in NOTEBOOKS} == set(SHOWS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_stored_without_output(path: Path) -> None:
    for cell in cells(path):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_its_cells_are_small_and_define_nothing(path: Path) -> None:
    """What is worth a function is worth a module with a test."""
    for cell in cells(path):
        assert source(cell).count("\n") < LONGEST_CELL
        tree = ast.parse(source(cell))
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_explains_itself_in_chinese(path: Path) -> None:
    words = [source(cell) for cell in cells(path, "markdown")]
    assert words[0].startswith("# ")
    assert len(words) >= 4
    assert all(re.search(r"[\u4e00-\u9fff]", text) for text in words)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_files_that_it_names_exist(path: Path) -> None:
    folders = "dossier|nlp|models|screening|annotation|api|tests|docs|examples"
    named = re.findall(rf"`((?:{folders})/[^`*\s]+)`", "\n".join(source(cell) for cell in cells(path, "markdown")))
    assert [name for name in named if not (ROOT / name).exists()] == []


def commands_named(path: Path) -> list[list[str]]:
    """`jiuzhu …` in the prose, one list of words each, without comments."""
    prose = "\n".join(source(cell) for cell in cells(path, "markdown")).replace("\\\n", " ")
    found = re.findall(r"(?:^|`)jiuzhu ([^`#\n]+)", prose, re.MULTILINE)
    return [words.split() for words in found]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_commands_that_it_names_exist_with_their_options(path: Path) -> None:
    for words in commands_named(path):
        command: Any = get_command(app)
        while hasattr(command, "commands"):
            command = command.commands[words.pop(0)]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} - known == set()


def test_commands_are_really_found() -> None:
    assert len(commands_named(FOLDER / "training_and_evaluation.ipynb")) >= 6


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_shows_what_it_promises(path: Path, tmp_path: Path) -> None:
    lacking = [name for name in NEEDS.get(path.stem, ()) if importlib.util.find_spec(name) is None]
    if lacking:
        pytest.skip(f"{path.stem} needs {', '.join(lacking)}, of the extra `train`")
    executed = execute(path, tmp_path)
    assert complaints(executed) == []
    text = shown(executed)
    assert [words for words in SHOWS[path.stem] if not re.search(words, text)] == []


@pytest.mark.slow
def test_a_notebook_that_fails_is_noticed(tmp_path: Path) -> None:
    book = json.loads(NOTEBOOKS[0].read_text(encoding="utf-8"))
    book["cells"] = [cell | {"source": ["1 / 0"]} for cell in book["cells"] if cell["cell_type"] == "code"][:1]
    broken = tmp_path / "broken.ipynb"
    broken.write_text(json.dumps(book), encoding="utf-8")
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        execute(broken, tmp_path)
