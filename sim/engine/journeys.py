"""The ways people take: out of the door, to whatever seems safest and nearest, on again, and home.

A party chooses by what a place promises, by kin and by distance (a day's walk counts; H8, H11, H12), walks at the
pace of its children, and arrives. Its luck is its own: it does not depend on who else set out.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import exponential, lognormal, share_of
from sim.engine.flight import NOTHING, walking_ticks
from sim.engine.journal import EventId
from sim.engine.parties import CommunityState, Party
from sim.engine.ticks import DAY, HOUR, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.people import People
    from sim.engine.world import World

REFUGES: Final = ("base", "refuge", "camp", "town", "village", "headquarters")


class Journeys:
    """Moves parties between homes, the road, sites and hosts, and keeps the sums."""

    __slots__ = (
        "_attraction",
        "_distance_km",
        "_first_pace",
        "_kin_weight",
        "_morning_spread",
        "_night_pace",
        "_pace_sigma",
        "_people",
        "_protection_floor",
        "_protection_scale",
        "_report_first",
        "_seen",
        "_shut_attraction",
        "_travel_limit",
        "_walk_per_day",
        "_world",
    )

    def __init__(self, world: World, people: People) -> None:
        value = world.parameters
        self._world = world
        self._people = people
        self._attraction = {kind: value[f"people.attraction_{kind}"] for kind in REFUGES}
        self._protection_floor = value["people.protection_floor"]
        self._protection_scale = value["people.protection_heads"]
        self._shut_attraction = value["people.shut_attraction"]
        self._distance_km = value["people.distance_km"]
        self._travel_limit = value["people.travel_limit_km"]
        self._kin_weight = value["people.kin_weight"]
        self._first_pace = value["people.walking_kmh"]
        self._walk_per_day = value["people.walking_km_per_day"]
        self._night_pace = value["people.night_pace"]
        self._pace_sigma = value["people.pace_sigma"]
        self._morning_spread = from_hours(value["people.morning_spread_h"])
        self._report_first = round(value["people.report_first"])
        self._seen: dict[str, float] = {}

    # Leaving

    def flee(self, state: CommunityState) -> None:
        """The next party leaves home: an equal share of those who are still there."""
        people = state.home // (len(state.ready) + 1)
        if people <= 0:
            return
        all_ = self._people
        party = Party(state, state.numbers, people, state.cause)
        state.numbers += 1
        state.home -= people
        state.moving += people
        all_.home_total -= people
        self._walk(party, state.place, state.cause, kinds.FLED)
        displaced = all_.displaced()
        if displaced > all_.displaced_peak:
            all_.displaced_peak = displaced
            all_.displaced_peak_tick = self._world.now
            all_.displaced_peak_row = party.row
        truth = self._world.truth
        truth.changed(state.id, "home", party.row)
        truth.changed(state.id, "displaced", party.row)
        truth.changed("mission", "displaced", party.row)
        fled = state.displaced_total()
        if fled >= max(self._report_first, 2 * state.fled_reported):
            state.fled_reported = fled
            self._tell("people-leaving", state, fled, party.row)

    def depart(self, party: Party, cause: EventId) -> None:
        """A party leaves a place that is not its home for another such place."""
        origin = party.place
        self._leave_place(party)
        self._walk(party, origin, cause, kinds.MOVED_ON)
        self._world.truth.changed(origin, "people", party.row)

    def head_home(self, party: Party) -> None:
        """The decision to go home is taken; the way itself is begun by day."""
        world = self._world
        party.home_at = math.inf
        if not world.places.is_night(world.now):
            self.set_out(party, party.community.settled)
            return
        late = world.chance.draw(f"{party.community.id}/morning", party.number)
        party.leaving = True
        morning = world.places.next_dawn(world.now) + round(late * self._morning_spread)
        world.agenda.at(morning, Phase.PEOPLE, party.community.rank, self._morning, party)

    def _morning(self, event: At) -> None:
        party: Party = event.payload
        if party.leaving and party.place and party.people:
            self.set_out(party, party.community.settled)

    def set_out(self, party: Party, cause: EventId) -> None:
        """A party begins its way home."""
        world = self._world
        state = party.community
        origin = party.place
        self._leave_place(party)
        party.destination = state.place
        eta = world.now + self._way(state, origin, state.place, party.number)
        here = world.places.state[origin].key
        party.row = world.journal.write(kinds.SETTING_OUT, world.now, state.key, (cause,), here, party.people, eta)
        world.agenda.at(eta, Phase.MOVEMENT, state.rank, self._arrive, party)
        world.truth.changed(origin, "people", party.row)

    def send(self, place: str, share: float, cause: EventId, how: Callable[[Party, EventId], None]) -> int:
        """A share of the parties at a place is sent away, in the order in which they came; return how many people."""
        gone = 0
        draw = self._world.chance.draw
        for state in self._people.communities.values():
            there = [party for party in state.displaced if party.place == place]
            number = share_of(len(there), share, draw(f"{state.id}/sent/{place}", len(there)))
            for party in there[:number]:
                gone += party.people
                how(party, cause)
        return gone

    def escort(self, place: str, to: str, most: int, cause: EventId) -> int:
        """Up to so many at a place go to another: those who shelter there in whole parties, then those at home."""
        people = self._people
        moved = 0
        for state in people.communities.values():
            for party in [party for party in state.displaced if party.place == place]:
                if party.people and moved + party.people <= most:
                    self._leave_place(party)
                    self._escorted(party, place, to, cause, kinds.MOVED_ON)
                    moved += party.people
        for state in people.living_at(place):
            taken = min(state.home, most - moved)
            if taken > 0:
                party = Party(state, state.numbers, taken, cause)
                state.numbers += 1
                state.home -= taken
                state.moving += taken
                people.home_total -= taken
                self._escorted(party, place, to, cause, kinds.FLED)
                moved += taken
                self._world.truth.changed(state.id, "home", party.row)
                self._world.truth.changed(state.id, "displaced", party.row)
        if moved:
            self._world.truth.changed(place, "people", cause)
            self._world.truth.changed("mission", "displaced", cause)
            displaced = people.displaced()
            if displaced > people.displaced_peak:
                people.displaced_peak, people.displaced_peak_tick = displaced, self._world.now
                people.displaced_peak_row = cause
        return moved

    def _escorted(self, party: Party, origin: str, to: str, cause: EventId, kind: kinds.Kind) -> None:
        world = self._world
        state = party.community
        party.destination = to
        here, there = world.places.state[origin].key, world.places.state[to].key
        eta = world.now + self._way(state, origin, to, party.number)
        party.row = world.journal.write(kind, world.now, state.key, (cause,), here, there, party.people, eta)
        world.agenda.at(eta, Phase.MOVEMENT, state.rank, self._arrive, party)

    def _leave_place(self, party: Party) -> None:
        state = party.community
        place = party.place
        people = self._people
        state.away[place] -= party.people
        state.displaced.remove(party)
        state.moving += party.people
        people.sheltered[place] -= party.people
        party.leaving = False
        state.forget(party)
        if place in people.site_places:
            people.at_base -= party.people
            self._world.sites.left(place, party)
        party.place = ""

    # Where to, and how long

    def _walk(self, party: Party, origin: str, cause: EventId, kind: kinds.Kind) -> None:
        world = self._world
        state = party.community
        party.destination = self._choose(state, origin, world.chance.draw(f"{state.id}/to/{origin}", party.number))
        here = world.places.state[origin].key
        there = world.places.state[party.destination].key
        eta = world.now + self._way(state, origin, party.destination, party.number)
        party.row = world.journal.write(kind, world.now, state.key, (cause,), here, there, party.people, eta)
        world.agenda.at(eta, Phase.MOVEMENT, state.rank, self._arrive, party)

    def _way(self, state: CommunityState, origin: str, destination: str, number: int) -> Tick:
        world = self._world
        km = world.places.km(origin, destination)
        walked = walking_ticks(km, self._first_pace, self._walk_per_day, HOUR, DAY)
        slow = lognormal(world.chance.draw(f"{state.id}/pace/{destination}", number), 1.0, self._pace_sigma)
        if world.places.is_night(world.now):
            slow /= self._night_pace
        return max(1, round(walked * slow) + world.places.queue(origin, destination))

    def _weigh(self, state: CommunityState) -> None:
        """What each place promises a community, before protection and gate are looked at."""
        places = self._world.places
        for place, here in places.state.items():
            attraction = self._attraction.get(here.spec.kind, 0.0)
            km = places.km(state.place, place)
            if place == state.place or attraction <= 0.0 or km > self._travel_limit:
                continue
            kin = 1.0 + self._kin_weight * state.spec.kin.get(place, 0.0)
            state.weights.append((place, attraction * kin * math.exp(-km / self._distance_km)))

    def look_at_protection(self, place: str) -> None:
        """How much protection people see at a place: some at any base, more where armed men stand."""
        strength = self._world.forces.armed_strength(place)
        seen = 1.0 - math.exp(-strength / self._protection_scale)
        self._seen[place] = self._protection_floor + (1.0 - self._protection_floor) * seen

    def _choose(self, state: CommunityState, origin: str, uniform: float) -> str:
        people, sites = self._people, self._world.sites
        options: list[tuple[str, float]] = []
        total = 0.0
        if not state.weights:
            self._weigh(state)
        for place, weight in state.weights:
            if place == origin:
                continue
            if place in people.site_places:
                weight *= self._seen[place] * (1.0 if sites.lets_in(place) else self._shut_attraction)
            elif people.afraid(place):
                continue
            total += weight
            options.append((place, total))
        mark = uniform * total
        for place, reached in options:
            if mark < reached:
                return place
        return options[-1][0] if options else self._nearest(origin)

    def _nearest(self, origin: str) -> str:
        places = self._world.places
        others = [place for place in places.state if place != origin]
        return min(others, key=lambda place: (places.km(origin, place), places.state[place].rank), default=origin)

    # Arriving

    def _arrive(self, event: At) -> None:
        party: Party = event.payload
        world = self._world
        people = self._people
        state = party.community
        place = party.destination
        if place == state.place:
            self._come_home(party)
            return
        here = world.places.state[place].key
        party.row = row = world.journal.write(kinds.REACHED, world.now, state.key, (party.row,), here, party.people)
        party.place = place
        state.moving -= party.people
        state.away[place] = state.away.get(place, 0) + party.people
        state.displaced.append(party)
        people.sheltered[place] = people.sheltered.get(place, 0) + party.people
        patience = exponential(world.chance.draw(f"{state.id}/homesick", party.number), 1.0)
        party.home_at = state.return_.at(world.now) + patience
        state.home_next = min(state.home_next, party.home_at)
        if place in people.site_places:
            people.at_base += party.people
            if people.at_base > people.at_base_peak:
                people.at_base_peak = people.at_base
                people.at_base_peak_tick = world.now
                people.at_base_peak_row = row
                people.at_base_share_peak = people.at_base / max(1, people.displaced())
            world.sites.arrive(place, party, row)
        world.truth.changed(place, "people", row)
        if state.return_.hazard is NOTHING:
            people.rethink(state)
        else:
            people.expect_return(state)

    def _come_home(self, party: Party) -> None:
        world = self._world
        state = party.community
        here = world.places.state[state.place].key
        party.row = row = world.journal.write(kinds.RETURNED, world.now, state.key, (party.row,), here, party.people)
        state.moving -= party.people
        state.home += party.people
        self._people.home_total += party.people
        restless = exponential(world.chance.draw(f"{state.id}/ready", state.numbers), 1.0)
        state.numbers += 1
        self._people.make_ready(state)
        heapq.heappush(state.ready, state.flight.at(world.now) + restless)
        truth = world.truth
        truth.changed(state.id, "home", row)
        truth.changed(state.id, "displaced", row)
        truth.changed("mission", "displaced", row)
        self._people.rethink(state)
        displaced = state.displaced_total()
        if 2 * displaced <= state.fled_reported and state.fled_reported >= self._report_first:
            state.fled_reported = displaced
            self._tell("people-returning", state, state.home, row)

    def _tell(self, phrase: str, state: CommunityState, people: int, row: EventId) -> None:
        self._world.intelligence.happened(
            phrase,
            state.place,
            row,
            values={"place": state.place, "people": people, "community": state.id},
            facts=[(state.id, "displaced", state.displaced_total())],
        )
