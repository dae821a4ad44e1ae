"""How groups keep up their strength: supply, recruits, and those who come back after breaking."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class Manpower:
    """How groups keep up their strength: supply, recruits, and those who come back after breaking."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
