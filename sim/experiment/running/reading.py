"""Rows read back by the replication, only the columns that are asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.experiment.model import Column, Kind
from sim.experiment.results import Flags, Numbers
from sim.experiment.running import parts
from sim.experiment.running.parts import Keys, Unit

BYTES_KEPT: Final = 128 * 1024 * 1024
"""Of columns that were read."""


class Rows:
    """All rows of a folder as they stand in its units; grows by a unit at a time."""

    def __init__(self, patterns: Sequence[str], columns: Sequence[Column]) -> None:
        self._patterns = tuple(patterns)
        self._kinds = {column.name: column.kind for column in columns}
        self._units: list[Unit] = []
        self._keys: Keys = parts.read_keys((), ())
        self._starts: list[int] = [0]
        self._columns: OrderedDict[str, list[NDArray[Any]]] = OrderedDict()
        self._groups: dict[tuple[int, int], tuple[int, int]] = {}
        self._sorted: NDArray[np.int64] = np.zeros(0, dtype=np.int64)

    def take(self, units: Sequence[Unit]) -> None:
        """See units that came after those known."""
        new = units[len(self._units) :]
        if not new:
            return
        self._units.extend(new)
        self._starts.extend((self._starts[-1] + np.cumsum([unit.counted for unit in new])).tolist())
        self._keys = self._keys.and_those(parts.read_keys(new, self._patterns))
        keys = self._keys
        self._sorted = np.lexsort((keys.patterns, keys.replications, keys.draws, keys.points))
        points, draws = keys.points[self._sorted], keys.draws[self._sorted]
        edges = np.flatnonzero((np.diff(points) != 0) | (np.diff(draws) != 0)) + 1
        begins, ends = [0, *edges.tolist()], [*edges.tolist(), len(points)]
        self._groups = {
            (int(points[begin]), int(draws[begin])): (begin, end) for begin, end in zip(begins, ends, strict=True)
        }

    def complete(self, codes: Sequence[int], point: int, draw: int, start: int | None) -> tuple[int, NDArray[np.int64]]:
        """Where the rows of the first complete replications stand.

        Args:
            codes: numbers of the patterns that must all be there.
            start: id of the first replication; the lowest there is if left out.

        Returns:
            The id it starts with, and rows by replication and pattern.
        """
        begin, end = self._groups.get((point, draw), (0, 0))
        here = self._sorted[begin:end]
        here = here[np.isin(self._keys.patterns[here], codes)]
        if start is not None:
            here = here[self._keys.replications[here] >= start]
        width = len(codes)
        blocks = here[: len(here) // width * width].reshape(-1, width)
        if not len(blocks):
            return start or 0, np.zeros((0, width), dtype=np.int64)
        ids = self._keys.replications[blocks].astype(np.int64)
        first = int(ids[0, 0]) if start is None else start
        whole = (ids == (first + np.arange(len(blocks)))[:, None]).all(axis=1)
        n = len(blocks) if whole.all() else int(np.argmin(whole))
        # Within a block rows are sorted by the number of their pattern.
        back = np.argsort(np.argsort(np.asarray(codes)))
        return first, blocks[:n][:, back]

    def column(self, name: str) -> NDArray[Any]:
        """A column of all rows, as numbers."""
        known = self._columns.setdefault(name, [])
        for unit in self._units[len(known) :]:
            known.append(self._read(unit, name))
        if len(known) > 1:
            joined = np.concatenate(known)
            # Keep one array, and remember how many units stand in it.
            known[:] = [joined, *(joined[:0] for _ in known[1:])]
        self._columns.move_to_end(name)
        while len(self._columns) > 1 and self._bytes() > BYTES_KEPT:
            self._columns.popitem(last=False)
        return known[0] if known else np.zeros(0)

    def lines(self, name: str, rows: NDArray[np.int64]) -> Numbers:
        """A column of series: one line a row, not a number where there is none."""
        units = np.searchsorted(np.asarray(self._starts), rows, side="right") - 1
        found: list[tuple[NDArray[np.int64], list[Any]]] = []
        for unit in np.unique(units).tolist():
            own = np.flatnonzero(units == unit)
            table = parts.read(self._units[unit], [name])
            found.append((own, table.column(name).take(rows[own] - self._starts[unit]).to_pylist()))
        longest = max((len(line) for _, lines in found for line in lines if line is not None), default=0)
        out = np.full((len(rows), longest), np.nan)
        for own, lines in found:
            for at, line in zip(own.tolist(), lines, strict=True):
                if line is not None:
                    out[at, : len(line)] = line
        return out

    def _bytes(self) -> int:
        return sum(array.nbytes for arrays in self._columns.values() for array in arrays)

    def _read(self, unit: Unit, name: str) -> NDArray[Any]:
        column = parts.read(unit, [name]).column(name)
        if name == "status":
            codes, names = parts.words(column)
            failed = np.array([word == parts.FAILED for word in names], dtype=np.bool_)
            return failed[codes]
        if name == "digest":
            return np.array([0 if text is None else _number(text) for text in column.to_pylist()], dtype=np.uint64)
        kind = self._kinds[name]
        if kind is Kind.FLAG:
            column = column.cast("int8")
        numbers: NDArray[np.float64] = column.cast("float64", safe=False).to_numpy()
        return numbers


class StoredResults:
    """Results in a folder: a snapshot of its complete replications, columns read when they are asked for."""

    def __init__(
        self,
        rows: Callable[[], tuple[int, Rows]],
        patterns: Sequence[str],
        codes: Sequence[int],
        point: int,
        draw: int,
        start: int | None,
        kinds: dict[str, Kind],
    ) -> None:
        self._rows_now = rows
        self._patterns, self._codes = tuple(patterns), tuple(codes)
        self._point, self._draw = point, draw
        self._kinds = kinds
        self._generation, now = rows()
        self._start, self._at = now.complete(self._codes, point, draw, start)
        self._n = len(self._at)

    @property
    def patterns(self) -> tuple[str, ...]:
        """Those that it was asked for."""
        return self._patterns

    @property
    def n(self) -> int:
        """How many replications."""
        return self._n

    def made(self, pattern: str) -> int:
        """As many for each pattern."""
        return self._n

    @property
    def start(self) -> int:
        """Id of the first of them."""
        return self._start

    def values(self, pattern: str, column: str) -> Numbers:
        """A column, one number a replication; not a number where it is undefined or the run failed.

        Raises:
            KeyError: for a pattern or column that there is not, or a column of series.
        """
        if self._kinds[column] is Kind.SERIES:
            raise KeyError(f"{column} holds series")
        rows, at = self._now(pattern)
        found: Numbers = rows.column(column)[at]
        return found

    def series(self, pattern: str, column: str, *, first: int | None = None) -> Numbers:
        """A column of series: by replication and hour of the grid; not a number where there is none.

        Args:
            first: so many replications; all if left out, which takes memory where there are many.

        Raises:
            KeyError: for a pattern or column that there is not, or a column without series.
        """
        if self._kinds[column] is not Kind.SERIES:
            raise KeyError(f"{column} holds no series")
        rows, at = self._now(pattern)
        return rows.lines(column, at[:first])

    def failed(self, pattern: str) -> Flags:
        """Which replications failed."""
        rows, at = self._now(pattern)
        found: Flags = rows.column("status")[at]
        return found

    def same_history(self, pattern: str, other: str) -> Flags:
        """In which replications two patterns gave the same history, event for event."""
        rows, at = self._now(pattern)
        _, other_at = self._now(other)
        digests = rows.column("digest")
        same: Flags = digests[at] == digests[other_at]
        return same & ~self.failed(pattern) & ~self.failed(other)

    def _now(self, pattern: str) -> tuple[Rows, NDArray[np.int64]]:
        if pattern not in self._patterns:
            raise KeyError(pattern)
        generation, rows = self._rows_now()
        if generation != self._generation:
            # Compaction has put the rows elsewhere.
            self._generation = generation
            self._at = rows.complete(self._codes, self._point, self._draw, self._start)[1][: self._n]
        return rows, self._at[:, self._patterns.index(pattern)]


def _number(digest: str) -> int:
    return int.from_bytes(blake2b(digest.encode(), digest_size=8).digest(), "little")
