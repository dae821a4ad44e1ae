"""Reserved means: who releases them, and what happens while nobody does.

Attack aviation and deliberate operations are the head of mission's to release; self-defence and imminent threats are
not reserved to anybody (O4). A person who holds that seat has to say so, for this time or beforehand for all times;
silence releases nothing, and the commander who asked is told so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import lognormal
from sim.engine.journal import EventId
from sim.engine.ticks import from_hours

if TYPE_CHECKING:
    from sim.engine.inputs import Direction
    from sim.engine.tasks import Task
    from sim.engine.world import World

RELEASED, WITHHELD = "released", "withheld"


class Releases:
    """Requests to release reserved means, and standing releases."""

    __slots__ = ("_absent", "_asked", "_odds", "_once", "_patience", "_sigma", "_standing", "_wait", "_world", "head")

    def __init__(self, world: World) -> None:
        self._world = world
        parameters = world.parameters
        self._wait = parameters["command.approval_hours"]
        self._odds = parameters["command.release_chance"]
        self._patience = from_hours(parameters["command.release_patience_hours"])
        self._absent = parameters["command.absent_factor"]
        self._sigma = parameters["command.hop_sigma"]
        self.head = next((seat.id for seat in world.blueprint.seats.values() if seat.role == "head-of-mission"), "")
        self._standing: dict[str, EventId] = {}
        """Responses released beforehand for as often as they are ordered."""
        self._once: dict[str, EventId] = {}
        self._asked: dict[str, Task] = {}

    def asked(self, task: Task, row: EventId) -> EventId | None:
        """The row of a release that holds already; otherwise the head of mission is asked, and nothing moves yet."""
        world = self._world
        given = self._standing.get(task.response.id) or self._once.pop(task.response.id, None)
        if given is not None:
            return self._granted(task, (row, given))
        assert task.unit is not None
        asked = task.row = world.journal.write(
            kinds.RELEASE_ASKED, world.now, task.key, (row,), world.journal.name(self.head)
        )
        task.state = "awaiting-release"
        self._asked[task.name] = task
        if self.head:
            world.intelligence.tell(
                "release-asked", task.seat, (self.head,), asked,
                values={"action": task.response.id, "unit": task.unit.id, "target": task.target, "task": task.name},
                facts=((task.name, "state", task.state),), grade="A1", urgent=True,
            )  # fmt: skip
        if world.policy.held(self.head):
            world.agenda.after(self._patience, Phase.POLICIES, task.unit.rank, self._silent, task)
            return None
        hours = self._wait * (self._absent if world.command.is_absent(self.head) else 1.0)
        wait = from_hours(lognormal(world.chance.draw(f"{task.name}/approval"), hours, self._sigma))
        world.agenda.after(wait, Phase.POLICIES, task.unit.rank, self._thought, task)
        return None

    def directed(self, entry: Direction, row: EventId) -> bool:
        """The head of mission speaks about reserved means; whether that is all his word is for."""
        world = self._world
        if entry.delegate:
            self._standing[entry.action] = row
        waiting = [task for task in self._asked.values() if task.response.id == entry.action]
        waiting = [task for task in waiting if entry.target in ("", task.target)]
        for task in waiting:
            del self._asked[task.name]
            world.command.released(task, self._granted(task, (task.row, row)))
        if not waiting and not entry.delegate:
            self._once[entry.action] = row
        return bool(waiting) or entry.delegate

    def dropped(self, task: Task) -> None:
        """Nobody waits for it any more."""
        self._asked.pop(task.name, None)

    def _granted(self, task: Task, causes: tuple[EventId, ...]) -> EventId:
        world = self._world
        return world.journal.write(kinds.APPROVAL, world.now, task.key, causes, world.journal.name(self.head), 1)

    def _thought(self, event: At) -> None:
        """An empty seat's answer: its policy released it beforehand, or lets chance decide."""
        task: Task = event.payload
        world = self._world
        if task.name not in self._asked:
            return
        if world.policy.held(self.head):
            world.agenda.after(self._patience, Phase.POLICIES, event.payload.unit.rank, self._silent, task)
            return
        choice = world.chance.choose(
            f"{task.name}/release", {RELEASED: self._odds, WITHHELD: 1.0 - self._odds}, causes=(task.row,)
        )
        if choice.outcome == RELEASED:
            del self._asked[task.name]
            world.command.released(task, self._granted(task, (choice.row,)))
        else:
            self._withheld(task, choice.row)

    def _silent(self, event: At) -> None:
        task: Task = event.payload
        if task.name in self._asked:
            self._withheld(task, task.row)

    def _withheld(self, task: Task, row: EventId) -> None:
        world = self._world
        del self._asked[task.name]
        written = world.journal.write(kinds.APPROVAL, world.now, task.key, (row,), world.journal.name(self.head), 0)
        world.command.give_up(task, written, "not-released")
