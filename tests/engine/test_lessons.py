"""What groups learn from their own attempts."""

from __future__ import annotations

import math

import pytest

from sim.engine import kinds
from small_campaign import campaign, group, hours


def test_success_raises_and_failure_lowers_what_is_expected_of_the_same_action() -> None:
    world = campaign()
    lessons, comers = world.groups.lessons, group(world, "comers")
    assert lessons.expected(comers, "raid", 0.4) == 0.4
    lessons.learn(comers, "raid", True, world.beginning)
    after_success = lessons.expected(comers, "raid", 0.4)
    lessons.learn(comers, "raid", False, world.beginning)
    lessons.learn(comers, "raid", False, world.beginning)
    assert lessons.expected(comers, "raid", 0.4) < 0.4 < after_success
    assert lessons.expected(comers, "clash", 0.4) == 0.4, "each kind of action has a memory of its own"


def test_the_expectation_is_the_exact_mean_of_prior_and_faded_outcomes() -> None:
    world = campaign()
    lessons, comers = world.groups.lessons, group(world, "comers")
    prior, half = world.parameters["lessons.prior_weight"], world.parameters["lessons.half_life_hours"]
    lessons.learn(comers, "raid", False, world.beginning)
    hours(world, half)
    lessons.learn(comers, "raid", True, world.beginning)
    hours(world, half)
    won, lost = 0.5, 0.25
    expected = (prior * 0.4 + won) / (prior + won + lost)
    assert lessons.expected(comers, "raid", 0.4) == pytest.approx(expected, abs=1e-5)


def test_every_lesson_names_what_taught_it_and_the_counts_it_leaves() -> None:
    world = campaign()
    comers = group(world, "comers")
    for succeeded in (True, False, True, True, True):
        world.groups.lessons.learn(comers, "move", succeeded, world.beginning)
    taught = [row for row in world.journal.rows() if row.kind is kinds.LESSON]
    assert [row.fields["action"] for row in taught] == ["move"] * 5
    assert taught[-1].fields["successes"] == pytest.approx(4.0)
    assert taught[-1].fields["failures"] == pytest.approx(1.0)
    assert world.beginning in taught[-1].causes
    assert taught[-2].id in taught[-1].causes
    assert len(taught[-1].causes) == 1 + world.parameters["lessons.outcomes_recalled"]


def test_a_group_that_was_beaten_back_marches_less_gladly() -> None:
    odds = []
    for failures in (0, 4):
        world = campaign()
        comers = group(world, "comers")
        for _ in range(failures):
            world.groups.lessons.learn(comers, "move", False, world.beginning)
        prospect = world.groups.choosing.prospect(comers, "test", "east")
        odds.append(world.groups.choosing.odds(comers, prospect)["move"])
    assert odds[1] < odds[0]


def test_looking_at_what_a_group_remembers_changes_nothing() -> None:
    world = campaign()
    comers = group(world, "comers")
    world.groups.lessons.learn(comers, "raid", True, world.beginning)
    hours(world, 100.0)
    before = world.digest()
    seen = [world.groups.lessons.expected(comers, "raid", 0.3) for _ in range(5)]
    assert len(set(seen)) == 1
    assert not math.isnan(world.groups.lessons.experience(comers, "raid"))
    assert world.digest() == before
