"""Thousands of runs: kept, gone on with, in the order of their tasks; and a run with other constants."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from sim.doctrine import load_doctrine
from sim.doctrine.draws import CalibratedDraws, calibrated_ids, is_swept
from sim.errors import MissionError
from validation import cases, runs
from validation.cases import Task, histories, part, usable
from validation.designs import around_calibrated, full_ranges, latin_hypercube
from validation.elsewhere import Task as Elsewhere
from validation.elsewhere import gathered
from validation.over_draws import pair_parts, parts
from validation.runs import Runner, blocks, world

BANDS = yaml.safe_load((Path(__file__).parents[2] / "validation" / "bands.yaml").read_text("utf-8"))
PARAMETERS = load_doctrine().parameters


def squared(task: int) -> list[dict[str, Any]]:
    return [{"value": task * task}]


def refusing(task: int) -> list[dict[str, Any]]:
    raise AssertionError(task)


def test_results_come_in_the_order_of_their_tasks(tmp_path: Path) -> None:
    tasks = {str(at): at for at in range(7)}
    found = Runner(tmp_path, 2, quiet=True).results("squares", squared, tasks, "m")
    assert [rows[0]["value"] for rows in found.values()] == [at * at for at in range(7)]


def test_what_has_been_run_is_not_run_again_and_a_torn_line_is(tmp_path: Path) -> None:
    runner = Runner(tmp_path, 1, quiet=True)
    runner.results("squares", squared, {"1": 1, "2": 2}, "m")
    assert runner.results("squares", refusing, {"2": 2, "1": 1}, "m") == {"2": [{"value": 4}], "1": [{"value": 1}]}
    path = tmp_path / "squares.m.jsonl"
    path.write_text(path.read_text("utf-8")[:-5], encoding="utf-8")
    with pytest.raises(AssertionError):
        runner.results("squares", refusing, {"1": 1, "2": 2}, "m")


def test_results_of_another_model_are_not_taken_for_this_one(tmp_path: Path) -> None:
    runner = Runner(tmp_path, 1, quiet=True)
    runner.results("squares", squared, {"1": 1}, "old")
    with pytest.raises(AssertionError):
        runner.results("squares", refusing, {"1": 1}, "new")


def test_every_seed_stands_in_one_block() -> None:
    seeds = [seed for first, last in blocks(23) for seed in range(first, last + 1)]
    assert seeds == list(range(1, 24))


def test_a_latin_hypercube_has_one_point_in_every_slice_of_every_dimension() -> None:
    points = latin_hypercube(50, 6, np.random.default_rng(1))
    for column in points.T:
        assert sorted(int(50 * value) for value in column) == list(range(50))


def test_a_draw_changes_everything_that_is_not_verified_and_nothing_else() -> None:
    draws = full_ranges(PARAMETERS, 8, 1)
    assert set(draws[0]) == {id_ for id_, parameter in PARAMETERS.items() if is_swept(parameter)}
    assert draws == full_ranges(PARAMETERS, 8, 1)
    assert draws[0] != draws[1]


def test_calibrated_constants_come_together_and_the_others_from_their_ranges() -> None:
    ids = calibrated_ids(PARAMETERS)
    vectors = CalibratedDraws(ids, tuple(tuple(PARAMETERS[id_].range[end] for id_ in ids) for end in (0, 1)))
    draws = around_calibrated(PARAMETERS, vectors, 10, 1)
    taken = {tuple(draw[id_] for id_ in ids) for draw in draws}
    assert taken == set(vectors.vectors)
    assert set(draws[0]) == set(full_ranges(PARAMETERS, 1, 1)[0])


def test_a_run_takes_the_constants_it_is_given_and_leaves_those_its_scenario_sets() -> None:
    run = world(cases.SCENARIO, "historical", 1, {"people.stay_share": 0.25})
    assert run.parameters["people.stay_share"] == 0.25
    assert run.parameters["people.fear_return"] == PARAMETERS["people.fear_return"].value


def test_a_history_has_every_part_of_the_record_in_it() -> None:
    row = histories(Task((3,), BANDS, pairs=True))[0]
    for each in [*parts(BANDS), *pair_parts(BANDS)]:
        assert math.isfinite(part(each.name, row, BANDS)), each.name
    assert part("peak-at-base", row, BANDS) > 0
    assert 0 <= part("home-share", row, BANDS) <= 1


def test_the_same_seed_gives_the_same_history_and_another_set_of_assumptions_another() -> None:
    task = Task((4,), BANDS)
    assert histories(task) == histories(task)
    assert histories(task) != histories(Task((4,), BANDS, {"people.stay_share": 0.3}))


def test_a_run_that_breaks_is_a_row_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise MissionError("the bridge is gone")

    monkeypatch.setattr(cases, "reconstruct", broken)
    rows = histories(Task((1, 2), BANDS))
    assert rows == [{"seed": seed, "failed": "the bridge is gone"} for seed in (1, 2)]
    assert usable(rows) == []


def test_the_case_outside_gives_shares_of_those_who_fled() -> None:
    row = gathered(Elsewhere((2,), BANDS["elsewhere"]))[0]
    assert row["displaced"] > 0
    assert 0 < row["share_at_base"] <= 1
    assert row["there_after_a_day"] > 0


def test_assumptions_that_no_world_can_be_made_of_are_a_failed_run_and_not_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def impossible(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("no heads")

    monkeypatch.setattr(runs, "World", impossible)
    assert "no heads" in histories(Task((1,), BANDS))[0]["failed"]


def test_a_reinforcement_that_never_came_counts_with_the_end() -> None:
    assert part("reinforcement-days", {"first_reinforcement_h": None}, BANDS) == (360 - 42) / 24
    pair = {"platoon_h": None, "without_caveat": {"platoon_h": 60.0}}
    assert part("earlier-hours", pair, BANDS) == 300.0


def test_a_part_that_a_history_leaves_undefined_is_no_number() -> None:
    assert math.isnan(part("share-at-base", {"at_base_share_peak": None}, BANDS))


def test_a_band_that_ends_where_shares_end_has_no_upper_end() -> None:
    found = {each.name: each for each in parts(BANDS)}
    assert found["home-share"].high == math.inf
    assert found["share-at-base"].high == 0.95
    assert found["no-attack-on-site"].mean
