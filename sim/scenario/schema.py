"""What an author writes: the scenario language, one model per section.

The docstring under each field is its user documentation; unknown keys are errors. Everything here is
data: nothing is evaluated, and nothing in the program branches on the id of a scenario.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from sim.scenario.annotations import Duration, DurationDistribution, Id, LatLon, Moment, NumberDistribution, Text
from sim.scenario.conditions import Condition

Share = Annotated[float, Field(strict=True, ge=0.0, le=1.0)]
Level = Annotated[float, Field(strict=True, ge=0.0, le=100.0)]
Positive = Annotated[float, Field(strict=True, gt=0.0)]
Count = Annotated[int, Field(strict=True, ge=0)]


class Section(BaseModel):
    """Base of every section: frozen, and strict about keys."""

    # NOTE: built once as parts of the whole, not each alone as well: 0.13 s of import for 0.16.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


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


class Seat(Section):
    """A role in this scenario; titles, authority and who stands outside the mission differ."""

    role: Id
    title: Text = ""
    level: Literal["mission", "sector", "site", "outside", "control"] = "mission"
    at: Id = ""
    under: Id = ""
    """The seat above it in the chain."""
    playable: bool = True


class Site(Section):
    """What a base can offer people who seek protection there."""

    room_m2: Positive
    """Ground that can be opened beside or inside the base."""
    gate_m2: Positive = 2_000.0
    """Ground in front of the gate on which people wait."""
    water_m3_per_day: Annotated[float, Field(strict=True, ge=0.0)]
    """Production beyond the base's own minimum use."""
    own_water_m3_per_day: Annotated[float, Field(strict=True, ge=0.0)] = 0.0
    """The base's own use; part of it can be given up."""
    water_stock_m3: Annotated[float, Field(strict=True, ge=0.0)] = 0.0
    fuel_days: Annotated[float, Field(strict=True, ge=0.0)] = 14.0
    latrines: Count = 0
    beds: Count = 5
    """Wounded who can be held at level 1 (F27)."""
    gate: Literal["shut", "open", "search"] = "shut"


class Place(Section):
    """A point on the map."""

    kind: Literal["town", "village", "base", "headquarters", "camp", "crossing", "refuge"]
    at: LatLon | None = None
    near: Id = ""
    km: Annotated[float, Field(strict=True, ge=0.0)] = 0.0
    bearing: Annotated[float, Field(strict=True, ge=0.0, lt=360.0)] = 0.0
    rank: Annotated[int, Field(strict=True, ge=1, le=3)] = 2
    site: Site | None = None
    hospital: Annotated[int, Field(strict=True, ge=0, le=3)] = 0
    """Level of the medical facility there."""
    threat_per_day: Annotated[float, Field(strict=True, ge=0.0)] = 0.0
    """Attacks per day that its people face when no troops guard it."""
    people: Count = 0
    """People who live there and depend on the unit stationed with them (for what a move costs its origin)."""


class Route(Section):
    """What joins two places."""

    between: tuple[Id, Id]
    surface: Literal["paved", "track", "trail"] = "track"
    km: Annotated[float, Field(strict=True, gt=0.0)] | None = None
    via: tuple[LatLon, ...] = ()
    checkpoints: Count = 0
    held_by: Id = ""
    """The counterpart or group whose word opens or closes it."""


class Caveat(Section):
    """A contributor's restriction on the use of its units."""

    id: Id
    declared: bool = True
    detached: bool = False
    """Matches when part of a unit is sent without the rest."""
    tasks: tuple[Id, ...] = ()
    """Responses it matches; none named means any."""
    away_from: Id = ""
    beyond_km_of_level_2: float = 0.0
    night: bool = False
    force_level: Literal["", "presence", "non-lethal", "lethal"] = ""
    longer_than: Duration = 0
    ground: Literal["national-instruction", "missing-capability", "safety", "unlawful-task", "bad-faith"]
    rigidity: Level = 50.0
    needs: tuple[Id, ...] = ()
    """Levers that meet this ground; the catalogue's own list where none is named."""
    says: Text = ""
    """What its commander says when he objects; no contributor is ever named."""
    answers: Text = ""
    """What he says when asked what it would take."""


