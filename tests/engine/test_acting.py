"""Who decides when a principal is away."""

from __future__ import annotations

from sim.engine import inputs, kinds
from sim.engine.ticks import DAY, HOUR
from small_mission import mission, rows


def test_the_first_deputy_who_is_there_acts() -> None:
    world = mission()
    world.command.absent("head-of-mission", DAY, world.beginning)
    (row,) = rows(world, kinds.ACTING)
    assert (row.subject, row.fields["by"]) == ("head-of-mission", "deputy-political")


def test_whoever_is_away_himself_does_not_act_for_another() -> None:
    world = mission()
    world.command.absent("deputy-political", DAY, world.beginning)
    world.command.absent("head-of-mission", DAY, world.beginning)
    assert rows(world, kinds.ACTING)[-1].fields["by"] == "chief-of-staff"


def test_nobody_acts_for_somebody_who_is_there_or_back() -> None:
    world = mission()
    assert world.procedure.stands_in("head-of-mission", world.beginning) == ""
    world.command.absent("head-of-mission", HOUR, world.beginning)
    world.advance(2 * HOUR)
    assert world.procedure.stands_in("head-of-mission", world.beginning) == ""


def test_the_mission_hears_who_acts() -> None:
    world = mission()
    world.command.absent("head-of-mission", DAY, world.beginning)
    world.advance(HOUR)
    assert "principal-absent" in {report.phrase for report in world.picture("deputy-political").reports}


def test_whoever_acts_may_give_directions_and_orders_only_while_the_principal_is_away() -> None:
    world = mission()
    direction = inputs.Direction("deputy-political", "force-commander", "visible-patrol", "town")
    office = inputs.Order("deputy-political", "programme-criticality", "", "town", options=("pc2",))
    assert not world.apply(direction).accepted
    assert not world.apply(office).accepted
    world.command.absent("head-of-mission", DAY, world.beginning)
    assert world.apply(direction).accepted
    assert world.apply(office).accepted
    world.advance(2 * DAY)
    assert not world.apply(direction).accepted
