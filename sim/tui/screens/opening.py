"""Before the first picture: the program says at once that it is there, and waits for the host."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from sim.tui import ink
from sim.tui.panes.banner import Banner
from sim.tui.screens.base import Page, keys, mission

__all__ = ["OpeningScreen"]


class OpeningScreen(Page[None]):
    """Drawn before anything heavy is imported."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,ctrl+q,ctrl+c", "leave", "Leave", show=False),
        Binding("g", "go_back", "Go back", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._offer = False

    def compose(self) -> ComposeResult:
        yield Banner()
        yield Static("", markup=False, id="opening-text")

    def on_mount(self) -> None:
        self.say("Joining the exercise…")

    def say(self, text: str, *, failed: bool = False, offer: bool = False) -> None:
        """Tell how far the link is, or why it failed and what helps."""
        rows = [
            ink.line(("Mission Leadership Tabletop", ink.STRONG)),
            Content(""),
            ink.block(text, ink.ALARM if failed else ink.SOFT),
        ]
        self._offer = offer
        hints = [("g", "go back to before the last input")] if offer else []
        if failed:
            rows += [Content(""), keys(*hints, ("q", "leave"))]
        self.query_one("#opening-text", Static).update(ink.lines(rows))

    def action_go_back(self) -> None:
        if self._offer:
            self.say("Going back…")
            mission(self.query_one(Banner)).take_offer()

    def action_leave(self) -> None:
        mission(self.query_one(Banner)).leave()
