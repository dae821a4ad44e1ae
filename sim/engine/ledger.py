"""Standings are leaky integrators moved by entries only, so each change can be told apart exactly.

``x(t) = base + (x0 - base) e^(-kt) + sum of a_i e^(-k(t - t_i))``, where ``a_i`` is the *applied*
amount after the limits 0 and 100 (what was cut is a field of the entry). Reading never writes: only
an entry rebases.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from sim.engine import kinds
from sim.engine.agenda import Agenda
from sim.engine.journal import EventId, Journal, fixed, grain
from sim.engine.ticks import Tick

LOWEST: Final = 0.0
HIGHEST: Final = 100.0


class Standing:
    """The regard one actor has for another, 0 to 100, drifting back to its base at a rate per tick."""

    __slots__ = ("base", "entries", "id", "key", "rate", "since", "start", "value")

    def __init__(self, name: str, key: int, value: float, base: float, rate_per_tick: float) -> None:
        self.id = name
        self.key = key
        self.start = grain(value)
        self.value = self.start
        self.base = grain(base)
        self.rate = rate_per_tick
        self.since: Tick = 0
        self.entries: list[tuple[Tick, float, EventId]] = []

    def value_at(self, tick: Tick) -> float:
        """The standing at a tick, without storing anything."""
        if self.rate == 0.0:
            return self.value
        return self.base + (self.value - self.base) * math.exp(-self.rate * (tick - self.since))

    def parts(self, begin: Tick, end: Tick) -> list[tuple[EventId, float]]:
        """What each entry contributes to the change from ``begin`` to ``end``, fading included.

        Row -1 stands for the drift of the starting value towards the base.
        """
        rate = self.rate
        gap = self.start - self.base
        found = [(-1, gap * math.exp(-rate * end) - gap * math.exp(-rate * begin))]
        for tick, amount, row in self.entries:
            if tick <= end:
                before = amount * math.exp(-rate * (begin - tick)) if tick <= begin else 0.0
                found.append((row, amount * math.exp(-rate * (end - tick)) - before))
        return found

    def tick_at(self, level: float, now: Tick) -> Tick | None:
        """When the drift alone will carry the standing across ``level``; ``None`` if it never will."""
        value = self.value_at(now)
        if self.rate == 0.0 or (value - level) * (self.base - level) >= 0.0:
            return None
        return now + math.ceil(math.log((value - self.base) / (level - self.base)) / self.rate)


class Ledger:
    """All standings of a run, and the only way to move them."""

    __slots__ = ("_agenda", "_journal", "moved", "standings")

    def __init__(self, journal: Journal, agenda: Agenda) -> None:
        self._journal = journal
        self._agenda = agenda
        self.standings: dict[str, Standing] = {}
        self.moved: Callable[[Standing, EventId], None] | None = None

    def open(self, name: str, value: float, base: float | None = None, half_life_ticks: Tick = 0) -> Standing:
        """Declare a standing; without a half-life it keeps what it is given."""
        rate = math.log(2.0) / half_life_ticks if half_life_ticks else 0.0
        standing = Standing(name, self._journal.name(name), value, value if base is None else base, rate)
        self.standings[name] = standing
        return standing

    def enter(self, standing: Standing, amount: float, causes: tuple[EventId, ...], reason: int) -> EventId:
        """Move a standing by an amount, cut at the limits, and journal it with its causes.

        Args:
            reason: journal name of the mechanism that moved it.
        """
        now = self._agenda.now
        value = standing.value_at(now)
        wanted = grain(amount)
        applied = grain(min(max(value + wanted, LOWEST), HIGHEST) - value)
        row = self._journal.write(
            kinds.LEDGER, now, standing.key, causes, fixed(applied), fixed(wanted - applied), reason
        )
        standing.value = value + applied
        standing.since = now
        standing.entries.append((now, applied, row))
        if self.moved is not None:
            self.moved(standing, row)
        return row

    def value(self, name: str) -> float:
        return self.standings[name].value_at(self._agenda.now)
