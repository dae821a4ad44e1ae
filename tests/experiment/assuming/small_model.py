"""A model whose dependence on its assumptions is known: ``b`` saves people, and how many rests on two constants."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from sim.doctrine import MeasureSpec, Parameter
from sim.experiment.answers import About, PatternAbout
from sim.experiment.assuming.assumptions import Plan
from sim.experiment.assuming.draws import AssumptionSets, Over, assumption_sets
from sim.experiment.model import Column, Kind, Reading, Spec

A: Final = "a"
B: Final = "b"
PATTERNS: Final = (A, B)

PARAMETERS: Final = {
    id_: Parameter(id_, 0.5, (0.0, 1.0), "share", "E10", "assumed")
    for id_ in (
        "people.reached_share",
        "people.warned_share",
        "command.delay_share",
        *(f"groups.inert_{at}" for at in range(12)),
    )
}
MEASURES: Final = {
    "deaths": MeasureSpec("deaths", "People killed", "people", "lower", worthwhile=1.0, thresholds=(10.0,)),
    "answered": MeasureSpec(
        "answered", "Attacks answered", "share", "higher", worthwhile=0.05, numerator="answered", denominator="attacks"
    ),
    "calm": MeasureSpec("calm", "Hours of calm", "hours", "neither"),
}
NOISE: Final = 5.0
"""Standard deviation of one pair's difference in deaths."""


def saved(values: Mapping[str, float]) -> float:
    """People that ``b`` saves on average."""
    return 4.0 + 6.0 * (values["people.reached_share"] - 0.5) - 12.0 * (values["command.delay_share"] - 0.5)


@dataclass(frozen=True)
class SmallModel:
    """Args:
    draws: by draw; the middle of every range where empty.
    raises: replications, by their place within a draw, that fail with ``b``.
    """

    draws: Sequence[Mapping[str, float]] = ({},)
    raises: frozenset[int] = frozenset()

    @property
    def identity(self) -> Mapping[str, str]:
        return {"scenario_hash": "small", "model_version": "1"}

    @property
    def columns(self) -> tuple[Column, ...]:
        names = ("deaths", "answered", "answered.numerator", "answered.denominator", "calm")
        return tuple(Column(name, Kind.AMOUNT) for name in names)

    def begin(self) -> None:
        """Nothing has to be prepared."""

    def run(self, spec: Spec) -> Reading:
        if spec.replication % 1_000_000 in self.raises and spec.pattern == B:
            raise ZeroDivisionError("told to fail")
        values = {**{id_: one.value for id_, one in PARAMETERS.items()}, **self.draws[spec.draw]}
        luck = random.Random(spec.seed)
        common, own = (NormalDist().inv_cdf(luck.uniform(1e-9, 1 - 1e-9)) for _ in range(2))
        attacks, answered = luck.randrange(0, 4), luck.random()
        deaths = 50.0 + 10.0 * common
        if spec.pattern == B:
            deaths += NOISE * own - saved(values)
            answered = min(1.0, answered + 0.2)
        part = attacks * answered
        row = (deaths, answered if attacks else None, part if attacks else None, float(attacks), deaths + 3.0)
        return Reading(row, f"{row}")


def truth(worthwhile: float) -> float:
    """In how large a share of the sets ``b`` saves more than that; by a fine grid of the two constants that matter."""
    many, grid = 0, [(at + 0.5) / 200 for at in range(200)]
    for reached in grid:
        for delay in grid:
            many += saved({"people.reached_share": reached, "command.delay_share": delay}) > worthwhile
    return many / len(grid) ** 2


def between() -> float:
    """Standard deviation of the difference over the sets."""
    return math.sqrt((6.0**2 + 12.0**2) / 12.0)


def plan(draws: int, pairs: int, *, seed: int = 0, deep: bool = False, sets: AssumptionSets | None = None) -> Plan:
    """The runs of an experiment on the small model."""
    made = assumption_sets(PARAMETERS, draws, seed) if sets is None else sets
    return Plan(PATTERNS, A, made, Over.RANGES, pairs, seed, deep)


def about() -> About:
    """What was run."""
    return About(
        scenario="small", title="Small", scenario_hash="small", model_version="1", experiment="e", master_seed=0,
        patterns=tuple(PatternAbout(name, name, "") for name in PATTERNS), reference=A, options={}, days=1.0,
        command="mlt", digest="d", runs=0, failed_runs=0, failures={},
    )  # fmt: skip
