"""Away from a base: what a unit carries, what is brought, bases that open and close, patrols, and the surgeon."""

from __future__ import annotations

import pytest

from far_hamlet import far
from sim.engine import kinds
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import order, rows

FREE_SKY = ("consent: 50, gates: [flight]", "consent: 50")
NO_AIRCRAFT = ("  helicopter: {type: transport-helicopter, contributor: mission, at: capital-base}\n", "")
FIVE_DAYS = ("at: depot, under: [sector]}", "at: depot, under: [sector], supply_days: 5}")


def sent(*pairs: tuple[str, str], days: float = 1.0, **given: float) -> World:
    """Company 3 has gone to the hamlet to stay."""
    world = far(*pairs, **given)
    order(world, "redeploy-guard", "company-3", "hamlet")
    world.advance(round(days * DAY))
    assert world.forces.units["company-3"].place == "hamlet"
    return world


def test_supply_runs_down_a_day_a_day_from_the_departure_and_is_whole_again_at_a_base() -> None:
    world = sent(FIVE_DAYS)
    unit = world.forces.units["company-3"]
    assert world.forces.supply_left(unit) == pytest.approx(5 - (world.now - unit.left) / DAY)
    world.advance(3 * DAY)
    assert world.forces.supply_left(unit) == pytest.approx(5 - (3 * DAY - unit.left) / DAY)
    order(world, "redeploy-guard", "company-3", "depot")
    world.advance(5 * DAY)
    assert world.forces.supply_left(unit) == 5


def test_a_unit_says_that_it_runs_short_and_goes_home_when_it_has_nothing_left() -> None:
    world = sent(FIVE_DAYS)
    left = world.forces.units["company-3"].left
    world.advance(8 * DAY)
    (low,), (out,) = rows(world, kinds.SUPPLY_LOW), rows(world, kinds.SUPPLY_OUT)
    assert low.tick == left + round((5 - world.parameters["endurance.warning_days"]) * DAY)
    assert out.tick == pytest.approx(left + 5 * DAY, abs=2)
    assert world.forces.units["company-3"].place == "depot"
    assert world.truth.value("company-3", "supply") == "enough"


def test_near_a_base_nobody_lives_on_what_he_carries() -> None:
    world = far()
    order(world, "redeploy-guard", "company-1", "town")
    world.advance(10 * DAY)
    assert world.forces.units["company-1"].place == "town"
    assert world.forces.supply_left(world.forces.units["company-1"]) == 14


@pytest.mark.parametrize(("unit", "load"), [("lorries", "truck"), ("helicopter", "helicopter")])
def test_what_is_brought_is_shared_by_heads_up_to_what_can_be_stored(unit: str, load: str) -> None:
    world = sent(FIVE_DAYS, FREE_SKY, days=1.0)
    guards = world.forces.units["company-3"]
    order(world, "resupply-base", unit, "hamlet")
    while not rows(world, kinds.SUPPLIED):
        world.advance(world.now + HOUR)
    now = rows(world, kinds.SUPPLIED)[0].tick
    man_days = world.parameters[f"bases.{load}_man_days"]
    if unit == "lorries":
        man_days *= world.forces.units["lorries"].vehicles
    before = 5 - (now - guards.left) / DAY
    expected = min(before + man_days / guards.own_strength(), world.parameters["bases.storage_days"])
    assert world.forces.supply_left(guards) == pytest.approx(expected - (world.now - now) / DAY, abs=1e-6)
    world.advance(world.now + 2 * DAY)
    assert world.forces.units[unit].place == world.forces.units[unit].spec.at
    cost = world.measure_values()["convoy_days" if unit == "lorries" else "flight_hours"].value
    assert cost is not None
    assert cost > 0


# Bases


def based(**given: float) -> World:
    world = far(FIVE_DAYS, bases__objection_base=0.0, bases__objection_per_100_km=0.0, **given)
    order(world, "establish-base", "company-3", "hamlet", hours=200.0)
    world.advance(6 * DAY)
    return world


