"""Aircraft: who may fly them, when they fly, what the crew does, and what fire from the air does to a column."""

from __future__ import annotations

import math

import pytest

from line_and_column import ANNOUNCED, known, mission, order, release, rows, send, until
from sim.engine import kinds
from sim.engine.column import Column
from sim.engine.ticks import HOUR
from sim.engine.world import World

CLEAR = {"air__unsure": 0.05, "air__civilians_wrongly_seen": 0.02, "air__civilians_seen": 0.95}
BOLD = {"columns__loss": 6.0, "columns__mixed_chance": 0.1}


def flown(
    seed: int = 1, *, civilians: int = 0, options: tuple[str, ...] = (), **given: float
) -> tuple[World, Column, str]:
    """A released close air support against a column that is near the town by daylight."""
    world = mission(ANNOUNCED, seed=seed, **{**CLEAR, **BOLD, **given})
    release(world, "close-air-support", delegate=True)
    column = send(world, toward="town", band=100, civilians=civilians)
    # Near enough to people to be an imminent threat, in the morning.
    for _ in range(200):
        world.advance(world.now + HOUR)
        left = column.marks[-1].km - world.columns.km(column, world.now)
        if left < 28.0 and 1 <= world.places.hour_of_day(world.now) - 6 <= 6:
            break
        if left < 22.0:
            world.columns.halt(column, column.row, 4 * HOUR)
    ref = order(world, "close-air-support", "helicopters", target="column-men", options=options)
    world.advance(world.now + 40 * HOUR)
    return world, column, ref


def test_fire_on_a_column_is_answered_for_in_the_record_and_stops_most_columns() -> None:
    struck = stopped = 0
    for seed in range(12):
        world, column, _ = flown(seed)
        fired = rows(world, kinds.AIR_ACTION_ENDED)
        if not fired:
            continue
        struck += 1
        hits = fired[0].fields["killed"] + fired[0].fields["wounded"]
        assert 0 <= hits <= 40
        assert world.groups.state["column-men"].strength <= 200 - hits
        stopped += column.state != "arrived"
    assert struck >= 5
    assert stopped > struck / 2


def test_nothing_flies_at_night_nor_in_the_dust() -> None:
    world = mission(ANNOUNCED, **CLEAR, hours=13.0)
    assert world.places.is_night(world.now)
    release(world, "close-air-support", delegate=True)
    column = send(world, toward="mine")
    column.km = 90.0
    world.columns.hold_still(column)
    world.columns.halt(column, column.row, 20 * HOUR)
    order(world, "close-air-support", "helicopters", target="column-men")
    until(world, kinds.SORTIE, hours=40.0)
    sorties = rows(world, kinds.SORTIE)
    assert sorties
    assert not world.places.is_night(sorties[0].tick)


def test_where_no_aircraft_starts_the_commander_is_told_and_nobody_fires() -> None:
    found = False
    for seed in range(30):
        world, _, ref = flown(seed, air__starts_share=0.6)
        sorties = rows(world, kinds.SORTIE)
        if sorties and not sorties[0].fields["aircraft"]:
            found = True
            assert not rows(world, kinds.AIR_ACTION)
            assert known(world, "force-commander", ref, "state") == "done"
            assert any(message.phrase == "air-unserviceable" for message in world.intelligence.pictures.sent)
            break
    assert found


def test_the_crew_holds_its_fire_where_it_sees_families() -> None:
    for seed in range(8):
        world, _, _ = flown(seed, civilians=40)
        seen = [row.fields["seen"] for row in rows(world, kinds.IDENTIFIED)]
        if "armed" not in seen:
            assert not rows(world, kinds.AIR_ACTION)
    assert world.measures.value("civilians_harmed_by_mission").value is not None


def test_fire_among_families_hurts_them_and_costs_standing() -> None:
    harmed = 0.0
    for seed in range(10):
        world, column, _ = flown(seed, civilians=45, options=("accept-civilian-risk",), air__civilians_hit_share=1.0)
        hurt = world.measures.value("civilians_harmed_by_mission").value
        assert hurt is not None
        harmed += hurt
        if hurt:
            assert column.civilians == 45 - hurt
            assert world.ledger.value("legitimacy") < world.ledger.standings["legitimacy"].start
            assert world.ledger.value("humanitarians") < world.ledger.standings["humanitarians"].start
            assert world.ledger.value("legal-status") < world.ledger.standings["legal-status"].start
            assert rows(world, kinds.HARMED_BY_MISSION)
    assert harmed > 0


