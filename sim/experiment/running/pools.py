"""Who makes the runs: this process, processes of its own, somebody's executor, or a cluster. One seam for all.

The seam is `concurrent.futures.Executor`; a pool adds what an executor does not say: how much to keep in flight, how
a model gets to its workers, and what the death of a worker means.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from enum import Enum, auto
from hashlib import sha256
from types import ModuleType
from typing import Any, Final, ParamSpec, TypeVar

from sim.experiment.faults import ExecutorFailed, ModelCannotBegin, WorkersDie
from sim.experiment.model import Model
from sim.experiment.running import working
from sim.experiment.running.working import CannotBegin, Packet, Row

P = ParamSpec("P")
T = TypeVar("T")

SERIAL: Final = 0
"""Workers of a batch that runs in this process."""
_SIGN_OF_LIFE_SECONDS: Final = 60.0


class Loss(Enum):
    """What the failure of a task means."""

    ALL = auto()
    """The pool is broken: everything in flight came back, and any of it may be to blame."""
    THIS = auto()
    """Workers died of this task."""


class Pool(ABC):
    """Who makes the runs of a batch."""

    name: str
    workers: int
    in_flight: int
    """Tasks that are given out at once."""
    seconds_per_task: float = 0.25
    """Long enough that handing it out costs nothing, short enough to hear from it often."""
    seconds_per_run: float = 0.0
    """As measured in the batches before with the same model; 0 where there were none."""

    @abstractmethod
    def carry(self, model: Model) -> None:
        """Make ready to run a model."""

    @abstractmethod
    def submit(self, rows: Sequence[Row], *, with_model: bool = False) -> Future[Packet | None]:
        """Give out a task.

        Args:
            with_model: send the model along, to a worker that did not know it.

        Raises:
            BrokenExecutor: when the pool is broken.
        """

    def loss(self, error: BaseException) -> Loss:
        """What a failed task means.

        Raises:
            ExperimentError: when there is no going on.
        """
        if isinstance(error, BrokenExecutor):
            return Loss.ALL
        if isinstance(error, CannotBegin):
            raise ModelCannotBegin(str(error)) from error
        raise ModelCannotBegin(f"{type(error).__name__}: {error}") from error

    def mend(self) -> None:
        """Make a broken pool work again.

        Raises:
            ExperimentError: when that is not possible.
        """
        raise ExecutorFailed("it is broken")

    def check(self) -> None:
        """Look, while waiting, whether anybody is still there.

        Raises:
            ExperimentError: when nobody is.
        """
        return

    def close(self, *, abandon: bool = False) -> None:
        """Let the workers go.

        Args:
            abandon: do not wait for what they are doing.
        """
        return


@contextmanager
def opened(workers: int | None = None, cluster: str | None = None, executor: Executor | None = None) -> Iterator[Pool]:
    """A pool for a batch; whoever opens it owns it.

    Args:
        workers: processes on this machine; 0 runs everything in this process, which gives the same rows and is the
            way to debug. All cores if left out.
        cluster: address of the scheduler of a Dask cluster, such as ``tcp://10.0.0.1:8786``.
        executor: any executor; it is used and never shut down.

    Raises:
        ValueError: for fewer than no workers, or more than one kind of pool at once.
        ClusterAway, ClusterDiffers: for a cluster that does not answer or would not make the same runs.
        MissingExtra: for a cluster without the library that speaks to it.
    """
    if sum(choice is not None for choice in (workers, cluster, executor)) > 1:
        raise ValueError("workers, cluster and executor exclude each other")
    if workers is not None and workers < 0:
        raise ValueError(f"{workers} workers; 0 runs in this process")
    pool: Pool
    if cluster is not None:
        from sim.experiment.running.cluster import ClusterPool

        pool = ClusterPool(cluster)
    elif executor is not None:
        pool = GivenPool(executor)
    elif workers == SERIAL:
        pool = SerialPool()
    else:
        pool = LocalPool(workers or cores())
    try:
        yield pool
    except BaseException:
        pool.close(abandon=True)
        raise
    pool.close()


def cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


class SerialPool(Pool):
    """Everything in this process, one run after the other."""

    name = "in this process"
    workers = 1
    in_flight = 1

    _model: Model | None = None

    def carry(self, model: Model) -> None:
        if model is self._model:
            return
        model.begin()
        self._model, self.seconds_per_run = model, 0.0

    def submit(self, rows: Sequence[Row], *, with_model: bool = False) -> Future[Packet | None]:
        future: Future[Packet | None] = Future()
        assert self._model is not None
        future.set_result(working.work(self._model, rows))
        return future


class LocalPool(Pool):
    """Processes of its own on this machine; new ones take the place of those that die."""

    def __init__(self, workers: int) -> None:
        self.name = f"{workers} worker{'s' if workers > 1 else ''}"
        self.workers = workers
        self.in_flight = 2 * workers
        # Not fork: the parent has threads (of Arrow, of the pool itself), a forked child may hang on their locks, and
        # it would inherit the lock of the results' folder. Not forkserver: one server would serve the whole program,
        # other people's workers too, and starting a worker takes as long as with spawn, for numpy is most of it.
        self._context = multiprocessing.get_context("spawn")
        self._executor: ProcessPoolExecutor | None = None
        self._model: Model | None = None
        self._data = b""

    def carry(self, model: Model) -> None:
        if model is self._model:
            return
        data = pickle.dumps(model, pickle.HIGHEST_PROTOCOL)
        if data != self._data:
            self.close()
        self._model, self._data, self.seconds_per_run = model, data, 0.0

    def submit(self, rows: Sequence[Row], *, with_model: bool = False) -> Future[Packet | None]:
        return self._give(working.work_here, rows)

    def mend(self) -> None:
        self.close(abandon=True)
        try:
            self._give(working.ready).result(_SIGN_OF_LIFE_SECONDS)
        except (BrokenExecutor, TimeoutError) as error:
            self.close(abandon=True)
            raise WorkersDie from error

    def close(self, *, abandon: bool = False) -> None:
        executor, self._executor = self._executor, None
        if executor is None:
            return
        # Python 3.14 has kill_workers(); before, the processes are only in here.
        processes = list((getattr(executor, "_processes", None) or {}).values()) if abandon else []
        executor.shutdown(wait=not abandon, cancel_futures=True)
        for process in processes:
            process.kill()

    def _give(self, task: Callable[P, T], *args: P.args, **named: P.kwargs) -> Future[Any]:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self.workers, self._context, initializer=working.begin, initargs=(self._data,)
            )
        with _without_main(self._model), _without_ctrl_c():
            return self._executor.submit(task, *args, **named)


@contextmanager
def _without_main(model: Model | None) -> Iterator[None]:
    """Start workers that do not import the program's main module again, unless the model is from there.

    The command's own main module brings the whole command line, which no worker needs, and a script that does not ask
    whether it is the main program would start itself over and over.
    """
    if type(model).__module__ == "__main__":
        yield
        return
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Start workers that never hear Ctrl-C, which goes to the whole foreground group.

    A worker that ignored it only once it is up would die of it with a traceback while it starts. Here it waits.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class SentPool(Pool):
    """Workers that others own and may share: the model travels with a task until it is known there."""

    def __init__(self, executor: Executor, name: str, workers: int) -> None:
        self._executor = executor
        self.name = name
        self.workers = workers
        self.in_flight = 2 * workers
        self._model: Model | None = None

    def carry(self, model: Model) -> None:
        if model is self._model:
            return
        self._model, self.seconds_per_run = model, 0.0
        self._data = pickle.dumps(model, pickle.HIGHEST_PROTOCOL)
        self._key = sha256(self._data).hexdigest()
        self._sent = 0

    def submit(self, rows: Sequence[Row], *, with_model: bool = False) -> Future[Packet | None]:
        self._sent += 1
        with_model = with_model or self._sent <= self.in_flight
        return self._executor.submit(working.work_sent, self._key, self._data if with_model else None, rows)


class GivenPool(SentPool):
    """An executor that the caller passed in and keeps."""

    def __init__(self, executor: Executor) -> None:
        workers = getattr(executor, "_max_workers", None)
        super().__init__(
            executor, type(executor).__name__, workers if isinstance(workers, int) and workers > 0 else cores()
        )

    def submit(self, rows: Sequence[Row], *, with_model: bool = False) -> Future[Packet | None]:
        try:
            return super().submit(rows, with_model=with_model)
        except BrokenExecutor:
            raise
        except RuntimeError as error:
            # shut down by its owner
            raise ExecutorFailed(str(error)) from error

    def loss(self, error: BaseException) -> Loss:
        if isinstance(error, CancelledError):
            raise ExecutorFailed("its owner cancelled the work") from error
        return super().loss(error)
