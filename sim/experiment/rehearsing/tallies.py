"""Shares with their intervals, times, and loads by the hour: the small statistics of a rehearsal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from sim.experiment.answers import Interval
from sim.experiment.model import Value
from sim.experiment.rehearsing.findings import Share, Times
from sim.experiment.statistics.intervals import excluded_share, wilson

_QUANTILES: Final = (0.05, 0.5, 0.95)


def share(flags: Iterable[Value]) -> Share:
    """In how many of them it is true; what is undefined is left out."""
    known = [bool(flag) for flag in flags if flag is not None]
    return share_of(sum(known), len(known))


def share_of(count: int, of: int) -> Share:
    """A share with its Wilson interval, or the rule of three where it is nothing or all."""
    if not of:
        return Share(count, of, None)
    found = wilson(count, of)
    if not count:
        found = Interval(0.0, 0.0, excluded_share(of))
    elif count == of:
        found = Interval(1.0, 1.0 - excluded_share(of), 1.0)
    return Share(count, of, found)


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
