"""Leaving asks first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from sim.tui import ink
from sim.tui.screens.base import Dialog, keys

__all__ = ["QuitDialog"]


class QuitDialog(Dialog[bool]):
    """Says where the game is kept and how to come back."""

    TITLE_TEXT = "Leave the exercise?"
    WIDTH = 72

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "leave", "Leave", show=False),
        Binding("n,q", "close", "Stay", show=False),
    ]

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def body(self) -> Iterable[Widget]:
        rows = [ink.line("Every input was saved when it was acknowledged. The clock stops when you leave.")]
        if self._path:
            rows += [
                ink.line(""),
                ink.line(("Saved in  ", ink.SOFT), self._path),
                ink.line(("Resume    ", ink.SOFT), f"mlt play {self._path}"),
            ]
        yield Static(ink.lines(rows), markup=False)

    def opened(self) -> None:
        self.foot(keys(("y", "leave"), ("n", "stay")))

    def action_leave(self) -> None:
        self.dismiss(True)
