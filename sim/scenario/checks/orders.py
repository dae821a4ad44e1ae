"""What an option or a standing order does is something that the mission's table of authority lets through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from sim.doctrine import Response
from sim.scenario import events, schema
from sim.scenario.checks.subject import Finding, Subject, Way
from sim.scenario.problems import choose_from, shown

Addressed: TypeAlias = events.OrderAction | events.RequestAction | events.DirectionAction

_KINDS: Final = (
    ("counterparts", "counterpart"),
    ("places", "place"),
    ("groups", "group"),
    ("contributors", "contributor"),
    ("hostilities", "hostility"),
    ("communities", "community"),
    ("red_lines", "line"),
    ("patrons", "patron"),
    ("seats", "seat"),
)
"""Sections by the word with which a response says to whom it can be addressed, in the order in which one is sought."""
_RULE: Final = "order"


class Orders:
    """An order that would be turned away at the door, without a word: the rule fires, and nothing happens."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Every action that nobody in this mission may give, carry out or receive."""
        if subject.scenario is None:
            return
        door = _Door(subject.scenario, subject)
        for way, seat, action in _actions(subject.scenario):
            if action.order is not None:
                yield from door.order((*way, "order"), action.order, seat)
            elif action.request is not None:
                yield from door.addressed((*way, "request"), action.request)
            elif action.direction is not None:
                yield from door.direction((*way, "direction"), action.direction, seat)
            elif action.answer is not None:
                yield from door.answer((*way, "answer"), action.answer, seat)


def _actions(scenario: schema.Scenario) -> Iterator[tuple[Way, str, events.Action]]:
    for name, decision in scenario.decisions.items():
        for choice, option in decision.options.items():
            for index, action in enumerate(option.do):
                yield ("decisions", name, "options", choice, "do", index), decision.to, action
    for name, rule in scenario.standing_orders.items():
        for index, action in enumerate(rule.do):
            yield ("standing_orders", name, "do", index), rule.seat, action


