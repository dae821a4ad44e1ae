"""Making what is missing of many runs: in chunks of measured time, in balanced order, nothing lost with a worker."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.experiment.model import Model, Spec
from sim.experiment.running.parts import Keys
from sim.experiment.running.pools import Loss, Pool
from sim.experiment.running.store import Store
from sim.experiment.running.working import Packet, Row, lost

REPORT_SECONDS: Final = 0.5
_CHECK_SECONDS: Final = 5.0
_SALVAGE_SECONDS: Final = 2.0
"""How long Ctrl-C waits for chunks that are nearly done."""
_BROKEN_SECONDS: Final = 30.0

_LARGEST: Final = 4_096
"""Runs of a chunk: bounds what travels at once."""
_GROWTH: Final = 4
"""By how much a chunk may be larger than the one that was measured."""
_AHEAD: Final = 65_536
"""Specs that are looked at before they are given out."""
_SHORTEST_SECONDS: Final = 0.02
"""Chunks get smaller towards the end, so that all workers finish together; never smaller than this."""
_NEW: Final = 0.3
"""Weight of the last chunk in what a run is thought to take."""
_PARTS_OF_A_SUSPECT: Final = 8
_DEATHS: Final = 2
"""Workers that a run may kill before it is given up."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch has come."""

    done: int
    """Runs asked for that are there, those from before among them."""
    of: int | None
    """Runs asked for, where that is known."""
    per_second: float
    seconds_left: float | None
    failed: int
    """Of those made now."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a batch."""

    made: int
    failed: int
    """Of those made."""
    there: int
    """Asked for and there before."""


@dataclass(slots=True, eq=False)
class _Chunk:
    rows: list[Row]
    deaths: int = 0
    """Workers that died while it was out."""

    @property
    def alone(self) -> bool:
        """Whether it is suspected and can be cut no further: it goes out when nothing else is, to be judged."""
        return self.deaths > 0 and len(self.rows) == 1


