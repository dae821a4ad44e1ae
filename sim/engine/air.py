"""Attack and reconnaissance aircraft: few, by day, with a crew that looks before it fires (F24, F25)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class AirSupport:
    """Attack and reconnaissance aircraft: few, by day, with a crew that looks before it fires (F24, F25)."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
