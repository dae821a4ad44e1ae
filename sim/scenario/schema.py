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
from sim.scenario.annotations import Duration, DurationDistribution, Id, Text
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
    """The document, as one would cite it."""
    confidence: Literal["verified", "secondary", "computed", "general", "assumed"] = "general"
    """How far it can be believed: read, second hand, computed from data, general knowledge, or assumed."""
    note: Text = ""
    """What was taken from it."""


class ReadAhead(Section):
    """One half page that a seat reads before the exercise."""

    title: Text
    """The heading."""
    text: Text
    """Half a page; an empty line begins a paragraph."""
    seats: tuple[Id, ...] = ()
    """Seats it is for; nobody named means everybody."""


class Mandate(Section):
    """What the mission may and must do."""

    type: Id
    """A label for readers, such as multidimensional; no mechanism reads it."""
    tasks: tuple[Id, ...] = ()
    """Mandated tasks, in words of your own such as protection-of-civilians; no mechanism reads them."""
    text: Text = ""
    """The mandate in two or three sentences."""
    force: Text = ""
    """Rules of engagement and the directive on the use of force in a sentence each."""


class Mission(Section):
    """The mission as its members call it, and the light it works in."""

    name: Text
    """The name of the mission, or of a fictional one."""
    headquarters: Id
    """The place from which it is led."""
    sunrise: Annotated[str, Field(pattern=r"^\d\d:\d\d$")] = "06:00"
    """Local time of first light; aircraft and patrols depend on it."""
    sunset: Annotated[str, Field(pattern=r"^\d\d:\d\d$")] = "18:00"
    """Local time of last light."""
    season: Literal["dry", "rainy"] = "dry"
    """In the rains tracks are slow, and some routes shut (F19, F22)."""
    rains: DurationDistribution | None = None
    """When the rainy season begins, counted from the start, where the run begins in the dry one."""
    road_detour: Annotated[float, Field(strict=True, ge=1.0, le=3.0)] = 1.3
    """Road length over straight distance where a route gives none."""


class Pattern(Section):
    """A named deployment pattern: what differs from the base, entry by entry (``absent`` removes one)."""

    title: Text = ""
    """The name that people read."""
    text: Text = ""
    """What differs from the base case, in a sentence or two."""
    units: dict[Id, Any] = Field(default_factory=dict)
    """Changes to units, by id; `absent` takes one away."""
    places: dict[Id, Any] = Field(default_factory=dict)
    """Changes to places, by id."""
    contributors: dict[Id, Any] = Field(default_factory=dict)
    """Changes to contributors, by id."""
    groups: dict[Id, Any] = Field(default_factory=dict)
    """Changes to groups, by id."""
    hostilities: dict[Id, Any] = Field(default_factory=dict)
    """Changes to hostilities, by id."""
    communities: dict[Id, Any] = Field(default_factory=dict)
    """Changes to communities, by id."""
    counterparts: dict[Id, Any] = Field(default_factory=dict)
    """Changes to counterparts, by id."""
    patrons: dict[Id, Any] = Field(default_factory=dict)
    """Changes to patrons, by id."""
    red_lines: dict[Id, Any] = Field(default_factory=dict)
    """Changes to red lines, by id."""
    information: dict[Id, Any] = Field(default_factory=dict)
    """Changes to information sources, by id."""
    injects: dict[Id, Any] = Field(default_factory=dict)
    """Changes to injects, by id."""
    decisions: dict[Id, Any] = Field(default_factory=dict)
    """Changes to decisions, by id."""
    standing_orders: dict[Id, Any] = Field(default_factory=dict)
    """Changes to standing orders, by id: most patterns differ here."""
    options: dict[Id, Id] = Field(default_factory=dict)
    """Answers to the scenario's options that this pattern takes for granted."""


class Choice(Section):
    """A question on which sources differ; each answer is an overlay like a pattern."""

    title: Text
    """The question, as people read it."""
    default: Id
    """The answer taken where nobody chooses."""
    choices: dict[Id, Pattern]
    """The answers, each with what it changes."""


