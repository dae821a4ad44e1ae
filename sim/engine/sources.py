"""Through whom the mission learns: who covers a place, what is noticed there, and how badly it is counted.

Own people see nothing where nobody is, and understand little without an interpreter: they hear shots and do not learn
what the shots mean (F34). Aircraft see by day. People of the place who talk run a risk: some are found out, and then
they keep silent and their neighbours are afraid.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from sim.engine import kinds
from sim.engine.blueprint import InformationSpec
from sim.engine.journal import EventId
from sim.engine.ticks import Tick, from_hours
from sim.engine.views import Value

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.world import World

Fact: TypeAlias = tuple[str, str, Value]
Facts: TypeAlias = Sequence[Fact]

normal: Final = NormalDist().inv_cdf

OWN_EYES: Final = ("presence", "patrol", "liaison", "observers", "police")
"""Kinds of sources that are the mission's own people, and need somebody to be there."""

FROM_THE_AIR: Final = "drone"
"""The kind of source that needs something in the air, and daylight."""

WATCH: Final = "aerial-reconnaissance"
"""The response by which an aircraft looks at a place."""

NEIGHBOURS: Final = ("alert-network", "women-network", "youth-network", "traders")
"""Kinds of sources that live in a place, and hear more where the mission keeps a network up."""

WHO_CALL: Final = (*OWN_EYES, "alert-network", "women-network", "youth-network")
"""Kinds of sources from whom the nearest commander hears while it is going on; the others tell it afterwards."""

UNREAD: Final = {"attack-under-way": "shots-heard", "clash": "shots-heard", "attack-over": ""}
"""What has to be told in words, and what own people report instead who understand nobody: the noise, or nothing."""

COUNTED: Final = frozenset({
    "people", "waiting", "inside", "displaced", "home", "wounded", "untreated", "killed", "strength", "attackers",
    "column-strength",
})  # fmt: skip
"""What is estimated rather than known; every source gives it with its own error."""

FIRST_HAND, PROBABLE, POSSIBLE = "1", "2", "3"
_RAISED: Final = {PROBABLE: FIRST_HAND, POSSIBLE: PROBABLE}


class Heard(NamedTuple):
    """One voice that noticed something: when it can tell, and whether it understood what it was."""

    at: Tick
    rank: int
    source: InformationSpec
    understood: bool


