"""Wounded peacekeepers on their way to a surgeon: time decides who lives (F26).

Where a doctor is at hand they can wait; where none is they cannot. Aircraft come by day; by night there is the road,
or the wait for dawn. Capitals count their dead, and may want the others out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.away import SURGERY
from sim.engine.chance import exponential, share_of
from sim.engine.journal import EventId
from sim.engine.ticks import from_hours

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.world import World


class Casualty:
    """One peacekeeper who cannot wait, and where he lies."""

    __slots__ = ("death", "place", "row", "unit")

    def __init__(self, unit: UnitState, place: str, row: EventId) -> None:
        self.unit = unit
        self.place = place
        self.row = row
        self.death: At | None = None


class Evacuations:
    """Who waits for a flight or a road, and who did not live to see it."""

    __slots__ = (
        "_called", "_care", "_critical", "_limit_hours", "_losses", "_numbers", "_per_killed", "_untreated", "_waiting",
        "_world",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._critical = value["wounded.critical_share"]
        self._untreated = value["wounded.critical_untreated_h"]
        self._care = value["wounded.critical_treated_h"]
        self._per_killed = value["casevac.capital_per_killed"]
        self._limit_hours = value["casevac.capital_cuts_hours"]
        self._numbers: dict[str, int] = {}
        self._losses: dict[str, int] = {}
        self._waiting: dict[str, list[Casualty]] = {}
        self._called: dict[str, int] = {}

    def waiting(self, place: str) -> int:
        return len(self._waiting.get(place, ()))

    def hurt(self, unit: UnitState, killed: int, wounded: int, row: EventId) -> None:
        """A unit has losses: those who cannot wait are taken to a surgeon, and its capital hears of it."""
        if wounded:
            self._carry(unit, wounded, row)
        if killed:
            self._capital(unit, killed, row)

    def board(self, place: str, seats: int) -> int:
        """An aircraft or a car takes so many; from then on somebody looks after them."""
        here = self._waiting.get(place, [])
        gone = here[:seats]
        del here[:seats]
        for casualty in gone:
            if casualty.death is not None:
                casualty.death.cancel()
        return len(gone)

    def _carry(self, unit: UnitState, wounded: int, row: EventId) -> None:
        world = self._world
        place = unit.place or unit.destination or unit.home
        if world.blueprint.places[place].hospital >= SURGERY:
            return
        draw = world.chance.draw
        number = self._numbers.get(unit.id, 0)
        critical = share_of(wounded, self._critical, draw(f"{unit.id}/critical", number))
        mean = self._care if self._doctor(place) else self._untreated
        for each in range(critical):
            casualty = Casualty(unit, place, row)
            left = exponential(draw(f"{unit.id}/holds-on", number + each), mean)
            casualty.death = world.agenda.after(max(1, from_hours(left)), Phase.PEOPLE, unit.rank, self._dies, casualty)
            self._waiting.setdefault(place, []).append(casualty)
        self._numbers[unit.id] = number + max(1, critical)
        if critical:
            self._call(unit, place, row)

    def _doctor(self, place: str) -> bool:
        """Level 1: a clinic, or the medics of a base (C19)."""
        world = self._world
        if world.bases.at(place) is not None:
            return True
        return any(unit.capabilities.get("medical") for unit in world.forces.at(place))

    def _call(self, unit: UnitState, place: str, row: EventId) -> None:
        """The quicker of the two: by road at once, or by the next aircraft that is free, at first light if need be."""
        world = self._world
        hours = world.forces.away.hours_to_surgery(place, by_air=False)
        by_road = from_hours(hours) if hours < math.inf else None
        best: UnitState | None = None
        soonest = 0
        for aircraft in world.forces.units.values():
            if not (aircraft.capabilities.get("lift") and aircraft.capabilities.get("air")):
                continue
            if aircraft.state != "ready" or not aircraft.place or aircraft.task is not None:
                continue
            ready = max(world.now, world.support.down_until(aircraft))
            there = world.support.flyable(aircraft, place, ready) + from_hours(world.forces.hours_to(aircraft, place))
            if best is None or there < soonest:
                best, soonest = aircraft, there
        if best is not None and (by_road is None or soonest - world.now < by_road):
            world.command.evacuate(best, place, row)
        elif by_road is not None:
            world.agenda.after(max(1, by_road), Phase.MOVEMENT, unit.rank, self._by_road, (place, row))

    def _by_road(self, event: At) -> None:
        place, row = event.payload
        taken = self.board(place, self.waiting(place))
        if taken:
            world = self._world
            world.journal.write(
                kinds.EVACUATED, world.now, world.places.state[place].key, (row,), taken, world.places.state[place].key
            )

    def _dies(self, event: At) -> None:
        casualty: Casualty = event.payload
        world = self._world
        self._waiting[casualty.place].remove(casualty)
        row = world.journal.write(
            kinds.DIED_OF_WOUNDS, world.now, casualty.unit.key, (casualty.row,), world.places.state[casualty.place].key
        )
        world.forces.died_of_wounds(casualty.unit, row)
        world.intelligence.tell(
            "died-of-wounds", casualty.unit.id, (casualty.unit.spec.controller, "mission-support"), row,
            values={"unit": casualty.unit.id, "place": casualty.place}, grade="A1", urgent=True,
        )  # fmt: skip
        self._capital(casualty.unit, 1, row)

    def _capital(self, unit: UnitState, killed: int, row: EventId) -> None:
        """A capital that has lost men may want the rest of a detached unit home sooner."""
        world = self._world
        if unit.spec.contributor not in world.blueprint.contributors:
            return
        number = self._losses[unit.id] = self._losses.get(unit.id, 0) + 1
        wants = 1.0 - math.exp(-killed * self._per_killed)
        found = world.chance.choose(
            f"{unit.id}/capital#{number}", {"wants-out": wants, "stays": 1.0 - wants}, causes=(row,),
            terms={"killed": float(killed)},
        )  # fmt: skip
        if found.outcome != "wants-out":
            return
        world.standing("contributors", -world.parameters["casevac.capital_cost"], (found.row,), "losses")
        world.intelligence.tell(
            "capital-wants-out", unit.spec.contributor, (unit.spec.controller,), found.row,
            values={"unit": unit.id, "place": unit.place or unit.destination}, grade="A1", urgent=True,
        )  # fmt: skip
        world.caveats.limit(unit.id, -self._limit_hours, found.row)
