"""Reserved means: silence releases nothing, a word releases once, and a word beforehand releases for good."""

from __future__ import annotations

from line_and_column import ANNOUNCED, known, mission, order, release, rows, send
from sim.engine import inputs, kinds
from sim.engine.ticks import HOUR
from sim.engine.world import World


def asked(**given: float) -> tuple[World, str]:
    """Close air support ordered against a column near people, and nobody has said yes."""
    world = mission(ANNOUNCED, **given)
    column = send(world, toward="mine")
    world.columns.hold_still(column)
    column.km = 85.0
    world.columns.halt(column, column.row, 30 * HOUR)
    ref = order(world, "close-air-support", "helicopters", target="column-men")
    world.advance(world.now + 2 * HOUR)
    return world, ref


def test_the_head_of_mission_is_asked_and_nothing_moves_meanwhile() -> None:
    world, ref = asked()
    assert world.command.tasks[ref].state == "awaiting-release"
    assert any(message.phrase == "release-asked" and "head-of-mission" in message.to for message in sent(world))
    assert not rows(world, kinds.TASK_PREPARING)


def test_silence_is_no_release_and_the_commander_hears_so() -> None:
    world, ref = asked()
    world.advance(world.now + 10 * HOUR)
    assert world.command.tasks[ref].state == "refused"
    assert known(world, "force-commander", ref, "state") == "refused"
    assert [row.fields["granted"] for row in rows(world, kinds.APPROVAL)] == [0]
    assert not rows(world, kinds.SORTIE)


def test_a_direction_releases_what_waits() -> None:
    world, ref = asked()
    release(world, "close-air-support")
    world.advance(world.now + 4 * HOUR)
    assert world.command.tasks[ref].state in ("preparing", "under way", "done")
    assert [row.fields["granted"] for row in rows(world, kinds.APPROVAL)] == [1]


def test_a_direction_for_another_group_releases_nothing() -> None:
    world, ref = asked()
    entry = inputs.Direction("head-of-mission", "force-commander", "close-air-support", target="hill-men")
    assert world.apply(entry).accepted
    world.advance(world.now + HOUR)
    assert world.command.tasks[ref].state == "awaiting-release"


def test_a_word_given_beforehand_holds_every_time() -> None:
    world = mission(ANNOUNCED)
    release(world, "close-air-support", delegate=True)
    column = send(world, toward="mine")
    world.columns.hold_still(column)
    column.km = 85.0
    world.columns.halt(column, column.row, 30 * HOUR)
    for _ in range(2):
        ref = order(world, "close-air-support", "helicopters", target="column-men", options=("show-only",))
        world.advance(world.now + 6 * HOUR)
        assert world.command.tasks[ref].state in ("preparing", "under way", "done")
    assert not rows(world, kinds.RELEASE_ASKED)


def test_an_empty_seat_releases_with_its_odds_after_a_while() -> None:
    granted = []
    for seed in range(16):
        world = mission(ANNOUNCED, seed=seed, command__release_chance=0.6)
        world.apply(inputs.SeatHeld("head-of-mission", False))
        column = send(world, toward="mine")
        world.columns.hold_still(column)
        column.km = 85.0
        world.columns.halt(column, column.row, 30 * HOUR)
        order(world, "close-air-support", "helicopters", target="column-men")
        world.advance(world.now + 24 * HOUR)
        granted += [row.fields["granted"] for row in rows(world, kinds.APPROVAL)]
    assert 0 < sum(granted) < len(granted) == 16


def test_nobody_but_the_head_of_mission_can_release() -> None:
    world, ref = asked()
    refused = world.apply(inputs.Direction("force-commander", "force-commander", "close-air-support"))
    assert not refused.accepted
    world.advance(world.now + HOUR)
    assert world.command.tasks[ref].state == "awaiting-release"


def sent(world: World) -> list:  # type: ignore[type-arg]
    return world.intelligence.pictures.sent
