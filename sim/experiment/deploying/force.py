"""The force that a pattern has to hand out: what goes as one, who guards what is not left, and who is kept in hand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sim.experiment.deploying.knowledge import Knowledge
from sim.experiment.deploying.restrictions import Restrictions
from sim.experiment.faults import NothingToDeploy


@dataclass(frozen=True, slots=True)
class Body:
    """What is put somewhere as one: a unit, with those of its parts that do not go alone."""

    unit: str
    rank: int
    at: str
    heads: int
    parts: tuple[str, ...]
    holds: bool
    """It can be left alone with armed men; formed police cannot."""
    protects: str
    ready: bool
    """It stands at high readiness already."""

    @property
    def units(self) -> tuple[str, ...]:
        return (self.unit, *self.parts)


class Force:
    """The troops and formed police of a scenario.

    Formed police stay whole (F6), and so does whatever its contributor has said is not taken apart. A platoon that the
    scenario lists as part of a company goes alone; a company without such parts cannot be split.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        """
        Raises:
            NothingToDeploy: when no unit can stand anywhere else.
        """
        self.knowledge = knowledge
        self.restrictions = Restrictions(knowledge)
        if not self.bodies:
            raise NothingToDeploy(knowledge.scenario.name)

    @cached_property
    def bodies(self) -> tuple[Body, ...]:
        units = self.knowledge.units
        bound: dict[str, list[str]] = {}
        alone: list[str] = []
        for id_, spec in units.items():
            if self.knowledge.can(id_, "air") or not self.knowledge.can(id_, "combat", "public-order"):
                continue
            whole = units.get(spec.parent)
            if whole is not None and whole.at == spec.at and self._goes_with_the_whole(id_):
                bound.setdefault(whole.id, []).append(id_)
            else:
                alone.append(id_)
        return tuple(body for body in (self._body(id_, bound.get(id_, ()), alone) for id_ in alone) if body.heads > 0)

    def _goes_with_the_whole(self, part: str) -> bool:
        return self.knowledge.units[part].component == "police" or self.restrictions.keeps_together(part)

    def _body(self, unit: str, parts: Iterable[str], alone: Iterable[str]) -> Body:
        units = self.knowledge.units
        spec = units[unit]
        split = sum(units[part].strength for part in alone if units[part].parent == unit)
        return Body(
            unit, spec.rank, spec.at, max(0, spec.strength - split), tuple(parts), self.knowledge.fights(unit),
            spec.protects, spec.posture == "high-readiness",
        )  # fmt: skip

    @cached_property
    def guards(self) -> Mapping[str, Body]:
        """At each base, and each place that a base feeds, one that stays: nobody is left without anybody."""
        found: dict[str, Body] = {}
        for body in self.bodies:
            if self.knowledge.fed(body.at):
                kept = found.get(body.at)
                if kept is None or _guards_before(body) < _guards_before(kept):
                    found[body.at] = body
        return found

    @cached_property
    def free(self) -> tuple[Body, ...]:
        """Those that may leave the base they stand at."""
        guards = {body.unit for body in self.guards.values()}
        return tuple(
            body for body in self.bodies
            if body.holds and body.unit not in guards and self.knowledge.fed(body.at)
        )  # fmt: skip

    @cached_property
    def out(self) -> tuple[Body, ...]:
        """Those that stand away from every permanent base."""
        return tuple(body for body in self.bodies if not self.knowledge.fed(body.at))

    @cached_property
    def hub(self) -> str:
        """The base from which most people under threat are soonest reached, one with troops if any; nothing without."""
        bases = self.knowledge.bases
        held = [base for base in bases if any(body.at == base for body in self.bodies)]
        return min(
            held or bases, key=lambda base: (self._remoteness(base), self.knowledge.places[base].rank), default=""
        )

    def _remoteness(self, base: str) -> float:
        """Hours to everybody under threat from a base, each person counted."""
        hours, most = self.knowledge.hours, self.knowledge.rules["reach.unreached_hours"]
        return math.fsum(
            found.threatened * min(hours(base, place), most) for place, found in self.knowledge.peopled.items()
        )

    def reserve(self, *, come_in: bool = False, platoons: bool = False) -> tuple[Body, ...]:
        """Those that are kept in hand: at high readiness already, near the hub, free to drive at night, the strongest.

        Args:
            come_in: those who stand away from a base can be among them, and whoever alone may leave is one.
            platoons: those that could fly before all others.
        """
        pool = [*self.free, *(body for body in self.out if body.holds)]
        wanted = self.knowledge.rules["reserve.share"] * sum(body.heads for body in pool)
        order = sorted(
            pool if come_in else self.free,
            key=lambda body: (
                platoons and not self.flying_type(body.unit),
                not body.ready,
                self.knowledge.hours(body.at, self.hub) if self.hub else 0.0,
                self.restrictions.stays_in_at_night(body.unit),
                -body.heads,
                body.rank,
            ),
        )
        kept: list[Body] = []
        for body in order if come_in or len(pool) > 1 else ():
            heads = sum(other.heads for other in kept)
            if not kept or heads + body.heads / 2 <= wanted:
                kept.append(body)
        return tuple(kept)

    def flying_type(self, unit: str) -> str:
        """The type that a unit is when aircraft are tied to it: as strong and as able, in the air; nothing if none."""
        types = self.knowledge.blueprint.doctrine.unit_types
        own = types[self.knowledge.units[unit].type]
        asked = ("air", "combat", *self.knowledge.asked_of(unit))
        for kind in types.values():
            able = all(kind.capabilities.get(family, 0.0) >= own.capabilities.get(family, 0.0) for family in asked)
            same = (kind.component, kind.strength, kind.force_level) == (own.component, own.strength, own.force_level)
            if kind.capabilities.get("air") and able and same and own.capabilities.get("combat"):
                return kind.id
        return ""


def _guards_before(body: Body) -> tuple[bool, bool, int, int]:
    """Who stays: whoever protects the place, who could not hold another one alone, the strongest."""
    return body.protects != body.at, body.holds, -body.heads, body.rank
