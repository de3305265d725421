"""The study of the recognizer: who is held out, that it goes on where it stopped, and what its tables say."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from api.training import shipped_settings
from benchmarks import recognizer_study
from benchmarks.recognizer_study import main
from benchmarks.study_material import Material, Sources, read_material
from benchmarks.study_plan import PATTERNS, Job, Training, held_out, kept, plan, trainings
from benchmarks.study_results import append, bare, markdown, of_study, read_lines
from dossier.errors import JiuzhuError
from models.evaluate import evaluate, load_run
from models.scoring import MICRO_SIX
from tests.models.invented_cases import GRADES, write_corpus

CASES = [f"c{number}" for number in range(23)]


def test_folds_hold_every_case_once() -> None:
    folds = [held_out(CASES, fold, 5, 7) for fold in range(5)]
    assert sorted(case for fold in folds for case in fold) == sorted(CASES)
    assert {len(fold) for fold in folds} == {4, 5}
    assert held_out(reversed(CASES), 0, 5, 7) == folds[0] != held_out(CASES, 0, 5, 8)


def test_a_smaller_amount_is_part_of_a_larger_one() -> None:
    few, half, whole = (kept(CASES, amount, 7) for amount in (0.25, 0.5, 1.0))
    assert (len(few), len(half), whole) == (6, 12, frozenset(CASES))
    assert few < half < whole
    assert len(kept(CASES[:3], 0.1, 7)) == 1


def test_the_plan_takes_one_thing_away_at_a_time() -> None:
    everything = {t.name: t for t in trainings(written=True, weak=True, noisy=True)}
    assert set(everything) == {
        "full",
        "no-pretraining",
        "no-people",
        "no-written",
        "no-weak",
        "no-noise",
        "gold-25",
        "gold-50",
    }
    assert everything["full"] == Training("full")
    assert (everything["no-written"].written, everything["no-written"].weak) == (False, True)
    assert everything["gold-25"].amount == 0.25
    assert {t.name for t in trainings(written=False, weak=False, noisy=False)} == {
        "full",
        "no-pretraining",
        "no-people",
        "gold-25",
        "gold-50",
    }


def test_patterns_and_the_full_training_come_first() -> None:
    jobs = plan(trainings(written=True, weak=False, noisy=False), 2)
    assert [(job.name, job.fold) for job in jobs[:4]] == [(PATTERNS, 0), (PATTERNS, 1), ("full", 0), ("full", 1)]
    assert len(jobs) == 14


# ---- results and tables, on figures that are given


def case_of(grade: str | None) -> dict[str, Any]:
    return {"victims": [{"name": "陆某", "type": "person", "injury": grade and {"grade": grade}}]}


def line_of(name: str, fold: int, right: dict[str, bool], readers: Sequence[str], **more: Any) -> dict[str, Any]:
    """A line of a run that got the grade of these cases right or left it out."""
    gold = {case: case_of("轻微伤") for case in right}
    said = {case: case_of("轻微伤" if found else None) for case, found in right.items()}
    run = bare(evaluate(gold, said, {}, bootstrap=0))
    return {
        "schema": "jiuzhu.study/1",
        "study": "s1",
        "name": name,
        "fold": fold,
        "folds": 2,
        "machine": {"commit": "abc1234", "processor": "invented"},
        "runs": dict.fromkeys(readers, run),
        **more,
    }


def lines_of_a_study() -> list[dict[str, Any]]:
    first, second = {"c1": True, "c2": True}, {"c3": True, "c4": False}
    worse = {"c1": True, "c2": False}
    training = {"training": {"gold_cases": 2}}
    return [
        line_of(PATTERNS, 0, worse, ["patterns"]),
        line_of(PATTERNS, 1, second, ["patterns"]),
        line_of("full", 0, first, ["model", "both"], **training),
        line_of("full", 1, second, ["model", "both"], **training),
        line_of("gold-50", 0, worse, ["model", "both"], training={"gold_cases": 1}),
        line_of("no-pretraining", 0, worse, ["model", "both"], **training),
    ]


def rows_of(table: str) -> dict[str, list[str]]:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:1] == "|"]
    return {row[0]: row[1:] for row in rows}


def test_tables_pool_the_folds() -> None:
    page = markdown(lines_of_a_study(), rounds=50)
    head, _, rest = page.partition("### What each part is worth")
    ablation, _, curve = rest.partition("### How much gold")
    readers = rows_of(head)
    assert readers["F1"] == ["patterns", "model", "both"]
    assert readers["cases"] == ["4", "4", "4"]
    assert [cell[:5] for cell in readers[MICRO_SIX]] == ["0.667", "0.857", "0.857"]
    assert readers["hardship"] == ["—", "—", "—"]
    parts = rows_of(ablation)
    assert parts["all"][-1] == ""
    assert parts["patterns only"][-1].startswith("-0.190 (")
    assert parts["without pre-training"][-1].startswith("-0.333 (")  # on the fold that both have read
    assert list(rows_of(curve))[2:] == ["1", "2"]
    assert "Not all folds were run: gold-50 1 of 2, no-pretraining 1 of 2." in page
    assert "commit abc1234" in page


def test_of_several_studies_the_last_is_shown_and_of_a_run_done_twice_the_later_line() -> None:
    old = {**line_of("full", 0, {"c1": True}, ["both"]), "study": "s0"}
    again = line_of("full", 0, {"c1": False}, ["both"])
    lines = of_study([old, line_of("full", 0, {"c1": True}, ["both"]), again])
    assert lines == [again]
    assert of_study([]) == []
    assert markdown([]) == "Nothing was run yet."


def test_lines_hold_no_name_and_are_read_back() -> None:
    run = evaluate({"c1": case_of("轻微伤")}, {"c1": case_of(None)}, {}, bootstrap=0)
    assert run.differences
    data = json.loads(json.dumps(bare(run), ensure_ascii=False))
    assert "陆某" not in json.dumps(data, ensure_ascii=False)
    assert load_run(data).table == run.table


def test_a_torn_line_is_passed_over_and_stays_alone(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    append(path, line_of("full", 0, {"c1": True}, ["both"]))
    path.write_text(path.read_text(encoding="utf-8") + '{"schema": "jiuzhu.st', encoding="utf-8")
    append(path, line_of("full", 1, {"c2": True}, ["both"]))
    assert [line["fold"] for line in read_lines(path)] == [0, 1]
    assert read_lines(tmp_path / "nowhere.jsonl") == []


# ---- the study itself, on invented cases and a toy network


def write_gold(folder: Path, count: int = 24) -> Path:
    """Cases in which the patterns find every victim and every grade."""
    gold, texts = [], []
    for number in range(count):
        dice = random.Random(number)
        accused, victim = (f"{name}某" for name in dice.sample("沈郗鄢柳仇卜", 2))
        grade = dice.choice(tuple(GRADES))
        way = dice.choice(("当晚打", "持棍打", "在路口打"))
        texts.append(
            {"id": f"g{number}", "text": f"起诉书\n被告人{accused}{way}被害人{victim}，经鉴定{victim}属{grade}。"}
        )
        injury = {"grade": grade, "quotes": [grade]}
        gold.append({"id": f"g{number}", "victims": [{"name": victim, "type": "person", "injury": injury}]})
    for name, records in (("gold.jsonl", gold), ("gold.texts.jsonl", texts)):
        lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
        (folder / name).write_text(lines, encoding="utf-8")
    return folder / "gold.jsonl"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gold, passages, a toy encoder and toy settings."""
    pytest.importorskip("torch").set_num_threads(1)
    for name in ("transformers", "onnx", "onnxruntime"):
        pytest.importorskip(name)
    from models.pretrain import pretrain
    from models.training_settings import PretrainSettings, read_settings

    folder = tmp_path_factory.mktemp("study")
    tiny = read_settings(shipped_settings("pretrain-tiny"), PretrainSettings)
    pretrain(tiny, write_corpus(folder / "corpus"), folder / "run", most_steps=4)
    settings = shipped_settings("finetune-tiny").read_text(encoding="utf-8").replace("epochs = 15", "epochs = 4")
    (folder / "settings.toml").write_text(settings, encoding="utf-8")
    passages = "\n".join(
        f"### p{n} 起诉书\n⟦鄢某|P:a1⟧打伤被害人⟦沈某|P:v1⟧，⟦沈某|P:v1⟧构成⟦轻伤一级|I:v1=轻伤一级⟧。\n"
        for n in range(3)
    )
    (folder / "passages.txt").write_text(passages, encoding="utf-8")
    write_gold(folder)
    return folder


