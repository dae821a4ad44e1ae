"""The map of a view: places, routes, units and movements of people, where reports to these seats put them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sim.engine.pictures import Leaf
from sim.engine.ticks import HOUR, Tick
from sim.exercise.knowledge import Knowledge
from sim.exercise.wording import Wording

if TYPE_CHECKING:
    from sim.engine.blueprint import Blueprint

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = dict[str, Row]

FLOW_SHOWN_FOR: Final = 12 * HOUR
SIDES: Final = {"host-police": "host", "host-army": "host"}
BASED: Final = ("open", "permanent")
ON_THE_ROAD: Final = ("moving", "halted", "crossed")
SHORT_KM: Final = 10
"""Below this a kilometre more or less is what matters."""

KM_PER_DEGREE: Final = 111.2


class MapRows:
    """Makes the tables of the map."""

    def __init__(self, blueprint: Blueprint, wording: Wording) -> None:
        self._blueprint = blueprint
        self._wording = wording
        self._spots = dict(blueprint.places)
        self._routes = self._route_rows()

    def places(self, known: Knowledge) -> Rows:
        """Every place, with what is known of it."""
        rows: Rows = {}
        for place in self._blueprint.places.values():
            facts = known.of(place.id)
            people = facts.get("people")
            rows[place.id] = {
                "order": place.rank,
                "id": place.id,
                "name": self._wording.name(place.id),
                "kind": place.kind,
                "lat": place.latitude,
                "lon": place.longitude,
                "rank": place.map_rank,
                "people": "" if people is None else self._wording.value("people", people.value),
                "people_as_of": "" if people is None else self._wording.when(people.as_of),
                "violence": str(facts["violence"].value) if "violence" in facts else "",
                "based": "base" in facts and facts["base"].value in BASED,
                "notes": [self._wording.note(name, leaf) for name, leaf in facts.items()],
                "facts": [
                    {
                        "attribute": name,
                        "label": self._wording.label(name),
                        "text": self._wording.value(name, leaf.value),
                        "as_of": self._wording.when(leaf.as_of),
                        "grade": leaf.grade,
                    }
                    for name, leaf in facts.items()
                ],
            }
        return rows

    def _route_rows(self) -> Rows:
        return {
            route.id: {
                "order": route.rank,
                "id": route.id,
                "a": route.a,
                "b": route.b,
                "path": [list(point) for point in route.path],
                "km": round(route.km) if route.km >= SHORT_KM else round(route.km, 1),
                "surface": route.surface,
                "status": "unknown",
                "as_of": "",
            }
            for route in self._blueprint.routes.values()
        }

    def known_routes(self, known: Knowledge) -> Rows:
        """Every route, with its state where somebody came through or said so."""
        rows = dict(self._routes)
        passed = self._passages(known)
        for id, route in self._routes.items():
            leaf = known.facts.get((id, "status"))
            if leaf is not None:
                rows[id] = {**route, "status": str(leaf.value), "as_of": self._wording.when(leaf.as_of)}
                continue
            used = passed.get(frozenset((route["a"], route["b"])))
            if used is not None:
                rows[id] = {**route, "status": "open", "as_of": self._wording.when(used)}
        return rows

    def _passages(self, known: Knowledge) -> dict[frozenset[str], Tick]:
        """When somebody of ours was last reported to have come through between two places."""
        found: dict[frozenset[str], Tick] = {}
        at: dict[str, str] = {unit.id: unit.at for unit in self._blueprint.units.values()}
        for letter in known.letters:
            if letter.first.phrase == "arrived":
                values = dict(letter.first.values)
                unit, place = str(values.get("unit", "")), str(values.get("place", ""))
                if unit in at and at[unit] != place:
                    found[frozenset((at[unit], place))] = letter.first.written
                    at[unit] = place
        return found

    def units(self, known: Knowledge, seats: Sequence[str]) -> Rows:
        """The mission's units where they were last reported, and groups that were."""
        rows: Rows = {}
        leaving = self._departures(known)
        for unit in self._blueprint.units.values():
            facts = known.of(unit.id)
            if not facts:
                continue
            kind = self._blueprint.doctrine.unit_types[unit.type]
            row = {
                "order": unit.rank,
                "id": unit.id,
                "name": self._wording.name(unit.id),
                "side": "un",
                "type": kind.label,
                "glyph_kind": kind.glyph,
                "mine": unit.controller in seats,
                "posture": _word(facts.get("posture")),
                "task": self._wording.name(_word(facts.get("task"))) if _word(facts.get("task")) else "",
                "state": self._wording.value("state", _word(facts.get("state"))),
                "strength": f"{unit.strength}" if unit.strength else "",
                "controller": unit.controller,
            }
            row.update(self._whereabouts(unit.id, facts.get("place"), leaving.get(unit.id)))
            rows[unit.id] = row
        for group in self._blueprint.groups.values():
            group_row = self._group(group.id, known, 1000 + group.rank)
            if group_row is not None:
                rows[group.id] = group_row
        return rows

    def lines(self, known: Knowledge) -> Rows:
        """Red lines of which these seats have heard, and how far those concerned are known to have been told."""
        rows: Rows = {}
        for line in self._blueprint.red_lines.values():
            facts = known.of(line.id)
            state = facts.get("state")
            spot = self._spots.get(line.around)
            if state is None or spot is None:
                continue
            told = facts.get("confirmed")
            rows[line.id] = {
                "order": line.rank,
                "id": line.id,
                "name": self._wording.name(line.id),
                "around": line.around,
                "lat": spot.latitude,
                "lon": spot.longitude,
                "km": line.km,
                "state": str(state.value),
                "confirmed": "" if told is None else self._wording.value("confirmed", told.value),
                "as_of": self._wording.when(state.as_of),
            }
        return rows

    def _departures(self, known: Knowledge) -> dict[str, tuple[Tick, str]]:
        """Units last heard of on the road, since when and where to."""
        found: dict[str, tuple[Tick, str]] = {}
        for letter in known.letters:
            values = dict(letter.first.values)
            unit = str(values.get("unit", ""))
            if letter.first.phrase == "departed":
                found[unit] = (letter.first.written, str(values.get("place", "")))
        return found

    def _whereabouts(self, unit: str, place: Leaf | None, left: tuple[Tick, str] | None) -> Row:
        at = "" if place is None else str(place.value)
        grade, as_of = ("", 0) if place is None else (place.grade, place.as_of)
        if left is not None and (place is None or left[0] >= place.as_of) and left[1] != at:
            since, towards = left
            where = f"on the way from {self._wording.name(at)} to {self._wording.name(towards)}"
            lat, lon = self._middle(at, towards)
            return {
                "place": "", "between": [at, towards], "progress": 0.5, "lat": lat, "lon": lon, "where": where,
                "as_of": self._wording.when(since), "grade": grade,
            }  # fmt: skip
        spot = self._spots.get(at)
        return {
            "place": at,
            "between": None,
            "progress": 0.0,
            "lat": None if spot is None else spot.latitude,
            "lon": None if spot is None else spot.longitude,
            "where": self._wording.name(at) if at else "not known",
            "as_of": self._wording.when(as_of) if place is not None else "",
            "grade": grade,
        }

    def _middle(self, a: str, b: str) -> tuple[float | None, float | None]:
        first, second = self._spots.get(a), self._spots.get(b)
        if first is None or second is None:
            spot = first or second
            return (None, None) if spot is None else (spot.latitude, spot.longitude)
        return (first.latitude + second.latitude) / 2, (first.longitude + second.longitude) / 2

    def _group(self, group: str, known: Knowledge, order: int) -> Row | None:
        facts = known.of(group)
        seen = last_seen(group, known)
        if not facts and seen is None:
            return None
        spec = self._blueprint.groups[group]
        tick, place, grade = seen or (0, "", "")
        strength = facts.get("strength")
        column, towards = facts.get("column"), _word(facts.get("column-toward"))
        marching = column is not None and column.value in ON_THE_ROAD
        stands = facts.get("at")
        if stands is not None and stands.as_of >= tick:
            tick, place, grade = stands.as_of, str(stands.value), stands.grade
        place = _word(facts.get("column-at")) or place if marching else place
        lat, lon = self._spot(place)
        where = f"last reported at {self._wording.name(place)}" if place else "not known"
        if column is not None and marching:
            tick, grade = column.as_of, column.grade
            strength = facts.get("column-strength", strength)
            where = self._wording.value("column", column.value)
            where += f", towards {self._wording.name(towards)}" if towards else ""
            where += f", last seen at {self._wording.name(place)}" if place else ""
        return {
            "order": order,
            "id": group,
            "name": self._wording.name(group),
            "side": SIDES.get(spec.kind, "armed"),
            "type": spec.kind.replace("-", " "),
            "glyph_kind": "group",
            "mine": False,
            "place": place,
            "between": None,
            "progress": 0.0,
            "lat": lat,
            "lon": lon,
            "where": where,
            "posture": "",
            "task": "",
            "state": self._wording.value("intent", facts["intent"].value) if "intent" in facts else "",
            "strength": "" if strength is None else self._wording.value("strength", strength.value),
            "as_of": self._wording.when(tick if seen or marching else max(leaf.as_of for leaf in facts.values())),
            "grade": grade or max((leaf.grade for leaf in facts.values()), default=""),
            "controller": "",
        }

    def _spot(self, at: str) -> tuple[float | None, float | None]:
        """Where a place is, or the middle of a route."""
        route = self._blueprint.routes.get(at)
        if route is not None:
            return self._middle(route.a, route.b)
        spot = self._spots.get(at)
        return (None, None) if spot is None else (spot.latitude, spot.longitude)

    def flows(self, known: Knowledge) -> Rows:
        """Movements of people reported in the last hours, as arrows along what is known of them."""
        rows: Rows = {}
        homes = {community.id: community.place for community in self._blueprint.communities.values()}
        for letter in known.letters:
            report = letter.first
            if report.written < known.now - FLOW_SHOWN_FOR or not report.phrase.startswith("people-"):
                continue
            values = dict(report.values)
            place, home = str(values.get("place", "")), homes.get(str(values.get("community", "")), "")
            a, b = (place, home) if report.phrase == "people-moving-on" else (home, place)
            if report.phrase == "people-leaving":
                a, b = place, ""
            if report.phrase == "people-arriving":
                a = a or self._nearest_town(place)
            spot = self._spots.get(a) or self._spots.get(b)
            if spot is None:
                continue
            rows[f"{report.phrase}/{place}/{home}"] = {
                "order": letter.order,
                "id": f"{report.phrase}/{place}/{home}",
                "a": a,
                "b": b,
                "lat": spot.latitude,
                "lon": spot.longitude,
                "heading": self._heading(a, b),
                "text": f"{self._wording.title(report)}, {self._wording.when(report.written)}, {report.grade}",
            }
        return rows

    def _nearest_town(self, place: str) -> str:
        here = self._spots.get(place)
        others = [community.place for community in self._blueprint.communities.values() if community.place != place]
        if here is None or not others:
            return ""
        return min(others, key=lambda other: _km(here, self._spots[other]))

    def _heading(self, a: str, b: str) -> str:
        start, end = self._spots.get(a), self._spots.get(b)
        if start is None or end is None:
            return ""
        north = end.latitude - start.latitude
        east = (end.longitude - start.longitude) * math.cos(math.radians(start.latitude))
        return ("N", "NE", "E", "SE", "S", "SW", "W", "NW")[round(math.degrees(math.atan2(east, north)) / 45) % 8]


def last_seen(group: str, known: Knowledge) -> tuple[Tick, str, str] | None:
    """When and where a report last named a group, and the report's grade."""
    for letter in reversed(known.letters):
        values = dict(letter.first.values)
        if group in (values.get("group"), values.get("other")) and values.get("place"):
            return letter.first.written, str(values["place"]), letter.first.grade
    return None


def _word(leaf: Leaf | None) -> str:
    return "" if leaf is None else str(leaf.value)


def _km(a: Any, b: Any) -> float:
    north = (a.latitude - b.latitude) * KM_PER_DEGREE
    east = (a.longitude - b.longitude) * KM_PER_DEGREE * math.cos(math.radians(a.latitude))
    return math.hypot(north, east)
