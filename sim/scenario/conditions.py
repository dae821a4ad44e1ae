"""The condition language as an author writes it: one key says what is tested, nothing is ever evaluated as text.

``{all: [...]}``, ``{any: [...]}``, ``{not: {...}}``, ``{after: 12h}``, ``{at-or-after: "D+2 06:00"}``,
``{event: unit-refused}``, ``{fact: {subject: team-site, attribute: people, above: 20000}}``,
``{people-at: {place: team-site, above: 20000}}``, ``{task: {action: patrol, state: executing}}``,
``{unit-refused: fpu-3/1}``, ``{standing: {of: consent-capital, below: 40}}``, ``{option: {attacker: militia}}``;
beside each, ``for: 6h`` asks that it has held that long without a break.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Final, Literal, Self, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StrictStr,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sim.scenario import tree
from sim.scenario.annotations import Duration, Id, Moment, Number, NumberOrWord
from sim.scenario.values import quoted

Path: TypeAlias = tuple[str | int, ...]


class _Part(BaseModel):
    """A piece of a condition: frozen, and strict about keys."""

    # NOTE: built once as parts of the whole, not each alone as well: 0.13 s of import for 0.16.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class _Condition(_Part):
    """One kind of condition, with the time it must have held."""

    for_: Duration = Field(default=0, alias="for")
    """How long it must have held without a break before it counts."""

    def compile(self, start: datetime) -> tree.Condition:
        """The plain tree the engine tests; moments are resolved against ``start``.

        Raises:
            ValueError: when a moment lies before the start.
        """
        part = self._part(start)
        return tree.Held(part, self.for_) if self.for_ else part

    @abstractmethod
    def _part(self, start: datetime) -> tree.Condition: ...

    def nested(self) -> Iterator[tuple[Path, Condition]]:
        """The conditions directly inside this one, each with its way from here."""
        yield from ()


class All(_Condition):
    """Every one of the conditions."""

    all: list[Condition]
    """The conditions."""

    def _part(self, start: datetime) -> tree.Condition:
        return tree.All(tuple(part.compile(start) for part in self.all))

    def nested(self) -> Iterator[tuple[Path, Condition]]:
        """The conditions directly inside this one, each with its way from here."""
        for index, part in enumerate(self.all):
            yield ("all", index), part


class Any_(_Condition):
    """At least one of the conditions."""

    any: list[Condition] = Field(min_length=1)
    """The conditions."""

    def _part(self, start: datetime) -> tree.Condition:
        return tree.Any_(tuple(part.compile(start) for part in self.any))

    def nested(self) -> Iterator[tuple[Path, Condition]]:
        """The conditions directly inside this one, each with its way from here."""
        for index, part in enumerate(self.any):
            yield ("any", index), part


class Not(_Condition):
    """The opposite of a condition."""

    not_: Condition = Field(alias="not")
    """The condition."""

    def _part(self, start: datetime) -> tree.Condition:
        return tree.Not(self.not_.compile(start))

    def nested(self) -> Iterator[tuple[Path, Condition]]:
        """The conditions directly inside this one, each with its way from here."""
        yield ("not",), self.not_


class AfterEvent(_Part):
    """A time counted from an event."""

    event: Id
    """The name of the event."""
    by: Duration
    """How long after it."""
    subject: Id = ""
    """Only an event about this unit, place, group or inject."""


class After(_Condition):
    """A time since the start (``12h``), or since an event (``{event: X, by: 12h}``)."""

    after: Annotated[
        Annotated[Duration, Tag("<since start>")] | Annotated[AfterEvent, Tag("<since event>")],
        Discriminator(lambda value: "<since event>" if isinstance(value, Mapping | AfterEvent) else "<since start>"),
    ]
    """The time since the start, or `{event: X, by: 12h}`."""

    def _part(self, start: datetime) -> tree.Condition:
        if isinstance(self.after, AfterEvent):
            return tree.After(self.after.by, self.after.event, self.after.subject)
        return tree.After(self.after)


class AtOrAfter(_Condition):
    """A day and hour, from which on it is true."""

    at_or_after: Moment = Field(alias="at-or-after")
    """Such as `D+2 06:00`."""

    def _part(self, start: datetime) -> tree.Condition:
        return tree.After(self.at_or_after.ticks(start))


class NamedEvent(_Part):
    """An event and what it is about."""

    name: Id
    """The name of the event."""
    subject: Id = ""
    """Only an event about this unit, place, group or inject."""


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


class Event(_Condition):
    """An event that happens after the condition is armed; it stays true from then on. Without a subject anybody's
    will do: another group's column, a fight at another place."""

    event: Annotated[NamedEvent, BeforeValidator(_named, Id | NamedEvent)]
    """Its name, or `{name: X, subject: Y}`."""

    def _part(self, start: datetime) -> tree.Condition:
        return tree.Event(self.event.name, self.event.subject)


