"""Conditions under watch: each leaf listens for its own key, and nothing else is ever evaluated again.

A condition is tested over a view: the truth for injects, a seat's picture for standing orders. Event leaves
latch once the condition is armed, state leaves do not; ``held`` asks for a time without a break.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from sim.engine.agenda import Agenda, At, Watch
from sim.engine.journal import MOST_CAUSES, EventId
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
            return _leaf_holds(condition, view, options)


def _leaf_holds(leaf: tree.Leaf, view: View, options: Mapping[str, str]) -> bool:
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


@dataclass(frozen=True, slots=True)
class Missing:
    """A leaf that is not true yet: what it waits for, what it sees, and when it may come true by itself."""

    leaf: tree.Leaf
    value: Value | None
    expected: Tick | None


class _Node:
    """A part of an armed condition; tells its parent when it turns."""

    __slots__ = ("parent", "row", "true", "watcher")

    def __init__(self, watcher: Watcher, parent: _Node | None) -> None:
        self.watcher = watcher
        self.parent = parent
        self.true = False
        self.row: EventId = NO_ROW

    def arm(self) -> None:
        """Take the present state as it is, without telling anybody."""

    def disarm(self) -> None: ...

    def turned(self, row: EventId) -> None:
        """A part of this one has turned."""

    def parts(self) -> tuple[_Node, ...]:
        return ()

    def rows(self) -> Iterator[EventId]:
        if self.row >= 0:
            yield self.row

    def _become(self, true: bool, row: EventId) -> None:
        if true is not self.true:
            self.true = true
            self.row = row
            if self.parent is not None:
                self.parent.turned(row)
            else:
                self.watcher.turned(true)


class _Several(_Node):
    __slots__ = ("_all", "_parts")

    def __init__(self, watcher: Watcher, parent: _Node | None, all_: bool, parts: tuple[tree.Condition, ...]) -> None:
        super().__init__(watcher, parent)
        self._all = all_
        self._parts = tuple(_node(watcher, self, part) for part in parts)

    def arm(self) -> None:
        for part in self._parts:
            part.arm()
        self.true = self._now()

    def disarm(self) -> None:
        for part in self._parts:
            part.disarm()

    def turned(self, row: EventId) -> None:
        self._become(self._now(), row)

    def parts(self) -> tuple[_Node, ...]:
        return self._parts

    def rows(self) -> Iterator[EventId]:
        for part in self._parts:
            if part.true:
                yield from part.rows()

    def _now(self) -> bool:
        if self._all:
            return all(part.true for part in self._parts)
        return any(part.true for part in self._parts)


class _Not(_Node):
    __slots__ = ("_part",)

    def __init__(self, watcher: Watcher, parent: _Node | None, part: tree.Condition) -> None:
        super().__init__(watcher, parent)
        self._part = _node(watcher, self, part)

    def arm(self) -> None:
        self._part.arm()
        self.true = not self._part.true

    def disarm(self) -> None:
        self._part.disarm()

    def turned(self, row: EventId) -> None:
        self._become(not self._part.true, row)

    def parts(self) -> tuple[_Node, ...]:
        return (self._part,)


class _Held(_Node):
    __slots__ = ("_part", "_pending", "_ticks")

    def __init__(self, watcher: Watcher, parent: _Node | None, part: tree.Condition, ticks: Tick) -> None:
        super().__init__(watcher, parent)
        self._part = _node(watcher, self, part)
        self._ticks = ticks
        self._pending: At | None = None

    def arm(self) -> None:
        self._part.arm()
        self.true = False
        if self._part.true:
            self._wait()

    def disarm(self) -> None:
        self._part.disarm()
        self._cancel()

    def turned(self, row: EventId) -> None:
        if self._part.true:
            self._wait()
        else:
            self._cancel()
            self._become(False, row)

    def parts(self) -> tuple[_Node, ...]:
        return (self._part,)

    def rows(self) -> Iterator[EventId]:
        yield from self._part.rows()

    @property
    def due(self) -> Tick | None:
        return None if self._pending is None else self._pending.tick

    def _wait(self) -> None:
        watcher = self.watcher
        self._pending = watcher.agenda.after(self._ticks, watcher.phase, watcher.rank, self._over)

    def _cancel(self) -> None:
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None

    def _over(self, event: At) -> None:
        if event is self._pending:
            self._pending = None
            self._become(True, self._part.row)


class _After(_Node):
    """A time since the start, or since the first event of a name heard once armed."""

    __slots__ = ("_pending", "leaf")

    def __init__(self, watcher: Watcher, parent: _Node | None, leaf: tree.After) -> None:
        super().__init__(watcher, parent)
        self.leaf = leaf
        self._pending: At | None = None

    def arm(self) -> None:
        self.true = False
        if self.leaf.event:
            self.watcher.view.listen(self.leaf.key, self)
        elif self.leaf.delay <= self.watcher.agenda.now:
            self.true = True
        else:
            self._expect(self.leaf.delay)

    def disarm(self) -> None:
        if self.leaf.event:
            self.watcher.view.ignore(self.leaf.key, self)
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None

    def hear(self, row: EventId, name: str, subjects: tuple[str, ...]) -> None:
        if self._pending is None and not self.true and (not self.leaf.subject or self.leaf.subject in subjects):
            self.row = row
            self._expect(self.watcher.agenda.now + self.leaf.delay)

    @property
    def due(self) -> Tick | None:
        return None if self._pending is None else self._pending.tick

    def _expect(self, tick: Tick) -> None:
        watcher = self.watcher
        self._pending = watcher.agenda.at(tick, watcher.phase, watcher.rank, self._over)

    def _over(self, event: At) -> None:
        if event is self._pending:
            self._pending = None
            self._become(True, self.row)


class _Event(_Node):
    __slots__ = ("leaf",)

    def __init__(self, watcher: Watcher, parent: _Node | None, leaf: tree.Event) -> None:
        super().__init__(watcher, parent)
        self.leaf = leaf

    def arm(self) -> None:
        self.true = False
        self.watcher.view.listen(self.leaf.key, self)

    def disarm(self) -> None:
        self.watcher.view.ignore(self.leaf.key, self)

    def hear(self, row: EventId, name: str, subjects: tuple[str, ...]) -> None:
        if not self.leaf.subject or self.leaf.subject in subjects:
            self._become(True, row)


class _State(_Node):
    """A fact, a standing, a task or an option: true while it is so."""

    __slots__ = ("_watch", "leaf")

    def __init__(
        self, watcher: Watcher, parent: _Node | None, leaf: tree.Fact | tree.StandingIs | tree.TaskIs | tree.OptionIs
    ) -> None:
        super().__init__(watcher, parent)
        self.leaf = leaf
        moves = isinstance(leaf, tree.Fact | tree.StandingIs) and watcher.view.predicts(leaf)
        self._watch = Watch(watcher.agenda, watcher.phase, watcher.rank, self._look) if moves else None

    def arm(self) -> None:
        if not isinstance(self.leaf, tree.OptionIs):
            self.watcher.view.listen(self.leaf.key, self)
        self.true = _leaf_holds(self.leaf, self.watcher.view, self.watcher.options)
        self._predict()

    def disarm(self) -> None:
        if not isinstance(self.leaf, tree.OptionIs):
            self.watcher.view.ignore(self.leaf.key, self)

    def hear(self, row: EventId, name: str, subjects: tuple[str, ...]) -> None:
        true = _leaf_holds(self.leaf, self.watcher.view, self.watcher.options)
        if true is not self.true:
            self._become(true, row)
        if self._watch is not None:
            self._predict()

    def predicted(self) -> Tick | None:
        if self._watch is not None and isinstance(self.leaf, tree.Fact | tree.StandingIs):
            return self.watcher.view.next_change(self.leaf)
        return None

    def _look(self) -> None:
        if self.watcher.armed:
            self._become(_leaf_holds(self.leaf, self.watcher.view, self.watcher.options), self.row)
            self._predict()

    def _predict(self) -> None:
        tick = self.predicted()
        if tick is not None and self._watch is not None:
            self._watch.expect(max(tick, self.watcher.agenda.now + 1))


class _Number(_State):
    """A fact compared with a number: nearly all that is ever looked at, so it is looked at without detours."""

    __slots__ = ("_above", "_attribute", "_limit", "_subject", "_value")

    def __init__(self, watcher: Watcher, parent: _Node | None, leaf: tree.Fact, limit: float) -> None:
        super().__init__(watcher, parent, leaf)
        self._above = leaf.relation == "above"
        self._limit = limit
        self._subject = leaf.subject
        self._attribute = leaf.attribute
        self._value = watcher.view.value

    def hear(self, row: EventId, name: str, subjects: tuple[str, ...]) -> None:
        value = self._value(self._subject, self._attribute)
        if isinstance(value, tuple):
            value = (value[0] + value[1]) / 2
        if value is None or isinstance(value, str):
            true = False
        else:
            true = value > self._limit if self._above else value < self._limit
        if true is not self.true:
            self._become(true, row)
        if self._watch is not None:
            self._predict()


def _node(watcher: Watcher, parent: _Node | None, condition: tree.Condition) -> _Node:
    match condition:
        case tree.All(parts):
            return _Several(watcher, parent, True, parts)
        case tree.Any_(parts):
            return _Several(watcher, parent, False, parts)
        case tree.Not(part):
            return _Not(watcher, parent, part)
        case tree.Held(part, ticks):
            return _Held(watcher, parent, part, ticks)
        case tree.After():
            return _After(watcher, parent, condition)
        case tree.Event():
            return _Event(watcher, parent, condition)
        case tree.Fact(_, _, "above" | "below", int() | float() as limit):
            return _Number(watcher, parent, condition, limit)
        case _:
            return _State(watcher, parent, condition)


class Watcher:
    """One armed condition. Its owner is called in the owner's own phase of the instant in which it turns true."""

    __slots__ = (
        "_ceased", "_root", "_scheduled", "_seen", "_was", "agenda", "armed", "options", "phase", "rank", "view",
    )  # fmt: skip

    def __init__(
        self,
        condition: tree.Condition,
        view: View,
        agenda: Agenda,
        options: Mapping[str, str],
        phase: int,
        rank: int,
        seen: Callable[[Watcher], None],
        ceased: Callable[[Watcher], None] | None = None,
    ) -> None:
        self.view = view
        self.agenda = agenda
        self.options = options
        self.phase = phase
        self.rank = rank
        self.armed = False
        self._seen = seen
        self._ceased = ceased
        self._was = False
        self._scheduled = False
        self._root = _node(self, None, condition)

    @property
    def true(self) -> bool:
        return self._root.true

    def arm(self) -> None:
        """Start listening. A condition that already holds counts at once."""
        self.armed = True
        self._was = False
        self._root.arm()
        if self._root.true:
            self._schedule()

    def disarm(self) -> None:
        if self.armed:
            self.armed = False
            self._root.disarm()

    def rearm(self) -> None:
        """Forget what has latched and wait anew."""
        self.disarm()
        self.armed = True
        self._root.arm()
        self._was = self._root.true

    def turned(self, true: bool) -> None:
        if true is not self._was or not true:
            self._schedule()

    def causes(self) -> tuple[EventId, ...]:
        """The rows that made it true, the latest ones where there are too many."""
        return tuple(sorted(dict.fromkeys(self._root.rows()))[-MOST_CAUSES:])

    def missing(self) -> tuple[Missing, ...]:
        """Why it is not true yet: the leaves that are false (true under a ``not``), with what they see."""
        return tuple(_missing(self._root, True)) if not self._root.true else ()

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self.agenda.at(self.agenda.now, self.phase, self.rank, self._settle)

    def _settle(self, event: At) -> None:
        # What was true only between two events of one instant was never true.
        self._scheduled = False
        if self.armed and self._root.true is not self._was:
            self._was = self._root.true
            if self._was:
                self._seen(self)
            elif self._ceased is not None:
                self._ceased(self)


def _missing(node: _Node, wanted: bool) -> Iterator[Missing]:
    if node.true is wanted:
        return
    match node:
        case _Not():
            for part in node.parts():
                yield from _missing(part, not wanted)
        case _Several() | _Held():
            found = False
            for part in node.parts():
                for missing in _missing(part, wanted):
                    found = True
                    yield missing
            if not found and isinstance(node, _Held):
                for leaf in _leaves(node):
                    yield Missing(leaf, None, node.due)
        case _After():
            yield Missing(node.leaf, None, node.due)
        case _Event():
            yield Missing(node.leaf, None, None)
        case _State():
            yield Missing(node.leaf, _seen_value(node), node.predicted())


def _seen_value(node: _State) -> Value | None:
    match node.leaf:
        case tree.Fact(subject, attribute):
            return node.watcher.view.value(subject, attribute)
        case tree.StandingIs(of):
            return node.watcher.view.standing(of)
        case tree.OptionIs(name):
            return node.watcher.options.get(name)
        case _:
            return None


def _leaves(node: _Node) -> Iterator[tree.Leaf]:
    if isinstance(node, _After | _Event | _State):
        yield node.leaf
    for part in node.parts():
        yield from _leaves(part)
