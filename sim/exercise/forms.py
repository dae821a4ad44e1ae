"""What each seat can direct, order and request: the forms a client fills in. They never change in a game."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sim.engine.authority import ADDRESSEES
from sim.exercise.wording import Wording

if TYPE_CHECKING:
    from sim.doctrine import Response
    from sim.engine.blueprint import Blueprint

OFFICE: Final = "office"
OUTSIDE: Final = ("outside", "control")
HEADQUARTERS: Final = "headquarters"
REPORT: Final = "report"
PRODUCTS: Final = {
    "flash-report": "In one sentence: what, where, when, who says so. It goes at once; more follows later.",
    "situation-report": "What is known, what is not, what was ordered, and when the next one comes.",
}


class Forms:
    """The forms of an exercise, by seat."""

    def __init__(self, blueprint: Blueprint, wording: Wording) -> None:
        self._blueprint = blueprint
        self._wording = wording

    def of(self, seats: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The forms that some seats can fill in, by id."""
        rows: dict[str, dict[str, Any]] = {}
        for seat in seats:
            gives = self._blueprint.doctrine.roles[self._blueprint.seats[seat].role].gives
            for kind in gives:
                for response in self._blueprint.doctrine.responses.values():
                    row = self._form(kind, seat, response, seats)
                    if row is not None:
                        row["order"] = len(rows) + 1
                        rows[str(row["id"])] = row
            for product in PRODUCTS:
                row = self._report(seat, product)
                row["order"] = len(rows) + 1
                rows[str(row["id"])] = row
        return rows

    def _report(self, seat: str, product: str) -> dict[str, Any]:
        """What any seat can hand in, to headquarters before anybody else."""
        others = [each for each in self._blueprint.seats.values() if each.id != seat and each.level != "control"]
        others.sort(key=lambda each: each.role != HEADQUARTERS)
        name = self._wording.name(product)
        return {
            "id": f"{REPORT}/{seat}/{product}",
            "kind": REPORT,
            "seat": seat,
            "action": product,
            "label": name[:1].upper() + name[1:],
            "help": PRODUCTS[product],
            "force_mode": "",
            "tier": None,
            "phase": "",
            "reserved": False,
            "units": [],
            "places": self._named(list(self._blueprint.places)),
            "targets": [],
            "to": self._named([each.id for each in others]),
            "options": [],
            "hours": None,
            "needs": "",
        }

    def _form(self, kind: str, seat: str, response: Response, held: Sequence[str]) -> dict[str, Any] | None:
        date = response.in_force_from
        if date is not None and date > self._blueprint.start.date():
            return None
        places, targets = self._places(response), self._targets(response)
        delegated = kind == "direction" and response.reserved
        if response.needs == "target" and not targets and not delegated:
            # There is nobody in this scenario to whom it could be addressed.
            return None
        units: list[str] = []
        to: list[str] = []
        if kind == "order":
            role = self._blueprint.seats[seat].role
            if response.performed_by == OFFICE:
                if role not in response.issued_by:
                    return None
            else:
                units = self._units(seat, response)
                if not units:
                    return None
        else:
            to = self._able(seat, response)
            if kind == "request":
                # Nobody asks himself for what he can order.
                to = [other for other in to if other not in held]
            if not to:
                return None
            if kind == "request" and response.performed_by != OFFICE:
                units = [unit for other in to for unit in self._units(other, response)]
        return {
            "id": f"{kind}/{seat}/{response.id}",
            "kind": kind,
            "seat": seat,
            "action": response.id,
            "label": response.label,
            "help": response.help,
            "force_mode": response.force_mode or "",
            "tier": response.tier,
            "phase": response.phase,
            "reserved": response.reserved,
            "units": self._named(units),
            "places": self._named(places),
            "targets": self._named(targets),
            "to": self._named(to),
            "options": self._labelled(response.options) if kind == "order" else [],
            "hours": list(response.hours) if kind == "order" and response.hours and any(response.hours) else None,
            "needs": response.needs,
        }

    def _units(self, seat: str, response: Response) -> list[str]:
        types = self._blueprint.doctrine.unit_types
        return [
            unit.id
            for unit in self._blueprint.units.values()
            if unit.controller == seat and types[unit.type].capabilities.get(response.performed_by, 0.0) > 0.0
        ]

    def _able(self, seat: str, response: Response) -> list[str]:
        """Seats that could do it, or have it done."""
        return [
            other.id
            for other in self._blueprint.seats.values()
            if other.id != seat
            and other.level != "control"
            and (
                other.role in response.issued_by
                if response.performed_by == OFFICE
                else other.role in response.issued_by and bool(self._units(other.id, response))
            )
        ]

    def _places(self, response: Response) -> list[str]:
        if response.needs == "site":
            return [place.id for place in self._blueprint.places.values() if place.site is not None]
        if response.needs == "target" or (not response.needs and response.performed_by == OFFICE):
            return []
        return list(self._blueprint.places)

    def _targets(self, response: Response) -> list[str]:
        found: list[str] = []
        for kind in response.targets:
            found += list(getattr(self._blueprint, ADDRESSEES[kind]))
        return found

    def _named(self, ids: Sequence[str]) -> list[dict[str, str]]:
        return [{"id": id, "name": self._wording.name(id)} for id in ids]

    def _labelled(self, ids: Sequence[str]) -> list[dict[str, str]]:
        return [{"id": id, "label": self._wording.option(id)} for id in ids]
