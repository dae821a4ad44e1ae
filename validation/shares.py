"""In how many sets of assumptions a model lies in its bands, with the noise of few runs taken off.

Each draw of assumptions has some runs, and a statistic of them: the median of a part, or a share. It scatters because
the assumptions differ and because the runs are few. Counting how many draws fall into the band takes both for the
first. Here the scatter of the runs is measured inside each draw and subtracted, and what is left is taken as normal.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from validation.statistics import Estimate

Array = NDArray[np.float64]

SPLITS = 24
"""Random halves of a draw's runs from which its noise is measured."""
RESAMPLES = 400
"""Resampled sets of draws behind an interval."""
CORNERS = 4096
"""Points of a normal distribution that are counted for the share of all bands together."""
FLOOR = 0.05
"""No interval of a share is narrower than five points to either side: the normal form itself is an assumption."""
NOISY = 0.9
"""Where chance is more than this share of the scatter, little can be said about the assumptions."""


@dataclass(frozen=True)
class Part:
    """One band: a column of runs, how a draw's runs make one number, and the ends of the band on its scale."""

    name: str
    low: float
    high: float
    mean: bool = False
    """The mean of the runs instead of their median."""
    log: bool = False
    """Compare logarithms: counts of people are skewed over assumptions."""

    def of(self, runs: Array) -> Array:
        """The statistic along the second axis."""
        with warnings.catch_warnings():
            # A draw without a single defined run stays undefined.
            warnings.simplefilter("ignore", RuntimeWarning)
            made: Array = np.nanmean(runs, axis=1) if self.mean else np.nanmedian(runs, axis=1)
        return np.log1p(made) if self.log else made

    @property
    def ends(self) -> tuple[float, float]:
        return (math.log1p(self.low), math.log1p(self.high)) if self.log else (self.low, self.high)


@dataclass(frozen=True)
class Share:
    """A share of sets of assumptions."""

    estimate: Estimate
    draws: int
    noise: float
    """Share of the scatter over draws that is the luck of few runs."""
    detectable: bool
    """Whether any dependence on the assumptions is left when chance is taken off."""

    @property
    def noisy(self) -> bool:
        return self.noise > NOISY


def shares(parts: Sequence[Part], runs: Array, seed: int) -> tuple[dict[str, Share], Share]:
    """Share inside per part, and of all parts together.

    Args:
        runs: draws x runs x parts; not a number where a run leaves a part undefined.
    """
    rng = np.random.default_rng(seed)
    statistic = np.stack([part.of(runs[:, :, at]) for at, part in enumerate(parts)], axis=1)
    noise = _noise(parts, runs, rng)
    whole = np.isfinite(statistic).all(axis=1) & np.isfinite(noise).all(axis=(1, 2))
    statistic, noise = statistic[whole], noise[whole]
    many = len(statistic)
    normal = rng.standard_normal((CORNERS, len(parts)))
    samples = [np.arange(many), *(rng.integers(0, many, many) for _ in range(RESAMPLES))]
    singles, jointly = [], []
    for sample in samples:
        middle, spread = _between(statistic[sample], noise[sample])
        singles.append([_inside(part, middle[at], spread[at, at]) for at, part in enumerate(parts)])
        jointly.append(_together(parts, middle, spread, normal))
    raw, spread = np.cov(statistic, rowvar=False).reshape(len(parts), -1), _between(statistic, noise)[1]
    found = {}
    for at, part in enumerate(parts):
        chance = min(1.0, float(noise[:, at, at].mean() / raw[at, at])) if raw[at, at] > 0 else 1.0
        column = [single[at] for single in singles]
        found[part.name] = Share(_widened(column), many, chance, bool(spread[at, at] > 0))
    worst = max((share.noise for share in found.values()), default=1.0)
    return found, Share(_widened(jointly), many, worst, True)


def _noise(parts: Sequence[Part], runs: Array, rng: np.random.Generator) -> Array:
    """How a statistic of so many runs scatters within each draw, from differences of its halves.

    Two halves differ with four times the variance of the whole (exactly so for a mean, closely for a median).
    """
    draws, many, width = runs.shape
    half = many // 2
    total = np.zeros((draws, width, width))
    for _ in range(SPLITS):
        order = rng.permutation(many)
        one, other = runs[:, order[:half]], runs[:, order[half : 2 * half]]
        apart = np.stack([part.of(one[:, :, at]) - part.of(other[:, :, at]) for at, part in enumerate(parts)], axis=1)
        total += apart[:, :, None] * apart[:, None, :]
    made: Array = total / SPLITS / 4.0 * (2 * half / many)
    return made


def _between(statistic: Array, noise: Array) -> tuple[Array, Array]:
    """Mean over draws, and the covariance that the assumptions make."""
    width = statistic.shape[1]
    return statistic.mean(axis=0), np.cov(statistic, rowvar=False).reshape(width, width) - noise.mean(axis=0)


def _inside(part: Part, middle: float, variance: float) -> float:
    low, high = part.ends
    if variance <= 0:
        return float(low <= middle <= high)
    normal = NormalDist(middle, math.sqrt(variance))
    return normal.cdf(high) - normal.cdf(low)


def _together(parts: Sequence[Part], middle: Array, spread: Array, normal: Array) -> float:
    values, vectors = np.linalg.eigh(spread)
    # Taking noise off can leave a direction with less than nothing.
    points = middle + normal @ (vectors * np.sqrt(np.clip(values, 0.0, None))).T
    low, high = (np.array([part.ends[end] for part in parts]) for end in (0, 1))
    return float(((points >= low) & (points <= high)).all(axis=1).mean())


def _widened(values: Sequence[float]) -> Estimate:
    """The first value with the middle ninety of a hundred of the others, never narrower than the floor."""
    low, high = np.quantile(values[1:], [0.05, 0.95])
    value = values[0]
    return Estimate(value, max(0.0, min(float(low), value - FLOOR)), min(1.0, max(float(high), value + FLOOR)))
