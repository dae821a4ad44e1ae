"""What the engine knows before any scenario: typed, frozen entries; `sim.doctrine.files` reads them.

A scenario may override an entry by id. Instances are plain data: a blueprint that holds them can be pickled.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal, TypeAlias, TypeVar

from sim.doctrine.building import DoctrineError, build

E = TypeVar("E")

Confidence: TypeAlias = Literal["verified", "secondary", "computed", "general", "assumed"]
Component: TypeAlias = Literal["mission", "military", "police", "civilian", "support", "control"]
ForceMode: TypeAlias = Literal["deter", "pre-empt", "neutralize", "consolidate"]
ForceLevel: TypeAlias = Literal["none", "presence", "non-lethal", "lethal"]
PocPhase: TypeAlias = Literal["prevention", "pre-emption", "response", "consolidation"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A constant of the model: its value, the range it is swept over, and how far it can be believed."""

    id: str
    value: float
    range: tuple[float, float]
    unit: str
    source: str
    confidence: Confidence
    used_by: tuple[str, ...] = ()
    note: str = ""
    calibrate: bool = False

    def __post_init__(self) -> None:
        low, high = self.range
        if not low <= self.value <= high:
            raise ValueError(f"the value {self.value:g} is not within its range {low:g} to {high:g}.")


@dataclass(frozen=True, slots=True)
class Role:
    """What a seat of this kind may do, wherever a scenario places it."""

    id: str
    title: str
    component: Component
    gives: tuple[Literal["direction", "order", "request"], ...] = ("request",)
    commands: tuple[Component, ...] = ()
    """Components whose units it may order."""
    outside: bool = False
    """Stands outside the mission unless a scenario says otherwise."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class UnitType:
    """A kind of unit: its size, what it is made of, how it moves and what it can do."""

    id: str
    label: str
    component: Component
    strength: int
    parts: int = 0
    """Sub-units that can be tasked on their own; their ids are the unit's with /1, /2 ..."""
    mobility: float = 1.0
    """Road speed relative to a light vehicle column."""
    capabilities: Mapping[str, float] = field(default_factory=dict)
    """How well it does each family of tasks, 0 to 1; families not named are 0."""
    vehicles: tuple[int, int] = (0, 0)
    """Serviceable and held."""
    force_level: ForceLevel = "none"
    glyph: Literal["unit", "police", "air", "group"] = "unit"
    source: str = ""
    confidence: Confidence = "general"
    note: str = ""


