"""The table at which a leadership team sits: the pictures of its own seats, the scenario as written, and one door.

A player gets a table and never the world. What no report has told its seats it cannot find out here.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.engine.blueprint import Blueprint, StandingOrderSpec
from sim.engine.decisions import OBJECTION_OVER
from sim.engine.inputs import Input, Receipt, SeatHeld
from sim.engine.pictures import ObjectionView, OpenDecision, Picture, Report
from sim.engine.ticks import Tick
from sim.engine.world import StopWhen, World


def leadership(blueprint: Blueprint) -> tuple[str, ...]:
    """The seats of the leadership team; sectors and sites are played by their policies."""
    return tuple(seat.id for seat in blueprint.seats.values() if seat.playable and seat.level == "mission")


class Table:
    """What a team knows and may do."""

    __slots__ = ("_orders", "_read", "_stop", "_world", "seats")

    def __init__(self, world: World, seats: tuple[str, ...]) -> None:
        self._world = world
        self.seats = seats
        self._stop = StopWhen(frozenset(seats))
        self._read = dict.fromkeys(seats, 0)
        self._orders = tuple(spec for spec in world.blueprint.standing_orders if spec.seat in seats)

    @property
    def now(self) -> Tick:
        return self._world.now

    @property
    def blueprint(self) -> Blueprint:
        """The scenario as its author wrote it, map and order of battle included."""
        return self._world.blueprint

    @property
    def standing_orders(self) -> tuple[StandingOrderSpec, ...]:
        """What the scenario would have these seats do, whoever holds them."""
        return self._orders

    def sit_down(self) -> None:
        """Take every seat: from now on its policy is silent."""
        for seat in self.seats:
            self.put(SeatHeld(seat, True))

    def wait(self, until: Tick) -> None:
        """Let the world go on until a time, or until something urgent or a decision reaches one of the seats."""
        self._world.advance(until, self._stop)

    def sleep(self, until: Tick) -> None:
        """Let the world go on until a time, whatever comes."""
        self._world.advance(until)

    def picture(self, seat: str) -> Picture:
        """What a seat of the table knows."""
        self._check(seat)
        return self._world.picture(seat)

    def unread(self, seat: str) -> list[Report]:
        """Reports that have come to a seat since it last read its inbox, the oldest first."""
        self._check(seat)
        reports = self._world.intelligence.pictures.desks[seat].fold().reports
        new = reports[self._read[seat] :]
        self._read[seat] = len(reports)
        return new

    def questions(self) -> Iterator[OpenDecision]:
        """Decisions that lie before the seats, open still."""
        world = self._world
        # Nothing is open most of the time, and then no seat need be asked.
        asked = {found.spec.to for found in world.decisions.open()}
        for seat in self.seats:
            for question in world.decisions.of(seat, world.now) if seat in asked else ():
                if question.state == "open":
                    yield question

    def calls_for(self, order: StandingOrderSpec) -> bool:
        """Whether what its seat knows now calls for a standing order."""
        self._check(order.seat)
        watcher = self._world.policy.rules[order.id].watcher
        return watcher is not None and watcher.true

    def objections(self, seat: str) -> Iterator[ObjectionView]:
        """Contingents that object and that this seat talks to, as far as it has heard of them."""
        self._check(seat)
        # A picture takes long to put together. Where nobody in the world objects to this seat, it shows no objection.
        if any(found.seat == seat for found in self._world.caveats.objections.values()):
            for found in self.picture(seat).objections:
                if found.seat == seat and found.state not in OBJECTION_OVER:
                    yield found

    def put(self, entry: Input) -> Receipt:
        """Act from a seat of the table."""
        self._check(entry.seat)
        return self._world.apply(entry)

    def _check(self, seat: str) -> None:
        if seat not in self.seats:
            raise LookupError(f"'{seat}' sits at another table.")
