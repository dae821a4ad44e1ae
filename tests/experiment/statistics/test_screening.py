"""The best of several patterns: who is left out, who cannot be told apart, and how often that is right."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from some_results import CATALOGUE

from benchmarks.coverage import selected
from sim.experiment.results import Held, Ragged, first
from sim.experiment.statistics.best import best_in, best_of, mean_is_best
from sim.experiment.statistics.grammar import parse
from sim.experiment.statistics.questions import Question, Rule
from sim.experiment.statistics.screening import screen, screened

KILLED_OVER_50 = parse("P(killed>50)", CATALOGUE)
TEXTS = ("P(killed>50)", "better(killed)", "log(killed)", "killed", "sheltered")


def patterns(**columns: object) -> Held:
    return Held({name: {"killed": column, "sheltered": column} for name, column in columns.items()})  # type: ignore[dict-item]


def struck(luck: np.random.Generator, share: float, n: int) -> np.ndarray:
    return np.where(luck.random(n) < share, 100.0, 0.0)


def three(n: int = 2000, seed: int = 1) -> Held:
    """``low`` is best, ``like`` hardly worse, ``high`` much."""
    luck = np.random.default_rng(seed)
    base = struck(luck, 0.3, n)
    low = np.where(luck.random(n) < 0.5, 0, base)
    like = np.where(luck.random(n) < 0.1, struck(luck, 0.2, n), low)
    return patterns(high=base, low=low, like=like)


def test_those_that_cannot_be_told_apart_stay_with_their_bounds() -> None:
    found = screened(KILLED_OVER_50, three(), ("high", "low", "like"))
    assert found.survivors == ("low", "like")
    assert found.settled
    assert found.best == "low"
    assert 0 <= found.bounds["low"] < found.bounds["like"] <= 0.05


@given(st.permutations(["high", "low", "like"]))
def test_the_order_of_the_patterns_changes_nothing(order: list[str]) -> None:
    found = screened(KILLED_OVER_50, three(), order)
    assert set(found.survivors) == {"low", "like"}
    assert found.best == "low"


def test_a_pattern_that_was_left_out_does_not_come_back() -> None:
    luck = np.random.default_rng(3)
    late = np.concatenate([np.full(200, 100.0), np.zeros(5000)])
    found = screened(KILLED_OVER_50, patterns(late=late, other=struck(luck, 0.5, 5200)), ("late", "other"))
    assert found.survivors == ("other",)


def test_few_unlike_pairs_leave_nobody_out_and_settle_nothing() -> None:
    own = np.zeros(1000)
    own[:20] = 100
    found = screen(KILLED_OVER_50, patterns(a=own, b=np.zeros(1000)), ("a", "b"), among=2)
    assert found.survivors == ("a", "b")
    assert not found.settled
    assert 0.02 < found.bounds["a"] < 0.06


def test_patterns_that_never_differ_are_bounded_by_how_many_histories_there_were() -> None:
    column = struck(np.random.default_rng(1), 0.3, 1000)
    found = screen(KILLED_OVER_50, patterns(a=column, b=column), ("a", "b"), among=2)
    assert not found.settled
    assert found.alike == ("b",)
    assert 3 / 1000 < found.bounds["a"] < 0.02


def test_a_circle_in_which_each_beats_another_has_no_best() -> None:
    times = 400
    circle = {"a": [1, 2, 3] * times, "b": [2, 3, 1] * times, "c": [3, 1, 2] * times}
    found = screened(parse("better(killed)", CATALOGUE), patterns(**circle), ("a", "b", "c"))
    assert found.survivors == ("a", "b", "c")
    assert not found.settled


def test_screening_chooses_within_the_worthwhile_difference() -> None:
    found = selected(3, 2000, 41)
    assert found.good >= 0.95
    assert found.finished >= 0.99


# Best, two ways


def test_the_two_ways_of_being_best_are_not_the_same() -> None:
    seldom_terrible, often_bad = np.zeros(2000), np.zeros(2000)
    often_bad[:1000] = 10
    seldom_terrible[:100] = 1000
    # Both unlucky in 100 histories, neither in 1000: these are shared.
    results = patterns(seldom=seldom_terrible, often=often_bad)
    quantity, names = parse("killed", CATALOGUE), ("seldom", "often")
    assert mean_is_best(quantity, results, names)["often"] > 0.99
    assert best_in(quantity, results, names) == pytest.approx({"seldom": 70, "often": 30})


@given(st.sampled_from(TEXTS), st.integers(2, 60), st.integers(0, 1000))
def test_confidences_sum_to_one_and_histories_to_a_hundred(text: str, n: int, seed: int) -> None:
    luck = np.random.default_rng(seed)
    base = np.floor(luck.exponential(50, n))
    results = patterns(a=base, b=np.where(luck.random(n) < 0.5, base, 0), c=base)
    quantity, names = parse(text, CATALOGUE), ("a", "b", "c")
    confidence = mean_is_best(quantity, results, names)
    assert sum(confidence.values()) == pytest.approx(1)
    assert confidence["a"] == confidence["c"], "alike in every history"
    assert sum(best_in(quantity, results, names).values()) == pytest.approx(100)


def test_the_confidence_is_that_of_the_bootstrap_of_whole_histories() -> None:
    luck = np.random.default_rng(6)
    base = luck.normal(1000, 300, 400)
    columns = {"a": base, "b": base + luck.normal(0.5, 10, 400), "c": base + luck.normal(1, 10, 400)}
    confidence = mean_is_best(parse("sheltered", CATALOGUE), patterns(**columns), tuple(columns))
    rows = np.column_stack(list(columns.values()))
    drawn = [rows[luck.integers(0, 400, 400)].mean(axis=0).argmax() for _ in range(3000)]
    counted = np.bincount(drawn, minlength=3) / 3000
    assert list(confidence.values()) == pytest.approx(list(counted), abs=0.04)


def test_a_pattern_left_out_early_is_judged_by_the_histories_in_which_it_was_run() -> None:
    whole = three()
    ragged = Ragged({"high": first(whole, 220), "low": whole, "like": whole}, lambda one, other: whole)
    confidence = mean_is_best(KILLED_OVER_50, ragged, ("high", "low", "like"))
    assert sum(confidence.values()) == pytest.approx(1)
    assert confidence["high"] < 0.01
    assert sum(best_in(KILLED_OVER_50, ragged, ("high", "low", "like")).values()) == pytest.approx(100)


def test_the_best_is_told_again_on_fresh_histories_alone() -> None:
    names = ("high", "low", "like")
    question = Question(names, "high", KILLED_OVER_50, Rule.UNTIL_DECIDED, 2000)
    whole = three(500, seed=9)
    fresh = Held({name: {"killed": whole.values(name, "killed")} for name in ("low", "like")})
    best = best_of(question, three(), fresh)
    assert best.set == ("low", "like")
    assert best.fresh is not None
    assert (best.fresh.pattern, best.fresh.reference, best.fresh.n) == ("low", "like", 500)


def test_the_winner_among_equals_looks_better_than_it_is_until_it_is_run_again() -> None:
    luck = np.random.default_rng(8)
    names = tuple("abcdefghij")
    chosen, again = [], []
    for _ in range(100):
        results = patterns(**{name: struck(luck, 0.05, 200) for name in names})
        fresh = patterns(**{name: struck(luck, 0.05, 200) for name in names})
        best = screened(KILLED_OVER_50, results, names).best
        chosen.append(KILLED_OVER_50.values(results, best).mean())
        again.append(KILLED_OVER_50.values(fresh, best).mean())
    assert np.mean(chosen) < 0.035
    assert np.mean(again) == pytest.approx(0.05, abs=0.006)


def test_where_neither_direction_is_better_nothing_is_best() -> None:
    question = Question(("a", "b"), "a", parse("seen", CATALOGUE), Rule.RUNS, 100)
    results = Held({name: {"seen": [1.0] * 100} for name in "ab"})
    best = best_of(question, results, None)
    assert (best.set, best.mean_is_best, best.best_in) == (("a", "b"), {}, {})
    assert not math.isnan(sum(best.bounds.values()))
