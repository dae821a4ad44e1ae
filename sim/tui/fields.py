"""Fields of one line: a choice among names, a mark to set. Left, right and Space work; Enter shows all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from sim.tui import ink

__all__ = ["Choice", "Tick"]

LABEL = 12


class Choice(Widget, can_focus=True):
    """One of several names. *wanted* forbids leaving it empty."""

    DEFAULT_CSS = """
    Choice { width: 1fr; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Choice:focus { background: $row-cursor; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "step(1)", "Next", show=False),
        Binding("left,h", "step(-1)", "Previous", show=False),
        Binding("enter,space", "choose", "All", show=False),
    ]

    class Wanted(Message):
        """Enter: the dialog shall show the whole list."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    class Changed(Message):
        """Another name was chosen."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(
        self,
        label: str,
        names: Sequence[tuple[str, str]],
        value: str = "",
        *,
        wanted: bool = True,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.label = label
        self.names = list(names) if wanted else [("", "not said"), *names]
        known = [key for key, _ in self.names]
        self._index = known.index(value) if value in known else 0

    @property
    def value(self) -> str:
        return self.names[self._index][0] if self.names else ""

    def choose(self, value: str) -> None:
        known = [key for key, _ in self.names]
        if value in known and known.index(value) != self._index:
            self._index = known.index(value)
            self.refresh()
            self.post_message(self.Changed(self))

    def action_step(self, step: int) -> None:
        if len(self.names) > 1:
            self._index = (self._index + step) % len(self.names)
            self.refresh()
            self.post_message(self.Changed(self))

    def action_choose(self) -> None:
        self.post_message(self.Wanted(self))

    def on_click(self, event: events.Click) -> None:
        if event.x >= LABEL:
            self.post_message(self.Wanted(self))

    def render(self) -> RenderResult:
        name = self.names[self._index][1] if self.names else "nothing to choose"
        empty = not self.value
        more = len(self.names) > 1
        arrows = ("◄ ", " ►") if more and self.has_focus else ("  ", "  ")
        return ink.line(
            ink.column(self.label, LABEL, ink.SOFT),
            (arrows[0], "$ink-warn"),
            (name, ink.DIM if empty else "$ink-strong"),
            (arrows[1], "$ink-warn"),
            (f"  {self._index + 1}/{len(self.names)}" if more and self.has_focus else "", ink.DIM),
        )


class Tick(Widget, can_focus=True):
    """Something that is said or not."""

    DEFAULT_CSS = """
    Tick { width: 1fr; height: auto; }
    Tick:focus { background: $row-cursor; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "set", "Set", show=False),
        Binding("down,j", "app.focus_next", "Next", show=False),
        Binding("up,k", "app.focus_previous", "Previous", show=False),
    ]

    class Changed(Message):
        """Set or taken away."""

        def __init__(self, tick: Tick) -> None:
            super().__init__()
            self.tick = tick

    def __init__(
        self, key: str, label: str, note: str = "", *, value: bool = False, classes: str | None = None
    ) -> None:
        super().__init__(classes=classes)
        self.key, self.label, self.note, self.value = key, label, note, value
        self._wrapped_at = 0

    def action_set(self) -> None:
        self.value = not self.value
        self.refresh()
        self.post_message(self.Changed(self))

    def on_click(self) -> None:
        self.action_set()

    def on_resize(self, event: events.Resize) -> None:
        if event.size.width != self._wrapped_at:
            self.refresh(layout=True)

    def render(self) -> RenderResult:
        self._wrapped_at = self.content_size.width or 80
        box = ink.line(("[x] " if self.value else "[ ] ", "bold $ink-warn" if self.value else ink.SOFT))
        text = ink.line(
            (self.label, "$ink-strong" if self.value else ""), (f"  {self.note}" if self.note else "", ink.SOFT)
        )
        return ink.lines(ink.hanging(box, text, self._wrapped_at))
