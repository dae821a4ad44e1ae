"""The others, as an author writes them: groups, communities, the host state, and who tells the mission what."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.annotations import Duration, DurationDistribution, Id, NumberDistribution, Text
from sim.scenario.section import Amount, Gain, Level, Section, Share


class Group(Section):
    """An armed actor with aims of its own; the host state's forces are groups too."""

    kind: Literal["community-fighters", "looters", "militia", "rebels", "host-police", "host-army"]
    """What kind of armed actor it is: sets what it is after where `options` says nothing."""
    home: Id
    """Where it is at home."""
    strength: NumberDistribution
    """Fighters; drawn for each run."""
    community: Id = ""
    """The civilians it comes from (never the same thing as the group)."""
    enemies: tuple[Id, ...] = ()
    """Groups it fights."""
    cohesion: Level = 50.0
    """How well it holds together under losses and temptation."""
    aggression: Level = 50.0
    """Willingness to use violence."""
    talks: Level = 50.0
    """Willingness to negotiate."""
    respects: Level = 50.0
    """Regard for international humanitarian law."""
    options: dict[Id, Gain] = Field(default_factory=dict)
    """Gain it sees in a [kind of action](#what-a-group-can-do), where it differs from its kind's own; -5 to 5, and 0 is
    waiting."""
    process: Literal["inside", "outside", "profit"] = "outside"
    """Its relation to the peace process; those who live off the war stand outside it for profit."""
    holds: tuple[Id, ...] = ()
    """Places it is in at the start besides its home."""
    aims: dict[Id, Gain] = Field(default_factory=dict)
    """Places it wants and is not in, and the gain it sees in having each, -5 to 5."""
    allies: tuple[Id, ...] = ()
    """Groups it goes along with; a fight of theirs becomes its own."""
    under: Id = ""
    """The group whose command it is under."""
    commanders: Annotated[int, Field(strict=True, ge=1)] = 1
    """Field commanders who each have to be told; a word to one does not reach the others."""
    gathers: DurationDistribution | None = None
    """How long it gathers men and fuel before it can march on what it wants; none given means that it is ready."""
    supply_days: Amount | None = None
    """Days it can fight on what it has; none given means that supply is no limit."""
    supplied_from: Id = ""
    """The place its supply comes from, as long as the way is open."""
    recruits_per_day: Amount = 0.0
    """Fighters who join on an ordinary day; abuses against its community bring more."""


class Hostility(Section):
    """A fight waiting to break out between two parties at a place."""

    place: Id
    """Where they meet."""
    parties: tuple[Id, Id]
    """The two groups."""
    onset: DurationDistribution
    """Hours from the start to the first shots: chance, not a script for what follows."""
    intensity: Level = 60.0
    """How hot the fight is once it begins."""
    grievance: Text = ""
    """What it is about, for mediators and readers."""


class Patron(Section):
    """Someone outside the fight to whom a group listens: a notable, a trader, a neighbour, a politician."""

    over: dict[Id, Share]
    """The groups it has leverage over, and how much."""
    listens: Level = 50.0
    """How ready it is to use its leverage when the mission asks."""
    interest: Text = ""
    """What it wants, for whoever speaks with it."""


class RedLine(Section):
    """A limit that the mission can announce: where, to whom, what crosses it, and what follows (C20)."""

    around: Id
    """The place it protects."""
    km: Amount
    """Distance from the place at which it runs, along every road that leads there."""
    groups: tuple[Id, ...] = ()
    """Whom it binds; nobody named means every armed group: one rule for all."""
    trigger: Literal["movement", "attack"] = "movement"
    """What crosses it: an armed column on its way to the place, or an attack inside."""
    consequence: Literal["air", "ground", "any"] = "any"
    """The means with which the mission says it will act."""
    exceptions: tuple[Literal["wounded", "herders", "aid", "departure"], ...] = ()
    """Who may cross all the same."""
    announced: bool = False
    """It was declared to everybody before the start."""
    text: Text = ""
    """What the mission says, in its own words."""


class Community(Section):
    """Civilians of one place and identity, by livelihood."""

    place: Id
    """Where it lives."""
    people: NumberDistribution
    """How many; drawn for each run."""
    fear: Level = 0.0
    """Fear at the start, 0 to 100."""
    trust: Level = 40.0
    """Trust in the mission at the start."""
    kin: dict[Id, float] = Field(default_factory=dict)
    """Weight of relatives in other places when people flee."""
    children: Share = 0.6
    """Share of children, for those who plan protection and aid."""
    women: Share = 0.3
    """Share of women."""
    threatened_by: tuple[Id, ...] = ()
    """Groups that are after it; nobody named means whoever is not its own."""


class Counterpart(Section):
    """One of the faces of the host state; a deal with one binds no other."""

    kind: Literal["capital", "governor", "security-service"]
    """Which face of the state it is."""
    at: Id
    """Where it sits."""
    consent: Level = 50.0
    """Its consent at the start; people read words for it: given, conditional, withdrawn in practice."""
    base: Level | None = None
    """Where consent drifts back to; the start where none is given."""
    gates: tuple[Literal["flight", "convoy", "camp", "entry", "curfew"], ...] = ()
    """What it must permit: flights, road moves, new ground for the displaced, its own police inside; a curfew."""
    forces: tuple[Id, ...] = ()
    """The groups that are its own forces."""
    obstructs_per_day: Amount = 0.0
    """Times a day that its people hold up the mission somewhere while consent is withdrawn (C16)."""
    presses_for: Text = ""
    """What it wants, for whoever speaks with it."""


class InformationSource(Section):
    """Someone or something through which the mission learns; of a place without any it hears nothing."""

    kind: Literal[
        "presence", "patrol", "liaison", "observers", "police", "alert-network", "women-network", "youth-network",
        "traders", "drone", "ngo", "host-state", "media", "headquarters",
    ]  # fmt: skip
    """Who they are."""
    places: tuple[Id, ...]
    """Where they see and hear. A column is seen at the places that it leaves, passes and reaches."""
    detects: Share = 0.5
    """Chance that they notice something ordinary that happens there."""
    delay: DurationDistribution
    """How long their word takes."""
    reliability: Annotated[str, Field(pattern=r"^[A-F]$")] = "C"
    """The grade of the source, A to F (C22)."""
    to: tuple[Id, ...] = ("joc",)
    """Seats that it reaches first."""
    error: Annotated[float, Field(strict=True, ge=0.0)] = 0.4
    """Log-standard deviation of the numbers it gives."""
    at_risk: bool = False
    """People who talk run a risk; using what they said may cost them."""


class StandingEntry(Section):
    """A standing that is not given by a counterpart, community or group."""

    value: Level
    """Its level at the start."""
    base: Level | None = None
    """Where it drifts back to; the start where none is given."""
    half_life: Duration = 0
    """How fast it drifts; 0 for the doctrine's own."""
