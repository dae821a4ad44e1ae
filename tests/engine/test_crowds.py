"""How anger gathers people, what a crowd does, and what those who face it can and cannot do."""

from __future__ import annotations

import pytest

from sim.engine import inputs, kinds
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import Fork, World
from small_mission import mission, order, plan, rows

POLICE_IN_TOWN = (
    ("fpu: {type: formed-police-unit, contributor: pcc-b, at: post, protects: post}",
     "fpu: {type: formed-police-unit, contributor: pcc-b, at: town}"),
    ("fpu/1: {type: formed-police-platoon, contributor: pcc-b, at: post}",
     "fpu/1: {type: formed-police-platoon, contributor: pcc-b, at: town}"),
    ("fpu/2: {type: formed-police-platoon, contributor: pcc-b, at: post}",
     "fpu/2: {type: formed-police-platoon, contributor: pcc-b, at: town}"),
)  # fmt: skip
INJECT = (
    "information:\n",
    "injects:\n  march:\n    at: 6h\n    from: control\n    to: [joc]\n    text: They come.\n"
    "    effects: [{crowd: {place: town, people: 800, against: mission}}]\ninformation:\n",
)


def gathered(people: int = 600, against: str = "mission", place: str = "town", **given: object) -> World:
    world = mission(**given)  # type: ignore[arg-type]
    world.crowds.gather(place, people, against, world.beginning)
    return world


def with_police(people: int = 600, seed: int = 1, **parameters: float) -> World:
    """Formed police stand in the town, and a crowd comes."""
    world = mission(*POLICE_IN_TOWN, seed=seed, **parameters)
    world.crowds.gather("town", people, "mission", world.beginning)
    return world


def test_nobody_gathers_where_nothing_was_done_to_anybody() -> None:
    world = mission(hours=72)
    assert not rows(world, kinds.CROWD_GATHERED)
    assert world.truth.value("town", "crowd") == "none"


def test_a_small_grievance_is_forgotten_and_a_great_one_brings_people_out() -> None:
    came = {"gate-shut": 0, "mission-harm": 0}
    for reason in came:
        for seed in range(10):
            world = mission(seed=seed)
            for _ in range(2):
                world.crowds.aggrieved("town", reason, world.beginning)
            world.advance(DAY)
            came[reason] += bool(rows(world, kinds.CROWD_GATHERED))
    assert came["gate-shut"] == 0
    assert came["mission-harm"] >= 5


def test_a_gathering_that_did_not_happen_is_in_the_journal_too() -> None:
    seen = set()
    for seed in range(8):
        world = mission(seed=seed)
        for _ in range(2):
            world.crowds.aggrieved("town", "mission-harm", world.beginning)
        world.advance(DAY)
        seen |= {row.fields["accepted"] for row in rows(world, kinds.CANDIDATE, "town/protest")}
    assert seen == {0, 1}


def test_anger_fades_by_half_in_its_half_life() -> None:
    world = mission(crowds__gathers_per_day=1.0)
    world.crowds.aggrieved("town", "gate-shut", world.beginning)
    before = world.crowds.anger("town")
    world.advance(round(world.parameters["crowds.anger_half_life_h"] * HOUR))
    assert world.crowds.anger("town") == pytest.approx(before / 2, rel=1e-4)


def test_an_inject_gathers_the_crowd_it_names() -> None:
    world = mission(INJECT, hours=7)
    (row, *_) = rows(world, kinds.CROWD_GATHERED)
    assert row.fields == {"people": 800, "against": "mission"}


def test_a_crowd_is_never_larger_than_the_people_of_the_place() -> None:
    world = gathered(people=90_000)
    assert world.crowds.people("town") == world.people.at("town")


def test_every_crowd_comes_to_an_end_and_says_how() -> None:
    for seed in range(6):
        world = gathered(seed=seed)
        world.advance(4 * DAY)
        assert world.crowds.mood("town") == "none"
        assert rows(world, kinds.CROWD_OVER)


def test_police_hold_what_soldiers_hold_a_third_of() -> None:
    police = with_police()
    order(police, "crowd-control", "fpu", "town", options=("channel",))
    police.advance(4 * HOUR)
    soldiers = gathered()
    order(soldiers, "crowd-control", "company-1", "town", options=("channel",))
    soldiers.advance(4 * HOUR)
    assert police.crowds.order.tasks["town"]
    assert soldiers.crowds.order.tasks["town"]
    for world in (police, soldiers):
        world.crowds.state.clear()
        world.crowds.gather("town", 3_000, "mission", world.beginning)
    held = [world.crowds.order.held(world.crowds.state["town"]) for world in (police, soldiers)]
    assert held[0] > 2 * held[1] > 0.0


