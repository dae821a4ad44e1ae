"""What the mission owes those it holds, those it hurt, and the dead of the other side."""

from __future__ import annotations

import pytest

from sim.engine import inputs, kinds
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import mission, order, rows

NO_POLICE = ("  police: {type: individual-police, contributor: mission, at: base}\n", "")


def holding(people: int = 6, place: str = "base", group: str = "", **given: object) -> World:
    world = mission(**given)  # type: ignore[arg-type]
    world.custody.taken(place, group, people, world.forces.units["company-1"], world.beginning)
    return world


def test_whoever_is_taken_is_registered_seen_by_a_doctor_and_told_of() -> None:
    world = holding(hours=0)
    assert world.truth.value("base", "detained") == 6 - rows(world, kinds.DETAINED)[0].fields["children"]
    world.advance(3 * DAY)
    assert {row.fields["step"] for row in rows(world, kinds.CUSTODY_STEP)} == {
        "register", "doctor", "human-rights-told",
    }  # fmt: skip


def test_clocks_run_out_later_where_there_are_police_and_a_doctor() -> None:
    late = {"base": 0.0, "town": 0.0}
    for place in late:
        for seed in range(10):
            world = holding(place=place, seed=seed)
            world.advance(90 * HOUR)
            late[place] += world.measures.value("detainee_clock_hours_over").value or 0.0
    assert late["base"] < late["town"]


def test_each_day_beyond_the_last_clock_is_counted_and_costs() -> None:
    world = holding()
    world.advance(96 * HOUR)
    before, cost = world.measures.value("detainee_clock_hours_over").value, world.ledger.value("legitimacy")
    world.advance(96 * HOUR + 3 * DAY + HOUR)
    assert world.measures.value("detainee_clock_hours_over").value == pytest.approx((before or 0.0) + 72.0)
    assert world.ledger.value("legitimacy") < cost


def test_those_let_go_in_time_cost_no_hour_and_some_are_with_their_group_again() -> None:
    world = holding(people=40, group="riders", custody__child_share=0.0, custody__released_return_share=0.9)
    strength = world.groups.state["riders"].strength
    order(world, "release-detainees", place="base", seat="head-of-mission")
    world.advance(DAY)
    assert world.custody.held() == 0
    assert world.groups.state["riders"].strength > strength
    world.advance(10 * DAY)
    assert not [row for row in rows(world, kinds.CUSTODY_OVERDUE) if row.fields["step"] == "hand-over-or-release"]


def test_a_hand_over_without_assurances_costs_legitimacy_and_legal_standing_and_pleases_the_other_side() -> None:
    world = holding()
    world.due_diligence.abused("capital", "town", 5, world.beginning)
    world.due_diligence.abused("capital", "town", 5, world.beginning)
    assert world.due_diligence.assurances("capital") < world.parameters["custody.assured_from"]
    before = {name: world.ledger.value(name) for name in ("legitimacy", "consent/capital")}
    order(world, "transfer-detainees", place="base", target="capital", seat="head-of-mission")
    world.advance(DAY)
    assert world.custody.held() == 0
    assert world.ledger.value("legitimacy") < before["legitimacy"]
    assert world.ledger.value("legal-status") < world.ledger.standings["legal-status"].start
    assert world.ledger.value("consent/capital") > before["consent/capital"]


def test_a_hand_over_with_assurances_costs_nothing_that_day() -> None:
    world = holding(custody__assured_from=0.3)
    assert world.due_diligence.assurances("capital") >= 0.3
    before = world.ledger.value("legitimacy")
    order(world, "transfer-detainees", place="base", target="capital", seat="head-of-mission")
    world.advance(DAY)
    assert world.ledger.value("legitimacy") >= before
    assert "handed-over" in [row.fields["how"] for row in rows(world, kinds.CUSTODY_ENDED)]


def test_a_broken_assurance_comes_out_in_time_and_stands_on_the_record() -> None:
    for seed in range(20):
        world = holding(seed=seed, custody__comes_out_h=24.0)
        order(world, "transfer-detainees", place="base", target="capital", seat="head-of-mission")
        world.advance(DAY)
        before = world.truth.value("capital", "abuses")
        world.advance(10 * DAY)
        choice = next(row for row in rows(world, kinds.CHOICE) if row.subject.endswith("/assurances"))
        if choice.fields["outcome"] == "broken":
            assert world.truth.value("capital", "abuses") > before
            return
    pytest.fail("no assurance was ever broken")


