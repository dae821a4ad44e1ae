"""Those outside the fight to whom a group listens, and what they can be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class Patrons:
    """Those outside the fight to whom a group listens, and what they can be asked for."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
