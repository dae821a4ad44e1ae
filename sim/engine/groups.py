"""Armed groups: what they could do, when a chance comes, and what they choose.

Opportunities reach each group as thinned candidates at a bounding rate; how many it takes up follows the heat
of its fights. An opportunity taken up is a choice by quantal response among the actions of its kind (M11-M14):
gain by the odds of success, less the response it expects, the loss it fears, what it costs, and what it has
been talked into. What it refrains from is in the journal with what held it back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.attacks import Attack, Attacks
from sim.engine.blueprint import GroupSpec
from sim.engine.chance import lognormal
from sim.engine.choosing import (
    ACTIONS,
    ATTACK_SITE,
    CLASH,
    RAID,
    WAIT,
    Choosing,
    Marks,
    Prospect,
    threatened,
    under,
)
from sim.engine.hostilities import Hostilities, Hostility
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST
from sim.engine.opportunities import Opportunities, Stratum
from sim.engine.ticks import Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.tasks import Task
    from sim.engine.world import World


class GroupState:
    """An armed group as the run has it now."""

    __slots__ = (
        "_band_median",
        "aggression",
        "brutality",
        "fights",
        "fronts",
        "gains",
        "harassed",
        "host",
        "id",
        "initial",
        "intent",
        "key",
        "kind",
        "persuaded_at",
        "persuaded_by",
        "persuasion",
        "plans",
        "rank",
        "resting_until",
        "row",
        "spec",
        "strata",
        "strength",
    )

    def __init__(self, spec: GroupSpec, key: int, strength: int, gains: Mapping[str, float], band: float) -> None:
        self.spec = spec
        self.id = spec.id
        self.rank = spec.rank
        self.key = key
        self.kind = spec.kind
        self.host = spec.kind.startswith("host-")
        self.strength = self.initial = strength
        self.gains = gains
        self.aggression = spec.aggression / HIGHEST
        self.brutality = 1.0
        """How much worse its attacks are in this run than the model's median."""
        self.persuasion = 0.0
        self.persuaded_at: Tick = 0
        self.persuaded_by: EventId | None = None
        self.resting_until: Tick = 0
        self.intent = WAIT
        self.row: EventId = 0
        self.plans = 0
        self.fronts: list[tuple[float, str, int]] = []
        """Places where it finds whom it is after: share of its opportunities up to this one, place, key."""
        self.fights: list[Hostility] = []
        """What it is party to, or else what it lives off where it is at home."""
        self.strata: list[Stratum] = []
        self.harassed = ""
        self._band_median = band

    def front(self, uniform: float) -> tuple[float, str, int]:
        """Where it is active at a mark from 0 to 1."""
        fronts = self.fronts
        for front in fronts:
            if uniform < front[0]:
                return front
        return fronts[-1]

    def usual_band(self) -> float:
        """Fighters it usually brings to one action."""
        return self.strength * self._band_median


