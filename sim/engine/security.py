"""Security of the mission's own people, beside the mission's chain of command (C13-C15).

The security management system covers civilians, individual police, observers and staff officers, not
contingents and formed units. Moving them out makes them safe and the mission blind: the interpreters
are among them (F34).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.journal import EventId

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.tasks import Task
    from sim.engine.world import World


class Security:
    """Who stays, who goes, and how conduct is dealt with."""

    __slots__ = ("_conceal", "_conduct_cost", "_conducts", "_stay_cost", "_world", "relocated_from", "retained")

    def __init__(self, world: World) -> None:
        self._world = world
        self._conduct_cost = world.parameters["security.concealed_misconduct_legitimacy"]
        self._conceal = world.parameters["security.concealment_share"]
        self._stay_cost = world.parameters["security.relocation_legitimacy"]
        self._conducts: dict[str, int] = {}
        self.retained: dict[str, EventId] = {}
        self.relocated_from: dict[str, EventId] = {}

    def begin(self) -> None:
        self._world.truth.provide("staff", lambda place: "relocated" if place in self.relocated_from else "present")

    def covered(self, unit: UnitState) -> bool:
        """Whether the security management system covers a unit's members."""
        return unit.spec.component in ("civilian", "police", "military") and not unit.capabilities.get("combat", 0.0)

    def relocated(self, task: Task) -> None:
        """Civilians, observers and individual police leave, or essential volunteers stay."""
        world = self._world
        if task.response.id == "retain-essential-staff":
            here = world.journal.name(task.place)
            row = world.journal.write(kinds.RELOCATED, world.now, here, (task.row,), 0, here)
            self.retained[task.place] = row
            self.relocated_from.pop(task.place, None)
            world.truth.changed(task.place, "staff", row)
            return
        refuge = world.blueprint.headquarters
        moved = 0
        for unit in list(world.forces.at(task.place)):
            if self.covered(unit) and unit.capabilities.get("liaison"):
                moved += unit.own_strength()
                if unit.task is not None:
                    world.tasks.finish(unit.task, "relocated", (task.row,))
                world.forces.move(unit, refuge, f"{task.name}/{unit.id}", (task.row,), lambda _: None)
        row = world.journal.write(
            kinds.RELOCATED,
            world.now,
            world.places.state[task.place].key,
            (task.row,),
            moved,
            world.journal.name(refuge),
        )
        self.relocated_from[task.place] = row
        world.standing("legitimacy", -self._stay_cost, (row,), task.response.id)
        world.truth.changed(task.place, "staff", row)
        world.intelligence.happened(
            "staff-relocated", task.place, row, values={"place": task.place, "people": moved},
            facts=((task.place, "staff", "relocated"),), to=("head-of-mission", "joc"),
        )  # fmt: skip

    def conduct(self, unit: str, row: EventId) -> None:
        """An allegation: reported through the channel, or concealed and known all the same."""
        world = self._world
        count = self._conducts[unit] = self._conducts.get(unit, 0) + 1
        outcome = world.chance.choose(
            f"conduct/{unit}#{count}", {"concealed": self._conceal, "reported": 1.0 - self._conceal}, causes=(row,)
        )
        written = world.journal.write(
            kinds.CONDUCT, world.now, world.journal.name(unit), (outcome.row,), world.journal.name(outcome.outcome)
        )
        cost = self._conduct_cost if outcome.outcome == "concealed" else self._conduct_cost / 2
        world.standing("legitimacy", -cost, (written,), "conduct")
