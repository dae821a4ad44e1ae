"""Who is covered, who leaves, and what the mission no longer understands."""

from __future__ import annotations

import pytest

from sim.engine import kinds
from sim.engine.ticks import DAY
from sim.engine.world import World
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


def test_no_more_staff_are_hurt_than_are_there() -> None:
    world = mission()
    staff = sum(world.forces.units[unit].own_strength() for unit in ("police", "interpreters"))
    assert world.security.hurt("base", 500, world.beginning) == staff
    assert world.security.hurt("base", 5, world.beginning) == 0
    assert world.measures.value("staff_hurt").value == staff


def test_staff_are_hit_in_attacks_less_often_behind_an_outer_ring() -> None:
    hurt = {False: 0, True: 0}
    for ringed in hurt:
        for seed in range(30):
            world = mission(seed=seed, security__staff_hurt_per_attack=0.2)
            if ringed:
                order(world, "outer-perimeter", "company-1", "base")
            world.advance(DAY)
            for _ in range(5):
                row = world.journal.write(kinds.CALENDAR, world.now, world.journal.name("base"), ())
                world.truth.event("attack", "base", row)
            hurt[ringed] += len(rows(world, kinds.STAFF_HURT))
    assert 0 < hurt[True] < hurt[False]


def test_those_left_behind_remember_it_and_those_taken_along_are_missed_by_their_state() -> None:
    left, along = mission(), mission()
    trust, consent = left.ledger.value("trust/farmers"), left.ledger.value("consent/capital")
    order(left, "evacuate-staff", place="town", seat="head-of-mission")
    order(along, "evacuate-staff", place="town", seat="head-of-mission", options=("with-nationals",))
    for world in (left, along):
        world.advance(3 * DAY)
    assert left.ledger.value("trust/farmers") < trust
    assert left.crowds.anger("town") > 0.0
    assert left.ledger.value("consent/capital") == consent
    assert along.ledger.value("trust/farmers") == trust
    assert along.ledger.value("consent/capital") < consent
    assert left.security.staff_present("town") > along.security.staff_present("town") == 0.0


def test_an_evacuation_takes_every_team_out_and_agencies_with_it() -> None:
    world = mission()
    before = world.ledger.value("humanitarians")
    order(world, "evacuate-staff", place="base", seat="head-of-mission")
    world.advance(4 * DAY)
    assert world.forces.units["police"].place == world.blueprint.headquarters
    assert world.truth.value("base", "staff") == "evacuated"
    assert world.ledger.value("humanitarians") < before


def test_national_staff_come_to_work_less_the_more_the_town_is_afraid() -> None:
    world = mission()
    calm = world.security.staff_present("town")
    world.people.shock("town", 70.0, world.beginning)
    assert world.security.staff_present("town") < calm == 1.0


def test_fear_keeps_home_more_once_the_internationals_are_gone() -> None:
    stayed, gone = mission(), mission()
    order(gone, "relocate-staff", place="town", seat="head-of-mission")
    gone.advance(3 * DAY)
    assert gone.security.staff_present("town") < stayed.security.staff_present("town")


def test_people_who_depend_on_soldiers_for_food_are_at_their_mercy_unless_somebody_is_there_to_speak_to() -> None:
    seen = {True: 0, False: 0}
    alone = (
        ("  police: {type: individual-police, contributor: mission, at: base}\n", ""),
        ("  interpreters: {type: civilian-team, contributor: mission, at: base, languages: 0.9}\n", ""),
    )
    for overseen in seen:
        for seed in range(12):
            world = mission(*(() if overseen else alone), seed=seed, sites__exploitation_per_day=0.3)
            world.people.shock("town", 90.0, world.beginning)
            world.advance(12 * DAY)
            seen[overseen] += len(rows(world, kinds.EXPLOITATION))
    assert seen[False] > 2 * seen[True]
    assert seen[True] + seen[False] > 0


def concealed(**parameters: float) -> World:
    """A case at the base that its contingent keeps to itself."""
    for seed in range(30):
        world = mission(seed=seed, **parameters)
        world.security.conduct("company-1", world.beginning, place="base")
        if rows(world, kinds.CONDUCT)[0].fields["handled"] == "concealed":
            return world
    raise AssertionError("nothing was ever concealed")


def test_what_is_concealed_comes_out_and_costs_with_headquarters_too() -> None:
    world = concealed(security__concealed_surfaces_h=48.0)
    before = world.ledger.value("headquarters"), world.ledger.value("legitimacy")
    world.advance(world.horizon)
    assert [row.fields["handled"] for row in rows(world, kinds.CONDUCT)] == ["concealed", "surfaced"]
    assert world.ledger.value("headquarters") < before[0]
    assert world.ledger.value("legitimacy") < before[1]


def test_whoever_goes_and_asks_hears_of_it_first_and_gets_half_of_it_back() -> None:
    world = concealed()
    before = world.ledger.value("legitimacy")
    order(world, "fact-finding", place="base", seat="head-of-mission", hours=8.0)
    world.advance(DAY)
    assert [row.fields["handled"] for row in rows(world, kinds.CONDUCT)] == ["concealed", "uncovered"]
    assert world.ledger.value("legitimacy") > before
    world.advance(world.horizon)
    assert "surfaced" not in [row.fields["handled"] for row in rows(world, kinds.CONDUCT)]


def test_people_remember_what_was_concealed_more_than_what_was_reported() -> None:
    anger: dict[str, float] = {}
    for seed in range(30):
        world = mission(seed=seed)
        world.security.conduct("company-1", world.beginning, place="base")
        anger[str(rows(world, kinds.CONDUCT)[0].fields["handled"])] = world.crowds.anger("base")
    assert anger["concealed"] > anger["reported"] > 0.0


def test_contingents_without_rifles_are_no_business_of_the_security_system() -> None:
    flown = ("  trucks:", "  gunships: {type: attack-helicopter, contributor: tcc-a, at: base}\n  trucks:")
    world = mission(flown)
    covered = [unit.id for unit in world.forces.units.values() if world.security.covered(unit)]
    assert covered == ["police", "interpreters"]
