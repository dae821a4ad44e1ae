"""Fear, flight, refuge and return, in whole people of whom none is lost or made.

Home + moving + away + dead is the population of each community at every tick; the wounded are an
overlay. Fear is a standing: events raise it, time lets it fade. Above a threshold it is a hazard of
leaving, lowered by presence; a credible local settlement makes a hazard of going home (H8-H12).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import Phase, Watch
from sim.engine.casualties import Casualties
from sim.engine.chance import exponential, lognormal
from sim.engine.flight import NOTHING, Fading
from sim.engine.journal import EventId, fixed
from sim.engine.journeys import Journeys
from sim.engine.ledger import HIGHEST, Standing
from sim.engine.parties import CommunityState, Party
from sim.engine.ticks import DAY, HOUR, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.world import World


class People:
    """All civilians of the scenario."""

    __slots__ = (
        "_bus_share",
        "_by_place",
        "_calm_most",
        "_calm_scale",
        "_fear_half",
        "_fear_return",
        "_fear_threshold",
        "_flight_rate",
        "_harm",
        "_journeys",
        "_least_shock",
        "_night_flight",
        "_own_entry",
        "_parties",
        "_party_least",
        "_readiness_sigma",
        "_reason",
        "_return_rate",
        "_return_unsettled",
        "_rumour",
        "_settle_relief",
        "_shock_km",
        "_stay_share",
        "_unthreatened",
        "_world",
        "at_base",
        "at_base_peak",
        "at_base_peak_row",
        "at_base_peak_tick",
        "at_base_share_peak",
        "communities",
        "dead",
        "displaced_peak",
        "displaced_peak_row",
        "displaced_peak_tick",
        "home_total",
        "population",
        "sheltered",
        "site_places",
        "sites_in_order",
    )

    def __init__(self, world: World) -> None:
        self._world = world
        journal, chance, value = world.journal, world.chance, world.parameters
        self._flight_rate = value["people.flight_per_hour"] / HOUR
        self._fear_threshold = value["people.fear_threshold"]
        self._fear_return = value["people.fear_return"]
        self._fear_half = from_hours(value["people.fear_half_life_h"])
        self._readiness_sigma = value["people.readiness_sigma"]
        self._stay_share = value["people.stay_share"]
        self._parties = max(1, round(1.0 / value["people.party_share"]))
        self._party_least = value["people.party_least"]
        self._night_flight = value["people.night_flight"]
        self._shock_km = value["people.shock_km"]
        self._least_shock = value["people.least_shock"]
        self._unthreatened = value["people.unthreatened_share"]
        self._calm_most = value["people.calm_most"]
        self._calm_scale = value["people.calm_heads"]
        self._return_rate = value["people.return_per_day"] / DAY
        self._return_unsettled = value["people.return_unsettled_per_day"] / DAY
        self._settle_relief = value["people.settle_relief"]
        self._rumour = value["people.rumour_fear"]
        self._bus_share = value["people.bus_share"]

        self.communities: dict[str, CommunityState] = {}
        self._by_place: dict[str, list[CommunityState]] = {}
        for spec in world.blueprint.communities.values():
            population = max(0, round(spec.people.at(chance.draw(f"{spec.id}/people"))))
            fear = _standing(world, f"fear/{spec.id}", min(spec.fear, HIGHEST), self._fear_half)
            trust = _standing(world, f"trust/{spec.id}", spec.trust, 0)
            state = CommunityState(spec, journal.name(spec.id), population, fear, trust)
            state.leave = Watch(world.agenda, Phase.PEOPLE, spec.rank, _looker(self, state))
            self.communities[spec.id] = state
            self._by_place.setdefault(spec.place, []).append(state)
        self.population = sum(int(state.population) for state in self.communities.values())
        self.sites_in_order = [spec.id for spec in world.blueprint.places.values() if spec.site is not None]
        self.site_places = frozenset(self.sites_in_order)
        self._harm = Casualties(world, self)
        self._journeys = Journeys(world, self)
        self._reason = {word: journal.name(word) for word in ("shock", "harm", "rumour", "reassurance", "settlement")}
        self._own_entry = False
        self.home_total = self.population
        self.sheltered: dict[str, int] = {}
        self.dead = 0
        self.at_base = 0
        self.at_base_peak = 0
        self.at_base_peak_tick: Tick = 0
        self.at_base_peak_row: EventId = 0
        self.at_base_share_peak = 0.0
        self.displaced_peak = 0
        self.displaced_peak_tick: Tick = 0
        self.displaced_peak_row: EventId = 0

        truth = world.truth
        truth.provide("people", self._truth_people)
        truth.provide("fear", self._truth_fear, self._fear_reaches)
        truth.provide("trust", self._truth_trust)
        truth.provide("home", lambda subject: self.home(subject) if subject in self.communities else None)
        truth.provide("displaced", self._truth_displaced)
        truth.provide("killed", lambda subject: self.dead if subject == "mission" else None)

    def begin(self) -> None:
        world = self._world
        for place in world.places.state:
            self._journeys.look_at_protection(place)
        for state in self.communities.values():
            row = world.journal.write(kinds.POPULATION, world.now, state.key, (world.beginning,), state.population)
            state.cause = state.settled = row
            self._calm(state)
            state.numbers = state.untold = min(self._parties, math.ceil(state.population / self._party_least))
            self.rethink(state)

    # What others tell

    def shock(self, place: str, amount: float, cause: EventId, by: str = "") -> None:
        """Something frightening happened at a place: fear rises there, and less with distance.

        Args:
            by: the group that did it; communities that fear other groups are moved less.
        """
        km = self._world.places.km
        for state in self.communities.values():
            felt = amount * math.exp(-km(place, state.place) / self._shock_km)
            threats = state.spec.threatened_by
            if by and threats and by not in threats:
                felt *= self._unthreatened
            if felt >= self._least_shock:
                self.move_fear(state, felt, cause, "shock")

    def reassure(self, place: str, amount: float, cause: EventId) -> None:
        """Presence or a word that is believed: fear falls among those at the place, by their trust."""
        for state in self.communities.values():
            share = 1.0 if state.place == place else state.away.get(place, 0) / max(1, state.population)
            eased = amount * share * state.trust.value_at(self._world.now) / HIGHEST
            if eased >= self._least_shock:
                self.move_fear(state, -eased, cause, "reassurance")

    def rumour(self, place: str, true_: bool, cause: EventId, amount: float | None = None) -> EventId:
        """A rumour runs through a place; it frightens whether or not it is true."""
        world = self._world
        state = world.places.state[place]
        row = world.journal.write(kinds.RUMOUR, world.now, state.key, (cause,), state.key, int(true_))
        self.shock(place, self._rumour if amount is None else amount, row)
        return row

    def harm(
        self,
        place: str,
        killed: float,
        wounded_ratio: float,
        cause: EventId,
        *,
        inside: bool = False,
        community: str = "",
    ) -> tuple[int, int]:
        """Kill and wound among those who are at a place now; return how many, never more than there are.

        Args:
            place: where; at a place with a site those who shelter there are struck.
            killed: the expected number; it becomes whole by chance.
            wounded_ratio: wounded for each killed.
            cause: the row of the fight or the attack.
            inside: strike those at the site where a place has both homes and a site.
            community: strike this community only.
        """
        return self._harm.harm(place, killed, wounded_ratio, cause, inside, community)

    def strike(
        self, place: str, killed: int, wounded: int, cause: EventId, *, inside: bool = False, community: str = ""
    ) -> tuple[int, int]:
        """As ``harm``, with numbers that are whole already."""
        return self._harm.strike(place, killed, wounded, cause, inside, community)

    def die(self, place: str, people: int, cause: EventId) -> int:
        """So many at a place die of wounds or sickness; return how many there were to die."""
        return self._harm.die(place, people, cause)

    def settle(self, place: str, credibility: float, cause: EventId) -> None:
        """A local agreement for a place that people there believe in, 0 to 1: they begin to go home (H10)."""
        for state in self._by_place.get(place, ()):
            row = self._world.journal.write(kinds.SETTLED, self._world.now, state.key, (cause,), fixed(credibility))
            state.credibility = credibility
            state.settled = row
            if credibility > 0.0:
                self.move_fear(state, -self._settle_relief * credibility, row, "settlement")
            else:
                self.rethink(state)

    def unsettle(self, place: str, cause: EventId) -> None:
        """The agreement for a place is gone, and with it the reason to go home."""
        self.settle(place, 0.0, cause)

    def encourage_return(self, place: str, factor: float, cause: EventId) -> None:
        """Those from a place, or at it, go home so many times faster, or slower; nobody does without a settlement."""
        for state in self.communities.values():
            if state.place != place and not state.away.get(place):
                continue
            state.settled = self._world.journal.write(
                kinds.SETTLED, self._world.now, state.key, (cause, state.settled), fixed(state.credibility)
            )
            state.encouraged *= factor
            self.rethink(state)

    def forced_return(self, cause: EventId, share: float | None = None, site: str = "") -> int:
        """Buses: a share of those at a site, or at every site, is taken home, settled or not; return how many."""
        share = self._bus_share if share is None else share
        sites = (site,) if site else self.sites_in_order
        return sum(int(self._journeys.send(place, share, cause, self._journeys.set_out)) for place in sites)

    def expel(self, site: str, share: float, cause: EventId) -> int:
        """A share of those at a site is driven off, to wherever they can go; return how many people."""
        return self._journeys.send(site, share, cause, self._journeys.depart)

    def escort(self, place: str, to: str, most: int, cause: EventId) -> int:
        """Up to so many of those at a place are taken to another under protection; return how many."""
        return self._journeys.escort(place, to, most, cause)

    def turned_away(self, party: Party, place: str, cause: EventId) -> None:
        """A party that was not let in gives up and goes elsewhere."""
        world = self._world
        here = world.places.state[place].key
        row = world.journal.write(kinds.TURNED_AWAY, world.now, party.community.key, (cause,), here, party.people)
        world.measures.count("turned_away", party.people, row)
        self._journeys.depart(party, row)

    def move_on(self, party: Party, cause: EventId) -> None:
        """A party that cannot bear the want at a place looks for another."""
        self._journeys.depart(party, cause)

    def presence_changed(self, place: str, row: EventId) -> None:
        """Units came or went: what people there see of protection changes."""
        self._journeys.look_at_protection(place)
        for state in self._by_place.get(place, ()):
            before = state.calm
            self._calm(state)
            if state.calm != before:
                state.cause = row
                self.rethink(state)

    def standing_moved(self, standing: Standing, row: EventId) -> None:
        """A standing was moved; if it is a fear, and not we moved it, think again."""
        kind, _, community = standing.id.partition("/")
        if not self._own_entry and kind == "fear" and community in self.communities:
            state = self.communities[community]
            state.cause = row
            self.rethink(state)

    # What others ask

    def home(self, community: str = "") -> int:
        """People at home, of one community or of all."""
        if community:
            return self.communities[community].home
        return self.home_total

    def displaced(self) -> int:
        """People who live and are not at home, on the way included."""
        return self.population - self.home_total - self.dead

    def moving(self) -> int:
        """People on the way."""
        return sum(int(state.moving) for state in self.communities.values())

    def sheltering(self, place: str) -> int:
        """Displaced people who are at a place, before a gate or behind it."""
        return self.sheltered.get(place, 0)

    def at(self, place: str) -> int:
        """Everybody who is at a place: those who live there and are at home, and the displaced."""
        return self.sheltering(place) + sum(int(state.home) for state in self._by_place.get(place, ()))

    def home_share(self) -> float:
        """The share of the living who are at home; 1 in an empty world."""
        living = self.population - self.dead
        return self.home() / living if living else 1.0

    def living_at(self, place: str) -> list[CommunityState]:
        """Communities whose home a place is."""
        return self._by_place.get(place, [])

    def trust_of(self, place: str) -> float:
        """The trust of those who live at a place, by heads, 0 to 1; none where nobody lives."""
        now = self._world.now
        whole, trust = 0, 0.0
        for state in self.living_at(place):
            whole += state.population
            trust += state.population * state.trust.value_at(now)
        return trust / (whole * HIGHEST) if whole else 0.0

    # Fear

    def move_fear(self, state: CommunityState, amount: float, cause: EventId, reason: str) -> None:
        world = self._world
        self._own_entry = True
        row = world.ledger.enter(state.fear, amount, (cause,), self._reason[reason])
        self._own_entry = False
        state.cause = row
        self.rethink(state)
        world.truth.changed(state.id, "fear", row)

    def _calm(self, state: CommunityState) -> None:
        seen = 1.0 - math.exp(-self._world.forces.presence(state.place) / self._calm_scale)
        state.calm = 1.0 - self._calm_most * seen * state.trust.value_at(self._world.now) / HIGHEST

    def afraid(self, place: str) -> bool:
        """Whether those who live at a place would rather leave it."""
        now = self._world.agenda.now
        # NOTE: a party that flees asks of a dozen places; a generator for each took three times as long.
        for state in self._by_place.get(place, ()):  # noqa: SIM110
            if state.fear.value_at(now) > self._fear_threshold:
                return True
        return False

    def rethink(self, state: CommunityState) -> None:
        """Fear, presence, settlement or the hour changed: state both hazards anew and look ahead."""
        now = self._world.agenda.now
        fear = state.fear
        swing = fear.value_at(now) - fear.base
        flight = NOTHING
        limit = self._fear_threshold
        if state.home and (fear.base > limit or swing > limit - fear.base):
            if state.flight.hazard is NOTHING:
                self.make_ready(state)
                uniform = self._world.chance.draw(f"{state.id}/wave", state.waves)
                state.readiness = lognormal(uniform, 1.0, self._readiness_sigma)
                state.waves += 1
            scale = self._flight_rate * state.readiness * state.calm / (HIGHEST - limit)
            places = self._world.places
            night = places.is_night(now)
            state.turn = places.next_dawn(now) if night else places.next_dusk(now)
            if night:
                scale *= self._night_flight
            flight = Fading(scale * (fear.base - limit), scale * swing, fear.rate)
        state.flight.change(now, flight)

        homeward = NOTHING
        limit = self._fear_return
        if state.displaced and fear.base < limit:
            settled = self._return_rate * state.credibility * state.encouraged
            scale = max(settled, self._return_unsettled) / (limit - fear.base)
            homeward = Fading(scale * (limit - fear.base), -scale * swing, fear.rate)
        state.return_.change(now, homeward)
        self._expect_flight(state)
        self.expect_return(state)

    def make_ready(self, state: CommunityState) -> None:
        """How much each party at home bears before it flees: born with it, asked for when it matters first."""
        draw = self._world.chance.draw
        for number in range(state.untold):
            # Draws are keyed by name: one that nobody needs is left out without moving another.
            stays = draw(f"{state.id}/stays", number, inborn=True) < self._stay_share
            bears = math.inf if stays else exponential(draw(f"{state.id}/ready", number, inborn=True), 1.0)
            state.ready.append(bears)
        if state.untold:
            state.untold = 0
            heapq.heapify(state.ready)

    def _expect_flight(self, state: CommunityState) -> None:
        if state.flight.hazard is NOTHING or not state.ready or state.ready[0] == math.inf:
            return
        due = state.flight.reaches(state.ready[0], self._world.now, state.turn)
        self._expect(state, state.turn if due is None else due)

    def expect_return(self, state: CommunityState) -> None:
        """Look again when the next party is due to go home, if that is within this run."""
        if state.return_.hazard is NOTHING or state.home_next == math.inf:
            return
        # A look that is due anyway before it can be time to go will see to this.
        world = self._world
        until = min(state.looks_at, world.horizon)
        due = state.return_.reaches(state.home_next, world.agenda.now, until)
        if due is not None:
            self._expect(state, due)

    def _expect(self, state: CommunityState, tick: Tick) -> None:
        soonest = self._world.agenda.now + 1
        tick = tick if tick > soonest else soonest
        if tick < state.looks_at:
            state.looks_at = tick
            state.leave.expect(tick)

    def _look(self, state: CommunityState) -> None:
        now = self._world.now
        state.looks_at = math.inf
        gone = state.flight.at(now)
        while state.ready and state.ready[0] <= gone:
            heapq.heappop(state.ready)
            self._journeys.flee(state)
        back = state.return_.at(now)
        if state.home_next <= back:
            for party in [party for party in state.displaced if party.home_at <= back]:
                self._journeys.head_home(party)
            state.home_next = min((party.home_at for party in state.displaced), default=math.inf)
        if now >= state.turn:
            self.rethink(state)
        else:
            self._expect_flight(state)
            self.expect_return(state)

    # Truth

    def _truth_people(self, subject: str) -> int | None:
        return self.sheltering(subject) if subject in self._world.places.state else None

    def _truth_displaced(self, subject: str) -> int | None:
        if subject == "mission":
            return self.displaced()
        state = self.communities.get(subject)
        return None if state is None else state.displaced_total()

    def _truth_fear(self, subject: str) -> float | None:
        state = self.communities.get(subject)
        return None if state is None else state.fear.value_at(self._world.now)

    def _fear_reaches(self, subject: str, level: float) -> Tick | None:
        state = self.communities.get(subject)
        return None if state is None else state.fear.tick_at(level, self._world.now)

    def _truth_trust(self, subject: str) -> float | None:
        state = self.communities.get(subject)
        return None if state is None else state.trust.value_at(self._world.now)


def _standing(world: World, name: str, value: float, half_life: Tick) -> Standing:
    """The standing of this name: the scenario may have opened it with values of its own."""
    return world.ledger.standings.get(name) or world.ledger.open(name, value, half_life_ticks=half_life)


def _looker(people: People, state: CommunityState) -> Callable[[], None]:
    return lambda: people._look(state)
