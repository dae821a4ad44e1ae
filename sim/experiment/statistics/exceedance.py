"""How often more than so much comes: a curve for each pattern, and their paired difference under one band."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import NormalDist
from typing import Final

import numpy as np

from sim.doctrine import MeasureSpec
from sim.experiment.answers import Exceedance
from sim.experiment.results import Numbers, Results, first
from sim.experiment.statistics.conventions import CURVE_POINTS, ENOUGH_PAIRS, LEVEL
from sim.experiment.statistics.gaussian import drawn_means, mean_and_covariance
from sim.experiment.statistics.quantities import Kind, Quantity

_Z: Final = NormalDist().inv_cdf(0.5 + LEVEL / 2)


def exceedance(spec: MeasureSpec, results: Results, patterns: Sequence[str], reference: str) -> Exceedance | None:
    """The curves of a measure; nothing where it is the same in all histories of all patterns."""
    quantity = Quantity(Kind.MEAN, spec)
    values = {each: quantity.histories(first(results, results.made(each)), each) for each in patterns}
    thresholds = _thresholds(spec, [own[np.isfinite(own)] for own in values.values()])
    if len(thresholds) < 2:
        return None
    bands = {each: _Band(values[each], values[reference], thresholds) for each in patterns if each != reference}
    return Exceedance(
        quantity=quantity.asked,
        thresholds=tuple(float(each) for each in thresholds),
        curves={each: _curve(own, thresholds) for each, own in values.items()},
        differences={each: _told(band.differences) for each, band in bands.items()},
        low={each: _told(np.maximum(-1.0, band.differences - band.half_width)) for each, band in bands.items()},
        high={each: _told(np.minimum(1.0, band.differences + band.half_width)) for each, band in bands.items()},
        crossings={each: band.crossings for each, band in bands.items()},
    )


class _Band:
    """The paired difference at every threshold, and half the width of a band that holds all of them together.

    The band is that of the largest standardised deviation. Where few pairs differ, in the tail, their standard error
    is a guess; it is taken to be no smaller than that of as many pairs as are enough.
    """

    def __init__(self, own: Numbers, other: Numbers, thresholds: Numbers) -> None:
        n = min(len(own), len(other))
        both = np.isfinite(own[:n]) & np.isfinite(other[:n])
        rows, times = _kinds_of_pairs(own[:n][both], other[:n][both], thresholds)
        self._thresholds = thresholds
        self.differences, covariance = mean_and_covariance(rows, times)
        least = math.sqrt(ENOUGH_PAIRS) / max(1.0, float(times.sum()))
        self._errors = np.maximum(np.sqrt(np.clip(np.diag(covariance), 0.0, None)), least)
        drawn = drawn_means(np.zeros(len(thresholds)), covariance)
        widest = float(np.quantile(np.abs(drawn / self._errors).max(axis=1), LEVEL))
        self.half_width = np.minimum(1.0, max(widest, _Z) * self._errors)

    @property
    def crossings(self) -> tuple[float, ...]:
        """Where the difference changes its side, by more than its standard error on either."""
        sure = np.flatnonzero(np.abs(self.differences) > self._errors)
        found = []
        for here, there in pairwise(sure):
            before, after = self.differences[here], self.differences[there]
            if (before > 0) != (after > 0):
                at, beyond = self._thresholds[here], self._thresholds[there]
                found.append(float(at + (beyond - at) * before / (before - after)))
        return tuple(found)


def _thresholds(spec: MeasureSpec, columns: Sequence[Numbers]) -> Numbers:
    """Nought, the measure's own thresholds, and others where the histories lie; none exceeds the highest value."""
    pooled = np.concatenate(list(columns))
    if pooled.size == 0 or float(pooled.min()) == float(pooled.max()):
        return np.empty(0)
    some = pooled[pooled > 0]
    shares = np.linspace(0.0, 1.0, CURVE_POINTS - len(spec.thresholds))[:-1]
    grid = np.quantile(some, shares) if some.size else np.empty(0)
    if spec.whole:
        grid = np.floor(grid)
    lowest = min(0.0, float(pooled.min()))
    inside = [each for each in spec.thresholds if each < float(pooled.max())]
    return np.unique(np.concatenate([[lowest], grid, inside]))


def _kinds_of_pairs(own: Numbers, other: Numbers, thresholds: Numbers) -> tuple[Numbers, Numbers]:
    """Which differences at the thresholds there are, and how many pairs have each: far fewer kinds than pairs."""
    kinds = len(thresholds) + 1
    passed = np.searchsorted(thresholds, own, "left"), np.searchsorted(thresholds, other, "left")
    times = np.bincount(passed[0] * kinds + passed[1], minlength=kinds**2)
    there = np.flatnonzero(times)
    above = np.tri(kinds, kinds - 1, -1)
    return above[there // kinds] - above[there % kinds], times[there].astype(np.float64)


def _curve(values: Numbers, thresholds: Numbers) -> tuple[float, ...]:
    ordered = np.sort(values[np.isfinite(values)])
    if ordered.size == 0:
        return tuple(0.0 for _ in thresholds)
    return _told(1 - np.searchsorted(ordered, thresholds, "right") / ordered.size)


def _told(numbers: Numbers) -> tuple[float, ...]:
    return tuple(float(each) for each in numbers)
