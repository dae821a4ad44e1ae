"""What others ask of a team: requests, directions, and reserved means to be released. All of it comes as reports."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Final

from sim.engine.inputs import Direction, Order
from sim.engine.pictures import Report
from sim.engine.ticks import Tick
from sim.experiment.rehearsing.powers import OFFICE, is_named, may_order
from sim.experiment.rehearsing.table import Table

RELEASE: Final = "release-asked"
USUAL_HOURS: Final = {
    "request-made": "command.staff_work_hours",
    "direction-given": "command.staff_work_hours",
    RELEASE: "command.approval_hours",
}
"""The phrases by which a seat is asked, and the doctrine's constant for how long an answer takes."""
FREE: Final = ("ready", "executing")


@dataclass(slots=True)
class Asked:
    """Something that a seat has read and means to answer."""

    seat: str
    report: Report
    due: Tick

    @property
    def task(self) -> str:
        """What it is about, by the name of the request or order."""
        return str(dict(self.report.values).get("task", ""))


def order_for(table: Table, asked: Asked) -> Order | None:
    """The order by which a seat does what it was asked for; nothing where it cannot or does not know enough."""
    blueprint = table.blueprint
    values = {name: str(value) for name, value in asked.report.values}
    response = blueprint.doctrine.responses[values["action"]]
    place, unit = values.get("place", ""), values.get("unit", "")
    if response.performed_by == OFFICE:
        unit = ""
    elif not unit:
        unit = nearest(table, asked.seat, response.id, place)
    if not may_order(blueprint, asked.seat, response, unit) or not is_named(blueprint, response, place, ""):
        return None
    return Order(asked.seat, response.id, unit, place, text=asked.report.text)


def release_of(asked: Asked) -> Direction:
    """The word by which the head of mission releases reserved means for this time."""
    values = {name: str(value) for name, value in asked.report.values}
    return Direction(asked.seat, asked.report.sender, values["action"], target=values.get("target", ""))


def nearest(table: Table, seat: str, action: str, place: str) -> str:
    """The unit of a seat that is free, can do it and stands nearest, as far as the seat has been told."""
    blueprint = table.blueprint
    response = blueprint.doctrine.responses[action]
    facts = table.picture(seat).facts
    best, shortest = "", float("inf")
    for unit in blueprint.units:
        state, stands = (facts.get((unit, attribute)) for attribute in ("state", "place"))
        if state is None or stands is None or state.value not in FREE or stands.value not in blueprint.places:
            continue
        if may_order(blueprint, seat, response, unit):
            away = _apart(table, str(stands.value), place)
            if not best or away < shortest:
                best, shortest = unit, away
    return best


def _apart(table: Table, here: str, there: str) -> float:
    """How far two places are from each other on the map, in degrees of latitude; nothing where none is named."""
    if not there:
        return 0.0
    one, other = table.blueprint.places[here], table.blueprint.places[there]
    return hypot(
        one.latitude - other.latitude, (one.longitude - other.longitude) * cos(radians(one.latitude))
    )  # fmt: skip
