"""What keeps groups up: supply, recruits, and who comes back after breaking."""

from __future__ import annotations

import math

import pytest

from sim.engine import kinds
from sim.engine.campaigning import MOVE
from sim.engine.world import Fork, World
from small_campaign import campaign, group, hours, order, plan, rows
from small_mission import mission

SUPPLIED = ("aims: {town: 4}", "aims: {town: 4}\n    supply_days: 10")
FROM_MINE = ("aims: {town: 4}", "aims: {town: 4}\n    supply_days: 10\n    supplied_from: mine")
RECRUITS = ("community: herders", "community: herders\n    recruits_per_day: 2")


def drained(world: World, left: float = 0.0) -> World:
    comers = group(world, "comers")
    world.manpower.supplied(comers, left - world.manpower.supply(comers), world.beginning)
    return world


# Supply


def test_supply_is_used_every_day_and_runs_out_when_it_should() -> None:
    world = campaign(SUPPLIED)
    comers = group(world, "comers")
    use = world.parameters["manpower.use_per_day"]
    hours(world, 72.0)
    assert world.manpower.supply(comers) == pytest.approx(10.0 - 3.0 * use, abs=1e-4)
    assert world.truth.value("comers", "supply") == pytest.approx(world.manpower.supply(comers))
    hours(world, 24.0 * 20)
    assert world.manpower.supply(comers) == 0.0
    assert world.manpower.want(comers) == 1.0


def test_to_a_group_without_a_given_supply_it_is_no_limit() -> None:
    world = campaign()
    comers = group(world, "comers")
    assert world.manpower.supply(comers) == math.inf
    assert world.manpower.want(comers) == 0.0
    assert world.truth.value("comers", "supply") is None


def test_an_open_way_fills_the_store_and_a_unit_on_it_cuts_it() -> None:
    world = campaign(FROM_MINE)
    comers = group(world, "comers")
    hours(world, 48.0)
    assert world.manpower.supply(comers) == pytest.approx(10.0)
    order(world, "interposition", "company-1", "mine", hours=72.0)
    hours(world, 48.0)
    cut = world.manpower.supply(comers)
    assert cut < 10.0
    assert rows(world, kinds.GROUP_SUPPLY, "comers")[-1].fields["per_day"] < 0.0


def test_an_enemy_across_the_road_cuts_it_too() -> None:
    world = campaign(FROM_MINE)
    holders = group(world, "holders")
    world.groups.roadblocks.lay(holders, "block", "mine--east", "mine", 40, "holders/block/1", world.beginning)
    world.manpower.presence_changed("mine", world.beginning)
    assert rows(world, kinds.GROUP_SUPPLY, "comers")[-1].fields["per_day"] < 0.0


def test_looting_feeds() -> None:
    world = drained(campaign(SUPPLIED))
    comers = group(world, "comers")
    world.manpower.looted(comers, world.beginning)
    assert world.manpower.supply(comers) == pytest.approx(world.parameters["manpower.loot_days"])


def test_the_hungry_are_weaker_loot_more_and_want_less() -> None:
    fed, hungry = campaign(SUPPLIED), drained(campaign(SUPPLIED))
    bands, gains, marches = [], [], []
    for world in (fed, hungry):
        comers = group(world, "comers")
        choosing = world.groups.choosing
        prospect = choosing.prospect(comers, "test", "east")
        bands.append(prospect.band)
        gains.append(choosing.utility(comers, "loot", 1.0, prospect))
        marches.append(choosing.campaigning.gain(comers, MOVE, 0.0, prospect))
    assert bands[1] < bands[0]
    assert gains[1] > gains[0]
    assert marches[1] < marches[0]


# Recruits


def test_abuses_against_its_community_bring_a_group_recruits_and_others_bring_none() -> None:
    world = campaign(RECRUITS)
    holders = group(world, "holders")
    before = holders.strength
    world.manpower.abused("farmers", 40, world.beginning)
    assert holders.strength == before
    world.manpower.abused("herders", 40, world.beginning)
    expected = 40 * world.parameters["manpower.recruits_per_abused"]
    assert expected - 1 <= holders.strength - before <= expected + 1
    assert rows(world, kinds.RECRUITED, "holders")[-1].causes == (world.beginning,)


def test_a_group_that_recruits_nobody_avenges_nobody() -> None:
    world = campaign()
    before = group(world, "holders").strength
    world.manpower.abused("herders", 100, world.beginning)
    assert group(world, "holders").strength == before


def test_what_the_mission_s_own_people_do_brings_recruits_too() -> None:
    world = campaign(RECRUITS, manpower__misconduct_as_abused=20.0)
    before = group(world, "holders").strength
    world.manpower.misconduct("town", world.beginning)
    assert group(world, "holders").strength > before


