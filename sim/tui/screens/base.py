"""What all screens share: the banner, the app they belong to, and being told of a new view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from sim.tui import ink
from sim.tui.panes.banner import Banner
from sim.tui.panes.clock_line import ClockLine
from sim.tui.view_model import SeatView

if TYPE_CHECKING:
    from sim.tui.app import MissionApp

__all__ = ["Dialog", "Page", "ResultT", "mission"]

ResultT = TypeVar("ResultT")
SHORT_ROWS = 30


def mission(widget: Widget) -> MissionApp:
    """The app, as what it is here."""
    return cast("MissionApp", widget.app)


class Page(Screen[ResultT]):
    """A full screen under the banner."""

    def take(self, view: SeatView, changed: frozenset[str]) -> None:
        """A new view came; screens that show none of it need do nothing."""


class Dialog(ModalScreen[ResultT]):
    """A framed dialog below the banner and the clock; Esc closes it with no result."""

    TITLE_TEXT: ClassVar[str] = ""
    WIDTH: ClassVar[int] = 84

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", show=False),
        Binding("ctrl+q", "close", "Close", show=False),
        Binding("ctrl+y", "copy", "Copy", show=False),
    ]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog-top"):
            yield Banner()
            yield ClockLine(mission(self).glyphs)
        with Vertical(classes="dialog") as frame:
            frame.styles.max_width = self.WIDTH
            yield from self.body()

    def body(self) -> Iterable[Widget]:
        """The widgets in the frame."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.set_class(self.app.size.height < SHORT_ROWS, "-short")
        self.title_line(self.TITLE_TEXT)
        self.opened()
        self.show_link()

    def opened(self) -> None:
        """Called once the widgets are there. Subclasses override this, since Textual calls every on_mount."""

    def take(self, view: SeatView, changed: frozenset[str]) -> None:
        """A new view came: the clock goes on over every dialog."""
        self.show_link()
        self.show_view(view, changed)

    def show_view(self, view: SeatView, changed: frozenset[str]) -> None:
        """Subclasses that show part of the view override this."""

    def show_link(self) -> None:
        app = mission(self)
        self.query_one(ClockLine).show(app.view, app.link_state, app.ratio)

    def snug(self, scroll: Widget, least: int = 4) -> None:
        """Give back the rows that the text in *scroll* does not fill."""

        def shrink() -> None:
            filled = max((child.virtual_region.bottom for child in scroll.children if child.display), default=0)
            spare = scroll.size.height - max(filled, least)
            if spare > 0:
                self.frame.styles.height = self.frame.outer_size.height - spare

        self.call_after_refresh(shrink)

    def title_line(self, title: str) -> None:
        self.frame.border_title = ink.line(title)

    def foot(self, *parts: ink.Part) -> None:
        self.frame.border_subtitle = ink.line(*parts)

    @property
    def frame(self) -> Widget:
        return self.query_one(".dialog")

    def copy_text(self) -> str:
        """What `y` copies."""
        return ""

    def action_close(self) -> None:
        self.dismiss(None)

    def action_copy(self) -> None:
        mission(self.frame).copy(self.copy_text())


def keys(*entries: tuple[str, str]) -> Content:
    """Key hints as they stand in a dialog's frame."""
    parts: list[ink.Part] = []
    for index, (key, name) in enumerate(entries):
        parts += ["   " if index else "", (key, "bold $ink-warn"), (f" {name}", ink.SOFT)]
    return ink.line(*parts)
