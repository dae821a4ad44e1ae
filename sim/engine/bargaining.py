"""Speaking terms with one group: what it asks, what it is offered, whether it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class Bargaining:
    """Speaking terms with one group: what it asks, what it is offered, whether it leaves."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
