"""An order that the door would turn away is found when the file is read, not in a run in which nothing happens."""

from __future__ import annotations

import dataclasses

import pytest

from sim.engine.blueprint import compile_scenario
from sim.engine.world import World
from sim.scenario import ScenarioError, load_text

OPEN = "label: Open it"
BASE = "team-site: {kind: base, near: town, km: 2, bearing: 90}"
SITE = "team-site: {kind: base, near: town, km: 2, bearing: 90, site: {room_m2: 9000, water_m3_per_day: 9}}"
PEOPLE = "communities:\n"
RIDERS = "groups:\n  riders: {kind: militia, home: town, strength: 50}\n" + PEOPLE
AWAY = "    effects: [{absent: {seat: head-of-mission, hours: 9h}}]\n    text: They say"

TURNED_AWAY = (
    ("order: {action: visible-patrol, unit: company-1}", "needs a place"),
    ("order: {action: visible-patrol, place: town}", "needs a unit"),
    ("order: {action: outer-perimeter, unit: company-1, place: town}", "needs a base that can take people in"),
    ("order: {action: warn-group}", "needs a target: group"),
    ("order: {action: warn-group, target: town}", '"town" is a place'),
    ("order: {action: warn-group, target: riders, options: [loudly]}", '"loudly" is no option'),
    ("order: {action: truck-water, unit: company-1, place: team-site}", "No unit here can"),
    ("order: {action: crowd-control, unit: company-1, place: town, options: [sing]}", "Known: arrest"),
    ("order: {seat: head-of-mission, action: visible-patrol, unit: company-2, place: town}", "takes no orders from"),
    ("order: {action: visible-patrol, unit: company-2/1, place: town}", "cannot be sent alone"),
    ("order: {action: local-mediation, target: riders}", '"riders" is a group'),
    ("order: {action: counter-rumour, place: town, unit: company-1}", "is not for force-commander to do"),
    ("order: {seat: force-commander, action: demarche-headquarters}", "is not for force-commander to do"),
    ("order: {action: strengthen-installation, unit: company-1, place: town}", "a base that can take people in"),
    ("request: {to: force-commander, action: visible-patrol, unit: company-1}", "needs a place"),
    ("direction: {seat: force-commander, lead: head-of-mission, action: open-gate, place: team-site}", "no directions"),
    ("answer: {seat: force-commander, decision: gate, option: open}", "is put to head-of-mission"),
    ("submit: {to: town, product: sitrep}", '"town" is no seat'),
)  # fmt: skip
LET_IN = (
    "order: {action: visible-patrol, unit: company-1, place: town}",
    "order: {seat: force-commander, action: crowd-control, unit: company-1, place: town, options: [show, talk]}",
    "order: {action: open-gate, place: team-site, options: [search]}",
    "order: {action: warn-group, target: riders}",
    "request: {to: force-commander, action: redeploy-guard, unit: company-1, place: town}",
    "direction: {lead: force-commander, action: targeted-operation}",
    "submit: {to: head-of-mission, product: sitrep}",
)


@pytest.mark.parametrize(("action", "said"), TURNED_AWAY)
def test_what_the_door_would_turn_away_is_named_with_its_mend(changed, action, said):
    with pytest.raises(ScenarioError) as refusal:
        load_text(changed((OPEN, f"{OPEN}, do: [{{{action}}}]"), (BASE, SITE), (PEOPLE, RIDERS)), "x")
    assert any(said in str(problem) and problem.mend for problem in refusal.value.problems)


@pytest.mark.parametrize("action", LET_IN)
def test_what_the_check_lets_pass_the_door_takes(changed, action):
    text = changed((OPEN, f"{OPEN}, do: [{{{action}}}]"), (BASE, SITE), (PEOPLE, RIDERS))
    blueprint = compile_scenario(load_text(text, "x"))
    world = World(blueprint, 1)
    (entry,) = blueprint.decisions["gate"].options["open"].do
    entry = entry if entry.seat else dataclasses.replace(entry, seat="head-of-mission")
    assert world.issue(entry, (0,), "decision/gate").reason == ""


def test_a_deputy_may_be_given_what_an_absent_principal_may_do(changed):
    direction = "direction: {seat: force-commander, lead: head-of-mission, action: open-gate, place: team-site}"
    load_text(changed((OPEN, f"{OPEN}, do: [{{{direction}}}]"), (BASE, SITE), ("    text: They say", AWAY)), "x")


def test_a_response_that_no_seat_of_the_mission_may_order_is_named(changed):
    with pytest.raises(ScenarioError, match="no seat of this mission may do it"):
        load_text(changed((OPEN, f"{OPEN}, do: [{{order: {{action: counter-rumour, place: town}}}}]"),
                          ("role: head-of-mission, at", "role: legal, at")), "x")  # fmt: skip
