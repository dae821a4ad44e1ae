"""The exercise file: one exercise in one SQLite file, every acknowledged input durable.

Rollback journal with ``synchronous=FULL``: what was acknowledged is in ``FILE.mlt`` itself, so a copy
of that one file is enough. All writes go through one writer thread that commits in groups; nothing
that runs an event loop ever waits for a disk.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import sqlite3
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from sim.engine.inputs import BadInput, Receipt, decode
from sim.errors import MissionError
from sim.versions import FILE_SCHEMA, MODEL_VERSION, PACKAGE_VERSION

APPLICATION_ID: Final = 0x4D4C5431
SUFFIX: Final = ".mlt"
LARGEST_VALUE: Final = 64 * 1024 * 1024
LARGEST_GROUP: Final = 500
LOCK_PATIENCE_S: Final = 1.0

_MAGIC: Final = b"SQLite format 3\x00"
_HEADER: Final = 100

SCHEMA: Final = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE inputs (sequence INTEGER PRIMARY KEY, tick INTEGER NOT NULL, seat TEXT NOT NULL,"
    " command_id TEXT NOT NULL, input TEXT NOT NULL,"
    " status TEXT NOT NULL CHECK (status IN ('pending', 'applied', 'refused', 'void')),"
    " receipt TEXT, traceback TEXT, UNIQUE (seat, command_id))",
    "CREATE TABLE progress (id INTEGER PRIMARY KEY CHECK (id = 1), tick INTEGER NOT NULL)",
    "CREATE TABLE clock (number INTEGER PRIMARY KEY, wall TEXT NOT NULL, tick INTEGER NOT NULL,"
    " event TEXT NOT NULL, ratio REAL NOT NULL, reason TEXT NOT NULL)",
    "CREATE TABLE marks (rows INTEGER PRIMARY KEY, digest TEXT NOT NULL)",
    "CREATE TABLE checkpoints (tick INTEGER NOT NULL, inputs INTEGER NOT NULL, rows INTEGER NOT NULL,"
    " digest TEXT NOT NULL, PRIMARY KEY (tick, inputs)) WITHOUT ROWID",
    "CREATE TABLE journal (chunk INTEGER PRIMARY KEY, rows INTEGER NOT NULL, data BLOB NOT NULL)",
    "CREATE TABLE pictures (tick INTEGER NOT NULL, seat TEXT NOT NULL, data BLOB NOT NULL,"
    " PRIMARY KEY (tick, seat)) WITHOUT ROWID",
)


class RecordError(MissionError):
    """Something is wrong with an exercise file; ``path`` names it."""

    title = "Exercise file"

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


class NoSuchRecord(RecordError):
    """There is no file at that path."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "there is no such file. Name an exercise file (FILE.mlt) or a scenario to start.")


class AlreadyThere(RecordError):
    """A new exercise would overwrite something."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "a file of this name exists and is never overwritten. Choose another name.")


class NotAnExercise(RecordError):
    """The file is something else, or what is left of an exercise file."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            path,
            f"this is not an exercise file ({why}). Exercise files are written by 'mlt play' and 'mlt run --save'.",
        )


class DamagedRecord(RecordError):
    """An exercise file with a part that cannot be read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            path,
            f"the exercise file is damaged ({why}). Nothing was changed in it. Open a copy made earlier, together "
            "with its '-journal' file if there is one.",
        )


class NewerRecord(RecordError):
    """The file was written by a later version of the product."""

    def __init__(self, path: Path, schema: int) -> None:
        super().__init__(
            path,
            f"the file has schema {schema}, this program reads up to {FILE_SCHEMA}. "
            "Install a newer mission-leadership-tabletop.",
        )
        self.schema = schema


class RecordInUse(RecordError):
    """Another process holds the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path, "another program has this exercise open. Leave it there first, or work on a copy of the file."
        )


class OtherModel(RecordError):
    """The file was played under another model version, so replaying it would give another world."""

    def __init__(self, path: Path, origin: Origin) -> None:
        super().__init__(
            path,
            f"this exercise was played under model version {origin.model_version}, this program has {MODEL_VERSION}; "
            f"it would not give the same world. Install mission-leadership-tabletop=={origin.package_version}.",
        )
        self.model_version = origin.model_version
        self.package_version = origin.package_version


class RecordFull(RecordError):
    """The disk (or the file's own limit) has no room left; nothing acknowledged is lost."""

    title = "Disk full"

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            "there is no room left on the disk, so this was not recorded and does not count. The exercise is paused; "
            "everything acknowledged before is safe. Free some space, then repeat it.",
        )


