"""The exercise file: one exercise in one SQLite file, every acknowledged input durable.

Rollback journal with ``synchronous=FULL``: what was acknowledged is in ``FILE.mlt`` itself, so a copy
of that one file is enough. All writes go through one writer thread that commits in groups; nothing
that runs an event loop ever waits for a disk.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sim.engine.inputs import BadInput, Receipt
from sim.exercise import container
from sim.exercise.container import Loaded, advance_progress
from sim.exercise.faults import (
    AlreadyThere,
    DamagedRecord,
    NewerRecord,
    NoSuchRecord,
    NotAnExercise,
    OtherModel,
    RecordError,
    RecordFull,
    RecordInUse,
    RecordUnwritable,
    at_opening,
    while_writing,
)
from sim.exercise.stored import (
    Checkpoint,
    ClockEvent,
    Origin,
    StoredInput,
    deflate,
    dump,
    inflate,
    parse,
    receipt_data,
)
from sim.exercise.writer import GroupWriter
from sim.versions import MODEL_VERSION

__all__ = [
    "SUFFIX",
    "AlreadyThere",
    "Checkpoint",
    "ClockEvent",
    "DamagedRecord",
    "NewerRecord",
    "NoSuchRecord",
    "NotAnExercise",
    "Origin",
    "OtherModel",
    "Record",
    "RecordError",
    "RecordFull",
    "RecordInUse",
    "RecordUnwritable",
    "StoredInput",
    "create",
    "open_record",
]

SUFFIX: Final = ".mlt"


class Record:
    """An open exercise file. Made by :func:`create` or :func:`open_record`; holds the file until closed.

    What is read at opening is kept in memory; each writing method returns a future that is done when
    the change is on the disk, or carries :class:`RecordFull` or :class:`RecordUnwritable`.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, origin: Origin, loaded: Loaded) -> None:
        self.path = path
        self.origin = origin
        self.inputs: list[StoredInput] = loaded.inputs
        self.reached = loaded.reached
        self.marks: dict[int, str] = loaded.marks
        self.checkpoints: list[Checkpoint] = loaded.checkpoints
        self.pictured = loaded.pictured
        """Ticks at which pictures are stored."""
        self.finished: Mapping[str, Any] | None = loaded.finished
        self._by_command = {(entry.seat, entry.command): entry.sequence for entry in self.inputs}
        self._connection = connection
        self._writer = GroupWriter(connection, f"record {path.name}", lambda error: while_writing(path, error))

    def find(self, seat: str, command: str) -> StoredInput | None:
        """Return the input a seat sent under this command id, if it is known."""
        sequence = self._by_command.get((seat, command))
        return None if sequence is None else self.inputs[sequence - 1]

    def next_sequence(self) -> int:
        """Return the number the next input will have."""
        return len(self.inputs) + 1

    def add_input(self, entry: StoredInput) -> Future[None]:
        """Store an input before it is applied; the caller calls :meth:`admit` once it is durable."""
        text = dump(entry.data)

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO inputs (sequence, tick, seat, command_id, input, status) VALUES (?, ?, ?, ?, ?, ?)",
                (entry.sequence, entry.tick, entry.seat, entry.command, text, entry.status),
            )
            advance_progress(connection, entry.tick)

        return self._writer.write(work)

    def admit(self, entry: StoredInput) -> None:
        """Take a durable input into the list in memory."""
        self.inputs.append(entry)
        self._by_command[entry.seat, entry.command] = entry.sequence
        self.reached = max(self.reached, entry.tick)

    def settle(self, sequence: int, status: str, receipt: Receipt | None, traceback: str = "") -> Future[None]:
        """Store what became of an input.

        A receipt follows from the record (replaying gives it again), so nobody has to wait for this
        write; a ``void`` does not follow from it and must be durable before the input is answered.
        """
        self.inputs[sequence - 1] = replace(
            self.inputs[sequence - 1], status=status, receipt=receipt, traceback=traceback
        )
        text = None if receipt is None else dump(receipt_data(receipt))
        return self._writer.write(
            lambda connection: connection.execute(
                "UPDATE inputs SET status = ?, receipt = ?, traceback = ? WHERE sequence = ?",
                (status, text, traceback or None, sequence),
            )
        )

    def reach(self, tick: int, marks: Sequence[tuple[int, str]] = ()) -> Future[None]:
        """Store how far the exercise has come, with the journal's marks so far."""
        fresh = [(rows, digest) for rows, digest in marks if rows not in self.marks]
        self.reached = max(self.reached, tick)
        self.marks.update(fresh)

        def work(connection: sqlite3.Connection) -> None:
            advance_progress(connection, tick)
            connection.executemany("INSERT OR REPLACE INTO marks VALUES (?, ?)", fresh)

        return self._writer.write(work)

    def checkpoint(self, tick: int, rows: int, digest: str) -> Future[None]:
        """Store the digest of the world as it stands."""
        point = Checkpoint(tick, len(self.inputs), rows, digest)
        if self.checkpoints and (self.checkpoints[-1].tick, self.checkpoints[-1].inputs) == (tick, point.inputs):
            self.checkpoints.pop()
        self.checkpoints.append(point)
        return self._writer.write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?)", (tick, point.inputs, rows, digest)
            )
        )

    def note_clock(self, tick: int, event: str, ratio: float = 0.0, reason: str = "") -> Future[None]:
        """Add a line to the clock's history."""
        wall = datetime.now(UTC).isoformat(timespec="milliseconds")
        return self._writer.write(
            lambda connection: connection.execute(
                "INSERT INTO clock (wall, tick, event, ratio, reason) VALUES (?, ?, ?, ?, ?)",
                (wall, tick, event, ratio, reason),
            )
        )

    def add_pictures(self, tick: int, pictures: Mapping[str, Mapping[str, Any]]) -> Future[None]:
        """Store what each seat saw at a tick, so that a review needs no replay."""
        self.pictured.add(tick)
        rows = [(tick, seat, deflate(dump(picture))) for seat, picture in pictures.items()]
        return self._writer.write(
            lambda connection: connection.executemany("INSERT OR REPLACE INTO pictures VALUES (?, ?, ?)", rows)
        )

    def add_journal(self, chunk: int, rows: Sequence[Sequence[Any]]) -> Future[None]:
        """Store (again) one chunk of the journal."""
        data = deflate("\n".join(dump(row) for row in rows))
        return self._writer.write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO journal VALUES (?, ?, ?)", (chunk, len(rows), data)
            )
        )

    def finish(self, tick: int, outcome: Mapping[str, Any]) -> Future[None]:
        """Store that the exercise is over, with its measures and its story."""
        self.finished = outcome
        self.reached = max(self.reached, tick)

        def work(connection: sqlite3.Connection) -> None:
            advance_progress(connection, tick)
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('finished', ?)", (dump(outcome),))

        return self._writer.write(work)

    def withdraw_from(self, sequence: int, traceback: str) -> Future[None]:
        """Make void every input from ``sequence`` on and go back to the tick of that input.

        The inputs stay readable in the file; what was computed after that tick is dropped.
        """
        back_to = self.inputs[sequence - 1].tick
        for index in range(sequence - 1, len(self.inputs)):
            entry = self.inputs[index]
            if entry.status != "void":
                self.inputs[index] = replace(entry, status="void", receipt=None, traceback=traceback)
        self.reached = back_to
        self.marks.clear()
        self.finished = None
        self.pictured = {tick for tick in self.pictured if tick <= back_to}
        self.checkpoints = [point for point in self.checkpoints if point.inputs < sequence]

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE inputs SET status = 'void', receipt = NULL, traceback = ? "
                "WHERE sequence >= ? AND status != 'void'",
                (traceback, sequence),
            )
            connection.execute("UPDATE progress SET tick = ?", (back_to,))
            connection.execute("DELETE FROM marks")
            connection.execute("DELETE FROM journal")
            connection.execute("DELETE FROM checkpoints WHERE inputs >= ?", (sequence,))
            connection.execute("DELETE FROM pictures WHERE tick > ?", (back_to,))
            connection.execute("DELETE FROM meta WHERE key = 'finished'")

        return self._writer.write(work)

    def copy_to(self, path: Path) -> Future[None]:
        """Write a whole, consistent copy of the running file; never over an existing one."""
        if path.exists():
            raise AlreadyThere(path)
        return self._writer.write(lambda connection: connection.execute("VACUUM INTO ?", (str(path),)), alone=True)

    def flush(self) -> Future[None]:
        """Return a future that is done when everything asked for so far is on the disk."""
        return self._writer.write(lambda connection: None)

    def clock_history(self) -> list[ClockEvent]:
        """Read the clock's history."""
        found = self._writer.write(
            lambda connection: connection.execute(
                "SELECT wall, tick, event, ratio, reason FROM clock ORDER BY number"
            ).fetchall()
        ).result()
        return [ClockEvent(*row) for row in found or ()]

    def journal_rows(self) -> Iterator[list[Any]]:
        """Read the journal stored in the file, row by row; empty while the exercise was never closed."""
        chunks = self._writer.write(
            lambda connection: connection.execute("SELECT data FROM journal ORDER BY chunk").fetchall()
        ).result()
        for (data,) in chunks or ():
            for line in inflate(self.path, data).split("\n"):
                yield parse(self.path, line)

    def pictures(self, seat: str) -> list[tuple[int, dict[str, Any]]]:
        """Read the stored pictures of a seat, oldest first."""
        found = self._writer.write(
            lambda connection: connection.execute(
                "SELECT tick, data FROM pictures WHERE seat = ? ORDER BY tick", (seat,)
            ).fetchall()
        ).result()
        return [(tick, parse(self.path, inflate(self.path, data))) for tick, data in found or ()]

    def limit_pages(self, pages: int) -> None:
        """Keep the file from growing beyond a number of pages, as a full disk would."""
        limit = f"PRAGMA max_page_count={int(pages)}"
        self._writer.write(lambda connection: connection.execute(limit), alone=True).result()

    def pages(self) -> int:
        """Return how many pages the file has now."""
        found = self._writer.write(lambda connection: connection.execute("PRAGMA page_count").fetchone()).result()
        return int(found[0]) if found else 0

    def close(self) -> None:
        """Finish all writes and let go of the file. Closing twice is harmless."""
        if self._writer.closed:
            return
        self._writer.close()
        with contextlib.suppress(sqlite3.Error):
            # Leaves no empty journal file beside the exercise.
            self._connection.execute("PRAGMA journal_mode=DELETE")
        self._connection.close()

    def __enter__(self) -> Record:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def create(path: Path, origin: Origin) -> Record:
    """Make a new exercise file and open it.

    The file appears whole or not at all, and never takes the place of another.

    Raises:
        AlreadyThere: when something has that name.
        RecordUnwritable: when the folder cannot be written.
    """
    container.make(path, origin)
    return open_record(path)


def open_record(path: Path, *, any_model: bool = False) -> Record:
    """Open an exercise file and hold it.

    Args:
        path: the file.
        any_model: read a file made under another model version too; it must not be played on.

    Raises:
        NoSuchRecord, NotAnExercise, DamagedRecord, NewerRecord, RecordInUse, OtherModel: as named.
    """
    container.check_header(path)
    connection = container.connect(path)
    try:
        container.hold(path, connection)
        container.check_schema(path, connection)
        origin = container.read_origin(connection)
        if origin.model_version != MODEL_VERSION and not any_model:
            raise OtherModel(path, origin.model_version, origin.package_version)
        loaded = container.load(connection)
    except (ValueError, KeyError, TypeError, RecursionError, BadInput) as error:
        connection.close()
        raise DamagedRecord(path, str(error)[:200]) from error
    except sqlite3.Error as error:
        connection.close()
        raise at_opening(path, error) from error
    except BaseException:
        connection.close()
        raise
    return Record(path, connection, origin, loaded)
