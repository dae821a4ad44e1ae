"""What is said of an experiment: plain values, complete enough for a page, a terminal and a notebook alike.

Nothing here is computed; `sim.experiment.statistics` and the flows fill it in, `sim.experiment.reporting` shows it.
A difference is always pattern minus reference, in the unit of its quantity.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

# What is asked


@dataclass(frozen=True, slots=True)
class Asked:
    """A quantity that patterns are compared by, in words and with its scale.

    ``id`` is how it is written on the command line, such as ``P(civilians_killed>50)``.
    """

    id: str
    label: str
    measure: str
    unit: str
    direction: str
    """``lower``, ``higher`` or ``neither``: what is better."""
    worthwhile: float | None
    """The smallest difference worth acting on, in the unit."""


@dataclass(frozen=True, slots=True)
class PatternAbout:
    """A pattern as the scenario's author describes it."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class About:
    """What was run, so that a reader can make it again."""

    scenario: str
    title: str
    scenario_hash: str
    model_version: str
    experiment: str
    """Hash of everything that decides the results."""
    master_seed: int
    patterns: tuple[PatternAbout, ...]
    reference: str
    options: Mapping[str, str]
    days: float
    command: str
    """The command line that makes it again."""
    digest: str
    """Of the sorted rows that are counted."""
    runs: int
    failed_runs: int
    failures: Mapping[str, int]
    """How often, by stage and type."""


# Numbers with what is needed to judge them


