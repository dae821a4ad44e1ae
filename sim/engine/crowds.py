"""Crowds and riots: how grievances gather people, what they do at each turn, and what sends them home.

Anger at a place is one leaky standing, moved by what was done to people there. While it is high, people may gather;
a crowd then has turns of its own, at which it goes home, stands, grows, turns violent, or shows arms. How far it can
act follows from who faces it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import lognormal, poisson
from sim.engine.exposure import Candidate, Candidates
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST, Standing
from sim.engine.public_order import PublicOrder
from sim.engine.ticks import DAY, MINUTE, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.world import World

CALM, ANGRY, VIOLENT, ARMED, NONE = "calm", "angry", "violent", "armed", "none"
MISSION, AUTHORITIES, COMMUNITY = "mission", "authorities", "community"

AGAINST: Final = {
    "mission-harm": MISSION, "gate-shut": MISSION, "hunger": MISSION, "search": MISSION, "conduct": MISSION,
    "left-behind": MISSION, "rumour": MISSION, "curfew": AUTHORITIES, "beating": AUTHORITIES,
}  # fmt: skip
"""Whom people hold answerable for each grievance."""


class Crowd:
    """People who have come together at a place, and for what."""

    __slots__ = ("_anger", "against", "beaten", "key", "led", "mood", "name", "people", "place", "rank", "row", "turns")

    def __init__(self, name: str, place: str, key: int, rank: int, people: int, against: str, anger: Standing) -> None:
        self.name = name
        self.place = place
        self.key = key
        self.rank = rank
        self.people = people
        self.against = against
        self.led = False
        """Whether it has leaders who can be talked to."""
        self.mood = CALM
        self.beaten = False
        """Whether the authorities have struck back; people get angry at it once, not at each blow."""
        self.turns = 0
        self.row: EventId = 0
        self._anger = anger

    def anger(self, tick: Tick) -> float:
        """0 to 100."""
        return self._anger.value_at(tick)


class Crowds:
    """Anger at every place, and the crowds it makes."""

    __slots__ = (
        "_amounts",
        "_angry",
        "_arms",
        "_arms_fighting",
        "_begun",
        "_blame",
        "_gate",
        "_gathers",
        "_growth",
        "_half",
        "_hurt",
        "_killed",
        "_least",
        "_led",
        "_looks",
        "_numbers",
        "_odds",
        "_property",
        "_protests",
        "_share",
        "_share_sigma",
        "_shock",
        "_staff",
        "_tense",
        "_thins",
        "_threshold",
        "_tires",
        "_turn",
        "_turns",
        "_world",
        "order",
        "state",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        value = world.parameters
        self._world = world
        self._half = from_hours(value["crowds.anger_half_life_h"])
        self._threshold = value["crowds.anger_threshold"]
        self._angry = value["crowds.anger_angry"]
        self._begun = value["crowds.anger_at_birth"]
        self._gathers = DAY / value["crowds.gathers_per_day"]
        self._turn = value["crowds.turn_minutes"] * MINUTE
        self._share = value["crowds.share_of_people"]
        self._share_sigma = value["crowds.share_sigma"]
        self._least = round(value["crowds.least_people"])
        self._led = value["crowds.led_share"]
        self._growth = value["crowds.growth"]
        self._thins = value["crowds.thins"]
        self._tires = value["crowds.violence_thins"]
        self._odds = {
            "goes": value["crowds.weight_goes"],
            "stands": value["crowds.weight_stands"],
            "grows": value["crowds.weight_grows"],
            "violent": value["crowds.weight_violent"],
            "armed": value["crowds.weight_armed"],
        }
        self._arms = value["crowds.arms_quiet"]
        self._arms_fighting = value["crowds.arms_fighting"]
        self._gate = value["crowds.forces_gate_chance"]
        self._killed = value["crowds.riot_killed"]
        self._hurt = value["crowds.riot_wounded"]
        self._staff = value["crowds.staff_hurt"]
        self._property = value["crowds.property_credibility"]
        self._shock = value["crowds.riot_fear"]
        self._tense = value["crowds.site_tension"]
        self._amounts = {
            "mission-harm": value["crowds.anger_mission_harm"],
            "gate-shut": value["crowds.anger_gate_shut"],
            "hunger": value["crowds.anger_hunger"],
            "search": value["crowds.anger_search"],
            "conduct": value["crowds.anger_conduct"],
            "left-behind": value["crowds.anger_left_behind"],
            "rumour": value["crowds.anger_rumour"],
            "curfew": value["crowds.anger_curfew"],
            "beating": value["crowds.anger_beating"],
        }
        self._blame: dict[str, tuple[str, EventId]] = {}
        self._protests: dict[str, Candidates] = {}
        self._looks: dict[str, At] = {}
        self._turns: dict[str, tuple[Candidates, At | None]] = {}
        self._numbers: dict[str, int] = {}
        self.state: dict[str, Crowd] = {}
        self.order = PublicOrder(world, self)

    def begin(self) -> None:
        world = self._world
        places = world.blueprint.places
        world.truth.provide("crowd", lambda place: self.mood(place) if place in places else None)
        world.truth.provide("crowd-people", lambda place: self.people(place) if place in places else None)
        world.truth.provide("anger", lambda place: self.anger(place) if place in places else None, self._anger_reaches)
        self.order.begin()

    # What others ask

    def mood(self, place: str) -> str:
        """calm, angry, violent or armed; none where there is no crowd."""
        crowd = self.state.get(place)
        return NONE if crowd is None else crowd.mood

    def people(self, place: str) -> int:
        crowd = self.state.get(place)
        return 0 if crowd is None else crowd.people

    def anger(self, place: str) -> float:
        """Anger among people at a place, 0 to 100."""
        standing = self._world.ledger.standings.get(f"anger/{place}")
        return 0.0 if standing is None else standing.value_at(self._world.now)

    def _anger_reaches(self, place: str, level: float) -> Tick | None:
        standing = self._world.ledger.standings.get(f"anger/{place}")
        return None if standing is None else standing.tick_at(level, self._world.now)

    # Grievances

    def aggrieved(self, place: str, reason: str, row: EventId, share: float = 1.0) -> None:
        """Something was done to people at a place; enough of it and they gather.

        Args:
            reason: mission-harm, gate-shut, hunger, search, conduct, left-behind, rumour, curfew or beating.
            share: of the usual weight of the reason.
        """
        self._stir(place, self._amounts[reason] * share, row, reason)
        crowd = self.state.get(place)
        if crowd is None:
            self._blame[place] = (AGAINST[reason], row)
            self._watch(place)

    def move(self, crowd: Crowd, amount: float, row: EventId) -> None:
        """Make a crowd angrier or calmer."""
        if amount:
            self._stir(crowd.place, amount, row, "crowd-control")

    def _stir(self, place: str, amount: float, row: EventId, reason: str) -> None:
        world = self._world
        entry = world.ledger.enter(self._standing(place), amount, (row,), world.journal.name(reason))
        world.truth.changed(place, "anger", entry)

    def _standing(self, place: str) -> Standing:
        name = f"anger/{place}"
        ledger = self._world.ledger
        return ledger.standings.get(name) or ledger.open(name, 0.0, half_life_ticks=self._half)

    def _watch(self, place: str) -> None:
        if place in self._looks or self.anger(place) <= self._threshold:
            return
        world = self._world
        candidates = self._protests.get(place)
        if candidates is None:
            candidates = self._protests[place] = Candidates(
                world.chance, world.journal, f"{place}/protest", self._gathers
            )
        candidate = candidates.after(world.now)
        self._looks[place] = world.agenda.at(
            candidate.tick, Phase.PEOPLE, world.places.state[place].rank, self._look, (place, candidate)
        )

    def _look(self, event: At) -> None:
        place, candidate = event.payload
        del self._looks[place]
        world = self._world
        if place in self.state:
            return
        anger = self.anger(place)
        if anger <= self._threshold:
            return
        against, row = self._blame[place]
        chance = (anger - self._threshold) / (HIGHEST - self._threshold)
        key = world.places.state[place].key
        accepted, row = self._protests[place].judge(world.journal, candidate, chance, key, (row,))
        if accepted:
            share = lognormal(candidate.mark, self._share, self._share_sigma)
            self.gather(place, math.ceil(share * self._present(place)), against, row)
        if place not in self.state:
            self._watch(place)

    def _present(self, place: str) -> int:
        """People who may come: those at the place, or those whom the scenario only counts there."""
        return self._world.people.at(place) or self._world.blueprint.places[place].people

    # A crowd

    def gather(self, place: str, people: int, against: str, row: EventId) -> None:
        """People come together at a place; those who are there already are joined."""
        world = self._world
        present = self._present(place)
        people = min(people, present) if present else people
        people = round(people * world.host_state.curfews.abroad(place))
        if people < self._least:
            return
        crowd = self.state.get(place)
        here = world.places.state[place]
        if crowd is None:
            number = self._numbers[place] = self._numbers.get(place, 0) + 1
            name = f"crowd/{place}/{number}"
            crowd = Crowd(name, place, here.key, here.rank, people, against, self._standing(place))
            crowd.led = world.chance.draw(f"{name}/led") < self._led
            self.state[place] = crowd
        else:
            crowd.people = min(crowd.people + people, max(present, crowd.people))
        crowd.row = world.journal.write(
            kinds.CROWD_GATHERED, world.now, here.key, (row,), crowd.people, world.journal.name(against)
        )
        lacking = self._begun - crowd.anger(world.now)
        if lacking > 0.0:
            self._stir(place, lacking, crowd.row, "gathering")
        crowd.mood = self._temper(crowd)
        self._tell(crowd, "crowd-gathers")
        world.truth.event("crowd-gathered", place, crowd.row)
        site = world.sites.state.get(place)
        if site is not None and site.people:
            world.sites.stir(site, self._tense, crowd.row, "unrest")
        self.order.called(crowd)
        for task in self.order.tasks.get(place, ()):
            self.order.meet(crowd, task, crowd.row)
        if place in self.state:
            self._next(crowd)

    def thin(self, crowd: Crowd, share: float, row: EventId, how: str) -> None:
        """A share of a crowd runs or goes home; what is left of too few is no crowd."""
        crowd.people -= round(crowd.people * share)
        if crowd.people < self._least:
            self._over(crowd, row, how)
        else:
            self._world.truth.changed(crowd.place, "crowd-people", row)

    def _temper(self, crowd: Crowd) -> str:
        if crowd.mood == ARMED:
            return ARMED
        return ANGRY if crowd.anger(self._world.now) >= self._angry else CALM

    def _next(self, crowd: Crowd) -> None:
        world = self._world
        candidates, pending = self._turns.get(crowd.place) or (
            Candidates(world.chance, world.journal, f"{crowd.place}/crowd", self._turn), None,
        )  # fmt: skip
        if pending is not None:
            pending.cancel()
        candidate = candidates.after(world.now)
        due = world.agenda.at(candidate.tick, Phase.PEOPLE, crowd.rank, self._turns_over, (crowd, candidate))
        self._turns[crowd.place] = (candidates, due)

    def forked(self) -> None:
        """Another future begins: gatherings and turns that were waited for are drawn anew."""
        now = self._world.now
        for candidates in (*self._protests.values(), *(turns for turns, _ in self._turns.values())):
            candidates.forked(now)
        for place, look in list(self._looks.items()):
            look.cancel()
            del self._looks[place]
            self._watch(place)
        for crowd in self.state.values():
            self._next(crowd)

    def _turns_over(self, event: At) -> None:
        """What the crowd does next."""
        crowd: Crowd = event.payload[0]
        candidate: Candidate = event.payload[1]
        if self.state.get(crowd.place) is not crowd:
            return
        world = self._world
        anger = crowd.anger(world.now) / HIGHEST
        held = self.order.held(crowd)
        free = 1.0 - held
        weight = self._odds
        odds = {
            "goes": weight["goes"] * (1.0 - anger) * (1.0 + held) * (2.0 if world.places.is_night(world.now) else 1.0),
            "stands": weight["stands"],
            "grows": weight["grows"] * anger * free,
            "violent": weight["violent"] * anger * anger * free,
            "armed": weight["armed"] * anger * self._weapons(crowd.place) * free if crowd.mood != ARMED else 0.0,
        }
        outcome = world.chance.choose(
            f"{crowd.name}/turn", odds, causes=(crowd.row,), terms={"anger": anger, "held": held}, ordinal=crowd.turns
        )
        crowd.turns += 1
        self._does(crowd, outcome.outcome, candidate, outcome.row)
        if self.state.get(crowd.place) is crowd:
            self._next(crowd)

    def _does(self, crowd: Crowd, what: str, candidate: Candidate, row: EventId) -> None:
        before = crowd.mood
        if what == "goes":
            self.thin(crowd, self._thins, row, "went-home")
        elif what == "grows":
            most = max(self._present(crowd.place), crowd.people)
            crowd.people = min(most, math.ceil(crowd.people * self._growth))
        elif what == "violent":
            crowd.mood = ARMED if before == ARMED else VIOLENT
            self._riot(crowd, candidate, row)
        elif what == "armed":
            crowd.mood = ARMED
        if crowd.place not in self.state or what == "stands":
            return
        if what not in ("violent", "armed"):
            crowd.mood = self._temper(crowd)
        world = self._world
        crowd.row = world.journal.write(
            kinds.CROWD_TURNED, world.now, crowd.key, (row,), world.journal.name(crowd.mood), crowd.people
        )
        if crowd.mood != before:
            self._tell(crowd, f"crowd-{crowd.mood}")
            if crowd.mood == ARMED:
                world.handover.exceeded(crowd.place, crowd.row)

    def _weapons(self, place: str) -> float:
        """How likely arms are in the hands of people at a place, 0 to 1."""
        site = self._world.sites.state.get(place)
        if site is not None and site.weapons:
            return self._arms_fighting
        word = self._world.groups.hostilities.word(place)
        return self._arms if word == "quiet" else self._arms_fighting

    # Violence

    def _riot(self, crowd: Crowd, candidate: Candidate, row: EventId) -> None:
        """Too little stands in its way: stones, fire, the gate; people are hurt."""
        world = self._world
        place = crowd.place
        site = world.sites.state.get(place)
        free = 1.0 - self.order.held(crowd)
        killed = wounded = 0
        if crowd.against == MISSION:
            if site is not None and site.gate == "shut" and site.waiting and candidate.second < self._gate * free:
                world.sites.forced(site, row)
            hurt = poisson(candidate.mark, self._staff * free)
            world.security.hurt(place, hurt, row)
            world.standing("credibility/mission", -self._property * free, (row,), "riot")
            world.measures.count("property_incidents", 1, row)
        else:
            killed = poisson(candidate.mark, self._killed * free)
            wounded = poisson(candidate.second, self._hurt * free)
            killed, wounded = world.people.strike(place, killed, wounded, row, inside=site is not None)
        done = world.journal.write(
            kinds.CROWD_VIOLENT, world.now, crowd.key, (row,), world.journal.name(crowd.against), killed, wounded
        )
        world.people.shock(place, self._shock, done)
        world.truth.event("crowd-violent", place, done)
        world.intelligence.happened(
            "crowd-violence", place, done,
            values={"place": place, "people": crowd.people, "killed": killed, "wounded": wounded},
            facts=((place, "crowd", crowd.mood),), urgent=True,
        )  # fmt: skip
        if not self.order.fired(crowd, done) and crowd.against == AUTHORITIES and free == 1.0 and not crowd.beaten:
            crowd.beaten = True
            self.aggrieved(place, "beating", done, free)
        if self.state.get(place) is crowd:
            # Violence tires and frightens: with each outbreak some have had enough, or have what they came for.
            self.thin(crowd, self._tires, done, "had-enough")

    def _over(self, crowd: Crowd, row: EventId, how: str) -> None:
        world = self._world
        del self.state[crowd.place]
        pending = self._turns[crowd.place][1] if crowd.place in self._turns else None
        if pending is not None:
            pending.cancel()
        over = world.journal.write(kinds.CROWD_OVER, world.now, crowd.key, (row,), world.journal.name(how))
        crowd.row = over
        world.truth.changed(crowd.place, "crowd", over)
        world.truth.event("crowd-over", crowd.place, over)
        world.intelligence.happened(
            "crowd-gone", crowd.place, over, values={"place": crowd.place}, facts=((crowd.place, "crowd", NONE),)
        )
        world.handover.calmed(crowd.place, over)
        self._blame[crowd.place] = (crowd.against, over)
        self._watch(crowd.place)

    def _tell(self, crowd: Crowd, phrase: str) -> None:
        world = self._world
        world.truth.changed(crowd.place, "crowd", crowd.row)
        world.truth.changed(crowd.place, "crowd-people", crowd.row)
        world.intelligence.happened(
            phrase, crowd.place, crowd.row,
            values={"place": crowd.place, "people": crowd.people, "against": crowd.against},
            facts=((crowd.place, "crowd", crowd.mood),), urgent=crowd.mood != CALM,
        )  # fmt: skip