class UnitRefused(_Condition):
    """The unit (or part of a unit) has refused a task."""

    unit_refused: Id = Field(alias="unit-refused")
    """The unit, or the part of one."""

    def _part(self, start: datetime) -> tree.Condition:
        return tree.Event("unit-refused", self.unit_refused)


class _Compared(_Part):
    """A comparison: exactly one of its relations is given."""

    relations: ClassVar[dict[str, str]]

    @model_validator(mode="after")
    def _one_relation(self) -> Self:
        if len(self.model_fields_set & self.relations.keys()) != 1:
            known = ", ".join(self.relations.values())
            raise PydanticCustomError("condition", "A comparison needs exactly one of: {known}.", {"known": known})
        return self

    def _given(self) -> str:
        return next(field for field in self.relations if field in self.model_fields_set)


class _AboveOrBelow(_Compared):
    relations = {"above": "above", "below": "below"}

    above: Number = 0.0
    """True while the number is larger than this."""
    below: Number = 0.0
    """True while the number is smaller than this."""

    def relation(self) -> tuple[Literal["above", "below"], float]:
        """The relation given and the number compared with."""
        return ("above", self.above) if self._given() == "above" else ("below", self.below)


class FactAbout(_Compared):
    """One attribute of one subject and what it is compared with."""

    relations = {"above": "above", "below": "below", "equals": "equals", "not_": "not", "one_of": "one-of"}

    subject: Id
    """A place, unit, group, community, route (`town--base`), counterpart, hostility, red line, patron, or `mission`."""
    attribute: Id
    """Which of its attributes."""
    above: Number = 0.0
    """True while the number is larger than this."""
    below: Number = 0.0
    """True while the number is smaller than this."""
    equals: NumberOrWord = ""
    """True while it is exactly this number or word."""
    not_: NumberOrWord = Field(default="", alias="not")
    """True while it is anything but this number or word."""
    one_of: list[StrictStr] = Field(default=[], alias="one-of", min_length=1)
    """True while it is one of these words."""

    def compile(self) -> tree.Fact:
        """The plain leaf."""
        given = self._given()
        value = getattr(self, given)
        relation: tree.Relation = self.relations[given]  # type: ignore[assignment]
        return tree.Fact(self.subject, self.attribute, relation, tuple(value) if isinstance(value, list) else value)


class Fact(_Condition):
    """An attribute of something in the world (or in the picture the condition is tested on)."""

    fact: FactAbout
    """What is compared."""

    def _part(self, start: datetime) -> tree.Condition:
        return self.fact.compile()


class CrowdAt(_AboveOrBelow):
    """The number of people at a place."""

    place: Id
    """The place."""


class PeopleAt(_Condition):
    """Short for a fact about the people at a place."""

    people_at: CrowdAt = Field(alias="people-at")
    """Where, and how many."""

    def _part(self, start: datetime) -> tree.Condition:
        relation, value = self.people_at.relation()
        return tree.Fact(self.people_at.place, "people", relation, value)


class TaskAbout(_Part):
    """A task and the state it is in."""

    action: Id
    """The response of the catalogue that the task carries out."""
    state: tree.TaskState
    """executing while it runs; done or refused once one has ended so."""
    unit: Id = ""
    """Only a task of this unit."""


