"""Shares with their intervals, times, and loads by the hour: the small statistics of a rehearsal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import sqrt
from statistics import NormalDist
from typing import Final

import numpy as np

from sim.experiment.answers import Interval
from sim.experiment.model import Value
from sim.experiment.rehearsing.findings import Share, Times

CONFIDENCE: Final = 0.95
RULE_OF_THREE: Final = 3.0
"""What never happened in n runs happens in fewer than 3/n of all, at 95 % (Hanley and Lippman-Hand 1983)."""
_Z: Final = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
_QUANTILES: Final = (0.05, 0.5, 0.95)


def share(flags: Iterable[Value]) -> Share:
    """In how many of them it is true; what is undefined is left out."""
    known = [bool(flag) for flag in flags if flag is not None]
    return share_of(sum(known), len(known))


def share_of(count: int, of: int) -> Share:
    """A share with its Wilson score interval (Wilson 1927), or the rule of three where it is nothing or all."""
    if not of:
        return Share(count, of, None)
    value = count / of
    middle = (value + _Z * _Z / (2 * of)) / (1 + _Z * _Z / of)
    half = _Z / (1 + _Z * _Z / of) * sqrt(value * (1 - value) / of + _Z * _Z / (4 * of * of))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    if not count:
        low, high = 0.0, min(1.0, RULE_OF_THREE / of)
    elif count == of:
        low, high = max(0.0, 1.0 - RULE_OF_THREE / of), 1.0
    return Share(count, of, Interval(value, low, high))


def times(hours: Iterable[Value]) -> Times | None:
    """When, over the runs in which it happened; nothing where it never did."""
    known = [float(each) for each in hours if isinstance(each, int | float)]
    if not known:
        return None
    early, middle, late = (float(each) for each in np.quantile(known, _QUANTILES))
    return Times(len(known), early, middle, late)


def pooled(histograms: Iterable[Value]) -> list[float]:
    """Hours of all runs together, by how many each had."""
    total: list[float] = []
    for histogram in histograms:
        if isinstance(histogram, Sequence):
            total.extend(0.0 for _ in range(len(histogram) - len(total)))
            for many, hours in enumerate(histogram):
                total[many] += hours
    return total


def quantile(histogram: Sequence[float], at: float) -> float:
    """The least number that a share ``at`` of the hours does not exceed."""
    wanted = at * sum(histogram)
    running = 0.0
    for many, hours in enumerate(histogram):
        running += hours
        if running >= wanted:
            return float(many)
    return 0.0


def highest(histograms: Iterable[Value]) -> float | None:
    """The busiest hour of each run; the middle of all runs."""
    tops = [len(histogram) - 1 for histogram in histograms if isinstance(histogram, Sequence)]
    return float(np.median(tops)) if tops else None


def mean(numbers: Iterable[Value]) -> float | None:
    """The mean of what is defined; nothing where nothing is."""
    known = [float(each) for each in numbers if isinstance(each, int | float)]
    return sum(known) / len(known) if known else None
