"""Who is in control of a situation at a place, and how control passes between police and military (S1 4.5, D9).

Passing it takes time: while it passes neither side acts fully. Whoever has rehearsed it with the other is quicker,
and so is a mission whose crisis team sits.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import lognormal
from sim.engine.inputs import Order
from sim.engine.journal import EventId
from sim.engine.ticks import MINUTE, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.tasks import Task
    from sim.engine.world import World

POLICE, MILITARY, HOST_POLICE, NOBODY = "mission-police", "military", "host-police", "nobody"
PASSING: Final = "passing"


class Passing:
    """Control on its way from one to the other."""

    __slots__ = ("row", "timer", "to", "until")

    def __init__(self, to: str, until: Tick, row: EventId) -> None:
        self.to = to
        self.until = until
        self.row = row
        self.timer: At | None = None


class HandOver:
    """Control of situations, place by place."""

    __slots__ = (
        "_crisis", "_during", "_fades", "_gain", "_minutes", "_passing", "_rehearsed", "_sigma", "_staff_work",
        "_unasked", "_world",
        "control",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        value = world.parameters
        self._world = world
        self._minutes = value["handover.minutes"]
        self._sigma = value["command.hop_sigma"]
        self._gain = value["handover.rehearsal_gain"]
        self._fades = math.log(2.0) / from_hours(value["handover.rehearsal_half_life_h"])
        self._crisis = value["handover.crisis_team_factor"]
        self._during = value["handover.during_share"]
        self._unasked = value["handover.unasked_share"]
        self._staff_work = value["command.staff_work_hours"]
        self._passing: dict[str, Passing] = {}
        self._rehearsed: dict[str, Tick] = {}
        self.control: dict[str, str] = {}
        """Places at which somebody was given control; elsewhere it follows from who is there."""

    def begin(self) -> None:
        world = self._world
        world.truth.provide("control", lambda place: self.state(place) if place in world.blueprint.places else None)
        world.tasks.provide("rehearsal", completes=self._rehearse)
        world.tasks.provide("to-military", completes=lambda task: self._pass(task, MILITARY))
        world.tasks.provide("to-police", completes=lambda task: self._pass(task, POLICE))

    # What others ask

    def state(self, place: str) -> str:
        """Who is in control: mission-police, military, host-police, nobody, or passing."""
        if place in self._passing:
            return PASSING
        given = self.control.get(place)
        if given is not None:
            return given
        units = self._world.forces.at(place)
        # Public order is the police's first, the host state's before anybody's (D9).
        if any(unit.component == "police" and unit.capabilities.get("public-order") for unit in units):
            return POLICE
        if self._world.blueprint.places[place].site is not None:
            return MILITARY if any(unit.capabilities.get("combat") for unit in units) else NOBODY
        return HOST_POLICE if self._world.blueprint.counterparts else NOBODY

    def friction(self, place: str) -> float:
        """The share of what police and military can do at a place that is left while control passes; 1 otherwise."""
        return self._during if place in self._passing else 1.0

    def authority(self, place: str, component: str) -> float:
        """The share of its means that a component brings to public order at a place, by who has control there."""
        share = self.friction(place)
        if component != "police" and self.control.get(place) != MILITARY and self.state(place) == POLICE:
            share *= self._unasked
        return share

    def rehearsal(self, place: str) -> float:
        """How well police and military there know the drill, 0 to 1; it fades as people rotate."""
        since = self._rehearsed.get(place)
        return 0.0 if since is None else math.exp(-self._fades * (self._world.now - since))

    # What is done

    def exceeded(self, place: str, row: EventId) -> None:
        """Violence at a place exceeds what police can answer: somebody has to say that the military takes it."""
        world = self._world
        if self.state(place) != POLICE:
            return
        world.truth.event("exceeds-police", place, row)
        self._by_the_book("police-commissioner", "hand-over-to-military", place, row)
        world.intelligence.happened(
            "hand-over-needed", place, row, values={"place": place}, facts=((place, "control", POLICE),), urgent=True,
            to=("police-commissioner", "force-commander", "head-of-mission"),
        )  # fmt: skip

    def calmed(self, place: str, row: EventId) -> None:
        """The crowd is gone: shields can take it again."""
        if self.control.get(place) == MILITARY:
            self._by_the_book("force-commander", "hand-back-to-police", place, row)

    def _by_the_book(self, role: str, action: str, place: str, row: EventId) -> None:
        """Where nobody sits in the commissioner's or the commander's seat, its office says the word, after a while."""
        for seat in self._world.blueprint.seats.values():
            if seat.role == role:
                wait = from_hours(self._staff_work)
                self._world.agenda.after(wait, Phase.POLICIES, seat.rank, self._says, (seat.id, action, place, row))
                return

    def _says(self, event: At) -> None:
        seat, action, place, row = event.payload
        world = self._world
        wanted = POLICE if action == "hand-over-to-military" else MILITARY
        if not world.policy.held(seat) and self.state(place) == wanted:
            world.issue(Order(seat, action, "", place), (row,), f"hand-over/{action}")

    def _rehearse(self, task: Task) -> None:
        world = self._world
        row = world.journal.write(kinds.REHEARSED, world.now, world.places.state[task.place].key, (task.row,))
        self._rehearsed[task.place] = world.now
        world.truth.event("hand-over-rehearsed", task.place, row)

    def _pass(self, task: Task, to: str) -> None:
        world = self._world
        place = task.place
        wanted = "combat" if to == MILITARY else "public-order"
        component = "military" if to == MILITARY else "police"
        able = [
            unit for unit in world.forces.at(place) if unit.component == component and unit.capabilities.get(wanted)
        ]
        if not able or self.control.get(place) == to:
            row = world.journal.write(
                kinds.CONTROL_PASSED, world.now, world.places.state[place].key, (task.row,),
                world.journal.name(self.state(place)),
            )  # fmt: skip
            world.intelligence.tell(
                "hand-over-nobody", place, (task.seat,), row, values={"place": place, "to": to},
                facts=((place, "control", self.state(place)),), grade="A1", urgent=True,
            )  # fmt: skip
            return
        median = self._minutes * (1.0 - self._gain * self.rehearsal(place))
        if world.command.crisis_team_active:
            median *= self._crisis
        length = round(lognormal(world.chance.draw(f"{task.name}/passing"), median * MINUTE, self._sigma))
        earlier = self._passing.get(place)
        if earlier is not None and earlier.timer is not None:
            earlier.timer.cancel()
        key = world.places.state[place].key
        until = world.now + max(1, length)
        row = world.journal.write(kinds.CONTROL_PASSING, world.now, key, (task.row,), world.journal.name(to), until)
        passing = self._passing[place] = Passing(to, until, row)
        passing.timer = world.agenda.at(until, Phase.MOVEMENT, world.places.state[place].rank, self._passed, place)
        world.truth.changed(place, "control", row)
        world.truth.event("control-passing", place, row)
        world.presence_changed(place, row)

    def _passed(self, event: At) -> None:
        place: str = event.payload
        world = self._world
        passing = self._passing.pop(place)
        row = world.journal.write(
            kinds.CONTROL_PASSED, world.now, world.places.state[place].key, (passing.row,),
            world.journal.name(passing.to),
        )  # fmt: skip
        self.control[place] = passing.to
        world.truth.changed(place, "control", row)
        world.truth.event("control-passed", place, row)
        world.presence_changed(place, row)
        world.intelligence.happened(
            "control-passed", place, row, values={"place": place, "to": passing.to},
            facts=((place, "control", passing.to),), to=("police-commissioner", "force-commander", "joc"),
        )  # fmt: skip
