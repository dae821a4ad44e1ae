"""The flow of a design check: runs under every player, runs with every answer, and what both say to the author."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from sim.engine.blueprint import Blueprint
from sim.engine.ticks import to_days
from sim.experiment.answers import About, PatternAbout
from sim.experiment.faults import BadQuestion, UnknownMeasure
from sim.experiment.means import HERE, Means
from sim.experiment.model import Spec
from sim.experiment.rehearsing import counting
from sim.experiment.rehearsing.advice import advice
from sim.experiment.rehearsing.catalogue import habits
from sim.experiment.rehearsing.findings import DesignCheck
from sim.experiment.rehearsing.players import DOCTRINAL
from sim.experiment.rehearsing.rehearsal import RehearsalModel, every_answer
from sim.experiment.rehearsing.rows import Rows
from sim.experiment.rehearsing.settling import settled
from sim.experiment.running import Manifest, Pool, Store, make
from sim.experiment.seeds import seed_of
from sim.scenario.variants import BASE

if TYPE_CHECKING:
    from sim.scenario import Scenario

KIND: Final = "design-check"
RUNS: Final = 500
SHARE_FORCED: Final = 5
"""Histories of each player to one history with each forced answer."""
PILOT: Final = 1
"""Replications from which the time is estimated; they belong to the check."""
PRIMARY: Final = "civilians_killed"
ABOUT_DECISIONS: Final = frozenset({"decisions_taken", "decisions_expired"})
"""Measures that count the decisions themselves say nothing of what a decision settles."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A design check as it is asked for, in the words of the command line.

    Args:
        runs: histories of each player.
        leverage_runs: histories with each answer to each decision; a fifth of the former if left out, none with 0.
        players: ids of player models; all if left out.
        pattern: of the scenario; ``base`` is the scenario without one.
        measures: by which decisions are judged, the first of them says what is a trap door; civilians killed and the
            scenario's own if left out.
        options: choices of the scenario.
        seed: of all luck; 0 is a seed.
    """

    runs: int = RUNS
    leverage_runs: int | None = None
    players: tuple[str, ...] | None = None
    pattern: str = BASE
    measures: tuple[str, ...] | None = None
    options: Mapping[str, str] | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What a design check will run."""

    model: RehearsalModel
    players: tuple[str, ...]
    runs: int
    forced: int
    """Histories with each forced answer."""
    master_seed: int

    @property
    def cost(self) -> int:
        """Runs altogether."""
        return sum(self.of(pattern) for pattern in self.model.patterns)

    def of(self, pattern: str) -> int:
        """Runs of a player or a forced answer."""
        return self.runs if pattern in self.players else self.forced

    def specs(self, most: int | None = None) -> Iterator[Spec]:
        """Every run, replication by replication; forced answers share the first histories of the players.

        Args:
            most: replications, where not all are wanted.
        """
        last = max(self.runs, self.forced)
        for replication in range(last if most is None else min(most, last)):
            seed = seed_of(self.master_seed, 0, replication)
            for pattern in self.model.patterns:
                if replication < self.of(pattern):
                    yield Spec(0, 0, replication, pattern, seed)


def plan(scenario: Scenario, wanted: Wanted) -> Plan:
    """What would be run, so that its cost can be stated before.

    Raises:
        MissionError: for a player, pattern, option or number of runs that makes no sense.
    """
    forced = wanted.runs // SHARE_FORCED if wanted.leverage_runs is None else wanted.leverage_runs
    if wanted.runs < 1 or forced < 0:
        raise BadQuestion(f"{min(wanted.runs, forced)} runs tell nothing. Ask for at least one of each player.")
    known = habits()
    chosen = known.named(known.players if wanted.players is None else wanted.players)
    if not chosen:
        raise BadQuestion(f"Nobody would play. Name at least one player: {', '.join(known.players)}.")
    model = RehearsalModel(scenario, chosen, pattern=wanted.pattern, options=wanted.options)
    if forced:
        model = RehearsalModel.of_blueprint(model.blueprint, model.identity, chosen, every_answer(model.blueprint))
    return Plan(model, tuple(each.id for each in chosen), wanted.runs, forced, wanted.seed)


