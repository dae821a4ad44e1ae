"""When it is looked, what is found, and when no more is run."""

from __future__ import annotations

import numpy as np
import pytest
from some_results import CATALOGUE, held

from benchmarks.coverage import MEASURE, stopped
from sim.experiment.faults import BadQuestion, NoWorthwhileDifference
from sim.experiment.results import Held, Results
from sim.experiment.statistics.grammar import Target, parse
from sim.experiment.statistics.questions import Question, Rule
from sim.experiment.statistics.stopping import Decision, judge, looks, stop

REPETITIONS = 2000


def narrow(target: str, most: int = 1000) -> Question:
    found = Target.parse(target, CATALOGUE)
    return Question(("a", "b"), "b", found.quantity, Rule.UNTIL_CI, most, found)


def decide(primary: str, most: int = 1000, patterns: tuple[str, ...] = ("a", "b")) -> Question:
    return Question(patterns, patterns[-1], parse(primary, CATALOGUE), Rule.UNTIL_DECIDED, most)


def run(question: Question, results: Results) -> list[Decision]:
    """All looks until no more is run."""
    decisions: list[Decision] = []
    for n in looks(question.rule, question.max_runs, len(question.patterns)):
        decisions.append(judge(question, results, n, decisions[-1].survivors if decisions else None))
        if decisions[-1].done:
            return decisions
    raise AssertionError("the last look did not end it")


def mostly_none(luck: np.random.Generator, n: int, share: float, dead: float = 100.0) -> np.ndarray:
    return np.where(luck.random(n) < share, dead, 0.0)


def test_looks_are_few_and_the_last_is_the_budget() -> None:
    assert list(looks(Rule.UNTIL_CI, 1000)) == [100, 150, 225, 338, 507, 760, 1000]
    assert list(looks(Rule.UNTIL_DECIDED, 200, 2)) == [100, 150, 200]
    assert list(looks(Rule.UNTIL_DECIDED, 300, 3)) == [100, 130, 169, 220, 286, 300]
    assert list(looks(Rule.RUNS, 100)) == [100]
    assert list(looks(Rule.RUNS, 7)) == [7]


def test_a_fixed_number_is_run_whatever_is_found() -> None:
    question = Question(("a", "b"), "b", parse("killed", CATALOGUE), Rule.RUNS, 150)
    found = stop(question, run(question, held(np.full(150, 500.0), np.zeros(150))))
    assert (found.rule, found.reached, [look.n for look in found.looks]) == ("runs", True, [100, 150])


def test_it_stops_at_the_first_look_at_which_the_interval_is_narrow_enough() -> None:
    luck = np.random.default_rng(1)
    results = held(mostly_none(luck, 1000, 0.2), mostly_none(luck, 1000, 0.3))
    decisions = run(narrow("P(killed>50)=0.07"), results)
    assert decisions[-1].reached
    assert all(each.look.half_width is not None and each.look.half_width > 0.07 for each in decisions[:-1])
    assert decisions[-1].look.half_width is not None
    assert decisions[-1].look.half_width <= 0.07
    assert "±0.07 is asked" in decisions[-1].reason


def test_a_narrow_interval_that_a_handful_of_histories_carries_does_not_stop_it() -> None:
    own = np.zeros(1000)
    own[::200] = 100
    last = run(narrow("P(killed>50)=0.05"), held(own, np.zeros(1000)))[-1]
    assert not last.reached
    assert last.look.n == 1000
    assert last.look.half_width is not None
    assert last.look.half_width < 0.05
    assert "cannot be estimated with this budget; look at the exceedance curves" in last.reason


def test_a_budget_that_is_too_small_says_how_many_it_would_take() -> None:
    luck = np.random.default_rng(1)
    last = run(narrow("P(killed>50)=0.01", 400), held(mostly_none(luck, 400, 0.2), mostly_none(luck, 400, 0.3)))[-1]
    assert not last.reached
    assert "It would take about 16,000 histories" in last.reason


@pytest.mark.parametrize("question", [narrow("P(killed>50)=0.05"), decide("P(killed>50)"), decide("better(killed)")])
def test_patterns_that_never_differ_never_stop_it_and_end_in_the_rule_of_three(question: Question) -> None:
    column = mostly_none(np.random.default_rng(1), 1000, 0.3)
    last = run(question, held(column, column))[-1]
    assert (last.reached, last.look.n) == (False, 1000)
    assert "identical in 1000 of 1000 histories" in last.reason
    assert "a difference in more than 0.30 % of them is excluded" in last.reason


