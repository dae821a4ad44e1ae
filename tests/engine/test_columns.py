"""Columns: where they are, who sees them, what stops them; and the other future of one that is on the road."""

from __future__ import annotations

import pytest

from line_and_column import EAGER, known, mission, order, plan, rows, send, until
from sim.engine import kinds
from sim.engine.column import Column
from sim.engine.marches import LINE, PLACE, Mark, way_back, way_to
from sim.engine.ticks import HOUR
from sim.engine.world import Fork, World


def test_a_column_passes_every_place_of_the_shortest_way_and_arrives_once() -> None:
    world = mission()
    send(world)
    until(world, kinds.COLUMN_ARRIVED)
    assert [row.fields["place"] for row in rows(world, kinds.COLUMN_SEEN)] == ["crossing", "mine"]
    assert [row.fields["place"] for row in rows(world, kinds.COLUMN_ARRIVED)] == ["town"]
    assert world.columns.of("column-men") is None
    assert world.truth.value("column-men", "column") == "arrived"


@pytest.mark.parametrize("seed", range(8))
def test_no_column_is_ever_in_two_places_nor_stronger_than_its_group(seed: int) -> None:
    world = mission(seed=seed, **EAGER)
    order(world, "guard-terrain", "company-2", "mine")
    column = send(world)
    behind = ""
    for _ in range(120):
        world.advance(world.now + HOUR)
        group = world.groups.state["column-men"]
        assert 0 <= world.columns.away("column-men") <= group.strength
        if world.columns.of("column-men") is None:
            break
        passed, ahead = world.columns.stretch(column)
        leg = {passed, ahead}
        assert len(leg) == 1 or any(leg == {route.a, route.b} for route in plan().routes.values())
        if passed != behind and behind:
            assert any({passed, behind} == {route.a, route.b} for route in plan().routes.values())
        behind = passed
        assert world.columns.nearest(column) in leg


def test_a_group_has_one_column_at_a_time_and_cannot_march_to_where_it_is() -> None:
    world = mission()
    group = world.groups.state["column-men"]
    assert world.columns.send(group, "stay", "camp", 50, "raid", (world.beginning,)) is None
    send(world)
    assert world.columns.send(group, "again", "mine", 20, "raid", (world.beginning,)) is None


def test_darkness_slows_a_column_by_its_share() -> None:
    world = mission(columns__friction_sigma=0.1)
    by_day = world.places.on_surface(20.0, "track", 1.0, 0.5, 2 * HOUR)
    by_night = world.places.on_surface(20.0, "track", 1.0, 0.5, 14 * HOUR)
    assert by_night == pytest.approx(2.0 * by_day)


def test_whoever_covers_a_place_counts_everybody_on_the_trucks_as_a_range() -> None:
    world = mission()
    send(world, civilians=60)
    until(world, kinds.COLUMN_SEEN)
    world.advance(world.now + HOUR)
    leaf = known(world, "joc", "column-men", "column-strength")
    assert isinstance(leaf, tuple)
    low, high = leaf
    assert low < high
    assert high > 100
    assert known(world, "joc", "column-men", "column-toward") == "town"


def test_nobody_hears_of_a_column_where_nobody_looks() -> None:
    world = mission(("places: [town, mine, crossing]", "places: [hills]"))
    send(world, toward="crossing")
    world.advance(40 * HOUR)
    assert known(world, "joc", "column-men", "column") is None


def test_a_column_towards_a_place_of_ours_is_urgent_and_any_other_is_not() -> None:
    urgent = {}
    for toward in ("town", "crossing"):
        world = mission()
        send(world, toward=toward)
        world.advance(40 * HOUR)
        seen = [message for message in world.intelligence.pictures.sent if message.phrase.startswith("column-")]
        assert seen
        urgent[toward] = any(message.urgent for message in seen)
    assert urgent == {"town": True, "crossing": False}


def test_a_column_that_turns_goes_home_by_the_way_it_came() -> None:
    world = mission()
    column = send(world)
    until(world, kinds.COLUMN_SEEN)
    world.advance(world.now + 2 * HOUR)
    out = world.columns.km(column, world.now)
    world.columns.turn_back(column, column.row, "ordered")
    assert column.marks[-1].id == "camp"
    assert column.marks[-1].km == pytest.approx(out)
    home = until(world, kinds.COLUMN_HOME)
    assert home is not None
    assert home.fields["place"] == "camp"
    assert world.truth.value("column-men", "column") == "none"


