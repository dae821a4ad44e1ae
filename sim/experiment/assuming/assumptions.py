"""The answer of ``mlt assumptions``: one design tells in how many sets an answer holds and what moves it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.doctrine import Parameter
from sim.doctrine.draws import value_at
from sim.experiment.answers import About, Assumptions, AssumptionShare, Tornado, TornadoBar
from sim.experiment.assuming.draws import AssumptionSets, Over, assumption_sets, replication_of, set_by_scenario
from sim.experiment.assuming.pairs import Paired, ResultsOf, paired
from sim.experiment.assuming.random_effects import NOISY, Scatter, Shares, regrets, scatter_of, shares
from sim.experiment.assuming.saying import coarse, reversal, rounded, said_of
from sim.experiment.assuming.sensitivity import FEWEST_DRAWS, Fit, by_mechanism, fitted, halves, indices, screened
from sim.experiment.faults import BadQuestion
from sim.experiment.model import Model, Spec
from sim.experiment.results import Numbers
from sim.experiment.seeds import seed_of

if TYPE_CHECKING:
    from sim.engine.blueprint import Blueprint
    from sim.experiment.running import Design, Pool, Progress, Store
    from sim.experiment.statistics.quantities import Quantity

DRAWS: Final = 500
PAIRS: Final = 40
DEEP_DRAWS: Final = 2000
DEEP_PAIRS: Final = 20
"""Four times the draws and half the pairs: what a constant does is learned from draws, not from more luck in each."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which runs tell what an answer rests on."""

    patterns: tuple[str, ...]
    reference: str
    sets: AssumptionSets
    over: Over
    pairs: int
    """Of each set."""
    master_seed: int
    deep: bool = False
    """Whether variance indices are asked for."""

    @property
    def rivals(self) -> tuple[str, ...]:
        """The patterns that are compared with the reference."""
        return tuple(pattern for pattern in self.patterns if pattern != self.reference)

    @property
    def draws(self) -> range:
        """Their numbers."""
        return range(1, len(self.sets.values) + 1)

    def __len__(self) -> int:
        return len(self.draws) * self.pairs * len(self.patterns)

    def __iter__(self) -> Iterator[Spec]:
        """One pair of every set, then another of every set: wherever it stops, all sets are known equally well."""
        for pair in range(self.pairs):
            for draw in self.draws:
                replication = replication_of(draw, pair)
                seed = seed_of(self.master_seed, draw, replication)
                for pattern in self.patterns:
                    yield Spec(0, draw, replication, pattern, seed)

    def design(self) -> Design:
        """What stands beside each row: the value of every constant that is drawn."""
        from sim.experiment.running import Design

        columns = {id_: [values[id_] for values in self.sets.values] for id_ in self.sets.ids}
        return Design([0] * len(self.draws), list(self.draws), columns)


def planned(
    blueprints: Iterable[Blueprint],
    patterns: Sequence[str],
    reference: str,
    master_seed: int,
    *,
    over: Over = Over.RANGES,
    draws: int | None = None,
    pairs: int | None = None,
    deep: bool = False,
) -> Plan:
    """The runs that ``mlt assumptions`` makes.

    Args:
        blueprints: the scenario compiled with each pattern; what it sets itself is not drawn.
        draws: sets of assumptions; 500 if left out, 2,000 where deep.
        pairs: of each; 40 if left out, 20 where deep.

    Raises:
        BadQuestion: for patterns that cannot be compared, or sets or pairs that tell nothing.
    """
    if len(set(patterns)) < 2 or len(set(patterns)) != len(patterns) or reference not in patterns:
        raise BadQuestion(
            f"Assumptions are tried on a comparison: two or more different patterns, and one of them the reference. "
            f"Given: {', '.join(patterns) or 'none'}; reference {reference}."
        )
    pairs = (DEEP_PAIRS if deep else PAIRS) if pairs is None else pairs
    if pairs < 2:
        raise BadQuestion(f"{pairs} pairs of a set do not tell luck from assumptions. Ask for at least 2.")
    made = list(blueprints)
    draws = (DEEP_DRAWS if deep else DRAWS) if draws is None else draws
    sets = assumption_sets(made[0].doctrine.parameters, draws, master_seed, over=over, own=set_by_scenario(made))
    return Plan(tuple(patterns), reference, sets, over, pairs, master_seed, deep)


