"""The few estimators of the validation page: order statistics, Wilson bounds, and the pass rule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

LEVEL = 0.90
NORMAL = NormalDist()
Z = NORMAL.inv_cdf(0.5 + LEVEL / 2)
ENOUGH = 30
"""Pairs that must carry a variance before an interval from it is believed."""


@dataclass(frozen=True)
class Estimate:
    """A point with its 90 % interval."""

    value: float
    low: float
    high: float


def quantile(values: Sequence[float], share: float) -> float:
    """Linear interpolation between order statistics."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    if ordered[below] == ordered[above]:
        return ordered[below]
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])


def median(values: Sequence[float]) -> Estimate:
    """The median with the order statistics that bound it in 90 of 100 samples (normal approximation)."""
    ordered = sorted(values)
    n = len(ordered)
    spread = Z * math.sqrt(n) / 2
    low = max(0, math.floor(n / 2 - spread) - 1)
    high = min(n - 1, math.ceil(n / 2 + spread))
    return Estimate(quantile(ordered, 0.5), ordered[low], ordered[high])


def mean(values: Sequence[float]) -> Estimate:
    """The mean with a normal interval."""
    middle = math.fsum(values) / len(values)
    spread = deviation_of_mean(values)
    return Estimate(middle, middle - Z * spread, middle + Z * spread)


def deviation_of_mean(values: Sequence[float]) -> float:
    """The standard error of the mean."""
    n = len(values)
    if n < 2:
        return math.inf
    middle = math.fsum(values) / n
    return math.sqrt(math.fsum((value - middle) ** 2 for value in values) / (n - 1) / n)


def wilson(successes: int, n: int) -> Estimate:
    """A probability with its Wilson interval."""
    share = successes / n
    centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    spread = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return Estimate(share, max(0.0, centre - spread), min(1.0, centre + spread))


def verdict(estimate: Estimate, band: Sequence[float]) -> str:
    """Inside, outside or undecided, by the whole interval."""
    if band[0] <= estimate.low and estimate.high <= band[1]:
        return "inside"
    if estimate.high < band[0] or estimate.low > band[1]:
        return "outside"
    return "undecided"


def replays(
    values: Sequence[float], observed: Sequence[float], widest: Sequence[float]
) -> tuple[bool, bool, float, float]:
    """Whether what was observed lies in the model's central 90 % range, and whether that range is narrow enough."""
    low, high = quantile(values, 0.05), quantile(values, 0.95)
    seen = low <= observed[1] and observed[0] <= high
    return seen, widest[0] <= low and high <= widest[1], low, high


def effective(differences: Sequence[float]) -> float:
    """How many pairs carry the variance."""
    middle = math.fsum(differences) / len(differences)
    errors = [(difference - middle) ** 2 for difference in differences]
    fourth = math.fsum(error * error for error in errors)
    return math.fsum(errors) ** 2 / fourth if fourth else 0.0
