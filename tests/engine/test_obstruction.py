"""How the host state's people hold the mission up, and what silence, protest and force make of it."""

from __future__ import annotations

import pytest

from host_state_present import hosted
from sim.engine import kinds
from sim.engine.obstruction import GATE_SHUT
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import mission, order, rows

OFTEN = {"host_forces__epoch_hours": 9000.0}


def held_up(consent: float, seeds: int = 6, days: int = 10) -> int:
    found = 0
    for seed in range(seeds):
        world = hosted(consent=consent, obstructs=1.0, seed=seed, **OFTEN)
        world.host_forces.forces["army"].stance = "stand-by"
        world.host_forces.forces["gendarmes"].stance = "stand-by"
        world.advance(days * DAY)
        found += len(rows(world, kinds.OBSTRUCTED))
    return found


def test_the_mission_is_held_up_the_oftener_the_less_consent_there_is() -> None:
    given, withdrawn = held_up(95.0), held_up(5.0)
    assert given < withdrawn
    # C16: once a day at no consent, of which chance makes more or less; sixty days in all.
    assert 30 < withdrawn < 90


def test_a_scenario_that_gives_no_rate_has_no_such_hazard() -> None:
    world = mission(hours=200)
    assert rows(world, kinds.OBSTRUCTED) == []
    assert not [row for row in rows(world, kinds.CANDIDATE) if row.subject.endswith("/obstruction")]


def test_forces_told_to_obstruct_do_it_oftener() -> None:
    calm, told = hosted(consent=40.0, obstructs=1.0), hosted(consent=40.0, obstructs=1.0)
    told.host_forces.forces["army"].stance = "obstruct"
    pending = [world.host_state.obstruction._pending["service"] for world in (calm, told)]
    for world, one in zip((calm, told), pending, strict=True):
        world.host_forces.forces["gendarmes"].stance = "stand-by"
        if world is calm:
            world.host_forces.forces["army"].stance = "stand-by"
        one.accept = 0.3
        world.host_state.obstruction._occasion(type("Event", (), {"payload": one})())
    assert [len(world.host_state.obstruction.violations["service"]) for world in (calm, told)] == [0, 1]


def shut(world: World, gate: str = "flight", hours: float = 10.0) -> None:
    world.host_state.obstruction.shuts("capital", gate, round(hours * HOUR), world.beginning)


def test_a_gate_that_is_shut_makes_everybody_wait_until_it_opens_and_then_no_longer() -> None:
    world = mission(host_state__denial_at_no_consent=0.0)
    shut(world)
    assert world.host_state.permit_delay("flight", "permit#1", world.beginning) == 10 * HOUR
    assert world.host_state.permit_delay("convoy", "permit#2", world.beginning) == 0
    world.advance(11 * HOUR)
    assert world.host_state.permit_delay("flight", "permit#3", world.beginning) == 0


def test_an_inject_shuts_a_gate_for_a_time() -> None:
    text = (
        "injects:\n  no-flights:\n    at: 2h\n    from: capital\n    to: [mission-support]\n    text: Nothing flies.\n"
        "    effects: [{obstruct: {counterpart: capital, gate: flight, hours: {uniform: [5h, 6h]}}}]\n"
        "information:\n"
    )
    world = mission(("information:\n", text), hours=3)
    (row,) = rows(world, kinds.OBSTRUCTED)
    assert (row.subject, row.fields["what"], row.fields["where"]) == ("capital", GATE_SHUT, "flight")
    assert 4 * HOUR < world.host_state.permit_delay("flight", "permit#1", world.beginning) < 5 * HOUR
    assert world.measure_values()["movement_denials"].value == 1


def test_a_violation_that_nobody_answers_costs_credibility_and_names_itself_as_the_cause() -> None:
    world = mission()
    shut(world)
    before = world.ledger.value("credibility/mission")
    world.advance(3 * DAY)
    (silent,) = rows(world, kinds.LET_PASS)
    assert rows(world, kinds.OBSTRUCTED)[0].id in silent.causes
    lost = before - world.ledger.value("credibility/mission")
    assert lost == pytest.approx(world.parameters["obstruction.let_pass_credibility"], rel=0.05)


