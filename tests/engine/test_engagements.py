"""Ground forces against groups: barring a road, confronting, operations that find somebody or nobody, watched zones."""

from __future__ import annotations

from line_and_column import known, mission, order, release, rows, send, until
from sim.engine import kinds
from sim.engine.ticks import HOUR
from sim.engine.world import World

FIGHTS = {"columns__failure": 2.0, "columns__loss": 6.0, "columns__gain": 4.0, "columns__odds_power": 1.0}
EARLIER = ("home: camp", "home: mine")


def barred(seed: int) -> World:
    """A strong column before a company that guards the mine."""
    world = mission(seed=seed, **FIGHTS)
    order(world, "guard-terrain", "company-2", "mine")
    send(world, band=200)
    until(world, kinds.COLUMN_ARRIVED, kinds.COLUMN_HOME, hours=300.0)
    return world


def test_a_column_that_forces_its_way_costs_both_sides_and_does_not_lose_a_man_twice() -> None:
    fought = 0
    for seed in range(12):
        world = barred(seed)
        ended = rows(world, kinds.CONTACT_ENDED)
        begun = [row for row in rows(world, kinds.CONTACT) if row.fields["against"] == "company-2"]
        if not begun:
            continue
        fought += 1
        theirs = sum(row.fields["killed"] + row.fields["wounded"] for row in ended)
        ours = sum(row.fields["peacekeepers_killed"] + row.fields["peacekeepers_wounded"] for row in ended)
        company = world.forces.units["company-2"]
        assert company.strength == company.spec.strength - ours
        assert world.groups.state["column-men"].strength >= 200 - theirs - 200
        assert world.measures.value("peacekeepers_wounded").value is not None
    assert fought > 0


def test_a_barred_road_counts_as_an_answer_to_a_crossing() -> None:
    world = barred(2)
    assert rows(world, kinds.COLUMN_BARRED)


def test_a_confrontation_drives_a_group_out_of_a_place_or_fights_it() -> None:
    outcomes = set()
    for seed in range(12):
        world = mission(EARLIER, seed=seed, lawfulness__near_share=0.001)
        group = world.groups.state["column-men"]
        world.groups.attacks.past = []
        world.red_lines.lines.clear()
        task = order(world, "direct-confrontation", "company-2", "mine", target="column-men")
        # The commander sees no necessity; for this test he is overruled.
        world.advance(2 * HOUR)
        if world.command.tasks[task].state == "objected":
            world.command.proceed(world.command.tasks[task], world.command.tasks[task].row)
            world.advance(world.now + 6 * HOUR)
        stands = [row for row in rows(world, kinds.CHOICE) if row.subject.endswith("/stands")]
        assert len(stands) == 1
        outcomes.add(stands[0].fields["outcome"])
        if stands[0].fields["outcome"] == "withdraw":
            assert group.resting_until > 0
        else:
            assert rows(world, kinds.CONTACT_ENDED)
    assert outcomes == {"stand", "withdraw"}


def test_an_operation_finds_a_group_by_what_is_known_of_it() -> None:
    world = mission(EARLIER)
    release(world, "targeted-operation", delegate=True)
    ref = order(world, "targeted-operation", "company-2", "mine", target="column-men")
    task = world.command.tasks[ref]
    group = world.groups.state["column-men"]
    unknown = world.engagements.found(task, group)
    world.intelligence.tell(
        "patrol-report", "company-2", ("force-commander",), world.beginning,
        facts=(("column-men", "at", "mine"), ("column-men", "strength", 200)),
    )  # fmt: skip
    world.advance(world.now + HOUR)
    assert known(world, "force-commander", "column-men", "at") == "mine"
    assert world.engagements.found(task, group) > unknown
    task.place = "hills"
    assert world.engagements.found(task, group) == 0.0


def test_an_operation_that_finds_nobody_frightens_and_costs_legitimacy() -> None:
    world = mission(EARLIER)
    release(world, "targeted-operation", delegate=True)
    ref = order(world, "targeted-operation", "company-2", "crossing", target="column-men")
    world.advance(2 * HOUR)
    before = world.ledger.value("legitimacy")
    task = world.command.tasks[ref]
    task.place = "crossing"
    world.engagements.strikes(task)
    assert rows(world, kinds.FOUND_NOBODY)
    assert world.ledger.value("legitimacy") < before


def test_whoever_comes_into_a_watched_zone_is_reported_at_once() -> None:
    blind = ("places: [town, mine, crossing]", "places: [hills]")
    world = mission(blind)
    order(world, "monitor-zone", "company-2", "mine")
    world.advance(3 * HOUR)
    send(world, toward="mine")
    until(world, kinds.COLUMN_ARRIVED)
    world.advance(world.now + HOUR)
    assert any(message.phrase == "zone-entered" for message in world.intelligence.pictures.sent)
    assert known(world, "head-of-mission", "column-men", "at") == "mine"


def test_guarding_a_way_reassures_and_ends_with_its_task() -> None:
    world = mission()
    order(world, "guard-terrain", "company-2", "mine")
    world.advance(3 * HOUR)
    assert world.groups.opportunities.calm("mine") < 1.0
    order(world, "show-of-force", "company-2", "mine")
    world.advance(world.now + 3 * HOUR)
    assert not world.tasks.lasting("guard-terrain", "mine")


def test_only_those_who_were_driven_out_are_scattered_and_not_their_whole_group() -> None:
    lives_on = ("strength: 200\n", "strength: 200\n    recruits_per_day: 0.001\n")
    scattered = 0
    for seed in range(12):
        world = mission(EARLIER, lives_on, seed=seed, lawfulness__near_share=0.001)
        group = world.groups.state["column-men"]
        band = max(1, round(group.usual_band()))
        task = order(world, "direct-confrontation", "company-2", "mine", target="column-men")
        world.advance(2 * HOUR)
        if world.command.tasks[task].state == "objected":
            world.command.proceed(world.command.tasks[task], world.command.tasks[task].row)
            world.advance(world.now + 6 * HOUR)
        for row in rows(world, kinds.SCATTERED, "column-men"):
            scattered += 1
            assert row.fields["fighters"] <= band
    assert scattered
