"""How the panes share the screen at any size: one column below 100 columns, two to 159, three from 160."""

from __future__ import annotations

from typing import Final

from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from sim.tui.panes.base import Pane

__all__ = ["Desk", "arrange_panes"]

MAP, UNITS, INBOX, DETAILS, ACTORS = 1, 2, 3, 4, 5
TWO_COLUMNS: Final = 100
THREE_COLUMNS: Final = 160


def arrange_panes(width: int, height: int, current: int, upper: int, lower: int, *, zoomed: bool) -> dict[int, Region]:
    """Pane number to its region. *upper* and *lower* are the panes beside the map when only one column is there."""
    if zoomed or width < TWO_COLUMNS:
        return {current: Region(0, 0, width, height)}
    if width < THREE_COLUMNS:
        side = min(max(width * 36 // 100, 38), 54)
        left = width - side
        top = height * 55 // 100
        return {
            MAP: Region(0, 0, left, height),
            upper: Region(left, 0, side, top),
            lower: Region(left, top, side, height - top),
        }
    west, east = min(width * 22 // 100, 46), min(width * 25 // 100, 54)
    units, inbox = height * 60 // 100, height * 55 // 100
    return {
        UNITS: Region(0, 0, west, units),
        ACTORS: Region(0, units, west, height - units),
        MAP: Region(west, 0, width - west - east, height),
        INBOX: Region(width - east, 0, east, inbox),
        DETAILS: Region(width - east, inbox, east, height - inbox),
    }


class DeskLayout(Layout):
    """Puts each pane where `arrange_panes` says."""

    name = "desk"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        assert isinstance(parent, Desk)
        regions = parent.regions(size)
        nothing = Spacing()
        return [
            WidgetPlacement(regions[child.NUMBER], Offset(0, 0), nothing, child)
            for child in children
            if isinstance(child, Pane) and child.NUMBER in regions
        ]


class Desk(Widget):
    """The numbered panes. Only those with a place are displayed."""

    DEFAULT_CSS = """
    Desk { width: 1fr; height: 1fr; background: $ground; }
    """

    def __init__(self, *panes: Pane, id: str | None = None) -> None:
        super().__init__(*panes, id=id)
        self._panes = {pane.NUMBER: pane for pane in panes}
        self._arrangement = DeskLayout()
        self.current = MAP
        self.upper = INBOX
        self.lower = DETAILS
        self.zoomed = False

    @property
    def layout(self) -> Layout:
        return self._arrangement

    def regions(self, size: Size) -> dict[int, Region]:
        return arrange_panes(size.width, size.height, self.current, self.upper, self.lower, zoomed=self.zoomed)

    def pane(self, number: int) -> Pane:
        return self._panes[number]

    def go(self, number: int) -> None:
        """Bring a pane to sight and give it the focus."""
        self.current = number
        if number in (UNITS, INBOX):
            self.upper = number
        elif number in (DETAILS, ACTORS):
            self.lower = number
        self.settle()
        self.pane(number).inner().focus(scroll_visible=False)

    def toggle_zoom(self, *, off: bool = False) -> None:
        self.zoomed = False if off else not self.zoomed
        focused = next((number for number, pane in self._panes.items() if pane.has_focus_within), None)
        if focused is not None:
            self.current = focused
        self.settle()

    def settle(self, size: Size | None = None) -> None:
        """Show the panes that have a place now, hide the others."""
        shown = self.regions(size or self.size)
        for number, pane in self._panes.items():
            pane.display = number in shown
        self.refresh(layout=True)
