"""Orders on their way: the door, the hops, two orders to one unit, and who acts without one."""

from __future__ import annotations

from itertools import pairwise

import pytest

from sim.engine import inputs, kinds
from sim.engine.ticks import DAY, HOUR, MINUTE
from sim.engine.world import World
from small_mission import mission, order, plan, rows


def door(world: World, entry: inputs.Input) -> str:
    receipt = world.apply(entry)
    return "" if receipt.accepted else receipt.reason


def test_an_order_across_components_is_refused_at_the_door_with_who_to_ask() -> None:
    world = mission()
    rows_before = world.journal.count
    reason = door(world, inputs.Order("force-commander", "inner-perimeter", "fpu", "base"))
    assert "police-commissioner" in reason
    assert "request" in reason
    assert world.journal.count == rows_before


def test_work_of_an_office_is_refused_to_a_seat_that_may_not_do_it_with_who_may() -> None:
    reason = door(mission(), inputs.Order("force-commander", "request-clearance", target="capital"))
    assert "mission-support" in reason


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (inputs.Order("force-commander", "dance", "company-1", "base"), "no response"),
        (inputs.Order("force-commander", "reinforce", "company-9", "base"), "no unit"),
        (inputs.Order("force-commander", "reinforce", "company-1", "moon"), "no place"),
        (inputs.Order("force-commander", "reinforce", "company-1"), "needs a place"),
        (inputs.Order("force-commander", "outer-perimeter", "company-1", "town"), "needs a base"),
        (inputs.Order("force-commander", "reinforce", "", "base"), "needs a unit"),
        (inputs.Order("police-commissioner", "weapons-screening", "fpu", "base"), "not trained or equipped"),
        (inputs.Order("force-commander", "strong-posture", "company-1", "base", "", ("asleep",)), "no option"),
        (inputs.Order("head-of-mission", "warn-group", "", "base"), "addressed to"),
        (inputs.Order("head-of-mission", "warn-group", "", "base", "governor"), "nobody to whom"),
        (inputs.Direction("force-commander", "sector", "reinforce", "base"), "Only the head of mission"),
    ],
)
def test_the_door_names_what_is_wrong_with_an_order(entry: inputs.Input, words: str) -> None:
    assert words in door(mission(), entry)


def test_the_door_says_nothing_about_what_the_seat_cannot_know() -> None:
    world = mission()
    world.forces.lose(world.forces.units["company-2"], 150, 0, (world.beginning,))
    assert door(world, inputs.Order("force-commander", "reinforce", "company-2", "base")) == ""


def test_an_order_passes_sector_and_site_before_the_unit_has_it_and_each_hop_takes_time() -> None:
    world = mission()
    ref = order(world, "outer-perimeter", "company-1", "base")
    world.advance(DAY)
    (sent,) = rows(world, kinds.TASK_SENT, ref)
    hops = rows(world, kinds.HOP, ref)
    assert [row.fields["at"] for row in hops] == ["sector", "site", "company-1"]
    ticks = [sent.tick, *(row.tick for row in hops)]
    assert all(one < two for one, two in pairwise(ticks))
    (began,) = rows(world, kinds.TASK_BEGAN, ref)
    assert began.tick > hops[-1].tick


def test_the_luck_of_an_order_is_its_own() -> None:
    def hops(*, another: bool) -> list[int]:
        world = mission()
        if another:
            order(world, "strong-posture", "company-3", "depot")
        ref = order(world, "outer-perimeter", "company-1", "base")
        world.advance(DAY)
        return [row.tick for row in rows(world, kinds.HOP, ref)]

    assert hops(another=True) == hops(another=False)


def test_the_commander_of_a_place_that_is_stripped_objects_and_the_order_waits_for_him() -> None:
    world = mission(command__hop_sigma=0.0)
    guard, free = order(world, "reinforce", "company-2", "base"), order(world, "reinforce", "company-3", "base")
    world.advance(DAY)
    first = {ref: rows(world, kinds.HOP, ref)[0].tick for ref in (guard, free)}
    assert first[guard] - first[free] == world.parameters["command.sector_objection_hours"] * HOUR


