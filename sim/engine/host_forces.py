"""The host state's own forces: they help, stand by, obstruct or prey, as politics has it (E7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.tasks import Task
    from sim.engine.world import World


class HostForces:
    """The host state's own forces: they help, stand by, obstruct or prey, as politics has it (E7)."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self) -> None:
        return None

    def attacking(self, place: str) -> bool:
        """Whether forces of the host state are attacking people at a place now."""
        return any(attack.place == place and attack.group.host for attack in self._world.groups.attacks.under_way)

    def faces(self, task: Task) -> bool:
        """Whether whoever carries out a task would stand against forces of the host state."""
        target = self._world.groups.state.get(task.target)
        if target is not None:
            return target.host
        return task.response.force_level == "lethal" and self.attacking(task.place)
