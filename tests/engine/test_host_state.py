"""Three counterparts, each with a consent of its own, and the gates it opens and shuts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine import inputs, kinds
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import mission, order, rows

HARD = 0.9
"""How often a counterpart without any consent refuses, in these tests."""


def adjust(world: World, counterpart: str, amount: float) -> None:
    receipt = world.apply(inputs.AdjustStanding("control", f"consent/{counterpart}", amount))
    assert receipt.accepted, receipt.reason


@given(st.floats(0.0, 100.0))
def test_consent_has_three_names_and_a_higher_one_is_never_worse(level: float) -> None:
    names = ["withdrawn", "conditional", "given"]
    host = WORLD.host_state
    parameters = WORLD.parameters
    name = host._named(level)
    assert (name == "given") == (level >= parameters["host_state.given_above"])
    assert (name == "withdrawn") == (level < parameters["host_state.conditional_above"])
    assert names.index(host._named(min(level + 10.0, 100.0))) >= names.index(name)


WORLD = mission()


def test_a_consent_that_changes_its_name_is_an_event_and_the_others_do_not_move() -> None:
    world = mission()
    adjust(world, "governor", -5.0)
    assert rows(world, kinds.CONSENT) == []
    adjust(world, "governor", -30.0)
    (row,) = rows(world, kinds.CONSENT)
    assert (row.subject, row.fields["state"]) == ("governor", "withdrawn")
    assert world.host_state.state("capital") == "conditional"
    assert world.host_state.consent("capital") == pytest.approx(50.0)
    assert world.host_state.state("company-1") is None


def denials(world: World, kind: str, count: int = 300) -> int:
    return sum(world.host_state.permit_delay(kind, f"permit#{number}", world.beginning) > 0 for number in range(count))


def test_permits_are_refused_the_more_often_the_less_consent_there_is_and_less_to_who_asked_beforehand() -> None:
    ready, hostile, asked = (
        mission(host_state__denial_at_no_consent=HARD),
        mission(host_state__denial_at_no_consent=HARD),
        mission(host_state__denial_at_no_consent=HARD),
    )
    adjust(ready, "capital", 50.0)
    adjust(hostile, "capital", -50.0)
    adjust(asked, "capital", -50.0)
    asked.host_state.cleared[("capital", "flight")] = asked.beginning
    assert denials(ready, "flight") == 0
    refused = denials(hostile, "flight")
    assert abs(refused - 270) < 4 * (300 * 0.9 * 0.1) ** 0.5
    share = 0.9 * asked.parameters["host_state.asked_beforehand_factor"]
    assert abs(denials(asked, "flight") - 300 * share) < 4 * (300 * share * (1 - share)) ** 0.5


def test_what_nobody_must_permit_is_not_delayed() -> None:
    world = mission()
    assert world.host_state.permit_delay("entry", "permit#1", world.beginning) == 0
    assert rows(world, kinds.CLEARANCE) == []


def test_a_clearance_asked_in_time_is_with_whoever_was_asked_and_no_other() -> None:
    world = mission()
    order(world, "request-clearance", seat="mission-support", target="governor")
    world.advance(DAY)
    assert set(world.host_state.cleared) == {("governor", "convoy"), ("governor", "camp")}


def test_a_denial_at_a_checkpoint_makes_the_column_late_and_costs_credibility() -> None:
    denied = passed = 0
    for seed in range(20):
        world = mission(seed=seed, host_state__denial_at_no_consent=HARD)
        before = world.ledger.value("credibility/mission")
        unit = world.forces.units["company-3"]
        world.forces.move(unit, "post", "test/way", (world.beginning,), lambda row: None)
        found = rows(world, kinds.DENIED)
        lost = before - world.ledger.value("credibility/mission")
        assert lost == pytest.approx(len(found) * world.parameters["host_state.denial_accepted_credibility"])
        if found:
            denied += 1
            assert found[0].fields == {"route": "depot--post", "by": "governor"}
        else:
            passed += 1
    assert denied > 0
    assert passed > 0


def test_a_denied_column_arrives_later_by_the_hours_it_was_held() -> None:
    for seed in range(20):
        late, free = (
            mission(seed=seed, host_state__denial_at_no_consent=HARD),
            mission((", checkpoints: 2, held_by: governor", ""), seed=seed),
        )
        for world in (late, free):
            world.forces.move(world.forces.units["company-3"], "post", "test/way", (world.beginning,), lambda row: None)
        gap = late.forces.units["company-3"].arrives - free.forces.units["company-3"].arrives
        assert (gap > 0) == bool(rows(late, kinds.DENIED))


def test_a_way_without_checkpoints_asks_nobody() -> None:
    world = mission(host_state__denial_at_no_consent=HARD)
    world.forces.move(world.forces.units["company-1"], "depot", "test/way", (world.beginning,), lambda row: None)
    assert rows(world, kinds.DENIED) == []
    assert not [row for row in rows(world, kinds.CHOICE) if row.subject.startswith("test/way")]


def test_a_demarche_moves_the_one_who_was_spoken_to_and_binds_no_other() -> None:
    outcomes = set()
    for seed in range(12):
        world = mission(seed=seed)
        order(world, "demarche-host-state", seat="head-of-mission", target="governor")
        world.advance(2 * DAY)
        (row,) = rows(world, kinds.DEMARCHE)
        agreed = row.fields["outcome"] == "agrees"
        outcomes.add(agreed)
        assert (world.host_state.consent("governor") > 50.0) == agreed
        assert world.host_state.consent("capital") == pytest.approx(50.0)
        assert (("governor", "camp") in world.host_state.cleared) == agreed
        assert not [gate for who, gate in world.host_state.cleared if who == "capital"]
    assert outcomes == {True, False}


def test_ground_taken_without_a_permit_costs_consent_and_with_one_does_not() -> None:
    def after(asks: bool) -> float:
        world = mission()
        if asks:
            world.host_state.cleared[("governor", "camp")] = world.beginning
        order(world, "open-annex", place="base", seat="mission-support")
        world.advance(2 * DAY)
        return world.host_state.consent("governor")

    assert after(True) == pytest.approx(50.0)
    assert after(False) < 50.0


def test_a_demand_that_was_answered_is_not_acted_upon_and_one_that_was_not_may_be() -> None:
    def acted(answers: bool) -> int:
        found = 0
        for seed in range(12):
            world = mission(seed=seed)
            world.host_state.press("governor", "no-camp", world.beginning)
            if answers:
                world.host_state.demands.pop("governor")
            before = world.host_state.consent("governor")
            world.advance(round(world.parameters["host_state.patience_hours"] * HOUR) + 1)
            found += world.host_state.consent("governor") < before
        return found

    assert acted(answers=True) == 0
    assert 0 < acted(answers=False) < 12
