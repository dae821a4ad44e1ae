"""What a group does once it has chosen: each action handed to the mechanism that carries it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.attacks import Attack
from sim.engine.chance import lognormal
from sim.engine.choosing import ATTACK_SITE, CLASH, RAID, Marks, Prospect, under
from sim.engine.journal import EventId
from sim.engine.roadblocks import OPEN
from sim.engine.ticks import from_hours

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.world import World


class Acting:
    """From choice to deed."""

    __slots__ = (
        "_excite_loot",
        "_goods",
        "_goods_share",
        "_harass_hours",
        "_loot_harm",
        "_loot_severity",
        "_minutes_sigma",
        "_rest_hours",
        "_severity",
        "_severity_sigma",
        "_shock_intimidate",
        "_shock_loot",
        "_trouble_intimidate",
        "_trouble_loot",
        "_world",
        "minutes",
    )

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self.minutes = {action: value[f"groups.minutes_{under(action)}"] for action in (CLASH, RAID, ATTACK_SITE)}
        self._minutes_sigma = value["groups.minutes_sigma"]
        self._severity = value["attacks.severity"]
        self._severity_sigma = value["attacks.severity_sigma"]
        self._loot_severity = value["attacks.loot_severity"]
        self._loot_harm = value["attacks.loot_harm_chance"]
        self._excite_loot = value["hostilities.excitation_loot"]
        self._trouble_loot = value["hostilities.trouble_loot"]
        self._trouble_intimidate = value["hostilities.trouble_intimidate"]
        self._shock_loot = value["attacks.shock_loot"]
        self._shock_intimidate = value["attacks.shock_intimidate"]
        self._goods_share = value["groups.goods_taken_share"]
        self._rest_hours = value["groups.rest_hours"]
        self._harass_hours = value["groups.harass_hours"]
        self._goods: dict[str, float] = {}

    def goods(self, place: str) -> float:
        """The share of a place's goods that is still there to be taken."""
        return self._goods.get(place, 1.0)

    def act(self, group: GroupState, action: str, prospect: Prospect, row: EventId) -> None:
        """Carry out what a group chose."""
        world = self._world
        marks, place = prospect.marks, prospect.where(action)
        match action:
            case "raid" | "attack-site":
                severity = lognormal(marks.severity, self._severity * group.brutality, self._severity_sigma)
                minutes = self._length(action, marks)
                attack = Attack(prospect.name, group, place, action == ATTACK_SITE, prospect.band, minutes, severity)
                world.groups.attacks.start(attack, (row,))
            case "clash":
                if prospect.enemy is not None:
                    bands = (prospect.band, prospect.enemy_band)
                    minutes = self._length(action, marks)
                    name = f"{prospect.name}/clash"
                    world.groups.clashes.start(name, group, prospect.enemy, place, bands, minutes, (row,))
            case "loot":
                self._loot(group, prospect, row)
            case "intimidate":
                self._intimidate(group, prospect, row)
            case "disperse":
                group.resting_until = world.now + from_hours(self._rest_hours)
            case "probe" | "move":
                world.groups.assaults.march(group, prospect, action, row)
            case "block" | "ambush":
                group.laid += 1
                name = f"{group.id}/{action}/{group.laid}"
                world.groups.roadblocks.lay(group, action, prospect.route, place, prospect.band, name, row)
            case "attack-base":
                world.groups.assaults.on_base(group, prospect, row)
            case "negotiate":
                world.bargaining.opened(group, row)
            case "withdraw":
                world.groups.assaults.withdraw(group, prospect.name, place, row)
                world.groups.led(group, prospect.name, place, row)

    def _length(self, action: str, marks: Marks) -> float:
        return lognormal(marks.minutes, self.minutes[action], self._minutes_sigma)

    def _loot(self, group: GroupState, prospect: Prospect, acted: EventId) -> None:
        world = self._world
        place, marks = prospect.place, prospect.marks
        row = world.journal.write(kinds.LOOTED, world.now, group.key, (acted,), world.places.state[place].key)
        self._goods[place] = self.goods(place) * (1.0 - self._goods_share)
        world.people.shock(place, self._shock_loot, row, group.id)
        world.groups.hostilities.disturb(place, self._trouble_loot, row)
        world.groups.hostilities.excite(group.id, place, self._excite_loot, row)
        world.truth.event("looted", place, row)
        if group.supplied:
            world.manpower.looted(group, row)
        if marks.severity < self._loot_harm:
            severity = lognormal(marks.minutes, self._loot_severity, self._severity_sigma)
            severity *= world.groups.attacks.exposure(place, group.id)
            killed, wounded = world.groups.attacks.hurt(prospect.name, place, severity, row)
            world.groups.harmed(group, place, killed + wounded, row)
        world.intelligence.happened(
            "looting", place, row,
            values={"group": group.id, "place": place},
            facts=((place, "violence", world.groups.hostilities.word(place)),),
            name=prospect.name,
        )  # fmt: skip

    def _intimidate(self, group: GroupState, prospect: Prospect, row: EventId) -> None:
        """Armed men on a road out of the place: people hear of it, and those on it are turned or robbed."""
        world = self._world
        place = prospect.place
        route = next((state.id for state in world.places.routes.values() if place in (state.spec.a, state.spec.b)), "")
        group.harassed = route
        facts: tuple[tuple[str, str, str], ...] = ()
        if route and world.places.routes[route].status == OPEN:
            world.places.routes[route].status = "slow"
            facts = ((route, "status", "slow"),)
            world.agenda.after(
                from_hours(self._harass_hours), Phase.GROUPS, group.rank, self._road_clear, (group, route)
            )
        world.people.shock(place, self._shock_intimidate, row, group.id)
        world.groups.hostilities.disturb(place, self._trouble_intimidate, row)
        world.intelligence.happened(
            "armed-men-on-road", place, row,
            values={"group": group.id, "place": place, "route": route},
            facts=facts,
            name=prospect.name,
        )  # fmt: skip

    def _road_clear(self, event: At) -> None:
        group, route = event.payload
        if group.harassed == route:
            group.harassed = ""
            if self._world.places.routes[route].status == "slow":
                self._world.places.routes[route].status = OPEN
