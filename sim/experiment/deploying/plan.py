"""A pattern as it is being worked out: who goes where and why, what nobody can do, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sim.experiment.deploying.force import Body, Force
from sim.experiment.deploying.wording import hours_apart, listed, many

READY: Final = "high-readiness"
MAX_TEXT: Final = 3_500
"""Of the 4,000 letters that a text of a scenario may have."""
MAX_ID: Final = 64
"""Letters of an id of a scenario."""


@dataclass(frozen=True, slots=True)
class GeneratedPattern:
    """A deployment pattern written for a scenario's own force and map."""

    id: str
    kind: str
    title: str
    text: str
    """What it does, what it costs and what could not be done, in plain words."""
    reasons: Mapping[str, str]
    """Why each unit stands where it stands; by unit, those that stay included."""
    notes: tuple[str, ...]
    """What could not be done, a sentence each."""
    data: Mapping[str, Any]
    """The pattern in the scenario language."""
    is_base: bool
    """It is the deployment that the scenario begins with."""


@dataclass(slots=True)
class Plan:
    """Takes down what a kind of pattern decides."""

    force: Force
    id: str
    kind: str
    title: str = ""
    opening: str = ""
    at: dict[str, str] = field(default_factory=dict)
    """Where units go that do not stay."""
    reasons: dict[str, str] = field(default_factory=dict)
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    injects: dict[str, Any] = field(default_factory=dict)
    orders: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    """Sentences of the text after the first."""

    # Deciding

    def put(self, body: Body, place: str, why: str) -> None:
        """A body stands at a place; its parts go with it."""
        for unit in body.units:
            if place != body.at:
                self.at[unit] = place
            self.reasons[unit] = why if unit == body.unit else f"Goes with {self.name(body.unit)}."

    def support(self, unit: str, place: str, why: str) -> None:
        """A unit that guards nobody goes along."""
        if self.force.knowledge.units[unit].at != place:
            self.at[unit] = place
        self.reasons[unit] = why

    @property
    def taken_along(self) -> list[str]:
        """Units that were sent somewhere and are no troops."""
        troops = {unit for body in self.force.bodies for unit in body.units}
        return [unit for unit in self.force.knowledge.units if unit in self.at and unit not in troops]

    def change(self, unit: str, **keys: Any) -> None:
        self.changes.setdefault(unit, {}).update(keys)

    def note(self, said: str) -> None:
        if said not in self.notes:
            self.notes.append(said)

    def raise_posture(self, body: Body) -> None:
        """It stands at high readiness from the first hour."""
        for unit in body.units:
            if self.force.knowledge.units[unit].posture != READY:
                self.change(unit, posture=READY)

    def place_of(self, unit: str) -> str:
        return self.at.get(unit, self.force.knowledge.units[unit].at)

    def name(self, id_: str) -> str:
        return self.force.knowledge.name(id_)

    def order_id(self, word: str, about: str) -> str:
        """An id for a standing order or inject of this pattern that the scenario does not have."""
        taken = {*self.orders, *self.injects, *self.force.knowledge.taken}
        plain = f"{self.id}-{word}-{about}"
        wanted = plain if len(plain) <= MAX_ID else f"{self.id[:40]}-{word}"
        return fresh(wanted, taken)

    # The rest that is the same for all

    def leave_the_others(self, why_others: str) -> None:
        """Say of every unit that nothing was decided about why it stays."""
        knowledge = self.force.knowledge
        guards = {body.unit: place for place, body in self.force.guards.items()}
        for body in self.force.bodies:
            if body.unit in self.reasons:
                continue
            why = f"Stays at {self.name(body.at)}: {why_others}."
            if body.unit in guards:
                why = f"Stays and guards {self.name(body.at)}."
            elif not body.holds:
                why = "Stays: formed police are not sent alone against armed men, and are not split."
            self.put(body, body.at, why)
        for unit in knowledge.units:
            whole = knowledge.units[unit].parent
            if unit not in self.reasons and whole in self.at and knowledge.units[unit].at == knowledge.units[whole].at:
                self.support(unit, self.at[whole], f"Goes with {self.name(whole)}.")

    def price(self) -> list[str]:
        """What those lose whom a unit leaves."""
        knowledge = self.force.knowledge
        said = []
        left: dict[str, list[str]] = {}
        for body in self.force.bodies:
            if self.place_of(body.unit) != body.at:
                left.setdefault(body.at, []).append(body.unit)
        for place, units in left.items():
            peopled = knowledge.peopled.get(place)
            if peopled is None:
                continue
            stays = [body.unit for body in self.force.bodies if self.place_of(body.unit) == place]
            who = listed([self.name(unit) for unit in units], 4)
            keeps = f"keeps {listed([self.name(unit) for unit in stays], 3)}" if stays else "keeps nobody"
            loses = f"{self.name(place)}, with {many(peopled.people)}, loses {who} and {keeps}"
            nearest = self._soonest(place)
            if stays or nearest == 0.0:
                said.append(f"{loses}.")
            elif nearest == math.inf:
                said.append(f"{loses}; nobody can reach it by road.")
            else:
                said.append(f"{loses}; help is {hours_apart(nearest)} away.")
        return said

    def _soonest(self, place: str) -> float:
        hours = self.force.knowledge.hours
        return min(
            (hours(self.place_of(body.unit), place) for body in self.force.bodies if body.holds), default=math.inf
        )

    # The pattern

    def finished(self, others: Sequence[GeneratedPattern]) -> GeneratedPattern:
        """The pattern with its text.

        Args:
            others: generated before it, with which it may turn out to be the same.
        """
        units = self._units()
        body: dict[str, Any] = {}
        if units:
            body["units"] = units
        if self.injects:
            body["injects"] = dict(self.injects)
        if self.orders:
            body["standing_orders"] = dict(self.orders)
        costs = self.price()
        same = [other.id for other in others if _body(other.data) == body]
        said = [self.opening, *self.found]
        if not body:
            said.append("This is the deployment that the scenario begins with: nothing changes.")
        elif same:
            said.append(f"It comes out the same as {same[0]}.")
        if costs:
            said.append(f"The price: {' '.join(costs)}")
        if self.notes:
            said.append(f"What could not be done: {' '.join(self.notes)}")
        text = _cut(" ".join(" ".join(said).split()))
        return GeneratedPattern(
            self.id, self.kind, self.title, text, dict(self.reasons), tuple(self.notes),
            {"title": self.title, "text": text, **body}, not body,
        )  # fmt: skip

    def _units(self) -> dict[str, Any]:
        units: dict[str, Any] = {}
        for unit, spec in self.force.knowledge.units.items():
            entry: dict[str, Any] = {}
            if unit in self.at:
                entry["at"] = self.at[unit]
                if spec.protects == spec.at:
                    entry["protects"] = self.at[unit]
            entry.update(self.changes.get(unit, {}))
            if entry:
                units[unit] = entry
        return units


def fresh(wanted: str, taken: set[str]) -> str:
    """An id like the one that is wanted, and not taken."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted[: MAX_ID - 6]}-{number}" in taken:
        number += 1
    return f"{wanted[: MAX_ID - 6]}-{number}"


def _body(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in ("title", "text")}


def _cut(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    return text[:MAX_TEXT].rsplit(". ", 1)[0] + ". The rest stands beside each unit."
