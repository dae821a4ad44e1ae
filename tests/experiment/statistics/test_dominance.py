"""Whether one pattern dominates another, and how often that is said wrongly."""

from __future__ import annotations

import numpy as np
from some_results import CATALOGUE

from sim.experiment.answers import Dominance
from sim.experiment.results import Held
from sim.experiment.statistics.dominance import DOES_NOT, DOMINATES, UNDECIDED, dominance
from sim.experiment.statistics.grammar import parse

QUANTITIES = [parse(text, CATALOGUE) for text in ("P(killed>50)", "sheltered")]
REPETITIONS = 2000


def results(fewer_killed: float, more_sheltered: float, n: int = 1000, seed: int = 1) -> Held:
    """``a`` against ``b``: a share of the killing prevented, so many more sheltered."""
    luck = np.random.default_rng(seed)
    killed = np.where(luck.random(n) < 0.4, 100.0, 0.0)
    sheltered = luck.normal(5000, 500, n)
    spared = np.where(luck.random(n) < fewer_killed, 0.0, killed)
    return Held(
        {
            "a": {"killed": spared, "sheltered": sheltered + luck.normal(more_sheltered, 200, n)},
            "b": {"killed": killed, "sheltered": sheltered},
        }
    )


def over(found: tuple[Dominance, ...], pattern: str) -> Dominance:
    (one,) = [each for each in found if each.pattern == pattern]
    return one


def test_better_in_one_line_and_no_worse_in_the_others_dominates() -> None:
    found = dominance(QUANTITIES, results(0.5, 0), ("a", "b"))
    assert over(found, "a").verdict == DOMINATES
    assert over(found, "a").because.startswith("no worse in any of 2 lines, better in People killed: more than 50")
    assert over(found, "b").verdict == DOES_NOT
    assert "worse by" in over(found, "b").because


def test_better_in_one_line_and_worse_in_another_does_not() -> None:
    found = dominance(QUANTITIES, results(0.5, -400), ("a", "b"))
    assert over(found, "a").verdict == DOES_NOT
    assert over(found, "b").verdict == DOES_NOT
    assert "People sheltered (worse by 4" in over(found, "a").because


def test_what_may_still_be_worse_is_undecided_and_named() -> None:
    found = dominance(QUANTITIES, results(0.5, -95, n=200), ("a", "b"))
    assert over(found, "a").verdict == UNDECIDED
    assert over(found, "a").because.startswith("may be worse in People sheltered")


def test_no_worse_anywhere_and_better_nowhere_is_undecided() -> None:
    found = dominance(QUANTITIES, results(0.004, 0, n=1000), ("a", "b"))
    assert over(found, "a").verdict == UNDECIDED
    assert "surely better in none" in over(found, "a").because


def test_the_same_in_every_history_dominates_nothing() -> None:
    column = {"killed": [0.0, 60.0] * 200, "sheltered": [1.0, 2.0] * 200}
    found = dominance(QUANTITIES, Held({"a": column, "b": column}), ("a", "b"))
    assert {each.verdict for each in found} == {DOES_NOT}
    assert "the same in every history" in found[0].because


def test_a_line_that_a_handful_of_histories_carries_is_undecided() -> None:
    killed = np.zeros(1000)
    killed[:8] = 5000
    found = dominance(
        [parse("killed", CATALOGUE)], Held({"a": {"killed": killed}, "b": {"killed": 0 * killed}}), ("b", "a")
    )
    assert [each.verdict for each in found] == [UNDECIDED, UNDECIDED]
    assert "only 8 pairs carry it" in found[0].because


def test_lines_without_a_direction_or_any_measurement_say_nothing() -> None:
    quantities = [parse("seen", CATALOGUE), parse("sheltered", CATALOGUE)]
    nothing = {"seen": [1.0, 2.0], "sheltered": [np.nan, np.nan]}
    found = dominance(quantities, Held({"a": nothing, "b": nothing}), ("a", "b"))
    assert [each.because for each in found] == ["nothing was measured in both"] * 2


def test_a_pattern_that_is_worse_by_what_matters_in_one_line_is_seldom_said_to_dominate() -> None:
    wrong = 0
    for seed in range(REPETITIONS):
        found = dominance(QUANTITIES, results(0.5, -100, n=150, seed=seed), ("a", "b"))
        wrong += over(found, "a").verdict == DOMINATES
    assert wrong / REPETITIONS <= 0.065


def test_one_of_two_patterns_of_one_law_is_seldom_said_to_be_better() -> None:
    luck = np.random.default_rng(7)
    wrong = 0
    for _ in range(REPETITIONS):
        first, second = luck.random((2, 300)) < 0.3
        sheltered = luck.normal(5000, 200, (2, 300))
        columns = zip("ab", (first, second), sheltered, strict=True)
        held = Held({name: {"killed": 100.0 * killed, "sheltered": more} for name, killed, more in columns})
        found = dominance(QUANTITIES, held, ("a", "b"))
        wrong += any(each.verdict == DOMINATES for each in found)
    assert wrong / REPETITIONS <= 0.1, "5 % either way"
