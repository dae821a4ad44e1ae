"""Groups on the march: whom they send, what they do where they arrive, and attacks on the mission's bases.

Marching itself belongs to the columns; here stand the purposes. An assault fights whoever holds the place and stays
if it wins, a probe looks and goes home, those who depart settle somewhere else and live off the people there.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.campaigning import ATTACK_BASE, MOVE, PROBE
from sim.engine.chance import lognormal
from sim.engine.choosing import CLASH, INTIMIDATE, LOOT, RAID
from sim.engine.contact import ATTACKER, DEFENDER, Fight
from sim.engine.journal import EventId, fixed

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.choosing import Prospect
    from sim.engine.column import Column
    from sim.engine.forces import UnitState
    from sim.engine.world import World

ASSAULT, PROBING, RAIDING, DEPART, LEAVE, REINFORCE = "assault", "probe", "raid", "depart", "withdraw", "reinforce"


class Assaults:
    """What columns are sent for, and what comes of it."""

    __slots__ = (
        "_loud",
        "_minutes",
        "_minutes_sigma",
        "_severity",
        "_severity_sigma",
        "_shock",
        "_shock_enter",
        "_trouble",
        "_world",
    )

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._minutes = value["groups.minutes_attack_base"]
        self._minutes_sigma = value["groups.minutes_sigma"]
        self._severity = value["attacks.base_severity"]
        self._severity_sigma = value["attacks.severity_sigma"]
        self._loud = value["attacks.loudness"]
        self._shock = value["attacks.shock_clash"]
        self._shock_enter = value["groups.shock_enter"]
        self._trouble = value["hostilities.trouble_clash"]

    # Setting out

    def march(self, group: GroupState, prospect: Prospect, action: str, row: EventId) -> None:
        """An assault or a probe on the place it wants."""
        campaigning = self._world.groups.choosing.campaigning
        uniform = prospect.marks.band
        if action == PROBE:
            band, purpose = campaigning.probe_band(group, uniform), PROBING
        else:
            band, purpose = campaigning.assault_band(group, uniform), ASSAULT
        self._world.columns.send(group, prospect.name, prospect.aim, band, purpose, (row,))

    def called(self, group: GroupState, name: str, place: str, row: EventId) -> None:
        """A fight of its own begins where it is not."""
        world = self._world
        if group.strength > 0 and group.at:
            band = world.groups.choosing.campaigning.assault_band(group, world.chance.draw(f"{name}/band"))
            world.columns.send(group, name, place, band, ASSAULT, (row,))

    def reinforce(
        self, ally: GroupState, friend: GroupState, name: str, place: str, row: EventId, bonus: float
    ) -> None:
        """An ally elsewhere thinks whether to march to a friend's fight; it would not be alone there."""
        world = self._world
        groups = world.groups
        prospect = groups.choosing.prospect(ally, name, ally.at)
        prospect.aim = place
        prospect.aid = float(groups.present(friend))
        odds = groups.choosing.odds(ally, prospect, (MOVE,), bonus)
        choice = world.chance.choose(f"{name}/choice", odds, causes=(row,), terms={"band": float(prospect.band)})
        if choice.outcome == MOVE:
            band = groups.choosing.campaigning.assault_band(ally, prospect.marks.band)
            world.columns.send(ally, name, place, band, REINFORCE, (choice.row,))

    def withdraw(self, group: GroupState, name: str, place: str, row: EventId) -> None:
        """A group gives up a place it is in and goes home, or to whatever else it holds."""
        # Whoever has left a place for good is at home where it went.
        home = group.guest or group.spec.home
        haven = home if place != home else next((other for other in group.places if other != place), "")
        if haven:
            self.leave_for(group, name, place, haven, LEAVE, row)

    def leave_for(
        self, group: GroupState, name: str, place: str, haven: str, purpose: str, row: EventId
    ) -> Column | None:
        """All of a group that is in a place sets out for another."""
        world = self._world
        group.at = place
        band = math.ceil(group.strength / len(group.places)) if purpose == LEAVE else group.strength
        column = world.columns.send(group, name, haven, band, purpose, (row,))
        world.groups.leave(group, place, row)
        return column

    # Arriving

    def arrived(self, column: Column, row: EventId) -> None:
        """A column is where it wanted to be."""
        group, place = column.group, column.toward
        world = self._world
        match column.purpose:
            case "depart" | "withdraw":
                self._comes_in(group, place, row)
                if column.purpose == DEPART:
                    group.guest = place if place != group.spec.home else ""
                    world.groups.unsettled(group)
                    world.bargaining.arrived(group, row)
            case "probe":
                world.groups.lessons.learn(group, PROBE, True, row)
                world.groups.decide(group, f"{column.name}/there", place, (row,), only=(CLASH, LOOT))
            case "raid":
                world.groups.decide(group, f"{column.name}/there", place, (row,), only=(RAID, LOOT))
            case _:
                self._takes(group, place, column.strength, column.name, column.purpose, row)

    def _takes(self, group: GroupState, place: str, band: int, name: str, purpose: str, row: EventId) -> None:
        """An assault arrives: whoever holds the place fights for it, and otherwise it is theirs."""
        world = self._world
        groups = world.groups
        enemy = max(
            (other for other in groups.state.values() if self._defends(group, other, place)),
            key=lambda other: (other.strength, -other.rank), default=None,
        )  # fmt: skip
        if enemy is None:
            self._comes_in(group, place, row)
            if purpose == ASSAULT:
                groups.lessons.learn(group, MOVE, True, row)
                groups.decide(group, f"{name}/there", place, (row,), only=(RAID, LOOT, INTIMIDATE))
            return
        acted = world.journal.write(
            kinds.GROUP_ACTED, world.now, group.key, (row,), world.journal.name(CLASH), world.places.state[place].key
        )
        groups.hostilities.carried(group, enemy, place, acted)
        draw = world.chance.draw
        held = math.ceil(groups.present(enemy) / len(enemy.places))
        minutes = lognormal(draw(f"{name}/minutes"), groups.acting.minutes[CLASH], self._minutes_sigma)

        def settled(broke: str, ended: EventId) -> None:
            self._settled(group, enemy, place, name, broke, ended)

        groups.clashes.start(
            f"{name}/clash", group, enemy, place, (max(1, min(band, group.strength)), held), minutes, (acted,), settled
        )

    def _defends(self, group: GroupState, other: GroupState, place: str) -> bool:
        if not self._world.groups.relations.enemies(group, other) or place not in other.places:
            return False
        return self._world.groups.present(other) > 0 and self._world.now >= other.resting_until

    def _settled(self, group: GroupState, enemy: GroupState, place: str, name: str, broke: str, row: EventId) -> None:
        """The place is theirs, or it is not; a fight that nobody won leaves both in it."""
        groups = self._world.groups
        if broke == ATTACKER:
            groups.lessons.learn(group, MOVE, False, row)
            return
        self._comes_in(group, place, row)
        groups.lessons.learn(group, MOVE, True, row)
        if broke == DEFENDER and place in enemy.places:
            haven = next((other for other in enemy.places if other != place), "")
            if haven or place != enemy.spec.home:
                self.leave_for(enemy, f"{name}/driven-out", place, haven or enemy.spec.home, LEAVE, row)

    def _comes_in(self, group: GroupState, place: str, row: EventId) -> None:
        world = self._world
        entered = world.groups.enter(group, place, row)
        if any(group.id in community.spec.threatened_by for community in world.people.living_at(place)):
            world.people.shock(place, self._shock_enter, entered, group.id)

    # Bases

    def on_base(self, group: GroupState, prospect: Prospect, row: EventId) -> None:
        """An attack on a base of the mission: its troops defend themselves; whoever shelters there is in between."""
        world = self._world
        journal = world.journal
        base, name = prospect.base, f"{prospect.name}/base"
        defenders = [unit for unit in world.forces.at(base) if world.forces.capability(unit, "combat") >= 1.0]
        strength = math.fsum(world.forces.capability(unit, "combat") for unit in defenders)
        if strength < 1.0:
            return
        minutes = lognormal(prospect.marks.minutes, self._minutes, self._minutes_sigma)
        began = journal.write(
            kinds.ATTACK, world.now, group.key, (row,), journal.name("base"), journal.name(base), fixed(minutes)
        )
        fight = world.contact.fight(name, prospect.band, round(strength), minutes, prepared=True)
        world.measures.count("attacks_on_bases", 1, began)
        world.agenda.at(
            fight.ends,
            Phase.CONTACT,
            group.rank,
            self._base_over,
            (fight, group, base, began, defenders, prospect.marks),
        )
        if world.blueprint.places[base].site is not None:
            world.sites.attack(base, prospect.band, began)
        world.people.shock(base, self._shock, began, group.id)
        world.groups.attacks.heard(base, began)
        world.groups.hostilities.disturb(base, self._trouble, began)
        world.truth.event("base-attacked", base, began)
        world.intelligence.happened(
            "base-attacked", base, began,
            values={"group": group.id, "place": base},
            facts=((base, "violence", world.groups.hostilities.word(base)),),
            urgent=True, loud=self._loud, name=name,
        )  # fmt: skip

    def _base_over(self, event: At) -> None:
        fight: Fight
        fight, group, base, began, defenders, marks = event.payload
        world = self._world
        lost, unit_lost = fight.losses(fight.ends)
        killed, wounded = world.contact.split(f"{fight.name}/attackers", lost)
        un_killed, un_wounded = world.contact.split(f"{fight.name}/peacekeepers", unit_lost)
        row = world.journal.write(
            kinds.CONTACT_ENDED, world.now, group.key, (began,), killed, wounded, un_killed, un_wounded
        )
        world.groups.weaken(group, lost, row, broke=fight.broke == ATTACKER, band=fight.attackers)
        self._shared_losses(defenders, un_killed, un_wounded, row)
        if world.people.sheltering(base):
            exposed = 1.0 if fight.broke == DEFENDER else 1.0 - world.sites.cover(base)[1]
            severity = lognormal(marks.severity, self._severity * group.brutality, self._severity_sigma)
            world.groups.attacks.hurt(fight.name, base, severity * exposed, began, inside=True)
        world.groups.lessons.learn(group, ATTACK_BASE, fight.broke == DEFENDER, row)
        world.deterrence.witnessed(group.id, fight.broke != DEFENDER, row, base, unit=defenders[0])
        world.truth.event("contact-ended", base, row)
        world.intelligence.happened(
            "base-held" if fight.broke != DEFENDER else "base-overrun", base, row,
            values={"group": group.id, "place": base, "killed": un_killed, "wounded": un_wounded},
            urgent=True, loud=self._loud, name=f"{fight.name}/over",
        )  # fmt: skip

    def _shared_losses(self, defenders: list[UnitState], killed: int, wounded: int, row: EventId) -> None:
        """Losses fall on the units of a base one after the other, the first in line first."""
        for unit in defenders:
            dead = min(killed, unit.own_strength())
            hurt = min(wounded, unit.own_strength() - dead)
            if dead or hurt:
                self._world.forces.lose(unit, dead, hurt, (row,))
                killed, wounded = killed - dead, wounded - hurt
