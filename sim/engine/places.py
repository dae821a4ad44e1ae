"""The ground: places, the routes between them, how long a way takes, and when it is night.

Travel time is distance over a speed set by mobility, surface, season and darkness (F19-F24); roads are
straight distance times a detour where a route gives no length of its own. Freedom of movement is a state of each
route: who stands across it, who watches it, whether the rains have closed it, and how much of it may be mined (C18).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.blueprint import PlaceSpec, RouteSpec
from sim.engine.journal import EventId
from sim.engine.ticks import DAY, Tick, from_hours, to_hours

if TYPE_CHECKING:
    from sim.engine.world import World

EARTH_RADIUS_KM: Final = 6371.0
SURFACES: Final = ("paved", "track", "trail")


class PlaceState:
    """A place as the run knows it."""

    __slots__ = ("id", "key", "rank", "spec")

    def __init__(self, spec: PlaceSpec, key: int) -> None:
        self.spec = spec
        self.id = spec.id
        self.key = key
        self.rank = spec.rank


class RouteState:
    """A route and how it stands: who lets nobody pass, who looks into every car, and what lies in it."""

    __slots__ = ("checked", "closed", "doubt", "hidden", "id", "key", "km", "rank", "spec", "word")

    def __init__(self, spec: RouteSpec, key: int) -> None:
        self.spec = spec
        self.id = spec.id
        self.key = key
        self.rank = spec.rank
        self.km = spec.km
        self.word = "open"
        self.checked = 0
        """Checkpoints of the mission on it."""
        self.closed = False
        self.doubt = spec.mined
        """Share of its length that is not known to be clear."""
        self.hidden = 0.0
        """Share in which somebody has laid something that nobody knows of."""

    @property
    def status(self) -> str:
        if self.closed:
            return "cut"
        return "slow" if self.checked and self.word == "open" else self.word

    @status.setter
    def status(self, word: str) -> None:
        """What others do on it: somebody harasses travellers, or stands across it, or no longer does."""
        self.word = word


class Places:
    """Distances, ways and daylight, and how each route stands."""

    __slots__ = (
        "_avoided", "_day_speed", "_detours", "_kilometres", "_leaving", "_night_share", "_queue",
        "_speeds", "_ways", "_world", "routes", "season", "state",
    )  # fmt: skip

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
        self.season = blueprint.season
        self._speeds = {
            season: {surface: parameters[f"movement.{surface}_{season}_kmh"] for surface in SURFACES}
            for season in ("dry", "rainy")
        }
        self._day_speed = self._speeds[self.season]
        self._night_share = parameters["movement.night_share"]
        self._avoided = parameters["mines.avoided_above"]
        self._queue = from_hours(parameters["checkpoints.queue_hours"])
        self._leaving: dict[str, list[RouteState]] = {}
        self._detours: dict[tuple[str, str, tuple[str, ...]], tuple[RouteState, ...] | None] = {}

    def begin(self) -> None:
        world = self._world
        world.truth.provide("status", lambda route: self.routes[route].status if route in self.routes else None)
        world.truth.provide("daylight", lambda _: "night" if self.is_night(world.now) else "day")
        world.truth.provide("season", lambda _: self.season)
        for route in self.routes.values():
            route.closed = route.spec.closed_in_rains and self.season == "rainy"
        rains = world.blueprint.rains
        if rains is not None:
            world.agenda.at(rains.ticks(world.chance.draw("season/rains")), Phase.MOVEMENT, 0, self._rains)

    # Who may pass

    def opened(self, state: RouteState, by: str, row: EventId) -> None:
        """Something that kept columns off a route is gone."""
        world = self._world
        written = world.journal.write(kinds.ROUTE_OPENED, world.now, state.key, (row,), world.journal.name(by))
        self.changed(state, written)
        world.intelligence.happened(
            "road-open", state.spec.a, written, values={"route": state.id, "place": state.spec.b},
            facts=((state.id, "status", state.status),),
        )  # fmt: skip
        world.convoys.roads_changed()

    def changed(self, state: RouteState, row: EventId) -> None:
        """A checkpoint, a mine, the water: whoever asks about the route is told anew."""
        self._world.truth.changed(state.id, "status", row)

    def _rains(self, event: At) -> None:
        """The rainy season begins: tracks turn to mud, and some are under water."""
        world = self._world
        self.season = "rainy"
        self._day_speed = self._speeds["rainy"]
        row = world.journal.write(
            kinds.SEASON, world.now, world.journal.name("season"), (), world.journal.name("rainy")
        )
        world.truth.changed("mission", "season", row)
        cut = [state for state in self.routes.values() if state.spec.closed_in_rains]
        for state in cut:
            state.closed = True
            self.changed(state, row)
        to = tuple(seat.id for seat in world.blueprint.seats.values() if seat.level == "mission")
        world.intelligence.tell(
            "rains-begin", "mission-support", to, row, values={"count": len(cut)},
            facts=(("mission", "season", "rainy"), *((state.id, "status", "cut") for state in cut)), grade="A1",
        )  # fmt: skip

    def barred(self, controller: str, *, insists: bool = False) -> tuple[str, ...]:
        """Routes that a column of the mission does not take, as far as whoever sends it knows how they stand.

        Args:
            insists: it goes whatever stands in its way, but not through water.
        """
        avoided = self._avoided
        return tuple(
            [
                state.id
                for state in self.routes.values()
                if state.closed
                or (
                    not insists
                    and (state.doubt > avoided or (state.word == "blocked" and self._known(controller, state)))
                )
            ]
        )

    def _known(self, controller: str, state: RouteState) -> bool:
        """Whether a block was there from the start, or has been reported to whoever sends the column."""
        if state.spec.blocked_by:
            return True
        desk = self._world.intelligence.pictures.desks.get(controller)
        return desk is not None and desk.value(state.id, "status") in ("blocked", "cut")

    def open_way(self, a: str, b: str, controller: str = "", *, insists: bool = False) -> tuple[RouteState, ...] | None:
        """The shortest way that is open; none where every way is barred. Empty where no road leads at all."""
        usual = self.way(a, b)
        barred = self.barred(controller, insists=insists)
        if not barred or not any(route.id in barred for route in usual):
            return usual
        key = (a, b, barred)
        if key not in self._detours:
            self._detours[key] = self._shortest(a, b, barred)
        return self._detours[key]

    def _shortest(self, a: str, b: str, barred: tuple[str, ...]) -> tuple[RouteState, ...] | None:
        if not self._leaving:
            self._leaving = {place: [] for place in self.state}
            for route in self.routes.values():
                self._leaving[route.spec.a].append(route)
                self._leaving[route.spec.b].append(route)
        best: dict[str, float] = {a: 0.0}
        came: dict[str, RouteState] = {}
        queue = [(0.0, self.state[a].rank, a)]
        while queue:
            km, _, here = heapq.heappop(queue)
            if here == b:
                way = []
                while here != a:
                    way.append(came[here])
                    here = came[here].spec.b if here == came[here].spec.a else came[here].spec.a
                return tuple(reversed(way))
            for route in self._leaving[here]:
                there = route.spec.b if here == route.spec.a else route.spec.a
                if route.id not in barred and km + route.km < best.get(there, math.inf):
                    best[there] = km + route.km
                    came[there] = route
                    heapq.heappush(queue, (best[there], self.state[there].rank, there))
        return None

    def queue(self, a: str, b: str) -> Tick:
        """How long travellers stand before the mission's checkpoints on the usual way."""
        checked = 0
        for id_ in self._ways[a, b]:
            checked += self.routes[id_].checked
        return self._queue * checked

    def nearer_end(self, route: str, place: str) -> str:
        """The end of a route to which somebody at a place goes first; nothing where it is no route."""
        state = self.routes.get(route)
        if state is None:
            return ""
        a, b = state.spec.a, state.spec.b
        return a if not place or self.km(place, a) <= self.km(place, b) else b

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
        return self.by_day_and_night(
            self._by_day(a, b, self.way(a, b), mobility, self._day_speed), leave, self._night_share
        )

    def march_hours(self, a: str, b: str, mobility: float, leave: Tick, controller: str = "") -> float:
        """The same by the way that is open; by the usual one where none is."""
        way = self.open_way(a, b, controller)
        return self.way_hours(a, b, self.way(a, b) if way is None else way, mobility, leave)

    def way_hours(self, a: str, b: str, way: tuple[RouteState, ...], mobility: float, leave: Tick) -> float:
        """The same by a way that was chosen."""
        return self.by_day_and_night(self._by_day(a, b, way, mobility, self._day_speed), leave, self._night_share)

    def usual_hours(self, a: str, b: str, *, night: bool) -> float:
        """Hours of a light column by the usual way in the season of the start, all by day or all by night."""
        hours = self._by_day(a, b, self.way(a, b), 1.0, self._speeds[self._world.blueprint.season])
        return hours / self._night_share if night else hours

    def _by_day(
        self, a: str, b: str, way: tuple[RouteState, ...], mobility: float, speeds: Mapping[str, float]
    ) -> float:
        if not way:
            return self.km(a, b) / (speeds["track"] * mobility)
        return math.fsum(route.km / (speeds[route.spec.surface] * mobility) for route in way)

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

    def night_between(self, start: Tick, end: Tick) -> Tick:
        """How much of a span is night, in closed form."""
        return self._nights_until(end) - self._nights_until(start)

    def _nights_until(self, tick: Tick) -> Tick:
        """Night since the first midnight: whole days, and what of the day has passed."""
        blueprint = self._world.blueprint
        days, clock = divmod(tick - blueprint.first_midnight, DAY)
        whole = DAY - (blueprint.sunset - blueprint.sunrise)
        return days * whole + min(clock, blueprint.sunrise) + max(0, clock - blueprint.sunset)

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
