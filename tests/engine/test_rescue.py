"""Taking people out: nobody is lost, whoever does not fit stays, and going in has its risk."""

from __future__ import annotations

import pytest

from sim.engine import kinds
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import mission, order, rows


def balanced(world: World) -> bool:
    return all(state.balanced() for state in world.people.communities.values())


def evacuated(seed: int = 1, fear: float = 60.0, to: str = "depot", unit: str = "company-3", **given: float) -> World:
    world = mission(seed=seed, **given)
    world.people.shock("town", fear, world.beginning)
    order(world, "evacuate-civilians", unit, "town", target=to)
    return world


@pytest.mark.parametrize("seed", range(4))
def test_nobody_is_lost_on_the_way(seed: int) -> None:
    world = evacuated(seed)
    for hour in range(1, 72, 3):
        world.advance(hour * HOUR)
        assert balanced(world)
    (row,) = rows(world, kinds.ESCORTED)
    assert row.fields["people"] > 0
    assert world.measures.value("people_evacuated").value == row.fields["people"]


def test_people_arrive_where_they_were_taken_and_the_escort_with_them() -> None:
    world = evacuated(people__flight_per_hour=0.04)
    world.advance(3 * DAY)
    (row,) = rows(world, kinds.ESCORTED)
    arrived = sum(one.fields["people"] for one in rows(world, kinds.REACHED) if one.fields["place"] == "depot")
    assert arrived >= row.fields["people"]
    assert world.forces.units["company-3"].place == "depot"


def test_no_more_go_than_seats_and_walkers_allow() -> None:
    for vehicles, foot in ((10.0, 3.0), (30.0, 20.0)):
        world = evacuated(rescue__people_per_vehicle=vehicles, rescue__walkers_per_escort=foot)
        unit = world.forces.units["company-3"]
        most = unit.vehicles * vehicles * world.parameters["rescue.trips"] + world.forces.available(unit) * foot
        world.advance(2 * DAY)
        assert rows(world, kinds.ESCORTED)[0].fields["people"] <= most


def test_fewer_go_where_fewer_are_afraid() -> None:
    moved = []
    for fear in (10.0, 80.0):
        world = mission(people__flight_per_hour=0.04, rescue__people_per_vehicle=30.0, rescue__walkers_per_escort=20.0)
        order(world, "evacuate-civilians", "company-3", "town", target="depot")
        while not rows(world, kinds.TASK_BEGAN):
            world.advance(world.now + HOUR // 4)
        world.people.shock("town", fear, world.beginning)
        world.advance(world.now + DAY)
        moved.append(rows(world, kinds.ESCORTED)[0].fields["people"])
    assert moved[0] < moved[1]


def test_those_who_stay_are_more_afraid_than_before() -> None:
    world = evacuated(rescue__people_per_vehicle=10.0, rescue__walkers_per_escort=3.0)
    world.advance(2 * DAY)
    (row,) = rows(world, kinds.ESCORTED)
    assert any(entry.causes == (row.id,) for entry in rows(world, kinds.LEDGER, "fear/farmers"))


def test_without_a_permit_it_costs_consent() -> None:
    world = evacuated()
    before = world.ledger.value("consent/governor")
    world.advance(DAY)
    assert world.ledger.value("consent/governor") < before


def test_those_who_shelter_can_be_taken_on() -> None:
    world = mission()
    world.people.shock("town", 80.0, world.beginning)
    world.advance(DAY)
    before = world.people.sheltering("base")
    moved = world.people.escort("base", "depot", before // 2, world.beginning)
    assert 0 < moved <= before // 2
    assert world.people.sheltering("base") == before - moved
    world.advance(4 * DAY)
    assert balanced(world)
    assert sum(row.fields["people"] for row in rows(world, kinds.REACHED) if row.fields["place"] == "depot") >= moved


def test_search_and_rescue_brings_staff_and_some_people_back() -> None:
    world = mission(("police: {type: individual-police, contributor: mission, at: base}",
                     "police: {type: individual-police, contributor: mission, at: town}"))  # fmt: skip
    order(world, "search-and-rescue", "company-1", "town")
    world.advance(2 * DAY)
    (row,) = rows(world, kinds.RESCUED)
    assert row.fields["staff"] > 0
    assert world.forces.units["police"].place == "base"
    assert balanced(world)
    assert world.measures.value("people_rescued").value == row.fields["staff"] + row.fields["people"]


def test_going_in_where_there_is_fighting_meets_more_contact() -> None:
    met = {False: 0, True: 0}
    for fighting in met:
        for seed in range(15):
            world = mission(seed=seed)
            if fighting:
                world.groups.hostilities.disturb("town", 80.0, world.beginning)
            order(world, "search-and-rescue", "company-1", "town")
            world.advance(DAY)
            choice = next(row for row in rows(world, kinds.CHOICE) if row.subject.endswith("/contact"))
            met[fighting] += choice.fields["outcome"] == "contact"
    assert met[True] >= met[False]
    assert met[True] > 0
