"""Every measure is made of parts that add up, and is undefined rather than wrong."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.doctrine import load_doctrine
from sim.engine import kinds
from sim.engine.blueprint import BenchmarkSpec
from sim.engine.measures import COUNTS
from sim.engine.ticks import DAY, HOUR
from sim.scenario import tree
from small_world import SmallWorld, step

NAMED = (
    "civilians_killed civilians_wounded displaced_peak at_base_peak at_base_share_peak home_share_end "
    "peacekeepers_killed peacekeepers_wounded attacks_on_civilians immediate_response_share response_hours_median "
    "reinforcement_hours caveats_met caveat_hours_lost water_l_per_person_day_min crowd_density_peak consent_host_end "
    "credibility_min_end legitimacy_end decisions_taken decisions_expired wounded_treated attacks_on_site"
).split()


def test_every_measure_promised_is_computed_and_described() -> None:
    world, catalogue = SmallWorld(), load_doctrine().measures
    assert set(NAMED) <= set(world.measures.names())
    assert set(world.measures.names()) == set(catalogue)
    for name in NAMED:
        spec = catalogue[name]
        assert spec.label
        assert spec.unit
        assert spec.numerator
        assert spec.window
        assert spec.worthwhile


def count(world: SmallWorld, tick: int, name: str, amount: float) -> None:
    world.at(tick, lambda: world.measures.count(name, amount, world.row(name)))


@pytest.mark.parametrize("name", COUNTS)
def test_counts_add_up(name: str) -> None:
    world = SmallWorld()
    for hour, amount in enumerate((3.0, 4.0, 0.5), 1):
        count(world, hour * HOUR, name, amount)
    world.run(2 * HOUR + 1)
    assert world.measures.value(name).value == 7.0
    world.run(DAY)
    assert world.measures.value(name).value == 7.5
    assert math.fsum(part.amount for part in world.measures.contributions(name)) == 7.5


def test_the_score_stands_at_the_end_whatever_the_epilogue_brings() -> None:
    world = SmallWorld(horizon=30 * DAY, marks=(15 * DAY, 20 * DAY, 30 * DAY))
    standing = world.ledger.open("legitimacy", 50.0)
    count(world, DAY, "civilians_killed", 5)
    count(world, 15 * DAY, "civilians_killed", 100)
    count(world, 18 * DAY, "civilians_killed", 1_000)
    world.at(16 * DAY, lambda: world.ledger.enter(standing, -30.0, (world.row(),), 0))
    world.at(16 * DAY, lambda: setattr(world.people, "home", lambda: 100))
    world.run(15 * DAY)
    scored = world.measures.values()
    world.run(30 * DAY)
    assert world.measures.values() == scored
    assert scored["civilians_killed"].value == 5
    assert scored["home_share_end"].value == 0.9
    later = world.measures.epilogue()
    assert later[20 * DAY]["civilians_killed"].value == 1_105
    assert later[20 * DAY]["legitimacy_end"].value == 20.0
    assert later[30 * DAY]["home_share_end"].value == 0.1


def test_a_share_over_nothing_is_undefined() -> None:
    world = SmallWorld()
    world.run(DAY)
    share = world.measures.value("immediate_response_share")
    assert (share.value, share.denominator) == (None, 0.0)
    assert world.measures.value("response_hours_median").value is None
    assert world.measures.value("water_l_per_person_day_min").value is None


def test_immediate_means_that_somebody_was_there_before_it_ended() -> None:
    world = SmallWorld()
    for hour in range(1, 6):
        count(world, hour * HOUR, "attacks_on_civilians", 1)
    count(world, 2 * HOUR, "immediate_responses", 1)
    for hours in (0.5, 9.0, 2.0, 4.0):
        count(world, 3 * HOUR, "response_hours", hours)
    world.run(DAY)
    assert world.measures.value("immediate_response_share").value == 0.2
    assert world.measures.value("response_hours_median").value == 3.0


def test_arrival_counts_what_never_came_at_the_longest_wait() -> None:
    world = SmallWorld()
    longest = world.parameters["attacks.late_response_hours"]
    for hour in range(1, 5):
        count(world, hour * HOUR, "attacks_on_civilians", 1)
    for hours in (0.5, longest + 6.0):
        count(world, 3 * HOUR, "response_hours", hours)
    world.run(DAY)
    arrival = world.measures.value("arrival_hours")
    assert (arrival.numerator, arrival.denominator) == (0.5 + 3 * longest, 4.0)
    assert world.measures.value("never_reached_share").value == 0.5


def test_reinforcement_counts_from_the_first_shots_to_a_site_it_did_not_start_at() -> None:
    unit: Any = SimpleNamespace(home="town")
    world = SmallWorld()
    world.at(10 * HOUR, lambda: world.truth.event("onset", "town", world.row("shots")))
    world.at(11 * HOUR, lambda: world.measures.reinforced(unit, "town", world.row()))
    world.run(20 * HOUR)
    missing = world.measures.value("reinforcement_hours")
    assert (missing.value, missing.censored) == (None, True)
    world.at(34 * HOUR, lambda: world.measures.reinforced(unit, "base", world.row("arrival")))
    world.at(50 * HOUR, lambda: world.measures.reinforced(unit, "base", world.row("second")))
    world.run(3 * DAY)
    assert world.measures.value("reinforcement_hours").value == 24.0


def test_the_lowest_counterpart_is_the_consent_of_the_host_state() -> None:
    world = SmallWorld()
    world.blueprint.counterparts.update({"governor": object()})
    world.ledger.open("consent/capital", 60.0)
    world.ledger.open("consent/governor", 30.0)
    world.ledger.open("consent/not-a-counterpart", 1.0)
    world.run(DAY)
    assert world.measures.value("consent_host_end").value == 30.0


@given(
    st.floats(0, 100), st.floats(0, 100), st.integers(0, 200),
    st.lists(st.tuples(st.integers(1, 300), st.floats(-60, 60)), max_size=8),
)  # fmt: skip
def test_a_standing_is_the_sum_of_where_it_began_and_what_moved_it(
    start: float, base: float, half_life: int, moves: list[tuple[int, float]]
) -> None:
    world = SmallWorld()
    standing = world.ledger.open("legitimacy", start, base, half_life * HOUR)
    for hour, amount in moves:
        world.at(hour * HOUR, lambda amount=amount: world.ledger.enter(standing, amount, (world.row(),), 0))
    world.run(13 * DAY)
    found = world.measures.value("legitimacy_end").value
    parts = world.measures.contributions("legitimacy_end")
    assert found == pytest.approx(standing.value_at(13 * DAY), abs=1e-9)
    assert math.fsum(part.amount for part in parts) == found
    assert parts[0].row == -1


def test_places_left_without_troops_are_counted_until_somebody_is_back() -> None:
    world = SmallWorld()
    world.at(HOUR, lambda: world.measures.exposed("town", 0.5, world.row("left")))
    world.at(11 * HOUR, lambda: world.measures.covered("town", world.row("back")))
    world.at(20 * HOUR, lambda: world.measures.exposed("town", 1.0, world.row("left")))
    world.run(24 * HOUR)
    assert world.measures.value("origin_exposed_hours").value == pytest.approx(9.0)


def test_a_benchmark_notes_when_it_is_met_and_when_no_longer() -> None:
    watched = BenchmarkSpec("calm", "Calm", tree.Fact("town", "violence", "equals", "quiet"))
    world = SmallWorld(benchmarks={"calm": watched})
    word = {"town": "fighting"}
    world.truth.provide("violence", word.get)

    def become(now: str) -> None:
        word["town"] = now
        world.truth.changed("town", "violence", world.row(now))

    world.at(HOUR, lambda: become("quiet"))
    world.at(3 * HOUR, lambda: become("fighting"))
    world.run(DAY)
    assert [(tick, state) for tick, state, _ in world.measures.benchmarks["calm"]] == [(HOUR, True), (3 * HOUR, False)]


def test_a_step_of_the_procedure_is_timed_from_when_the_mission_knew() -> None:
    flash = step("flash", tree.Event("submitted", "flash-report"))
    world = SmallWorld(procedure=[flash, step("never", tree.Event("submitted", "sitrep"))])
    world.intelligence.tell("shots", "site", ("joc",), world.row(), urgent=True, delay=2 * HOUR)
    world.at(5 * HOUR, lambda: world.truth.event("submitted", "flash-report", world.row()))
    world.run(DAY)
    done, never = world.procedure.steps
    assert (done.done, done.late) == (5 * HOUR, 2 * HOUR)
    assert never.done is None
    assert world.rows(kinds.PROCEDURE_STEP)[0].fields == {"step": "flash", "late": 2 * HOUR}
