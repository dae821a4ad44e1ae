"""The share of assumptions in which a band holds, where the true share is known."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from validation.shares import Part, shares

DRAWS, RUNS = 250, 20


def drawn(rng: np.random.Generator, middle: float, spread: float, noise: float, draws: int = DRAWS) -> np.ndarray:
    truth = rng.normal(middle, spread, draws)
    return (truth[:, None] + rng.normal(0.0, noise, (draws, RUNS)))[:, :, None]


def counted(runs: np.ndarray, low: float) -> float:
    return float((runs[:, :, 0].mean(axis=1) > low).mean())


@pytest.mark.parametrize("mean", [True, False])
def test_noise_that_reads_as_dependence_is_taken_off(mean: bool) -> None:
    """A statistic above nought in 97.7 % of assumptions: counting draws is ten points off, this is not."""
    truth = NormalDist().cdf(2.0)
    rng = np.random.default_rng(1)
    found, simple = [], []
    for repetition in range(12):
        runs = drawn(rng, 0.2, 0.1, 1.0)
        part = Part("better", 0.0, math.inf, mean=mean)
        found.append(shares([part], runs, repetition)[0]["better"].estimate.value)
        simple.append(counted(runs, 0.0))
    assert abs(np.mean(found) - truth) < 0.05
    assert truth - np.mean(simple) > 0.10


def test_a_band_with_two_ends_is_measured_between_them() -> None:
    normal = NormalDist(1.0, 0.5)
    truth = normal.cdf(1.4) - normal.cdf(0.4)
    rng = np.random.default_rng(2)
    found = [
        shares([Part("p", 0.4, 1.4)], drawn(rng, 1.0, 0.5, 2.0), seed)[0]["p"].estimate.value for seed in range(12)
    ]
    assert abs(np.mean(found) - truth) < 0.05


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    truth = NormalDist().cdf(1.0)
    rng = np.random.default_rng(3)
    covered = 0
    for seed in range(40):
        share = shares([Part("p", 0.0, math.inf, mean=True)], drawn(rng, 0.3, 0.3, 1.0), seed)[0]["p"]
        covered += share.estimate.low <= truth <= share.estimate.high
    assert covered >= 33


def test_bands_together_hold_less_often_than_the_rarest_and_respect_that_they_move_together() -> None:
    rng = np.random.default_rng(4)
    truth = rng.normal(0.0, 1.0, 400)
    other = rng.normal(0.0, 1.0, 400)
    noise = rng.normal(0.0, 1.0, (400, RUNS, 2))
    same = np.stack([truth, truth], axis=1)[:, None, :] + noise
    apart = np.stack([truth, other], axis=1)[:, None, :] + noise
    parts = [Part("a", 0.0, math.inf, mean=True), Part("b", 0.0, math.inf, mean=True)]
    assert shares(parts, same, 1)[1].estimate.value == pytest.approx(0.5, abs=0.06)
    assert shares(parts, apart, 1)[1].estimate.value == pytest.approx(0.25, abs=0.06)


def test_no_dependence_on_assumptions_is_said_to_be_none() -> None:
    rng = np.random.default_rng(5)
    share = shares([Part("p", 0.0, math.inf, mean=True)], drawn(rng, 0.5, 0.0, 1.0), 1)[0]["p"]
    assert share.noisy
    strong = shares([Part("p", 0.0, math.inf, mean=True)], drawn(rng, 0.5, 1.0, 1.0), 1)[0]["p"]
    assert strong.detectable
    assert not strong.noisy


def test_an_interval_is_never_narrower_than_five_points_to_either_side() -> None:
    rng = np.random.default_rng(6)
    estimate = shares([Part("p", -0.5, 0.5)], drawn(rng, 0.0, 0.5, 0.1, 2000), 1)[0]["p"].estimate
    assert estimate.value - estimate.low >= 0.0499
    assert estimate.high - estimate.value >= 0.0499


def test_a_set_of_assumptions_that_leaves_a_part_undefined_is_left_out_and_counted() -> None:
    rng = np.random.default_rng(7)
    runs = drawn(rng, 0.5, 0.5, 1.0)
    runs[3] = math.nan
    runs[4, :5] = math.nan
    assert shares([Part("p", 0.0, math.inf)], runs, 1)[0]["p"].draws == DRAWS - 1


def test_the_same_runs_give_the_same_shares() -> None:
    runs = drawn(np.random.default_rng(8), 0.2, 0.3, 1.0)
    parts = [Part("p", 0.0, 1.0)]
    assert shares(parts, runs, 3) == shares(parts, runs, 3)
