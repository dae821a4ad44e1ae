"""The ordered list of everything that happened, with causes, and the digest that proves two runs equal.

A row is a run of 64-bit integers: kind, tick, subject, number of causes, causes, fields. Each kind declares its fields
once (``kinds``). Amounts are fixed-point (2^-20), names are numbers of an id table, which is part of
the digest. Rows are hashed in blocks of a thousand, so that ``verify`` can say *where* two runs part.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, TypeAlias

from sim.engine import kinds
from sim.engine.kinds import FieldType, Kind
from sim.engine.ticks import Tick

EventId: TypeAlias = int

WINDOW: Final = 1_000
FIXED: Final = 1 << 20
MOST_CAUSES: Final = 8


def fixed(amount: float) -> int:
    """An amount as a multiple of 2^-20; what is not finite is refused by ``round``."""
    return round(amount * FIXED)


def unfixed(number: int) -> float:
    return number / FIXED


def grain(amount: float) -> float:
    """An amount rounded to 2^-20, so that a difference in the last bit almost never survives."""
    return round(amount * FIXED) / FIXED


@dataclass(frozen=True, slots=True)
class Row:
    """One event of a run, decoded for a reader."""

    id: EventId
    tick: Tick
    kind: Kind
    subject: str
    causes: tuple[EventId, ...]
    fields: dict[str, Any]


class Journal:
    """Append-only rows with a chained digest. ``keep=False`` hashes and drops."""

    __slots__ = (
        "_block_start",
        "_chain",
        "_data",
        "_hashed_names",
        "_keep",
        "_names",
        "_starts",
        "count",
        "marks",
        "names",
        "world_rows",
    )

    def __init__(self, keep: bool = True) -> None:
        self._keep = keep
        # NOTE: a plain list takes a row twice as fast as a typed array; a block is packed when it is hashed.
        self._data: list[int] = []
        self._starts: list[int] = []
        self._block_start = 0
        self._chain = b""
        self._names: dict[str, int] = {}
        self._hashed_names = 0
        self.names: list[str] = []
        self.count = 0
        self.world_rows = 0
        self.marks: list[tuple[int, str]] = []

    def name(self, text: str) -> int:
        """The number of a name, given on first use."""
        number = self._names.get(text)
        if number is None:
            number = self._names[text] = len(self.names)
            self.names.append(text)
        return number

    def write(self, kind: Kind, tick: Tick, subject: int, causes: tuple[EventId, ...], *fields: int) -> EventId:
        """Append a row and return its id. Causes are ids of earlier rows, at most eight."""
        row = self.count
        data = self._data
        self._starts.append(len(data))
        data += [kind.code, tick, subject, len(causes), *causes, *fields]
        self.count = row + 1
        if kind.world:
            self.world_rows += 1
        if not self.count % WINDOW:
            self._seal()
        return row

    def digest(self) -> str:
        """SHA-256 of the canonical journal so far: id table and rows, little-endian, whatever the machine."""
        return self._hash_open().hex()

    def _hash_open(self) -> bytes:
        block = array("q", self._data[self._block_start :])
        if sys.byteorder == "big":
            block.byteswap()
        mixed = sha256(self._chain)
        for text in self.names[self._hashed_names :]:
            encoded = text.encode()
            mixed.update(len(encoded).to_bytes(4, "little"))
            mixed.update(encoded)
        mixed.update(block.tobytes())
        return mixed.digest()

    def _seal(self) -> None:
        self._chain = self._hash_open()
        self._hashed_names = len(self.names)
        self.marks.append((self.count, self._chain.hex()))
        if self._keep:
            self._block_start = len(self._data)
        else:
            self._data.clear()
            self._starts.clear()

    def row(self, event: EventId) -> Row:
        """Decode one row."""
        data = self._data
        at = self._starts[event]
        kind = kinds.BY_CODE[data[at]]
        tick, subject, many = data[at + 1], data[at + 2], data[at + 3]
        causes = tuple(data[at + 4 : at + 4 + many])
        return Row(event, tick, kind, self.names[subject], causes, self._decode(kind, at + 4 + many))

    def causes(self, event: EventId) -> tuple[EventId, ...]:
        at = self._starts[event]
        return tuple(self._data[at + 4 : at + 4 + self._data[at + 3]])

    def kind(self, event: EventId) -> Kind:
        return kinds.BY_CODE[self._data[self._starts[event]]]

    def tick(self, event: EventId) -> Tick:
        return self._data[self._starts[event] + 1]

    def rows(self, start: EventId = 0) -> Iterator[Row]:
        """Every row from ``start`` on, decoded."""
        return (self.row(event) for event in range(start, self.count))

    def _decode(self, kind: Kind, at: int) -> dict[str, Any]:
        values = self._data
        out: dict[str, Any] = {}
        for name, type_ in kind.fields:
            match type_:
                case FieldType.NAME:
                    out[name] = self.names[values[at]]
                case FieldType.FIXED:
                    out[name] = unfixed(values[at])
                case FieldType.PAIRS:
                    many = values[at]
                    pairs = values[at + 1 : at + 1 + 2 * many]
                    out[name] = {self.names[pairs[i]]: unfixed(pairs[i + 1]) for i in range(0, 2 * many, 2)}
                    at += 2 * many
                case _:
                    out[name] = values[at]
            at += 1
        return out
