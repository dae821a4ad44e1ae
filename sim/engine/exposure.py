"""Candidates: chances that come at a bounding rate whether or not anybody is exposed to them.

The sequence belongs to one entity, and each candidate carries its acceptance and its marks. While
nobody is exposed candidates pass unseen, yet they are consumed, so that a run in which people arrive
an hour earlier still meets the same ones.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.engine import kinds
from sim.engine.chance import Chance, exponential
from sim.engine.journal import EventId, Journal, fixed
from sim.engine.ticks import Tick


class Candidate(NamedTuple):
    """One chance: when, how it stands to be accepted, and what it would bring."""

    ordinal: int
    tick: Tick
    accept: float
    mark: float
    second: float


class Candidates:
    """The renewal sequence of one entity's chances of one kind."""

    __slots__ = ("_key", "_mean", "_next", "_stream", "name")

    def __init__(self, chance: Chance, journal: Journal, name: str, mean_ticks: float) -> None:
        self.name = name
        self._stream = chance.stream(name)
        self._mean = mean_ticks
        self._key = journal.name(name)
        self._next = Candidate(-1, 0, 0.0, 0.0, 0.0)

    def after(self, now: Tick) -> Candidate:
        """The first candidate later than ``now``; those before it have passed."""
        if self._next.tick <= now:
            uniform = self._stream
            mean, ordinal, tick = self._mean, self._next.ordinal, self._next.tick
            while tick <= now:
                ordinal += 1
                tick += round(exponential(uniform(), mean)) or 1
                marks = uniform(), uniform(), uniform()
            self._next = Candidate(ordinal, tick, *marks)
        return self._next

    def forked(self, now: Tick) -> None:
        """Another future begins: the candidate that was waited for is drawn anew."""
        if self._next.tick > now:
            self._next = self._next._replace(ordinal=self._next.ordinal - 1, tick=now)

    def judge(
        self, journal: Journal, candidate: Candidate, chance: float, place: int, causes: tuple[EventId, ...]
    ) -> tuple[bool, EventId]:
        """Accept or reject, and journal which; a rejected chance is a harm that did not happen."""
        accepted = candidate.accept < chance
        row = journal.write(
            kinds.CANDIDATE,
            candidate.tick,
            self._key,
            causes,
            candidate.ordinal,
            int(accepted),
            fixed(min(chance, 1.0)),
            place,
        )
        return accepted, row
