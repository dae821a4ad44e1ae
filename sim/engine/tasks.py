"""A task: one response of the catalogue, given to a unit or to an office, from order to effect.

``Tasks`` knows which mechanism each response moves when it begins and when it ends. Every effect goes
through a mechanism (perimeter, presence, water, talks, consent…); none is a bonus on an outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import lognormal
from sim.engine.journal import EventId
from sim.engine.ticks import Tick, from_hours

if TYPE_CHECKING:
    from sim.doctrine import Response
    from sim.engine.forces import UnitState
    from sim.engine.world import World


class Task:
    """One order, request or direction on its way through the mission."""

    __slots__ = (
        "asked",
        "began",
        "causes",
        "created",
        "ends",
        "hours",
        "key",
        "kind",
        "limit",
        "name",
        "options",
        "origin",
        "place",
        "response",
        "row",
        "seat",
        "state",
        "target",
        "text",
        "timer",
        "to",
        "unit",
    )

    def __init__(
        self,
        name: str,
        key: int,
        kind: str,
        seat: str,
        response: Response,
        unit: UnitState | None,
        place: str,
        target: str,
        options: Sequence[str],
        hours: float,
        created: Tick,
        row: EventId,
    ) -> None:
        self.name = name
        self.key = key
        self.kind = kind
        self.seat = seat
        self.to = ""
        self.response = response
        self.unit = unit
        self.place = place
        self.asked = ""
        """The place that whoever gave it named; where the unit is, it may not know."""
        self.target = target
        self.options = tuple(options)
        self.hours = hours
        self.created = created
        self.began: Tick = 0
        self.ends: Tick = 0
        self.limit: Tick = 0
        self.row = row
        self.causes: tuple[EventId, ...] = (row,)
        self.state = "sent"
        self.text = ""
        self.origin = ""
        self.timer: At | None = None

    @property
    def performer(self) -> str:
        """Who carries it out: a unit, or the office of the seat that gave it."""
        return self.unit.id if self.unit is not None else self.seat

    def same_work(self, other: Task) -> bool:
        return (
            self.response.id == other.response.id
            and self.place == other.place
            and self.target == other.target
            and self.options == other.options
        )


Effect = Callable[[Task], None]


class Tasks:
    """What responses do to the world: when they begin, while they last, when they end, once they are complete."""

    __slots__ = ("_begins", "_completes", "_ends", "_spread", "_world", "active")

    def __init__(self, world: World) -> None:
        self._world = world
        self._spread = world.parameters["tasks.duration_sigma"]
        self.active: dict[str, list[Task]] = {}
        self._begins: dict[str, Effect] = {
            "presence": self._presence_begins,
            "engagement": self._presence_begins,
            "perimeter": self._site_begins,
            "garrison": self._garrison_begins,
            "protection": self._presence_begins,
            "gate": self._gate,
            "annex": self._annex,
            "ration": self._ration,
            "screening": self._site_begins,
            "firewood": self._site_begins,
            "water": world.support.trucking_begins,
            "monitoring": self._monitoring_begins,
            "aid": self._aid_begins,
            "collection": self._collection_begins,
            "posture": self._posture,
        }
        self._ends: dict[str, Effect] = {
            "presence": self._presence_ends,
            "engagement": self._presence_ends,
            "perimeter": self._site_ends,
            "protection": self._presence_ends,
            "screening": self._site_ends,
            "firewood": self._site_ends,
            "water": world.support.trucking_ends,
            "monitoring": self._monitoring_ends,
            "aid": self._aid_ends,
            "collection": self._collection_ends,
        }
        self._completes: dict[str, Effect] = {
            "engagement": self._engaged,
            "clearance": world.host_state.clearance_asked,
            "demarche": world.host_state.demarche,
            "headquarters": world.host_state.headquarters_engaged,
            "contributor": world.caveats.contributor_engaged,
            "evacuation": world.support.evacuate,
            "relocation": world.security.relocated,
            "mediation": world.talks.mediated,
            "good-offices": world.talks.good_offices,
            "visits": world.talks.visited,
            "message": world.talks.message,
            "warning": world.talks.warned,
            "liaison": world.talks.liaised,
            "return": world.talks.return_position,
            "crisis-team": world.command.crisis_team,
            "entry": self._entry,
        }

    def begin(self) -> None:
        return None

    def provide(
        self, mechanism: str, *, begins: Effect | None = None, ends: Effect | None = None,
        completes: Effect | None = None,
    ) -> None:  # fmt: skip
        """A mechanism takes part in responses: what it does when one begins, when it ends, and once it is complete."""
        for table, effect in ((self._begins, begins), (self._ends, ends), (self._completes, completes)):
            if effect is not None:
                table[mechanism] = effect

    def mechanisms(self) -> set[str]:
        """Names of the mechanisms that a response can move."""
        return {*self._begins, *self._ends, *self._completes}

    def effect(self, task: Task, name: str) -> float:
        """The strength of one effect of a response, from the parameters."""
        return self._world.parameters.get(f"response.{task.response.id.replace('-', '_')}_{name}", 0.0)

    def lasting(self, response: str, place: str = "") -> list[Task]:
        """Tasks of a response under way, at a place if one is named."""
        return [task for task in self.active.get(response, []) if not place or task.place == place]

    def start(self, task: Task, causes: tuple[EventId, ...]) -> None:
        """The performer begins: from here on the world is different."""
        world = self._world
        row = world.journal.write(
            kinds.TASK_BEGAN,
            world.now,
            task.key,
            causes,
            world.journal.name(task.response.id),
            world.journal.name(task.place),
        )
        task.row = row
        task.state = "under way"
        task.began = world.now
        if task.unit is not None:
            task.unit.state = "executing"
            task.unit.task = task
            task.unit.row = row
            world.truth.changed(task.unit.id, "task", row)
            world.truth.changed(task.unit.id, "state", row)
        self.active.setdefault(task.response.id, []).append(task)
        world.truth.task(task.response.id, task.performer, "executing", row)
        effect = self._begins.get(task.response.mechanism)
        if effect is not None:
            effect(task)
        world.command.report_on(task, "order-began", row)
        length = self._length(task)
        if length is not None:
            task.ends = world.now + length
            task.timer = world.agenda.after(
                length, Phase.MOVEMENT, task.unit.rank if task.unit else 0, self._over, task
            )

    def finish(self, task: Task, outcome: str, causes: tuple[EventId, ...]) -> None:
        """A task ends: done, superseded or broken off."""
        if task.state != "under way":
            return
        world = self._world
        row = world.journal.write(
            kinds.TASK_DONE,
            world.now,
            task.key,
            (*causes, task.row) if task.row not in causes else causes,
            world.journal.name(task.response.id),
            world.journal.name(outcome),
        )
        task.row = row
        task.state = "done"
        if task.timer is not None:
            task.timer.cancel()
        self.active[task.response.id].remove(task)
        if task.unit is not None and task.unit.task is task:
            task.unit.task = None
            if task.unit.state == "executing":
                task.unit.state = "ready"
            task.unit.row = row
            world.truth.changed(task.unit.id, "task", row)
            world.truth.changed(task.unit.id, "state", row)
        for effects in (self._ends, self._completes) if outcome == "done" else (self._ends,):
            effect = effects.get(task.response.mechanism)
            if effect is not None:
                effect(task)
        world.truth.task(task.response.id, task.performer, "done", row)
        world.command.report_on(task, "order-done", row)

    def _over(self, event: At) -> None:
        task: Task = event.payload
        self.finish(task, "done", ())
        if task.response.mechanism not in ("evacuation", "resupply"):
            self._world.command.stand_down(task)

    def _length(self, task: Task) -> Tick | None:
        """How long it takes; nothing for what lasts until it is ended."""
        hours = task.response.hours
        if task.hours > 0.0:
            return from_hours(task.hours)
        if hours is None:
            return None
        median = hours[1]
        if median <= 0.0:
            return 0
        if task.response.mechanism == "mediation":
            median *= self._world.talks.longer(task)
        drawn = lognormal(self._world.chance.draw(f"{task.name}/length"), median, self._spread)
        return from_hours(min(max(drawn, hours[0]), hours[2]))

    # Effects

    def _presence_begins(self, task: Task) -> None:
        world = self._world
        world.people.reassure(task.place, self.effect(task, "reassurance"), task.row)
        world.groups.task_began(task)
        world.presence_changed(task.place, task.row)

    def _presence_ends(self, task: Task) -> None:
        world = self._world
        world.groups.task_ended(task)
        world.presence_changed(task.place, task.row)

    def _engaged(self, task: Task) -> None:
        world = self._world
        world.people.reassure(task.place, self.effect(task, "reassurance"), task.row)
        world.standing("legitimacy", self.effect(task, "legitimacy"), (task.row,), task.response.id)

    def _site_begins(self, task: Task) -> None:
        self._world.sites.task_began(task)
        self._world.groups.task_began(task)
        self._world.presence_changed(task.place, task.row)

    def _site_ends(self, task: Task) -> None:
        self._world.sites.task_ended(task)
        self._world.groups.task_ended(task)
        self._world.presence_changed(task.place, task.row)

    def _garrison_begins(self, task: Task) -> None:
        if task.unit is not None:
            self._world.forces.set_posture(task.unit, "defend-base", (task.row,))
        self._world.people.reassure(task.place, self.effect(task, "reassurance"), task.row)

    def _posture(self, task: Task) -> None:
        if task.unit is not None:
            posture = task.options[0] if task.options else "high-readiness"
            self._world.forces.set_posture(task.unit, posture, (task.row,))
            self._world.people.reassure(task.place, self.effect(task, "reassurance"), task.row)

    def _gate(self, task: Task) -> None:
        state = "shut" if task.response.id == "shut-gate" else ("search" if "search" in task.options else "open")
        self._world.sites.set_gate(task.place, state, task.row)

    def _entry(self, task: Task) -> None:
        world = self._world
        world.sites.police_entry(task.row, task.place)
        world.host_state.entered(task)
        world.standing("legitimacy", -self.effect(task, "legitimacy"), (task.row,), task.response.id)

    def _annex(self, task: Task) -> None:
        self._world.sites.open_annex(task.place, self._world.parameters["response.open_annex_m2"], task.row)
        self._world.host_state.ground_taken(task)

    def _ration(self, task: Task) -> None:
        self._world.sites.ration(task.place, task.row)

    def _monitoring_begins(self, task: Task) -> None:
        self._world.talks.monitored(task, True)
        self._presence_begins(task)

    def _monitoring_ends(self, task: Task) -> None:
        self._world.talks.monitored(task, False)
        self._presence_ends(task)

    def _aid_begins(self, task: Task) -> None:
        self._world.support.aid_begins(task)

    def _aid_ends(self, task: Task) -> None:
        self._world.support.aid_ends(task)

    def _collection_begins(self, task: Task) -> None:
        self._world.intelligence.collect(task.place, True, task.row)

    def _collection_ends(self, task: Task) -> None:
        self._world.intelligence.collect(task.place, False, task.row)
