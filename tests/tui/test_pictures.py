"""Pictures of the screens at the three sizes. A new picture is looked at by a person before it is accepted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from canned_app import make_app
from canned_view import ENDING, canned_view

Compare = Callable[..., bool]


def after(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Come to the main screen, press *keys*, and let nothing move any more."""

    async def act(pilot: Pilot[Any]) -> None:
        for _ in range(8):
            await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        pilot.app.clear_notifications()
        pilot.app.cursor_blink = False
        for _ in range(3):
            await pilot.pause(0.05)

    return act


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_the_main_screen(snap_compare: Compare, size: tuple[int, int]) -> None:
    app, _ = make_app()
    assert snap_compare(app, terminal_size=size, run_before=after())


def test_units_and_tasks_while_paused(snap_compare: Compare) -> None:
    view = canned_view(state="paused")
    view["single"]["clock"]["reason"] = "urgent report: firing north of the market"
    app, _ = make_app(view)
    assert snap_compare(app, terminal_size=(120, 40), run_before=after("2"))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_decision(snap_compare: Compare, size: tuple[int, int]) -> None:
    app, _ = make_app()
    assert snap_compare(app, terminal_size=size, run_before=after("d"))


def test_the_caveat_conversation_with_its_catalogue(snap_compare: Compare) -> None:
    app, _ = make_app()
    assert snap_compare(app, terminal_size=(120, 40), run_before=after("c", "ctrl+l"))


def test_the_end(snap_compare: Compare) -> None:
    view = canned_view(hours=15 * 24, state="ended")
    view["single"]["ending"] = ENDING
    app, _ = make_app(view)
    assert snap_compare(app, terminal_size=(120, 40), run_before=after("ctrl+s"))


def test_pure_ascii(snap_compare: Compare) -> None:
    from sim.tui.settings import Settings

    app, _ = make_app(settings=Settings(motion="none", update_rate=20.0, glyphs="ascii"))
    assert snap_compare(app, terminal_size=(80, 24), run_before=after())
