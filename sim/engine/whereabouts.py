"""Where groups are: the places they hold, the fronts they are active on, and what follows when they come or go."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.journal import EventId
from sim.engine.ticks import DAY, HOUR

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.world import World

NOWHERE = ""


class Whereabouts:
    """Comings and goings of groups."""

    __slots__ = ("_ambition", "_gone", "_half_km", "_living_off", "_loud", "_village", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._ambition = value["groups.ambition_per_day"] / (DAY / HOUR)
        self._living_off = value["groups.living_off_per_day"] / (DAY / HOUR)
        self._half_km = value["groups.front_half_km"]
        self._village = value["groups.front_village_weight"]
        self._loud = value["groups.entry_loudness"]
        self._gone: dict[str, list[str]] = {}

    def look(self, group: GroupState) -> None:
        """State anew where a group is active, and what drives it there."""
        fights = self._world.groups.hostilities
        gone = self._gone.get(group.id, ())
        if group.mobile:
            own = [fight for fight in fights.all.values() if group.id in fight.parties and fight.place not in gone]
            here = [fight for fight in fights.all.values() if fight.place in group.places]
            group.fights = own or here
        else:
            group.fights = fights.fights_of(group.id, group.spec.home)
        group.fronts = self._fronts(group, gone)
        group.restless = self._ambition if group.unmet() else 0.0
        if group.guest:
            group.restless += self._living_off * group.guest_share

    def _fronts(self, group: GroupState, gone: list[str] | tuple[()]) -> list[tuple[float, str, int]]:
        """Its fights, where it is, and the places of those it threatens within reach."""
        world = self._world
        weights: dict[str, float] = {}
        if group.mobile:
            # Who marches is where it has marched to: a fight elsewhere drives it, but it has to go there first.
            weights.update(dict.fromkeys(group.places, 1.0))
        else:
            for hostility in world.groups.hostilities.all.values():
                if group.id in hostility.parties and hostility.place not in gone:
                    weights[hostility.place] = 1.0
        if not weights:
            weights[group.at or group.spec.home] = 1.0
        centre = next(iter(weights))
        if group.guest in weights:
            centre = group.guest
        for community in world.blueprint.communities.values():
            if group.id in community.threatened_by and community.place not in weights and community.place not in gone:
                km = world.places.km(centre, community.place)
                weights[community.place] = 2.0 ** (-km / self._half_km) * self._village
        total = math.fsum(weights.values())
        fronts: list[tuple[float, str, int]] = []
        reached = 0.0
        for place, weight in weights.items():
            reached += weight / total
            fronts.append((reached, place, world.places.state[place].key))
        return fronts

    def enter(self, group: GroupState, place: str, row: EventId) -> EventId:
        """A group comes to be in a place: it fights, feeds and decides there from now on."""
        if place in group.places:
            group.at = group.at or place
            return row
        group.places.append(place)
        group.mobile = True
        gone = self._gone.get(group.id, [])
        if place in gone:
            gone.remove(place)
        if group.at == NOWHERE:
            group.at = place
        return self._moved(group, place, row, kinds.GROUP_ENTERED, "group-entered")

    def leave(self, group: GroupState, place: str, row: EventId) -> EventId:
        """A group is no longer in a place; its roadblocks about it go with it."""
        if place not in group.places:
            return row
        group.places.remove(place)
        self._gone.setdefault(group.id, []).append(place)
        if group.at == place:
            group.at = group.places[0] if group.places else NOWHERE
        if group.guest == place:
            group.guest = ""
        self._world.groups.roadblocks.lifted_by(group, place, row)
        return self._moved(group, place, row, kinds.GROUP_LEFT, "group-left")

    def _moved(self, group: GroupState, place: str, row: EventId, kind: kinds.Kind, phrase: str) -> EventId:
        world = self._world
        moved = world.journal.write(kind, world.now, group.key, (row,), world.places.state[place].key)
        group.row = moved
        self.look(group)
        world.truth.changed(group.id, "at", moved)
        world.truth.event(kind.name, group.id, moved)
        if group.supplied:
            world.manpower.moved(group, moved)
        world.intelligence.happened(
            phrase, place, moved, values={"group": group.id, "place": place},
            facts=((group.id, "at", group.at),), loud=self._loud, name=f"{group.id}/{phrase}/{place}",
        )  # fmt: skip
        return moved