class Groups:
    """All armed groups of a run."""

    __slots__ = (
        "_excite_loot",
        "_goods",
        "_goods_share",
        "_harass_hours",
        "_loot_harm",
        "_loot_severity",
        "_minutes",
        "_minutes_sigma",
        "_persuasion_limit",
        "_persuasion_rate",
        "_plan_bonus",
        "_rest_hours",
        "_severity",
        "_severity_sigma",
        "_shock_intimidate",
        "_shock_loot",
        "_trouble_intimidate",
        "_trouble_loot",
        "_unguarded",
        "_world",
        "attacks",
        "choosing",
        "hostilities",
        "opportunities",
        "state",
    )

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._minutes = {action: value[f"groups.minutes_{under(action)}"] for action in (CLASH, RAID, ATTACK_SITE)}
        self._minutes_sigma = value["groups.minutes_sigma"]
        self._severity = value["attacks.severity"]
        self._severity_sigma = value["attacks.severity_sigma"]
        self._loot_severity = value["attacks.loot_severity"]
        self._loot_harm = value["attacks.loot_harm_chance"]
        self._excite_loot = value["hostilities.excitation_loot"]
        self._trouble_loot = value["hostilities.trouble_loot"]
        self._trouble_intimidate = value["hostilities.trouble_intimidate"]
        self._shock_loot = value["attacks.shock_loot"]
        self._shock_intimidate = value["attacks.shock_intimidate"]
        self._goods_share = value["groups.goods_taken_share"]
        self._persuasion_rate = math.log(2.0) / from_hours(value["groups.persuasion_half_life_hours"])
        self._persuasion_limit = value["groups.persuasion_limit"]
        self._rest_hours = value["groups.rest_hours"]
        self._harass_hours = value["groups.harass_hours"]
        self._plan_bonus = value["groups.plan_bonus"]
        self._goods: dict[str, float] = {}
        self._unguarded: dict[str, int] = {}
        self.state: dict[str, GroupState] = {}
        between = value["attacks.severity_between_sigma"]
        for spec in world.blueprint.groups.values():
            strength = max(0, round(spec.strength.at(world.chance.draw(f"{spec.id}/strength"))))
            gains = {
                action: spec.options[action]
                if action in spec.options
                else value[f"groups.gain_{under(spec.kind)}_{under(action)}"]
                for action in ACTIONS
                if action in spec.options or f"groups.gain_{under(spec.kind)}_{under(action)}" in value
            }
            gains.setdefault(WAIT, 0.0)
            state = GroupState(spec, world.journal.name(spec.id), strength, gains, value["groups.band_share"])
            state.brutality = lognormal(world.chance.draw(f"{spec.id}/brutality"), 1.0, between)
            self.state[spec.id] = state
        self.choosing = Choosing(world)
        self.opportunities = Opportunities(world, self.decide)
        self.hostilities = Hostilities(world, lambda place: self.opportunities.excited(self.state.values()))
        self.hostilities.broke_out = self._first_shots
        self.attacks = Attacks(world)
        self.attacks.stands = self._stands
        world.truth.provide("strength", self._truth_strength)
        world.truth.provide("intent", self._truth_intent)
        world.truth.provide("violence", self._truth_violence)

    def begin(self) -> None:
        world = self._world
        for group in self.state.values():
            group.row = world.beginning
            group.fronts = self._fronts(group)
            group.fights = self.hostilities.fights_of(group.id, group.spec.home)
            self.opportunities.wake(group, 1)
        self.hostilities.begin()
        self.attacks.begin()

    def _fronts(self, group: GroupState) -> list[tuple[float, str, int]]:
        """Where the group is active: its fights, and the places of those it threatens within reach."""
        world = self._world
        half = world.parameters["groups.front_half_km"]
        weights: dict[str, float] = {}
        for hostility in self.hostilities.all.values():
            if group.id in hostility.parties:
                weights[hostility.place] = 1.0
        if not weights:
            weights[group.spec.home] = 1.0
        centre = next(iter(weights))
        for community in world.blueprint.communities.values():
            if group.id in community.threatened_by and community.place not in weights:
                km = world.places.km(centre, community.place)
                weights[community.place] = 2.0 ** (-km / half) * world.parameters["groups.front_village_weight"]
        total = math.fsum(weights.values())
        fronts: list[tuple[float, str, int]] = []
        reached = 0.0
        for place, weight in weights.items():
            reached += weight / total
            fronts.append((reached, place, world.places.state[place].key))
        return fronts

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
    ) -> EventId:
        """Let the group choose, and carry out what it chose.

        Args:
            name: of the opportunity; the luck of everything that comes of it hangs on it.
            only: actions on offer besides waiting.
            bonus: gain added to them, where a plan was made beforehand.
        """
        world = self._world
        prospect = self.choosing.prospect(group, name, place)
        odds = self.choosing.odds(group, prospect, only, bonus)
        choice = world.chance.choose(
            f"{name}/choice", odds, causes=causes,
            terms={
                "perceived-response": world.deterrence.perceived(group, place),
                "persuasion": self.persuasion(group),
                "band": float(prospect.band),
                "armed-presence": world.forces.armed_strength(place),
                "restraint": 1.0 - self.opportunities.calm(place),
            },
        )  # fmt: skip
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
            self._act(group, action, prospect, row)
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

    # Acting

    def _act(self, group: GroupState, action: str, prospect: Prospect, row: EventId) -> None:
        marks, place = prospect.marks, prospect.where(action)
        match action:
            case "raid" | "attack-site":
                severity = lognormal(marks.severity, self._severity * group.brutality, self._severity_sigma)
                minutes = self._length(action, marks)
                attack = Attack(prospect.name, group, place, action == ATTACK_SITE, prospect.band, minutes, severity)
                self.attacks.start(attack, (row,))
            case "clash":
                if prospect.enemy is not None:
                    bands = (prospect.band, prospect.enemy_band)
                    minutes = self._length(action, marks)
                    self.attacks.clash(f"{prospect.name}/clash", group, prospect.enemy, place, bands, minutes, (row,))
            case "loot":
                self._loot(group, prospect, row)
            case "intimidate":
                self._intimidate(group, prospect, row)
            case "disperse":
                group.resting_until = self._world.now + from_hours(self._rest_hours)

    def _length(self, action: str, marks: Marks) -> float:
        return lognormal(marks.minutes, self._minutes[action], self._minutes_sigma)

    def _loot(self, group: GroupState, prospect: Prospect, acted: EventId) -> None:
        world = self._world
        place, marks = prospect.place, prospect.marks
        row = world.journal.write(kinds.LOOTED, world.now, group.key, (acted,), world.places.state[place].key)
        self._goods[place] = self.goods(place) * (1.0 - self._goods_share)
        world.people.shock(place, self._shock_loot, row, group.id)
        self.hostilities.disturb(place, self._trouble_loot, row)
        self.hostilities.excite(group.id, place, self._excite_loot, row)
        world.truth.event("looted", place, row)
        if marks.severity < self._loot_harm:
            severity = lognormal(marks.minutes, self._loot_severity, self._severity_sigma)
            self.attacks.hurt(prospect.name, place, severity * self.attacks.exposure(place, group.id), row)
        world.intelligence.happened(
            "looting", place, row,
            values={"group": group.id, "place": place},
            facts=((place, "violence", self.hostilities.word(place)),),
            name=prospect.name,
        )  # fmt: skip

    def _intimidate(self, group: GroupState, prospect: Prospect, row: EventId) -> None:
        """Armed men on a road out of the place: people hear of it, and those on it are turned or robbed."""
        world = self._world
        place = prospect.place
        route = next((state.id for state in world.places.routes.values() if place in (state.spec.a, state.spec.b)), "")
        group.harassed = route
        facts: tuple[tuple[str, str, str], ...] = ()
        if route:
            world.places.routes[route].status = "slow"
            facts = ((route, "status", "slow"),)
            world.agenda.after(
                from_hours(self._harass_hours), Phase.GROUPS, group.rank, self._road_clear, (group, route)
            )
        world.people.shock(place, self._shock_intimidate, row, group.id)
        self.hostilities.disturb(place, self._trouble_intimidate, row)
        world.intelligence.happened(
            "armed-men-on-road", place, row,
            values={"group": group.id, "place": place, "route": route},
            facts=facts,
            name=prospect.name,
        )  # fmt: skip

    def _road_clear(self, event: At) -> None:
        group, route = event.payload
        if group.harassed == route:
            group.harassed = ""
            self._world.places.routes[route].status = "open"

    def _first_shots(self, hostility: Hostility, row: EventId) -> None:
        """The fight begins with a clash of its parties, whatever comes after."""
        group, enemy = (self.state[party] for party in hostility.parties)
        world = self._world
        acted = world.journal.write(
            kinds.GROUP_ACTED, world.now, group.key, (row,),
            world.journal.name(CLASH), world.places.state[hostility.place].key,
        )  # fmt: skip
        prospect = self.choosing.prospect(group, f"{hostility.id}/first", hostility.place)
        if prospect.enemy is None:
            prospect.enemy = enemy
            prospect.enemy_band = self.choosing.band(enemy, world.chance.draw(f"{hostility.id}/first/enemy"))
        self._act(group, CLASH, prospect, acted)

    # What others ask and tell

    def intensity(self, place: str) -> float:
        """The heat of the fights at a place."""
        return self.hostilities.heat(self.hostilities.fights_of("", place), self._world.now)

    def violence(self, place: str) -> str:
        """Quiet, incidents or fighting, as it is heard at the place."""
        return self.hostilities.word(place)

    def goods(self, place: str) -> float:
        """The share of a place's goods that is still there to be taken."""
        return self._goods.get(place, 1.0)

    def persuasion(self, group: GroupState) -> float:
        """What the group has been talked into, in units of utility; it wears off."""
        if not group.persuasion:
            return 0.0
        return group.persuasion * math.exp(-self._persuasion_rate * (self._world.now - group.persuaded_at))

    def persuade(self, group_id: str, amount: float, cause: EventId) -> None:
        """Talks move a group, as far as it is willing to talk; a negative amount undoes it."""
        group = self.state[group_id]
        held = self.persuasion(group) + amount * group.spec.talks / HIGHEST
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

    def attack_elsewhere(self, place: str, severity: float, candidate: EventId) -> EventId:
        """Armed men use the absence of a unit that was sent away; ``severity`` is the candidate's uniform."""
        amount = lognormal(severity, self._severity, self._severity_sigma)
        self._unguarded[place] = ordinal = self._unguarded.get(place, 0) + 1
        return self.attacks.elsewhere(f"{place}/unguarded/{ordinal}", place, amount, candidate)

    def weaken(self, group: GroupState, lost: int, row: EventId, *, broke: bool) -> None:
        """Take losses out of a group; one that broke stays away for a while before it comes back."""
        if lost:
            group.strength = max(0, group.strength - lost)
            group.row = row
            self._world.truth.changed(group.id, "strength", row)
        if broke:
            group.resting_until = self._world.now + from_hours(self._rest_hours)

    # What conditions ask

    def _truth_strength(self, subject: str) -> int | None:
        group = self.state.get(subject)
        return None if group is None else group.strength

    def _truth_intent(self, subject: str) -> str | None:
        group = self.state.get(subject)
        return None if group is None else group.intent

    def _truth_violence(self, subject: str) -> str | None:
        return self.hostilities.word(subject) if subject in self._world.blueprint.places else None


def _strength(group: GroupState) -> tuple[int, int]:
    return group.strength, -group.rank
