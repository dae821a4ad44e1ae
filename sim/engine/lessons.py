"""What a group learns from its own attempts: successes and failures per kind of action, fading (M14).

Attackers who act again and again adapt to how it went before. Each outcome adds one to a count that fades with a
half-life; the counts move the odds of success that the group expects, beside a prior of fixed weight. Every
lesson is a row with the belief it leaves, so that a later choice can be traced to what taught it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.journal import EventId, fixed, grain
from sim.engine.ticks import Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.world import World


class Experience:
    """Faded counts of one kind of action, as of its last outcome."""

    __slots__ = ("failures", "rows", "since", "successes")

    def __init__(self) -> None:
        self.successes = 0.0
        self.failures = 0.0
        self.since: Tick = 0
        self.rows: tuple[EventId, ...] = ()
        """The latest outcomes, newest last."""


class Lessons:
    """How experience moves what groups expect of an action."""

    __slots__ = ("_kept", "_prior", "_rate", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._prior = value["lessons.prior_weight"]
        self._rate = math.log(2.0) / from_hours(value["lessons.half_life_hours"])
        self._kept = round(value["lessons.outcomes_recalled"])

    def expected(self, group: GroupState, action: str, odds: float) -> float:
        """Odds of success as the group sees them: what the strengths say, and what it has lived through."""
        memory = group.experience.get(action)
        if memory is None:
            return odds
        faded = math.exp(-self._rate * (self._world.now - memory.since))
        won, lost = memory.successes * faded, memory.failures * faded
        return (self._prior * odds + won) / (self._prior + won + lost)

    def experience(self, group: GroupState, action: str) -> float:
        """How far its own record speaks for an action, from -1 (it has only failed) to 1; 0 where it has none."""
        return self.expected(group, action, 1.0) + self.expected(group, action, 0.0) - 1.0

    def learn(self, group: GroupState, action: str, succeeded: bool, row: EventId) -> EventId:
        """One outcome more; what came before has faded meanwhile."""
        world = self._world
        memory = group.experience.get(action)
        if memory is None:
            memory = group.experience[action] = Experience()
        faded = math.exp(-self._rate * (world.now - memory.since))
        memory.successes = grain(memory.successes * faded + (1.0 if succeeded else 0.0))
        memory.failures = grain(memory.failures * faded + (0.0 if succeeded else 1.0))
        memory.since = world.now
        learnt = world.journal.write(
            kinds.LESSON, world.now, group.key, (row, *memory.rows[-self._kept :]),
            world.journal.name(action), int(succeeded), fixed(memory.successes), fixed(memory.failures),
        )  # fmt: skip
        memory.rows = (*memory.rows, learnt)[-self._kept :]
        return learnt
