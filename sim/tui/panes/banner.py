"""The line that says on every screen that none of this is real."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

__all__ = ["BANNER", "Banner"]

BANNER = "EXERCISE EXERCISE EXERCISE"


class Banner(Widget):
    """EXERCISE EXERCISE EXERCISE, at the top of every screen and dialog."""

    DEFAULT_CSS = """
    Banner {
        dock: top;
        width: 100%;
        height: 1;
        background: $banner-ground;
        color: $banner;
        text-style: bold;
        content-align: center middle;
        text-wrap: nowrap;
    }
    """

    def render(self) -> RenderResult:
        return Content(BANNER)
