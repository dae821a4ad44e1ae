"""A mile from the town: what is heard there, and what is known, hangs on whether anybody speaks (F34)."""

from __future__ import annotations

import pytest

from sim.engine.blueprint import compile_scenario
from sim.engine.world import World
from sim.scenario import load

SEEDS = 60
SOON_H = 6.0
BLIND, SPEAKING = "blind", "with_interpreter_and_liaison"


@pytest.fixture(scope="module")
def hours() -> dict[str, list[float | None]]:
    """Hours until the first attack was known for what it was, by pattern, with the same luck."""
    scenario = load("near_and_blind")
    found: dict[str, list[float | None]] = {}
    for pattern in (BLIND, SPEAKING):
        plan = compile_scenario(scenario, pattern)
        for seed in range(SEEDS):
            world = World(plan, seed, keep_journal=False)
            world.advance(world.end)
            assert world.truth.first("attack", "lubende") is not None
            found.setdefault(pattern, []).append(world.measure_values()["detection_hours"].value)
    return found


def soon(hours: list[float | None]) -> int:
    return sum(1 for each in hours if each is not None and each <= SOON_H)


def test_those_who_speak_know_within_hours_what_the_blind_learn_later(hours: dict[str, list[float | None]]) -> None:
    assert soon(hours[SPEAKING]) > 2 * soon(hours[BLIND])
    assert soon(hours[BLIND]) > 0


def test_in_no_run_does_an_interpreter_make_it_later_by_much(hours: dict[str, list[float | None]]) -> None:
    pairs = [
        (speaking, blind) for speaking, blind in zip(hours[SPEAKING], hours[BLIND], strict=True) if blind is not None
    ]
    later = [pair for pair in pairs if pair[0] is None or pair[0] > pair[1] + 1.0]
    assert len(later) <= len(pairs) // 20
