"""Options of groups that campaign: when they are open, what makes them likelier, and what they do."""

from __future__ import annotations

import pytest

from sim.engine import kinds
from sim.engine.armed_group import GroupState
from sim.engine.campaigning import CAMPAIGN
from sim.engine.journal import EventId
from sim.engine.world import World
from small_campaign import campaign, group, hours, rows, share
from small_mission import mission


def odds(world: World, name: str, place: str) -> dict[str, float]:
    armed = group(world, name)
    return world.groups.choosing.odds(armed, world.groups.choosing.prospect(armed, "test", place))


def act(world: World, name: str, action: str, place: str) -> EventId:
    """The group carries out one action at a place, whatever it would have chosen."""
    armed = group(world, name)
    prospect = world.groups.choosing.prospect(armed, f"{name}/test/{action}", place)
    world.groups.acting.act(armed, action, prospect, world.beginning)
    return world.beginning


def test_a_group_without_aims_or_holdings_knows_none_of_these_options() -> None:
    world = mission()
    for armed in world.groups.state.values():
        assert not set(CAMPAIGN) & set(armed.gains)
        assert not armed.campaigns


def test_an_option_that_the_scenario_names_is_open_even_to_a_group_that_stays_at_home() -> None:
    world = mission(("enemies: [riders], talks: 60}", "enemies: [riders], talks: 60, options: {block: 2.0}}"))
    armed = world.groups.state["farmers-men"]
    assert "block" in armed.gains
    prospect = world.groups.choosing.prospect(armed, "test", "town")
    assert "block" in world.groups.choosing.odds(armed, prospect)


def test_only_those_who_want_a_place_march_and_they_want_the_one_they_are_not_in() -> None:
    world = campaign()
    assert {"move", "probe"} <= set(odds(world, "comers", "east"))
    assert not {"move", "probe"} & set(odds(world, "holders", "town"))
    prospect = world.groups.choosing.prospect(group(world, "comers"), "test", "east")
    assert prospect.aim == "town"


@pytest.mark.parametrize("action", ["move", "probe"])
def test_the_more_a_place_is_worth_the_likelier_the_march(action: str) -> None:
    small, great = campaign(("aims: {town: 4}", "aims: {town: 1}")), campaign()
    assert odds(small, "comers", "east")[action] < odds(great, "comers", "east")[action]


def test_troops_at_the_place_it_wants_hold_a_group_back() -> None:
    far, near = (
        campaign(),
        campaign(
            (
                "company-2: {type: infantry-company, contributor: tcc-a, at: capital-base}",
                "company-2: {type: infantry-company, contributor: tcc-a, at: town}",
            )
        ),
    )
    for world in (far, near):
        world.deterrence.heard("comers", world.beginning)
    assert odds(near, "comers", "east")["move"] < odds(far, "comers", "east")["move"]


def test_an_assault_takes_a_place_that_nobody_holds_and_fights_for_one_that_somebody_does() -> None:
    empty = campaign(("home: town\n    strength: {uniform: [200, 201]}", "home: south\n    strength: 200"))
    held = campaign()
    for world in (empty, held):
        act(world, "comers", "move", "east")
        assert rows(world, kinds.COLUMN_LEFT, "comers")[0].fields["purpose"] == "assault"
        hours(world, 30.0)
    assert "town" in group(empty, "comers").places
    assert not rows(empty, kinds.CONTACT, "comers")
    assert rows(held, kinds.CONTACT, "comers")
    assert rows(held, kinds.LESSON, "comers")[-1].fields["action"] in ("move", "clash")


def test_whoever_loses_the_fight_for_a_place_gives_it_up_or_does_not_get_it() -> None:
    outcomes = set()
    for seed in range(8):
        world = campaign(seed=seed)
        act(world, "comers", "move", "east")
        hours(world, 48.0)
        comers, holders = group(world, "comers"), group(world, "holders")
        outcomes.add(("town" in comers.places, "town" in holders.places))
        lesson = rows(world, kinds.LESSON, "comers")
        won = [row.fields["succeeded"] for row in lesson if row.fields["action"] == "move"]
        assert won == [int("town" in comers.places)]
    assert (True, False) in outcomes or (True, True) in outcomes


def test_a_probe_looks_and_stays_nowhere() -> None:
    world = campaign()
    act(world, "comers", "probe", "east")
    (left,) = rows(world, kinds.COLUMN_LEFT, "comers")
    assert left.fields["purpose"] == "probe"
    hours(world, 40.0)
    assert group(world, "comers").places == ["east"]


def test_a_column_that_is_turned_back_is_a_failure_remembered() -> None:
    world = campaign()
    act(world, "comers", "move", "east")
    column = world.columns.of("comers")
    assert column is not None
    world.columns.turn_back(column, world.beginning, "test")
    (lesson,) = rows(world, kinds.LESSON, "comers")
    assert (lesson.fields["action"], lesson.fields["succeeded"]) == ("move", 0)


def test_fighters_on_the_road_are_not_at_home() -> None:
    world = campaign()
    comers = group(world, "comers")
    before = world.groups.present(comers)
    act(world, "comers", "move", "east")
    column = world.columns.of("comers")
    assert column is not None
    assert world.groups.present(comers) == before - column.strength


