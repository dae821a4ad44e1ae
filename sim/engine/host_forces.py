"""The host state's own forces: they help, stand by, obstruct or prey, as politics has it (E7).

Troops of a mission that stand near do not deter them; the consent of whoever commands them, what it would cost him,
and a word from him do. Only groups that a counterpart names as its forces have a stance; all others are groups like
any other.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import exponential, lognormal
from sim.engine.choosing import LOOT, RAID, quantal_response, threatened
from sim.engine.journal import EventId, fixed
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import DAY, MINUTE, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.attacks import Attack
    from sim.engine.forces import UnitState
    from sim.engine.groups import GroupState
    from sim.engine.tasks import Task
    from sim.engine.world import World

HELP, STAND_BY, OBSTRUCT, PREY = "help", "stand-by", "obstruct", "prey"
STANCES: Final = (HELP, STAND_BY, OBSTRUCT, PREY)


class Force:
    """One group of the host state's, and what it is told and lets itself do now."""

    __slots__ = (
        "accept", "counterpart", "epochs", "group", "place", "prowl", "prowls", "restrained_by", "restrained_until",
        "row", "stance", "timer",
    )  # fmt: skip

    def __init__(self, group: GroupState, counterpart: str) -> None:
        self.group = group
        self.counterpart = counterpart
        self.stance = STAND_BY
        self.epochs = 0
        self.prowls = -1
        self.row: EventId = 0
        self.restrained_until: Tick = 0
        self.restrained_by: EventId | None = None
        self.timer: At | None = None
        self.prowl: At | None = None
        self.accept = 0.0
        self.place = 0.0


