"""Contact against its closed forms, and that a course once drawn is only ever cut short."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.agenda import Agenda
from sim.engine.chance import Chance
from sim.engine.contact import ATTACKER, DEFENDER, FireRates, beta_point, draw_air_fire, draw_course
from sim.engine.journal import Journal

NEVER = 1_000_000
STEADY = FireRates(on_attacker=0.01, on_defender=0.02, suppressed_share=1.0, suppressed_after=1e9)


def uniforms(seed: int):
    journal = Journal()
    chance = Chance(seed, journal, Agenda())
    return lambda ordinal: chance.draw("fight/hits", ordinal)


def courses(many: int, attackers: int, defenders: int, minutes: float, rates: FireRates, breaks=(NEVER, NEVER)):
    return [draw_course(uniforms(seed), attackers, defenders, minutes, rates, *breaks) for seed in range(many)]


def mean_and_error(values: list[float]) -> tuple[float, float]:
    mean = math.fsum(values) / len(values)
    variance = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return mean, math.sqrt(variance / len(values))


def test_mean_losses_under_aimed_fire_are_lanchester_s() -> None:
    """Rates are linear while nobody is wiped out, so the process has the mean of its equation exactly (M1)."""
    runs = courses(600, 100, 80, 30.0, STEADY)
    a, b, t = STEADY.on_attacker, STEADY.on_defender, 30.0
    root = math.sqrt(a * b)
    attackers = 100 * math.cosh(root * t) - 80 * math.sqrt(a / b) * math.sinh(root * t)
    defenders = 80 * math.cosh(root * t) - 100 * math.sqrt(b / a) * math.sinh(root * t)
    lost, error = mean_and_error([len(run.attacker_hits) for run in runs])
    assert abs(lost - (100 - attackers)) < 4 * error
    lost, error = mean_and_error([len(run.defender_hits) for run in runs])
    assert abs(lost - (80 - defenders)) < 4 * error


def test_the_first_hit_waits_exponentially() -> None:
    rates = replace(STEADY, on_attacker=0.0)
    waits = [run.defender_hits[0] for run in courses(800, 10, 50, 1e6, rates, (NEVER, 1))]
    mean, error = mean_and_error(waits)
    assert abs(mean - 1 / (10 * 0.02)) < 4 * error
    late = sum(1 for wait in waits if wait > 5.0) / len(waits)
    assert late == pytest.approx(math.exp(-1.0), abs=0.06)


def test_the_ambushed_fire_into_an_area() -> None:
    """Their hits fall with the square of what is left to hit, so the attackers lose less (M2)."""
    aimed = courses(200, 60, 60, 20.0, STEADY)
    area = courses(200, 60, 60, 20.0, replace(STEADY, area_until=20.0))
    assert sum(len(run.attacker_hits) for run in area) < sum(len(run.attacker_hits) for run in aimed)


def test_suppression_slackens_the_fire_by_its_factor() -> None:
    rates = replace(STEADY, on_attacker=0.0, suppressed_share=0.2, suppressed_after=10.0)
    runs = courses(400, 20, 1_000, 30.0, rates)
    early, _ = mean_and_error([sum(1 for hit in run.defender_hits if hit <= 10.0) for run in runs])
    late, _ = mean_and_error([sum(1 for hit in run.defender_hits if hit > 10.0) for run in runs])
    assert early == pytest.approx(20 * 0.02 * 10, rel=0.1)
    assert late == pytest.approx(20 * 0.02 * 20 * 0.2, rel=0.15)


def test_a_side_breaks_at_its_break_point_and_the_fight_is_over() -> None:
    runs = courses(100, 50, 50, 1e5, STEADY, (10, 10))
    for run in runs:
        broken = run.attacker_hits if run.broke == ATTACKER else run.defender_hits
        assert run.broke in {ATTACKER, DEFENDER}
        assert len(broken) == 10
        assert broken[-1] == run.minutes
    wins = sum(1 for run in runs if run.broke == DEFENDER)
    assert wins > 80, "attackers hit twice as often"


@given(st.floats(0.001, 0.999))
def test_break_points_invert_the_beta_distribution(uniform: float) -> None:
    """Beta(3, 12): the chance that at least 3 of 14 uniforms lie below the point is the uniform."""
    point = beta_point(uniform, 3, 12)
    below = math.fsum(math.comb(14, k) * point**k * (1 - point) ** (14 - k) for k in range(3, 15))
    assert below == pytest.approx(uniform, abs=1e-4)


def test_break_points_have_the_mean_of_the_record() -> None:
    points = [beta_point((k + 0.5) / 1_000, 3, 12) for k in range(1_000)]
    assert math.fsum(points) / 1_000 == pytest.approx(0.2, abs=0.001)


def test_cutting_a_fight_short_changes_nothing_that_came_before() -> None:
    whole = draw_course(uniforms(7), 60, 60, 60.0, STEADY, NEVER, NEVER)
    short = draw_course(uniforms(7), 60, 60, 20.0, STEADY, NEVER, NEVER)
    assert short.attacker_hits == tuple(hit for hit in whole.attacker_hits if hit <= 20.0)
    assert short.defender_hits == tuple(hit for hit in whole.defender_hits if hit <= 20.0)


def air(seed: int, rate: float = 0.3, minutes: float = 110.0, breaks: int = NEVER, strength: int = NEVER):
    return draw_air_fire(uniforms(seed), strength, rate, minutes, 10.0, 0.2, breaks)


def test_hits_from_the_air_are_a_poisson_count_whose_rate_falls_once_the_column_is_scattered() -> None:
    hits = [float(len(air(seed).hits)) for seed in range(2_000)]
    mean, error = mean_and_error(hits)
    expected = 0.3 * (10.0 + 0.2 * 100.0)
    assert abs(mean - expected) < 4.0 * error
    variance = math.fsum((each - mean) ** 2 for each in hits) / (len(hits) - 1)
    assert variance == pytest.approx(expected, rel=0.15)


def test_the_first_hit_from_the_air_waits_exponentially() -> None:
    first = [air(seed, rate=2.0).hits[0] for seed in range(2_000)]
    mean, error = mean_and_error(first)
    assert abs(mean - 0.5) < 4.0 * error


@given(seed=st.integers(0, 5_000), breaks=st.integers(1, 20), strength=st.integers(1, 40))
def test_fire_from_the_air_ends_at_the_break_point_or_with_the_last_man_or_in_time(
    seed: int, breaks: int, strength: int
) -> None:
    course = air(seed, breaks=breaks, strength=strength)
    assert len(course.hits) <= min(breaks, strength)
    assert course.broke is (len(course.hits) == min(breaks, strength))
    assert course.minutes <= 110.0
    if course.broke:
        assert course.minutes == course.hits[-1]
