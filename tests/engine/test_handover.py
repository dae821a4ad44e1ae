"""Who has control at a place, how it passes, and what passing costs."""

from __future__ import annotations

import pytest

from sim.engine import inputs, kinds
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import mission, order, rows

BOTH_AT_POST = "post"


def passing(seed: int = 1, *, rehearsed: bool = False) -> tuple[World, float]:
    """Hand the post over to the military; return the world in the middle of it, and how long it takes."""
    world = mission(seed=seed)
    if rehearsed:
        order(world, "rehearse-handover", place="post", seat="police-commissioner")
    world.advance(DAY)
    order(world, "hand-over-to-military", place="post", seat="police-commissioner")
    while not (found := rows(world, kinds.CONTROL_PASSING)):
        world.advance(world.now + HOUR // 60)
    return world, (found[0].fields["until"] - found[0].tick) / HOUR


def test_public_order_is_the_polices_until_it_is_handed_over_and_again_when_it_is_handed_back() -> None:
    world, _ = passing()
    assert world.truth.value("post", "control") == "passing"
    world.advance(world.now + DAY)
    assert world.truth.value("post", "control") == "military"
    order(world, "hand-back-to-police", place="post", seat="force-commander")
    world.advance(world.now + DAY)
    assert world.truth.value("post", "control") == "mission-police"


def test_while_control_passes_both_are_weaker_and_afterwards_no_longer() -> None:
    world, _ = passing()
    assert world.handover.friction("post") == world.parameters["handover.during_share"]
    assert world.handover.friction("base") == 1.0
    world.advance(world.now + DAY)
    assert world.handover.friction("post") == 1.0


def test_the_rings_of_a_site_are_thinner_while_control_passes() -> None:
    world = mission(("at: post, protects: post}\n  fpu/1", "at: base}\n  fpu/1"))
    order(world, "outer-perimeter", "company-1", "base")
    world.advance(DAY)
    before = world.sites.cover("base")[1]
    order(world, "hand-over-to-military", place="base", seat="police-commissioner")
    while not rows(world, kinds.CONTROL_PASSING):
        world.advance(world.now + HOUR // 60)
    assert world.sites.cover("base")[1] == pytest.approx(before * world.parameters["handover.during_share"])
    world.advance(world.now + DAY)
    assert world.sites.cover("base")[1] == pytest.approx(before)


def test_whoever_has_rehearsed_is_quicker_with_the_same_luck() -> None:
    for seed in range(4):
        _, slow = passing(seed)
        _, quick = passing(seed, rehearsed=True)
        assert quick < slow


def test_a_rehearsal_fades_as_people_rotate() -> None:
    world = mission()
    order(world, "rehearse-handover", place="post", seat="police-commissioner")
    world.advance(DAY)
    fresh = world.handover.rehearsal("post")
    world.advance(12 * DAY)
    assert 0.0 < world.handover.rehearsal("post") < fresh <= 1.0


def test_nobody_takes_over_where_nobody_can() -> None:
    world = mission()
    order(world, "hand-over-to-military", place="town", seat="police-commissioner")
    world.advance(6 * HOUR)
    assert not rows(world, kinds.CONTROL_PASSING)
    assert "hand-over-nobody" in {report.phrase for report in world.picture("police-commissioner").reports}


def test_soldiers_beside_police_who_have_control_are_worth_less_than_soldiers_in_control() -> None:
    world, _ = passing()
    world.advance(world.now + DAY)
    in_control = world.handover.authority("post", "military")
    order(world, "hand-back-to-police", place="post", seat="force-commander")
    world.advance(world.now + DAY)
    assert world.handover.authority("post", "military") < in_control == 1.0
    assert world.handover.authority("post", "police") == 1.0


def armed_crowd(held: bool) -> World:
    """Police in the town beside a company, and rifles in the crowd before them."""
    world = mission(
        ("at: post, protects: post}\n  fpu/1", "at: town}\n  fpu/1"),
        ("tcc-a, at: base, under: [sector, site]", "tcc-a, at: town, under: [sector, site]"),
    )  # fmt: skip
    if not held:
        world.apply(inputs.SeatHeld("police-commissioner", False))
    world.handover.exceeded("town", world.beginning)
    world.advance(12 * HOUR)
    return world


def test_an_empty_seat_says_the_word_and_a_person_is_waited_for() -> None:
    assert armed_crowd(held=False).truth.value("town", "control") == "military"
    waited = armed_crowd(held=True)
    assert waited.truth.value("town", "control") == "mission-police"
    assert "hand-over-needed" in {report.phrase for report in waited.picture("police-commissioner").reports}
