"""Bambari as shipped: it loads in every pattern, asks what it must ask, and its patterns differ as they say."""

from __future__ import annotations

from functools import cache
from typing import Final

import pytest

from sim.engine.blueprint import Blueprint, compile_scenario
from sim.engine.ticks import DAY
from sim.engine.world import World
from sim.scenario import load, tree

PATTERNS: Final = ("historical", "no_line", "no_air", "bluff", "dialogue_first", "tob_ippy")
SEEDS: Final = (1, 2)
TIMED: Final = {"massing": 3, "you-shelter-them": 8, "four-hurt": 37, "dawn-forty": 42, "minister-at-noon": 42}
"""Injects that come on a day, and the day."""
CONDITIONAL: Final = (
    "what-trigger", "icrc-asks", "no-letter", "tell-us-where", "column-in-daylight", "bombed-traders", "i-leave",
)  # fmt: skip
POOL: Final = ("second-threat", "burned-village", "why-to-us", "child-in-custody")
ARMED: Final = ("town-group", "eastern-coalition", "self-defence", "splinter-faction")


@cache
def plan(pattern: str = "historical", fictional: bool = False) -> Blueprint:
    return compile_scenario(load("bambari"), pattern, {}, fictional=fictional)


@cache
def played(pattern: str, seed: int) -> World:
    world = World(plan(pattern), seed)
    world.advance(world.end)
    return world


def facts_asked(pattern: str, inject: str) -> set[tuple[str, str]]:
    condition = plan(pattern).injects[inject].when
    assert condition is not None
    return {(leaf.subject, leaf.attribute) for leaf in tree.leaves(condition) if isinstance(leaf, tree.Fact)}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_loads(pattern: str) -> None:
    assert plan(pattern).units
    assert set(ARMED) < set(plan(pattern).groups)


def test_there_are_no_patterns_but_these() -> None:
    assert set(load("bambari").patterns) == set(PATTERNS)


def test_the_exercise_lasts_sixty_days_and_looks_back_from_the_ninetieth() -> None:
    assert plan().duration == 60 * DAY
    assert plan().epilogue > 90 * DAY


@pytest.mark.parametrize(("inject", "day"), TIMED.items())
def test_injects_of_a_day_come_on_that_day(inject: str, day: int) -> None:
    at = plan().injects[inject].at
    assert at is not None
    start_of_day = (at.ticks(0.5) + 6 * DAY // 24) // DAY
    assert start_of_day == day


@pytest.mark.parametrize("inject", CONDITIONAL)
def test_the_other_injects_wait_for_what_brings_them_about(inject: str) -> None:
    assert plan().injects[inject].when is not None
    assert plan().injects[inject].at is None


def test_the_pool_waits_for_control() -> None:
    assert all(plan().injects[inject].pool for inject in POOL)


def test_the_question_of_the_column_comes_only_by_day_and_for_a_large_one() -> None:
    assert {("eastern-coalition", "column-strength"), ("mission", "daylight")} <= facts_asked(
        "historical", "column-in-daylight"
    )


def test_one_rule_for_every_group() -> None:
    lines = plan().red_lines
    assert set(ARMED) <= set(lines["bambari-line"].groups)
    assert set(lines["eastern-line"].groups) == {"eastern-coalition"}


def test_every_inject_tells_its_trainer_what_to_expect_and_serves_an_objective() -> None:
    for name, inject in load("bambari").injects.items():
        assert inject.expect, name
        assert inject.objective, name


def test_every_decision_offers_two_ways_that_cost_something() -> None:
    for name, decision in load("bambari").decisions.items():
        paid = [option for option in decision.options.values() if any(value < 0 for value in option.touches.values())]
        assert len(paid) >= 2, name
        assert decision.considerations, name
        assert decision.known, name


def test_every_seat_of_the_mission_has_something_to_do_when_nobody_sits_there() -> None:
    scenario = load("bambari")
    served = {order.seat for order in scenario.standing_orders.values()}
    inside = {name for name, seat in scenario.seats.items() if seat.level not in ("outside", "control")}
    assert inside <= served


def test_every_seat_has_something_to_read_beforehand() -> None:
    scenario = load("bambari")
    served = {seat for page in scenario.readahead for seat in page.seats}
    inside = {name for name, seat in scenario.seats.items() if seat.level not in ("outside", "control")}
    assert inside - served <= {"sector-commander-east"}


def test_the_text_says_which_odds_are_assumed_and_that_one_success_proves_little() -> None:
    scenario = load("bambari")
    assert any("One success proves little" in source.note for source in scenario.sources)
    for pattern in ("no_line", "bluff"):
        assert "assumed" in scenario.patterns[pattern].text


def test_fictional_names_change_no_digest() -> None:
    fictional = World(plan(fictional=True), 1)
    fictional.advance(fictional.end)
    assert fictional.journal.digest() == played("historical", 1).journal.digest()
    assert "Bambari" not in fictional.blueprint.reading.names.values()


def test_without_aircraft_no_attack_helicopter_is_there() -> None:
    kinds = {unit.type for unit in plan("no_air").units.values()}
    assert "attack-helicopter" not in kinds
    assert "attack-helicopter" in {unit.type for unit in plan().units.values()}


def test_a_company_more_stands_at_ippy_where_the_base_is_put_there() -> None:
    assert plan("tob_ippy").units["company-4"].at == "ippy-outpost"
    assert plan().units["company-4"].at == "bambari-base"


@pytest.mark.parametrize("pattern", ["no_line", "bluff"])
def test_nobody_fires_on_a_column_for_moving(pattern: str) -> None:
    orders = {order.id for order in plan(pattern).standing_orders}
    assert "fire-on-the-column" not in orders
    assert "fire-on-the-column" in {order.id for order in plan().standing_orders}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("pattern", "option"),
    [
        ("historical", "outer-line"),
        ("no_line", "no-line"),
        ("bluff", "outer-line"),
        ("dialogue_first", "dialogue-first"),
    ],
)
def test_the_first_question_is_answered_as_the_pattern_says(pattern: str, option: str, seed: int) -> None:
    decision = played(pattern, seed).decisions.decisions["line"]
    assert decision.option == option
    assert decision.state == "answered"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_line_is_announced_around_the_eighteenth_day(seed: int) -> None:
    world = played("historical", seed)
    declared = [row.tick for row in world.journal.rows() if row.kind.name == "line-declared"]
    assert declared
    assert 14 * DAY < declared[0] < 22 * DAY


def test_every_question_comes_up_in_one_of_a_few_runs_without_people() -> None:
    asked = {
        decision.spec.id
        for pattern in PATTERNS
        for seed in SEEDS
        for decision in played(pattern, seed).decisions.decisions.values()
        if decision.state != "armed"
    }
    assert asked == set(plan().decisions)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_order_of_a_standing_order_is_refused_at_the_door(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[tuple[str, str]] = []
    issue = World.issue

    def heard(self, entry, causes, rule):  # type: ignore[no-untyped-def]
        receipt = issue(self, entry, causes, rule)
        if not receipt.accepted:
            refused.append((rule, receipt.reason))
        return receipt

    monkeypatch.setattr(World, "issue", heard)
    world = World(plan(), seed)
    world.advance(world.end)
    assert not refused