def test_the_later_of_two_orders_to_one_unit_is_carried_out_and_the_earlier_is_cancelled() -> None:
    for seed in range(6):
        world = mission(seed=seed)
        earlier = order(world, "reinforce", "company-3", "base")
        world.advance(2 * HOUR)
        later = order(world, "visible-patrol", "company-3", "depot")
        world.advance(3 * DAY)
        tasks = world.command.tasks
        if tasks[earlier].began:
            assert tasks[later].row > tasks[earlier].row
            continue
        (cancelled,) = rows(world, kinds.TASK_CANCELLED, earlier)
        assert cancelled.fields["reason"] == "superseded"
        assert tasks[earlier].state == "cancelled"
        assert not rows(world, kinds.TASK_BEGAN, earlier)
        assert rows(world, kinds.TASK_BEGAN, later)
        assert world.command.bound_for("base") == []
        told = world.picture("force-commander").facts[(earlier, "state")]
        assert told.value == "cancelled"


def test_at_least_one_pair_of_orders_meets_while_the_first_is_prepared() -> None:
    world = mission(command__hop_sigma=0.0)
    earlier = order(world, "reinforce", "company-3", "base")
    world.advance(2 * HOUR)
    order(world, "visible-patrol", "company-3", "depot")
    world.advance(3 * DAY)
    assert rows(world, kinds.TASK_CANCELLED, earlier)
    assert not rows(world, kinds.DEPARTED, "company-3")


def test_an_order_to_go_home_given_on_the_road_is_carried_out_from_where_the_unit_arrives() -> None:
    world = mission(command__hop_sigma=0.0)
    order(world, "reinforce", "company-3", "base")
    while not rows(world, kinds.DEPARTED, "company-3"):
        world.advance(world.now + MINUTE)
    order(world, "reinforce", "company-3", "depot")
    world.advance(3 * DAY)
    assert world.forces.units["company-3"].place == "depot"
    assert [row.fields["place"] for row in rows(world, kinds.ARRIVED, "company-3")] == ["base", "depot"]


def test_a_unit_that_was_lost_while_it_prepared_does_not_leave_and_its_commander_hears_so() -> None:
    world = mission(command__hop_sigma=0.0)
    ref = order(world, "reinforce", "company-3", "base")
    world.advance(2 * HOUR)
    assert world.forces.units["company-3"].state == "preparing"
    world.forces.lose(world.forces.units["company-3"], 150, 0, (world.beginning,))
    world.advance(2 * DAY)
    assert [row.fields["reason"] for row in rows(world, kinds.TASK_REFUSED, ref)] == ["unable"]
    assert not rows(world, kinds.DEPARTED, "company-3")
    assert world.picture("force-commander").facts[(ref, "state")].value == "refused"


def test_the_same_order_again_changes_nothing_and_nobody_stays_bound_for_the_place() -> None:
    world = mission()
    order(world, "reinforce", "company-3", "base")
    again = order(world, "reinforce", "company-3", "base")
    world.advance(2 * DAY)
    assert rows(world, kinds.TASK_ALREADY, again)
    assert len(rows(world, kinds.DEPARTED, "company-3")) == 1
    assert world.command.bound_for("base") == []


def test_a_unit_does_not_leave_for_a_long_way_at_night_but_waits_for_dawn() -> None:
    world = mission(hours=11.0, command__hop_sigma=0.0)
    order(world, "reinforce", "company-2", "base")
    order(world, "outer-perimeter", "company-1", "base")
    world.advance(12 * HOUR)
    near = order(world, "visible-patrol", "company-1", "town")
    world.advance(3 * DAY)
    far = rows(world, kinds.DEPARTED, "company-2")[0].tick
    assert far == world.places.next_dawn(far - 1)
    assert world.command.tasks[near].began
    assert world.places.is_night(rows(world, kinds.DEPARTED, "company-1")[0].tick)


