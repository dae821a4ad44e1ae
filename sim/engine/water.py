"""Water and food as levels that run straight between two changes, so that the moment of the last drop is known."""

from __future__ import annotations

import math

from sim.engine.ticks import Tick


class Level:
    """A stock with a steady inflow and a steady demand, never below zero and never above what can be stored."""

    __slots__ = ("amount", "demand", "inflow", "room", "since")

    def __init__(self, amount: float, inflow: float, room: float = math.inf) -> None:
        self.amount = amount
        self.inflow = inflow
        self.demand = 0.0
        self.room = room
        self.since: Tick = 0

    def at(self, tick: Tick) -> float:
        """What is in store at a tick."""
        amount = self.amount + (self.inflow - self.demand) * (tick - self.since)
        if amount > self.room:
            return self.room
        return amount if amount > 0.0 else 0.0

    def change(self, tick: Tick, *, inflow: float | None = None, demand: float | None = None, add: float = 0.0) -> None:
        """State new flows from ``tick`` on, and add what was delivered at once."""
        amount = self.at(tick) + add
        # Deliveries may stand in bladders and trucks beyond the tanks.
        self.amount = amount
        if amount > self.room:
            self.room = amount
        self.since = tick
        if inflow is not None:
            self.inflow = inflow
        if demand is not None:
            self.demand = demand

    def empty_at(self) -> Tick | None:
        """When the last of it is gone; ``None`` if it lasts, or was gone when the flows were stated."""
        net = self.demand - self.inflow
        if net <= 0.0 or self.amount <= 0.0:
            return None
        lasts = self.amount / net
        return self.since + math.ceil(lasts) if lasts < math.inf else None

    def met(self, now: Tick) -> float:
        """The share of demand that is met."""
        if self.inflow >= self.demand or self.at(now) > 0.0:
            return 1.0
        return self.inflow / self.demand
