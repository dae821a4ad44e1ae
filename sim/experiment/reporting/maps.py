"""Where harm fell: one map a pattern, all on the same scale."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sim.experiment.answers import Comparison, HarmMap
from sim.experiment.reporting import drawing, standing, wording
from sim.experiment.reporting.drawing import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LARGEST: Final = 26.0
"""Diameter in points of the circle of the place that suffers most."""
_LETTERS: Final = 7.0
_WIDTH_OF_A_LETTER: Final = 0.58
"""Of a letter's height, on average."""
_WIDE: Final = 1.25
"""Width over height from which on two maps stand side by side, else three."""
_MOST_TOLD: Final = 3
_HARM: Final = "#D55E00"
_PAPER: Final = "#f7f7f5"
_DECIMAL_BELOW: Final = 10

Box = tuple[float, float, float, float]


def harm(comparison: Comparison, found: HarmMap, name: str) -> Picture | None:
    """Where people were killed, as circles on the map of the scenario, pattern by pattern."""
    about, named = comparison.about, standing.titles(comparison.about)
    held = {pattern for place in found.places for pattern in place.killed}
    chosen = [one for one in drawing.shown(about, comparison.best.set) if one in held]
    if not chosen:
        return None
    worst = sorted(found.places, key=lambda place: -max(place.killed.values(), default=0.0))[:_MOST_TOLD]
    told = [
        f"{wording.clean(place.name)} "
        f"({', '.join(f'{named[one]} {_mean(place.killed.get(one, 0.0))}' for one in chosen)})"
        for place in worst
        if max(place.killed.values(), default=0.0) > 0
    ]
    columns = _columns(found, len(chosen))
    return Picture(
        name,
        "Where harm fell",
        f"Most were killed at {wording.listed(told)}; mean killed a history."
        if told
        else "Nobody was killed at any place.",
        "The area of a circle is the mean number of people killed there a history, on one scale in all maps; a "
        "cross is a place where nobody was. Thin lines are roads. A mean hides how uneven it is: most histories "
        "have far less, a few far more. Names stand where there is room; every place is in tables/harm.csv. "
        f"{comparison.n:,} histories a pattern, {wording.IN_THIS_MODEL}.{drawing.left_out(about, chosen)}",
        f"{wording.times_word(len(chosen), 'maps')} of the same {len(found.places)} places with circles; the largest: "
        f"{'; '.join(told) or 'none'}.",
        (drawing.WIDTH, _height(found, columns, len(chosen))),
        lambda figure: _draw(figure, found, chosen, named, columns),
    )


def _mean(value: float) -> str:
    if 0 < value < 0.05:
        return "under 0.1"
    return wording.number(value, 1 if value < _DECIMAL_BELOW else 0)


def _bounds(found: HarmMap) -> Box:
    """West, south, east, north with a margin, in degrees; never a line or a point."""
    points = [(place.latitude, place.longitude) for place in found.places] + [
        point for road in found.roads for point in road
    ]
    south, north = min(point[0] for point in points), max(point[0] for point in points)
    west, east = min(point[1] for point in points), max(point[1] for point in points)
    aside = 0.09 * max(north - south, (east - west) * _squeeze(found), 0.02)
    return west - 1.6 * aside / _squeeze(found), south - aside, east + 1.6 * aside / _squeeze(found), north + aside


def _squeeze(found: HarmMap) -> float:
    """How much shorter a degree of longitude is than one of latitude, in the middle of the map."""
    middle = sum(place.latitude for place in found.places) / len(found.places)
    return max(0.05, math.cos(math.radians(middle)))


def _shape(found: HarmMap) -> float:
    west, south, east, north = _bounds(found)
    return (east - west) * _squeeze(found) / (north - south)


def _columns(found: HarmMap, many: int) -> int:
    return min(many, 2 if _shape(found) >= _WIDE or many in (2, 4) else 3)