def test_the_crisis_team_speeds_work_across_components_and_slows_it_within() -> None:
    def delays(sits: bool) -> tuple[int, int]:
        world = mission()
        world.command.crisis_team_active = sits
        world.apply(inputs.SeatHeld("police-commissioner", False))
        asked = world.apply(inputs.Request("force-commander", "police-commissioner", "inner-perimeter", "fpu", "base"))
        own = order(world, "outer-perimeter", "company-1", "base")
        world.advance(2 * DAY)
        granted = next(row for row in rows(world, kinds.POLICY) if row.fields["rule"] == asked.ref)
        return granted.tick, rows(world, kinds.HOP, own)[-1].tick

    parameters = plan().parameters
    (across, within), (faster, slower) = delays(False), delays(True)
    assert faster == pytest.approx(across * parameters["command.crisis_team_across_factor"], rel=1e-3)
    assert slower == pytest.approx(within * parameters["command.crisis_team_within_factor"], rel=1e-3)


def test_an_absent_principal_and_the_night_make_an_answer_slower() -> None:
    def granted(hours: float, absent: bool) -> int:
        world = mission(hours=hours)
        world.apply(inputs.SeatHeld("police-commissioner", False))
        if absent:
            world.command.absent("police-commissioner", DAY, world.beginning)
        asked = world.apply(inputs.Request("force-commander", "police-commissioner", "inner-perimeter", "fpu", "base"))
        begin = world.now
        world.advance(world.now + 2 * DAY)
        return next(row for row in rows(world, kinds.POLICY) if row.fields["rule"] == asked.ref).tick - begin

    by_day = granted(1.0, False)
    assert granted(1.0, True) > by_day
    assert granted(13.0, False) > by_day


def test_a_request_to_a_held_seat_waits_for_its_person() -> None:
    world = mission()
    world.apply(inputs.Request("force-commander", "police-commissioner", "inner-perimeter", "fpu", "base"))
    world.advance(2 * DAY)
    assert not rows(world, kinds.POLICY)
    assert any(report.phrase == "request-made" for report in world.picture("police-commissioner").reports)


def test_a_time_limit_brings_the_unit_home_and_says_so() -> None:
    world = mission()
    ref = order(world, "reinforce", "company-3", "base")
    world.command.tasks[ref].limit = 40 * HOUR
    world.advance(4 * DAY)
    (ended,) = rows(world, kinds.DETACHED_ENDED)
    assert ended.tick == 40 * HOUR
    assert world.forces.units["company-3"].place == "depot"
    assert any(report.phrase == "detachment-ended" for report in world.picture("force-commander").reports)


def test_the_commander_on_the_spot_acts_more_often_under_a_clear_intent_and_never_under_a_lethal_caveat() -> None:
    world = mission()
    unit = world.forces.units["company-1"]

    def acts(prefix: str) -> int:
        return sum(world.initiative.on_the_spot(unit, f"{prefix}#{number}", world.beginning) for number in range(400))

    before = acts("unclear")
    world.initiative.delegated["base"] = world.beginning
    after = acts("delegated")
    assert 0 < before < after
    odds = [row.fields["odds"]["acts"] for row in rows(world, kinds.CHOICE) if row.subject.startswith("delegated#")]
    assert abs(after - 400 * odds[0]) < 4 * (400 * odds[0] * (1 - odds[0])) ** 0.5

    forbidden = mission(("  tcc-a: {kind: tcc, office_hours: [8, 17]}\n", FORBIDS))
    assert not any(
        forbidden.initiative.on_the_spot(forbidden.forces.units["company-1"], f"x#{number}", 0) for number in range(50)
    )


FORBIDS = """\
  tcc-a:
    kind: tcc
    caveats:
      - {id: no-fights, force_level: lethal, ground: safety}
"""
