"""What holds at every moment of every shipped scenario, whatever is put in: people, places, standings, replay."""

from __future__ import annotations

import math
import random
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import small_campaign
import small_mission
from sessions import SCENARIOS, blueprint, play, replay, session
from sim.engine import inputs, kinds
from sim.engine.blueprint import compile_scenario
from sim.engine.ledger import HIGHEST, LOWEST
from sim.engine.ticks import DAY, HOUR, Tick
from sim.engine.world import Fork, World
from sim.scenario import load

DAYS = 10
STEPS = 50
every_scenario = pytest.mark.parametrize("scenario", SCENARIOS)
random_play = pytest.mark.parametrize("seed", [1, 2])


@cache
def played(scenario: str, seed: int) -> tuple[World, list[tuple[Tick, inputs.Input]]]:
    """A session that several laws look at; nobody changes it."""
    return play(seed, steps=STEPS, hours=DAYS * 24.0, scenario=scenario)


def test_every_scenario_that_is_shipped_is_held_to_the_laws() -> None:
    shipped = Path(__file__).parents[2] / "scenarios"
    assert sorted(SCENARIOS) == sorted(path.stem for path in shipped.glob("*.yaml"))


# People


def people_are_conserved(world: World) -> None:
    """Home, on the way, at a site, hosted and dead are the population, and what sites count are those people."""
    at_site: Counter[str] = Counter()
    for state in world.people.communities.values():
        sites = {place: people for place, people in state.away.items() if place in world.people.site_places}
        hosted = {place: people for place, people in state.away.items() if place not in sites}
        found = state.home + state.moving + sum(sites.values()) + sum(hosted.values()) + state.dead
        assert found == state.population, state.id
        assert min(state.home, state.moving, state.dead, *state.away.values(), 0) == 0, state.id
        assert sum(party.people for party in state.displaced) == sum(state.away.values()), state.id
        assert all(party.people > 0 for party in state.displaced), state.id
        at_site.update(sites)
    for site in world.sites.state.values():
        assert site.inside + site.waiting == at_site[site.id], site.id
        assert sum(party.people for party in site.within) == site.inside, site.id
        assert sum(party.people for party in site.line) == site.waiting, site.id
    assert world.people.home_total == sum(state.home for state in world.people.communities.values())


# Places


def nothing_is_in_two_places(world: World) -> None:
    """Units, columns and parties: each in one place or on one way, and no fighter twice."""
    listed = Counter(unit.id for place in world.blueprint.places for unit in world.forces.at(place))
    for unit in world.forces.units.values():
        own = unit.place != "" and not unit.within
        assert listed[unit.id] in ({1} if own and unit.strength > 0 else {0, 1} if own else {0}), unit.id
        assert bool(unit.place) != bool(unit.destination) or unit.within, unit.id
        if own and listed[unit.id]:
            assert unit in world.forces.at(unit.place), unit.id
        if unit.within:
            assert unit.parent is not None
            assert unit.place == unit.parent.place, unit.id
        assert 0 <= unit.own_strength() <= unit.strength <= unit.spec.strength, unit.id
    assert set(listed.values()) <= {1}
    for group, column in world.columns.on_the_road.items():
        assert column.group.id == group
        behind, ahead = world.columns.stretch(column)
        assert {behind, ahead} <= set(world.blueprint.places)
        assert 0 <= world.columns.away(group) <= world.groups.state[group].strength, group
    for group in world.groups.state.values():
        assert len(set(group.places)) == len(group.places), group.id
        assert group.at == "" or group.at in world.blueprint.places, group.id
    seen = Counter(
        id(party) for site in world.sites.state.values() for parties in (site.within, site.line) for party in parties
    )
    for state in world.people.communities.values():
        assert len({id(party) for party in state.displaced}) == len(state.displaced), state.id
        for party in state.displaced:
            assert seen[id(party)] == (party.place in world.people.site_places), (state.id, party.number)
    assert set(seen.values()) <= {1}


def journeys_alternate(world: World) -> None:
    """By the journal alone: whoever departs was there, and whoever arrives had departed for there."""
    bound: dict[str, str] = {}
    for row in world.journal.rows():
        if row.kind is kinds.DEPARTED:
            assert row.subject not in bound, row
            bound[row.subject] = row.fields["destination"]
        elif row.kind is kinds.ARRIVED and row.subject in world.forces.units:
            assert bound.pop(row.subject, "") == row.fields["place"], row


@every_scenario
@random_play
def test_people_are_conserved_and_nothing_is_in_two_places_at_any_moment_of_random_play(
    scenario: str, seed: int
) -> None:
    world = World(blueprint(scenario=scenario), seed)
    for _ in session(world, seed, STEPS):
        people_are_conserved(world)
        nothing_is_in_two_places(world)
    while world.now < DAYS * DAY:
        world.advance(world.now + 13 * HOUR)
        people_are_conserved(world)
        nothing_is_in_two_places(world)
        if world.now >= world.horizon:
            break
    journeys_alternate(world)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), campaign=st.booleans(), hours=st.lists(st.integers(1, 60), min_size=1, max_size=6))
def test_people_are_conserved_and_nothing_is_in_two_places_in_random_small_worlds(
    seed: int, campaign: bool, hours: list[int]
) -> None:
    world = small_campaign.campaign(seed=seed) if campaign else small_mission.mission(seed=seed)
    luck = random.Random(seed)
    for many in hours:
        place = luck.choice(list(world.blueprint.places))
        world.people.shock(place, luck.uniform(10.0, 90.0), world.beginning)
        world.people.harm(place, luck.uniform(0.0, 50.0), 2.0, world.beginning)
        list(session(world, seed + many, 4))
        world.advance(world.now + many * HOUR)
        people_are_conserved(world)
        nothing_is_in_two_places(world)


