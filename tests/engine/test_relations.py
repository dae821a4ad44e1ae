"""Allies whom a fight draws in, and groups under another's command."""

from __future__ import annotations

from sim.engine import kinds
from sim.engine.world import World
from small_campaign import campaign, group, hours, rows, share


def fight(world: World) -> World:
    """Those who hold the town are fought where they are."""
    comers, holders = group(world, "comers"), group(world, "holders")
    world.groups.clashes.start("test", comers, holders, "town", (80, 60), 60.0, (world.beginning,))
    return hours(world, 4.0)


def thought_of(world: World, name: str) -> bool:
    return any("/ally/" in row.subject and name in row.subject for row in rows(world, kinds.CHOICE))


def test_a_friend_within_reach_thinks_whether_the_fight_is_his_and_a_stranger_does_not() -> None:
    world = fight(campaign(("home: mine, strength", "home: town, strength")))
    assert thought_of(world, "friends")
    assert not thought_of(fight(campaign(("allies: [comers], ", ""))), "friends")


def test_a_friend_who_is_there_joins_more_often_than_he_would_without_the_friendship() -> None:
    there = ("home: mine, strength", "home: town, enemies: [holders], strength")

    def joined(gain: float) -> float:
        worlds = [fight(campaign(there, seed=seed, relations__ally_gain=gain)) for seed in range(12)]
        return share(worlds, lambda world: bool(rows(world, kinds.CONTACT, "friends")))

    assert joined(2.0) > joined(0.0)


def test_a_friend_elsewhere_may_march_to_it() -> None:
    ready = ("allies: [comers], holds: [east]}", "allies: [comers], enemies: [holders], aims: {town: 5}}")
    marched = [
        row.fields["purpose"]
        for seed in range(8)
        for row in rows(fight(campaign(ready, seed=seed)), kinds.COLUMN_LEFT, "friends")
    ]
    assert "reinforce" in marched


def test_those_of_one_command_are_friends_and_enemies_are_enemies_both_ways() -> None:
    world = campaign()
    relations = world.groups.relations
    holders, juniors, comers = group(world, "holders"), group(world, "juniors"), group(world, "comers")
    assert relations.friends(holders, juniors)
    assert relations.friends(juniors, holders)
    assert relations.enemies(comers, holders)
    assert relations.enemies(holders, comers)
    assert not relations.friends(holders, comers)


def test_cohesion_makes_a_group_follow_and_rivalry_keeps_it_from_following() -> None:
    def followed(*pairs: tuple[str, str]) -> float:
        found = 0
        for seed in range(40):
            world = campaign(*pairs, seed=seed)
            principal, junior = group(world, "holders"), group(world, "juniors")
            found += world.groups.relations.follows(junior, principal, "test", world.beginning)[0]
        return found / 40

    loyal = followed()
    loose = followed(("under: holders, cohesion: 80", "under: holders, cohesion: 5"))
    rivals = followed(("cohesion: 80, holds: [mine]", "cohesion: 80, aims: {town: 2}"))
    assert loose < loyal
    assert rivals < loyal
