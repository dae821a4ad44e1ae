"""What a seat may order, read off the scenario as it is written: the order of battle and the table of authority."""

from __future__ import annotations

from sim.doctrine import Response
from sim.engine.blueprint import Blueprint

OFFICE = "office"


def able(blueprint: Blueprint, unit: str, response: Response) -> bool:
    """Whether a unit is trained and equipped for a response."""
    capabilities = blueprint.doctrine.unit_types[blueprint.units[unit].type].capabilities
    return capabilities.get(response.performed_by, 0.0) > 0.0


def may_order(blueprint: Blueprint, seat: str, response: Response, unit: str) -> bool:
    """Whether a seat may order a response of a unit, or of its own office where no unit is named."""
    if response.performed_by == OFFICE:
        return not unit and blueprint.seats[seat].role in response.issued_by
    if unit not in blueprint.units:
        return False
    spec = blueprint.units[unit]
    return (spec.controller == seat or seat in spec.under) and able(blueprint, unit, response)


def is_named(blueprint: Blueprint, response: Response, place: str, target: str) -> bool:
    """Whether everything is named that a response needs."""
    match response.needs:
        case "place":
            return bool(place)
        case "site":
            return place in blueprint.places and blueprint.places[place].site is not None
        case "target":
            return bool(target)
        case _:
            return True
