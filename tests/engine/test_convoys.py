"""Agencies on the road: when they go, what keeps them, who may ride along."""

from __future__ import annotations

from far_hamlet import ROUTE, WITH_AID, far
from sim.engine import kinds
from sim.engine.blueprint import compile_scenario
from sim.engine.ticks import DAY
from sim.engine.world import World
from sim.scenario import load
from small_mission import order, rows

SHUT = (
    ("- {between: [depot, hamlet], km: 50}", "- {between: [depot, hamlet], km: 50, mined: 0.5}"),
    ("  - {between: [post, hamlet], km: 90}\n", ""),
)


def test_aid_comes_every_so_often_at_the_pace_of_a_heavy_convoy_and_people_are_calmer_for_it() -> None:
    world = far(WITH_AID, movement__friction_sigma=0.0, host_state__denial_at_no_consent=0.0)
    world.advance(15 * DAY)
    left, came = rows(world, kinds.CONVOY_LEFT), rows(world, kinds.CONVOY_ARRIVED)
    assert len(came) >= 2
    pace = world.parameters["convoys.km_per_day_dry"]
    assert came[0].tick - left[0].tick == round(50 / pace * DAY)
    assert world.truth.value("hamlet", "aid") == "reaching"
    assert world.measure_values()["aid_suspended_days"].value == 0


def test_aid_waits_where_no_road_is_open_the_days_count_and_it_leaves_when_one_is_cleared() -> None:
    world = far(WITH_AID, *SHUT)
    world.advance(6 * DAY)
    waited = world.measure_values()["aid_suspended_days"].value
    assert waited is not None
    assert waited > 0
    assert world.convoys.awaited("hamlet") == 1
    order(world, "clear-route", "clearers", target=ROUTE)
    world.advance(13 * DAY)
    assert rows(world, kinds.CONVOY_ARRIVED)


def dangerous() -> World:
    world = far(WITH_AID, host_state__denial_at_no_consent=0.0, roadblocks__ambush_hours=96.0)
    world.places.routes[ROUTE].status = "slow"
    world.places.routes["post--hamlet"].status = "slow"
    world.advance(6 * DAY)
    return world


def test_agencies_ask_for_an_escort_where_it_is_dangerous_and_go_with_the_one_they_asked_for() -> None:
    world = dangerous()
    assert ROUTE in world.convoys.requested
    assert not rows(world, kinds.CONVOY_LEFT)
    before = world.ledger.value("humanitarians")
    order(world, "escort-convoy", "company-3", target=ROUTE, hours=48.0)
    world.advance(8 * DAY)
    assert rows(world, kinds.CONVOY_LEFT)
    assert world.ledger.value("humanitarians") >= before


def test_an_escort_that_nobody_asked_for_costs_their_trust_and_they_stay_at_home() -> None:
    world = far(WITH_AID, ("- {between: [post, hamlet], km: 90}", "- {between: [post, hamlet], km: 290}"))
    before = world.ledger.value("humanitarians")
    order(world, "escort-convoy", "company-3", target="depot--hamlet", hours=96.0)
    while not rows(world, kinds.TASK_BEGAN):
        world.advance(world.now + DAY // 24)
    assert world.ledger.value("humanitarians") < before
    gone = len(rows(world, kinds.CONVOY_LEFT))
    world.advance(world.now + 3 * DAY)
    assert len(rows(world, kinds.CONVOY_LEFT)) <= gone + 1


def on_the_road(escorted: bool) -> World:
    world = dangerous()
    if escorted:
        order(world, "escort-convoy", "company-3", target=ROUTE, hours=90.0)
    else:
        world.places.routes[ROUTE].status = "open"
    while not world.convoys.moving:
        world.advance(world.now + DAY // 24)
    return world


def test_a_convoy_on_the_road_is_a_temptation_and_less_of_one_with_an_escort() -> None:
    assert far(WITH_AID).convoys.exposed("hamlet") == 0.0
    alone, guarded = on_the_road(escorted=False), on_the_road(escorted=True)
    assert alone.convoys.exposed("hamlet") == 1.0
    assert 0.0 < guarded.convoys.exposed("hamlet") < 1.0
    assert alone.convoys.exposed("town") == 0.0


def test_a_convoy_that_was_taken_does_not_arrive_and_the_next_one_waits() -> None:
    world = on_the_road(escorted=False)
    group = world.groups.state["riders"]
    assert world.convoys.ambushed("hamlet", group, 20, "test", world.beginning)
    assert world.convoys.exposed("hamlet") == 0.0
    world.advance(world.now + DAY)
    assert world.measure_values()["convoys_attacked"].value == 1
    assert not rows(world, kinds.CONVOY_ARRIVED)


def test_those_who_wait_beside_a_road_take_the_convoy_that_comes() -> None:
    world = on_the_road(escorted=False)
    route = world.convoys.moving[0].way[0].id
    group = world.groups.state["riders"]
    world.groups.roadblocks.lay(group, "ambush", route, "hamlet", 20, "test/lies-in-wait", world.beginning)
    world.advance(world.now + DAY)
    assert rows(world, kinds.CONVOY_HIT)
    assert route not in world.groups.roadblocks.standing
    assert not rows(world, kinds.CONVOY_ARRIVED)


def test_a_unit_is_at_one_place_at_most_and_people_are_neither_made_nor_lost_in_a_month_on_the_river() -> None:
    scenario = load("upper_nile_tob")
    for pattern in ("area", "tob", "hub_and_reserve"):
        world = World(compile_scenario(scenario, pattern), 11)
        while world.now < world.end:
            world.advance(world.now + DAY)
            where = [unit.id for place in world.blueprint.places for unit in world.forces.at(place)]
            assert len(where) == len(set(where))
            assert all(not world.forces.units[unit].destination for unit in where)
            people = world.people
            assert people.home() + people.displaced() + people.dead == people.population
