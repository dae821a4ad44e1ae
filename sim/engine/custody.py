"""After contact: detainees, wounded enemies and inquiries, each with a clock and an owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.world import World


class Custody:
    """After contact: detainees, wounded enemies and inquiries, each with a clock and an owner."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None