def test_recruits_come_at_the_given_rate() -> None:
    joined = 0.0
    for seed in range(20):
        world = campaign(RECRUITS, seed=seed, days=20)
        joined += world.measures.value("recruited").value or 0.0
    assert joined / 20 == pytest.approx(40.0, rel=0.25)


def test_another_future_has_other_recruits() -> None:
    def arrivals(index: int) -> list[int]:
        world = World(plan(RECRUITS), 3, fork=Fork(2 * 86_400_000, index))
        world.advance(30 * 86_400_000)
        return [row.tick for row in rows(world, kinds.RECRUITED, "holders")]

    assert arrivals(0) != arrivals(1)


# Breaking and coming back


def broken(world: World, days: float) -> World:
    comers = group(world, "comers")
    world.groups.weaken(comers, 0, world.beginning, broke=True)
    return hours(world, 24.0 * days)


def test_a_broken_group_scatters_and_comes_back_over_days_but_not_whole() -> None:
    world = campaign()
    comers = group(world, "comers")
    before = comers.strength
    broken(world, 0.1)
    after = comers.strength
    assert after == pytest.approx(before * (1.0 - world.parameters["manpower.scattered_share"]), abs=2)
    hours(world, 24.0 * 30)
    came = sum(row.fields["fighters"] for row in rows(world, kinds.CAME_BACK, "comers"))
    assert comers.strength == after + came
    assert after < comers.strength < before


def test_a_group_of_one_town_s_quarrel_scatters_for_the_night_only() -> None:
    world = mission()
    armed = world.groups.state["riders"]
    before = armed.strength
    world.groups.weaken(armed, 0, world.beginning, broke=True)
    assert armed.strength == before


def test_standing_where_it_gathers_keeps_fighters_away_and_is_shot_at() -> None:
    returned, denied, hit = [0, 0], 0, 0
    for seed in range(12):
        for guarded in (0, 1):
            world = campaign(
                ("company-2: {type: infantry-company, contributor: tcc-a, at: capital-base}",
                 "company-2: {type: infantry-company, contributor: tcc-a, at: east}"),
                seed=seed, manpower__denial_contact_chance=0.8,
            )  # fmt: skip
            if guarded:
                order(world, "deny-recovery", "company-2", "east", target="comers")
                hours(world, 30.0)
            broken(world, 12.0)
            for row in rows(world, kinds.CAME_BACK, "comers"):
                returned[guarded] += 0 if row.fields["denied"] else row.fields["fighters"]
                denied += row.fields["denied"]
            unit = world.forces.units["company-2"]
            hit += unit.spec.strength - unit.own_strength() if guarded else 0
    assert returned[1] < returned[0]
    assert denied
    assert hit, "it costs those who stand there"


def test_looking_at_supply_and_strength_changes_nothing() -> None:
    world = campaign(FROM_MINE, days=3)
    comers = group(world, "comers")
    before = world.digest()
    for _ in range(3):
        world.manpower.supply(comers)
        world.manpower.want(comers)
        world.truth.value("comers", "supply")
    assert world.digest() == before


def test_who_was_shot_on_the_way_back_does_not_try_again() -> None:
    tried = 0
    for seed in range(8):
        world = campaign(
            ("company-2: {type: infantry-company, contributor: tcc-a, at: capital-base}",
             "company-2: {type: infantry-company, contributor: tcc-a, at: east}"),
            seed=seed, manpower__denial_contact_chance=1.0, manpower__denial_contact_minutes=120.0,
            response__deny_recovery_denial=1.0, manpower__return_parties=1.0, manpower__return_attempts=6.0,
        )  # fmt: skip
        order(world, "deny-recovery", "company-2", "east", target="comers")
        hours(world, 30.0)
        broken(world, 60.0)
        came = [row.fields["fighters"] for row in rows(world, kinds.CAME_BACK, "comers") if row.fields["denied"]]
        lost = [row.fields for row in rows(world, kinds.CONTACT_ENDED, "comers")]
        for number in range(1, len(came)):
            before = lost[number - 1]
            assert came[number] == came[number - 1] - before["killed"] - before["wounded"]
            tried += before["killed"] + before["wounded"]
    assert tried


def test_a_group_never_has_more_men_on_the_road_than_it_has() -> None:
    world = campaign()
    comers = group(world, "comers")
    column = world.columns.send(comers, "comers/test", "town", 300, "assault", (world.beginning,))
    assert column is not None
    world.groups.weaken(comers, 250, world.beginning, broke=True)
    assert column.strength <= comers.strength
    assert world.groups.present(comers) >= 0
    world.groups.weaken(comers, comers.strength, world.beginning, broke=False)
    assert world.columns.of("comers") is None