def _height(found: HarmMap, columns: int, many: int) -> float:
    rows = -(-many // columns)
    one = drawing.WIDTH / columns / _shape(found)
    legend = 0.0 if rows * columns > many else 0.6
    return legend + rows * (min(4.2, one) + 0.35)


def _draw(figure: Figure, found: HarmMap, chosen: Sequence[str], named: Mapping[str, str], columns: int) -> None:
    most = max((place.killed.get(one, 0.0) for place in found.places for one in chosen), default=0.0)
    panels = figure.subplots(-(-len(chosen) // columns), columns, squeeze=False)
    for at, axes in enumerate(panels.flat):
        axes.set_axis_off()
        if at < len(chosen):
            _map(axes, found, chosen[at], most)
            axes.set_title(drawing.wrapped(named[chosen[at]], 40), color=drawing.INK)
    if most > 0:
        _scale(figure, panels.flat[0], panels.flat[-1] if panels.size > len(chosen) else None, most)
    # Names are placed where the maps will stand, so that needs to be known first.
    figure.draw_without_rendering()
    for at, one in enumerate(chosen):
        _names(panels.flat[at], found, one, most)


def _diameter(mean: float, most: float) -> float:
    return _LARGEST * math.sqrt(mean / most) if most > 0 else 0.0


def _map(axes: Axes, found: HarmMap, pattern: str, most: float) -> None:
    west, south, east, north = _bounds(found)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(1 / _squeeze(found))
    axes.add_patch(_frame(west, south, east, north))
    for road in found.roads:
        axes.plot([point[1] for point in road], [point[0] for point in road], color="#9aa1a9", linewidth=0.6, zorder=1)
    for place in found.places:
        mean = place.killed.get(pattern, 0.0)
        if mean > 0:
            axes.plot(
                place.longitude, place.latitude, marker="o", markersize=max(2.0, _diameter(mean, most)), zorder=2,
                markerfacecolor=_HARM, markeredgecolor=drawing.INK, markeredgewidth=0.6, alpha=0.75, linestyle="none",
            )  # fmt: skip
        else:
            axes.plot(place.longitude, place.latitude, marker="x", markersize=3.5, color=drawing.SOFT, zorder=2)


def _frame(west: float, south: float, east: float, north: float) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((west, south), east - west, north - south, facecolor=_PAPER, edgecolor=drawing.FAINT, zorder=0)


def _scale(figure: Figure, axes: Axes, empty: Axes | None, most: float) -> None:
    """A legend of three circles in round numbers."""
    top = 10 ** math.floor(math.log10(most))
    top *= 5 if most >= 5 * top else 2 if most >= 2 * top else 1
    handles = [
        axes.plot(
            [], [], marker="o", linestyle="none", markersize=max(2.0, _diameter(mean, most)), markerfacecolor=_HARM,
            markeredgecolor=drawing.INK, markeredgewidth=0.6, alpha=0.75, label=wording.number(mean),
        )[0]
        for mean in (top, top / 4, top / 20)
    ]  # fmt: skip
    title = "mean killed a history"
    if empty is not None:
        empty.legend(handles=handles, loc="center left", title=title, title_fontsize=8.5, labelspacing=1.3)
    else:
        figure.legend(handles=handles, loc="outside lower left", ncols=3, title=title, title_fontsize=8.5)


# Names without overlap


def _names(axes: Axes, found: HarmMap, pattern: str, most: float) -> None:
    """Names beside their places, those that suffered most first; one without room is left out."""
    points = 72 / axes.get_figure(root=True).dpi  # type: ignore[union-attr]
    west, south, east, north = _bounds(found)
    (left, low), (right, high) = axes.transData.transform([(west, south), (east, north)]) * points
    circles = {
        place.place: (
            *(axes.transData.transform((place.longitude, place.latitude)) * points),
            max(1.5, _diameter(place.killed.get(pattern, 0.0), most) / 2),
        )
        for place in found.places
    }
    taken: list[Box] = []
    for place in sorted(found.places, key=lambda place: (-place.killed.get(pattern, 0.0), place.place)):
        mean = place.killed.get(pattern, 0.0)
        text = wording.short(wording.clean(place.name), 20) + (f" {_mean(mean)}" if mean > 0 else "")
        x, y, radius = circles[place.place]
        for box in _candidates(x, y, radius, text):
            inside = left <= box[0] and low <= box[1] and box[2] <= right and box[3] <= high
            covers = any(_overlap(box, other) for other in taken) or any(_meets(box, *one) for one in circles.values())
            if inside and not covers:
                taken.append(box)
                axes.annotate(
                    text, (place.longitude, place.latitude), ((box[0] + box[2]) / 2 - x, (box[1] + box[3]) / 2 - y),
                    textcoords="offset points", ha="center", va="center", fontsize=_LETTERS, zorder=4,
                    bbox={"facecolor": _PAPER, "edgecolor": "none", "alpha": 0.75, "pad": 0.4},
                ).set_in_layout(False)  # fmt: skip
                break


def _candidates(x: float, y: float, radius: float, text: str) -> Iterator[Box]:
    """Where a name may stand: to the right, to the left, above and below, then slid along each side."""
    wide, high = len(text) * _LETTERS * _WIDTH_OF_A_LETTER, _LETTERS * 1.25
    off = radius + 2.0
    for slid in (0.5, 0.25, 0.75, 0.0, 1.0):
        aside = 0.7 * off if slid in (0.0, 1.0) else off
        yield _box(x + aside, y - high * slid - (slid - 0.5) * off, wide, high)
        yield _box(x - aside - wide, y - high * slid - (slid - 0.5) * off, wide, high)
        yield _box(x - wide * slid, y + off, wide, high)
        yield _box(x - wide * slid, y - off - high, wide, high)


def _box(left: float, low: float, wide: float, high: float) -> Box:
    return left, low, left + wide, low + high


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _meets(box: Box, x: float, y: float, radius: float) -> bool:
    """Whether a box lies over a circle."""
    aside = max(box[0] - x, 0.0, x - box[2])
    above = max(box[1] - y, 0.0, y - box[3])
    return math.hypot(aside, above) < radius
