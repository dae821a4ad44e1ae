"""The gate of a site: who is let in and how fast, who is searched, who gives up, and when it gives way (H14)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import exponential, share_of
from sim.engine.journal import EventId
from sim.engine.parties import Party
from sim.engine.ticks import HOUR, from_hours

if TYPE_CHECKING:
    from sim.engine.site_state import SiteState
    from sim.engine.sites import Sites
    from sim.engine.world import World


class Admission:
    """Lines before the gates of all sites."""

    __slots__ = (
        "_armed", "_finds", "_least_m2", "_pace", "_patience", "_search", "_searcher", "_sites", "_stays_out",
        "_tensions", "_weapons_first", "_words", "_world",
    )  # fmt: skip

    def __init__(self, world: World, sites: Sites) -> None:
        value, journal = world.parameters, world.journal
        self._world = world
        self._sites = sites
        self._least_m2 = value["sites.least_m2"]
        self._pace = value["sites.admit_per_hour"] / HOUR
        self._search = value["sites.search_per_hour"] / HOUR
        self._searcher = value["sites.search_per_police_hour"] / HOUR
        self._finds = value["sites.search_finds"]
        self._armed = value["sites.armed_per_thousand"] / 1000
        self._patience = from_hours(value["sites.patience_h"])
        self._stays_out = value["sites.stays_at_wire"]
        self._weapons_first = round(value["sites.weapons_report"])
        self._tensions = {"weapons": value["sites.tension_weapons"], "forced": value["sites.tension_forced"]}
        self._words = {word: journal.name(word) for word in ("shut", "open", "search")}

    def room(self, site: SiteState) -> bool:
        """Whether there is ground for one more."""
        return site.inside < site.room_m2 / self._least_m2

    def serve(self, site: SiteState) -> None:
        """Let the next party in, as fast as gate or search allow."""
        if site.serving is not None or site.gate == "shut" or not site.line:
            return
        party = site.line[0]
        if site.inside + party.people > site.room_m2 / self._least_m2:
            self._is_full(site)
            return
        pace = self._pace
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
        self.serve(site)
        self._sites.needs.feel(site, row)
        if site.weapons >= max(self._weapons_first, 2 * site.weapons_told):
            site.weapons_told = site.weapons
            self._sites.stir(site, self._tensions["weapons"], row, "weapons")
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
            self.lose_patience(site, party)
        world.truth.event("full", site.id, row)
        world.intelligence.happened(
            "site-full", site.id, row, values={"place": site.id, "people": site.inside},
            facts=[(site.id, "inside", site.inside)], urgent=True,
        )  # fmt: skip

    def lose_patience(self, site: SiteState, party: Party) -> None:
        """Nobody is let in: this party will give up after a while, or stay at the wire for good."""
        draw = self._world.chance.draw
        name = f"{party.community.id}/wire/{site.id}"
        if draw(name, 2 * party.number) < self._stays_out:
            return
        wait = exponential(draw(name, 2 * party.number + 1), self._patience)
        self._world.agenda.after(max(1, round(wait)), Phase.PEOPLE, site.rank, self._gives_up, (site, party))

    def _gives_up(self, event: At) -> None:
        site, party = event.payload
        if party not in site.line or site.serving is not None or self._sites.lets_in(site.id):
            return
        self._world.people.turned_away(party, site.id, site.cause if site.full else site.gate_row)

    def set_gate(self, place: str, state: str, row: EventId) -> EventId:
        """Open the gate, open it with a search, or shut it."""
        site = self._sites.state[place]
        if site.gate == state:
            return site.gate_row
        world = self._world
        site.gate = state
        site.gate_row = row = world.journal.write(kinds.GATE, world.now, site.key, (row,), self._words[state])
        site.cause = row
        if site.serving is not None:
            site.serving.cancel()
            site.serving = None
        if state == "shut" and site.waiting:
            world.crowds.aggrieved(place, "gate-shut", row)
        if state == "shut":
            for party in site.line:
                self.lose_patience(site, party)
        self.serve(site)
        self._sites.needs.feel(site, row)
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
        self._sites.dangers.crush(site, row)
        entered = site.waiting
        site.within += site.line
        site.line = []
        site.inside += entered
        site.waiting = 0
        site.weapons += math.floor(entered * self._armed + 0.5)
        site.gate = "open"
        site.gate_row = row
        site.cause = row
        self._sites.stir(site, self._tensions["forced"], row, "forced")
        self._sites.needs.feel(site, row)
        world.truth.changed(site.id, "gate", row)
        world.truth.event("forced-entry", site.id, row)
        world.intelligence.happened(
            "gate-forced", site.id, row, values={"place": site.id, "people": entered},
            facts=[(site.id, "gate", "open")], urgent=True,
        )  # fmt: skip


def _both(first: EventId, second: EventId) -> tuple[EventId, ...]:
    return (first,) if first == second else (first, second)
