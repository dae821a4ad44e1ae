"""What the analysis centre makes of many reports: slow, deep, and graded (C10, C22).

Every sign that reached the operations centre counts for or against violence by the grade of whoever told it; what
several say of one thing counts less than what each says of another; old signs fade. The outcome is a word for how
likely violence is at a place, and a word for how much the centre would stake on it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.journal import fixed
from sim.engine.reports import ANALYSTS, Told
from sim.engine.sources import PROBABLE
from sim.engine.ticks import HOUR, Tick, from_hours
from sim.engine.warning_signs import INDICATORS

if TYPE_CHECKING:
    from sim.engine.tasks import Task
    from sim.engine.world import World

LOW, MEDIUM, HIGH = "low", "medium", "high"
LETTERS: Final = "ABCDE"
DIGITS: Final = "12345"
"""Grades that say something; F and 6 cannot be judged."""


class Item(NamedTuple):
    """One sign as somebody told it: when, of what, by whom, and what the grade of it is worth."""

    at: Tick
    indicator: str
    source: str
    worth: float


class Judgement(NamedTuple):
    """What an assessment says of a place."""

    chance: float
    likelihood: str
    confidence: str
    sources: int


class Assessments:
    """The files of the analysis centre, one for each place."""

    __slots__ = (
        "_best", "_dependence", "_fade", "_files", "_free", "_high", "_low", "_many", "_prior", "_work", "_world",
        "_worst",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        prior = value["assessments.prior"]
        self._prior = math.log(prior / (1.0 - prior))
        self._best = math.log(value["assessments.bayes_best"])
        self._worst = math.log(value["assessments.bayes_worst"])
        self._dependence = value["assessments.dependence"]
        self._fade = math.log(2.0) / (value["assessments.half_life_hours"] * HOUR)
        self._low = value["assessments.low_below"]
        self._high = value["assessments.high_from"]
        self._many = round(value["assessments.confident_sources"])
        self._work = from_hours(value["assessments.work_hours"])
        self._files: dict[str, dict[tuple[str, str], Item]] = {}
        self._free: Tick = 0

    def begin(self) -> None:
        self._world.tasks.provide("threat-assessment", completes=self._asked)

    def heard(self, told: Told, at: Tick) -> None:
        """A statement will reach the operations centre; if it is a sign it goes on file."""
        if INDICATORS.get(told.attribute) == told.value:
            file = self._files.setdefault(told.subject, {})
            file[told.attribute, told.source] = Item(at, told.attribute, told.source, self.worth(told.grade))

    def judge(self, place: str) -> Judgement:
        """How likely violence at a place looks from what is on file now. Changes nothing."""
        now = self._world.now
        weights: dict[str, list[float]] = {}
        sources: dict[str, None] = {}
        for at, indicator, source, worth in self._files.get(place, {}).values():
            if at <= now:
                weights.setdefault(indicator, []).append(worth * math.exp(-self._fade * (now - at)))
                sources[source] = None
        odds = self._prior + self._together([self._together(told) for told in weights.values()])
        chance = 1.0 / (1.0 + math.exp(-odds))
        likelihood = LOW if chance < self._low else HIGH if chance >= self._high else MEDIUM
        many = len(sources)
        confidence = HIGH if many >= self._many else MEDIUM if many > 1 else LOW
        return Judgement(chance, likelihood, confidence, many)

    def worth(self, grade: str) -> float:
        """The logarithm of the Bayes factor of a grade: the best reports count for it, the worst against (C22)."""
        if grade[0] not in LETTERS or grade[1] not in DIGITS:
            return 0.0
        steps = LETTERS.index(grade[0]) + DIGITS.index(grade[1])
        return self._best + (self._worst - self._best) * steps / (len(LETTERS) + len(DIGITS) - 2)

    def open_files(self) -> list[str]:
        """Places of which something is on file."""
        return list(self._files)

    def told(self, place: str) -> list[Told]:
        """The judgement of a place as statements with a grade of their own."""
        judged = self.judge(place)
        reliability = {HIGH: "A", MEDIUM: "B", LOW: "C"}[judged.confidence]
        grade = f"{reliability}{PROBABLE}"
        now = self._world.now
        return [
            Told(place, "likelihood", judged.likelihood, now, grade, ANALYSTS),
            Told(place, "confidence", judged.confidence, now, grade, ANALYSTS),
        ]

    def _together(self, weights: list[float]) -> float:
        """Several items on one thing, or several things at one place, are not independent: the next counts less."""
        # One thing alone, as three in ten are, needs no order.
        if len(weights) == 1:
            return weights[0]
        total, share = 0.0, 1.0
        for weight in sorted(weights, key=abs, reverse=True):
            total += weight * share
            share *= self._dependence
        return total

    def _asked(self, task: Task) -> None:
        """Somebody wants a judgement of a place; the analysts finish what they have begun first."""
        world = self._world
        self._free = max(self._free, world.now) + self._work
        world.agenda.at(self._free, Phase.REPORTS, 0, self._deliver, task)

    def _deliver(self, event: At) -> None:
        task: Task = event.payload
        world = self._world
        place = task.place
        judged = self.judge(place)
        name = world.journal.name
        row = world.journal.write(
            kinds.ASSESSED, world.now, name(place), (task.row,),
            fixed(judged.chance), name(judged.likelihood), name(judged.confidence),
        )  # fmt: skip
        told = self.told(place)
        world.intelligence.assessed(
            place, row, told, {"place": place, "likelihood": judged.likelihood, "confidence": judged.confidence},
            task.seat, judged.likelihood == HIGH,
        )  # fmt: skip
