"""In how many sets of assumptions an answer holds, on toys whose truth is known."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from sim.experiment.assuming import random_effects
from sim.experiment.assuming.random_effects import Scatter, regrets, scatter_of, shares, shrunken
from sim.experiment.results import Numbers

REPETITIONS = 2000
DRAWS, PAIRS = 500, 40
CDF = NormalDist().cdf


def estimated(mean: float, spread: float, rng: np.random.Generator) -> Scatter:
    """Estimates and noise of draws with so many pairs of standard deviation 1; by their known distributions, so that
    thousands of designs can be tried."""
    effects = mean + spread * rng.standard_normal(DRAWS)
    noise = rng.chisquare(PAIRS - 1, DRAWS) / (PAIRS - 1) / PAIRS
    estimates = effects + rng.standard_normal(DRAWS) / PAIRS**0.5
    return Scatter(estimates[:, None], noise[:, None, None], np.ones(DRAWS, dtype=np.bool_), DRAWS * PAIRS)


def test_draws_and_pairs_give_the_estimates_that_the_toy_takes_for_granted() -> None:
    rng = np.random.default_rng(1)
    scatter = scatter_of(rng.standard_normal((1, 4000, PAIRS)) + 0.3)
    assert scatter.estimates.mean() == pytest.approx(0.3, abs=0.01)
    assert scatter.estimates.var() == pytest.approx(1 / PAIRS, rel=0.1)
    assert scatter.noise.mean() == pytest.approx(1 / PAIRS, rel=0.02)
    assert scatter.noise.std() == pytest.approx(1 / PAIRS * (2 / (PAIRS - 1)) ** 0.5, rel=0.1)
    assert scatter.pairs == 4000 * PAIRS


@pytest.mark.parametrize(("mean", "signs_off"), [(0.2, 0.10), (0.1, 0.12)])
def test_the_share_is_within_five_points_where_counting_signs_is_ten_off(
    mean: float, signs_off: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random_effects, "RESAMPLES", 1)
    rng, truth = np.random.default_rng(2), CDF(mean / 0.1)
    signs, values = np.empty(REPETITIONS), np.empty(REPETITIONS)
    for at in range(REPETITIONS):
        scatter = estimated(mean, 0.1, rng)
        signs[at] = (scatter.estimates > 0).mean()
        values[at] = shares(scatter, 0, 0.0, at).better.value
    assert truth - signs.mean() > signs_off
    assert abs(values.mean() - truth) < 0.01
    assert (np.abs(values - truth) < 0.05).mean() > (0.99 if mean == 0.2 else 0.8)


@pytest.mark.parametrize("mean", [0.2, 0.1])
def test_intervals_hold_the_true_share(mean: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random_effects, "RESAMPLES", 100)
    rng, truth = np.random.default_rng(3), CDF(mean / 0.1)
    found = [shares(estimated(mean, 0.1, rng), 0, 0.0, at).better for at in range(REPETITIONS)]
    assert np.mean([one.low <= truth <= one.high for one in found]) > 0.9


def test_better_worse_and_immaterial_add_up_and_know_what_is_worth_acting_on() -> None:
    rng = np.random.default_rng(4)
    scatter = scatter_of((0.1 + 0.2 * rng.standard_normal(2000))[:, None] + rng.standard_normal((1, 2000, 100)))
    found = shares(scatter, 0, 0.1, 0)
    assert found.better.value == pytest.approx(0.5, abs=0.03)
    assert found.worse.value == pytest.approx(CDF(-1.0), abs=0.03)
    assert found.better.value + found.worse.value + found.immaterial.value == pytest.approx(1.0)
    assert found.spread == pytest.approx(0.2, abs=0.02)
    turned = shares(scatter, 0, 0.1, 0, better=-1)
    assert (turned.better, turned.worse) == (found.worse, found.better)
    assert turned.mean == found.mean


def test_an_interval_is_never_narrower_than_five_points_nor_beyond_all_and_none() -> None:
    scatter = scatter_of(np.random.default_rng(5).standard_normal((1, 200, 40)) * 0.01 + 3.0)
    found = shares(scatter, 0, 0.0, 0).better
    assert (found.value, found.low, found.high) == (1.0, 0.95, 1.0)


def test_no_dependence_on_assumptions_is_said_where_chance_explains_all() -> None:
    rng = np.random.default_rng(6)
    found = [shares(scatter_of(rng.standard_normal((1, 100, 10)) + 1.0), 0, 0.0, at) for at in range(60)]
    undetectable = [one for one in found if not one.detectable]
    assert 20 < len(undetectable) < 45
    assert all(one.better.value == 1.0 and one.noise == 1.0 for one in undetectable)
    assert np.mean([one.noisy for one in found]) > 0.6


def test_draws_without_any_scatter_are_alike() -> None:
    found = shares(scatter_of(np.full((1, 50, 5), 0.1)), 0, 0.0, 0)
    assert (found.better.value, found.detectable, found.noise) == (1.0, False, 1.0)
    none = shares(scatter_of(np.zeros((1, 50, 5))), 0, 0.0, 0)
    assert (none.better.value, none.worse.value, none.immaterial.value) == (0.0, 0.0, 1.0)


def test_pairs_without_a_value_and_draws_without_pairs_are_left_out() -> None:
    values = np.random.default_rng(7).standard_normal((2, 6, 8))
    values[0, 0, 3] = np.nan
    values[1, 1, 1:] = np.nan
    scatter = scatter_of(values)
    assert scatter.kept.tolist() == [True, False, True, True, True, True]
    assert scatter.pairs == 7 + 4 * 8
    both = np.delete(values[:, 0], 3, axis=1)
    assert scatter.estimates[0] == pytest.approx(both.mean(axis=1))
    assert scatter.noise[0] == pytest.approx(np.cov(both) / 7)


def test_one_draw_is_not_enough() -> None:
    with pytest.raises(ValueError, match="scatter"):
        shares(scatter_of(np.ones((1, 1, 5))), 0, 0.0, 0)


def toy(rng: np.random.Generator, draws: int, pairs: int) -> tuple[Numbers, Numbers]:
    """True differences of two patterns by draw, and pairs around them that share the reference's luck."""
    true = np.array([0.3, 0.0]) + rng.standard_normal((draws, 2)) * np.array([0.2, 0.4])
    luck = rng.standard_normal((1, draws, pairs))
    own = rng.standard_normal((2, draws, pairs))
    return true, true.T[:, :, None] + own - luck


