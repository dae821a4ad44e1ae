"""The best of several patterns: those that another surely beats are left out, the rest cannot be told apart.

Of all bounds only those against the truly best can leave it out, so that they alone share the error: the pattern that
is chosen is within the worthwhile difference of the best with at least the level, asymptotically, under common luck
and unequal variances, wherever one resumes. Source: after the screening of Nelson, Swann, Goldsman and Song,
Operations Research 49 (2001), with a variance that is estimated anew at each look.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from sim.experiment.results import Results, first
from sim.experiment.statistics.conventions import ERROR, FIRST_LOOK, SCREENING_FACTOR
from sim.experiment.statistics.intervals import Sample, sample, share_at_most
from sim.experiment.statistics.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Screened:
    """What a look left.

    ``bounds`` says of each survivor by how much another of them may be better at most, in the quantity's unit.
    """

    survivors: tuple[str, ...]
    best: str
    bounds: Mapping[str, float]
    n_eff: float
    """Of the pair with the best that has fewest; infinite where there is none but those of ``alike``."""
    alike: tuple[str, ...]
    """Survivors that were like the best in every history so far."""
    settled: bool
    """One survives, or none of the others can be better than the best by what is worth acting on."""


def look_times(factor: float, most: int) -> list[int]:
    """After how many histories to look, the last being the budget."""
    times: list[int] = []
    at = float(FIRST_LOOK)
    while at < most:
        times.append(math.ceil(at - 1e-6))
        at *= factor
    return [*(each for each in times if each < most), most]


def screen(quantity: Quantity, results: Results, survivors: Sequence[str], *, among: int) -> Screened:
    """One look at all results given.

    Args:
        quantity: with a direction.
        results: the survivors side by side.
        survivors: patterns not left out before.
        among: patterns at the very beginning.
    """
    look = len(look_times(SCREENING_FACTOR, results.n))
    error = ERROR / ((among - 1) * look * (look + 1))
    losses = _losses(quantity, results, survivors, error)
    beaten = {other for (_, other), loss in losses.items() if loss.is_surely_better}
    # Each may be worse than another in most histories, in a circle; then none is best and all stay.
    left = tuple(each for each in survivors if each not in beaten) or tuple(survivors)
    # Patterns of one standing stay in their order.
    best = min(left, key=lambda each: sum(losses[each, other].found.mean for other in left if other != each))
    bounds = {each: max((losses[each, other].upper for other in left if other != each), default=0.0) for each in left}
    against = [losses[best, other] for other in left if other != best]
    worthwhile = math.inf if quantity.worthwhile is None else quantity.worthwhile
    return Screened(
        survivors=left,
        best=best,
        bounds={each: max(0.0, bound) for each, bound in bounds.items()},
        n_eff=min((loss.found.n_eff for loss in against if not loss.found.is_all_zero), default=math.inf),
        alike=tuple(each for each in left if each != best and losses[best, each].found.is_all_zero),
        settled=all(loss.found.is_trusted and loss.upper <= worthwhile for loss in against)
        and (quantity.worthwhile is not None or not against),
    )


def screened(quantity: Quantity, results: Results, patterns: Sequence[str]) -> Screened:
    """All looks at results that are there, one after the other."""
    found = None
    survivors = tuple(patterns)
    for n in look_times(SCREENING_FACTOR, results.n):
        found = screen(quantity, first(results, n), survivors, among=len(patterns))
        survivors = found.survivors
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class _Loss:
    """By how much one pattern is worse than another, and by how much at most."""

    found: Sample
    upper: float

    @property
    def is_surely_better(self) -> bool:
        return self.upper < 0 and self.found.is_trusted


def _losses(
    quantity: Quantity, results: Results, patterns: Sequence[str], error: float
) -> dict[tuple[str, str], _Loss]:
    values = {each: quantity.values(results, each) for each in patterns} if quantity.has_levels else {}
    losses = {}
    for one, other in combinations(patterns, 2):
        apart = values[one] - values[other] if values else quantity.differences(results, one, other)
        found = sample(-quantity.sign * apart)
        worse, better = int((quantity.sign * apart < 0).sum()), int((quantity.sign * apart > 0).sum())
        turned = replace(found, mean=-found.mean)
        losses[one, other] = _Loss(found, _upper(found, worse, quantity.is_share, error))
        losses[other, one] = _Loss(turned, _upper(turned, better, quantity.is_share, error))
    return losses


def _upper(found: Sample, worse: int, is_share: bool, error: float) -> float:
    if found.n == 0:
        return math.inf
    if is_share and not found.is_trusted:
        # With few unlike pairs the standard error is a guess; how often it is worse at all is not.
        return max(found.upper(error), share_at_most(worse, found.n, error))
    return found.upper(error)
