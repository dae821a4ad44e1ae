"""The footer: at most nine keys, only whole ones, from the table of actions."""

from __future__ import annotations

from collections.abc import Mapping

from textual import events
from textual.message import Message

from sim.tui import ink
from sim.tui.actions import action, footer_actions, key_name
from sim.tui.panes.base import TextLine

__all__ = ["FooterLine"]

PALETTE = "^p palette "


class FooterLine(TextLine):
    """Keys of the seat; the panes' own keys stand in their frames."""

    DEFAULT_CSS = """
    FooterLine { dock: bottom; background: $bar; text-wrap: nowrap; }
    """

    class Pressed(Message):
        """An entry was clicked."""

        def __init__(self, entry: str) -> None:
            super().__init__()
            self.entry = entry

    def __init__(self, keys: Mapping[str, str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._keys = keys
        self._hidden: frozenset[str] = frozenset()
        self._greyed = False
        self._names: dict[str, str] = {}
        self._spans: list[tuple[int, int, str]] = []

    def show(self, *, hidden: frozenset[str], greyed: bool, names: Mapping[str, str]) -> None:
        """*hidden* actions make no sense for this seat; *greyed* when orders cannot be sent."""
        self._hidden, self._greyed, self._names = hidden, greyed, dict(names)
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        self._draw()

    def on_click(self, event: events.Click) -> None:
        for start, end, name in self._spans:
            if start <= event.x < end:
                self.post_message(self.Pressed(name))

    def _label(self, name: str) -> tuple[str, str]:
        return key_name(self._keys.get(name, action(name).key)), self._names.get(name, action(name).name)

    def _draw(self) -> None:
        width = self.size.width or 80
        labels = {name: self._label(name) for name in self._keys if name not in self._hidden}
        parts: list[ink.Part] = [" "]
        self._spans = []
        at = 1
        for name in footer_actions(width, labels, PALETTE):
            key, text = labels[name]
            grey = self._greyed and action(name).orders
            parts += [(key, ink.DIM if grey else "bold $ink-warn"), (f" {text}  ", ink.DIM if grey else "")]
            self._spans.append((at, at + len(key) + 1 + len(text), name))
            at += len(key) + len(text) + 3
        key, _, word = PALETTE.partition(" ")
        right = ink.line((key, "bold $ink-warn"), (" " + word, ""))
        self._spans.append((width - len(PALETTE), width, "palette"))
        self.put(ink.spread(ink.line(*parts), right, width))
