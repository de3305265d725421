"""One evaluation run: predict every case, score it, keep it, and compare it with an earlier run.

In: gold records, case texts and a callable that predicts one case. Out: an `EvaluationRun` that can be
written and read back. The callable is injected, so that patterns, the learned recognizer and the keyword
baseline are measured by the same code. A case that fails is scored as empty and reported; it never ends
the run.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from multiprocessing import get_context
from typing import Any

from dossier.errors import JiuzhuError
from models.bootstrap import Interval, delta_intervals, intervals_of
from models.cases import CaseText
from models.predictions import failure_of
from models.scoring import CaseScore, Difference, Place, Share, Table, Tally, score_case, table_of
from models.units import Record

SCHEMA = "jiuzhu.evaluation/1"

Predict = Callable[[CaseText], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class EvaluationRun:
    """The outcome of one run.

    Attributes:
        versions: of what predicted (pipeline, model), as the caller knows them.
        characters: code points predicted from.
        seconds: wall time of prediction.
        failures: case id -> error code, of cases that were scored as empty.
    """

    scores: tuple[CaseScore, ...]
    table: Table
    intervals: Mapping[str, Interval]
    versions: Mapping[str, str] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    characters: int = 0
    seconds: float = 0.0

    @property
    def differences(self) -> list[Difference]:
        return [difference for score in self.scores for difference in score.differences]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from an earlier run to this one, over the cases that both hold.

    Attributes:
        gains: units that were wrong and are not any more.
        losses: units that are wrong and were not.
        deltas: 95 % interval of the change of each figure.
    """

    cases: int
    gains: tuple[Difference, ...]
    losses: tuple[Difference, ...]
    deltas: Mapping[str, Interval]


def predict_all(cases: Sequence[CaseText], predict: Predict, *, processes: int = 2) -> Iterator[dict[str, Any]]:
    """Predictions in the order of the cases, each as soon as it and those before it are there.

    Args:
        predict: a function at module level when `processes` is above 1 (it is sent to fresh processes,
            because segmenters hold locks that a forked copy would never see released).
    """
    attempt = partial(_attempt, predict)
    if processes < 2 or len(cases) < 2:
        yield from map(attempt, cases)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(attempt, cases)


def _attempt(predict: Predict, case: CaseText) -> dict[str, Any]:
    try:
        return predict(case)
    except JiuzhuError as error:
        return failure_of(case.id, error.code, error.message)
    except Exception as error:  # one broken case must not cost the figures of all others
        return failure_of(case.id, "evaluate.crashed", f"{type(error).__name__} @ {_last_line(error)}")


def _last_line(error: BaseException) -> str:
    """Where it was raised: file and line of our own, without message, which could carry case text."""
    trace, place = error.__traceback__, "?"
    while trace is not None:
        place = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def evaluate(
    gold: Mapping[str, Record],
    predictions: Mapping[str, Record],
    texts: Mapping[str, CaseText],
    *,
    bootstrap: int = 1000,
    versions: Mapping[str, str] | None = None,
    seconds: float = 0.0,
) -> EvaluationRun:
    """Score predictions of every gold case. Pure: nothing is read, predicted or written."""
    scores = tuple(
        score_case(key, record, predictions.get(key, {}), texts[key].documents if key in texts else None)
        for key, record in gold.items()
    )
    failures = {
        key: str(predictions[key]["error"].get("code")) for key in gold if predictions.get(key, {}).get("error")
    }
    return EvaluationRun(
        scores=scores,
        table=table_of(scores),
        intervals=intervals_of(scores, rounds=bootstrap),
        versions=dict(versions or {}),
        failures=failures,
        characters=sum(texts[key].characters for key in gold if key in texts),
        seconds=seconds,
    )


