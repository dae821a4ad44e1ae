"""Fights between armed groups, and what is left of them: losses, hurt people, a lesson, a place that changes hands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.choosing import CLASH
from sim.engine.contact import ATTACKER, DEFENDER
from sim.engine.journal import EventId

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.world import World

Settled = Callable[[str, EventId], None]
"""What follows a fight: the side that broke, or nothing, and the row of its end."""


class Clashes:
    """Fights of two groups at a place."""

    __slots__ = ("_collateral", "_excite", "_loud", "_shock", "_trouble", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        parameters = world.parameters
        self._collateral = parameters["attacks.collateral_per_loss"]
        self._excite = parameters["hostilities.excitation_clash"]
        self._loud = parameters["attacks.loudness"]
        self._shock = parameters["attacks.shock_clash"]
        self._trouble = parameters["hostilities.trouble_clash"]

    def start(
        self,
        name: str,
        group: GroupState,
        enemy: GroupState,
        place: str,
        bands: tuple[int, int],
        minutes: float,
        causes: tuple[EventId, ...],
        settled: Settled | None = None,
    ) -> EventId:
        """Two parties fight; people caught between them are hurt."""
        world = self._world
        journal = world.journal
        row = journal.write(kinds.CONTACT, world.now, group.key, causes, enemy.key, journal.name(place))
        fight = world.contact.fight(name, bands[0], bands[1], minutes)
        ends = (fight, group, enemy, place, row, settled)
        world.agenda.at(fight.ends, Phase.CONTACT, group.rank, self._ends, ends)
        world.people.shock(place, self._shock, row)
        world.groups.attacks.heard(place, row)
        world.groups.hostilities.disturb(place, self._trouble, row)
        world.truth.event("contact", place, row)
        world.intelligence.happened(
            "clash", place, row,
            values={"group": group.id, "other": enemy.id, "place": place},
            facts=((place, "violence", world.groups.hostilities.word(place)),),
            urgent=True, loud=self._loud, name=name,
        )  # fmt: skip
        world.groups.relations.fight_begins(name, group, enemy, place, row)
        return row

    def _ends(self, event: At) -> None:
        fight, group, enemy, place, began, settled = event.payload
        world = self._world
        groups = world.groups
        lost, enemy_lost = fight.losses(fight.ends)
        killed, wounded = world.contact.split(f"{fight.name}/losses", lost + enemy_lost)
        severity = (lost + enemy_lost) * self._collateral * groups.attacks.exposure(place, "")
        groups.attacks.hurt(fight.name, place, severity, began)
        row = world.journal.write(kinds.CONTACT_ENDED, world.now, group.key, (began,), killed, wounded, 0, 0)
        groups.weaken(group, lost, row, broke=fight.broke == ATTACKER, band=fight.attackers)
        groups.weaken(enemy, enemy_lost, row, broke=fight.broke == DEFENDER, band=fight.defenders)
        groups.hostilities.excite(group.id, place, self._excite, row)
        if fight.broke:
            groups.lessons.learn(group, CLASH, fight.broke == DEFENDER, row)
            groups.lessons.learn(enemy, CLASH, fight.broke == ATTACKER, row)
        world.truth.event("contact-ended", place, row)
        if settled is not None:
            settled(fight.broke, row)
