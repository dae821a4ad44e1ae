"""The estimators of the page against known truths."""

from __future__ import annotations

import math

import numpy as np
import pytest

from validation.statistics import Estimate, effective, mean, median, replays, verdict, wilson


def test_wilson_bounds_cover_nine_times_in_ten_even_near_the_ends() -> None:
    """Whole numbers make coverage jump from truth to truth; over many truths it is what it says."""
    rng = np.random.default_rng(5)
    covered = []
    for truth in [0.02, 0.03, 0.05, 0.08, 0.13, 0.2, 0.3, 0.45, 0.6, 0.75, 0.85, 0.9, 0.94, 0.97, 0.985]:
        found = [wilson(int(successes), 300) for successes in rng.binomial(300, truth, 1000)]
        covered.append(sum(each.low <= truth <= each.high for each in found) / len(found))
    assert min(covered) > 0.83
    assert 0.88 < math.fsum(covered) / len(covered) < 0.93


def test_wilson_bounds_of_never_and_always_stay_within_nought_and_one() -> None:
    never, always = wilson(0, 300), wilson(300, 300)
    assert never.low == 0.0
    assert 0.0 < never.high < 0.02
    assert always.high == 1.0
    assert 0.98 < always.low < 1.0


def test_the_interval_of_a_median_covers_it_for_skewed_values() -> None:
    rng = np.random.default_rng(6)
    found = [median(list(sample)) for sample in rng.lognormal(3.0, 1.7, (2000, 100))]
    covered = sum(each.low <= math.exp(3.0) <= each.high for each in found) / len(found)
    assert covered > 0.88


def test_the_interval_of_a_mean_covers_it_for_a_share() -> None:
    rng = np.random.default_rng(7)
    found = [mean(list(sample.astype(float))) for sample in rng.binomial(1, 0.3, (2000, 200))]
    assert 0.87 < sum(each.low <= 0.3 <= each.high for each in found) / len(found) < 0.93


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(1.2, 1.8, "inside"), (1.0, 2.0, "inside"), (0.2, 0.9, "outside"), (2.1, 3.0, "outside"), (0.9, 1.1, "undecided"),
     (0.5, 2.5, "undecided")],
)  # fmt: skip
def test_a_verdict_is_that_of_the_whole_interval(low: float, high: float, said: str) -> None:
    assert verdict(Estimate((low + high) / 2, low, high), [1.0, 2.0]) == said


def test_the_pass_rule_calls_a_model_on_the_edge_undecided_and_seldom_wrong() -> None:
    """A share that stands exactly on the end of its band is called inside or outside in one of ten cases together."""
    rng = np.random.default_rng(8)
    said = [verdict(wilson(int(found), 300), (0.0, 0.25)) for found in rng.binomial(300, 0.25, 3000)]
    assert said.count("undecided") / len(said) > 0.86


def test_more_runs_decide_what_lies_inside() -> None:
    rng = np.random.default_rng(9)

    def decided(runs: int) -> float:
        found = [verdict(wilson(int(each), runs), (0.0, 0.25)) for each in rng.binomial(runs, 0.2, 500)]
        assert "outside" not in found
        return found.count("inside") / len(found)

    assert decided(1000) > decided(100)


def test_a_model_that_allows_everything_is_told_apart_from_one_that_has_the_record_in_it() -> None:
    narrow = [50.0 + at / 10 for at in range(101)]
    wide = [float(at) for at in range(101)]
    assert replays(narrow, [55, 56], [40, 70])[:2] == (True, True)
    assert replays(wide, [55, 56], [40, 70])[:2] == (True, False)
    assert replays(narrow, [70, 80], [40, 70])[:2] == (False, True)


def test_pairs_that_carry_the_variance_are_counted() -> None:
    assert effective([0.0] * 99 + [50.0]) < 2
    assert effective([1.0, -1.0] * 50) == pytest.approx(100)
    assert effective([0.0] * 10) == 0.0
