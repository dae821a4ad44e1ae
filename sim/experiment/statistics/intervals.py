"""Intervals of paired differences, and what must be known to trust them.

Everything takes plain arrays, one number a history, and leaves out what is not a number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Any, Final

import numpy as np

from sim.experiment.answers import Interval
from sim.experiment.faults import MissingExtra
from sim.experiment.results import Flags, Numbers
from sim.experiment.statistics.conventions import (
    ENOUGH_PAIRS,
    ERROR,
    FIRST_LOOK,
    LEVEL,
    RULE_OF_THREE,
    SEQUENCE_TIGHTEST_AT,
)

_NOTHING: Final = 1e-12
"""Scatter of this share of the largest number is the rounding of equal numbers."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What the intervals of a mean need to know of its numbers.

    ``n_eff`` counts the numbers that carry the variance, (sum e²)² / sum e⁴ with e the distance from the mean: of a
    share about those that differ from the usual. It is ``n`` where all are equal, and 0 where all are zero: that says
    nothing of the histories still to come.
    """

    n: int
    mean: float
    deviation: float
    """The standard deviation of one number."""
    n_eff: float

    @property
    def error(self) -> float:
        """The standard error of the mean."""
        return self.deviation / math.sqrt(self.n) if self.n > 1 else math.inf

    @property
    def is_trusted(self) -> bool:
        """Whether enough numbers carry the variance for the intervals to hold."""
        return self.n_eff >= ENOUGH_PAIRS

    @property
    def is_all_zero(self) -> bool:
        """Whether no history shows any difference, which is nothing to stop at."""
        return self.n > 0 and self.n_eff == 0

    def interval(self, level: float = LEVEL) -> Interval:
        """The plain interval: holds at one number of histories fixed beforehand, or at the looks."""
        half = self.half_width(level)
        return Interval(self.mean, self.mean - half, self.mean + half)

    def half_width(self, level: float = LEVEL) -> float:
        """Half of the width of the plain interval; infinite with fewer than two numbers."""
        return self.error * t_quantile(0.5 + level / 2, self.n - 1) if self.n > 1 else math.inf

    def running(self, error: float = ERROR) -> Interval:
        """The confidence sequence: all its intervals together hold with the level, however often one looks.

        It begins at the first look; before, the variance is a guess.
        """
        if self.n < FIRST_LOOK:
            return Interval(self.mean, -math.inf, math.inf)
        half = self.deviation * sequence_half_width(self.n, error)
        return Interval(self.mean, self.mean - half, self.mean + half)

    def upper(self, error: float) -> float:
        """The bound that the mean exceeds with this probability at most."""
        return self.mean + self.error * t_quantile(1 - error, self.n - 1) if self.n > 1 else math.inf

    def chance_as_low(self) -> float:
        """How often a mean as low as this or lower comes up when the true mean is 0 (one-sided t test)."""
        if self.n < 2:
            return 1.0
        if self.deviation == 0:
            return float(self.mean >= 0)
        return t_below(self.mean / self.error, self.n - 1)


def sample(numbers: Numbers) -> Sample:
    """Sums up numbers of any shape (n,), those that are none left out."""
    used = numbers[np.isfinite(numbers)]
    n = int(used.size)
    if n == 0:
        return Sample(0, math.nan, math.nan, 0.0)
    mean = float(used.mean())
    largest = float(np.abs(used).max())
    apart = used - mean
    if largest == 0 or float(np.abs(apart).max()) <= _NOTHING * largest:
        return Sample(n, float(used[0]), 0.0, float(n) if largest else 0.0)
    # Taken in units of the largest, so that fourth powers neither overflow nor vanish.
    squares = np.square(apart / np.abs(apart).max())
    total = float(squares.sum())
    deviation = float(np.abs(apart).max()) * math.sqrt(total / (n - 1))
    return Sample(n, mean, deviation, total**2 / float(np.square(squares).sum()))


def sequence_half_width(n: int, error: float = ERROR) -> float:
    """Half of the width of the asymptotic confidence sequence after ``n`` numbers, in standard deviations of one.

    Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Time-uniform central limit theory and asymptotic
    confidence sequences, Annals of Statistics 52 (2024).
    """
    tight = -2 * math.log(error)
    ratio = (tight + math.log(tight) + 1) / SEQUENCE_TIGHTEST_AT
    grown = n * ratio + 1
    return math.sqrt(2 * grown / (n * n * ratio) * math.log(math.sqrt(grown) / error))


def n_eff(numbers: Numbers) -> float:
    """How many of the numbers carry their variance."""
    return sample(numbers).n_eff


def excluded_share(n: int) -> float:
    """What happened in none of ``n`` histories happens in at most this share of them (rule of three)."""
    return min(1.0, RULE_OF_THREE / n) if n else 1.0


def wilson(times: int, n: int, level: float = LEVEL) -> Interval:
    """A share with its interval (Wilson 1927), for shares near 0 or 1 too."""
    if n == 0:
        return Interval(math.nan, 0.0, 1.0)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share, weight = times / n, z * z / n
    centre = (share + weight / 2) / (1 + weight)
    half = z * math.sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    return Interval(
        share, 0.0 if times == 0 else max(0.0, centre - half), 1.0 if times == n else min(1.0, centre + half)
    )


def share_at_most(times: int, n: int, error: float) -> float:
    """The exact bound that a share exceeds with this probability at most (Clopper and Pearson 1934)."""
    if n == 0 or times >= n:
        return 1.0
    return float(_special().betaincinv(times + 1, n - times, 1 - error))


def order_interval(numbers: Numbers, share: float, level: float = LEVEL) -> Interval | None:
    """A quantile with the order statistics that bound it (normal approximation to the binomial); none of nothing."""
    ordered = np.sort(numbers[np.isfinite(numbers)])
    n = ordered.size
    if n == 0:
        return None
    z = NormalDist().inv_cdf(0.5 + level / 2)
    spread = z * math.sqrt(n * share * (1 - share))
    low, high = math.floor(n * share - spread) - 1, math.ceil(n * share + spread)
    return Interval(
        float(np.quantile(ordered, share)),
        float(ordered[low]) if low >= 0 else -math.inf,
        float(ordered[high]) if high < n else math.inf,
    )


def variance_reduction(own: Numbers, other: Numbers) -> float | None:
    """The variance of the difference with independent luck over that of the pairs; nothing where pairs never differ."""
    both = np.isfinite(own) & np.isfinite(other)
    pairs = sample(np.where(both, own - other, np.nan))
    if pairs.n < 2 or pairs.deviation == 0:
        return None
    apart = sample(np.where(both, own, np.nan)).deviation ** 2 + sample(np.where(both, other, np.nan)).deviation ** 2
    return apart / pairs.deviation**2


def sign_variance_reduction(own: Numbers, other: Numbers) -> float | None:
    """The same for the net share of histories better: each history of one pattern against every one of the other."""
    both = np.isfinite(own) & np.isfinite(other)
    pairs = sample(np.sign(own[both] - other[both]))
    if pairs.n < 2 or pairs.deviation == 0:
        return None
    ordered = np.sort(other[both])
    more = float(np.searchsorted(ordered, own[both], "left").mean()) / pairs.n
    less = 1 - float(np.searchsorted(ordered, own[both], "right").mean()) / pairs.n
    return (more + less - (more - less) ** 2) / pairs.deviation**2


def failure_bounds(
    own: Numbers, other: Numbers, own_failed: Flags, other_failed: Flags, seen: tuple[float, float]
) -> tuple[float, float] | None:
    """The mean difference if failed runs had been as low or as high as any seen, whichever is worse for either side.

    Failing goes along with violence, so that leaving the pair out is no neutral act. Nothing where no run failed.
    """
    if not bool((own_failed | other_failed).any()):
        return None
    low, high = seen
    least = np.where(own_failed, low, own) - np.where(other_failed, high, other)
    most = np.where(own_failed, high, own) - np.where(other_failed, low, other)
    return float(np.nanmean(least)), float(np.nanmean(most))


@lru_cache(maxsize=4096)
def t_quantile(share: float, freedom: int) -> float:
    """A quantile of Student's t."""
    return float(_special().stdtrit(freedom, share))


def t_below(value: float, freedom: int) -> float:
    """How often Student's t is at most this."""
    return float(_special().stdtr(freedom, value))


def _special() -> Any:
    try:
        from scipy import special  # 60 ms; only an answer needs it
    except ModuleNotFoundError as error:
        raise MissingExtra("Intervals need scipy", "experiments") from error
    return special
