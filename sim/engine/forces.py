"""Troops, police, aircraft and teams: where they are, what they can do, and how they get there.

Only a share of a unit is available for tasks after guard, rest, leave and sick (F4). A platoon of a
formed police unit is within its parent until it is detached; then the parent is weaker by it (F6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.blueprint import UnitSpec
from sim.engine.chance import exponential, lognormal
from sim.engine.journal import MOST_CAUSES, EventId, fixed
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
        "_air_kmh",
        "_available",
        "_by_place",
        "_friction",
        "_patrols",
        "_presence_floor",
        "_spoken",
        "_stripped",
        "_threatening",
        "_threats",
        "_threats_seen",
        "_waiting",
        "_world",
        "units",
    )

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
        self._friction = parameters["movement.friction_sigma"]
        self._air_kmh = parameters["movement.helicopter_kmh"]
        self._patrols = parameters["forces.patrols_per_head_day"]
        self._threats = parameters["forces.stripped_threat_factor"]
        self._stripped: dict[str, dict[str, EventId]] = {}
        self._threats_seen: dict[str, int] = {}
        self._waiting: dict[str, At] = {}
        self._threatening: dict[str, At] = {}
        self._spoken: dict[str, float] = {}
        world.truth.provide("place", self._place)
        world.truth.provide("state", lambda unit: self.units[unit].state if unit in self.units else None)
        world.truth.provide("posture", lambda unit: self.units[unit].posture if unit in self.units else None)
        world.truth.provide("task", self._task)

    def begin(self) -> None:
        world = self._world
        for unit in self.units.values():
            unit.row = world.beginning
            if unit.capabilities.get("patrol") and not unit.within:
                self._next_patrol(unit)

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
        return unit.own_strength() * self._available[unit.posture]

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
        return places.road_hours(origin, place, unit.mobility, self._world.now)

    def settles(self, unit: UnitState) -> Tick:
        """When a unit on the move will be somewhere; a part that rides with its parent arrives with it."""
        moving = unit.parent if unit.within and unit.parent is not None else unit
        return max(moving.arrives, self._world.now + 1)

    def move(
        self, unit: UnitState, place: str, name: str, causes: tuple[EventId, ...], arrived: Callable[[EventId], None]
    ) -> EventId:
        """Send a unit on its way; ``arrived`` is called with the row of its arrival.

        Args:
            name: of the journey, for its luck: the task's name.
        """
        world = self._world
        journal = world.journal
        origin = unit.place
        self._leave(unit)
        if unit.capabilities.get("air"):
            hours = world.places.straight_km(origin, place) / self._air_kmh
            held = 0
        else:
            hours = world.places.road_hours(origin, place, unit.mobility, world.now)
            hours *= lognormal(world.chance.draw(f"{name}/way"), 1.0, self._friction)
            held = world.host_state.road_delay(unit, origin, place, name, causes)
            held += world.groups.roadblocks.met(unit, origin, place, name, causes)
        eta = world.now + from_hours(hours) + held
        row = journal.write(kinds.DEPARTED, world.now, unit.key, causes, journal.name(origin), journal.name(place), eta)
        unit.row = row
        unit.origin, unit.destination = origin, place
        unit.left, unit.arrives = world.now, eta
        unit.state = "moving"
        unit.journeys += 1
        world.truth.changed(unit.id, "place", row)
        world.truth.changed(unit.id, "state", row)
        world.truth.event("departed", unit.id, row)
        world.presence_changed(origin, row)
        self._origin_exposed(unit, origin, row)
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
        world.truth.changed(unit.id, "place", row)
        world.truth.event("arrived", unit.id, row)
        if place == unit.home:
            self._origin_covered(unit, place, row)
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

    # What a move costs where it starts

    def _origin_exposed(self, unit: UnitState, origin: str, row: EventId) -> None:
        """The place a unit leaves has a threat of its own, and fewer who answer it (S1 4.2, dilemmas).

        Trucks and aircraft are missed too, but nobody is attacked for want of them.
        """
        world = self._world
        guards = unit.capabilities.get("combat") or unit.capabilities.get("public-order")
        if not guards or unit.spec.protects != origin:
            return
        away = self._stripped.setdefault(origin, {})
        away[unit.id] = row
        share = self._share_away(origin)
        stripped = away[unit.id] = world.journal.write(
            kinds.STRIPPED, world.now, unit.key, (row,), world.journal.name(origin), fixed(share)
        )
        world.measures.exposed(origin, share, stripped)
        if origin not in self._threatening:
            self._next_threat(origin)

    def _origin_covered(self, unit: UnitState, place: str, row: EventId) -> None:
        away = self._stripped.get(place)
        if not away or away.pop(unit.id, None) is None:
            return
        if away:
            self._world.measures.exposed(place, self._share_away(place), row)
            return
        self._world.measures.covered(place, row)
        threat = self._threatening.pop(place, None)
        if threat is not None:
            threat.cancel()

    def _share_away(self, place: str) -> float:
        """How much of the strength that protected a place is away from it now."""
        gone = 0.0
        for unit in self._stripped[place]:
            gone += self.available(self.units[unit])
        whole = gone + self.presence(place)
        return gone / whole if whole else 0.0

    def _next_threat(self, origin: str) -> None:
        """The next occasion at a place whose protectors are away, at its bounding rate, with its luck."""
        world = self._world
        rate = world.blueprint.places[origin].threat_per_day * self._threats
        if rate <= 0.0:
            return
        stream = world.chance.stream(f"origin/{origin}")
        wait, accept, severity = stream(), stream(), stream()
        tick = world.now + round(exponential(wait, DAY / rate))
        self._threatening[origin] = world.agenda.at(
            tick, Phase.GROUPS, world.places.state[origin].rank, self._threat, (origin, accept, severity)
        )

    def _threat(self, event: At) -> None:
        origin, accept, severity = event.payload
        world = self._world
        away = list(self._stripped[origin].values())
        share = self._share_away(origin)
        self._threats_seen[origin] = ordinal = self._threats_seen.get(origin, 0) + 1
        accepted = accept < share
        candidate = world.journal.write(
            kinds.CANDIDATE, world.now, world.places.state[origin].key, tuple(away[-MOST_CAUSES:]),
            ordinal, int(accepted), fixed(share), world.journal.name(origin),
        )  # fmt: skip
        if accepted:
            world.groups.attack_elsewhere(origin, severity, candidate)
        self._next_threat(origin)

    def forked(self) -> None:
        """Another future begins: patrols and threats at origins are drawn anew."""
        for unit in self.units.values():
            waiting = self._waiting.pop(unit.id, None)
            if waiting is not None:
                waiting.cancel()
                self._next_patrol(unit)
        for origin, threat in list(self._threatening.items()):
            threat.cancel()
            self._next_threat(origin)

    # Routine patrols (F15, F16): information and presence, two or three a day for a company

    def _next_patrol(self, unit: UnitState) -> None:
        world = self._world
        rate = unit.strength * self._patrols
        if rate <= 0.0:
            return
        wait = exponential(world.chance.stream(f"patrol/{unit.id}")(), DAY / rate)
        self._waiting[unit.id] = world.agenda.after(round(wait), Phase.MOVEMENT, unit.rank, self._patrol, unit)

    def _patrol(self, event: At) -> None:
        unit: UnitState = event.payload
        world = self._world
        if unit.place and not unit.within and not world.places.is_night(world.now):
            row = world.journal.write(
                kinds.ROUTINE_PATROL, world.now, unit.key, (unit.row,), world.places.state[unit.place].key
            )
            world.intelligence.patrolled(unit, unit.place, row)
            world.groups.roadblocks.patrolled(unit, unit.place, row)
        self._next_patrol(unit)

    def _place(self, unit: str) -> str | None:
        found = self.units.get(unit)
        return None if found is None else found.place

    def _task(self, unit: str) -> str | None:
        found = self.units.get(unit)
        if found is None:
            return None
        return found.task.response.id if found.task is not None else ""
