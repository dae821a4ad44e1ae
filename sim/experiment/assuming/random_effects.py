"""In how many sets of assumptions an answer holds, with the luck of few histories taken off.

Each draw of assumptions has some pairs of histories and an estimate of the difference. Estimates scatter because the
assumptions differ and because the pairs are few. Counting the draws with the right sign takes both for the first: a
difference that holds in 98 of 100 sets then reads as 86. Here the scatter of the pairs is measured inside each draw
and subtracted, and what is left is taken as normal.

Source: DerSimonian and Laird (1986), Controlled Clinical Trials 7(3), for the scatter between draws; Louis (1984),
JASA 79, for estimates of single draws that scatter as they should.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from sim.experiment.answers import Interval
from sim.experiment.results import Flags, Numbers

RESAMPLES: Final = 1000
"""Resampled sets of draws behind an interval."""
FLOOR: Final = 0.05
"""No interval of a share is narrower than five points to either side: the normal form itself is an assumption."""
NOISY: Final = 0.9
"""Where chance is more than this share of the scatter, little can be said about the assumptions."""
FEWEST_PAIRS: Final = 2
"""Pairs of a draw from which its noise can be told."""
REGRET_SHARE: Final = 0.9
_TAIL: Final = 0.025
_STREAM: Final = 0x5EED


@dataclass(frozen=True, slots=True)
class Scatter:
    """What a quantity's difference does from draw to draw: of one or several patterns from the reference."""

    estimates: Numbers
    """Draws x patterns: the estimated difference in each draw."""
    noise: Numbers
    """Draws x patterns x patterns: how the luck of few pairs makes those estimates scatter together."""
    kept: Flags
    """Which of the draws that were made these are; the others have too few pairs with a value."""
    pairs: int
    """Pairs with a value in every pattern, over all draws."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of sets of assumptions, which add up to one."""

    better: Interval
    worse: Interval
    immaterial: Interval
    mean: Interval
    """The mean difference over sets of assumptions."""
    spread: float
    """Standard deviation of the difference over sets of assumptions, chance taken off; 0 where nothing is left."""
    noise: float
    """Share of the scatter over draws that is the luck of few pairs."""
    draws: int

    @property
    def detectable(self) -> bool:
        """Whether any dependence on the assumptions is left."""
        return self.spread > 0.0

    @property
    def noisy(self) -> bool:
        """Whether chance drowns the assumptions."""
        return self.noise > NOISY


def scatter_of(differences: Numbers) -> Scatter:
    """Estimates of the difference by draw, and their noise.

    Args:
        differences: patterns x draws x pairs, pattern minus reference; not a number where a pair has no value.
            Ratios of sums come linearised within each draw.
    """
    there: Flags = np.asarray(np.isfinite(differences).all(axis=0))
    counts = there.sum(axis=1)
    kept = counts >= FEWEST_PAIRS
    values = np.where(there, differences, 0.0)[:, kept]
    counts = counts[kept]
    estimates = (values.sum(axis=2) / counts).T
    apart = np.where(there[kept], values - estimates.T[:, :, None], 0.0)
    return Scatter(estimates, _noise(apart, counts), kept, int(counts.sum()))


def _noise(apart: Numbers, counts: Numbers) -> Numbers:
    """Draws x patterns x patterns, from deviations within draws that are 0 where a pair has no value."""
    made: Numbers = np.einsum("adr,bdr->dab", apart, apart) / (counts * (counts - 1))[:, None, None]
    return made


def shares(scatter: Scatter, pattern: int, worthwhile: float, seed: int, *, better: int = 1) -> Shares:
    """In how many sets of assumptions a pattern is better, or worse, by more than what is worth acting on.

    Args:
        pattern: which of the scatter's.
        worthwhile: smallest difference worth acting on, in the quantity's unit; 0 for any.
        better: 1 where more is better, -1 where less is.

    Raises:
        ValueError: for fewer than two draws.
    """
    estimates, noise = better * scatter.estimates[:, pattern], scatter.noise[:, pattern, pattern]
    many = len(estimates)
    if many < 2:
        raise ValueError(f"{many} draws do not scatter.")
    rng = np.random.default_rng([_STREAM, abs(seed)])
    rows = np.concatenate([np.arange(many)[None], rng.integers(0, many, (RESAMPLES, many))])
    means, variances, chances = _moments(estimates, noise, rows)
    wins, losses = _beyond(means, variances, worthwhile)
    between = float(variances[0])
    return Shares(
        better=widened(wins),
        worse=widened(losses),
        immaterial=widened(1.0 - wins - losses),
        mean=_percentiles(better * means),
        spread=math.sqrt(between) if between > 0.0 else 0.0,
        noise=float(chances[0]),
        draws=many,
    )


