"""A comparison from question to answer: the same whoever runs it, exact where nothing differs."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import sim
from sim import cli
from sim.doctrine import load_doctrine
from sim.engine.world import World
from sim.experiment.answers import Comparison, Verdict
from sim.experiment.asking import Wanted, default_primary
from sim.experiment.comparing import compare
from sim.experiment.estimating import Estimate, NotAgreed
from sim.experiment.faults import AnotherExperiment, BadQuestion, ExperimentError, ModelChanged
from sim.experiment.kept import Kept
from sim.experiment.means import Means
from sim.experiment.scenario_model import ScenarioModel
from sim.scenario import Scenario, load, load_text

SHORT = "near_and_blind"
SERIAL = Means(workers=0)


@cache
def loaded() -> Scenario:
    return load(SHORT)


def patterns() -> tuple[str, ...]:
    return tuple(loaded().patterns)


def with_nothing_new() -> Scenario:
    """The scenario with a pattern that says of a unit what it is anyway."""
    scenario = loaded()
    unit = next(iter(scenario.units))
    own = f"{{posture: {scenario.units[unit].posture}}}"
    added = f"\npatterns:\n  nothing-new:\n    title: Nothing new\n    text: As it is.\n    units:\n      {unit}: {own}"
    return load_text(scenario.source_text.replace("\npatterns:", added, 1), SHORT)


def asked(*names: str, runs: int = 12, **how: object) -> Wanted:
    return replace(Wanted(names or patterns()[:2], runs=runs), **how)  # type: ignore[arg-type]


def done(folder: Path, wanted: Wanted, scenario: Scenario | None = None, means: Means = SERIAL) -> Kept[Comparison]:
    return compare(scenario or loaded(), wanted, folder, means)


def test_the_answer_is_the_same_whoever_makes_the_runs(tmp_path: Path) -> None:
    one = done(tmp_path / "one", asked())
    two = done(tmp_path / "two", asked(), means=Means(workers=2))
    assert one.answer == two.answer
    assert one.answer.about.runs == 24


def test_more_runs_add_to_those_that_are_there(tmp_path: Path) -> None:
    done(tmp_path / "grown", asked(runs=5))
    grown = done(tmp_path / "grown", asked(runs=12))
    whole = done(tmp_path / "whole", asked(runs=12))
    assert grown.answer == whole.answer
    fewer = done(tmp_path / "grown", asked(runs=5))
    assert (fewer.answer.n, fewer.answer.about.runs) == (5, 10)


def test_a_pattern_that_changes_nothing_differs_in_nothing(tmp_path: Path) -> None:
    answer = done(tmp_path / "none", asked("base", "nothing-new"), with_nothing_new()).answer
    differences = [one for row in answer.rows for line in row.lines for one in line.differences]
    assert differences
    for one in differences:
        if one.interval is not None:
            assert (one.interval.value, one.interval.low, one.interval.high) == (0.0, 0.0, 0.0)
            assert one.verdict is Verdict.IDENTICAL
            assert one.excluded_share == pytest.approx(3 / one.n)
    for line in answer.others:
        assert {one.verdict for one in line.differences} == {Verdict.IDENTICAL}


def test_the_eight_rows_stand_in_their_order_and_none_is_a_total(tmp_path: Path) -> None:
    rows = done(tmp_path / "rows", asked(runs=4)).answer.rows
    assert len(rows) == 8
    assert rows[0].lines[0].quantity.measure == "civilians_killed"


def test_the_best_of_many_is_estimated_on_runs_that_did_not_choose_it(tmp_path: Path) -> None:
    compared = done(tmp_path / "many", asked(*patterns()[:3], runs=12))
    fresh = compared.answer.best.fresh
    assert fresh is not None
    assert fresh.n + fresh.failed_pairs + fresh.undefined_pairs == 12
    chosen_on = {(row["pattern"], row["replication"]) for row in compared.table(["pattern", "replication"]).to_pylist()}
    assert {replication for pattern, replication in chosen_on if pattern == fresh.pattern} == set(range(24))


def test_a_run_worth_opening_opens_as_the_run_it_was(tmp_path: Path) -> None:
    compared = done(tmp_path / "open", asked(primary="civilians_wounded"))
    assert compared.answer.openings
    rows = compared.table(["pattern", "seed", "civilians_wounded"]).to_pylist()
    by_seed = {(row["pattern"], row["seed"]): row["civilians_wounded"] for row in rows}
    for opening in compared.answer.openings:
        words = shlex.split(opening.command)
        seed = int(words[words.index("--seed") + 1])
        for pattern in words[words.index("--patterns") + 1].split(","):
            world = World(ScenarioModel(loaded(), [pattern]).blueprint(pattern), seed)
            world.advance(world.end)
            assert world.measure_values()["civilians_wounded"].value == by_seed[pattern, seed]


def test_the_command_of_an_answer_makes_the_answer_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    about = done(tmp_path / "first", asked(runs=3, seed=0, series=())).answer.about
    words = shlex.split(about.command)
    assert words[0] == "mlt"
    assert cli.main([*words[1:], "--out", str(tmp_path / "second"), "--workers", "0"]) == 0
    capsys.readouterr()
    again = json.loads((tmp_path / "second" / "answer.json").read_text("utf-8"))
    assert again["about"]["digest"] == about.digest
    assert again["about"]["master_seed"] == 0


def test_from_python_a_comparison_gives_a_table(tmp_path: Path) -> None:
    compared = sim.compare(SHORT, patterns()[:2], runs=3, out=tmp_path / "table", means=SERIAL)
    frame = compared.frame(["pattern", "replication", "civilians_killed"])
    assert len(frame) == 6
    assert compared.answer.sentence.startswith("In this model")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"runs": None}, "Nothing says when to stop"),
        ({"until_decided": True, "max_runs": 200}, "--runs and --until-decided contradict"),
        ({"runs": None, "until_decided": True}, "--max-runs"),
        ({"runs": None, "until_ci": "0.05", "max_runs": 200}, "0.05"),
        ({"runs": None, "until_ci": "civilians_killed=5", "max_runs": 200}, "handful"),
        ({"runs": None, "until_ci": "displaced_peak=5%", "primary": "home_share_end", "max_runs": 9}, "two quantities"),
        ({"primary": "civilian_killed"}, "civilians_killed"),
        ({"primary": "P(civilians_killed>many)"}, "many"),
        ({"series": ("no_measure",)}, "no_measure"),
        ({"patterns": ("base", "nobodys")}, "nobodys"),
        ({"patterns": ("base",)}, "two patterns"),
        ({"patterns": ("base", "base")}, "once"),
        ({"reference": "elsewhere"}, "elsewhere"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_before_anything_is_run(
    tmp_path: Path, how: dict[str, object], said: str
) -> None:
    with pytest.raises(BadQuestion, match=said):
        done(tmp_path / "bad", replace(asked(), **how))  # type: ignore[arg-type]
    assert not (tmp_path / "bad").exists()


def test_a_folder_of_another_experiment_is_refused(tmp_path: Path) -> None:
    done(tmp_path / "kept", asked(runs=2))
    with pytest.raises(AnotherExperiment, match="seed"):
        done(tmp_path / "kept", asked(runs=2, seed=9))
    with pytest.raises(AnotherExperiment, match="patterns"):
        done(tmp_path / "kept", asked(*patterns()[:3], runs=2))


def test_a_scenario_that_changed_since_is_refused(tmp_path: Path) -> None:
    done(tmp_path / "kept", asked(runs=2))
    changed = load_text(loaded().source_text + "\n# a word more\n", SHORT)
    with pytest.raises(ModelChanged, match="scenario"):
        done(tmp_path / "kept", asked(runs=2), changed)


def test_longer_work_is_not_begun_without_being_told_so(tmp_path: Path) -> None:
    seen: list[Estimate] = []

    def refuse(estimate: Estimate) -> bool:
        seen.append(estimate)
        return False

    with pytest.raises(NotAgreed, match="--yes"):
        done(tmp_path / "long", asked(runs=10_000_000), means=Means(workers=0, agree=refuse))
    assert seen[0].minutes > 10
    assert seen[0].runs > 19_000_000


def test_what_is_told_on_the_way_never_says_more_runs_than_there_are(tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    means = Means(workers=0, tell=lambda far, *_: told.append((far.done, far.of)))
    done(tmp_path / "told", asked(), means=means)
    assert told
    assert all(of is not None and number <= of for number, of in told)
    assert told[-1] == (24, 24)


def test_without_a_threshold_the_better_histories_are_counted() -> None:
    catalogue = dict(load_doctrine().measures)
    assert default_primary(catalogue) == "P(civilians_killed>50)"
    catalogue["civilians_killed"] = replace(catalogue["civilians_killed"], thresholds=())
    assert default_primary(catalogue) == "better(civilians_killed)"


def test_every_refusal_is_one_of_an_experiments() -> None:
    assert issubclass(NotAgreed, ExperimentError)
