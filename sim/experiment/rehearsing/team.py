"""People round a table, who look at what they know from time to time and act on it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from sim.engine.inputs import Input, Receipt
from sim.engine.ticks import MINUTE, Tick
from sim.experiment.rehearsing.catalogue import Player
from sim.experiment.rehearsing.luck import Luck
from sim.experiment.rehearsing.table import Table


class Team(ABC):
    """A habit at work: what it does now, and when it looks again."""

    def __init__(self, table: Table, player: Player, luck: Luck) -> None:
        self.table = table
        self.player = player
        self.luck = luck
        self._every = round(player.looks_minutes * MINUTE)

    @abstractmethod
    def acts(self) -> Iterator[Input]:
        """What the team does now."""

    def heard(self, entry: Input, receipt: Receipt) -> None:
        """What the door said to an input; most do not care."""
        return

    def next_look(self) -> Tick:
        """When it looks again by itself, above now."""
        now = self.table.now
        grid = now - now % self._every + self._every
        return min((tick for tick in self.plans() if now < tick < grid), default=grid)

    def plans(self) -> Iterator[Tick]:
        """Moments at which it means to act."""
        yield from ()
