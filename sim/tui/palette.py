"""The command palette: every action of the table, and every theme."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from sim.tui.actions import ACTIONS, key_name
from sim.tui.screens.base import mission
from sim.tui.screens.main import MainScreen

__all__ = ["ActionsProvider"]


class ActionsProvider(Provider):
    """Entries come from the one table, so nothing is in the palette that has no name and no help."""

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, text, run in self._entries():
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, matcher.highlight(name), run, help=text)

    async def discover(self) -> Hits:
        for name, text, run in self._entries():
            yield DiscoveryHit(name, run, help=text)

    def _entries(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        screen = self.screen
        if isinstance(screen, MainScreen):
            keys = mission(screen.desk).settings.keys
            for entry in ACTIONS:
                if entry.palette:
                    key = key_name(keys.get(entry.id, entry.key))
                    yield f"{entry.name} ({key})", entry.help, partial(screen.action_act, entry.id)
        for theme in sorted(self.app.available_themes):
            yield f"Theme {theme}", "Change the colours for this session.", partial(self._use_theme, theme)

    def _use_theme(self, theme: str) -> None:
        self.app.theme = theme
