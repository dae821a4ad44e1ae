"""Armed men on a road: those who stand across it and let nobody pass, and those who lie in wait beside it.

A block holds up whoever of the mission comes by road; accepting that teaches the group that it can (C17). An
ambush is laid for a time and sprung on the first column or patrol that comes, some with a bomb in the road. Whoever
drives asks here once, when he leaves.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.campaigning import AMBUSH, BLOCK
from sim.engine.chance import lognormal
from sim.engine.contact import ATTACKER, DEFENDER
from sim.engine.journal import EventId
from sim.engine.ticks import Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.forces import UnitState
    from sim.engine.places import RouteState
    from sim.engine.world import World

OPEN, BLOCKED = "open", "blocked"


class Roadblock:
    """A group on a route: across it, or hidden beside it."""

    __slots__ = ("band", "group", "name", "passed", "place", "purpose", "route", "row", "timer")

    def __init__(self, group: GroupState, purpose: str, route: RouteState, place: str, band: int, name: str) -> None:
        self.group = group
        self.purpose = purpose
        self.route = route
        self.place = place
        self.band = band
        self.name = name
        self.passed = 0
        """Patrols that went by, whether or not they were met."""
        self.row: EventId = 0
        self.timer: At | None = None


class Roadblocks:
    """All of them, by route; one route holds one at a time."""

    __slots__ = (
        "_accepted",
        "_ambush_hours",
        "_ambush_minutes",
        "_block_hours",
        "_bomb_chance",
        "_bomb_losses",
        "_bomb_sigma",
        "_credibility",
        "_held",
        "_held_sigma",
        "_loud",
        "_minutes_sigma",
        "_passes",
        "_patrol_heads",
        "_patrol_meets",
        "_shock",
        "_world",
        "standing",
    )

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._block_hours = value["roadblocks.block_hours"]
        self._ambush_hours = value["roadblocks.ambush_hours"]
        self._ambush_minutes = value["roadblocks.ambush_minutes"]
        self._minutes_sigma = value["groups.minutes_sigma"]
        self._passes = value["roadblocks.unarmed_passes"]
        self._held = value["roadblocks.held_hours"]
        self._held_sigma = value["roadblocks.held_sigma"]
        self._accepted = value["roadblocks.accepted_weight"]
        self._credibility = value["roadblocks.accepted_credibility"]
        self._bomb_chance = value["roadblocks.bomb_chance"]
        self._bomb_losses = value["roadblocks.bomb_losses"]
        self._bomb_sigma = value["roadblocks.bomb_sigma"]
        self._patrol_heads = round(value["roadblocks.patrol_heads"])
        self._patrol_meets = value["roadblocks.patrol_meets"]
        self._shock = value["roadblocks.shock"]
        self._loud = value["attacks.loudness"]
        self.standing: dict[str, Roadblock] = {}

    def begin(self) -> None:
        """Roads that somebody stands across when the run begins."""
        world = self._world
        for route in world.places.routes.values():
            group = world.groups.state.get(route.spec.blocked_by)
            if group is not None and group.strength > 0:
                band = world.groups.choosing.band(group, world.chance.draw(f"{route.id}/blocked/band"))
                block = Roadblock(group, BLOCK, route, route.spec.a, band, f"{route.id}/blocked")
                self._stand(block, world.beginning)

    # What a group sees and does

    def free_route(self, group: GroupState, place: str) -> str:
        """A road out of a place on which nobody stands yet."""
        for route in self._world.places.routes.values():
            if place in (route.spec.a, route.spec.b) and route.status == OPEN and route.id not in self.standing:
                return route.id
        return ""

    def convoys_near(self, place: str) -> float:
        """What is to be had on the roads about a place, 0 to 1."""
        return self._world.convoys.exposed(place)

    def lay(self, group: GroupState, purpose: str, route: str, place: str, band: int, name: str, row: EventId) -> None:
        """A band goes onto a road, to block it or to wait for whoever comes."""
        block = Roadblock(group, purpose, self._world.places.routes[route], place, band, name)
        self._stand(block, row)
        hours = self._block_hours if purpose == BLOCK else self._ambush_hours
        block.timer = self._world.agenda.after(from_hours(hours), Phase.GROUPS, group.rank, self._over, block)

    def _stand(self, block: Roadblock, cause: EventId) -> None:
        world = self._world
        journal = world.journal
        route = block.route
        block.row = journal.write(
            kinds.ROADBLOCK, world.now, block.group.key, (cause,), route.key, journal.name(block.purpose)
        )
        self.standing[route.id] = block
        if block.purpose != BLOCK:
            return
        route.status = BLOCKED
        world.truth.changed(route.id, "status", block.row)
        if cause != world.beginning:
            world.people.shock(block.place, self._shock, block.row, block.group.id)
            world.intelligence.happened(
                "road-blocked", block.place, block.row,
                values={"group": block.group.id, "place": block.place, "route": route.id},
                facts=((route.id, "status", BLOCKED),), name=block.name,
            )  # fmt: skip

    def _over(self, event: At) -> None:
        block: Roadblock = event.payload
        if self.standing.get(block.route.id) is block:
            self._gone(block, block.row)

    def lift(self, route: str, row: EventId) -> bool:
        """Whoever stands on a route is driven or talked off it; false where nobody did."""
        block = self.standing.get(route)
        if block is None:
            return False
        self._gone(block, row)
        return True

    def lifted_by(self, group: GroupState, place: str, row: EventId) -> None:
        """A group that leaves a place leaves the roads about it."""
        for block in [block for block in self.standing.values() if block.group is group]:
            if place in (block.route.spec.a, block.route.spec.b):
                self._gone(block, row)

    def _gone(self, block: Roadblock, row: EventId) -> None:
        world = self._world
        if block.timer is not None:
            block.timer.cancel()
        del self.standing[block.route.id]
        causes = (block.row,) if row == block.row else (block.row, row)
        gone = world.journal.write(kinds.ROADBLOCK_LIFTED, world.now, block.group.key, causes, block.route.key)
        if block.purpose == BLOCK:
            block.route.status = OPEN
            world.truth.changed(block.route.id, "status", gone)

    def closed_to(self, group: GroupState, way: tuple[RouteState, ...]) -> bool:
        """Whether an enemy stands across a way."""
        relations = self._world.groups.relations
        for route in way:
            block = self.standing.get(route.id)
            if block is not None and block.purpose == BLOCK and relations.enemies(block.group, group):
                return True
        return False

    # Who comes by

    def met(
        self, unit: UnitState, origin: str, way: tuple[RouteState, ...], place: str, name: str,
        causes: tuple[EventId, ...],
    ) -> Tick:  # fmt: skip
        """A unit sets out by road: how long those on its way keep it, and what they do to it."""
        if not self.standing:
            return 0
        world = self._world
        delay = 0
        km = 0.0
        total = world.places.km(origin, place)
        for route in way:
            block = self.standing.get(route.id)
            if block is not None:
                if block.purpose == BLOCK:
                    delay += self._held_up(block, unit, f"{name}/roadblock/{route.id}", origin, place, causes)
                else:
                    reached = world.places.road_hours(origin, place, unit.mobility, world.now) * km / total
                    tick = world.now + from_hours(reached) + delay
                    if block.timer is None or tick <= block.timer.tick:
                        world.agenda.at(tick, Phase.CONTACT, block.group.rank, self._sprung, (block, unit))
            km += route.km
        return delay

    def _held_up(
        self, block: Roadblock, unit: UnitState, name: str, origin: str, place: str, causes: tuple[EventId, ...]
    ) -> Tick:
        world = self._world
        group = block.group
        strength = world.forces.capability(unit, "combat")
        passes = self._passes + (1.0 - self._passes) * world.groups.choosing.beats(strength, block.band)
        outcome = world.chance.choose(
            name, {"held": 1.0 - passes, "passed": passes}, causes=(*causes, block.row)[:2],
            terms={"band": float(block.band), "armed": strength},
        )  # fmt: skip
        if outcome.outcome == "passed":
            return 0
        row = world.journal.write(kinds.DENIED, world.now, unit.key, (outcome.row,), block.route.key, group.key)
        world.standing("credibility/mission", -self._credibility, (row,), "denial-accepted")
        if strength >= 1.0:
            world.deterrence.observed(group.id, False, row, weight=self._accepted, unit=unit)
        world.intelligence.happened(
            "convoy-denied", origin, row, values={"unit": unit.id, "place": place},
            facts=((unit.id, "state", "held"), (block.route.id, "status", BLOCKED)), urgent=True,
            to=(unit.spec.controller, "joc"),
        )  # fmt: skip
        return from_hours(lognormal(world.chance.draw(f"{name}/held"), self._held, self._held_sigma))

    def _sprung(self, event: At) -> None:
        block: Roadblock
        block, unit = event.payload
        if self.standing.get(block.route.id) is block:
            heads = unit.own_strength()
            if heads > 0 and block.group.strength > 0 and not unit.place:
                self.spring(block, unit, heads, f"{block.name}/sprung")

    def patrolled(self, unit: UnitState, place: str, row: EventId) -> None:
        """A patrol goes about a place; it may come upon those who wait for one."""
        for block in [block for block in self.standing.values() if block.purpose == AMBUSH]:
            if place in (block.route.spec.a, block.route.spec.b):
                heads = min(self._patrol_heads, unit.own_strength())
                block.passed += 1
                met = self._world.chance.draw(f"{block.name}/patrol", block.passed)
                if heads > 0 and block.group.strength > 0 and met < self._patrol_meets:
                    self.spring(block, unit, heads, f"{block.name}/sprung")
                return

    def spring(self, block: Roadblock, unit: UnitState, heads: int, name: str) -> EventId:
        """Those who waited open fire: the ambushed shoot into an area, the others at men (M2)."""
        world = self._world
        group = block.group
        journal = world.journal
        row = journal.write(kinds.CONTACT, world.now, group.key, (block.row, unit.row), unit.key, block.route.key)
        self._bomb(block, unit, heads, name, row)
        heads = max(1, min(heads, unit.own_strength()))
        minutes = lognormal(world.chance.draw(f"{name}/minutes"), self._ambush_minutes, self._minutes_sigma)
        # NOTE: those who are ambushed have to find their enemy first, whichever side the course calls attacker.
        band = max(1, min(block.band, group.strength))
        fight = world.contact.fight(name, band, heads, minutes, ambush=True)
        lost, unit_lost = fight.losses(fight.ends)
        killed, wounded = world.contact.split(f"{name}/attackers", lost)
        un_killed, un_wounded = world.contact.split(f"{name}/peacekeepers", unit_lost)
        ended = journal.write(kinds.CONTACT_ENDED, world.now, group.key, (row,), killed, wounded, un_killed, un_wounded)
        self._gone(block, ended)
        world.groups.weaken(group, lost, ended, broke=fight.broke == ATTACKER, band=fight.attackers)
        world.groups.lessons.learn(group, AMBUSH, fight.broke == DEFENDER or unit_lost > lost, ended)
        world.deterrence.witnessed(group.id, fight.broke != DEFENDER, ended, block.place, unit=unit)
        world.truth.event("contact", block.place, row)
        if unit_lost and unit.own_strength() > 0:
            world.forces.lose(unit, un_killed, un_wounded, (ended,))
        world.intelligence.happened(
            "ambushed", block.place, ended,
            values={"unit": unit.id, "place": block.place, "killed": un_killed, "wounded": un_wounded},
            urgent=True, loud=self._loud, name=name, to=(unit.spec.controller, "joc"),
        )  # fmt: skip
        return ended

    def _bomb(self, block: Roadblock, unit: UnitState, heads: int, name: str, row: EventId) -> None:
        """Some ambushes begin with a bomb in the road."""
        world = self._world
        draw = world.chance.draw
        if draw(f"{name}/bomb") >= self._bomb_chance:
            return
        losses = lognormal(draw(f"{name}/bomb/losses"), self._bomb_losses, self._bomb_sigma)
        killed, wounded = world.contact.split(f"{name}/bomb", min(heads, math.ceil(losses)))
        bomb = world.journal.write(kinds.BOMB, world.now, unit.key, (row,), block.route.key, killed, wounded)
        world.forces.lose(unit, killed, wounded, (bomb,))
