"""Who may order what: the table of authority, judged at the door.

Mandate, concept of operations and rules of engagement set authority, not the mission's type. The head of
mission directs, component heads order their own, sector and site commanders the units under them, and
everybody else, or across components, asks (S1 1.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sim.doctrine import Response
    from sim.engine.world import World


ADDRESSEES: Final[Mapping[str, str]] = {
    "counterpart": "counterparts",
    "place": "places",
    "group": "groups",
    "contributor": "contributors",
    "hostility": "hostilities",
    "community": "communities",
    "route": "routes",
    "line": "red_lines",
    "patron": "patrons",
    "seat": "seats",
}
"""Whom or what a response can be addressed to, and where the blueprint keeps them."""


class Authority:
    """Judges form and authority of an order, a request or a direction; never the truth."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def refusal(
        self, seat: str, action: str, unit_id: str, place: str, target: str, kind: str, options: tuple[str, ...] = ()
    ) -> str:
        """Why the door does not take this: form and authority only, never the truth. Empty when it does."""
        world = self._world
        doctrine = world.blueprint.doctrine
        response = doctrine.responses.get(action)
        if response is None:
            return f"'{action}' is no response of the catalogue."
        if unit_id and unit_id not in world.forces.units:
            return f"'{unit_id}' is no unit of this mission."
        if place and place not in world.blueprint.places:
            return f"'{place}' is no place on the map."
        if response.needs == "place" and not place:
            return f"{response.label} needs a place."
        if response.needs == "site" and (place not in world.blueprint.places or not world.blueprint.places[place].site):
            return f"{response.label} needs a base that can take people in."
        strange = [option for option in options if option not in response.options]
        if strange:
            known = ", ".join(response.options) or "none"
            return f"'{strange[0]:.40}' is no option of {response.label}. Known: {known}."
        if response.needs == "target" and not target and not (kind == "direction" and response.reserved):
            return f"{response.label} needs somebody it is addressed to."
        if target and response.targets and self._kind_of(target) not in response.targets:
            return f"'{target}' is nobody to whom {response.label} can be addressed."
        if kind != "order":
            return ""
        role = world.blueprint.seats[seat].role
        if response.performed_by == "office":
            acting = any(world.procedure.acts_as(seat, other) for other in response.issued_by)
            if role not in response.issued_by and not acting:
                return f"{response.label} is not for this seat to do: request it of {self._whose(response)}."
            return ""
        if not unit_id:
            return f"{response.label} needs a unit."
        unit = world.forces.units[unit_id]
        if unit.spec.controller != seat and seat not in unit.spec.under:
            return f"This unit takes its orders from {unit.spec.controller}: make a request."
        if unit.capabilities.get(response.performed_by, 0.0) <= 0.0:
            return f"This unit is not trained or equipped for {response.label}."
        return ""

    def _kind_of(self, target: str) -> str:
        blueprint = self._world.blueprint
        return next((kind for kind, section in ADDRESSEES.items() if target in getattr(blueprint, section)), "")

    def _whose(self, response: Response) -> str:
        blueprint = self._world.blueprint
        seats = [seat.id for seat in blueprint.seats.values() if seat.role in response.issued_by]
        return " or ".join(seats) if seats else "nobody in this mission"