def make(
    model: Model,
    specs: Iterable[Spec],
    store: Store,
    pool: Pool,
    *,
    progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Make those runs that are not there yet, and keep each as it comes. A run that fails is data.

    Args:
        specs: any number of them, given out in their order; best all patterns of a replication after each other.
        progress: told how far it is, at most twice a second.

    Raises:
        KeyboardInterrupt: after Ctrl-C, when what was finished is written.
        DiskFull, CannotWrite: what was written before stays.
        ExperimentError: when the workers cannot go on.
        ValueError: for a pattern that the experiment does not have.
    """
    store.check_model(model)
    pool.carry(model)
    return _Batch(model, specs, store, pool, progress).run()


class _Batch:
    def __init__(
        self,
        model: Model,
        specs: Iterable[Spec],
        store: Store,
        pool: Pool,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._model, self._store, self._pool, self._progress = model, store, pool, progress
        self._of = len(specs) if isinstance(specs, Sized) else None
        self._source: Iterator[Row] | None = self._missing(specs)
        self._ahead: deque[Row] = deque()
        self._suspects: deque[_Chunk] = deque()
        self._flying: dict[Future[Packet | None], _Chunk] = {}
        self._broken = False
        self._size, self._pace = 1, pool.seconds_per_run
        if self._pace:
            self._size = self._fitting()
        self._made = self._failed = self._there = 0
        self._begun = self._reported = self._checked = time.monotonic()

    def run(self) -> Summary:
        try:
            while True:
                self._send()
                if self._broken:
                    self._mend()
                elif self._flying:
                    self._receive()
                else:
                    break
                self._store.tick()
                self._report()
            self._store.flush()
        except KeyboardInterrupt:
            self._salvage()
            self._store.flush()
            raise
        finally:
            for future in self._flying:
                future.cancel()
        self._report(last=True)
        return Summary(self._made, self._failed, self._there)

    # Giving out

    def _missing(self, specs: Iterable[Spec]) -> Iterator[Row]:
        for spec in specs:
            if self._store.has(spec):
                self._there += 1
            else:
                yield spec.point, spec.draw, spec.replication, spec.pattern, spec.seed

    def _send(self) -> None:
        while not self._broken and len(self._flying) < self._pool.in_flight:
            chunk = self._next()
            if chunk is None:
                return
            try:
                self._fly(chunk)
            except BrokenExecutor:
                # It never flew, so it is not to blame.
                self._suspects.appendleft(chunk)
                self._broken = True

    def _fly(self, chunk: _Chunk, *, with_model: bool = False) -> None:
        self._flying[self._pool.submit(chunk.rows, with_model=with_model)] = chunk

    def _next(self) -> _Chunk | None:
        if self._suspects:
            # What is suspected goes out only with its like: else it would drag others along.
            flying = self._flying.values()
            if flying and (self._suspects[0].alone or any(chunk.alone or not chunk.deaths for chunk in flying)):
                return None
            return self._suspects.popleft()
        if any(chunk.deaths for chunk in self._flying.values()):
            return None
        return self._cut()

    def _cut(self) -> _Chunk | None:
        pool = self._pool
        wanted = min(_AHEAD, (2 * pool.workers + 1) * self._size)
        while self._source is not None and len(self._ahead) < wanted:
            row = next(self._source, None)
            if row is None:
                self._source = None
            else:
                self._ahead.append(row)
        if not self._ahead:
            return None
        size = self._size
        if self._source is None and self._pace:
            share = math.ceil(len(self._ahead) / (2 * pool.workers))
            size = min(size, max(share, int(_SHORTEST_SECONDS / self._pace), 1))
        return _Chunk([self._ahead.popleft() for _ in range(min(size, len(self._ahead)))])

    # Taking in

    def _receive(self) -> None:
        done, _ = wait(self._flying, timeout=REPORT_SECONDS, return_when=FIRST_COMPLETED)
        for future in done:
            self._take(future)
        now = time.monotonic()
        if not done and now - self._checked > _CHECK_SECONDS:
            self._checked = now
            self._pool.check()

    def _take(self, future: Future[Packet | None]) -> None:
        chunk = self._flying[future]
        try:
            packet = future.result()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if self._pool.loss(error) is Loss.ALL:
                self._broken = True
                return
            del self._flying[future]
            self._blame([chunk])
            return
        del self._flying[future]
        if packet is None:
            self._fly(chunk, with_model=True)
            return
        self._keep(chunk, packet)
        if packet.interrupted:
            raise KeyboardInterrupt

    def _keep(self, chunk: _Chunk, packet: Packet) -> None:
        rows = chunk.rows[: packet.made]
        if not rows:
            return
        points, draws, replications, patterns, seeds = zip(*rows, strict=True)
        codes = [self._store.code(pattern) for pattern in patterns]
        keys = Keys(*(np.array(own, dtype=np.int64) for own in (points, draws, replications, codes, seeds)))
        self._made += len(rows)
        self._failed += len(packet.failures)
        self._store.add(keys, packet)
        self._measure(len(rows), float(packet.seconds.sum()) / len(rows))

    def _measure(self, runs: int, seconds: float) -> None:
        seconds = max(seconds, 1e-7)
        self._pace = seconds if not self._pace else (1 - _NEW) * self._pace + _NEW * seconds
        self._pool.seconds_per_run = self._pace
        self._size = min(self._fitting(), max(self._size, _GROWTH * runs))

    def _fitting(self) -> int:
        return max(1, min(int(self._pool.seconds_per_task / self._pace), _LARGEST))

    # When workers die

    def _mend(self) -> None:
        """Keep what was finished, make the pool work again, and find out which run is to blame."""
        wait(self._flying, timeout=_BROKEN_SECONDS)
        lost_chunks = []
        for future, chunk in list(self._flying.items()):
            del self._flying[future]
            if future.done() and not future.cancelled() and future.exception() is None and future.result() is not None:
                packet = future.result()
                assert packet is not None
                self._keep(chunk, packet)
            else:
                lost_chunks.append(chunk)
        self._blame(lost_chunks)
        self._pool.mend()
        self._broken = False

    def _blame(self, chunks: list[_Chunk]) -> None:
        for chunk in chunks:
            guilty = chunk.alone
            chunk.deaths += 1
            if guilty and chunk.deaths >= _DEATHS:
                self._keep(chunk, lost(self._model.columns))
                continue
            if len(chunk.rows) == 1:
                self._suspects.append(chunk)
                continue
            size = math.ceil(len(chunk.rows) / _PARTS_OF_A_SUSPECT)
            pieces = [_Chunk(chunk.rows[at : at + size], chunk.deaths) for at in range(0, len(chunk.rows), size)]
            # Larger pieces first: single runs go alone and would hold them up.
            self._suspects.extendleft(reversed(pieces))

    def _salvage(self) -> None:
        """After Ctrl-C: keep what is finished or nearly so."""
        for future in list(self._flying):
            if future.cancel():
                del self._flying[future]
        done, _ = wait(self._flying, timeout=_SALVAGE_SECONDS)
        for future in done:
            chunk = self._flying.pop(future)
            if future.exception() is None and (packet := future.result()) is not None:
                self._keep(chunk, packet)

    def _report(self, *, last: bool = False) -> None:
        now = time.monotonic()
        if self._progress is None or (not last and now - self._reported < REPORT_SECONDS):
            return
        self._reported = now
        rate = self._made / max(now - self._begun, 1e-9)
        done = self._there + self._made
        of = done if last else self._of
        left = (of - done) / rate if of is not None and rate else None
        self._progress(Progress(done, of, rate, left, self._failed))
