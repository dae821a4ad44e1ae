"""Patterns compared at every point of a design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from small_model import MEASURES, PARAMETERS, PATTERNS, A, B, SmallModel, about

from sim.experiment.answers import Verdict
from sim.experiment.assuming.designs import Design
from sim.experiment.assuming.factors import Variable
from sim.experiment.assuming.sweeping import SweepPlan, planned, sweep
from sim.experiment.faults import BadDesign, BadFactor, BadQuestion
from sim.experiment.model import Column, Reading, Spec
from sim.experiment.running import Manifest, Store, opened
from sim.experiment.settings import Setting
from sim.experiment.statistics.grammar import parse

VARIABLE = Variable(PARAMETERS, {"season": ("dry", "wet")})
TEXTS = ("command.delay_share=0,1", "option.season=dry,wet")


@dataclass(frozen=True)
class Settable:
    """The small model at settings: in the wet season everything takes its time."""

    settings: tuple[Setting, ...]

    @property
    def identity(self) -> Mapping[str, str]:
        return SmallModel().identity

    @property
    def columns(self) -> tuple[Column, ...]:
        return SmallModel().columns

    def begin(self) -> None:
        """Nothing has to be prepared."""

    def run(self, spec: Spec) -> Reading:
        setting = self.settings[spec.point]
        values = {"command.delay_share": 1.0} if setting.options.get("season") == "wet" else setting.parameters
        return SmallModel((values,)).run(spec)


def made(
    texts: tuple[str, ...] = TEXTS, *, runs: int = 120, kind: Design = Design.FACTORIAL, points: int = 0
) -> SweepPlan:
    return planned(texts, VARIABLE, PATTERNS, A, 0, kind=kind, points=points, runs=runs)


def store_for(folder: Path, plan: SweepPlan) -> Store:
    model = Settable(plan.settings)
    return Store.open(
        folder,
        Manifest.of(model, kind="sweep", patterns=plan.patterns, master_seed=0, asked={}, design=plan.design()),
    )


def test_every_point_has_its_levels_its_difference_and_its_verdict(tmp_path: Path) -> None:
    plan = made(runs=300)
    with opened(workers=0) as pool, store_for(tmp_path / "x", plan) as store:
        found = sweep(Settable(plan.settings), plan, parse("deaths", MEASURES), store, pool, about)
        table = store.table(["design_point", "command.delay_share", "option.season"])
    assert [point.point for point in found.points] == [1, 2, 3, 4]
    assert {(point.values["command.delay_share"], point.values["option.season"]) for point in found.points} == {
        (delay, season) for delay in ("0", "1") for season in ("dry", "wet")
    }
    for point in found.points:
        fast = point.values == {"command.delay_share": "0", "option.season": "dry"}
        assert [level.pattern for level in point.levels] == [A, B]
        (difference,) = point.differences
        assert difference.interval is not None
        assert difference.interval.value == pytest.approx(-10.0 if fast else 2.0, abs=1.0)
        assert difference.verdict is (Verdict.BETTER if fast else Verdict.WORSE)
        assert (point.n, point.failed) == (300, 0)
    assert found.sentence == (
        "In this model, of 4 points tried, in 'People killed', b against a: better at 1, worse at 3."
    )
    assert found.factors == {"command.delay_share": ("0", "1"), "option.season": ("dry", "wet")}
    assert found.design == "factorial"
    assert len(table) == 4 * 300 * 2
    assert {(row["design_point"], row["command.delay_share"], row["option.season"]) for row in table.to_pylist()} == {
        (point.point, float(point.values["command.delay_share"]), point.values["option.season"])
        for point in found.points
    }


def test_points_share_their_luck_and_are_run_in_turns() -> None:
    plan = made(runs=5)
    specs = list(plan)
    assert len(specs) == len(plan) == 4 * 5 * 2
    assert [(spec.point, spec.pattern) for spec in specs[:8]] == [
        (point, name) for point in (1, 2, 3, 4) for name in PATTERNS
    ]
    assert {spec.seed for spec in specs if spec.point == 1} == {spec.seed for spec in specs if spec.point == 4}
    assert len({spec.seed for spec in specs}) == 5
    assert len(plan.settings) == 5
    assert plan.settings[0] == Setting()


def test_a_quantity_that_one_pattern_alone_does_not_have_is_still_compared(tmp_path: Path) -> None:
    plan = made(("command.delay_share=0:1",), runs=100, kind=Design.SOBOL, points=2)
    with opened(workers=0) as pool, store_for(tmp_path / "x", plan) as store:
        found = sweep(Settable(plan.settings), plan, parse("better(deaths)", MEASURES), store, pool, about)
    assert found.design == "sobol"
    assert all(level.interval is None for point in found.points for level in point.levels)
    assert all(point.differences[0].interval is not None for point in found.points)


def test_what_a_reader_must_know_is_said(tmp_path: Path) -> None:
    plan = made(("command.delay_share=0,1",), runs=20)
    with opened(workers=0) as pool, store_for(tmp_path / "x", plan) as store:
        found = sweep(Settable(plan.settings), plan, parse("deaths", MEASURES), store, pool, about)
    said = " ".join(found.warnings)
    assert "20 histories at each point are too few for a verdict" in said
    assert "many questions at once" in said
    alone = planned(("command.delay_share=0,1",), VARIABLE, (A,), A, 0, runs=20)
    with opened(workers=0) as pool, store_for(tmp_path / "y", alone) as store:
        found = sweep(Settable(alone.settings), alone, parse("deaths", MEASURES), store, pool, about)
    assert found.sentence == "In this model, a was run at 2 points; it is compared with no other pattern."
    assert found.warnings == ()


def test_the_design_follows_from_what_is_varied_where_none_is_named() -> None:
    levels = planned(TEXTS, VARIABLE, PATTERNS, A, 0, runs=1)
    assert (levels.kind, len(levels.points)) == (Design.FACTORIAL, 4)
    ranges = planned(("command.delay_share=0:1", "option.season=dry,wet"), VARIABLE, PATTERNS, A, 0, runs=1)
    assert (ranges.kind, len(ranges.points)) == (Design.LATIN_HYPERCUBE, 16)
    assert {point.values["option.season"] for point in ranges.points} == {"dry", "wet"}


def test_sweeps_that_make_no_sense_are_refused() -> None:
    with pytest.raises(BadFactor, match="Did you mean"):
        made(("command.delays_share=0,1",))
    with pytest.raises(BadDesign, match="power of two"):
        made(("command.delay_share=0:1",), kind=Design.SOBOL, points=5)
    with pytest.raises(BadQuestion, match="100 for a verdict"):
        made(runs=0)
    for patterns, reference in (((), A), ((A, A), A), ((A,), B)):
        with pytest.raises(BadQuestion, match="one of them the reference"):
            planned(TEXTS, VARIABLE, patterns, reference, 0, runs=1)
