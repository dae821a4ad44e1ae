"""The whole answer of a comparison: the page, the tables, the warnings, and the sentence."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from a_comparison import CATALOGUE, OVER_50, about, answer, columns, struck, two
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.experiment.answers import Comparison, PlannerLine, Verdict
from sim.experiment.results import Held, Ragged, first
from sim.experiment.statistics.grammar import parse
from sim.experiment.statistics.planner import planner_rows, regret
from sim.experiment.statistics.questions import Rule


def lines(found: Comparison) -> dict[str, PlannerLine]:
    return {line.quantity.id: line for row in found.rows for line in row.lines} | {
        line.quantity.id: line for line in found.others
    }


def test_the_page_has_eight_rows_with_both_thresholds_and_the_runs_with_harm() -> None:
    found = answer(two())
    assert len(found.rows) == 8
    assert [line.quantity.id for line in found.rows[0].lines] == [
        "P(civilians_killed>50)",
        "P(civilians_killed>200)",
        "Q(civilians_killed>0,0.5)",
        "Q(civilians_killed>0,0.9)",
    ]
    assert [line.quantity.id for row in found.rows[1:] for line in row.lines] == [
        "displaced_peak",
        "home_share_end",
        "immediate_response_share",
        "arrival_hours",
        "never_reached_share",
        "peacekeepers_killed",
        "peacekeepers_wounded",
        "outside_10_1_2_hours",
        "consent_host_end",
        "credibility_min_end",
        "unit_days_away",
        "flight_hours",
        "convoy_days",
    ]


def test_thresholds_that_a_scenario_sets_are_those_of_the_page() -> None:
    changed = dict(CATALOGUE)
    changed["civilians_killed"] = dataclasses.replace(changed["civilians_killed"], thresholds=(5.0, 25.0, 75.0))
    results = two()
    rows, _ = planner_rows(results, "area", changed)
    assert [line.quantity.id for line in rows[0].lines][:3] == [
        "P(civilians_killed>5)",
        "P(civilians_killed>25)",
        "P(civilians_killed>75)",
    ]


def test_a_quantile_of_the_runs_with_harm_is_shown_and_not_compared() -> None:
    line = lines(answer(two()))["Q(civilians_killed>0,0.5)"]
    assert line.differences == ()
    assert [level.interval.value for level in line.levels if level.interval] == [120, 120]
    assert [level.n + level.undefined for level in line.levels] == [800, 800]


def test_regret_is_what_a_choice_gives_up_in_the_unit() -> None:
    results = Held(
        {
            "area": columns(100, {"home_share_end.numerator": np.full(100, 0.5)}),
            "point": columns(100, {"flight_hours": np.full(100, 10.0)}),
        }
    )
    assert lines(answer(results))["flight_hours"].regret == {"area": 0, "point": 6}
    assert lines(answer(results))["home_share_end"].regret == {"area": 0.25, "point": 0}
    assert regret(parse("detained", CATALOGUE), results, results.patterns) == {}


def test_a_failed_run_takes_its_history_out_of_every_regret() -> None:
    hours = np.array([1.0, np.nan, 1.0])
    results = Held(
        {"area": columns(3, {"flight_hours": [2, 900, 2]}), "point": columns(3, {"flight_hours": hours})},
        failed={"point": [False, True, False]},
    )
    assert regret(parse("flight_hours", CATALOGUE), results, results.patterns) == {"area": 1, "point": 0}


def test_measures_that_differ_nowhere_are_left_out_and_those_that_do_are_descriptive() -> None:
    results = Held({"area": columns(120), "point": columns(120, {"mines_met": np.arange(120.0)})})
    others = [line.quantity.id for line in answer(results).others]
    assert "mines_met" in others
    assert "turned_away" not in others


def test_the_primary_quantity_and_its_measure_are_always_among_the_lines() -> None:
    for primary in (OVER_50, "better(civilians_killed)", "mines_met", "detained", "never(reinforcement_hours)"):
        found = answer(Held({"area": columns(120), "point": columns(120)}), primary)
        assert found.primary.id == primary
        assert {primary, found.primary.measure} <= set(lines(found))


def test_mean_deaths_are_printed_and_marked_where_a_handful_carries_them() -> None:
    killed = np.zeros(1000)
    killed[:6] = 4000
    found = answer(Held({"area": columns(1000), "point": columns(1000, {"civilians_killed": killed})}))
    line = lines(found)["civilians_killed"]
    assert line.differences[0].verdict is Verdict.UNESTIMATED
    assert line.differences[0].interval is not None
    assert "A handful of histories" in line.note


def test_a_net_share_has_a_line_without_levels() -> None:
    line = lines(answer(two()))["better(civilians_killed)"]
    assert [level.interval for level in line.levels] == [None, None]
    assert line.differences[0].interval is not None


# The sentence


def test_the_sentence_says_who_is_better_by_how_much_how_sure_and_on_how_many_histories() -> None:
    assert answer(two()).sentence == (
        "In this model, “Point” is better than “Area”: civilians killed above 50 in 15.1 of 100 histories under "
        "“Point” and 30.2 under “Area”, 15.1 fewer of 100 (95 % interval: 12.6 to 17.6 fewer of 100); of 100 histories "
        "it does better in 15, worse in 0, the same in 85, in 800 pairs of histories with the same luck."
    )


@pytest.mark.parametrize(
    ("primary", "words"),
    [
        (
            "better(civilians_killed)",
            "histories that end better less those that end worse in civilians killed, 15.1 more",
        ),
        ("log(civilians_killed)", "civilians killed on a log scale, 0.73 log of 1 + people under “Point” and 1.45"),
        ("capped(civilians_killed,100)", "(more than 100 counted as 100), 15.1 people under “Point” and 30.2 under"),
        ("civilians_killed", "civilians killed, 18.1 people under “Point” and 36.3 under “Area”"),
    ],
)
def test_each_kind_of_quantity_has_its_words(primary: str, words: str) -> None:
    assert words in answer(two(), primary).sentence


def test_a_share_is_told_in_points() -> None:
    luck = np.random.default_rng(1)
    met = {"immediate_response_share.numerator": luck.binomial(2, 0.7, 400)}
    missed = {"immediate_response_share.numerator": luck.binomial(2, 0.4, 400)}
    found = answer(Held({"area": columns(400, missed), "point": columns(400, met)}), "immediate_response_share")
    assert "% under “Point” and" in found.sentence
    assert "points more (95 % interval" in found.sentence


def test_the_sentence_leaves_open_what_is_open() -> None:
    luck = np.random.default_rng(3)
    results = Held(
        {name: columns(200, {"civilians_killed": struck(luck, 200)}) for name in ("area", "point")},
    )
    assert "it is undecided whether “Point” or “Area” is better" in answer(results).sentence
    assert re_interval(answer(results).sentence)


def re_interval(text: str) -> bool:
    """Whether an interval reaches to both sides."""
    inside = text.partition("95 % interval: ")[2].partition(")")[0]
    return "fewer" in inside and "more" in inside


def test_the_sentence_of_patterns_that_never_differ_is_the_rule_of_three() -> None:
    killed = struck(np.random.default_rng(1), 600)
    same = columns(600, {"civilians_killed": killed})
    found = answer(Held({"area": same, "point": same}))
    assert found.sentence == (
        "In this model, “Point” and “Area” are the same in civilians killed above 50 in 600 of 600 histories; "
        "a difference in more than 0.50 % of them is excluded."
    )
    of_three = answer(Held({"area": same, "point": same, "tob": same}))
    assert "are the same in civilians killed above 50 in all of 600 histories" in of_three.sentence


def test_the_sentence_refuses_where_a_handful_of_histories_carries_the_answer() -> None:
    killed = np.zeros(1000)
    killed[:6] = 4000
    results = Held({"area": columns(1000), "point": columns(1000, {"civilians_killed": killed})})
    found = answer(results)
    assert "it cannot be estimated with 1,000 histories how “Point” and “Area” differ" in found.sentence
    assert any("6 pairs carry the difference of point from area, 30 are needed" in each for each in found.warnings)


def test_where_neither_is_better_they_only_differ() -> None:
    luck = np.random.default_rng(1)
    results = Held(
        {"area": columns(400), "point": columns(400, {"detained": luck.poisson(30, 400)})},
    )
    assert "“Point” and “Area” differ: people detained" in answer(results, "detained").sentence


def three(n: int = 1000, seed: int = 1) -> Held:
    luck = np.random.default_rng(seed)
    killed = struck(luck, n)
    point = np.where(luck.random(n) < 0.5, 0.0, killed)
    tob = np.where(luck.random(n) < 0.12, struck(luck, n, 0.15), point)
    harms = {"area": killed, "point": point, "tob": tob}
    return Held({name: columns(n, {"civilians_killed": column}) for name, column in harms.items()})


def test_of_many_patterns_the_sentence_names_those_that_cannot_be_told_apart() -> None:
    whole = three(300, seed=2)
    again = {name: {column: whole.values(name, column) for column in columns(1)} for name in ("point", "tob")}
    found = answer(three(), fresh=Held(again))
    assert "“Point” and “tob” cannot be told apart as the best of 3 patterns" in found.sentence
    assert "“Area” is surely worse" in found.sentence
    assert "On 300 fresh histories" in found.sentence
    assert set(found.best.set) == {"point", "tob"}


def test_one_best_of_many_is_named_alone() -> None:
    results = three()
    results = Held(
        {
            "area": {name: results.values("area", name) for name in columns(1)},
            "point": columns(1000),
            "tob": {name: results.values("tob", name) for name in columns(1)},
        }
    )
    assert "“Point” is the best of 3 patterns by civilians killed above 50" in answer(results).sentence


# Warnings and curves


def test_what_should_be_known_is_warned_of() -> None:
    results = two(80)
    found = answer(results, failed_runs=3, failures={"running: ZeroDivisionError": 3})
    assert any(each.startswith("80 histories are few") for each in found.warnings)
    assert any("3 of 160 runs failed (running: ZeroDivisionError: 3)" in each for each in found.warnings)


def test_histories_that_are_alike_event_for_event_are_warned_of() -> None:
    same = columns(150)
    digests = [str(each) for each in range(150)]
    results = Held({"area": same, "point": same}, digests={"area": digests, "point": digests})
    assert any("gave the same history, event for event, in all 150" in each for each in answer(results).warnings)
    results = Held({"area": same, "point": same}, digests={"area": digests, "point": [*digests[1:], "x"]})
    assert not any("event for event" in each for each in answer(results).warnings)


def test_a_pattern_that_was_left_out_early_rests_on_the_histories_in_which_it_was_run() -> None:
    whole = three()
    ragged = Ragged({"point": whole, "area": first(whole, 169), "tob": whole}, lambda one, other: whole)
    found = answer(ragged, patterns=("point", "area", "tob"))
    line = lines(found)[OVER_50]
    assert [level.n for level in line.levels] == [1000, 169, 1000]
    assert [(each.pattern, each.n, each.undefined_pairs) for each in line.differences] == [
        ("area", 169, 0),
        ("tob", 1000, 0),
    ]
    assert any("area after 169 histories" in each for each in found.warnings)


def test_the_spread_counts_every_pair_once() -> None:
    found = answer(two())
    (spread,) = found.spreads
    assert spread.quantity.id == "civilians_killed"
    assert sum(spread.counts) + spread.identical == 800
    assert list(spread.edges) == sorted(spread.edges)
    assert 0.0 in spread.edges


@settings(max_examples=40)
@given(st.lists(st.integers(0, 20_000), min_size=2, max_size=100), st.integers(0, 100))
def test_no_pair_falls_out_of_the_spread(killed: list[int], seed: int) -> None:
    other = np.random.default_rng(seed).permutation(killed)
    results = Held(
        {
            "area": columns(len(killed), {"civilians_killed": killed}),
            "point": columns(len(killed), {"civilians_killed": other}),
        }
    )
    for spread in answer(results).spreads:
        assert sum(spread.counts) + spread.identical == len(killed)
        assert len(spread.edges) == len(spread.counts) + 1


def test_measures_with_thresholds_have_curves() -> None:
    found = answer(two())
    assert [each.quantity.id for each in found.exceedance] == ["civilians_killed"]
    assert {50.0} <= set(found.exceedance[0].thresholds)


def test_an_answer_holds_no_number_that_is_none_but_where_there_is_no_interval() -> None:
    for line in lines(answer(three())).values():
        for found in line.differences:
            assert found.interval is not None
            assert not any(math.isnan(each) for each in dataclasses.astuple(found.interval))


def test_until_decided_leaves_out_and_stops() -> None:
    found = answer(three(), rule=Rule.UNTIL_DECIDED)
    assert found.stop.reached
    assert found.stop.looks[-1].survivors == ("point", "tob")
    assert "cannot be told apart by what is worth acting on" in found.stop.reason


def test_a_run_that_failed_is_no_history_without_harm() -> None:
    killed = np.array([0.0, 60.0, np.nan] * 50)
    results = Held(
        {"area": columns(150), "point": columns(150, {"civilians_killed": killed})},
        failed={"point": np.isnan(killed)},
    )
    line = lines(answer(results, failed_runs=50, failures={"x": 50}))[OVER_50]
    assert [level.n for level in line.levels] == [150, 100]
    assert line.differences[0].failed_pairs == 50
    assert line.differences[0].bounds == pytest.approx((1 / 3, 2 / 3))
    assert about(results).runs == 300
