"""What responses change, through what, and what they cost: those that no mechanism's own tests hold by name."""

from __future__ import annotations

import pytest

from sim.engine import inputs, kinds
from sim.engine.parties import CommunityState
from sim.engine.tasks import Task
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import mission, order, rows

MORNING = 4.0
"""Hours after the start: ten o'clock."""


def pair(
    action: str, unit: str = "", place: str = "town", *, hours: float = 12.0, begin: float = MORNING, seed: int = 1,
    target: str = "", seat: str = "", options: tuple[str, ...] = (), crowd: int = 0,
) -> tuple[World, World, Task]:  # fmt: skip
    """The same world without and with an order, some hours after it was given, and the task it became."""
    worlds = []
    for acts in (False, True):
        world = mission(seed=seed, hours=begin)
        if crowd:
            shelter(world, crowd)
        ref = ""
        if acts:
            ref = order(world, action, unit, place, target=target, seat=seat, options=options)
        world.advance(world.now + round(hours * HOUR))
        worlds.append(world)
    return worlds[0], worlds[1], worlds[1].command.tasks[ref]


def shelter(world: World, people: int) -> None:
    """So many of the town's people have fled to the base."""
    community = farmers(world)
    community.fear.value = 100.0
    world.people.shock("town", 90.0, world.beginning)
    for _ in range(60):
        world.advance(world.now + 2 * HOUR)
        if community.away.get("base", 0) >= people:
            return
    raise AssertionError("nobody came to the base")


def farmers(world: World) -> CommunityState:
    return world.people.communities["farmers"]


def fear(world: World) -> float:
    return farmers(world).fear.value_at(world.now)


def moved(without: World, with_it: World, standing: str) -> float:
    return with_it.ledger.value(standing) - without.ledger.value(standing)


# Presence: seen, believed, and missing where it came from


@pytest.mark.parametrize(
    "action", ["visible-patrol", "show-of-force", "interposition", "physical-protection", "redeploy-guard"]
)
def test_troops_in_the_town_are_seen_and_expected_to_act_and_are_missing_at_the_base(action: str) -> None:
    """Through what groups see and hear (deterrence), not through the odds of an attack; the price is the base."""
    without, with_it, task = pair(action, "company-1", hours=3.0)
    assert task.state == "under way"
    riders = with_it.groups.state["riders"]
    assert with_it.deterrence.communication("riders", "town") > without.deterrence.communication("riders", "town")
    assert with_it.deterrence.capability(riders, "town") > without.deterrence.capability(
        without.groups.state["riders"], "town"
    )
    assert with_it.deterrence.credibility("riders") == without.deterrence.credibility("riders")
    assert with_it.forces.armed_strength("base") < without.forces.armed_strength("base")


@pytest.mark.parametrize("action", ["interposition", "physical-protection", "redeploy-guard", "visible-patrol"])
def test_who_sees_troops_between_is_less_afraid_by_his_trust_in_them(action: str) -> None:
    for trust, eased in ((60.0, True), (0.0, False)):
        fears = []
        for acts in (False, True):
            world = mission(hours=MORNING)
            farmers(world).trust.value = trust
            world.people.shock("town", 60.0, world.beginning)
            if acts:
                order(world, action, "company-1", "town")
            world.advance(world.now + 3 * HOUR)
            entries = [
                row.fields["amount"] for row in rows(world, kinds.LEDGER, "fear/farmers")
                if row.fields["reason"] == "reassurance" and row.fields["amount"] < 0.0
            ]  # fmt: skip
            fears.append(len(entries))
        assert (fears[1] > fears[0]) is eased, (action, trust)


def test_a_strong_posture_puts_more_men_to_work_and_leaves_its_unit_to_that() -> None:
    without, with_it, task = pair("strong-posture", "company-1", "base", options=("high-readiness",))
    unit = with_it.forces.units["company-1"]
    assert unit.posture == "high-readiness"
    assert with_it.forces.available(unit) != without.forces.available(without.forces.units["company-1"])
    assert unit.task is task


