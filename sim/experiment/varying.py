"""Trying an answer under other assumptions, and over what a user varies on purpose."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Final

from sim.experiment.answers import Assumptions, Sweep
from sim.experiment.asking import default_primary
from sim.experiment.assuming import assumptions as assumed
from sim.experiment.assuming import sweeping
from sim.experiment.assuming.designs import Design
from sim.experiment.assuming.draws import Over
from sim.experiment.assuming.factors import varied_in
from sim.experiment.kept import Kept
from sim.experiment.means import HERE, Means
from sim.experiment.reopening import about, options, place
from sim.experiment.running import Manifest, Pool, Store, make
from sim.experiment.scenario_model import ScenarioModel
from sim.experiment.statistics.grammar import parse

if TYPE_CHECKING:
    from sim.experiment.model import Model
    from sim.scenario import Scenario

Plan = assumed.Plan | sweeping.SweepPlan
PILOT: Final = 12
"""Runs from which the time is estimated; they belong to the experiment."""


@dataclass(frozen=True, slots=True)
class Assuming:
    """What is asked of the assumptions, in the words of the command line.

    Args:
        primary: what the patterns are compared by; several may be named, the first is declared.
        over: ``ranges`` or ``calibrated``.
        draws: sets of assumptions; 500, or 2,000 where deep.
        pairs: of each; 40, or 20 where deep.
    """

    patterns: tuple[str, ...]
    reference: str | None = None
    primary: tuple[str, ...] = ()
    over: Over = Over.RANGES
    draws: int | None = None
    pairs: int | None = None
    deep: bool = False
    options: Mapping[str, str] | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Varying:
    """What is asked of a sweep, in the words of the command line.

    Args:
        vary: such as ``people.flight_per_hour=0.05:0.2``, ``option.attackers=militia,army``.
        design: all combinations, or a hypercube where anything has a range, if left out.
        points: of a hypercube or of Sobol' points; a full factorial has as many as there are combinations.
        runs: histories of each pattern at each point.
    """

    patterns: tuple[str, ...]
    vary: tuple[str, ...]
    reference: str | None = None
    primary: str | None = None
    design: Design | None = None
    points: int = 0
    runs: int = 100
    options: Mapping[str, str] | None = None
    seed: int = 1


def assumptions(scenario: Scenario, wanted: Assuming, folder: Path, means: Means = HERE) -> Kept[Assumptions]:
    """Say in how many sets of assumptions an answer holds, and which assumptions move it.

    Raises:
        MissionError: for a question, scenario, folder or cluster that cannot be used.
        KeyboardInterrupt: when all that was finished is kept.
    """
    plain = ScenarioModel(scenario, wanted.patterns, options=wanted.options)
    blueprints = [plain.blueprint(pattern) for pattern in wanted.patterns]
    reference = wanted.reference or wanted.patterns[0]
    doctrine = blueprints[0].doctrine
    named = wanted.primary or (default_primary(doctrine.measures),)
    quantities = [parse(text, doctrine.measures) for text in named]
    plan = assumed.planned(
        blueprints, wanted.patterns, reference, wanted.seed,
        over=wanted.over, draws=wanted.draws, pairs=wanted.pairs, deep=wanted.deep,
    )  # fmt: skip
    model = ScenarioModel(scenario, wanted.patterns, options=wanted.options, draws=plan.sets.by_draw)
    asked = {"primary": list(named), "draws": len(plan.draws), "pairs": plan.pairs, "over": wanted.over.value}
    manifest = Manifest.of(
        model, kind="assumptions", patterns=plan.patterns, master_seed=wanted.seed, asked=asked, design=plan.design()
    )
    with _ready(folder, manifest, model, plan, means) as (store, pool):
        answer = assumed.assumptions(
            model, plan, quantities, doctrine.parameters, store, pool,
            lambda: about(
                scenario, model, plan.patterns, reference, store, plan,
                seed=wanted.seed, command=_assumptions_command(scenario, wanted, named),
            ),
            progress=means.tell,
        )  # fmt: skip
    return Kept(answer, folder)


def sweep(scenario: Scenario, wanted: Varying, folder: Path, means: Means = HERE) -> Kept[Sweep]:
    """Compare patterns over what is varied on purpose.

    Raises:
        MissionError: for a question, scenario, folder or cluster that cannot be used.
        KeyboardInterrupt: when all that was finished is kept.
    """
    plain = ScenarioModel(scenario, wanted.patterns, options=wanted.options)
    blueprints = [plain.blueprint(pattern) for pattern in wanted.patterns]
    reference = wanted.reference or wanted.patterns[0]
    measures = blueprints[0].doctrine.measures
    primary = parse(wanted.primary or default_primary(measures), measures)
    plan = sweeping.planned(
        wanted.vary, varied_in(scenario, blueprints, wanted.options or {}), wanted.patterns, reference, wanted.seed,
        kind=wanted.design, points=wanted.points, runs=wanted.runs,
    )  # fmt: skip
    model = ScenarioModel(scenario, wanted.patterns, options=wanted.options, settings=plan.settings)
    asked = {"primary": primary.id, "runs": plan.runs, "vary": list(wanted.vary)}
    manifest = Manifest.of(
        model, kind="sweep", patterns=plan.patterns, master_seed=wanted.seed, asked=asked, design=plan.design()
    )
    with _ready(folder, manifest, model, plan, means) as (store, pool):
        answer = sweeping.sweep(
            model, plan, primary, store, pool,
            lambda: about(
                scenario, model, plan.patterns, reference, store, plan,
                seed=wanted.seed, command=_sweep_command(scenario, wanted, primary.id),
            ),
            progress=means.tell,
        )  # fmt: skip
    return Kept(answer, folder)


@contextmanager
def _ready(folder: Path, manifest: Manifest, model: Model, plan: Plan, means: Means) -> Iterator[tuple[Store, Pool]]:
    """A folder and a pool, when a few runs have told how long the others take and nobody objects."""
    with Store.open(folder, manifest) as store, means.pool() as pool:
        make(model, list(islice(plan, PILOT)), store, pool)
        seconds = store.seconds_per_run().values()
        means.ask(len(plan) - len(store), fmean(seconds) if seconds else 0.0, pool)
        yield store, pool


def _assumptions_command(scenario: Scenario, wanted: Assuming, primary: tuple[str, ...]) -> str:
    words = [f"mlt assumptions {place(scenario)} --patterns {','.join(wanted.patterns)}"]
    words += [f"--reference {wanted.reference}"] if wanted.reference else []
    words += [f"--primary {shlex.quote(text)}" for text in primary]
    words += [f"--over {wanted.over.value}"] if wanted.over is not Over.RANGES else []
    words += [f"--draws {wanted.draws}"] if wanted.draws is not None else []
    words += [f"--pairs {wanted.pairs}"] if wanted.pairs is not None else []
    words += ["--deep"] if wanted.deep else []
    return f"{' '.join(words)} --seed {wanted.seed}{options(wanted.options)}"


def _sweep_command(scenario: Scenario, wanted: Varying, primary: str) -> str:
    words = [f"mlt sweep {place(scenario)} --patterns {','.join(wanted.patterns)}"]
    words += [f"--reference {wanted.reference}"] if wanted.reference else []
    words += [f"--vary {shlex.quote(text)}" for text in wanted.vary]
    words += [f"--design {wanted.design.value}"] if wanted.design is not None else []
    words += [f"--points {wanted.points}"] if wanted.points else []
    words.append(f"--runs {wanted.runs} --primary {shlex.quote(primary)} --seed {wanted.seed}")
    return f"{' '.join(words)}{options(wanted.options)}"