def assumptions(
    model: Model,
    plan: Plan,
    quantities: Sequence[Quantity],
    parameters: Mapping[str, Parameter],
    store: Store,
    pool: Pool,
    about: Callable[[], About],
    *,
    progress: Callable[[Progress], None] | None = None,
) -> Assumptions:
    """Make the runs that are missing and say what the answer rests on.

    Args:
        model: runs a spec with the plan's set of assumptions by its draw.
        quantities: the primary one first.
        parameters: of the doctrine.
        store: with the plan's design in its manifest.
        about: what was run; asked when all runs are made.

    Raises:
        ExperimentError: when the runs cannot be made or kept.
        KeyboardInterrupt: when all that was finished is kept.
    """
    from sim.experiment.running import make

    make(model, plan, store, pool, progress=progress)
    store.compact()
    return assessed(plan, results_in(store, plan), quantities, parameters, about())


def results_in(store: Store, plan: Plan) -> ResultsOf:
    """Complete pairs by draw, as a folder has them; columns are read once for all draws."""
    return lambda draw: store.results(plan.patterns, draw=draw, start=replication_of(draw, 0))


def assessed(
    plan: Plan,
    results_of: ResultsOf,
    quantities: Sequence[Quantity],
    parameters: Mapping[str, Parameter],
    about: About,
) -> Assumptions:
    """What may be said of the runs that there are.

    Raises:
        BadQuestion: for no quantity, or fewer than two sets with enough pairs.
    """
    if not quantities:
        raise BadQuestion("Nothing is compared. Name a quantity, such as P(civilians_killed>50).")
    made: list[AssumptionShare] = []
    tornados: list[Tornado] = []
    warnings: dict[str, None] = {}
    design = plan.sets.shares(parameters)
    titles = {pattern.id: f"“{pattern.title}”" for pattern in about.patterns}
    for quantity in quantities:
        found = paired(quantity, results_of, plan.draws, plan.rivals, plan.reference)
        scatter = scatter_of(found.values)
        if len(scatter.estimates) < 2:
            raise BadQuestion(
                f"{quantity.id}: fewer than two assumption sets have two pairs with a value. Run more pairs, or ask "
                "for a quantity that is defined in every history, such as P(civilians_killed>50)."
            )
        better = 1 if quantity.sign >= 0 else -1
        regret = regrets(scatter, plan.rivals, plan.reference, better) if quantity.sign else {}
        for at, pattern in enumerate(plan.rivals):
            own = shares(scatter, at, quantity.worthwhile or 0.0, plan.master_seed, better=better)
            made.append(_share(own, quantity, plan, pattern, scatter, regret, titles))
            tornados.append(_tornado(own, quantity, plan, at, scatter, design[scatter.kept], parameters))
            warnings |= dict.fromkeys(_warnings(own, quantity, plan, pattern, at, scatter, found, better))
    primary = quantities[0].asked
    return Assumptions(
        about=about,
        over=plan.over.value,
        draws=len(plan.draws),
        pairs=plan.pairs,
        primary=primary,
        sentence=" ".join(share.said for share in made if share.quantity.id == primary.id),
        shares=tuple(made),
        tornados=tuple(tornados),
        warnings=tuple(warnings),
    )


def _share(
    own: Shares,
    quantity: Quantity,
    plan: Plan,
    pattern: str,
    scatter: Scatter,
    regret: Mapping[str, float],
    titles: Mapping[str, str],
) -> AssumptionShare:
    asked = quantity.asked
    named = [titles.get(each, each) for each in (pattern, plan.reference)]
    better, worse, immaterial = rounded(own.better.value, own.worse.value, own.immaterial.value)
    return AssumptionShare(
        quantity=asked,
        pattern=pattern,
        reference=plan.reference,
        better=coarse(own.better, better),
        worse=coarse(own.worse, worse),
        immaterial=coarse(own.immaterial, immaterial),
        draws=own.draws,
        pairs=round(scatter.pairs / own.draws),
        noise=own.noise,
        detectable=own.detectable,
        regret=regret.get(pattern, math.nan),
        said=said_of(own, asked, *named),
        reference_regret=regret.get(plan.reference, math.nan),
        mean=own.mean,
    )


