"""The public interface: load a scenario, run it, read what became of it."""

from __future__ import annotations

import pytest

import sim
from sim.headless import CannotRun
from sim.versions import MODEL_VERSION

HOURS = 30.0


@pytest.fixture(scope="module")
def scenario() -> sim.Scenario:
    return sim.load("saraf_umra")


def test_a_name_and_a_loaded_scenario_give_the_same_world(scenario: sim.Scenario) -> None:
    assert sim.run("saraf_umra", seed=7, until=HOURS) == sim.run(scenario, seed=7, until=HOURS)


def test_a_result_holds_the_world_it_came_from(scenario: sim.Scenario) -> None:
    result = sim.run(scenario, seed=0, pattern="historical", until=HOURS)
    assert (result.scenario, result.pattern, result.seed, result.engine) == (
        "saraf_umra",
        "historical",
        0,
        MODEL_VERSION,
    )
    assert isinstance(result.world, sim.World)
    assert result.digest == result.world.digest()
    assert result.until == HOURS


def test_patterns_and_options_make_other_worlds(scenario: sim.Scenario) -> None:
    digests = [
        sim.run(scenario, until=HOURS * 4).digest,
        sim.run(scenario, until=HOURS * 4, pattern="gate_shut").digest,
        sim.run(scenario, until=HOURS * 4, options={"attackers": "militia"}).digest,
    ]
    assert len(set(digests)) == 3


def test_measures_stop_at_the_scored_end_and_the_epilogue_goes_on(scenario: sim.Scenario) -> None:
    result = sim.run(scenario, seed=2)
    assert {outcome.end for outcome in result.measures.values()} == {360.0}
    assert [max(outcome.end for outcome in marks.values()) for marks in result.epilogue.values()] == [
        360.0,
        480.0,
        720.0,
    ]
    assert result.epilogue["D+15"] == result.measures


def test_a_time_beyond_the_epilogue_is_refused_with_the_longest(scenario: sim.Scenario) -> None:
    with pytest.raises(CannotRun, match="up to 720"):
        sim.run(scenario, until=721)
