"""Blocks and ambushes: who is held, who is hit, and what it teaches."""

from __future__ import annotations

from sim.engine import kinds
from sim.engine.world import World
from small_campaign import campaign, group, hours, order, rows

ROAD = "town--mine"


def lay(world: World, purpose: str, name: str = "holders", band: int = 60) -> None:
    armed = group(world, name)
    world.groups.roadblocks.lay(armed, purpose, ROAD, "town", band, f"{name}/{purpose}/1", world.beginning)


def sent(world: World) -> World:
    """The company goes from its base by the road to the mine."""
    order(world, "visible-patrol", "company-1", "mine")
    return hours(world, 40.0)


def test_a_block_holds_a_column_up_and_the_group_learns_that_it_can() -> None:
    held = False
    for seed in range(6):
        free, blocked = campaign(seed=seed), campaign(seed=seed)
        lay(blocked, "block", band=400)
        believed = blocked.deterrence.credibility("holders")
        sent(free)
        sent(blocked)
        denied = rows(blocked, kinds.DENIED, "company-1")
        if denied:
            held = True
            assert denied[0].fields["route"] == ROAD
            assert rows(blocked, kinds.ARRIVED, "company-1")[0].tick > rows(free, kinds.ARRIVED, "company-1")[0].tick
            assert blocked.deterrence.credibility("holders") < believed
    assert held


def test_a_strong_column_is_let_pass_more_often_than_one_without_arms() -> None:
    world = campaign()
    beats = world.groups.choosing.beats
    assert beats(150.0, 40.0) > beats(0.0, 40.0)


def test_a_block_ends_by_itself_and_when_it_is_lifted() -> None:
    world = campaign()
    lay(world, "block")
    assert world.truth.value(ROAD, "status") == "blocked"
    hours(world, world.parameters["roadblocks.block_hours"] + 1.0)
    assert world.truth.value(ROAD, "status") == "open"
    lay(world, "block")
    assert world.groups.roadblocks.lift(ROAD, world.beginning)
    assert world.truth.value(ROAD, "status") == "open"
    assert not world.groups.roadblocks.lift(ROAD, world.beginning)


def test_a_road_may_be_closed_from_the_start_and_stays_closed() -> None:
    world = campaign(("- {between: [town, mine], km: 30}", "- {between: [town, mine], km: 30, blocked_by: holders}"))
    assert world.truth.value(ROAD, "status") == "blocked"
    hours(world, 24.0 * 20)
    assert world.truth.value(ROAD, "status") == "blocked"


def test_an_ambush_strikes_whoever_comes_by_and_is_gone() -> None:
    struck = 0
    for seed in range(6):
        world = campaign(seed=seed, roadblocks__ambush_hours=24.0)
        lay(world, "ambush")
        company = world.forces.units["company-1"]
        before = company.own_strength()
        sent(world)
        contacts = rows(world, kinds.CONTACT, "holders")
        if contacts:
            struck += 1
            assert ROAD not in world.groups.roadblocks.standing
            ended = rows(world, kinds.CONTACT_ENDED, "holders")[0].fields
            bombs = rows(world, kinds.BOMB)
            lost = ended["peacekeepers_killed"] + ended["peacekeepers_wounded"]
            lost += sum(row.fields["killed"] + row.fields["wounded"] for row in bombs)
            assert company.own_strength() == before - lost
            assert rows(world, kinds.LESSON, "holders")[0].fields["action"] == "ambush"
    assert struck


def test_nobody_is_met_where_nobody_stands() -> None:
    world = campaign()
    unit = world.forces.units["company-1"]
    before = world.digest()
    way = world.places.way("base", "mine")
    assert world.groups.roadblocks.met(unit, "base", way, "mine", "test", (world.beginning,)) == 0
    assert world.digest() == before


def test_each_patrol_that_goes_by_an_ambush_has_a_luck_of_its_own() -> None:
    world = campaign(roadblocks__patrol_meets=0.5)
    patrol = world.forces.units["company-1"]
    met_at = []
    for number in range(20):
        lay(world, "ambush", band=1)
        block = world.groups.roadblocks.standing[ROAD]
        block.name = f"holders/ambush/{number}"
        for passed in range(1, 30):
            world.groups.roadblocks.patrolled(patrol, "mine", world.beginning)
            if ROAD not in world.groups.roadblocks.standing:
                met_at.append(passed)
                break
    assert len(met_at) == 20
    assert len(set(met_at)) > 2


def test_whoever_has_arrived_already_is_not_struck_on_the_road() -> None:
    world = campaign()
    lay(world, "ambush")
    block = world.groups.roadblocks.standing[ROAD]
    company = world.forces.units["company-1"]
    world.agenda.after(1, 2, 0, world.groups.roadblocks._sprung, (block, company))
    hours(world, 1.0)
    assert not rows(world, kinds.CONTACT, "holders")
