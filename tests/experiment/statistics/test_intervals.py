"""Intervals of paired differences: laws, known values, and coverage by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from some_results import CATALOGUE, held, ratios, two_columns

from benchmarks.coverage import MEASURE, false_verdicts, fixed
from sim.experiment.answers import Verdict
from sim.experiment.results import Held
from sim.experiment.statistics.grammar import parse
from sim.experiment.statistics.intervals import (
    excluded_share,
    n_eff,
    order_interval,
    sample,
    sequence_half_width,
    share_at_most,
    sign_variance_reduction,
    variance_reduction,
    wilson,
)
from sim.experiment.statistics.paired import difference, level

REPETITIONS = 2000
columns_of_numbers = st.lists(st.floats(-1e6, 1e6, width=32), min_size=2, max_size=80)
TEXTS = ("P(killed>50)", "better(killed)", "log(killed)", "capped(killed,100)", "killed")


def test_the_interval_is_students() -> None:
    found = sample(np.array([1.0, 2.0, 3.0, 4.0, 5.0])).interval()
    assert (found.value, found.low, found.high) == pytest.approx((3, 3 - 1.96324, 3 + 1.96324), abs=1e-4)


def test_the_confidence_sequence_is_the_published_formula() -> None:
    ratio = (-2 * math.log(0.05) + math.log(-2 * math.log(0.05)) + 1) / 1000
    by_hand = math.sqrt(2 * (400 * ratio + 1) / (400**2 * ratio) * math.log(math.sqrt(400 * ratio + 1) / 0.05))
    assert sequence_half_width(400) == pytest.approx(by_hand)
    assert 1.5 < sequence_half_width(1000) * math.sqrt(1000) / 1.96 < 1.8


def test_nothing_is_said_of_the_variance_before_the_first_look() -> None:
    assert math.isinf(sample(np.arange(99.0)).running().high)
    assert math.isfinite(sample(np.arange(100.0)).running().high)


def test_pairs_that_carry_the_variance_of_a_share_are_about_those_that_differ() -> None:
    numbers = np.zeros(1000)
    numbers[:20], numbers[20:40] = 1, -1
    assert n_eff(numbers) == pytest.approx(40)
    numbers[0] = 1000
    assert n_eff(numbers) < 2


@given(columns_of_numbers)
def test_between_one_and_all_numbers_carry_the_variance(numbers: list[float]) -> None:
    found = sample(np.array(numbers))
    assert found.n_eff == 0 if not any(numbers) else 0.999 <= found.n_eff <= len(numbers) * 1.001


@given(columns_of_numbers, st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_moving_and_stretching_the_numbers_moves_and_stretches_the_interval(
    numbers: list[float], by: float, times: float
) -> None:
    plain, moved = sample(np.array(numbers)), sample(times * np.array(numbers) + by)
    scale = max(1.0, max(map(abs, numbers))) * times + abs(by)
    assert moved.mean == pytest.approx(times * plain.mean + by, abs=1e-9 * scale)
    assert moved.half_width() == pytest.approx(times * plain.half_width(), abs=1e-6 * scale)


@given(two_columns(), st.randoms(use_true_random=False))
def test_the_order_of_the_histories_changes_no_answer(columns: tuple[list[float], list[float]], luck) -> None:  # type: ignore[no-untyped-def]
    order = list(range(len(columns[0])))
    luck.shuffle(order)
    shuffled = [[column[at] for at in order] for column in columns]
    for text in TEXTS:
        quantity = parse(text, CATALOGUE)
        one, two = difference(quantity, held(*columns), "a", "b"), difference(quantity, held(*shuffled), "a", "b")
        assert one.interval is not None
        assert two.interval is not None
        scale = max(1.0, *columns[0], *columns[1])
        assert two.interval.low == pytest.approx(one.interval.low, abs=1e-9 * scale)
        assert two.n_eff == pytest.approx(one.n_eff, rel=1e-6)
        assert (two.histories, two.identical, two.verdict) == (one.histories, one.identical, one.verdict)


@given(two_columns())
def test_swapping_the_patterns_mirrors_every_answer(columns: tuple[list[float], list[float]]) -> None:
    mirrored = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}
    results = held([*columns[0]] * 8, [*columns[1]] * 8)
    for text in TEXTS:
        quantity = parse(text, CATALOGUE)
        there, back = difference(quantity, results, "a", "b"), difference(quantity, results, "b", "a")
        for one, two in ((there.interval, back.interval), (there.running, back.running)):
            assert one is not None
            assert two is not None
            assert (two.value, two.low, two.high) == (-one.value, -one.high, -one.low)
        assert back.n_eff == there.n_eff
        assert back.variance_reduction == pytest.approx(there.variance_reduction)
        assert back.histories == (there.histories[1], there.histories[0], there.histories[2])
        assert back.verdict == mirrored.get(there.verdict, there.verdict)


@given(two_columns(), st.integers(1, 1000))
def test_the_same_harm_more_under_both_patterns_changes_no_difference(
    columns: tuple[list[float], list[float]], more: int
) -> None:
    own, other = (np.round(np.array(column)) for column in columns)
    quantity = parse("killed", CATALOGUE)
    plain = difference(quantity, held(own, other), "a", "b")
    moved = difference(quantity, held(own + more, other + more), "a", "b")
    assert (moved.interval, moved.histories, moved.verdict) == (plain.interval, plain.histories, plain.verdict)


@given(st.lists(st.floats(0, 1e6, width=32), min_size=1, max_size=400))
def test_patterns_that_never_differ_are_identical_by_the_rule_of_three(column: list[float]) -> None:
    for text in TEXTS:
        found = difference(parse(text, CATALOGUE), held(column, column), "a", "b")
        assert found.interval is not None
        assert found.interval.value == 0
        assert found.verdict is Verdict.IDENTICAL
        assert found.excluded_share == excluded_share(len(column)) == min(1, 3 / len(column))
        assert found.n_eff == 0
        assert found.variance_reduction is None


def test_a_share_of_identical_attacks_is_identical_though_it_is_linearised() -> None:
    own = ratios([1, 2, 0] * 50, [3, 4, 0] * 50)
    found = difference(parse("share", CATALOGUE), Held({"a": own, "b": own}), "a", "b")
    assert (found.verdict, found.identical, found.undefined_pairs) == (Verdict.IDENTICAL, 150, 50)


def test_a_difference_that_is_the_same_in_every_history_is_sure() -> None:
    found = difference(parse("sheltered", CATALOGUE), held([512.1] * 200, [12.3] * 200, "sheltered"), "a", "b")
    assert found.verdict is Verdict.BETTER
    assert found.n_eff == 200


def test_a_handful_of_histories_gives_no_verdict() -> None:
    own = np.zeros(1000)
    own[:5] = 100_000
    found = difference(parse("killed", CATALOGUE), held(own, np.zeros(1000)), "a", "b")
    assert found.verdict is Verdict.UNESTIMATED


def test_a_small_difference_that_is_sure_is_not_material() -> None:
    luck = np.random.default_rng(1)
    other = luck.random(4000) * 1000
    found = difference(parse("sheltered", CATALOGUE), held(other + luck.random(4000), other, "sheltered"), "a", "b")
    assert found.running is not None
    assert found.running.low > 0
    assert found.verdict is Verdict.NO_MATERIAL_DIFFERENCE


def test_neither_more_nor_less_is_better_is_only_different() -> None:
    luck = np.random.default_rng(1)
    found = difference(parse("seen", CATALOGUE), held(luck.random(400) + 50, luck.random(400), "seen"), "a", "b")
    assert found.verdict is Verdict.DIFFERENT


def test_failed_runs_drop_their_pair_and_are_bounded_both_ways() -> None:
    results = Held(
        {"a": {"killed": [0, 0, np.nan, 4]}, "b": {"killed": [10, 0, 2, np.nan]}},
        failed={"a": [False, False, True, False], "b": [False, False, False, True]},
    )
    found = difference(parse("killed", CATALOGUE), results, "a", "b")
    assert (found.n, found.failed_pairs, found.undefined_pairs) == (2, 2, 0)
    assert found.bounds == ((-10 + 0 - 2 - 6) / 4, (-10 + 0 + 8 + 4) / 4)
    shares = difference(parse("better(killed)", CATALOGUE), results, "a", "b")
    assert shares.bounds == ((1 - 1 - 1) / 4, (1 + 1 + 1) / 4)


@given(two_columns(), st.data())
def test_the_bounds_of_failed_runs_hold_whatever_they_would_have_been_among_what_was_seen(
    columns: tuple[list[float], list[float]], data: st.DataObject
) -> None:
    own, other = np.array(columns[0]), np.array(columns[1])
    lost = np.array(data.draw(st.lists(st.booleans(), min_size=own.size, max_size=own.size)))
    assume(0 < lost.sum() < own.size)
    seen = np.concatenate([own[~lost], other])
    would = np.where(lost, data.draw(st.sampled_from(list(seen))), own)
    results = Held({"a": {"killed": np.where(lost, np.nan, own)}, "b": {"killed": other}}, failed={"a": lost})
    for text in ("killed", "P(killed>50)", "log(killed)"):
        quantity = parse(text, CATALOGUE)
        bounds = difference(quantity, results, "a", "b").bounds
        truth = quantity.differences(held(would, other), "a", "b").mean()
        assert bounds is not None
        assert bounds[0] - 1e-6 * (1 + abs(truth)) <= truth <= bounds[1] + 1e-6 * (1 + abs(truth))


def test_the_variance_reduction_is_what_pairs_save() -> None:
    luck = np.random.default_rng(2)
    common = luck.normal(size=100_000)
    own, other = common + 0.5 * luck.normal(size=100_000), common + 0.5 * luck.normal(size=100_000)
    assert variance_reduction(own, other) == pytest.approx(2.5 / 0.5, rel=0.03)
    assert variance_reduction(own, luck.permutation(other)) == pytest.approx(1, abs=0.02)


def test_the_variance_reduction_of_the_net_share_compares_with_histories_of_other_luck() -> None:
    luck = np.random.default_rng(3)
    other = luck.random(20_000)
    own = np.where(luck.random(20_000) < 0.1, other - 0.01, other)
    apart = np.sign(own - luck.permutation(other))
    expected = apart.var() / np.sign(own - other).var()
    assert sign_variance_reduction(own, other) == pytest.approx(expected, rel=0.03)


@given(st.integers(0, 60), st.integers(1, 60))
def test_a_share_lies_in_its_intervals_and_they_in_nought_to_one(times: int, n: int) -> None:
    times = min(times, n)
    found = wilson(times, n)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert times / n <= share_at_most(times, n, 0.05) <= 1


def test_the_exact_bound_of_what_never_happened_is_about_the_rule_of_three() -> None:
    assert share_at_most(0, 1000, 0.05) == pytest.approx(excluded_share(1000), rel=0.01)


def test_the_interval_of_a_median_covers_it() -> None:
    luck = np.random.default_rng(4)
    hit = 0
    for column in luck.lognormal(3, 1.7, (REPETITIONS, 60)):
        found = order_interval(column, 0.5)
        assert found is not None
        hit += found.low <= math.exp(3) <= found.high
    assert 0.93 <= hit / REPETITIONS <= 0.985
    assert order_interval(np.array([np.nan]), 0.5) is None


def test_a_level_says_in_how_many_histories_there_was_nothing_to_measure() -> None:
    results = Held({"a": ratios([1, 0, 2], [2, 0, 2])})
    found = level(parse("share", CATALOGUE), results, "a")
    assert found.interval is not None
    assert (found.interval.value, found.undefined) == (pytest.approx(0.75), 1)
    empty = level(parse("share", CATALOGUE), Held({"a": ratios([0, 0], [0, 0])}), "a")
    assert (empty.interval, empty.n, empty.undefined) == (None, 0, 2)


@pytest.mark.parametrize("text", [f"P({MEASURE}>50)", f"better({MEASURE})", f"log({MEASURE})"])
def test_the_interval_covers_the_truth_at_a_fixed_number_of_pairs(text: str) -> None:
    assert 0.93 <= fixed(text, 1000, REPETITIONS, 21) <= 0.97


def test_the_interval_of_mean_deaths_does_not_cover_and_is_therefore_refused() -> None:
    assert fixed(MEASURE, 300, REPETITIONS, 21) < 0.9


@pytest.mark.parametrize("text", [MEASURE, f"P({MEASURE}>50)", f"better({MEASURE})", f"log({MEASURE})"])
def test_who_looks_all_the_time_seldom_declares_equal_patterns_different(text: str) -> None:
    plain, guarded = false_verdicts(text, REPETITIONS, 22, pairs=4000)
    assert plain <= 0.07
    assert guarded <= plain
