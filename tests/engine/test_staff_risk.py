"""What a place is said to risk, what goes on there all the same, and who decides that."""

from __future__ import annotations

import pytest

from sim.engine import inputs, kinds
from sim.engine.staff_risk import LEVELS, PERMITS
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import mission, order, rows


def told(world: World, place: str, word: str, **more: str) -> None:
    """The operations centre hears of violence at a place."""
    facts = [(place, "violence", word), *((place, attribute, value) for attribute, value in more.items())]
    world.intelligence.tell("patrol-report", place, ("joc",), world.beginning, facts=facts, values={"place": place})
    world.advance(world.now + HOUR)


def test_the_matrix_rises_with_what_is_reported_and_not_with_what_is_true() -> None:
    world = mission()
    quiet = world.staff_risk.level("town")
    world.groups.hostilities.disturb("town", 50.0, world.beginning)
    assert world.staff_risk.level("town") == quiet
    ranks = [LEVELS.index(quiet)]
    for word in ("incidents", "fighting"):
        told(world, "town", word)
        ranks.append(LEVELS.index(world.staff_risk.level("town")))
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 3


def test_what_is_near_counts_a_step_less() -> None:
    world = mission()
    far = world.staff_risk.level("post")
    told(world, "town", "fighting")
    assert LEVELS.index("low") < LEVELS.index(world.staff_risk.level("base"))
    assert LEVELS.index(world.staff_risk.level("base")) <= LEVELS.index(world.staff_risk.level("town"))
    assert world.staff_risk.level("post") == far


def test_an_assessment_with_its_measures_eases_the_risk_for_a_time() -> None:
    world = mission()
    told(world, "town", "fighting")
    before = world.staff_risk.level("town")
    order(world, "risk-assessment", place="town", seat="head-of-mission")
    world.advance(DAY)
    assert LEVELS.index(world.staff_risk.level("town")) < LEVELS.index(before)
    assert "risk-assessed" in {report.phrase for report in world.picture("head-of-mission").reports}
    world.advance(10 * DAY)
    assert world.staff_risk.level("town") == before


@pytest.mark.parametrize("word", list(PERMITS))
def test_each_criticality_permits_up_to_its_level(word: str) -> None:
    world = mission()
    order(world, "programme-criticality", place="town", seat="head-of-mission", options=(word,))
    world.advance(DAY)
    assert LEVELS[world.staff_risk.permits("town")] == PERMITS[word]
    assert world.truth.value("town", "criticality") == word


def test_an_activity_above_what_is_permitted_is_stopped_and_below_it_goes_on() -> None:
    states = {}
    for word in ("pc1", "pc4"):
        world = mission()
        order(world, "programme-criticality", place="town", seat="head-of-mission", options=(word,))
        world.advance(DAY)
        told(world, "town", "incidents")
        ref = order(world, "community-engagement", "police", "town")
        world.advance(2 * DAY)
        states[word] = world.command.tasks[ref].state
    assert states == {"pc1": "done", "pc4": "refused"}


@pytest.mark.parametrize(("action", "state"), [("threat-assessment", "done"), ("collect-information", "refused")])
def test_whoever_writes_about_a_place_may_go_on_where_nobody_may_go(action: str, state: str) -> None:
    world = mission()
    order(world, "programme-criticality", place="town", seat="head-of-mission", options=("pc4",))
    world.advance(DAY)
    told(world, "town", "fighting")
    ref = order(world, action, place="town", seat="force-commander")
    world.advance(3 * DAY)
    assert world.command.tasks[ref].state == state


def test_whoever_gave_a_stopped_order_hears_why() -> None:
    world = mission()
    order(world, "programme-criticality", place="town", seat="head-of-mission", options=("pc4",))
    world.advance(DAY)
    told(world, "town", "incidents")
    order(world, "community-engagement", "police", "town")
    world.advance(2 * DAY)
    phrases = {report.phrase for report in world.picture("police-commissioner").reports}
    assert {"activity-stopped", "order-refused-risk"} <= phrases


def test_the_gate_is_not_for_contingents_and_formed_police() -> None:
    world = mission()
    order(world, "programme-criticality", place="town", seat="head-of-mission", options=("pc4",))
    world.advance(DAY)
    told(world, "town", "fighting")
    ref = order(world, "visible-patrol", "company-1", "town")
    world.advance(2 * DAY)
    assert world.command.tasks[ref].state == "done"


def test_essential_volunteers_are_a_criticality_of_their_own() -> None:
    world = mission()
    before = world.staff_risk.permits("base")
    order(world, "retain-essential-staff", place="base", seat="head-of-mission")
    world.advance(DAY)
    assert world.staff_risk.permits("base") >= before
    assert LEVELS[world.staff_risk.permits("base")] == PERMITS["pc1"]


def test_criticality_is_not_the_security_advisers_to_decide() -> None:
    world = mission(
        ("  joc: {role: joc,", "  security: {role: security-adviser, at: capital-base}\n  joc: {role: joc,")
    )
    receipt = world.apply(inputs.Order("security", "programme-criticality", "", "town", options=("pc1",)))
    assert not receipt.accepted


def test_what_nobody_signed_for_costs_more_when_staff_are_hurt() -> None:
    lost = {}
    for signed in (True, False):
        world = mission()
        if signed:
            order(world, "programme-criticality", place="base", seat="head-of-mission", options=("pc1",))
        world.advance(DAY)
        before = world.ledger.value("headquarters")
        assert world.security.hurt("base", 2, world.beginning) == 2
        lost[signed] = before - world.ledger.value("headquarters")
    assert lost[False] > lost[True] > 0.0
    assert rows(world, kinds.STAFF_HURT)
