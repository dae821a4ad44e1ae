"""Armed groups: what they could do, when a chance comes, and what they choose.

Opportunities reach each group as thinned candidates at a bounding rate; how many it takes up follows the heat
of its fights. An opportunity taken up is a choice by quantal response among the actions of its kind (M11-M14):
gain by the odds of success, less the response it expects, the loss it fears, what it costs, and what it has
been talked into. What it refrains from is in the journal with what held it back.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.acting import Acting
from sim.engine.agenda import At, Phase
from sim.engine.armed_group import GroupState
from sim.engine.assaults import Assaults
from sim.engine.attacks import Attack, Attacks
from sim.engine.campaigning import MOVE, PROBE
from sim.engine.chance import lognormal
from sim.engine.choosing import (
    ACTIONS,
    ATTACK_SITE,
    CLASH,
    RAID,
    WAIT,
    Choosing,
    threatened,
    under,
)
from sim.engine.clashes import Clashes
from sim.engine.hostilities import Hostilities, Hostility
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST
from sim.engine.lessons import Lessons
from sim.engine.opportunities import Opportunities
from sim.engine.relations import Relations
from sim.engine.roadblocks import Roadblocks
from sim.engine.ticks import Tick, from_hours
from sim.engine.whereabouts import Whereabouts

if TYPE_CHECKING:
    from sim.engine.column import Column
    from sim.engine.tasks import Task
    from sim.engine.world import World


__all__ = ["GroupState", "Groups"]


class Groups:
    """All armed groups of a run."""

    __slots__ = (
        "_persuasion_limit",
        "_persuasion_rate",
        "_plan_bonus",
        "_process",
        "_rest_hours",
        "_severity",
        "_severity_sigma",
        "_unguarded",
        "_world",
        "acting",
        "assaults",
        "attacks",
        "choosing",
        "clashes",
        "hostilities",
        "lessons",
        "opportunities",
        "relations",
        "roadblocks",
        "state",
        "whereabouts",
    )

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._severity = value["attacks.severity"]
        self._severity_sigma = value["attacks.severity_sigma"]
        self._persuasion_rate = math.log(2.0) / from_hours(value["groups.persuasion_half_life_hours"])
        self._persuasion_limit = value["groups.persuasion_limit"]
        self._process = {
            "inside": value["groups.persuasion_inside"],
            "outside": value["groups.persuasion_outside"],
            "profit": value["groups.persuasion_profit"],
        }
        self._rest_hours = value["groups.rest_hours"]
        self._plan_bonus = value["groups.plan_bonus"]
        self._unguarded: dict[str, int] = {}
        self.state: dict[str, GroupState] = {}
        self.choosing = Choosing(world)
        between = value["attacks.severity_between_sigma"]
        for spec in world.blueprint.groups.values():
            strength = max(0, round(spec.strength.at(world.chance.draw(f"{spec.id}/strength"))))
            gains = {}
            for action in ACTIONS:
                gain = spec.options.get(action)
                if gain is None:
                    gain = value.get(f"groups.gain_{under(spec.kind)}_{under(action)}")
                if gain is not None:
                    gains[action] = gain
            gains.setdefault(WAIT, 0.0)
            state = GroupState(spec, world.journal.name(spec.id), strength, gains, value["groups.band_share"])
            gains.update(self.choosing.campaigning.gains(state))
            state.brutality = lognormal(world.chance.draw(f"{spec.id}/brutality"), 1.0, between)
            if spec.gathers is not None:
                state.ready = spec.gathers.ticks(world.chance.draw(f"{spec.id}/gathers"))
            self.state[spec.id] = state
        self.opportunities = Opportunities(world, self.decide)
        self.hostilities = Hostilities(world, lambda place: self.opportunities.excited(self.state.values()))
        self.hostilities.broke_out = self._first_shots
        self.attacks = Attacks(world)
        self.attacks.stands = self._stands
        self.acting = Acting(world)
        self.assaults = Assaults(world)
        self.clashes = Clashes(world)
        self.lessons = Lessons(world)
        self.relations = Relations(world)
        self.roadblocks = Roadblocks(world)
        self.whereabouts = Whereabouts(world)
        world.truth.provide("strength", self._truth_strength)
        world.truth.provide("intent", self._truth_intent)
        world.truth.provide("violence", self._truth_violence)
        world.truth.provide("at", self._truth_at)

    def begin(self) -> None:
        world = self._world
        for group in self.state.values():
            group.row = world.beginning
            self.whereabouts.look(group)
            self.opportunities.wake(group, 1)
        self.hostilities.begin()
        self.roadblocks.begin()

    # Choosing

    def decide(
        self,
        group: GroupState,
        name: str,
        place: str,
        causes: tuple[EventId, ...],
        *,
        only: tuple[str, ...] = ACTIONS,
        bonus: float = 0.0,
        against: GroupState | None = None,
    ) -> EventId:
        """Let the group choose, and carry out what it chose.

        Args:
            name: of the opportunity; the luck of everything that comes of it hangs on it.
            only: actions on offer besides waiting.
            bonus: gain added to them, where a plan was made beforehand.
            against: whom it would fight where it has no enemy of its own there.
        """
        world = self._world
        prospect = self.choosing.prospect(group, name, place)
        if against is not None and prospect.enemy is None:
            prospect.enemy = against
            prospect.enemy_band = self.choosing.band(against, world.chance.draw(f"{name}/enemy"))
        odds = self.choosing.odds(group, prospect, only, bonus)
        terms = {
            "perceived-response": world.deterrence.perceived(group, place),
            "persuasion": self.persuasion(group),
            "band": float(prospect.band),
            "armed-presence": world.forces.armed_strength(place),
            "restraint": 1.0 - self.opportunities.calm(place),
        }
        if group.supplied:
            terms["want"] = world.manpower.want(group)
        for action in group.experience:
            if action in odds:
                terms[f"experience-{action}"] = self.lessons.experience(group, action)
        choice = world.chance.choose(f"{name}/choice", odds, causes=causes, terms=terms)
        action = choice.outcome
        if action == WAIT:
            tempted = max((option for option in odds if option != WAIT), key=odds.__getitem__, default=WAIT)
            row = world.journal.write(
                kinds.HELD_BACK, world.now, group.key, (choice.row, *self.opportunities.restraining(place)),
                world.journal.name(tempted), world.places.state[place].key,
            )  # fmt: skip
        else:
            row = world.journal.write(
                kinds.GROUP_ACTED, world.now, group.key, (choice.row,),
                world.journal.name(action), world.places.state[prospect.where(action)].key,
            )  # fmt: skip
            self.acting.act(group, action, prospect, row)
        if group.intent != action:
            group.intent = action
            world.truth.changed(group.id, "intent", row)
        group.row = row
        return row

    def _stands(self, attack: Attack, strength: float, row: EventId) -> bool:
        """Whether attackers who are opposed fight or leave: nobody fights a stronger opponent gladly (O8)."""
        odds = self.choosing.stands(attack.band, strength)
        choice = self._world.chance.choose(
            f"{attack.name}/stand", {"stand": odds, "withdraw": 1.0 - odds}, causes=(row,),
            terms={"band": float(attack.band), "opposed-by": strength},
        )  # fmt: skip
        return choice.outcome == "stand"

    def _first_shots(self, hostility: Hostility, row: EventId) -> None:
        """The fight begins with a clash of its parties, whatever comes after; who is not there marches to it."""
        group, enemy = (self.state[party] for party in hostility.parties)
        world = self._world
        absent = [party for party in (group, enemy) if party.mobile and hostility.place not in party.places]
        for party in absent:
            self.assaults.called(party, f"{hostility.id}/first/{party.id}", hostility.place, row)
        if absent:
            return
        acted = world.journal.write(
            kinds.GROUP_ACTED, world.now, group.key, (row,),
            world.journal.name(CLASH), world.places.state[hostility.place].key,
        )  # fmt: skip
        prospect = self.choosing.prospect(group, f"{hostility.id}/first", hostility.place)
        if prospect.enemy is None:
            prospect.enemy = enemy
            prospect.enemy_band = self.choosing.band(enemy, world.chance.draw(f"{hostility.id}/first/enemy"))
        self.acting.act(group, CLASH, prospect, acted)

    # Where they are

    def enter(self, group: GroupState, place: str, row: EventId) -> EventId:
        """A group comes to be in a place."""
        return self.whereabouts.enter(group, place, row)

    def leave(self, group: GroupState, place: str, row: EventId) -> EventId:
        """A group is no longer in a place."""
        return self.whereabouts.leave(group, place, row)

    def present(self, group: GroupState) -> int:
        """Fighters who are where the group is, and not on the road."""
        return max(0, group.strength - self._world.columns.away(group.id)) if group.mobile else group.strength

    def unsettled(self, group: GroupState) -> None:
        """What a group wants, or what it lives off, has changed."""
        self.whereabouts.look(group)

    def column_arrived(self, column: Column, row: EventId) -> None:
        """A column is where it wanted to be, and does what it came for."""
        self.assaults.arrived(column, row)

    def turned_back(self, column: Column, row: EventId) -> None:
        """A column goes home without having got there: that is a lesson."""
        action = {"assault": MOVE, "probe": PROBE, "raid": RAID}.get(column.purpose)
        if action is not None:
            self.lessons.learn(column.group, action, False, row)

    def led(self, principal: GroupState, name: str, place: str, row: EventId) -> None:
        """A group gives up a place, and those under its command follow it or stay."""
        for group in self.relations.followers(principal):
            if place in group.places and group.strength > 0:
                follows, chosen = self.relations.follows(group, principal, name, row)
                if follows:
                    self.assaults.withdraw(group, f"{name}/follows/{group.id}", place, chosen)

    def harmed(self, group: GroupState, place: str, people: int, row: EventId, community: str = "") -> None:
        """A group hurt people at a place: some of their own take up arms, and it counts where a group had moved to."""
        if not people:
            return
        if group.guest:
            self._world.measures.count("harmed_where_group_went", people, row)
        self._world.manpower.harmed_at(place, people, row, by=group, community=community)

    # What others ask and tell

    def intensity(self, place: str) -> float:
        """The heat of the fights at a place."""
        return self.hostilities.heat(self.hostilities.fights_of("", place), self._world.now)

    def violence(self, place: str) -> str:
        """Quiet, incidents or fighting, as it is heard at the place."""
        return self.hostilities.word(place)

    def goods(self, place: str) -> float:
        """The share of a place's goods that is still there to be taken."""
        return self.acting.goods(place)

    def persuasion(self, group: GroupState) -> float:
        """What the group has been talked into, in units of utility; it wears off."""
        if not group.persuasion:
            return 0.0
        return group.persuasion * math.exp(-self._persuasion_rate * (self._world.now - group.persuaded_at))

    def persuade(self, group_id: str, amount: float, cause: EventId) -> None:
        """Talks move a group, as far as it is willing to talk and by where it stands; a negative amount undoes it.

        Those inside the process have something to lose by being unreasonable; who lives off the war hears nothing new.
        """
        group = self.state[group_id]
        held = self.persuasion(group) + amount * group.spec.talks / HIGHEST * self._process[group.spec.process]
        group.persuasion = min(max(held, -self._persuasion_limit), self._persuasion_limit)
        group.persuaded_at = self._world.now
        group.persuaded_by = cause

    def agreement(self, place: str, credibility: float, cause: EventId) -> None:
        """The parties at a place agreed to stop; credibility from 0 to 1 says how far they keep to it."""
        self.hostilities.agreed(place, credibility, cause)

    def agreement_broken(self, place: str, cause: EventId) -> None:
        self.hostilities.broken(place, cause)

    def rumoured(self, place: str, true: bool, within: Tick, cause: EventId) -> None:
        """A rumour names a place; if it is true there is a plan, which is carried out or dropped in its hour."""
        group = self._planner(place)
        if not true or group is None:
            return
        world = self._world
        group.plans += 1
        name = f"{group.id}/plan/{group.plans}"
        delay = max(1, round(within * world.chance.draw(name)))
        world.warning_signs.coming(place, world.now + delay, cause, name=name)
        world.agenda.after(delay, Phase.GROUPS, group.rank, self._plan_due, (group, name, place, cause))

    def _plan_due(self, event: At) -> None:
        group, name, place, cause = event.payload
        if group.strength <= 0:
            return
        world = self._world
        causes = (cause,) if group.persuaded_by is None else (cause, group.persuaded_by)
        target = ATTACK_SITE if world.blueprint.places[place].site is not None else RAID
        self.decide(group, name, place, causes, only=(target,), bonus=self._plan_bonus)

    def _planner(self, place: str) -> GroupState | None:
        """The strongest group that is after people who are at the place."""
        here = [
            state.spec
            for state in self._world.people.communities.values()
            if state.place == place or state.away.get(place, 0)
        ]
        able = [
            group
            for group in self.state.values()
            if RAID in group.gains and any(threatened(community, group) for community in here)
        ]
        return max(able, key=lambda group: (group.strength, -group.rank), default=None)

    def task_began(self, task: Task) -> None:
        """A response with a restraining or visible effect began at its place."""
        world = self._world
        shown = world.tasks.effect(task, "shown")
        if shown and task.unit is not None:
            armed = world.forces.capability(task.unit, "combat") + world.forces.capability(task.unit, "public-order")
            if armed:
                world.deterrence.shown(task.place, shown * self.opportunities.weight(armed))
        self.opportunities.restrain(task, world.tasks.effect(task, "restraint"))
        self.attacks.arrived(task.place, task.row)

    def task_ended(self, task: Task) -> None:
        self.opportunities.release(task)

    def presence_changed(self, place: str, row: EventId) -> None:
        """Units came to a place or left it: an attack under way there may meet them."""
        self.opportunities.presence_changed(place)
        self.attacks.arrived(place, row)
        self._world.manpower.presence_changed(place, row)

    def attack_elsewhere(self, place: str, severity: float, candidate: EventId) -> EventId:
        """Armed men use the absence of a unit that was sent away; ``severity`` is the candidate's uniform."""
        amount = lognormal(severity, self._severity, self._severity_sigma)
        self._unguarded[place] = ordinal = self._unguarded.get(place, 0) + 1
        return self.attacks.elsewhere(f"{place}/unguarded/{ordinal}", place, amount, candidate)

    def weaken(self, group: GroupState, lost: int, row: EventId, *, broke: bool, band: int = 0) -> None:
        """Take losses out of a group; one that broke stays away for a while before it comes back.

        Args:
            band: how many of it were in the fight; all of them where nothing is said.
        """
        if lost:
            group.strength = max(0, group.strength - lost)
            group.row = row
            self._world.truth.changed(group.id, "strength", row)
            self._world.columns.shrink(group, row)
        if not broke:
            return
        group.resting_until = self._world.now + from_hours(self._rest_hours)
        if group.campaigns:
            present = self.present(group)
            self._world.manpower.broke(group, min(band or present, present), row)

    # What conditions ask

    def _truth_strength(self, subject: str) -> int | None:
        group = self.state.get(subject)
        return None if group is None else group.strength

    def _truth_intent(self, subject: str) -> str | None:
        group = self.state.get(subject)
        return None if group is None else group.intent

    def _truth_at(self, subject: str) -> str | None:
        group = self.state.get(subject)
        return None if group is None else group.at

    def _truth_violence(self, subject: str) -> str | None:
        return self.hostilities.word(subject) if subject in self._world.blueprint.places else None


def _strength(group: GroupState) -> tuple[int, int]:
    return group.strength, -group.rank
