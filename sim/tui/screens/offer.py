"""When coming back is useless: the exercise failed, and can go on from before its last input."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from sim.tui import ink
from sim.tui.screens.base import Dialog, keys

__all__ = ["OfferDialog"]


class OfferDialog(Dialog[bool]):
    """Go back, or leave; nothing acknowledged is lost either way."""

    TITLE_TEXT = "The host cannot go on"
    WIDTH = 80

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g,enter", "go_back", "Go back", show=False),
        Binding("q", "close", "Leave", show=False),
    ]

    def __init__(self, offer: str) -> None:
        super().__init__()
        self._offer = offer

    def body(self) -> Iterable[Widget]:
        yield Static(ink.block(self._offer), markup=False)

    def opened(self) -> None:
        self.foot(keys(("g", "go back to before the last input"), ("q", "leave")))

    def action_go_back(self) -> None:
        self.dismiss(True)