def material_of(place: Path, folds: int = 2, noise: float = 0.0) -> Material:
    return read(place, Sources([place / "gold.jsonl"], [place / "passages.txt"]), folds=folds, noise=noise)


def read(place: Path, sources: Sources, **more: Any) -> Material:
    settings = place / "settings.toml"
    return read_material(place / "run" / "encoder", sources, settings=settings, people_settings=settings, **more)


def test_what_is_held_out_is_never_learned_from(place: Path) -> None:
    material = material_of(place)
    out = held_out(material.gold, 0, 2, material.settings.seed)
    learned = material.examples_for(Training("full"), out)
    assert {e.case for e in learned} == {"p0", "p1", "p2"} | (material.gold.keys() - out)
    half = material.examples_for(Training("gold-50", amount=0.5, written=False), out)
    assert {e.source for e in half} == {"gold"}
    assert len({e.case for e in half}) == 6
    assert {e.case for e in material.persons_for(Training("full"), out)} == {e.case for e in learned}
    assert material.persons_for(Training("no-people", people=False), out) == ()


def test_noisy_copies_are_of_what_is_learned_from(place: Path) -> None:
    material = material_of(place, noise=1.0)
    out = held_out(material.gold, 0, 2, material.settings.seed)
    plain = material.examples_for(Training("no-noise", noisy=False), out)
    noisy = material.examples_for(Training("full"), out)
    assert len(noisy) > len(plain)
    assert {e.case for e in noisy} == {e.case for e in plain}
    assert material.study != material_of(place).study


