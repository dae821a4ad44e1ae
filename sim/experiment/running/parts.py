"""How rows stand in Parquet: one schema for all files of an experiment, fixed before its first row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.experiment.faults import DamagedRows, MissingExtra, RowsMoved
from sim.experiment.model import Failure, Kind
from sim.experiment.running.manifest import SCENARIO_HASH, VERSION_OF_MODEL, Manifest
from sim.experiment.running.working import Cells, Packet

if TYPE_CHECKING:
    import pyarrow

OK: Final = "ok"
FAILED: Final = "failed"

EXPERIMENT: Final = b"experiment"
ABSORBED: Final = b"absorbed"
"""In the compacted file: the number of the last part that stands in it."""

KEYS: Final = ("design_point", "draw", "replication", "pattern")
CELLS_PER_GROUP: Final = 1_000_000
"""Bounds what is in memory when a group of rows is read."""
ROWS_PER_GROUP: Final = 32_768


def arrow() -> Any:
    """The library that reads and writes Parquet.

    Raises:
        MissingExtra: when it is not installed.
    """
    try:
        # 200 ms, and only keeping results needs it
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtra("Keeping the results of experiments needs pyarrow", "experiments") from error
    return pyarrow


Whole: TypeAlias = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True, slots=True)
class Keys:
    """Which run each row is; patterns by their number in the manifest. Each whole numbers of any width."""

    points: Whole
    draws: Whole
    replications: Whole
    patterns: Whole
    seeds: Whole

    def __len__(self) -> int:
        return len(self.points)

    def only(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Keys:
        """Some of them; without seeds where there are none."""
        seeds = self.seeds[which] if len(self.seeds) else self.seeds
        return Keys(self.points[which], self.draws[which], self.replications[which], self.patterns[which], seeds)

    def and_those(self, others: Keys) -> Keys:
        """These and then others."""
        return Keys(
            *(
                np.concatenate([getattr(self, name), getattr(others, name)])
                for name in ("points", "draws", "replications", "patterns", "seeds")
            )
        )

    def lists(self) -> tuple[list[int], list[int], list[int], list[int]]:
        """Point, draw, replication and pattern of each."""
        return self.points.tolist(), self.draws.tolist(), self.replications.tolist(), self.patterns.tolist()


def rows_per_group(manifest: Manifest) -> int:
    """How many rows are written together."""
    varied = 0 if manifest.design is None else len(manifest.design.columns)
    wide = len(manifest.columns) + varied + 8
    return max(64, min(ROWS_PER_GROUP, CELLS_PER_GROUP // wide))


class Layout:
    """The schemas of an experiment, and rows put into them."""

    def __init__(self, manifest: Manifest) -> None:
        pa = arrow()
        self._pa = pa
        self.manifest = manifest
        self.experiment = manifest.experiment
        word = pa.dictionary(pa.int32(), pa.string())
        held = {
            Kind.AMOUNT: pa.float64(),
            Kind.COUNT: pa.int64(),
            Kind.FLAG: pa.bool_(),
            Kind.SERIES: pa.list_(pa.float64()),
        }
        before = [
            ("scenario_hash", word),
            ("model_version", word),
            ("experiment", word),
            ("design_point", pa.int64()),
            ("draw", pa.int64()),
            ("replication", pa.int64()),
            ("pattern", word),
            ("seed", pa.int64()),
            ("status", word),
            ("digest", pa.string()),
            ("failure_stage", word),
            ("failure_type", word),
            ("failure_message", pa.string()),
        ]
        own = [(column.name, held[column.kind]) for column in manifest.columns]
        varied: list[tuple[str, Any]] = []
        if manifest.design:
            for name, column in manifest.design.columns.items():
                varied.append((name, pa.float64() if column.dtype.kind == "f" else word))
        mark = {EXPERIMENT: self.experiment.encode()}
        self.part = pa.schema(before + own).with_metadata(mark)
        """Of a part."""
        self.whole = pa.schema(before + varied + own).with_metadata(mark)
        """Of the compacted file: with what was varied."""
        self.timing = pa.schema(
            [
                *((name, pa.int64()) for name in KEYS[:3]),
                ("pattern", word),
                ("seconds", pa.float64()),
                ("worker", word),
                ("host", word),
            ]
        ).with_metadata(mark)

    def rows(self, held: Sequence[tuple[Keys, Packet, NDArray[np.bool_] | None]]) -> pyarrow.Table:
        """A part's table.

        Args:
            held: keys and packets, and which rows of each to take (all if left out).
        """
        pa = self._pa
        keys = [keys if which is None else keys.only(which) for keys, _, which in held]
        n = sum(len(own) for own in keys)
        failures: list[Failure | None] = []
        digests: list[str | None] = []
        for _, packet, which in held:
            own: list[Failure | None] = [None] * packet.made
            for at, failure in packet.failures:
                own[at] = failure
            texts: list[str | None] = [
                digest if failure is None else None for digest, failure in zip(packet.digests, own, strict=True)
            ]
            kept = range(packet.made) if which is None else np.flatnonzero(which).tolist()
            failures.extend(own[at] for at in kept)
            digests.extend(texts[at] for at in kept)
        failed = np.array([failure is not None for failure in failures], dtype=np.int32)
        arrays = [
            self._constant(self.manifest.identity.get(SCENARIO_HASH, ""), n),
            self._constant(self.manifest.identity.get(VERSION_OF_MODEL, ""), n),
            self._constant(self.experiment, n),
            *self._key_arrays(keys),
            pa.array(np.concatenate([own.seeds for own in keys])),
            pa.DictionaryArray.from_arrays(pa.array(failed), pa.array([OK, FAILED])),
            pa.array(digests, pa.string()),
            pa.array([None if f is None else f.stage.value for f in failures], pa.string()).dictionary_encode(),
            pa.array([None if f is None else f.type for f in failures], pa.string()).dictionary_encode(),
            pa.array([None if f is None else f.message for f in failures], pa.string()),
        ]
        for number, column in enumerate(self.manifest.columns):
            cells = [packet.cells[number] for _, packet, _ in held]
            which_rows = [which for _, _, which in held]
            arrays.append(_column(pa, column.kind, cells, which_rows))
        return pa.Table.from_arrays(arrays, schema=self.part)

    def times(self, held: Sequence[tuple[Keys, Packet, NDArray[np.bool_] | None]]) -> pyarrow.Table:
        """The sidecar of a part: who made which run, and how fast."""
        pa = self._pa
        keys = [keys if which is None else keys.only(which) for keys, _, which in held]
        seconds = [packet.seconds if which is None else packet.seconds[which] for _, packet, which in held]
        counts = [len(own) for own in keys]
        names = {"worker": [p.worker for _, p, _ in held], "host": [p.host for _, p, _ in held]}
        arrays = [*self._key_arrays(keys), pa.array(np.concatenate(seconds))]
        for own in names.values():
            known = list(dict.fromkeys(own))
            codes = np.repeat(np.array([known.index(name) for name in own], dtype=np.int32), counts)
            arrays.append(pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(known, pa.string())))
        return pa.Table.from_arrays(arrays, schema=self.timing)

    def _key_arrays(self, keys: Sequence[Keys]) -> list[pyarrow.Array]:
        pa = self._pa
        codes = np.concatenate([own.patterns for own in keys]).astype(np.int32)
        return [
            pa.array(np.concatenate([own.points for own in keys])),
            pa.array(np.concatenate([own.draws for own in keys])),
            pa.array(np.concatenate([own.replications for own in keys])),
            pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(self.manifest.patterns, pa.string())),
        ]

    def _constant(self, text: str, n: int) -> pyarrow.Array:
        pa = self._pa
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, dtype=np.int32)), pa.array([text], pa.string()))


def _column(pa: Any, kind: Kind, cells: Sequence[Cells], which: Sequence[NDArray[np.bool_] | None]) -> pyarrow.Array:
    if kind is Kind.SERIES:
        lines = [line for own, kept in zip(cells, which, strict=True) for line in _lines(own, kept)]
        offsets = np.concatenate([[0], np.cumsum([0 if line is None else len(line) for line in lines])])
        values = np.concatenate([np.zeros(0), *(line for line in lines if line is not None)])
        missing = np.array([line is None for line in lines], dtype=np.bool_)
        return pa.ListArray.from_arrays(
            pa.array(offsets.astype(np.int32)), pa.array(values), mask=pa.array(missing) if missing.any() else None
        )
    values = np.concatenate(
        [own.values if kept is None else own.values[kept] for own, kept in zip(cells, which, strict=True)]
    )
    if kind is Kind.AMOUNT:
        return pa.array(values, mask=np.isnan(values))
    if kind is Kind.FLAG:
        return pa.array(values > 0, mask=values < 0)
    there = [np.ones(len(own.values), dtype=np.bool_) if own.defined is None else own.defined for own in cells]
    defined = np.concatenate([own if kept is None else own[kept] for own, kept in zip(there, which, strict=True)])
    return pa.array(values, mask=~defined)


def _lines(cells: Cells, kept: NDArray[np.bool_] | None) -> Iterator[NDArray[Any] | None]:
    assert cells.lengths is not None
    assert cells.defined is not None
    ends = np.cumsum(cells.lengths)
    for number, (end, length, there) in enumerate(zip(ends, cells.lengths, cells.defined, strict=True)):
        if kept is None or kept[number]:
            yield cells.values[end - length : end] if there else None


# Files


@dataclass(frozen=True, slots=True)
class Unit:
    """Rows that are read together: one group of rows of one file."""

    path: Path
    group: int
    rows: int
    keep: NDArray[np.bool_] | None = None
    """Which rows count, where some stand in another file too."""

    @property
    def counted(self) -> int:
        """How many rows count."""
        return self.rows if self.keep is None else int(self.keep.sum())


def save(table: pyarrow.Table, file: IO[bytes]) -> None:
    """Write a table as one group of rows."""
    arrow().parquet.write_table(
        table, file, row_group_size=max(1, len(table)), compression="zstd", write_page_checksum=True
    )


def writer(file: IO[bytes], schema: pyarrow.Schema) -> Any:
    """Something that takes a table after the other, each a group of rows."""
    return arrow().parquet.ParquetWriter(file, schema, compression="zstd", write_page_checksum=True)


def units(path: Path, schema: pyarrow.Schema) -> tuple[list[Unit], Mapping[bytes, bytes]]:
    """What a file holds, and what is written on it.

    Args:
        schema: what it must have.

    Raises:
        DamagedRows: when it cannot be read or belongs elsewhere.
    """
    with reading(path), arrow().parquet.ParquetFile(path) as file:
        found = file.schema_arrow
        marks = dict(found.metadata or {})
        if marks.get(EXPERIMENT) != schema.metadata[EXPERIMENT]:
            raise DamagedRows(path, "it belongs to another experiment")
        if not found.equals(schema, check_metadata=False):
            raise DamagedRows(path, "it has other columns than this experiment")
        groups = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    return [Unit(path, number, rows) for number, rows in enumerate(groups)], marks


def read(unit: Unit, columns: Sequence[str]) -> pyarrow.Table:
    """Read columns of a unit, only the rows that count.

    Raises:
        DamagedRows: when they cannot be read.
    """
    with (
        reading(unit.path),
        arrow().parquet.ParquetFile(unit.path, page_checksum_verification=True) as file,
    ):
        table = file.read_row_group(unit.group, columns=list(columns), use_threads=False)
    return table if unit.keep is None else table.filter(arrow().array(unit.keep))


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Name the file that cannot be read."""
    pa = arrow()
    try:
        yield
    except FileNotFoundError as error:
        raise RowsMoved(path) from error
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DamagedRows(path, f"{why:.160}") from error


