"""What an exercise file holds, as plain values, and how they are written as text."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sim.engine.inputs import Receipt
from sim.exercise.faults import DamagedRecord
from sim.versions import MODEL_VERSION, PACKAGE_VERSION

LARGEST_VALUE: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Origin:
    """What an exercise is made from: with the inputs, enough to make it again."""

    scenario: str
    """Name the scenario is known by."""
    source: str
    """The scenario file's text, whole."""
    pattern: str
    seed: int
    options: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, float] = field(default_factory=dict)
    doctrine: Mapping[str, str] = field(default_factory=dict)
    """The catalogues the scenario was resolved with, by file name."""
    model_version: int = MODEL_VERSION
    package_version: str = PACKAGE_VERSION


@dataclass(frozen=True, slots=True)
class StoredInput:
    """One input as it stands in the file. ``sequence`` counts from 1 without gaps."""

    sequence: int
    tick: int
    seat: str
    command: str
    data: Mapping[str, Any]
    status: str
    receipt: Receipt | None = None
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The digest of the world at a moment the clock stood still, after ``inputs`` inputs."""

    tick: int
    inputs: int
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One line of the clock's history: wall time, simulated time, and what happened to the clock."""

    wall: str
    tick: int
    event: str
    ratio: float
    reason: str


def receipt_data(receipt: Receipt) -> dict[str, Any]:
    """A receipt as JSON data."""
    return {
        "accepted": receipt.accepted,
        "tick": receipt.tick,
        "sequence": receipt.sequence,
        "reason": receipt.reason,
        "ref": receipt.ref,
        "answer": list(receipt.answer),
    }


def receipt_from(data: Mapping[str, Any]) -> Receipt:
    """Read a receipt from JSON data."""
    return Receipt(
        accepted=bool(data["accepted"]),
        tick=int(data["tick"]),
        sequence=int(data["sequence"]),
        reason=str(data["reason"]),
        ref=str(data["ref"]),
        answer=tuple(str(line) for line in data["answer"]),
    )


def dump(value: Any) -> str:
    """Write a value as JSON text."""
    # ASCII: a lone surrogate in a player's text has no UTF-8 form and SQLite would refuse the row.
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def deflate(text: str) -> bytes:
    """Pack a long text."""
    return zlib.compress(text.encode())


def inflate(path: Path, data: bytes) -> str:
    """Unpack a long text, which may come from anybody."""
    tool = zlib.decompressobj()
    try:
        text = tool.decompress(data, LARGEST_VALUE)
        if tool.unconsumed_tail or not tool.eof:
            raise DamagedRecord(path, "a stored part is too large or cut off")
        return text.decode("utf-8")
    except (zlib.error, UnicodeDecodeError) as error:
        raise DamagedRecord(path, str(error)) from error


def parse(path: Path, text: str) -> Any:
    """Read JSON text that may come from anybody."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DamagedRecord(path, "a stored part is not JSON") from error
