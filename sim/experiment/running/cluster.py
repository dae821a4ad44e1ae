"""Workers on other machines, through a Dask cluster that somebody runs."""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError, Future
from importlib import import_module
from typing import Any, Final

from sim.experiment.faults import ClusterAway, ClusterDiffers, MissingExtra
from sim.experiment.model import Model
from sim.experiment.running import working
from sim.experiment.running.pools import Loss, SentPool
from sim.experiment.running.working import Packet, Row

_ANSWER_SECONDS: Final = 10.0
_ALONE_SECONDS: Final = 60.0
"""How long a cluster may be without any worker, such as while all of them are started anew."""


class ClusterPool(SentPool):
    """The workers of a Dask cluster. They are looked at before the first run, since other versions make other runs."""

    seconds_per_task = 0.5

    def __init__(self, address: str) -> None:
        """Args:
        address: of the scheduler, such as ``tcp://10.0.0.1:8786``.

        Raises:
            ClusterAway: when it does not answer, or has no workers.
            ClusterDiffers: when a worker has another version of what decides a run.
            MissingExtra: when Dask is not installed.
        """
        try:
            # half a second, and only --cluster needs it
            distributed: Any = import_module("distributed")
        except ImportError as error:
            raise MissingExtra("Running on a cluster needs Dask", "cluster") from error
        self._client = _connected(distributed, address)
        self._address = address
        self._killed_worker: type[Exception] = distributed.KilledWorker
        try:
            threads = self._workers()
            if not threads:
                raise ClusterAway(address, "has no workers")
            _compare(self._versions())
        except BaseException:
            self._client.close()
            raise
        super().__init__(self._client.get_executor(pure=False), f"cluster {address}", sum(threads.values()))
        self._model_there: Any = None
        self._alone_since: float | None = None

    def carry(self, model: Model) -> None:
        if model is self._model:
            return
        super().carry(model)
        # The result of a task and no scattered data: it is made anew when every worker that holds it dies.
        self._model_there = self._client.submit(working.the_same, self._data, key=f"model-{self._key}", pure=False)

    def submit(self, rows: Sequence[Row], *, with_model: bool = False) -> Future[Packet | None]:
        return self._executor.submit(working.work_sent, self._key, self._model_there, rows)

    def loss(self, error: BaseException) -> Loss:
        if isinstance(error, self._killed_worker):
            return Loss.THIS
        if isinstance(error, (CancelledError, OSError, TimeoutError)):
            raise ClusterAway(self._address, f"has gone ({type(error).__name__})") from error
        return super().loss(error)

    def check(self) -> None:
        if self._client.status not in {"running", "connecting"}:
            raise ClusterAway(self._address, "has gone")
        now = time.monotonic()
        if self._client.status == "running" and self._workers():
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = now
        elif now - self._alone_since > _ALONE_SECONDS:
            raise ClusterAway(self._address, "has had no workers for a minute")

    def close(self, *, abandon: bool = False) -> None:
        self._client.close()

    def _workers(self) -> dict[str, int]:
        """Threads by the address of the worker."""
        found: dict[str, int] = self._client.nthreads()
        return found

    def _versions(self) -> dict[str, Mapping[str, str] | None]:
        def there() -> Mapping[str, str] | None:
            # Nested, so that it travels as code: a worker without this program can still say so.
            try:
                from sim.experiment.running.working import versions
            except ImportError:
                return None
            return versions()

        found: dict[str, Mapping[str, str] | None] = self._client.run(there)
        return found


def _connected(distributed: Any, address: str) -> Any:
    try:
        return distributed.Client(address, timeout=_ANSWER_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        why = f"does not answer ({error})"
    # A client that did not come about hangs on the error above, and tidying it up at a random moment later can block
    # another one for ever: drop it here and now.
    gc.collect()
    raise ClusterAway(address, why)


def _compare(found: Mapping[str, Mapping[str, str] | None]) -> None:
    here = working.versions()
    for worker, there in sorted(found.items()):
        for what, own in here.items():
            theirs = "nothing" if there is None else there.get(what, "nothing")
            if there is None and what == "Python":
                continue
            if theirs != own:
                raise ClusterDiffers(worker, what, theirs, own)