def test_reinforcing_brings_heads_to_one_place_and_takes_them_from_another_after_the_road() -> None:
    without, with_it, task = pair("reinforce", "company-2", "base", hours=72.0)
    assert task.began - task.created >= 3 * HOUR
    assert with_it.forces.armed_strength("base") > without.forces.armed_strength("base")
    assert with_it.forces.armed_strength("post") < without.forces.armed_strength("post") / 2
    assert with_it.forces.units["company-2"].posture == "defend-base"
    assert rows(with_it, kinds.STRIPPED)


def test_who_is_asked_to_go_with_the_women_for_firewood_covers_them_and_is_away_from_the_gate() -> None:
    without, with_it, _ = pair("firewood-patrol", "company-1", "base", hours=3.0)
    assert with_it.sites.state["base"].wood_cover > without.sites.state["base"].wood_cover == 0.0
    assert sum(with_it.sites.cover("base")) < sum(without.sites.cover("base"))


def test_police_in_the_inner_ring_keep_order_there_and_are_nowhere_else() -> None:
    without, with_it, _ = pair("inner-perimeter", "fpu", "base", hours=60.0)
    assert with_it.sites.state["base"].inner_heads > without.sites.state["base"].inner_heads
    assert with_it.forces.presence("post") < without.forces.presence("post")


def test_soldiers_around_aid_are_there_and_not_at_the_base() -> None:
    without, with_it, task = pair("secure-aid", "company-1", hours=3.0)
    assert task.state == "under way"
    assert with_it.forces.armed_strength("town") > without.forces.armed_strength("town") == 0.0
    assert with_it.forces.armed_strength("base") < without.forces.armed_strength("base")


def test_searching_those_who_come_in_finds_weapons_and_keeps_them_waiting() -> None:
    """Through whom the gate lets in how fast: screeners quicken a search, and a search is slower than an open gate."""
    inside = {}
    for gate in ("open", "search"):
        world = mission(hours=MORNING)
        order(world, "weapons-screening", "police", "base")
        order(world, "open-gate", place="base", seat="head-of-mission", options=(gate,) if gate == "search" else ())
        shelter(world, 500)
        inside[gate] = (world.sites.state["base"].weapons, len(rows(world, kinds.SCREENED)))
    assert inside["search"][1] > 0 == inside["open"][1]
    assert inside["search"][0] <= inside["open"][0]


# The road home


def test_monitors_on_the_way_home_make_a_deal_hold_longer_and_are_missing_at_the_base() -> None:
    without, with_it, task = pair("monitor-return", "company-1", hours=3.0)
    assert with_it.talks.dialogues["wells"].monitors == 1
    assert without.talks.dialogues["wells"].monitors == 0
    assert with_it.forces.armed_strength("base") < without.forces.armed_strength("base")
    with_it.tasks.finish(task, "done", ())
    assert with_it.talks.dialogues["wells"].monitors == 0


def test_go_and_see_visits_ease_fear_and_quicken_a_return_that_is_settled_and_take_an_office_its_hours() -> None:
    without, with_it, task = pair("go-and-see-visits", seat="deputy-political", hours=60.0)
    assert farmers(with_it).encouraged > farmers(without).encouraged == 1.0
    assert task.state == "done"
    assert task.ends - task.began >= HOUR
    assert farmers(with_it).credibility == 0.0, "nobody goes home for a visit alone"


def test_endorsing_a_return_pleases_who_wants_the_camp_shut_and_is_remembered_when_the_deal_breaks() -> None:
    pleased, blamed = {}, {}
    for endorses in (False, True):
        world = mission(hours=MORNING, talks__break_opportunities_per_day=5.0)
        before = world.host_state.consent("governor")
        if endorses:
            order(world, "endorse-return", place="town", seat="head-of-mission")
        world.advance(2 * DAY)
        pleased[endorses] = world.host_state.consent("governor") - before
        world.talks.force_agreement("wells", (), world.beginning)
        world.advance(10 * DAY)
        assert rows(world, kinds.AGREEMENT_BROKEN)
        blame = [row for row in rows(world, kinds.LEDGER, "legitimacy") if row.fields["reason"] == "endorse-return"]
        blamed[endorses] = [row.fields["amount"] for row in blame]
    assert pleased[True] > pleased[False]
    assert not blamed[False]
    assert len(blamed[True]) == 1
    assert blamed[True][0] < 0.0


