"""The two cases of three quarters of an hour: every question is asked, of somebody who has heard what it is about."""

from __future__ import annotations

import pytest

from sim.engine.blueprint import compile_scenario
from sim.engine.inputs import SeatHeld
from sim.engine.ticks import HOUR
from sim.engine.world import StopWhen, World
from sim.exercise.staging import leadership_team
from sim.scenario import load

CASES = ("terrain_camp", "near_and_blind")
SEEDS = (1, 2, 3)
OPEN_AT_ONCE = 3
"""Two and the one that has just come in."""


def asked(world: World) -> dict[str, tuple[int, int]]:
    decisions = world.decisions.decisions.values()
    return {each.spec.id: (each.opened, each.due) for each in decisions if each.state != "armed"}


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> list[World]:
    """Some runs in which everybody follows his standing orders."""
    blueprint = compile_scenario(load(request.param))
    worlds = [World(blueprint, seed) for seed in SEEDS]
    for world in worlds:
        world.advance(blueprint.duration)
    return worlds


def test_every_question_of_a_case_is_asked_in_some_run(case: list[World]) -> None:
    assert {id for world in case for id in asked(world)} == set(case[0].blueprint.decisions)


def test_no_leadership_has_more_questions_before_it_than_it_can_hold(case: list[World]) -> None:
    for world in case:
        spans = asked(world).values()
        for opened, _ in spans:
            assert sum(begin <= opened < end for begin, end in spans) <= OPEN_AT_ONCE


@pytest.mark.parametrize("name", CASES)
def test_a_team_of_one_person_is_asked_something_on_both_days(name: str) -> None:
    """Nobody but the player passes anything on, and still the questions reach him."""
    blueprint = compile_scenario(load(name))
    team = leadership_team(blueprint)
    world = World(blueprint, SEEDS[0])
    for seat in team:
        world.apply(SeatHeld(seat, True))
    while world.advance(blueprint.duration, StopWhen(frozenset(team))).reason == "needs":
        pass
    opened = [opened for opened, _ in asked(world).values()]
    assert sum(tick < 18 * HOUR for tick in opened) >= 4
    assert any(tick >= 20 * HOUR for tick in opened)


def test_the_numbers_at_the_end_are_what_was_asked_for_and_what_happened(case: list[World]) -> None:
    world = case[0]
    world.advance(world.horizon)
    ending = world.ending()
    assert ending is not None
    labels = world.blueprint.doctrine.measures
    asked = [labels[name].label for name in world.blueprint.reading.measures]
    assert [label for label, _, _ in ending.numbers][: len(asked)] == asked
    noughts = [label for label, text, _ in ending.numbers if text.split(" ")[0] == "0"]
    assert set(noughts) <= set(asked)


def test_the_story_of_a_red_line_tells_when_it_was_announced_and_crossed() -> None:
    blueprint = compile_scenario(load("bambari"))
    world = World(blueprint, 4)
    world.advance(world.horizon)
    ending = world.ending()
    assert ending is not None
    told = [text for _, text in ending.story]
    assert any(text.endswith("is announced.") for text in told)
    assert any("a column crosses the line" in text for text in told)
    assert all(text[:1] == text[:1].upper() for text in told)
