"""What an author writes: the scenario language, one model per section.

The docstring under each field is its user documentation; unknown keys are errors. Everything here is
data: nothing is evaluated, and nothing in the program branches on the id of a scenario.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from sim.scenario.actors import (
    Community,
    Counterpart,
    Group,
    Hostility,
    InformationSource,
    Patron,
    RedLine,
    StandingEntry,
)  # fmt: skip
from sim.scenario.annotations import Duration, Id, Text
from sim.scenario.events import Action, Benchmark, Decision, Effect, Inject, StandingOrder, Step
from sim.scenario.ground import Contributor, Place, Route, Seat, Unit
from sim.scenario.section import Section

__all__ = [
    "Action", "Benchmark", "Choice", "Community", "Contributor", "Counterpart", "Decision", "Effect", "Group",
    "Hostility", "InformationSource", "Inject", "Mandate", "Mission", "NamingTable", "Patron", "Pattern", "Place",
    "ReadAhead", "RedLine", "Route", "Scenario", "Seat", "Section", "Source", "StandingEntry", "StandingOrder", "Step",
    "Unit",
]  # fmt: skip


class Source(Section):
    """Where the scenario's facts come from."""

    title: Text
    confidence: Literal["verified", "secondary", "computed", "general", "assumed"] = "general"
    note: Text = ""


class ReadAhead(Section):
    """One half page that a seat reads before the exercise."""

    title: Text
    text: Text
    seats: tuple[Id, ...] = ()
    """Seats it is for; nobody named means everybody."""


class Mandate(Section):
    """What the mission may and must do."""

    type: Id
    tasks: tuple[Id, ...] = ()
    text: Text = ""
    force: Text = ""
    """Rules of engagement and the directive on the use of force in a sentence each."""


class Mission(Section):
    """The mission as its members call it, and the light it works in."""

    name: Text
    headquarters: Id
    sunrise: Annotated[str, Field(pattern=r"^\d\d:\d\d$")] = "06:00"
    sunset: Annotated[str, Field(pattern=r"^\d\d:\d\d$")] = "18:00"
    season: Literal["dry", "rainy"] = "dry"
    road_detour: Annotated[float, Field(strict=True, ge=1.0, le=3.0)] = 1.3
    """Road length over straight distance where a route gives none."""


class Pattern(Section):
    """A named deployment pattern: what differs from the base, entry by entry (``absent`` removes one)."""

    title: Text = ""
    text: Text = ""
    units: dict[Id, Any] = Field(default_factory=dict)
    places: dict[Id, Any] = Field(default_factory=dict)
    contributors: dict[Id, Any] = Field(default_factory=dict)
    groups: dict[Id, Any] = Field(default_factory=dict)
    hostilities: dict[Id, Any] = Field(default_factory=dict)
    communities: dict[Id, Any] = Field(default_factory=dict)
    counterparts: dict[Id, Any] = Field(default_factory=dict)
    patrons: dict[Id, Any] = Field(default_factory=dict)
    red_lines: dict[Id, Any] = Field(default_factory=dict)
    injects: dict[Id, Any] = Field(default_factory=dict)
    decisions: dict[Id, Any] = Field(default_factory=dict)
    standing_orders: dict[Id, Any] = Field(default_factory=dict)
    options: dict[Id, Id] = Field(default_factory=dict)


class Choice(Section):
    """A question on which sources differ; each answer is an overlay like a pattern."""

    title: Text
    default: Id
    choices: dict[Id, Pattern]


class NamingTable(Section):
    """What people read for ids. Digests never depend on it."""

    names: dict[Id, Text] = Field(default_factory=dict)
    fictional: dict[Id, Text] = Field(default_factory=dict)


class Scenario(Section):
    """One scenario file."""

    format: Annotated[int, Field(strict=True, ge=1)]
    title: Text
    summary: Text = ""
    start: datetime
    duration: Duration
    epilogue: Duration = 0
    """End of the run under policies, counted from the start; 0 for none."""
    sources: tuple[Source, ...] = ()
    warning: Text = ""
    readahead: tuple[ReadAhead, ...] = ()
    mission: Mission
    mandate: Mandate
    seats: dict[Id, Seat]
    places: dict[Id, Place]
    routes: tuple[Route, ...] = ()
    contributors: dict[Id, Contributor] = Field(default_factory=dict)
    units: dict[Id, Unit] = Field(default_factory=dict)
    groups: dict[Id, Group] = Field(default_factory=dict)
    hostilities: dict[Id, Hostility] = Field(default_factory=dict)
    communities: dict[Id, Community] = Field(default_factory=dict)
    counterparts: dict[Id, Counterpart] = Field(default_factory=dict)
    patrons: dict[Id, Patron] = Field(default_factory=dict)
    red_lines: dict[Id, RedLine] = Field(default_factory=dict)
    information: dict[Id, InformationSource] = Field(default_factory=dict)
    standings: dict[Id, StandingEntry] = Field(default_factory=dict)
    injects: dict[Id, Inject] = Field(default_factory=dict)
    decisions: dict[Id, Decision] = Field(default_factory=dict)
    procedure: tuple[Step, ...] = ()
    standing_orders: dict[Id, StandingOrder] = Field(default_factory=dict)
    benchmarks: dict[Id, Benchmark] = Field(default_factory=dict)
    measures: tuple[Id, ...] = ()
    """Measures shown first; all that apply are computed."""
    epilogue_marks: tuple[Duration, ...] = ()
    naming: NamingTable = NamingTable()
    patterns: dict[Id, Pattern] = Field(default_factory=dict)
    options: dict[Id, Choice] = Field(default_factory=dict)
    doctrine: dict[Id, dict[str, Any]] = Field(default_factory=dict)
    """Overrides of doctrine entries by catalogue and id."""
