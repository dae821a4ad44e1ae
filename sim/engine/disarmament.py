"""Leaving a group for good: cohorts of fighters who give up their arms and have to be received.

Fighters of a group that has agreed to it, or that stands inside the process, leave over time while somebody supports
them. A cohort that nobody can receive goes back to what it knows.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import lognormal, share_of
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import DAY

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.tasks import Task
    from sim.engine.world import World


class Disarmament:
    """Support to disarmament, demobilisation and reintegration, group by group (S1 5)."""

    __slots__ = (
        "_capacity", "_cohort", "_days", "_relapse", "_sigma", "_timers", "_world", "left", "received",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._cohort = value["ddr.cohort_share"]
        self._days = value["ddr.days_per_cohort"]
        self._sigma = value["ddr.sigma"]
        self._capacity = round(value["ddr.reception_per_cohort"])
        self._relapse = value["ddr.relapse_share"]
        self._timers: dict[str, At] = {}
        self.left: dict[str, int] = {}
        """Cohorts that have left each group."""
        self.received: dict[str, int] = {}
        """Fighters of each group who were received."""

    def begins(self, task: Task) -> None:
        if task.target in self._world.groups.state:
            self._expect(task)

    def ends(self, task: Task) -> None:
        timer = self._timers.pop(task.name, None)
        if timer is not None:
            timer.cancel()

    def _expect(self, task: Task) -> None:
        world = self._world
        group = world.groups.state[task.target]
        ordinal = self.left.get(group.id, 0)
        days = lognormal(world.chance.draw(f"{group.id}/cohort/{ordinal}"), self._days, self._sigma)
        self._timers[task.name] = world.agenda.after(
            max(1, round(days * DAY)), Phase.GROUPS, group.rank, self._cohort_due, task
        )

    def _cohort_due(self, event: At) -> None:
        task: Task = event.payload
        world = self._world
        group = world.groups.state[task.target]
        ordinal = self.left[group.id] = self.left.get(group.id, 0) + 1
        fighters = self._ready(group, ordinal)
        if fighters:
            self._leaves(task, group, ordinal, fighters)
        else:
            world.intelligence.tell(
                "nobody-disarms", task.seat, (task.seat,), task.row, values={"group": group.id}, grade="A2"
            )
        self._expect(task)

    def _ready(self, group: GroupState, ordinal: int) -> int:
        """Who is ready to go: more of a group that agreed to it than of one that merely stands inside the process."""
        world = self._world
        if world.bargaining.disarming(group):
            ready = 1.0
        elif group.spec.process == "inside":
            ready = group.spec.talks / HIGHEST
        else:
            return 0
        present = world.groups.present(group)
        return share_of(present, self._cohort * ready, world.chance.draw(f"{group.id}/cohort/{ordinal}/ready"))

    def _leaves(self, task: Task, group: GroupState, ordinal: int, fighters: int) -> EventId:
        world = self._world
        capacity = self._capacity
        if "reception" not in task.options:
            capacity = math.floor(capacity * world.parameters["ddr.unprepared_share"])
        received = min(fighters, capacity)
        back = share_of(fighters - received, self._relapse, world.chance.draw(f"{group.id}/cohort/{ordinal}/relapse"))
        row = world.journal.write(kinds.COHORT, world.now, group.key, (task.row,), fighters, received)
        group.strength -= fighters - back
        self.received[group.id] = self.received.get(group.id, 0) + received
        world.measures.count("fighters_demobilised", received, row)
        world.standing("legitimacy", world.tasks.effect(task, "legitimacy"), (row,), task.response.id)
        if fighters > received:
            world.standing("legitimacy", -world.tasks.effect(task, "unreceived"), (row,), task.response.id)
        world.truth.changed(group.id, "strength", row)
        world.intelligence.tell(
            "cohort-came", task.seat, (task.seat, "head-of-mission"), row,
            values={"group": group.id, "people": fighters, "received": received}, grade="A2",
        )  # fmt: skip
        return row