def test_the_study_changes_with_what_it_reads(place: Path, tmp_path: Path) -> None:
    first = material_of(place).study
    assert material_of(place).study == first
    assert material_of(place, folds=3).study != first
    with pytest.raises(JiuzhuError, match=r"evaluate\.duplicate"):
        read(place, Sources([place / "gold.jsonl"] * 2), folds=2)


@pytest.mark.slow
def test_a_study_goes_on_where_it_stopped(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(recognizer_study, "RESULTS", tmp_path / "published")
    out = tmp_path / "study"
    arguments = [
        *("--out", str(out), "--base", str(place / "run" / "encoder"), "--settings", str(place / "settings.toml")),
        *("--people-settings", str(place / "settings.toml")),
        *("--gold", str(place / "gold.jsonl"), "--passages", str(place / "passages.txt")),
        *("--folds", "2", "--processes", "1", "--rounds", "20"),
    ]
    assert main([*arguments, "--only", "full", "--most", "3"]) == 0
    lines = read_lines(out / "results.jsonl")
    assert [(line["name"], line["fold"]) for line in lines] == [(PATTERNS, 0), (PATTERNS, 1), ("full", 0)]

    real, ran = recognizer_study.run_job, []

    def told(material: Material, job: Job, *rest: Any, **options: Any) -> dict[str, Any]:
        ran.append((job.name, job.fold))
        return real(material, job, *rest, **options)

    monkeypatch.setattr(recognizer_study, "run_job", told)
    assert main([*arguments, "--only", "no-pretraining", "--most", "1", "--publish"]) == 0
    assert ran == [("no-pretraining", 0)]
    page = capsys.readouterr().out
    assert rows_of(page)["injury"][0].startswith("1.000")
    for line in read_lines(out / "results.jsonl"):
        assert {run["characters"] > 0 for run in line["runs"].values()} == {True}
        assert not any(run["failures"] for run in line["runs"].values())
    assert read_lines(out / "results.jsonl")[2]["training"]["gold_cases"] == 12
    assert not list((out / "models").iterdir()) and not list((out / "runs").iterdir())
    published = (tmp_path / "published" / "recognizer_study.json").read_text(encoding="utf-8")
    assert "g1" not in published and json.loads(published)[0]["runs"]["patterns"]["victim"]["f1"] == 1.0
    assert main(["--out", str(out), "--table"]) == 0


@pytest.mark.parametrize("arguments", [[], ["--base", "x"], ["--base", "x", "--gold", "y", "--only", "all"]])
def test_a_call_that_lacks_something_is_refused(tmp_path: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--out", str(tmp_path), *arguments])
    assert caught.value.code == 2


def test_the_random_encoder_has_the_same_shape_and_other_weights(place: Path, tmp_path: Path) -> None:
    import torch

    from models.encoder import load_encoder, save_reinitialized
    from models.vocabulary import read_vocabulary

    base = place / "run" / "encoder"
    save_reinitialized(base, tmp_path / "random", seed=3)
    save_reinitialized(base, tmp_path / "again", seed=3)
    assert read_vocabulary(tmp_path / "random") == read_vocabulary(base)
    ours, random_, again = (load_encoder(folder) for folder in (base, tmp_path / "random", tmp_path / "again"))
    assert type(ours) is type(random_)
    weights = [dict(encoder.named_parameters()) for encoder in (ours, random_, again)]
    assert {n: w.shape for n, w in weights[0].items()} == {n: w.shape for n, w in weights[1].items()}
    assert not torch.equal(weights[0]["stem.weight"], weights[1]["stem.weight"])
    assert all(torch.equal(weights[1][name], weights[2][name]) for name in weights[1])
