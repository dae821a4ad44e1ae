"""Arrests and searches: they find what is known, and cost the doors they go through (S1 ch. 4).

Without information about a place or a group an arrest finds nobody and a search finds kitchens.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.chance import poisson, share_of
from sim.engine.contact import ATTACKER
from sim.engine.journal import EventId
from sim.engine.ticks import Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.custody import Custody
    from sim.engine.forces import UnitState
    from sim.engine.groups import GroupState
    from sim.engine.tasks import Task
    from sim.engine.world import World

OF_GROUP: Final = ("at", "strength", "intent", "column")
OF_PLACE: Final = ("violence", "people", "tension", "weapons", "crowd")
YIELDS, RESISTS, NOBODY = "taken", "resists", "nobody-found"


class Arrests:
    """Who is taken from a group, and what is found in a quarter."""

    __slots__ = (
        "_band", "_custody", "_doors_anger", "_doors_fear", "_doors_trust", "_fresh", "_half_known", "_heads",
        "_known_base", "_minutes", "_persons", "_resists", "_trust", "_weapons", "_world",
    )  # fmt: skip

    def __init__(self, world: World, custody: Custody) -> None:
        value = world.parameters
        self._world = world
        self._custody = custody
        self._fresh: Tick = from_hours(value["custody.knowledge_fresh_h"])
        self._half_known = value["custody.knowledge_half_facts"]
        self._known_base = value["custody.knowledge_least"]
        self._persons = value["custody.arrest_persons"]
        self._resists = value["custody.arrest_resists"]
        self._band = value["custody.arrest_band"]
        self._minutes = value["custody.arrest_minutes"]
        self._trust = value["custody.arrest_trust"]
        self._heads = value["custody.cordon_heads_per_thousand"] / 1000
        self._weapons = value["custody.cordon_weapons_share"]
        self._doors_trust = value["custody.cordon_trust"]
        self._doors_fear = value["custody.cordon_fear"]
        self._doors_anger = value["custody.cordon_anger_share"]

    def begin(self) -> None:
        self._world.tasks.provide("apprehension", completes=self._apprehend)
        self._world.tasks.provide("cordon", completes=self._cordon)

    def knowledge(self, seat: str, place: str, group: str = "") -> float:
        """What a seat knows that is fresh enough to act on, 0 to 1: facts it was told of a place and a group."""
        world = self._world
        desk = world.intelligence.pictures.desks.get(seat)
        if desk is None:
            return self._known_base
        folded = desk.fold()
        facts = 0
        for subject, attributes in ((group, OF_GROUP), (place, OF_PLACE)):
            for attribute in attributes:
                leaf = folded.leaf(subject, attribute) if subject else None
                facts += leaf is not None and world.now - leaf.as_of <= self._fresh
        return self._known_base + (1.0 - self._known_base) * (facts / (facts + self._half_known))

    def _seat(self, task: Task) -> str:
        known = task.seat in self._world.blueprint.seats
        return task.seat if known or task.unit is None else task.unit.spec.controller

    # A group's people

    def _apprehend(self, task: Task) -> None:
        """Identified persons of a group, where the unit is: they are found or not, and come along or fight."""
        world = self._world
        group = world.groups.state.get(task.target)
        unit = task.unit
        if group is None or unit is None:
            return
        known = self.knowledge(self._seat(task), task.place, group.id)
        near = self._near(group, task.place)
        armed = world.forces.capability(unit, "combat")
        band = max(1, min(group.strength, round(self._band)))
        resists = self._resists * group.aggression * (band / (band + armed)) * known
        taken = max(0.0, known - resists) if near and group.strength else 0.0
        odds = {YIELDS: taken, RESISTS: resists if taken else 0.0, NOBODY: 1.0 - taken - (resists if taken else 0.0)}
        outcome = world.chance.choose(
            f"{task.name}/arrest", odds, causes=(task.row,), terms={"knowledge": known, "armed": armed}
        )
        people = 0
        row = outcome.row
        if outcome.outcome == RESISTS:
            people, row = self._fight(task, group, unit, band, row)
        elif outcome.outcome == YIELDS:
            people = 1 + poisson(world.chance.draw(f"{task.name}/arrested"), self._persons * known)
            people = min(people, group.strength)
        written = world.journal.write(
            kinds.APPREHENSION, world.now, group.key, (row,), world.journal.name(outcome.outcome), people
        )
        if outcome.outcome == YIELDS:
            world.groups.weaken(group, people, written, broke=False)
        if people:
            self._custody.taken(task.place, group.id, people, unit, written)
        self._trust_lost(group, written)
        world.truth.event("apprehension", group.id, written)
        world.intelligence.tell(
            f"arrest-{outcome.outcome}", unit.id, (self._seat(task), "joc"), written,
            values={"group": group.id, "place": task.place, "count": people, "unit": unit.id}, grade="A1", urgent=True,
        )  # fmt: skip

    def _near(self, group: GroupState, place: str) -> bool:
        """Whether some of the group are where the unit is, or live beside it."""
        if any(front == place for _, front, _ in group.fronts) or place == group.spec.home:
            return True
        return group.at == place or group.spec.home in self._world.groups.attacks.beside(place)

    def _fight(self, task: Task, group: GroupState, unit: UnitState, band: int, row: EventId) -> tuple[int, EventId]:
        world = self._world
        heads = max(1, round(world.forces.available(unit)))
        fight = world.contact.fight(f"{task.name}/arrest", band, heads, self._minutes)
        lost, ours = fight.losses(fight.ends)
        killed, wounded = world.contact.split(f"{task.name}/arrest/theirs", lost)
        un_killed, un_wounded = world.contact.split(f"{task.name}/arrest/ours", ours)
        ended = world.journal.write(
            kinds.CONTACT_ENDED, world.now, group.key, (row,), killed, wounded, un_killed, un_wounded
        )
        world.truth.event("contact-ended", task.place, ended)
        world.groups.weaken(group, lost, ended, broke=fight.broke == ATTACKER, band=band)
        if ours:
            world.forces.lose(unit, un_killed, un_wounded, (ended,))
        hurt, injured = world.groups.attacks.hurt(
            f"{task.name}/arrest", task.place, lost * world.parameters["attacks.collateral_per_loss"], ended
        )
        self._custody.harmed_by_mission(task.place, hurt + injured, unit.id, ended)
        self._custody.remains(task.place, group.id, killed, ended)
        return (wounded if fight.broke == ATTACKER else 0), ended

    def _trust_lost(self, group: GroupState, row: EventId) -> None:
        state = self._world.people.communities.get(group.spec.community)
        if state is not None:
            self._world.ledger.enter(state.trust, -self._trust, (row,), self._world.journal.name("arrest"))

    # A quarter

    def _cordon(self, task: Task) -> None:
        """Houses are searched: the fewer heads and the less is known, the more doors for each weapon."""
        world = self._world
        unit = task.unit
        if unit is None:
            return
        place = task.place
        known = self.knowledge(self._seat(task), place)
        people = max(1, world.people.at(place))
        closed = 1.0 - math.exp(-world.forces.available(unit) / (people * self._heads))
        share = self._weapons * known * closed
        draw = world.chance.draw
        weapons = 0
        held: list[tuple[GroupState, int]] = []
        site = world.sites.state.get(place)
        if site is not None:
            weapons = share_of(site.weapons, share, draw(f"{task.name}/weapons"))
            site.weapons -= weapons
            site.weapons_told = min(site.weapons_told, site.weapons)
        for group in world.groups.state.values():
            if group.strength and not group.host and self._near(group, place) and site is None:
                found = share_of(group.strength, share, draw(f"{task.name}/found", group.rank))
                weapons += found
                taken = min(found, poisson(draw(f"{task.name}/held", group.rank), self._persons * known * closed))
                if taken:
                    held.append((group, taken))
        persons = sum(int(taken) for _, taken in held)
        row = world.journal.write(kinds.CORDON, world.now, world.places.state[place].key, (task.row,), persons, weapons)
        for group, taken in held:
            world.groups.weaken(group, taken, row, broke=False)
            self._custody.taken(place, group.id, taken, unit, row)
        doors = 1.0 - world.parameters["custody.known_doors_share"] * known
        for state in world.people.living_at(place):
            trust = self._doors_trust * doors
            world.ledger.enter(state.trust, -trust, (row,), world.journal.name("cordon"))
        world.people.shock(place, self._doors_fear * doors, row)
        world.crowds.aggrieved(place, "search", row, self._doors_anger * doors)
        world.measures.count("weapons_found", weapons, row)
        world.truth.event("cordon", place, row)
        world.intelligence.tell(
            "cordon-over", unit.id, (self._seat(task), "joc"), row,
            values={"place": place, "count": weapons, "held": persons}, grade="A1",
        )  # fmt: skip
