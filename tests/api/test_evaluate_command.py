"""`jiuzhu evaluate` as it is called: what it prints, writes and returns."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from api.commands import evaluate as command
from models.cases import CaseText

TEXT = "被害人陆某被打成轻伤二级。"
GOLD = {
    "id": "c1",
    "victims": [
        {
            "name": "陆某",
            "aliases": [],
            "type": "person",
            "injury": {"grade": "轻伤二级", "quotes": ["轻伤二级"]},
        }
    ],
}


def right(case: CaseText, **_options: object) -> dict[str, Any]:
    start = TEXT.index("轻伤")
    evidence = [{"document_name": "text.txt", "start": start, "end": start + 4}]
    victim = {"name": "陆某", "type": "person", "injury": {"grade": "轻伤二级", "evidence": evidence}}
    return {"id": case.id, "victims": [victim]}


def wrong(case: CaseText, **_options: object) -> dict[str, Any]:
    return {"id": case.id, "victims": [{"name": "陆某", "type": "person", "injury": {"grade": "死亡"}}]}


def broken(case: CaseText, **_options: object) -> dict[str, Any]:
    raise RuntimeError(TEXT)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    gold, texts = tmp_path / "gold.jsonl", tmp_path / "texts.jsonl"
    gold.write_text(json.dumps(GOLD, ensure_ascii=False), encoding="utf-8")
    texts.write_text(json.dumps({"id": "c1", "text": TEXT}, ensure_ascii=False), encoding="utf-8")
    return str(gold), str(texts)


def call(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(command.evaluate_command)
    return CliRunner().invoke(app, [*arguments, "--processes", "1", "--bootstrap", "20"])


def test_prints_figures_and_differences(files: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "predict_case", wrong)
    done = call(*files, "--errors", "5")
    assert done.exit_code == 0
    assert "伤情" in done.stdout and "0.0000" in done.stdout
    assert re.search(r"残疾 *│ *— │", done.stdout)  # nothing labelled, so nothing measured
    assert "漏 轻伤二级" in done.stdout and "text.txt[8:12]“轻伤二级”" in done.stdout
    assert "漏" not in call(*files, "--errors", "5", "--attribute", "loss").stdout


def test_gives_json(files: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "predict_case", right)
    data = json.loads(call(*files, "--json").stdout)
    assert data["table"]["injury"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1}
    assert data["table"]["evidence points at the gold quote"] == 1.0
    assert data["intervals"]["injury"] == [1.0, 1.0]
    assert data["versions"]["pipeline"]


def test_compares_with_a_saved_run(files: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = str(tmp_path / "run.json")
    monkeypatch.setattr(command, "predict_case", wrong)
    assert call(*files, "--out", saved).exit_code == 0
    monkeypatch.setattr(command, "predict_case", right)
    done = call(*files, "--against", saved)
    assert "改对 2，改错 0" in done.stdout
    assert "+ c1" in done.stdout


def test_writes_predictions(files: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "predict_case", right)
    target = tmp_path / "predictions.jsonl"
    call(*files, "--predictions", str(target))
    assert json.loads(target.read_text(encoding="utf-8")) == right(CaseText("c1", {}))


def test_failed_case_is_told_and_leaks_nothing(files: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "predict_case", broken)
    done = call(*files)
    assert done.exit_code == 1
    assert "c1: evaluate.crashed: RuntimeError" in done.stderr
    assert "陆某" not in done.stderr


def test_malformed_gold_is_a_wrong_call(files: tuple[str, str]) -> None:
    Path(files[0]).write_text("{", encoding="utf-8")
    done = call(*files)
    assert done.exit_code == 2
    assert "evaluate.unreadable" in done.stderr


def test_unreadable_earlier_run_is_a_wrong_call(files: tuple[str, str]) -> None:
    done = call(*files, "--against", files[0])
    assert done.exit_code == 2
    assert "evaluate.unreadable" in done.stderr


def test_earlier_run_that_is_no_json_is_a_wrong_call(files: tuple[str, str], tmp_path: Path) -> None:
    other = tmp_path / "run.json"
    other.write_text("[", encoding="utf-8")
    assert call(*files, "--against", str(other)).exit_code == 2


def test_unknown_case_is_a_wrong_call(files: tuple[str, str]) -> None:
    done = call(*files, "--case", "nowhere")
    assert done.exit_code == 2
