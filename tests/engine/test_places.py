"""Distances, ways and daylight: closed forms against slow arithmetic."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.places import bearing_to, great_circle_km
from sim.engine.ticks import DAY, HOUR, MINUTE, Tick
from sim.engine.world import World
from small_mission import mission

LATITUDE = st.floats(-60.0, 60.0)
LONGITUDE = st.floats(-170.0, 170.0)


@pytest.fixture(scope="module")
def world() -> World:
    return mission()


def hours_by_numbers(world: World, km: float, kmh: float, leave: Tick) -> float:
    """The same way driven minute by minute."""
    share = world.parameters["movement.night_share"]
    at, driven = leave, 0.0
    while driven < km:
        driven += kmh * (share if world.places.is_night(at) else 1.0) / 60.0
        at += MINUTE
    return (at - leave) / HOUR


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([("base", "post"), ("town", "capital-base"), ("base", "depot")]),
    st.integers(0, 2 * DAY),
    st.floats(0.3, 1.2),
)
def test_the_hours_on_a_road_are_those_of_a_drive_minute_by_minute_through_day_and_night(
    ends: tuple[str, str], leave: Tick, mobility: float
) -> None:
    world = mission()
    kmh = world.parameters["movement.track_dry_kmh"] * mobility
    found = world.places.road_hours(*ends, mobility, leave)
    assert found == pytest.approx(hours_by_numbers(world, world.places.km(*ends), kmh, leave), abs=0.05)


def test_a_way_is_the_shortest_and_its_length_that_of_its_routes(world: World) -> None:
    way = world.places.way("town", "post")
    assert [route.id for route in way] == ["town--base", "base--depot", "depot--post"]
    assert world.places.km("town", "post") == world.places.km("post", "town") == 82.0
    assert world.places.km("post", "post") == 0.0


def test_where_no_road_leads_the_way_is_the_straight_distance_with_the_detour() -> None:
    world = mission(("  - {between: [town, base], km: 2}\n", ""))
    assert world.places.way("town", "post") == ()
    assert world.places.km("town", "post") == pytest.approx(1.3 * world.places.straight_km("town", "post"))


@given(st.integers(0, 20 * DAY))
def test_daylight_is_from_sunrise_to_sunset_of_the_local_clock(tick: Tick) -> None:
    places = mission().places
    hour = places.hour_of_day(tick)
    assert hour == pytest.approx((6 + tick / HOUR) % 24)
    assert places.is_night(tick) == (not 6.0 <= hour < 18.0)


@given(st.integers(0, 20 * DAY))
def test_the_next_dawn_is_the_first_daylight_that_comes(tick: Tick) -> None:
    places = mission().places
    dawn, dusk = places.next_dawn(tick), places.next_dusk(tick)
    assert tick < dawn <= tick + DAY
    assert tick < dusk <= tick + DAY
    assert places.is_night(dawn - 1)
    assert not places.is_night(dawn)
    assert not places.is_night(dusk - 1)
    assert places.is_night(dusk)


@given(LATITUDE, LONGITUDE, st.floats(0.0, 360.0), st.floats(0.1, 2_000.0))
def test_a_bearing_and_a_distance_lead_to_a_point_at_that_distance(
    latitude: float, longitude: float, bearing: float, km: float
) -> None:
    there = bearing_to(latitude, longitude, bearing, km)
    assert great_circle_km(latitude, longitude, *there) == pytest.approx(km, rel=1e-6)


@given(LATITUDE, LONGITUDE, LATITUDE, LONGITUDE)
def test_a_distance_is_the_same_both_ways(a: float, b: float, c: float, d: float) -> None:
    assert great_circle_km(a, b, c, d) == pytest.approx(great_circle_km(c, d, a, b))
    assert great_circle_km(a, b, a, b) == 0.0


def test_a_degree_of_the_meridian_has_the_length_of_its_arc() -> None:
    assert great_circle_km(10.0, 20.0, 11.0, 20.0) == pytest.approx(6371.0 * math.radians(1.0))


def test_the_truth_knows_day_from_night() -> None:
    assert mission(hours=6).truth.value("mission", "daylight") == "day"
    assert mission(hours=14).truth.value("mission", "daylight") == "night"
