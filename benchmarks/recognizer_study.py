"""What the recognizer is worth and what makes it so: cross-validation by case, ablations, and a learning curve.

    python -m benchmarks.recognizer_study --base ENCODER --gold train.jsonl --gold enriched.jsonl \\
        --passages annotation/written/*.txt --out local/study
    python -m benchmarks.recognizer_study --out local/study --table

Every run fine-tunes both networks on the cases outside one fold, releases the model into a registry of the study's own,
reads the cases of the fold through the pipeline with the model alone and with both, and adds a line to `results.jsonl`.
Stopped at any time it goes on where it was. Needs the extra `[train]`.
"""

# ruff: noqa: T201 - a program for the terminal

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from api.commands.evaluate import predict_case
from api.learned import Readers, choose_recognizers
from api.training import require_training, shipped_settings
from api.wiring import pipeline_version
from benchmarks.machine import describe_machine
from benchmarks.quality import RESULTS
from benchmarks.study_material import Material, Sources, read_material
from benchmarks.study_plan import Job, Training, held_out, plan, trainings
from benchmarks.study_results import SCHEMA, append, bare, markdown, of_study, read_lines
from models.evaluate import run_evaluation
from nlp.labels import label_scheme, person_scheme


def run_job(material: Material, job: Job, folds: int, folder: Path, *, processes: int, keep: bool) -> dict[str, Any]:
    """One run as a line of the results."""
    out = held_out(material.gold, job.fold, folds, material.settings.seed)
    line: dict[str, Any] = {
        "schema": SCHEMA,
        "study": material.study,
        "name": job.name,
        "fold": job.fold,
        "folds": folds,
        "pipeline": pipeline_version(),
        "machine": describe_machine(),
    }
    readers: tuple[Readers, ...] = ("patterns",)
    registry, version = folder / "models", None
    if job.training is not None:
        readers, version = ("model", "both"), f"{material.study}-{job.name}-{job.fold}"
        line["training"] = _train(material, job.training, out, folder, version)
    gold = {case: material.gold[case] for case in material.gold if case in out}
    line["runs"] = {}
    for chosen in readers:
        choose_recognizers(registry, chosen, version=version, threads=1)  # a model that cannot read ends the study
        predict = partial(predict_case, readers=chosen, models=registry, version=version)
        run, _ = run_evaluation(gold, material.texts, predict, processes=processes, bootstrap=0)
        line["runs"][chosen] = bare(run)
    if version is not None and not keep:
        shutil.rmtree(registry / version)
    return line


def _train(material: Material, training: Training, out: frozenset[str], folder: Path, version: str) -> dict[str, Any]:
    """Fine-tune and release one version; goes on with a run that was interrupted."""
    from models.encoder import save_reinitialized
    from models.finetune import finetune
    from models.release import release

    base = material.base
    if not training.pretrained:
        base = folder / f"{material.study}-random"
        save_reinitialized(material.base, base, seed=material.settings.seed)
    started = time.monotonic()
    run = folder / "runs" / version
    people, persons = None, material.persons_for(training, out)
    if persons:
        people = finetune(material.people_settings, persons, base, run / "people", person_scheme())
    examples = material.examples_for(training, out)
    tuned = finetune(material.settings, examples, base, run / "attributes", label_scheme())
    made_from = {**asdict(training), "study": material.study, "held_out_cases": len(out)}
    manifest = release(tuned, folder / "models", version, made_from, people=people)
    shutil.rmtree(run)
    return {
        **asdict(training),
        "gold_cases": len({example.case for example in examples if example.source == "gold"}),
        "examples": dict(Counter(example.source for example in examples)),
        "people_examples": dict(Counter(example.source for example in persons)),
        "epochs": len(tuned.epochs),
        "seconds": round(time.monotonic() - started, 1),
        "precision": manifest.precision,
        "credited_f1": manifest.scores["credited_f1"],
        "calibration_error": manifest.scores["calibration_error"],
    }


def run_study(
    material: Material, jobs: Sequence[Job], folds: int, folder: Path, *, processes: int, most: int, keep: bool
) -> None:
    """Do every job that has no line yet, at most `most` of them."""
    results = folder / "results.jsonl"
    done = {(line["name"], line["fold"]) for line in of_study(read_lines(results), material.study)}
    left = [job for job in jobs if (job.name, job.fold) not in done]
    print(f"study {material.study}: {len(jobs) - len(left)} of {len(jobs)} runs done", file=sys.stderr)
    for number, job in enumerate(left[:most], start=1):
        started = time.monotonic()
        append(results, run_job(material, job, folds, folder, processes=processes, keep=keep))
        seconds = time.monotonic() - started
        print(f"{number}/{len(left)} {job.name} fold {job.fold}: {seconds:.0f} s", file=sys.stderr, flush=True)


def publish(folder: Path, rounds: int) -> None:
    """Tables and the figures of every run, without counts by case, into `benchmarks/results/`."""
    lines = of_study(read_lines(folder / "results.jsonl"))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "recognizer_study.md").write_text(markdown(lines, rounds) + "\n", encoding="utf-8")
    data = [{**line, "runs": {name: run["table"] for name, run in line["runs"].items()}} for line in lines]
    text = json.dumps(data, ensure_ascii=False, indent=1)
    (RESULTS / "recognizer_study.json").write_text(text + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of the study; the same one again goes on")
    parser.add_argument("--base", type=Path, help="encoder, a folder in the Hugging Face layout")
    parser.add_argument("--gold", type=Path, nargs="+", action="extend", default=[], help="labelled cases")
    parser.add_argument("--passages", type=Path, nargs="+", action="extend", default=[], help="written passages")
    parser.add_argument("--examples", type=Path, nargs="+", action="extend", default=[], help="weak labels")
    parser.add_argument("--theft", type=Path, nargs="+", action="extend", default=[], help="published theft cases")
    parser.add_argument("--noise", type=float, default=0.0, help="noisy copies of each example, on average")
    parser.add_argument("--settings", type=Path, default=shipped_settings("finetune-small"))
    parser.add_argument("--people-settings", type=Path, default=shipped_settings("finetune-people"))
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="trainings, such as full gold-50 no-written")
    parser.add_argument("--most", type=int, default=sys.maxsize, help="stop after so many runs")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--keep", action="store_true", help="keep the models")
    parser.add_argument("--table", action="store_true", help="only print the tables of the runs so far")
    parser.add_argument("--publish", action="store_true", help="write the tables to benchmarks/results")
    options = parser.parse_args(arguments)
    if not options.table:
        if options.base is None or not options.gold or options.folds < 2:
            parser.error("--base, --gold and at least two --folds are needed")
        chosen = trainings(written=bool(options.passages), weak=bool(options.examples), noisy=options.noise > 0)
        unknown = sorted(set(options.only or ()) - {training.name for training in chosen})
        if unknown:
            parser.error(f"{unknown[0]} is none of {', '.join(training.name for training in chosen)}")
        require_training()
        options.out.mkdir(parents=True, exist_ok=True)
        sources = Sources(options.gold, options.passages, options.examples, options.theft)
        material = read_material(
            options.base,
            sources,
            settings=options.settings,
            people_settings=options.people_settings,
            folds=options.folds,
            noise=options.noise,
        )
        jobs = plan([t for t in chosen if not options.only or t.name in options.only], options.folds)
        run_study(
            material,
            jobs,
            options.folds,
            options.out,
            processes=options.processes,
            most=options.most,
            keep=options.keep,
        )
    print(markdown(of_study(read_lines(options.out / "results.jsonl")), options.rounds))
    if options.publish:
        publish(options.out, options.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
