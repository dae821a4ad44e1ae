"""Armed groups: what they could do, when a chance comes, and what they choose.

Opportunities reach each group as thinned candidates at a bounding rate; how many it takes up follows the heat
of its fights. An opportunity taken up is a choice by quantal response among the actions of its kind (M11-M14):
gain by the odds of success, less the response it expects, the loss it fears, what it costs, and what it has
been talked into. What it refrains from is in the journal with what held it back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.attacks import Attack, Attacks
from sim.engine.blueprint import CommunitySpec, GroupSpec
from sim.engine.chance import exponential, lognormal
from sim.engine.hostilities import Hostilities, Hostility
from sim.engine.journal import EventId, fixed
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import DAY, HOUR, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.tasks import Task
    from sim.engine.world import World

WAIT, CLASH, RAID, LOOT = "wait", "clash", "raid", "loot"
ATTACK_SITE, INTIMIDATE, DISPERSE = "attack-site", "intimidate", "disperse"
VIOLENT = (CLASH, RAID, LOOT, ATTACK_SITE, INTIMIDATE)
ACTIONS = (WAIT, *VIOLENT, DISPERSE)


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


class Marks(NamedTuple):
    """What an opportunity would bring: uniforms that belong to its name, whatever becomes of it."""

    band: float
    minutes: float
    severity: float


class Prospect:
    """What the group weighs at one opportunity: whom it has, whom it faces, and where."""

    __slots__ = ("band", "enemy", "enemy_band", "expected", "marks", "name", "place", "prey", "sheltering_prey", "site")

    def __init__(self, name: str, place: str, marks: Marks, band: int) -> None:
        self.name = name
        self.place = place
        self.marks = marks
        self.band = band
        self.enemy: GroupState | None = None
        self.enemy_band = 0
        self.expected: dict[str, float] = {}
        self.prey = 0.0
        self.site = ""
        self.sheltering_prey = 0.0

    def where(self, action: str) -> str:
        return self.site if action == ATTACK_SITE else self.place


class Stratum:
    """Opportunities between two multiples of a group's bounding rate, at ticks that depend on nothing else.

    The first carries what stays under the bound; the next are woken only when heat rises above it.
    """

    __slots__ = ("accept", "awake", "bound", "floor", "group", "key", "mean", "name", "ordinal", "place", "stream", "tick")

    def __init__(
        self, group: GroupState, name: str, key: int, floor: float, bound: float, stream: Callable[[], float]
    ) -> None:
        self.group = group
        self.name = name
        self.key = key
        self.floor = floor
        """Multiples of the bound that the strata below it carry."""
        self.bound = bound
        self.mean = HOUR / bound
        self.stream = stream
        self.ordinal = -1
        self.tick: Tick = 0
        self.accept = 0.0
        self.place = 0.0
        self.awake = False

    def pass_on(self) -> None:
        """The next opportunity, with its acceptance and its place."""
        uniform = self.stream
        self.ordinal += 1
        self.tick += round(exponential(uniform(), self.mean)) or 1
        self.accept = uniform()
        self.place = uniform()


class Restraint:
    """A task that stands between a group and what it might do at a place."""

    __slots__ = ("row", "share", "task")

    def __init__(self, task: Task, share: float, row: EventId) -> None:
        self.task = task
        self.share = share
        self.row = row


class Groups:
    """All armed groups of a run."""

    __slots__ = (
        "_aggression_base",
        "_band_median",
        "_band_sigma",
        "_bound",
        "_calm",
        "_cohesion",
        "_consent",
        "_cost",
        "_disperse_loss",
        "_excite_loot",
        "_failure",
        "_goods",
        "_goods_share",
        "_half_restraint",
        "_harass_hours",
        "_kin",
        "_loot_harm",
        "_loot_severity",
        "_loss",
        "_minutes",
        "_minutes_sigma",
        "_night",
        "_odds_power",
        "_per_heat",
        "_persuasion_limit",
        "_persuasion_rate",
        "_plan_bonus",
        "_prepared",
        "_quiet",
        "_regard",
        "_relief",
        "_respect",
        "_rest_hours",
        "_restraints",
        "_severity",
        "_severity_sigma",
        "_sharpness",
        "_shock_intimidate",
        "_shock_loot",
        "_trouble_intimidate",
        "_trouble_loot",
        "_unguarded",
        "_weighting",
        "_witness_half",
        "_witness_share",
        "_world",
        "attacks",
        "hostilities",
        "state",
    )

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        kinds_here = {spec.kind for spec in world.blueprint.groups.values()}
        self._per_heat = {kind: value[f"groups.per_hour_{_under(kind)}"] for kind in sorted(kinds_here)}
        self._bound = {kind: value[f"groups.bound_{_under(kind)}"] for kind in sorted(kinds_here)}
        self._quiet = value["groups.quiet_per_day"] / (DAY / HOUR)
        self._sharpness = value["groups.sharpness"]
        self._weighting = value["groups.probability_weighting"]
        self._odds_power = value["groups.odds_power"]
        self._prepared = value["groups.prepared_odds"]
        self._aggression_base = value["groups.aggression_base"]
        self._respect = value["groups.respect_weight"]
        self._kin = value["groups.kin_weight"]
        self._consent = value["groups.consent_weight"]
        self._cohesion = value["groups.cohesion_weight"]
        self._loss = {action: value[f"groups.loss_{_under(action)}"] for action in VIOLENT}
        self._failure = {action: value[f"groups.failure_{_under(action)}"] for action in VIOLENT}
        self._cost = {action: value[f"groups.cost_{_under(action)}"] for action in VIOLENT}
        self._regard = {action: value[f"groups.regard_{_under(action)}"] for action in VIOLENT}
        self._night = {action: value[f"groups.night_{_under(action)}"] for action in VIOLENT}
        self._disperse_loss = value["groups.disperse_after_losses"]
        self._band_median = value["groups.band_share"]
        self._band_sigma = value["groups.band_sigma"]
        self._minutes = {action: value[f"groups.minutes_{_under(action)}"] for action in (CLASH, RAID, ATTACK_SITE)}
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
        self._relief = value["groups.relief_share"]
        self._half_restraint = value["groups.restraint_half_strength"]
        self._witness_half = value["groups.witness_half"]
        self._witness_share = value["groups.witness_share"]
        self._calm: dict[str, float] = {}
        self._restraints: dict[str, list[Restraint]] = {}
        self._goods: dict[str, float] = {}
        self._unguarded: dict[str, int] = {}
        self.state: dict[str, GroupState] = {}
        between = value["attacks.severity_between_sigma"]
        for spec in world.blueprint.groups.values():
            strength = max(0, round(spec.strength.at(world.chance.draw(f"{spec.id}/strength"))))
            gains = {
                action: spec.options[action]
                if action in spec.options
                else value[f"groups.gain_{_under(spec.kind)}_{_under(action)}"]
                for action in ACTIONS
                if action in spec.options or f"groups.gain_{_under(spec.kind)}_{_under(action)}" in value
            }
            gains.setdefault(WAIT, 0.0)
            state = GroupState(spec, world.journal.name(spec.id), strength, gains, self._band_median)
            state.brutality = lognormal(world.chance.draw(f"{spec.id}/brutality"), 1.0, between)
            self.state[spec.id] = state
        self.hostilities = Hostilities(world, self._excited)
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
            self._wake(group, 1)
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

    # Opportunities

    def rate(self, group: GroupState, tick: Tick) -> float:
        """Opportunities an hour that the group would look at now."""
        if tick < group.resting_until or group.strength <= 0:
            return 0.0
        heat = self.hostilities.heat(group.fights, tick)
        return self._quiet + heat * self._per_heat[group.kind] * (group.strength / group.initial)

    def _excited(self, place: str) -> None:
        """Heat rose: groups whose rate now passes the strata they have get another one."""
        now = self._world.now
        for group in self.state.values():
            needed = math.ceil(self.rate(group, now) / self._bound[group.kind])
            if needed > 1:
                self._wake(group, needed)

    def _wake(self, group: GroupState, needed: int) -> None:
        world = self._world
        while len(group.strata) < needed:
            number = len(group.strata)
            name = f"{group.id}/opportunity" if not number else f"{group.id}/opportunity/{number}"
            bound = self._bound[group.kind]
            key = group.key if not number else world.journal.name(name)
            group.strata.append(Stratum(group, name, key, float(number), bound, world.chance.stream(name)))
        for stratum in group.strata[:needed]:
            if not stratum.awake:
                stratum.awake = True
                # NOTE: opportunities have ticks of their own; those that passed while it slept are skipped, not moved.
                while stratum.tick <= world.now:
                    stratum.pass_on()
                world.agenda.at(stratum.tick, Phase.GROUPS, group.rank, self._opportunity, stratum)

    def _opportunity(self, event: At) -> None:
        stratum: Stratum = event.payload
        world = self._world
        now = event.tick
        group = stratum.group
        share = self.rate(group, now) / stratum.bound - stratum.floor
        if share <= 0.0 and stratum.floor:
            stratum.awake = False
            return
        _, place, key = group.front(stratum.place)
        if share > 0.0:
            share = min(share, 1.0) * self.calm(place)
        accepted = stratum.accept < share
        row = world.journal.write(
            kinds.CANDIDATE, now, stratum.key, (), stratum.ordinal, 1 if accepted else 0, fixed(share), key
        )
        if accepted:
            spark = self.hostilities.spark(group.fights)
            causes = (row,) if spark is None else (row, spark)
            self.decide(group, f"{stratum.name}/{stratum.ordinal}", place, causes)
        stratum.pass_on()
        world.agenda.at(stratum.tick, Phase.GROUPS, group.rank, self._opportunity, stratum)

    def calm(self, place: str) -> float:
        """The share of opportunities that tasks and witnesses at a place leave (E10)."""
        share = self._calm.get(place)
        if share is None:
            share = 1.0
            for restraint in self._restraints.get(place, ()):
                share *= 1.0 - restraint.share
            seen = self._world.forces.presence(place)
            share *= 1.0 - self._witness_share * seen / (seen + self._witness_half)
            self._calm[place] = share
        return share

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
        prospect = self._prospect(group, name, place)
        utilities: dict[str, float] = {}
        for action, gain in group.gains.items():
            if action == WAIT:
                utilities[action] = gain
            elif action in only and self._open(action, prospect):
                plus = bonus if action in VIOLENT else 0.0
                utilities[action] = self.utility(group, action, gain, prospect) + plus
        odds = quantal_response(utilities, self._sharpness)
        restraints = self._restraints.get(place, ())
        choice = world.chance.choose(
            f"{name}/choice", odds, causes=causes,
            terms={
                "perceived-response": world.deterrence.perceived(group, place),
                "persuasion": self.persuasion(group),
                "band": float(prospect.band),
                "armed-presence": world.forces.armed_strength(place),
                "restraint": 1.0 - self.calm(place),
            },
        )  # fmt: skip
        action = choice.outcome
        likeliest = max(odds, key=odds.__getitem__)
        if action == WAIT:
            row = world.journal.write(
                kinds.HELD_BACK, world.now, group.key,
                (choice.row, *[restraint.row for restraint in restraints][:2]),
                world.journal.name(likeliest), world.places.state[place].key,
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

    def _prospect(self, group: GroupState, name: str, place: str) -> Prospect:
        marks = self._marks(name)
        prospect = Prospect(name, place, marks, self._band(group, marks.band))
        enemy = self._enemy(group, place)
        if enemy is not None:
            prospect.enemy = enemy
            prospect.enemy_band = self._band(enemy, self._world.chance.draw(f"{name}/enemy"))
        prospect.prey = self._prey(group, place)
        prospect.site = self._site_near(place)
        if prospect.site:
            prospect.sheltering_prey = self._sheltering_prey(group, prospect.site)
        return prospect

    def _open(self, action: str, prospect: Prospect) -> bool:
        """Whether there is anybody to do it to; nobody attacks his own."""
        if action == CLASH:
            return prospect.enemy is not None
        if action == RAID:
            return prospect.prey > 0.0
        return action != ATTACK_SITE or prospect.sheltering_prey > 0.0

    def _prey(self, group: GroupState, place: str) -> float:
        """The share of those who live at a place and are there whom the group is after."""
        meant = everybody = 0
        for state in self._world.people.living_at(place):
            everybody += state.home
            if _threatened(state.spec, group):
                meant += state.home
        return meant / everybody if everybody else 0.0

    def _sheltering_prey(self, group: GroupState, site: str) -> float:
        """The share of those who shelter at a site whom the group is after."""
        meant = everybody = 0
        for state in self._world.people.communities.values():
            here = state.away.get(site, 0)
            everybody += here
            if here and _threatened(state.spec, group):
                meant += here
        return meant / everybody if everybody else 0.0

    def _expected(self, group: GroupState, prospect: Prospect, place: str) -> float:
        """P(response) as the group sees it, weighted as people weigh small chances (M14)."""
        expected = prospect.expected.get(place)
        if expected is None:
            perceived = self._world.deterrence.perceived(group, place)
            expected = prospect.expected[place] = weighted(perceived, self._weighting)
        return expected

    def utility(self, group: GroupState, action: str, gain: float, prospect: Prospect) -> float:
        """What an action is worth to the group, on a scale where waiting is about 0 (M11)."""
        persuasion = self.persuasion(group)
        if action == DISPERSE:
            lost = 1.0 - group.strength / group.initial if group.initial else 1.0
            held = self._cohesion * group.spec.cohesion / HIGHEST
            return gain + persuasion + lost * self._disperse_loss - held
        world = self._world
        place = prospect.where(action)
        success = self._success(action, place, prospect)
        if action == LOOT:
            gain *= self._goods.get(place, 1.0)
        elif action == RAID:
            gain *= prospect.prey
        elif action == ATTACK_SITE:
            gain *= prospect.sheltering_prey
        value = success * gain * (self._aggression_base + group.aggression)
        value -= (1.0 - success) * self._failure[action]
        value -= self._expected(group, prospect, place) * self._loss[action]
        value -= self._cost[action] + persuasion
        value -= self._regard[action] * self._respect * group.spec.respects / HIGHEST
        if group.host:
            value -= self._regard[action] * self._consent * self._host_consent() / HIGHEST
        if action in (RAID, ATTACK_SITE):
            value -= self._kin * self._kin_share(group, place)
        if world.places.is_night(world.now):
            value += self._night[action]
        return value

    def _success(self, action: str, place: str, prospect: Prospect) -> float:
        """Odds of getting what it came for, by the ratio of strengths (M6, O8)."""
        if action == CLASH:
            return success_odds(prospect.band, prospect.enemy_band, self._odds_power)
        defence = self._world.forces.armed_strength(place)
        if action == ATTACK_SITE:
            defence = self._prepared * (defence + self.attacks.guards(place) + self._relief * self._beside(place))
        return success_odds(prospect.band, defence, self._odds_power)

    def _beside(self, site: str) -> float:
        """Armed heads close enough to a site to be back in time."""
        armed = self._world.forces.armed_strength
        return math.fsum(armed(place) for place in self.attacks.beside(site))

    def _host_consent(self) -> float:
        """What the host state's own forces are held by: their service's consent, not force ratios (E7)."""
        counterparts = self._world.blueprint.counterparts.values()
        own = [spec.id for spec in counterparts if spec.kind == "security-service"] or [s.id for s in counterparts]
        return min((self._world.host_state.consent(counterpart) for counterpart in own), default=0.0)

    def _kin_share(self, group: GroupState, place: str) -> float:
        """How far its own families are among those it would strike."""
        state = self._world.people.communities.get(group.spec.community)
        if state is None or not state.population:
            return 0.0
        own = state.away.get(place, 0) + (state.home if state.place == place else 0)
        return own / state.population

    def _stands(self, attack: Attack, strength: float, row: EventId) -> bool:
        """Whether attackers who are opposed fight or leave: nobody fights a stronger opponent gladly (O8)."""
        odds = success_odds(attack.band, strength, self._odds_power)
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

    def _band(self, group: GroupState, uniform: float) -> int:
        share = min(1.0, lognormal(uniform, self._band_median, self._band_sigma))
        return min(group.strength, max(1, round(group.strength * share)))

    def _loot(self, group: GroupState, prospect: Prospect, acted: EventId) -> None:
        world = self._world
        place, marks = prospect.place, prospect.marks
        row = world.journal.write(kinds.LOOTED, world.now, group.key, (acted,), world.places.state[place].key)
        self._goods[place] = self._goods.get(place, 1.0) * (1.0 - self._goods_share)
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
        route = next(
            (state.id for state in world.places.routes.values() if place in (state.spec.a, state.spec.b)), ""
        )
        group.harassed = route
        if route:
            world.agenda.after(
                from_hours(self._harass_hours), Phase.GROUPS, group.rank, self._road_clear, (group, route)
            )
        world.people.shock(place, self._shock_intimidate, row, group.id)
        self.hostilities.disturb(place, self._trouble_intimidate, row)
        world.intelligence.happened(
            "armed-men-on-road", place, row,
            values={"group": group.id, "place": place, "route": route},
            name=prospect.name,
        )  # fmt: skip

    def _road_clear(self, event: At) -> None:
        group, route = event.payload
        if group.harassed == route:
            group.harassed = ""

    def _first_shots(self, hostility: Hostility, row: EventId) -> None:
        """The fight begins with a clash of its parties, whatever comes after."""
        group, enemy = (self.state[party] for party in hostility.parties)
        world = self._world
        acted = world.journal.write(
            kinds.GROUP_ACTED, world.now, group.key, (row,),
            world.journal.name(CLASH), world.places.state[hostility.place].key,
        )  # fmt: skip
        prospect = self._prospect(group, f"{hostility.id}/first", hostility.place)
        if prospect.enemy is None:
            prospect.enemy = enemy
            prospect.enemy_band = self._band(enemy, world.chance.draw(f"{hostility.id}/first/enemy"))
        self._act(group, CLASH, prospect, acted)

    def _marks(self, name: str) -> Marks:

        draw = self._world.chance.draw
        return Marks(draw(f"{name}/band"), draw(f"{name}/minutes"), draw(f"{name}/severity"))

    # What others ask and tell

    def intensity(self, place: str) -> float:
        """The heat of the fights at a place."""
        return self.hostilities.heat(self.hostilities.fights_of("", place), self._world.now)

    def violence(self, place: str) -> str:
        """Quiet, incidents or fighting, as it is heard at the place."""
        return self.hostilities.word(place)

    def harassing(self, route: str) -> str:
        """The group whose men are on a route, if any."""
        return next((group.id for group in self.state.values() if group.harassed == route), "")

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
        """The strongest group whose enemies' people are at the place."""
        here = [
            state.id
            for state in self._world.people.communities.values()
            if state.place == place or state.away.get(place, 0)
        ]
        communities = self._world.blueprint.communities
        able = [
            group
            for group in self.state.values()
            if RAID in group.gains and any(group.id in communities[community].threatened_by for community in here)
        ]
        return max(able, key=_strength, default=None)

    def task_began(self, task: Task) -> None:
        """A response with a restraining or visible effect began at its place."""
        world = self._world
        shown = world.tasks.effect(task, "shown")
        if shown and task.unit is not None:
            armed = world.forces.capability(task.unit, "combat") + world.forces.capability(task.unit, "public-order")
            if armed:
                world.deterrence.shown(task.place, shown * armed / (armed + self._half_restraint))
        share = world.tasks.effect(task, "restraint")
        if share and task.unit is not None:
            armed = world.forces.capability(task.unit, "combat")
            share *= armed / (armed + self._half_restraint) if armed else 0.0
            if share:
                self._restraints.setdefault(task.place, []).append(Restraint(task, share, task.row))
        self._calm.pop(task.place, None)
        self.attacks.arrived(task.place, task.row)

    def task_ended(self, task: Task) -> None:
        self._calm.pop(task.place, None)
        here = self._restraints.get(task.place)
        if here:
            self._restraints[task.place] = [restraint for restraint in here if restraint.task is not task]

    def presence_changed(self, place: str, row: EventId) -> None:
        """Units came to a place or left it: an attack under way there may meet them."""
        self._calm.pop(place, None)
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

    # Who stands against whom, and where

    def _enemy(self, group: GroupState, place: str) -> GroupState | None:
        """The strongest enemy that is active at the place."""
        able = [
            enemy
            for enemy in self.state.values()
            if (enemy.id in group.spec.enemies or group.id in enemy.spec.enemies)
            and enemy.strength > 0
            and self._world.now >= enemy.resting_until
            and any(front == place for _, front, _ in enemy.fronts)
        ]
        return max(able, key=_strength, default=None)

    def _site_near(self, place: str) -> str:
        """The site that people flee to from a place; none while nobody is there."""
        sheltering = self._world.people.sheltering
        if self._world.blueprint.places[place].site is not None:
            return place if sheltering(place) else ""
        return next((site for site in self.attacks.near_sites(place) if sheltering(site)), "")

    def _truth_strength(self, subject: str) -> int | None:
        group = self.state.get(subject)
        return None if group is None else group.strength

    def _truth_intent(self, subject: str) -> str | None:
        group = self.state.get(subject)
        return None if group is None else group.intent

    def _truth_violence(self, subject: str) -> str | None:
        return self.hostilities.word(subject) if subject in self._world.blueprint.places else None