def _tornado(
    own: Shares,
    quantity: Quantity,
    plan: Plan,
    at: int,
    scatter: Scatter,
    design: Numbers,
    parameters: Mapping[str, Parameter],
) -> Tornado:
    asked, pattern, ids = quantity.asked, plan.rivals[at], plan.sets.ids
    differences = scatter.estimates[:, at]
    empty = Tornado(asked, pattern, plan.reference, (), 0.0, len(ids), {}, {}, "")
    if len(differences) < FEWEST_DRAWS:
        said = f"{len(differences)} assumption sets are too few to tell which of {len(ids):,} assumptions matter."
        return dataclasses.replace(empty, reversal=said)
    if not np.ptp(differences):
        return dataclasses.replace(empty, reversal="The difference is the same in every assumption set tried.")
    picking, estimating = halves(len(differences), plan.master_seed)
    survivors = screened(design[picking], differences[picking])
    fit = fitted(design[estimating], differences[estimating], survivors, plan.master_seed)
    found = indices(design[estimating], differences[estimating], survivors, own.spread**2) if plan.deep else {}
    return Tornado(
        quantity=asked,
        pattern=pattern,
        reference=plan.reference,
        bars=tuple(_bars(fit, ids, parameters)),
        chance=fit.chance,
        screened=len(ids),
        mechanisms=by_mechanism(design, differences, [mechanism(id_) for id_ in ids]),
        indices={ids[column]: index for column, index in found.items()},
        reversal=reversal(fit, asked, pattern, plan.reference, ids, parameters),
    )


def _bars(fit: Fit, ids: Sequence[str], parameters: Mapping[str, Parameter]) -> Iterator[TornadoBar]:
    for effect in fit.effects:
        id_ = ids[effect.at]
        parameter = parameters[id_]
        # Six digits: the ends of a range of orders come out of a logarithm.
        low, high = (float(f"{value_at(parameter, end):.6g}") for end in fit.ends[effect.at])
        yield TornadoBar(
            parameter=id_,
            mechanism=mechanism(id_),
            label=id_.partition(".")[2].replace("_", " "),
            low=low,
            high=high,
            unit=parameter.unit,
            change=effect.change,
            source=parameter.source,
            confidence=parameter.confidence,
        )


def mechanism(id_: str) -> str:
    """The part of the model that a constant belongs to, in words."""
    return id_.partition(".")[0].replace("_", " ")


def _warnings(
    own: Shares,
    quantity: Quantity,
    plan: Plan,
    pattern: str,
    at: int,
    scatter: Scatter,
    found: Paired,
    better: int,
) -> Iterator[str]:
    asked = quantity.asked
    wanted = len(plan.draws) * plan.pairs
    there = int(found.made.sum())
    if there < wanted:
        yield f"{there:,} of {wanted:,} pairs have been run; the answer is of those."
    if own.draws < len(plan.draws):
        yield f"{asked.id}: {len(plan.draws) - own.draws:,} assumption sets have fewer than two pairs and are left out."
    if own.noisy:
        yield (
            f"{asked.id}, {pattern}: {100 * own.noise:.0f} % of the scatter between assumption sets is the luck of few "
            f"histories (more than {100 * NOISY:.0f} %), so that little can be said of the assumptions. Run more pairs "
            "of each set."
        )
    if quantity.carried_by_few:
        yield f"{asked.id}: a handful of histories carries this mean; trust how often it is more than a threshold."
    if not asked.worthwhile:
        yield f"{asked.id}: nobody said which difference is worth acting on, so that any counts."
    if found.undefined:
        yield f"{asked.id}: {found.undefined:,} of {there:,} pairs have nothing to measure and are left out."
    failed = int(found.failed.sum())
    if failed:
        ends = [
            shares(scatter_of(found.filled(end)), at, quantity.worthwhile or 0.0, plan.master_seed, better=better)
            for end in (0.0, 1.0)
        ]
        low, high = sorted(100 * end.better.value for end in ends)
        yield (
            f"{asked.id}, {pattern}: {failed:,} of {there:,} pairs failed and are left out. Had they all been as bad "
            f"for one side as any seen, it would be better in {low:.0f} to {high:.0f} % of the sets."
        )