def run_evaluation(
    gold: Mapping[str, Record],
    texts: Mapping[str, CaseText],
    predict: Predict,
    *,
    processes: int = 2,
    bootstrap: int = 1000,
    versions: Mapping[str, str] | None = None,
    on_case: Callable[[], None] = lambda: None,
) -> tuple[EvaluationRun, list[dict[str, Any]]]:
    """Predict every text that gold has, then score.

    Returns:
        The run and the predictions, in the order of the texts.

    Raises:
        JiuzhuError: `evaluate.no_text` when a gold case has no text.
    """
    lacking = [key for key in gold if key not in texts]
    if lacking:
        raise JiuzhuError(
            "evaluate.no_text", f"{len(lacking)} 个案件没有文本，例如 {lacking[0]}", "请检查标注文件与文本文件是否成对"
        )
    cases = [case for key, case in texts.items() if key in gold]
    predictions: list[dict[str, Any]] = []
    started = time.monotonic()
    for prediction in predict_all(cases, predict, processes=processes):
        predictions.append(prediction)
        on_case()
    seconds = time.monotonic() - started
    by_case = {str(prediction["id"]): prediction for prediction in predictions}
    run = evaluate(gold, by_case, texts, bootstrap=bootstrap, versions=versions, seconds=seconds)
    return run, predictions


def compare(before: EvaluationRun, now: EvaluationRun, *, bootstrap: int = 1000) -> Comparison:
    """Gains and losses, unit by unit. Cases that only one run holds are left out."""
    shared = {score.case for score in before.scores} & {score.case for score in now.scores}
    was = [d for d in before.differences if d.case in shared]
    is_now = [d for d in now.differences if d.case in shared]
    return Comparison(
        cases=len(shared),
        gains=tuple(_without(was, is_now)),
        losses=tuple(_without(is_now, was)),
        deltas=delta_intervals(before.scores, now.scores, rounds=bootstrap),
    )


def _without(left: Sequence[Difference], right: Sequence[Difference]) -> Iterator[Difference]:
    """Those of `left` that `right` lacks; two victims of one masked name count twice."""
    taken = Counter(map(_key, right))
    for difference in left:
        if taken[_key(difference)]:
            taken[_key(difference)] -= 1
        else:
            yield difference


def _key(difference: Difference) -> tuple[str, str, str, str, str]:
    return (difference.case, difference.outcome, difference.attribute, difference.victim, difference.value)


def dump_run(run: EvaluationRun) -> dict[str, Any]:
    """The run as plain data for a JSON file. Holds names and quotes of the cases: keep it with them."""
    return {"schema": SCHEMA, **asdict(run)}


def load_run(data: Mapping[str, Any]) -> EvaluationRun:
    """A run that `dump_run` wrote.

    Raises:
        JiuzhuError: `evaluate.unreadable` when `data` is no run of this schema.
    """
    if data.get("schema") != SCHEMA:
        raise JiuzhuError("evaluate.unreadable", f"不是评测记录（{SCHEMA}）", "请给出 --out 保存的文件")
    return EvaluationRun(
        scores=tuple(_load_score(score) for score in data["scores"]),
        table=dict(data["table"]),
        intervals={key: (low, high) for key, (low, high) in data["intervals"].items()},
        versions=dict(data["versions"]),
        failures=dict(data["failures"]),
        characters=int(data["characters"]),
        seconds=float(data["seconds"]),
    )


def _load_score(data: Mapping[str, Any]) -> CaseScore:
    return CaseScore(
        case=data["case"],
        tallies={key: Tally(**tally) for key, tally in data["tallies"].items()},
        evidence=Share(**data["evidence"]),
        beside={key: Share(**share) for key, share in data["beside"].items()},
        differences=[
            Difference(
                case=item["case"],
                outcome=item["outcome"],
                attribute=item["attribute"],
                victim=item["victim"],
                value=item["value"],
                gold=tuple(item["gold"]),
                got=tuple(item["got"]),
                gold_places=tuple(Place(**place) for place in item["gold_places"]),
                got_places=tuple(Place(**place) for place in item["got_places"]),
            )
            for item in data["differences"]
        ],
    )
