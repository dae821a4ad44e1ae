"""The standing orders of a generated pattern: to build a base, to feed whoever lives away from one, to send a reserve.

An order that the scenario already has is not given twice.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sim.engine.ticks import to_hours
from sim.experiment.deploying.force import Body
from sim.experiment.deploying.plan import Plan
from sim.experiment.deploying.restrictions import BASING
from sim.experiment.deploying.wording import listed

SUPPLY: Final = "resupply-base"
PROTECTION: Final = "physical-protection"
_AT_ONCE: Final = "1m"


def build(plan: Plan, place: str, bodies: Sequence[Body]) -> None:
    """The order to each body to build a temporary base and live there."""
    knowledge = plan.force.knowledge
    run = to_hours(max(knowledge.blueprint.duration, knowledge.blueprint.epilogue))
    wanted = min(run, knowledge.rules["tob.longest_days"] * 24)
    able = [body for body in bodies if knowledge.units[body.unit].controller]
    if not able:
        plan.note(f"No seat orders the troops, so nobody builds a base at {plan.name(place)}.")
        return
    do = []
    for body in able:
        hours = max(1, math.floor(plan.force.restrictions.longest_hours(body.unit, wanted)))
        do.append({"order": {"action": BASING, "unit": body.unit, "place": place, "hours": hours}})
    plan.orders[plan.order_id("build", place)] = {
        "seat": knowledge.units[able[0].unit].controller, "when": {"after": _AT_ONCE}, "do": do,
    }  # fmt: skip


def feed(plan: Plan) -> None:
    """Supply for whoever holds a place that no permanent base feeds, as soon as he says that little is left (F30)."""
    knowledge = plan.force.knowledge
    hungry: dict[str, list[str]] = {}
    for unit in (*(body.unit for body in plan.force.bodies), *plan.taken_along):
        place = plan.place_of(unit)
        if not knowledge.fed(place) and not _fed_already(plan, unit, place):
            hungry.setdefault(place, []).append(unit)
    if hungry and not (knowledge.commander and knowledge.support):
        where = listed([plan.name(place) for place in hungry], 4)
        plan.note(f"Nobody has lorries or aircraft for supply: those at {where} live on what they carry.")
        return
    for place, units in hungry.items():
        short = [_short(unit, place) for unit in units]
        plan.orders[plan.order_id("feed", place)] = {
            "seat": knowledge.commander,
            "when": {"any": short} if len(short) > 1 else short[0],
            "within": _triangular(knowledge.rules, "supply.hours", "h"),
            "repeat": f"{_lasts(plan, units)}h",
            "do": [{"request": {"to": knowledge.support, "action": SUPPLY, "place": place}}],
        }
    for place in hungry:
        if knowledge.drowns(knowledge.nearest_base(place), place):
            plan.note(f"When the rains come the way to {plan.name(place)} is under water, and no lorry gets there.")


def commit(plan: Plan, reserve: Sequence[Body]) -> bool:
    """The reserve goes where people are attacked and nobody stands, unless the scenario already says who does.

    Returns whether there is such a place.
    """
    knowledge = plan.force.knowledge
    able = [body.unit for body in reserve if knowledge.units[body.unit].controller]
    if not able:
        return False
    sent = False
    held = {plan.place_of(body.unit) for body in plan.force.bodies}
    for place in knowledge.peopled:
        if place in held or _sent_already(plan, place):
            continue
        sent = True
        plan.orders[plan.order_id("send", place)] = {
            "seat": knowledge.units[able[0]].controller,
            "when": {"fact": {"subject": place, "attribute": "violence", "one-of": ["incidents", "fighting"]}},
            "within": _triangular(knowledge.rules, "reserve.minutes", "m"),
            "repeat": f"{knowledge.rules['reserve.repeat_hours']:g}h",
            "do": [{"order": {"action": PROTECTION, "unit": unit, "place": place}} for unit in able],
        }
    return sent


def _lasts(plan: Plan, units: Sequence[str]) -> int:
    """Hours until supply is asked for again: for many heads as soon as what one flight brings is eaten."""
    knowledge = plan.force.knowledge
    whole = {body.unit: body.heads for body in plan.force.bodies}
    heads = sum(whole.get(unit, knowledge.units[unit].strength) for unit in units)
    flight = knowledge.man_days_of_a_flight / heads * 24
    return max(1, math.floor(min(knowledge.rules["supply.repeat_hours"], flight)))


def _short(unit: str, place: str) -> dict[str, Any]:
    return {
        "all": [
            {"fact": {"subject": unit, "attribute": "supply", "one-of": ["low", "out"]}},
            {"fact": {"subject": unit, "attribute": "place", "equals": place}},
        ]
    }


def _triangular(rules: Mapping[str, float], family: str, unit: str) -> dict[str, list[str]]:
    return {"triangular": [f"{rules[f'{family}_{share}']:g}{unit}" for share in ("least", "usual", "most")]}


def _fed_already(plan: Plan, unit: str, place: str) -> bool:
    for rule, action in _given(plan):
        if (action["action"], action["place"]) == (SUPPLY, place) and unit in _words(rule.when.model_dump()):
            return True
    return False


def _sent_already(plan: Plan, place: str) -> bool:
    return any((action["action"], action["place"]) == (PROTECTION, place) for _, action in _given(plan))


def _given(plan: Plan) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Orders and requests of the scenario's own standing orders."""
    for rule in plan.force.knowledge.scenario.standing_orders.values():
        for entry in rule.do:
            action = entry.order or entry.request
            if action is not None:
                yield rule, action.model_dump()


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _words(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _words(inner)
