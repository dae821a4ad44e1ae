"""The folder of an experiment: who may write to it, and files that are either whole or not there."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from sim.experiment.faults import CannotWrite, DiskFull, FolderInUse, NotAnExperiment

MANIFEST: Final = "experiment.json"
DESIGN: Final = "design.parquet"
RUNS: Final = "runs.parquet"
TIMING: Final = "timing.parquet"
PARTS: Final = "parts"
TIMING_PARTS: Final = "timing"
LOCK: Final = "lock"
UNFINISHED: Final = ".unfinished"
"""Ending of a file that is being written; it takes its own name when it is whole."""

_OURS_BEFORE_THE_MANIFEST: Final = frozenset({LOCK, MANIFEST + UNFINISHED, DESIGN, DESIGN + UNFINISHED})
_MOST_SHOWN: Final = 3
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_LOCKS_HERE: Final = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL})


class Lock:
    """The right to write to a folder. The system takes it back when its holder dies, however it dies."""

    def __init__(self, folder: Path) -> None:
        """Take it.

        Raises:
            FolderInUse: when another process has it.
            CannotWrite: when nothing can be written there.
        """
        self.missing = ""
        """Why two writers would not notice each other; empty where they do."""
        try:
            self._handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise CannotWrite(folder / LOCK, error) from error
        try:
            import fcntl
        except ImportError:
            self.missing = "This system has no file locks: see to it that only one command writes to the folder."
            return
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _NO_LOCKS_HERE:
                self.missing = (
                    "The file system of the folder has no file locks: see to it that only one command writes to it."
                )
                return
            os.close(self._handle)
            if error.errno in {errno.EAGAIN, errno.EACCES}:
                raise FolderInUse(folder) from error
            raise CannotWrite(folder / LOCK, error) from error

    def release(self) -> None:
        """Give it back."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def prepare(folder: Path) -> None:
    """Make the folder, or look whether an experiment may stand in it.

    Raises:
        NotAnExperiment: for a file, or for a folder with something else in it.
        CannotWrite: when it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        found = sorted(entry.name for entry in folder.iterdir())
    except (FileExistsError, NotADirectoryError) as error:
        raise NotAnExperiment(folder, "there is a file where the folder would be. Choose another folder.") from error
    except OSError as error:
        raise CannotWrite(folder, error) from error
    if MANIFEST in found:
        return
    foreign = [name for name in found if name not in _OURS_BEFORE_THE_MANIFEST]
    if foreign:
        shown = ", ".join(foreign[:_MOST_SHOWN]) + (" and more" if len(foreign) > _MOST_SHOWN else "")
        raise NotAnExperiment(
            folder, f"holds something else than an experiment ({shown}). Choose a new folder or an empty one."
        )


def write(path: Path, fill: Callable[[IO[bytes]], None], runs: int | None = None) -> None:
    """Write a file so that it is whole or not there, even if the power fails.

    Args:
        fill: writes what belongs in it.
        runs: how many are safe, should the disk be full; nothing where that is not known.

    Raises:
        DiskFull: when there is no room.
        CannotWrite: when it cannot be written for another reason.
    """
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        with open(unfinished, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        if error.errno in _FULL:
            raise DiskFull(path.parent, runs) from error
        raise CannotWrite(path, error) from error


def remove(path: Path) -> None:
    """Delete a file whose contents stand elsewhere; it is left where it cannot be deleted."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    # The name of a file is in its folder, which has a cache of its own.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno in _FULL:
            raise
    finally:
        os.close(handle)
