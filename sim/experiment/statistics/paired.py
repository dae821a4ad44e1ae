"""A quantity in one pattern, and the paired difference between two: what every table is made of."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.experiment.answers import Difference, Interval, Level, Verdict
from sim.experiment.results import Flags, Numbers, Results, first
from sim.experiment.statistics.intervals import (
    Sample,
    excluded_share,
    failure_bounds,
    order_interval,
    sample,
    sign_variance_reduction,
    variance_reduction,
    wilson,
)
from sim.experiment.statistics.quantities import Kind, Quantity

_SIGNS: Final = (-1.0, 1.0)


def level(quantity: Quantity, results: Results, pattern: str) -> Level:
    """A quantity in one pattern, with its 95 % interval; without one where only a pair of patterns has it."""
    results = first(results, results.made(pattern))
    if not quantity.has_levels:
        return Level(pattern, None, int(np.isfinite(quantity.histories(results, pattern)).sum()), 0)
    values = quantity.values(results, pattern)
    found = sample(values)
    undefined = int(quantity.undefined(results, pattern).sum())
    if found.n == 0:
        return Level(pattern, None, 0, undefined)
    interval: Interval | None
    if quantity.kind is Kind.QUANTILE:
        interval = order_interval(values, quantity.at)
    elif quantity.is_share:
        interval = wilson(round(found.mean * found.n), found.n)
    else:
        interval = found.interval()
    return Level(pattern, interval, found.n, undefined)


def difference(quantity: Quantity, results: Results, pattern: str, reference: str) -> Difference:
    """The paired difference of a pattern from a reference, with everything that is needed to judge it.

    The verdict rests on the confidence sequence: the runs may always go on, and then it is looked at once more.
    """
    results = first(results, min(results.made(pattern), results.made(reference)))
    numbers = quantity.differences(results, pattern, reference)
    found = sample(numbers)
    same = quantity.same(results, pattern, reference) & np.isfinite(numbers)
    own_failed, other_failed = results.failed(pattern), results.failed(reference)
    failed = own_failed | other_failed
    undefined = (quantity.undefined(results, pattern) | quantity.undefined(results, reference)) & ~failed
    identical = int(same.sum())
    return Difference(
        quantity=quantity.asked,
        pattern=pattern,
        reference=reference,
        interval=found.interval() if found.n else None,
        running=found.running() if found.n else None,
        n=found.n,
        n_eff=found.n_eff,
        failed_pairs=int(failed.sum()),
        undefined_pairs=int(undefined.sum()),
        identical=identical,
        excluded_share=excluded_share(found.n) if found.n and identical == found.n else None,
        variance_reduction=_variance_reduction(quantity, results, pattern, reference),
        bounds=_bounds(quantity, results, (pattern, reference), (own_failed, other_failed), numbers),
        histories=_histories(quantity, results, pattern, reference),
        verdict=verdict(quantity, found, all_identical=identical == found.n > 0),
    )


def verdict(quantity: Quantity, found: Sample, *, all_identical: bool) -> Verdict:
    """What may be said of a mean difference whenever it is looked at."""
    if found.n == 0:
        return Verdict.UNDECIDED
    if all_identical:
        return Verdict.IDENTICAL
    running = found.running()
    if math.isinf(running.low):
        return Verdict.UNDECIDED
    if not found.is_trusted:
        return Verdict.UNESTIMATED
    worthwhile = quantity.worthwhile
    if worthwhile is not None and -worthwhile < running.low and running.high < worthwhile:
        return Verdict.NO_MATERIAL_DIFFERENCE
    if running.low <= 0 <= running.high:
        return Verdict.UNDECIDED
    if quantity.sign == 0:
        return Verdict.DIFFERENT
    return Verdict.BETTER if (running.low > 0) == (quantity.sign > 0) else Verdict.WORSE


def _histories(quantity: Quantity, results: Results, pattern: str, reference: str) -> tuple[int, int, int]:
    """Better, worse and the same, by the measure itself; pairs in which one has nothing to measure are none of them."""
    apart = quantity.histories(results, pattern) - quantity.histories(results, reference)
    sign = -1.0 if quantity.spec.direction == "lower" else 1.0
    return int((sign * apart > 0).sum()), int((sign * apart < 0).sum()), int((apart == 0).sum())


def _variance_reduction(quantity: Quantity, results: Results, pattern: str, reference: str) -> float | None:
    if quantity.has_levels:
        return variance_reduction(quantity.values(results, pattern), quantity.values(results, reference))
    return sign_variance_reduction(quantity.histories(results, pattern), quantity.histories(results, reference))


def _bounds(
    quantity: Quantity, results: Results, pair: tuple[str, str], failed: tuple[Flags, Flags], signs: Numbers
) -> tuple[float, float] | None:
    if not bool((failed[0] | failed[1]).any()):
        return None
    if not quantity.has_levels:
        return failure_bounds(signs, np.zeros(signs.shape), failed[0] | failed[1], np.zeros_like(failed[0]), _SIGNS)
    own, other = (quantity.values(results, each) for each in pair)
    seen = np.concatenate([own[np.isfinite(own)], other[np.isfinite(other)]])
    if seen.size == 0:
        return None
    return failure_bounds(own, other, *failed, (float(seen.min()), float(seen.max())))
