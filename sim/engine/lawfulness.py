"""Necessity and proportion: whether force may be used here, now, against these, with this (D5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class Lawfulness:
    """Necessity and proportion: whether force may be used here, now, against these, with this (D5)."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
