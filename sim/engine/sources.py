"""Through whom the mission learns: who covers a place, what is noticed there, and how badly it is counted.

Own people see nothing where nobody is, and understand little without an interpreter (F34). People of the place who
talk run a risk: some are found out, and then they and others keep silent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.engine import kinds
from sim.engine.blueprint import InformationSpec
from sim.engine.journal import EventId
from sim.engine.ticks import Tick, from_hours
from sim.engine.views import Value

if TYPE_CHECKING:
    from sim.engine.world import World

Fact: TypeAlias = tuple[str, str, Value]
Facts: TypeAlias = Sequence[Fact]

normal: Final = NormalDist().inv_cdf

OWN_EYES: Final = ("presence", "patrol", "liaison", "observers", "police")
"""Kinds of sources that are the mission's own people, and need somebody to be there."""

COUNTED: Final = (
    "people", "waiting", "inside", "displaced", "home", "wounded", "untreated", "killed", "strength", "attackers",
)  # fmt: skip
"""What is estimated rather than known; every source gives it with its own error."""

FIRST_HAND, PROBABLE, POSSIBLE = "1", "2", "3"
_RAISED: Final = {PROBABLE: FIRST_HAND, POSSIBLE: PROBABLE}


class Sources:
    """The sources of a scenario, and what becomes of them."""

    __slots__ = ("_boost", "_collected", "_covering", "_least", "_parameters", "_silent", "_slack", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        parameters = self._parameters = world.parameters
        self._covering: dict[str, list[InformationSpec]] = {}
        for source in world.blueprint.information.values():
            for place in source.places:
                self._covering.setdefault(place, []).append(source)
        self._boost = parameters["intelligence.collection_factor"]
        self._least = parameters["intelligence.without_interpreter"]
        self._slack = parameters["intelligence.news_share"]
        self._collected: dict[str, int] = {}
        self._silent: dict[str, Tick] = {}

    def collect(self, place: str, on: bool) -> None:
        """Somebody presses for more about a place, or no longer does."""
        self._collected[place] = self._collected.get(place, 0) + (1 if on else -1)

    def hear(self, place: str, loud: float, luck: str) -> list[tuple[Tick, int, InformationSpec]]:
        """Who notices what happens at a place and when he can tell, the earliest first."""
        now = self._world.agenda.now
        draw = self._world.chance.draw
        silent = self._silent
        heard: list[tuple[Tick, int, InformationSpec]] = []
        for source in self._covering.get(place, ()):
            odds = self._odds(source, place, loud)
            if odds > 0.0 and draw(luck, 2 * source.rank) < odds and silent.get(source.id, 0) <= now:
                heard.append((now + source.delay.ticks(draw(luck, 2 * source.rank + 1)), source.rank, source))
        heard.sort()
        return heard

    def understanding(self, languages: float) -> float:
        """Without an interpreter people see, and do not learn what it means."""
        return self._least + (1.0 - self._least) * languages

    def risk(self, source: InformationSpec, place: str, luck: str, row: EventId) -> EventId | None:
        """Whether somebody was found out for what he told; the source keeps silent for a time."""
        world = self._world
        parameters = self._parameters
        odds = parameters["intelligence.reprisal_chance"]
        if self._collected.get(place):
            odds *= parameters["intelligence.reprisal_collection_factor"]
        if world.chance.draw(f"{luck}/{source.id}/reprisal") >= odds:
            return None
        self._silent[source.id] = world.now + from_hours(parameters["intelligence.silence_hours"])
        name = world.journal.name
        return world.journal.write(kinds.REPRISAL, world.now, name(source.id), (row,), name(place))

    def estimated(self, facts: Facts, error: float, luck: str) -> list[Fact]:
        """Facts as somebody gives them: counts as ranges about his guess, measurements roughly."""
        return [
            (
                subject, attribute,
                self.estimate(value, error, f"{luck}/{attribute}") if attribute in COUNTED else _rough(value),
            )
            for subject, attribute, value in facts
        ]  # fmt: skip

    def estimate(self, value: Value, error: float, luck: str) -> Value:
        """A count as somebody gives it: too high or too low, as a range about his guess."""
        if isinstance(value, (str, tuple)) or value <= 0 or error <= 0.0:
            return value
        guess = value * math.exp(error * normal(self._world.chance.draw(luck)))
        return spread(guess, math.exp(error))

    def fits(self, value: Value, known: Value) -> bool:
        """Whether what is seen is what is believed, near enough."""
        if isinstance(value, str) or isinstance(known, str) or isinstance(value, tuple):
            return value == known
        low, high = known if isinstance(known, tuple) else (known, known)
        return low * (1.0 - self._slack) <= value <= high * (1.0 + self._slack)

    def _odds(self, source: InformationSpec, place: str, loud: float) -> float:
        odds = source.detects
        if source.kind in OWN_EYES:
            understanding = self._world.forces.understanding
            languages = -1.0
            for each in source.places:
                here = understanding(each)
                languages = here if here > languages else languages
            if languages < 0.0:
                return 0.0
            if loud <= 1.0:
                odds *= self.understanding(languages)
        if self._collected.get(place):
            odds = 1.0 - math.pow(1.0 - odds, self._boost)
        return odds if loud == 1.0 else 1.0 - math.pow(1.0 - odds, loud)


def grade(source: InformationSpec, confirms: bool) -> str:
    """Reliability of the source and credibility of the item; a second independent voice raises the latter."""
    digit = PROBABLE if source.kind in OWN_EYES else POSSIBLE
    return source.reliability + (_RAISED[digit] if confirms else digit)


def spread(middle: float, factor: float) -> Value:
    """A range from a middle and how far off it may be; two digits, since nobody in the field counts better."""
    low, high = _digits(middle / factor), _digits(middle * factor)
    return low if low == high else (low, high)


def middle(value: Value) -> float:
    """The geometric middle of a count, never below one."""
    if isinstance(value, tuple):
        return math.sqrt(max(value[0], 1.0) * max(value[1], 1.0))
    assert not isinstance(value, str)
    return max(value, 1.0)


def _digits(count: float) -> int:
    return round(float(f"{count:.1e}"))


def _rough(value: Value) -> Value:
    return float(f"{value:.1e}") if isinstance(value, float) else value
