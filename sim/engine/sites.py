"""The base under pressure: gate, crowd, room, water, food, tension and perimeter, and what each does to people.

What people lack is constant between events, so nothing here ticks: levels run straight, crowds wait as
parties in line, and dangers are candidates judged by how things stand at that moment.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.admission import Admission
from sim.engine.agenda import Phase, Watch
from sim.engine.chance import exponential, share_of
from sim.engine.dangers import Dangers
from sim.engine.journal import EventId, fixed
from sim.engine.ledger import HIGHEST
from sim.engine.needs import Needs
from sim.engine.parties import Party
from sim.engine.perimeter import Perimeter
from sim.engine.rescue import Rescue
from sim.engine.site_state import SiteState
from sim.engine.ticks import DAY, Tick, from_hours
from sim.engine.water import Level
from sim.engine.works import Works
from sim.engine.wounded import AidPost

if TYPE_CHECKING:
    from sim.engine.tasks import Task
    from sim.engine.world import World


class Sites:
    """All sites of the mission at which people seek protection."""

    __slots__ = (
        "_people_first",
        "_ration_share",
        "_reason",
        "_shock",
        "_sweep",
        "_tensions",
        "_world",
        "admission",
        "aid_days",
        "aid_latrines",
        "brought_days",
        "dangers",
        "litres_per_m3",
        "needs",
        "perimeter",
        "rescue",
        "state",
        "works",
    )

    def __init__(self, world: World) -> None:
        value, journal = world.parameters, world.journal
        self._world = world
        self.litres_per_m3 = value["sites.litres_per_m3"]
        self._ration_share = value["sites.ration_share"]
        self.brought_days = value["sites.food_brought_days"]
        self.aid_days = value["sites.aid_days"]
        self.aid_latrines = value["sites.aid_people_per_latrine"]
        self._sweep = value["sites.sweep_finds"]
        self._people_first = round(value["sites.report_first"])
        self._shock = value["sites.alarm_per_shots"]
        events = ("shots", "attack", "police", "weapons", "rumour", "forced", "crush", "unrest", "firewood", "aid")
        self._tensions = {word: value[f"sites.tension_{word}"] for word in events}
        self._reason = {word: journal.name(word) for word in events}
        half = from_hours(value["sites.tension_half_life_h"])
        alarm_half = from_hours(value["sites.alarm_half_life_h"])

        self.state: dict[str, SiteState] = {}
        for spec in world.blueprint.places.values():
            if spec.site is None:
                continue
            key = journal.name(spec.id)
            aid = AidPost(world, spec.id, key, spec.rank, spec.site.beds)
            site = SiteState(spec.id, key, spec.rank, spec.site, aid)
            litres = self.litres_per_m3 / DAY
            stock = spec.site.water_stock_m3 * self.litres_per_m3
            site.water = Level(stock, spec.site.water_m3_per_day * litres, stock)
            site.food = Level(0.0, 0.0)
            standings, opened = world.ledger.standings, world.ledger.open
            tension, alarm = f"tension/{spec.id}", f"alarm/{spec.id}"
            site.tension_events = standings.get(tension) or opened(tension, 0.0, half_life_ticks=half)
            site.alarm = standings.get(alarm) or opened(alarm, 0.0, half_life_ticks=alarm_half)
            site.watch = Watch(world.agenda, Phase.PEOPLE, spec.rank, _looker(self, site))
            self.state[spec.id] = site
        self.admission = Admission(world, self)
        self.perimeter = Perimeter(world)
        self.needs = Needs(world, self)
        self.dangers = Dangers(world, self)
        self.works = Works(world)
        self.rescue = Rescue(world)

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
        self.works.begin()
        self.rescue.begin()

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
        self.admission.serve(site)
        if site.serving is None:
            self.admission.lose_patience(site, party)
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
        if site.full and self.admission.room(site):
            site.full = False
        self.admission.serve(site)
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
        self.admission.serve(site)
        self.needs.feel(site, row)

    # Gate, ground, supply

    def set_gate(self, place: str, state: str, row: EventId) -> EventId:
        """Open the gate, open it with a search, or shut it."""
        return self.admission.set_gate(place, state, row)

    def forced(self, site: SiteState, cause: EventId) -> None:
        """The crowd forces the gate."""
        self.admission.forced(site, cause)

    def open_annex(self, place: str, square_metres: float, row: EventId) -> None:
        """Ground beside the base is fenced and given to people."""
        site = self.state[place]
        row = self._world.journal.write(kinds.GROUND, self._world.now, site.key, (row,), fixed(square_metres))
        site.room_m2 += square_metres
        site.full = False
        site.cause = row
        self.admission.serve(site)
        self.needs.feel(site, row)

    def ration(self, place: str, row: EventId) -> None:
        """The base gives up part of its own water."""
        site = self.state[place]
        if site.released:
            return
        site.released = site.own_water * self._ration_share
        litres = fixed(site.released * self.litres_per_m3)
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
        site.water.change(self._world.now, inflow=max(0.0, produced) * self.litres_per_m3 / DAY)
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
        if site.gate == "shut":
            self._world.crowds.aggrieved(site.id, "gate-shut", row)
        self._world.intelligence.happened(
            "people-arriving", site.id, row, values={"place": site.id, "people": site.people},
            facts=[(site.id, "people", site.people), (site.id, "waiting", site.waiting)],
            urgent=site.gate == "shut",
        )  # fmt: skip


def _looker(sites: Sites, site: SiteState) -> Callable[[], None]:
    return lambda: sites.needs.look(site)
