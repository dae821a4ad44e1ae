"""The parts of an armed condition: each hears what it listens for, and tells the part above it when it turns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.engine.agenda import At, Watch
from sim.engine.journal import EventId
from sim.engine.ticks import Tick
from sim.engine.views import NO_ROW, Value, leaf_holds
from sim.scenario import tree

if TYPE_CHECKING:
    from sim.engine.watching import Watcher


@dataclass(frozen=True, slots=True)
class Missing:
    """A leaf that is not true yet: what it waits for, what it sees, and when it may come true by itself."""

    leaf: tree.Leaf
    value: Value | None
    expected: Tick | None


class Part:
    """A part of an armed condition; tells its parent when it turns."""

    __slots__ = ("parent", "row", "true", "watcher")

    def __init__(self, watcher: Watcher, parent: Part | None) -> None:
        self.watcher = watcher
        self.parent = parent
        self.true = False
        self.row: EventId = NO_ROW

    def arm(self) -> None:
        """Take the present state as it is, without telling anybody."""

    def disarm(self) -> None: ...

    def turned(self, row: EventId) -> None:
        """A part of this one has turned."""

    def parts(self) -> tuple[Part, ...]:
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


class _Several(Part):
    __slots__ = ("_all", "_parts")

    def __init__(self, watcher: Watcher, parent: Part | None, all_: bool, parts: tuple[tree.Condition, ...]) -> None:
        super().__init__(watcher, parent)
        self._all = all_
        self._parts = tuple([part_of(watcher, self, part) for part in parts])

    def arm(self) -> None:
        for part in self._parts:
            part.arm()
        self.true = self._now()

    def disarm(self) -> None:
        for part in self._parts:
            part.disarm()

    def turned(self, row: EventId) -> None:
        self._become(self._now(), row)

    def parts(self) -> tuple[Part, ...]:
        return self._parts

    def rows(self) -> Iterator[EventId]:
        for part in self._parts:
            if part.true:
                yield from part.rows()

    def _now(self) -> bool:
        # NOTE: a loop; a generator for each time that a part turns took three times as long.
        wanted = not self._all
        for part in self._parts:
            if part.true is wanted:
                return wanted
        return self._all


class _Not(Part):
    __slots__ = ("_part",)

    def __init__(self, watcher: Watcher, parent: Part | None, part: tree.Condition) -> None:
        super().__init__(watcher, parent)
        self._part = part_of(watcher, self, part)

    def arm(self) -> None:
        self._part.arm()
        self.true = not self._part.true

    def disarm(self) -> None:
        self._part.disarm()

    def turned(self, row: EventId) -> None:
        self._become(not self._part.true, row)

    def parts(self) -> tuple[Part, ...]:
        return (self._part,)


class _Held(Part):
    __slots__ = ("_part", "_pending", "_ticks")

    def __init__(self, watcher: Watcher, parent: Part | None, part: tree.Condition, ticks: Tick) -> None:
        super().__init__(watcher, parent)
        self._part = part_of(watcher, self, part)
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

    def parts(self) -> tuple[Part, ...]:
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


class _After(Part):
    """A time since the start, or since the first event of a name heard once armed."""

    __slots__ = ("_pending", "leaf")

    def __init__(self, watcher: Watcher, parent: Part | None, leaf: tree.After) -> None:
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


class _Event(Part):
    __slots__ = ("leaf",)

    def __init__(self, watcher: Watcher, parent: Part | None, leaf: tree.Event) -> None:
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


class _State(Part):
    """A fact, a standing, a task or an option: true while it is so."""

    __slots__ = ("_watch", "leaf")

    def __init__(
        self, watcher: Watcher, parent: Part | None, leaf: tree.Fact | tree.StandingIs | tree.TaskIs | tree.OptionIs
    ) -> None:
        super().__init__(watcher, parent)
        self.leaf = leaf
        moves = isinstance(leaf, (tree.Fact, tree.StandingIs)) and watcher.view.predicts(leaf)
        self._watch = Watch(watcher.agenda, watcher.phase, watcher.rank, self._look) if moves else None

    def arm(self) -> None:
        if not isinstance(self.leaf, tree.OptionIs):
            self.watcher.view.listen(self.leaf.key, self)
        self.true = leaf_holds(self.leaf, self.watcher.view, self.watcher.options)
        if self._watch is not None:
            self._predict()

    def disarm(self) -> None:
        if not isinstance(self.leaf, tree.OptionIs):
            self.watcher.view.ignore(self.leaf.key, self)

    def hear(self, row: EventId, name: str, subjects: tuple[str, ...]) -> None:
        true = leaf_holds(self.leaf, self.watcher.view, self.watcher.options)
        if true is not self.true:
            self._become(true, row)
        if self._watch is not None:
            self._predict()

    def predicted(self) -> Tick | None:
        if self._watch is not None and isinstance(self.leaf, (tree.Fact, tree.StandingIs)):
            return self.watcher.view.next_change(self.leaf)
        return None

    def _look(self) -> None:
        if self.watcher.armed:
            self._become(leaf_holds(self.leaf, self.watcher.view, self.watcher.options), self.row)
            self._predict()

    def _predict(self) -> None:
        tick = self.predicted()
        if tick is not None and self._watch is not None:
            self._watch.expect(max(tick, self.watcher.agenda.now + 1))


class _Number(_State):
    """A fact compared with a number: nearly all that is ever looked at, so it is looked at without detours."""

    __slots__ = ("_above", "_attribute", "_limit", "_subject", "_value")

    def __init__(self, watcher: Watcher, parent: Part | None, leaf: tree.Fact, limit: float) -> None:
        super().__init__(watcher, parent, leaf)
        self._above = leaf.relation == "above"
        self._limit = limit
        self._subject = leaf.subject
        self._attribute = leaf.attribute
        self._value = watcher.view.value

    def hear(self, row: EventId, name: str, subjects: tuple[str, ...]) -> None:
        value = self._value(self._subject, self._attribute)
        if value is None or isinstance(value, str):
            true = False
        else:
            if isinstance(value, tuple):
                value = (value[0] + value[1]) / 2
            true = value > self._limit if self._above else value < self._limit
        if true is not self.true:
            self._become(true, row)
        if self._watch is not None:
            self._predict()


def part_of(watcher: Watcher, parent: Part | None, condition: tree.Condition) -> Part:
    # NOTE: two parts in three are facts. Asked for first, they are made in a third of the time.
    if isinstance(condition, tree.Fact):
        limit = condition.value
        if condition.relation in ("above", "below") and not isinstance(limit, (str, tuple)):
            return _Number(watcher, parent, condition, limit)
        return _State(watcher, parent, condition)
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
        case _:
            return _State(watcher, parent, condition)


def missing(node: Part, wanted: bool) -> Iterator[Missing]:
    """The leaves that keep a part from being as wanted; under a ``not`` those that are true."""
    if node.true is wanted:
        return
    match node:
        case _Not():
            for part in node.parts():
                yield from missing(part, not wanted)
        case _Several() | _Held():
            found = False
            for part in node.parts():
                for each in missing(part, wanted):
                    found = True
                    yield each
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


def _leaves(node: Part) -> Iterator[tree.Leaf]:
    if isinstance(node, _After | _Event | _State):
        yield node.leaf
    for part in node.parts():
        yield from _leaves(part)
