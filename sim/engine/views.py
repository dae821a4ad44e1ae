"""What a condition is tested on: the truth for injects, a seat's picture for standing orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol, TypeAlias

from sim.engine.journal import EventId
from sim.engine.ticks import Tick
from sim.scenario import tree
from sim.scenario.tree import Key

Value: TypeAlias = float | str | tuple[float, float]

NO_ROW: Final = -1


class Listener(Protocol):
    """What a view tells: the row behind a change, and for an event its name and what it is about."""

    def hear(self, row: EventId, name: str, subjects: tuple[str, ...]) -> None: ...


class View(Protocol):
    """What a condition is tested on."""

    def value(self, subject: str, attribute: str) -> Value | None:
        """A fact of this view, or nothing where the view does not hold it."""

    def standing(self, name: str) -> float | None: ...

    def in_state(self, action: str, state: str, unit: str) -> bool:
        """Whether a task of the action (and unit) is, or has ended, in the state."""

    def first(self, name: str, subject: str) -> Tick | None:
        """When an event of this name first happened in this view."""

    def predicts(self, leaf: tree.Fact | tree.StandingIs) -> bool:
        """Whether the value may move without an event."""

    def next_change(self, leaf: tree.Fact | tree.StandingIs) -> Tick | None:
        """When the value may cross what the leaf compares it with, if no event comes before."""

    def listen(self, key: Key, listener: Listener) -> None: ...

    def ignore(self, key: Key, listener: Listener) -> None: ...


class Listeners:
    """Who listens for which key; telling a key nobody listens for costs one look into ``waiting``."""

    __slots__ = ("waiting",)

    def __init__(self) -> None:
        self.waiting: dict[Key, list[Listener]] = {}

    def add(self, key: Key, listener: Listener) -> None:
        self.waiting.setdefault(key, []).append(listener)

    def remove(self, key: Key, listener: Listener) -> None:
        found = self.waiting.get(key)
        if found is not None and listener in found:
            found.remove(listener)
            if not found:
                del self.waiting[key]

    def tell(self, key: Key, row: EventId, subjects: tuple[str, ...] = ()) -> None:
        found = self.waiting.get(key)
        if found is not None:
            # A listener that fires may disarm itself, and so leave the list.
            for listener in tuple(found):
                listener.hear(row, key[1], subjects)


def middle(value: Value) -> float | str:
    """What a comparison sees: the middle of a range, anything else as it is."""
    return (value[0] + value[1]) / 2 if isinstance(value, tuple) else value


def holds(condition: tree.Condition, view: View, now: Tick, options: Mapping[str, str]) -> bool:
    """Whether a condition holds on a view now; a time it must have held cannot be told and counts as held."""
    match condition:
        case tree.All(parts):
            return all(holds(part, view, now, options) for part in parts)
        case tree.Any_(parts):
            return any(holds(part, view, now, options) for part in parts)
        case tree.Not(part):
            return not holds(part, view, now, options)
        case tree.Held(part, _):
            return holds(part, view, now, options)
        case tree.Event(name, subject):
            return view.first(name, subject) is not None
        case tree.After(delay, event, subject):
            since = view.first(event, subject) if event else 0
            return since is not None and since + delay <= now
        case _:
            return leaf_holds(condition, view, options)


def leaf_holds(leaf: tree.Leaf, view: View, options: Mapping[str, str]) -> bool:
    # NOTE: facts are nearly all that is ever evaluated, so they come first and without a match statement.
    if isinstance(leaf, tree.Fact):
        value = view.value(leaf.subject, leaf.attribute)
        return value is not None and leaf.holds(middle(value) if isinstance(value, tuple) else value)
    match leaf:
        case tree.StandingIs(of):
            level = view.standing(of)
            return level is not None and leaf.holds(level)
        case tree.TaskIs(action, state, unit):
            return view.in_state(action, state, unit)
        case tree.OptionIs(name, value):
            return options.get(name) == value
        case _:
            return False