def quantal_response(utilities: Mapping[str, float], sharpness: float) -> dict[str, float]:
    """Odds in proportion to e^(sharpness x utility), summing to one (M12, M13)."""
    best = max(utilities.values())
    weights = {option: math.exp(sharpness * (utility - best)) for option, utility in utilities.items()}
    total = math.fsum(weights.values())
    return {option: weight / total for option, weight in weights.items()}


def weighted(chance: float, power: float) -> float:
    """A probability as people weigh it: small ones too heavily (M14)."""
    if chance <= 0.0 or chance >= 1.0:
        return min(max(chance, 0.0), 1.0)
    own = chance**power
    return float(own / (own + (1.0 - chance) ** power) ** (1.0 / power))


def success_odds(own: float, defence: float, power: float) -> float:
    """Odds of success by the ratio of strengths; even at equal strength, certain against nobody."""
    if defence <= 0.0:
        return 1.0
    if own <= 0.0:
        return 0.0
    return float(own**power / (own**power + defence**power))


def _threatened(community: CommunitySpec, group: GroupState) -> bool:
    """Whether a community has to fear a group: it is named, or it fears whoever is not its own."""
    if community.threatened_by:
        return group.id in community.threatened_by
    return community.id != group.spec.community


def _strength(group: GroupState) -> tuple[int, int]:
    return group.strength, -group.rank


def _under(word: str) -> str:
    return word.replace("-", "_")