# Standings


@every_scenario
@random_play
def test_the_rows_of_the_ledger_explain_every_standing_exactly_fading_included(scenario: str, seed: int) -> None:
    """From the journal alone: what each entry added, as far as it has faded since, is the value."""
    world, _ = played(scenario, seed)
    entries: dict[str, list[tuple[Tick, float, float]]] = {}
    for row in world.journal.rows():
        if row.kind is kinds.LEDGER:
            entries.setdefault(row.subject, []).append((row.tick, row.fields["amount"], row.fields["cut"]))
    assert entries.keys() <= world.ledger.standings.keys()
    luck = random.Random(seed)
    moments = [0, world.now, *(luck.randrange(world.now) for _ in range(6))]
    for name, standing in world.ledger.standings.items():
        for moment in moments:
            value = standing.base + (standing.start - standing.base) * math.exp(-standing.rate * moment)
            terms = [
                amount * math.exp(-standing.rate * (moment - tick))
                for tick, amount, _ in entries.get(name, ())
                if tick <= moment
            ]
            parts = math.fsum(amount for _, amount in standing.parts(0, moment))
            assert math.isclose(math.fsum((value, *terms)), standing.start + parts, abs_tol=1e-6), (name, moment)
        assert math.isclose(
            standing.start + math.fsum(amount for _, amount in standing.parts(0, world.now)),
            standing.value_at(world.now), abs_tol=1e-6,
        ), name  # fmt: skip
        assert LOWEST <= standing.value_at(world.now) <= HIGHEST, name


@every_scenario
def test_what_a_limit_cuts_off_is_written_beside_what_was_applied(scenario: str) -> None:
    world = World(blueprint(scenario=scenario), 1)
    world.apply(inputs.SeatHeld("control", True))
    for amount in (70.0, 70.0, -250.0):
        world.apply(inputs.AdjustStanding("control", "legitimacy", amount))
    rows = [row for row in world.journal.rows() if row.kind is kinds.LEDGER and row.subject == "legitimacy"]
    assert [round(row.fields["amount"] + row.fields["cut"]) for row in rows] == [70, 70, -250]
    assert world.ledger.value("legitimacy") == LOWEST


# Rows, replay, readings, names, futures


@every_scenario
@random_play
def test_every_row_of_random_play_has_earlier_causes_or_is_a_beginning(scenario: str, seed: int) -> None:
    world, _ = played(scenario, seed)
    for row in world.journal.rows():
        assert all(0 <= cause < row.id for cause in row.causes), row
        assert len(row.causes) <= 8, row
        assert row.causes or row.kind.root, row


@every_scenario
@random_play
def test_random_play_replays_exactly(scenario: str, seed: int) -> None:
    world, record = played(scenario, seed)
    again = replay(seed, record, world.now, scenario)
    assert again.digest() == world.digest()
    assert again.journal.marks == world.journal.marks


@every_scenario
def test_looking_at_random_play_changes_nothing(scenario: str) -> None:
    watched, alone = World(blueprint(scenario=scenario), 3), World(blueprint(scenario=scenario), 3)
    luck = random.Random(3)
    for world in (watched, alone):
        for _ in session(world, 3, STEPS):
            if world is watched and not luck.randrange(3):
                seat = luck.choice(list(world.blueprint.seats))
                watched.picture(seat)
                watched.explain(luck.choice(list(watched.measure_values())))
                watched.apply(inputs.AskedWhy(seat, luck.choice([*world.blueprint.groups, *world.blueprint.places])))
        world.advance(DAYS * DAY)
    assert watched.digest() == alone.digest()


@every_scenario
def test_fictional_names_change_no_digest(scenario: str) -> None:
    """With random play too: what people put in are ids, and names are only shown."""
    digests = []
    for fictional in (False, True):
        world = World(blueprint(scenario=scenario, fictional=fictional), 5)
        list(session(world, 5, STEPS))
        world.advance(DAYS * DAY)
        digests.append(world.digest())
    real, invented = (blueprint(scenario=scenario, fictional=fictional).reading.names for fictional in (False, True))
    assert digests[0] == digests[1]
    assert real.keys() == invented.keys()


@every_scenario
def test_futures_share_the_past_and_the_first_is_the_luck_that_was_played(scenario: str) -> None:
    fork = 3 * DAY
    worlds = [World(blueprint(scenario=scenario), 4)]
    worlds += [World(blueprint(scenario=scenario), 4, fork=Fork(fork, index)) for index in (0, 1, 2)]
    for world in worlds:
        world.advance(fork)
    assert len({world.digest() for world in worlds}) == 1
    for world in worlds:
        world.advance(DAYS * DAY)
    played_on, first, *others = (world.digest() for world in worlds)
    assert first == played_on
    assert len({first, *others}) == 3


@every_scenario
def test_every_pattern_of_every_scenario_begins_and_keeps_the_laws(scenario: str) -> None:
    for pattern in load(scenario).patterns:
        world = World(compile_scenario(load(scenario), pattern), 2)
        world.advance(4 * DAY)
        people_are_conserved(world)
        nothing_is_in_two_places(world)
        journeys_alternate(world)
