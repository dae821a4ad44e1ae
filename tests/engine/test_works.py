"""What engineers and a forward defence make of a base, and what they cost."""

from __future__ import annotations

import pytest

from sim.engine import kinds
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import mission, order, rows

ENGINEERS = (
    "  helicopter: {type:",
    "  engineers: {type: engineer-team, contributor: mission, at: base}\n  helicopter: {type:",
)


def strengthened(rounds: int = 1, **parameters: float) -> World:
    world = mission(ENGINEERS, **parameters)
    for _ in range(rounds):
        order(world, "strengthen-installation", "engineers", "base", hours=24.0)
        world.advance(world.now + 30 * HOUR)
    return world


def test_a_round_of_works_shows() -> None:
    world = strengthened()
    assert world.truth.value("base", "works") == pytest.approx(100 * world.parameters["works.gain"])


def test_fewer_guards_are_needed_for_a_full_ring() -> None:
    rings = []
    for rounds in (0, 2):
        world = strengthened(rounds, sites__outer_heads=80.0)
        rings.append(world.sites.cover("base")[1])
    assert rings[1] > rings[0] > 0.0


def test_each_round_adds_less_and_materials_run_out() -> None:
    world = strengthened(4, works__materials_per_day=0.02)
    levels = [row.fields["works"] for row in rows(world, kinds.STRENGTHENED)]
    gains = [after - before for before, after in zip([0.0, *levels], levels, strict=False)]
    assert gains == sorted(gains, reverse=True)
    assert levels[-1] < 1.0
    assert world.sites.works.materials("base") < world.parameters["works.materials_needed"]


def test_materials_come_back_with_the_days() -> None:
    world = strengthened(2)
    left = world.sites.works.materials("base")
    world.advance(world.now + 5 * DAY)
    assert left < world.sites.works.materials("base") <= world.parameters["works.materials"]


def test_staff_are_hurt_less_behind_works() -> None:
    hurt = {0: 0, 3: 0}
    for rounds in hurt:
        for seed in range(12):
            world = mission(ENGINEERS, seed=seed, security__staff_hurt_per_attack=0.2, works__gain=0.7)
            world.sites.state["base"].works = 0.3 * rounds
            for _ in range(8):
                row = world.journal.write(kinds.CALENDAR, world.now, world.journal.name("base"), ())
                world.truth.event("attack", "base", row)
            hurt[rounds] += len(rows(world, kinds.STAFF_HURT))
    assert hurt[3] < hurt[0]


def test_a_forward_defence_holds_more_ring_and_deters() -> None:
    outer, forward = mission(sites__outer_heads=100.0), mission(sites__outer_heads=100.0)
    order(outer, "outer-perimeter", "company-1", "base")
    order(forward, "robust-defence", "company-1", "base")
    for world in (outer, forward):
        world.advance(5 * HOUR)
    assert forward.sites.cover("base")[1] > outer.sites.cover("base")[1]
    assert forward.groups.opportunities.calm("base") < outer.groups.opportunities.calm("base")
    assert forward.forces.units["company-1"].posture == "defend-base"


def test_positions_forward_of_the_wire_cost_consent_where_nobody_cleared_them() -> None:
    world = mission()
    before = world.ledger.value("consent/governor")
    order(world, "robust-defence", "company-1", "base")
    world.advance(5 * HOUR)
    assert world.ledger.value("consent/governor") < before


def test_fire_returned_over_the_heads_of_those_outside_hurts_some_and_is_looked_into() -> None:
    caught = 0
    for seed in range(10):
        world = mission(("beds: 5}", "beds: 5, gate: shut}"), seed=seed, works__caught_per_thousand=3.0)
        order(world, "robust-defence", "company-1", "base")
        world.people.shock("town", 90.0, world.beginning)
        world.advance(12 * HOUR)
        assert world.sites.state["base"].waiting
        row = world.journal.write(kinds.CALENDAR, world.now, world.journal.name("base"), ())
        world.truth.event("attack", "base", row)
        caught += len(rows(world, kinds.INQUIRY))
    assert caught


def test_nobody_outside_is_nobody_caught() -> None:
    world = mission(works__caught_per_thousand=3.0)
    order(world, "robust-defence", "company-1", "base")
    world.advance(5 * HOUR)
    row = world.journal.write(kinds.CALENDAR, world.now, world.journal.name("base"), ())
    world.truth.event("attack", "base", row)
    assert not rows(world, kinds.INQUIRY)