def test_an_attack_on_a_base_costs_both_sides_and_is_counted() -> None:
    world = campaign()
    company = world.forces.units["company-1"]
    strength, fighters = company.own_strength(), group(world, "holders").strength
    act(world, "holders", "attack-base", "town")
    assert rows(world, kinds.ATTACK, "holders")[0].fields["target"] == "base"
    hours(world, 12.0)
    assert world.measures.value("attacks_on_bases").value == 1
    ended = rows(world, kinds.CONTACT_ENDED, "holders")[0].fields
    lost = ended["peacekeepers_killed"] + ended["peacekeepers_wounded"]
    assert company.own_strength() == strength - lost
    assert group(world, "holders").strength <= fighters
    assert rows(world, kinds.LESSON, "holders")[0].fields["action"] == "attack-base"


def test_losses_make_a_group_readier_to_give_up_a_place() -> None:
    world = campaign(("aims: {town: 3}", "holds: [south]"))
    holders = group(world, "holders")
    whole = odds(world, "holders", "south")["withdraw"]
    holders.strength //= 3
    assert odds(world, "holders", "south")["withdraw"] > whole


def test_who_withdraws_goes_home_and_those_under_it_come_along() -> None:
    followed = []
    for cohesion in (0, 100):
        world = campaign(
            ("aims: {town: 3}", "holds: [south]"),
            ("cohesion: 80, holds: [mine]", f"cohesion: {cohesion}, holds: [south]"),
            relations__follow_floor=0.0001,
        )  # fmt: skip
        act(world, "holders", "withdraw", "south")
        assert group(world, "holders").places == ["town"]
        assert rows(world, kinds.COLUMN_LEFT, "holders")[0].fields["purpose"] == "withdraw"
        followed.append("south" not in group(world, "juniors").places)
    assert followed == [False, True]


def test_who_leaves_a_place_leaves_its_fronts_and_roads_and_is_reported() -> None:
    world = campaign()
    holders: GroupState = group(world, "holders")
    world.groups.roadblocks.lay(holders, "block", "town--mine", "town", 40, "holders/block/1", world.beginning)
    assert world.places.routes["town--mine"].status == "blocked"
    left = world.groups.leave(holders, "town", world.beginning)
    assert holders.places == []
    assert world.truth.value("holders", "at") == ""
    assert world.places.routes["town--mine"].status == "open"
    assert world.groups.opportunities.rate(holders, world.now) == 0.0
    world.groups.enter(holders, "south", left)
    assert world.truth.value("holders", "at") == "south"
    assert next(place for _, place, _ in holders.fronts) == "south"


def test_ambition_alone_brings_opportunities_and_without_it_nothing_stirs() -> None:
    quiet, eager = campaign(days=20), campaign(days=20, groups__ambition_per_day=1.0)
    assert not rows(quiet, kinds.GROUP_ACTED)
    assert rows(eager, kinds.GROUP_ACTED, "comers")
    assert not rows(eager, kinds.GROUP_ACTED, "friends"), "they want no place that they are not in"


def test_a_line_that_is_heard_and_believed_keeps_more_columns_at_home() -> None:
    def marched(heard: bool) -> float:
        worlds = []
        for seed in range(25):
            world = campaign(seed=seed, groups__ambition_per_day=0.8)
            if heard:
                for _ in range(3):
                    world.deterrence.heard("comers", world.beginning)
            hours(world, 24.0 * 10)
            worlds.append(world)
        return share(worlds, lambda world: bool(rows(world, kinds.COLUMN_LEFT, "comers")))

    assert marched(True) <= marched(False)


def test_a_group_whose_fighters_are_all_on_the_road_does_nothing_at_home() -> None:
    world = campaign()
    comers = group(world, "comers")
    world.columns.send(comers, "test", "town", comers.strength, "assault", (world.beginning,))
    assert world.groups.present(comers) == 0
    assert set(odds(world, "comers", "east")) <= {"wait", "disperse", "negotiate", "withdraw"}


def test_a_group_that_marches_is_met_only_where_it_has_come_to_and_close_by() -> None:
    """It may threaten people a hundred kilometres off: nobody fights it there before it has gone there."""
    world = campaign()
    comers = group(world, "comers")
    meets = world.groups.choosing.active
    assert meets(comers, "east")
    assert not meets(comers, "town")
    world.groups.enter(comers, "town", world.beginning)
    assert meets(comers, "town")
    assert meets(comers, "base")


def test_a_group_that_left_for_good_goes_home_to_where_it_went() -> None:
    world = campaign()
    holders = group(world, "holders")
    world.groups.leave(holders, "town", world.beginning)
    world.groups.enter(holders, "south", world.beginning)
    world.groups.enter(holders, "mine", world.beginning)
    holders.guest = "south"
    world.groups.assaults.withdraw(holders, "test", "mine", world.beginning)
    column = world.columns.of("holders")
    assert column is not None
    assert column.toward == "south"


def test_a_group_that_still_gathers_marches_on_nothing() -> None:
    world = campaign(("aims: {town: 4}", "aims: {town: 4}\n    gathers: 10d"))
    assert not {"move", "probe"} & set(odds(world, "comers", "east"))
    hours(world, 241)
    assert {"move", "probe"} <= set(odds(world, "comers", "east"))