@dataclass(frozen=True, slots=True)
class Interval:
    """A number with its interval; ``low`` and ``high`` are infinite where there is none."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Level:
    """A quantity in one pattern."""

    pattern: str
    interval: Interval | None
    """Nothing where it is defined in no history."""
    n: int
    undefined: int
    """Histories in which there is nothing to measure, such as a share of no attacks."""


class Verdict(StrEnum):
    """What may be said of a difference."""

    BETTER = "better"
    WORSE = "worse"
    NO_MATERIAL_DIFFERENCE = "no material difference"
    """Whole interval within what is worth acting on."""
    IDENTICAL = "identical"
    UNDECIDED = "undecided"
    UNESTIMATED = "cannot be estimated"
    """A handful of histories carries the answer."""
    DIFFERENT = "different"
    """Where neither direction is better."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The paired difference of a pattern from the reference in a quantity."""

    quantity: Asked
    pattern: str
    reference: str
    interval: Interval | None
    """The plain 95 % paired interval."""
    running: Interval | None
    """The confidence sequence: holds at every look at once."""
    n: int
    """Pairs in which both are defined."""
    n_eff: float
    """Pairs that carry the variance; below 30 the interval is not to be trusted."""
    failed_pairs: int
    undefined_pairs: int
    identical: int
    """Pairs without any difference in this quantity."""
    excluded_share: float | None
    """Where all are identical: a difference in more than this share of histories is excluded (rule of three)."""
    variance_reduction: float | None
    """Variance with independent seeds over the variance of the pairs; measured, nothing where it is undefined."""
    bounds: tuple[float, float] | None
    """The estimate if every failed run had been as bad for one side as any seen, and the other way round."""
    histories: tuple[int, int, int]
    """Of all pairs: the pattern did better, worse, the same."""
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class PlannerLine:
    """One quantity of the planner's page, pattern by pattern."""

    quantity: Asked
    levels: tuple[Level, ...]
    differences: tuple[Difference, ...]
    """Of every pattern but the reference."""
    regret: Mapping[str, float]
    """How far each pattern's estimate falls short of the best one's, in the unit; empty where neither is better."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlannerRow:
    """One of the eight fixed rows."""

    id: str
    title: str
    lines: tuple[PlannerLine, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What was found when the results were looked at."""

    n: int
    half_width: float | None
    """The widest that still matters, in the unit of the quantity that stops."""
    n_eff: float
    running: Mapping[str, Interval]
    """The confidence sequence of each pattern's difference from the reference."""
    survivors: tuple[str, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Why no more runs were made."""

    rule: str
    """``runs``, ``until-ci`` or ``until-decided``."""
    reached: bool
    reason: str
    looks: tuple[Look, ...]


@dataclass(frozen=True, slots=True)
class Best:
    """Which pattern is best by the primary quantity, two ways that are not the same."""

    mean_is_best: Mapping[str, float]
    """Confidence that its mean is best; tends to 0 or 1 with more runs."""
    best_in: Mapping[str, float]
    """In how many of 100 histories it did best, ties shared."""
    set: tuple[str, ...]
    """Those that cannot be told apart."""
    bounds: Mapping[str, float]
    """For each of the set: by how much at most another of it may be better, in the unit."""
    fresh: Difference | None
    """The best one against the next, on replications that did not choose it."""


@dataclass(frozen=True, slots=True)
class Dominance:
    """Whether one pattern is non-inferior on every row and better on one."""

    pattern: str
    over: str
    verdict: str
    """``dominates``, ``does not dominate`` or ``undecided``."""
    because: str


@dataclass(frozen=True, slots=True)
class Exceedance:
    """How often more than so many, by pattern, and the paired difference under one simultaneous band."""

    quantity: Asked
    thresholds: tuple[float, ...]
    curves: Mapping[str, tuple[float, ...]]
    differences: Mapping[str, tuple[float, ...]]
    low: Mapping[str, tuple[float, ...]]
    high: Mapping[str, tuple[float, ...]]
    crossings: Mapping[str, tuple[float, ...]]
    """Thresholds at which a pattern's curve crosses the reference's."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Paired differences of one quantity: enough of their distribution to draw it."""

    quantity: Asked
    pattern: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    """Pairs between the edges; the pairs without difference are not among them."""
    identical: int


@dataclass(frozen=True, slots=True)
class Fan:
    """A measure over time: quantiles over histories, pattern by pattern."""

    quantity: Asked
    hours: tuple[float, ...]
    shares: tuple[float, ...]
    """Which quantiles, such as 0.05 to 0.95."""
    quantiles: Mapping[str, tuple[tuple[float, ...], ...]]
    """By pattern: one line a quantile."""


@dataclass(frozen=True, slots=True)
class HarmPlace:
    """A place on the map, and the harm that fell there."""

    place: str
    name: str
    latitude: float
    longitude: float
    killed: Mapping[str, float]
    """Mean killed a history, by pattern."""
    struck: Mapping[str, float]
    """Share of histories with anybody killed, by pattern."""


@dataclass(frozen=True, slots=True)
class HarmMap:
    """Where harm fell. ``roads`` are lines of (latitude, longitude)."""

    places: tuple[HarmPlace, ...]
    roads: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """A single run worth looking at, and the command that opens it."""

    said: str
    command: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer of ``mlt compare``."""

    about: About
    primary: Asked
    n: int
    """Complete replications that are counted."""
    stop: Stop
    sentence: str
    """What may be quoted."""
    rows: tuple[PlannerRow, ...]
    others: tuple[PlannerLine, ...]
    """Every further measure that differs anywhere: descriptive."""
    best: Best
    dominance: tuple[Dominance, ...]
    exceedance: tuple[Exceedance, ...]
    spreads: tuple[Spread, ...]
    fans: tuple[Fan, ...]
    harm: HarmMap | None
    warnings: tuple[str, ...]
    openings: tuple[Opening, ...] = ()


# Assumptions


@dataclass(frozen=True, slots=True)
class AssumptionShare:
    """In how many of the sets of assumptions tried a pattern is better by more than what is worth acting on."""

    quantity: Asked
    pattern: str
    reference: str
    better: Interval
    worse: Interval
    """A reversal that matters."""
    immaterial: Interval
    draws: int
    pairs: int
    noise: float
    """Share of the scatter over draws that is the luck of few runs."""
    detectable: bool
    """Whether any dependence on the assumptions is left when chance is taken off."""
    regret: float
    """Nine in ten draws fall short of the better pattern by at most this, in the unit; not a number where neither
    direction is better."""
    said: str
    reference_regret: float = math.nan
    """The same of the reference: what keeping it may cost."""
    mean: Interval | None = None
    """The mean difference over the draws."""


@dataclass(frozen=True, slots=True)
class TornadoBar:
    """What moving one assumption from the low to the high end of its range does to the paired difference."""

    parameter: str
    mechanism: str
    label: str
    low: float
    high: float
    unit: str
    change: Interval
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Tornado:
    """The assumptions that move the difference, strongest first, beside what chance alone does."""

    quantity: Asked
    pattern: str
    reference: str
    bars: tuple[TornadoBar, ...]
    chance: float
    """The change that a parameter which only reseeds would show in 95 of 100 designs."""
    screened: int
    """Parameters that were tried."""
    mechanisms: Mapping[str, float]
    """Share of the explained scatter by mechanism."""
    indices: Mapping[str, Interval]
    """Variance indices of the survivors, noise taken off; only where the design is deep enough."""
    reversal: str
    """What would have to be true for the answer to turn round."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The answer of ``mlt assumptions``."""

    about: About
    over: str
    """``ranges`` or ``calibrated``: which sets of assumptions were tried."""
    draws: int
    pairs: int
    primary: Asked
    sentence: str
    shares: tuple[AssumptionShare, ...]
    tornados: tuple[Tornado, ...]
    warnings: tuple[str, ...]


# Sweeps


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """One design point: what was varied, and the levels and differences there."""

    point: int
    values: Mapping[str, str]
    n: int
    failed: int
    levels: tuple[Level, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Sweep:
    """The answer of ``mlt sweep``."""

    about: About
    design: str
    """``factorial``, ``latin-hypercube`` or ``sobol``."""
    factors: Mapping[str, tuple[str, ...]]
    primary: Asked
    points: tuple[SweepPoint, ...]
    sentence: str
    warnings: tuple[str, ...]


Answer = Comparison | Assumptions | Sweep
