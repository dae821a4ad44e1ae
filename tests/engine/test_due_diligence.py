"""Support has a price when those who get it prey; so have naming, and saying nothing."""

from __future__ import annotations

import pytest

from host_state_present import attacked, hosted
from sim.engine import kinds
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import order, rows

STILL = {
    "host_forces__epoch_hours": 9000.0, "command__reaction_reach_km": 0.1, "groups__quiet_per_day": 0.0,
    "groups__per_hour_host_army": 0.0,
}  # fmt: skip
SHARED = ("legitimacy", "headquarters", "humanitarians")


def standing(world: World) -> dict[str, float]:
    return {name: world.ledger.value(name) for name in SHARED}


def still(**given: float) -> World:
    world = hosted(hours=1.0, **STILL, **given)
    for force in world.host_forces.forces.values():
        force.stance = "stand-by"
    return world


def preyed(world: World) -> None:
    attacked(world, minutes=20.0)
    world.advance(world.now + HOUR)


def supported(assessed: bool = False, mitigated: bool = False) -> dict[str, float]:
    """What it costs that a supported force hurt people."""
    world = still()
    if assessed:
        order(world, "due-diligence-assessment", seat="deputy-political", target="service")
        world.advance(world.now + 12 * DAY)
    order(
        world, "support-host-forces", seat="mission-support", target="service", hours=700.0,
        options=("mitigation",) if mitigated else (),
    )  # fmt: skip
    world.advance(world.now + HOUR)
    before = standing(world)
    preyed(world)
    (tainted,) = rows(world, kinds.SUPPORT_TAINTED)
    assert rows(world, kinds.ABUSE)[0].id in tainted.causes
    assert world.due_diligence.supported("service") != mitigated
    return {name: before[name] - world.ledger.value(name) for name in SHARED}


def test_a_force_that_preys_while_it_is_supported_costs_most_where_nobody_had_looked_first() -> None:
    blind, looked, careful = supported(), supported(assessed=True), supported(assessed=True, mitigated=True)
    for name in SHARED:
        assert blind[name] > looked[name] > careful[name] > 0.0
    parameters = still().parameters
    assert blind["legitimacy"] == pytest.approx(parameters["due_diligence.tainted_legitimacy"], rel=0.05)
    assert blind["headquarters"] == pytest.approx(parameters["due_diligence.tainted_headquarters"], rel=0.05)


def test_support_buys_consent_and_help_and_is_missed_when_it_ends() -> None:
    world = still()
    consent, force = world.host_state.consent("service"), world.host_forces.forces["gendarmes"]
    helps = world.host_forces._utilities(force)["help"]
    order(world, "support-host-forces", seat="mission-support", target="service", hours=48.0)
    world.advance(world.now + HOUR)
    assert world.host_state.consent("service") > consent
    assert world.host_forces._utilities(force)["help"] > helps
    world.advance(world.now + 3 * DAY)
    assert world.host_state.consent("service") <= consent
    assert not world.due_diligence.supported("service")


def test_support_without_an_assessment_is_noticed_at_headquarters_and_after_one_it_is_not() -> None:
    def lost(assessed: bool) -> float:
        world = still()
        if assessed:
            order(world, "due-diligence-assessment", seat="deputy-political", target="service")
            world.advance(world.now + 12 * DAY)
        before = world.ledger.value("headquarters")
        order(world, "support-host-forces", seat="mission-support", target="service", hours=48.0)
        world.advance(world.now + HOUR)
        return before - world.ledger.value("headquarters")

    assert lost(assessed=False) > 0.0
    assert lost(assessed=True) == 0.0


def test_an_assessment_takes_days_and_comes_to_what_is_on_the_record() -> None:
    risks = []
    for abuses in (0, 3):
        world = still()
        for _ in range(abuses):
            world.due_diligence.abused("service", "town", 3, world.beginning)
        asked = world.now
        order(world, "due-diligence-assessment", seat="deputy-political", target="service")
        world.advance(12 * DAY)
        (done,) = rows(world, kinds.DUE_DILIGENCE)
        assert done.tick - asked > DAY
        assert world.intelligence.knows("deputy-political", "service", "risk")
        risks.append(world.due_diligence.risk("service"))
    assert risks == ["medium", "high"]


def test_assurances_rest_on_consent_and_the_rule_of_law_and_fall_with_every_abuse() -> None:
    world = still()
    plain = world.due_diligence.assurances("service")
    world.due_diligence.abused("service", "town", 3, world.beginning)
    abused = world.due_diligence.assurances("service")
    order(world, "rule-of-law-support", seat="police-commissioner", target="service", hours=72.0)
    world.advance(world.now + 4 * DAY)
    assert 0.0 < abused < plain < 1.0
    assert world.due_diligence.assurances("service") > abused
    assert world.due_diligence.assurances("nobody") == 0.0
    assert world.due_diligence.taught("service") > 0.0


def named(abuses: int, target: str = "service") -> tuple[World, dict[str, float], dict[str, float]]:
    world = still()
    for _ in range(abuses):
        world.due_diligence.abused("service", "town", 3, world.beginning)
    before = standing(world)
    consent = {each: world.host_state.consent(each) for each in world.blueprint.counterparts}
    world.host_state.cleared[("capital", "flight")] = world.beginning
    order(world, "name-violations", seat="head-of-mission", target=target)
    world.advance(world.now + 20 * HOUR)
    gained = {name: world.ledger.value(name) - before[name] for name in SHARED}
    lost = {each: consent[each] - world.host_state.consent(each) for each in consent}
    return world, gained, lost


def test_naming_gains_those_it_was_done_to_and_costs_consent_with_all_three_most_with_the_one_named() -> None:
    _, gained, lost = named(2)
    assert gained["legitimacy"] > 0.0
    assert gained["humanitarians"] > 0.0
    assert lost["service"] > lost["capital"] > 0.0
    assert lost["governor"] > 0.0


def test_naming_without_anything_on_record_costs_both_ways() -> None:
    _, gained, lost = named(0)
    assert gained["legitimacy"] < 0.0
    assert gained["headquarters"] < 0.0
    assert lost["service"] > 0.0


def test_who_is_named_takes_his_clearances_back() -> None:
    world, _, _ = named(1, target="capital")
    assert ("capital", "flight") not in world.host_state.cleared


def silence(spoken: str = "") -> tuple[World, float]:
    world = still()
    preyed(world)
    if spoken:
        seat = {"name-violations": "head-of-mission", "protest-violation": "chief-of-staff"}[spoken]
        order(world, spoken, seat=seat, target="service")
    world.advance(world.now + 6 * DAY)
    entries = [row.fields for row in rows(world, kinds.LEDGER, "legitimacy") if row.fields["reason"] == "silence"]
    return world, -sum(entry["amount"] for entry in entries)


def test_silence_about_what_is_known_costs_legitimacy_and_can_be_cited() -> None:
    world, lost = silence()
    (kept,) = rows(world, kinds.SILENCE)
    assert rows(world, kinds.ABUSE)[0].id in kept.causes
    assert lost == pytest.approx(world.parameters["due_diligence.silence_legitimacy"])


@pytest.mark.parametrize("spoken", ["name-violations", "protest-violation"])
def test_a_word_in_public_or_on_paper_is_no_silence(spoken: str) -> None:
    world, lost = silence(spoken)
    assert rows(world, kinds.SILENCE) == []
    assert lost == pytest.approx(0.0)
