"""The figures that were reported to this seat: ranges with their trend, never the truth behind them."""

from __future__ import annotations

from textual import events
from textual.content import Content

from sim.tui import ink
from sim.tui.panes.base import TextLine, concerns
from sim.tui.view_model import Row, SeatView

__all__ = ["FiguresLine", "figure_row"]


def figure_row(figure: Row) -> list[ink.Part]:
    """One figure as label, value and trend."""
    label, value = str(figure.get("label") or figure.get("id") or ""), str(figure.get("text") or "no report")
    parts: list[ink.Part] = [(label + " ", ink.SOFT), (value, ink.STRONG if figure.get("text") else ink.DIM)]
    if figure.get("trend"):
        parts.append((" " + str(figure["trend"]), ink.UN))
    return parts


def without_common_place(view: SeatView, figures: list[Row]) -> list[Row]:
    """Figures of one and the same place need not repeat its name."""
    places = {str(figure.get("id")).partition("/")[0] for figure in figures if "/" in str(figure.get("id"))}
    if len(places) != 1:
        return figures
    name = str((view.row("places", places.pop()) or {}).get("name") or "")
    if not name:
        return figures
    said: list[Row] = []
    for figure in figures:
        label = str(figure.get("label"))
        shorter = label.removesuffix(f" of {name}").removesuffix(f" at {name}")
        # The first still says where: "the site" would be any place that people call so.
        said.append({**figure, "label": shorter if said else label})
    return said


class FiguresLine(TextLine):
    """As many whole figures as fit, spread over the line."""

    DEFAULT_CSS = """
    FiguresLine { background: $bar; text-wrap: nowrap; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._figures: list[Row] = []

    def take(self, view: SeatView, changed: frozenset[str]) -> None:
        if concerns({"figures", "places"}, changed):
            self._figures = without_common_place(view, view.items("figures"))
            self._draw()

    def on_resize(self, event: events.Resize) -> None:
        self._draw()

    def _draw(self) -> None:
        width = max((self.size.width or 80) - 2, 10)
        shown = [ink.line(*figure_row(figure)) for figure in self._figures]
        total = len(shown)
        while shown and _needed(shown, total) > width:
            shown.pop()
        if not shown:
            self.put(ink.line((" No figures reported yet" if not total else " f  figures", ink.DIM)))
            return
        more = ink.line((f"+{total - len(shown)} f", ink.DIM)) if len(shown) < total else None
        pieces = [*shown, more] if more else shown
        free = width - sum(piece.cell_length for piece in pieces)
        gap = min(max(free // max(len(pieces) - 1, 1), 2), 12) if len(pieces) > 1 else 0
        self.put(ink.line(" ", ink.line(" " * gap).join(pieces)))


def _needed(shown: list[Content], total: int) -> int:
    widths = sum(piece.cell_length for piece in shown)
    return widths + 2 * (len(shown) - 1) + (6 if len(shown) < total else 0)
