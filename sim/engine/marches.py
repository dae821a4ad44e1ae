"""The way of a column: marks at which something may happen, there and back.

Places are marks, and so is each point where a line may have been drawn: so many kilometres before the place that
the line is around, by the road that is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from sim.engine.world import World

PLACE, LINE = "place", "line"
TRAIL: Final = "trail"
MOVEMENT: Final = "movement"


class Mark(NamedTuple):
    """A point of the way: how far from the start, what is there, and on what one comes to it."""

    km: float
    kind: str
    id: str
    route: str
    surface: str


def way_to(world: World, origin: str, toward: str) -> tuple[Mark, ...]:
    """Places and lines of the shortest way, in order; straight across the country where no road leads."""
    marks: list[Mark] = []
    here, km = origin, 0.0
    for route in world.places.way(origin, toward):
        here = route.spec.b if here == route.spec.a else route.spec.a
        km += route.km
        marks.append(Mark(km, PLACE, here, route.id, route.spec.surface))
    if not marks:
        marks = [Mark(world.places.km(origin, toward), PLACE, toward, "", TRAIL)]
    lines: list[Mark] = []
    for line in world.blueprint.red_lines.values():
        at = next((mark.km for mark in marks if mark.id == line.around), None)
        if at is not None and line.trigger == MOVEMENT:
            crossing = max(0.0, at - line.km)
            leg = next(mark for mark in marks if mark.km > crossing or mark.km == at)
            lines.append(Mark(crossing, LINE, line.id, leg.route, leg.surface))
    return tuple(sorted((*marks, *lines), key=_by_km))


def way_back(origin: str, marks: Sequence[Mark], passed: int, km: float) -> tuple[Mark, ...]:
    """The way home for whoever has passed so many marks and stands at a kilometre: the places in reverse."""
    legs = [mark for mark in marks[:passed] if mark.kind == PLACE]
    ahead = next((mark for mark in marks[passed:] if mark.kind == PLACE), None)
    if ahead is not None:
        legs.append(ahead)
    back: list[Mark] = []
    for number in range(len(legs) - 1, -1, -1):
        start, at = (legs[number - 1].id, legs[number - 1].km) if number else (origin, 0.0)
        back.append(Mark(max(km - at, 0.0), PLACE, start, legs[number].route, legs[number].surface))
    return tuple(back)


def _by_km(mark: Mark) -> tuple[float, int, str]:
    return mark.km, 0 if mark.kind == LINE else 1, mark.id
