"""The base under pressure: gate, crowd, room, water, food, tension and perimeter, and what each does to people.

What people lack is constant between events, so nothing here ticks: levels run straight, crowds wait as
parties in line, and dangers are candidates judged by how things stand at that moment.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase, Watch
from sim.engine.chance import exponential, share_of
from sim.engine.dangers import Dangers
from sim.engine.journal import EventId, fixed
from sim.engine.ledger import HIGHEST
from sim.engine.needs import Needs
from sim.engine.parties import Party
from sim.engine.perimeter import Perimeter
from sim.engine.site_state import SiteState
from sim.engine.ticks import DAY, HOUR, Tick, from_hours
from sim.engine.water import Level
from sim.engine.wounded import AidPost

if TYPE_CHECKING:
    from sim.engine.tasks import Task
    from sim.engine.world import World


class Sites:
    """All sites of the mission at which people seek protection."""

    __slots__ = (
        "_admit",
        "_armed",
        "_finds",
        "_gate_words",
        "_latrines_first",
        "_least_m2",
        "_patience",
        "_people_first",
        "_ration_share",
        "_reason",
        "_search",
        "_searcher",
        "_shock",
        "_stays_out",
        "_sweep",
        "_tensions",
        "_weapons_first",
        "_world",
        "aid_days",
        "aid_latrines",
        "brought_days",
        "dangers",
        "needs",
        "perimeter",
        "state",
        "thousand",
    )

    def __init__(self, world: World) -> None:
        value, journal = world.parameters, world.journal
        self._world = world
        self.thousand = value["sites.litres_per_m3"]
        self._ration_share = value["sites.ration_share"]
        self.brought_days = value["sites.food_brought_days"]
        self.aid_days = value["sites.aid_days"]
        self.aid_latrines = value["sites.aid_people_per_latrine"]
        self._least_m2 = value["sites.least_m2"]
        self._admit = value["sites.admit_per_hour"] / HOUR
        self._search = value["sites.search_per_hour"] / HOUR
        self._searcher = value["sites.search_per_police_hour"] / HOUR
        self._finds = value["sites.search_finds"]
        self._sweep = value["sites.sweep_finds"]
        self._armed = value["sites.armed_per_thousand"] / self.thousand
        self._patience = from_hours(value["sites.patience_h"])
        self._stays_out = value["sites.stays_at_wire"]
        self._people_first = round(value["sites.report_first"])
        self._weapons_first = round(value["sites.weapons_report"])
        self._shock = value["sites.alarm_per_shots"]
        events = ("shots", "attack", "police", "weapons", "rumour", "forced", "crush", "unrest", "firewood", "aid")
        self._tensions = {word: value[f"sites.tension_{word}"] for word in events}
        self._reason = {word: journal.name(word) for word in events}
        self._gate_words = {word: journal.name(word) for word in ("shut", "open", "search")}
        half = from_hours(value["sites.tension_half_life_h"])
        alarm_half = from_hours(value["sites.alarm_half_life_h"])

        self.state: dict[str, SiteState] = {}
        for spec in world.blueprint.places.values():
            if spec.site is None:
                continue
            key = journal.name(spec.id)
            aid = AidPost(world, spec.id, key, spec.rank, spec.site.beds)
            site = SiteState(spec.id, key, spec.rank, spec.site, aid)
            litres = self.thousand / DAY
            stock = spec.site.water_stock_m3 * self.thousand
            site.water = Level(stock, spec.site.water_m3_per_day * litres, stock)
            site.food = Level(0.0, 0.0)
            standings, opened = world.ledger.standings, world.ledger.open
            tension, alarm = f"tension/{spec.id}", f"alarm/{spec.id}"
            site.tension_events = standings.get(tension) or opened(tension, 0.0, half_life_ticks=half)
            site.alarm = standings.get(alarm) or opened(alarm, 0.0, half_life_ticks=alarm_half)
            site.watch = Watch(world.agenda, Phase.PEOPLE, spec.rank, _looker(self, site))
            self.state[spec.id] = site
        self.perimeter = Perimeter(world)
        self.needs = Needs(world, self)
        self.dangers = Dangers(world, self)

        truth = world.truth
        states = self.state
        truth.provide("waiting", lambda place: states[place].waiting if place in states else None)
        truth.provide("inside", lambda place: states[place].inside if place in states else None)
        truth.provide("gate", lambda place: states[place].gate if place in states else None)
        truth.provide("water", lambda place: self.litres(place) if place in states else None)
        truth.provide("density", lambda place: states[place].density if place in states else None)
        truth.provide("tension", lambda place: self.tension(place) if place in states else None, self._tension_reaches)
        truth.provide("wounded", lambda place: states[place].aid.waiting() if place in states else None)
        truth.provide("untreated", lambda place: states[place].aid.untreated() if place in states else None)
        truth.provide("weapons", lambda place: states[place].weapons if place in states else None)

    def begin(self) -> None:
        for site in self.state.values():
            row = self._world.beginning
            site.gate_row = site.arrived_row = site.cause = row
            self.needs.begin(site)
            self.dangers.begin(site)
            self.perimeter.count(site)

    def _tension_reaches(self, place: str, level: float) -> Tick | None:
        site = self.state.get(place)
        return None if site is None else site.tension_events.tick_at(level - site.discomfort, self._world.now)

    # What others ask

    def lets_in(self, place: str) -> bool:
        """Whether somebody who comes now would be let in."""
        site = self.state[place]
        return site.gate != "shut" and not site.full

    def litres(self, place: str) -> float:
        """Litres a person a day that people at a site get; what they need where nobody is."""
        site = self.state[place]
        return min(site.litres, site.need)

    def tension(self, place: str) -> float:
        """0 to 100."""
        return self.state[place].tension(self._world.now, HIGHEST)

    def cover(self, place: str) -> tuple[float, float]:
        """How well the inner ring (crowd) and the outer ring (armed men) are held, 0 to 1 each."""
        site = self.state.get(place)
        return self.perimeter.cover(site) if site is not None else (0.0, 0.0)

    def litres_least(self) -> float | None:
        """The least that people at any site had; ``None`` where nobody ever came."""
        least = min((site.litres_least for site in self.state.values()), default=math.inf)
        return least if least < math.inf else None

    def density_peak(self) -> float:
        """The densest crowd before any gate, people to the square metre."""
        return max((site.density_peak for site in self.state.values()), default=0.0)

    # People come and go

    def arrive(self, place: str, party: Party, row: EventId) -> None:
        """A party stands before the gate."""
        site = self.state[place]
        now = self._world.now
        if site.first_arrival < 0:
            site.first_arrival = now
            site.watch.expect(now + self.needs.first_days)
        site.arrived_row = row
        site.line.append(party)
        site.waiting += party.people
        site.food.change(now, add=party.people * self.brought_days)
        draw = self._world.chance.draw
        party.stays_until = site.want.at(now) + exponential(
            draw(f"{party.community.id}/stays/{place}", party.number), 1.0
        )
        site.stays_next = min(site.stays_next, party.stays_until)
        self._serve(site)
        if site.serving is None:
            self._lose_patience(site, party)
        self.needs.feel(site, row)
        self._tell_people(site, row)

    def left(self, place: str, party: Party) -> None:
        """A party leaves the site of its own accord; its journal row follows."""
        site = self.state[place]
        if party in site.within:
            site.within.remove(party)
            site.inside -= party.people
        else:
            if site.serving is not None and site.line[0] is party:
                site.serving.cancel()
                site.serving = None
            site.line.remove(party)
            site.waiting -= party.people
        if site.full and site.inside < site.room_m2 / self._least_m2:
            site.full = False
        self._serve(site)
        site.forget(party)
        self.needs.feel(site, site.cause)
        if not site.people and site.people_told:
            site.people_told = 0
            self._world.intelligence.happened(
                "site-quiet", place, site.cause, values={"place": place}, facts=[(place, "people", 0)]
            )
        elif site.people * 2 <= site.people_told and site.people_told > self._people_first:
            site.people_told = site.people

    def lost(self, place: str, party: Party, people: int, row: EventId) -> None:
        """Some of a party at the site died; its own number is lower already."""
        site = self.state[place]
        if party in site.within:
            site.inside -= people
            if not party.people:
                site.within.remove(party)
                site.forget(party)
        elif party in site.line:
            site.waiting -= people
            if not party.people:
                if site.serving is not None and site.line[0] is party:
                    site.serving.cancel()
                    site.serving = None
                site.line.remove(party)
                site.forget(party)
        self._serve(site)
        self.needs.feel(site, row)

    def _serve(self, site: SiteState) -> None:
        """Let the next party in, as fast as gate or search allow."""
        if site.serving is not None or site.gate == "shut" or not site.line:
            return
        party = site.line[0]
        if site.inside + party.people > site.room_m2 / self._least_m2:
            self._is_full(site)
            return
        pace = self._admit
        if site.gate == "search":
            pace = min(pace, self._search + self._searcher * (site.screeners + site.inner_heads))
        length = max(1, round(party.people / pace))
        site.serving = self._world.agenda.after(length, Phase.PEOPLE, site.rank, self._let_in, (site, party))

    def _let_in(self, event: At) -> None:
        site, party = event.payload
        world = self._world
        site.serving = None
        site.line.remove(party)
        site.within.append(party)
        site.waiting -= party.people
        site.inside += party.people
        row = world.journal.write(kinds.ADMITTED, world.now, site.key, _both(party.row, site.gate_row), party.people)
        draw = world.chance.draw
        name = f"{party.community.id}/weapons"
        weapons = math.floor(party.people * self._armed + draw(name, party.number))
        if site.gate == "search" and weapons:
            found = share_of(weapons, self._finds, draw(f"{name}/found", party.number))
            row = world.journal.write(kinds.SCREENED, world.now, site.key, (row,), party.people, found)
            weapons -= found
        site.weapons += weapons
        self._serve(site)
        self.needs.feel(site, row)
        if site.weapons >= max(self._weapons_first, 2 * site.weapons_told):
            site.weapons_told = site.weapons
            self.stir(site, self._tensions["weapons"], row, "weapons")
            world.intelligence.happened(
                "weapons-inside", site.id, row, values={"place": site.id, "count": site.weapons}
            )

    def _is_full(self, site: SiteState) -> None:
        if site.full:
            return
        world = self._world
        site.full = True
        row = world.journal.write(kinds.FULL, world.now, site.key, (site.arrived_row,), site.inside)
        site.cause = row
        for party in site.line:
            self._lose_patience(site, party)
        world.truth.event("full", site.id, row)
        world.intelligence.happened(
            "site-full", site.id, row, values={"place": site.id, "people": site.inside},
            facts=[(site.id, "inside", site.inside)], urgent=True,
        )  # fmt: skip

    def _lose_patience(self, site: SiteState, party: Party) -> None:
        """Nobody is let in: this party will give up after a while, or stay at the wire for good."""
        draw = self._world.chance.draw
        name = f"{party.community.id}/wire/{site.id}"
        if draw(name, 2 * party.number) < self._stays_out:
            return
        wait = exponential(draw(name, 2 * party.number + 1), self._patience)
        self._world.agenda.after(max(1, round(wait)), Phase.PEOPLE, site.rank, self._gives_up, (site, party))

    def _gives_up(self, event: At) -> None:
        site, party = event.payload
        if party not in site.line or site.serving is not None or self.lets_in(site.id):
            return
        self._world.people.turned_away(party, site.id, site.cause if site.full else site.gate_row)

    # Gate, ground, supply

    def set_gate(self, place: str, state: str, row: EventId) -> EventId:
        """Open the gate, open it with a search, or shut it."""
        site = self.state[place]
        if site.gate == state:
            return site.gate_row
        world = self._world
        site.gate = state
        site.gate_row = row = world.journal.write(kinds.GATE, world.now, site.key, (row,), self._gate_words[state])
        site.cause = row
        if site.serving is not None:
            site.serving.cancel()
            site.serving = None
        if state == "shut":
            for party in site.line:
                self._lose_patience(site, party)
        self._serve(site)
        self.needs.feel(site, row)
        world.truth.changed(place, "gate", row)
        world.truth.event("gate", place, row)
        world.intelligence.happened(
            f"gate-{state}", place, row, values={"place": place}, facts=[(place, "gate", state)]
        )
        return row

    def forced(self, site: SiteState, cause: EventId) -> None:
        """The crowd forces the gate: everybody before it is inside, and it stays open until it is shut again (H14)."""
        world = self._world
        row = world.journal.write(kinds.FORCED_ENTRY, world.now, site.key, (cause,), site.waiting)
        self.dangers.crush(site, row)
        entered = site.waiting
        site.within += site.line
        site.line = []
        site.inside += entered
        site.waiting = 0
        site.weapons += math.floor(entered * self._armed + 0.5)
        site.gate = "open"
        site.gate_row = row
        site.cause = row
        self.stir(site, self._tensions["forced"], row, "forced")
        self.needs.feel(site, row)
        world.truth.changed(site.id, "gate", row)
        world.truth.event("forced-entry", site.id, row)
        world.intelligence.happened(
            "gate-forced", site.id, row, values={"place": site.id, "people": entered},
            facts=[(site.id, "gate", "open")], urgent=True,
        )  # fmt: skip

    def open_annex(self, place: str, square_metres: float, row: EventId) -> None:
        """Ground beside the base is fenced and given to people."""
        site = self.state[place]
        row = self._world.journal.write(kinds.GROUND, self._world.now, site.key, (row,), fixed(square_metres))
        site.room_m2 += square_metres
        site.full = False
        site.cause = row
        self._serve(site)
        self.needs.feel(site, row)

    def ration(self, place: str, row: EventId) -> None:
        """The base gives up part of its own water."""
        site = self.state[place]
        if site.released:
            return
        site.released = site.own_water * self._ration_share
        litres = fixed(site.released * self.thousand)
        self._flow(site, self._world.journal.write(kinds.RATIONED, self._world.now, site.key, (row,), litres))

    def trucked(self, place: str, m3_per_day: float, row: EventId) -> None:
        """Water trucks bring so much a day from now on; nothing ends it."""
        site = self.state[place]
        if site.trucked != m3_per_day:
            site.trucked = m3_per_day
            self._flow(site, row)

    def aid(self, place: str, row: EventId) -> None:
        """A convoy brings food for those who are there, and latrines are dug."""
        site = self.state.get(place)
        if site is None:
            return
        days = site.people * self.aid_days
        row = self._world.journal.write(
            kinds.SUPPLIED, self._world.now, site.key, (row,), self._world.journal.name("food"), fixed(days)
        )
        site.food.change(self._world.now, add=days)
        site.latrines += math.ceil(site.people / self.aid_latrines)
        self.stir(site, self._tensions["aid"], row, "aid")
        self.needs.feel(site, row)

    def _flow(self, site: SiteState, row: EventId) -> None:
        produced = site.spec.water_m3_per_day + site.released + site.trucked
        site.water.change(self._world.now, inflow=max(0.0, produced) * self.thousand / DAY)
        site.cause = row
        self.needs.feel(site, row)

    # Perimeter and what happens around it

    def task_began(self, task: Task) -> None:
        """A unit was given the perimeter, the search or the firewood patrol of a site."""
        site = self.state.get(task.place)
        if site is None:
            return
        site.tasks.append(task)
        site.screening += task.response.mechanism == "screening"
        self._heads_changed(site, task.row)
        if task.response.mechanism == "screening":
            self._sweep_inside(site, task.row)

    def task_ended(self, task: Task) -> None:
        """It was relieved of it."""
        site = self.state.get(task.place)
        if site is not None and task in site.tasks:
            site.tasks.remove(task)
            site.screening -= task.response.mechanism == "screening"
            self._heads_changed(site, task.row)

    def presence_changed(self, place: str, row: EventId) -> None:
        """Units came or went."""
        site = self.state.get(place)
        if site is not None:
            self._heads_changed(site, row)

    def shots_near(self, place: str, row: EventId) -> None:
        """Shots are heard at the site."""
        self._alarm(place, "shots", row)

    def attack(self, place: str, strength: float, row: EventId) -> None:
        """So many armed men attack the site; whoever makes them do so tells people the harm."""
        if strength > 0.0:
            self._alarm(place, "attack", row)

    def _alarm(self, place: str, reason: str, row: EventId) -> None:
        site = self.state.get(place)
        if site is None:
            return
        enter = self._world.ledger.enter
        enter(site.alarm, self._shock, (row,), self._reason[reason])
        if site.people:
            enter(site.tension_events, self._tensions[reason], (row,), self._reason[reason])
            self.needs.feel(site, row)
            self.dangers.crush(site, row)

    def forked(self) -> None:
        """Another future begins: the dangers that were waited for are drawn anew."""
        for site in self.state.values():
            self.dangers.forked(site)

    def police_entry(self, row: EventId, place: str = "") -> None:
        """Police of the host state come in to search."""
        for site in self.state.values():
            if (not place or site.id == place) and site.people:
                entered = self._world.journal.write(
                    kinds.ENTERED, self._world.now, site.key, (row,), self._reason["police"]
                )
                self.stir(site, self._tensions["police"], entered, "police")
                self._world.truth.event("police-entered", site.id, entered)

    def rumour(self, place: str, row: EventId) -> None:
        """A rumour runs through those who shelter at a site."""
        site = self.state.get(place)
        if site is not None and site.people:
            self.stir(site, self._tensions["rumour"], row, "rumour")

    def stir(self, site: SiteState, amount: float, cause: EventId, reason: str) -> None:
        """Move a site's tension by an event."""
        self._world.ledger.enter(site.tension_events, amount, (cause,), self._reason[reason])
        self.needs.tell_tension(site, cause)

    def wounded_arrive(self, place: str, wounded: int, cause: EventId) -> None:
        """Wounded are brought to the site's doctor."""
        self.state[place].aid.arrive(wounded, cause)

    def evacuated(self, place: str, seats: int, row: EventId) -> int:
        """Up to so many wounded are lifted out; return how many."""
        site = self.state.get(place)
        return site.aid.take(seats, row) if site is not None else 0

    def _heads_changed(self, site: SiteState, row: EventId) -> None:
        before = site.inner_heads
        self.perimeter.count(site)
        if site.inner_heads != before and site.people:
            self.needs.feel(site, row)

    def _sweep_inside(self, site: SiteState, row: EventId) -> None:
        if not site.weapons:
            return
        world = self._world
        found = share_of(site.weapons, self._sweep, world.chance.draw(f"{site.id}/sweep", site.weapons))
        row = world.journal.write(kinds.SCREENED, world.now, site.key, (row,), site.inside, found)
        site.weapons -= found
        site.weapons_told = min(site.weapons_told, site.weapons)

    def _tell_people(self, site: SiteState, row: EventId) -> None:
        if site.people < max(self._people_first, 2 * site.people_told):
            return
        site.people_told = site.people
        self._world.intelligence.happened(
            "people-arriving", site.id, row, values={"place": site.id, "people": site.people},
            facts=[(site.id, "people", site.people), (site.id, "waiting", site.waiting)],
            urgent=site.gate == "shut",
        )  # fmt: skip


def _both(first: EventId, second: EventId) -> tuple[EventId, ...]:
    return (first,) if first == second else (first, second)


def _looker(sites: Sites, site: SiteState) -> Callable[[], None]:
    return lambda: sites.needs.look(site)
