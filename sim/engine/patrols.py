"""Patrols: the routine ones of every unit, and the long ones that are seen at several places in a day.

Routine patrols bring information and presence, two or three a day for a company (F15, F16). A long-range patrol goes
from village to village by daylight: it is seen on the way, it hears what people there have to say, it wears its
vehicles down, and it has little staying power (S1 box UNMIS).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import exponential
from sim.engine.ticks import DAY, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.tasks import Task
    from sim.engine.world import World


class Patrols:
    """Who goes out, where he is seen, and what it costs his vehicles."""

    __slots__ = ("_per_head", "_reach_km", "_repair", "_rounds", "_stay", "_waiting", "_wear", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._per_head = value["forces.patrols_per_head_day"]
        self._reach_km = value["patrols.long_range_km"]
        self._stay = value["patrols.stay_hours"]
        self._wear = value["patrols.vehicles_per_1000_km"]
        self._repair = from_hours(value["patrols.repair_hours"])
        self._waiting: dict[str, At] = {}
        self._rounds: dict[str, list[At]] = {}

    def begin(self) -> None:
        for unit in self._world.forces.units.values():
            if unit.capabilities.get("patrol") and not unit.within:
                self._next(unit)
        self._world.tasks.provide("long-patrol", begins=self._sets_out, ends=self._comes_back)

    def forked(self) -> None:
        """Another future begins: the next routine patrols are drawn anew."""
        for unit in self._world.forces.units.values():
            waiting = self._waiting.pop(unit.id, None)
            if waiting is not None:
                waiting.cancel()
                self._next(unit)

    # Routine

    def _next(self, unit: UnitState) -> None:
        world = self._world
        rate = unit.strength * self._per_head
        if rate <= 0.0:
            return
        wait = exponential(world.chance.stream(f"patrol/{unit.id}")(), DAY / rate)
        self._waiting[unit.id] = world.agenda.after(round(wait), Phase.MOVEMENT, unit.rank, self._routine, unit)

    def _routine(self, event: At) -> None:
        unit: UnitState = event.payload
        world = self._world
        if unit.place and not unit.within and not world.places.is_night(world.now):
            row = world.journal.write(
                kinds.ROUTINE_PATROL, world.now, unit.key, (unit.row,), world.places.state[unit.place].key
            )
            world.intelligence.patrolled(unit, unit.place, row)
            world.groups.roadblocks.patrolled(unit, unit.place, row)
        self._next(unit)

    # Long range

    def round_of(self, unit: UnitState, start: str, until: Tick) -> list[tuple[Tick, str]]:
        """When a patrol that leaves a place now would be seen where, by daylight, always going to the nearest next."""
        world = self._world
        places = world.places
        left = [
            spec.id
            for spec in world.blueprint.places.values()
            if spec.id != start and 0.0 < places.km(start, spec.id) <= self._reach_km
        ]
        seen: list[tuple[Tick, str]] = []
        here, at = start, world.now
        while left:
            nearest = min(left, key=lambda place: (places.km(here, place), places.state[place].rank))
            left.remove(nearest)
            if places.open_way(here, nearest, unit.spec.controller) is None:
                continue
            arrives = self._by_daylight(unit, here, nearest, at)
            if arrives is None:
                continue
            if arrives >= until:
                break
            seen.append((arrives, nearest))
            at = arrives + from_hours(self._stay)
            here = nearest
        return seen

    def _by_daylight(self, unit: UnitState, here: str, there: str, at: Tick) -> Tick | None:
        """When a patrol that drives by day only is there, today or tomorrow; never where a day is too short."""
        places = self._world.places
        for leaves in (at, places.next_dawn(at)):
            arrives = leaves + from_hours(places.march_hours(here, there, unit.mobility, leaves, unit.spec.controller))
            if not places.is_night(leaves) and not places.is_night(arrives):
                return arrives
        return None

    def _sets_out(self, task: Task) -> None:
        unit = task.unit
        assert unit is not None
        world = self._world
        world.groups.task_began(task)
        hours = task.hours or (task.response.hours or (0.0, 0.0, 0.0))[1]
        stops = self.round_of(unit, task.place, world.now + from_hours(hours))
        came_by = [task.place, *(place for _, place in stops)]
        self._rounds[task.name] = [
            world.agenda.at(tick, Phase.MOVEMENT, unit.rank, self._seen, (task, unit, came_by[number], place, number))
            for number, (tick, place) in enumerate(stops)
        ]

    def _seen(self, event: At) -> None:
        task, unit, came_from, place, number = event.payload
        world = self._world
        row = world.journal.write(kinds.PATROL_SEEN, world.now, unit.key, (task.row,), world.places.state[place].key)
        world.deterrence.shown(place, world.tasks.effect(task, "shown"))
        world.people.reassure(place, world.tasks.effect(task, "reassurance"), row)
        world.intelligence.patrolled(unit, place, row)
        self._wears(unit, world.places.km(came_from, place), f"{task.name}/wear", number)

    def _wears(self, unit: UnitState, km: float, name: str, number: int) -> None:
        world = self._world
        if unit.vehicles <= 0 or world.chance.draw(name, number) >= km * self._wear * unit.vehicles / 1000:
            return
        row = world.journal.write(kinds.VEHICLE_LOST, world.now, unit.key, (unit.row,), unit.vehicles - 1)
        unit.vehicles -= 1
        world.agenda.after(self._repair, Phase.MOVEMENT, unit.rank, self._repaired, (unit, row))

    def _repaired(self, event: At) -> None:
        unit, _ = event.payload
        unit.vehicles = min(unit.vehicles + 1, unit.spec.vehicles[1])

    def _comes_back(self, task: Task) -> None:
        for stop in self._rounds.pop(task.name, ()):
            stop.cancel()
        self._world.groups.task_ended(task)
