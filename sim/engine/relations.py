"""Who stands with whom: allies whom a fight draws in, and groups under another's command.

An ally in the place decides at once whether to join; one that is elsewhere but within reach may march. A group under
another's command follows its principal's agreements and withdrawals as far as its cohesion carries, less where both
want the same place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.agenda import At, Phase
from sim.engine.choosing import CLASH
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import from_hours

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.world import World


class Relations:
    """Enemies, friends and commands among the groups of a run."""

    __slots__ = ("_bonus", "_cohesion_floor", "_delay", "_reach_km", "_rivalry", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._delay = value["relations.ally_delay_hours"]
        self._bonus = value["relations.ally_gain"]
        self._reach_km = value["relations.ally_reach_km"]
        self._cohesion_floor = value["relations.follow_floor"]
        self._rivalry = value["relations.rivalry_share"]

    def enemies(self, one: GroupState, other: GroupState) -> bool:
        return other.id in one.spec.enemies or one.id in other.spec.enemies

    def friends(self, one: GroupState, other: GroupState) -> bool:
        """Allies, or one command."""
        if one is other:
            return False
        if other.id in one.spec.allies or one.id in other.spec.allies:
            return True
        return one.spec.under == other.id or other.spec.under == one.id

    def fight_begins(self, name: str, group: GroupState, enemy: GroupState, place: str, row: EventId) -> None:
        """Two groups fight: the friends of both learn of it and think whether it is theirs."""
        world = self._world
        for side, against in ((group, enemy), (enemy, group)):
            for ally in world.groups.state.values():
                if ally in (side, against) or not self.friends(side, ally) or self.friends(ally, against):
                    continue
                if world.now < ally.resting_until or ally.strength <= 0:
                    continue
                world.agenda.after(
                    from_hours(self._delay), Phase.GROUPS, ally.rank, self._hears,
                    (ally, side, against, f"{name}/ally/{ally.id}", place, row),
                )  # fmt: skip

    def _hears(self, event: At) -> None:
        ally, side, against, name, place, row = event.payload
        world = self._world
        if ally.strength <= 0 or world.now < ally.resting_until:
            return
        groups = world.groups
        if groups.choosing.active(ally, place):
            groups.decide(ally, name, place, (row,), only=(CLASH,), bonus=self._bonus, against=against)
        elif ally.mobile and ally.at and world.places.km(ally.at, place) <= self._reach_km:
            groups.assaults.reinforce(ally, side, name, place, row, self._bonus)

    def followers(self, principal: GroupState) -> list[GroupState]:
        return [group for group in self._world.groups.state.values() if group.spec.under == principal.id]

    def follows(self, group: GroupState, principal: GroupState, name: str, row: EventId) -> tuple[bool, EventId]:
        """Whether a group under command does what its principal has agreed to."""
        odds = self._cohesion_floor + (1.0 - self._cohesion_floor) * group.spec.cohesion / HIGHEST
        rivals = any(place in principal.aims or place in principal.places for place in group.aims)
        if rivals:
            odds *= self._rivalry
        choice = self._world.chance.choose(
            f"{name}/follows/{group.id}", {"follows": odds, "stays": 1.0 - odds}, causes=(row,),
            terms={"cohesion": group.spec.cohesion, "rivalry": 1.0 if rivals else 0.0},
        )  # fmt: skip
        return choice.outcome == "follows", choice.row
