"""Exceedance curves and the band of their difference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from some_results import KILLED, SHELTERED, held, two_columns

from benchmarks.coverage import banded, harm
from sim.experiment.answers import Exceedance
from sim.experiment.statistics.exceedance import exceedance

REPETITIONS = 150


def curves(own: object, other: object) -> Exceedance:
    found = exceedance(KILLED, held(own, other), ("a", "b"), "b")  # type: ignore[arg-type]
    assert found is not None
    return found


@settings(max_examples=40)
@given(two_columns())
def test_a_curve_says_how_often_it_is_more_and_the_difference_lies_in_its_band(
    columns: tuple[list[float], list[float]],
) -> None:
    found = exceedance(KILLED, held(*columns), ("a", "b"), "b")
    if found is None:
        pooled = {*columns[0], *columns[1]}
        assert len(pooled) == 1 or max(pooled) < 1
        return
    assert list(found.thresholds) == sorted(set(found.thresholds))
    for at, threshold in enumerate(found.thresholds):
        own, other = (np.mean([value > threshold for value in column]) for column in columns)
        assert found.curves["a"][at] == pytest.approx(own)
        assert found.curves["b"][at] == pytest.approx(other)
        assert found.differences["a"][at] == pytest.approx(own - other)
        assert -1 <= found.low["a"][at] <= found.differences["a"][at] + 1e-12
        assert found.differences["a"][at] - 1e-12 <= found.high["a"][at] <= 1


@settings(max_examples=30)
@given(two_columns())
def test_swapping_the_patterns_turns_the_band_over(columns: tuple[list[float], list[float]]) -> None:
    there = exceedance(KILLED, held(*columns), ("a", "b"), "b")
    back = exceedance(KILLED, held(*columns[::-1]), ("a", "b"), "b")
    if there is None or back is None:
        assert there is back
        return
    assert back.low["a"] == pytest.approx([-each for each in there.high["a"]], abs=1e-9)
    assert back.crossings["a"] == pytest.approx(there.crossings["a"])


def test_the_measures_own_thresholds_are_among_those_drawn() -> None:
    luck = np.random.default_rng(1)
    found = curves(harm(luck, (500,)), harm(luck, (500,)))
    assert {50.0, 200.0} <= set(found.thresholds)
    assert len(found.thresholds) <= 48


def test_a_measure_that_is_the_same_everywhere_has_no_curve() -> None:
    assert exceedance(SHELTERED, held([3, 3], [3, 3], "sheltered"), ("a", "b"), "b") is None


def test_curves_that_cross_say_where() -> None:
    luck = np.random.default_rng(2)
    often_few = np.where(luck.random(4000) < 0.6, 20.0, 0.0)
    seldom_many = np.where(luck.random(4000) < 0.1, 300.0, 0.0)
    (at,) = curves(often_few, seldom_many).crossings["a"]
    assert 0 < at < 300
    assert curves(often_few, 0 * often_few).crossings["a"] == ()


def test_the_noise_of_the_last_few_histories_is_no_crossing() -> None:
    luck = np.random.default_rng(3)
    base = harm(luck, (2000,))
    own = 0.7 * base
    own[-1] = base.max() + 1000
    assert curves(own, base).crossings["a"] == ()


def test_the_band_holds_the_whole_difference_at_once() -> None:
    assert banded(REPETITIONS, 4) >= 0.92


def test_patterns_that_never_differ_have_a_band_that_says_how_few_histories_there_were() -> None:
    base = harm(np.random.default_rng(5), (300,))
    found = curves(base, base)
    assert set(found.differences["a"]) == {0.0}
    assert min(found.high["a"]) >= 3 / 300


def test_a_pattern_of_which_every_run_failed_has_no_curve_and_a_band_of_everything() -> None:
    found = curves([np.nan] * 50, [0.0, 60.0] * 25)
    assert set(found.curves["a"]) == {0.0}
    assert (set(found.low["a"]), set(found.high["a"])) == ({-1.0}, {1.0})
