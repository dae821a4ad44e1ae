"""What all panes share: a frame with a number and a title, and a way to take a new view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from sim.tui import ink
from sim.tui.view_model import EVERYTHING, SeatView

__all__ = ["Pane", "TextLine", "concerns"]


def concerns(needs: Iterable[str], changed: frozenset[str]) -> bool:
    """Whether something in *changed* is shown by a widget that shows *needs*."""
    return changed == EVERYTHING or not changed.isdisjoint(needs)


class Pane(Widget):
    """A framed, numbered part of the main screen."""

    NUMBER: ClassVar[int] = 0
    HEADING: ClassVar[str] = ""
    NEEDS: ClassVar[frozenset[str]] = frozenset()

    DEFAULT_CSS = """
    Pane {
        width: 1fr;
        height: 1fr;
        background: $ground;
        border: round $frame;
        border-title-color: $ink-title;
        border-title-style: bold;
        border-subtitle-color: $ink-soft;
        padding: 0;
    }
    Pane:focus-within {
        border: round $frame-focus;
        border-title-color: $ink-warn;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title = Content("")

    def take(self, view: SeatView, changed: frozenset[str]) -> None:
        """Show a new view if it changed anything shown here."""
        if concerns(self.NEEDS, changed):
            self.show_view(view)

    def show_view(self, view: SeatView) -> None:
        """Redraw from *view*; each pane says how."""
        raise NotImplementedError

    def head(self, note: str = "", heading: str = "") -> None:
        """The title in the frame: number, heading and a short note."""
        heading = heading or self.HEADING
        number = f"{self.NUMBER} · " if heading[:1].isdigit() else f"{self.NUMBER} "
        title = ink.line(number, heading, f" · {note}" if note else "")
        # Setting a title draws the whole pane again, changed or not.
        if title != self._title:
            self._title = title
            self.border_title = title

    def foot(self, text: str | Content = "") -> None:
        """The note in the bottom of the frame."""
        self.border_subtitle = text if isinstance(text, Content) else ink.line(text)

    def inner(self) -> Widget:
        """The widget that takes the focus when the pane is called by its number."""
        return next(iter(self.children), self)


class TextLine(Widget):
    """One or more fixed lines of text that are redrawn without a new layout."""

    DEFAULT_CSS = """
    TextLine { width: 1fr; height: 1; background: $bar; color: $ink; }
    """

    def __init__(self, content: Content | None = None, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._content = content or Content("")

    @property
    def content(self) -> Content:
        return self._content

    def put(self, content: Content) -> None:
        if content != self._content or content.spans != self._content.spans:
            self._content = content
            self.refresh()

    def render(self) -> RenderResult:
        return self._content
