"""Checkpoints of the mission: who passes is seen, weapons are found, and everybody else waits in the queue."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import exponential
from sim.engine.exposure import Candidates
from sim.engine.ticks import DAY

if TYPE_CHECKING:
    from sim.engine.exposure import Candidate
    from sim.engine.tasks import Task
    from sim.engine.world import World


class Checkpoints:
    """Posts on routes, and what they find."""

    __slots__ = ("_half", "_pending", "_rate", "_searches", "_standing", "_weapons", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._rate = value["checkpoints.occasions_per_day"]
        self._half = value["checkpoints.half_heads"]
        self._weapons = value["checkpoints.weapons_mean"]
        self._searches: dict[str, Candidates] = {}
        self._standing: dict[str, Task] = {}
        self._pending: dict[str, At] = {}

    def begin(self) -> None:
        self._world.tasks.provide("checkpoint", begins=self._stands, ends=self._leaves)

    def on(self, route: str) -> Task | None:
        """The task of whoever stands on a route."""
        return self._standing.get(route)

    def forked(self) -> None:
        """Another future begins: what is found next is drawn anew."""
        for searches in self._searches.values():
            searches.forked(self._world.now)
        for route, waiting in list(self._pending.items()):
            waiting.cancel()
            self._next(self._standing[route])

    def _stands(self, task: Task) -> None:
        world = self._world
        route = world.places.routes.get(task.target)
        if route is None or route.id in self._standing:
            return
        self._standing[route.id] = task
        route.checked += 1
        row = world.journal.write(kinds.CHECKED, world.now, route.key, (task.row,), world.journal.name("up"))
        world.places.changed(route, row)
        world.groups.task_began(task)
        world.presence_changed(task.place, row)
        self._next(task)

    def _next(self, task: Task) -> None:
        world = self._world
        route = task.target
        if route not in self._searches:
            name = f"checkpoint/{route}"
            self._searches[route] = Candidates(world.chance, world.journal, name, DAY / self._rate)
        candidate = self._searches[route].after(world.now)
        rank = world.places.routes[route].rank
        self._pending[route] = world.agenda.at(candidate.tick, Phase.CONTACT, rank, self._looks, (task, candidate))

    def _looks(self, event: At) -> None:
        """Something comes by that should not: the more men look, the likelier they find it."""
        task, candidate = event.payload
        world = self._world
        route = world.places.routes[task.target]
        heads = world.forces.available(task.unit)
        accepted, row = self._searches[route.id].judge(
            world.journal, candidate, heads / (heads + self._half), route.key, (task.row,)
        )
        if accepted:
            self._finds(task, candidate, row)
        self._next(task)

    def _finds(self, task: Task, candidate: Candidate, row: int) -> None:
        world = self._world
        route = world.places.routes[task.target]
        weapons = 1 + math.floor(exponential(candidate.mark, self._weapons))
        found = world.journal.write(kinds.WEAPONS_FOUND, world.now, route.key, (row,), weapons)
        world.measures.count("weapons_found", weapons, found)
        for place in (route.spec.a, route.spec.b):
            world.deterrence.shown(place, world.tasks.effect(task, "shown"))
        world.intelligence.happened(
            "weapons-found", task.place, found,
            values={"unit": task.performer, "route": route.id, "count": weapons, "place": task.place},
            to=("joc", "force-commander"),
        )  # fmt: skip

    def _leaves(self, task: Task) -> None:
        """The queue is gone, and with it what the queue cost the traders."""
        if self._standing.get(task.target) is not task:
            return
        world = self._world
        route = world.places.routes[task.target]
        del self._standing[route.id]
        self._pending.pop(route.id).cancel()
        route.checked -= 1
        row = world.journal.write(kinds.CHECKED, world.now, route.key, (task.row,), world.journal.name("down"))
        world.places.changed(route, row)
        world.groups.task_ended(task)
        world.presence_changed(task.place, row)
        days = (world.now - task.began) / DAY
        world.standing("legitimacy", -world.tasks.effect(task, "trade") * days, (row,), "checkpoint")
