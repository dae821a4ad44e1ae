"""A report on its way and in an inbox, and what one leaves behind in a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple, TypeAlias

from sim.engine.journal import EventId
from sim.engine.ticks import Tick
from sim.engine.views import Value
from sim.scenario.tree import Key

Telling: TypeAlias = tuple[str, Value]

ANALYSTS: Final = "jmac"
"""The source of what has already been put together; it takes the place of what it was made of."""

OWN_PEOPLE: Final = "at:"
"""Before the name of a place: the mission's own people there are the source."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing a seat believes."""

    value: Value
    as_of: Tick
    report: int
    grade: str


class Told(NamedTuple):
    """One statement of a report, with the time and grade of what it rests on."""

    subject: str
    attribute: str
    value: Value
    as_of: Tick
    grade: str
    source: str


@dataclass(slots=True, eq=False)
class Message:
    """A report as it is sent; every seat that gets it gives it a number of its own.

    ``facts`` are bare statements of the sender's own, or ones told with the time, grade and source of each.
    """

    # NOTE: not frozen, since a frozen dataclass takes three times as long to make. Nobody changes one. Most are never
    # read in a run that nobody plays, so what a reader needs of one is worked out when he reads.
    serial: int
    row: EventId
    phrase: str
    sender: str
    source: str
    grade: str
    urgent: bool
    topic: str
    written: Tick
    values: Mapping[str, Value]
    facts: Sequence[tuple[str, str, Value] | Told]
    text: str
    events: tuple[str, ...]
    about: tuple[str, ...]
    to: Mapping[str, Tick]

    def told(self) -> tuple[Told, ...]:
        return tuple([self._told(fact) for fact in self.facts])

    def told_of(self, key: Key) -> list[Told]:
        """What it says of one attribute of one subject."""
        return [self._told(fact) for fact in self.facts if fact[0] == key[0] and fact[1] == key[1]]

    def _told(self, fact: tuple[str, str, Value] | Told) -> Told:
        if isinstance(fact, Told):
            return fact
        return Told(fact[0], fact[1], fact[2], self.written, self.grade, self.source)

    def subjects(self) -> tuple[str, ...]:
        """Everything it is about."""
        words = [value for value in self.values.values() if isinstance(value, str)]
        return (*self.about, *words, *[fact[0] for fact in self.facts])

    def keys(self) -> list[Key]:
        """What a condition may listen for in it."""
        keys = [(fact[0], fact[1]) for fact in self.facts]
        keys += [("event", name) for name in self.events]
        if "task" in self.values:
            keys.append(("task", str(self.values.get("action", ""))))
        return keys


@dataclass(frozen=True, slots=True)
class Report:
    """A report in a seat's inbox."""

    number: int
    delivered: Tick
    written: Tick
    sender: str
    grade: str
    urgent: bool
    topic: str
    phrase: str
    values: tuple[Telling, ...]
    text: str
    addressee: str
    says: tuple[Told, ...] = ()
    """The statements it makes, each with the time, grade and source of what it rests on."""


def day_and_hour(start: datetime, tick: Tick) -> str:
    """A tick as people say it: ``D+1 06:20``."""
    moment = start + timedelta(milliseconds=tick)
    return f"D+{(moment.date() - start.date()).days} {moment:%H:%M}"
