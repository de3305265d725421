"""`jiuzhu weak`: from a corpus file to examples that training reads."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from api.commands.weak import weak_command
from dossier.errors import JiuzhuError
from models.examples import Example, read_examples
from nlp.labels import label_scheme, person_scheme

TEXTS = {
    "案一": "被告人鄢某持棍打伤被害人沈某，经鉴定，沈某的损伤程度为重伤二级。",
    "案二": "被告人鄢某打伤被害人柳某，经鉴定，柳某的損傷程度為轻微伤。",
    "案三": "第二百三十四条 故意伤害他人身体的，处三年以下有期徒刑。",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    with lzma.open(folder / "invented.jsonl.xz", "wt", encoding="utf-8") as lines:
        for key, text in TEXTS.items():
            lines.write(json.dumps({"id": key, "text": text}, ensure_ascii=False) + "\n")
    return folder


def call(*arguments: object) -> Result:
    app = typer.Typer()
    app.command()(weak_command)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def written(corpus: Path, *options: object) -> tuple[Example, ...]:
    out = corpus.parent / "weak.jsonl"
    done = call(corpus, "--out", out, *options)
    assert done.exit_code == 0, done.output
    found = read_examples(out, label_scheme())
    assert f"{out}\t{len(found)}\n" in done.output
    return found


def test_training_can_read_what_is_written(corpus: Path) -> None:
    found = written(corpus)
    assert [example.case for example in found] == ["案一", "案二"]
    assert {example.source for example in found} == {"patterns+weak"}
    assert all("损伤程度" in example.text for example in found)  # normalized
    assert {span.label for example in found for span in example.spans} >= {"injury.serious", "injury.slight"}


def test_as_many_as_are_asked_for(corpus: Path) -> None:
    assert len(written(corpus, "--most", 1)) == 1


def test_labelled_cases_are_left_out(corpus: Path) -> None:
    gold = corpus.parent / "gold.jsonl"
    gold.write_text('{"id": "案一", "victims": []}\n', encoding="utf-8")
    assert [example.case for example in written(corpus, "--leave-out", gold)] == ["案二"]


def test_a_model_that_is_asked_for_and_missing_is_an_error(corpus: Path) -> None:
    done = call(corpus, "--out", corpus.parent / "weak.jsonl", "--models", corpus.parent / "models")
    assert isinstance(done.exception, JiuzhuError)
    assert done.exception.code == "model.missing"
    assert not (corpus.parent / "weak.jsonl").exists()


def test_whole_texts_are_labelled_as_the_patterns_read_them(corpus: Path) -> None:
    people = corpus.parent / "people.jsonl"
    out = corpus.parent / "weak.jsonl"
    assert call(corpus, "--out", out, "--whole", people).exit_code == 0
    found, persons = read_examples(out, label_scheme()), read_examples(people, person_scheme())
    assert [e.case for e in found] == [e.case for e in persons] == ["案一", "案二"]  # printed law has no victim
    assert {e.source for e in (*found, *persons)} == {"patterns+weak"}
    named = {(span.label, e.text[span.start : span.end]) for e in persons for span in e.spans}
    assert {("person.victim", "沈某"), ("person.accused", "鄢某"), ("person.victim", "柳某")} <= named
