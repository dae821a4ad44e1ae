"""Who acts on his own word, who is fully committed, and what it is worth to be stood by."""

from __future__ import annotations

import pytest

from host_state_present import attacked, hosted
from sim.engine import inputs, kinds
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import mission, order, rows

ALONE = {"command__reaction_reach_km": 0.1, "host_forces__epoch_hours": 9000.0}


def odds(world: World, subject: str) -> dict[str, float]:
    (row,) = rows(world, kinds.CHOICE, subject)
    return dict(row.fields["odds"])


def on_the_spot(group: str, *, delegate: bool = False, **given: float) -> float:
    world = hosted(hours=1.0, **given)
    if delegate:
        world.initiative.delegated["base"] = world.beginning
    attacked(world, group)
    return odds(world, "reaction/company-1#1")["acts"]


def test_against_the_host_states_own_a_commander_acts_less_often_and_a_word_beforehand_helps() -> None:
    rebels, army, told = on_the_spot("riders"), on_the_spot("army"), on_the_spot("army", delegate=True)
    assert army == pytest.approx(rebels * mission().parameters["initiative.host_share"], rel=1e-4)
    assert army < told


def test_it_stays_available() -> None:
    assert on_the_spot("army") > 0.0


def ordered(*, delegate: str = "", seed: int = 1, group: str = "army") -> World:
    world = hosted(hours=1.0, seed=seed, **ALONE)
    if delegate:
        world.initiative.delegated[delegate] = world.beginning
    attacked(world, group, minutes=2000.0)
    order(world, "physical-protection", "company-1", "town")
    world.advance(world.now + 4 * HOUR)
    return world


def test_a_contingent_ordered_against_the_host_states_army_is_fully_committed_more_often_than_not() -> None:
    worlds = [ordered(seed=seed) for seed in range(20)]
    refused = [world for world in worlds if world.caveats.objections]
    assert len(refused) > 10
    grounds = set()
    for world in refused:
        (found,) = world.caveats.objections.values()
        grounds.add(found.caveat.ground)
        (report,) = [one for one in world.picture("force-commander").reports if one.phrase == "fully-committed"]
        assert found.caveat.ground not in report.text
    assert len(grounds) > 1


def test_told_beforehand_that_the_decision_is_its_own_it_goes_more_often() -> None:
    def goes(delegate: str) -> float:
        return odds(ordered(delegate=delegate), "committed/company-1")["goes"]

    assert goes("base") == goes("town") > goes("")


def test_against_anybody_else_nobody_is_asked_whether_he_is_committed() -> None:
    world = ordered(group="riders")
    assert rows(world, kinds.CHOICE, "committed/company-1") == []
    assert world.caveats.objections == {}


def test_the_same_order_given_again_finds_the_same_answer() -> None:
    for seed in range(6):
        world = ordered(seed=seed)
        order(world, "interposition", "company-1", "town")
        world.advance(world.now + 4 * HOUR)
        luck = {row.fields["uniform"] for row in rows(world, kinds.CHOICE, "committed/company-1")}
        answers = {row.fields["outcome"] for row in rows(world, kinds.CHOICE, "committed/company-1")}
        assert len(luck) == len(answers) == 1


def test_their_own_base_every_contingent_defends() -> None:
    world = hosted(hours=1.0, **ALONE)
    attacked(world, place="base", minutes=2000.0)
    order(world, "outer-perimeter", "company-1", "base")
    world.advance(world.now + 3 * HOUR)
    assert world.caveats.objections == {}


def unit_with(days: int) -> float:
    world = mission(
        ("company-1: {type: infantry-company,", f"company-1: {{type: infantry-company, days_in_theatre: {days},")
    )
    return world.initiative.fitness(world.forces.units["company-1"])


def test_a_new_unit_and_a_tired_one_act_less_than_one_that_has_settled() -> None:
    fresh, settled, tired = unit_with(0), unit_with(180), unit_with(500)
    assert fresh < settled
    assert tired < settled
    assert settled == pytest.approx(1.0, abs=0.02)