def words(column: pyarrow.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    """A column of words as numbers into a list; -1 where there is none."""
    pa = arrow()
    joined = column.combine_chunks() if hasattr(column, "combine_chunks") else column
    if isinstance(joined, pa.ChunkedArray):
        joined = pa.concat_arrays(joined.unify_dictionaries().chunks)
    codes = joined.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, joined.dictionary.to_pylist()


def pattern_codes(column: pyarrow.ChunkedArray, patterns: Sequence[str], path: Path) -> NDArray[np.int64]:
    """A pattern column as numbers of the manifest's patterns."""
    codes, names = words(column)
    number = {name: at for at, name in enumerate(patterns)}
    unknown = [name for name in names if name not in number]
    if unknown or (codes < 0).any():
        raise DamagedRows(path, "it has patterns that are not of this experiment")
    mapped = np.array([number[name] for name in names], dtype=np.int64)
    return mapped[codes] if len(names) else codes


def read_keys(units: Sequence[Unit], patterns: Sequence[str]) -> Keys:
    """Which runs units hold, one after the other; without their seeds, and as narrow as the numbers allow."""
    found = []
    for unit in units:
        table = read(unit, KEYS)
        columns = [table.column(name).to_numpy() for name in KEYS[:3]]
        codes = pattern_codes(table.column("pattern"), patterns, unit.path)
        found.append([_narrow(column) for column in (*columns, codes)])
    none: Whole = np.zeros(0, dtype=np.int16)
    points, draws, replications, codes = (np.concatenate([none, *(own[at] for own in found)]) for at in range(4))
    return Keys(points, draws, replications, codes, none)


def _narrow(numbers: NDArray[np.int64]) -> Whole:
    # A million rows are held like this while they are sorted.
    low, high = int(numbers.min(initial=0)), int(numbers.max(initial=0))
    for width in (np.int16, np.int32):
        if np.iinfo(width).min <= low and high <= np.iinfo(width).max:
            return numbers.astype(width)
    return numbers
