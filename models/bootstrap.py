"""How far the figures would move with other cases of the same kind: bootstrap over whole cases.

Cases are drawn with replacement, never victims or units: the victims of one judgment share its wording,
so single units are not independent. Seeded; the same scores give the same intervals on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.scoring import EVIDENCE, MEAN_SIX, MICRO_ALL, MICRO_SIX, CaseScore
from models.units import ATTRIBUTES, SIX_ATTRIBUTES

Interval = tuple[float, float]
Floats = npt.NDArray[np.float64]

COVERAGE = (2.5, 97.5)  # percentiles: 95 % intervals

_ROWS: dict[str, tuple[str, ...]] = {
    "victim": ("victim",),
    **{name: (name,) for name in ATTRIBUTES},
    MICRO_ALL: ATTRIBUTES,
    MICRO_SIX: SIX_ATTRIBUTES,
}


def intervals_of(scores: Sequence[CaseScore], *, rounds: int, seed: int = 7) -> dict[str, Interval]:
    """95 % interval of every F1, of the mean of cases and of the evidence share.

    Args:
        rounds: how many times the cases are redrawn; 0 gives no intervals.
    """
    if not scores or rounds < 1:
        return {}
    weights = _draws(len(scores), rounds, seed)
    return {key: _percentiles(sample) for key, sample in _samples(scores, weights).items()}


def delta_intervals(
    before: Sequence[CaseScore], now: Sequence[CaseScore], *, rounds: int, seed: int = 7
) -> dict[str, Interval]:
    """95 % interval of the change (now minus before) of each figure, cases paired by id.

    Both runs see the same redrawn cases, so what is hard about a case falls out of the comparison.
    """
    earlier = {score.case: score for score in before}
    pairs = [(earlier[score.case], score) for score in now if score.case in earlier]
    if not pairs or rounds < 1:
        return {}
    weights = _draws(len(pairs), rounds, seed)
    old = _samples([pair[0] for pair in pairs], weights)
    new = _samples([pair[1] for pair in pairs], weights)
    return {key: _percentiles(new[key] - old[key]) for key in new if key in old}


def ratio_interval(tops: Sequence[float], bottoms: Sequence[float], *, rounds: int, seed: int = 7) -> Interval | None:
    """95 % interval of a sum divided by a sum, both over the same items, which are redrawn whole.

    An F1 is `2 * right / (found + there)`, a mean has a 1 for each item below.
    """
    if not tops or rounds < 1:
        return None
    weights = _draws(len(tops), rounds, seed)
    return _percentiles(
        _divide(weights @ np.array(tops, dtype=np.float64), weights @ np.array(bottoms, dtype=np.float64))
    )


def _draws(cases: int, rounds: int, seed: int) -> Floats:
    """How often each case stands in each redrawn set: (rounds, cases)."""
    picks = np.random.default_rng(seed).integers(0, cases, size=(rounds, cases))
    return np.stack([np.bincount(pick, minlength=cases) for pick in picks]).astype(np.float64)


def _samples(scores: Sequence[CaseScore], weights: Floats) -> dict[str, Floats]:
    samples: dict[str, Floats] = {}
    for key, attributes in _ROWS.items():
        counts = np.array([_counts(score, attributes) for score in scores], dtype=np.float64)  # (cases, 3)
        right, spurious, missed = (weights @ counts).T  # each (rounds,)
        samples[key] = _divide(2 * right, 2 * right + spurious + missed)
    f1 = np.array([score.six().f1 for score in scores])
    counted = np.array([float(score.six().any) for score in scores])
    samples[MEAN_SIX] = _divide(weights @ (f1 * counted), weights @ counted)
    held = np.array([float(score.evidence.held) for score in scores])
    seen = np.array([float(score.evidence.seen) for score in scores])
    if seen.any():
        samples[EVIDENCE] = _divide(weights @ held, weights @ seen)
    return samples


def _counts(score: CaseScore, attributes: Sequence[str]) -> tuple[int, int, int]:
    tallies = [score.tallies[name] for name in attributes]
    return sum(t.right for t in tallies), sum(t.spurious for t in tallies), sum(t.missed for t in tallies)


def _divide(top: Floats, bottom: Floats) -> Floats:
    """Element by element; 0 where nothing was counted, as in the table."""
    quotient = np.zeros_like(bottom)
    np.divide(top, bottom, out=quotient, where=bottom > 0)
    return quotient


def _percentiles(sample: Floats) -> Interval:
    low, high = np.percentile(sample, COVERAGE)
    return round(float(low), 4), round(float(high), 4)
