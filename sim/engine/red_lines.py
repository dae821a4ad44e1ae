"""Lines that the mission announces: who heard of them, who tests them, and whether the mission keeps its word."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class RedLines:
    """Lines that the mission announces: who heard of them, who tests them, and whether the mission keeps its word."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
