"""What stands there while the terminal is too small to play in."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from sim.tui import ink

__all__ = ["LEAST_COLUMNS", "LEAST_ROWS", "TooSmallScreen"]

LEAST_COLUMNS = 80
LEAST_ROWS = 24


class TooSmallScreen(ModalScreen[None]):
    """Says how large the terminal is and how large it must be; goes by itself when it is enlarged."""

    def compose(self) -> ComposeResult:
        yield Static("", markup=False, id="too-small")

    def on_mount(self) -> None:
        self._say(self.app.size.width, self.app.size.height)

    def on_resize(self, event: events.Resize) -> None:
        self._say(event.size.width, event.size.height)

    def _say(self, width: int, height: int) -> None:
        self.query_one("#too-small", Static).update(
            ink.lines(
                [
                    ink.line(("EXERCISE EXERCISE EXERCISE", "bold $banner")),
                    ink.line((f"This terminal is {width} by {height}.", ink.STRONG)),
                    ink.line(f"Play needs {LEAST_COLUMNS} by {LEAST_ROWS}: enlarge the window"),
                    ink.line("or make its letters smaller."),
                    ink.line(("Nothing is lost. Or play with --plain.", ink.SOFT)),
                ]
            )
        )
