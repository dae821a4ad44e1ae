"""Fear, flight, refuge and return on a small map: whole people, closed forms, causes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import kinds
from sim.engine.casualties import evenly
from sim.engine.flight import Fading, walking_ticks
from sim.engine.ticks import DAY, HOUR
from town_and_base import TownAndBase, fight

# Closed forms


@given(level=st.floats(-0.05, 0.05), swing=st.floats(-0.2, 0.2), half=st.floats(2.0, 80.0), hours=st.floats(0.5, 200.0))
@settings(max_examples=60, deadline=None)
def test_the_integral_of_a_fading_hazard_agrees_with_adding_it_up(
    level: float, swing: float, half: float, hours: float
) -> None:
    hazard = Fading(level / HOUR, swing / HOUR, math.log(2.0) / (half * HOUR))
    steps = 20_000
    width = hours * HOUR / steps
    added = math.fsum(hazard.at((step + 0.5) * width) * width for step in range(steps))
    assert hazard.integral(hours * HOUR) == pytest.approx(added, rel=1e-3, abs=1e-6)


@given(
    level=st.floats(-0.05, 0.05),
    swing=st.floats(-0.2, 0.2),
    half=st.floats(2.0, 80.0),
    amount=st.floats(0.001, 4.0),
)
@settings(max_examples=200, deadline=None)
def test_a_threshold_is_reached_at_the_tick_at_which_the_integral_has_its_value(
    level: float, swing: float, half: float, amount: float
) -> None:
    hazard = Fading(level / HOUR, swing / HOUR, math.log(2.0) / (half * HOUR))
    ticks = hazard.reaches(amount)
    if ticks is None or ticks > 400 * DAY:
        assert hazard.integral(400 * DAY) < amount + 1e-9
    else:
        assert hazard.integral(ticks) == pytest.approx(amount, abs=1e-6)


def test_people_with_children_walk_a_stretch_a_day() -> None:
    assert walking_ticks(2.0, 4.0, 20.0, HOUR, DAY) == HOUR // 2
    assert walking_ticks(45.0, 5.0, 20.0, HOUR, DAY) == 2 * DAY + HOUR


@given(
    counts=st.lists(st.integers(0, 3_000), min_size=1, max_size=30),
    share=st.floats(0.0, 1.0),
    uniform=st.floats(0.0, 0.999999),
)
def test_harm_is_spread_over_people_evenly_and_whole(counts: list[int], share: float, uniform: float) -> None:
    hits = math.floor(sum(counts) * share)
    spread = evenly(counts, hits, uniform)
    assert sum(spread) == hits
    for count, hit in zip(counts, spread, strict=True):
        assert 0 <= hit <= count
        if hits:
            assert abs(hit - count * hits / sum(counts)) <= 1.0


# Flight


def test_nobody_moves_without_a_cause() -> None:
    world = TownAndBase()
    world.run_to(15 * 24)
    assert world.people.displaced() == 0
    assert {row.kind for row in world.journal.rows()} == {kinds.SCENARIO, kinds.POPULATION}


def test_every_departure_goes_back_to_what_frightened_people() -> None:
    world = TownAndBase()
    world.run_to(10)
    shots = world.event()
    world.people.shock("town", 60.0, shots)
    world.run_to(5 * 24)
    fled = [row for row in world.journal.rows() if row.kind is kinds.FLED]
    assert fled
    for row in fled:
        chain = list(row.causes)
        while chain and shots not in chain:
            chain = [cause for event in chain for cause in world.journal.causes(event)]
        assert shots in chain


def test_half_of_those_who_flee_have_reached_the_base_within_a_day_of_the_first_shots() -> None:
    halves = []
    for seed in range(1, 8):
        world = TownAndBase(seed)
        world.run_to(20)
        arrivals: list[tuple[int, int]] = []
        fight(world)
        world.run_to(20 + 8 * 24)
        for row in world.journal.rows():
            if row.kind is kinds.REACHED and row.fields["place"] == "base":
                arrivals.append((row.tick, row.fields["people"]))
        total = sum(people for _, people in arrivals)
        assert total > 20_000
        passed = 0
        for tick, people in arrivals:
            passed += people
            if 2 * passed >= total:
                halves.append(tick / HOUR - 20)
                break
    assert 8.0 <= sorted(halves)[len(halves) // 2] <= 24.0


def test_most_go_to_the_base_two_kilometres_away_and_some_to_each_refuge() -> None:
    shares = []
    elsewhere = 0
    for seed in range(1, 6):
        world = TownAndBase(seed)
        fight(world)
        world.run_to(6 * 24)
        people = world.people
        elsewhere += people.sheltering("north") + people.sheltering("south")
        shares.append(people.at_base_share_peak)
    assert elsewhere > 0
    assert 0.7 <= sorted(shares)[2] < 1.0


def test_troops_in_the_street_keep_people_at_home() -> None:
    gone = []
    for heads in (0.0, 400.0):
        world = TownAndBase(3)
        world.forces.presence = lambda where, heads=heads: heads
        world.people.presence_changed("town", world.event())
        world.run_to(20)
        world.people.shock("town", 40.0, world.event())
        world.run_to(72)
        gone.append(world.people.displaced())
    assert gone[1] < gone[0]


def test_fear_falls_with_distance_and_for_those_who_fear_others() -> None:
    world = TownAndBase()
    cause = world.event()
    world.people.shock("south", 40.0, cause)
    far = world.people.communities["farmers"].fear.value_at(world.now)
    assert far == pytest.approx(5.0 + 40.0 * math.exp(-25.0 / world.parameters["people.shock_km"]), rel=0.02)
    other = TownAndBase()
    other.people.shock("town", 40.0, other.event(), "soldiers")
    assert other.people.communities["farmers"].fear.value_at(0) == pytest.approx(
        5.0 + 40.0 * other.parameters["people.unthreatened_share"], rel=1e-5
    )


def test_fear_that_control_adjusts_makes_people_leave() -> None:
    world = TownAndBase()
    fear = world.ledger.standings["fear/farmers"]
    world.run_to(20)
    row = world.ledger.enter(fear, 60.0, (world.event(),), 0)
    world.people.standing_moved(fear, row)
    world.run_to(48)
    assert world.people.displaced() > 5_000


def test_reading_changes_nothing() -> None:
    quiet, watched = TownAndBase(5), TownAndBase(5)
    fight(quiet)
    quiet.run_to(100)

    def look() -> None:
        watched.people.displaced()
        watched.people.home_share()
        watched.people.at("base")
        watched.sites.tension("base")
        watched.sites.litres("base")
        watched.sites.cover("base")

    for hour in (20.0, 26.0, 34.0, 44.0, 50.0):
        watched.run_to(hour, look)
        watched.people.shock("town", 45.0, watched.event(), "riders")
    watched.run_to(100, look)
    assert quiet.journal.digest() == watched.journal.digest()


def test_a_wave_starts_with_a_readiness_of_its_own() -> None:
    """Binomial noise among tens of thousands would fake certainty: runs differ by more than that."""
    gone = []
    for seed in range(1, 13):
        world = TownAndBase(seed)
        world.run_to(20)
        world.people.shock("town", 45.0, world.event())
        world.run_to(32)
        gone.append(world.people.displaced() / 60_000)
    mean = sum(gone) / len(gone)
    spread = math.sqrt(sum((share - mean) ** 2 for share in gone) / len(gone))
    assert spread > 0.02


# Return


def test_a_credible_agreement_brings_nearly_all_home_within_six_days() -> None:
    shares = []
    for seed in range(1, 6):
        world = TownAndBase(seed)
        fight(world)
        world.run_to(7 * 24)
        away = world.people.displaced()
        assert away > 20_000
        world.people.settle("town", 1.0, world.event())
        world.run_to(13 * 24, world.balanced)
        shares.append(1.0 - world.people.displaced() / away)
    assert 0.85 <= sorted(shares)[2] <= 1.0


def test_without_an_agreement_hardly_anybody_goes_home() -> None:
    world = TownAndBase(2)
    fight(world)
    world.run_to(7 * 24)
    away = world.people.displaced()
    world.run_to(11 * 24)
    assert world.people.displaced() > 0.85 * away


def test_a_broken_agreement_stops_the_return() -> None:
    world = TownAndBase(2)
    fight(world)
    world.run_to(7 * 24)
    world.people.settle("town", 1.0, world.event())
    world.run_to(8 * 24)
    world.people.unsettle("town", world.event())
    gone = world.people.home() + world.people.moving()
    displaced = [party for state in world.people.communities.values() for party in state.displaced]
    decided = sum(party.people for party in displaced if party.leaving)
    world.run_to(11 * 24)
    assert world.people.home() <= (gone + decided) * 1.05


def test_buses_take_a_share_home_settled_or_not() -> None:
    world = TownAndBase(2)
    fight(world)
    world.run_to(5 * 24)
    before = world.people.sheltering("base")
    taken = world.people.forced_return(world.event(), 0.5)
    assert taken == pytest.approx(before / 2, rel=0.1)
    assert world.people.sheltering("base") == before - taken
    world.balanced()


# Harm


def test_harm_never_takes_more_than_are_there() -> None:
    world = TownAndBase(people=1_000.0)
    killed, wounded = world.people.harm("town", 5_000.0, 3.0, world.event())
    assert killed == 1_000
    assert wounded == 0
    assert world.people.home() == 0
    assert world.people.harm("town", 10.0, 3.0, world.event()) == (0, 0)
    assert world.people.harm("base", 10.0, 3.0, world.event(), inside=True) == (0, 0)
    world.balanced()


def test_harm_has_the_mean_it_was_asked_for() -> None:
    world = TownAndBase()
    counts = [world.people.harm("town", 0.3, 3.0, world.event()) for _ in range(2_000)]
    assert sum(killed for killed, _ in counts) / 2_000 == pytest.approx(0.3, abs=0.04)
    assert sum(wounded for _, wounded in counts) / 2_000 == pytest.approx(0.9, abs=0.05)
    assert world.notes.counted["civilians_killed"] == sum(killed for killed, _ in counts)


def test_wounded_in_town_are_carried_to_the_site() -> None:
    world = TownAndBase()
    world.people.strike("town", 0, 20, world.event())
    world.run_to(72)
    assert 8 <= world.sites.state["base"].aid.arrived <= 16


steps = st.lists(
    st.tuples(
        st.sampled_from(("shock", "harm", "strike", "settle", "unsettle", "buses", "expel", "gate", "attack", "wait")),
        st.floats(0.0, 1.0),
        st.sampled_from(("town", "base", "north")),
    ),
    min_size=1,
    max_size=25,
)


@given(steps=steps, seed=st.integers(0, 2**31), crowd=st.integers(0, 40_000), hours=st.floats(1.0, 20.0))
@settings(max_examples=40, deadline=None)
def test_nobody_is_lost_and_nobody_is_made(
    steps: list[tuple[str, float, str]], seed: int, crowd: int, hours: float
) -> None:
    world = TownAndBase(seed, people=float(crowd))
    world.people.shock("town", 60.0, world.event())
    for action, amount, where in steps:
        row = world.event()
        match action:
            case "shock":
                world.people.shock(where, 100 * amount, row)
            case "harm":
                world.people.harm(where, 400 * amount, 3.0, row, inside=where == "base")
            case "strike":
                world.people.strike(where, round(3_000 * amount), 5, row, inside=amount > 0.5)
            case "settle":
                world.people.settle("town", amount, row)
            case "unsettle":
                world.people.unsettle("town", row)
            case "buses":
                world.people.forced_return(row, amount)
            case "expel":
                world.people.expel("base", amount, row)
            case "gate":
                world.sites.set_gate("base", ("shut", "open", "search")[math.floor(2.99 * amount)], row)
            case "attack":
                world.sites.attack("base", 50.0, row)
            case _:
                pass
        world.run_to(world.now / HOUR + hours, world.balanced)
    world.balanced()
    assert world.people.home() + world.people.displaced() + world.people.dead == world.people.population
