"""Rehearsals as a model: columns fixed beforehand, answers forced, and a reading that changes nothing."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_exercise import SHIPPED, reading, rehearsal, small, without_a_head

from sim.engine.ticks import HOUR
from sim.engine.world import World
from sim.experiment.model import Kind, RunFailed, Spec
from sim.experiment.rehearsing import observing
from sim.experiment.rehearsing.catalogue import habits
from sim.experiment.rehearsing.rehearsal import Forced, RehearsalModel
from sim.experiment.scenario_model import UnknownPattern

KINDS = {Kind.AMOUNT: (int, float), Kind.COUNT: (int,), Kind.FLAG: (bool,), Kind.SERIES: (tuple,)}


@pytest.mark.parametrize("scenario", SHIPPED)
def test_every_value_is_of_the_kind_that_its_column_says(scenario: str) -> None:
    model = rehearsal(scenario)
    for pattern in (*model.patterns[:5], model.patterns[-1]):
        values = model.run(Spec(0, 0, 0, pattern, 3)).values
        for column, value in zip(model.columns, values, strict=True):
            assert value is None or isinstance(value, KINDS[column.kind]), column
            assert not (column.kind is Kind.COUNT and isinstance(value, bool)), column


def test_the_measures_are_those_of_the_run() -> None:
    model = rehearsal("saraf_umra")
    world = World(model.blueprint, 3)
    world.advance(world.end)
    found = reading(model, "doctrinal", 3)

    for name, value in world.measure_values().items():
        if value.value is not None:
            assert found[name] == value.value
        elif value.censored:
            assert found[name] == (value.end - value.start) / HOUR


def test_reading_leaves_the_history_as_it_is() -> None:
    world = World(rehearsal("terrain_camp").blueprint, 3)
    world.advance(world.end)
    before = world.digest()
    first, second = tuple(observing.values(world)), tuple(observing.values(world))

    assert world.digest() == before
    assert first == second


def test_a_model_that_was_sent_to_another_process_gives_the_same() -> None:
    model = rehearsal()
    sent = pickle.loads(pickle.dumps(model))

    for pattern in model.patterns:
        assert sent.run(Spec(0, 0, 0, pattern, 3)) == model.run(Spec(0, 0, 0, pattern, 3))
    assert sent.identity == model.identity


def test_an_inject_with_a_time_comes_at_that_time() -> None:
    for who in habits().players:
        found = reading(rehearsal(), who, 3)
        assert (found["fired/on-time"], found["fired_hours/on-time"]) == (True, 3.0)


def test_an_inject_whose_condition_is_never_true_waits_for_the_part_that_is_false() -> None:
    found = reading(rehearsal(), "doctrinal", 3)

    assert found["fired/never"] is False
    assert found["waits/never"] == (1.0,)
    assert found["waits/on-time"] is None
    assert found["asks_when/unasked"] == (1.0,)


def test_a_decision_that_comes_while_its_principal_is_away_says_so() -> None:
    away = reading(RehearsalModel(without_a_head(), habits().named(["doctrinal"])), "doctrinal", 3)
    there = reading(rehearsal(), "doctrinal", 3)

    assert (away["absent/same"], away["absent/move"], away["absent/unasked"]) == (True, False, None)
    assert there["absent/same"] is False


@pytest.mark.parametrize("option", ["yes", "no"])
def test_a_forced_answer_is_given_as_soon_as_the_decision_is_put(option: str) -> None:
    found = reading(rehearsal(), Forced("same", option).pattern, 3)
    options = list(rehearsal().blueprint.decisions["same"].options)

    assert options[int(found["option/same"] or 0)] == option  # type: ignore[arg-type]
    assert found["expired/same"] is False
    assert float(found["taken_hours/same"] or 0.0) < 0.01  # type: ignore[arg-type]


@pytest.mark.parametrize("scenario", ["upper_nile_tob", "terrain_camp", "near_and_blind"])
def test_every_decision_that_is_put_can_be_forced_each_way(scenario: str) -> None:
    model = rehearsal(scenario)
    for decision, spec in model.blueprint.decisions.items():
        taken = set()
        for option in spec.options:
            found = reading(model, Forced(decision, option).pattern, 3)
            if found[f"offered/{decision}"]:
                taken.add(list(spec.options)[int(found[f"option/{decision}"])])  # type: ignore[arg-type]
        assert taken in (set(), set(spec.options))


def test_what_was_before_a_forced_answer_is_the_same_whatever_the_answer() -> None:
    model = rehearsal("saraf_umra")
    found = {
        option: reading(model, Forced("who-mediates", option).pattern, 4)
        for option in model.blueprint.decisions["who-mediates"].options
    }

    assert len({each["offered_hours/who-mediates"] for each in found.values()}) == 1
    assert len({each["offered_hours/gate"] for each in found.values()}) == 1


def test_hours_of_a_seat_add_up_to_the_exercise() -> None:
    model = rehearsal("terrain_camp")
    found = reading(model, "cautious", 3)
    hours = model.blueprint.duration / HOUR

    for column in model.columns:
        if column.name.startswith(("items/", "open/")):
            series = found[column.name]
            assert isinstance(series, tuple)
            assert sum(series) == hours
            assert series[-1] > 0


def test_a_run_that_cannot_be_set_up_says_so() -> None:
    with pytest.raises(RunFailed, match="setting up"):
        rehearsal().run(Spec(0, 0, 0, "doctrinal", 2**200))


def test_a_pattern_that_the_scenario_does_not_have_is_refused() -> None:
    with pytest.raises(UnknownPattern, match="nowhere"):
        RehearsalModel(small(), (), pattern="nowhere")


def test_habits_are_part_of_what_decides_a_result() -> None:
    few = RehearsalModel(small(), habits().named(["none", "slow"]))

    assert few.identity["players_hash"] != rehearsal().identity["players_hash"]
    assert few.identity["scenario_hash"] == rehearsal().identity["scenario_hash"]


spans = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)).map(lambda span: (span[0], span[0] + span[1])))


@given(spans)
def test_a_collision_is_a_decision_that_comes_while_another_is_open(given: list[tuple[int, int]]) -> None:
    ordered = sorted(given)
    expected = sum(any(until > since for _, until in ordered[:at]) for at, (since, _) in enumerate(ordered))

    assert observing.collisions(given) == expected
