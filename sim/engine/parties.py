"""People on the move: a party is some two in a hundred of a community who leave, walk and arrive together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine.flight import NOTHING, Fading
from sim.engine.journal import EventId
from sim.engine.ticks import Tick

if TYPE_CHECKING:
    from sim.engine.agenda import Watch
    from sim.engine.blueprint import CommunitySpec
    from sim.engine.ledger import Standing


class Party:
    """Whole people of one community who share a way and a decision."""

    __slots__ = ("community", "destination", "home_at", "leaving", "number", "people", "place", "row", "stays_until")

    def __init__(self, community: CommunityState, number: int, people: int, row: EventId) -> None:
        self.community = community
        self.number = number
        self.people = people
        self.place = ""
        self.destination = ""
        self.row = row
        """The row of what it did last."""
        self.home_at = math.inf
        """The integrated hazard of return at which it sets out for home."""
        self.stays_until = math.inf
        """The integrated want at a site at which it moves on."""
        self.leaving = False


class Urge:
    """A hazard that adds up, piece by piece, towards the thresholds of parties."""

    __slots__ = ("hazard", "since", "total")

    def __init__(self) -> None:
        self.hazard = NOTHING
        self.since: Tick = 0
        self.total = 0.0

    def at(self, tick: Tick) -> float:
        """What has added up by a tick."""
        hazard = self.hazard
        return self.total if hazard is NOTHING else self.total + hazard.integral(tick - self.since)

    def change(self, tick: Tick, hazard: Fading) -> None:
        """From ``tick`` on another hazard holds; what has added up stays."""
        if self.hazard is not NOTHING:
            self.total += self.hazard.integral(tick - self.since)
        self.since = tick
        self.hazard = hazard

    def reaches(self, threshold: float, now: Tick, by: float = math.inf) -> Tick | None:
        """The tick at which the sum is ``threshold``, if the hazard stays as it is; ``None`` if not until ``by``."""
        missing = threshold - self.total
        # A bound costs one division, the tick itself a search.
        if missing > self.hazard.most() * (by - self.since):
            return None
        ticks = self.hazard.reaches(missing)
        if ticks is None or self.since + ticks > by:
            return None
        due = self.since + math.ceil(ticks)
        return due if due > now else now


class CommunityState:
    """Civilians of one place and livelihood, and where each of them is."""

    __slots__ = (
        "away",
        "calm",
        "cause",
        "credibility",
        "dead",
        "displaced",
        "encouraged",
        "fear",
        "fled_reported",
        "flight",
        "home",
        "home_next",
        "id",
        "key",
        "leave",
        "looks_at",
        "moving",
        "numbers",
        "place",
        "population",
        "rank",
        "readiness",
        "ready",
        "return_",
        "settled",
        "spec",
        "trust",
        "turn",
        "untold",
        "waves",
        "weights",
        "wounded",
    )

    def __init__(self, spec: CommunitySpec, key: int, population: int, fear: Standing, trust: Standing) -> None:
        self.spec = spec
        self.id = spec.id
        self.key = key
        self.rank = spec.rank
        self.place = spec.place
        self.population = population
        self.home = population
        self.moving = 0
        self.dead = 0
        self.wounded = 0
        self.away: dict[str, int] = {}
        self.displaced: list[Party] = []
        self.home_next = math.inf
        """The lowest threshold of return among them."""
        self.fear = fear
        self.trust = trust
        self.calm = 1.0
        """The share of the hazard that presence leaves."""
        self.cause: EventId = 0
        """The latest row that moved its fear or its calm."""
        self.numbers = 0
        self.waves = 0
        self.readiness = 1.0
        self.flight = Urge()
        self.ready: list[float] = []
        """Thresholds of those at home, a heap; made when the first of them is asked for."""
        self.untold = 0
        """Parties whose thresholds nobody has asked for."""
        self.return_ = Urge()
        self.credibility = 0.0
        self.encouraged = 1.0
        self.settled: EventId = 0
        self.fled_reported = 0
        self.weights: list[tuple[str, float]] = []
        """What each place promises its people; weighed when the first of them leaves."""
        self.turn: Tick = 0
        """The next dawn or dusk, after which flight goes on at another pace."""
        self.looks_at: float = math.inf
        self.leave: Watch
        """Looks when the next party is due to leave, or to go home."""

    def forget(self, party: Party) -> None:
        """A party is no longer among those who wait to go home."""
        if party.home_at <= self.home_next:
            self.home_next = min((other.home_at for other in self.displaced), default=math.inf)

    def away_total(self) -> int:
        """Those who stay somewhere that is not home."""
        return sum(int(people) for people in self.away.values())

    def displaced_total(self) -> int:
        return self.population - self.home - self.dead

    def balanced(self) -> bool:
        """Whether everybody is somewhere, once."""
        parties = sum(int(party.people) for party in self.displaced)
        away = self.away_total()
        return (
            self.home + self.moving + away + self.dead == self.population
            and parties == away
            and min(self.home, self.moving, self.dead) >= 0
        )