def test_children_leave_by_another_door() -> None:
    world = holding(people=40, custody__child_share=0.2)
    (taken,) = rows(world, kinds.DETAINED)
    world.advance(3 * DAY)
    referred = [row for row in rows(world, kinds.CUSTODY_ENDED) if row.fields["how"] == "children-referred"]
    assert [row.fields["people"] for row in referred] == [taken.fields["children"]]
    assert taken.fields["children"] == 8
    assert world.custody.held() == 32


def test_wounded_of_the_other_side_are_treated_like_any_others() -> None:
    world = mission()
    world.custody.taken("base", "riders", 4, world.forces.units["company-1"], world.beginning, wounded=3)
    assert world.sites.state["base"].aid.untreated() + world.sites.state["base"].aid.waiting() > 0


def test_nobody_held_is_told_and_changes_no_standing() -> None:
    world = mission()
    before = world.ledger.value("legitimacy")
    order(world, "release-detainees", place="base", seat="head-of-mission")
    world.advance(DAY)
    assert world.ledger.value("legitimacy") == before
    assert "nobody-held" in {report.phrase for report in world.picture("head-of-mission").reports}


def test_silence_after_harm_done_by_the_mission_costs_and_a_finding_in_time_gains() -> None:
    silent, answered = mission(seed=2), mission(seed=2)
    for world in (silent, answered):
        world.custody.harmed_by_mission("town", 5, "company-1", world.beginning)
    order(answered, "fact-finding", place="town", seat="head-of-mission", hours=10.0)
    for world in (silent, answered):
        world.advance(2 * DAY)
    assert silent.ledger.value("legitimacy") < answered.ledger.value("legitimacy")
    (finding,) = rows(answered, kinds.FINDING)
    assert finding.fields["late"] == 0


def test_what_is_found_moves_the_backing_of_commanders_both_ways() -> None:
    moved = {}
    for seed in range(20):
        world = mission(seed=seed)
        world.custody.harmed_by_mission("town", 5, "company-1", world.beginning)
        before = world.ledger.value("backing")
        order(world, "fact-finding", place="town", seat="head-of-mission", hours=10.0)
        world.advance(DAY)
        (finding,) = rows(world, kinds.FINDING)
        moved[finding.fields["result"]] = world.ledger.value("backing") - before
    assert moved["justified"] > 0 > moved["failing"]


def test_every_clock_has_an_owner_whom_this_mission_has() -> None:
    world = mission()
    for step in ("register", "doctor", "human-rights-told", "hand-over-or-release", "remains", "inquiry"):
        assert world.custody.owner(step) in world.blueprint.seats


def test_the_dead_of_the_other_side_are_given_back() -> None:
    world = mission()
    world.custody.remains("town", "riders", 3, world.beginning)
    world.advance(8 * DAY)
    assert [row.fields["step"] for row in rows(world, kinds.CUSTODY_STEP)] == ["remains"]


# Arrests and searches


def arrested(seed: int = 1, *, known: bool = True, unit: str = "company-1", **parameters: float) -> World:
    world = mission(seed=seed, **parameters)
    if known:
        facts = [("riders", "strength", 150), ("riders", "intent", "raid"), ("town", "violence", "incidents")]
        world.intelligence.tell("patrol-report", "base", ("force-commander",), world.beginning, facts=facts, values={
            "place": "town"
        })  # fmt: skip
        world.advance(HOUR)
    order(world, "apprehend", unit, "town", target="riders")
    world.advance(DAY)
    return world


def test_who_does_not_know_where_they_are_arrests_nobody_more_often() -> None:
    taken = {True: 0, False: 0}
    for known in taken:
        for seed in range(20):
            taken[known] += rows(arrested(seed, known=known), kinds.APPREHENSION)[0].fields["people"] > 0
    assert taken[True] > taken[False]


def test_an_arrest_weakens_the_group_by_those_who_were_taken() -> None:
    for seed in range(20):
        world = arrested(seed)
        (row,) = rows(world, kinds.APPREHENSION)
        if row.fields["outcome"] == "taken":
            group = world.groups.state["riders"]
            assert group.initial - group.strength == row.fields["people"]
            assert sum(one.fields["people"] for one in rows(world, kinds.DETAINED)) == row.fields["people"]
            return
    pytest.fail("nobody was ever taken")