def test_the_way_has_a_mark_where_a_line_may_be_drawn() -> None:
    world = mission()
    marks = way_to(world, "camp", "town")
    assert [(mark.kind, mark.id, mark.km) for mark in marks] == [
        (PLACE, "crossing", 60.0), (PLACE, "mine", 100.0), (LINE, "town-line", 120.0), (PLACE, "town", 140.0),
    ]  # fmt: skip


@pytest.mark.parametrize(("passed", "km"), [(0, 10.0), (1, 60.0), (1, 70.0), (3, 125.0)])
def test_the_way_back_ends_at_the_origin_and_is_as_long_as_the_way_so_far(passed: int, km: float) -> None:
    marks = (
        Mark(60.0, PLACE, "b", "a--b", "track"), Mark(100.0, PLACE, "c", "b--c", "track"),
        Mark(120.0, LINE, "line", "c--d", "track"), Mark(140.0, PLACE, "d", "c--d", "track"),
    )  # fmt: skip
    back = way_back("a", marks, passed, km)
    assert back[-1].id == "a"
    assert back[-1].km == pytest.approx(km)
    assert [mark.km for mark in back] == sorted(mark.km for mark in back)


def test_a_unit_that_guards_the_terrain_makes_a_column_decide() -> None:
    outcomes = []
    for seed in range(12):
        world = mission(seed=seed)
        order(world, "guard-terrain", "company-2", "mine")
        send(world, band=30)
        until(world, kinds.COLUMN_ARRIVED, kinds.COLUMN_HOME, hours=400.0)
        barred = rows(world, kinds.COLUMN_BARRED)
        assert barred
        assert barred[0].fields["place"] == "mine"
        outcomes.append(world.truth.value("column-men", "column"))
    assert outcomes.count("none") > len(outcomes) / 2


def test_a_column_that_leaves_by_agreement_is_let_through() -> None:
    world = mission()
    order(world, "guard-terrain", "company-2", "mine")
    world.advance(3 * HOUR)
    send(world, purpose="depart")
    until(world, kinds.COLUMN_ARRIVED)
    assert not rows(world, kinds.COLUMN_BARRED)


def test_losses_of_a_column_are_losses_of_its_group() -> None:
    world = mission()
    column = send(world)
    before = world.groups.state["column-men"].strength
    world.columns.hit(column, 4, 12, world.beginning, broke=False)
    assert (column.strength, world.groups.state["column-men"].strength) == (84, before - 16)


def test_a_halted_column_goes_on_or_turns_and_never_stands_for_ever() -> None:
    for seed in range(6):
        world = mission(seed=seed)
        column = send(world)
        world.columns.halt(column, column.row, 2 * HOUR)
        assert column.state == "halted"
        assert until(world, kinds.COLUMN_ARRIVED, kinds.COLUMN_HOME, hours=400.0) is not None


def march(index: int | None) -> World:
    world = World(plan(), 3, fork=None if index is None else Fork(20 * HOUR, index))
    send(world)
    world.advance(150 * HOUR)
    return world


def test_a_fork_leaves_the_march_so_far_as_it_was_and_gives_what_follows_other_luck() -> None:
    played, same, other = march(None), march(0), march(1)
    assert same.digest() == played.digest()
    assert other.digest() != played.digest()
    early = [[(row.tick, row.kind.name) for row in rows(one, kinds.COLUMN_SEEN)][:1] for one in (played, other)]
    assert early[0] == early[1]


def test_an_inject_sets_a_share_of_a_group_on_the_road() -> None:
    world = mission(
        ("information:", "injects:\n  march:\n    at: D+1 06:00\n    from: column-men\n    to: [joc]\n    text: Go.\n"
         "    effects: [{column: {group: column-men, toward: mine, share: 0.25}}]\ninformation:")
    )  # fmt: skip
    world.advance(30 * HOUR)
    column = world.columns.of("column-men")
    assert isinstance(column, Column)
    assert (column.toward, column.strength) == ("mine", 50)


def test_a_column_may_come_out_where_nobody_watched() -> None:
    world = mission()
    group = world.groups.state["column-men"]
    usual = world.blueprint.groups["column-men"].home
    start = next(place for place in world.blueprint.places if place not in (usual, "town"))
    column = world.columns.ordered(group.id, "town", 0.2, world.beginning, start)
    assert column is not None
    assert column.origin == start
