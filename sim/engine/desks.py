"""The desk of a seat: the reports that reach it, by time of delivery, and what they say together.

A desk is read when somebody looks. Where a condition waits for one fact, that fact alone is followed, so that a run
without players never reads the rest.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sim.engine.agenda import Agenda, At, Phase
from sim.engine.reports import ANALYSTS, Leaf, Message, Report, Told
from sim.engine.ticks import Tick
from sim.engine.views import Listener, Listeners, Value
from sim.scenario import tree
from sim.scenario.tree import Key

TASK_STATES: Final = {"under way": "executing", "done": "done", "refused": "refused", "objected": "refused"}
"""States of a task as its seat hears them, in the words of conditions."""


@dataclass(slots=True)
class Belief:
    """What the reports so far say together about one attribute of one subject."""

    recent: list[tuple[Told, int]] = field(default_factory=list)
    leaf: Leaf | None = None

    def take(self, told: Told, number: int, overlap: Tick) -> None:
        """Put a statement beside what is known: fresh counts make a range together, of words the better grade wins."""
        known = self.recent
        if not known or (len(known) == 1 and known[0][0].source == told.source):
            if not known or known[0][0].as_of <= told.as_of:
                self.recent = [(told, number)]
                self.leaf = Leaf(told.value, told.as_of, number, told.grade)
            return
        for other, _ in known:
            allowed = 0 if other.source == told.source else overlap
            if other.as_of > told.as_of + allowed:
                return
        if told.source == ANALYSTS:
            known = []
        fresh = [
            (other, at) for other, at in known
            if other.source != told.source and other.as_of >= told.as_of - overlap
        ]  # fmt: skip
        fresh.append((told, number))
        self.recent = fresh
        if len(fresh) == 1:
            self.leaf = Leaf(told.value, told.as_of, number, told.grade)
            return
        best, at = min(reversed(fresh), key=_grade)
        if isinstance(told.value, str):
            self.leaf = Leaf(best.value, best.as_of, at, best.grade)
            return
        ranges = [_range(other.value) for other, _ in fresh if not isinstance(other.value, str)]
        low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
        value: Value = told.value if len(ranges) == 1 or low == high else (low, high)
        self.leaf = Leaf(value, max(other.as_of for other, _ in fresh), number, best.grade)


@dataclass(slots=True)
class Folded:
    """The reports of a desk up to one of them, read and put together."""

    many: int = 0
    reports: list[Report] = field(default_factory=list)
    beliefs: dict[tuple[str, str], Belief] = field(default_factory=dict)
    firsts: dict[tuple[str, str], Tick] = field(default_factory=dict)
    tasks: dict[str, tuple[str, str]] = field(default_factory=dict)

    def facts(self) -> dict[tuple[str, str], Leaf]:
        return {key: belief.leaf for key, belief in self.beliefs.items() if belief.leaf is not None}

    def leaf(self, subject: str, attribute: str) -> Leaf | None:
        belief = self.beliefs.get((subject, attribute))
        return None if belief is None else belief.leaf


@dataclass(slots=True)
class _Followed:
    """One attribute that somebody keeps asking for: its statements alone, so that the rest need not be read."""

    due: list[tuple[Tick, int, Told]] = field(default_factory=list)
    many: int = 0
    belief: Belief = field(default_factory=Belief)


class Desk:
    """Where the reports of one seat arrive. It is also the view on which its standing orders are tested."""

    __slots__ = (
        "_agenda", "_due", "_folded", "_followed", "_interest", "_listeners", "_looked", "_overlap", "_said", "_sent",
        "_timed", "rank", "seat",
    )  # fmt: skip

    def __init__(
        self,
        agenda: Agenda,
        seat: str,
        rank: int,
        overlap: Tick,
        sent: list[Message],
        said: dict[Key, list[Message]],
        interest: Callable[[Key, Desk], None],
    ) -> None:
        self.seat = seat
        self.rank = rank
        self._sent = sent
        self._said = said
        self._interest = interest
        self._agenda = agenda
        self._overlap = overlap
        self._due: list[tuple[Tick, int, Message]] = []
        self._looked = 0
        self._listeners = Listeners()
        self._timed: dict[int, At] = {}
        self._folded = Folded()
        self._followed: dict[Key, _Followed] = {}

    def notice(self, key: Key, message: Message, tick: Tick) -> None:
        """A report is on its way that says something this desk waits for."""
        one = self._followed.get(key)
        if one is not None:
            due, serial = one.due, message.serial
            for told in message.told_of(key):
                # NOTE: most are the last to arrive; looking for their place took 2% of a run.
                if not due or due[-1][0] <= tick:
                    due.append((tick, serial, told))
                else:
                    insort(due, (tick, serial, told), key=_order)
        if key in self._listeners.waiting:
            self._time(tick, message)

    def to_come(self) -> list[tuple[Tick, int, Message]]:
        return self._sorted()[self._many(self._agenda.now) :]

    def fold(self, at: Tick | None = None) -> Folded:
        """What the reports say together; remembered, since what was delivered never changes."""
        now = self._agenda.now
        self._sorted()
        folded = self._folded
        if at is not None and at < now:
            folded, now = Folded(), at
        self._read(folded, self._many(now))
        return folded

    # What a condition asks.

    def value(self, subject: str, attribute: str) -> Value | None:
        one = self._followed.get((subject, attribute))
        if one is None:
            one = self._follow((subject, attribute))
        due, now, belief = one.due, self._agenda.now, one.belief
        while one.many < len(due) and due[one.many][0] <= now:
            told = due[one.many][2]
            one.many += 1
            belief.take(told, 0, self._overlap)
        return None if belief.leaf is None else belief.leaf.value

    def standing(self, name: str) -> float | None:
        """A seat never sees a standing; it hears words."""
        return None

    def in_state(self, action: str, state: str, unit: str) -> bool:
        folded = self.fold()
        for task, (of_action, by_unit) in folded.tasks.items():
            if of_action == action and unit in ("", by_unit):
                leaf = folded.leaf(task, "state")
                if leaf is not None and TASK_STATES.get(str(leaf.value)) == state:
                    return True
        return False

    def first(self, name: str, subject: str) -> Tick | None:
        return self.fold().firsts.get((name, subject))

    def predicts(self, leaf: tree.Fact | tree.StandingIs) -> bool:
        """A picture moves only when a report arrives."""
        return False

    def next_change(self, leaf: tree.Fact | tree.StandingIs) -> Tick | None:
        return None

    def listen(self, key: Key, listener: Listener) -> None:
        self._listeners.add(key, listener)
        self._interest(key, self)
        due = self._sorted()
        if not due or due[-1][0] <= self._agenda.now:
            return
        for tick, _, message in self.to_come():
            if key in message.keys():  # noqa: SIM118
                self._time(tick, message)

    def ignore(self, key: Key, listener: Listener) -> None:
        self._listeners.remove(key, listener)

    def _follow(self, key: Key) -> _Followed:
        due = [
            (message.to[self.seat], message.serial, told)
            for message in dict.fromkeys(self._said.get(key, ()))
            if self.seat in message.to
            for told in message.told_of(key)
        ]
        due.sort(key=_order)
        one = self._followed[key] = _Followed(due)
        self._interest(key, self)
        return one

    def _sorted(self) -> list[tuple[Tick, int, Message]]:
        """Its reports by time of delivery. What is sent later is delivered later than anything read already."""
        sent = self._sent
        if self._looked < len(sent):
            for message in sent[self._looked :]:
                tick = message.to.get(self.seat)
                if tick is not None:
                    self._due.append((tick, message.serial, message))
            self._looked = len(sent)
            self._due.sort()
        return self._due

    def _many(self, at: Tick) -> int:
        return bisect_right(self._due, at, key=_when)

    def _time(self, tick: Tick, message: Message) -> None:
        if message.serial not in self._timed:
            self._timed[message.serial] = self._agenda.at(tick, Phase.REPORTS, self.rank, self._arrived, message)

    def _arrived(self, event: At) -> None:
        message: Message = event.payload
        self._timed.pop(message.serial, None)
        waiting = self._listeners.waiting
        subjects = message.subjects()
        for key in message.keys():  # noqa: SIM118
            if key in waiting:
                self._listeners.tell(key, message.row, subjects)

    def _read(self, folded: Folded, many: int) -> None:
        for tick, _, message in self._due[folded.many : many]:
            folded.many += 1
            number = folded.many
            folded.reports.append(
                Report(
                    number, tick, message.written, message.sender, message.grade, message.urgent,
                    message.topic, message.phrase, tuple(message.values.items()), message.text, self.seat,
                    message.told(),
                )
            )  # fmt: skip
            for told in message.told():
                key = (told.subject, told.attribute)
                belief = folded.beliefs.get(key)
                if belief is None:
                    belief = folded.beliefs[key] = Belief()
                belief.take(told, number, self._overlap)
            for name in message.events:
                folded.firsts.setdefault((name, ""), tick)
                for subject in message.subjects():
                    folded.firsts.setdefault((name, subject), tick)
            values = message.values
            if "task" in values:
                folded.tasks[str(values["task"])] = (str(values.get("action", "")), str(values.get("unit", "")))


def _grade(known: tuple[Told, int]) -> str:
    return known[0].grade


def _when(due: tuple[Tick, int, Message]) -> Tick:
    return due[0]


def _range(value: Value) -> tuple[float, float]:
    if isinstance(value, tuple):
        return value
    assert not isinstance(value, str)
    return (value, value)


def _order(due: tuple[Tick, int, Told]) -> tuple[Tick, int]:
    """One message may say two things of one fact: they stay in the order in which it says them."""
    return due[0], due[1]
