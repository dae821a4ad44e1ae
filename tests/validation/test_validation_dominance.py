"""Whether an answer is best on everything: rows of histories with a known difference."""

from __future__ import annotations

from typing import Any

import numpy as np

from validation.dominance import compared, differences

PLANNER: dict[str, Any] = {
    "hours": {"better": "lower", "worthwhile": 6},
    "home": {"better": "higher", "worthwhile": 0.05},
    "killed_above_20": {"measure": "killed", "above": 20, "better": "lower", "worthwhile": 0.05},
}


def rows(
    hours: float = 50, home: float = 0.8, killed: float = 10, seed: int = 1, asked: int = 200
) -> list[dict[str, Any]]:
    rng = np.random.default_rng(seed)
    return [
        {
            "asked": at < asked,
            "hours": hours + rng.normal(0, 3),
            "home": home + rng.normal(0, 0.02),
            "killed": killed + rng.normal(0, 1),
        }
        for at in range(200)
    ]


def test_an_answer_that_is_better_in_one_row_and_not_worse_in_any_dominates() -> None:
    found = compared("d", {"quick": rows(hours=30), "slow": rows(hours=50)}, PLANNER)
    assert found.dominated == (("quick", "slow"),)
    assert (found.trade_offs, found.undecided) == (0, 0)


def test_an_answer_that_is_better_here_and_worse_there_is_a_trade_off() -> None:
    found = compared("d", {"quick": rows(hours=30, home=0.6), "slow": rows(hours=50)}, PLANNER)
    assert not found.dominated
    assert found.trade_offs == 1


def test_a_difference_not_worth_acting_on_makes_nobody_dominate() -> None:
    found = compared("d", {"one": rows(hours=48), "other": rows(hours=50)}, PLANNER)
    assert not found.dominated
    assert found.undecided == 1


def test_more_killed_in_many_histories_outweighs_no_gain_in_hours() -> None:
    found = compared("d", {"quick": rows(hours=30, killed=30), "slow": rows(hours=50)}, PLANNER)
    assert not found.dominated
    assert found.trade_offs == 1


def test_a_decision_that_is_hardly_ever_put_is_not_judged() -> None:
    found = compared("d", {"quick": rows(hours=30, asked=20), "slow": rows()}, PLANNER)
    assert found.put == 20
    assert (found.dominated, found.trade_offs, found.undecided) == ((), 0, 0)


def test_a_history_that_failed_drops_its_pair_and_is_counted() -> None:
    broken = rows(hours=30)
    broken[7] = {"failed": "why"}
    found = compared("d", {"quick": broken, "slow": rows()}, PLANNER)
    assert (found.put, found.failed) == (199, 1)


def test_answers_that_are_the_same_seldom_dominate_each_other() -> None:
    wins = sum(
        bool(compared("d", {"one": rows(seed=2 * at), "other": rows(seed=2 * at + 1)}, PLANNER).dominated)
        for at in range(40)
    )
    assert wins <= 1


def test_a_row_that_is_undefined_in_a_pair_leaves_the_pair_out() -> None:
    better, worse = [{"hours": 1.0}, {"hours": None}], [{"hours": 2.0}, {"hours": 3.0}]
    assert differences(better, worse, "hours", PLANNER["hours"]) == [1.0]
    assert differences(better, worse, "home", PLANNER["home"]) == []
