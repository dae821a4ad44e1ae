"""Who makes the runs of an experiment, who is told how far it is, and who is asked before it takes long."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from sim.experiment.answers import Asked, Interval
from sim.experiment.estimating import ASKS_ABOVE_MINUTES, Estimate, NotAgreed
from sim.experiment.running import Pool, Progress, opened


class Tell(Protocol):
    """Told how far it is, and where the difference that matters stands."""

    def __call__(
        self, how_far: Progress, quantity: Asked | None = None, running: Mapping[str, Interval] | None = None, /
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Means:
    """How an experiment is carried out; no result depends on it.

    Args:
        workers: processes of this machine, 0 for this one; as many as there are cores if left out.
        cluster: address of a Dask scheduler.
        executor: any other; it is not shut down.
        tell: told how far it is.
        agree: asked before longer work is begun; not asked if left out.
    """

    workers: int | None = None
    cluster: str | None = None
    executor: Executor | None = None
    tell: Tell | None = None
    agree: Callable[[Estimate], bool] | None = None

    @contextmanager
    def pool(self) -> Iterator[Pool]:
        """Workers for one batch."""
        with opened(workers=self.workers, cluster=self.cluster, executor=self.executor) as pool:
            yield pool

    def ask(self, runs: int, seconds: float, pool: Pool) -> None:
        """Ask whether it may take as long as it will.

        Args:
            runs: that lie ahead at most.
            seconds: of one run; nothing is asked where it is not known.

        Raises:
            NotAgreed: when it takes long and nobody agreed.
        """
        if self.agree is None or runs <= 0 or not seconds:
            return
        estimate = Estimate(runs, seconds, pool.workers)
        if not self.agree(estimate) and estimate.minutes > ASKS_ABOVE_MINUTES:
            raise NotAgreed(estimate)


HERE: Final = Means()
"""All cores of this machine, in silence."""