def test_an_aircraft_that_only_shows_itself_never_fires() -> None:
    for seed in range(6):
        world, _, _ = flown(seed, options=("show-only",))
        assert not rows(world, kinds.AIR_ACTION)


def test_the_helicopters_come_home_and_are_never_in_two_places() -> None:
    world, _, _ = flown(3)
    world.advance(world.now + 48 * HOUR)
    helicopters = world.forces.units["helicopters"]
    assert helicopters.place == helicopters.home
    where = ""
    for row in rows(world, kinds.DEPARTED, kinds.ARRIVED):
        if row.subject == "helicopters":
            if row.kind is kinds.DEPARTED:
                assert row.fields["origin"] == (where or "town")
                where = ""
            else:
                where = row.fields["place"]


def test_aircraft_within_reach_weigh_by_day_and_hardly_by_night() -> None:
    world = mission()
    by_day = world.air.capability_from_air("mine")
    assert by_day == pytest.approx(2 * world.parameters["air.worth_heads"])
    assert world.air.capability_from_air("capital-base") == 0.0
    group = world.groups.state["column-men"]
    seen = world.deterrence.capability(group, "mine")
    world.advance(14 * HOUR)
    assert world.air.capability_from_air("mine") == pytest.approx(by_day * world.parameters["air.night_share"])
    assert world.deterrence.capability(group, "mine") < seen


def test_crews_and_fuel_limit_the_sorties_of_a_day() -> None:
    world = mission(ANNOUNCED, air__sorties_per_day=1.0, **CLEAR)
    world.air.flown["helicopters", 0] = 1
    release(world, "close-air-support", delegate=True)
    column = send(world, toward="mine")
    world.columns.hold_still(column)
    column.km = 90.0
    world.columns.halt(column, column.row, 40 * HOUR)
    order(world, "close-air-support", "helicopters", target="column-men")
    sortie = until(world, kinds.SORTIE, hours=60.0)
    assert sortie is not None
    assert sortie.tick > 18 * HOUR


def test_reconnaissance_finds_a_column_that_nobody_else_has_seen() -> None:
    blind = ("places: [town, mine, crossing]", "places: [hills]")
    world = mission(blind)
    send(world)
    world.advance(HOUR)
    assert known(world, "joc", "column-men", "column") is None
    order(world, "aerial-reconnaissance", "drones", "crossing")
    world.advance(world.now + 30 * HOUR)
    assert known(world, "joc", "column-men", "column-toward") == "town"


def test_forty_men_in_the_open_break_as_they_did_on_the_record() -> None:
    world = mission()
    courses = [world.contact.from_air(f"test/{number}", 40, 2, 110.0) for number in range(400)]
    hits = math.fsum(len(course.hits) for course in courses) / len(courses)
    assert 6.0 < hits < 10.0
    assert sum(course.broke for course in courses) > 0.7 * len(courses)
    assert all(
        later > earlier for course in courses for earlier, later in zip(course.hits, course.hits[1:], strict=False)
    )


def test_three_hundred_men_lose_no_more_than_a_tenth() -> None:
    world = mission()
    for number in range(200):
        assert len(world.contact.from_air(f"test/{number}", 300, 2, 110.0).hits) <= 30


def sightings(hours_on_the_way: int, seed: int) -> list[tuple[object, int]]:
    """What a look from the air at a column on its way gives of its heads, beside how many they are."""
    world = mission(seed=seed)
    column = send(world)
    world.advance(hours_on_the_way * HOUR)
    order(world, "aerial-reconnaissance", "drones", world.columns.nearest(column))
    world.advance(world.now + 7 * HOUR)
    seen = [report for report in world.picture("joc").reports if report.phrase.startswith("air-sees")]
    return [(dict(report.values)["column-strength"], column.heads) for report in seen]


def test_nobody_counts_heads_from_the_air_to_the_man() -> None:
    seen = [pair for seed in range(24) for pair in sightings(1, seed)]
    assert len(seen) > 3
    assert sum(given == true for given, true in seen) <= 1


def test_nobody_sees_a_column_from_the_air_by_night() -> None:
    assert not [pair for seed in range(8) for pair in sightings(14, seed)]
