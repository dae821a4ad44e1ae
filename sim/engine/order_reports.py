"""What travels back up the chain about an order: whether it was received, begun, done or refused, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.journal import EventId
from sim.engine.ticks import Tick

if TYPE_CHECKING:
    from sim.engine.tasks import Task
    from sim.engine.world import World


def tell_of_order(world: World, task: Task, phrase: str, row: EventId, delay: Tick) -> None:
    """Tell whoever gave an order, and those between him and the unit, how it stands."""
    unit = task.unit
    to: tuple[str, ...] = (
        (task.seat,) if task.kind not in ("reaction", "evacuation") or unit is None else (unit.spec.controller,)
    )
    if unit is not None and task.seat in world.blueprint.seats and unit.spec.under:
        to = (*to, *unit.spec.under)
    facts: tuple[tuple[str, str, str], ...] = ((task.name, "state", task.state),)
    if unit is not None:
        facts = (
            *facts,
            (unit.id, "state", unit.state),
            (unit.id, "task", task.response.id if task.state == "under way" else ""),
            (unit.id, "place", unit.place or f">{unit.destination}"),
        )
    world.intelligence.tell(
        phrase, task.performer, to, row,
        values={"unit": task.performer, "action": task.response.id, "place": task.place, "task": task.name},
        facts=facts, grade="A1", urgent=phrase.startswith("order-refused"), delay=delay,
    )  # fmt: skip
