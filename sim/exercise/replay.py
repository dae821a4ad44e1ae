"""Making a record's world again without people: verifying a file, saving a headless run."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sim.engine.inputs import decode
from sim.engine.journal import WINDOW, Row
from sim.engine.ticks import HOUR
from sim.exercise.record import Checkpoint, Origin, Record, create
from sim.exercise.worlds import Outcome, Playable, Snapshots, WorldFactory

PICTURE_EVERY: Final = 6 * HOUR


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether replaying a file gives the world it holds."""

    same: bool
    tick: int
    inputs: int
    checked: int
    """How many stored digests were compared."""
    digest: str
    difference: str = ""
    """The first window that differs, in words."""


def verify(record: Record, factory: WorldFactory) -> Verdict:
    """Replay a record and compare every digest and receipt stored in it."""
    world = factory()
    points = iter(record.checkpoints)
    point = next(points, None)
    checked = 0
    difference = ""
    for stored in record.inputs:
        while point is not None and point.inputs < stored.sequence:
            difference = difference or _compare(world, point)
            checked += 1
            point = next(points, None)
        if stored.status == "void":
            continue
        world.advance(stored.tick)
        receipt = world.apply(decode(stored.data))
        if not difference and stored.receipt is not None and receipt != stored.receipt:
            difference = f"input {stored.sequence} has another receipt"
    while point is not None:
        difference = difference or _compare(world, point)
        checked += 1
        point = next(points, None)
    if world.now < record.reached:
        world.advance(record.reached)
    window = _first_window(record, world)
    return Verdict(
        same=not difference and not window,
        tick=world.now,
        inputs=len(record.inputs),
        checked=checked + len(record.marks),
        digest=world.digest(),
        difference=window or difference,
    )


def replayed(record: Record, factory: WorldFactory) -> Playable:
    """Return the world of a record at the tick it reached."""
    world = factory()
    for stored in record.inputs:
        if stored.status != "void":
            world.advance(stored.tick)
            world.apply(decode(stored.data))
    world.advance(record.reached)
    return world


def save_run(
    path: Path,
    origin: Origin,
    world: Playable,
    to: int,
    *,
    snapshots: Snapshots | None = None,
    outcome: Outcome | None = None,
) -> None:
    """Run a world nobody plays to a tick and save it as an exercise file like any other.

    A run that comes to its horizon is saved as finished; another goes on from there when it is played.
    """
    written: list[Future[None]] = []
    with create(path, origin) as record:
        to = min(to, world.horizon)
        while world.now < to:
            world.advance(min(to, (world.now // PICTURE_EVERY + 1) * PICTURE_EVERY))
            if snapshots is not None and (world.now % PICTURE_EVERY == 0 or world.now == world.horizon):
                written.append(record.add_pictures(world.now, snapshots(world)))
        written += [record.add_journal(number, rows) for number, rows in journal_chunks(world)]
        written.append(record.checkpoint(world.now, world.journal.count, world.digest()))
        if world.now >= world.horizon:
            written.append(record.finish(world.now, {} if outcome is None else outcome(world)))
        written.append(record.reach(world.now, world.journal.marks))
        for future in written:
            future.result()


def journal_chunks(world: Playable, first: int = 0) -> Iterator[tuple[int, list[list[Any]]]]:
    """The world's journal as JSON data, a thousand rows at a time, from a chunk on."""
    for number in range(first, -(-world.journal.count // WINDOW)):
        rows = islice(world.journal.rows(number * WINDOW), WINDOW)
        yield number, [row_data(row) for row in rows]


def row_data(row: Row) -> list[Any]:
    """One journal row as JSON data: id, tick, kind, subject, causes, fields."""
    return [row.id, row.tick, row.kind.name, row.subject, list(row.causes), row.fields]


def _compare(world: Playable, point: Checkpoint) -> str:
    world.advance(point.tick)
    if world.digest() == point.digest:
        return ""
    return f"the world differs at tick {point.tick}, after {point.inputs} inputs"


def _first_window(record: Record, world: Playable) -> str:
    replay = dict(world.journal.marks)
    for rows, digest in sorted(record.marks.items()):
        if replay.get(rows) == digest:
            continue
        first = max(0, rows - WINDOW)
        if first >= world.journal.count:
            return f"rows {first} to {rows} of the journal are missing from the replay"
        ticks = [row.tick for row in _rows(world, first, rows)]
        return f"rows {first} to {rows - 1} of the journal differ, ticks {ticks[0]} to {ticks[-1]}"
    return ""


def _rows(world: Playable, first: int, beyond: int) -> list[Row]:
    return [row for row in world.journal.rows(first) if row.id < beyond]