def test_a_base_is_built_and_then_its_unit_is_near_trusted_and_fed_for_longer() -> None:
    world, plain = based(), far()
    plain.advance(6 * DAY)
    (opened,) = rows(world, kinds.BASE_OPENED)
    began = next(row for row in rows(world, kinds.TASK_BEGAN) if row.tick < opened.tick)
    value = world.parameters
    built = (opened.tick - began.tick) / HOUR
    assert built == pytest.approx(value["bases.build_hours"] * value["bases.without_engineers_factor"], abs=0.01)
    assert world.truth.value("hamlet", "base") == "open"
    assert world.forces.units["company-3"].home == "hamlet"
    assert (
        world.truth.value("hamlet-people", "trust")
        == plain.truth.value("hamlet-people", "trust") + value["bases.trust"]
    )
    assert world.groups.opportunities.calm("hamlet") < plain.groups.opportunities.calm("hamlet")


def test_when_a_base_closes_those_who_relied_on_it_are_afraid_and_say_so() -> None:
    closed, kept = based(), based()
    for world, options in ((closed, ()), (kept, ("permanent",))):
        order(world, "close-base", place="hamlet", seat="force-commander", options=options)
        world.advance(9 * DAY)
    assert rows(closed, kinds.BASE_CLOSED)[0].fields["reason"] == "closed"
    assert closed.truth.value("hamlet", "base") == "none"
    assert kept.truth.value("hamlet", "base") == "permanent"
    fear = closed.truth.value("hamlet-people", "fear"), kept.truth.value("hamlet-people", "fear")
    assert fear[0] > fear[1]
    assert closed.ledger.value("legitimacy") < kept.ledger.value("legitimacy")
    assert closed.forces.units["company-3"].place == "depot"
    assert kept.forces.units["company-3"].place == "hamlet"
    assert kept.ledger.value("headquarters") < closed.ledger.value("headquarters")
    assert kept.forces.supply_left(kept.forces.units["company-3"]) == 5


def test_a_commander_objects_sooner_the_farther_the_surgeon_and_where_no_end_is_named() -> None:
    world = far()
    unit = world.forces.units["company-3"]
    near, far_off = world.bases.objection_odds(unit, "post", 100.0), world.bases.objection_odds(unit, "hamlet", 100.0)
    assert far_off > near
    assert world.bases.objection_odds(unit, "hamlet", 0.0) > far_off
    afraid = far(bases__objection_base=1.0)
    order(afraid, "establish-base", "company-3", "hamlet")
    afraid.advance(2 * DAY)
    assert rows(afraid, kinds.OBJECTION)
    assert not rows(afraid, kinds.BASE_OPENED)


def test_a_base_ends_on_the_day_that_was_named() -> None:
    world = based()
    opened = rows(world, kinds.BASE_OPENED)[0].tick
    order(world, "resupply-base", "lorries", "hamlet")
    world.advance(opened + 201 * HOUR)
    (closed,) = rows(world, kinds.BASE_CLOSED)
    assert closed.tick == opened + 200 * HOUR
    assert closed.fields["reason"] == "time-limit"


# Patrols


def test_a_long_patrol_is_seen_in_several_places_and_stays_in_none_but_its_own() -> None:
    worlds = []
    for goes in (False, True):
        world = far()
        if goes:
            order(world, "long-range-patrol", "company-3", "hamlet", hours=72.0)
        world.advance(4 * DAY)
        worlds.append(world)
    without, with_it = worlds
    seen = [row.fields["place"] for row in rows(with_it, kinds.PATROL_SEEN, "company-3")]
    assert len(set(seen)) >= 2
    assert all(not with_it.places.is_night(row.tick - 1) for row in rows(with_it, kinds.PATROL_SEEN))
    assert with_it.deterrence.communication("riders", "camp") > without.deterrence.communication("riders", "camp")


