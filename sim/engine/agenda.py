"""What happens when: SimPy's event list with whole ticks, and phases in place of insertion order.

Within one instant events run by phase, then by the rank of the entity they belong to (its place in
the scenario), and only then in the order in which they were written down.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from heapq import heappop, heappush
from typing import Any, Final, TypeAlias

from simpy import Environment
from simpy.events import Event

from sim.engine.ticks import Tick
from sim.errors import MissionError

SAME_INSTANT_LIMIT: Final = 10_000
RANK_BITS: Final = 20


class Phase(IntEnum):
    """The order of one instant."""

    INPUTS = 1
    MOVEMENT = 2
    CONTACT = 3
    PEOPLE = 4
    REPORTS = 5
    GROUPS = 6
    POLICIES = 7
    INJECTS = 8


class RunawayInstant(MissionError):
    """More events in one instant than any model means: something causes itself without taking time."""

    title = "The world does not move on"

    def __init__(self, tick: Tick, chain: list[str]) -> None:
        self.tick = tick
        self.chain = chain
        super().__init__(
            f"More than {SAME_INSTANT_LIMIT:,} events at tick {tick}. The last ones: {' -> '.join(chain)}. "
            "Two rules of the scenario probably answer each other at once: give one of them a delay."
        )


class At(Event):
    """One call at one tick; ``payload`` is whatever its owner wants to find there."""

    # NOTE: Event.__init__ is written out, and what it sets to the same for each event belongs to the class.
    _ok = True
    _value = None
    _defused = False

    def __init__(self, env: Environment, tick: Tick, call: Callable[[At], None], payload: Any) -> None:
        self.env = env
        self.callbacks = [call]
        self.tick = tick
        self.payload = payload

    def cancel(self) -> None:
        """The instant stays on the list and passes in silence."""
        if self.callbacks is not None:
            self.callbacks.clear()


Call: TypeAlias = Callable[[At], None]


class Agenda:
    """The list of what is due. Only the world moves it on."""

    __slots__ = ("_chain", "_crowd", "_crowded_tick", "_env", "_queue", "limit", "now")

    def __init__(self) -> None:
        self._env = Environment(initial_time=0)
        self._queue = self._env._queue
        self.now: Tick = 0
        self.limit: Tick = 0
        self._crowd = 0
        self._crowded_tick: Tick = -1
        self._chain: list[str] = []

    def at(self, tick: Tick, phase: int, rank: int, call: Call, payload: Any = None) -> At:
        """Have ``call`` made at ``tick``; never earlier than now."""
        if tick <= self.now:
            tick = self.now
            self._count(call)
        env = self._env
        event = At(env, tick, call, payload)
        # NOTE: Environment.schedule written out: with it an event took 1.8 us to schedule, without it 1.4.
        heappush(self._queue, (tick, (phase << RANK_BITS) | rank, next(env._eid), event))  # type: ignore[misc]
        return event

    def after(self, delay: Tick, phase: int, rank: int, call: Call, payload: Any = None) -> At:
        return self.at(self.now + delay, phase, rank, call, payload)

    def run(self, to: Tick) -> Tick:
        """Handle every tick below ``to``, or up to a limit lowered meanwhile; return where time stands."""
        env, queue = self._env, self._queue
        self.limit = to
        # NOTE: Environment.peek and step written out, since no event of ours ever fails: both together, 0.9 us for 1.1.
        while queue and queue[0][0] < self.limit:
            due, _, _, event = heappop(queue)
            self.now = env._now = due  # type: ignore[assignment]
            calls, event.callbacks = event.callbacks, None  # type: ignore[assignment]
            for call in calls:
                call(event)
        to = self.limit
        if to > env.now:
            env.run(until=to)
        self.now = to
        return to

    def stop_after_this_tick(self) -> None:
        self.limit = min(self.limit, self.now + 1)

    def _count(self, call: Call) -> None:
        if self._crowded_tick != self.now:
            self._crowded_tick = self.now
            self._crowd = 0
            self._chain.clear()
        self._crowd += 1
        if self._crowd > SAME_INSTANT_LIMIT - len(self._chain):
            self._chain.append(getattr(call, "__qualname__", repr(call)))
            if len(self._chain) > 8:
                raise RunawayInstant(self.now, self._chain)


class Watch:
    """One pending timer for something predicted: re-armed only if earlier; when early, its owner looks again."""

    __slots__ = ("_agenda", "_look", "_pending", "_phase", "_rank")

    def __init__(self, agenda: Agenda, phase: int, rank: int, look: Callable[[], None]) -> None:
        self._agenda = agenda
        self._phase = phase
        self._rank = rank
        self._look = look
        self._pending: At | None = None

    def expect(self, tick: Tick) -> None:
        """The owner wants to look at ``tick`` at the latest."""
        pending = self._pending
        if pending is None or tick < pending.tick:
            self._pending = self._agenda.at(tick, self._phase, self._rank, self._fire)

    def _fire(self, event: At) -> None:
        if event is self._pending:
            self._pending = None
            self._look()
