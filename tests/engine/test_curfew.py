"""A curfew is asked for, declared by whoever holds that gate, and enforced by its own police."""

from __future__ import annotations

import pytest

from host_state_present import ARMY, hosted
from sim.engine import kinds
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import order, rows


def asked(target: str = "service", **given: float) -> World:
    world = hosted(host_forces__epoch_hours=9000.0, **given)
    for force in world.host_forces.forces.values():
        force.stance = "stand-by"
    order(world, "curfew", seat="police-commissioner", target=target, place="town", hours=2.0)
    world.advance(3 * HOUR)
    return world


def test_whoever_does_not_hold_the_gate_cannot_declare_one() -> None:
    for seed in range(6):
        world = asked("governor", seed=seed, consent=100.0)
        (row,) = rows(world, kinds.CURFEW)
        assert (row.subject, row.fields["state"]) == ("governor", "refused")
        assert world.truth.value("town", "curfew") == ""


def test_it_is_declared_the_oftener_the_more_consent_there_is() -> None:
    def declared(consent: float) -> int:
        found = [rows(asked(seed=seed, consent=consent), kinds.CURFEW)[0].fields["state"] for seed in range(25)]
        return found.count("declared")

    assert declared(100.0) == 25
    assert 0 < declared(30.0) < 25


def test_by_night_it_leaves_looters_fewer_chances_and_by_day_as_many_as_before() -> None:
    world = asked(consent=100.0)
    state = world.groups.state["riders"]
    assert world.host_state.curfews.streets("town", state) == 1.0
    world.advance(20 * HOUR)
    assert world.places.is_night(world.now)
    assert world.host_state.curfews.streets("town", state) < 1.0
    assert world.host_state.curfews.streets("base", state) == 1.0
    assert world.host_state.curfews.streets("town", world.groups.state["army"]) == 1.0
    world.advance(26 * HOUR + 6 * DAY)
    assert world.truth.value("town", "curfew") == ""
    assert not world.host_state.curfews.holds("town")


def test_every_night_it_is_enforced_and_how_is_a_matter_of_who_enforces_it() -> None:
    def rough(respects: int) -> int:
        found = 0
        for seed in range(12):
            pair = (
                "kind: host-police, home: town, strength: 60, respects: 60",
                f"kind: host-police, home: town, strength: 60, respects: {respects}",
            )
            world = asked_with(pair, seed)
            nights = rows(world, kinds.CURFEW_NIGHT)
            assert len(nights) == round(world.parameters["curfew.hours"] / 24)
            assert {row.subject for row in nights} == {"gendarmes"}
            found += [row.fields["manner"] for row in nights].count("rough")
        return found

    def asked_with(pair: tuple[str, str], seed: int) -> World:
        world = hosted(pair, army=ARMY, consent=100.0, seed=seed, host_forces__epoch_hours=9000.0)
        for force in world.host_forces.forces.values():
            force.stance = "stand-by"
        order(world, "curfew", seat="police-commissioner", target="service", place="town", hours=2.0)
        world.advance(6 * DAY)
        return world

    assert rough(100) == 0
    assert rough(0) > 0


def test_a_rough_night_costs_whoever_asked_for_it() -> None:
    world = asked(consent=100.0)
    before = world.ledger.value("legitimacy")
    police = world.groups.state["gendarmes"]
    world.host_state.curfews._roughly("town", police, 1, world.beginning)
    assert before - world.ledger.value("legitimacy") == pytest.approx(world.parameters["curfew.rough_legitimacy"])


def test_a_curfew_angers_people_and_keeps_most_of_a_crowd_at_home_by_night() -> None:
    world = asked(consent=100.0)
    assert world.crowds.anger("town") > asked("governor", consent=100.0).crowds.anger("town")

    def crowd(curfew: bool) -> int:
        made = asked("service" if curfew else "governor", consent=100.0)
        made.advance(20 * HOUR)
        made.crowds.gather("town", 900, "authorities", made.beginning)
        return made.crowds.people("town")

    assert 0 < crowd(True) < crowd(False)


def test_where_nobody_is_named_whoever_holds_the_gate_is_asked() -> None:
    world = hosted(consent=100.0)
    order(world, "curfew", seat="police-commissioner", place="town", hours=2.0)
    world.advance(3 * HOUR)
    (row,) = rows(world, kinds.CURFEW)
    assert (row.subject, row.fields["state"]) == ("service", "declared")
    nobody = hosted(("gates: [entry, curfew]", "gates: [entry]"), consent=100.0)
    order(nobody, "curfew", seat="police-commissioner", place="town", hours=2.0)
    nobody.advance(3 * HOUR)
    assert [row.fields["state"] for row in rows(nobody, kinds.CURFEW)] == ["refused"]
