"""Support decides: water by truck, flights by daylight with a clearance, aid on the agencies' own terms.

Aircraft fly by day and not in dust; re-tasking one displaces a named flight (F20, F24). Evacuating
wounded who are not UN staff costs seats, beds and precedent.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import lognormal
from sim.engine.journal import EventId
from sim.engine.ticks import DAY, HOUR, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.tasks import Task
    from sim.engine.world import World


class Support:
    """Trucks, aircraft and aid."""

    __slots__ = (
        "_aid_days", "_aid_lead", "_air_tasking", "_down", "_dust_until", "_flown", "_flying_hours", "_load",
        "_round_sigma", "_seats", "_truck_m3", "_trucked", "_turnaround", "_world", "aid",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        parameters = world.parameters
        self._truck_m3 = parameters["support.truck_load_m3"]
        self._turnaround = parameters["support.truck_turnaround_hours"]
        self._round_sigma = parameters["command.hop_sigma"]
        self._air_tasking = parameters["support.air_tasking_hours"]
        self._seats = parameters["support.helicopter_stretchers"]
        self._load = parameters["support.evacuation_load_hours"]
        self._flying_hours = parameters["support.flying_hours_per_week"]
        self._aid_lead = parameters["support.aid_lead_hours"]
        self._aid_days = parameters["support.aid_reassurance"]
        self._dust_until: Tick = 0
        self._down: dict[str, Tick] = {}
        self._flown: dict[int, float] = {}
        self._trucked: dict[str, dict[str, float]] = {}
        self.aid: dict[str, EventId] = {}

    def begin(self) -> None:
        self._world.truth.provide("aid", lambda place: "reaching" if place in self.aid else "none")
        self._world.truth.provide("dust", lambda _: "yes" if self._dust_until > self._world.now else "no")

    # Water

    def trucking_begins(self, task: Task) -> None:
        """Trucks shuttle between the plant they are stationed at and the site until they are told to stop."""
        unit = task.unit
        assert unit is not None
        world = self._world
        hours = 2 * world.places.road_hours(unit.home, task.place, unit.mobility, world.now) + self._turnaround
        self._trucked.setdefault(task.place, {})[unit.id] = unit.vehicles * self._truck_m3 * (DAY / HOUR) / hours
        self._deliver(task)

    def trucking_ends(self, task: Task) -> None:
        if task.unit is not None and self._trucked.get(task.place, {}).pop(task.unit.id, None) is not None:
            self._deliver(task)

    def _deliver(self, task: Task) -> None:
        """The site receives what all trucks that serve it bring."""
        self._world.sites.trucked(task.place, math.fsum(self._trucked[task.place].values()), task.row)

    # Air

    def dust(self, length: Tick, row: EventId) -> None:
        """A dust storm closes the sky."""
        self._dust_until = max(self._dust_until, self._world.now + length)
        self._world.truth.changed("mission", "dust", row)

    def unserviceable(self, unit: UnitState, length: Tick, row: EventId) -> None:
        """An aircraft does not fly, or the vehicles of a unit do not run, for a time."""
        world = self._world
        until = self._down[unit.id] = max(self.down_until(unit), world.now + length)
        written = world.journal.write(kinds.UNSERVICEABLE, world.now, unit.key, (row,), until)
        if not unit.capabilities.get("air"):
            lost, unit.vehicles = unit.vehicles, 0
            world.agenda.at(until, Phase.MOVEMENT, unit.rank, self._repaired, (unit, lost))
        world.intelligence.tell(
            "unserviceable", unit.id, (unit.spec.controller, "mission-support", "joc"), written,
            values={"unit": unit.id, "place": unit.place or unit.destination}, grade="A1", urgent=True,
        )  # fmt: skip

    def _repaired(self, event: At) -> None:
        unit, vehicles = event.payload
        unit.vehicles = max(unit.vehicles, vehicles)

    def down_until(self, unit: UnitState) -> Tick:
        """When a unit that does not run will run again; the past where it runs."""
        return self._down.get(unit.id, 0)

    def air_ready(self, unit: UnitState, task: Task, ready: Tick) -> Tick:
        """When an aircraft can leave: tasking, clearance, daylight enough for the way, no dust, hours left."""
        world = self._world
        ready += from_hours(lognormal(world.chance.draw(f"{task.name}/air"), self._air_tasking, self._round_sigma))
        hours = 2 * world.forces.hours_to(unit, task.place) + self._load
        ready = max(ready, self._dust_until, self.down_until(unit))
        ready += world.host_state.flight_clearance(unit, task, ready)
        week = ready // (7 * DAY)
        while (flown := self._flown.get(week, 0.0)) > 0.0 and flown + hours > self._flying_hours:
            week += 1
            ready = week * 7 * DAY
        self._flown[week] = self._flown.get(week, 0.0) + hours
        ready = self._by_day(ready, hours)
        world.journal.write(
            kinds.FLIGHT, world.now, unit.key, (task.row,),
            world.journal.name(task.response.id), world.journal.name("scheduled-supply-flight"),
        )  # fmt: skip
        world.intelligence.tell(
            "flight-cancelled", unit.id, ("mission-support",), task.row,
            values={"unit": unit.id, "place": task.place}, grade="A1",
        )  # fmt: skip
        return ready

    def grounded(self, unit: UnitState | None = None) -> bool:
        """Whether dust keeps every aircraft down, or a fault keeps this one."""
        now = self._world.now
        return self._dust_until > now or (unit is not None and self.down_until(unit) > now)

    def flyable(self, unit: UnitState, place: str, ready: Tick) -> Tick:
        """The first moment from ``ready`` on at which an aircraft can leave and be there by daylight."""
        return self._by_day(max(ready, self.down_until(unit)), self._world.forces.hours_to(unit, place))

    def _by_day(self, ready: Tick, hours: float) -> Tick:
        places = self._world.places
        ready = max(ready, self._dust_until)
        if places.is_night(ready) or ready + from_hours(hours) > places.next_dusk(ready):
            return places.next_dawn(ready)
        return ready

    def evacuate(self, task: Task) -> None:
        """The aircraft is loaded and leaves with as many stretchers as it has."""
        unit = task.unit
        assert unit is not None
        world = self._world
        hospital = self._hospital(task.place)
        seats = round(self._seats)
        ours = world.forces.casualties.board(task.place, seats)
        taken = ours
        if task.place in world.sites.state and seats > ours:
            taken += world.sites.evacuated(task.place, seats - ours, task.row)
        if taken and unit.place == task.place:
            row = world.journal.write(
                kinds.EVACUATED, world.now, unit.key, (task.row,), taken, world.journal.name(hospital)
            )
            world.intelligence.happened(
                "evacuated", task.place, row,
                values={"people": taken, "place": hospital, "unit": unit.id},
                facts=self._still_waiting(task.place), to=("mission-support", "joc"),
            )  # fmt: skip
            if taken > ours:
                world.standing("legitimacy", world.parameters["support.evacuation_legitimacy"], (row,), "evacuation")
            world.forces.move(
                unit, hospital, f"{task.name}/out", (row,), lambda arrival: self.returns(unit, task, arrival)
            )
            return
        if not taken:
            world.intelligence.tell(
                "nobody-flown", unit.id, ("mission-support", "joc"), task.row,
                values={"unit": unit.id, "place": task.place}, facts=self._still_waiting(task.place), grade="A1",
            )  # fmt: skip
        if unit.place and unit.place != unit.home:
            self.returns(unit, task, task.row)

    def _still_waiting(self, place: str) -> tuple[tuple[str, str, int], ...]:
        """What the crew counted: without it the next aircraft would be sent for people who are gone."""
        site = self._world.sites.state.get(place)
        return ((place, "wounded", site.aid.waiting()),) if site is not None else ()

    def returns(self, unit: UnitState, task: Task, row: EventId) -> None:
        """Back to its own base, by daylight."""
        world = self._world
        if unit.place == unit.home:
            return
        ready = self.flyable(unit, unit.home, world.now + from_hours(self._load))
        world.agenda.at(ready, Phase.MOVEMENT, unit.rank, self._flies_home, (unit, task, row))

    def _flies_home(self, event: At) -> None:
        unit, task, row = event.payload
        if self.grounded(unit):
            self.returns(unit, task, row)
            return
        if unit.task is None and unit.place and unit.place != unit.home and unit.state == "ready":
            self._world.forces.move(unit, unit.home, f"{task.name}/home", (row,), lambda _: None)

    def _hospital(self, place: str) -> str:
        world = self._world
        best = world.blueprint.headquarters
        shortest = -1.0
        for spec in world.blueprint.places.values():
            if spec.hospital >= 2:
                km = world.places.straight_km(place, spec.id)
                if shortest < 0.0 or km < shortest:
                    best, shortest = spec.id, km
        return best

    # Aid

    def aid_begins(self, task: Task) -> None:
        """Agencies come when the area is held and they are told; an escort they did not ask for keeps them away."""
        world = self._world
        wait = from_hours(lognormal(world.chance.draw(f"{task.name}/aid"), self._aid_lead, self._round_sigma))
        wait += world.host_state.permit_delay("convoy", f"{task.name}/permit", task.row)
        rank = task.unit.rank if task.unit is not None else 0
        world.agenda.after(wait, Phase.MOVEMENT, rank, self._aid_arrives, task)

    def _aid_arrives(self, event: At) -> None:
        task: Task = event.payload
        if task.place in self.aid:
            return
        if self._world.staff_risk.allows(task.place):
            self.aid_reached(task.place, task.row)
            return
        # Agencies go by the same word as the mission's own staff: they wait until it is lower.
        rank = task.unit.rank if task.unit is not None else 0
        self._world.agenda.after(from_hours(self._aid_lead), Phase.MOVEMENT, rank, self._aid_arrives, task)

    def aid_reached(self, place: str, cause: EventId) -> None:
        """Food, sheets and soap are handed out at a place."""
        world = self._world
        row = world.journal.write(
            kinds.STOCK, world.now, world.places.state[place].key, (cause,), world.journal.name("aid"), 0
        )
        self.aid[place] = row
        world.truth.changed(place, "aid", row)
        if place in world.sites.state:
            world.sites.aid(place, row)
        world.people.reassure(place, self._aid_days, row)
        world.intelligence.happened(
            "aid-arrives", place, row, values={"place": place}, facts=((place, "aid", "reaching"),)
        )

    def aid_ends(self, task: Task) -> None:
        """What was brought stays; the next convoy needs the area held again."""
        self._world.truth.changed(task.place, "aid", task.row)
