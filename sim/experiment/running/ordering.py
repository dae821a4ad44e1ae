"""Rows in the order of their keys, a block at a time: what digest and compaction are made from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.experiment.model import Kind
from sim.experiment.running import parts
from sim.experiment.running.manifest import Design, Manifest
from sim.experiment.running.parts import Keys, Layout, Unit
from sim.experiment.running.present import Present

if TYPE_CHECKING:
    import pyarrow

DIGEST_BLOCK: Final = 4_096
"""Rows that are digested together; part of the definition of the digest."""
_UNITS_KEPT: Final = 4
_UNDEFINED: Final = np.uint32(0xFFFFFFFF)


class Order:
    """Rows of several units by the order of their keys. Takes some 20 bytes a row while it lives."""

    def __init__(self, units: Sequence[Unit], patterns: Sequence[str], chosen: Present | None = None) -> None:
        """Args:
        chosen: runs to keep; all if left out.
        """
        self._units = list(units)
        self._keys = keys = parts.read_keys(units, patterns)
        self._starts = np.cumsum([0, *(unit.counted for unit in units)])
        self._rows = np.lexsort((keys.patterns, keys.replications, keys.draws, keys.points))
        if chosen is not None:
            self._rows = self._rows[chosen.which(*keys.lists())[self._rows]]

    def __len__(self) -> int:
        return len(self._rows)

    def keys(self, first: int, end: int) -> Keys:
        """Which runs stand from one place in the order to before another."""
        return self._keys.only(self._rows[first:end])

    def blocks(self, columns: Sequence[str], size: int) -> Iterator[tuple[int, pyarrow.Table]]:
        """Tables of so many rows in order, each with the number of its first row.

        Only the units that a block touches are read, a few of them kept: rows are stored nearly in order.
        """
        pa = parts.arrow()
        kept: OrderedDict[int, pyarrow.Table] = OrderedDict()
        for first in range(0, len(self._rows), size):
            wanted = self._rows[first : first + size]
            units = np.searchsorted(self._starts, wanted, side="right") - 1
            pieces, places = [], []
            for unit in np.unique(units).tolist():
                if unit not in kept:
                    kept[unit] = parts.read(self._units[unit], columns)
                kept.move_to_end(unit)
                own = np.flatnonzero(units == unit)
                pieces.append(kept[unit].take(pa.array(wanted[own] - self._starts[unit])))
                places.append(own)
                while len(kept) > _UNITS_KEPT:
                    kept.popitem(last=False)
            back = np.argsort(np.concatenate(places))
            table = pa.concat_tables(pieces)
            yield first, (table if len(pieces) == 1 else table.take(pa.array(back)))


def digest(order: Order, manifest: Manifest) -> str:
    """SHA-256 of rows in order: of their values, not of the bytes of any file, and of nothing that timing decides.

    The messages of failed runs are for people and do not count.
    """
    mixed = sha256(b"rows 1\0" + manifest.experiment.encode())
    columns = ["seed", "status", "digest", "failure_stage", "failure_type", *(c.name for c in manifest.columns)]
    for first, table in order.blocks(columns, DIGEST_BLOCK):
        keys = order.keys(first, first + len(table))
        mixed.update(len(table).to_bytes(8, "little"))
        for own in (keys.points, keys.draws, keys.replications, keys.patterns):
            mixed.update(own.astype("<i8").tobytes())
        mixed.update(table.column("seed").to_numpy().astype("<i8").tobytes())
        for name in columns[1:5]:
            _mix_texts(mixed, table.column(name))
        for column in manifest.columns:
            _mix(mixed, column.kind, table.column(column.name))
    return mixed.hexdigest()


def _mix_texts(mixed: Any, column: pyarrow.ChunkedArray) -> None:
    texts = [None if text is None else text.encode() for text in column.to_pylist()]
    lengths = np.array([_UNDEFINED if text is None else len(text) for text in texts], dtype="<u4")
    mixed.update(lengths.tobytes())
    mixed.update(b"".join(text for text in texts if text is not None))


def _mix(mixed: Any, kind: Kind, column: pyarrow.ChunkedArray) -> None:
    if kind is Kind.SERIES:
        lines = column.to_pylist()
        lengths = np.array([_UNDEFINED if line is None else len(line) for line in lines], dtype="<u4")
        numbers = np.array([number for line in lines if line is not None for number in line], dtype="<f8")
        mixed.update(lengths.tobytes())
        mixed.update(_plain(numbers).tobytes())
        return
    defined = column.is_valid().to_numpy()
    mixed.update(defined.astype("u1").tobytes())
    if kind is Kind.AMOUNT:
        mixed.update(_plain(column.fill_null(0.0).to_numpy().astype("<f8")).tobytes())
    elif kind is Kind.COUNT:
        mixed.update(column.fill_null(0).to_numpy().astype("<i8").tobytes())
    else:
        mixed.update(column.fill_null(False).to_numpy().astype("u1").tobytes())


def _plain(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    # There are many bit patterns of "not a number"; one stands for all.
    numbers[np.isnan(numbers)] = np.nan
    return numbers


def compacted(file: IO[bytes], order: Order, layout: Layout, absorbed: int) -> None:
    """Write all rows in order into one file, with what was varied beside each.

    Args:
        absorbed: number of the last part that stands in it.
    """
    schema = layout.whole.with_metadata({**layout.whole.metadata, parts.ABSORBED: str(absorbed).encode()})
    with parts.writer(file, schema) as out:
        for whole in _whole(order, layout, schema.names):
            out.write_table(whole.cast(schema).unify_dictionaries())


def table(order: Order, layout: Layout, columns: Sequence[str]) -> pyarrow.Table:
    """All rows in order, with what was varied beside each.

    Raises:
        KeyError: for a column that there is not.
    """
    for name in columns:
        if name not in layout.whole.names:
            raise KeyError(name)
    tables = list(_whole(order, layout, columns))
    if not tables:
        return layout.whole.empty_table().select(list(columns))
    return parts.arrow().concat_tables(tables).unify_dictionaries()


def _whole(order: Order, layout: Layout, columns: Sequence[str]) -> Iterator[pyarrow.Table]:
    pa, design = parts.arrow(), layout.manifest.design
    schema = pa.schema([layout.whole.field(name) for name in columns])
    stored = [name for name in columns if name in layout.part.names]
    for first, found in order.blocks(stored or ["seed"], parts.rows_per_group(layout.manifest)):
        own = _varied(design, order.keys(first, first + len(found))) if design else {}
        arrays = [own[name] if name in own else found.column(name) for name in columns]
        yield pa.Table.from_arrays(arrays, schema=schema)


def compacted_times(file: IO[bytes], times: Sequence[Path], layout: Layout, absorbed: int) -> None:
    """Write the sidecars into one file, in the order in which they came."""
    schema = layout.timing.with_metadata({**layout.timing.metadata, parts.ABSORBED: str(absorbed).encode()})
    with parts.writer(file, schema) as out:
        held: list[pyarrow.Table] = []
        for path in times:
            for unit in parts.units(path, layout.timing)[0]:
                held.append(parts.read(unit, layout.timing.names).cast(schema))
                if sum(map(len, held)) >= parts.ROWS_PER_GROUP:
                    out.write_table(parts.arrow().concat_tables(held).unify_dictionaries())
                    held = []
        if held:
            out.write_table(parts.arrow().concat_tables(held).unify_dictionaries())


def _varied(design: Design, keys: Keys) -> dict[str, pyarrow.Array]:
    pa = parts.arrow()
    points, draws = keys.points.astype(np.int64), keys.draws.astype(np.int64)
    lines = np.lexsort((design.draws, design.points))
    wide = int(max(design.draws.max(initial=0), draws.max(initial=0))) + 1
    known = design.points[lines] * wide + design.draws[lines]
    asked = points * wide + draws
    at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    missing = known[at] != asked
    found = {}
    for name, column in design.columns.items():
        array = pa.array(column[lines[at]], mask=missing)
        found[name] = array if column.dtype.kind == "f" else array.cast(pa.string()).dictionary_encode()
    return found
