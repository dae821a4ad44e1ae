"""The ground and the mission on it, as an author writes them: seats, places, routes, contributors, units."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.annotations import Duration, Id, LatLon, Text
from sim.scenario.section import Amount, Count, Level, Positive, Section, Share


class Seat(Section):
    """A role in this scenario; titles, authority and who stands outside the mission differ."""

    role: Id
    """The role of the catalogue: what it may direct, order and request."""
    title: Text = ""
    """What people read; the role's title where none is given."""
    level: Literal["mission", "sector", "site", "outside", "control"] = "mission"
    """Mission, sector or site; outside the mission; or control. Policies play sectors and sites unless taken."""
    at: Id = ""
    """The place it sits at; site and sector seats hear directly what happens there."""
    under: Id = ""
    """The seat above it in the chain."""
    playable: bool = True
    """Whether a person may take it."""


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
    """What its tanks hold at the start."""
    fuel_days: Annotated[float, Field(strict=True, ge=0.0)] = 14.0
    """Fuel for its generators and pumps."""
    latrines: Count = 0
    """Latrines that people outside can use (H3)."""
    beds: Count = 5
    """Wounded who can be held at level 1 (F27)."""
    gate: Literal["shut", "open", "search"] = "shut"
    """How the gate stands at the start."""


class Place(Section):
    """A point on the map."""

    kind: Literal["town", "village", "base", "headquarters", "camp", "compound", "crossing", "refuge"]
    """What it is. A refuge takes people in but has no base."""
    at: LatLon | None = None
    """Latitude and longitude."""
    near: Id = ""
    """Instead of `at`: the place it lies near to,"""
    km: Annotated[float, Field(strict=True, ge=0.0)] = 0.0
    """at this distance from it"""
    bearing: Annotated[float, Field(strict=True, ge=0.0, lt=360.0)] = 0.0
    """and in this direction, in degrees from north."""
    rank: Annotated[int, Field(strict=True, ge=1, le=3)] = 2
    """1 is shown on every map, 3 only on a large one."""
    site: Site | None = None
    """What it can offer people who seek protection; only bases have it."""
    hospital: Annotated[int, Field(strict=True, ge=0, le=3)] = 0
    """Level of the medical facility there."""
    threat_per_day: Annotated[float, Field(strict=True, ge=0.0)] = 0.0
    """Attacks per day that its people face when no troops guard it."""
    people: Count = 0
    """People who live there and depend on the unit stationed with them (for what a move costs its origin)."""
    aid_from: Id = ""
    """Where the agencies load what they bring to the people here; nothing for a place that does without."""
    aid_days: Amount = 7.0
    """Days between one convoy of the agencies and the next."""


class Route(Section):
    """What joins two places."""

    between: tuple[Id, Id]
    """The two places it joins."""
    surface: Literal["paved", "track", "trail"] = "track"
    """Sets the speed, with season and darkness (F19-F22)."""
    km: Annotated[float, Field(strict=True, gt=0.0)] | None = None
    """Its length; the straight distance times the mission's detour where none is given. Places that no route joins are
    that far apart too: nobody is out of reach, and nothing stands in the way there."""
    via: tuple[LatLon, ...] = ()
    """Points it passes, for the map."""
    checkpoints: Count = 0
    """Posts of the holder on the way; each may deny passage."""
    held_by: Id = ""
    """The counterpart or group whose word opens or closes it."""
    mined: Share = 0.0
    """Share of its length that is not known to be clear of mines and improvised bombs."""
    closed_in_rains: bool = False
    """Wheeled columns do not get through in the rainy season."""
    blocked_by: Id = ""
    """The group that stands across it at the start and lets no column of the mission pass: orders that need the road,
    and have no way around, come back as no-road, until force-passage, terms with the group or its leaving opens it."""


class Caveat(Section):
    """A contributor's restriction on the use of its units: it matches a task when all that is said here holds.

    `night` alone matches a ring around its own base at night too; with `outside: [base]` it does not. With neither
    place nor hour nor task it matches everything.
    """

    id: Id
    """Its name; an objection is `objection/UNIT/CAVEAT`."""
    declared: bool = True
    """Whether it is known at planning, or found on tasking."""
    detached: bool = False
    """Matches when part of a unit is sent without the rest."""
    tasks: tuple[Id, ...] = ()
    """Responses it matches; none named means any."""
    away_from: Id = ""
    """Matches when the unit is sent anywhere but here."""
    outside: tuple[Id, ...] = ()
    """Matches anywhere but in these places: the area the unit was offered for."""
    beyond_km_of_level_2: float = 0.0
    """Matches farther than this from a hospital of level 2."""
    night: bool = False
    """Matches what is to begin at night."""
    weather: bool = False
    """Matches while dust keeps aircraft on the ground, and with them whoever would fly out the wounded."""
    against_host: bool = False
    """Matches where those who attack are forces of the host state."""
    force_level: Literal["", "presence", "non-lethal", "lethal"] = ""
    """Matches tasks of this level of force or above."""
    longer_than: Duration = 0
    """Matches tasks meant to last longer."""
    ground: Literal["national-instruction", "missing-capability", "safety", "unlawful-task", "bad-faith"]
    """What is really behind it. Levers work only on their ground."""
    rigidity: Level = 50.0
    """How much it takes to move it, 0 to 100."""
    needs: tuple[Id, ...] = ()
    """Levers that meet this ground; the catalogue's own list where none is named."""
    says: Text = ""
    """What its commander says when he objects; no contributor is ever named."""
    answers: Text = ""
    """What he says when asked what it would take."""


class Contributor(Section):
    """The state that lends a unit and keeps full command of it. Known by a letter only."""

    kind: Literal["tcc", "pcc", "mission", "host"]
    """Troops, police, the mission's own staff, or the host state."""
    office_hours: tuple[
        Annotated[float, Field(strict=True, ge=0, le=24)], Annotated[float, Field(strict=True, ge=0, le=24)]
    ] = (8.0, 17.0)
    """When its capital works, in the mission's local time."""
    caveats: tuple[Caveat, ...] = ()
    """Restrictions on the use of its units."""
    unknown_caveat: Share = 0.0
    """Chance of an undeclared caveat that this file does not name (C4)."""


class Unit(Section):
    """Troops, police, aircraft, vehicles or civilian staff that can be tasked."""

    type: Id
    """The type of the catalogue: strength, mobility, capabilities."""
    contributor: Id = ""
    """Whose it is."""
    at: Id
    """Where it stands at the start."""
    under: tuple[Id, ...] = ()
    """Seats between the component head and the unit, from the top down. They may order it, and so may the head: the
    first seat at level mission whose role commands the unit's component."""
    posture: Id = "routine"
    """How it stands: routine, high-readiness or defend-base. A higher posture frees more of it and shows."""
    strength: Count = 0
    """The type's strength where none is given."""
    vehicles: tuple[Count, Count] | None = None
    """Serviceable and held."""
    mindset: Level = 50.0
    """How readily its commander acts alone, 0 to 100; drawn around this."""
    clarity: Level = 50.0
    """How clear the intent issued beforehand was."""
    protects: Id = ""
    """The place that loses protection when it leaves."""
    languages: Share = 0.5
    """Share of local languages it can speak, interpreters included."""
    days_in_theatre: Count = 180
    """Days since it arrived; a new unit knows nobody, an old one is tired."""
    supply_days: Amount = 14.0
    """Days it can live on what it carries when it is away from a base (F29, F30)."""