def test_declining_a_return_gains_legitimacy_and_costs_consent_with_whoever_demanded_it() -> None:
    changed = {}
    for acts in (False, True):
        world = mission(hours=MORNING)
        world.host_state.press("governor", "return", world.beginning)
        if acts:
            order(world, "decline-return", place="town", seat="head-of-mission")
        world.advance(world.now + 12 * HOUR)
        changed[acts] = (world.ledger.value("legitimacy"), world.host_state.consent("governor"))
    assert changed[True][0] > changed[False][0]
    assert changed[True][1] < changed[False][1]


# Gates, ground and water


def test_a_gate_that_is_shut_keeps_people_out_who_grow_angry_before_it() -> None:
    inside, anger = {}, {}
    for action in ("open-gate", "shut-gate"):
        world = mission(hours=MORNING)
        order(world, "shut-gate", place="base", seat="head-of-mission")
        shelter(world, 300)
        order(world, action, place="base", seat="head-of-mission")
        world.advance(world.now + DAY)
        inside[action] = world.sites.state["base"].inside
        anger[action] = world.sites.state["base"].tension(world.now, 100.0)
    assert inside["shut-gate"] == 0 < inside["open-gate"]
    assert anger["shut-gate"] > anger["open-gate"]


def test_letting_police_of_the_state_search_buys_consent_and_costs_legitimacy_and_calm_at_the_site() -> None:
    changed = {}
    entry = ("governor: {kind: governor, at: capital-base, consent: 50, gates: [convoy, camp]}",
             "governor: {kind: governor, at: capital-base, consent: 50, gates: [convoy, camp, entry]}")  # fmt: skip
    for acts in (False, True):
        world = mission(entry, hours=MORNING)
        shelter(world, 300)
        if acts:
            order(world, "allow-search", place="base", seat="head-of-mission")
        world.advance(world.now + 8 * HOUR)
        changed[acts] = (
            world.host_state.consent("governor"), world.ledger.value("legitimacy"), len(rows(world, kinds.ENTERED)),
            world.sites.state["base"].tension_events.value_at(world.now),
        )  # fmt: skip
    assert changed[True][0] > changed[False][0]
    assert changed[True][1] < changed[False][1]
    assert changed[True][2] == 1
    assert changed[True][3] > changed[False][3]


def test_rationing_gives_those_who_shelter_part_of_the_bases_own_water_and_there_is_only_one_such_part() -> None:
    without, with_it, _ = pair("ration-water", place="base", seat="mission-support", hours=24.0, crowd=400)
    site, same = with_it.sites.state["base"], without.sites.state["base"]
    assert site.released > same.released == 0.0
    assert site.released < site.own_water
    assert site.litres >= same.litres
    released = site.released
    order(with_it, "ration-water", place="base", seat="mission-support")
    with_it.advance(with_it.now + DAY)
    assert site.released == released
    assert len(rows(with_it, kinds.RATIONED)) == 1


# Words and offices


def test_agencies_told_that_a_place_is_held_bring_aid_after_days_and_an_office_spends_its_hours_on_it() -> None:
    without, with_it, task = pair(
        "humanitarian-coordination", place="base", seat="mission-support", hours=14 * 24.0, crowd=300
    )
    assert "base" in with_it.support.aid
    assert "base" not in without.support.aid
    (row,) = rows(with_it, kinds.SUPPLIED)[:1]
    assert row.tick - task.created >= 12 * HOUR


