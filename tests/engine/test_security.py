"""Who is covered, who leaves, and what the mission no longer understands."""

from __future__ import annotations

import pytest

from sim.engine import kinds
from sim.engine.ticks import DAY
from small_mission import mission, order, rows


def test_the_security_system_covers_civilians_and_unarmed_officers_but_no_formed_unit() -> None:
    world = mission()
    covered = {unit.id for unit in world.forces.units.values() if world.security.covered(unit)}
    assert covered == {"police", "interpreters"}


def test_a_relocation_takes_the_interpreters_away_and_leaves_the_troops() -> None:
    world = mission()
    assert max(unit.spec.languages for unit in world.forces.at("base")) == pytest.approx(0.9)
    before = world.ledger.value("legitimacy")
    order(world, "relocate-staff", place="base", seat="head-of-mission")
    world.advance(4 * DAY)
    assert max(unit.spec.languages for unit in world.forces.at("base")) == pytest.approx(0.3)
    assert "company-1" in [unit.id for unit in world.forces.at("base")]
    assert world.forces.units["interpreters"].place == world.blueprint.headquarters
    (row,) = rows(world, kinds.RELOCATED)
    staff = sum(world.blueprint.units[unit].strength for unit in ("police", "interpreters"))
    assert row.fields == {"staff": staff, "place": "capital-base"}
    assert world.truth.value("base", "staff") == "relocated"
    assert world.ledger.value("legitimacy") < before


def test_what_a_relocated_team_was_doing_ends_with_its_leaving() -> None:
    world = mission()
    ref = order(world, "weapons-screening", "police", "base")
    world.advance(12 * 3_600_000)
    assert world.command.tasks[ref].state == "under way"
    order(world, "relocate-staff", place="base", seat="head-of-mission")
    world.advance(4 * DAY)
    assert [row.fields["outcome"] for row in rows(world, kinds.TASK_DONE, ref)] == ["relocated"]


def test_essential_volunteers_stay_and_a_later_word_replaces_an_earlier_one() -> None:
    world = mission()
    order(world, "retain-essential-staff", place="base", seat="head-of-mission")
    world.advance(DAY)
    assert "base" in world.security.retained
    assert world.truth.value("base", "staff") == "present"
    assert world.forces.units["interpreters"].place == "base"
    order(world, "relocate-staff", place="base", seat="head-of-mission")
    world.advance(3 * DAY)
    assert world.truth.value("base", "staff") == "relocated"


def test_an_allegation_that_is_concealed_costs_twice_what_a_reported_one_does() -> None:
    costs: dict[str, set[float]] = {"concealed": set(), "reported": set()}
    for seed in range(12):
        world = mission(seed=seed)
        before = world.ledger.value("legitimacy")
        world.security.conduct("company-1", world.beginning)
        (row,) = rows(world, kinds.CONDUCT)
        costs[row.fields["handled"]].add(round(before - world.ledger.value("legitimacy"), 4))
    (concealed,), (reported,) = costs["concealed"], costs["reported"]
    assert concealed == pytest.approx(2 * reported)
    assert concealed == pytest.approx(world.parameters["security.concealed_misconduct_legitimacy"])
