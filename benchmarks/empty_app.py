"""A Textual application with one line of text that counts key presses: the measure the client is held against."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static


class EmptyApp(App[None]):
    """Shows how many keys were pressed."""

    def compose(self) -> ComposeResult:
        yield Static("pressed 0 times", markup=False)

    def on_mount(self) -> None:
        self.pressed = 0

    def on_key(self, event: events.Key) -> None:
        self.pressed += 1
        self.query_one(Static).update(f"pressed {self.pressed} times", layout=False)


if __name__ == "__main__":
    EmptyApp().run()
