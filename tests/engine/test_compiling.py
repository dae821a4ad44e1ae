"""A scenario becomes a blueprint: whole, frozen, and free of texts in what moves the world."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

from sessions import blueprint
from sim.engine import inputs
from sim.engine.blueprint import compile_scenario
from sim.engine.places import great_circle_km
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from sim.scenario import ScenarioError, load
from small_mission import mission, plan


def test_a_blueprint_survives_pickling_and_gives_the_same_run() -> None:
    copy = pickle.loads(pickle.dumps(blueprint()))
    worlds = [World(one, 3) for one in (blueprint(), copy)]
    for world in worlds:
        world.advance(3 * DAY)
    assert worlds[0].digest() == worlds[1].digest()


def test_a_blueprint_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        blueprint().season = "rainy"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        blueprint().units["company-1"].strength = 1  # type: ignore[misc]


def test_an_unknown_pattern_or_choice_is_refused() -> None:
    with pytest.raises(ScenarioError):
        compile_scenario(load("saraf_umra"), "no-such-pattern")
    with pytest.raises(ScenarioError):
        compile_scenario(load("saraf_umra"), None, {"no-such-option": "x"})


def test_a_world_refuses_a_pattern_and_a_parameter_that_are_not_those_of_its_blueprint() -> None:
    with pytest.raises(ValueError, match="compiled for pattern"):
        World(blueprint(), 1, pattern="alone")
    with pytest.raises(ValueError, match="no parameter"):
        World(plan(), 1, parameters={"people.luck": 1.0})


def test_a_place_near_another_lies_at_its_distance_and_a_road_without_a_length_has_the_detour() -> None:
    places = plan().places
    base, town = places["base"], places["town"]
    assert great_circle_km(town.latitude, town.longitude, base.latitude, base.longitude) == pytest.approx(2.0)
    route = next(one for one in blueprint().routes.values() if one.id == "team-site--kabkabiya")
    a, b = blueprint().places["team-site"], blueprint().places["kabkabiya"]
    straight = great_circle_km(a.latitude, a.longitude, b.latitude, b.longitude)
    assert route.km == pytest.approx(straight * blueprint().road_detour)


def test_a_unit_takes_what_it_does_not_say_from_its_type_and_answers_to_the_head_of_its_component() -> None:
    units = plan().units
    assert (units["company-1"].strength, units["company-1"].vehicles) == (150, (9, 14))
    assert {unit.id: unit.controller for unit in units.values() if not unit.parent} == {
        "company-1": "force-commander", "company-2": "force-commander", "company-3": "force-commander",
        "fpu": "police-commissioner", "police": "police-commissioner", "interpreters": "deputy-political",
        "trucks": "mission-support", "helicopter": "mission-support",
    }  # fmt: skip
    assert units["fpu/1"].parent == "fpu"


def test_the_clock_of_the_map_begins_at_the_midnight_before_the_start() -> None:
    assert plan().first_midnight == -6 * HOUR
    assert (plan().sunrise, plan().sunset) == (6 * HOUR, 18 * HOUR)
    assert mission().places.hour_of_day(0) == 6.0


def test_every_input_that_a_decision_or_a_standing_order_stands_for_is_taken_at_the_door() -> None:
    world = World(blueprint(), 1)
    plan_ = world.blueprint
    todo: list[inputs.Input] = [entry for rule in plan_.standing_orders for entry in rule.do]
    todo += [entry for one in plan_.decisions.values() for option in one.options.values() for entry in option.do]
    assert len(todo) > 20
    for entry in todo:
        if not isinstance(entry, inputs.Levers | inputs.Answer):
            assert world._objection_to(entry) == "", entry


def test_names_that_people_read_are_in_the_reading_alone() -> None:
    fictional = compile_scenario(load("saraf_umra"), "historical", fictional=True)
    for field in dataclasses.fields(fictional):
        same = getattr(fictional, field.name) == getattr(blueprint(), field.name)
        assert same == (field.name != "reading"), field.name
