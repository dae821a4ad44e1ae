"""Paired differences by draw of assumptions, with the pairs that failed or had nothing to measure counted."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sim.experiment.results import Flags, Numbers, Results

if TYPE_CHECKING:
    from sim.experiment.statistics.quantities import Quantity

ResultsOf: TypeAlias = Callable[[int], Results]
"""Complete replications of a draw, by its number."""


@dataclass(frozen=True, slots=True)
class Paired:
    """One quantity's differences of several patterns from a reference."""

    patterns: tuple[str, ...]
    values: Numbers
    """Patterns x draws x pairs, pattern minus reference; not a number where there is none."""
    failed: Flags
    """Draws x pairs: in which a run of any pattern failed; such a pair counts for no pattern."""
    made: Flags
    """Draws x pairs: which were run to an end of whatever kind."""

    @property
    def undefined(self) -> int:
        """Pairs that ran to their end and had nothing to measure in some pattern."""
        none: Flags = ~np.isfinite(self.values).all(axis=0) & self.made & ~self.failed
        return int(none.sum())

    def filled(self, end: float) -> Numbers:
        """The differences if every failed pair had been like the lowest (0) or the highest (1) that was seen."""
        values = self.values.copy()
        for own in values:
            seen = own[np.isfinite(own)]
            if seen.size:
                own[self.failed] = float(np.quantile(seen, end))
        return values


def paired(
    quantity: Quantity, results_of: ResultsOf, draws: Sequence[int], patterns: Sequence[str], reference: str
) -> Paired:
    """Differences of each pattern from the reference, draw by draw.

    A ratio of sums is taken within each draw: what one history adds to it depends on the ratio of that draw.

    Args:
        draws: their numbers.
        patterns: those that are compared with the reference.
    """
    found: list[Numbers] = []
    failures: list[Flags] = []
    for draw in draws:
        results = results_of(draw)
        failed = np.zeros(results.n, dtype=np.bool_)
        for name in (*patterns, reference):
            failed |= results.failed(name)
        whole = _Some(results, ~failed)
        own = np.full((len(patterns), results.n), np.nan)
        if whole.n:
            for at, name in enumerate(patterns):
                own[at, ~failed] = quantity.differences(whole, name, reference)
        found.append(own)
        failures.append(failed)
    longest = max((own.shape[1] for own in found), default=0)
    values = np.full((len(patterns), len(draws), longest), math.nan)
    failed_pairs = np.zeros((len(draws), longest), dtype=np.bool_)
    made = np.zeros((len(draws), longest), dtype=np.bool_)
    for at, (own, flags) in enumerate(zip(found, failures, strict=True)):
        values[:, at, : own.shape[1]] = own
        failed_pairs[at, : len(flags)] = flags
        made[at, : len(flags)] = True
    return Paired(tuple(patterns), values, failed_pairs, made)


class _Some:
    """The replications of results that are wanted."""

    def __init__(self, whole: Results, wanted: Flags) -> None:
        self._whole, self._wanted = whole, wanted

    @property
    def patterns(self) -> tuple[str, ...]:
        return self._whole.patterns

    @property
    def n(self) -> int:
        return int(self._wanted.sum())

    def made(self, pattern: str) -> int:
        return self.n

    def values(self, pattern: str, column: str) -> Numbers:
        return self._whole.values(pattern, column)[self._wanted]

    def failed(self, pattern: str) -> Flags:
        return self._whole.failed(pattern)[self._wanted]

    def same_history(self, pattern: str, other: str) -> Flags:
        return self._whole.same_history(pattern, other)[self._wanted]
