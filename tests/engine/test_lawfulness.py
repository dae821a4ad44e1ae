"""Force under law: what a commander takes as lawful, what he asks about, and what it costs to go on regardless."""

from __future__ import annotations

import pytest

from line_and_column import ANNOUNCED, mission, order, release, rows, send
from sim.engine import kinds
from sim.engine.ticks import HOUR
from sim.engine.world import World


def tasked(world: World, action: str, unit: str, place: str = "") -> str:
    if world.blueprint.doctrine.responses[action].reserved:
        release(world, action, delegate=True)
    ref = order(world, action, unit, place, target="column-men")
    world.advance(world.now + 3 * HOUR)
    return ref


def near(world: World, km: float) -> None:
    """A column of armed men stands so far along its way to the mine."""
    column = send(world, toward="mine")
    world.columns.hold_still(column)
    column.km = km
    world.columns.halt(column, column.row, 60 * HOUR)


def test_a_commander_objects_to_fire_on_men_who_threaten_nobody() -> None:
    world = mission()
    near(world, 10.0)
    ref = tasked(world, "close-air-support", "helicopters")
    (review,) = rows(world, kinds.FORCE_REVIEW)
    assert (review.fields["necessary"], review.fields["imminent"]) == (0, 0)
    assert world.command.tasks[ref].state == "objected"
    (objection,) = world.caveats.objections.values()
    assert objection.caveat.ground == "unlawful-task"


def test_armed_men_close_to_people_are_reason_enough() -> None:
    world = mission()
    near(world, 85.0)
    ref = tasked(world, "close-air-support", "helicopters")
    (review,) = rows(world, kinds.FORCE_REVIEW)
    assert (review.fields["necessary"], review.fields["imminent"]) == (1, 1)
    assert world.command.tasks[ref].state != "objected"


def test_a_line_crossed_by_men_who_were_told_is_reason_enough_far_from_anybody() -> None:
    world = mission(ANNOUNCED)
    near(world, 10.0)
    column = world.columns.of("column-men")
    assert column is not None
    world.red_lines.crossed("town-line", column, column.row)
    tasked(world, "close-air-support", "helicopters")
    (review,) = rows(world, kinds.FORCE_REVIEW)
    assert (review.fields["necessary"], review.fields["warned"], review.fields["imminent"]) == (1, 1, 0)


@pytest.mark.parametrize(("line", "costs"), [(True, False), (False, True)])
def test_deliberate_force_without_warning_costs_legal_standing(line: bool, costs: bool) -> None:
    world = mission(*((ANNOUNCED,) if line else ()))
    near(world, 10.0)
    ref = tasked(world, "close-air-support", "helicopters")
    world.lawfulness.used(world.command.tasks[ref], world.command.tasks[ref].row)
    reasons = {row.fields["reason"] for row in rows(world, kinds.LEDGER) if row.subject == "legal-status"}
    assert ("without-warning" in reasons) is costs


def test_force_that_was_neither_necessary_nor_in_proportion_costs_whoever_insists() -> None:
    world = mission()
    near(world, 10.0)
    ref = tasked(world, "close-air-support", "helicopters")
    before = world.ledger.value("legitimacy")
    world.lawfulness.used(world.command.tasks[ref], world.command.tasks[ref].row)
    assert world.ledger.value("legitimacy") < before
    assert world.ledger.value("legal-status") < world.ledger.standings["legal-status"].start


def test_an_operation_among_thousands_of_people_is_out_of_proportion() -> None:
    world = mission(("home: camp", "home: town"), groups__band_share=0.1)
    ref = tasked(world, "direct-confrontation", "company-1", "town")
    (review,) = rows(world, kinds.FORCE_REVIEW)
    assert review.fields["proportionate"] == 0
    assert world.command.tasks[ref].state == "objected"


def test_legal_standing_is_opened_only_when_there_is_reason_to_look_at_it() -> None:
    world = mission(hours=48.0)
    assert "legal-status" not in world.ledger.standings
