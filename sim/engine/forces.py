"""Troops, police, aircraft and teams: where they are, what they can do, and how they get there.

Only a share of a unit is available for tasks after guard, rest, leave and sick (F4). A platoon of a
formed police unit is within its parent until it is detached; then the parent is weaker by it (F6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.away import Away
from sim.engine.blueprint import UnitSpec
from sim.engine.casevac import Evacuations
from sim.engine.checkpoints import Checkpoints
from sim.engine.endurance import Endurance
from sim.engine.journal import EventId
from sim.engine.origins import Origins
from sim.engine.patrols import Patrols
from sim.engine.road_moves import RoadMoves
from sim.engine.ticks import DAY, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.tasks import Task
    from sim.engine.world import World


class UnitState:
    """A unit as the run has it now."""

    __slots__ = (
        "arrives",
        "capabilities",
        "component",
        "destination",
        "home",
        "id",
        "journeys",
        "key",
        "killed",
        "left",
        "mobility",
        "origin",
        "parent",
        "parts",
        "place",
        "posture",
        "rank",
        "readiness",
        "row",
        "spec",
        "state",
        "strength",
        "task",
        "tasks",
        "type",
        "vehicles",
        "within",
        "wounded",
    )

    def __init__(self, spec: UnitSpec, key: int, capabilities: Mapping[str, float], mobility: float) -> None:
        self.spec = spec
        self.id = spec.id
        self.key = key
        self.rank = spec.rank
        self.type = spec.type
        self.component = spec.component
        self.capabilities = capabilities
        self.mobility = mobility
        self.place = spec.at
        self.home = spec.at
        self.origin = ""
        self.destination = ""
        self.left: Tick = 0
        self.arrives: Tick = 0
        self.state = "ready"
        self.posture = spec.posture
        self.strength = spec.strength
        self.vehicles = spec.vehicles[0]
        self.wounded = 0
        self.killed = 0
        self.task: Task | None = None
        self.tasks = 0
        self.journeys = 0
        self.parent: UnitState | None = None
        self.parts: list[UnitState] = []
        self.within = False
        self.readiness = 1.0
        """Share of what it could do that hardship leaves."""
        self.row: EventId = 0

    @property
    def present(self) -> bool:
        return bool(self.place) and not self.within and self.strength > 0

    def own_strength(self) -> int:
        """Heads that are with the unit itself: without the parts that were detached."""
        strength = self.strength
        for part in self.parts:
            if not part.within:
                strength -= part.strength
        return strength if strength > 0 else 0


class Forces:
    """All units of the mission."""

    __slots__ = (
        "_air_kmh", "_available", "_by_place", "_spoken", "_world", "away", "casualties", "checkpoints", "endurance",
        "origins", "patrols", "road_moves", "units",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        parameters = world.parameters
        types = world.blueprint.doctrine.unit_types
        name = world.journal.name
        self.units: dict[str, UnitState] = {}
        for spec in world.blueprint.units.values():
            type_ = types[spec.type]
            self.units[spec.id] = UnitState(spec, name(spec.id), type_.capabilities, type_.mobility)
        for unit in self.units.values():
            parent = self.units.get(unit.spec.parent)
            if parent is not None:
                unit.parent = parent
                unit.within = parent.place == unit.place
                parent.parts.append(unit)
        self._by_place: dict[str, list[UnitState]] = {place: [] for place in world.blueprint.places}
        for unit in self.units.values():
            if unit.present:
                self._by_place[unit.place].append(unit)
        self._available = {
            posture: parameters[f"forces.available_{posture.replace('-', '_')}_share"]
            for posture in ("routine", "high-readiness", "defend-base")
        }
        self._air_kmh = parameters["movement.helicopter_kmh"]
        self._spoken: dict[str, float] = {}
        self.road_moves = RoadMoves(world)
        self.origins = Origins(world)
        self.patrols = Patrols(world)
        self.endurance = Endurance(world)
        self.away = Away(world)
        self.casualties = Evacuations(world)
        self.checkpoints = Checkpoints(world)
        world.truth.provide("place", self._place)
        world.truth.provide("state", lambda unit: self.units[unit].state if unit in self.units else None)
        world.truth.provide("posture", lambda unit: self.units[unit].posture if unit in self.units else None)
        world.truth.provide("task", self._task)
        world.truth.provide("supply", self._supply)

    def begin(self) -> None:
        for unit in self.units.values():
            unit.row = self._world.beginning
        self.patrols.begin()
        self.endurance.begin()
        self.away.begin()
        self.checkpoints.begin()

    def at(self, place: str) -> list[UnitState]:
        """Units present at a place, in rank order."""
        return self._by_place[place]

    def understanding(self, place: str) -> float:
        """How much of what is said at a place the best of the units there understands; -1 where nobody is."""
        # NOTE: every source that may have seen something asks; looking at the units each time took 4% of a run.
        best = self._spoken.get(place)
        if best is None:
            best = self._spoken[place] = max((unit.spec.languages for unit in self._by_place[place]), default=-1.0)
        return best

    def available(self, unit: UnitState) -> float:
        """Heads of a unit that can be put to a task."""
        return unit.own_strength() * self._available[unit.posture] * unit.readiness

    def capability(self, unit: UnitState, family: str) -> float:
        """Heads available for a family of tasks, weighted by training and equipment."""
        weight = unit.capabilities.get(family)
        return self.available(unit) * weight if weight else 0.0

    def armed_strength(self, place: str) -> float:
        """Heads at a place who can face armed men."""
        total = 0.0
        for unit in self._by_place[place]:
            weight = unit.capabilities.get("combat")
            if weight:
                total += self.available(unit) * weight
        return total

    def presence(self, place: str) -> float:
        """Heads at a place whose being there is seen, armed or not (E10, F32)."""
        total = 0.0
        for unit in self._by_place[place]:
            total += self.available(unit)
        return total

    def hours_to(self, unit: UnitState, place: str) -> float:
        """Estimate of the way from where the unit is, without friction."""
        places = self._world.places
        origin = unit.place or unit.destination
        if unit.capabilities.get("air"):
            return places.straight_km(origin, place) / self._air_kmh
        return places.march_hours(origin, place, unit.mobility, self._world.now, unit.spec.controller)

    def supply_left(self, unit: UnitState) -> float:
        """Days that a unit can go on as it is."""
        return self.endurance.days_left(unit)

    def outside_ring(self, unit: UnitState) -> bool:
        """Whether a wounded man of the unit would be later with a surgeon than he should (F26)."""
        return self.away.outside_ring(unit)

    def settles(self, unit: UnitState) -> Tick:
        """When a unit on the move will be somewhere; a part that rides with its parent arrives with it."""
        moving = unit.parent if unit.within and unit.parent is not None else unit
        return max(moving.arrives, self._world.now + 1)

    def move(
        self, unit: UnitState, place: str, name: str, causes: tuple[EventId, ...], arrived: Callable[[EventId], None],
        *, insists: bool = False,
    ) -> EventId:  # fmt: skip
        """Send a unit on its way; ``arrived`` is called with the row of its arrival.

        Args:
            name: of the journey, for its luck: the task's name.
            insists: whoever stands in the way is not asked.
        """
        world = self._world
        journal = world.journal
        origin = unit.place
        self._leave(unit)
        # Whoever is hit as the move is planned belongs to it already.
        unit.origin, unit.destination = origin, place
        if unit.capabilities.get("air"):
            hours = world.places.straight_km(origin, place) / self._air_kmh
            eta = world.now + from_hours(hours)
            row = journal.write(
                kinds.DEPARTED, world.now, unit.key, causes, journal.name(origin), journal.name(place), eta
            )
            world.measures.count("flight_hours", hours, row)
        else:
            delay = self.road_moves.plan(unit, origin, place, name, causes, insists)
            eta = world.now + delay
            row = journal.write(
                kinds.DEPARTED, world.now, unit.key, causes, journal.name(origin), journal.name(place), eta
            )
            if unit.capabilities.get("convoy"):
                world.measures.count("convoy_days", delay / DAY, row)
        unit.row = row
        unit.left, unit.arrives = world.now, eta
        unit.state = "moving"
        unit.journeys += 1
        self.away.left(unit)
        world.truth.changed(unit.id, "place", row)
        world.truth.changed(unit.id, "state", row)
        world.truth.event("departed", unit.id, row)
        world.presence_changed(origin, row)
        self.origins.exposed(unit, origin, row)
        world.agenda.at(eta, Phase.MOVEMENT, unit.rank, self._arrive, (unit, place, row, arrived))
        return row

    def _arrive(self, event: At) -> None:
        unit, place, departure, arrived = event.payload
        world = self._world
        row = world.journal.write(kinds.ARRIVED, world.now, unit.key, (departure,), world.journal.name(place))
        unit.row = row
        unit.place = place
        unit.destination = ""
        unit.state = "ready"
        if unit.parent is not None and unit.parent.place == place and not unit.parent.destination:
            unit.within = True
        else:
            self._enter(unit)
        for part in unit.parts:
            if part.within:
                part.place = place
            elif part.place == place and part.task is None:
                self._by_place[place].remove(part)
                self._spoken.pop(place, None)
                part.within = True
                self.away.left(part)
        self.away.arrived(unit, place, row)
        self.endurance.arrived(unit, place, row)
        world.truth.changed(unit.id, "place", row)
        world.truth.event("arrived", unit.id, row)
        if place == unit.spec.at:
            self.origins.covered(unit, place, row)
        elif unit.capabilities.get("combat") or unit.capabilities.get("public-order"):
            world.measures.reinforced(unit, place, row)
        world.presence_changed(place, row)
        world.intelligence.happened(
            "arrived", place, row,
            values={"unit": unit.id, "place": place, "people": unit.own_strength()},
            facts=((unit.id, "place", place), (unit.id, "state", "ready")),
            to=(unit.spec.controller,),
        )  # fmt: skip
        arrived(row)

    def _leave(self, unit: UnitState) -> None:
        if unit.within and unit.parent is not None:
            # What the whole has lost, a part that is made up from it cannot have.
            unit.strength = min(unit.strength, unit.parent.own_strength())
            unit.within = False
        elif unit.place:
            self._by_place[unit.place].remove(unit)
            self._spoken.pop(unit.place, None)
        unit.place = ""
        for part in unit.parts:
            if part.within:
                part.place = ""

    def _enter(self, unit: UnitState) -> None:
        here = self._by_place[unit.place]
        here.append(unit)
        self._spoken.pop(unit.place, None)
        here.sort(key=lambda other: other.rank)

    def set_posture(self, unit: UnitState, posture: str, causes: tuple[EventId, ...]) -> EventId:
        world = self._world
        row = world.journal.write(kinds.POSTURE, world.now, unit.key, causes, world.journal.name(posture))
        unit.posture = posture
        unit.row = row
        world.truth.changed(unit.id, "posture", row)
        if unit.place:
            world.presence_changed(unit.place, row)
        return row

    def lose(self, unit: UnitState, killed: int, wounded: int, causes: tuple[EventId, ...]) -> None:
        """Take the killed and the wounded out of a unit's strength, and out of the whole that it is part of."""
        here = unit.own_strength()
        killed = min(killed, here)
        wounded = min(wounded, here - killed)
        unit.strength -= killed + wounded
        if unit.parent is not None:
            unit.parent.strength -= killed + wounded
        unit.killed += killed
        unit.wounded += wounded
        measures = self._world.measures
        if killed:
            measures.count("peacekeepers_killed", killed, causes[0])
        if wounded:
            measures.count("peacekeepers_wounded", wounded, causes[0])
        if killed or wounded:
            self.casualties.hurt(unit, killed, wounded, causes[0])

    def died_of_wounds(self, unit: UnitState, row: EventId) -> None:
        """One of the wounded did not reach a surgeon in time."""
        unit.wounded -= 1
        unit.killed += 1
        self._world.measures.count("peacekeepers_killed", 1, row)

    def forked(self) -> None:
        """Another future begins: patrols and threats at origins are drawn anew."""
        self.patrols.forked()
        self.origins.forked()
        self.checkpoints.forked()

    def _place(self, unit: str) -> str | None:
        found = self.units.get(unit)
        return None if found is None else found.place

    def _task(self, unit: str) -> str | None:
        found = self.units.get(unit)
        if found is None:
            return None
        return found.task.response.id if found.task is not None else ""

    def _supply(self, unit: str) -> str | None:
        found = self.units.get(unit)
        if found is None:
            return None
        if found.readiness < 1.0:
            return "out"
        return "low" if self.endurance.low(found) else "enough"
