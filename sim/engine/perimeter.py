"""Who holds which ring of a site: police the inner one, troops the outer one; and who searches or walks with women."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.site_state import SiteState
    from sim.engine.world import World


class Perimeter:
    """Counts heads at a site by what they were told to do."""

    __slots__ = ("_forward", "_guard", "_inner_need", "_loose", "_outer_need", "_saves", "_wood_need", "_world")

    def __init__(self, world: World) -> None:
        value = world.parameters
        self._world = world
        self._inner_need = value["sites.inner_heads_per_thousand"] / 1000
        self._outer_need = value["sites.outer_heads"]
        self._guard = value["sites.guard_share"]
        self._loose = value["sites.unassigned_share"]
        self._forward = value["works.forward_gain"]
        self._saves = value["works.guards_saved_share"]
        self._wood_need = value["sites.firewood_heads"]

    def cover(self, site: SiteState) -> tuple[float, float]:
        """How well the inner ring (crowd) and the outer ring (armed men) are held, 0 to 1 each."""
        needed = (site.inside + site.waiting) * self._inner_need
        inner = site.inner_heads / needed if needed > 1.0 else site.inner_heads
        return min(1.0, inner), min(1.0, site.outer_heads / (self._outer_need * (1.0 - self._saves * site.works)))

    def count(self, site: SiteState) -> None:
        """Those who were told to hold a ring, and a share of those who were told nothing."""
        forces = self._world.forces
        inner = outer = screeners = wood = 0.0
        for unit in forces.at(site.id):
            role = _role(unit, site)
            heads = forces.available(unit)
            police = heads * unit.capabilities.get("public-order", 0.0)
            armed = heads * unit.capabilities.get("combat", 0.0)
            if role == "inner":
                inner += police
            elif role == "outer":
                outer += armed
            elif role == "defence":
                outer += armed * (1.0 + self._forward)
            elif role == "screening":
                screeners += police
            elif role == "firewood":
                wood += heads
            else:
                share = self._guard if unit.posture == "defend-base" else self._loose
                outer += armed * share
                inner += police * share
        # While control passes between police and military neither ring is fully held.
        share = self._world.handover.friction(site.id)
        site.inner_heads, site.outer_heads, site.screeners = inner * share, outer * share, screeners
        site.wood_cover = min(1.0, wood / self._wood_need)


def _role(unit: UnitState, site: SiteState) -> str:
    task = unit.task
    if task is None or task not in site.tasks:
        return ""
    if task.response.mechanism != "perimeter":
        return task.response.mechanism
    if "inner" in task.options or "outer" in task.options:
        return "inner" if "inner" in task.options else "outer"
    return "inner" if unit.component == "police" else "outer"
