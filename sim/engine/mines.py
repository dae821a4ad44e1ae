"""Mines and improvised bombs on the routes: known, suspected, cleared, and met.

The mission knows which share of a route nobody has looked at, and keeps off where that is much (C18). What somebody
laid since is known only after the first was met. Each passage is a candidate with its acceptance and its marks.
Clearing takes time, and gives the road back.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import exponential, lognormal
from sim.engine.journal import EventId, fixed
from sim.engine.ticks import DAY, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.places import RouteState
    from sim.engine.tasks import Task
    from sim.engine.world import World


class Clearing:
    """A team at work on a route: how much was in doubt when it began."""

    __slots__ = ("doubt", "hidden", "per_tick", "since", "timer")

    def __init__(self, doubt: float, hidden: float, since: Tick, per_tick: float) -> None:
        self.doubt = doubt
        self.hidden = hidden
        self.since = since
        self.per_tick = per_tick
        self.timer: At | None = None


class Mines:
    """What lies in the roads."""

    __slots__ = (
        "_clearing", "_delay_hours", "_delay_sigma", "_km_per_day", "_laid_share", "_lost", "_passages", "_per_km",
        "_split", "_world",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._per_km = value["mines.met_per_km"]
        self._delay_hours = value["mines.delay_hours"]
        self._delay_sigma = value["mines.delay_sigma"]
        self._lost = value["mines.people_hit"]
        self._split = value["mines.killed_share"]
        self._km_per_day = value["mines.cleared_km_per_day"]
        self._laid_share = value["mines.laid_share"]
        self._passages: dict[str, int] = {}
        self._clearing: dict[str, Clearing] = {}

    def begin(self) -> None:
        self._world.tasks.provide("clearing", begins=self._clears, ends=self._stops)

    def chance(self, route: RouteState) -> float:
        """The chance that one column meets a mine on a route: closed form in the kilometres that are not clear."""
        bad = min(1.0, self.doubt(route) + self._hidden(route))
        return 1.0 - math.exp(-self._per_km * route.km * bad)

    def doubt(self, route: RouteState) -> float:
        """The share of a route that is not known to be clear now."""
        return self._left(route.id, route.doubt, hidden=False)

    def passage(self, unit: UnitState, route: RouteState, name: str, causes: tuple[EventId, ...], there: Tick) -> Tick:
        """A unit will come by in so many ticks; how long that holds it up."""
        delay, people, row = self._candidate(route, name, causes)
        if row is None:
            return 0
        self._world.agenda.after(max(1, there), Phase.CONTACT, unit.rank, self._hits, (unit, route, people, row))
        return delay

    def met(self, party: str, route: str, name: str, causes: tuple[EventId, ...]) -> tuple[Tick, int]:
        """Any column passes a route now: how long a mine holds it up, and how many of its people it hits."""
        state = self._world.places.routes[route]
        if state.doubt <= 0.0 and state.hidden <= 0.0:
            return 0, 0
        delay, people, row = self._candidate(state, f"{name}/{party}", causes)
        if row is not None:
            self._known(state, row)
        return delay, people

    def lay(self, route: str, row: EventId, *, known: bool = False) -> EventId:
        """Somebody lays mines or a bomb in a route; the mission may or may not be told."""
        world = self._world
        state = world.places.routes[route]
        state.hidden = min(1.0, self._hidden(state) + self._laid_share)
        written = world.journal.write(kinds.MINED, world.now, state.key, (row,), fixed(state.hidden), int(known))
        if known:
            self._known(state, written)
        return written

    def found(self, route: str, share: float, row: EventId) -> None:
        """A mine is seen before it is met: so much of the route is in doubt from now on."""
        world = self._world
        state = world.places.routes[route]
        state.hidden = min(1.0, max(self._hidden(state), share))
        written = world.journal.write(kinds.MINED, world.now, state.key, (row,), fixed(share), 1)
        self._known(state, written)

    def _candidate(self, route: RouteState, name: str, causes: tuple[EventId, ...]) -> tuple[Tick, int, EventId | None]:
        """One chance of meeting a mine, with all its marks; the rejected one is journalled too."""
        world = self._world
        draw = world.chance.draw
        luck = f"{name}/{route.id}/mine"
        chance = self.chance(route)
        number = self._passages[route.id] = self._passages.get(route.id, 0) + 1
        accepted = draw(luck) < chance
        delay = lognormal(draw(luck, 1), self._delay_hours, self._delay_sigma)
        people = math.floor(exponential(draw(luck, 2), self._lost))
        row = world.journal.write(
            kinds.CANDIDATE, world.now, route.key, causes, number, int(accepted), fixed(chance), route.key
        )
        return (from_hours(delay), people, row) if accepted else (0, 0, None)

    def _hits(self, event: At) -> None:
        unit, route, people, row = event.payload
        world = self._world
        people = min(people, unit.own_strength())
        luck = world.chance.draw(f"{unit.id}/mine/{unit.journeys}/{route.id}/killed")
        killed = math.floor(people * self._split + luck)
        killed = min(killed, people)
        met = world.journal.write(kinds.MINE_MET, world.now, unit.key, (row,), route.key, killed, people - killed)
        if unit.vehicles > 0:
            unit.vehicles -= 1
        if people:
            world.forces.lose(unit, killed, people - killed, (met,))
        world.measures.count("mines_met", 1, met)
        world.intelligence.tell(
            "mine-met", unit.id, (unit.spec.controller, "joc"), met,
            values={"unit": unit.id, "route": route.id, "place": route.spec.b, "killed": killed,
                    "wounded": people - killed},
            facts=((route.id, "status", "cut"),), grade="A1", urgent=True,
        )  # fmt: skip
        self._known(route, met)

    def _known(self, route: RouteState, row: EventId) -> None:
        """After the first one everybody keeps off until it is cleared."""
        hidden = self._hidden(route)
        doubt = self.doubt(route)
        route.hidden = 0.0
        route.doubt = min(1.0, max(doubt + hidden, self._laid_share))
        clearing = self._clearing.get(route.id)
        if clearing is not None:
            clearing.doubt, clearing.hidden, clearing.since = route.doubt, 0.0, self._world.now
            self._look_ahead(route, clearing)
        self._world.places.changed(route, row)

    # Clearing

    def _clears(self, task: Task) -> None:
        route = self._world.places.routes.get(task.target)
        if route is None:
            return
        per_tick = self._km_per_day / route.km / DAY
        clearing = Clearing(route.doubt, route.hidden, self._world.now, per_tick)
        self._clearing[route.id] = clearing
        self._look_ahead(route, clearing, task)

    def _look_ahead(self, route: RouteState, clearing: Clearing, task: Task | None = None) -> None:
        world = self._world
        if clearing.timer is not None:
            task = clearing.timer.payload
            clearing.timer.cancel()
        left = (clearing.doubt + clearing.hidden) / clearing.per_tick
        clearing.timer = world.agenda.after(max(1, math.ceil(left)), Phase.MOVEMENT, route.rank, self._clear, task)

    def _clear(self, event: At) -> None:
        task: Task = event.payload
        clearing = self._clearing[task.target]
        clearing.timer = None
        self._world.tasks.finish(task, "done", (task.row,))

    def _stops(self, task: Task) -> None:
        """The team leaves: what it has cleared stays clear."""
        route = self._world.places.routes.get(task.target)
        clearing = None if route is None else self._clearing.get(route.id)
        if route is None or clearing is None:
            return
        doubt, hidden = self.doubt(route), self._hidden(route)
        del self._clearing[route.id]
        if clearing.timer is not None:
            clearing.timer.cancel()
        route.doubt, route.hidden = doubt, hidden
        row = self._world.journal.write(kinds.CLEARED, self._world.now, route.key, (task.row,), fixed(doubt))
        self._world.measures.count("km_cleared", (clearing.doubt + clearing.hidden - doubt - hidden) * route.km, row)
        self._world.places.opened(route, "clearing", row)

    def _hidden(self, route: RouteState) -> float:
        return self._left(route.id, route.hidden, hidden=True)

    def _left(self, route: str, standing: float, *, hidden: bool) -> float:
        """What the team has not reached yet: first what is in doubt, then what nobody knew of."""
        clearing = self._clearing.get(route)
        if clearing is None:
            return standing
        done = (self._world.now - clearing.since) * clearing.per_tick
        if not hidden:
            return max(0.0, clearing.doubt - done)
        return max(0.0, clearing.hidden - max(0.0, done - clearing.doubt))
