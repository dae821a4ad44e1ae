"""Harm to civilians: whole people, never more than are present, and the wounded on their way to a doctor."""

from __future__ import annotations

import math
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import exponential, share_of
from sim.engine.journal import EventId
from sim.engine.ticks import HOUR, from_hours

if TYPE_CHECKING:
    from sim.engine.parties import CommunityState, Party
    from sim.engine.people import People
    from sim.engine.world import World


class Casualties:
    """Takes the dead out of their communities and sends the wounded to the nearest site."""

    __slots__ = ("_carried", "_limit", "_numbers", "_pace", "_people", "_step", "_wait", "_world")

    def __init__(self, world: World, people: People) -> None:
        value = world.parameters
        self._world = world
        self._people = people
        self._step = value["people.fear_per_doubling"]
        self._carried = value["people.wounded_carried"]
        self._pace = value["people.carrying_kmh"]
        self._wait = from_hours(value["people.carry_wait_h"])
        self._limit = value["people.carry_limit_km"]
        self._numbers: dict[str, int] = {}

    def harm(
        self, place: str, killed: float, wounded_ratio: float, cause: EventId, inside: bool, community: str
    ) -> tuple[int, int]:
        """Whole numbers with the expected means, then ``strike``."""
        name, number = self._number(place, "harm")
        draw = self._world.chance.draw
        dead = math.floor(killed + draw(name, 2 * number))
        hurt = math.floor(killed * wounded_ratio + draw(name, 2 * number + 1))
        return self.strike(place, dead, hurt, cause, inside, community)

    def strike(
        self, place: str, killed: int, wounded: int, cause: EventId, inside: bool, community: str
    ) -> tuple[int, int]:
        """Kill and wound so many of those present, each as likely as the other."""
        holders = self._holders(place, inside, community)
        counts = [people for _, _, people in holders]
        present = sum(map(int, counts))
        killed = min(killed, present)
        wounded = min(wounded, present - killed)
        if killed + wounded <= 0:
            return 0, 0
        world = self._world
        name, number = self._number(place, "struck")
        uniform = world.chance.draw(name, number)
        row = world.journal.write(kinds.HARM, world.now, world.places.state[place].key, (cause,), killed, wounded)
        lost = evenly(counts, killed, uniform)
        hurt = evenly([count - gone for count, gone in zip(counts, lost, strict=True)], wounded, uniform)
        struck: dict[str, CommunityState] = {}
        for (state, party, _), gone, injured in zip(holders, lost, hurt, strict=True):
            if gone or injured:
                struck[state.id] = state
                state.wounded += injured
                self._bury(state, party, place, gone, row)
        measures = world.measures
        if killed:
            measures.count("civilians_killed", killed, row)
            world.truth.changed("mission", "killed", row)
            world.truth.changed(place, "people", row)
        if wounded:
            measures.count("civilians_wounded", wounded, row)
            self._carry(place, wounded, row)
        for state in struck.values():
            self._people.move_fear(state, self._step * math.log2(1.0 + killed + wounded), row, "harm")
        return killed, wounded

    def die(self, place: str, people: int, cause: EventId) -> int:
        """Deaths after the event: of wounds, of sickness."""
        holders = self._holders(place, True, "") or self._holders(place, False, "") or self._anyone()
        counts = [count for _, _, count in holders]
        people = min(people, sum(map(int, counts)))
        if people <= 0:
            return 0
        world = self._world
        name, number = self._number(place, "died")
        row = world.journal.write(kinds.DIED, world.now, world.places.state[place].key, (cause,), people)
        lost = evenly(counts, people, world.chance.draw(name, number))
        for (state, party, _), gone in zip(holders, lost, strict=True):
            if gone:
                self._bury(state, party, party.place if party else place, gone, row)
        world.measures.count("civilians_killed", people, row)
        world.truth.changed("mission", "killed", row)
        world.truth.changed(place, "people", row)
        return people

    def _number(self, place: str, purpose: str) -> tuple[str, int]:
        name = f"{place}/{purpose}"
        number = self._numbers.get(name, 0)
        self._numbers[name] = number + 1
        return name, number

    def _holders(self, place: str, inside: bool, community: str) -> list[tuple[CommunityState, Party | None, int]]:
        """Who is at a place: communities at home there, and parties that shelter there."""
        found: list[tuple[CommunityState, Party | None, int]] = []
        people = self._people
        if not inside:
            found += [(state, None, state.home) for state in people.living_at(place) if state.home]
        if inside or not found or place not in people.site_places:
            for state in people.communities.values():
                if state.away.get(place):
                    found += [(state, party, party.people) for party in state.displaced if party.place == place]
        if not community:
            return found
        return [holder for holder in found if holder[0].id == community]

    def _anyone(self) -> list[tuple[CommunityState, Party | None, int]]:
        """A wounded man who was carried in belongs to a community that may still be at home."""
        return [(state, None, state.home) for state in self._people.communities.values() if state.home]

    def _bury(self, state: CommunityState, party: Party | None, place: str, gone: int, row: EventId) -> None:
        if not gone:
            return
        state.dead += gone
        self._people.dead += gone
        people = self._people
        if party is None:
            state.home -= gone
            people.home_total -= gone
            return
        party.people -= gone
        state.away[place] -= gone
        people.sheltered[place] -= gone
        if place in people.site_places:
            people.at_base -= gone
            self._world.sites.lost(place, party, gone, row)
        if not party.people:
            state.displaced.remove(party)
            state.forget(party)

    def _carry(self, place: str, wounded: int, row: EventId) -> None:
        """Those who are brought to a doctor: at once where he is, else to the nearest site within reach."""
        world = self._world
        people = self._people
        if place in people.site_places:
            world.sites.wounded_arrive(place, wounded, row)
            return
        places = world.places
        reach = [(places.km(place, site), places.state[site].rank, site) for site in people.sites_in_order]
        if not reach:
            return
        km, rank, site = min(reach)
        name, number = self._number(place, "carried")
        brought = share_of(wounded, self._carried, world.chance.draw(name, 2 * number))
        if km > self._limit or not brought:
            return
        wait = exponential(world.chance.draw(name, 2 * number + 1), self._wait)
        delay = max(1, round(wait + km / self._pace * HOUR))
        world.agenda.after(delay, Phase.MOVEMENT, rank, self._brought, (site, brought, row))

    def _brought(self, event: At) -> None:
        site, wounded, row = event.payload
        self._world.sites.wounded_arrive(site, wounded, row)


def evenly(counts: list[int], hits: int, uniform: float) -> list[int]:
    """Spread hits over groups in proportion to their size, whole, and to none more than it has.

    Points at equal distances through all people, from a random start: each person is as likely as the next.
    """
    reached = list(accumulate(counts))
    total = reached[-1] if reached else 0
    if hits <= 0 or total <= 0:
        return [0] * len(counts)
    marks = [int(passed * hits / total + uniform) for passed in reached]
    if marks[-1] > hits:
        marks = [min(mark, hits) for mark in marks]
    return [upto - before for before, upto in pairwise([0, *marks])]
