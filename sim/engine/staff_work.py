"""What the staff of an empty seat makes of a request or a direction: an order of its own, if it can give one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At
from sim.engine.inputs import Order

if TYPE_CHECKING:
    from sim.doctrine import Response
    from sim.engine.forces import UnitState
    from sim.engine.tasks import Task
    from sim.engine.world import World


class StaffWork:
    """Turns what a seat is asked for into orders to its own people."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def granted(self, event: At) -> None:
        """The policy of the asked seat turns a request or a direction into an order of its own."""
        task: Task = event.payload
        world = self._world
        seat = task.to
        if world.policy.held(seat):
            return
        response = task.response
        unit_id = ""
        if response.performed_by != "office":
            unit = task.unit if task.unit is not None else self._suitable(response, task.place, seat)
            if unit is None:
                world.command.give_up(task, task.row, "no-unit")
                return
            unit_id = unit.id
        entry = Order(seat, response.id, unit_id, task.place, task.target, text=task.text)
        if world.authority.refusal(seat, entry.action, entry.unit, entry.place, entry.target, "order"):
            world.command.give_up(task, task.row, "no-authority")
            return
        task.state = "done"
        row = world.journal.write(kinds.POLICY, world.now, world.journal.name(seat), (task.row,), task.key)
        world.command.order(entry, row)

    def _suitable(self, response: Response, place: str, seat: str) -> UnitState | None:
        """The nearest free unit of a component that can do it: what a staff would propose."""
        world = self._world
        best: UnitState | None = None
        shortest = 0.0
        for unit in world.forces.units.values():
            if unit.spec.controller != seat or not unit.capabilities.get(response.performed_by) or unit.within:
                continue
            if unit.state not in ("ready", "executing") or not unit.place:
                continue
            hours = world.forces.hours_to(unit, place) if place else 0.0
            if best is None or hours < shortest:
                best, shortest = unit, hours
        return best
