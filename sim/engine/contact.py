"""Armed contact: a stochastic Lanchester process in continuous time (M1-M10).

Hits fall as exponential clocks whose rates follow who still shoots at whom: aimed fire by default, fire
into an area by those who are ambushed. Fire slackens once both sides are under cover. A side breaks at
a share of losses that is drawn at its birth. The whole course is drawn when contact begins, so
whoever arrives later cuts it short and shifts no luck.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.engine.chance import exponential, share_of
from sim.engine.journal import FIXED
from sim.engine.ticks import MINUTE, Tick

if TYPE_CHECKING:
    from sim.engine.world import World

ATTACKER = "attacker"
DEFENDER = "defender"


@dataclass(frozen=True, slots=True)
class Course:
    """What two sides do to each other if nobody interferes, in minutes since the first shot."""

    attacker_hits: tuple[float, ...]
    """Minutes at which the attacker loses somebody."""
    defender_hits: tuple[float, ...]
    minutes: float
    broke: str
    """The side that broke off, or nothing when time ran out."""


@dataclass(frozen=True, slots=True)
class FireRates:
    """Hits per shooter and minute at the start, and how they change."""

    on_attacker: float
    on_defender: float
    suppressed_share: float
    """What is left of the rate once both sides are under cover."""
    suppressed_after: float
    """Minutes."""
    area_until: float = 0.0
    """Minutes during which the ambushed defenders shoot into an area and not at men (M2)."""


@dataclass(frozen=True, slots=True)
class AirFire:
    """What aircraft do to men in the open, in minutes since the first shot."""

    hits: tuple[float, ...]
    minutes: float
    broke: bool


class Fight:
    """A drawn course at a place and time."""

    __slots__ = ("attackers", "began", "broke", "course", "defenders", "ends", "name")

    def __init__(self, name: str, attackers: int, defenders: int, began: Tick, course: Course) -> None:
        self.name = name
        self.attackers = attackers
        self.defenders = defenders
        self.began = began
        self.course = course
        self.broke = course.broke
        self.ends: Tick = began + round(course.minutes * MINUTE)

    def losses(self, tick: Tick) -> tuple[int, int]:
        """Losses of the attacker and the defender up to a tick."""
        minutes = (tick - self.began) / MINUTE
        return bisect_right(self.course.attacker_hits, minutes), bisect_right(self.course.defender_hits, minutes)


class Contact:
    """Draws fights and splits their losses into killed and wounded."""

    __slots__ = (
        "_air_hits",
        "_air_leading",
        "_air_scattered_after",
        "_air_scattered_share",
        "_ambush_high",
        "_ambush_low",
        "_break_alpha",
        "_break_beta",
        "_hits",
        "_prepared_share",
        "_suppressed_after",
        "_suppressed_share",
        "_world",
        "_wounded_share",
    )

    def __init__(self, world: World) -> None:
        self._world = world
        parameters = world.parameters
        self._hits = parameters["contact.hits_per_shooter_minute"]
        self._suppressed_share = 1.0 / parameters["contact.suppression"]
        self._suppressed_after = parameters["contact.suppressed_after_minutes"]
        self._ambush_low = parameters["contact.ambush_minutes_low"]
        self._ambush_high = parameters["contact.ambush_minutes_high"]
        self._air_hits = parameters["contact.air_hits_per_aircraft_minute"]
        self._air_scattered_after = parameters["contact.air_scattered_after_minutes"]
        self._air_scattered_share = parameters["contact.air_scattered_share"]
        self._air_leading = parameters["contact.air_leading_strength"]
        self._prepared_share = parameters["contact.prepared_share"]
        self._break_alpha = round(parameters["contact.break_alpha"])
        self._break_beta = round(parameters["contact.break_beta"])
        ratio = parameters["contact.wounded_per_killed"]
        self._wounded_share = ratio / (1.0 + ratio)

    def begin(self) -> None:
        """Nothing is fought yet."""

    def fight(
        self,
        name: str,
        attackers: int,
        defenders: int,
        minutes: float,
        *,
        ambush: bool = False,
        prepared: bool = False,
        attacker_skill: float = 1.0,
        defender_skill: float = 1.0,
    ) -> Fight:
        """Draw the whole course of a contact that begins now.

        Args:
            name: of the event it is born of; every draw hangs on it.
            minutes: how long the attacker keeps it up if nobody breaks.
            prepared: the defender stands behind works and is harder to hit.
            attacker_skill: quality of the unit beside an average one (E12).
            defender_skill: the same for the defender.
        """
        chance = self._world.chance
        area = 0.0
        if ambush:
            area = self._ambush_low + (self._ambush_high - self._ambush_low) * chance.draw(f"{name}/ambush")
        rates = FireRates(
            on_attacker=self._hits * defender_skill,
            on_defender=self._hits * attacker_skill * (self._prepared_share if prepared else 1.0),
            suppressed_share=self._suppressed_share,
            suppressed_after=self._suppressed_after,
            area_until=area,
        )
        hits = f"{name}/hits"
        course = draw_course(
            lambda ordinal: chance.draw(hits, ordinal),
            attackers,
            defenders,
            minutes,
            rates,
            self.break_losses(f"{name}/attacker-breaks", attackers),
            self.break_losses(f"{name}/defender-breaks", defenders),
        )
        return Fight(name, attackers, defenders, self._world.now, course)

    def from_air(self, name: str, strength: int, aircraft: int, minutes: float) -> AirFire:
        """Draw the fire of aircraft on a column in the open: it breaks off, or time runs out (F25, M7).

        Those who ride in front see what happens to them; how long the rest of the column is matters no more.
        """
        chance = self._world.chance
        hits = f"{name}/hits"
        return draw_air_fire(
            lambda ordinal: chance.draw(hits, ordinal),
            strength,
            self._air_hits * aircraft,
            minutes,
            self._air_scattered_after,
            self._air_scattered_share,
            self.break_losses(f"{name}/breaks", min(strength, round(self._air_leading))),
        )

    def break_losses(self, name: str, strength: int) -> int:
        """Losses at which a side of this strength breaks off; at least one man (M10)."""
        point = beta_point(self._world.chance.draw(name), self._break_alpha, self._break_beta)
        return max(1, math.ceil(point * strength))

    def split(self, name: str, losses: int) -> tuple[int, int]:
        """Losses as (killed, wounded); the ratio holds on average (M9)."""
        wounded = share_of(losses, self._wounded_share, self._world.chance.draw(f"{name}/wounded"))
        return losses - wounded, wounded


def draw_course(
    uniform: Callable[[int], float],
    attackers: int,
    defenders: int,
    minutes: float,
    rates: FireRates,
    attacker_breaks: int,
    defender_breaks: int,
) -> Course:
    """Run the clocks of a contact until somebody breaks or time is up.

    Two uniforms per hit: the waiting time as a unit exponential spent against the changing rate, and who is hit.
    """
    hit_attackers: list[float] = []
    hit_defenders: list[float] = []
    left, right = attackers, defenders
    now = 0.0
    turns = sorted({turn for turn in (rates.suppressed_after, rates.area_until, minutes) if turn <= minutes})
    ordinal = 0
    patience = exponential(uniform(0), 1.0)
    while True:
        slack = rates.suppressed_share if now >= rates.suppressed_after else 1.0
        crowding = left / attackers if now < rates.area_until else 1.0
        on_attacker = rates.on_attacker * right * slack * crowding if left else 0.0
        on_defender = rates.on_defender * left * slack if right else 0.0
        total = on_attacker + on_defender
        turn = next((moment for moment in turns if moment > now), minutes)
        if total * (turn - now) <= patience:
            if turn >= minutes:
                return Course(tuple(hit_attackers), tuple(hit_defenders), minutes, "")
            patience -= total * (turn - now)
            now = turn
            continue
        now += patience / total
        if uniform(ordinal + 1) * total < on_attacker:
            left -= 1
            hit_attackers.append(now)
            if len(hit_attackers) >= attacker_breaks:
                return Course(tuple(hit_attackers), tuple(hit_defenders), now, ATTACKER)
        else:
            right -= 1
            hit_defenders.append(now)
            if len(hit_defenders) >= defender_breaks:
                return Course(tuple(hit_attackers), tuple(hit_defenders), now, DEFENDER)
        ordinal += 2
        patience = exponential(uniform(ordinal), 1.0)


def draw_air_fire(
    uniform: Callable[[int], float],
    strength: int,
    rate: float,
    minutes: float,
    scattered_after: float,
    scattered_share: float,
    breaks: int,
) -> AirFire:
    """Hits as exponential clocks, slower once everybody is off the road and under the trees."""
    hits: list[float] = []
    now = 0.0
    while len(hits) < min(breaks, strength):
        patience = exponential(uniform(len(hits)), 1.0)
        if now < scattered_after:
            window = rate * (min(scattered_after, minutes) - now)
            if patience <= window:
                now += patience / rate
                hits.append(now)
                continue
            patience -= window
            now = scattered_after
        slack = rate * scattered_share
        now += patience / slack if slack else minutes
        if now >= minutes:
            return AirFire(tuple(hits), minutes, False)
        hits.append(now)
    return AirFire(tuple(hits), now, True)


def beta_point(uniform: float, alpha: int, beta: int) -> float:
    """Inversion of a Beta distribution with whole parameters, from its binomial tail."""
    trials = alpha + beta - 1
    ways = [(math.comb(trials, count), count, trials - count) for count in range(alpha)]
    low, high = 0.0, 1.0
    middle = 0.5
    while low < middle < high:
        below = math.fsum([many * middle**hits * (1.0 - middle) ** misses for many, hits, misses in ways])
        if 1.0 - below < uniform:
            low = middle
        else:
            high = middle
        middle = 0.5 * (low + high)
        # NOTE: amounts are kept to 2^-20; halving further costs time and changes nothing.
        if high - low < 1.0 / FIXED:
            break
    return middle
