"""A town, a base two kilometres off, two refuges: the people and the site alone, the rest as plain stand-ins."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from sim.doctrine import load_doctrine
from sim.engine import kinds
from sim.engine.agenda import Agenda
from sim.engine.blueprint import CommunitySpec, PlaceSpec, SiteSpec
from sim.engine.chance import Chance
from sim.engine.journal import Journal
from sim.engine.ledger import Ledger
from sim.engine.people import People
from sim.engine.places import Places
from sim.engine.roads import measure
from sim.engine.sites import Sites
from sim.engine.ticks import DAY, HOUR
from sim.scenario.values import fixed as always

HOURS_OF_LIGHT = (6 * HOUR, 18 * HOUR)


PARAMETERS = {entry.id: entry.value for entry in load_doctrine().parameters.values()}
SITE = SiteSpec(60_000.0, 2_000.0, 8.0, 30.0, 60.0, 14.0, 20, 5, "open")


def place(name: str, rank: int, kind: str, km_north: float, site: SiteSpec | None = None) -> PlaceSpec:
    return PlaceSpec(name, rank, kind, 10.0 + km_north / 111.2, 20.0, 2, site, 0, 0.0, 0)


def community(name: str, rank: int, at: str, people: float, fear: float = 5.0) -> CommunitySpec:
    return CommunitySpec(name, rank, at, always(people), fear, 50.0, {}, 0.6, 0.3, ("riders",))


class Recorder:
    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.counted: dict[str, int] = {}
        self.events: list[tuple[str, str]] = []

    def provide(self, attribute: str, read: object, next_change: object = None) -> None: ...

    def changed(self, subject: str, attribute: str, row: int) -> None: ...

    def listen(self, key: object, listener: object) -> None: ...

    def provide_response(self, mechanism: str, **effects: object) -> None: ...

    def aggrieved(self, place: str, reason: str, row: int) -> None:
        self.events.append((reason, place))

    def event(self, name: str, subject: str, row: int) -> None:
        self.events.append((name, subject))

    def happened(self, phrase: str, place: str, row: int, **_: object) -> None:
        self.told.append((phrase, place))

    def count(self, name: str, amount: int, row: int) -> None:
        self.counted[name] = self.counted.get(name, 0) + amount


class TownAndBase:
    """Real people and a real site; forces, truth, reports and measures only note what they are told."""

    def __init__(
        self,
        seed: int = 1,
        *,
        people: float = 60_000.0,
        site: SiteSpec = SITE,
        units: dict[str, list[Any]] | None = None,
        change: dict[str, float] | None = None,
        fear: float = 5.0,
    ) -> None:
        self.parameters = {
            **PARAMETERS,
            # The units that tests put here have no commander who could be accused.
            "sites.exploitation_per_day": 1e-9,
            **(change or {}),
        }
        places = [
            place("town", 0, "town", 0.0),
            place("base", 1, "base", 2.0, site),
            place("north", 2, "refuge", 30.0),
            place("south", 3, "refuge", -25.0),
        ]
        self.blueprint = SimpleNamespace(
            places={spec.id: spec for spec in places},
            routes={},
            communities={
                "farmers": community("farmers", 0, "town", people * 0.9, fear),
                "traders": community("traders", 1, "town", people * 0.1, fear),
            },
            season="dry",
            rains=None,
            roads=measure({spec.id: spec for spec in places}, {}, 1.0),
            first_midnight=-6 * HOUR,
            sunrise=HOURS_OF_LIGHT[0],
            sunset=HOURS_OF_LIGHT[1],
        )
        self.agenda = Agenda()
        self.journal = Journal()
        self.chance = Chance(seed, self.journal, self.agenda)
        self.ledger = Ledger(self.journal, self.agenda)
        self.notes = Recorder()
        self.truth = self.intelligence = self.measures = self.notes
        self.crowds = self.notes
        self.handover = SimpleNamespace(friction=lambda place: 1.0)
        self.tasks = SimpleNamespace(provide=self.notes.provide_response)
        units = units or {}
        self.forces = SimpleNamespace(
            at=lambda where: units.get(where, []),
            armed_strength=lambda where: 60.0 if where == "base" else 0.0,
            presence=lambda where: 100.0 if where == "base" else 0.0,
            capability=lambda unit, family: unit.available * unit.capabilities.get(family, 0.0),
            available=lambda unit: unit.available,
        )
        self.places = Places(self)  # type: ignore[arg-type]
        self.people = People(self)  # type: ignore[arg-type]
        self.sites = Sites(self)  # type: ignore[arg-type]
        self.horizon = 45 * DAY
        self.beginning = self.journal.write(kinds.SCENARIO, 0, self.journal.name("scenario"), ())
        self.people.begin()
        self.sites.begin()

    @property
    def now(self) -> int:
        return self.agenda.now

    def event(self) -> int:
        return self.journal.write(kinds.CALENDAR, self.now, self.journal.name("test"), ())

    def run_to(self, hours: float, check: Callable[[], None] | None = None) -> None:
        to = round(hours * HOUR)
        while self.now < to:
            self.agenda.run(min(to, self.now + 6 * HOUR) if check else to)
            if check:
                check()

    def balanced(self) -> None:
        for state in self.people.communities.values():
            assert state.balanced(), state.id
        assert self.people.home_total == sum(state.home for state in self.people.communities.values())
        for name, site in self.sites.state.items():
            assert site.inside == sum(party.people for party in site.within)
            assert site.waiting == sum(party.people for party in site.line)
            assert site.people == self.people.sheltering(name)
        assert self.people.at_base == sum(self.people.sheltering(name) for name in self.sites.state)


def fight(world: TownAndBase, hours: tuple[float, ...] = (20.0, 26.0, 34.0, 44.0, 50.0)) -> None:
    """A day and a half of fighting in the town, from its second evening on."""
    for hour in hours:
        world.run_to(hour)
        world.people.shock("town", 45.0, world.event(), "riders")
