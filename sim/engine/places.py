"""The ground: places, the routes between them, how long a way takes, and when it is night.

Travel time is distance over a speed set by mobility, surface, season and darkness (F19-F24); roads are
straight distance times a detour where a route gives no length of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sim.engine.blueprint import PlaceSpec, RouteSpec
from sim.engine.ticks import DAY, Tick, from_hours, to_hours

if TYPE_CHECKING:
    from sim.engine.world import World

EARTH_RADIUS_KM: Final = 6371.0


class PlaceState:
    """A place as the run knows it."""

    __slots__ = ("id", "key", "rank", "spec")

    def __init__(self, spec: PlaceSpec, key: int) -> None:
        self.spec = spec
        self.id = spec.id
        self.key = key
        self.rank = spec.rank


class RouteState:
    """A route and how it stands: open, or slow while somebody holds people up on it."""

    __slots__ = ("id", "key", "km", "rank", "spec", "status")

    def __init__(self, spec: RouteSpec, key: int) -> None:
        self.spec = spec
        self.id = spec.id
        self.key = key
        self.rank = spec.rank
        self.km = spec.km
        self.status = "open"


class Places:
    """Distances, ways and daylight. Everything here is a pure reading of the map and the hour."""

    __slots__ = (
        "_day_speed",
        "_kilometres",
        "_night_share",
        "_ways",
        "_world",
        "routes",
        "state",
    )

    def __init__(self, world: World) -> None:
        self._world = world
        blueprint = world.blueprint
        name = world.journal.name
        self.state: Mapping[str, PlaceState] = {
            spec.id: PlaceState(spec, name(spec.id)) for spec in blueprint.places.values()
        }
        self.routes: Mapping[str, RouteState] = {
            spec.id: RouteState(spec, name(spec.id)) for spec in blueprint.routes.values()
        }
        self._kilometres = blueprint.roads.kilometres
        self._ways = blueprint.roads.ways
        parameters = world.parameters
        season = blueprint.season
        self._day_speed = {
            surface: parameters[f"movement.{surface}_{season}_kmh"] for surface in ("paved", "track", "trail")
        }
        self._night_share = parameters["movement.night_share"]

    def begin(self) -> None:
        self._world.truth.provide("status", lambda route: self.routes[route].status if route in self.routes else None)
        self._world.truth.provide("daylight", lambda _: "night" if self.is_night(self._world.now) else "day")

    def straight_km(self, a: str, b: str) -> float:
        """Great-circle distance."""
        one, two = self.state[a].spec, self.state[b].spec
        return great_circle_km(one.latitude, one.longitude, two.latitude, two.longitude)

    def km(self, a: str, b: str) -> float:
        """Length of the shortest way by road; straight distance with the detour where no road leads."""
        return self._kilometres[a, b]

    def way(self, a: str, b: str) -> tuple[RouteState, ...]:
        """The routes of the shortest way, in order; empty where none leads."""
        routes = self.routes
        return tuple([routes[id_] for id_ in self._ways[a, b]])

    def road_hours(self, a: str, b: str, mobility: float, leave: Tick) -> float:
        """Hours on the road for a mobility factor (1 is a light vehicle column), leaving at a tick.

        Darkness slows the hours driven in it: the way is walked through day and night in turn.
        """
        way = self.way(a, b)
        hours_by_day = (
            math.fsum(route.km / (self._day_speed[route.spec.surface] * mobility) for route in way)
            if way
            else self.km(a, b) / (self._day_speed["track"] * mobility)
        )
        return self.by_day_and_night(hours_by_day, leave, self._night_share)

    def on_surface(self, km: float, surface: str, pace: float, night_share: float, leave: Tick) -> float:
        """Hours on one surface for whoever keeps a share of a light column's pace, and of that by night."""
        return self.by_day_and_night(km / (self._day_speed[surface] * pace), leave, night_share)

    def by_day_and_night(self, hours_by_day: float, leave: Tick, night_share: float) -> float:
        """Hours a way takes that would take so many by day, where darkness leaves a share of the speed."""
        spent = 0.0
        at = leave
        while hours_by_day > 0.0:
            night = self.is_night(at)
            turn = self.next_dawn(at) if night else self.next_dusk(at)
            window = to_hours(turn - at)
            rate = night_share if night else 1.0
            if hours_by_day <= window * rate:
                return spent + hours_by_day / rate
            hours_by_day -= window * rate
            spent += window
            at = turn
        return spent

    def hour_of_day(self, tick: Tick) -> float:
        return to_hours((tick - self._world.blueprint.first_midnight) % DAY)

    def is_night(self, tick: Tick) -> bool:
        blueprint = self._world.blueprint
        clock = (tick - blueprint.first_midnight) % DAY
        return not blueprint.sunrise <= clock < blueprint.sunset

    def next_dawn(self, tick: Tick) -> Tick:
        return self._next(tick, self._world.blueprint.sunrise)

    def next_dusk(self, tick: Tick) -> Tick:
        return self._next(tick, self._world.blueprint.sunset)

    def next_hour(self, tick: Tick, hour: float) -> Tick:
        """The next time the local clock shows this hour."""
        return self._next(tick, from_hours(hour))

    def _next(self, tick: Tick, clock: Tick) -> Tick:
        since = (tick - self._world.blueprint.first_midnight) % DAY
        return tick + (clock - since if clock > since else clock - since + DAY)


def great_circle_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Distance on the sphere by the haversine formula."""
    one, two = math.radians(latitude), math.radians(other_latitude)
    across = math.radians(other_longitude - longitude)
    half = math.sin((two - one) / 2) ** 2 + math.cos(one) * math.cos(two) * math.sin(across / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


def bearing_to(latitude: float, longitude: float, bearing: float, km: float) -> tuple[float, float]:
    """The point at a distance and bearing (degrees from north) on the sphere."""
    turned = math.radians(bearing)
    angle = km / EARTH_RADIUS_KM
    here = math.radians(latitude)
    there = math.asin(math.sin(here) * math.cos(angle) + math.cos(here) * math.sin(angle) * math.cos(turned))
    across = math.atan2(
        math.sin(turned) * math.sin(angle) * math.cos(here), math.cos(angle) - math.sin(here) * math.sin(there)
    )
    return math.degrees(there), longitude + math.degrees(across)
