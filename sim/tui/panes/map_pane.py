"""The frame around the map."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from sim.tui.glyphs import WGL4, Glyphs
from sim.tui.map_widget import MapWidget
from sim.tui.panes.base import Pane
from sim.tui.view_model import SeatView

__all__ = ["MapPane"]


class MapPane(Pane):
    """The area of operations, with the legend in the frame."""

    NUMBER = 1
    HEADING = "Area of operations"
    NEEDS = frozenset({"places", "routes", "units", "flows", "lines"})

    def __init__(self, glyphs: Glyphs = WGL4, roads: str = "auto", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._glyphs, self._roads = glyphs, roads

    def compose(self) -> ComposeResult:
        yield MapWidget(self._glyphs, self._roads, id="map")

    @property
    def map(self) -> MapWidget:
        return self.query_one(MapWidget)

    def show_view(self, view: SeatView) -> None:
        self.head()
        self.map.show_view(view)
        self._legend()

    def on_resize(self, event: events.Resize) -> None:
        self._legend()

    def _legend(self) -> None:
        """A red line has its entry only once there is one."""
        self.foot(self.map.legend(self.size.width - 4))