class Sources:
    """The sources of a scenario, and what becomes of them."""

    __slots__ = (
        "_boost", "_collected", "_covering", "_least", "_network_looks", "_parameters", "_silent", "_slack", "_world",
    )  # fmt: skip

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
        self._network_looks = parameters["intelligence.network_looks"]
        self._collected: dict[str, int] = {}
        self._silent: dict[str, Tick] = {}

    def collect(self, place: str, on: bool) -> None:
        """Somebody presses for more about a place, or no longer does."""
        self._collected[place] = self._collected.get(place, 0) + (1 if on else -1)

    def hear(self, place: str, loud: float, luck: str, phrase: str = "") -> list[Heard]:
        """Who notices what happens at a place and when he can tell, the earliest first."""
        words = phrase in UNREAD
        now = self._world.agenda.now
        draw = self._world.chance.draw
        silent = self._silent
        heard: list[Heard] = []
        for source in self._covering.get(place, ()):
            odds = self._odds(source, place, loud, words)
            if odds > 0.0 and draw(luck, 2 * source.rank) < odds and silent.get(source.id, 0) <= now:
                understood = not words or self._understands(source)
                if understood or UNREAD[phrase]:
                    at = now + source.delay.ticks(draw(luck, 2 * source.rank + 1))
                    heard.append(Heard(at, source.rank, source, understood))
        voice = self._world.networks.voice(place)
        if voice is not None:
            odds = _looks(voice.detects, loud)
            if draw(f"{luck}/alarm") < odds and silent.get(voice.id, 0) <= now:
                heard.append(Heard(now + self._world.networks.delay(luck), voice.rank, voice, True))
        heard.sort()
        return heard

    def understanding(self, languages: float) -> float:
        """Without an interpreter people see, and do not learn what it means."""
        return self._least + (1.0 - self._least) * languages

    def spoken_by(self, unit: UnitState, place: str) -> float:
        """The share of the languages of a place that a unit understands, with interpreters who dare to come."""
        networks = self._world.networks
        return max(unit.spec.languages, networks.interpreters(place)) * networks.courage(place)

    def watched(self, place: str) -> bool:
        """Whether an aircraft looks at a place now; at night it sees nothing."""
        world = self._world
        return not world.places.is_night(world.now) and bool(world.tasks.lasting(WATCH, place))

    def risk(self, source: InformationSpec, place: str, luck: str, row: EventId) -> EventId | None:
        """Whether somebody was found out for what he told; the source keeps silent for a time."""
        return self._found_out(source.id, place, f"{luck}/{source.id}/reprisal", row)

    def exposed(self, place: str, name: str, row: EventId) -> EventId | None:
        """Whether people whom the mission took on at a place pay for it."""
        return self._found_out(place, place, f"{name}/reprisal", row)

    def _found_out(self, who: str, place: str, luck: str, row: EventId) -> EventId | None:
        world = self._world
        parameters = self._parameters
        odds = parameters["intelligence.reprisal_chance"] * (1.0 - world.networks.protects(place))
        if self._collected.get(place):
            odds *= parameters["intelligence.reprisal_collection_factor"]
        if world.chance.draw(luck) >= odds:
            return None
        self._silent[who] = world.now + from_hours(parameters["intelligence.silence_hours"])
        name = world.journal.name
        written = world.journal.write(kinds.REPRISAL, world.now, name(who), (row,), name(place))
        world.measures.count("reprisals", 1, written)
        world.people.shock(place, parameters["intelligence.reprisal_fear"], written)
        for state in world.people.living_at(place):
            world.standing(state.trust.id, -parameters["intelligence.reprisal_trust"], (written,), "reprisal")
        return written

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

    def _odds(self, source: InformationSpec, place: str, loud: float, words: bool = False) -> float:
        odds = source.detects
        if source.kind in OWN_EYES:
            languages = self._languages(source)
            if languages < 0.0:
                return 0.0
            if loud <= 1.0 and not words:
                odds *= self.understanding(languages)
        elif source.kind == FROM_THE_AIR:
            if not self.watched(place):
                return 0.0
        elif source.kind in NEIGHBOURS:
            coverage = self._world.networks.coverage(place)
            if coverage:
                odds = _looks(odds, 1.0 + coverage * self._network_looks)
        if source.at_risk:
            protects = self._world.networks.protects(place)
            if protects:
                # What would give a source away is not passed on: they live, and less is known.
                odds *= 1.0 - protects * self._parameters["response.protect_sources_withheld"]
        if self._collected.get(place):
            odds = _looks(odds, self._boost)
        return odds if loud == 1.0 else _looks(odds, loud)

    def _languages(self, source: InformationSpec) -> float:
        """What the best of the units that a source stands for understands; -1 where nobody is."""
        understanding = self._world.forces.understanding
        best = -1.0
        for place in source.places:
            here = understanding(place)
            if here > best:
                best = here
        if best < 0.0:
            return best
        networks = self._world.networks
        courage = 1.0
        for place in source.places:
            hired, here = networks.interpreters(place), networks.courage(place)
            if hired > best:
                best = hired
            if here < courage:
                courage = here
        return best * courage

    def _understands(self, source: InformationSpec) -> bool:
        """What is loud is heard by all who are near; what it means is another thing.

        One luck for the whole run: whoever has nobody to ask has nobody to ask the next time either, and an
        interpreter never makes it worse.
        """
        if source.kind not in OWN_EYES:
            return True
        odds = self.understanding(self._languages(source))
        return self._world.chance.draw(f"{source.id}/understands") < odds


def _looks(odds: float, looks: float) -> float:
    """The odds of at least one of several independent looks."""
    return 1.0 - math.pow(1.0 - odds, looks)


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
    if count < 10:
        return round(float(f"{count:.1e}"))
    # NOTE: every count of every report is rounded here; by way of a text it took four times as long.
    step = 1
    while (digits := round(count / step)) >= 100:
        step *= 10
    return digits * step


def _rough(value: Value) -> Value:
    return float(f"{value:.1e}") if isinstance(value, float) else value
