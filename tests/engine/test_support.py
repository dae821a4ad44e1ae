"""Water by the round trip, flights by day and outside the dust, and wounded who are flown out once."""

from __future__ import annotations

import pytest

from sim.engine import kinds
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import mission, order, rows

NO_GATE = ("consent: 50, gates: [flight]", "consent: 50")


def test_trucks_bring_what_their_round_trips_allow() -> None:
    world = mission()
    order(world, "truck-water", "trucks", "base")
    while not world.tasks.lasting("truck-water"):
        world.advance(world.now + HOUR // 60)
    unit, parameters = world.forces.units["trucks"], world.parameters
    began = rows(world, kinds.TASK_BEGAN)[-1].tick
    trip = 2 * world.places.road_hours("depot", "base", unit.mobility, began)
    per_day = (
        unit.vehicles * parameters["support.truck_load_m3"] * 24 / (trip + parameters["support.truck_turnaround_hours"])
    )
    assert world.sites.state["base"].trucked == pytest.approx(per_day, rel=1e-6)


def test_water_ends_with_the_order_that_brought_it() -> None:
    world = mission()
    order(world, "truck-water", "trucks", "base", hours=30.0)
    world.advance(30 * HOUR)
    assert world.sites.state["base"].trucked > 0.0
    world.advance(5 * DAY)
    assert world.sites.state["base"].trucked == 0.0


@pytest.mark.parametrize("seed", range(8))
def test_a_helicopter_flies_by_day_only_and_lands_before_dusk(seed: int) -> None:
    world = mission(NO_GATE, seed=seed, hours=6.0)
    world.sites.state["base"].aid.arrive(20, world.beginning)
    order(world, "evacuate-wounded", "helicopter", "base")
    world.advance(5 * DAY)
    departed = rows(world, kinds.DEPARTED, "helicopter")
    assert departed
    for row in departed:
        assert not world.places.is_night(row.tick)
        assert row.fields["eta"] <= world.places.next_dusk(row.tick)


def test_a_helicopter_does_not_fly_in_dust_that_was_there_nor_in_dust_that_came_after_the_tasking() -> None:
    for begins in (0, 3 * HOUR):
        world = mission(NO_GATE, command__hop_sigma=0.0, hours=1.0)
        order(world, "evacuate-wounded", "helicopter", "base")
        world.advance(world.now + begins)
        assert not rows(world, kinds.DEPARTED, "helicopter")
        world.support.dust(30 * HOUR, world.beginning)
        clear = world.now + 30 * HOUR
        world.advance(4 * DAY)
        first = rows(world, kinds.DEPARTED, "helicopter")[0]
        assert first.tick >= clear
        assert not world.places.is_night(first.tick)


def test_the_dust_is_known_while_it_lasts() -> None:
    world = mission()
    world.support.dust(5 * HOUR, world.beginning)
    assert world.truth.value("mission", "dust") == "yes"
    world.advance(5 * HOUR)
    assert world.truth.value("mission", "dust") == "no"


def ready_ticks(world: World, count: int) -> list[int]:
    """When an aircraft could leave, asked so many times in a row for the same flight."""
    ready = []
    for _ in range(count):
        ref = order(world, "evacuate-wounded", "helicopter", "base")
        task = world.command.tasks[ref]
        ready.append(world.support.air_ready(world.forces.units["helicopter"], task, world.now))
    return ready


def test_the_flying_hours_of_a_week_are_spent_once_and_then_the_next_week_begins() -> None:
    world = mission(NO_GATE, support__flying_hours_per_week=12.0)
    unit = world.forces.units["helicopter"]
    hours = 2 * world.forces.hours_to(unit, "base") + world.parameters["support.evacuation_load_hours"]
    fit = int(12.0 // hours)
    weeks = [tick // (7 * DAY) for tick in ready_ticks(world, 2 * fit + 1)]
    assert weeks == [0] * fit + [1] * fit + [2]


def test_a_refused_clearance_delays_a_flight_and_the_refusal_is_reported() -> None:
    waits = {True: [], False: []}  # type: dict[bool, list[int]]
    for seed in range(24):
        world = mission(seed=seed, host_state__denial_at_no_consent=0.9)
        (tick,) = ready_ticks(world, 1)
        (row,) = rows(world, kinds.CLEARANCE)
        free = mission(NO_GATE, seed=seed)
        waits[bool(row.fields["granted"])].append(tick - ready_ticks(free, 1)[0])
    assert set(waits[True]) == {0}
    assert waits[False]
    assert min(waits[False]) > 0


def test_each_retasked_aircraft_cancels_a_named_flight() -> None:
    world = mission()
    ready_ticks(world, 1)
    (row,) = rows(world, kinds.FLIGHT)
    assert row.fields["displaced"] == "scheduled-supply-flight"
    world.advance(HOUR)
    assert any(report.phrase == "flight-cancelled" for report in world.picture("mission-support").reports)


def test_an_evacuation_takes_no_more_than_its_stretchers_and_brings_the_aircraft_home() -> None:
    world = mission(NO_GATE, wounded__critical_share=0.9, wounded__critical_untreated_h=10_000.0)
    world.sites.state["base"].aid.arrive(40, world.beginning)
    waiting = world.truth.value("base", "wounded")
    order(world, "evacuate-wounded", "helicopter", "base")
    world.advance(4 * DAY)
    (row,) = rows(world, kinds.EVACUATED)
    assert row.fields["wounded"] == round(world.parameters["support.helicopter_stretchers"])
    assert row.fields["place"] == "capital-base"
    assert world.sites.state["base"].aid.evacuated == row.fields["wounded"]
    assert isinstance(waiting, int)
    assert world.forces.units["helicopter"].place == "capital-base"


def known_wounded(world: World) -> tuple[float, float]:
    value = world.picture("mission-support").facts[("base", "wounded")].value
    return value if isinstance(value, tuple) else (float(value), float(value))


def test_mission_support_learns_that_the_wounded_are_gone() -> None:
    world = mission(NO_GATE, wounded__critical_share=1.0, wounded__critical_untreated_h=10_000.0)
    world.sites.state["base"].aid.arrive(10, world.beginning)
    order(world, "evacuate-wounded", "helicopter", "base")
    world.advance(3 * DAY)
    assert world.truth.value("base", "wounded") == 0
    assert known_wounded(world)[1] == 0


def test_an_aircraft_that_finds_nobody_says_so_and_flies_home() -> None:
    world = mission(NO_GATE)
    order(world, "evacuate-wounded", "helicopter", "base")
    world.advance(4 * DAY)
    assert rows(world, kinds.EVACUATED) == []
    assert known_wounded(world) == (0.0, 0.0)
    assert world.forces.units["helicopter"].place == "capital-base"
    assert any(report.phrase == "nobody-flown" for report in world.picture("mission-support").reports)


def test_aid_comes_once_to_a_place_that_is_held_and_stays() -> None:
    world = mission(support__aid_lead_hours=36.0)
    order(world, "secure-aid", "company-1", "base")
    world.advance(12 * DAY)
    assert world.truth.value("base", "aid") == "reaching"
    assert world.truth.value("town", "aid") == "none"
    before = len(rows(world, kinds.STOCK))
    order(world, "secure-aid", "company-1", "base")
    world.advance(15 * DAY)
    assert len(rows(world, kinds.STOCK)) == before == 1
