"""Armed groups on the road: columns that march, are seen, are stopped, or arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class Columns:
    """Armed groups on the road: columns that march, are seen, are stopped, or arrive."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
