"""The compiled condition language: plain frozen values that the engine and a pickled blueprint hold.

A condition is tested over a view (truth, a seat's picture, or a picture as of then); which one is the
engine's business. Each leaf names the ``key`` a view tells it about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Tick: TypeAlias = int
Key: TypeAlias = tuple[str, str]
Relation: TypeAlias = Literal["above", "below", "equals", "not", "one-of"]
TaskState: TypeAlias = Literal["executing", "done", "refused"]

CLOCK: Final[Key] = ("clock", "")
"""The key of a leaf that depends on the time alone."""


@dataclass(frozen=True, slots=True)
class All:
    """True while every part is true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """True while at least one part is true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True while the part is false."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Held:
    """True once the part has been true for ``ticks`` without a break."""

    part: Condition
    ticks: Tick


@dataclass(frozen=True, slots=True)
class After:
    """True from ``delay`` after the event (its first occurrence once armed); without an event, after the start."""

    delay: Tick
    event: str = ""
    subject: str = ""

    @property
    def key(self) -> Key:
        """The event it waits for, or the clock."""
        return ("event", self.event) if self.event else CLOCK


@dataclass(frozen=True, slots=True)
class Event:
    """Latches when an event of this name (about this subject, if one is given) happens."""

    name: str
    subject: str = ""

    @property
    def key(self) -> Key:
        """All events of this name; the subject is compared by the leaf."""
        return ("event", self.name)

    def matches(self, name: str, subject: str) -> bool:
        """Whether an event that happened is the one waited for."""
        return name == self.name and self.subject in ("", subject)


@dataclass(frozen=True, slots=True)
class Fact:
    """Compares one attribute of one subject with a number, a word or a few words."""

    subject: str
    attribute: str
    relation: Relation
    value: float | str | tuple[str, ...]

    @property
    def key(self) -> Key:
        """The attribute it looks at."""
        return (self.subject, self.attribute)

    def holds(self, actual: float | str) -> bool:
        """Whether ``actual`` satisfies the comparison; a word is never above or below anything."""
        return compare(self.relation, self.value, actual)


@dataclass(frozen=True, slots=True)
class TaskIs:
    """True while a task of this action (of this unit, if one is given) is in the state, or has ended in it."""

    action: str
    state: TaskState
    unit: str = ""

    @property
    def key(self) -> Key:
        """All tasks of this action; the unit is compared by the leaf."""
        return ("task", self.action)


@dataclass(frozen=True, slots=True)
class StandingIs:
    """Compares a standing with a number."""

    of: str
    relation: Literal["above", "below"]
    value: float

    @property
    def key(self) -> Key:
        """The standing it looks at."""
        return ("standing", self.of)

    def holds(self, actual: float) -> bool:
        """Whether ``actual`` satisfies the comparison."""
        return compare(self.relation, self.value, actual)


@dataclass(frozen=True, slots=True)
class OptionIs:
    """True when the run was made with this value of a scenario option."""

    name: str
    value: str

    @property
    def key(self) -> Key:
        """The option it looks at; it never changes during a run."""
        return ("option", self.name)


Leaf: TypeAlias = After | Event | Fact | TaskIs | StandingIs | OptionIs
Condition: TypeAlias = All | Any_ | Not | Held | Leaf

ALWAYS: Final = All(())
"""The condition without parts: true from the start."""


def compare(relation: Relation, wanted: float | str | tuple[str, ...], actual: float | str) -> bool:
    """The one meaning of the five comparisons."""
    if relation == "above" or relation == "below":
        if isinstance(wanted, str | tuple) or isinstance(actual, str):
            return False
        return actual > wanted if relation == "above" else actual < wanted
    if relation == "one-of":
        return isinstance(wanted, tuple) and actual in wanted
    return (actual == wanted) is (relation == "equals")


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every leaf, left to right."""
    match condition:
        case All(parts) | Any_(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part) | Held(part, _):
            yield from leaves(part)
        case _:
            yield condition