def test_a_crowd_that_is_held_is_less_violent_than_one_that_is_not() -> None:
    acts = {False: 0, True: 0}
    for faced in acts:
        for seed in range(12):
            world = mission(*POLICE_IN_TOWN, seed=seed)
            if faced:
                order(world, "crowd-control", "fpu", "town", options=("channel",), hours=48.0)
                world.advance(3 * HOUR)
            else:
                world.advance(3 * HOUR)
            world.crowds.aggrieved("town", "mission-harm", world.beginning)
            world.crowds.gather("town", 500, "mission", world.beginning)
            world.advance(2 * DAY)
            acts[faced] += len(rows(world, kinds.CROWD_VIOLENT))
    assert acts[True] < acts[False] / 2


def test_too_little_costs_property_and_standing() -> None:
    hit = 0
    for seed in range(12):
        world = gathered(seed=seed)
        before = world.ledger.value("credibility/mission")
        world.advance(2 * DAY)
        if rows(world, kinds.CROWD_VIOLENT):
            hit += 1
            assert world.measures.value("property_incidents").value
            assert world.ledger.value("credibility/mission") < before
    assert hit


def test_too_much_on_people_who_did_nothing_costs_legitimacy_and_makes_them_angrier() -> None:
    world = with_police()
    crowd = world.crowds.state["town"]
    order(world, "crowd-control", "fpu", "town", options=("smoke",))
    legitimacy = world.ledger.value("legitimacy")
    angry = []
    people = []
    while not world.crowds.order.tasks.get("town"):
        angry.append(crowd.anger(world.now))
        people.append(crowd.people)
        world.advance(world.now + HOUR // 2)
    assert world.ledger.value("legitimacy") < legitimacy
    assert world.crowds.people("town") < people[-1]
    assert crowd.anger(world.now) > angry[-1]


def test_talking_works_through_leaders_and_a_language() -> None:
    eased = {}
    for led in (True, False):
        for seed in range(40):
            world = with_police(seed=seed, crowds__show_calms=0.0)
            if world.crowds.state["town"].led is led:
                break
        crowd = world.crowds.state["town"]
        before = crowd.anger(world.now)
        ref = order(world, "crowd-control", "fpu", "town", options=("talk",))
        task = world.command.tasks[ref]
        world.crowds.order.meet(crowd, task, world.beginning)
        eased[led] = before - crowd.anger(world.now)
    assert eased[True] > eased[False] > 0.0


def test_arrested_people_are_in_custody_with_their_clocks() -> None:
    world = with_police(people=150, crowds__arrested=6.0)
    order(world, "crowd-control", "fpu", "town", options=("arrest",))
    world.advance(5 * HOUR)
    assert world.custody.held("town") or not world.crowds.order.tasks.get("town")
    assert rows(world, kinds.DETAINED)


def test_police_before_rifles_hold_next_to_nothing_and_the_hand_over_is_asked_for() -> None:
    world = with_police(people=400)
    order(world, "crowd-control", "fpu", "town", options=("channel",))
    world.advance(3 * HOUR)
    world.crowds.gather("town", 400, "mission", world.beginning)
    crowd = world.crowds.state["town"]
    before = world.crowds.order.held(crowd)
    crowd.mood = "armed"
    assert world.crowds.order.held(crowd) < before / 2
    world.handover.exceeded("town", world.beginning)
    assert world.truth.first("exceeds-police", "town") is not None


def test_soldiers_before_a_riot_sometimes_fire_and_it_is_looked_into() -> None:
    fired = 0
    for seed in range(25):
        world = mission(seed=seed, crowds__soldiers_fire_chance=0.4, crowds__weight_violent=4.0)
        order(world, "crowd-control", "company-1", "town", hours=24.0)
        world.advance(4 * HOUR)
        before = world.ledger.value("legitimacy")
        world.crowds.aggrieved("town", "mission-harm", world.beginning)
        world.crowds.gather("town", 2_000, "mission", world.beginning)
        world.advance(DAY)
        shots = rows(world, kinds.CROWD_FIRED_ON)
        if shots:
            fired += 1
            assert world.ledger.value("legitimacy") < before
            if any(shot.fields["killed"] + shot.fields["wounded"] for shot in shots):
                assert rows(world, kinds.INQUIRY)
    assert 0 < fired < 25


def test_police_with_shields_never_fire_into_a_crowd() -> None:
    for seed in range(10):
        world = mission(*POLICE_IN_TOWN, seed=seed, crowds__soldiers_fire_chance=0.4, crowds__weight_violent=4.0)
        order(world, "crowd-control", "fpu", "town", hours=24.0)
        world.advance(4 * HOUR)
        world.crowds.aggrieved("town", "mission-harm", world.beginning)
        world.crowds.gather("town", 2_000, "mission", world.beginning)
        world.advance(DAY)
        assert not rows(world, kinds.CROWD_FIRED_ON)


def test_a_riot_before_a_shut_gate_can_break_it() -> None:
    broke = 0
    for seed in range(15):
        world = mission(
            ("beds: 5}", "beds: 5, gate: shut}"), seed=seed, crowds__forces_gate_chance=0.7, crowds__weight_violent=4.0
        )
        world.people.shock("town", 90.0, world.beginning)
        world.advance(10 * HOUR)
        assert world.sites.state["base"].waiting
        world.crowds.gather("base", 500, "mission", world.beginning)
        world.crowds.aggrieved("base", "mission-harm", world.beginning)
        world.advance(DAY)
        broke += any(
            world.journal.row(cause).kind is kinds.CHOICE
            for row in rows(world, kinds.FORCED_ENTRY)
            for cause in row.causes
        )
    assert broke


def test_a_fork_gives_a_crowd_another_future() -> None:
    text = plan(INJECT)
    ends = set()
    for index in range(4):
        world = World(text, 3, fork=Fork(7 * HOUR, index))
        world.advance(3 * DAY)
        ends.add(rows(world, kinds.CROWD_OVER)[0].tick)
    assert len(ends) > 1


def test_looking_at_crowds_changes_nothing() -> None:
    one, two = gathered(), gathered()
    for hour in range(1, 40):
        one.advance(hour * HOUR)
        for place in ("town", "base"):
            for attribute in ("crowd", "crowd-people", "anger", "control", "risk"):
                one.truth.value(place, attribute)
    two.advance(39 * HOUR)
    assert one.digest() == two.digest()


def test_police_who_stand_idle_face_a_crowd_unless_a_person_decides_for_them() -> None:
    faced = {}
    for held in (True, False):
        world = mission(*POLICE_IN_TOWN)
        if not held:
            world.apply(inputs.SeatHeld("police-commissioner", False))
        world.crowds.gather("town", 600, "authorities", world.beginning)
        world.advance(3 * HOUR)
        faced[held] = bool([row for row in rows(world, kinds.TASK_BEGAN) if row.fields["action"] == "crowd-control"])
    assert faced == {True: False, False: True}


@pytest.mark.parametrize("reason", ["mission-harm", "hunger", "search", "conduct", "left-behind", "curfew", "beating"])
def test_every_grievance_makes_people_angrier(reason: str) -> None:
    world = mission()
    world.crowds.aggrieved("town", reason, world.beginning)
    assert world.crowds.anger("town") > 0.0


def test_what_the_authorities_did_is_not_held_against_the_mission() -> None:
    for seed in range(12):
        world = mission(seed=seed)
        for _ in range(3):
            world.crowds.aggrieved("town", "beating", world.beginning)
        world.advance(DAY)
        for row in rows(world, kinds.CROWD_GATHERED):
            assert row.fields["against"] == "authorities"
            return
    pytest.fail("nobody ever came")


def test_each_outbreak_sends_some_home_so_that_no_riot_feeds_itself_for_ever() -> None:
    for seed in range(12):
        world = gathered(seed=seed, against="authorities", crowds__weight_violent=4.0, crowds__weight_grows=0.2)
        world.advance(3 * DAY)
        sizes = [row.fields["people"] for row in rows(world, kinds.CROWD_TURNED) if row.fields["mood"] == "violent"]
        assert len(rows(world, kinds.CROWD_VIOLENT)) < 15
        if len(sizes) > 2:
            assert sizes[-1] < sizes[0]
