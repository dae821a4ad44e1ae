"""The rows of a rehearsal, by player and replication, wherever they were kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.experiment.model import Column, Run, Value

if TYPE_CHECKING:
    import pyarrow

FAILED: Final = "failed"
"""The status of a run without a row."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What came out. Failed runs have no row; they are counted."""

    places: Mapping[str, int]
    """Where each column stands in a row."""
    rows: Mapping[str, Mapping[int, Sequence[Value]]]
    """By pattern and replication, in the order of their ids."""
    failed: Mapping[str, int]
    """By pattern."""

    @classmethod
    def of_runs(cls, columns: Sequence[Column], runs: Iterable[Run]) -> Rows:
        """Rows of runs that are at hand."""
        rows: dict[str, dict[int, Sequence[Value]]] = {}
        failed: dict[str, int] = {}
        for run in sorted(runs, key=lambda run: (run.spec.pattern, run.spec.replication)):
            own = rows.setdefault(run.spec.pattern, {})
            if run.reading is None:
                failed[run.spec.pattern] = failed.get(run.spec.pattern, 0) + 1
            else:
                own[run.spec.replication] = run.reading.values
        return cls({column.name: place for place, column in enumerate(columns)}, rows, failed)

    @classmethod
    def of_table(cls, columns: Sequence[Column], table: pyarrow.Table, histories: Mapping[str, int]) -> Rows:
        """Rows that a folder keeps, as `sim.experiment.running.Store.table` gives them.

        Args:
            histories: by pattern, how many of its first replications count; others may lie in the folder from before.
        """
        patterns, replications, statuses = (
            table.column(name).to_pylist() for name in ("pattern", "replication", "status")
        )
        values = zip(*(table.column(column.name).to_pylist() for column in columns), strict=True)
        rows: dict[str, dict[int, Sequence[Value]]] = {pattern: {} for pattern in histories}
        failed: dict[str, int] = {}
        for pattern, replication, status, line in zip(patterns, replications, statuses, values, strict=True):
            if replication >= histories[pattern]:
                continue
            if status == FAILED:
                failed[pattern] = failed.get(pattern, 0) + 1
            else:
                rows[pattern][replication] = line
        ordered = {pattern: dict(sorted(own.items())) for pattern, own in rows.items()}
        return cls({column.name: place for place, column in enumerate(columns)}, ordered, failed)

    def column(self, pattern: str, name: str) -> list[Value]:
        """A column of a pattern, one value a run that has a row."""
        place = self.places[name]
        return [row[place] for row in self.rows.get(pattern, {}).values()]

    def by_replication(self, pattern: str, name: str) -> dict[int, Value]:
        """A column of a pattern by replication."""
        place = self.places[name]
        return {replication: row[place] for replication, row in self.rows.get(pattern, {}).items()}

    def many(self, pattern: str) -> int:
        """How many runs of a pattern have a row."""
        return len(self.rows.get(pattern, {}))