def test_a_word_to_headquarters_gains_its_confidence_and_its_answer_comes_when_it_comes() -> None:
    without, with_it, task = pair("demarche-headquarters", place="", seat="head-of-mission", hours=96.0)
    assert moved(without, with_it, "headquarters") > 0.0
    (answer,) = [
        report for report in with_it.picture("head-of-mission").reports if report.phrase == "headquarters-answers"
    ]
    assert answer.delivered - task.created > HOUR


def test_the_crisis_team_sits_after_an_hour_and_makes_work_within_a_component_slower() -> None:
    """Across components it is faster; the orders of each component wait for it."""
    reached = {}
    for sits in (False, True):
        world = mission(hours=MORNING)
        if sits:
            order(world, "activate-crisis-team", seat="head-of-mission")
        world.advance(world.now + 6 * HOUR)
        assert world.command.crisis_team_active is sits
        given = world.now
        ref = order(world, "outer-perimeter", "company-1", "base")
        world.advance(world.now + DAY)
        reached[sits] = rows(world, kinds.HOP, ref)[-1].tick - given
    assert reached[True] > reached[False]


def test_a_liaison_team_wins_consent_and_is_away_from_its_other_work() -> None:
    without, with_it, task = pair("joint-liaison", "police", "base", target="governor", hours=2.0)
    assert task.state == "under way"
    assert with_it.forces.units["police"].task is task
    with_it.advance(with_it.now + 3 * DAY)
    without.advance(with_it.now)
    assert moved(without, with_it, "consent/governor") > 0.0


def test_a_warning_speaks_to_one_group_costs_nothing_when_kept_and_credibility_when_it_was_empty() -> None:
    without, with_it, task = pair("warn-group", target="riders", seat="deputy-political", hours=30.0)
    assert task.state == "done"
    heard = [world.deterrence.communication("riders", "town") for world in (without, with_it)]
    assert heard[1] > heard[0]
    assert with_it.deterrence.communication("farmers-men", "town") == without.deterrence.communication(
        "farmers-men", "town"
    )
    for world in (without, with_it):
        ended = world.journal.write(
            kinds.ATTACK_ENDED, world.now, world.journal.name("riders"), (world.beginning,),
            0, 0, 0, world.journal.name("nobody-there"),
        )  # fmt: skip
        world.deterrence.witnessed("riders", False, ended, "town")
    assert with_it.deterrence.credibility("riders") < without.deterrence.credibility("riders")


def test_a_round_with_a_group_takes_its_hours_and_leaves_it_with_a_stand() -> None:
    without, with_it, task = pair("negotiate-with-group", target="riders", seat="deputy-political", hours=80.0)
    assert task.state == "done"
    assert task.ends - task.began >= 6 * HOUR
    assert rows(with_it, kinds.BARGAINED, "riders")
    assert not rows(without, kinds.BARGAINED)


def test_two_public_lines_within_a_day_undo_each_other() -> None:
    world = mission(hours=MORNING)
    lines = world.blueprint.doctrine.responses["strategic-message"].options
    legitimacy = []
    for line in lines[:2]:
        legitimacy.append(world.ledger.value("legitimacy"))
        order(world, "strategic-message", place="town", seat="spokesperson", options=(line,))
        world.advance(world.now + 10 * HOUR)
    legitimacy.append(world.ledger.value("legitimacy"))
    assert legitimacy[1] > legitimacy[0]
    assert legitimacy[2] < legitimacy[1]
    assert rows(world, kinds.CONTRADICTION)


def test_sources_that_are_protected_are_safer_and_tell_less() -> None:
    without, with_it, task = pair("protect-sources", seat="joc", hours=24.0)
    assert task.state == "under way"
    assert with_it.networks.protects("town") > without.networks.protects("town") == 0.0
    assert with_it.parameters["response.protect_sources_withheld"] > 0.0


def test_an_order_to_whom_it_does_not_belong_changes_nothing() -> None:
    world = mission(hours=MORNING)
    before = world.journal.count
    receipt = world.apply(inputs.Order("joc", "shut-gate", "", "base"))
    assert not receipt.accepted
    assert world.journal.count == before
