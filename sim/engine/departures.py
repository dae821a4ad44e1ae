"""A group that agreed to leave: whether it goes, by what way, who is left behind, and what it does where it comes to.

Leaving moves violence as much as it ends it (T2.14): where the group arrives it lives off the people there, less so
where they were warned and could look to themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine.agenda import At, Phase
from sim.engine.assaults import DEPART
from sim.engine.chance import lognormal
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import from_hours

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.bargaining import Bargaining, Conversation
    from sim.engine.world import World

SETTLEMENTS: Final = ("town", "village", "crossing", "refuge")


class Departures:
    """From the handshake to the new place."""

    __slots__ = (
        "_aims_kept", "_bargaining", "_behind", "_distance", "_escort", "_floor", "_notice", "_reprisal", "_shock",
        "_sigma", "_unwarned", "_warned", "_world",
    )  # fmt: skip

    def __init__(self, world: World, bargaining: Bargaining) -> None:
        self._world = world
        self._bargaining = bargaining
        value = world.parameters
        self._notice = value["departures.notice_hours"]
        self._sigma = value["departures.notice_sigma"]
        self._floor = value["departures.keeps_floor"]
        self._behind = value["departures.families_behind_share"]
        self._escort = value["departures.escort_legitimacy"]
        self._reprisal = value["departures.reprisal_killed"]
        self._distance = value["departures.least_km"]
        self._aims_kept = value["departures.aims_kept_share"]
        self._shock = value["departures.arrival_shock"]
        self._warned = value["departures.warned_share"]
        self._unwarned = value["departures.unwarned_legitimacy"]

    def expect(self, conversation: Conversation, row: EventId) -> None:
        """It asked for time to pack."""
        world = self._world
        group = conversation.group
        luck = world.chance.draw(f"bargaining/{group.id}/notice", conversation.rounds)
        hours = lognormal(luck, self._notice, self._sigma)
        world.agenda.after(from_hours(hours), Phase.GROUPS, group.rank, self._due, (conversation, row))

    def _due(self, event: At) -> None:
        conversation, row = event.payload
        world = self._world
        group = conversation.group
        if conversation.agreed != row or conversation.stage != "agreed" or group.strength <= 0:
            return
        pressed = self._bargaining.pressure(group, conversation.place)
        odds = 1.0 - (1.0 - self._floor) / (1.0 + max(0.0, pressed))
        if "families-protected" not in conversation.terms:
            odds *= 1.0 - self._behind * group.spec.cohesion / HIGHEST
        choice = world.chance.choose(
            f"bargaining/{group.id}/keeps#{conversation.rounds}", {"leaves": odds, "stays": 1.0 - odds},
            causes=(row,), terms={"pressure": pressed},
        )  # fmt: skip
        haven = self.haven(group, conversation.place)
        if choice.outcome != "leaves" or not haven:
            self._bargaining.broken(conversation, "stays", (choice.row, row))
            return
        self._goes(conversation, haven, choice.row)

    def _goes(self, conversation: Conversation, haven: str, row: EventId) -> None:
        world = self._world
        group, place = conversation.group, conversation.place
        name = f"bargaining/{group.id}/leaves#{conversation.rounds}"
        self._bargaining.leaves(conversation, row)
        if "no-escort" not in conversation.terms:
            # Whoever was robbed by them sees them off under the mission's protection.
            world.standing("legitimacy", -self._escort, (row,), "escort-of-fighters")
        if place in group.aims:
            group.aims[place] *= self._aims_kept
        for other in [other for other in group.places if other != place]:
            if world.places.km(other, place) < self._distance:
                world.groups.leave(group, other, row)
        column = world.groups.assaults.leave_for(group, name, place, haven, DEPART, row)
        if "families-protected" not in conversation.terms:
            self._left_behind(group, place, name, row)
        if column is None:
            world.groups.enter(group, haven, row)
            group.guest = haven if haven != group.spec.home else ""
            self._bargaining.arrived(group, row)

    def _left_behind(self, group: GroupState, place: str, name: str, row: EventId) -> None:
        """Families stay without their men: somebody takes it out on them."""
        state = self._world.people.communities.get(group.spec.community)
        if state is None:
            return
        there = state.away.get(place, 0) + (state.home if state.place == place else 0)
        if there:
            self._world.groups.attacks.hurt(name, place, self._reprisal, row, community=state.id)

    def haven(self, group: GroupState, place: str) -> str:
        """Where it goes: home, where else it is, where its supply comes from, or the nearest settlement far enough."""
        spec = group.spec
        for other in (spec.home, *group.places, spec.supplied_from):
            if other and other != place and self._world.places.km(other, place) >= self._distance:
                return other
        world = self._world
        able = [
            other.id
            for other in world.blueprint.places.values()
            if other.kind in SETTLEMENTS and other.id != place
            and world.places.km(other.id, place) >= self._distance and not world.forces.armed_strength(other.id)
        ]  # fmt: skip
        return min(able, key=lambda other: world.places.km(other, place), default="")

    def settled(self, conversation: Conversation, row: EventId) -> None:
        """It has come: the people there were warned, or learn of it when it stands before them."""
        world = self._world
        group = conversation.group
        here = group.guest or group.at
        if not here:
            return
        warned = "receiving-area-warned" in conversation.terms
        world.people.shock(here, self._shock * (self._warned if warned else 1.0), row, group.id)
        group.guest_share = self._warned if warned else 1.0
        world.groups.unsettled(group)
        if not warned:
            world.standing("legitimacy", -self._unwarned, (row,), "receiving-area-not-warned")