# The surgeon


def test_the_ring_is_flight_time_by_day_and_the_road_by_night() -> None:
    world = sent()
    away, value = world.forces.away, world.parameters
    helicopter = world.forces.units["helicopter"]
    km = world.places.straight_km(helicopter.place, "hamlet") + world.places.straight_km("hamlet", "capital-base")
    by_air = value["away.launch_hours"] + value["support.evacuation_load_hours"] + km / value["movement.helicopter_kmh"]
    assert away.hours_to_surgery("hamlet", by_air=True) == pytest.approx(by_air)
    by_road = world.places.road_hours("hamlet", "capital-base", 1.0, world.now)
    assert away.hours_to_surgery("hamlet", by_air=False) == pytest.approx(by_road)
    assert away.hours_to_surgery("capital-base", by_air=False) == 0.0
    world.support.unserviceable(helicopter, 5 * DAY, world.beginning)
    assert away.hours_to_surgery("hamlet", by_air=True) == pytest.approx(by_road)
    assert world.forces.outside_ring(world.forces.units["company-3"])


def test_days_away_and_hours_outside_the_ring_grow_with_the_stay_and_end_with_it() -> None:
    world = sent()
    one = world.measure_values()
    world.advance(3 * DAY)
    two = world.measure_values()
    assert two["unit_days_away"].value - one["unit_days_away"].value == pytest.approx(2.0)
    assert two["outside_10_1_2_hours"].value > one["outside_10_1_2_hours"].value
    order(world, "redeploy-guard", "company-3", "depot")
    world.advance(5 * DAY)
    home = world.measure_values()["unit_days_away"].value
    world.advance(8 * DAY)
    assert world.measure_values()["unit_days_away"].value == home


def test_wounded_peacekeepers_live_by_the_hours_to_a_surgeon_and_nobody_is_counted_twice() -> None:
    died = {}
    for means, pairs in (("air", (FREE_SKY,)), ("none", (FREE_SKY, NO_AIRCRAFT))):
        died[means] = 0
        for seed in range(12):
            world = sent(*pairs, seed=seed, wounded__critical_untreated_h=8.0)
            unit = world.forces.units["company-3"]
            world.forces.lose(unit, 0, 6, (world.beginning,))
            world.advance(3 * DAY)
            died[means] += unit.killed
            assert unit.killed + unit.wounded == 6
            assert unit.strength == unit.spec.strength - 6
            assert world.measure_values()["peacekeepers_killed"].value == unit.killed
    assert 0 < died["air"] < died["none"]


def test_an_aircraft_that_is_down_flies_when_it_is_repaired() -> None:
    world = far(FREE_SKY)
    world.sites.state["base"].aid.arrive(20, world.beginning)
    world.support.unserviceable(world.forces.units["helicopter"], 50 * HOUR, world.beginning)
    order(world, "evacuate-wounded", "helicopter", "base")
    world.advance(5 * DAY)
    assert rows(world, kinds.DEPARTED, "helicopter")[0].tick >= 50 * HOUR


def test_vehicles_that_do_not_run_come_back() -> None:
    world = far()
    unit = world.forces.units["company-3"]
    had = unit.vehicles
    world.support.unserviceable(unit, 10 * HOUR, world.beginning)
    assert unit.vehicles == 0
    world.advance(11 * HOUR)
    assert unit.vehicles == had


def test_lorries_that_find_nobody_left_to_feed_come_back_all_the_same() -> None:
    world = sent(FIVE_DAYS, FREE_SKY, days=1.0)
    guards = world.forces.units["company-3"]
    order(world, "resupply-base", "lorries", "hamlet")
    guards.strength = 0
    while not rows(world, kinds.SUPPLIED):
        world.advance(world.now + HOUR)
    world.advance(world.now + 2 * DAY)
    assert world.forces.units["lorries"].place == world.forces.units["lorries"].spec.at
