"""The map: a static layer rebuilt only when it must be, moving things over it, only changed cells sent."""

from __future__ import annotations

from collections import defaultdict
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.color import Color, ColorParseError
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from sim.tui import ink
from sim.tui.glyphs import WGL4, Glyphs
from sim.tui.map_scene import Cell, Scene, StaticLayer, Viewport, draw_static
from sim.tui.map_tokens import Tokens, draw_tokens, nearest
from sim.tui.view_model import SeatView

__all__ = ["MapWidget"]

ZOOM_STEP: Final = 1.3
PAN_ROWS: Final = 2
PAN_COLUMNS: Final = 5


class MapWidget(Widget, can_focus=True):
    """Places, roads and units of the area of operations."""

    DEFAULT_CSS = """
    MapWidget { width: 1fr; height: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "pan(0,-1)", "West", show=False),
        Binding("right,l", "pan(0,1)", "East", show=False),
        Binding("up,k", "pan(-1,0)", "North", show=False),
        Binding("down,j", "pan(1,0)", "South", show=False),
    ]

    class Chosen(Message):
        """A place or unit was selected, or opened with Enter or a second click."""

        def __init__(self, kind: str, key: str, *, opened: bool = False) -> None:
            super().__init__()
            self.kind = kind
            self.key = key
            self.opened = opened

    def __init__(self, glyphs: Glyphs = WGL4, roads: str = "auto", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self._roads = glyphs.roads if roads == "auto" else roads
        self._view = SeatView()
        self._scene = Scene(self._view)
        self._shape: tuple[object, ...] = ()
        self._port: Viewport | None = None
        self._fitted = True
        self._whole = False
        self._layer: StaticLayer | None = None
        self._tokens: Tokens = {}
        self._stands_for: dict[tuple[int, int], tuple[str, ...]] = {}
        self._selected: tuple[str, str] | None = None
        self._rows: dict[int, Strip] = {}
        self._styles: dict[tuple[str, int, bool], Style] = {}
        self._tokens_by_row: dict[int, dict[int, Cell]] = {}
        self._drag: tuple[int, int] | None = None
        self._dragged = False

    # what it shows

    @property
    def viewport(self) -> Viewport | None:
        return self._port

    @property
    def selected(self) -> tuple[str, str] | None:
        return self._selected

    def show_view(self, view: SeatView) -> None:
        """Take a new view; redraw no more than what moved."""
        self._view = view
        scene = Scene(view)
        shape = scene.shape()
        if shape != self._shape:
            self._scene, self._shape = scene, shape
            self._rebuild()
            return
        self._scene.take_tokens(view)
        self._move()

    def select(self, kind: str, key: str, *, centre: bool = False) -> None:
        self._selected = (kind, key) if key else None
        if centre and self._port is not None:
            spot = self._position(kind, key)
            if spot is not None:
                row, column = self._port.cell(*spot)
                margin_rows, margin_columns = self._port.rows // 8, self._port.columns // 8
                inside = self._port.inside(row - margin_rows, column - margin_columns)
                if not (inside and self._port.inside(row + margin_rows, column + margin_columns)):
                    self._look(Viewport(*spot, self._port.zoom, self._port.columns, self._port.rows))
                    return
        self._move()

    def step_site(self, step: int) -> str | None:
        """Select the next or previous place in reading order, and return its id."""
        sites = sorted(self._scene.sites, key=lambda site: (round(site.y / 12), site.x))
        if not sites:
            return None
        ids = [site.id for site in sites]
        current = self._selected[1] if self._selected and self._selected[0] == "place" else ""
        index = (ids.index(current) + step) % len(ids) if current in ids else (0 if step > 0 else -1)
        self.select("place", ids[index], centre=True)
        return ids[index]

    def legend(self, width: int) -> Content:
        """As many entries as fit whole."""
        glyphs = self.glyphs
        entries = [
            (glyphs.sides["un"], "UN", "$ink-un"),
            (glyphs.sides["host"], "host state", "$ink-host"),
            (glyphs.sides["armed"], "armed", "$ink-armed"),
            (glyphs.sides["aid"], "aid", "$ink-aid"),
            (glyphs.places["camp"], "displaced", "$ink-displaced"),
            (glyphs.arrows["E"], "flight", "$ink-displaced"),
            (glyphs.line_samples["slow"], "slow", "$road-slow"),
            (glyphs.line_samples["cut"], "cut", "$road-cut"),
        ]
        if self._scene.lines:
            entries.insert(5, (glyphs.line_samples["line"], "red line", "$red-line"))
        parts: list[ink.Part] = []
        used = 0
        for symbol, word, style in entries:
            cost = len(symbol) + 1 + len(word) + 2
            if used + cost > width:
                break
            used += cost
            parts += [(symbol, style), (f" {word}  ", ink.SOFT)]
        return ink.line(*parts).rstrip()

    # moving the window

    def zoom(self, factor: float, around: tuple[int, int] | None = None) -> None:
        if self._port is not None:
            spot = self._position(*self._selected) if self._selected and around is None else None
            cell = self._port.cell(*spot) if spot else None
            if around is None and cell is not None and self._port.inside(*cell):
                around = cell
            self._look(self._port.zoomed(factor, around))

    def fit(self) -> None:
        """Show the whole area; shown already, the part where most places are."""
        self._whole = not (self._fitted and self._whole)
        self._fitted = True
        self._rebuild()

    def action_pan(self, rows: int, columns: int) -> None:
        if self._port is not None:
            self._look(self._port.panned(rows * PAN_ROWS, columns * PAN_COLUMNS))

    def _look(self, port: Viewport) -> None:
        self._fitted = False
        self._port = port
        self._rebuild()

    def _position(self, kind: str, key: str) -> tuple[float, float] | None:
        if kind == "place":
            site = self._scene.site_by_id.get(key)
            return (site.x, site.y) if site else None
        return next(((token.x, token.y) for token in self._scene.tokens if token.id == key), None)

    # events

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._recolour())

    def on_resize(self, event: events.Resize) -> None:
        if self._port is not None and not self._fitted:
            self._port = Viewport(self._port.x, self._port.y, self._port.zoom, self.size.width, self.size.height)
        self._rebuild()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.zoom(1 / ZOOM_STEP, (event.y, event.x))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.zoom(ZOOM_STEP, (event.y, event.x))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._drag = (event.y, event.x)
        self._dragged = False
        self.capture_mouse()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self._drag = None
        self.release_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._drag is not None:
            rows, columns = self._drag[0] - event.y, self._drag[1] - event.x
            if (rows or columns) and self._port is not None:
                self._dragged = True
                self._drag = (event.y, event.x)
                self._look(self._port.panned(rows, columns))
            return
        self._hover(event.y, event.x)

    def on_leave(self, event: events.Leave) -> None:
        self.tooltip = None

    def on_click(self, event: events.Click) -> None:
        if self._dragged or self._layer is None:
            return
        found = nearest(event.y, event.x, self._layer.where, self._stands_for)
        if found is not None:
            self.select(*found)
            self.post_message(self.Chosen(*found, opened=event.chain > 1))

    def _hover(self, row: int, column: int) -> None:
        if self._layer is None:
            return
        found = nearest(row, column, self._layer.where, self._stands_for)
        text = self.describe(*found) if found else None
        if text != self.tooltip:
            self.tooltip = text

    def describe(self, kind: str, key: str) -> Content:
        """The tooltip of a place, a unit or several units under one symbol."""
        if kind == "place":
            place = self._view.row("places", key) or {}
            parts: list[ink.Part] = [(str(place.get("name") or key), ink.STRONG)]
            if place.get("people"):
                parts.append(f"\u2002{place['people']} people")
            if place.get("violence"):
                parts.append((f"\u2002{place['violence']}", ink.WARN if self._view.violence_level(place) else ink.SOFT))
            return ink.line(*parts)
        stack = next((ids for ids in self._stands_for.values() if key in ids), (key,))
        return ink.lines(self._describe_unit(unit) for unit in stack)

    def _describe_unit(self, key: str) -> Content:
        row = self._view.row("units", key) or self._view.row("flows", key) or {}
        side = str(row.get("side") or "")
        name = str(row.get("name") or row.get("text") or key)
        details = [str(row[part]) for part in ("where", "task", "strength") if row.get(part)]
        return ink.line(
            (name, "bold " + ink.SIDE_STYLES.get(side, "$ink-displaced")), ("  " + ", ".join(details), ink.SOFT)
        )

    # layers

    def _rebuild(self) -> None:
        """Draw everything again: after pan, zoom, resize, or a change of roads or places."""
        width, height = self.size
        if width < 4 or height < 3:
            return
        if self._fitted or self._port is None:
            self._port = self._scene.fit(width, height, whole=self._whole)
        self._layer = draw_static(self._scene, self._port, self.glyphs, self._roads)
        self._tokens, self._stands_for = self._dynamic()
        self._index_tokens()
        self._rows.clear()
        self.refresh()

    def _move(self) -> None:
        """Draw the moving things again and send only the cells that changed."""
        if self._layer is None or self._port is None:
            return
        before = self._tokens
        self._tokens, self._stands_for = self._dynamic()
        changed = [cell for cell in before.keys() | self._tokens.keys() if before.get(cell) != self._tokens.get(cell)]
        if not changed:
            return
        self._index_tokens()
        for row in {row for row, _ in changed}:
            self._rows.pop(row, None)
        self.refresh(*_regions(changed))

    def _dynamic(self) -> tuple[Tokens, dict[tuple[int, int], tuple[str, ...]]]:
        assert self._layer is not None
        assert self._port is not None
        kept: frozenset[tuple[int, int]] = frozenset()
        if self._selected is not None and self._selected[0] == "place" and self._selected[1] in self._layer.where:
            row, column = self._layer.where[self._selected[1]]
            kept = frozenset({(row, column - 1), (row, column + 1)})
        cells, stands_for = draw_tokens(self._scene.tokens, self._port, self.glyphs, self._layer, kept)
        spot = self._selected_cell(stands_for)
        if spot is not None:
            row, column = spot
            width = 2 if len(stands_for.get(spot, ())) > 1 else 1
            symbols = set(self._layer.where.values())
            for at, character in ((column - 1, "["), (column + width, "]")):
                # A neighbour's symbol is worth more than a bracket.
                if self._port.inside(row, at) and (row, at) not in symbols:
                    cells[row, at] = Cell(character, "selection", bold=True)
            for at in range(column, column + width):
                under = cells.get((row, at)) or Cell(self._layer.characters[row][at], "selection")
                cells[row, at] = Cell(under.character, "selection", bold=True)
        return cells, stands_for

    def _selected_cell(self, stands_for: dict[tuple[int, int], tuple[str, ...]]) -> tuple[int, int] | None:
        if self._selected is None or self._layer is None:
            return None
        kind, key = self._selected
        if kind == "place":
            return self._layer.where.get(key)
        return next((spot for spot, ids in stands_for.items() if key in ids), None)

    def _index_tokens(self) -> None:
        by_row: dict[int, dict[int, Cell]] = defaultdict(dict)
        for (row, column), cell in self._tokens.items():
            by_row[row][column] = cell
        self._tokens_by_row = by_row

    # painting

    def render_line(self, y: int) -> Strip:
        strip = self._rows.get(y)
        if strip is None:
            strip = self._rows[y] = self._paint(y)
        return strip

    def _paint(self, y: int) -> Strip:
        layer = self._layer
        if layer is None or not 0 <= y < len(layer.characters):
            return Strip([Segment(" " * self.size.width, self._style("", 0, False))])
        characters, styles, tints = layer.characters[y], layer.styles[y], layer.tints[y].tolist()
        moving = self._tokens_by_row.get(y, {})
        segments: list[Segment] = []
        text, current = "", (styles[0] if styles else "", 0, False)
        for column, character in enumerate(characters):
            cell = moving.get(column)
            if cell is not None:
                character, key = cell.character, (cell.style, tints[column], cell.bold)
            else:
                key = (styles[column], tints[column], False)
            if key != current and not (character == " " and key[1] == current[1] and current[0] != "selection"):
                if text:
                    segments.append(Segment(text, self._style(*current)))
                text, current = "", key
            text += character
        segments.append(Segment(text, self._style(*current)))
        return Strip(segments, len(characters))

    def _style(self, role: str, tint: int, bold: bool) -> Style:
        style = self._styles.get((role, tint, bold))
        if style is None:
            strong = role.startswith("bold ")
            name = role.removeprefix("bold ")
            ground = self._colour(f"tint-{tint}" if tint else "ground")
            if name == "selection":
                # Reverse video as well as colour, so that the selection is seen without colour.
                style = Style(color=self._colour("ink-displaced"), bgcolor=ground, bold=True, reverse=True)
            else:
                style = Style(color=self._colour(name or "ink"), bgcolor=ground, bold=bold or strong)
            self._styles[role, tint, bold] = style
        return style

    def _colour(self, name: str) -> str | None:
        try:
            colour = Color.parse(self.app.theme_variables.get(name, ""))
        except ColorParseError:
            return None
        return colour.rich_color.name if colour.ansi is None else None

    def _recolour(self) -> None:
        self._styles.clear()
        self._rows.clear()
        self.refresh()


def _regions(cells: list[tuple[int, int]]) -> list[Region]:
    """Runs of neighbouring cells as regions, so that a moved name is one piece of output."""
    regions: list[Region] = []
    run: tuple[int, int, int] | None = None
    for row, column in sorted(cells):
        if run is not None and row == run[0] and column <= run[1] + run[2] + 1:
            run = (row, run[1], column - run[1] + 1)
            continue
        if run is not None:
            regions.append(Region(run[1], run[0], run[2], 1))
        run = (row, column, 1)
    if run is not None:
        regions.append(Region(run[1], run[0], run[2], 1))
    return regions
