"""What people at a site lack: water, room, food, latrines, a place behind the gate; and what lack does to them.

Nobody dies of thirst within days; tempers go, people fall ill, and some move on (H1-H6).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.flight import NOTHING, Fading
from sim.engine.journal import EventId, fixed
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import DAY, from_hours

if TYPE_CHECKING:
    from sim.engine.site_state import SiteState
    from sim.engine.sites import Sites
    from sim.engine.world import World

LACKS = ("water", "room", "gate", "latrines", "food")


class Needs:
    """States anew, at each change, what there is for each head, and tells it when it is news."""

    __slots__ = (
        "_crowded_m2",
        "_litres_first",
        "_litres_short",
        "_move_rate",
        "_people_first",
        "_press_full",
        "_press_share",
        "_relief",
        "_sites",
        "_step",
        "_tension_step",
        "_weight",
        "_world",
        "first_days",
        "latrines_per_head",
        "litres_standard",
    )

    def __init__(self, world: World, sites: Sites) -> None:
        value = world.parameters
        self._world = world
        self._sites = sites
        self._litres_first = value["sites.litres_first"]
        self.litres_standard = value["sites.litres_standard"]
        self.first_days = from_hours(value["sites.litres_first_h"])
        self._litres_short = value["sites.litres_short"]
        self._step = value["sites.litres_step"]
        self.latrines_per_head = 1.0 / value["sites.people_per_latrine"]
        self._crowded_m2 = value["sites.crowded_m2"]
        self._press_share = value["sites.press_share"]
        self._press_full = value["sites.press_full"]
        self._relief = value["sites.inner_relief"]
        self._move_rate = value["sites.move_on_per_day"] / DAY
        self._tension_step = value["sites.tension_step"]
        self._people_first = round(value["sites.report_first"])
        self._weight = {lack: value[f"sites.weight_{lack}"] for lack in LACKS}

    def begin(self, site: SiteState) -> None:
        """Before anybody came."""
        site.need = self._litres_first

    def feel(self, site: SiteState, row: EventId) -> None:
        """Numbers or supplies changed: state water, crowd, want and tension anew and look ahead."""
        now = self._world.agenda.now
        people = site.inside + site.waiting
        if site.first_arrival >= 0 and now - site.first_arrival >= self.first_days:
            site.need = self.litres_standard
        site.water.change(now, demand=people * site.need / DAY)
        site.food.change(now, demand=people / DAY)
        before = site.waiting_told, site.inside_told, site.litres, site.density
        short = want = 0.0
        if site.waiting or site.density:
            self._press(site)
        site.litres = math.inf
        if people:
            site.litres = site.water.met(now) * site.need
            site.litres_least = min(site.litres_least, site.litres)
            short = 1.0 - min(1.0, site.litres / self._litres_first)
            weight = self._weight
            want = (
                weight["water"] * short
                + weight["room"] * (1.0 - min(1.0, site.room_m2 / (max(site.inside, 1) * self._crowded_m2)))
                + weight["gate"] * site.waiting / people
                + weight["latrines"] * (1.0 - min(1.0, site.latrines / (people * self.latrines_per_head)))
                + weight["food"] * (1.0 - site.food.met(now))
            )
        site.discomfort = want * (1.0 - self._relief * self._sites.perimeter.cover(site)[0])
        site.want.change(now, Fading(self._move_rate * short, 0.0, 0.0) if short > 0.0 else NOTHING)
        self._look_ahead(site)
        self._sites.dangers.watch(site)
        if people:
            self._tell_water(site, row)
        self.tell_tension(site, row)
        self._tell_crowd(site, row)
        self._changed(site, before, row)

    def _press(self, site: SiteState) -> None:
        """Only some press at the gate itself, more while shots are heard; the others sit down along the wire."""
        alarm = site.alarm.value_at(self._world.now) / HIGHEST
        pressing = site.waiting * (self._press_share + (1.0 - self._press_share) * alarm)
        site.density = self._press_full * -math.expm1(-pressing / (site.gate_m2 * self._press_full))
        site.density_peak = max(site.density_peak, site.density)

    def _look_ahead(self, site: SiteState) -> None:
        now = self._world.agenda.now
        for gone in (site.water.empty_at(), site.food.empty_at()):
            if gone is not None:
                site.watch.expect(gone if gone > now else now + 1)
        if site.stays_next < math.inf:
            due = site.want.reaches(site.stays_next, now, self._world.horizon)
            if due is not None:
                site.watch.expect(max(due, now + 1))

    def look(self, site: SiteState) -> None:
        """A level ran out, or somebody has had enough, or it was too early."""
        world = self._world
        gone = site.want.at(world.now)
        if site.stays_next <= gone:
            for party in [party for party in (*site.within, *site.line) if party.stays_until <= gone]:
                site.moved_on += party.people
                world.people.move_on(party, site.cause)
            if site.moved_on >= max(self._people_first, 2 * site.moved_told):
                site.moved_told = site.moved_on
                world.intelligence.happened(
                    "people-moving-on", site.id, site.cause, values={"place": site.id, "people": site.moved_on}
                )
        hungry = bool(site.people) and site.food.met(world.now) < 1.0
        if hungry and not site.hungry:
            food = world.journal.name("food")
            row = world.journal.write(kinds.SHORTAGE, world.now, site.key, (site.arrived_row,), food)
            world.truth.event("food-short", site.id, row)
            world.crowds.aggrieved(site.id, "hunger", row)
            world.intelligence.happened("food-short", site.id, row, values={"place": site.id, "people": site.people})
        site.hungry = hungry
        self.feel(site, site.arrived_row)

    def _changed(self, site: SiteState, before: tuple[int, int, float, float], row: EventId) -> None:
        changed = self._world.truth.changed
        if site.waiting != before[0]:
            site.waiting_told = site.waiting
            changed(site.id, "waiting", row)
        if site.inside != before[1]:
            site.inside_told = site.inside
            changed(site.id, "inside", row)
        if site.litres != before[2]:
            changed(site.id, "water", row)
        if site.density != before[-1]:
            changed(site.id, "density", row)

    def _tell_water(self, site: SiteState, row: EventId) -> None:
        told = site.litres_told
        if told < math.inf and told * self._step <= site.litres <= told / self._step:
            return
        world = self._world
        site.litres_told = site.litres
        site.cause = row = world.journal.write(kinds.WATER, world.now, site.key, (row,), fixed(site.litres))
        if site.litres < self._litres_short and site.litres < told:
            world.truth.event("water-short", site.id, row)
            world.intelligence.happened(
                "water-short",
                site.id,
                row,
                values={"place": site.id, "litres": site.litres, "people": site.people},
                facts=[(site.id, "water", site.litres)],
            )

    def tell_tension(self, site: SiteState, row: EventId) -> None:
        """Tension is told in steps; from the middle of the scale on a rise is news."""
        tension = site.tension(self._world.now, HIGHEST)
        band = math.floor(tension / self._tension_step)
        if band == site.tension_told:
            return
        world = self._world
        rising = band > site.tension_told
        site.tension_told = band
        row = world.journal.write(kinds.TENSION, world.now, site.key, (row,), fixed(tension))
        world.truth.changed(site.id, "tension", row)
        if rising and 2 * band * self._tension_step >= HIGHEST:
            facts = [(site.id, "tension", tension)]
            world.intelligence.happened("tension-rising", site.id, row, values={"place": site.id}, facts=facts)

    def _tell_crowd(self, site: SiteState, row: EventId) -> None:
        band = math.floor(site.density)
        if band == site.crowd_told:
            return
        rising = band > site.crowd_told
        site.crowd_told = band
        world = self._world
        row = world.journal.write(kinds.CROWD, world.now, site.key, (row,), fixed(site.density))
        if rising and band >= 2:
            world.truth.event("crowd", site.id, row)
            world.intelligence.happened(
                "crowd-at-gate",
                site.id,
                row,
                values={"place": site.id, "people": site.waiting},
                facts=[(site.id, "waiting", site.waiting), (site.id, "density", site.density)],
                urgent=site.gate == "shut",
            )
