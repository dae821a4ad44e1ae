"""Questions with a time box. Silence is an answer: what the commander on the spot does when nobody decides.

A decision opens on what its seat knows. An answer, an order that does the same, or the end of its time closes it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.blueprint import DecisionSpec
from sim.engine.inputs import Answer, Direction, Input, Levers, Order, Request
from sim.engine.journal import EventId
from sim.engine.pictures import OpenDecision
from sim.engine.ticks import MINUTE, Tick
from sim.engine.views import View
from sim.engine.watching import Watcher
from sim.scenario import tree

if TYPE_CHECKING:
    from sim.engine.world import World

OBJECTION_OVER: Final = ("agreed", "refused", "withdrawn")


@dataclass(slots=True)
class DecisionState:
    """A question, from the moment it is armed."""

    spec: DecisionSpec
    key: int
    watcher: Watcher
    state: str = "armed"
    opened: Tick = 0
    due: Tick = 0
    closed: Tick = 0
    option: str = ""
    row: EventId = -1


class Decisions:
    """All questions of a scenario, each asked once."""

    __slots__ = ("_near", "_world", "decisions")

    def __init__(self, world: World) -> None:
        self._world = world
        self._near = round(world.parameters["decisions.near_minutes"] * MINUTE)
        self.decisions: dict[str, DecisionState] = {}

    def begin(self) -> None:
        world = self._world
        for spec in world.blueprint.decisions.values():
            watcher = Watcher(
                spec.when, self._view(spec), world.agenda, world.blueprint.options, Phase.INJECTS, spec.rank,
                self._opens(spec.id),
            )  # fmt: skip
            self.decisions[spec.id] = DecisionState(spec, world.journal.name(f"decision/{spec.id}"), watcher)
            watcher.arm()

    def of(self, seat: str, at: Tick) -> tuple[OpenDecision, ...]:
        """What a seat was asked by a time, in the order in which it was asked."""
        asked = [
            decision for decision in self.decisions.values()
            if decision.spec.to == seat and decision.state != "armed" and decision.opened <= at
        ]  # fmt: skip
        asked.sort(key=lambda decision: (decision.opened, decision.spec.rank))
        return tuple(
            OpenDecision(each.spec.id, seat, each.opened, each.due, "open", "")
            if each.state == "open" or each.closed > at
            else OpenDecision(each.spec.id, seat, each.opened, each.due, each.state, each.option)
            for each in asked
        )

    def open(self) -> list[DecisionState]:
        return [decision for decision in self.decisions.values() if decision.state == "open"]

    def refusal(self, entry: Answer) -> str:
        """Why an answer is not taken; empty when it is."""
        found = self.decisions.get(entry.decision)
        if found is None or found.state == "armed" or found.spec.to != entry.seat:
            return f"No decision '{entry.decision}' lies before this seat."
        if found.state != "open":
            return f"The decision '{entry.decision}' was {found.state} already: {found.option}."
        if entry.option not in found.spec.options:
            return f"'{entry.option}' is none of its options: {', '.join(found.spec.options)}."
        return ""

    def answer(self, entry: Answer, row: EventId) -> EventId:
        """Take an answer; ``refusal`` was asked before. What the option does is done."""
        found = self.decisions[entry.decision]
        answered = self._close(found, entry.option, "answered", (found.row, row))
        self._carry_out(found, answered)
        return answered

    def matched(self, entry: Input, row: EventId) -> None:
        """Something was ordered; where that is what an open question's option does, the question is answered."""
        if not isinstance(entry, Direction | Order | Request | Levers):
            return
        for found in self.open():
            for option in found.spec.options.values():
                if any(_same(seated(self._world, wanted, found.spec.to), entry) for wanted in option.do):
                    self._close(found, option.id, "answered", (found.row, row))
                    break

    def _view(self, spec: DecisionSpec) -> View:
        # A standing is no part of any picture, so a question that hangs on one is opened by the truth.
        if any(isinstance(leaf, tree.StandingIs) for leaf in tree.leaves(spec.when)):
            return self._world.truth
        return self._world.intelligence.pictures.desks[spec.to]

    def _opens(self, decision: str) -> Callable[[Watcher], None]:
        def opens(watcher: Watcher) -> None:
            self._open(self.decisions[decision], watcher.causes())

        return opens

    def _open(self, found: DecisionState, causes: tuple[EventId, ...]) -> None:
        world = self._world
        spec = found.spec
        found.watcher.disarm()
        found.state = "open"
        found.opened, found.due = world.now, world.now + spec.within
        found.row = world.journal.write(
            kinds.DECISION_OPENED, world.now, found.key, causes, world.journal.name(spec.to), found.due
        )
        world.truth.event("decision-opened", spec.id, found.row)
        world.agenda.at(found.due, Phase.INJECTS, spec.rank, self._expires, found)
        if spec.within > self._near:
            world.agenda.at(found.due - self._near, Phase.INJECTS, spec.rank, self._nears, found)
        world.policy.asked(found)
        self._stop(found)

    def _nears(self, event: At) -> None:
        found: DecisionState = event.payload
        if found.state == "open":
            self._stop(found)

    def _stop(self, found: DecisionState) -> None:
        self._world.want_stop(found.spec.to, found.spec.id)

    def _expires(self, event: At) -> None:
        found: DecisionState = event.payload
        if found.state == "open":
            row = self._close(found, found.spec.otherwise, "expired", (found.row,))
            self._carry_out(found, row)

    def _close(self, found: DecisionState, option: str, state: str, causes: tuple[EventId, ...]) -> EventId:
        world = self._world
        found.state, found.option, found.closed = state, option, world.now
        kind = kinds.DECISION_EXPIRED if state == "expired" else kinds.DECISION_ANSWERED
        row = world.journal.write(kind, world.now, found.key, causes, world.journal.name(option))
        found.row = row
        world.truth.event(kind.name, found.spec.id, row)
        world.measures.count("decisions_expired" if state == "expired" else "decisions_taken", 1, row)
        if state == "answered" and option in found.spec.options:
            world.initiative.decided(found.spec.options[option].touches, row)
        return row

    def _carry_out(self, found: DecisionState, row: EventId) -> None:
        option = found.spec.options.get(found.option)
        for entry in option.do if option is not None else ():
            self._world.issue(seated(self._world, entry, found.spec.to), (row,), f"decision/{found.spec.id}")


def seated(world: World, entry: Input, seat: str) -> Input:
    """An input as a scenario writes it, ready to be given: by the seat it is written for, unless it names another.

    A scenario names the unit that objects; the conversation with it has a name only once there is one.
    """
    if not entry.seat:
        entry = dataclasses.replace(entry, seat=seat)
    if isinstance(entry, Levers) and entry.objection not in world.caveats.objections:
        for name, found in world.caveats.objections.items():
            if entry.objection in ("", found.unit.id) and found.state not in OBJECTION_OVER:
                return dataclasses.replace(entry, objection=name)
    return entry


def _same(wanted: Input, entry: Input) -> bool:
    """Whether an order given does what an option would: field by field, where the option says anything."""
    if type(wanted) is not type(entry):
        return False
    for each in dataclasses.fields(wanted):
        asked = getattr(wanted, each.name)
        if each.name != "text" and asked and asked != getattr(entry, each.name):
            return False
    return True
