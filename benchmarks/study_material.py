"""All that a study of the recognizer reads, and which part of it a run learns from.

Nothing of a held-out case is learned from: neither its gold labels nor weak labels of the same text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotation.noise import with_noisy_copies
from api.training import gather_examples, gather_person_examples, noise_settings, texts_beside
from api.wiring import pipeline_version
from benchmarks.study_plan import Training, kept
from dossier.errors import JiuzhuError
from models.cases import CaseText, read_records, read_texts
from models.comparison import sha256_of
from models.examples import Example
from models.person_examples import unmarked
from models.training_settings import FinetuneSettings, read_settings
from nlp.labels import label_scheme

Pools = Mapping[str, Sequence[Example]]  # by source: gold, written, weak, theft


@dataclass(frozen=True, slots=True)
class Sources:
    """Files: labelled cases, written passages, ready-made examples (weak labels), published theft cases."""

    gold: Sequence[Path]
    passages: Sequence[Path] = ()
    ready: Sequence[Path] = ()
    theft: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """Attributes:
    gold: records by case, of all files.
    examples: what the recognizer learns from.
    persons: what the people finder learns from.
    noise: how many noisy copies of each example, on average.
    study: id of the study: changes with any input, with the settings and with the code that reads.
    """

    settings: FinetuneSettings
    people_settings: FinetuneSettings
    base: Path
    gold: Mapping[str, Mapping[str, Any]] = field(repr=False)
    texts: Mapping[str, CaseText] = field(repr=False)
    examples: Pools = field(repr=False)
    persons: Pools = field(repr=False)
    noise: float
    study: str

    def examples_for(self, training: Training, out: frozenset[str]) -> tuple[Example, ...]:
        """What the recognizer learns from when the cases `out` are held out of it."""
        return self._chosen(self.examples, training, out, self.settings)

    def persons_for(self, training: Training, out: frozenset[str]) -> tuple[Example, ...]:
        """What the people finder learns from; empty in a training without one."""
        return unmarked(self._chosen(self.persons, training, out, self.people_settings)) if training.people else ()

    def _chosen(
        self, pools: Pools, training: Training, out: frozenset[str], settings: FinetuneSettings
    ) -> tuple[Example, ...]:
        inside = kept(self.gold.keys() - out, training.amount, self.settings.seed)
        found = [example for example in pools["gold"] if example.case in inside]
        for source, wanted in (("written", training.written), ("weak", training.weak), ("theft", True)):
            if wanted:
                found += [example for example in pools.get(source, ()) if example.case not in out]
        if self.noise and training.noisy:
            found = list(with_noisy_copies(found, self.noise, noise_settings(settings), settings.seed))
        return tuple(found)


def read_material(
    base: Path, sources: Sources, *, settings: Path, people_settings: Path, folds: int, noise: float = 0.0
) -> Material:
    """Read all files and make the examples.

    Raises:
        JiuzhuError: as the readers of each file do; `evaluate.duplicate` when a case stands in two gold files.
    """
    records: dict[str, Mapping[str, Any]] = {}
    texts: dict[str, CaseText] = {}
    for path in sources.gold:
        more = read_records(path)
        if doubled := sorted(records.keys() & more.keys()):
            raise JiuzhuError("evaluate.duplicate", f"{path.name}：案件 {doubled[0]} 重复出现", "每个案件只保留一行")
        records |= more
        texts |= read_texts(texts_beside(path))
    scheme = label_scheme()
    chosen, of_people = (read_settings(path, FinetuneSettings) for path in (settings, people_settings))
    weights = sorted(path for path in base.iterdir() if path.is_file())
    files = [*sources.gold, *map(texts_beside, sources.gold), *sources.passages, *sources.ready, *sources.theft]
    parts = [chosen.model_dump_json(), of_people.model_dump_json(), pipeline_version(), f"{folds} {noise}"]
    parts += [sha256_of(path) for path in (*files, *weights)]
    return Material(
        settings=chosen,
        people_settings=of_people,
        base=base,
        gold=records,
        texts=texts,
        examples={
            "gold": tuple(gather_examples(sources.gold, [], [], scheme)),
            "written": tuple(gather_examples([], sources.passages, [], scheme)),
            "weak": tuple(gather_examples([], [], sources.ready, scheme)),
        },
        persons={
            "gold": tuple(gather_person_examples(sources.gold, [], [])),
            "written": tuple(gather_person_examples([], sources.passages, [])),
            "theft": tuple(gather_person_examples([], [], sources.theft)),
        },
        noise=noise,
        study=hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12],
    )
