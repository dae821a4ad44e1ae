"""The analysis centre weighs what it was told by the grade of whoever told it, and says how sure it is."""

from __future__ import annotations

from itertools import pairwise

import pytest

from sim.engine import kinds
from sim.engine.reports import Told
from sim.engine.ticks import DAY, HOUR
from small_mission import mission, order, rows

CENTRE = (
    "  joc: {role: joc, at: capital-base, under: chief-of-staff}\n",
    "  joc: {role: joc, at: capital-base, under: chief-of-staff}\n"
    "  jmac: {role: jmac, at: capital-base, under: chief-of-staff}\n",
)


def signs(*told: tuple[str, str, str]) -> float:
    """The chance that the centre sees in signs of the town: indicator, source, grade."""
    world = mission(CENTRE)
    for indicator, source, grade in told:
        value = {"market": "shut", "families": "leaving", "herds": "moved"}[indicator]
        world.assessments.heard(Told("town", indicator, value, 0, grade, source), 0)
    return world.assessments.judge("town").chance


def test_the_best_grade_counts_twenty_to_one_and_the_worst_against() -> None:
    world = mission(CENTRE)
    worth = world.assessments.worth
    assert 2.718281828 ** worth("A1") == pytest.approx(20.0, rel=0.01)
    assert 2.718281828 ** worth("E5") == pytest.approx(1 / 3, rel=0.01)
    assert worth("A1") > worth("B2") > worth("C3") > 0.0 > worth("E5")
    assert worth("F6") == worth("A6") == worth("F1") == 0.0


def test_signs_of_several_kinds_count_more_than_one_that_several_tell() -> None:
    none = signs()
    one = signs(("market", "traders", "B2"))
    repeated = signs(("market", "traders", "B2"), ("market", "youth", "B2"))
    several = signs(("market", "traders", "B2"), ("families", "youth", "B2"), ("herds", "women", "B2"))
    assert none < one < repeated < several < 1.0
    assert none == pytest.approx(0.1)


def test_what_is_old_fades_and_reading_does_not_change_it() -> None:
    world = mission(CENTRE)
    world.assessments.heard(Told("town", "market", "shut", 0, "B2", "traders"), 0)
    chances = []
    for day in (1, 3, 9):
        world.advance(day * DAY)
        chances += [world.assessments.judge("town").chance] * 2
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == chances[1] > chances[-1]


def test_whoever_asks_gets_a_word_with_a_grade_of_its_own_hours_later() -> None:
    world = mission(CENTRE, hours=4)
    for number, indicator in enumerate(("market", "families", "herds")):
        value = {"market": "shut", "families": "leaving", "herds": "moved"}[indicator]
        told = Told("town", indicator, value, world.now, "B2", f"source-{number}")
        world.assessments.heard(told, world.now)
    order(world, "threat-assessment", "", "town", seat="chief-of-staff")
    world.advance(2 * DAY)
    row = rows(world, kinds.ASSESSED)[0]
    assert row.fields["likelihood"] == "high"
    assert row.fields["confidence"] == "high"
    assert row.tick > 8 * HOUR
    fact = world.picture("force-commander").facts["town", "likelihood"]
    assert (fact.value, fact.grade) == ("high", "A2")


def test_several_questions_at_once_wait_for_each_other() -> None:
    world = mission(CENTRE, tasks__duration_sigma=0.05)
    for place in ("town", "post", "depot", "base"):
        order(world, "threat-assessment", "", place, seat="chief-of-staff")
    world.advance(3 * DAY)
    done = sorted(row.tick for row in rows(world, kinds.ASSESSED))
    assert len(done) == 4
    work = world.parameters["assessments.work_hours"] * HOUR
    assert all(later - earlier >= work for earlier, later in pairwise(done))


def test_a_place_called_high_sees_violence_more_often_than_one_called_low() -> None:
    """The words mean something: signs come before fights more often than for nothing."""
    soon = ("onset: {uniform: [13d, 14d]}", "onset: {uniform: [2d, 8d]}")
    traders = (
        "information:\n",
        "information:\n"
        "  traders: {kind: traders, places: [town], detects: 0.8, delay: {uniform: [1h, 4h]}, reliability: B}\n"
        "  women: {kind: women-network, places: [town], detects: 0.8, delay: {uniform: [1h, 4h]}, reliability: B}\n",
    )
    outcome: dict[str, list[bool]] = {"low": [], "medium": [], "high": []}
    for seed in range(60):
        world = mission(CENTRE, soon, traders, seed=seed)
        onset = world.blueprint.hostilities["wells"].onset.ticks(world.chance.draw("wells/onset"))
        for day in range(1, 8):
            world.advance(day * DAY)
            if world.now < onset:
                outcome[world.assessments.judge("town").likelihood].append(onset - world.now < DAY)
    shares = {word: sum(came) / len(came) for word, came in outcome.items() if came}
    assert shares["high"] > 2 * shares["low"]
    assert len(outcome["high"]) > 5