class HostForces:
    """The host state's own forces: they help, stand by, obstruct or prey, as politics has it (E7)."""

    __slots__ = (
        "_aggression", "_bonus", "_calls", "_capital_word", "_consent_help", "_consent_obstruct",
        "_consent_prey", "_delay", "_epoch", "_governor_word", "_heat", "_held", "_help_km", "_help_minutes",
        "_help_restraint", "_linger", "_news", "_obeys", "_opposed", "_opposed_others", "_own_word", "_prowls",
        "_reach_km", "_regard", "_restrained", "_sharpness", "_sigma", "_supported", "_world", "forces",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._sharpness = value["host_forces.sharpness"]
        self._own_word = value["host_forces.own_word_share"]
        self._consent_help = value["host_forces.help_by_consent"]
        self._consent_obstruct = value["host_forces.obstruct_by_consent"]
        self._consent_prey = value["host_forces.prey_held_by_consent"]
        self._regard = value["host_forces.regard_weight"]
        self._aggression = value["host_forces.prey_by_aggression"]
        self._heat = value["host_forces.prey_by_heat"]
        self._restrained = value["host_forces.restrained_by_word"]
        self._supported = value["host_forces.help_by_support"]
        self._epoch = value["host_forces.epoch_hours"]
        self._news = value["host_forces.news_hours"]
        self._sigma = value["host_forces.spread_sigma"]
        self._prowls = value["host_forces.prowls_per_day"]
        self._bonus = value["host_forces.prey_bonus"]
        self._reach_km = value["host_forces.reach_km"]
        self._help_km = value["host_forces.help_km"]
        self._help_minutes = value["host_forces.help_minutes"]
        self._help_restraint = value["host_forces.help_restraint"]
        self._obeys = value["host_forces.obeys_a_word"]
        self._capital_word = value["host_forces.capital_word"]
        self._governor_word = value["host_forces.governor_word"]
        self._calls = value["host_forces.called_off_minutes"]
        self._held = from_hours(value["host_forces.restrained_hours"])
        self._opposed = value["host_forces.opposed_cost"]
        self._opposed_others = value["host_forces.opposed_share_others"]
        self._delay = value["attacks.disengage_minutes"]
        self._linger = from_hours(value["host_forces.about_hours"])
        self.forces: dict[str, Force] = {}

    def begin(self) -> None:
        world = self._world
        for spec in world.blueprint.counterparts.values():
            for group in spec.forces:
                force = self.forces[group] = Force(world.groups.state[group], spec.id)
                force.row = world.beginning
        world.truth.provide("stance", self._truth_stance)
        for force in self.forces.values():
            self._choose(force, (world.beginning,))
            self._next_prowl(force)

    # What others ask

    def stance(self, group: str) -> str:
        """Help, stand by, obstruct or prey; nothing for a group that is nobody's force."""
        force = self.forces.get(group)
        return "" if force is None else force.stance

    def stances_of(self, counterpart: str) -> tuple[str, ...]:
        return tuple(force.stance for force in self.forces.values() if force.counterpart == counterpart)

    def held_by(self, group: str) -> float:
        """The consent that holds a group of the host state's back, from 0 to 1."""
        world = self._world
        force = self.forces.get(group)
        if force is not None:
            return world.host_state.consent(force.counterpart) / HIGHEST
        specs = world.blueprint.counterparts.values()
        own = [spec.id for spec in specs if spec.kind == "security-service"] or [spec.id for spec in specs]
        return min((world.host_state.consent(each) for each in own), default=0.0) / HIGHEST

    def attacking(self, place: str) -> bool:
        """Whether forces of the host state are attacking people at a place now."""
        return any(attack.place == place and attack.group.host for attack in self._world.groups.attacks.under_way)

    def about(self, place: str) -> bool:
        """Whether forces of the host state that attacked people at a place are still about there."""
        if self.attacking(place):
            return True
        since = self._world.now - self._linger
        past = self._world.groups.attacks.past
        return any(attack.place == place and attack.group.host and attack.ends >= since for attack in past)

    def faces(self, task: Task) -> bool:
        """Whether whoever carries out a task would go and stand against forces of the host state."""
        target = self._world.groups.state.get(task.target)
        if target is not None:
            return target.host and task.response.force_level != "none"
        unit = task.unit
        goes = unit is not None and unit.place != task.place
        return goes and task.response.force_level != "none" and self.about(task.place)

    def streets(self, place: str, group: GroupState) -> float:
        """The share of a group's opportunities that forces which help leave it in the streets of their own place."""
        if group.host:
            return 1.0
        left = 1.0
        for force in self.forces.values():
            if force.stance == HELP and force.group.spec.home == place and force.group.strength > 0:
                left *= 1.0 - self._help_restraint
        return left

    # Choosing a stance

    def news(self, counterpart: str, row: EventId) -> None:
        """Something changed for whoever commands them: they hear of it, and look again."""
        world = self._world
        for force in self.forces.values():
            if force.counterpart == counterpart:
                hours = lognormal(
                    world.chance.draw(f"{force.group.id}/stance/news", force.epochs), self._news, self._sigma
                )
                due = world.now + from_hours(hours)
                if force.timer is None or due < force.timer.tick:
                    self._look_again(force, from_hours(hours), row)

    def _look_again(self, force: Force, wait: Tick, row: EventId) -> None:
        if force.timer is not None:
            force.timer.cancel()
        force.timer = self._world.agenda.after(wait, Phase.GROUPS, force.group.rank, self._epoch_due, (force, row))

    def _epoch_due(self, event: At) -> None:
        force, row = event.payload
        force.timer = None
        self._choose(force, (row,))

    def _choose(self, force: Force, causes: tuple[EventId, ...]) -> None:
        world = self._world
        group = force.group
        utilities = self._utilities(force)
        choice = world.chance.choose(
            f"{group.id}/stance#{force.epochs}", quantal_response(utilities, self._sharpness), causes=causes,
            terms={"consent": HIGHEST * self._mood(force), "heat": self._heat_at(group)},
        )  # fmt: skip
        force.epochs += 1
        wait = exponential(world.chance.draw(f"{group.id}/stance/epoch", force.epochs), self._epoch)
        self._look_again(force, max(1, from_hours(wait)), choice.row)
        if choice.outcome == force.stance:
            return
        force.stance = choice.outcome
        force.row = world.journal.write(
            kinds.HOST_STANCE, world.now, group.key, (choice.row,), world.journal.name(force.stance)
        )
        world.truth.changed(group.id, "stance", force.row)
        world.truth.event("host-stance", group.id, force.row)
        if world.now:
            world.intelligence.happened(
                f"host-forces-{force.stance}", group.spec.home, force.row,
                values={"group": group.id, "place": group.spec.home},
                facts=((group.id, "stance", force.stance),), urgent=force.stance == PREY,
            )  # fmt: skip
        if force.stance == OBSTRUCT:
            world.host_state.obstruction.searches(force.counterpart, force.row)

    def _utilities(self, force: Force) -> dict[str, float]:
        group = force.group
        mood = self._mood(force)
        swing = mood + mood - 1.0
        regard = group.spec.respects / HIGHEST
        support = self._supported if self._world.due_diligence.supported(force.counterpart) else 0.0
        utilities = {
            HELP: self._consent_help * swing + self._regard * regard + support - self._regard / 2,
            STAND_BY: 0.0,
            OBSTRUCT: -self._consent_obstruct * swing,
        }
        if self.prey_of(group):
            held = self._restrained if self._world.now < force.restrained_until else 0.0
            utilities[PREY] = (
                self._aggression * group.aggression
                + self._heat * self._heat_at(group)
                - self._consent_prey * mood
                - self._regard * regard
                - self._world.due_diligence.taught(force.counterpart)
                - held
            )
        return utilities

    def _mood(self, force: Force) -> float:
        """How those who command it, and those beside whom it lives, stand to the mission, from 0 to 1."""
        world = self._world
        own = world.host_state.consent(force.counterpart)
        local = [
            world.host_state.consent(spec.id)
            for spec in world.blueprint.counterparts.values()
            if spec.kind != "capital" and spec.id != force.counterpart
        ]
        if local:
            own = self._own_word * own + (1.0 - self._own_word) * math.fsum(local) / len(local)
        return own / HIGHEST

    def _heat_at(self, group: GroupState) -> float:
        return min(1.0, self._world.groups.hostilities.heat(group.fights, self._world.now))

    # Preying

    def prey_of(self, group: GroupState) -> list[str]:
        """Places within reach where people live, or shelter unguarded, whom the group is after."""
        world = self._world
        found: list[str] = []
        for state in world.people.communities.values():
            place = state.place
            if place in found or not state.home or not state.spec.threatened_by:
                continue
            if threatened(state.spec, group) and world.places.km(group.spec.home, place) <= self._reach_km:
                found.append(place)
        return found

    def _next_prowl(self, force: Force) -> None:
        """The next occasion to fall upon people, at a bounding rate; it is taken only while the stance is to prey."""
        uniform = self._world.chance.stream(f"{force.group.id}/prowl")
        force.prowls += 1
        wait = exponential(uniform(), DAY / self._prowls)
        force.accept, force.place = uniform(), uniform()
        force.prowl = self._world.agenda.after(
            max(1, round(wait)), Phase.GROUPS, force.group.rank, self._prowl, (force, force.prowls)
        )

    def _prowl(self, event: At) -> None:
        force, ordinal = event.payload
        world = self._world
        group = force.group
        places = self.prey_of(group) if force.stance == PREY else []
        able = places and group.strength > 0 and world.now >= group.resting_until
        share = self._heated(group) if able else 0.0
        accepted = force.accept < share
        place = places[math.floor(force.place * len(places))] if places else group.spec.home
        row = world.journal.write(
            kinds.CANDIDATE, world.now, world.journal.name(f"{group.id}/prowl"), (force.row,), ordinal, int(accepted),
            fixed(share), world.places.state[place].key,
        )  # fmt: skip
        if accepted:
            name = f"{group.id}/prowl/{ordinal}"
            world.groups.decide(group, name, place, (row,), only=(RAID, LOOT), bonus=self._bonus)
        self._next_prowl(force)

    def _heated(self, group: GroupState) -> float:
        """The share of occasions that it takes: all of them in the heat of a fight, half of them without one."""
        return (1.0 + self._heat_at(group)) / 2

    def forked(self) -> None:
        """Another future begins: occasions to come are drawn anew."""
        for force in self.forces.values():
            if force.prowl is not None:
                force.prowl.cancel()
            force.prowls -= 1
            self._next_prowl(force)

    # Attacks: by others, and by themselves

    def attack_began(self, attack: Attack) -> None:
        """Forces that help go to where others attack people; they need no word of the mission."""
        world = self._world
        for force in self.forces.values():
            group = force.group
            if force.stance != HELP or group.strength <= 0 or attack.group is group or attack.group.host:
                continue
            if attack.group.id in group.spec.allies or attack.over:
                continue
            if world.places.km(group.spec.home, attack.place) > self._help_km:
                continue
            hours = world.places.road_hours(group.spec.home, attack.place, 1.0, world.now)
            minutes = lognormal(
                world.chance.draw(f"{attack.name}/host/{group.id}"), self._help_minutes, self._sigma
            )  # fmt: skip
            world.agenda.after(
                max(1, from_hours(hours) + round(minutes * MINUTE)), Phase.CONTACT, group.rank, self._helps,
                (force, attack),
            )  # fmt: skip

    def _helps(self, event: At) -> None:
        force, attack = event.payload
        if attack.over or force.stance != HELP:
            return
        world = self._world
        row = world.journal.write(
            kinds.HOST_HELPED, world.now, force.group.key, (attack.row, force.row),
            world.places.state[attack.place].key, fixed((world.now - attack.began) / MINUTE),
        )  # fmt: skip
        world.measures.count("host_responses", 1, row)
        world.groups.attacks.break_off(attack, world.now + round(self._delay * MINUTE))
        world.intelligence.happened(
            "host-forces-came", attack.place, row, values={"group": force.group.id, "place": attack.place}
        )

    def attack_ended(self, attack: Attack, people: int, row: EventId) -> None:
        """An attack by its forces is laid at a counterpart's door."""
        force = self.forces.get(attack.group.id)
        if force is not None:
            self._world.due_diligence.abused(force.counterpart, attack.place, people, row)

    def opposed(self, attack: Attack, unit: UnitState, row: EventId) -> None:
        """The mission stood against forces of the host state: lawful, and the dearest thing it can do to consent."""
        world = self._world
        force = self.forces.get(attack.group.id)
        own = force.counterpart if force is not None else ""
        for counterpart in world.blueprint.counterparts:
            cost = self._opposed if counterpart == own or not own else self._opposed * self._opposed_others
            world.standing(f"consent/{counterpart}", -cost, (row,), "force-against-host")
        world.initiative.acted_against_host(unit, attack.place, row)

    # A word from above

    def spoken_to(self, counterpart: str, task: Task, row: EventId) -> None:
        """A counterpart gave way to a demarche: if its own people are at it, it may call them off."""
        world = self._world
        for force in self.forces.values():
            word = self._word(force, counterpart)
            if not word:
                continue
            force.restrained_until, force.restrained_by = world.now + self._held, row
            for attack in [each for each in world.groups.attacks.under_way if each.group is force.group]:
                self._call_off(force, attack, counterpart, task, word, row)
            self._look_again(force, 1, row)

    def _word(self, force: Force, counterpart: str) -> float:
        """How far a counterpart's word carries with a force: all the way with its own, some way from above."""
        if force.counterpart == counterpart:
            return 1.0
        kind = self._world.blueprint.counterparts[counterpart].kind
        return {"capital": self._capital_word, "governor": self._governor_word}.get(kind, 0.0)

    def _call_off(self, force: Force, attack: Attack, counterpart: str, task: Task, word: float, row: EventId) -> None:
        world = self._world
        obeys = word * (self._obeys + (1.0 - self._obeys) * force.group.spec.cohesion / HIGHEST)
        outcome = world.chance.choose(
            f"{task.name}/calls-off/{attack.name}", {"called-off": obeys, "goes-on": 1.0 - obeys},
            causes=(row, attack.row), terms={"word": word, "cohesion": force.group.spec.cohesion},
        )  # fmt: skip
        if outcome.outcome != "called-off":
            return
        minutes = lognormal(world.chance.draw(f"{task.name}/calls-off"), self._calls, self._sigma)
        written = world.journal.write(
            kinds.CALLED_OFF, world.now, force.group.key, (outcome.row,),
            world.journal.name(counterpart), world.places.state[attack.place].key,
        )  # fmt: skip
        world.truth.event("called-off", attack.place, written)
        world.groups.attacks.break_off(attack, world.now + max(1, round(minutes * MINUTE)))
        world.intelligence.tell(
            "attack-called-off", counterpart, (task.seat, "joc"), written,
            values={"counterpart": counterpart, "group": force.group.id, "place": attack.place},
            grade="B3", urgent=True,
        )  # fmt: skip

    def _truth_stance(self, subject: str) -> str | None:
        force = self.forces.get(subject)
        return None if force is None else force.stance
