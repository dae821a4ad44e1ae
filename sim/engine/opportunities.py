"""When a chance comes: opportunities of each group as thinned candidates at a bounding rate.

How many a group looks at follows the heat of its fights, less what stands between it and its victims. What it
does not look at is journalled too, so that an attack that did not happen can be seen in a paired run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.choosing import under
from sim.engine.journal import EventId, fixed
from sim.engine.ticks import DAY, HOUR, Tick

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.tasks import Task
    from sim.engine.world import World

Decide: TypeAlias = "Callable[[GroupState, str, str, tuple[EventId, ...]], EventId]"


class Stratum:
    """Opportunities between two multiples of a group's bounding rate, at ticks that depend on nothing else.

    The first carries what stays under the bound; the next are woken only when heat rises above it.
    """

    __slots__ = (
        "accept",
        "awake",
        "bound",
        "floor",
        "group",
        "key",
        "mean",
        "name",
        "ordinal",
        "place",
        "stream",
        "tick",
    )

    def __init__(
        self, group: GroupState, name: str, key: int, floor: float, bound: float, stream: Callable[[], float]
    ) -> None:
        self.group = group
        self.name = name
        self.key = key
        self.floor = floor
        """Multiples of the bound that the strata below it carry."""
        self.bound = bound
        self.mean = HOUR / bound
        self.stream = stream
        self.ordinal = -1
        self.tick: Tick = 0
        self.accept = 0.0
        self.place = 0.0
        self.awake = False

    def pass_on(self) -> None:
        """The next opportunity, with its acceptance and its place."""
        uniform = self.stream
        self.ordinal += 1
        # NOTE: ``exponential`` written out: every candidate of a run comes by here.
        self.tick += round(-self.mean * math.log1p(-uniform())) or 1
        self.accept = uniform()
        self.place = uniform()


class Restraint:
    """A task that stands between a group and what it might do at a place."""

    __slots__ = ("row", "share", "task")

    def __init__(self, task: Task, share: float, row: EventId) -> None:
        self.task = task
        self.share = share
        self.row = row


class Opportunities:
    """The sequences of all groups, and what restrains them."""

    __slots__ = (
        "_bound",
        "_calm",
        "_campaign_bound",
        "_decide",
        "_half_restraint",
        "_per_heat",
        "_quiet",
        "_restraints",
        "_witness_half",
        "_witness_share",
        "_world",
    )

    def __init__(self, world: World, decide: Decide) -> None:
        """``decide`` is called for every opportunity that is taken up: group, name, place, causes."""
        self._world = world
        self._decide = decide
        value = world.parameters
        here = dict.fromkeys(spec.kind for spec in world.blueprint.groups.values())
        self._per_heat = {kind: value[f"groups.per_hour_{under(kind)}"] for kind in here}
        self._bound = {kind: value[f"groups.bound_{under(kind)}"] for kind in here}
        self._campaign_bound = value["groups.bound_campaign"]
        self._quiet = value["groups.quiet_per_day"] / (DAY / HOUR)
        self._half_restraint = value["groups.restraint_half_strength"]
        self._witness_half = value["groups.witness_half"]
        self._witness_share = value["groups.witness_share"]
        self._calm: dict[str, float] = {}
        self._restraints: dict[str, list[Restraint]] = {}

    def rate(self, group: GroupState, tick: Tick) -> float:
        """Opportunities an hour that the group would look at now."""
        if tick < group.resting_until or group.strength <= 0 or not group.places:
            return 0.0
        heat = self._world.groups.hostilities.heat(group.fights, tick)
        return self._quiet + group.restless + heat * self._per_heat[group.kind] * (group.strength / group.initial)

    def _bounding(self, group: GroupState) -> float:
        """The rate that one stratum of a group carries; who lives through quiet weeks has narrow ones."""
        return self._campaign_bound if group.campaigns else self._bound[group.kind]

    def excited(self, groups: Iterable[GroupState]) -> None:
        """Heat rose: groups whose rate now passes the strata they have get another one."""
        now = self._world.now
        for group in groups:
            needed = math.ceil(self.rate(group, now) / self._bounding(group))
            if needed > 1:
                self.wake(group, needed)

    def wake(self, group: GroupState, needed: int) -> None:
        world = self._world
        while len(group.strata) < needed:
            number = len(group.strata)
            name = f"{group.id}/opportunity" if not number else f"{group.id}/opportunity/{number}"
            bound = self._bounding(group)
            key = group.key if not number else world.journal.name(name)
            group.strata.append(Stratum(group, name, key, float(number), bound, world.chance.stream(name)))
        for stratum in group.strata[:needed]:
            if not stratum.awake:
                stratum.awake = True
                # NOTE: opportunities have ticks of their own; those that passed while it slept are skipped, not moved.
                while stratum.tick <= world.now:
                    stratum.pass_on()
                world.agenda.at(stratum.tick, Phase.GROUPS, group.rank, self._opportunity, stratum)

    def _opportunity(self, event: At) -> None:
        stratum: Stratum = event.payload
        world = self._world
        now = event.tick
        if now != stratum.tick:
            return
        group = stratum.group
        share = self.rate(group, now) / stratum.bound - stratum.floor
        if share <= 0.0 and stratum.floor:
            stratum.awake = False
            return
        _, place, key = group.front(stratum.place)
        if share > 0.0:
            share = (share if share < 1.0 else 1.0) * self.calm(place) * self._streets(group, place)
        accepted = stratum.accept < share
        row = world.journal.write(
            kinds.CANDIDATE, now, stratum.key, (), stratum.ordinal, 1 if accepted else 0, fixed(share), key
        )
        if accepted:
            spark = self._world.groups.hostilities.spark(group.fights)
            causes = (row,) if spark is None else (row, spark)
            self._decide(group, f"{stratum.name}/{stratum.ordinal}", place, causes)
        stratum.pass_on()
        world.agenda.at(stratum.tick, Phase.GROUPS, group.rank, self._opportunity, stratum)

    def _streets(self, group: GroupState, place: str) -> float:
        """What curfews and helpful forces of the host state leave of a group's opportunities in a place."""
        world = self._world
        left = world.host_state.curfews.streets(place, group)
        return left * world.host_forces.streets(place, group) if world.host_forces.forces else left

    def forked(self) -> None:
        """Another future begins: whoever waits for an opportunity waits for another one."""
        world = self._world
        for group in world.groups.state.values():
            for stratum in group.strata:
                stratum.tick = world.now
                stratum.ordinal -= 1
                stratum.pass_on()
                if stratum.awake:
                    world.agenda.at(stratum.tick, Phase.GROUPS, group.rank, self._opportunity, stratum)

    def calm(self, place: str) -> float:
        """The share of opportunities that tasks and witnesses at a place leave (E10)."""
        share = self._calm.get(place)
        if share is None:
            share = 1.0
            for restraint in self._restraints.get(place, ()):
                share *= 1.0 - restraint.share
            seen = self._world.forces.presence(place)
            share *= 1.0 - self._witness_share * seen / (seen + self._witness_half)
            self._calm[place] = share
        return share

    def restraining(self, place: str) -> tuple[EventId, ...]:
        """Rows of the tasks that stand in the way at a place, the two strongest first."""
        here = sorted(self._restraints.get(place, ()), key=_share, reverse=True)
        return tuple(restraint.row for restraint in here[:2])

    def restrain(self, task: Task, share: float) -> None:
        """A task comes between groups and their victims, as far as the arms of its unit carry it (E3)."""
        self._calm.pop(task.place, None)
        if share and task.unit is not None:
            share *= self.weight(self._world.forces.capability(task.unit, "combat"))
            if share:
                self._restraints.setdefault(task.place, []).append(Restraint(task, share, task.row))

    def release(self, task: Task) -> None:
        self._calm.pop(task.place, None)
        here = self._restraints.get(task.place)
        if here:
            self._restraints[task.place] = [restraint for restraint in here if restraint.task is not task]

    def weight(self, armed: float) -> float:
        """The share of its full effect that a task has with so many armed heads."""
        return armed / (armed + self._half_restraint) if armed > 0.0 else 0.0

    def presence_changed(self, place: str) -> None:
        self._calm.pop(place, None)


def _share(restraint: Restraint) -> float:
    return restraint.share