class NamingTable(Section):
    """What people read for ids. Digests never depend on it."""

    names: dict[Id, Text] = Field(default_factory=dict)
    """What people read for an id. An id that is missing here is shown with its dashes as spaces."""
    fictional: dict[Id, Text] = Field(default_factory=dict)
    """The same with invented names, for a program that asks for them: `compile_scenario(..., fictional=True)`."""


class Scenario(Section):
    """One scenario file."""

    format: Annotated[int, Field(strict=True, ge=1)]
    """1: the format of this file."""
    title: Text
    """The title of the exercise."""
    summary: Text = ""
    """Two or three sentences for whoever chooses among scenarios."""
    start: datetime
    """Date, time and zone of the first moment: `2014-03-05T06:00+03:00`."""
    duration: Duration
    """How long it is scored."""
    epilogue: Duration = 0
    """End of the run under policies, counted from the start; 0 for none."""
    sources: tuple[Source, ...] = ()
    """Where the facts come from; what is assumed belongs here too."""
    warning: Text = ""
    """Read out at the start: what the exercise deals with, and how anyone may step out."""
    readahead: tuple[ReadAhead, ...] = ()
    """What participants read beforehand."""
    mission: Mission
    """The mission."""
    mandate: Mandate
    """What it may and must do."""
    seats: dict[Id, Seat]
    """Who can be played, who stands outside, and who takes orders from whom; by id."""
    places: dict[Id, Place]
    """Towns, bases, camps, crossings; by id."""
    routes: tuple[Route, ...] = ()
    """The roads between them; the id of a route is its two places as `between` has them: `town--base`."""
    contributors: dict[Id, Contributor] = Field(default_factory=dict)
    """The states that lend units, by letter; by id."""
    units: dict[Id, Unit] = Field(default_factory=dict)
    """What can be tasked; by id. A part of a unit has the id of the whole and `/1`, `/2` …."""
    groups: dict[Id, Group] = Field(default_factory=dict)
    """Armed groups; by id."""
    hostilities: dict[Id, Hostility] = Field(default_factory=dict)
    """Fights waiting to break out; by id."""
    communities: dict[Id, Community] = Field(default_factory=dict)
    """Civilians, by livelihood; by id."""
    counterparts: dict[Id, Counterpart] = Field(default_factory=dict)
    """The faces of the host state; by id."""
    patrons: dict[Id, Patron] = Field(default_factory=dict)
    """Those to whom groups listen; by id."""
    red_lines: dict[Id, RedLine] = Field(default_factory=dict)
    """Limits that the mission can announce; by id."""
    information: dict[Id, InformationSource] = Field(default_factory=dict)
    """Through whom and what the mission learns; by id."""
    standings: dict[Id, StandingEntry] = Field(default_factory=dict)
    """Where [standings](#standings-that-there-are) begin that no other section opens; by id."""
    injects: dict[Id, Inject] = Field(default_factory=dict)
    """Events of the exercise; by id."""
    decisions: dict[Id, Decision] = Field(default_factory=dict)
    """Questions with a time box; by id."""
    procedure: tuple[Step, ...] = ()
    """The mission's own crisis procedure, step by step."""
    standing_orders: dict[Id, StandingOrder] = Field(default_factory=dict)
    """The rules by which policies play seats that no person holds; by id, first match."""
    benchmarks: dict[Id, Benchmark] = Field(default_factory=dict)
    """Conditions by which the exercise is judged; by id."""
    measures: tuple[Id, ...] = ()
    """Measures shown first, in this order; all that apply are computed."""
    epilogue_marks: tuple[Duration, ...] = ()
    """Moments at which the measures are taken again after the scored end."""
    naming: NamingTable = NamingTable()
    """What people read for ids."""
    patterns: dict[Id, Pattern] = Field(default_factory=dict)
    """Named deployment patterns; by id."""
    options: dict[Id, Choice] = Field(default_factory=dict)
    """Questions on which the sources differ, or that a trainer may want to set; by id."""
    doctrine: dict[Id, dict[str, Any]] = Field(default_factory=dict)
    """Overrides of doctrine entries by catalogue and id."""