class _Door:
    """The table of authority as a scenario fills it. Names that stand for nothing are another check's to tell."""

    def __init__(self, scenario: schema.Scenario, subject: Subject) -> None:
        self._scenario = scenario
        self._doctrine = subject.doctrine
        self._heads: dict[str, str] = {}
        for name, seat in scenario.seats.items():
            role = self._doctrine.roles.get(seat.role)
            if seat.level == "mission" and role is not None:
                for component in role.commands:
                    self._heads.setdefault(component, name)
        # Whoever acts for an absent principal may do what that one may, and who acts is known only in the run.
        self._somebody_is_away = any(
            effect.absent is not None for inject in scenario.injects.values() for effect in inject.effects
        )

    def order(self, way: Way, order: events.OrderAction, seat: str) -> Iterator[Finding]:
        response = self._doctrine.responses.get(order.action)
        if response is None:
            return
        yield from self.addressed(way, order)
        for index, option in enumerate(order.options):
            if option not in response.options:
                said = f"{shown(option)} is no option of {response.id}."
                mend = choose_from(option, response.options)
                yield Finding((*way, "options", index), _RULE, option, said, mend)
        if response.performed_by == "office":
            yield from self._office(way, order, response, seat)
        elif not order.unit:
            yield self._told(way, response, "needs a unit.", f"Add unit: one that can {response.performed_by}.")
        else:
            yield from self._unit(way, order, response, seat)

    def addressed(self, way: Way, action: Addressed) -> Iterator[Finding]:
        """What every kind of order has: where, and to whom."""
        response = self._doctrine.responses.get(action.action)
        if response is None:
            return
        places = self._scenario.places
        if response.needs == "place" and not action.place:
            yield self._told(way, response, "needs a place.", "Add place: where.")
        if response.needs == "site" and (action.place not in places or places[action.place].site is None):
            sites = [name for name, place in places.items() if place.site is not None]
            mend = f"Name one with a site: {', '.join(sites)}." if sites else "Give a base a site."
            yield self._told(way, response, "needs a base that can take people in.", mend)
        released = isinstance(action, events.DirectionAction) and response.reserved
        if response.needs == "target" and not action.target and not released:
            whom = " or ".join(response.targets)
            yield self._told(way, response, f"needs a target: {whom}.", f"Add target: the id of a {whom}.")
        kind = self._kind(action.target)
        if action.target and kind and response.targets and kind not in response.targets:
            said = (
                f"{shown(action.target)} is a {kind}, and {response.id} is addressed to: {', '.join(response.targets)}."
            )
            yield Finding((*way, "target"), _RULE, action.target, said, f"Name {_one_of(response.targets)}.")

    def direction(self, way: Way, direction: events.DirectionAction, seat: str) -> Iterator[Finding]:
        by = direction.seat or seat
        role = self._role(by)
        if role and not self._somebody_is_away and "direction" not in self._doctrine.roles[role].gives:
            said = f"{shown(by)} gives no directions: only a head of mission does."
            yield Finding(way, _RULE, by, said, "Make it a request, or an order of its own.", at_key=True)
        yield from self.addressed(way, direction)

    def answer(self, way: Way, answer: events.AnswerAction, seat: str) -> Iterator[Finding]:
        asked = self._scenario.decisions.get(answer.decision)
        by = answer.seat or seat
        if asked is not None and by in self._scenario.seats and asked.to != by:
            said = f"{shown(answer.decision)} is put to {asked.to}, not to {by}."
            yield Finding(way, _RULE, by, said, f"Give the answer to the seat {asked.to}.", at_key=True)

    def _office(self, way: Way, order: events.OrderAction, response: Response, seat: str) -> Iterator[Finding]:
        able = [name for name, one in self._scenario.seats.items() if one.role in response.issued_by]
        if not able:
            roles = ", ".join(response.issued_by)
            said = f"no seat of this mission may do it: it takes one of the roles {roles}."
            yield self._told(way, response, said, "Add such a seat, or choose another response.")
            return
        by = order.seat
        if not by and order.unit in self._scenario.units:
            by = self._head(order.unit) or seat
        if by in self._scenario.seats and by not in able and not self._somebody_is_away:
            who = "seat" if order.seat else "unit"
            said = f"is not for {by} to do."
            yield self._told(way, response, said, f"Leave {who} out, or name as seat one of: {', '.join(able)}.")

    def _unit(self, way: Way, order: events.OrderAction, response: Response, seat: str) -> Iterator[Finding]:
        unit = self._scenario.units.get(order.unit)
        if unit is None:
            whole = order.unit.rpartition("/")[0]
            if whole in self._scenario.units:
                said = f"{shown(order.unit)} cannot be sent alone: only a part that has an entry of its own can."
                yield Finding((*way, "unit"), _RULE, order.unit, said, f"Add {order.unit} to units, or send {whole}.")
            return
        type_ = self._doctrine.unit_types.get(unit.type)
        if type_ is None:
            return
        if type_.capabilities.get(response.performed_by, 0.0) <= 0.0:
            able = [
                name for name, one in self._scenario.units.items()
                if one.type in self._doctrine.unit_types
                and self._doctrine.unit_types[one.type].capabilities.get(response.performed_by, 0.0) > 0.0
            ]  # fmt: skip
            said = f"takes a unit that can {response.performed_by}, and {order.unit} cannot."
            can = f"Units here that can: {', '.join(able)}." if able else "No unit here can: add one."
            yield self._told(way, response, said, can)
        head = self._head(order.unit)
        by = order.seat or head or seat
        if by != head and by not in unit.under and by in self._scenario.seats:
            said = f"{shown(order.unit)} takes no orders from {by}."
            above = [name for name in (head, *unit.under) if name]
            mend = f"Name one of: {', '.join(above)}; or make it a request." if above else "Name seats in its under."
            yield Finding(way, _RULE, by, said, mend, at_key=True)

    def _told(self, way: Way, response: Response, said: str, mend: str) -> Finding:
        return Finding(way, _RULE, response.id, f"{shown(response.id)} {said}", mend, at_key=True)

    def _head(self, unit: str) -> str:
        """The seat that commands the component of a unit, and orders it where no other is named."""
        type_ = self._doctrine.unit_types.get(self._scenario.units[unit].type)
        return "" if type_ is None else self._heads.get(type_.component, "")

    def _role(self, seat: str) -> str:
        found = self._scenario.seats.get(seat)
        return found.role if found is not None and found.role in self._doctrine.roles else ""

    def _kind(self, target: str) -> str:
        for section, kind in _KINDS:
            if target in getattr(self._scenario, section):
                return kind
        return "route" if any("--".join(route.between) == target for route in self._scenario.routes) else ""


def _one_of(kinds: tuple[str, ...]) -> str:
    return " or ".join(f"a {kind}" for kind in kinds)