def test_recent_losses_make_the_next_commander_careful() -> None:
    world = mission()
    unit = world.forces.units["company-1"]
    whole = world.initiative.fitness(unit)
    world.forces.lose(unit, 3, 9, (world.beginning,))
    assert world.initiative.fitness(unit) < whole


def test_whoever_acted_against_the_army_and_hears_nothing_was_left_alone_and_others_see_it() -> None:
    def backing(speaks: bool) -> tuple[World, float]:
        world = hosted(hours=1.0, **ALONE)
        before = world.ledger.value("backing")
        world.initiative.acted_against_host(world.forces.units["company-1"], "town", world.beginning)
        if speaks:
            world.initiative.stood_by(world.beginning, "fact-finding", place="town")
        world.advance(world.now + 4 * DAY)
        return world, world.ledger.value("backing") - before

    silent, lost = backing(False)
    assert rows(silent, kinds.UNBACKED, "company-1")
    assert lost < 0.0
    backed, gained = backing(True)
    assert rows(backed, kinds.UNBACKED) == []
    assert gained > 0.0


def test_backing_makes_commanders_act_and_letting_one_fall_makes_them_wait() -> None:
    def acts(amount: float) -> float:
        world = mission(hours=1.0)
        world.ledger.enter(world.ledger.standings["backing"], amount, (world.beginning,), world.journal.name("test"))
        unit = world.forces.units["company-1"]
        world.initiative.on_the_spot(unit, "test/spot", world.beginning)
        return odds(world, "test/spot")["acts"]

    assert acts(40.0) > acts(0.0) > acts(-40.0)


def test_an_answer_that_trusts_the_commander_on_the_spot_is_heard_down_the_line() -> None:
    def backing(pull: float) -> float:
        world = mission()
        before = world.ledger.value("backing")
        world.initiative.decided({"delegation": pull, "speed": 1.0}, world.beginning)
        return world.ledger.value("backing") - before

    assert backing(0.8) > 0.0 > backing(-0.8)
    assert backing(0.0) == 0.0


def test_a_direction_that_delegates_reaches_those_who_stand_where_it_was_given_for() -> None:
    world = hosted(hours=1.0, **ALONE)
    receipt = world.apply(
        inputs.Direction("head-of-mission", "force-commander", "strong-posture", "base", delegate=True)
    )
    assert receipt.accepted, receipt.reason
    attacked(world, minutes=2000.0)
    order(world, "physical-protection", "company-1", "town")
    world.advance(world.now + 4 * HOUR)
    row = rows(world, kinds.CHOICE, "committed/company-1")[0]
    assert world.initiative.delegated["base"] in row.causes


def test_the_nearest_commander_is_the_one_who_is_asked() -> None:
    near = (
        "  company-3: {type: infantry-company, contributor: tcc-a, at: depot, under: [sector]}\n",
        "  company-3: {type: infantry-company, contributor: tcc-a, at: depot, under: [sector]}\n"
        "  company-4: {type: infantry-company, contributor: tcc-a, at: base, under: [sector]}\n",
    )
    first = (
        "  company-1: {type: infantry-company, contributor: tcc-a, at: base,",
        "  company-1: {type: infantry-company, contributor: tcc-a, at: depot,",
    )
    world = mission(near, first, command__reaction_reach_km=30.0)
    world.initiative.alert("town", world.beginning)
    assert [row.subject for row in rows(world, kinds.ON_THE_SPOT)] == ["company-4"]


def test_aircraft_released_beforehand_are_no_word_to_the_commander_on_the_spot() -> None:
    world = mission()
    receipt = world.apply(
        inputs.Direction("head-of-mission", "force-commander", "close-air-support", "base", delegate=True)
    )
    assert receipt.accepted, receipt.reason
    world.initiative.on_the_spot(world.forces.units["company-1"], "reaction/company-1#1", world.beginning)
    (choice,) = rows(world, kinds.CHOICE, "reaction/company-1#1")
    assert choice.causes == (world.beginning,)