class Contributor(Section):
    """The state that lends a unit and keeps full command of it. Known by a letter only."""

    kind: Literal["tcc", "pcc", "mission", "host"]
    office_hours: tuple[
        Annotated[float, Field(strict=True, ge=0, le=24)], Annotated[float, Field(strict=True, ge=0, le=24)]
    ] = (8.0, 17.0)
    """When its capital works, in the mission's local time."""
    caveats: tuple[Caveat, ...] = ()
    unknown_caveat: Share = 0.0
    """Chance of an undeclared caveat that this file does not name (C4)."""


class Unit(Section):
    """Troops, police, aircraft, vehicles or civilian staff that can be tasked."""

    type: Id
    contributor: Id = ""
    at: Id
    under: tuple[Id, ...] = ()
    """Seats between the component head and the unit, from the top down."""
    posture: Id = "routine"
    strength: Count = 0
    """The type's strength where none is given."""
    vehicles: tuple[Count, Count] | None = None
    """Serviceable and held."""
    mindset: Level = 50.0
    """How readily its commander acts alone; drawn around this."""
    clarity: Level = 50.0
    """How clear the intent issued beforehand was."""
    protects: Id = ""
    """The place that loses protection when it leaves."""
    languages: Share = 0.5
    """Share of local languages it can speak, interpreters included."""


class Group(Section):
    """An armed actor with aims of its own; the host state's forces are groups too."""

    kind: Literal["community-fighters", "looters", "militia", "rebels", "host-police", "host-army"]
    home: Id
    strength: NumberDistribution
    community: Id = ""
    """The civilians it comes from (never the same thing as the group)."""
    enemies: tuple[Id, ...] = ()
    cohesion: Level = 50.0
    aggression: Level = 50.0
    talks: Level = 50.0
    """Willingness to negotiate."""
    respects: Level = 50.0
    """Regard for international humanitarian law."""
    options: dict[Id, float] = Field(default_factory=dict)
    """Gain it sees in each kind of action, -5 to 5."""


class Hostility(Section):
    """A fight waiting to break out between two parties at a place."""

    place: Id
    parties: tuple[Id, Id]
    onset: DurationDistribution
    """Hours from the start to the first shots: chance, not a script for what follows."""
    intensity: Level = 60.0
    grievance: Text = ""


class Community(Section):
    """Civilians of one place and identity, by livelihood."""

    place: Id
    people: NumberDistribution
    fear: Level = 0.0
    """Fear at the start, 0 to 100."""
    trust: Level = 40.0
    kin: dict[Id, float] = Field(default_factory=dict)
    """Weight of relatives in other places when people flee."""
    children: Share = 0.6
    women: Share = 0.3
    threatened_by: tuple[Id, ...] = ()


class Counterpart(Section):
    """One of the faces of the host state; a deal with one binds no other."""

    kind: Literal["capital", "governor", "security-service"]
    at: Id
    consent: Level = 50.0
    base: Level | None = None
    gates: tuple[Literal["flight", "convoy", "camp", "entry"], ...] = ()
    """What it must permit: flights, road moves, new ground for the displaced, its own police inside."""
    presses_for: Text = ""


class InformationSource(Section):
    """Someone or something through which the mission learns."""

    kind: Literal[
        "presence", "patrol", "liaison", "observers", "police", "alert-network", "women-network", "youth-network",
        "traders", "drone", "ngo", "host-state", "media", "headquarters",
    ]  # fmt: skip
    places: tuple[Id, ...]
    detects: Share = 0.5
    delay: DurationDistribution
    reliability: Annotated[str, Field(pattern=r"^[A-F]$")] = "C"
    to: tuple[Id, ...] = ("joc",)
    error: Annotated[float, Field(strict=True, ge=0.0)] = 0.4
    """Log-standard deviation of the numbers it gives."""
    at_risk: bool = False
    """People who talk run a risk; using what they said may cost them."""


class StandingEntry(Section):
    """A standing that is not given by a counterpart, community or group."""

    value: Level
    base: Level | None = None
    half_life: Duration = 0


class Reported(Section):
    """A fact that an inject reports, true or not."""

    subject: Id
    attribute: Id
    value: int | float | str | tuple[int, int]


class RumourEffect(Section):
    """Talk of an attack to come; with a chance it is so."""

    place: Id
    true_with: Share = 0.3
    within: DurationDistribution
    """When the attack comes if the talk is true."""


class StandingEffect(Section):
    of: Id
    amount: Annotated[float, Field(strict=True, ge=-100.0, le=100.0)]


class AbsentEffect(Section):
    """A principal is away; an officer-in-charge hesitates."""

    seat: Id
    hours: DurationDistribution


