"""A road move of the mission: by which way, who stands on it, and when it arrives, or that it does not.

A column keeps to roads that are open and clear as far as it knows (C18). It may still meet a block that nobody had
reported, a checkpoint that wants a paper, or a mine. Whoever insists goes through: that costs consent, and sometimes
blood (C17).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import lognormal
from sim.engine.journal import EventId
from sim.engine.obstruction import FORCE
from sim.engine.ticks import Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.places import RouteState
    from sim.engine.roadblocks import Roadblock
    from sim.engine.tasks import Task
    from sim.engine.world import World


class RoadMoves:
    """Road moves of units."""

    __slots__ = ("_fight_minutes", "_friction", "_gives_way", "_held_hours", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._friction = value["movement.friction_sigma"]
        self._gives_way = value["road_moves.gives_way"]
        self._held_hours = value["road_moves.forced_hours"]
        self._fight_minutes = value["road_moves.fight_minutes"]

    def cannot_go(self, task: Task) -> str:
        """Why a unit does not even set out: no way is open, as far as it knows. Empty where one is."""
        unit = task.unit
        assert unit is not None
        if unit.capabilities.get("air"):
            return ""
        insists = self.insists(task)
        places = self._world.places
        if places.open_way(unit.place, task.place, unit.spec.controller, insists=insists) is not None:
            return ""
        return "no-road"

    def insists(self, task: Task) -> bool:
        """Whether it was ordered to go whatever stands in the way."""
        return task.response.id == FORCE

    def plan(
        self, unit: UnitState, origin: str, place: str, name: str, causes: tuple[EventId, ...], insists: bool
    ) -> Tick:
        """Draw how long a move takes that begins now, with whatever it will meet."""
        world = self._world
        places = world.places
        way = places.open_way(origin, place, unit.spec.controller, insists=insists)
        if way is None:
            way = places.way(origin, place)
        hours = places.way_hours(origin, place, way, unit.mobility, world.now)
        hours *= lognormal(world.chance.draw(f"{name}/way"), 1.0, self._friction)
        held = world.host_state.road_delay(unit, origin, way, place, name, causes)
        if not insists:
            held += world.groups.roadblocks.met(unit, origin, way, place, name, causes)
        km = math.fsum(route.km for route in way)
        driven = 0.0
        for route in way:
            there = from_hours(hours * (driven + route.km / 2) / km)
            driven += route.km
            if insists and route.id in world.groups.roadblocks.standing:
                held += self._forces(unit, route, name, causes, there)
            if route.doubt > 0.0 or route.hidden > 0.0:
                held += world.mines.passage(unit, route, name, causes, there + held)
        return from_hours(hours) + held

    def _forces(self, unit: UnitState, route: RouteState, name: str, causes: tuple[EventId, ...], there: Tick) -> Tick:
        """Those who stand across the road make way for a column that does not stop, or fight it."""
        world = self._world
        block = world.groups.roadblocks.standing[route.id]
        strength = world.forces.capability(unit, "combat")
        aside = self._gives_way + (1.0 - self._gives_way) * world.groups.choosing.beats(strength, block.band)
        found = world.chance.choose(
            f"{name}/{route.id}/block", {"stand-aside": aside, "fight": 1.0 - aside}, causes=(*causes[:2], block.row),
            terms={"band": float(block.band), "strength": strength},
        )  # fmt: skip
        world.agenda.after(
            max(1, there), Phase.CONTACT, unit.rank, self._reaches, (unit, route, found.outcome, name, found.row)
        )
        return from_hours(self._held_hours) if found.outcome == "fight" else 0

    def _reaches(self, event: At) -> None:
        unit, route, outcome, name, row = event.payload
        world = self._world
        block = world.groups.roadblocks.standing.get(route.id)
        if block is None:
            return
        if outcome == "fight":
            row = self._fights(unit, block, f"{name}/{route.id}", row)
        world.groups.roadblocks.lift(route.id, row)

    def _fights(self, unit: UnitState, block: Roadblock, name: str, row: EventId) -> EventId:
        world = self._world
        group = block.group
        strength, band = round(world.forces.capability(unit, "combat")), min(block.band, group.strength)
        if strength < 1 or band < 1:
            return row
        began = world.journal.write(kinds.CONTACT, world.now, group.key, (row,), unit.key, block.route.key)
        fight = world.contact.fight(f"{name}/fight", strength, band, self._fight_minutes, prepared=True)
        ours, theirs = fight.losses(fight.ends)
        un_killed, un_wounded = world.contact.split(f"{name}/peacekeepers", ours)
        killed, wounded = world.contact.split(f"{name}/those-across", theirs)
        ended = world.journal.write(
            kinds.CONTACT_ENDED, world.now, group.key, (began,), killed, wounded, un_killed, un_wounded
        )
        if ours:
            world.forces.lose(unit, un_killed, un_wounded, (ended,))
        world.groups.weaken(group, theirs, ended, broke=False)
        return ended
