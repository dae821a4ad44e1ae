"""Support to the host state's forces under the due-diligence policy, and what naming and silence cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class DueDiligence:
    """Support to the host state's forces under the due-diligence policy, and what naming and silence cost."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
