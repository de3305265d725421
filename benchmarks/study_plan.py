"""What the study of the recognizer runs: which cases are held out, and what a model is made from each time.

Every choice is a function of case id and seed: the same cases are held out for all trainings, and a smaller amount of
gold is part of a larger one.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

AMOUNTS = (0.25, 0.5)  # of the gold cases that are not held out; the whole is the full training
PATTERNS = "patterns"


@dataclass(frozen=True, slots=True)
class Training:
    """What one model is made from.

    Attributes:
        name: part of the version's name; `full`, or what was taken away.
        amount: share of the gold cases that are not held out.
        written: with the passages written for the project.
        weak: with ready-made examples (weak labels).
        noisy: with noisy copies of all examples.
        people: with a people finder, else people are found by patterns alone.
        pretrained: on the pre-trained encoder, else on one of its shape and vocabulary with random weights.
    """

    name: str
    amount: float = 1.0
    written: bool = True
    weak: bool = True
    noisy: bool = True
    people: bool = True
    pretrained: bool = True


@dataclass(frozen=True, slots=True)
class Job:
    """One run: train without the cases of a fold, read those cases. Without a training the patterns read alone."""

    training: Training | None
    fold: int

    @property
    def name(self) -> str:
        return PATTERNS if self.training is None else self.training.name


def trainings(*, written: bool, weak: bool, noisy: bool) -> tuple[Training, ...]:
    """The full training, then one with each thing taken away.

    Args:
        written: whether there are written passages at all.
        weak: whether there are ready-made examples at all.
        noisy: whether noisy copies are made at all.
    """
    full = Training("full", written=written, weak=weak, noisy=noisy)
    fewer = [
        replace(full, name="no-pretraining", pretrained=False),
        replace(full, name="no-people", people=False),
    ]
    if written:
        fewer.append(replace(full, name="no-written", written=False))
    if weak:
        fewer.append(replace(full, name="no-weak", weak=False))
    if noisy:
        fewer.append(replace(full, name="no-noise", noisy=False))
    amounts = [replace(full, name=f"gold-{round(100 * amount)}", amount=amount) for amount in AMOUNTS]
    return (full, *fewer, *amounts)


def plan(chosen: Iterable[Training], folds: int) -> tuple[Job, ...]:
    """All runs, those first that say most: patterns, then one training after the other over all folds."""
    return tuple(Job(training, fold) for training in (None, *chosen) for fold in range(folds))


def held_out(cases: Iterable[str], fold: int, folds: int, seed: int) -> frozenset[str]:
    """The cases of a fold; folds differ by one case at most in size and hold every case once."""
    return frozenset(_shuffled(cases, seed, "fold")[fold::folds])


def kept(cases: Iterable[str], amount: float, seed: int) -> frozenset[str]:
    """A share of the cases, at least one; a larger share holds all of a smaller one."""
    order = _shuffled(cases, seed, "amount")
    return frozenset(order[: max(1, math.ceil(amount * len(order)))])


def _shuffled(cases: Iterable[str], seed: int, purpose: str) -> Sequence[str]:
    return sorted(cases, key=lambda case: hashlib.sha256(f"{purpose}:{seed}:{case}".encode()).digest())
