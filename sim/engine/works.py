"""What engineers and a forward defence make of a base: fewer guards hold more, and fire goes both ways.

Works take time, engineers and materials, which come back slowly; each round adds less than the one before. A robust
defence meets attackers before the wire: it deters, ties its unit down, and whoever waits outside is in the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.chance import poisson
from sim.engine.journal import EventId, fixed
from sim.engine.ticks import DAY, Tick

if TYPE_CHECKING:
    from sim.engine.tasks import Task
    from sim.engine.world import World


class Works:
    """Fortification and defence of the mission's sites."""

    __slots__ = (
        "_caught", "_consent", "_gain", "_materials", "_materials_per_day", "_needed", "_numbers", "_used", "_world",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        value = world.parameters
        self._world = world
        self._gain = value["works.gain"]
        self._materials = value["works.materials"]
        self._materials_per_day = value["works.materials_per_day"] / DAY
        self._needed = value["works.materials_needed"]
        self._caught = value["works.caught_per_thousand"] / 1000
        self._consent = value["works.forward_consent"]
        self._used: dict[str, tuple[Tick, float]] = {}
        self._numbers: dict[str, int] = {}

    def begin(self) -> None:
        world = self._world
        sites = world.sites.state
        world.truth.provide("works", lambda place: 100 * sites[place].works if place in sites else None)
        world.truth.listen(("event", "attack"), self)
        world.tasks.provide("works", completes=self._strengthened)
        world.tasks.provide("defence", begins=self._defence_begins, ends=self._defence_ends)

    def materials(self, place: str) -> float:
        """Loads of wire, timber and gabions on hand; they come back with the supply convoys."""
        since, left = self._used.get(place, (0, self._materials))
        return min(self._materials, left + self._materials_per_day * (self._world.now - since))

    def _strengthened(self, task: Task) -> None:
        world = self._world
        site = world.sites.state[task.place]
        here = self.materials(task.place)
        share = min(1.0, here / self._needed)
        self._used[task.place] = (world.now, here - share * self._needed)
        site.works += (1.0 - site.works) * self._gain * share
        row = world.journal.write(kinds.STRENGTHENED, world.now, site.key, (task.row,), fixed(site.works))
        world.truth.changed(task.place, "works", row)
        world.presence_changed(task.place, row)
        world.intelligence.happened(
            "site-strengthened", task.place, row, values={"place": task.place},
            to=("mission-support", "force-commander"),
        )  # fmt: skip

    def _defence_begins(self, task: Task) -> None:
        world = self._world
        if task.unit is not None:
            world.forces.set_posture(task.unit, "defend-base", (task.row,))
        world.sites.task_began(task)
        world.groups.task_began(task)
        spec = world.host_state.gate("camp")
        if spec is not None and (spec.id, "camp") not in world.host_state.cleared:
            # Positions forward of the wire stand on ground that somebody else gives out.
            world.standing(f"consent/{spec.id}", -self._consent, (task.row,), task.response.id)
        world.presence_changed(task.place, task.row)

    def _defence_ends(self, task: Task) -> None:
        world = self._world
        world.sites.task_ended(task)
        world.groups.task_ended(task)
        world.presence_changed(task.place, task.row)

    def hear(self, row: EventId, name: str, subjects: tuple[str, ...]) -> None:
        """A site that is defended forward is attacked: fire is returned over the heads of those outside."""
        world = self._world
        for place in subjects:
            site = world.sites.state.get(place)
            if site is None or not site.waiting or not world.tasks.lasting("robust-defence", place):
                continue
            number = self._numbers[place] = self._numbers.get(place, 0) + 1
            caught = poisson(world.chance.draw(f"{place}/caught", number), site.waiting * self._caught)
            if caught:
                killed, wounded = world.people.strike(place, 0, caught, row, inside=True)
                world.custody.harmed_by_mission(place, killed + wounded, "", row)
