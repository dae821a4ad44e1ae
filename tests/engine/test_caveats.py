"""Caveats surface on tasking, hold one threshold for life, and yield to what is offered on their ground."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import inputs, kinds
from sim.engine.caveats import Objection
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import mission, order, plan, rows

HELPS = [
    lever
    for lever, spec in plan().doctrine.levers.items()
    if spec.grounds.get("national-instruction", 0.0) > spec.hardens.get("national-instruction", 0.0)
    and lever not in ("whole-unit", "withdraw-order")
]


def objecting(seed: int = 1, **parameters: float) -> tuple[World, Objection, str]:
    """A platoon was told to go alone, and the objection has reached the commissioner."""
    world = mission(seed=seed, **parameters)
    ref = order(world, "inner-perimeter", "fpu/1", "base")
    world.advance(30 * HOUR)
    (found,) = world.caveats.objections.values()
    assert found.state == "objecting"
    return world, found, ref


def say(world: World, levers: Sequence[str] = (), **given: object) -> None:
    receipt = world.apply(inputs.Levers("police-commissioner", "fpu/1", tuple(levers), **given))  # type: ignore[arg-type]
    assert receipt.accepted, receipt.reason


def accepted(seed: int, levers: Sequence[str], **given: object) -> bool:
    world, found, _ = objecting(seed)
    say(world, levers, **given)
    world.advance(14 * DAY)
    return found.state == "agreed"


def test_an_undeclared_caveat_surfaces_on_tasking_alone_and_as_a_report_later() -> None:
    world = mission()
    receipt = world.apply(inputs.Order("police-commissioner", "inner-perimeter", "fpu/1", "base"))
    assert receipt.accepted
    assert world.caveats.objections == {}
    world.advance(30 * HOUR)
    (objection,) = rows(world, kinds.OBJECTION)
    (report,) = [one for one in world.picture("police-commissioner").reports if one.phrase == "unit-objects"]
    assert report.delivered > objection.tick > 0
    assert report.text == "The unit is not split."
    assert not rows(world, kinds.TASK_BEGAN, receipt.ref)
    assert world.forces.units["fpu/1"].state == "objecting"


def test_a_conversation_that_the_seat_has_not_heard_of_is_refused_at_the_door() -> None:
    world = mission(command__hop_sigma=0.0, caveats__reply_minutes=120.0)
    order(world, "inner-perimeter", "fpu/1", "base")
    while not world.caveats.objections:
        world.advance(world.now + HOUR // 20)
    entry = inputs.Levers("police-commissioner", "fpu/1", ("rule-on-mou",))
    assert "heard of no such" in world.apply(entry).reason
    world.advance(world.now + 8 * HOUR)
    assert world.apply(entry).accepted


def test_the_whole_unit_and_a_task_where_its_unit_stands_meet_no_objection() -> None:
    world = mission()
    order(world, "inner-perimeter", "fpu", "base")
    world.advance(2 * DAY)
    assert rows(world, kinds.OBJECTION) == []
    assert world.forces.units["fpu"].place == "base"


@given(st.floats(0.0, 100.0), st.floats(-20.0, 140.0), st.integers(0, 3))
def test_acceptance_is_logistic_in_what_was_offered_against_the_rigidity(
    rigidity: float, effect: float, precedents: int
) -> None:
    world, found, _ = OBJECTION
    spread, precedent = world.parameters["caveats.acceptance_spread"], world.parameters["caveats.precedent_effect"]
    found.effect = effect
    world.caveats._precedents = precedents
    rigid = found.caveat.rigidity
    expected = 1.0 / (1.0 + math.exp(-(effect + precedents * precedent - rigid) / spread))
    assert world.caveats.acceptance(found) == pytest.approx(expected, rel=1e-9)
    found.effect = rigid - precedents * precedent
    assert world.caveats.acceptance(found) == pytest.approx(0.5)


OBJECTION = objecting()


def test_a_lever_is_worth_its_weight_on_the_ground_and_what_it_was_named_for() -> None:
    world, found, _ = objecting()
    say(world, ["rule-on-mou", "split-roles"])
    levers = world.blueprint.doctrine.levers
    named = world.parameters["caveats.named_need_effect"]
    expected = levers["rule-on-mou"].grounds["national-instruction"] + named
    expected += levers["split-roles"].grounds["national-instruction"]
    assert found.effect == pytest.approx(expected)
    say(world, ["rule-on-mou"])
    assert found.effect == pytest.approx(expected)


def test_moving_with_a_company_counts_only_if_one_goes_or_is_there() -> None:
    world, found, _ = objecting()
    assert world.caveats._company_goes("town") is False
    order(world, "reinforce", "company-3", "town")
    assert world.caveats._company_goes("town") is True
    assert found.effect == 0.0


def test_asking_again_changes_nothing() -> None:
    for seed in range(10):
        world, found, _ = objecting(seed)
        say(world, ["rule-on-mou"])
        outcomes = []
        for _ in range(4):
            world.advance(world.now + 30 * HOUR)
            outcomes.append(found.state)
            if found.state != "objecting":
                break
            say(world, ["rule-on-mou"])
        world.advance(15 * DAY)
        luck = {row.fields["uniform"] for row in rows(world, kinds.CHOICE) if row.subject == f"{found.name}/accepts"}
        assert len(luck) == 1
        assert (found.state == "agreed") == (outcomes[0] == "agreed")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 500), st.sets(st.sampled_from(HELPS), min_size=1), st.sampled_from(HELPS))
def test_a_lever_added_that_works_never_turns_acceptance_into_refusal(seed: int, levers: set[str], added: str) -> None:
    some = [lever for lever in HELPS if lever in levers]
    more = [lever for lever in HELPS if lever in levers or lever == added]
    assert accepted(seed, more) >= accepted(seed, some)


def test_enough_levers_are_accepted_and_none_are_not() -> None:
    assert all(accepted(seed, HELPS) for seed in range(4))
    assert not any(accepted(seed, ["insist"]) for seed in range(4))


def test_what_it_takes_is_said_on_asking_and_later() -> None:
    world, found, _ = objecting()
    asked = world.now
    say(world, ask=True)
    assert not found.needs_known
    world.advance(world.now + 12 * HOUR)
    (stated,) = rows(world, kinds.NEEDS_STATED)
    assert stated.tick > asked
    (report,) = [one for one in world.picture("police-commissioner").reports if one.phrase == "needs-stated"]
    assert report.text == "For how long, and who says that it is in the memorandum."


def test_the_whole_unit_replaces_the_order_to_its_platoon() -> None:
    world, found, ref = objecting()
    say(world, ["whole-unit"])
    assert found.state == "withdrawn"
    assert world.command.tasks[ref].state == "refused"
    world.advance(world.now + 2 * DAY)
    (replaced,) = [task for task in world.command.tasks.values() if task.unit is world.forces.units["fpu"]]
    assert (replaced.response.id, replaced.place, replaced.state) == ("inner-perimeter", "base", "under way")
    assert not rows(world, kinds.OBJECTION)[1:]


def test_an_agreed_time_limit_brings_the_platoon_home() -> None:
    world, found, _ = objecting()
    say(world, HELPS, hours=96.0)
    world.advance(14 * DAY)
    assert found.state == "agreed"
    (ended,) = rows(world, kinds.DETACHED_ENDED)
    assert ended.tick == found.ended + 96 * HOUR
    assert world.forces.units["fpu/1"].within
    assert world.forces.units["fpu/1"].place == "post"


def test_an_objection_that_nobody_answers_ends_in_a_refusal_and_the_hours_are_counted() -> None:
    world, found, ref = objecting()
    world.advance(6 * DAY)
    assert found.state == "refused"
    assert found.ended - found.raised == world.parameters["caveats.patience_hours"] * HOUR
    assert world.command.tasks[ref].state == "refused"
    assert world.measure_values()["caveats_met"].value == 1
    assert world.measure_values()["caveat_hours_lost"].value == pytest.approx(
        world.parameters["caveats.patience_hours"]
    )


def test_a_second_order_goes_into_the_conversation_that_is_open_and_what_is_considered_still_is() -> None:
    world, found, first = objecting()
    say(world, HELPS)
    assert found.state == "considering"
    second = order(world, "firewood-patrol", "fpu/1", "base")
    world.advance(14 * DAY)
    assert world.command.tasks[first].state in ("cancelled", "done")
    assert found.state == "agreed"
    assert rows(world, kinds.TASK_BEGAN, second)


def test_an_agreement_makes_the_next_one_easier() -> None:
    world, found, _ = objecting()
    say(world, HELPS)
    before = world.caveats.acceptance(found)
    world.advance(10 * DAY)
    assert world.caveats.acceptance(found) > before


def test_the_capital_answers_in_its_office_hours() -> None:
    world = mission()
    unit = world.forces.units["fpu/1"]
    for hour in range(48):
        tick = world.caveats._office(unit, hour * HOUR)
        assert 8.0 <= world.places.hour_of_day(tick) < 16.0
        assert 0 <= tick - hour * HOUR < DAY


def test_a_demarche_to_the_capital_counts_where_its_instruction_is_the_ground_and_costs_confidence() -> None:
    world, found, _ = objecting()
    before = world.ledger.value("contributors")
    order(world, "demarche-contributor", seat="head-of-mission", target="pcc-b")
    world.advance(world.now + 3 * DAY)
    assert "engage-capital" in found.levers
    assert found.effect >= world.blueprint.doctrine.levers["engage-capital"].grounds["national-instruction"]
    assert world.ledger.value("contributors") < before


def sent(*pairs: tuple[str, str], unit: str = "company-3", action: str = "reinforce") -> World:
    world = mission(*pairs)
    order(world, action, unit, "base")
    world.advance(DAY)
    return world


def test_a_commander_may_object_for_a_reason_of_his_own_and_levers_count_on_its_ground_only() -> None:
    world = mission()
    ref = order(world, "reinforce", "company-3", "base")
    task = world.command.tasks[ref]
    found = world.caveats.object(task, "unlawful-task", 40.0, "unit-objects", world.beginning, says="Not with this.")
    assert found is not None
    assert (found.state, found.caveat.ground, task.state) == ("objecting", "unlawful-task", "objected")
    world.advance(2 * HOUR)
    (report,) = [one for one in world.picture("force-commander").reports if one.phrase == "unit-objects"]
    assert report.text == "Not with this."
    assert "unlawful" not in report.text
    levers = world.blueprint.doctrine.levers
    receipt = world.apply(inputs.Levers("force-commander", "company-3", ("guarantee-casevac", "rule-on-mou")))
    assert receipt.accepted, receipt.reason
    assert found.effect == pytest.approx(levers["rule-on-mou"].grounds["unlawful-task"])


def test_what_a_commander_agreed_to_he_does_not_object_to_again_at_the_same_place() -> None:
    world = mission()
    task = world.command.tasks[order(world, "reinforce", "company-3", "base")]
    found = world.caveats.object(task, "safety", 0.0, "unit-objects", world.beginning)
    assert found is not None
    found.state = "agreed"
    assert world.caveats.object(task, "safety", 0.0, "unit-objects", world.beginning) is None
    elsewhere = world.command.tasks[order(world, "reinforce", "company-3", "town")]
    assert world.caveats.object(elsewhere, "safety", 0.0, "unit-objects", world.beginning) is not None


OFFERED = "  tcc-a: {kind: tcc, office_hours: [8, 17]}"


@pytest.mark.parametrize(
    ("dimension", "objects"),
    [
        ("outside: [depot]", True),
        ("outside: [base]", False),
        ("away_from: base", False),
        ("away_from: depot", True),
        ("weather: true", False),
        ("against_host: true", False),
        ("night: true", False),
        ("force_level: presence", True),
        ("force_level: lethal", False),
        ("beyond_km_of_level_2: 100", True),
        ("beyond_km_of_level_2: 900", False),
        ("tasks: [interposition]", False),
        ("tasks: [reinforce]", True),
    ],
)
def test_a_caveat_matches_on_the_dimension_it_is_written_on(dimension: str, objects: bool) -> None:
    caveat = f"{{id: limited, {dimension}, ground: safety, rigidity: 60}}"
    made = sent((OFFERED, f"  tcc-a: {{kind: tcc, office_hours: [8, 17], caveats: [{caveat}]}}"))
    assert bool(rows(made, kinds.OBJECTION)) == objects


def test_dust_wakes_a_caveat_on_weather() -> None:
    caveat = "{id: no-sand, weather: true, ground: safety, rigidity: 60}"
    world = mission((OFFERED, f"  tcc-a: {{kind: tcc, office_hours: [8, 17], caveats: [{caveat}]}}"))
    world.support.dust(2 * DAY, world.beginning)
    order(world, "reinforce", "company-3", "base")
    world.advance(DAY)
    assert rows(world, kinds.OBJECTION, "company-3")


def test_a_lever_on_which_a_contributor_agreed_before_counts_more_the_next_time() -> None:
    world, found, _ = objecting()
    say(world, HELPS)
    world.advance(10 * DAY)
    assert found.state == "agreed"
    again = world.caveats.object(found.task, "national-instruction", 60.0, "unit-objects", world.beginning)
    assert again is not None
    weight, _ = world.caveats._pull(again, "rule-on-mou")
    plain = world.blueprint.doctrine.levers["rule-on-mou"].grounds["national-instruction"]
    assert weight == pytest.approx(plain + world.parameters["caveats.granted_before_effect"])


def test_insisting_where_the_ground_is_no_bad_faith_costs_the_backing_of_commanders() -> None:
    def backing(ground: str) -> float:
        world = mission()
        task = world.command.tasks[order(world, "reinforce", "company-3", "base")]
        found = world.caveats.object(task, ground, 60.0, "unit-objects", world.beginning)
        assert found is not None
        before = world.ledger.value("backing")
        world.caveats._pull(found, "insist")
        return world.ledger.value("backing") - before

    assert backing("safety") == pytest.approx(-mission().parameters["initiative.let_fall_cost"])
    assert backing("bad-faith") == 0.0
