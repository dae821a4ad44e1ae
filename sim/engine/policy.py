"""What plays a seat when no person does: standing orders over what that seat knows, first match first.

A seat that a person takes stops its policy from that tick; orders in force stay. A seat given back goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.engine.agenda import At, Phase
from sim.engine.blueprint import StandingOrderSpec
from sim.engine.decisions import DecisionState, seated
from sim.engine.inputs import Answer
from sim.engine.journal import MOST_CAUSES, EventId
from sim.engine.ticks import Tick
from sim.engine.watching import Watcher

if TYPE_CHECKING:
    from sim.engine.world import World


@dataclass(slots=True)
class RuleState:
    """A standing order and what has become of it."""

    spec: StandingOrderSpec
    answers: str
    """The decision it answers, if it is there for one."""
    watcher: Watcher | None = None
    given: int = 0
    latest: Tick = 0
    waiting: bool = False


class Policy:
    """The standing orders of all seats."""

    __slots__ = ("_held", "_world", "rules")

    def __init__(self, world: World) -> None:
        self._world = world
        self._held: dict[str, bool] = {}
        self.rules = {spec.id: RuleState(spec, _answers(spec)) for spec in world.blueprint.standing_orders}

    def begin(self) -> None:
        world = self._world
        for rule in self.rules.values():
            desk = world.intelligence.pictures.desks[rule.spec.seat]
            rule.watcher = Watcher(
                rule.spec.when, desk, world.agenda, world.blueprint.options, Phase.POLICIES, rule.spec.rank,
                self._turned(rule),
            )  # fmt: skip
            rule.watcher.arm()

    def held(self, seat: str) -> bool:
        """Whether a person sits there."""
        return self._held.get(seat, False)

    def hold(self, seat: str, held: bool, row: EventId) -> None:
        """A person takes a seat, or leaves it to its standing orders."""
        if self.held(seat) is held:
            return
        self._held[seat] = held
        if not held:
            for rule in self.rules.values():
                if rule.spec.seat == seat and rule.watcher is not None and rule.watcher.true:
                    self._wanted(rule)

    def asked(self, decision: DecisionState) -> None:
        """A question opened: the first standing order that answers it, and whose condition holds, does."""
        if not self.held(decision.spec.to):
            for rule in self._answering(decision):
                if rule.watcher is not None and rule.watcher.true:
                    self._wanted(rule)
                    return

    def _answering(self, decision: DecisionState) -> Iterable[RuleState]:
        return (rule for rule in self.rules.values() if rule.answers == decision.spec.id)

    def _turned(self, rule: RuleState) -> Callable[[Watcher], None]:
        def turned(watcher: Watcher) -> None:
            self._wanted(rule)

        return turned

    def _wanted(self, rule: RuleState) -> None:
        """Its condition holds: give the order, within the time its seat takes."""
        world = self._world
        spec = rule.spec
        if rule.waiting or self.held(spec.seat) or (rule.given and not spec.repeat):
            return
        if rule.answers and not self._is_open(rule.answers):
            return
        delay = 0
        if spec.within is not None:
            delay = spec.within.ticks(world.chance.draw(f"rule/{spec.id}/within", rule.given))
        if rule.given:
            delay = max(delay, rule.latest + spec.repeat - world.now)
        rule.waiting = True
        world.agenda.after(delay, Phase.POLICIES, spec.rank, self._give, rule)

    def _give(self, event: At) -> None:
        rule: RuleState = event.payload
        world = self._world
        spec = rule.spec
        rule.waiting = False
        if self.held(spec.seat) or rule.watcher is None or (rule.answers and not self._is_open(rule.answers)):
            return
        if rule.given and not rule.watcher.true:
            return
        causes = rule.watcher.causes()
        if rule.answers:
            causes = (*causes[1 - MOST_CAUSES :], world.decisions.decisions[rule.answers].row)
        rule.given += 1
        rule.latest = world.now
        for entry in spec.do:
            world.issue(seated(world, entry, spec.seat), causes, f"rule/{spec.id}")
        if spec.repeat:
            world.agenda.after(spec.repeat, Phase.POLICIES, spec.rank, self._again, rule)

    def _again(self, event: At) -> None:
        rule: RuleState = event.payload
        if rule.watcher is not None and rule.watcher.true:
            self._wanted(rule)

    def _is_open(self, decision: str) -> bool:
        return any(found.spec.id == decision for found in self._world.decisions.open())


def _answers(spec: StandingOrderSpec) -> str:
    for entry in spec.do:
        if isinstance(entry, Answer):
            return entry.decision
    return ""
