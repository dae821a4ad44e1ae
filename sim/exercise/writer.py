"""One thread that writes to a database and commits in groups, so that nothing else ever waits for a disk."""

from __future__ import annotations

import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Final, TypeAlias

Work: TypeAlias = Callable[[sqlite3.Connection], object]

LARGEST_GROUP: Final = 500


class GroupWriter:
    """Owns a connection from now on. What is asked for at about the same time shares a commit.

    Args:
        translate: turns a failure into the error its future carries.
    """

    def __init__(self, connection: sqlite3.Connection, name: str, translate: Callable[[Exception], Exception]) -> None:
        self._connection = connection
        self._translate = translate
        self._jobs: queue.SimpleQueue[tuple[Work, Future[Any], bool] | None] = queue.SimpleQueue()
        self.closed = False
        self._thread = threading.Thread(target=self._write_groups, name=name, daemon=True)
        self._thread.start()

    def write(self, work: Work, *, alone: bool = False) -> Future[Any]:
        """Do some work on the connection; the future is done when it is on the disk.

        Args:
            alone: outside any transaction.
        """
        future: Future[Any] = Future()
        # Whoever waits may be cancelled, what is on its way to the disk may not.
        future.set_running_or_notify_cancel()
        if self.closed:
            future.set_exception(self._translate(ValueError("it is closed")))
            return future
        self._jobs.put((work, future, alone))
        return future

    def close(self) -> None:
        """Finish all writes and stop. Closing twice is harmless."""
        if not self.closed:
            self.closed = True
            self._jobs.put(None)
            self._thread.join()

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
                group[0][1].set_exception(self._translate(error))
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
            results = [_result(work(self._connection)) for work in group]
            self._connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise
        return results

    def _do_alone(self, work: Work, future: Future[Any]) -> None:
        try:
            future.set_result(_result(work(self._connection)))
        except Exception as error:
            future.set_exception(self._translate(error))


def _result(found: object) -> object:
    # A cursor that is cleaned up later, in another thread, resets a statement that is in use here by then.
    if isinstance(found, sqlite3.Cursor):
        found.close()
        return None
    return found
