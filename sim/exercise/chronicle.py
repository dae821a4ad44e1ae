"""What a session writes into its file besides inputs: where it stands, pictures, the journal, the outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final, TypeAlias

from sim.engine.journal import WINDOW
from sim.exercise.record import Record
from sim.exercise.replay import PICTURE_EVERY, journal_chunks
from sim.exercise.worlds import Outcome, Playable, Snapshots

Watch: TypeAlias = Callable[[Future[Any]], None]
"""Takes a write that nobody waits for and reports its failure."""

COMMIT_EVERY_S: Final = 1.0


class Chronicle:
    """Keeps the file abreast of a world."""

    def __init__(self, record: Record, watch: Watch, snapshots: Snapshots | None, outcome: Outcome | None) -> None:
        self._record = record
        self._watch = watch
        self._snapshots = snapshots
        self._outcome = outcome
        self._chunks_stored = 0
        self._reached_at = 0.0

    def started(self, wall: float) -> None:
        """The clock begins to run."""
        self._reached_at = wall

    def reach(self, world: Playable, wall: float) -> None:
        """While the clock runs, note once a second how far it has come."""
        if wall - self._reached_at >= COMMIT_EVERY_S:
            self._reached_at = wall
            self._watch(self._record.reach(world.now, world.journal.marks))

    async def stand(self, world: Playable, event: str, reason: str = "") -> None:
        """The clock stands: store where, and the digest. Done when it is durable."""
        self._record.note_clock(world.now, event, 0.0, reason)
        self._record.checkpoint(world.now, world.journal.count, world.digest())
        await asyncio.wrap_future(self._record.reach(world.now, world.journal.marks))

    def next_picture(self, now: int) -> int:
        """The tick at which the next pictures are due."""
        return (now // PICTURE_EVERY + 1) * PICTURE_EVERY

    def picture(self, world: Playable) -> None:
        """Store the pictures of all seats if they are due and not there yet."""
        if world.now and world.now % PICTURE_EVERY == 0:
            self._picture(world)

    async def finish(self, world: Playable) -> None:
        """Store a world that has come to its horizon, whole."""
        await self.stand(world, "end")
        await self.journal(world)
        self._picture(world)
        outcome = {} if self._outcome is None else self._outcome(world)
        await asyncio.wrap_future(self._record.finish(world.now, outcome))

    async def journal(self, world: Playable) -> None:
        """Store the journal from where it was stored last."""
        for number, rows in journal_chunks(world, self._chunks_stored):
            await asyncio.wrap_future(self._record.add_journal(number, rows))
            self._chunks_stored = number + (len(rows) == WINDOW)

    def forget(self) -> None:
        """The world was made anew: its journal has to be stored from the beginning."""
        self._chunks_stored = 0

    def _picture(self, world: Playable) -> None:
        if self._snapshots is not None and world.now not in self._record.pictured:
            self._watch(self._record.add_pictures(world.now, self._snapshots(world)))
