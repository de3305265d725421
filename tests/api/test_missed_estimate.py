"""What a checked sample says of all: exact where all is known, wide where little is, never short."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.missed_estimate import exact_bounds, reckon


def test_nothing_checked_says_nothing() -> None:
    assert reckon([], 160) is None


def test_what_is_wholly_checked_is_known() -> None:
    missed = reckon([0, 2, 1, 0], 4)
    assert missed is not None
    assert (missed.victims.expected, missed.victims.low, missed.victims.high) == (3.0, 3, 3)
    assert (missed.dossiers.expected, missed.dossiers.low, missed.dossiers.high) == (2.0, 2, 2)


def test_no_hit_does_not_mean_that_nobody_was_missed() -> None:
    missed = reckon([0] * 20, 160)
    assert missed is not None
    assert missed.victims.expected == 0.0 and missed.victims.low == 0 and missed.victims.high == 25
    assert missed.victims == missed.dossiers and missed.worst == 1


def test_the_interval_of_a_large_population_is_clopper_and_pearsons() -> None:
    # of 20 drawn 1: 0.13 % to 24.87 %, Clopper and Pearson (1934), by any table
    low, high = exact_bounds(1, 20, 1_000_000, 0.05)
    assert low / 1e6 == pytest.approx(0.00127, abs=1e-5) and high / 1e6 == pytest.approx(0.24873, abs=1e-5)


@given(st.integers(1, 40), st.data())
def test_a_number_outside_the_bounds_is_unlikely(population: int, data: st.DataObject) -> None:
    drawn = data.draw(st.integers(1, population))
    whole = data.draw(st.integers(0, population))
    missing = 0.0
    for hits in range(max(0, drawn - population + whole), min(drawn, whole) + 1):
        low, high = exact_bounds(hits, drawn, population, 0.05)
        assert hits <= low <= high <= population - drawn + hits
        if not low <= whole <= high:
            missing += (
                math.comb(whole, hits) * math.comb(population - whole, drawn - hits) / math.comb(population, drawn)
            )
    assert missing <= 0.05 + 1e-9


@given(st.lists(st.integers(0, 4), min_size=1, max_size=20), st.integers(0, 60))
def test_the_interval_holds_what_was_found_and_the_expected(found: list[int], others: int) -> None:
    missed = reckon(found, len(found) + others)
    assert missed is not None
    for bounds, seen in ((missed.victims, sum(found)), (missed.dossiers, sum(n > 0 for n in found))):
        assert seen <= bounds.low <= bounds.expected + 0.05 <= bounds.high + 0.1
    assert missed.victims.high <= sum(found) + others * missed.worst