def design_check(
    scenario: Scenario,
    wanted: Wanted,
    folder: Path | None = None,
    means: Means = HERE,
) -> DesignCheck:
    """Rehearse a scenario with player models, and say what its author should know.

    Args:
        folder: where the runs are kept; work in it goes on where it was left. They are dropped if left out.

    Raises:
        MissionError: for a question, scenario, folder or cluster that cannot be used.
    """
    made = plan(scenario, wanted)
    judged_by = judging(made.model.blueprint, wanted.measures)
    manifest = Manifest.of(
        made.model, kind=KIND, patterns=made.model.patterns, master_seed=wanted.seed,
        asked={"runs": made.runs, "forced": made.forced},
    )  # fmt: skip
    with (
        TemporaryDirectory() as passing,
        Store.open(folder or Path(passing) / KIND, manifest) as store,
        means.pool() as pool,
    ):
        _estimate(made, store, pool, means)
        make(made.model, made.specs(), store, pool, progress=means.tell)
        histories = {pattern: made.of(pattern) for pattern in made.model.patterns}
        rows = Rows.of_table(made.model.columns, store.table(), histories)
        about = _about(made, scenario, wanted, rows, store)
    return checked(made, rows, about, judged_by)


def checked(made: Plan, rows: Rows, about: About, measures: Sequence[str]) -> DesignCheck:
    """What rows say of an exercise.

    Args:
        measures: by which decisions are judged.
    """
    blueprint, known = made.model.blueprint, habits()
    models = known.named(made.players)
    players = counting.players(rows, models)
    injects = counting.injects(rows, blueprint, models)
    decisions = counting.decisions(rows, blueprint, models)
    seats = tuple(counting.seats(rows, blueprint, models))
    phases = tuple(counting.phases(rows, blueprint, models))
    objectives = tuple(counting.objectives(rows, blueprint, models))
    leverage = tuple(
        settled(rows, blueprint, spec, measures, known.leverage)
        for spec in blueprint.decisions.values() if made.forced
    )  # fmt: skip
    return DesignCheck(
        about, players, injects, decisions, seats, phases, objectives, leverage,
        tuple(advice(players, injects, decisions, seats, phases, objectives, leverage, known)),
    )  # fmt: skip


def judging(blueprint: Blueprint, measures: Sequence[str] | None) -> tuple[str, ...]:
    """The measures by which decisions are judged, the primary one first.

    Raises:
        UnknownMeasure: for one that there is not.
    """
    known = blueprint.doctrine.measures
    chosen = (PRIMARY, *blueprint.reading.measures) if measures is None else tuple(measures)
    for measure in chosen:
        if measure not in known:
            raise UnknownMeasure(measure, list(known))
    return tuple(dict.fromkeys(each for each in chosen if measures is not None or each not in ABOUT_DECISIONS))


def _estimate(made: Plan, store: Store, pool: Pool, means: Means) -> None:
    """Make a few runs and say how long the others will take."""
    make(made.model, made.specs(PILOT), store, pool)
    seconds = store.seconds_per_run()
    total = sum(seconds.get(pattern, 0.0) * made.of(pattern) for pattern in made.model.patterns)
    means.ask(made.cost - len(store), total / made.cost, pool)


def _about(made: Plan, scenario: Scenario, wanted: Wanted, rows: Rows, store: Store) -> About:
    identity, known = made.model.identity, habits()
    failed = store.failures()
    return About(
        scenario=scenario.name,
        title=scenario.title,
        scenario_hash=identity["scenario_hash"],
        model_version=identity["model_version"],
        experiment=store.experiment[:16],
        master_seed=made.master_seed,
        patterns=tuple(PatternAbout(each.id, each.title, each.text) for each in known.named(made.players)),
        reference=DOCTRINAL if DOCTRINAL in made.players else made.players[0],
        options=dict(made.model.blueprint.options),
        days=to_days(made.model.blueprint.duration),
        command=_command(scenario, wanted, made),
        digest=store.digest(made.specs()),
        runs=sum(rows.many(pattern) for pattern in made.model.patterns) + sum(rows.failed.values()),
        failed_runs=sum(failed.values()),
        failures=failed,
    )


def _command(scenario: Scenario, wanted: Wanted, made: Plan) -> str:
    words = ["mlt", "design-check", quote(scenario.name), "--runs", str(made.runs)]
    if wanted.leverage_runs is not None:
        words += ["--leverage-runs", str(wanted.leverage_runs)]
    if wanted.players is not None:
        words += ["--players", ",".join(made.players)]
    if wanted.pattern != BASE:
        words += ["--pattern", quote(wanted.pattern)]
    for name, choice in (wanted.options or {}).items():
        words += ["--option", quote(f"{name}={choice}")]
    if wanted.measures is not None:
        words += ["--measures", ",".join(wanted.measures)]
    return " ".join([*words, "--seed", str(made.master_seed)])
