"""The tutorial keeps its word: its blocks, one under the other, are a scenario that loads, runs and differs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from sim.engine.blueprint import compile_scenario
from sim.engine.ticks import DAY
from sim.engine.world import World
from sim.scenario import ScenarioError, load_text

PAGE: Final = Path(__file__).parents[1] / "docs" / "authoring" / "tutorial.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="docs/ is not beside the tests")


def blocks() -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def first(count: int) -> str:
    return "\n".join(blocks()[:count])


def test_the_first_block_misses_only_what_the_tutorial_says_is_missing() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_text(first(1), "tamra")
    assert [problem.value for problem in caught.value.problems] == ["governor"]


@pytest.mark.parametrize("count", range(2, 8))
def test_every_further_block_leaves_a_scenario_that_loads_and_runs(count: int) -> None:
    scenario = load_text(first(count), "tamra")
    world = World(compile_scenario(scenario), 1, keep_journal=False)
    world.advance(world.end)
    assert world.now == 6 * DAY


def test_people_reach_the_base_and_the_gate_is_decided_in_the_finished_scenario() -> None:
    blueprint = compile_scenario(load_text(first(7), "tamra"))
    worlds = [World(blueprint, seed, keep_journal=False) for seed in range(12)]
    for world in worlds:
        world.advance(world.end)
    peaks = [world.measure_values()["at_base_peak"].value or 0.0 for world in worlds]
    taken = [
        (world.measure_values()["decisions_taken"].value or 0.0)
        + (world.measure_values()["decisions_expired"].value or 0.0)
        for world in worlds
    ]
    assert sum(peak > 150 for peak in peaks) >= 3
    assert sum(count >= 1 for count in taken) >= 3


def test_the_two_patterns_are_two_worlds() -> None:
    scenario = load_text(first(7), "tamra")
    digests = set()
    for pattern in ("as_written", "in_town"):
        world = World(compile_scenario(scenario, pattern), 1, keep_journal=False)
        world.advance(world.end)
        digests.add(world.digest())
    assert len(digests) == 2
