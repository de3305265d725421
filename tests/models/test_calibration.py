"""Confidences mean what they say."""

from __future__ import annotations

import numpy as np
import pytest

from models.calibration import Calibration, expected_calibration_error, fit


def overconfident(count: int, seed: int = 5) -> tuple[list[float], list[bool]]:
    """Raw scores whose log odds are thrice what they should be."""
    generator = np.random.default_rng(seed)
    odds = generator.normal(1.0, 1.2, count)
    right = generator.random(count) < 1 / (1 + np.exp(-odds))
    return (1 / (1 + np.exp(-3 * odds))).tolist(), right.tolist()


def test_overconfidence_is_measured_and_taken_back() -> None:
    raw, right = overconfident(4000)
    calibration = fit(raw, right)
    assert calibration.slope == pytest.approx(1 / 3, abs=0.05)
    fresh, truth = overconfident(4000, seed=6)
    before = expected_calibration_error(fresh, truth)
    after = expected_calibration_error([calibration.confidence(score) for score in fresh], truth)
    assert before > 0.1
    assert after < 0.03


def test_few_spans_change_little() -> None:
    calibration = fit([0.9, 0.8], [True, True])
    assert 0.8 < calibration.confidence(0.9) < 0.97


def test_nothing_to_learn_from_leaves_scores_as_they_are() -> None:
    assert fit([], []) == Calibration()
    assert Calibration().confidence(0.7) == pytest.approx(0.7)


def test_a_higher_raw_score_never_gets_a_lower_confidence() -> None:
    calibration = fit([0.9, 0.95, 0.2, 0.1] * 50, [False, False, True, True] * 50)
    assert calibration.confidence(0.9) >= calibration.confidence(0.2)


@pytest.mark.parametrize("raw", [0.0, 1.0])
def test_the_ends_are_defined(raw: float) -> None:
    assert 0 <= Calibration(0.5, 0.1).confidence(raw) <= 1


def test_the_error_of_perfect_and_of_hopeless_confidence() -> None:
    assert expected_calibration_error([1.0, 0.0], [True, False]) == 0
    assert expected_calibration_error([1.0, 1.0], [False, False]) == 1
    assert expected_calibration_error([], []) == 0