def test_three_patterns_that_never_differ_never_stop_it_either() -> None:
    column = mostly_none(np.random.default_rng(1), 400, 0.3)
    results = Held({name: {"killed": column} for name in "abc"})
    last = run(decide("P(killed>50)", 400, ("a", "b", "c")), results)[-1]
    assert (last.reached, last.look.n, last.survivors) == (False, 400, ("a", "b", "c"))
    assert "identical in 400 of 400 histories" in last.reason


def test_a_clear_verdict_stops_it_and_names_the_better_pattern() -> None:
    luck = np.random.default_rng(2)
    last = run(decide("P(killed>50)"), held(mostly_none(luck, 1000, 0.1), mostly_none(luck, 1000, 0.4)))[-1]
    assert last.reached
    assert last.reason.startswith("A is better")
    turned = run(decide("P(killed>50)"), held(mostly_none(luck, 1000, 0.4), mostly_none(luck, 1000, 0.1)))[-1]
    assert turned.reason.startswith("B is better")


def test_a_difference_too_small_to_act_on_stops_it_too() -> None:
    luck = np.random.default_rng(3)
    column = mostly_none(luck, 4000, 0.3)
    own = np.where(luck.random(4000) < 0.02, 100 - column, column)
    last = run(decide("P(killed>50)", 4000), held(own, column))[-1]
    assert last.reached
    assert last.look.n < 4000
    assert last.reason.startswith("No material difference")


def test_a_pattern_that_another_surely_beats_is_run_no_further() -> None:
    luck = np.random.default_rng(4)
    base = mostly_none(luck, 3000, 0.4)
    columns = {"a": np.where(luck.random(3000) < 0.3, 0, base), "b": base, "c": np.where(base, 100.0, 100.0)}
    question = decide("P(killed>50)", 3000, ("a", "b", "c"))
    decisions = run(question, Held({name: {"killed": column} for name, column in columns.items()}))
    assert decisions[0].survivors == ("a", "b") or decisions[0].survivors == ("a",)
    assert decisions[-1].survivors == ("a",)
    assert decisions[-1].reason == "A is the best: each of the others is surely worse."


def test_a_relative_target_of_nothing_is_never_reached() -> None:
    question = narrow("sheltered=5%")
    last = run(question, held(np.random.default_rng(5).random(1000), np.zeros(1000), "sheltered"))[-1]
    assert not last.reached
    assert "b has none of sheltered" in last.reason


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"patterns": ("a",)}, "two patterns"),
        ({"patterns": ("a", "a")}, "named once"),
        ({"reference": "z"}, "is none of"),
        ({"max_runs": 0}, "Give 1 or more"),
        ({"rule": Rule.UNTIL_CI}, "A target"),
        ({"rule": Rule.UNTIL_DECIDED, "primary": parse("killed", CATALOGUE)}, "a handful of histories"),
        ({"primary": parse("Q(killed>0,0.5)", CATALOGUE, levels=True)}, "cannot be compared"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(change: dict[str, object], words: str) -> None:
    asked = {"patterns": ("a", "b"), "reference": "a", "primary": parse("better(killed)", CATALOGUE)}
    with pytest.raises(BadQuestion, match=words):
        Question(**{**asked, "rule": Rule.RUNS, "max_runs": 100, **change})  # type: ignore[arg-type]


def test_nothing_is_decided_by_what_is_neither_better_nor_worse() -> None:
    with pytest.raises(NoWorthwhileDifference):
        decide("seen")


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        (f"P({MEASURE}>50)", 1000),
        (f"better({MEASURE})", 1000),
        (f"log({MEASURE})", 1000),
        (f"capped({MEASURE},1000)", 2000),
    ],
)
def test_the_interval_at_which_it_stops_covers_the_truth(text: str, needed: int) -> None:
    found = stopped(text, needed, REPETITIONS, 31)
    assert 0.93 <= found.coverage <= 0.97
    assert found.refused < 0.01


def test_mean_deaths_are_refused() -> None:
    found = stopped(MEASURE, 1000, REPETITIONS, 32)
    assert found.refused > 0.95
