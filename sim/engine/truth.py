"""Ground truth as conditions see it: facts read from their owners when asked, events told as they happen.

A change that nobody listens for costs one look into a dictionary; nothing is stored twice. Only control, injects
and benchmarks read the truth; what a seat knows is in its picture.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.engine.journal import EventId
from sim.engine.ticks import Tick
from sim.engine.views import NO_ROW, Listener, Listeners, Value
from sim.scenario import tree
from sim.scenario.tree import Key

if TYPE_CHECKING:
    from sim.engine.world import World

Read: TypeAlias = Callable[[str], Value | None]
NextChange: TypeAlias = Callable[[str, float], Tick | None]

ALSO_KNOWN_AS: Final = {"objection": "unit-refused", "task-refused": "unit-refused"}
"""Journal names of events that authors know by a name of their own."""

EXECUTING: Final = "executing"


class Truth:
    """The world as it is."""

    __slots__ = (
        "_about", "_agenda", "_ended", "_executing", "_first", "_latest", "_ledger", "_listeners", "_names", "_next",
        "_readers", "_waiting",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._agenda = world.agenda
        self._ledger = world.ledger
        self._listeners = Listeners()
        self._waiting = self._listeners.waiting
        self._readers: dict[str, Read] = {}
        self._next: dict[str, NextChange] = {}
        self._first: dict[tuple[str, str], Tick] = {}
        self._latest: EventId = NO_ROW
        self._names: tuple[str, ...] = ()
        self._about: tuple[str, ...] = ()
        self._executing: dict[str, dict[str, EventId]] = {}
        self._ended: dict[tuple[str, str], dict[str, EventId]] = {}

    def begin(self) -> None:
        """Nothing to do: facts are read from their owners."""

    def provide(self, attribute: str, read: Read, next_change: NextChange | None = None) -> None:
        """A mechanism answers for an attribute of its subjects.

        Args:
            read: the value for a subject; ``None`` where the subject is not one of its own.
            next_change: for a value that moves between events, the tick at which it will reach a level by itself.
        """
        earlier = self._readers.get(attribute)
        self._readers[attribute] = read if earlier is None else _either(earlier, read)
        if next_change is not None:
            self._next[attribute] = next_change

    def attributes(self) -> list[str]:
        """Every attribute that some mechanism answers for."""
        return list(self._readers)

    def value(self, subject: str, attribute: str) -> Value | None:
        read = self._readers.get(attribute)
        return None if read is None else read(subject)

    def changed(self, subject: str, attribute: str, row: EventId) -> None:
        """A value may have changed."""
        if (subject, attribute) in self._waiting:
            self._listeners.tell((subject, attribute), row)

    def standing_changed(self, name: str, row: EventId) -> None:
        """An entry moved a standing."""
        self.changed("standing", name, row)

    def event(self, name: str, subject: str, row: EventId) -> None:
        """Something happened; ``name`` is the journal's name of its kind."""
        now = self._agenda.now
        self._first.setdefault((name, subject), now)
        self._first.setdefault((name, ""), now)
        self._names = (*self._names, name) if row == self._latest else (name,)
        self._about = (*self._about, subject) if row == self._latest else (subject,)
        self._latest = row
        if ("event", name) in self._waiting:
            self._listeners.tell(("event", name), row, (subject,))
        also = ALSO_KNOWN_AS.get(name)
        if also is not None:
            self.event(also, subject, row)

    def task(self, action: str, unit: str, state: str, row: EventId) -> None:
        """A task is executing, or has ended: done, refused, or in any other way."""
        running = self._executing.setdefault(action, {})
        if state == EXECUTING:
            running[unit] = row
        else:
            running.pop(unit, None)
            self._ended.setdefault((action, state), {})[unit] = row
            if state == "refused":
                self.event("unit-refused", unit, row)
        if ("task", action) in self._waiting:
            self._listeners.tell(("task", action), row, (unit,))

    def told_of(self, row: EventId) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names and subjects of the event just told with this row, for the report that follows it."""
        return (self._names, self._about) if row == self._latest else ((), ())

    # What a condition asks.

    def standing(self, name: str) -> float | None:
        standing = self._ledger.standings.get(name)
        return None if standing is None else standing.value_at(self._agenda.now)

    def in_state(self, action: str, state: str, unit: str) -> bool:
        found = self._executing.get(action) if state == EXECUTING else self._ended.get((action, state))
        return bool(found) and (not unit or unit in (found or {}))

    def first(self, name: str, subject: str) -> Tick | None:
        return self._first.get((name, subject))

    def predicts(self, leaf: tree.Fact | tree.StandingIs) -> bool:
        return isinstance(leaf, tree.StandingIs) or leaf.attribute in self._next

    def next_change(self, leaf: tree.Fact | tree.StandingIs) -> Tick | None:
        if isinstance(leaf, tree.StandingIs):
            standing = self._ledger.standings.get(leaf.of)
            return None if standing is None else standing.tick_at(leaf.value, self._agenda.now)
        ask = self._next.get(leaf.attribute)
        if ask is None:
            return None
        return ask(leaf.subject, leaf.value if isinstance(leaf.value, int | float) else 0.0)

    def listen(self, key: Key, listener: Listener) -> None:
        self._listeners.add(key, listener)

    def ignore(self, key: Key, listener: Listener) -> None:
        self._listeners.remove(key, listener)


def _either(first: Read, second: Read) -> Read:
    def read(subject: str) -> Value | None:
        found = first(subject)
        return second(subject) if found is None else found

    return read