class PressureEffect(Section):
    """A counterpart presses a demand on the mission."""

    counterpart: Id
    demand: Literal["no-camp", "entry", "quick-return"]


class FearEffect(Section):
    place: Id
    amount: float


class ConductEffect(Section):
    """An allegation of misconduct against a member of a unit."""

    unit: Id


class LimitEffect(Section):
    """A contributor extends (positive) or cuts the time limit of a detached unit."""

    unit: Id
    hours: float


class AgreementEffect(Section):
    """The elders of both sides agree, whatever the mission did."""

    hostility: Id
    clauses: tuple[Literal["women", "market", "road", "monitoring"], ...] = ()


class Effect(Section):
    """What an inject does to the world besides saying something; exactly one key."""

    rumour: RumourEffect | None = None
    standing: StandingEffect | None = None
    absent: AbsentEffect | None = None
    dust: Duration | None = None
    pressure: PressureEffect | None = None
    fear: FearEffect | None = None
    conduct: ConductEffect | None = None
    limit: LimitEffect | None = None
    agreement: AgreementEffect | None = None


class Inject(Section):
    """An event of the exercise: timed, conditional or from the pool."""

    storyline: Id = ""
    title: Text = ""
    at: Moment | DurationDistribution | None = None
    when: Condition | None = None
    pool: bool = False
    delay: DurationDistribution | None = None
    repeat: bool = False
    sender: Id = Field(alias="from")
    to: tuple[Id, ...]
    means: Literal["phone", "radio", "letter", "visit", "email", "press", "message"] = "message"
    text: Text
    grade: Annotated[str, Field(pattern=r"^[A-F][1-6]$")] = "C3"
    urgent: bool = False
    expect: Text = ""
    objective: Id = ""
    control_note: Text = ""
    cue: Text = ""
    """The question the facilitator asks the room."""
    facts: tuple[Reported, ...] = ()
    effects: tuple[Effect, ...] = ()


class OrderAction(Section):
    seat: Id = ""
    action: Id
    unit: Id = ""
    place: Id = ""
    target: Id = ""
    options: tuple[Id, ...] = ()
    hours: float = 0.0


class RequestAction(Section):
    seat: Id = ""
    to: Id
    action: Id
    unit: Id = ""
    place: Id = ""
    target: Id = ""


class DirectionAction(Section):
    seat: Id = ""
    lead: Id
    action: Id
    place: Id = ""
    by_hours: float = 0.0
    delegate: bool = False


class LeversAction(Section):
    seat: Id = ""
    unit: Id = ""
    """The objecting unit; the latest objection where none is named."""
    levers: tuple[Id, ...] = ()
    ask: bool = False
    hours: float = 0.0
    offer: Id = ""


class AnswerAction(Section):
    seat: Id = ""
    decision: Id
    option: Id


class SubmitAction(Section):
    seat: Id = ""
    to: Id
    product: Id
    about: Id = ""


class Action(Section):
    """One input, as a scenario writes it; exactly one key."""

    order: OrderAction | None = None
    request: RequestAction | None = None
    direction: DirectionAction | None = None
    levers: LeversAction | None = None
    answer: AnswerAction | None = None
    submit: SubmitAction | None = None


class Option(Section):
    """One way to decide."""

    label: Text
    text: Text = ""
    do: tuple[Action, ...] = ()
    touches: dict[Id, Annotated[float, Field(strict=True, ge=-1.0, le=1.0)]] = Field(default_factory=dict)
    """Poles that the option pulls at, -1 to 1."""


class Decision(Section):
    """A question with a time box. Silence is an answer: ``otherwise``."""

    title: Text
    text: Text = ""
    when: Condition
    to: Id
    within: Duration
    options: dict[Id, Option]
    otherwise: Id
    considerations: tuple[Text, ...] = ()
    known: tuple[tuple[Id, Id], ...] = ()
    """Facts (subject, attribute) shown beside it as known or unknown."""


class Step(Section):
    """A step of the mission's own crisis procedure."""

    id: Id
    title: Text
    owner: Id
    within: Duration
    evidence: Condition


class StandingOrder(Section):
    """A rule of the policy that plays a seat: data, first match, over what that seat knows."""

    seat: Id
    when: Condition
    do: tuple[Action, ...]
    within: DurationDistribution | None = None
    repeat: Duration = 0
    """Earliest repetition; none means once."""


class Benchmark(Section):
    """A condition on the world by which the exercise is judged."""

    label: Text
    when: Condition


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
