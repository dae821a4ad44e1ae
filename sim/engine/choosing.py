"""How a group weighs what it could do: quantal response over expected gains and losses (M11-M14).

Utility = odds of success x gain - odds of failure x its price - perceived P(response) x feared loss - cost - what
it has been talked into - regard for law, and for its own kin. The host state's forces are held by consent and
not by force ratios (E7).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from sim.engine.blueprint import CommunitySpec
from sim.engine.campaigning import AMBUSH, ATTACK_BASE, BLOCK, CAMPAIGN, MOVE, NEGOTIATE, PROBE, WITHDRAW, Campaigning
from sim.engine.chance import lognormal
from sim.engine.ledger import HIGHEST

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.world import World

WAIT, CLASH, RAID, LOOT = "wait", "clash", "raid", "loot"
ATTACK_SITE, INTIMIDATE, DISPERSE = "attack-site", "intimidate", "disperse"
VIOLENT = (CLASH, RAID, LOOT, ATTACK_SITE, INTIMIDATE, PROBE, MOVE, BLOCK, AMBUSH, ATTACK_BASE)
ACTIONS = (WAIT, *VIOLENT, DISPERSE, NEGOTIATE, WITHDRAW)
BATTLES = (CLASH, PROBE, MOVE, AMBUSH, ATTACK_BASE)
"""What is done to armed men, where police do not step in (E5)."""


class Marks(NamedTuple):
    """What an opportunity would bring: uniforms that belong to its name, whatever becomes of it."""

    band: float
    minutes: float
    severity: float


class Prospect:
    """What the group weighs at one opportunity: whom it has, whom it faces, and where."""

    __slots__ = (
        "aid", "aim", "band", "base", "enemy", "enemy_band", "expected", "exposed", "marks", "name", "place", "prey",
        "route", "sheltering_prey", "site",
    )  # fmt: skip

    def __init__(self, name: str, place: str, marks: Marks, band: int) -> None:
        self.name = name
        self.place = place
        self.marks = marks
        self.band = band
        self.enemy: GroupState | None = None
        self.enemy_band = 0
        self.expected: dict[tuple[str, bool], float] = {}
        self.prey = 0.0
        self.site = ""
        self.sheltering_prey = 0.0
        self.aid = 0.0
        """Fighters of a friend who are there already."""
        self.aim = ""
        """The place that an assault or a probe would go to."""
        self.route = ""
        """The road that it could stand across."""
        self.exposed = 0.0
        self.base = ""

    def where(self, action: str) -> str:
        """The place that an action concerns."""
        if action == ATTACK_SITE:
            return self.site
        if action in (PROBE, MOVE):
            return self.aim
        return self.base if action == ATTACK_BASE else self.place


class Choosing:
    """Utilities of all actions, and the odds that follow from them."""

    __slots__ = (
        "_aggression_base",
        "_band_median",
        "_band_sigma",
        "_cohesion",
        "_consent",
        "_cost",
        "_disperse_loss",
        "_failure",
        "_hunger",
        "_kin",
        "_loss",
        "_near",
        "_night",
        "_odds_power",
        "_prepared",
        "_regard",
        "_relief",
        "_respect",
        "_sharpness",
        "_weakened",
        "_weighting",
        "_world",
        "campaigning",
    )

    def __init__(self, world: World) -> None:
        self._world = world
        self.campaigning = Campaigning(world)
        value = world.parameters
        self._sharpness = value["groups.sharpness"]
        self._weighting = value["groups.probability_weighting"]
        self._odds_power = value["groups.odds_power"]
        self._near = value["groups.front_half_km"]
        self._prepared = value["groups.prepared_odds"]
        self._aggression_base = value["groups.aggression_base"]
        self._respect = value["groups.respect_weight"]
        self._kin = value["groups.kin_weight"]
        self._consent = value["groups.consent_weight"]
        self._cohesion = value["groups.cohesion_weight"]
        self._loss = {action: value[f"groups.loss_{under(action)}"] for action in VIOLENT}
        self._failure = {action: value[f"groups.failure_{under(action)}"] for action in VIOLENT}
        self._cost = {action: value[f"groups.cost_{under(action)}"] for action in VIOLENT}
        self._regard = {action: value[f"groups.regard_{under(action)}"] for action in VIOLENT}
        self._night = {action: value[f"groups.night_{under(action)}"] for action in VIOLENT}
        self._disperse_loss = value["groups.disperse_after_losses"]
        self._relief = value["groups.relief_share"]
        self._band_median = value["groups.band_share"]
        self._band_sigma = value["groups.band_sigma"]
        self._hunger = value["groups.want_loot_gain"]
        self._weakened = value["groups.want_weaker_share"]

    def odds(
        self, group: GroupState, prospect: Prospect, only: tuple[str, ...] = ACTIONS, bonus: float = 0.0
    ) -> dict[str, float]:
        """The odds of each action that is open to the group.

        Args:
            only: actions on offer besides waiting.
            bonus: gain added to violent ones, where a plan was made beforehand.
        """
        utilities: dict[str, float] = {}
        for action, gain in group.gains.items():
            if action == WAIT:
                utilities[action] = gain
            elif action in only and self.open(action, group, prospect):
                plus = bonus if action in VIOLENT else 0.0
                utilities[action] = self.utility(group, action, gain, prospect) + plus
        return quantal_response(utilities, self._sharpness)

    def stands(self, band: int, strength: float) -> float:
        """Odds that attackers who are opposed fight: nobody fights a stronger opponent gladly (O8)."""
        return success_odds(band, strength, self._odds_power)

    def prospect(self, group: GroupState, name: str, place: str) -> Prospect:
        marks = self.marks(name)
        prospect = Prospect(name, place, marks, self.band(group, marks.band))
        enemy = self._enemy(group, place)
        if enemy is not None:
            prospect.enemy = enemy
            prospect.enemy_band = self.band(enemy, self._world.chance.draw(f"{name}/enemy"))
        prospect.prey = self._prey(group, place)
        prospect.site = self._site_near(place)
        if prospect.site:
            prospect.sheltering_prey = self._sheltering_prey(group, prospect.site)
        if group.campaigns:
            self.campaigning.look(group, prospect)
        return prospect

    def open(self, action: str, group: GroupState, prospect: Prospect) -> bool:
        """Whether there is anybody to do it to, and anybody there to do it; nobody attacks his own."""
        if prospect.band < 1 and action in VIOLENT:
            return False
        if action == CLASH:
            return prospect.enemy is not None
        if action == RAID:
            return prospect.prey > 0.0
        if action == ATTACK_SITE:
            return prospect.sheltering_prey > 0.0
        return action not in CAMPAIGN or self.campaigning.open(action, group, prospect)

    def _prey(self, group: GroupState, place: str) -> float:
        """The share of those who live at a place and are there whom the group is after."""
        meant = everybody = 0
        for state in self._world.people.living_at(place):
            everybody += state.home
            if threatened(state.spec, group):
                meant += state.home
        return meant / everybody if everybody else 0.0

    def _sheltering_prey(self, group: GroupState, site: str) -> float:
        """The share of those who shelter at a site whom the group is after."""
        meant = everybody = 0
        for state in self._world.people.communities.values():
            here = state.away.get(site, 0)
            everybody += here
            if here and threatened(state.spec, group):
                meant += here
        return meant / everybody if everybody else 0.0

    def _expected(self, group: GroupState, prospect: Prospect, place: str, battle: bool) -> float:
        """P(response) as the group sees it, weighted as people weigh small chances (M14)."""
        expected = prospect.expected.get((place, battle))
        if expected is None:
            perceived = self._world.deterrence.perceived(group, place, battle=battle)
            expected = prospect.expected[(place, battle)] = weighted(perceived, self._weighting)
        return expected

    def utility(self, group: GroupState, action: str, gain: float, prospect: Prospect) -> float:
        """What an action is worth to the group, on a scale where waiting is about 0 (M11)."""
        persuasion = self._world.groups.persuasion(group)
        if action == DISPERSE:
            lost = 1.0 - group.strength / group.initial if group.initial else 1.0
            held = self._cohesion * group.spec.cohesion / HIGHEST
            return gain + persuasion + lost * self._disperse_loss - held
        if action in (NEGOTIATE, WITHDRAW):
            return self.campaigning.peaceful(group, action, gain, prospect)
        world = self._world
        place = prospect.where(action)
        success = world.groups.lessons.expected(group, action, self._success(group, action, place, prospect))
        cost = self._cost[action]
        if action == LOOT:
            gain *= world.groups.goods(place)
            if group.supplied:
                gain *= 1.0 + self._hunger * world.manpower.want(group)
        elif action == RAID:
            gain *= prospect.prey
        elif action == ATTACK_SITE:
            gain *= prospect.sheltering_prey
        elif action in CAMPAIGN:
            gain = self.campaigning.gain(group, action, gain, prospect)
            cost += self.campaigning.cost(group, action, prospect)
        value = success * gain * (self._aggression_base + group.aggression)
        value -= (1.0 - success) * self._failure[action]
        value -= self._expected(group, prospect, place, action in BATTLES) * self._loss[action]
        value -= cost + persuasion
        value -= self._regard[action] * self._respect * group.spec.respects / HIGHEST
        if group.host:
            value -= self._regard[action] * self._consent * world.host_forces.held_by(group.id)
        if action in (RAID, ATTACK_SITE):
            value -= self._kin * self._kin_share(group, place)
        if world.places.is_night(world.now):
            value += self._night[action]
        return value

    def _success(self, group: GroupState, action: str, place: str, prospect: Prospect) -> float:
        """Odds of getting what it came for, by the ratio of strengths (M6, O8).

        Troops in the place count as far as the group believes that they will act; on their own base they defend
        themselves.
        """
        if action == CLASH:
            return success_odds(prospect.band, prospect.enemy_band, self._odds_power)
        if action in CAMPAIGN:
            return self.campaigning.success(group, action, place, prospect)
        defence = self._world.forces.armed_strength(place)
        if action == ATTACK_SITE:
            guards = self._world.groups.attacks.guards(place)
            defence = self._prepared * (defence + guards + self._relief * self._beside(place))
        else:
            defence *= self._world.deterrence.credibility(group.id) / HIGHEST
        return success_odds(prospect.band, defence, self._odds_power)

    def beats(self, own: float, defence: float) -> float:
        """Odds of one strength against another in the open."""
        return success_odds(own, defence, self._odds_power)

    def beats_prepared(self, own: float, defence: float) -> float:
        """The same against those who stand behind works."""
        return success_odds(own, self._prepared * defence, self._odds_power)

    def _beside(self, site: str) -> float:
        """Armed heads close enough to a site to be back in time."""
        armed = self._world.forces.armed_strength
        return math.fsum(armed(place) for place in self._world.groups.attacks.beside(site))

    def _kin_share(self, group: GroupState, place: str) -> float:
        """How far its own families are among those it would strike."""
        state = self._world.people.communities.get(group.spec.community)
        if state is None or not state.population:
            return 0.0
        own = state.away.get(place, 0) + (state.home if state.place == place else 0)
        return own / state.population

    def band(self, group: GroupState, uniform: float) -> int:
        """Fighters it brings to one action, at a mark from 0 to 1; the hungry bring fewer."""
        share = min(1.0, lognormal(uniform, self._band_median, self._band_sigma))
        if group.supplied:
            share *= 1.0 - self._weakened * self._world.manpower.want(group)
        present = self._world.groups.present(group)
        return min(present, max(1, round(present * share)))

    def marks(self, name: str) -> Marks:
        draw = self._world.chance.draw
        return Marks(draw(f"{name}/band"), draw(f"{name}/minutes"), draw(f"{name}/severity"))

    def _enemy(self, group: GroupState, place: str) -> GroupState | None:
        """The strongest enemy that is active at the place."""
        able = [
            enemy
            for enemy in self._world.groups.state.values()
            if (enemy.id in group.spec.enemies or group.id in enemy.spec.enemies)
            and self._world.groups.present(enemy) > 0
            and self._world.now >= enemy.resting_until
            and self.active(enemy, place)
        ]
        return max(able, key=_strength, default=None)

    def active(self, group: GroupState, place: str) -> bool:
        """Whether a group can be met at a place: one that marches, only where it has come to and close by."""
        if not group.mobile:
            return any(front == place for _, front, _ in group.fronts)
        km = self._world.places.km
        return any(held == place or km(held, place) <= self._near for held in group.places)

    def _site_near(self, place: str) -> str:
        """The site that people flee to from a place; none while nobody is there."""
        sheltering = self._world.people.sheltering
        if self._world.blueprint.places[place].site is not None:
            return place if sheltering(place) else ""
        return next((site for site in self._world.groups.attacks.near_sites(place) if sheltering(site)), "")


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


def threatened(community: CommunitySpec, group: GroupState) -> bool:
    """Whether a community has to fear a group: it is named, or it fears whoever is not its own."""
    if community.threatened_by:
        return group.id in community.threatened_by
    return community.id != group.spec.community


def under(word: str) -> str:
    """An id as it stands in the name of a parameter."""
    return word.replace("-", "_")


def _strength(group: GroupState) -> tuple[int, int]:
    return group.strength, -group.rank