class RecordUnwritable(RecordError):
    """Writing failed for another reason than a full disk."""

    title = "Cannot write"

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            path,
            f"writing failed ({why}), so this was not recorded and does not count. The exercise is paused; everything "
            "acknowledged before is safe. Check the disk and the permissions of the folder, then repeat it.",
        )


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


Work = Callable[[sqlite3.Connection], object]


class Record:
    """An open exercise file. Made by :func:`create` or :func:`open_record`; holds the file until closed.

    What is read at opening is kept in memory; each writing method returns a future that is done when
    the change is on the disk, or carries :class:`RecordFull` or :class:`RecordUnwritable`.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, origin: Origin, loaded: _Loaded) -> None:
        self.path = path
        self.origin = origin
        self.inputs: list[StoredInput] = loaded.inputs
        self.reached = loaded.reached
        self.marks: dict[int, str] = loaded.marks
        self.checkpoints: list[Checkpoint] = loaded.checkpoints
        self.finished: Mapping[str, Any] | None = loaded.finished
        self._by_command = {(entry.seat, entry.command): entry.sequence for entry in self.inputs}
        self._connection = connection
        self._jobs: queue.SimpleQueue[tuple[Work, Future[Any], bool] | None] = queue.SimpleQueue()
        self._closed = False
        self._writer = threading.Thread(target=self._write_groups, name=f"record {path.name}", daemon=True)
        self._writer.start()

    def find(self, seat: str, command: str) -> StoredInput | None:
        """Return the input a seat sent under this command id, if it is known."""
        sequence = self._by_command.get((seat, command))
        return None if sequence is None else self.inputs[sequence - 1]

    def next_sequence(self) -> int:
        """Return the number the next input will have."""
        return len(self.inputs) + 1

    def add_input(self, entry: StoredInput) -> Future[None]:
        """Store an input before it is applied; the caller calls :meth:`admit` once it is durable."""
        text = _dump(entry.data)

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO inputs (sequence, tick, seat, command_id, input, status) VALUES (?, ?, ?, ?, ?, ?)",
                (entry.sequence, entry.tick, entry.seat, entry.command, text, entry.status),
            )
            _advance_progress(connection, entry.tick)

        return self._write(work)

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
        text = None if receipt is None else _dump(_receipt_data(receipt))
        return self._write(
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
            _advance_progress(connection, tick)
            connection.executemany("INSERT OR REPLACE INTO marks VALUES (?, ?)", fresh)

        return self._write(work)

    def checkpoint(self, tick: int, rows: int, digest: str) -> Future[None]:
        """Store the digest of the world as it stands."""
        point = Checkpoint(tick, len(self.inputs), rows, digest)
        if self.checkpoints and (self.checkpoints[-1].tick, self.checkpoints[-1].inputs) == (tick, point.inputs):
            self.checkpoints.pop()
        self.checkpoints.append(point)
        return self._write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?)", (tick, point.inputs, rows, digest)
            )
        )

    def note_clock(self, tick: int, event: str, ratio: float = 0.0, reason: str = "") -> Future[None]:
        """Add a line to the clock's history."""
        wall = datetime.now(UTC).isoformat(timespec="milliseconds")
        return self._write(
            lambda connection: connection.execute(
                "INSERT INTO clock (wall, tick, event, ratio, reason) VALUES (?, ?, ?, ?, ?)",
                (wall, tick, event, ratio, reason),
            )
        )

    def add_pictures(self, tick: int, pictures: Mapping[str, Mapping[str, Any]]) -> Future[None]:
        """Store what each seat saw at a tick, so that a review needs no replay."""
        rows = [(tick, seat, zlib.compress(_dump(picture).encode())) for seat, picture in pictures.items()]
        return self._write(
            lambda connection: connection.executemany("INSERT OR REPLACE INTO pictures VALUES (?, ?, ?)", rows)
        )

    def add_journal(self, chunk: int, rows: Sequence[Sequence[Any]]) -> Future[None]:
        """Store (again) one chunk of the journal."""
        data = zlib.compress("\n".join(_dump(row) for row in rows).encode())
        return self._write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO journal VALUES (?, ?, ?)", (chunk, len(rows), data)
            )
        )

    def finish(self, tick: int, outcome: Mapping[str, Any]) -> Future[None]:
        """Store that the exercise is over, with its measures and its story."""
        self.finished = outcome
        self.reached = max(self.reached, tick)

        def work(connection: sqlite3.Connection) -> None:
            _advance_progress(connection, tick)
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('finished', ?)", (_dump(outcome),))

        return self._write(work)

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

        return self._write(work)

    def copy_to(self, path: Path) -> Future[None]:
        """Write a whole, consistent copy of the running file; never over an existing one."""
        if path.exists():
            raise AlreadyThere(path)
        return self._write(lambda connection: connection.execute("VACUUM INTO ?", (str(path),)), alone=True)

    def flush(self) -> Future[None]:
        """Return a future that is done when everything asked for so far is on the disk."""
        return self._write(lambda connection: None)

    def clock_history(self) -> list[ClockEvent]:
        """Read the clock's history."""
        found = self._write(
            lambda connection: connection.execute(
                "SELECT wall, tick, event, ratio, reason FROM clock ORDER BY number"
            ).fetchall()
        ).result()
        return [ClockEvent(*row) for row in found or ()]

    def journal_rows(self) -> Iterator[list[Any]]:
        """Read the journal stored in the file, row by row; empty while the exercise was never closed."""
        chunks = self._write(
            lambda connection: connection.execute("SELECT data FROM journal ORDER BY chunk").fetchall()
        ).result()
        for (data,) in chunks or ():
            for line in _inflate(self.path, data).split("\n"):
                yield _parse(self.path, line)

    def pictures(self, seat: str) -> list[tuple[int, dict[str, Any]]]:
        """Read the stored pictures of a seat, oldest first."""
        found = self._write(
            lambda connection: connection.execute(
                "SELECT tick, data FROM pictures WHERE seat = ? ORDER BY tick", (seat,)
            ).fetchall()
        ).result()
        return [(tick, _parse(self.path, _inflate(self.path, data))) for tick, data in found or ()]

    def limit_pages(self, pages: int) -> None:
        """Keep the file from growing beyond a number of pages, as a full disk would."""
        self._write(lambda connection: connection.execute(f"PRAGMA max_page_count={int(pages)}"), alone=True).result()

    def pages(self) -> int:
        """Return how many pages the file has now."""
        found = self._write(lambda connection: connection.execute("PRAGMA page_count").fetchone()).result()
        return int(found[0]) if found else 0

    def close(self) -> None:
        """Finish all writes and let go of the file. Closing twice is harmless."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        self._writer.join()
        with contextlib.suppress(sqlite3.Error):
            # Leaves no empty journal file beside the exercise.
            self._connection.execute("PRAGMA journal_mode=DELETE")
        self._connection.close()

    def __enter__(self) -> Record:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, work: Work, *, alone: bool = False) -> Future[Any]:
        future: Future[Any] = Future()
        # Whoever waits may be cancelled, what is on its way to the disk may not.
        future.set_running_or_notify_cancel()
        if self._closed:
            future.set_exception(RecordUnwritable(self.path, "the exercise is closed"))
            return future
        self._jobs.put((work, future, alone))
        return future

    def _write_groups(self) -> None:
        going_on = True
        while going_on:
            group: list[tuple[Work, Future[Any]]] = []
            job = self._jobs.get()
            while job is not None:
                work, future, alone = job
                if alone:
                    self._commit(group)
                    group = []
                    self._do_alone(work, future)
                else:
                    group.append((work, future))
                if len(group) >= LARGEST_GROUP:
                    break
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
            else:
                going_on = False
            self._commit(group)

    def _commit(self, group: Sequence[tuple[Work, Future[Any]]]) -> None:
        if not group:
            return
        try:
            results = self._transact([work for work, _ in group])
        except Exception as error:
            if len(group) == 1:
                group[0][1].set_exception(_in_words(self.path, error))
                return
            # One entry must not take its neighbours down with it.
            for job in group:
                self._commit([job])
            return
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)

    def _transact(self, group: Sequence[Work]) -> list[object]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            results = [work(self._connection) for work in group]
            self._connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise
        return results

    def _do_alone(self, work: Work, future: Future[Any]) -> None:
        try:
            future.set_result(work(self._connection))
        except Exception as error:
            future.set_exception(_in_words(self.path, error))


@dataclass(slots=True)
class _Loaded:
    inputs: list[StoredInput]
    reached: int
    marks: dict[int, str]
    checkpoints: list[Checkpoint]
    finished: Mapping[str, Any] | None


def create(path: Path, origin: Origin) -> Record:
    """Make a new exercise file and open it.

    The file appears whole or not at all, and never takes the place of another.

    Raises:
        AlreadyThere: when something has that name.
        RecordUnwritable: when the folder cannot be written.
    """
    if os.path.lexists(path):
        raise AlreadyThere(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise RecordUnwritable(path, error.strerror or str(error)) from error
    draft = Path(name)
    try:
        _write_draft(draft, origin)
        _put_in_place(draft, path)
    except FileExistsError as error:
        raise AlreadyThere(path) from error
    except (OSError, sqlite3.Error) as error:
        raise _in_words(path, error) from error
    finally:
        draft.unlink(missing_ok=True)
    return open_record(path)


def open_record(path: Path, *, any_model: bool = False) -> Record:
    """Open an exercise file and hold it.

    Args:
        path: the file.
        any_model: read a file made under another model version too; it must not be played on.

    Raises:
        NoSuchRecord, NotAnExercise, DamagedRecord, NewerRecord, RecordInUse, OtherModel: as named.
    """
    _check_header(path)
    connection = _connect(path)
    try:
        _hold(path, connection)
        _check_schema(path, connection)
        origin = _read_origin(path, connection)
        if origin.model_version != MODEL_VERSION and not any_model:
            raise OtherModel(path, origin)
        loaded = _load(connection)
    except (ValueError, KeyError, TypeError, RecursionError, BadInput) as error:
        connection.close()
        raise DamagedRecord(path, str(error)[:200]) from error
    except sqlite3.Error as error:
        connection.close()
        raise _at_opening(path, error) from error
    except BaseException:
        connection.close()
        raise
    return Record(path, connection, origin, loaded)


def _write_draft(draft: Path, origin: Origin) -> None:
    connection = sqlite3.connect(draft, isolation_level=None)
    try:
        # Pages of 4 KiB are written whole by the disks in use; the value is part of the file for good.
        connection.execute("PRAGMA page_size=4096")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA fullfsync=ON")
        connection.execute("BEGIN")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={FILE_SCHEMA}")
        for statement in SCHEMA:
            connection.execute(statement)
        connection.executemany("INSERT INTO meta VALUES (?, ?)", _origin_rows(origin))
        connection.execute("INSERT INTO progress VALUES (1, 0)")
        connection.execute("COMMIT")
    finally:
        connection.close()
    # mkstemp makes files for the owner alone; an exercise is shared like any other document.
    umask = os.umask(0)
    os.umask(umask)
    draft.chmod(0o666 & ~umask)


def _put_in_place(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:
        # File systems without hard links: an exclusive empty file keeps the name while the draft moves in.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        os.replace(draft, path)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _check_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except FileNotFoundError as error:
        raise NoSuchRecord(path) from error
    except IsADirectoryError as error:
        raise NotAnExercise(path, "it is a folder") from error
    except OSError as error:
        raise RecordError(path, f"the file cannot be read ({error.strerror}).") from error
    if not header:
        raise NotAnExercise(path, "it is empty")
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        raise NotAnExercise(path, "it is of another kind or cut off")
    schema = int.from_bytes(header[60:64], "big", signed=True)
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise NotAnExercise(path, "it is a database of another program")
    if schema > FILE_SCHEMA:
        raise NewerRecord(path, schema)
    if schema != FILE_SCHEMA:
        raise NotAnExercise(path, f"it says schema {schema}")


def _connect(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(
            path.absolute().as_uri() + "?mode=rw",
            uri=True,
            isolation_level=None,
            timeout=LOCK_PATIENCE_S,
            check_same_thread=False,
        )
    except sqlite3.Error as error:
        raise _at_opening(path, error) from error
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
    return connection


def _hold(path: Path, connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    connection.execute("PRAGMA mmap_size=0")
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA fullfsync=ON")
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("COMMIT")
    mode = connection.execute("PRAGMA journal_mode=TRUNCATE").fetchone()
    if mode is None or mode[0] != "truncate":
        raise DamagedRecord(path, "its journal mode cannot be set")
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict is None or verdict[0] != "ok":
        raise DamagedRecord(path, str(verdict[0]).replace("\n", " ")[:120] if verdict else "no answer")


@cache
def _expected_schema() -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        for statement in SCHEMA:
            connection.execute(statement)
        return _schema_of(connection)


def _schema_of(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()


def _check_schema(path: Path, connection: sqlite3.Connection) -> None:
    if _schema_of(connection) != _expected_schema():
        raise NotAnExercise(path, "its tables are not those of an exercise")


def _read_origin(path: Path, connection: sqlite3.Connection) -> Origin:
    meta = {key: json.loads(value) for key, value in connection.execute("SELECT key, value FROM meta")}
    return Origin(
        scenario=_typed(meta, "scenario", str),
        source=_typed(meta, "source", str),
        pattern=_typed(meta, "pattern", str),
        seed=_typed(meta, "seed", int),
        options={str(k): str(v) for k, v in _typed(meta, "options", dict).items()},
        parameters={str(k): float(v) for k, v in _typed(meta, "parameters", dict).items()},
        doctrine={str(k): str(v) for k, v in _typed(meta, "doctrine", dict).items()},
        model_version=_typed(meta, "model_version", int),
        package_version=_typed(meta, "package_version", str),
    )


def _typed(data: Mapping[str, Any], key: str, kind: type) -> Any:
    value = data[key] if key in data else None
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"'{key}' is not {kind.__name__}")
    return value


def _load(connection: sqlite3.Connection) -> _Loaded:
    inputs = [_stored(row) for row in connection.execute("SELECT * FROM inputs ORDER BY sequence")]
    if [entry.sequence for entry in inputs] != list(range(1, len(inputs) + 1)):
        raise ValueError("the inputs are not numbered without gaps")
    ticks = [entry.tick for entry in inputs if entry.status != "void"]
    if ticks != sorted(ticks) or (ticks and ticks[0] < 0):
        raise ValueError("the inputs are not in the order of time")
    progress = connection.execute("SELECT tick FROM progress").fetchone()
    if progress is None or not isinstance(progress[0], int):
        raise ValueError("how far it came is missing")
    finished = connection.execute("SELECT value FROM meta WHERE key = 'finished'").fetchone()
    return _Loaded(
        inputs=inputs,
        reached=max([progress[0], *ticks[-1:]]),
        marks={int(rows): str(digest) for rows, digest in connection.execute("SELECT rows, digest FROM marks")},
        checkpoints=[
            Checkpoint(int(tick), int(count), int(rows), str(digest))
            for tick, count, rows, digest in connection.execute("SELECT * FROM checkpoints ORDER BY tick, inputs")
        ],
        finished=None if finished is None else dict(json.loads(finished[0])),
    )


def _stored(row: tuple[Any, ...]) -> StoredInput:
    sequence, tick, seat, command, text, status, receipt, traceback = row
    for value, kind in ((sequence, int), (tick, int), (seat, str), (command, str), (text, str)):
        if not isinstance(value, kind):
            raise ValueError(f"input {sequence!r:.20} has a field of the wrong type")
    data = json.loads(text)
    decode(data)
    return StoredInput(
        sequence, tick, seat, command, data, status,
        None if receipt is None else receipt_from(json.loads(receipt)), traceback or "",
    )  # fmt: skip


def _receipt_data(receipt: Receipt) -> dict[str, Any]:
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


def _origin_rows(origin: Origin) -> Iterable[tuple[str, str]]:
    for key in (
        "scenario", "source", "pattern", "seed", "options", "parameters", "doctrine", "model_version",
        "package_version",
    ):  # fmt: skip
        value = getattr(origin, key)
        yield key, _dump(dict(value) if isinstance(value, Mapping) else value)


def _advance_progress(connection: sqlite3.Connection, tick: int) -> None:
    connection.execute("UPDATE progress SET tick = ? WHERE tick < ?", (tick, tick))


def _dump(value: Any) -> str:
    # ASCII: a lone surrogate in a player's text has no UTF-8 form and SQLite would refuse the row.
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def _inflate(path: Path, data: bytes) -> str:
    tool = zlib.decompressobj()
    try:
        text = tool.decompress(data, LARGEST_VALUE)
        if tool.unconsumed_tail or not tool.eof:
            raise DamagedRecord(path, "a stored part is too large or cut off")
        return text.decode("utf-8")
    except (zlib.error, UnicodeDecodeError) as error:
        raise DamagedRecord(path, str(error)) from error


def _parse(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DamagedRecord(path, "a stored part is not JSON") from error


def _at_opening(path: Path, error: sqlite3.Error) -> RecordError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return RecordInUse(path)
    if code == sqlite3.SQLITE_FULL:
        return RecordFull(path)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return RecordError(path, f"the file cannot be opened for writing ({error}). Copy it to a folder of your own.")
    return DamagedRecord(path, str(error)[:200])


def _in_words(path: Path, error: Exception) -> RecordError:
    if isinstance(error, RecordError):
        return error
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        return RecordFull(path)
    return RecordUnwritable(path, str(error)[:200])