def test_some_resist_and_then_people_are_hurt() -> None:
    for seed in range(40):
        world = arrested(seed, custody__arrest_resists=0.9, custody__arrest_band=30.0)
        if rows(world, kinds.APPREHENSION)[0].fields["outcome"] == "resists":
            assert rows(world, kinds.CONTACT_ENDED)
            return
    pytest.fail("nobody ever resisted")


def test_a_search_finds_weapons_and_loses_doors() -> None:
    world = mission()
    trust = world.ledger.value("trust/farmers")
    order(world, "cordon-and-search", "company-1", "town")
    world.advance(DAY)
    (row,) = rows(world, kinds.CORDON)
    assert world.ledger.value("trust/farmers") < trust
    assert world.ledger.standings["fear/farmers"].entries
    assert world.crowds.anger("town") > 0.0
    assert world.measures.value("weapons_found").value == row.fields["weapons"]


def test_a_search_with_knowledge_finds_more_and_opens_fewer_doors() -> None:
    found, trust = {True: 0, False: 0}, {}
    for known in found:
        for seed in range(12):
            world = mission(seed=seed)
            if known:
                facts = [("town", "violence", "incidents"), ("town", "people", 0), ("town", "weapons", 20)]
                world.intelligence.tell(
                    "patrol-report",
                    "base",
                    ("force-commander",),
                    world.beginning,
                    facts=facts,
                    values={"place": "town"},
                )
                world.advance(HOUR)
            order(world, "cordon-and-search", "company-1", "town")
            world.advance(DAY)
            found[known] += rows(world, kinds.CORDON)[0].fields["weapons"]
            trust[known] = world.ledger.value("trust/farmers")
    assert found[True] > found[False]
    assert trust[True] > trust[False]


# By the book, where nobody sits in the seat


def empty(world: World, *seats: str) -> World:
    for seat in seats:
        world.apply(inputs.SeatHeld(seat, False))
    return world


def test_an_empty_seat_lets_people_go_in_time_and_a_person_may_forget_them() -> None:
    kept = {}
    for held in (True, False):
        world = holding()
        if not held:
            empty(world, "head-of-mission")
        world.advance(6 * DAY)
        kept[held] = world.custody.held()
    assert kept[True] > 0
    assert kept[False] == 0


def test_an_empty_seat_has_it_looked_into_when_people_were_hurt() -> None:
    world = empty(mission(), "head-of-mission")
    world.custody.harmed_by_mission("town", 5, "company-1", world.beginning)
    world.advance(2 * DAY)
    assert rows(world, kinds.FINDING)


def test_attackers_who_broke_leave_dead_and_wounded_whom_somebody_answers_for() -> None:
    world = mission(custody__left_behind_share=0.7)
    world.custody.after_contact("base", "riders", 4, 10, world.forces.units["company-1"], world.beginning)
    assert rows(world, kinds.DETAINED)[0].fields["people"] == 7
    world.advance(8 * DAY)
    assert "remains" in {row.fields["step"] for row in rows(world, kinds.CUSTODY_STEP)}


def test_harm_by_the_mission_is_counted_stands_against_it_and_makes_people_angry() -> None:
    world = mission()
    before = world.ledger.value("legitimacy")
    world.custody.harmed_by_mission("town", 5, "company-1", world.beginning)
    assert world.measures.value("civilians_harmed_by_mission").value == 5
    assert world.ledger.value("legitimacy") < before
    assert world.crowds.anger("town") > 0.0


def test_nobody_hurt_is_nothing_to_look_into() -> None:
    world = mission()
    before = world.digest()
    world.custody.harmed_by_mission("town", 0, "company-1", world.beginning)
    assert world.digest() == before


def test_wounded_who_are_taken_after_they_resisted_are_lost_to_their_group_once() -> None:
    resisted = 0
    for seed in range(30):
        world = mission(seed=seed, custody__arrest_resists=3.0, custody__knowledge_least=1.0)
        riders = world.groups.state["riders"]
        riders.aggression = 1.0
        before = riders.strength
        order(world, "apprehend", "company-1", "town", target="riders")
        world.advance(30 * HOUR)
        (made,) = rows(world, kinds.APPREHENSION)
        if made.fields["outcome"] == "resists":
            ended = rows(world, kinds.CONTACT_ENDED)[0].fields
            resisted += made.fields["people"]
            assert riders.strength == before - ended["killed"] - ended["wounded"]
    assert resisted
