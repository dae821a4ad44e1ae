"""Who may drive where: closed, blocked, doubtful roads, checkpoints, mines, and how long a way takes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from far_hamlet import ROUTE, far
from sim.engine import kinds
from sim.engine.ticks import DAY, HOUR
from small_mission import order, rows

MINED = ("- {between: [depot, hamlet], km: 50}", "- {between: [depot, hamlet], km: 50, mined: 0.5}")
DROWNED = ("- {between: [depot, hamlet], km: 50}", "- {between: [depot, hamlet], km: 50, closed_in_rains: true}")
RAIN = ("road_detour: 1.3}", "road_detour: 1.3, season: rainy}")
NO_OTHER_ROAD = ("  - {between: [post, hamlet], km: 90}\n", "")


def test_a_way_takes_its_kilometres_over_the_speed_of_its_surface_and_season() -> None:
    for season, pairs in (("dry", ()), ("rainy", (RAIN,))):
        world = far(*pairs)
        hours = world.places.road_hours("depot", "hamlet", 1.0, 0)
        assert hours == pytest.approx(50 / world.parameters[f"movement.track_{season}_kmh"])


@given(st.integers(-3 * DAY, 9 * DAY), st.integers(0, 5 * DAY))
def test_the_night_in_a_span_is_what_counting_minutes_finds(start: int, length: int) -> None:
    places = WORLD.places
    start = max(0, start)
    step = 60_000
    counted = sum(step for tick in range(start, start + length, step) if places.is_night(tick))
    assert abs(places.night_between(start, start + length) - counted) <= 24 * step


WORLD = far()


def test_columns_take_the_longer_way_where_the_shorter_one_is_in_doubt_and_the_shorter_one_when_it_is_clear() -> None:
    world = far(MINED)
    way = world.places.open_way("depot", "hamlet")
    assert way is not None
    assert [route.id for route in way] == ["depot--post", "post--hamlet"]
    assert [route.id for route in far().places.open_way("depot", "hamlet") or ()] == [ROUTE]


def test_where_no_road_is_open_the_unit_stays_and_says_so_and_a_forced_passage_goes_all_the_same() -> None:
    world = far(MINED, NO_OTHER_ROAD)
    order(world, "redeploy-guard", "company-3", "hamlet")
    world.advance(2 * DAY)
    assert world.forces.units["company-3"].place == "depot"
    assert [row.fields["reason"] for row in rows(world, kinds.TASK_REFUSED)] == ["no-road"]
    order(world, "force-passage", "company-3", "hamlet", hours=48.0)
    world.advance(4 * DAY)
    assert rows(world, kinds.ARRIVED, "company-3")[-1].fields["place"] == "hamlet"


def test_a_road_under_water_is_closed_in_the_rains_even_to_those_who_insist() -> None:
    assert far(DROWNED).places.barred("") == ()
    world = far(DROWNED, RAIN)
    assert world.places.barred("", insists=True) == (ROUTE,)
    assert world.truth.value(ROUTE, "status") == "cut"


def test_the_rains_begin_once_and_slow_and_shut_what_they_shut() -> None:
    world = far(DROWNED, ("road_detour: 1.3}", "road_detour: 1.3, rains: {uniform: [2d, 3d]}}"))
    before = world.places.road_hours("base", "depot", 1.0, 0)
    world.advance(4 * DAY)
    (row,) = rows(world, kinds.SEASON)
    assert 2 * DAY <= row.tick <= 3 * DAY
    assert world.places.road_hours("base", "depot", 1.0, 4 * DAY) > before
    assert world.places.barred("") == (ROUTE,)


# Mines


def test_the_chance_of_a_mine_is_closed_form_in_the_kilometres_that_are_not_clear() -> None:
    world = far(MINED)
    route = world.places.routes[ROUTE]
    rate = world.parameters["mines.met_per_km"]
    assert world.mines.chance(route) == pytest.approx(1 - math.exp(-rate * 50 * 0.5))
    assert world.mines.chance(world.places.routes["base--depot"]) == 0.0


def test_passages_meet_mines_as_often_as_the_chance_says_and_rejected_ones_are_in_the_journal() -> None:
    met = 0
    for seed in range(80):
        world = far(MINED, seed=seed)
        delay, _ = world.mines.met("agencies", ROUTE, "test", (world.beginning,))
        met += delay > 0
        assert len(rows(world, kinds.CANDIDATE, ROUTE)) == 1
    assert met / 80 == pytest.approx(WORLD_MINED.mines.chance(WORLD_MINED.places.routes[ROUTE]), abs=0.17)


WORLD_MINED = far(MINED)


def test_what_was_laid_in_secret_keeps_nobody_off_until_the_first_has_met_it() -> None:
    world = far(mines__met_per_km=5.0)
    world.mines.lay(ROUTE, world.beginning)
    assert world.places.barred("force-commander") == ()
    vehicles = world.forces.units["company-3"].vehicles
    order(world, "redeploy-guard", "company-3", "hamlet")
    world.advance(DAY)
    assert rows(world, kinds.MINE_MET, "company-3")
    assert world.forces.units["company-3"].vehicles == vehicles - 1
    assert world.places.barred("force-commander") == (ROUTE,)
    assert world.measure_values()["mines_met"].value == 1


def test_a_team_clears_by_the_day_and_the_road_is_open_again() -> None:
    world = far(MINED)
    order(world, "clear-route", "clearers", target=ROUTE)
    while not rows(world, kinds.TASK_BEGAN):
        world.advance(world.now + HOUR)
    began = rows(world, kinds.TASK_BEGAN)[0].tick
    world.advance(began + DAY)
    per_day = world.parameters["mines.cleared_km_per_day"]
    assert world.mines.doubt(world.places.routes[ROUTE]) == pytest.approx(0.5 - per_day / 50, abs=1e-6)
    assert ROUTE in world.places.barred("")
    world.advance(began + math.ceil(25 / per_day * DAY) + HOUR)
    assert world.places.barred("") == ()
    assert world.measure_values()["km_cleared"].value == pytest.approx(25, abs=0.01)


# Checkpoints


def test_a_checkpoint_finds_weapons_shows_itself_holds_up_travellers_and_costs_goodwill() -> None:
    worlds = []
    for stands in (False, True):
        world = far()
        if stands:
            order(world, "checkpoint", "company-3", target=ROUTE, hours=72.0)
        world.advance(2 * DAY)
        worlds.append((world, world.places.queue("depot", "hamlet"), world.truth.value(ROUTE, "status")))
        world.advance(6 * DAY)
    (without, no_queue, free), (with_it, queue, held) = worlds
    assert (no_queue, free) == (0, "open")
    assert (queue, held) == (round(with_it.parameters["checkpoints.queue_hours"] * HOUR), "slow")
    assert rows(with_it, kinds.WEAPONS_FOUND)
    assert with_it.places.queue("depot", "hamlet") == 0
    assert with_it.ledger.value("legitimacy") < without.ledger.value("legitimacy")
