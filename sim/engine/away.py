"""Where units are away from their base, for how long, and how far from a surgeon (F26).

First aid within ten minutes, skilled care within an hour, surgery within two. Whether a task lies inside that ring is
a matter of where the nearest level-2 hospital is, where the nearest aircraft is, and of daylight: at night nothing
flies, and the road decides.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.engine.journal import EventId
from sim.engine.ticks import DAY, Tick, to_hours

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.world import World

SURGERY: Final = 2
"""Level of a medical facility with a surgeon."""


class Stay(NamedTuple):
    """A unit at a place that is not its own, from a tick to another; it goes on where it has no end."""

    unit: str
    place: str
    begins: Tick
    ends: Tick | None
    row: EventId


class Away:
    """Stays of units away from where they belong."""

    __slots__ = ("_air_kmh", "_launch", "_load", "_open", "_ring", "_stays", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._air_kmh = value["movement.helicopter_kmh"]
        self._ring = value["away.surgery_within_hours"]
        self._launch = value["away.launch_hours"]
        self._load = value["support.evacuation_load_hours"]
        self._open: dict[str, Stay] = {}
        self._stays: list[Stay] = []
        world.measures.lengths("unit_days_away", self.days)
        world.measures.lengths("outside_10_1_2_hours", self.outside_hours)

    def begin(self) -> None:
        for unit in self._world.forces.units.values():
            if unit.present:
                self.arrived(unit, unit.place, unit.row)

    def arrived(self, unit: UnitState, place: str, row: EventId) -> None:
        """A unit has come to a place; it is away where that is not its own, or no base of the mission."""
        if unit.capabilities.get("air") or unit.within:
            return
        if place != unit.spec.at or not self._world.forces.endurance.is_base(place):
            self._open[unit.id] = Stay(unit.id, place, self._world.now, None, row)

    def left(self, unit: UnitState) -> None:
        stay = self._open.pop(unit.id, None)
        if stay is not None:
            self._stays.append(stay._replace(ends=self._world.now))

    # The ring

    def hours_to_surgery(self, place: str, *, by_air: bool) -> float:
        """From the wound to the table now, by the nearest aircraft or by road; infinite where neither leads there."""
        world = self._world
        best = math.inf
        for hospital in self._hospitals():
            if hospital == place:
                return 0.0
            best = min(best, world.places.road_hours(place, hospital, 1.0, world.now))
            if by_air:
                for unit in self._aircraft():
                    if world.support.down_until(unit) <= world.now:
                        best = min(best, self._by_air(unit.place or unit.destination, place, hospital))
        return best

    def outside_ring(self, unit: UnitState) -> bool:
        """Whether a man wounded now would be later at the table than two hours."""
        world = self._world
        flies = not world.places.is_night(world.now) and not world.support.grounded()
        return self.hours_to_surgery(unit.place or unit.destination, by_air=flies) > self._ring

    def _usual_hours(self, place: str, *, night: bool) -> float:
        """The same as it usually is, with aircraft where they are stationed: for what is counted afterwards."""
        best = math.inf
        for hospital in self._hospitals():
            if hospital == place:
                return 0.0
            best = min(best, self._world.places.usual_hours(place, hospital, night=night))
            if not night:
                best = min(best, *(self._by_air(unit.spec.at, place, hospital) for unit in self._aircraft()), best)
        return best

    def _by_air(self, comes_from: str, place: str, hospital: str) -> float:
        km = self._world.places.straight_km
        return self._launch + self._load + (km(comes_from, place) + km(place, hospital)) / self._air_kmh

    def _hospitals(self) -> list[str]:
        return [spec.id for spec in self._world.blueprint.places.values() if spec.hospital >= SURGERY]

    def _aircraft(self) -> list[UnitState]:
        units = self._world.forces.units.values()
        return [unit for unit in units if unit.capabilities.get("lift") and unit.capabilities.get("air")]

    # What is counted

    def days(self, end: Tick) -> list[tuple[Tick, float, EventId]]:
        """Days that units spent away from where they belong."""
        return [(stay.begins, (until - stay.begins) / DAY, stay.row) for stay, until in self._until(end)]

    def outside_hours(self, end: Tick) -> list[tuple[Tick, float, EventId]]:
        """Hours that units spent where surgery was more than two hours away: by night sooner than by day."""
        found: list[tuple[Tick, float, EventId]] = []
        for stay, until in self._until(end):
            night = to_hours(self._world.places.night_between(stay.begins, until))
            day = to_hours(until - stay.begins) - night
            hours = 0.0
            if self._usual_hours(stay.place, night=False) > self._ring:
                hours += day
            if self._usual_hours(stay.place, night=True) > self._ring:
                hours += night
            if hours:
                found.append((stay.begins, hours, stay.row))
        return found

    def _until(self, end: Tick) -> list[tuple[Stay, Tick]]:
        return [
            (stay, min(end, end if stay.ends is None else stay.ends))
            for stay in (*self._stays, *self._open.values())
            if stay.begins < end
        ]
