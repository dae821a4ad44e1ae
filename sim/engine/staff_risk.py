"""Risk to the mission's civilians, and which programme is worth which risk (C13-C15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class StaffRisk:
    """Risk to the mission's civilians, and which programme is worth which risk (C13-C15)."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
