"""A scenario run many times: the same world as a single run, read by the column."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Mapping
from functools import cache

import pytest

from sim.engine.world import World
from sim.experiment.faults import UnknownCaveat, UnknownMeasure, UnknownPattern
from sim.experiment.model import Kind, RunFailed, Spec, Stage, Value
from sim.experiment.scenario_model import ScenarioModel
from sim.experiment.settings import CaveatChange, Setting
from sim.scenario import Scenario, library, load, load_text

SHORT = "near_and_blind"


@cache
def loaded(name: str) -> Scenario:
    return load(name)


def spec(pattern: str = "base", seed: int = 3, point: int = 0, draw: int = 0) -> Spec:
    return Spec(point=point, draw=draw, replication=1, pattern=pattern, seed=seed)


def row(model: ScenarioModel, which: Spec) -> Mapping[str, Value]:
    return {column.name: value for column, value in zip(model.columns, model.run(which).values, strict=True)}


@pytest.mark.parametrize("name", library())
def test_each_column_holds_what_it_says_and_the_killed_by_place_add_up(name: str) -> None:
    model = ScenarioModel(loaded(name), ["base"])
    values = row(model, spec())
    types = {Kind.AMOUNT: (float, int), Kind.COUNT: int, Kind.FLAG: bool, Kind.SERIES: tuple}
    for column in model.columns:
        value = values[column.name]
        assert value is None or isinstance(value, types[column.kind]), column
    by_place = [value for column, value in values.items() if column.startswith("killed_at/")]
    assert sum(value for value in by_place if isinstance(value, int)) == values["civilians_killed"]


@pytest.mark.parametrize("name", library())
def test_what_counts_whole_things_is_never_rounded(name: str) -> None:
    model = ScenarioModel(loaded(name), ["base"])
    world = World(model.blueprint("base"), 5)
    world.advance(world.end)
    catalogue = world.blueprint.doctrine.measures
    for measure, found in world.measure_values().items():
        if catalogue[measure].whole and found.value is not None:
            assert found.value == round(found.value), measure
        if found.censored:
            assert catalogue[measure].may_not_happen, measure
        if found.denominator is not None and measure != "response_hours_median":
            assert catalogue[measure].denominator, measure


def test_a_run_of_a_batch_is_the_run_that_its_seed_opens() -> None:
    model = ScenarioModel(loaded(SHORT), ["base"])
    world = World(model.blueprint("base"), 11)
    world.advance(world.end)
    assert model.run(spec(seed=11)).digest == world.digest()


def test_following_a_measure_over_time_changes_nothing_and_ends_where_the_measure_ends() -> None:
    plain = ScenarioModel(loaded(SHORT), ["base"])
    followed = ScenarioModel(loaded(SHORT), ["base"], series=["civilians_killed", "home_share_end"])
    assert followed.run(spec()).digest == plain.run(spec()).digest
    values = row(followed, spec())
    line = values["series/civilians_killed"]
    assert isinstance(line, tuple)
    assert len(line) == len(followed.hours)
    assert list(line) == sorted(line)
    assert line[-1] <= values["civilians_killed"]  # type: ignore[operator]


def test_a_pattern_that_changes_nothing_gives_the_same_history() -> None:
    text = loaded(SHORT).source_text
    own = next(iter(loaded(SHORT).units))
    posture = loaded(SHORT).units[own].posture
    assert "\npatterns:" in text
    about = "title: Nothing new\n    text: As it is."
    extra = f"\npatterns:\n  nothing-new:\n    {about}\n    units:\n      {own}: {{posture: {posture}}}"
    scenario = load_text(text.replace("\npatterns:", extra, 1), SHORT)
    model = ScenarioModel(scenario, ["base", "nothing-new"])
    assert model.run(spec("base")).digest == model.run(spec("nothing-new")).digest


def test_a_setting_replaces_parameters_after_the_draw_and_changes_caveats() -> None:
    scenario = loaded("saraf_umra")
    caveat = next((id_, one.caveats[0].id) for id_, one in scenario.contributors.items() if one.caveats)
    settings = (
        Setting(),
        Setting(parameters={"attacks.late_response_hours": 6.0}),
        Setting(caveats=(CaveatChange(*caveat, on=False),)),
    )
    model = ScenarioModel(scenario, ["base"], settings=settings, draws=({}, {"attacks.late_response_hours": 72.0}))
    before = {one.id for one in model.blueprint("base", 0).contributors[caveat[0]].caveats}
    after = {one.id for one in model.blueprint("base", 2).contributors[caveat[0]].caveats}
    assert before - after == {caveat[1]}
    longest = {
        (point, draw): row(model, spec(point=point, draw=draw, seed=2))["arrival_hours"]
        for point, draw in ((1, 0), (0, 1), (1, 1))
    }
    assert longest[(1, 1)] == longest[(1, 0)] != longest[(0, 1)]


def test_a_world_that_cannot_be_made_fails_while_setting_up() -> None:
    model = ScenarioModel(loaded(SHORT), ["base"], draws=({}, {"no.such_parameter": 1.0}))
    with pytest.raises(RunFailed) as failed:
        model.run(spec(draw=1))
    assert failed.value.stage is Stage.SETTING_UP
    assert "no.such_parameter" in str(failed.value.cause)


def test_what_does_not_exist_is_refused_with_what_was_meant() -> None:
    with pytest.raises(UnknownPattern, match=r"'histrical' .* Did you mean historical\?"):
        ScenarioModel(loaded("saraf_umra"), ["histrical"])
    with pytest.raises(UnknownMeasure, match="civilians_killed"):
        ScenarioModel(loaded(SHORT), ["base"], series=["civilian_killed"])
    with pytest.raises(UnknownCaveat):
        ScenarioModel(loaded(SHORT), ["base"], settings=(Setting(caveats=(CaveatChange("nobody", "none"),)),))


def test_a_worker_needs_neither_the_schema_nor_parquet() -> None:
    model = ScenarioModel(loaded(SHORT), ["base"])
    code = (
        "import pickle, sys\n"
        "from sim.experiment.model import Spec\n"
        "model = pickle.loads(sys.stdin.buffer.read())\n"
        "print(model.run(Spec(0, 0, 1, 'base', 3)).digest)\n"
        "print(*(name for name in ('pydantic', 'pyarrow', 'scipy', 'typer', 'textual') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], input=pickle.dumps(model), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    digest, heavy = done.stdout.decode().split("\n")[:2]
    assert (digest, heavy) == (model.run(spec()).digest, "")
