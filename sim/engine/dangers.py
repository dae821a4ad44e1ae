"""What can happen to a crowd: a gate forced, a crush, a fight at the tap, firewood, sickness (H13-H15).

Each is a sequence of candidates that comes whether or not anybody is there; how things stand at that moment
decides. Only the crush is born of an event: shots, or a gate that gives way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import poisson
from sim.engine.exposure import Candidate, Candidates
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import DAY, HOUR, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.site_state import SiteState
    from sim.engine.sites import Sites
    from sim.engine.world import World

FORCE, UNREST, FIREWOOD, SICKNESS = "forced-entry", "unrest", "firewood", "sickness"
EXPLOITATION = "exploitation"
DANGERS = (FORCE, UNREST, FIREWOOD, SICKNESS, EXPLOITATION)


class Dangers:
    """Candidates of every kind of trouble at the sites, each looked at only while people are exposed to it."""

    __slots__ = (
        "_calming",
        "_critical",
        "_crush_chance",
        "_crush_killed",
        "_crush_wounded",
        "_crushes",
        "_eyes",
        "_full_crowd",
        "_lethal_density",
        "_means",
        "_opening",
        "_sick_after",
        "_sick_cases",
        "_sick_deaths",
        "_sites",
        "_tension_steps",
        "_unrest_killed",
        "_unrest_wounded",
        "_weapons_full",
        "_wood_harm",
        "_world",
    )

    def __init__(self, world: World, sites: Sites) -> None:
        value = world.parameters
        self._world = world
        self._sites = sites
        self._critical = value["sites.critical_density"]
        self._lethal_density = value["sites.crush_density"]
        self._opening = value["sites.force_density"]
        self._crush_chance = value["sites.crush_chance"]
        self._crush_killed = value["sites.crush_killed_per_thousand"]
        self._crush_wounded = value["sites.crush_wounded_per_thousand"]
        self._calming = value["sites.inner_calming"]
        self._full_crowd = value["sites.full_crowd"]
        self._weapons_full = value["sites.weapons_full"]
        self._unrest_killed = value["sites.unrest_killed"]
        self._unrest_wounded = value["sites.unrest_wounded"]
        self._wood_harm = value["sites.firewood_harm"]
        self._sick_after = from_hours(value["sites.sickness_after_h"])
        self._sick_cases = value["sites.sickness_cases_per_thousand"]
        self._sick_deaths = value["sites.sickness_deaths"]
        self._means = {
            FORCE: HOUR / value["sites.force_per_hour"],
            UNREST: DAY / value["sites.unrest_per_day"],
            FIREWOOD: DAY / value["sites.firewood_per_day"],
            SICKNESS: DAY / value["sites.sickness_per_day"],
            EXPLOITATION: DAY / value["sites.exploitation_per_day"],
        }
        self._eyes = value["sites.exploitation_oversight"]
        self._tension_steps = {word: value[f"sites.tension_{word}"] for word in ("crush", "unrest", "firewood")}
        self._crushes: dict[str, int] = {}

    def begin(self, site: SiteState) -> None:
        """Name the site's sequences; nothing is looked at before somebody is there."""
        world = self._world
        for danger in DANGERS:
            site.dangers[danger] = Candidates(world.chance, world.journal, f"{site.id}/{danger}", self._means[danger])

    def watch(self, site: SiteState) -> None:
        """Look at the next candidate of each danger that somebody is exposed to."""
        looks = site.looks
        if len(looks) == len(DANGERS) or not site.inside + site.waiting:
            return
        now = self._world.agenda.now
        for danger in DANGERS:
            if danger not in looks and self._exposed(site, danger, now):
                candidate = site.dangers[danger].after(now)
                site.looks[danger] = self._world.agenda.at(
                    candidate.tick, Phase.PEOPLE, site.rank, self._look, (site, danger, candidate)
                )

    def forked(self, site: SiteState) -> None:
        for look in site.looks.values():
            look.cancel()
        site.looks.clear()
        for candidates in site.dangers.values():
            candidates.forked(self._world.now)
        self.watch(site)

    def crush(self, site: SiteState, cause: EventId) -> None:
        """A frightened crowd before a gate: the denser it stands, the likelier that people are crushed."""
        excess = (site.density - self._critical) / (self._lethal_density - self._critical)
        if excess <= 0.0:
            return
        world = self._world
        inner = self._sites.cover(site.id)[0]
        chance = min(1.0, excess * self._crush_chance * (1.0 - self._calming * inner))
        number = self._crushes.get(site.id, 0)
        self._crushes[site.id] = number + 1
        name = f"{site.id}/crush"
        choice = world.chance.choose(
            name,
            {"crush": chance, "held": 1.0 - chance},
            causes=(cause,),
            terms={"density": site.density, "inner": inner},
            ordinal=number,
        )
        if choice.outcome != "crush":
            return
        thousands = site.waiting / 1000 * excess
        draw = world.chance.draw
        killed = poisson(draw(f"{name}/killed", number), thousands * self._crush_killed)
        wounded = poisson(draw(f"{name}/wounded", number), thousands * self._crush_wounded)
        row = world.journal.write(kinds.CRUSH, world.now, site.key, (choice.row,), killed, wounded)
        world.people.strike(site.id, killed, wounded, row, inside=True)
        self._sites.stir(site, self._tension_steps["crush"], row, "crush")
        world.truth.event("crush", site.id, row)
        world.intelligence.happened(
            "crush",
            site.id,
            row,
            values={"place": site.id, "killed": killed, "wounded": wounded},
            urgent=True,
        )

    def _exposed(self, site: SiteState, danger: str, now: Tick) -> bool:
        if not site.inside + site.waiting:
            return False
        if danger == FORCE:
            return site.gate == "shut" and site.density > self._opening
        if danger == EXPLOITATION:
            return site.hungry
        return danger != SICKNESS or now - site.first_arrival >= self._sick_after

    def _look(self, event: At) -> None:
        site, danger, candidate = event.payload
        del site.looks[danger]
        world = self._world
        if self._exposed(site, danger, world.now):
            chance = self._chance(site, danger)
            accepted, row = site.dangers[danger].judge(world.journal, candidate, chance, site.key, (site.arrived_row,))
            if accepted:
                self._happens(site, danger, candidate, row)
        self.watch(site)

    def _chance(self, site: SiteState, danger: str) -> float:
        sites = self._sites
        tension = site.tension(self._world.now, HIGHEST) / HIGHEST
        inner = sites.cover(site.id)[0]
        crowd = min(1.0, site.people / self._full_crowd)
        if danger == FORCE:
            press = (site.density - self._opening) / (self._lethal_density - self._opening)
            return press * tension * (1.0 - self._calming * inner)
        if danger == UNREST:
            weapons = min(1.0, site.weapons / self._weapons_full)
            unarmed = self._world.parameters["sites.unrest_unarmed_share"]
            return crowd * tension * (unarmed + (1.0 - unarmed) * weapons) * (1.0 - self._calming * inner)
        if danger == FIREWOOD:
            alarm = site.alarm.value_at(self._world.now) / HIGHEST
            return crowd * alarm * (1.0 - site.wood_cover)
        if danger == EXPLOITATION:
            # People who depend on soldiers for food, and nobody else there to see it (S1 1.3).
            want = 1.0 - site.food.met(self._world.now)
            eyes = self._eyes if self._overseen(site) else 0.0
            return want * (1.0 - eyes) if self._powerful(site) is not None else 0.0
        short = 1.0 - min(1.0, site.litres / sites.needs.litres_standard)
        latrines = 1.0 - min(1.0, site.latrines / (site.people * sites.needs.latrines_per_head))
        return crowd * max(short, latrines)

    def _happens(self, site: SiteState, danger: str, candidate: Candidate, row: EventId) -> None:
        world = self._world
        if danger == FORCE:
            self._sites.forced(site, row)
        elif danger == UNREST:
            killed = poisson(candidate.mark, self._unrest_killed)
            wounded = poisson(candidate.second, self._unrest_wounded)
            born = world.journal.write(kinds.UNREST, world.now, site.key, (row,), killed, wounded)
            world.people.strike(site.id, killed, wounded, born, inside=True)
            self._sites.stir(site, self._tension_steps["unrest"], born, "unrest")
            world.truth.event("unrest", site.id, born)
            world.intelligence.happened(
                "fight-inside", site.id, born, values={"place": site.id, "killed": killed, "wounded": wounded}
            )
        elif danger == FIREWOOD:
            harmed = 1 + poisson(candidate.mark, self._wood_harm)
            born = world.journal.write(kinds.FIREWOOD, world.now, site.key, (row,), harmed)
            world.people.strike(site.id, 0, harmed, born, inside=True)
            self._sites.stir(site, self._tension_steps["firewood"], born, "firewood")
            world.measures.count("firewood_attacks", 1, born)
            world.truth.event("firewood", site.id, born)
            world.intelligence.happened("firewood-attack", site.id, born, values={"place": site.id})
        elif danger == EXPLOITATION:
            self._exploited(site, row)
        else:
            cases = poisson(candidate.mark, site.people / 1000 * self._sick_cases)
            if not cases:
                return
            born = world.journal.write(kinds.SICKNESS, world.now, site.key, (row,), cases)
            world.people.die(site.id, poisson(candidate.second, cases * self._sick_deaths), born)
            world.truth.event("sickness", site.id, born)
            world.intelligence.happened("sickness", site.id, born, values={"place": site.id, "people": cases})

    def _powerful(self, site: SiteState) -> UnitState | None:
        """The armed unit on which those at a site depend most."""
        armed = [unit for unit in self._world.forces.at(site.id) if unit.capabilities.get("combat")]
        return max(armed, key=self._world.forces.available, default=None)

    def _overseen(self, site: SiteState) -> bool:
        """Whether anybody is there to whom people could speak of it."""
        return any(unit.capabilities.get("community") for unit in self._world.forces.at(site.id))

    def _exploited(self, site: SiteState, row: EventId) -> None:
        """An allegation; whether it is reported or concealed is the contingent's first choice."""
        world = self._world
        unit = self._powerful(site)
        if unit is None:
            return
        born = world.journal.write(kinds.EXPLOITATION, world.now, site.key, (row,), unit.key)
        step = self._tension_steps["unrest"] * world.parameters["sites.exploitation_tension_share"]
        self._sites.stir(site, step, born, "unrest")
        world.security.conduct(unit.id, born, place=site.id)
        world.truth.event("exploitation", site.id, born)