def test_regret_is_that_of_the_true_differences_and_not_of_the_luckiest() -> None:
    true, values = toy(np.random.default_rng(8), 3000, 20)
    found = regrets(scatter_of(values), ("b", "c"), "a", 1)
    gains = np.concatenate([np.zeros((3000, 1)), true], axis=1)
    known = np.quantile(gains.max(axis=1, keepdims=True) - gains, 0.9, axis=0)
    raw = np.concatenate([np.zeros((3000, 1)), values.mean(axis=2).T], axis=1)
    luckiest = np.quantile(raw.max(axis=1, keepdims=True) - raw, 0.9, axis=0)
    assert list(found) == ["a", "b", "c"]
    assert list(found.values()) == pytest.approx(known, abs=0.04)
    assert (luckiest - known > 0.07).all()


def test_shrunken_differences_scatter_as_the_assumptions_make_them() -> None:
    true, values = toy(np.random.default_rng(9), 3000, 20)
    pulled = shrunken(scatter_of(values))
    assert np.cov(pulled.T) == pytest.approx(np.cov(true.T), abs=0.02)
    assert pulled.mean(axis=0) == pytest.approx(values.mean(axis=(1, 2)))
    assert ((pulled - true) ** 2).mean() < ((values.mean(axis=2).T - true) ** 2).mean()


def test_a_pattern_that_is_always_best_has_nothing_to_regret() -> None:
    values = np.random.default_rng(10).standard_normal((1, 400, 40)) * 0.5 + 2.0
    assert regrets(scatter_of(values), ("b",), "a", 1)["b"] == 0.0
    assert regrets(scatter_of(values), ("b",), "a", -1)["a"] == 0.0
    assert regrets(scatter_of(values), ("b",), "a", 1)["a"] == pytest.approx(2.0, abs=0.1)
