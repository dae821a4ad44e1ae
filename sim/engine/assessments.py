"""What the analysis centre makes of many reports: slow, deep, and graded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class Assessments:
    """What the analysis centre makes of many reports: slow, deep, and graded."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
