"""Every app of these tests runs over a canned link and without motion."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from textual.pilot import Pilot

from canned_view import CannedLink, canned_view
from sim.tui.app import MissionApp
from sim.tui.screens.main import MainScreen
from sim.tui.settings import Settings

STILL = Settings(motion="none", update_rate=20.0)
GAME = "/home/player/saraf-umra-1.mlt"


@dataclass
class Table:
    """An app at play, its link, and the hand at its keys."""

    app: MissionApp
    link: CannedLink
    pilot: Pilot[Any]

    @property
    def main(self) -> MainScreen:
        return next(screen for screen in self.app.screen_stack if isinstance(screen, MainScreen))

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()
        await self.pilot.pause()

    async def settle(self) -> None:
        """Let everything that was started come to rest."""
        for _ in range(3):
            await self.pilot.pause()
        await self.pilot.pause(1.5 / self.app.settings.update_rate)
        await self.pilot.pause()

    def text(self) -> str:
        """What is on the screen, as plain lines."""
        screen = self.app.screen
        width, height = self.app.size
        strips = screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips[:height])[: (width + 1) * height]


Sit = Callable[..., AbstractAsyncContextManager[Table]]


def make_app(
    view: dict[str, Any] | None = None, seats: tuple[str, ...] | None = ("*",), settings: Settings = STILL
) -> tuple[MissionApp, list[CannedLink]]:
    """An app over canned links; each time it joins, one more link is in the list."""
    links: list[CannedLink] = []

    def make_link(wanted: tuple[str, ...]) -> CannedLink:
        links.append(CannedLink(view if view is not None else canned_view(seats=wanted)))
        links[-1].wanted = wanted
        return links[-1]

    return MissionApp(make_link, seats, GAME, settings), links


@pytest.fixture
def sit() -> Sit:
    """Sit down at an exercise in play: ``async with sit() as table``."""

    @asynccontextmanager
    async def sitting(
        view: dict[str, Any] | None = None,
        seats: tuple[str, ...] | None = ("*",),
        size: tuple[int, int] = (120, 40),
        settings: Settings = STILL,
    ) -> AsyncIterator[Table]:
        app, links = make_app(view, seats, settings)
        async with app.run_test(size=size) as pilot:
            for _ in range(6):
                await pilot.pause()
            table = Table(app, links[-1], pilot)
            await table.settle()
            table.link = links[-1]
            yield table

    return sitting