def test_a_protest_answers_it_costs_a_little_consent_and_makes_a_record_that_the_next_demarche_leans_on() -> None:
    world = mission()
    shut(world)
    consent, backing = world.host_state.consent("capital"), world.ledger.value("headquarters")
    order(world, "protest-violation", seat="chief-of-staff", target="capital")
    world.advance(3 * DAY)
    assert rows(world, kinds.LET_PASS) == []
    assert world.host_state.consent("capital") < consent
    assert world.ledger.value("headquarters") > backing
    assert world.host_state.obstruction.record("capital") > 0.0
    assert world.host_state.obstruction.record("governor") == 0.0
    bare = mission()
    order(bare, "protest-violation", seat="chief-of-staff", target="capital")
    bare.advance(DAY)
    assert bare.ledger.value("headquarters") < backing
    assert bare.host_state.obstruction.record("capital") == 0.0

    def chance(protested: bool) -> float:
        made = mission()
        made.host_state.obstruction.protests["capital"] = 8 if protested else 0
        order(made, "demarche-host-state", seat="head-of-mission", target="capital")
        made.advance(2 * DAY)
        (answer,) = [row for row in rows(made, kinds.CHOICE) if row.subject.endswith("/answer")]
        return dict(answer.fields["odds"])["agrees"]

    assert chance(True) > chance(False)


def test_a_call_at_once_is_worth_less_than_a_visit() -> None:
    def chance(**given: float) -> float:
        made = mission()
        order(made, "demarche-host-state", seat="head-of-mission", target="capital", **given)
        made.advance(2 * DAY)
        (answer,) = [row for row in rows(made, kinds.CHOICE) if row.subject.endswith("/answer")]
        return dict(answer.fields["odds"])["agrees"]

    assert chance(hours=0.4) < chance(hours=4.0) < chance()


def test_a_held_route_delays_whoever_sets_out_on_it_until_it_opens() -> None:
    worlds = [mission(host_state__denial_at_no_consent=0.0) for _ in range(2)]
    obstruction = worlds[0].host_state.obstruction
    obstruction._close("governor", worlds[0].places.routes["depot--post"], 8 * HOUR, worlds[0].beginning)
    assert worlds[0].truth.value("depot--post", "status") == "held"
    for world in worlds:
        world.forces.move(world.forces.units["company-3"], "post", "test/way", (world.beginning,), lambda row: None)
    late, free = (world.forces.units["company-3"].arrives for world in worlds)
    assert late - free == 8 * HOUR
    worlds[0].advance(9 * HOUR)
    assert worlds[0].truth.value("depot--post", "status") == "open"


def test_going_through_costs_consent_gains_credibility_and_may_be_answered_with_fire() -> None:
    outcomes: dict[str, int] = {}
    for seed in range(30):
        world = mission(
            ("held_by: governor", "held_by: riders"), ("  riders: {kind", "  riders: {aggression: 100, kind"),
            seed=seed, obstruction__forced_fire_chance=0.6,
        )  # fmt: skip
        consent, credibility = world.host_state.consent("governor"), world.ledger.value("credibility/mission")
        order(world, "force-passage", "company-3", "post")
        world.advance(2 * DAY)
        (row,) = rows(world, kinds.FORCED)
        outcomes[row.fields["outcome"]] = outcomes.get(row.fields["outcome"], 0) + 1
        assert world.host_state.consent("governor") < consent
        assert (world.ledger.value("credibility/mission") > credibility) == (row.fields["outcome"] != "stands-fast")
        assert bool(rows(world, kinds.CONTACT)) == (row.fields["outcome"] == "fires")
        # On the way back it waits like everybody else.
        assert not [denied for denied in rows(world, kinds.DENIED) if denied.tick <= row.tick]
    assert set(outcomes) == {"makes-way", "stands-fast", "fires"}


def test_staff_who_are_stopped_do_not_finish_what_they_were_doing() -> None:
    world = hosted(consent=0.0, hours=1.0)
    order(world, "community-engagement", "police", "base", hours=40.0)
    order(world, "community-engagement", "interpreters", "base", hours=40.0)
    world.advance(8 * HOUR)
    working = [unit.id for unit in world.forces.units.values() if unit.task is not None]
    assert working
    service = world.blueprint.counterparts["service"]
    for where in (0.1, 0.9):
        world.host_state.obstruction._stop(service, where, world.now + HOUR, world.beginning)
    assert len([unit for unit in world.forces.units.values() if unit.task is not None]) < len(working)


def test_those_who_are_shot_at_a_checkpoint_belong_to_the_move_they_began() -> None:
    hurt = 0
    for seed in range(30):
        world = mission(
            ("held_by: governor", "held_by: riders"), ("  riders: {kind", "  riders: {aggression: 100, kind"),
            seed=seed, obstruction__forced_fire_chance=1.0, wounded__critical_share=1.0,
        )  # fmt: skip
        order(world, "force-passage", "company-3", "post")
        world.advance(2 * DAY)
        hurt += world.forces.units["company-3"].wounded
    assert hurt
