"""What a group that campaigns could do beyond its town: probe, march, block, ambush, strike a base, talk, withdraw.

These options open only to groups whose scenario gives them something to campaign for: places they aim for or hold,
or the option by name. What each is worth follows the same form as everything else a group weighs (M11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine.chance import lognormal
from sim.engine.ledger import HIGHEST

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.choosing import Prospect
    from sim.engine.world import World

PROBE, MOVE, BLOCK, AMBUSH, ATTACK_BASE = "probe", "move", "block", "ambush", "attack-base"
NEGOTIATE, WITHDRAW = "negotiate", "withdraw"
AMBITIOUS: Final = (PROBE, MOVE)
CAMPAIGN: Final = (PROBE, MOVE, BLOCK, AMBUSH, ATTACK_BASE, NEGOTIATE, WITHDRAW)
BASE_KINDS: Final = ("base", "headquarters", "compound")


class Campaigning:
    """Which of these options are open at an opportunity, what they promise, and against whom."""

    __slots__ = (
        "_assault_share",
        "_band_sigma",
        "_exposed_half",
        "_gains",
        "_held_odds",
        "_march_cost",
        "_probe_gain",
        "_probe_share",
        "_profit_calm",
        "_rivalry",
        "_want_ambition",
        "_withdraw_fear",
        "_withdraw_loss",
        "_world",
    )

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._gains = {
            BLOCK: value["groups.gain_block"],
            AMBUSH: value["groups.gain_ambush"],
            ATTACK_BASE: value["groups.gain_attack_base"],
            NEGOTIATE: value["groups.gain_negotiate"],
            WITHDRAW: value["groups.gain_withdraw"],
        }
        self._assault_share = value["groups.assault_share"]
        self._probe_share = value["groups.probe_share"]
        self._probe_gain = value["groups.probe_gain_share"]
        self._band_sigma = value["groups.band_sigma"]
        self._held_odds = value["groups.held_odds"]
        self._march_cost = value["groups.march_cost_per_100_km"]
        self._want_ambition = value["groups.want_ambition_loss"]
        self._exposed_half = value["groups.ambush_exposed_half"]
        self._withdraw_fear = value["groups.withdraw_fear"]
        self._withdraw_loss = value["groups.withdraw_after_losses"]
        self._rivalry = value["groups.allied_place_share"]
        self._profit_calm = value["groups.profit_negotiate_share"]

    def gains(self, group: GroupState) -> dict[str, float]:
        """The gain a group sees in each of these options; none of them for a group that does not campaign."""
        given = group.spec.options
        found: dict[str, float] = {}
        for action in CAMPAIGN:
            if action in given:
                found[action] = given[action]
            elif action in AMBITIOUS:
                if group.aims:
                    found[action] = 0.0
            elif group.mobile and not group.host:
                found[action] = self._gains[action]
        return found

    def look(self, group: GroupState, prospect: Prospect) -> None:
        """See what the opportunity offers: a place within reach of an assault, a road, a base."""
        place = prospect.place
        if group.aims and group.at and self._world.now >= group.ready and not self._away(group):
            best = None
            for aim in group.unmet():
                value = self._worth(group, aim, prospect)
                if best is None or value > best:
                    best = value
                    prospect.aim = aim
        if place in group.places:
            roadblocks = self._world.groups.roadblocks
            prospect.route = roadblocks.free_route(group, place)
            prospect.exposed = self._exposed(place)
        prospect.base = self.base_near(place)

    def _away(self, group: GroupState) -> bool:
        return self._world.columns.of(group.id) is not None

    def _worth(self, group: GroupState, aim: str, prospect: Prospect) -> float:
        """What marching on a place promises, before it is compared with other kinds of action."""
        odds = self.success(group, MOVE, aim, prospect)
        seen = self._world.deterrence.perceived(group, aim, battle=True)
        return odds * group.aims[aim] - seen - self._march(group, aim)

    def _march(self, group: GroupState, aim: str) -> float:
        return self._march_cost * self._world.places.km(group.at, aim) / 100.0

    def _exposed(self, place: str) -> float:
        """How much of the mission and the agencies is on the roads about a place, 0 to 1."""
        heads = self._world.forces.presence(place)
        patrols = heads / (heads + self._exposed_half) if heads > 0.0 else 0.0
        return min(1.0, patrols + self._world.groups.roadblocks.convoys_near(place))

    def base_near(self, place: str) -> str:
        """A base of the mission, with troops on it, at a place or beside it."""
        world = self._world
        for other in (place, *world.groups.attacks.beside(place)):
            if world.blueprint.places[other].kind in BASE_KINDS and world.forces.armed_strength(other) > 0.0:
                return other
        return ""

    def open(self, action: str, group: GroupState, prospect: Prospect) -> bool:
        """Whether there is anything to do it with, or to."""
        match action:
            case "probe" | "move":
                return prospect.aim != ""
            case "block":
                return prospect.route != ""
            case "ambush":
                return prospect.route != "" and prospect.exposed > 0.0
            case "attack-base":
                return prospect.base != ""
            case "negotiate":
                return self._world.bargaining.can_open(group)
            case _:
                home = group.guest or group.spec.home
                return prospect.place != home and prospect.place in group.places and not self._away(group)

    def gain(self, group: GroupState, action: str, gain: float, prospect: Prospect) -> float:
        """What the group would have of it if it succeeds."""
        if action in AMBITIOUS:
            want = self._world.manpower.want(group) if group.supplied else 0.0
            gain += group.aims.get(prospect.aim, 0.0) * (1.0 - self._want_ambition * want)
            if self._held_by_friends(group, prospect.aim):
                gain *= self._rivalry
            return gain * self._probe_gain if action == PROBE else gain
        if action == AMBUSH:
            return gain * prospect.exposed
        return gain

    def cost(self, group: GroupState, action: str, prospect: Prospect) -> float:
        """What the way costs, for those who march."""
        return self._march(group, prospect.aim) if action == MOVE else 0.0

    def success(self, group: GroupState, action: str, place: str, prospect: Prospect) -> float:
        """Odds of getting what it came for, by the strengths on both sides (M6)."""
        world = self._world
        choosing = world.groups.choosing
        match action:
            case "move":
                held = self._held_odds * self.holders(group, place)
                troops = world.forces.armed_strength(place) * world.deterrence.credibility(group.id) / HIGHEST
                return choosing.beats(self.assault_band(group, prospect.marks.band) + prospect.aid, held + troops)
            case "attack-base":
                return choosing.beats_prepared(prospect.band, world.forces.armed_strength(place))
            case _:
                # A probe comes to see, a block and an ambush choose their ground: nobody is there yet to beat.
                return 1.0

    def holders(self, group: GroupState, place: str) -> float:
        """Fighters of its enemies who would defend a place."""
        total = 0.0
        for enemy in self._world.groups.state.values():
            if place in enemy.places and self._world.groups.relations.enemies(group, enemy):
                total += self._world.groups.present(enemy) / len(enemy.places)
        return total

    def _held_by_friends(self, group: GroupState, place: str) -> bool:
        relations = self._world.groups.relations
        return any(
            place in other.places and relations.friends(group, other) for other in self._world.groups.state.values()
        )

    def assault_band(self, group: GroupState, uniform: float) -> int:
        """Fighters it sends on an assault."""
        return self._share(group, uniform, self._assault_share)

    def probe_band(self, group: GroupState, uniform: float) -> int:
        """Fighters it sends to see how far they get."""
        return self._share(group, uniform, self._probe_share)

    def _share(self, group: GroupState, uniform: float, median: float) -> int:
        share = min(1.0, lognormal(uniform, median, self._band_sigma))
        present = self._world.groups.present(group)
        return min(present, max(1, round(present * share)))

    def peaceful(self, group: GroupState, action: str, gain: float, prospect: Prospect) -> float:
        """What talking, or giving up a place, is worth: what presses it, less what it would leave behind."""
        world = self._world
        persuasion = world.groups.persuasion(group)
        if action == NEGOTIATE:
            ready = group.spec.talks / HIGHEST
            if group.spec.process == "profit":
                ready *= self._profit_calm
            return gain * ready + persuasion + world.bargaining.pressure(group, prospect.place)
        fear = self._withdraw_fear * world.deterrence.perceived(group, prospect.place, battle=True)
        held = group.aims.get(prospect.place, 0.0)
        return gain + persuasion + fear + self._withdraw_loss * group.lost() - held
