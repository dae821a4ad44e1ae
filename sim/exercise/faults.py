"""What can be wrong with an exercise file, in words for whoever opens it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sim.errors import MissionError
from sim.versions import FILE_SCHEMA, MODEL_VERSION


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

    def __init__(self, path: Path, model_version: int, package_version: str) -> None:
        super().__init__(
            path,
            f"this exercise was played under model version {model_version}, this program has {MODEL_VERSION}; "
            f"it would not give the same world. Install mission-leadership-tabletop=={package_version}.",
        )
        self.model_version = model_version
        self.package_version = package_version


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


def at_opening(path: Path, error: sqlite3.Error) -> RecordError:
    """Say what SQLite means when a file is opened."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return RecordInUse(path)
    if code == sqlite3.SQLITE_FULL:
        return RecordFull(path)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return RecordError(path, f"the file cannot be opened for writing ({error}). Copy it to a folder of your own.")
    return DamagedRecord(path, str(error)[:200])


def while_writing(path: Path, error: Exception) -> RecordError:
    """Say what SQLite means when a file is written."""
    if isinstance(error, RecordError):
        return error
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        return RecordFull(path)
    return RecordUnwritable(path, str(error)[:200])
