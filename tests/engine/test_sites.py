"""A base under pressure: gate, crowd, water, perimeter, wounded; each does something to people."""

from __future__ import annotations

import dataclasses
import math
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.doctrine import load_doctrine
from sim.engine import kinds
from sim.engine.exposure import Candidates
from sim.engine.ticks import DAY, HOUR
from sim.engine.water import Level
from town_and_base import SITE, TownAndBase, fight


def site_with(**changes: object) -> Any:
    return dataclasses.replace(SITE, **changes)  # type: ignore[arg-type]


def unit(heads: float, options: tuple[str, ...] = (), *, mechanism: str = "perimeter", **capabilities: float) -> Any:
    task = SimpleNamespace(place="base", options=options, row=0, response=SimpleNamespace(mechanism=mechanism))
    return SimpleNamespace(
        available=heads,
        capabilities={name.replace("_", "-"): value for name, value in capabilities.items()},
        posture="routine",
        component="military" if "combat" in capabilities else "police",
        task=task,
    )


def rows(world: TownAndBase, kind: kinds.Kind) -> list[Any]:
    return [row for row in world.journal.rows() if row.kind is kind]


# Water


@given(
    amount=st.integers(0, 1_000_000),
    inflow=st.integers(0, 100_000),
    demand=st.integers(0, 100_000),
    later=st.integers(1, 30 * DAY),
)
def test_the_moment_of_the_last_drop_is_known(amount: int, inflow: int, demand: int, later: int) -> None:
    level = Level(amount, inflow / DAY, 1e6)
    level.change(0, demand=demand / DAY)
    empty = level.empty_at()
    if empty is None:
        assert demand <= inflow or amount == 0
    else:
        assert level.at(empty) == pytest.approx(0.0, abs=1e-3)
        assert level.at(empty // 2) > 0.0
        assert level.met(empty + 1) == pytest.approx(inflow / demand)
    assert 0.0 <= level.at(later) <= 1e6


def test_a_small_surplus_among_tens_of_thousands_is_less_than_a_litre() -> None:
    """Sortony gave 0.7 litres to each of 8,400 people (H6)."""
    world = TownAndBase(people=12_000.0, site=site_with(water_m3_per_day=6.0, water_stock_m3=0.0))
    fight(world)
    world.run_to(4 * 24)
    here = world.people.sheltering("base")
    assert world.sites.litres("base") == pytest.approx(6_000.0 / here, rel=1e-6)
    assert ("water-short", "base") in world.notes.told


def test_trucks_and_the_base_own_share_give_water() -> None:
    world = TownAndBase()
    fight(world)
    world.run_to(4 * 24)
    dry = world.sites.litres("base")
    world.sites.ration("base", world.event())
    rationed = world.sites.litres("base")
    world.sites.trucked("base", 60.0, world.event())
    trucked = world.sites.litres("base")
    assert dry < rationed < trucked
    world.sites.trucked("base", 0.0, world.event())
    assert world.sites.litres("base") == pytest.approx(rationed)
    assert world.sites.litres_least() == pytest.approx(dry)


def test_the_stock_lasts_as_long_as_the_sum_says() -> None:
    world = TownAndBase(people=6_000.0, site=site_with(water_m3_per_day=0.0, water_stock_m3=50.0), change=STILL)
    fight(world, (20.0, 22.0))
    world.run_to(40)
    assert world.sites.litres("base") == world.parameters["sites.litres_first"]
    world.run_to(5 * 24)
    assert world.sites.litres("base") == 0.0
    assert not rows(world, kinds.DIED)


def test_nobody_dies_of_thirst_but_some_move_on() -> None:
    change = {"sites.move_on_per_day": 0.1, "sites.unrest_per_day": 1e-9, "sites.firewood_per_day": 1e-9}
    world = TownAndBase(site=site_with(water_m3_per_day=0.0, water_stock_m3=0.0), change=change)
    fight(world)
    world.run_to(8 * 24, world.balanced)
    assert world.people.dead == 0
    assert world.sites.state["base"].moved_on > 1_000
    assert rows(world, kinds.MOVED_ON)


STILL = {"people.shock_km": 0.5}

# The gate


def test_a_shut_gate_leaves_people_before_it_and_turns_some_away() -> None:
    change = {"sites.force_per_hour": 1e-9}
    world = TownAndBase(site=site_with(gate="shut"), change=change)
    fight(world)
    world.run_to(6 * 24, world.balanced)
    site = world.sites.state["base"]
    assert site.inside == 0
    assert site.waiting > 5_000
    assert world.notes.counted["turned_away"] > 0
    calm = world.sites.density_peak()
    for _ in range(4):
        world.sites.shots_near("base", world.event())
    assert world.sites.density_peak() > max(4.0, calm)
    opened = world.sites.set_gate("base", "open", world.event())
    world.run_to(8 * 24, world.balanced)
    assert site.waiting == 0
    assert all(opened in row.causes for row in rows(world, kinds.ADMITTED))


def test_a_crowd_forces_a_gate_that_stays_shut() -> None:
    forced = 0
    for seed in range(1, 9):
        world = TownAndBase(seed, site=site_with(gate="shut"))
        fight(world)
        world.run_to(5 * 24, world.balanced)
        forced += bool(rows(world, kinds.FORCED_ENTRY))
    assert forced >= 6


def test_police_in_the_inner_ring_keep_a_shut_gate_shut_for_longer() -> None:
    def hours_held(units: list[Any], seed: int) -> float:
        world = TownAndBase(seed, site=site_with(gate="shut"), units={"base": units})
        for one in units:
            world.sites.task_began(one.task)
        fight(world)
        world.run_to(6 * 24)
        entries = rows(world, kinds.FORCED_ENTRY)
        return float(entries[0].tick / HOUR if entries else 6 * 24)

    alone = [hours_held([], seed) for seed in range(1, 9)]
    held = [hours_held([unit(140.0, ("inner",), public_order=1.0)], seed) for seed in range(1, 9)]
    assert sum(held) > sum(alone)
    assert all(with_police >= without for with_police, without in zip(held, alone, strict=True))


def test_a_search_is_slow_without_police_and_finds_weapons() -> None:
    searched, opened = TownAndBase(site=site_with(gate="search")), TownAndBase()
    for world in (searched, opened):
        fight(world)
        world.run_to(60)
    assert searched.sites.state["base"].waiting > opened.sites.state["base"].waiting
    searched.run_to(10 * 24)
    opened.run_to(10 * 24)
    assert searched.sites.state["base"].weapons < opened.sites.state["base"].weapons
    assert sum(row.fields["weapons"] for row in rows(searched, kinds.SCREENED)) > 0


def test_no_more_people_come_in_than_there_is_room_for() -> None:
    world = TownAndBase(site=site_with(room_m2=10_000.0))
    fight(world)
    world.run_to(6 * 24, world.balanced)
    site = world.sites.state["base"]
    assert site.full
    assert site.inside <= 10_000 / world.parameters["sites.least_m2"]
    assert site.waiting > 0
    assert ("site-full", "base") in world.notes.told
    world.sites.open_annex("base", 100_000.0, world.event())
    world.run_to(8 * 24, world.balanced)
    assert site.waiting == 0


def test_shots_before_a_dense_crowd_can_crush_and_order_lowers_the_odds() -> None:
    def odds(units: list[Any]) -> float:
        change = {"sites.force_per_hour": 1e-9}
        world = TownAndBase(site=site_with(gate="shut"), units={"base": units}, change=change)
        for one in units:
            world.sites.task_began(one.task)
        fight(world)
        world.run_to(60)
        for _ in range(3):
            world.sites.shots_near("base", world.event())
        choices = [row for row in rows(world, kinds.CHOICE) if row.subject == "base/crush"]
        return float(choices[-1].fields["odds"]["crush"])

    assert odds([]) > odds([unit(140.0, ("inner",), public_order=1.0)]) > 0.0


def test_shots_frighten_nobody_into_a_crush_where_nobody_waits() -> None:
    world = TownAndBase()
    world.sites.shots_near("base", world.event())
    assert not rows(world, kinds.CHOICE)
    assert world.sites.tension("base") == 0.0


# Perimeter


def test_rings_are_held_by_those_who_were_told_to() -> None:
    troops, police = unit(80.0, ("outer",), combat=1.0), unit(100.0, ("inner",), public_order=1.0)
    units = [troops, police]
    world = TownAndBase(units={"base": units})
    fight(world)
    world.run_to(4 * 24)
    inner, outer = world.sites.cover("base")
    for one in units:
        world.sites.task_began(one.task)
    assert world.sites.cover("base")[0] > inner
    assert world.sites.cover("base")[1] > outer
    assert world.sites.cover("base")[1] == pytest.approx(min(1.0, 80.0 / world.parameters["sites.outer_heads"]))
    for one in units:
        world.sites.task_ended(one.task)
    assert world.sites.cover("base") == pytest.approx((inner, outer))


def test_firewood_patrols_keep_women_from_harm() -> None:
    def harmed(units: list[Any], seed: int) -> int:
        world = TownAndBase(seed, units={"base": units})
        for one in units:
            world.sites.task_began(one.task)
        fight(world)
        for hour in range(60, 240, 12):
            world.run_to(float(hour))
            world.sites.shots_near("base", world.event())
        return len(rows(world, kinds.FIREWOOD))

    patrol = [unit(40.0, mechanism="firewood", combat=1.0)]
    assert sum(harmed([], seed) for seed in range(1, 5)) > 0
    assert sum(harmed(patrol, seed) for seed in range(1, 5)) == 0


def test_candidates_come_whether_or_not_anybody_is_there() -> None:
    early, late = TownAndBase(5), TownAndBase(5)
    one = Candidates(early.chance, early.journal, "base/test", float(6 * HOUR))
    other = Candidates(late.chance, late.journal, "base/test", float(6 * HOUR))
    seen = [one.after(0)]
    while seen[-1].tick < 20 * DAY:
        seen.append(one.after(seen[-1].tick))
    assert other.after(10 * DAY) == next(candidate for candidate in seen if candidate.tick > 10 * DAY)
    assert len(seen) == pytest.approx(80, abs=30)


# Tension


def test_want_makes_tension_and_order_eases_it() -> None:
    world = TownAndBase(site=site_with(water_m3_per_day=0.0, water_stock_m3=0.0))
    fight(world)
    world.run_to(5 * 24)
    tense = world.sites.tension("base")
    assert tense > 30.0
    world.sites.police_entry(world.event())
    assert world.sites.tension("base") > tense
    world.sites.trucked("base", 800.0, world.event())
    world.sites.aid("base", world.event())
    assert world.sites.tension("base") < tense


# Wounded


def test_level_one_treats_the_critical_first_and_whoever_waits_too_long_dies() -> None:
    world = TownAndBase()
    world.sites.wounded_arrive("base", 40, world.event())
    aid = world.sites.state["base"].aid
    assert aid.untreated() == 40
    world.run_to(3 * 24)
    assert aid.treated + aid.died - sum(1 for row in rows(world, kinds.DIED)) >= 0
    assert aid.treated + len(aid.queue) + (aid.died - _treated_dead(world)) == 40
    assert world.notes.counted["wounded_treated"] == aid.treated
    assert all(not patient.critical for patient in aid.queue)
    world.balanced()


def _treated_dead(world: TownAndBase) -> int:
    treated = {row.id for row in rows(world, kinds.TREATED)}
    return sum(1 for row in rows(world, kinds.DIED) if row.causes[0] in treated)


def test_medics_and_a_flight_save_lives() -> None:
    lost = []
    for medics in ([], [unit(30.0, mechanism="medical", medical=1.0)]):
        died = 0
        for seed in range(1, 7):
            world = TownAndBase(seed, units={"base": medics})
            world.sites.wounded_arrive("base", 60, world.event())
            if medics:
                world.run_to(10)
                assert world.sites.evacuated("base", 12, world.event()) == 12
            world.run_to(6 * 24)
            died += world.sites.state["base"].aid.died
        lost.append(died)
    assert lost[1] < lost[0]


def test_the_evacuated_no_longer_wait_and_do_not_die_here() -> None:
    world = TownAndBase()
    world.sites.wounded_arrive("base", 10, world.event())
    aid = world.sites.state["base"].aid
    waiting = aid.waiting()
    assert world.sites.evacuated("base", 100, world.event()) == waiting
    assert aid.waiting() == 0
    world.run_to(20 * 24)
    assert aid.died == 0


def test_all_reports_have_a_phrase() -> None:
    phrases = load_doctrine().phrases
    told: set[str] = set()
    for seed in range(1, 5):
        world = TownAndBase(seed, site=site_with(gate="shut", room_m2=30_000.0))
        fight(world)
        world.people.strike("town", 5, 40, world.event())
        world.run_to(4 * 24)
        world.sites.set_gate("base", "open", world.event())
        world.run_to(6 * 24)
        world.people.settle("town", 1.0, world.event())
        world.run_to(20 * 24)
        told |= {phrase for phrase, _ in world.notes.told}
    assert len(told) >= 10
    assert told <= set(phrases)
    assert math.isfinite(world.sites.density_peak())
