"""What a planner knows before the first day: ground, roads, own units, and who is said to be under threat.

Sources may differ on a scenario's facts, and a trainer may choose among them. What only some of the answers say is not
known: a unit is counted on, a threat is named and a road is open only where it is so under every answer. What the file
keeps from the mission - restrictions that were not declared, fights to come, injects - is never looked at.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from sim.doctrine.deployments import deployment_rules
from sim.engine.blueprint import Blueprint, CaveatSpec, PlaceSpec, RouteSpec, UnitSpec, compile_scenario
from sim.engine.places import great_circle_km
from sim.engine.roads import Roads, measure
from sim.scenario.loader import load_text

if TYPE_CHECKING:
    from sim.scenario import Scenario, schema

_BASES: Final = ("base", "headquarters")
_LONGEST_NAME: Final = 80
"""Letters of a name that are shown: a text of a scenario must not become too long by one."""
_SURGERY: Final = 2
"""Level of a hospital with a surgeon."""
_LENT: Final = ("tcc", "pcc", "mission")
"""Contributors whose units the mission moves."""


@dataclass(frozen=True, slots=True)
class Peopled:
    """Those who live at a place: how many there may be, and how many of them count as under threat."""

    people: float
    threatened: float
    named: bool
    """Somebody is named as being after them."""


class Knowledge:
    """A scenario as its planner has it before him."""

    def __init__(self, scenario: Scenario) -> None:
        """Args:
        scenario: the file counts; a pattern or choices laid over it do not.
        """
        self.scenario = _as_written(scenario)
        self.blueprint: Blueprint = compile_scenario(self.scenario)
        self.rules: Mapping[str, float] = {name: rule.value for name, rule in deployment_rules().items()}
        self._answers = _answers(self.scenario)
        self._value = self.blueprint.parameters
        self._names = self.scenario.naming.names

    def name(self, id_: str) -> str:
        """What people read for an id."""
        written = " ".join(self._names.get(id_, id_.replace("-", " ")).split())
        return "".join(letter for letter in written if letter.isprintable())[:_LONGEST_NAME].strip() or id_

    @cached_property
    def taken(self) -> frozenset[str]:
        """Ids of standing orders and injects that the scenario has already, under any answer."""
        return frozenset(id_ for answer in self._answers for id_ in (*answer.standing_orders, *answer.injects))

    # The ground

    @property
    def places(self) -> Mapping[str, PlaceSpec]:
        return self.blueprint.places

    def is_base(self, place: str) -> bool:
        """Whether the mission keeps up a permanent base there."""
        return all(entry.kind in _BASES or entry.site is not None for entry in self._entries(place))

    def _entries(self, place: str) -> list[schema.Place]:
        """What the answers say of a place."""
        return [answer.places[place] for answer in self._answers if place in answer.places]

    @cached_property
    def bases(self) -> tuple[str, ...]:
        return tuple(place for place in self.places if self.is_base(place))

    def fed(self, place: str) -> bool:
        """Whether a permanent base feeds whoever is there: it is one, or one is near enough for a daily run."""
        reach = self._value["endurance.base_reach_km"]
        kilometres = self.blueprint.roads.kilometres
        return any(base == place or kilometres[base, place] <= reach for base in self.bases)

    @cached_property
    def _shut(self) -> frozenset[str]:
        """Routes that no column of the mission takes: blocked, in doubt, or under water from the start."""
        shut = set()
        for answer in self._answers:
            rainy = answer.mission.season == "rainy"
            for route in answer.routes:
                doubtful = route.mined > self._value["mines.avoided_above"]
                if route.blocked_by or doubtful or (route.closed_in_rains and rainy):
                    shut.add("--".join(route.between))
        return frozenset(shut)

    @cached_property
    def _open(self) -> Roads:
        routes = {id_: route for id_, route in self.blueprint.routes.items() if id_ not in self._shut}
        return measure(self.places, routes, self.blueprint.road_detour)

    def hours(self, a: str, b: str) -> float:
        """Hours of a light column by day and by roads that are open; infinite where every road is shut."""
        if a == b:
            return 0.0
        way = self._way(a, b)
        if way:
            return math.fsum(route.km / self._speed(route.surface) for route in way)
        if self.blueprint.roads.ways[a, b]:
            return math.inf
        return self._open.kilometres[a, b] / self._speed("track")

    def drowns(self, a: str, b: str) -> bool:
        """Whether the rains, which are not there yet, will close the way."""
        coming = self.blueprint.rains is not None and self.blueprint.season != "rainy"
        return coming and any(route.closed_in_rains for route in self._way(a, b))

    def _way(self, a: str, b: str) -> list[RouteSpec]:
        return [self.blueprint.routes[id_] for id_ in self._open.ways[a, b]]

    def _speed(self, surface: str) -> float:
        return self._value[f"movement.{surface}_{self.blueprint.season}_kmh"]

    def nearest_base(self, place: str) -> str:
        """The permanent base that is soonest reached; nothing where none is."""
        found = min(self.bases, key=lambda base: (self.hours(place, base), self.places[base].rank), default="")
        return found if found and self.hours(place, found) < math.inf else ""

    def km_to_surgeon(self, place: str) -> float:
        """Straight distance to the nearest hospital with a surgeon; infinite where there is none (C1)."""
        here = self.places[place]
        return min(
            (
                great_circle_km(here.latitude, here.longitude, spec.latitude, spec.longitude)
                for spec in self.places.values()
                if all(entry.hospital >= _SURGERY for entry in self._entries(spec.id))
            ),
            default=math.inf,
        )

    # The people

    @cached_property
    def peopled(self) -> Mapping[str, Peopled]:
        """Every place with people who may be under threat, the most of them first."""
        found = {place: self._people_at(place) for place in self.places}
        order = sorted(found, key=lambda place: (-found[place].threatened, self.places[place].rank))
        return {place: found[place] for place in order if found[place].threatened > 0.0}

    def _people_at(self, place: str) -> Peopled:
        spots = self._entries(place)
        days = self.rules["threat.horizon_days"]
        people = math.fsum(spot.people for spot in spots) / len(spots)
        struck = [spot.people * (1.0 - math.exp(-spot.threat_per_day * days)) for spot in spots]
        threatened, named = math.fsum(struck) / len(spots), False
        for id_ in self._answers[0].communities:
            entries = [answer.communities.get(id_) for answer in self._answers]
            known = [entry for entry in entries if entry is not None and entry.place == place]
            if len(known) < len(entries):
                continue
            many = math.fsum(entry.people.at(0.5) for entry in known) / len(known)
            after_them = all(entry.threatened_by for entry in known)
            people += many
            threatened += many * (1.0 if after_them else self.rules["threat.unnamed_share"])
            named = named or after_them
        return Peopled(people, threatened, named)

    # The units

    @cached_property
    def units(self) -> Mapping[str, UnitSpec]:
        """Units that the mission has under every answer, alike, and may move."""
        found = {}
        for id_, spec in self.blueprint.units.items():
            lent = self.blueprint.contributors.get(spec.contributor)
            entries = [answer.units.get(id_) for answer in self._answers]
            if _alike(entries) and spec.strength > 0 and (lent is None or lent.kind in _LENT):
                found[id_] = spec
        return found

    def can(self, unit: str, *families: str) -> bool:
        """Whether a unit is any good at one of these families of tasks."""
        capabilities = self.blueprint.doctrine.unit_types[self.blueprint.units[unit].type].capabilities
        return any(capabilities.get(family, 0.0) > 0.0 for family in families)

    def fights(self, unit: str) -> bool:
        """Whether it may be left alone with armed men: police are not sent against them (F7)."""
        capabilities = self.blueprint.doctrine.unit_types[self.blueprint.units[unit].type].capabilities
        return capabilities.get("combat", 0.0) >= self._value["command.reaction_least_combat"]

    def asked_of(self, unit: str) -> frozenset[str]:
        """Families of tasks that the scenario's own orders ask of a unit: it must stay of a kind that can."""
        responses = self.blueprint.doctrine.responses
        families = set()
        for answer in self._answers:
            given = [action for rule in answer.standing_orders.values() for action in rule.do]
            for decision in answer.decisions.values():
                given += [action for option in decision.options.values() for action in option.do]
            orders = [action.order for action in given if action.order is not None]
            families |= {responses[order.action].performed_by for order in orders if order.unit == unit}
        return frozenset(families)

    def declared(self, contributor: str) -> tuple[CaveatSpec, ...]:
        """Restrictions that a contributor handed in beforehand; what it kept to itself nobody can plan with."""
        spec = self.blueprint.contributors.get(contributor)
        return tuple(
            caveat
            for caveat in (spec.caveats if spec is not None else ())
            if caveat.declared and all(_says(answer, contributor, caveat.id) for answer in self._answers)
        )

    # The seats

    @cached_property
    def commander(self) -> str:
        """The seat that orders the troops; nothing where there is none."""
        return next((unit.controller for unit in self.units.values() if unit.controller and self.fights(unit.id)), "")

    @property
    def man_days_of_a_flight(self) -> float:
        """What a transport helicopter brings, in days that one head lives on it."""
        return self._value["bases.helicopter_man_days"]

    @cached_property
    def support(self) -> str:
        """The seat whose office supplies bases, where it has lorries or aircraft to do it with; else nothing."""
        for unit in self.units.values():
            if unit.controller and self.can(unit.id, "supply"):
                return unit.controller
        return ""


def _as_written(scenario: Scenario) -> Scenario:
    usual = {name: option.default for name, option in scenario.options.items()}
    if scenario.pattern is None and dict(scenario.chosen) == usual:
        return scenario
    return load_text(scenario.source_text, scenario.name)


def _answers(scenario: Scenario) -> tuple[Scenario, ...]:
    """The scenario under the usual answers, and under each other answer to each of its questions."""
    found = [scenario]
    for name, option in scenario.options.items():
        found += [scenario.resolve(None, {name: choice}) for choice in option.choices if choice != option.default]
    return tuple(found)


def _alike(entries: Sequence[schema.Unit | None]) -> bool:
    """Whether all answers have a unit, and as far as a plan goes the same one."""
    said = {
        (entry.at, entry.type, entry.strength, entry.posture, entry.protects, entry.contributor)
        for entry in entries
        if entry is not None
    }
    return None not in entries and len(said) == 1


def _says(answer: Scenario, contributor: str, caveat: str) -> bool:
    entry = answer.contributors.get(contributor)
    return entry is not None and any(each.id == caveat and each.declared for each in entry.caveats)
