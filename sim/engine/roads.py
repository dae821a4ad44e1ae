"""The road net of a scenario, measured once for all its worlds: the shortest way between any two places."""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sim.engine.blueprint import PlaceSpec, RouteSpec
from sim.engine.places import great_circle_km

Ends: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Roads:
    """Ways and distances by their two ends."""

    # NOTE: measured by each world, they were a third of the cost of making one.
    ways: Mapping[Ends, tuple[str, ...]]
    """The routes of the shortest way, in order; none where no road leads."""
    kilometres: Mapping[Ends, float]
    """Its length; the straight distance with the detour where no road leads."""


def measure(places: Mapping[str, PlaceSpec], routes: Mapping[str, RouteSpec], detour: float) -> Roads:
    """All ways between all places."""
    ways: dict[Ends, tuple[str, ...]] = {}
    kilometres: dict[Ends, float] = {}
    leaving: dict[str, list[RouteSpec]] = {place: [] for place in places}
    for route in routes.values():
        leaving[route.a].append(route)
        leaving[route.b].append(route)
    for one in places.values():
        came = _shortest(one.id, places, leaving)
        kilometres[one.id, one.id] = 0.0
        for two in places.values():
            way = ways[one.id, two.id] = _way(one.id, two.id, came)
            if two.rank > one.rank:
                straight = great_circle_km(one.latitude, one.longitude, two.latitude, two.longitude)
                km = math.fsum(routes[id_].km for id_ in way) if way else straight * detour
                kilometres[one.id, two.id] = kilometres[two.id, one.id] = km
    return Roads(ways, kilometres)


def _shortest(
    start: str, places: Mapping[str, PlaceSpec], leaving: Mapping[str, list[RouteSpec]]
) -> dict[str, RouteSpec]:
    """The last route of the shortest way from one place to each that it can be reached from (Dijkstra)."""
    best: dict[str, float] = {start: 0.0}
    came: dict[str, RouteSpec] = {}
    queue = [(0.0, places[start].rank, start)]
    while queue:
        km, _, here = heapq.heappop(queue)
        if km > best[here]:
            continue
        for route in leaving[here]:
            there = route.b if here == route.a else route.a
            length = km + route.km
            if length < best.get(there, math.inf):
                best[there] = length
                came[there] = route
                heapq.heappush(queue, (length, places[there].rank, there))
    return came


def _way(start: str, end: str, came: Mapping[str, RouteSpec]) -> tuple[str, ...]:
    way: list[str] = []
    here = end
    while here != start:
        route = came.get(here)
        if route is None:
            return ()
        way.append(route.id)
        here = route.b if here == route.a else route.a
    return tuple(reversed(way))
