"""`jiuzhu model …` as it is called, on models whose files are invented and whose readings are given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.commands import evaluate, model_compare
from api.commands.model import model_app
from dossier.errors import JiuzhuError
from models.cases import CaseText
from tests.models.test_store import install

GRADES = {"c1": "轻伤二级", "c2": "轻微伤"}


def victims(grade: str | None, **more: Any) -> list[dict[str, Any]]:
    return [{"name": "陆某", "aliases": [], "type": "person", "injury": grade and {"grade": grade, **more}}]


def read(case: CaseText, *, readers: str, models: Path, version: str | None) -> dict[str, Any]:
    """Patterns find one grade in two, a-1 finds both, a-2 finds none."""
    assert (readers == "patterns") == (version is None)
    found = {None: {"c1"}, "a-1": {"c1", "c2"}, "a-2": set()}[version]
    return {"id": case.id, "victims": victims(GRADES[case.id] if case.id in found else None)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(evaluate, "predict_case", read)
    monkeypatch.setattr(model_compare, "choose_recognizers", lambda *_given, **_named: None)
    install(tmp_path / "models", "a-1")
    install(tmp_path / "models", "a-2")
    gold = [{"id": case, "victims": victims(grade, quotes=[grade])} for case, grade in GRADES.items()]
    texts = [{"id": case, "text": f"被害人陆某被打成{grade}。"} for case, grade in GRADES.items()]
    for name, records in (("gold.jsonl", gold), ("gold.texts.jsonl", texts)):
        lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
        (tmp_path / name).write_text(lines, encoding="utf-8")
    return tmp_path


def call(folder: Path, *arguments: object) -> Result:
    given = [str(argument) for argument in arguments]
    return CliRunner().invoke(model_app, [*given, "--models", str(folder / "models")])


def compare(folder: Path, first: str, second: str, *more: object) -> Result:
    given = ("--gold", folder / "gold.jsonl", "--processes", 1, "--bootstrap", 20)
    return call(folder, "compare", first, second, *given, *more)


def code_of(done: Result) -> str:
    assert isinstance(done.exception, JiuzhuError)
    return done.exception.code


def test_a_better_model_is_compared_used_and_left_again(folder: Path) -> None:
    assert code_of(call(folder, "use", "a-1")) == "model.not_compared"
    done = compare(folder, "patterns", "a-1")
    assert done.exit_code == 0, done.output
    assert "通过：a-1 可以换用" in done.output
    rows = {line.split("│")[1].strip(): line for line in done.output.splitlines() if line.startswith("│")}
    assert "0.6667" in rows["伤情"] and "1.0000" in rows["伤情"] and "+0.3333" in rows["伤情"]
    assert "—" in rows["残疾"]
    assert call(folder, "use", "a-1").output == "（无） → a-1\n"
    assert call(folder, "list").output == "* a-1\n  a-2\n"
    assert call(folder, "use", "a-2", "--anyway").output == "a-1 → a-2\n"
    assert call(folder, "list").output == "  a-1\n* a-2\t未经对比换用\n"
    assert call(folder, "back").output == "a-2 → a-1\n"
    assert call(folder, "use", "a-1").output == "已在使用 a-1\n"


def test_a_worse_model_is_not_let_in_and_the_reasons_are_told(folder: Path) -> None:
    compare(folder, "patterns", "a-1")
    call(folder, "use", "a-1")
    done = compare(folder, "a-1", "a-2")
    assert done.exit_code == 0, done.output
    verdict = next(line for line in done.output.splitlines() if line.startswith("未通过"))
    assert verdict == "未通过：伤情的 F1 下降超过 0.01（-1.0000）；六项属性合计的 F1 没有提高（-1.0000）"
    assert code_of(call(folder, "use", "a-2")) == "model.not_compared"
    assert f"{verdict}\n" in call(folder, "show", "a-2").output


def test_what_is_kept_holds_no_word_of_the_cases(folder: Path) -> None:
    compare(folder, "patterns", "a-1")
    (kept,) = (folder / "models" / "a-1" / "comparisons").iterdir()
    content = kept.read_text(encoding="utf-8")
    assert not any(word in content for word in ("陆某", "轻伤", "轻微伤", '"c1"'))
    data = json.loads(content)
    assert data["rows"]["injury"]["difference"] == 0.3333
    assert data["pipeline"]


def test_the_model_alone_is_measured_but_let_in_by_it_is_nothing(folder: Path) -> None:
    done = compare(folder, "patterns", "a-1", "--readers", "model")
    assert "未通过：不是按实际运行的方式" in done.output
    assert code_of(call(folder, "use", "a-1")) == "model.not_compared"


def test_nothing_is_compared_where_no_model_reads(folder: Path) -> None:
    assert code_of(compare(folder, "a-1", "a-2", "--readers", "patterns")) == "model.nothing_compared"
    assert code_of(compare(folder, "patterns", "patterns")) == "model.missing"
    assert code_of(compare(folder, "a-9", "a-1")) == "model.missing"


def test_cases_that_cannot_be_read_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(case: CaseText, **options: Any) -> dict[str, Any]:
        if options["version"] and case.id == "c2":
            raise RuntimeError(case.documents)
        return read(case, **options)

    monkeypatch.setattr(evaluate, "predict_case", broken)
    done = compare(folder, "patterns", "a-1")
    assert "a-1：1 案未能识别，按空结果计" in done.output
    assert "陆某" not in done.output


def test_a_model_is_carried_to_another_registry(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "a-1.zip"
    assert call(folder, "export", "a-1", "--out", out).exit_code == 0
    other = ["--models", str(tmp_path / "other")]
    done = CliRunner().invoke(model_app, ["import", str(out), *other])
    assert (done.exit_code, done.output) == (0, "a-1\n")
    assert CliRunner().invoke(model_app, ["list", *other]).output == "  a-1\n"
    again = CliRunner().invoke(model_app, ["import", str(out), *other])
    assert code_of(again) == "model.exists"


def test_show_without_a_card_shows_the_manifest(folder: Path) -> None:
    assert json.loads(call(folder, "show", "a-1").output)["version"] == "a-1"
