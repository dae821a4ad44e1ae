"""What is on the map and where: projection, viewport, level of detail, placement of symbols and names.

Pure: from rows of the view to cells of the screen. The widget only paints what is decided here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.tui.glyphs import Glyphs
from sim.tui.map_raster import CELL_HIGH, CELL_WIDE, DotGrid
from sim.tui.plain_text import plain
from sim.tui.view_model import Row, SeatView

__all__ = ["LONGEST_LABEL", "Cell", "Scene", "Site", "StaticLayer", "Token", "Viewport", "draw_static", "label_spots"]

KM_PER_DEGREE: Final = 111.32
LOWEST_ZOOM: Final = 0.05
HIGHEST_ZOOM: Final = 40.0
NAMES_OF_UNITS_FROM: Final = 1.6
"""Dots per kilometre from which call signs stand beside their symbols on a crowded map."""
LONGEST_LABEL: Final = 22
WORTH_LEAVING_OUT: Final = 1.35
"""How much larger the map must become before a far place is left to a pointer at the edge."""

LINE_KIND: Final = 6
ROUND: Final = 96
"""Corners of the ring that a line is drawn as."""
BARRED: Final = ("cut", "blocked", "held")
"""Nothing of the mission gets through: the road itself, armed men or the host state see to that."""

ROAD_KINDS: Final = {"unknown": 2, "open": 3, "slow": 4, **dict.fromkeys(BARRED, 5)}
ROAD_PATTERNS: Final = {"unknown": "sparse", "open": "solid", "slow": "long", **dict.fromkeys(BARRED, "short")}
ROAD_STYLES: Final = ("", "grid", "road-unknown", "road", "road-slow", "road-cut", "red-line")
GRID_KIND: Final = 1

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Site:
    """A place on the map."""

    id: str
    name: str
    kind: str
    rank: int
    x: float
    y: float
    level: int
    """How much violence is reported there, 0 to 3."""


@dataclass(frozen=True)
class Road:
    id: str
    status: str
    points: Points


@dataclass(frozen=True)
class Line:
    """A red line that was announced: a ring around the place it protects."""

    id: str
    name: str
    x: float
    y: float
    km: float


@dataclass(frozen=True)
class Token:
    """A unit or a movement of people: what is drawn anew at every update."""

    id: str
    name: str
    side: str
    kind: str
    mine: bool
    x: float
    y: float
    heading: str = ""


@dataclass(frozen=True)
class Viewport:
    """The window on the area: kilometres east and south of the origin in its middle, dots per kilometre, cells."""

    x: float
    y: float
    zoom: float
    columns: int
    rows: int

    def dots(self, points: Points) -> Points:
        """Kilometres to dots from the upper left corner."""
        scaled = np.subtract(points, (self.x, self.y)) * self.zoom
        return np.asarray(np.add(scaled, (self.columns * CELL_WIDE / 2, self.rows * CELL_HIGH / 2)))

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """(row, column) of a point in kilometres; may lie outside."""
        across = (x - self.x) * self.zoom + self.columns * CELL_WIDE / 2
        down = (y - self.y) * self.zoom + self.rows * CELL_HIGH / 2
        return math.floor(down / CELL_HIGH), math.floor(across / CELL_WIDE)

    def at(self, row: float, column: float) -> tuple[float, float]:
        """The kilometres in the middle of a cell."""
        across = (column + 0.5) * CELL_WIDE - self.columns * CELL_WIDE / 2
        down = (row + 0.5) * CELL_HIGH - self.rows * CELL_HIGH / 2
        return self.x + across / self.zoom, self.y + down / self.zoom

    def inside(self, row: int, column: int) -> bool:
        return 0 <= row < self.rows and 0 <= column < self.columns

    def zoomed(self, factor: float, around: tuple[int, int] | None = None) -> Viewport:
        """Nearer or farther; the cell *around* keeps its place under the pointer."""
        zoom = min(max(self.zoom * factor, LOWEST_ZOOM), HIGHEST_ZOOM)
        if around is None:
            return replace(self, zoom=zoom)
        before = self.at(*around)
        moved = replace(self, zoom=zoom)
        after = moved.at(*around)
        return replace(moved, x=moved.x + before[0] - after[0], y=moved.y + before[1] - after[1])

    def panned(self, rows: float, columns: float) -> Viewport:
        return replace(self, x=self.x + columns * CELL_WIDE / self.zoom, y=self.y + rows * CELL_HIGH / self.zoom)


class Scene:
    """The view's places, routes, units and flows in kilometres on one plane."""

    def __init__(self, view: SeatView) -> None:
        rows = [row for row in view.rows("places") if _has_position(row)]
        lats = [float(row["lat"]) for row in rows]
        lons = [float(row["lon"]) for row in rows]
        self.lat = (min(lats) + max(lats)) / 2 if rows else 0.0
        self.lon = (min(lons) + max(lons)) / 2 if rows else 0.0
        self._stretch = math.cos(math.radians(self.lat)) * KM_PER_DEGREE
        self.sites = [self._site(row, view) for row in rows]
        self.site_by_id = {site.id: site for site in self.sites}
        self.roads = [road for road in map(self._road, view.rows("routes")) if road is not None]
        self.lines = [line for line in map(self._line, view.rows("lines")) if line is not None]
        self.tokens: list[Token] = []
        self.take_tokens(view)

    def take_tokens(self, view: SeatView) -> None:
        """Read the moving things again; places and routes stay."""
        self.tokens = [self._unit(row) for row in view.rows("units") if _has_position(row)]
        for row in view.rows("flows"):
            self.tokens.extend(self._flow(row))

    def shape(self) -> tuple[object, ...]:
        """Equal while the static layer would look the same."""
        return (
            tuple(self.sites),
            tuple((road.id, road.status, road.points.tobytes()) for road in self.roads),
            tuple(self.lines),
        )

    def project(self, lat: float, lon: float) -> tuple[float, float]:
        return (lon - self.lon) * self._stretch, (self.lat - lat) * KM_PER_DEGREE

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        return self.lat - y / KM_PER_DEGREE, self.lon + x / self._stretch

    def fit(self, columns: int, rows: int, *, whole: bool = True) -> Viewport:
        """The whole area with room for names at the edges, or the part of it where most places are."""
        if not self.sites:
            return Viewport(0.0, 0.0, 1.0, columns, rows)
        everything = self._frame(self.sites, columns, rows)
        if whole:
            return everything
        core = self._frame(self._core(), columns, rows)
        return core if core.zoom > everything.zoom * WORTH_LEAVING_OUT else everything

    def _core(self) -> list[Site]:
        """All places but the few that lie farthest from the middle one: often a headquarters days away."""
        middle_x = float(np.median([site.x for site in self.sites]))
        middle_y = float(np.median([site.y for site in self.sites]))
        by_distance = sorted(self.sites, key=lambda site: math.hypot(site.x - middle_x, site.y - middle_y))
        return by_distance[: len(by_distance) - max(len(by_distance) // 8, 1)] or by_distance

    def _frame(self, sites: list[Site], columns: int, rows: int) -> Viewport:
        xs = [site.x for site in sites]
        ys = [site.y for site in sites]
        left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
        label = min(max(columns // 9, 4), 14)
        wide = max((columns - 5 - label) * CELL_WIDE, 8)
        high = max((rows - 4) * CELL_HIGH, 8)
        zoom = min(wide / max(right - left, 1.0), high / max(bottom - top, 1.0), HIGHEST_ZOOM)
        # Names stand to the right of their places, so the middle of the picture is left of the middle of the area.
        middle = (left + right) / 2 + (label - 2) * CELL_WIDE / zoom / 2
        return Viewport(middle, (top + bottom) / 2, zoom, columns, rows)

    def _site(self, row: Row, view: SeatView) -> Site:
        x, y = self.project(float(row["lat"]), float(row["lon"]))
        return Site(
            str(row.get("id")),
            label(plain(row.get("name") or row.get("id"))),
            "base" if row.get("based") else str(row.get("kind") or "town"),
            int(row.get("rank") or 2),
            x,
            y,
            view.violence_level(row),
        )

    def _road(self, row: Row) -> Road | None:
        path = row.get("path") or []
        points = [self.project(float(lat), float(lon)) for lat, lon in path]
        if len(points) < 2:
            ends = [self.site_by_id.get(str(row.get(end))) for end in ("a", "b")]
            if not all(ends):
                return None
            points = [(site.x, site.y) for site in ends if site is not None]
        status = str(row.get("status") or "unknown")
        return Road(str(row.get("id")), status if status in ROAD_KINDS else "unknown", np.array(points, dtype=float))

    def _line(self, row: Row) -> Line | None:
        if not _has_position(row) or row.get("state") != "announced":
            return None
        x, y = self.project(float(row["lat"]), float(row["lon"]))
        return Line(
            str(row.get("id")), label(plain(row.get("name") or row.get("id"))), x, y, float(row.get("km") or 0.0)
        )

    def _unit(self, row: Row) -> Token:
        x, y = self.project(float(row["lat"]), float(row["lon"]))
        return Token(
            str(row.get("id")),
            label(plain(row.get("name") or row.get("id"))),
            str(row.get("side") or "un"),
            str(row.get("glyph_kind") or "unit"),
            bool(row.get("mine")),
            x,
            y,
        )

    def _flow(self, row: Row) -> Iterator[Token]:
        """A movement of people is several arrows, so that its direction is seen and not one spot."""
        name, heading = plain(row.get("text") or "people moving"), str(row.get("heading") or "")
        ends = [self.site_by_id.get(str(row.get(end))) for end in ("a", "b")]
        start, goal = ends
        if start is None or goal is None or math.hypot(goal.x - start.x, goal.y - start.y) < 4.0:
            if _has_position(row):
                x, y = self.project(float(row["lat"]), float(row["lon"]))
                yield Token(str(row.get("id")), name, "flow", "flow", False, x, y, heading)
            return
        for share in (0.3, 0.5, 0.7):
            x, y = start.x + share * (goal.x - start.x), start.y + share * (goal.y - start.y)
            yield Token(str(row.get("id")), name, "flow", "flow", False, x, y, heading)


def label(name: str) -> str:
    """A name as it stands on a map: without the article that it has in a sentence."""
    short = name.removeprefix("the ")
    return short[:1].upper() + short[1:]


@dataclass(frozen=True)
class Cell:
    """One drawn character and the role of its colour."""

    character: str
    style: str
    bold: bool = False


@dataclass
class StaticLayer:
    """Everything that changes only with the viewport or the state of roads and places."""

    characters: list[list[str]]
    styles: list[list[str]]
    tints: NDArray[np.int8]
    taken: set[tuple[int, int]] = field(default_factory=set)
    where: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Place id to the cell of its symbol."""

    def write(self, row: int, column: int, text: str, style: str) -> None:
        for offset, character in enumerate(text):
            self.characters[row][column + offset] = character
            self.styles[row][column + offset] = style
            self.taken.add((row, column + offset))

    def is_free(self, row: int, column: int, length: int) -> bool:
        if not 0 <= row < len(self.characters) or column < 0 or column + length > len(self.characters[0]):
            return False
        return all((row, column + offset) not in self.taken for offset in range(length))


def draw_static(scene: Scene, port: Viewport, glyphs: Glyphs, roads: str) -> StaticLayer:
    """Grid, roads, places and names."""
    dots = DotGrid(port.columns, port.rows)
    _draw_grid(scene, port, dots)
    for road in scene.roads:
        dots.draw(port.dots(road.points), ROAD_KINDS[road.status], ROAD_PATTERNS[road.status])
    for line in scene.lines:
        dots.draw(port.dots(_ring(line)), LINE_KIND, "long")
    characters = dots.characters(roads)
    if roads != "braille":
        # Without braille the grid would look like roads.
        blank = dots.kinds <= GRID_KIND
        characters = [
            [" " if empty else character for character, empty in zip(row, empties, strict=True)]
            for row, empties in zip(characters, blank.tolist(), strict=True)
        ]
    styles = [[ROAD_STYLES[kind] for kind in row] for row in dots.kinds.tolist()]
    layer = StaticLayer(characters, styles, _tints(scene, port))
    _draw_frame(scene, port, glyphs, layer)
    _draw_cuts(scene, port, glyphs, layer)
    _draw_sites(scene, port, glyphs, layer)
    _draw_names(scene, port, layer)
    _draw_line_names(scene, port, layer)
    _draw_pointers(scene, port, glyphs, layer)
    return layer


def _ring(line: Line) -> Points:
    turns = np.linspace(0.0, 2.0 * math.pi, ROUND + 1)
    return np.column_stack((line.x + line.km * np.cos(turns), line.y + line.km * np.sin(turns)))


def _draw_line_names(scene: Scene, port: Viewport, layer: StaticLayer) -> None:
    """The name of a line at the top or the bottom of its ring, wherever there is room."""
    for line in scene.lines:
        for side in (-1.0, 1.0):
            row, column = port.cell(line.x, line.y + side * line.km)
            column -= len(line.name) // 2
            if layer.is_free(row, column, len(line.name)):
                layer.write(row, column, line.name, "red-line")
                break


def _draw_grid(scene: Scene, port: Viewport, dots: DotGrid) -> None:
    for lat, lon, along in _grid_lines(scene, port):
        if lat is not None:
            _, y = scene.project(lat, scene.lon)
            ends = [(along[0], y), (along[1], y)]
        else:
            assert lon is not None
            x, _ = scene.project(scene.lat, lon)
            ends = [(x, along[0]), (x, along[1])]
        dots.draw(port.dots(np.array(ends)), GRID_KIND, "faint")


def _grid_lines(scene: Scene, port: Viewport) -> Iterator[tuple[float | None, float | None, tuple[float, float]]]:
    left, top = port.at(-0.5, -0.5)
    right, bottom = port.at(port.rows - 0.5, port.columns - 0.5)
    north, west = scene.degrees(left, top)
    south, east = scene.degrees(right, bottom)
    step = _grid_step(max(north - south, (east - west) / 2))
    for index in range(math.ceil(south / step), math.floor(north / step) + 1):
        yield round(index * step, 4), None, (left, right)
    for index in range(math.ceil(west / step), math.floor(east / step) + 1):
        yield None, round(index * step, 4), (top, bottom)


def _grid_step(span: float) -> float:
    """About three lines across: half a degree, a tenth…, always a number people say."""
    for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0):
        if span / step <= 3.5:
            return step
    return 20.0


def _draw_frame(scene: Scene, port: Viewport, glyphs: Glyphs, layer: StaticLayer) -> None:
    """A scale bar, and degrees at the edges."""
    if port.columns < 40 or port.rows < 10:
        return
    km = next((km for km in (500, 200, 100, 50, 20, 10, 5, 2, 1) if km * port.zoom / CELL_WIDE <= port.columns / 5), 1)
    cells = max(round(km * port.zoom / CELL_WIDE), 3)
    start, middle, end = glyphs.scale
    bar = f"{start}{middle * (cells - 2)}{end} {km} km"
    layer.write(port.rows - 1, 1, bar, "grid-label")
    for lat, lon, _ in _grid_lines(scene, port):
        if lat is not None:
            row, _ = port.cell(0.0, scene.project(lat, scene.lon)[1])
            text = f"{abs(lat):g}°{'N' if lat >= 0 else 'S'}" if glyphs.roads == "braille" else f"{lat:g}"
            column = port.columns - len(text)
        elif lon is not None:
            _, column = port.cell(scene.project(scene.lat, lon)[0], 0.0)
            text = f"{abs(lon):g}°{'E' if lon >= 0 else 'W'}" if glyphs.roads == "braille" else f"{lon:g}"
            row, column = 0, column - len(text) // 2
        if layer.is_free(row, column, len(text)):
            layer.write(row, column, text, "grid-label")


def _tints(scene: Scene, port: Viewport) -> NDArray[np.int8]:
    """A soft ground where violence is reported, a few cells wide at any scale: the worse, the darker and the wider."""
    tints = np.zeros((port.rows, port.columns), dtype=np.int8)
    rows = np.arange(port.rows)[:, None]
    columns = np.arange(port.columns)[None, :]
    for site in scene.sites:
        row, column = port.cell(site.x, site.y)
        distance = np.hypot((rows - row) * 2.0, columns - column)
        for ring in range(site.level):
            reach = 2.6 + 2.2 * ring
            np.maximum(tints, np.where(distance <= reach, np.int8(site.level - ring), np.int8(0)), out=tints)
    return tints


def _draw_cuts(scene: Scene, port: Viewport, glyphs: Glyphs, layer: StaticLayer) -> None:
    for road in scene.roads:
        if road.status not in BARRED:
            continue
        lengths = np.hypot(*np.diff(road.points, axis=0).T)
        total = float(lengths.sum())
        marks = 1 if total * port.zoom < 40 else 2
        for share in np.linspace(0.0, 1.0, marks + 2)[1:-1]:
            travelled = np.concatenate(([0.0], np.cumsum(lengths)))
            x = float(np.interp(share * total, travelled, road.points[:, 0]))
            y = float(np.interp(share * total, travelled, road.points[:, 1]))
            row, column = port.cell(x, y)
            if port.inside(row, column):
                layer.write(row, column, glyphs.cut, "road-cut")


_RING: Final = ((0, 0), (0, -1), (0, 1), (-1, 0), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1), (0, -2), (0, 2))


def _draw_sites(scene: Scene, port: Viewport, glyphs: Glyphs, layer: StaticLayer) -> None:
    # The bigger place takes the cell; a base two kilometres from its town stands in the next one.
    for site in sorted(scene.sites, key=lambda site: (site.rank, site.kind not in ("town", "headquarters"))):
        row, column = port.cell(site.x, site.y)
        for down, across in _ring_towards(site, scene, port):
            spot = row + down, column + across
            if port.inside(*spot) and spot not in layer.taken:
                layer.write(*spot, glyphs.place(site.kind), _site_style(site))
                layer.where[site.id] = spot
                break


def _ring_towards(site: Site, scene: Scene, port: Viewport) -> Iterable[tuple[int, int]]:
    """Cells to try, the ones on the true side of the neighbour that took the place first."""
    row, column = port.cell(site.x, site.y)
    rivals = [other for other in scene.sites if other is not site and port.cell(other.x, other.y) == (row, column)]
    if not rivals:
        return _RING
    east, south = site.x - rivals[0].x, site.y - rivals[0].y
    length = math.hypot(east, south) or 1.0
    return [_RING[0], *sorted(_RING[1:], key=lambda it: _misfit(it, east / length, south / length))]


def _misfit(step: tuple[int, int], east: float, south: float) -> float:
    down, across = step[0] * 2.0, float(step[1])
    length = math.hypot(down, across)
    return length - (across * east + down * south) / length * 2.0


def _site_style(site: Site) -> str:
    if site.kind in ("base", "headquarters"):
        return "ink-un"
    if site.kind in ("camp", "displacement-site"):
        return "ink-displaced"
    return "ink-strong" if site.rank == 1 else "ink" if site.rank == 2 else "ink-dim"


def _label_style(site: Site) -> str:
    style = _site_style(site)
    return "bold " + style if site.rank == 1 or (style in ("ink-un", "ink-displaced") and site.rank <= 2) else style


def _draw_names(scene: Scene, port: Viewport, layer: StaticLayer) -> None:
    narrow = port.columns < 60
    for site in sorted(scene.sites, key=lambda site: (site.rank, site.kind == "village", site.name)):
        spot = layer.where.get(site.id)
        if spot is None or (narrow and site.rank >= 3 and port.zoom < NAMES_OF_UNITS_FROM):
            continue
        name = site.name if len(site.name) <= LONGEST_LABEL else site.name[: LONGEST_LABEL - 1] + "…"
        for row, column in label_spots(spot, len(name)):
            # One free cell on either side, or two names read as one.
            if layer.is_free(row, column, len(name)) and (row, column - 1) not in layer.taken - {spot}:
                layer.write(row, column, name, _label_style(site))
                layer.taken |= {(row, column - 1), (row, column + len(name))}
                break


def _draw_pointers(scene: Scene, port: Viewport, glyphs: Glyphs, layer: StaticLayer) -> None:
    """Important places outside the window, named at its edge with the way to them."""
    for site in scene.sites:
        row, column = port.cell(site.x, site.y)
        if port.inside(row, column) or (site.rank > 1 and site.kind not in ("base", "headquarters")):
            continue
        east, west = column >= port.columns, column < 0
        arrow = glyphs.arrows["E" if east else "W" if west else "S" if row >= port.rows else "N"]
        text = f"{arrow} {site.name}" if west else f"{site.name} {arrow}"
        if len(text) > port.columns - 4:
            continue
        at = min(max(row, 1), port.rows - 2)
        last = port.columns - len(text) - 1
        start = last if east else 1 if west else min(max(column - len(text) // 2, 1), last)
        for offset in (0, 1, -1, 2, -2, 3, -3):
            if layer.is_free(at + offset, start, len(text)):
                layer.write(at + offset, start, text, _site_style(site))
                break


def label_spots(spot: tuple[int, int], length: int) -> Iterator[tuple[int, int]]:
    """Right, left, above, below, then the two corners at the right."""
    row, column = spot
    yield row, column + 2
    yield row, column - length - 1
    yield row - 1, column - length // 2
    yield row + 1, column - length // 2
    yield row - 1, column + 2
    yield row + 1, column + 2


def _has_position(row: Row) -> bool:
    return isinstance(row.get("lat"), int | float) and isinstance(row.get("lon"), int | float)