@dataclass(frozen=True, slots=True)
class CaveatKind:
    """What a restriction can match on."""

    id: str
    label: str
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Lever:
    """Something the leadership can offer or do when a contingent objects."""

    id: str
    label: str
    help: str = ""
    cost: str = ""
    """What it costs, in words."""
    grounds: Mapping[str, float] = field(default_factory=dict)
    """What it is worth by the ground of the objection, on the scale of a caveat's rigidity; others count nothing."""
    hours: float = 1.0
    """Hours of a leader's time before it is felt."""
    office_hours: bool = False
    """Waits for the contributor's capital to be at work."""
    costs: Mapping[str, float] = field(default_factory=dict)
    """Standings it costs, and how much."""
    hardens: Mapping[str, float] = field(default_factory=dict)
    """What it adds to the rigidity where the ground is another one."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """An action of the catalogue. Force mode and protection (tier and phase) are two axes; either may be none."""

    id: str
    label: str
    help: str = ""
    force_mode: ForceMode | None = None
    tier: Literal[1, 2, 3] | None = None
    phase: PocPhase | None = None
    lead: Component = "mission"
    force_level: ForceLevel = "none"
    reserved: bool = False
    """Needs approval upward (attack aviation, deliberate operations)."""
    prerequisites: tuple[str, ...] = ()
    in_force_from: date | None = None
    issued_by: tuple[str, ...] = ()
    """Roles that may order it, or whose office does it; anybody may ask them for it."""
    performed_by: str = "office"
    """The family of tasks a unit must be able to do; ``office`` for work of the leadership itself."""
    mechanism: str = ""
    """The mechanism of the engine that makes it work."""
    needs: Literal["", "place", "site", "target"] = ""
    """What must be named: any place, a base that takes people in, or somebody it is addressed to."""
    targets: tuple[str, ...] = ()
    """Who it can be addressed to: counterpart, group, contributor, hostility, community, seat."""
    options: tuple[str, ...] = ()
    hours: tuple[float, float, float] | None = None
    """Shortest, usual and longest time it runs; none lasts until it is ended."""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class MeasureSpec:
    """A number the world is judged by."""

    id: str
    label: str
    unit: str
    direction: Literal["lower", "higher", "neither"]
    worthwhile: float | None = None
    """The smallest difference worth acting on, in the unit."""
    numerator: str = ""
    denominator: str = ""
    window: str = ""
    help: str = ""
    whole: bool = False
    """It counts whole things."""
    may_not_happen: bool = False
    """It times what may not have happened by the end; such a run is known to have lasted at least so long."""
    heavy_tailed: bool = False
    """A handful of runs can carry its mean, which is then no ground for stopping."""
    thresholds: tuple[float, ...] = ()
    """Levels by which it is judged how often more than so much comes."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """The wording of a report; ``{name}`` stands for a value of it."""

    id: str
    title: str
    text: str
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """How an event of one kind is told; ``{subject}`` and the fields of the kind stand for themselves."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Doctrine:
    """All catalogues. Each maps ids to entries, in the order of their file."""

    parameters: Mapping[str, Parameter]
    roles: Mapping[str, Role]
    unit_types: Mapping[str, UnitType]
    caveats: Mapping[str, CaveatKind]
    levers: Mapping[str, Lever]
    responses: Mapping[str, Response]
    measures: Mapping[str, MeasureSpec]
    phrases: Mapping[str, Phrase]
    events: Mapping[str, Telling]

    def with_overrides(self, overrides: Mapping[str, Mapping[str, Any]], where: str = "doctrine") -> Doctrine:
        """This doctrine with entries changed or added: ``{catalogue: {id: {key: value}}}``.

        Keys that an override does not name keep their value; lists are replaced.

        Raises:
            DoctrineError: for an unknown catalogue or an entry that cannot be used.
        """
        changed: dict[str, Any] = {}
        for written, entries in overrides.items():
            name = str(written).replace("-", "_")
            if name not in CATALOGUES:
                raise DoctrineError(where, str(written)[:60], f"no catalogue. Known: {', '.join(CATALOGUES)}.")
            if not isinstance(entries, Mapping):
                raise DoctrineError(where, name, "is no mapping of ids to entries.")
            old = getattr(self, name)
            new = dict(old)
            for id_, entry in entries.items():
                new[id_] = _overridden(CATALOGUES[name], old.get(id_), id_, entry, f"{where}: {name}.{id_}")
            changed[name] = new
        return dataclasses.replace(self, **changed)


CATALOGUES: Final[dict[str, type[Any]]] = {
    "parameters": Parameter,
    "roles": Role,
    "unit_types": UnitType,
    "caveats": CaveatKind,
    "levers": Lever,
    "responses": Response,
    "measures": MeasureSpec,
    "phrases": Phrase,
    "events": Telling,
}
"""What each file ``sim/doctrine/NAME.yaml`` holds."""


def _overridden(kind: type[E], old: E | None, id_: str, entry: object, where: str) -> E:
    if not isinstance(entry, Mapping):
        raise DoctrineError(where, "", "is no mapping. Write key: value, one a line.")
    base = {} if old is None else dataclasses.asdict(old)  # type: ignore[call-overload]
    return build(kind, {**_merged(base, entry), "id": id_}, where)


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        merged[key] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged
