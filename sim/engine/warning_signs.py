"""Signs that come before violence: noisy, seen by those who live there (C21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class WarningSigns:
    """Signs that come before violence: noisy, seen by those who live there (C21)."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
