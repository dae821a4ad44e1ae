"""The answer of ``mlt sweep``: patterns compared at every combination of what is varied on purpose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.experiment.answers import About, Level, Sweep, SweepPoint, Verdict
from sim.experiment.assuming import designs
from sim.experiment.assuming.factors import DesignPoint, Factor, Variable, beyond_range, design_points, parse_factors
from sim.experiment.faults import BadQuestion
from sim.experiment.model import Model, Spec
from sim.experiment.results import Results
from sim.experiment.seeds import seed_of
from sim.experiment.settings import AS_WRITTEN, Setting
from sim.experiment.statistics.conventions import FIRST_LOOK
from sim.experiment.statistics.paired import difference, level

if TYPE_CHECKING:
    from sim.experiment.running import Design, Pool, Progress, Store
    from sim.experiment.statistics.quantities import Quantity

POINTS: Final = 16
"""Of a design that may have any number: enough to see a line, few enough to be run in full."""

ResultsAt: TypeAlias = Callable[[int], Results]
"""Complete replications at a design point, by its number."""


@dataclass(frozen=True, slots=True)
class SweepPlan:
    """Which runs compare patterns over what is varied."""

    patterns: tuple[str, ...]
    reference: str
    factors: tuple[Factor, ...]
    kind: designs.Design
    points: tuple[DesignPoint, ...]
    runs: int
    """Replications at each point; points share their luck."""
    master_seed: int
    notes: tuple[str, ...] = ()

    @property
    def numbers(self) -> range:
        """Of the points; 0 would be the scenario as written."""
        return range(1, len(self.points) + 1)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """By number of the point, the scenario as written first."""
        return (AS_WRITTEN, *(point.setting for point in self.points))

    @property
    def rivals(self) -> tuple[str, ...]:
        """The patterns that are compared with the reference."""
        return tuple(pattern for pattern in self.patterns if pattern != self.reference)

    def __len__(self) -> int:
        return len(self.points) * self.runs * len(self.patterns)

    def __iter__(self) -> Iterator[Spec]:
        """One replication at every point, then another: wherever it stops, all points are known equally well."""
        for replication in range(self.runs):
            seed = seed_of(self.master_seed, 0, replication)
            for point in self.numbers:
                for pattern in self.patterns:
                    yield Spec(point, 0, replication, pattern, seed)

    def design(self) -> Design:
        """What stands beside each row."""
        from sim.experiment.running import Design

        columns: dict[str, Sequence[float] | Sequence[str]] = {}
        for factor in self.factors:
            written = [point.values[factor.name] for point in self.points]
            columns[factor.name] = [float(value) for value in written] if factor.is_number else written
        return Design(list(self.numbers), [0] * len(self.points), columns)


def planned(
    texts: Sequence[str],
    variable: Variable,
    patterns: Sequence[str],
    reference: str,
    master_seed: int,
    *,
    kind: designs.Design | None = None,
    points: int = 0,
    runs: int,
) -> SweepPlan:
    """The runs that ``mlt sweep`` makes.

    Args:
        texts: what is varied, such as ``people.flight_per_hour=0.05:0.2``.
        kind: if left out a full factorial, or a Latin hypercube where anything has a range.
        points: of a hypercube or of Sobol' points, 16 if 0; a full factorial has as many as there are combinations.
        runs: replications of each pattern at each point.

    Raises:
        BadQuestion: for patterns, factors or numbers that cannot be used.
    """
    if not patterns or len(set(patterns)) != len(patterns) or reference not in patterns:
        raise BadQuestion(
            f"A sweep needs one pattern or several different ones, and one of them the reference. "
            f"Given: {', '.join(patterns) or 'none'}; reference {reference}."
        )
    if runs < 1:
        raise BadQuestion(f"{runs} histories at each point are none. Ask for 1 or more; {FIRST_LOOK} for a verdict.")
    factors = parse_factors(texts, variable)
    if kind is None:
        ranges = any(factor.span is not None for factor in factors)
        kind = designs.Design.LATIN_HYPERCUBE if ranges else designs.Design.FACTORIAL
    made = design_points(factors, kind, points or POINTS, master_seed)
    notes = beyond_range(factors, variable.parameters)
    return SweepPlan(tuple(patterns), reference, factors, kind, made, runs, master_seed, notes)


def sweep(
    model: Model,
    plan: SweepPlan,
    primary: Quantity,
    store: Store,
    pool: Pool,
    about: Callable[[], About],
    *,
    progress: Callable[[Progress], None] | None = None,
) -> Sweep:
    """Make the runs that are missing and compare the patterns at every point.

    Args:
        model: runs a spec with the plan's setting by its point.
        store: with the plan's design in its manifest.
        about: what was run; asked when all runs are made.

    Raises:
        ExperimentError: when the runs cannot be made or kept.
        KeyboardInterrupt: when all that was finished is kept.
    """
    from sim.experiment.running import make

    make(model, plan, store, pool, progress=progress)
    store.compact()
    return swept(plan, lambda point: store.results(plan.patterns, point=point, start=0), primary, about())


def swept(plan: SweepPlan, results_at: ResultsAt, primary: Quantity, about: About) -> Sweep:
    """What may be said of the runs that there are."""
    points = tuple(_point(plan, number, results_at(number), primary) for number in plan.numbers)
    return Sweep(
        about=about,
        design=plan.kind.value,
        factors={factor.name: factor.said for factor in plan.factors},
        primary=primary.asked,
        points=points,
        sentence=_sentence(plan, points, primary),
        warnings=tuple(_warnings(plan, points)),
    )


def _point(plan: SweepPlan, number: int, results: Results, primary: Quantity) -> SweepPoint:
    return SweepPoint(
        point=number,
        values=plan.points[number - 1].values,
        n=results.n,
        failed=sum(int(results.failed(pattern).sum()) for pattern in plan.patterns),
        levels=tuple(_level(primary, results, pattern) for pattern in plan.patterns),
        differences=tuple(difference(primary, results, pattern, plan.reference) for pattern in plan.rivals),
    )


def _level(primary: Quantity, results: Results, pattern: str) -> Level:
    if primary.has_levels:
        return level(primary, results, pattern)
    return Level(pattern, None, results.n, int(primary.undefined(results, pattern).sum()))


def _sentence(plan: SweepPlan, points: Sequence[SweepPoint], primary: Quantity) -> str:
    many = len(points)
    if not plan.rivals:
        return f"In this model, {plan.reference} was run at {many:,} points; it is compared with no other pattern."
    said = []
    for pattern in plan.rivals:
        counts = Counter(one.verdict for point in points for one in point.differences if one.pattern == pattern)
        parts = [f"{words} at {counts[verdict]:,}" for verdict, words in _WORDS.items() if counts[verdict]]
        said.append(f"{pattern} against {plan.reference}: {', '.join(parts)}")
    return f"In this model, of {many:,} points tried, in '{primary.asked.label}', {'; '.join(said)}."


_WORDS: Final[Mapping[Verdict, str]] = {
    Verdict.BETTER: "better",
    Verdict.WORSE: "worse",
    Verdict.DIFFERENT: "different",
    Verdict.NO_MATERIAL_DIFFERENCE: "no material difference",
    Verdict.IDENTICAL: "identical",
    Verdict.UNDECIDED: "undecided",
    Verdict.UNESTIMATED: "cannot be estimated",
}


def _warnings(plan: SweepPlan, points: Sequence[SweepPoint]) -> Iterator[str]:
    yield from plan.notes
    short = sum(point.n < plan.runs for point in points)
    if short:
        yield f"{short:,} of {len(points):,} points have fewer than {plan.runs:,} complete histories."
    if plan.rivals and plan.runs < FIRST_LOOK:
        yield f"{plan.runs:,} histories at each point are too few for a verdict; it takes {FIRST_LOOK}."
    failed = sum(point.failed for point in points)
    if failed:
        yield f"{failed:,} of {len(plan):,} runs failed; their pairs are left out, with bounds beside each difference."
    if len(points) * len(plan.rivals) > 1:
        yield (
            "The points are many questions at once: of twenty verdicts where nothing differs, one may be false. "
            "Read them together, not the best one alone."
        )
