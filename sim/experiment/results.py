"""Results by the replication, as the statistics read them: one row a replication, patterns side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]


class Results(Protocol):
    """The first ``n`` complete replications of one design point and draw, in the order of their ids."""

    @property
    def patterns(self) -> tuple[str, ...]: ...

    @property
    def n(self) -> int: ...

    def made(self, pattern: str) -> int:
        """How many of them this pattern was run in: all, unless it was left out early."""

    def values(self, pattern: str, column: str) -> Numbers:
        """A column, one number a replication; not a number where it is undefined or the run failed.

        Raises:
            KeyError: for a pattern or column that there is not.
        """

    def failed(self, pattern: str) -> Flags:
        """Which replications failed."""

    def same_history(self, pattern: str, other: str) -> Flags:
        """In which replications two patterns gave the same history, event for event."""


class Held:
    """Results in memory."""

    def __init__(
        self,
        columns: Mapping[str, Mapping[str, Sequence[float] | Numbers]],
        failed: Mapping[str, Sequence[bool] | Flags] | None = None,
        digests: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Args:
        columns: by pattern, then by column, one number a replication.
        failed: by pattern; nothing failed if left out.
        digests: of histories by pattern; unlike each other if left out.
        """
        self._columns = {
            pattern: {name: np.asarray(column, dtype=np.float64) for name, column in own.items()}
            for pattern, own in columns.items()
        }
        self._n = len(next(iter(next(iter(self._columns.values())).values()), ()))
        self._failed = {pattern: np.asarray(flags, dtype=np.bool_) for pattern, flags in (failed or {}).items()}
        self._digests = {pattern: np.asarray(own) for pattern, own in (digests or {}).items()}

    @property
    def patterns(self) -> tuple[str, ...]:
        return tuple(self._columns)

    @property
    def n(self) -> int:
        return self._n

    def made(self, pattern: str) -> int:
        return self._n

    def values(self, pattern: str, column: str) -> Numbers:
        return self._columns[pattern][column]

    def failed(self, pattern: str) -> Flags:
        return self._failed.get(pattern, np.zeros(self._n, dtype=np.bool_))

    def same_history(self, pattern: str, other: str) -> Flags:
        if pattern not in self._digests or other not in self._digests:
            return np.zeros(self._n, dtype=np.bool_)
        same: Flags = self._digests[pattern] == self._digests[other]
        return same & ~self.failed(pattern) & ~self.failed(other)


def first(results: Results, n: int) -> Results:
    """The first ``n`` replications of results."""
    return _First(results, min(n, results.n))


class _First:
    def __init__(self, whole: Results, n: int) -> None:
        self._whole, self._n = whole, n

    @property
    def patterns(self) -> tuple[str, ...]:
        return self._whole.patterns

    @property
    def n(self) -> int:
        return self._n

    def made(self, pattern: str) -> int:
        return min(self._n, self._whole.made(pattern))

    def values(self, pattern: str, column: str) -> Numbers:
        return self._whole.values(pattern, column)[: self._n]

    def failed(self, pattern: str) -> Flags:
        return self._whole.failed(pattern)[: self._n]

    def same_history(self, pattern: str, other: str) -> Flags:
        return self._whole.same_history(pattern, other)[: self._n]


class Ragged:
    """Patterns of which some were run in more replications than others; where one was not run is not a number."""

    def __init__(self, by_pattern: Mapping[str, Results], together: Callable[[str, str], Results]) -> None:
        """Args:
        by_pattern: each pattern's own replications.
        together: those of two patterns side by side.
        """
        self._own = dict(by_pattern)
        self._together = together

    @property
    def patterns(self) -> tuple[str, ...]:
        return tuple(self._own)

    @property
    def n(self) -> int:
        """Of the pattern with most."""
        return max((own.n for own in self._own.values()), default=0)

    def made(self, pattern: str) -> int:
        """Replications of one pattern."""
        return self._own[pattern].n

    def values(self, pattern: str, column: str) -> Numbers:
        found = np.full(self.n, np.nan)
        found[: self.made(pattern)] = self._own[pattern].values(pattern, column)
        return found

    def failed(self, pattern: str) -> Flags:
        found = np.zeros(self.n, dtype=np.bool_)
        found[: self.made(pattern)] = self._own[pattern].failed(pattern)
        return found

    def same_history(self, pattern: str, other: str) -> Flags:
        both = min(self.made(pattern), self.made(other))
        found = np.zeros(self.n, dtype=np.bool_)
        found[:both] = self._together(pattern, other).same_history(pattern, other)[:both]
        return found
