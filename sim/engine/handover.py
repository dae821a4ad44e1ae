"""The hand-over of a situation between police and military, and back (S1 4.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class HandOver:
    """The hand-over of a situation between police and military, and back (S1 4.5)."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
