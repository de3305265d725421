"""From raw scores to confidences that mean what they say: of spans given 0.8, eight in ten are right.

Platt scaling, `sigmoid(slope * logit(raw) + offset)`, fitted on held-out spans by Newton steps with a light pull
towards leaving scores as they are (few spans must not give wild confidences).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_EDGE = 1e-6  # raw scores of 0 and 1 have no logit
_PULL = 1.0  # as much as about four spans say
_TINY = 1e-9
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Slope 1 and offset 0 leave scores as they are."""

    slope: float = 1.0
    offset: float = 0.0

    def confidence(self, raw: float) -> float:
        """Calibrated confidence of a raw score, 0..1."""
        return float(_sigmoid(self.slope * _logit(np.array([raw])) + self.offset)[0])


def fit(raw: Sequence[float], right: Sequence[bool]) -> Calibration:
    """The calibration under which what came out right is likeliest."""
    if not raw:
        return Calibration()
    x = np.stack([_logit(np.asarray(raw, dtype=np.float64)), np.ones(len(raw))], axis=1)  # (spans, 2)
    y = np.asarray(right, dtype=np.float64)
    start = np.array([1.0, 0.0])
    weights = start.copy()
    for _ in range(100):
        p = _sigmoid(x @ weights)
        slope = x.T @ (p - y) + _PULL * (weights - start)
        curve = (x * (p * (1 - p))[:, None]).T @ x + _PULL * np.eye(2)
        step = np.linalg.solve(curve, slope)
        while _cost(x, y, weights - step, start) > _cost(x, y, weights, start) and float(np.abs(step).max()) > _TINY:
            step = step / 2  # a full Newton step from scores that are far too sure overshoots
        weights = weights - step
        if float(np.abs(step).max()) < _TINY:
            break
    return Calibration(max(0.0, float(weights[0])), float(weights[1]))


def _cost(x: Doubles, y: Doubles, weights: Doubles, start: Doubles) -> float:
    """What `fit` makes small: negative log likelihood and the pull."""
    odds = x @ weights
    return float((np.logaddexp(0, odds) - y * odds).sum() + _PULL / 2 * ((weights - start) ** 2).sum())


def expected_calibration_error(confidences: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> float:
    """Mean gap between confidence and share of right ones, over bins of confidence weighted by their size."""
    if not confidences:
        return 0.0
    given = np.asarray(confidences, dtype=np.float64)
    truth = np.asarray(right, dtype=np.float64)
    places = np.minimum((given * bins).astype(int), bins - 1)
    gaps = [
        (places == b).mean() * abs(given[places == b].mean() - truth[places == b].mean())
        for b in range(bins)
        if (places == b).any()
    ]
    return float(sum(gaps))


def _logit(raw: Doubles) -> Doubles:
    kept = np.clip(raw, _EDGE, 1 - _EDGE)
    result: Doubles = np.log(kept / (1 - kept))
    return result


def _sigmoid(odds: Doubles) -> Doubles:
    result: Doubles = 1 / (1 + np.exp(-np.clip(odds, -60, 60)))
    return result
