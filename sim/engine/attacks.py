"""Attacks on civilians, from the first shot to the last.

How long an attack would last and how bad it would be are drawn when it begins; harm grows with the time it goes
unopposed. Whoever is there may act, whoever comes may cut it short, and what happened or did not
happen is what the groups remember.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import lognormal
from sim.engine.choosing import ATTACK_SITE, RAID
from sim.engine.contact import ATTACKER, Fight
from sim.engine.journal import EventId, fixed
from sim.engine.ticks import MINUTE, Tick, from_hours, to_hours

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.forces import UnitState
    from sim.engine.world import World

NOBODY_THERE, DID_NOT_ACT, TOO_LATE, ANSWERED = "nobody-there", "did-not-act", "too-late", "answered"


class Attack:
    """One attack on civilians; ``place`` is where they are, be it a town or a site."""

    __slots__ = (
        "asked",
        "band",
        "began",
        "ends",
        "fight",
        "group",
        "immediate",
        "minutes",
        "name",
        "on_site",
        "over",
        "place",
        "reason",
        "response",
        "row",
        "severity",
        "strength",
        "timer",
        "unit",
    )

    def __init__(
        self, name: str, group: GroupState, place: str, on_site: bool, band: int, minutes: float, severity: float
    ) -> None:
        self.name = name
        self.group = group
        self.place = place
        self.on_site = on_site
        self.band = band
        self.minutes = minutes
        self.severity = severity
        """People killed if nobody stops it."""
        self.began: Tick = 0
        self.ends: Tick = 0
        self.row: EventId = 0
        self.response: EventId | None = None
        self.timer: At | None = None
        self.fight: Fight | None = None
        self.unit: UnitState | None = None
        self.strength = 0.0
        """Heads with which the unit answers."""
        self.immediate = False
        self.over = False
        self.reason = NOBODY_THERE
        self.asked: list[str] = []


class Attacks:
    """What is under way and what is remembered of it."""

    __slots__ = (
        "_attack_trouble",
        "_beside",
        "_civilian_wounded",
        "_disengage",
        "_excite_attack",
        "_exposure_power",
        "_guard_share",
        "_late_window",
        "_loud",
        "_near_sites",
        "_outer_cover",
        "_reaction",
        "_reaction_sigma",
        "_shock",
        "_world",
        "on_sites",
        "past",
        "stands",
        "under_way",
    )

    def __init__(self, world: World) -> None:
        self._world = world
        parameters = world.parameters
        self._civilian_wounded = parameters["attacks.wounded_per_killed"]
        self._exposure_power = parameters["attacks.exposure_power"]
        self._disengage = parameters["attacks.disengage_minutes"]
        self._reaction = parameters["attacks.reaction_minutes"]
        self._reaction_sigma = parameters["attacks.reaction_sigma"]
        self._loud = parameters["attacks.loudness"]
        self._late_window = from_hours(parameters["attacks.late_response_hours"])
        self._shock = parameters["attacks.shock"]
        self._outer_cover = parameters["attacks.outer_cover"]
        self._excite_attack = parameters["hostilities.excitation_attack"]
        self._attack_trouble = parameters["hostilities.trouble_attack"]
        self._guard_share = parameters["attacks.guard_share"]
        self._near_sites: dict[str, tuple[str, ...]] = {}
        self._beside: dict[str, tuple[str, ...]] = {}
        self.under_way: list[Attack] = []
        self.past: list[Attack] = []
        """Attacks that nobody has answered yet."""
        self.on_sites: list[tuple[Tick, EventId, int]] = []
        """Ends of attacks on sites: tick, row and casualties among the people there."""
        self.stands: Callable[[Attack, float, EventId], bool] = lambda attack, strength, row: False

    def near_sites(self, place: str) -> tuple[str, ...]:
        """Sites from which the fighting at a place is heard."""
        near = self._near_sites.get(place)
        if near is None:
            places = self._world.blueprint.places
            near = tuple([other for other in self.beside(place) if places[other].site is not None])
            self._near_sites[place] = near
        return near

    def beside(self, site: str) -> tuple[str, ...]:
        """Places from which a site can be reached at once."""
        beside = self._beside.get(site)
        if beside is None:
            world = self._world
            km, reach = world.places.km, world.parameters["groups.site_within_km"]
            beside = tuple([other for other in world.blueprint.places if other != site and km(site, other) <= reach])
            self._beside[site] = beside
        return beside

    def guards(self, site: str) -> float:
        """Heads that stay at a base to guard it while their unit is out."""
        total = 0.0
        for unit in self._world.forces.units.values():
            if self._guards(unit, site):
                total += self._guard_share * unit.own_strength()
        return total

    def _guards(self, unit: UnitState, site: str) -> bool:
        return unit.home == site and unit.place != site and bool(unit.capabilities.get("combat")) and not unit.within

    def exposure(self, place: str, group: str) -> float:
        """How far violence still finds the people it is meant for: those who fled are out of its reach."""
        home = population = 0
        for state in self._world.people.living_at(place):
            if group in state.spec.threatened_by or not state.spec.threatened_by:
                home += state.home
                population += state.population
        found = float((home / population) ** self._exposure_power) if population else 1.0
        return found * self._world.networks.sheltered(place)

    def _victims(self, place: str, group: str) -> str:
        """The community an attack is meant for, where it is one."""
        meant = [state.id for state in self._world.people.living_at(place) if group in state.spec.threatened_by]
        return meant[0] if len(meant) == 1 else ""

    def hurt(
        self, name: str, place: str, severity: float, cause: EventId, *, inside: bool = False, community: str = ""
    ) -> tuple[int, int]:
        """Whole numbers of killed and wounded with the means of a severity."""
        draw = self._world.chance.draw
        killed = math.floor(severity + draw(f"{name}/killed"))
        wounded = math.floor(severity * self._civilian_wounded + draw(f"{name}/wounded"))
        if killed + wounded == 0:
            return 0, 0
        return self._world.people.strike(place, killed, wounded, cause, inside=inside, community=community)

    # Attacks

    def start(self, attack: Attack, causes: tuple[EventId, ...]) -> EventId:
        """Begin an attack whose marks are drawn; whoever is on the spot decides at once."""
        world = self._world
        journal = world.journal
        place, group = attack.place, attack.group
        attack.began = world.now
        attack.ends = world.now + max(1, round(attack.minutes * MINUTE))
        target = "site" if attack.on_site else "people"
        row = attack.row = journal.write(
            kinds.ATTACK, world.now, group.key, causes, journal.name(target), journal.name(place), fixed(attack.minutes)
        )
        self.under_way.append(attack)
        attack.timer = world.agenda.at(attack.ends, Phase.CONTACT, group.rank, self._end, attack)
        world.measures.count("attacks_on_civilians", 1, row)
        if attack.on_site:
            world.measures.count("attacks_on_site", 1, row)
            world.sites.attack(place, attack.band, row)
        world.people.shock(place, self._shock, row, group.id)
        self.heard(place, row)
        world.groups.hostilities.disturb(place, self._attack_trouble, row)
        world.truth.event("attack", place, row)
        known = world.intelligence.happened(
            "site-attacked" if attack.on_site else "attack-under-way", place, row,
            values={"group": group.id, "place": place},
            facts=((place, "violence", world.groups.hostilities.word(place)),),
            urgent=True, loud=self._loud, name=attack.name,
        )  # fmt: skip
        self._ask(attack, row)
        if known and not attack.over and attack.response is None:
            world.initiative.alert(place, row)
        world.host_forces.attack_began(attack)
        return row

    def heard(self, place: str, row: EventId) -> None:
        """Shots at a place are heard at the sites near it."""
        for site in self.near_sites(place):
            self._world.sites.shots_near(site, row)

    def arrived(self, place: str, row: EventId) -> None:
        """Units came, or were given something to do, at a place: they may still be in time, or late."""
        for attack in [attack for attack in self.under_way if attack.place == place]:
            self._ask(attack, row)
        if self.past:
            self._come_late(place, row)

    def _ask(self, attack: Attack, cause: EventId) -> None:
        """Everybody armed at the place decides once whether he acts (O4)."""
        world = self._world
        for unit in world.forces.at(attack.place):
            if attack.response is not None or attack.unit is not None:
                return
            # NOTE: a unit is asked as it arrives, and its order begins in the same tick: an order needs no courage.
            sent = unit.task is not None and unit.task.response.force_level == "lethal" and unit.task.began == world.now
            if unit.id in attack.asked and not sent:
                continue
            strength = world.deterrence.answering(unit, attack.group)
            if strength < 1.0:
                continue
            attack.asked.append(unit.id)
            causes = (attack.row,) if cause == attack.row else (attack.row, cause)
            if not sent and not world.initiative.on_the_spot(unit, f"{attack.name}/spot/{unit.id}", attack.row):
                attack.reason = DID_NOT_ACT
                continue
            self._goes(attack, unit, strength, causes)
        if attack.on_site and attack.unit is None and cause == attack.row:
            self._man_the_fence(attack)

    def _man_the_fence(self, attack: Attack) -> None:
        """Guards of a unit that is out defend themselves and the base."""
        for unit in self._world.forces.units.values():
            if self._guards(unit, attack.place):
                self._goes(attack, unit, self._guard_share * unit.own_strength(), (attack.row,))
                return

    def _goes(self, attack: Attack, unit: UnitState, strength: float, causes: tuple[EventId, ...]) -> None:
        attack.unit = unit
        attack.strength = strength
        attack.reason = TOO_LATE
        world = self._world
        minutes = lognormal(
            world.chance.draw(f"{attack.name}/reaction/{unit.id}"), self._reaction, self._reaction_sigma
        )
        world.agenda.after(
            max(1, round(minutes * MINUTE)), Phase.CONTACT, unit.rank, self._engage, (attack, unit, causes)
        )

    def _engage(self, event: At) -> None:
        attack, unit, causes = event.payload
        if attack.over:
            return
        if unit.place != attack.place and unit.home != attack.place:
            attack.unit = None
            return
        world = self._world
        attack.response = self._responded(attack, unit, causes, immediate=True)
        attack.immediate = True
        attack.reason = ANSWERED
        if attack.group.host:
            world.host_forces.opposed(attack, unit, attack.response)
        strength = attack.strength
        if attack.band < 1 or strength < 1.0 or not self.stands(attack, strength, attack.response):
            self._cut(attack, world.now + round(self._disengage * MINUTE))
            return
        fight = attack.fight = world.contact.fight(
            f"{attack.name}/fight", attack.band, round(strength),
            (attack.ends - world.now) / MINUTE,
            ambush=not attack.on_site, prepared=attack.on_site,
            defender_skill=unit.capabilities.get("combat", 1.0),
        )  # fmt: skip
        world.journal.write(
            kinds.CONTACT, world.now, attack.group.key, (attack.response,),
            unit.key, world.journal.name(attack.place),
        )  # fmt: skip
        # NOTE: a unit that breaks leaves the attackers to go on as they meant to.
        if fight.broke == ATTACKER:
            self._cut(attack, fight.ends)

    def break_off(self, attack: Attack, tick: Tick) -> None:
        """Somebody other than the mission makes the attackers leave: their own command, or forces that help."""
        if not attack.over:
            self._cut(attack, tick)

    def _cut(self, attack: Attack, tick: Tick) -> None:
        if tick >= attack.ends or attack.timer is None:
            return
        attack.timer.cancel()
        attack.ends = tick
        attack.timer = self._world.agenda.at(tick, Phase.CONTACT, attack.group.rank, self._end, attack)

    def _responded(self, attack: Attack, unit: UnitState, causes: tuple[EventId, ...], *, immediate: bool) -> EventId:
        world = self._world
        minutes = (world.now - attack.began) / MINUTE
        row = world.journal.write(kinds.RESPONSE, world.now, unit.key, causes, unit.key, int(immediate), fixed(minutes))
        if immediate:
            world.measures.count("immediate_responses", 1, row)
        world.measures.count("response_hours", to_hours(world.now - attack.began), row)
        world.truth.event("response", attack.place, row)
        return row

    def _end(self, event: At) -> None:
        attack: Attack = event.payload
        world = self._world
        group, place = attack.group, attack.place
        attack.over = True
        self.under_way.remove(attack)
        causes = (attack.row,) if attack.response is None else (attack.row, attack.response)
        if attack.fight is not None:
            self._count_losses(attack, attack.fight, causes)
        share = (world.now - attack.began) / (attack.minutes * MINUTE)
        severity = attack.severity * min(share, 1.0)
        victims = ""
        if attack.on_site:
            severity *= 1.0 - self._outer_cover * world.sites.cover(place)[1]
            killed, wounded = self.hurt(attack.name, place, severity, attack.row, inside=True)
        else:
            severity *= self.exposure(place, group.id)
            victims = self._victims(place, group.id)
            killed, wounded = self.hurt(attack.name, place, severity, attack.row, community=victims)
        row = world.journal.write(
            kinds.ATTACK_ENDED, world.now, group.key, causes,
            killed, wounded, int(attack.immediate), world.journal.name(attack.reason),
        )  # fmt: skip
        world.groups.harmed(group, place, killed + wounded, row, victims)
        self._lesson(attack, row)
        if attack.on_site:
            self.on_sites.append((world.now, row, killed + wounded))
        if not attack.immediate:
            self.past.append(attack)
        if group.host:
            world.host_forces.attack_ended(attack, killed + wounded, row)
        world.truth.event("attack-ended", place, row)
        world.groups.hostilities.excite(group.id, place, self._excite_attack, row)
        world.deterrence.witnessed(group.id, attack.immediate, row, place)
        world.intelligence.happened(
            "attack-over", place, row,
            values={"group": group.id, "place": place, "killed": killed, "wounded": wounded},
            facts=((place, "violence", world.groups.hostilities.word(place)),),
            name=f"{attack.name}/over",
        )  # fmt: skip

    def _lesson(self, attack: Attack, row: EventId) -> None:
        """What the attackers make of it: nobody stopped them, or they were driven off."""
        action = ATTACK_SITE if attack.on_site else RAID
        stopped = attack.immediate and (attack.fight is None or attack.fight.broke == ATTACKER)
        self._world.groups.lessons.learn(attack.group, action, not stopped, row)

    def _count_losses(self, attack: Attack, fight: Fight, causes: tuple[EventId, ...]) -> None:
        world = self._world
        lost, unit_lost = fight.losses(world.now)
        killed, wounded = world.contact.split(f"{attack.name}/attackers", lost)
        un_killed, un_wounded = world.contact.split(f"{attack.name}/peacekeepers", unit_lost)
        row = world.journal.write(
            kinds.CONTACT_ENDED, world.now, attack.group.key, causes, killed, wounded, un_killed, un_wounded
        )
        world.truth.event("contact-ended", attack.place, row)
        broke = fight.broke == ATTACKER and world.now >= fight.ends
        world.groups.weaken(attack.group, lost, row, broke=broke, band=attack.band)
        if broke:
            world.custody.after_contact(attack.place, attack.group.id, killed, wounded, attack.unit, row)
        if attack.unit is not None and unit_lost:
            world.forces.lose(attack.unit, un_killed, un_wounded, (row,))
            world.intelligence.happened(
                "peacekeepers-hit", attack.place, row,
                values={"unit": attack.unit.id, "place": attack.place, "killed": un_killed, "wounded": un_wounded},
                urgent=True, loud=self._loud, name=f"{attack.name}/hit",
            )  # fmt: skip

    def _come_late(self, place: str, row: EventId) -> None:
        """A first armed unit at the place after the attackers have gone: a response, not an immediate one."""
        world = self._world
        now = world.now
        self.past = [attack for attack in self.past if now - attack.ends <= self._late_window]
        here = [attack for attack in self.past if attack.place == place]
        if not here:
            return
        for unit in world.forces.at(place):
            if not unit.capabilities.get("combat") and not unit.capabilities.get("public-order"):
                continue
            for attack in [attack for attack in here if unit.id not in attack.asked]:
                causes = (attack.row,) if row == attack.row else (attack.row, row)
                attack.response = self._responded(attack, unit, causes, immediate=False)
                self.past.remove(attack)
                here.remove(attack)

    # Places whose unit was sent away

    def elsewhere(self, name: str, place: str, severity: float, candidate: EventId) -> EventId:
        """Armed men come to a place whose unit was sent away; who they are is nobody's business here."""
        world = self._world
        journal = world.journal
        spec = world.blueprint.places[place]
        key = world.places.state[place].key
        row = journal.write(kinds.ATTACK, world.now, key, (candidate,), journal.name("people"), key, 0)
        world.measures.count("attacks_on_civilians", 1, row)
        if world.people.at(place):
            killed, wounded = self.hurt(name, place, severity, row)
        else:
            draw = world.chance.draw
            killed = min(spec.people, math.floor(severity + draw(f"{name}/killed")))
            wounded = math.floor(severity * self._civilian_wounded + draw(f"{name}/wounded"))
            wounded = min(spec.people - killed, wounded)
            if killed:
                world.measures.count("civilians_killed", killed, row)
            if wounded:
                world.measures.count("civilians_wounded", wounded, row)
        journal.write(kinds.ATTACK_ENDED, world.now, key, (row,), killed, wounded, 0, journal.name(NOBODY_THERE))
        world.truth.event("attack", place, row)
        world.groups.hostilities.disturb(place, self._attack_trouble, row)
        world.intelligence.happened(
            "attack-elsewhere", place, row,
            values={"place": place, "killed": killed, "wounded": wounded},
            facts=((place, "violence", world.groups.hostilities.word(place)),),
            urgent=True, name=name,
        )  # fmt: skip
        return row
