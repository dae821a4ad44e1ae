"""Temporary operating bases: opened, supplied, held, closed or made permanent (C19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class Bases:
    """Temporary operating bases: opened, supplied, held, closed or made permanent (C19)."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
