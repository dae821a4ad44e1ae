"""The exercise file as a database: its schema, how it comes into being, and what is checked before it is believed."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from sim.engine.inputs import decode
from sim.exercise.faults import (
    AlreadyThere,
    DamagedRecord,
    NewerRecord,
    NoSuchRecord,
    NotAnExercise,
    RecordError,
    RecordUnwritable,
    at_opening,
    while_writing,
)
from sim.exercise.stored import LARGEST_VALUE, Checkpoint, Origin, StoredInput, dump, receipt_from
from sim.versions import FILE_SCHEMA

APPLICATION_ID: Final = 0x4D4C5431
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


@dataclass(slots=True)
class Loaded:
    """What is read from a file at opening."""

    inputs: list[StoredInput]
    reached: int
    marks: dict[int, str]
    checkpoints: list[Checkpoint]
    pictured: set[int]
    finished: Mapping[str, Any] | None


def make(path: Path, origin: Origin) -> None:
    """Make a new exercise file; it appears whole or not at all, and never takes the place of another.

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
        raise while_writing(path, error) from error
    finally:
        draft.unlink(missing_ok=True)


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


def check_header(path: Path) -> None:
    """Refuse what is no exercise file before SQLite has a chance to touch it."""
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


def connect(path: Path) -> sqlite3.Connection:
    """Open the database for reading and writing, from any thread."""
    try:
        connection = sqlite3.connect(
            path.absolute().as_uri() + "?mode=rw",
            uri=True,
            isolation_level=None,
            timeout=LOCK_PATIENCE_S,
            check_same_thread=False,
        )
    except sqlite3.Error as error:
        raise at_opening(path, error) from error
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
    return connection


def hold(path: Path, connection: sqlite3.Connection) -> None:
    """Take the file for this process alone and see that it is sound."""
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


def check_schema(path: Path, connection: sqlite3.Connection) -> None:
    """Refuse a file with any other table, index, view or trigger."""
    if _schema_of(connection) != _expected_schema():
        raise NotAnExercise(path, "its tables are not those of an exercise")


def read_origin(connection: sqlite3.Connection) -> Origin:
    """Read what the exercise is made from."""
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
    value = data.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"'{key}' is not {kind.__name__}")
    return value


def load(connection: sqlite3.Connection) -> Loaded:
    """Read everything that is kept in memory while the exercise is open."""
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
    return Loaded(
        inputs=inputs,
        reached=max([progress[0], *ticks[-1:]]),
        marks={int(rows): str(digest) for rows, digest in connection.execute("SELECT rows, digest FROM marks")},
        checkpoints=[
            Checkpoint(int(tick), int(count), int(rows), str(digest))
            for tick, count, rows, digest in connection.execute("SELECT * FROM checkpoints ORDER BY tick, inputs")
        ],
        pictured={int(tick) for (tick,) in connection.execute("SELECT DISTINCT tick FROM pictures")},
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


def _origin_rows(origin: Origin) -> Iterable[tuple[str, str]]:
    for key in (
        "scenario", "source", "pattern", "seed", "options", "parameters", "doctrine", "model_version",
        "package_version",
    ):  # fmt: skip
        value = getattr(origin, key)
        yield key, dump(dict(value) if isinstance(value, Mapping) else value)


def advance_progress(connection: sqlite3.Connection, tick: int) -> None:
    """Note how far the exercise has come; it never goes back by itself."""
    connection.execute("UPDATE progress SET tick = ? WHERE tick < ?", (tick, tick))