def _moments(estimates: Numbers, noise: Numbers, rows: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """By resample: mean, variance over draws without chance, and chance's share of the scatter."""
    sampled = estimates[rows]
    raw, chance = sampled.var(axis=1, ddof=1), noise[rows].mean(axis=1)
    # Rounding may leave something of nothing where all draws are alike.
    still = raw <= 1e-24 * np.abs(sampled).max(axis=1, initial=1e-300) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(still, 1.0, np.minimum(1.0, chance / raw))
    return sampled.mean(axis=1), np.where(still, 0.0, raw - chance), share


def _beyond(means: Numbers, variances: Numbers, worthwhile: float) -> tuple[Numbers, Numbers]:
    """Shares of a normal distribution above what is worth acting on, and below its negative."""
    from_scratch = NormalDist().cdf
    spread = np.sqrt(np.clip(variances, 0.0, None))
    wins, losses = np.empty_like(means), np.empty_like(means)
    for at, (mean, deviation) in enumerate(zip(means.tolist(), spread.tolist(), strict=True)):
        if deviation > 0.0:
            wins[at] = from_scratch((mean - worthwhile) / deviation)
            losses[at] = from_scratch((-mean - worthwhile) / deviation)
        else:
            wins[at], losses[at] = float(mean > worthwhile), float(-mean > worthwhile)
    return wins, losses


def widened(values: Numbers, tail: float = _TAIL) -> Interval:
    """The first value, with the middle of the others as its interval, never narrower than the floor."""
    low, high = np.quantile(values[1:], [tail, 1.0 - tail])
    value = float(values[0])
    return Interval(value, max(0.0, min(float(low), value - FLOOR)), min(1.0, max(float(high), value + FLOOR)))


def _percentiles(values: Numbers) -> Interval:
    low, high = np.quantile(values[1:], [_TAIL, 1.0 - _TAIL])
    return Interval(float(values[0]), float(low), float(high))


def regrets(scatter: Scatter, patterns: Sequence[str], reference: str, better: int) -> Mapping[str, float]:
    """By how much each pattern falls short of the best one, at most, in nine of ten sets of assumptions.

    Single draws are pulled towards their mean until they scatter as the assumptions alone make them; the largest of
    raw estimates would be the luckiest.

    Args:
        patterns: of the scatter, in its order.
        better: 1 where more is better, -1 where less is.

    Returns:
        By pattern, the reference among them, in the quantity's unit.
    """
    gains = better * shrunken(scatter)
    gains = np.concatenate([np.zeros((len(gains), 1)), gains], axis=1)
    short = np.quantile(gains.max(axis=1, keepdims=True) - gains, REGRET_SHARE, axis=0)
    return {name: float(value) for name, value in zip((reference, *patterns), short, strict=True)}


def shrunken(scatter: Scatter) -> Numbers:
    """Differences by draw and pattern, pulled towards their mean until they scatter as the assumptions make them."""
    middle = scatter.estimates.mean(axis=0)
    apart = scatter.estimates - middle
    total = apart.T @ apart / max(1, len(apart) - 1)
    pull = _root(total - scatter.noise.mean(axis=0)) @ _root(total, inverse=True)
    made: Numbers = middle + apart @ pull.T
    return made


def _root(matrix: Numbers, *, inverse: bool = False) -> Numbers:
    """The square root of a symmetric matrix, or of its inverse; directions with nothing in them stay empty."""
    values, vectors = np.linalg.eigh(matrix)
    floor = 1e-12 * max(float(values.max(initial=0.0)), 0.0)
    kept = values > floor
    roots = np.zeros_like(values)
    roots[kept] = values[kept] ** (-0.5 if inverse else 0.5)
    made: Numbers = (vectors * roots) @ vectors.T
    return made
