"""Before the first picture: the program says at once that it is there, and waits for the host."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from sim.tui import ink
from sim.tui.panes.banner import Banner
from sim.tui.screens.base import Page, mission

__all__ = ["OpeningScreen"]


class OpeningScreen(Page[None]):
    """Drawn before anything heavy is imported."""

    BINDINGS = [Binding("q,ctrl+q,ctrl+c", "leave", "Leave", show=False)]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        yield Banner()
        yield Static("", markup=False, id="opening-text")

    def on_mount(self) -> None:
        self.say("Joining the exercise…")

    def say(self, text: str, *, failed: bool = False) -> None:
        """Tell how far the link is, or why it failed and what helps."""
        rows = [ink.line(("Mission Leadership Tabletop", ink.STRONG)), ink.line(""), ink.block(text, ink.ALARM if failed else ink.SOFT)]
        if failed:
            rows += [ink.line(""), ink.line(("q", "bold $ink-warn"), (" leave", ink.SOFT))]
        self.query_one("#opening-text", Static).update(ink.lines(rows))

    def action_leave(self) -> None:
        mission(self.query_one(Banner)).leave()
