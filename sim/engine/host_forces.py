"""The host state's own forces: they help, stand by, obstruct or prey, as politics has it (E7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class HostForces:
    """The host state's own forces: they help, stand by, obstruct or prey, as politics has it (E7)."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
