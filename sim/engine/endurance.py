"""How long a unit lasts away from a base: what it carries, what is brought to it, and what happens when it ends.

A detached platoon lives three to seven days on what it carries (F30), a company longer. Before the end it says so; at
the end it goes home, or stays in a base without supply and is worth less every day (F29, F31).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.journal import EventId, fixed
from sim.engine.ticks import DAY, Tick

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.world import World

SUPPLIED: Final = ("base", "headquarters")
"""Kinds of place that the mission supplies all the time."""


class Endurance:
    """Days of supply of every unit that is away from a base."""

    __slots__ = ("_brought", "_grace", "_hardship", "_reach_km", "_since", "_timers", "_warning", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._warning = value["endurance.warning_days"]
        self._hardship = value["endurance.unsupplied_share"]
        self._grace = round(value["endurance.grace_days"] * DAY)
        self._reach_km = value["endurance.base_reach_km"]
        self._since: dict[str, Tick] = {}
        self._brought: dict[str, float] = {}
        self._timers: dict[str, At] = {}

    def begin(self) -> None:
        for unit in self._world.forces.units.values():
            if unit.present:
                self.arrived(unit, unit.place, unit.row)

    def supplied(self, place: str) -> bool:
        """Whether units at a place are fed from a base: it is one, or one is near enough for a daily run."""
        world = self._world
        for spec in world.blueprint.places.values():
            if self.is_base(spec.id) and (spec.id == place or world.places.km(place, spec.id) <= self._reach_km):
                return True
        return False

    def days_left(self, unit: UnitState) -> float:
        """Days a unit can go on as it is; what it carries, where it is supplied."""
        since = self._since.get(unit.id)
        if since is None:
            return unit.spec.supply_days
        spent = (self._world.now - since) / DAY
        return max(0.0, unit.spec.supply_days + self._brought[unit.id] - spent)

    def low(self, unit: UnitState) -> bool:
        """Whether it has said, or should have said, that little is left."""
        return unit.id in self._since and self.days_left(unit) <= self._warning

    def arrived(self, unit: UnitState, place: str, row: EventId) -> None:
        """A unit has come to a place: from now on it is fed there, or lives on what it carries."""
        if unit.capabilities.get("air"):
            return
        if self.supplied(place):
            if self._since.pop(unit.id, None) is not None:
                self._brought.pop(unit.id, None)
                self._cancel(unit)
                self._ready_again(unit, row)
            return
        if unit.id not in self._since:
            self._since[unit.id] = unit.left
            self._brought[unit.id] = 0.0
        self._look_ahead(unit)

    def bring(self, unit: UnitState, days: float, most: float, row: EventId) -> float:
        """So many days' supply are brought to a unit, up to what it can store; return what it took."""
        if unit.id not in self._since:
            return 0.0
        taken = max(0.0, min(days, most - self.days_left(unit)))
        # Days without anything are not made up for.
        overdrawn = (self._world.now - self._since[unit.id]) / DAY - unit.spec.supply_days - self._brought[unit.id]
        self._brought[unit.id] += taken + max(0.0, overdrawn)
        if taken:
            self._ready_again(unit, row)
            self._look_ahead(unit)
        return taken

    def is_base(self, place: str) -> bool:
        """Whether the mission supplies whoever is there."""
        spec = self._world.blueprint.places[place]
        return spec.kind in SUPPLIED or spec.site is not None or self._world.bases.permanent(place)

    def _look_ahead(self, unit: UnitState) -> None:
        """One timer a unit: for the warning, or for the end."""
        self._cancel(unit)
        world = self._world
        left = self.days_left(unit)
        warned = left <= self._warning
        wait = left if warned else left - self._warning
        call = self._ends if warned else self._warns
        self._timers[unit.id] = world.agenda.after(max(1, round(wait * DAY)), Phase.MOVEMENT, unit.rank, call, unit)

    def _cancel(self, unit: UnitState) -> None:
        timer = self._timers.pop(unit.id, None)
        if timer is not None:
            timer.cancel()

    def _warns(self, event: At) -> None:
        unit: UnitState = event.payload
        world = self._world
        del self._timers[unit.id]
        if unit.place:
            row = world.journal.write(kinds.SUPPLY_LOW, world.now, unit.key, (unit.row,), fixed(self._warning))
            world.truth.changed(unit.id, "supply", row)
            world.intelligence.tell(
                "supply-low", unit.id, (unit.spec.controller, "mission-support"), row,
                values={"unit": unit.id, "place": unit.place, "days": self._warning},
                facts=((unit.id, "supply", "low"),), grade="A1", urgent=True,
            )  # fmt: skip
        self._look_ahead(unit)

    def _ends(self, event: At) -> None:
        """Nothing is left: the task is broken off and the unit goes home, unless it holds a base."""
        unit: UnitState = event.payload
        world = self._world
        self._timers.pop(unit.id, None)
        if not unit.place or unit.id not in self._since:
            return
        if unit.readiness < 1.0:
            # It has said so already, and goes on with nothing.
            return
        row = world.journal.write(
            kinds.SUPPLY_OUT, world.now, unit.key, (unit.row,), world.places.state[unit.place].key
        )
        unit.readiness = self._hardship
        world.truth.changed(unit.id, "supply", row)
        world.presence_changed(unit.place, row)
        world.intelligence.tell(
            "supply-out", unit.id, (unit.spec.controller, "mission-support"), row,
            values={"unit": unit.id, "place": unit.place},
            facts=((unit.id, "supply", "out"),), grade="A1", urgent=True,
        )  # fmt: skip
        wait = self._grace if world.bases.at(unit.place) else 1
        self._timers[unit.id] = world.agenda.after(wait, Phase.MOVEMENT, unit.rank, self._leaves, (unit, row))

    def _leaves(self, event: At) -> None:
        unit, row = event.payload
        world = self._world
        self._timers.pop(unit.id, None)
        if not unit.place or unit.id not in self._since:
            return
        world.bases.given_up(unit, row)
        if unit.task is not None:
            world.tasks.finish(unit.task, "out-of-supply", (row,))
        if unit.place and unit.place != unit.home and unit.state == "ready":
            world.forces.move(unit, unit.home, f"{unit.id}/out-of-supply/{unit.journeys}", (row,), lambda _: None)

    def _ready_again(self, unit: UnitState, row: EventId) -> None:
        if unit.readiness < 1.0:
            unit.readiness = 1.0
            if unit.place:
                self._world.presence_changed(unit.place, row)
        self._world.truth.changed(unit.id, "supply", row)