class Task(_Condition):
    """A task of an action is under way, was done, or was refused."""

    task: TaskAbout
    """Which task, and in which state."""

    def _part(self, start: datetime) -> tree.Condition:
        return tree.TaskIs(self.task.action, self.task.state, self.task.unit)


class StandingAbout(_AboveOrBelow):
    """A standing and what it is compared with."""

    of: Id
    """The id of the standing, such as legitimacy or trust/farmers."""


class Standing(_Condition):
    """A standing (0 to 100) lies above or below a number."""

    standing: StandingAbout
    """Which standing, and the level."""

    def _part(self, start: datetime) -> tree.Condition:
        relation, value = self.standing.relation()
        return tree.StandingIs(self.standing.of, relation, value)


class Option(_Condition):
    """The run was made with these values of the scenario's options."""

    option: dict[Id, Id] = Field(min_length=1)
    """The question and the answer."""

    def _part(self, start: datetime) -> tree.Condition:
        parts = tuple(tree.OptionIs(name, value) for name, value in self.option.items())
        return parts[0] if len(parts) == 1 else tree.All(parts)


_BY_KEY: Final[dict[str, type[_Condition]]] = {
    "all": All,
    "any": Any_,
    "not": Not,
    "after": After,
    "at-or-after": AtOrAfter,
    "event": Event,
    "fact": Fact,
    "people-at": PeopleAt,
    "task": Task,
    "unit-refused": UnitRefused,
    "standing": Standing,
    "option": Option,
}


def _tag(value: Any) -> str | None:
    if isinstance(value, _Condition):
        return next(f"<{key}>" for key, kind in _BY_KEY.items() if type(value) is kind)
    if isinstance(value, Mapping):
        return next((f"<{key}>" for key in value if key in _BY_KEY), None)
    return None


def _one_key(value: Any) -> Any:
    """Name the mistake once, before the union could name it twelve times."""
    if isinstance(value, _Condition):
        return value
    known = ", ".join(_BY_KEY)
    if not isinstance(value, Mapping):
        reason = f"{quoted(value)} is no condition. Write a mapping with one of: {known}."
        raise PydanticCustomError("condition", "{reason}", {"reason": reason})
    named = [key for key in value if key in _BY_KEY]
    odd = [key for key in value if key not in _BY_KEY and key != "for"]
    if odd:
        near = get_close_matches(str(odd[0]), [*_BY_KEY, "for"], 1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        reason = f"{quoted(odd[0])} is no condition.{hint} Known: {known}."
        raise PydanticCustomError("condition", "{reason}", {"reason": reason, "key": str(odd[0])})
    if len(named) != 1:
        said = f"has {len(named)} keys ({', '.join(named)})" if named else "has no key that says what to test"
        mend = 'Put several into "all" or "any".' if named else f"Known: {known}."
        raise PydanticCustomError("condition", "{reason}", {"reason": f"This condition {said}. {mend}"})
    return value


Condition: TypeAlias = Annotated[
    Annotated[All, Tag("<all>")]
    | Annotated[Any_, Tag("<any>")]
    | Annotated[Not, Tag("<not>")]
    | Annotated[After, Tag("<after>")]
    | Annotated[AtOrAfter, Tag("<at-or-after>")]
    | Annotated[Event, Tag("<event>")]
    | Annotated[Fact, Tag("<fact>")]
    | Annotated[PeopleAt, Tag("<people-at>")]
    | Annotated[Task, Tag("<task>")]
    | Annotated[UnitRefused, Tag("<unit-refused>")]
    | Annotated[Standing, Tag("<standing>")]
    | Annotated[Option, Tag("<option>")],
    Discriminator(_tag),
    BeforeValidator(_one_key),
]
"""Any condition; use it as the type of a field, and ``.compile(start)`` on its value."""

for _kind in (All, Any_, Not):
    _kind.model_rebuild()


def walk(condition: Condition, way: Path = ()) -> Iterator[tuple[Path, Condition]]:
    """The condition and every one inside it, each with the keys that lead to it in the file."""
    yield way, condition
    for step, part in condition.nested():
        yield from walk(part, way + step)
