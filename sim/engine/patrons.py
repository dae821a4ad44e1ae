"""Those outside the fight to whom a group listens, and what they can be asked for.

A patron's readiness is a standing: asked too often it wears out, and what he does with his leverage depends on it.
Leverage moves the group's mind and presses it at the table; it fades like any word.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.journal import EventId, grain
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.tasks import Task
    from sim.engine.world import World

OFFER, PRESS = "offer-role", "press"


class Pressure:
    """What patrons have said to one group, fading."""

    __slots__ = ("level", "row", "since")

    def __init__(self) -> None:
        self.level = 0.0
        self.since: Tick = 0
        self.row: EventId = 0


class Patrons:
    """The mission's conversations with patrons, and what they say to their clients."""

    __slots__ = (
        "_asked", "_offer", "_press", "_pressed", "_rate", "_refusal", "_refused_cost", "_world",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._rate = math.log(2.0) / from_hours(value["patrons.word_half_life_hours"])
        self._offer = value["patrons.offer_gain"]
        self._press = value["patrons.press_gain"]
        self._refusal = value["patrons.refusal_share"]
        self._refused_cost = value["patrons.refused_cost"]
        self._pressed: dict[str, Pressure] = {}
        self._asked: dict[str, int] = {}
        half_life = from_hours(value["patrons.readiness_half_life_hours"])
        for spec in world.blueprint.patrons.values():
            name = self._name(spec.id)
            if name not in world.ledger.standings:
                world.ledger.open(name, spec.listens, spec.listens, half_life)

    def begin(self) -> None:
        self._world.tasks.provide("patron", completes=self.engaged)
        self._world.truth.provide("readiness", self._readiness)

    def _name(self, patron: str) -> str:
        return f"patron/{patron}"

    def _readiness(self, subject: str) -> float | None:
        return self.readiness(subject) if subject in self._world.blueprint.patrons else None

    def readiness(self, patron: str) -> float:
        """How ready he is to use his leverage, 0 to 100."""
        return self._world.ledger.value(self._name(patron))

    def pressure(self, group: str) -> float:
        """What patrons' words weigh with a group now, 0 to about 1."""
        pressed = self._pressed.get(group)
        if pressed is None:
            return 0.0
        return pressed.level * math.exp(-self._rate * (self._world.now - pressed.since))

    def row(self, group: str) -> EventId | None:
        """The last word of a patron to a group."""
        pressed = self._pressed.get(group)
        return None if pressed is None else pressed.row

    def engaged(self, task: Task) -> None:
        """A leader has asked a patron to use his influence: he does, he stalls, or he refuses."""
        world = self._world
        spec = world.blueprint.patrons.get(task.target)
        if spec is None:
            return
        ordinal = self._asked[spec.id] = self._asked.get(spec.id, 0) + 1
        ready = self.readiness(spec.id) / HIGHEST
        if OFFER in task.options:
            ready += (1.0 - ready) * self._offer
            world.standing("legitimacy", -world.tasks.effect(task, "offer_cost"), (task.row,), task.response.id)
        if PRESS in task.options:
            ready += (1.0 - ready) * self._press
        refuses = (1.0 - ready) * self._refusal
        choice = world.chance.choose(
            f"patron/{spec.id}/asked#{ordinal}",
            {"agrees": ready, "stalls": 1.0 - ready - refuses, "refuses": refuses},
            causes=(task.row,), terms={"readiness": self.readiness(spec.id)},
        )  # fmt: skip
        outcome = choice.outcome
        row = world.journal.write(
            kinds.PATRON_ANSWERED, world.now, world.journal.name(spec.id), (choice.row,), world.journal.name(outcome)
        )
        if outcome == "agrees":
            for group, leverage in spec.over.items():
                self._speaks(group, leverage, task, row)
        # Every favour asked for is a favour used; one refused under pressure is remembered.
        cost = world.tasks.effect(task, "asking")
        if outcome == "refuses":
            cost += self._refused_cost * (2.0 if PRESS in task.options else 1.0)
        world.standing(self._name(spec.id), -cost, (row,), task.response.id)
        world.truth.changed(spec.id, "readiness", row)
        world.intelligence.tell(
            f"patron-{outcome}", spec.id, (task.seat, "head-of-mission"), row, values={"patron": spec.id},
            grade="B2", urgent=outcome != "stalls",
        )  # fmt: skip

    def _speaks(self, group: str, leverage: float, task: Task, row: EventId) -> None:
        world = self._world
        if group not in world.groups.state:
            return
        pressed = self._pressed.setdefault(group, Pressure())
        pressed.level = grain(min(1.0, self.pressure(group) + leverage))
        pressed.since = world.now
        pressed.row = row
        world.groups.persuade(group, leverage * world.tasks.effect(task, "persuasion"), row)
