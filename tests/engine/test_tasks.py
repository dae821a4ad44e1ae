"""Tasks begin, last and end, and leave their unit as it was."""

from __future__ import annotations

import pytest

from sim.engine import kinds
from sim.engine.ticks import DAY, HOUR
from small_mission import mission, order, plan, rows


def test_every_mechanism_that_a_response_names_is_one_that_tasks_can_move() -> None:
    world = mission()
    named = {response.mechanism for response in world.blueprint.doctrine.responses.values()}
    assert named <= world.tasks.mechanisms()


def test_a_timed_task_ends_within_the_bounds_of_its_response_and_the_unit_is_free_again() -> None:
    low, _, high = plan().doctrine.responses["visible-patrol"].hours or (0.0, 0.0, 0.0)
    lengths = set()
    for seed in range(12):
        world = mission(seed=seed)
        ref = order(world, "visible-patrol", "company-1", "base")
        world.advance(3 * DAY)
        (began,), (done,) = rows(world, kinds.TASK_BEGAN, ref), rows(world, kinds.TASK_DONE, ref)
        assert low <= (done.tick - began.tick) / HOUR <= high
        assert done.fields["outcome"] == "done"
        assert world.forces.units["company-1"].state == "ready"
        assert world.forces.units["company-1"].task is None
        lengths.add(done.tick - began.tick)
    assert len(lengths) > 6


def test_the_hours_of_an_order_are_the_length_of_its_task() -> None:
    world = mission()
    ref = order(world, "visible-patrol", "company-1", "base", hours=7.5)
    world.advance(3 * DAY)
    assert rows(world, kinds.TASK_DONE, ref)[0].tick - rows(world, kinds.TASK_BEGAN, ref)[0].tick == 7.5 * HOUR


def test_what_has_no_end_lasts_until_another_order_supersedes_it() -> None:
    world = mission()
    first = order(world, "outer-perimeter", "company-1", "base")
    world.advance(4 * DAY)
    assert world.tasks.lasting("outer-perimeter", "base") == [world.command.tasks[first]]
    order(world, "visible-patrol", "company-1", "base")
    world.advance(6 * DAY)
    assert [row.fields["outcome"] for row in rows(world, kinds.TASK_DONE, first)] == ["superseded"]
    assert world.tasks.lasting("outer-perimeter") == []


def test_a_task_that_ends_while_the_next_is_prepared_leaves_the_unit_preparing() -> None:
    world = mission(command__hop_sigma=0.0)
    order(world, "visible-patrol", "company-1", "base", hours=2.0)
    world.advance(2 * HOUR)
    assert world.forces.units["company-1"].state == "executing"
    order(world, "reinforce", "company-1", "depot")
    while world.forces.units["company-1"].task is not None:
        world.advance(world.now + HOUR // 10)
    assert world.forces.units["company-1"].state in ("preparing", "moving")


def test_only_a_task_that_was_completed_has_its_effect() -> None:
    def legitimacy(seed: int, *, completed: bool) -> float:
        world = mission(seed=seed)
        order(world, "community-engagement", "police", "base", hours=8.0)
        world.advance(6 * HOUR)
        if not completed:
            order(world, "weapons-screening", "police", "base")
        world.advance(2 * DAY)
        return world.ledger.value("legitimacy")

    assert legitimacy(1, completed=True) > legitimacy(1, completed=False)


@pytest.mark.parametrize(("options", "posture"), [((), "high-readiness"), (("defend-base",), "defend-base")])
def test_a_posture_is_the_one_that_was_ordered(options: tuple[str, ...], posture: str) -> None:
    world = mission()
    order(world, "strong-posture", "company-1", "base", options=options)
    world.advance(DAY)
    assert world.forces.units["company-1"].posture == posture


@pytest.mark.parametrize(
    ("action", "options", "state"),
    [("open-gate", (), "open"), ("open-gate", ("search",), "search"), ("shut-gate", (), "shut")],
)
def test_a_gate_stands_as_it_was_ordered(action: str, options: tuple[str, ...], state: str) -> None:
    world = mission()
    order(world, "open-gate", place="base", seat="head-of-mission")
    world.advance(DAY)
    order(world, action, place="base", seat="head-of-mission", options=options)
    world.advance(2 * DAY)
    assert world.truth.value("base", "gate") == state
