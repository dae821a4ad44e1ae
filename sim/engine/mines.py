"""Mines and improvised bombs on the routes: known, suspected, cleared, and met."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class Mines:
    """Mines and improvised bombs on the routes: known, suspected, cleared, and met."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
