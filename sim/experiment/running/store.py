"""The folder that keeps an experiment: rows as runs finish, opened again wherever it was left."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from sim.experiment.faults import CannotWrite, DamagedRows, DiskFull, RowsMoved
from sim.experiment.model import Model, Spec
from sim.experiment.running import folder as files
from sim.experiment.running import opening, ordering, parts
from sim.experiment.running.manifest import Manifest
from sim.experiment.running.parts import Keys, Layout, Unit
from sim.experiment.running.present import Present
from sim.experiment.running.reading import Rows, StoredResults
from sim.experiment.running.working import Packet

if TYPE_CHECKING:
    import pandas
    import pyarrow

FLUSH_SECONDS: Final = 5.0
"""Work that SIGKILL may cost. Pacing only: no result depends on it."""
_PART: Final = "part-*.parquet"
_FOR_READING: Final = "this store was opened for reading, or is closed"


class Store:
    """Rows of an experiment in a folder. Leaving it as a context keeps everything and, unless it failed, compacts."""

    def __init__(self, folder: Path, manifest: Manifest, lock: files.Lock | None) -> None:
        self.folder = folder
        self.manifest = manifest
        self.experiment = manifest.experiment
        self.warnings: tuple[str, ...] = (lock.missing,) if lock and lock.missing else ()
        self._lock = lock
        self._layout = Layout(manifest)
        self._code = {name: number for number, name in enumerate(manifest.patterns)}
        self._kinds = {column.name: column.kind for column in manifest.columns}
        self._group = parts.rows_per_group(manifest)
        self._held: list[tuple[Keys, Packet, NDArray[np.bool_] | None]] = []
        self._held_rows = self._held_cells = 0
        self._held_since = 0.0
        self._generation = 0
        self._spent = np.zeros((2, len(manifest.patterns)))
        self._timed_before: list[Path] = []
        self._load()

    # Opening

    @classmethod
    def open(cls, folder: Path, manifest: Manifest) -> Store:
        """Begin an experiment in a folder, or go on with it.

        Raises:
            FolderError: when something else is there, another experiment, another version of what is run, damage, or
                another command that writes.
            MissingExtra: without the library that writes Parquet.
        """
        parts.arrow()
        folder = Path(folder)
        files.prepare(folder)
        lock = files.Lock(folder)
        try:
            opening.begin(folder, manifest)
            return cls(folder, manifest, lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def read(cls, folder: Path) -> Store:
        """Open an experiment for reading only.

        Raises:
            FolderError: when there is none, or it is damaged.
            MissingExtra: without the library that reads Parquet.
        """
        parts.arrow()
        folder = Path(folder)
        manifest = opening.found(folder)
        try:
            return cls(folder, manifest, None)
        except RowsMoved:
            # Whoever writes has put them into one file in between.
            return cls(folder, manifest, None)

    def _load(self) -> None:
        """See what is there."""
        self._present = Present(len(self.manifest.patterns))
        self._failures: Counter[str] = Counter()
        self._units: list[Unit] = []
        whole = self.folder / files.RUNS
        absorbed = 0
        if whole.exists():
            units, marks = parts.units(whole, self._layout.whole)
            absorbed = _absorbed(whole, marks)
            self._see(units)
        for number, path in _parts(self.folder / files.PARTS):
            if number > absorbed:
                self._see(parts.units(path, self._layout.part)[0])
            elif self._lock:
                files.remove(path)
        timed = _absorbed_of(self.folder, files.TIMING)
        for number, path in _parts(self.folder / files.TIMING_PARTS):
            if number <= timed and self._lock:
                files.remove(path)
        self._timed_before = self._timing_files()
        used = [number for name in (files.PARTS, files.TIMING_PARTS) for number, _ in _parts(self.folder / name)]
        self._next = max([absorbed, timed, *used]) + 1
        self._rows = Rows(self.manifest.patterns, self.manifest.columns)
        if self._lock:
            for name in (".", files.PARTS, files.TIMING_PARTS):
                for path in (self.folder / name).glob("*" + files.UNFINISHED):
                    files.remove(path)

    def _see(self, units: Iterable[Unit]) -> None:
        for unit in units:
            keys = parts.read_keys([unit], self.manifest.patterns)
            fresh = self._present.add_all(*keys.lists())
            if not fresh.all():
                unit = Unit(unit.path, unit.group, unit.rows, fresh)
            table = parts.read(unit, ["failure_stage", "failure_type"])
            if table.column("failure_stage").null_count < len(table):
                for failed in table.to_pylist():
                    if failed["failure_stage"] is not None:
                        self._failures[f"{failed['failure_stage']}: {failed['failure_type']}"] += 1
            self._units.append(unit)

    # Writing

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
            return
        try:
            # A second error would hide the first, which says what is to be done.
            with suppress(DiskFull, CannotWrite):
                self.flush()
        finally:
            self.release()

    def close(self) -> None:
        """Write what is held, compact and let others write; nothing to do where it was opened for reading."""
        if not self._lock:
            return
        try:
            self.flush()
            self.compact()
        finally:
            self.release()

    def release(self) -> None:
        """Let others write. What is held and not written is dropped."""
        if self._lock:
            self._lock.release()
            self._lock = None

    def __len__(self) -> int:
        """Runs that are there, failed ones among them."""
        return len(self._present)

    def code(self, pattern: str) -> int:
        """The number of a pattern in the manifest.

        Raises:
            ValueError: for one that the experiment does not have.
        """
        try:
            return self._code[pattern]
        except KeyError:
            raise ValueError(f"pattern {pattern!r} is not of this experiment: {', '.join(self._code)}") from None

    def has(self, spec: Spec) -> bool:
        """Whether a run is there."""
        return self._present.has(spec.point, spec.draw, spec.replication, self.code(spec.pattern))

    def check_model(self, model: Model) -> None:
        """Look whether a model is the one that the folder was opened for.

        Raises:
            ModelChanged: when it is not.
        """
        now = Manifest.of(
            model,
            kind=self.manifest.kind,
            patterns=self.manifest.patterns,
            master_seed=self.manifest.master_seed,
            design=self.manifest.design,
        )
        self.manifest.check_same(now, self.folder)

    def add(self, keys: Keys, packet: Packet) -> int:
        """Keep what came of runs. What is there already stays as it is.

        Args:
            keys: of the runs made, as many as the packet says.

        Returns:
            How many were new.

        Raises:
            DiskFull, CannotWrite: when it had to be written and could not.
        """
        if not self._lock:
            raise ValueError(_FOR_READING)
        fresh = self._present.add_all(*keys.lists())
        new = int(fresh.sum())
        if not new:
            return 0
        self._held.append((keys, packet, None if new == len(keys) else fresh))
        if not self._held_rows:
            self._held_since = time.monotonic()
        self._held_rows += new
        self._held_cells += sum(cells.values.size for cells in packet.cells)
        for at, failure in packet.failures:
            if fresh[at]:
                self._failures[f"{failure.stage}: {failure.type}"] += 1
        np.add.at(self._spent[0], keys.patterns[fresh], packet.seconds[fresh])
        np.add.at(self._spent[1], keys.patterns[fresh], 1)
        if self._held_rows >= self._group or self._held_cells >= parts.CELLS_PER_GROUP:
            self.flush()
        return new

    def tick(self) -> None:
        """Write what has been held for long enough."""
        if self._held_rows and time.monotonic() - self._held_since >= FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what is held.

        Raises:
            DiskFull, CannotWrite: what was written before stays.
        """
        if not self._held_rows:
            return
        name = f"part-{self._next:06d}.parquet"
        safe = sum(unit.rows for unit in self._units)
        times, rows = self._layout.times(self._held), self._layout.rows(self._held)
        # The sidecar first: rows without times would be odd, times without rows harm nobody.
        files.write(self.folder / files.TIMING_PARTS / name, lambda file: parts.save(times, file), safe)
        path = self.folder / files.PARTS / name
        files.write(path, lambda file: parts.save(rows, file), safe)
        self._held, self._held_rows, self._held_cells = [], 0, 0
        self._next += 1
        self._units.append(Unit(path, 0, len(rows)))

    def compact(self) -> None:
        """Put all rows into one file, sorted by key and with what was varied beside them.

        Without room for it the parts stay as they are: nothing is lost but the tidiness.
        """
        if not self._lock:
            raise ValueError(_FOR_READING)
        self.flush()
        try:
            if any(unit.path != self.folder / files.RUNS for unit in self._units):
                self._compact_rows()
            self._compact_times()
        except DiskFull:
            self.warnings += ("There was no room to put the results into one file; they stay in parts.",)

    def _compact_rows(self) -> None:
        whole, absorbed = self.folder / files.RUNS, self._next - 1
        order = ordering.Order(self._units, self.manifest.patterns)
        files.write(whole, lambda file: ordering.compacted(file, order, self._layout, absorbed), len(order))
        for _, path in _parts(self.folder / files.PARTS):
            files.remove(path)
        self._units = parts.units(whole, self._layout.whole)[0]
        self._rows = Rows(self.manifest.patterns, self.manifest.columns)
        self._generation += 1

    def _compact_times(self) -> None:
        pieces = _parts(self.folder / files.TIMING_PARTS)
        if not pieces:
            return
        # Those from before are still to be read, and are about to stand elsewhere.
        self.seconds_per_run()
        whole, absorbed, timed = self.folder / files.TIMING, pieces[-1][0], self._timing_files()
        files.write(whole, lambda file: ordering.compacted_times(file, timed, self._layout, absorbed), len(self))
        for _, path in pieces:
            files.remove(path)

    # Reading

    def results(
        self, patterns: Sequence[str], *, point: int = 0, draw: int = 0, start: int | None = None
    ) -> StoredResults:
        """The contiguous run of complete replications, in the order of their ids; failed runs are complete.

        Args:
            patterns: those that must all be there.
            start: id that the first replication must have. If left out it is the lowest there is, which is only the
                same at any number of workers once everything asked for has been made.

        Raises:
            ValueError: for a pattern that the experiment does not have.
        """
        codes = [self.code(pattern) for pattern in patterns]
        return StoredResults(self._rows_now, patterns, codes, point, draw, start, self._kinds)

    def _rows_now(self) -> tuple[int, Rows]:
        if self._lock:
            self.flush()
        self._rows.take(self._units)
        return self._generation, self._rows

    def digest(self, specs: Iterable[Spec] | None = None) -> str:
        """SHA-256 of the rows in the order of their keys: the same however, by whom and in what order they were made.

        Args:
            specs: the runs that count; all that are there if left out.
        """
        if self._lock:
            self.flush()
        chosen = None
        if specs is not None:
            chosen = Present(len(self.manifest.patterns))
            for spec in specs:
                chosen.add(spec.point, spec.draw, spec.replication, self.code(spec.pattern))
        return ordering.digest(ordering.Order(self._units, self.manifest.patterns, chosen), self.manifest)

    def table(self, columns: Sequence[str] | None = None) -> pyarrow.Table:
        """All rows with what was varied, sorted by key.

        Args:
            columns: those wanted; all if left out.
        """
        if self._lock:
            self.flush()
        names = list(columns) if columns is not None else self._layout.whole.names
        order = ordering.Order(self._units, self.manifest.patterns)
        return ordering.table(order, self._layout, names)

    def frame(self, columns: Sequence[str] | None = None) -> pandas.DataFrame:
        """All rows with what was varied, as a DataFrame of pandas."""
        frame: pandas.DataFrame = self.table(columns).to_pandas()
        return frame

    def failures(self) -> Mapping[str, int]:
        """How many runs failed, by stage and type."""
        return dict(sorted(self._failures.items()))

    def seconds_per_run(self) -> Mapping[str, float]:
        """Mean seconds of a run by pattern, of patterns with any run whose time is known."""
        for path in self._timed_before:
            for unit in parts.units(path, self._layout.timing)[0]:
                table = parts.read(unit, ["pattern", "seconds"])
                codes = parts.pattern_codes(table.column("pattern"), self.manifest.patterns, path)
                np.add.at(self._spent[0], codes, table.column("seconds").to_numpy())
                np.add.at(self._spent[1], codes, 1)
        self._timed_before = []
        totals, counts = self._spent
        return {name: float(totals[at] / counts[at]) for name, at in self._code.items() if counts[at]}

    def _timing_files(self) -> list[Path]:
        whole = self.folder / files.TIMING
        absorbed = _absorbed_of(self.folder, files.TIMING)
        later = [path for number, path in _parts(self.folder / files.TIMING_PARTS) if number > absorbed]
        return [whole, *later] if whole.exists() else later


def _parts(folder: Path) -> list[tuple[int, Path]]:
    found = []
    for path in folder.glob(_PART):
        number = path.stem.removeprefix("part-")
        if number.isascii() and number.isdigit():
            found.append((int(number), path))
    return sorted(found)


def _absorbed(path: Path, marks: Mapping[bytes, bytes]) -> int:
    number = marks.get(parts.ABSORBED, b"")
    if not number.isdigit():
        raise DamagedRows(path, "it does not say which parts stand in it")
    return int(number)


def _absorbed_of(folder: Path, name: str) -> int:
    path = folder / name
    if not path.exists():
        return 0
    with parts.reading(path):
        marks = parts.arrow().parquet.read_schema(path).metadata or {}
    return _absorbed(path, marks)
