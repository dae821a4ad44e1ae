"""Community alert networks, interpreters and surveys: how the mission comes to hear (F34, O5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class AlertNetworks:
    """Community alert networks, interpreters and surveys: how the mission comes to hear (F34, O5)."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
