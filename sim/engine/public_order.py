"""What the mission can do with a crowd below lethal force, and what it costs to do too little or too much (F7, D9).

Heads count by their training: police with shields fully, soldiers for a third. Soldiers bring lethal arms to a crowd,
and sometimes use them. Where a crowd is armed, police are out of their depth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.chance import poisson
from sim.engine.inputs import Order
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST

if TYPE_CHECKING:
    from sim.engine.crowds import Crowd, Crowds
    from sim.engine.forces import UnitState
    from sim.engine.tasks import Task
    from sim.engine.world import World

USUAL: Final = ("show", "talk")


class PublicOrder:
    """Units that were told to deal with a crowd, and how they do it."""

    __slots__ = (
        "_arrest_anger", "_arrest_ratio", "_arrested", "_before_arms", "_channel", "_channel_tension", "_crowds",
        "_fires", "_fires_killed", "_fires_wounded", "_legitimacy_fire", "_legitimacy_force", "_needed",
        "_open_ear", "_reassurance", "_show", "_show_ratio", "_smoke_anger", "_smoke_share", "_smoke_wounded",
        "_tactics", "_talk", "_too_much", "_unled", "_world", "tasks",
    )  # fmt: skip

    def __init__(self, world: World, crowds: Crowds) -> None:
        value = world.parameters
        self._world = world
        self._crowds = crowds
        self._needed = value["crowds.heads_per_thousand"] / 1000
        self._before_arms = value["crowds.police_before_arms_share"]
        self._show = value["crowds.show_calms"]
        self._show_ratio = value["crowds.show_ratio"]
        self._talk = value["crowds.talk_calms"]
        self._unled = value["crowds.talk_without_leaders_share"]
        self._open_ear = value["crowds.talk_least_language"]
        self._channel = value["crowds.channel_gain"]
        self._channel_tension = value["crowds.channel_tension"]
        self._arrest_ratio = value["crowds.arrest_ratio"]
        self._arrest_anger = value["crowds.arrest_anger"]
        self._arrested = value["crowds.arrested"]
        self._smoke_share = value["crowds.smoke_disperses_share"]
        self._smoke_anger = value["crowds.smoke_anger"]
        self._smoke_wounded = value["crowds.smoke_wounded_per_thousand"] / 1000
        self._too_much = value["crowds.force_on_calm_factor"]
        self._legitimacy_force = value["crowds.force_legitimacy"]
        self._legitimacy_fire = value["crowds.fire_legitimacy"]
        self._fires = value["crowds.soldiers_fire_chance"]
        self._fires_killed = value["crowds.fire_killed"]
        self._fires_wounded = value["crowds.fire_wounded"]
        self._reassurance = value["crowds.order_reassurance"]
        self._tactics: Mapping[str, Callable[[Crowd, Task, EventId], None]] = {
            "show": self._shows,
            "talk": self._talks,
            "channel": self._channels,
            "arrest": self._arrests,
            "smoke": self._smokes,
        }
        self.tasks: dict[str, list[Task]] = {}

    def begin(self) -> None:
        self._world.tasks.provide("crowd-control", begins=self._begins, ends=self._ends)

    # How well a crowd is held

    def held(self, crowd: Crowd) -> float:
        """The share of a crowd's pressure that those who face it can hold, 0 to 1."""
        heads = 0.0
        for unit in self._facing(crowd.place):
            heads += self._heads(unit, crowd)
        gain = 1.0
        if any("channel" in task.options for task in self.tasks.get(crowd.place, ())):
            gain += self._channel
        return min(1.0, gain * heads / max(1.0, crowd.people * self._needed))

    def _facing(self, place: str) -> list[UnitState]:
        """Units told to deal with the crowd or to hold the inner ring of the site there."""
        found = [task.unit for task in self.tasks.get(place, ()) if task.unit is not None]
        site = self._world.sites.state.get(place)
        if site is not None:
            for task in site.tasks:
                inner = task.response.id == "inner-perimeter" or "inner" in task.options
                if inner and task.unit is not None and task.unit not in found:
                    found.append(task.unit)
        return found

    def _heads(self, unit: UnitState, crowd: Crowd) -> float:
        forces, handover = self._world.forces, self._world.handover
        share = handover.authority(crowd.place, unit.component)
        if crowd.mood != "armed":
            return forces.capability(unit, "public-order") * share
        trained = forces.capability(unit, "public-order") * self._before_arms
        return max(trained, forces.capability(unit, "combat")) * share

    def called(self, crowd: Crowd) -> None:
        """Formed police who stand there and have nothing else to do face it, unless a person decides for them."""
        world = self._world
        if self.tasks.get(crowd.place):
            return
        for unit in world.forces.at(crowd.place):
            trained = unit.capabilities.get("public-order", 0.0) > unit.capabilities.get("combat", 0.0)
            if trained and unit.task is None and not world.policy.held(unit.spec.controller):
                order = Order(unit.spec.controller, "crowd-control", unit.id, crowd.place, options=USUAL)
                world.issue(order, (crowd.row,), "crowd-control")
                return

    # Tactics

    def _begins(self, task: Task) -> None:
        world = self._world
        self.tasks.setdefault(task.place, []).append(task)
        world.people.reassure(task.place, self._reassurance, task.row)
        world.presence_changed(task.place, task.row)
        crowd = self._crowds.state.get(task.place)
        if crowd is not None:
            self.meet(crowd, task, task.row)

    def _ends(self, task: Task) -> None:
        self.tasks[task.place].remove(task)
        self._world.presence_changed(task.place, task.row)

    def meet(self, crowd: Crowd, task: Task, row: EventId) -> None:
        """A unit faces a crowd and begins with what it was told to do, the mildest first."""
        for tactic, begins in self._tactics.items():
            if tactic in (task.options or USUAL) and crowd.people:
                begins(crowd, task, row)

    def _shows(self, crowd: Crowd, task: Task, row: EventId) -> None:
        """Enough heads in line sober a crowd; too few tempt it."""
        enough = self.held(crowd) / self._show_ratio
        self._crowds.move(crowd, -self._show * min(1.0, enough) if enough >= 1.0 else self._show * (1.0 - enough), row)

    def _talks(self, crowd: Crowd, task: Task, row: EventId) -> None:
        """With its leaders, if it has any and somebody speaks its language."""
        spoken = max(self._open_ear, self._world.forces.understanding(crowd.place))
        heard = spoken * (1.0 if crowd.led else self._unled)
        engaged = bool(self._world.tasks.lasting("community-engagement", crowd.place))
        self._crowds.move(crowd, -self._talk * heard * (2.0 if engaged else 1.0), row)

    def _channels(self, crowd: Crowd, task: Task, row: EventId) -> None:
        """Lanes, water, a way out: the press at the gate eases."""
        site = self._world.sites.state.get(crowd.place)
        if site is not None and site.people:
            self._world.sites.stir(site, -self._channel_tension, row, "unrest")

    def _arrests(self, crowd: Crowd, task: Task, row: EventId) -> None:
        """Few, of those who lead it on; with too few heads it is a brawl."""
        world = self._world
        held = self.held(crowd)
        taken = min(poisson(world.chance.draw(f"{task.name}/arrested"), self._arrested), crowd.people)
        if held < self._arrest_ratio:
            self._force(crowd, self._arrest_anger, row)
            return
        if taken and task.unit is not None:
            world.custody.taken(crowd.place, "", taken, task.unit, row)
        self._crowds.move(crowd, -self._arrest_anger * held if crowd.mood != "calm" else self._arrest_anger, row)

    def _smokes(self, crowd: Crowd, task: Task, row: EventId) -> None:
        """Most run; some are trampled, all of them remember."""
        world = self._world
        luck = world.chance.draw(f"{task.name}/smoke")
        wounded = poisson(luck, crowd.people * self._smoke_wounded)
        site = world.sites.state.get(crowd.place)
        if wounded:
            world.people.strike(crowd.place, 0, wounded, row, inside=site is not None)
        self._force(crowd, self._smoke_anger, row)
        self._crowds.thin(crowd, self._smoke_share, row, "smoke")

    def _force(self, crowd: Crowd, anger: float, row: EventId) -> None:
        """Force on people who were doing nothing costs more than on a riot."""
        factor = self._too_much if crowd.mood in ("calm", "angry") else 1.0
        self._crowds.move(crowd, anger * factor, row)
        self._world.standing("legitimacy", -self._legitimacy_force * factor, (row,), "crowd-force")

    # Lethal arms

    def fired(self, crowd: Crowd, row: EventId) -> bool:
        """Whether soldiers who face a violent crowd fire; they were trained for something else."""
        world = self._world
        for unit in self._facing(crowd.place):
            training = unit.capabilities.get("public-order", 0.0)
            lethal = unit.capabilities.get("combat", 0.0)
            if training >= lethal:
                continue
            restraint = world.parameters["crowds.held_restraint"] * self.held(crowd)
            odds = self._fires * (lethal - training) * (1.0 - restraint)
            outcome = world.chance.choose(
                f"{crowd.name}/fire/{unit.id}", {"fires": odds, "holds": 1.0 - odds}, causes=(row,),
                terms={"training": training, "held": self.held(crowd)}, ordinal=crowd.turns,
            )  # fmt: skip
            if outcome.outcome == "fires":
                self._volley(crowd, unit, outcome.row)
                return True
        return False

    def _volley(self, crowd: Crowd, unit: UnitState, row: EventId) -> None:
        world = self._world
        place = crowd.place
        draw = world.chance.draw
        killed = poisson(draw(f"{crowd.name}/fire/killed", crowd.turns), self._fires_killed)
        wounded = poisson(draw(f"{crowd.name}/fire/wounded", crowd.turns), self._fires_wounded)
        inside = place in world.sites.state
        killed, wounded = world.people.strike(place, killed, wounded, row, inside=inside)
        fired = world.journal.write(
            kinds.CROWD_FIRED_ON, world.now, world.places.state[place].key, (row,), unit.key, killed, wounded
        )
        world.standing("legitimacy", -self._legitimacy_fire, (fired,), "crowd-fired-on")
        world.sites.shots_near(place, fired)
        world.truth.event("crowd-fired-on", place, fired)
        world.intelligence.happened(
            "crowd-fired-on", place, fired,
            values={"unit": unit.id, "place": place, "killed": killed, "wounded": wounded}, urgent=True,
            to=(unit.spec.controller, "head-of-mission"),
        )  # fmt: skip
        world.custody.harmed_by_mission(place, killed + wounded, unit.id, fired)
        if not killed + wounded:
            self._crowds.aggrieved(place, "mission-harm", fired, world.parameters["crowds.nobody_hit_share"])
        self._crowds.thin(crowd, min(1.0, crowd.anger(world.now) / HIGHEST), fired, "fire")
