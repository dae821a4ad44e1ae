"""From runs to what an answer rests on, on a model whose truth is known."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_model import (
    MEASURES,
    NOISE,
    PARAMETERS,
    PATTERNS,
    A,
    B,
    SmallModel,
    about,
    between,
    plan,
    saved,
    truth,
)

from sim.experiment.answers import Assumptions
from sim.experiment.assuming.assumptions import Plan, assessed, assumptions, mechanism, planned
from sim.experiment.assuming.draws import Over
from sim.experiment.assuming.pairs import ResultsOf, paired
from sim.experiment.faults import BadQuestion
from sim.experiment.results import Held, Results
from sim.experiment.running import Manifest, Store, opened
from sim.experiment.scenario_model import ScenarioModel
from sim.experiment.statistics.grammar import parse
from sim.scenario import load

DEATHS = parse("deaths", MEASURES)
OFTEN = parse("P(deaths>50)", MEASURES)


def held(plan: Plan, *, noise: float = NOISE, seed: int = 0) -> ResultsOf:
    """Results of the small model without running it: the same truth, thousands of pairs at once."""
    rng = np.random.default_rng(seed)

    def results(draw: int) -> Results:
        common = 50.0 + 10.0 * rng.standard_normal(plan.pairs)
        gain = saved(plan.sets.values[draw - 1]) + noise * rng.standard_normal(plan.pairs)
        return Held({A: {"deaths": common}, B: {"deaths": common - gain}})

    return results


def answer(made: Plan, *, noise: float = NOISE, quantity: str = "deaths") -> Assumptions:
    return assessed(made, held(made, noise=noise), [parse(quantity, MEASURES)], PARAMETERS, about())


def test_the_share_of_sets_is_the_true_one_to_the_nearest_twentieth() -> None:
    share = answer(plan(500, 40)).shares[0]
    assert share.better.value == pytest.approx(truth(1.0), abs=0.051)
    assert share.better.low <= truth(1.0) <= share.better.high
    for one in (share.better, share.worse, share.immaterial):
        for value in (one.value, one.low, one.high):
            assert value * 20 == pytest.approx(round(value * 20))
    assert share.better.value + share.worse.value + share.immaterial.value == pytest.approx(1.0)
    assert (share.draws, share.pairs, share.detectable) == (500, 40, True)
    assert share.noise == pytest.approx(NOISE**2 / 40 / (between() ** 2 + NOISE**2 / 40), abs=0.02)
    assert share.mean is not None
    assert share.mean.value == pytest.approx(-4.0, abs=0.2)


def test_the_sentence_says_what_was_tried_and_that_it_is_a_model() -> None:
    found = answer(plan(500, 40))
    assert found.sentence == (
        "In this model, in about 80 % (70 to 85 %) of the 500 assumption sets tried, “b” is better than “a” by more "
        "than 1 people in 'People killed'; worse by more than that in about 10 % (5 to 20 %), and no material "
        "difference in about 10 %."
    )
    assert found.over == "ranges"


def test_the_tornado_finds_what_matters_by_how_much_and_in_which_mechanism() -> None:
    made = answer(plan(500, 40)).tornados[0]
    by_name = {bar.parameter: bar for bar in made.bars}
    assert [bar.parameter for bar in made.bars[:2]] == ["command.delay_share", "people.reached_share"]
    # Fewer deaths is a lower difference: what makes b save more moves it down.
    assert by_name["people.reached_share"].change.value == pytest.approx(-6.0, abs=1.0)
    assert by_name["command.delay_share"].change.value == pytest.approx(12.0, abs=1.0)
    delay = by_name["command.delay_share"]
    assert (delay.mechanism, delay.label, delay.low, delay.high) == ("command", "delay share", 0.0, 1.0)
    assert delay.change.low <= 12.0 <= delay.change.high
    assert 0.0 < made.chance < 2.0
    assert made.screened == len(PARAMETERS)
    assert set(made.mechanisms) == {"people", "command"}
    assert made.mechanisms["command"] == pytest.approx(0.8, abs=0.06)
    assert made.indices == {}


def test_what_would_turn_the_answer_round_is_said_in_values_of_the_steepest() -> None:
    said = answer(plan(500, 40)).tornados[0].reversal
    assert said.startswith(
        "The answer turns round where command.delay_share is near 1 share (range 0 to 1): there b minus a"
    )
    sets = plan(500, 40).sets
    weak = replace(
        sets,
        values=tuple(
            {**values, "command.delay_share": 0.5 + values["command.delay_share"] / 1e6} for values in sets.values
        ),
    )
    said = answer(plan(500, 40, sets=weak)).tornados[0].reversal
    assert said.startswith("Even where people.reached_share is near 0 share")
    assert "do not turn the answer round" in said


def test_deep_designs_give_indices_of_the_survivors() -> None:
    made = answer(plan(1000, 20, deep=True)).tornados[0]
    assert made.indices["command.delay_share"].value == pytest.approx(0.8, abs=0.08)
    assert made.indices["people.reached_share"].value == pytest.approx(0.2, abs=0.08)
    assert set(made.indices) < {bar.parameter for bar in made.bars}


def test_where_chance_is_nearly_all_the_scatter_it_is_said() -> None:
    found = answer(plan(500, 2), noise=100.0)
    assert any("is the luck of few" in warning for warning in found.warnings)
    assert found.shares[0].noise > 0.9


def test_no_dependence_is_said_where_there_is_none() -> None:
    sets = plan(100, 40).sets
    same = replace(sets, values=tuple(dict.fromkeys(sets.ids, 0.5) for _ in sets.values))
    found = [
        assessed(plan(100, 40, sets=same), held(plan(100, 40, sets=same), seed=at), [DEATHS], PARAMETERS, about())
        for at in range(6)
    ]
    said = [one.sentence for one in found if not one.shares[0].detectable]
    assert said
    assert all("no dependence on the assumptions is detectable" in sentence for sentence in said)


def test_how_often_is_told_in_histories() -> None:
    found = answer(plan(300, 40), quantity="P(deaths>50)")
    assert "by more than 5 of 100 histories" in found.sentence
    assert found.shares[0].better.value > 0.5


def test_where_neither_direction_is_better_more_is_said_and_nothing_is_regretted() -> None:
    made = plan(50, 20)
    results = held(made)
    found = assessed(
        made,
        lambda draw: Held({name: {"calm": results(draw).values(name, "deaths")} for name in PATTERNS}),
        [parse("calm", MEASURES)],
        PARAMETERS,
        about(),
    )
    assert "“b” is higher than “a”" in found.sentence
    assert math.isnan(found.shares[0].regret)
    assert any("nobody said which difference is worth acting on" in warning for warning in found.warnings)


def test_regret_of_pattern_and_reference_is_that_of_the_truth() -> None:
    share = answer(plan(2000, 20)).shares[0]
    rng = np.random.default_rng(1)
    gains = 4.0 + 6.0 * (rng.random(100_000) - 0.5) - 12.0 * (rng.random(100_000) - 0.5)
    assert share.regret == pytest.approx(np.quantile(np.maximum(0.0, -gains), 0.9), abs=0.3)
    assert share.reference_regret == pytest.approx(np.quantile(np.maximum(0.0, gains), 0.9), abs=0.3)


def test_ratios_of_sums_are_taken_within_each_draw_and_their_noise_is_measured() -> None:
    rng = np.random.default_rng(2)
    made = plan(400, 40)

    def results(draw: int) -> Results:
        columns = {}
        whole = rng.integers(0, 4, made.pairs).astype(float)
        for name, rate in ((A, 0.4), (B, 0.4 + 0.3 * made.sets.values[draw - 1]["people.reached_share"])):
            part = rng.binomial(whole.astype(int), rate).astype(float)
            share = np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan)
            columns[name] = {"answered": share, "answered.numerator": part, "answered.denominator": whole}
        return Held(columns)

    share = assessed(made, results, [parse("answered", MEASURES)], PARAMETERS, about()).shares[0]
    assert share.mean is not None
    assert share.mean.value == pytest.approx(0.15, abs=0.01)
    # The true spread is 0.3/sqrt(12); 60 attacks a draw leave a standard error of about 0.09.
    assert share.noise == pytest.approx(0.0085 / (0.0085 + 0.0075), abs=0.12)
    assert share.better.value == pytest.approx(1 - 0.05 / 0.3, abs=0.1)


def test_failed_pairs_are_left_out_counted_and_bounded() -> None:
    made = plan(60, 20)
    results = held(made)

    def failing(draw: int) -> Results:
        whole = results(draw)
        failed = np.arange(made.pairs) < (3 if draw <= 30 else 0)
        deaths = np.where(failed, np.nan, whole.values(B, "deaths"))
        return Held({A: {"deaths": whole.values(A, "deaths")}, B: {"deaths": deaths}}, {B: failed})

    found = assessed(made, failing, [DEATHS], PARAMETERS, about())
    (said,) = [warning for warning in found.warnings if "failed" in warning]
    assert "90 of 1,200 pairs failed" in said
    low, high = (float(said.split("better in ")[1].split(" %")[0].split(" to ")[at]) for at in (0, 1))
    assert low < 100 * found.shares[0].better.value + 5
    assert low < high


def test_draws_that_were_not_run_are_left_out_and_said() -> None:
    made = plan(60, 20)
    results = held(made)
    empty = Held({name: {"deaths": []} for name in PATTERNS})
    found = assessed(made, lambda draw: empty if draw > 50 else results(draw), [DEATHS], PARAMETERS, about())
    assert found.shares[0].draws == 50
    assert any("10 assumption sets have fewer than two pairs" in warning for warning in found.warnings)
    assert any("1,000 of 1,200 pairs have been run" in warning for warning in found.warnings)
    with pytest.raises(BadQuestion, match="fewer than two assumption sets"):
        assessed(made, lambda draw: empty, [DEATHS], PARAMETERS, about())
    with pytest.raises(BadQuestion, match="Nothing is compared"):
        assessed(made, results, [], PARAMETERS, about())


def test_few_sets_name_no_assumption() -> None:
    found = answer(plan(10, 10))
    assert found.tornados[0].bars == ()
    assert "too few" in found.tornados[0].reversal


def test_pairs_that_have_nothing_to_measure_are_no_failures() -> None:
    made = plan(3, 4)
    deaths = np.array([1.0, np.nan, 3.0, 4.0])
    results = Held({A: {"deaths": np.ones(4)}, B: {"deaths": deaths}}, {A: [False, False, True, False]})
    found = paired(DEATHS, lambda draw: results, made.draws, (B,), A)
    assert found.undefined == 3
    assert found.failed.sum() == 3
    assert np.isfinite(found.values).sum() == 2 * 3


def test_every_set_gets_its_pairs_one_after_the_other_and_shares_no_luck() -> None:
    made = plan(7, 5)
    specs = list(made)
    assert len(specs) == len(made) == 7 * 5 * 2
    assert [spec.draw for spec in specs[: 2 * 7 : 2]] == list(range(1, 8))
    assert [spec.pattern for spec in specs[:2]] == list(PATTERNS)
    by_replication: dict[int, set[int]] = {}
    for spec in specs:
        by_replication.setdefault(spec.replication, set()).add(spec.draw)
    assert all(len(draws) == 1 for draws in by_replication.values())
    assert len({spec.seed for spec in specs}) == 7 * 5
    more = {(spec.draw, spec.replication, spec.pattern): spec.seed for spec in plan(120, 9)}
    assert all(more[(spec.draw, spec.replication, spec.pattern)] == spec.seed for spec in specs)


@pytest.mark.parametrize("workers", [0, 2])
def test_an_experiment_runs_stops_and_goes_on_to_the_same_answer(tmp_path: Path, workers: int) -> None:
    made = plan(40, 6)
    model = SmallModel(made.sets.by_draw, frozenset({4}))

    def opened_store(folder: Path) -> Store:
        manifest = Manifest.of(
            model, kind="assumptions", patterns=PATTERNS, master_seed=0, asked={}, design=made.design()
        )
        return Store.open(folder, manifest)

    few = replace(made, pairs=3)
    with opened(workers=workers) as pool:
        with opened_store(tmp_path / "x") as store:
            assumptions(model, few, [DEATHS, OFTEN], PARAMETERS, store, pool, about)
        with opened_store(tmp_path / "x") as store:
            found = assumptions(model, made, [DEATHS, OFTEN], PARAMETERS, store, pool, about)
            table = store.table(["draw", "people.reached_share", "replication"])
    direct = assessed(made, _ran(model, made), [DEATHS, OFTEN], PARAMETERS, about())
    assert found == direct
    assert "40 of 240 pairs failed" in " ".join(found.warnings)
    assert len(table) == 480
    drawn = dict(zip(table.column("draw").to_pylist(), table.column("people.reached_share").to_pylist(), strict=True))
    assert drawn == {draw: made.sets.values[draw - 1]["people.reached_share"] for draw in made.draws}
    assert {share.quantity.id for share in found.shares} == {"deaths", "P(deaths>50)"}


def _ran(model: SmallModel, made: Plan) -> ResultsOf:
    rows: dict[int, dict[str, list[float]]] = {draw: {A: [], B: []} for draw in made.draws}
    for spec in made:
        try:
            rows[spec.draw][spec.pattern].append(float(model.run(spec).values[0] or 0.0))
        except ZeroDivisionError:
            rows[spec.draw][spec.pattern].append(math.nan)
    return lambda draw: Held(
        {name: {"deaths": values} for name, values in rows[draw].items()},
        {name: np.isnan(values) for name, values in rows[draw].items()},
    )


def test_a_scenario_is_asked_for_what_it_does_not_set_itself() -> None:
    model = ScenarioModel(load("terrain_camp"), ["base"])
    blueprints = [model.blueprint("base")]
    found = planned(blueprints, ("base", "other"), "base", 0, draws=4)
    assert (found.pairs, len(found.draws), found.rivals) == (40, 4, ("other",))
    assert "people.shock_km" not in found.sets.ids
    deep = planned(blueprints, ("base", "other"), "base", 0, deep=True)
    assert (len(deep.draws), deep.pairs, deep.deep) == (2000, 20, True)
    assert planned(blueprints, ("base", "other"), "base", 0, draws=4, over=Over.CALIBRATED).over is Over.CALIBRATED
    for patterns, reference in ((("base",), "base"), (("base", "base"), "base"), (("base", "other"), "third")):
        with pytest.raises(BadQuestion, match="two or more different"):
            planned(blueprints, patterns, reference, 0)
    with pytest.raises(BadQuestion, match="at least 2"):
        planned(blueprints, ("base", "other"), "base", 0, pairs=1)


def test_a_constant_belongs_to_the_mechanism_before_its_point() -> None:
    assert mechanism("host_state.denial_hours") == "host state"
