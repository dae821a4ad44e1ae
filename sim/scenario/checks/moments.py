"""What has a time lies within the run."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from sim.scenario import conditions, schema
from sim.scenario.checks.subject import Finding, Subject, Way
from sim.scenario.problems import shown
from sim.scenario.values import Moment

_START_MEND = "Write it such as 2014-03-05T06:00+03:00."
_MEND = "Choose a moment from the start to the end of the run."


class Moments:
    """A run without length, an epilogue before the end, or a moment outside the run."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Every time that cannot come."""
        yield from self._start(subject)
        scenario = subject.scenario
        if scenario is None:
            return
        if scenario.duration <= 0:
            yield Finding(("duration",), "time", "", "The run has no length.", "Write a duration such as 15d.")
        if 0 < scenario.epilogue <= scenario.duration:
            said = "The epilogue ends before the run does; it is counted from the start."
            yield Finding(("epilogue",), "time", "", said, "Write a later time, or 0 for none.")
        horizon = max(scenario.duration, scenario.epilogue)
        for index, mark in enumerate(scenario.epilogue_marks):
            if not scenario.duration <= mark <= horizon:
                said = "This mark is not between the end of the run and the end of the epilogue."
                yield Finding(("epilogue_marks", index), "time", "", said, "Move it or lengthen the epilogue.")
        for name, inject in scenario.injects.items():
            if isinstance(inject.at, Moment):
                yield from self._moment(("injects", name, "at"), inject.at, scenario, horizon)
        for way, condition in _conditions(scenario):
            yield from self._condition(way, condition, scenario, horizon)

    def _start(self, subject: Subject) -> Iterator[Finding]:
        written = subject.data.get("start")
        if written is not None and not isinstance(written, str):
            said = f"{shown(written)} is no date and time."
            yield Finding(("start",), "time", str(written), said, _START_MEND)
        elif subject.scenario is not None and not 1900 <= subject.scenario.start.year <= 2200:
            said = f"{shown(written)} is not between the years 1900 and 2200."
            yield Finding(("start",), "time", str(written), said, _START_MEND)

    def _condition(
        self, way: Way, condition: conditions.Condition, scenario: schema.Scenario, horizon: int
    ) -> Iterator[Finding]:
        for inner, part in conditions.walk(condition, way):
            if isinstance(part, conditions.AtOrAfter):
                yield from self._moment((*inner, "at-or-after"), part.at_or_after, scenario, horizon)
            elif isinstance(part, conditions.After) and isinstance(part.after, int) and part.after >= horizon:
                said = "This lies after the end of the run and never comes."
                yield Finding((*inner, "after"), "time", "", said, _MEND)

    def _moment(self, way: Way, moment: Moment, scenario: schema.Scenario, horizon: int) -> Iterator[Finding]:
        try:
            ticks = moment.ticks(scenario.start)
        except ValueError as error:
            yield Finding(way, "time", moment.text, str(error))
            return
        if ticks >= horizon:
            said = f"{shown(moment.text)} lies after the end of the run and never comes."
            yield Finding(way, "time", moment.text, said, _MEND)


def _conditions(scenario: schema.Scenario) -> Iterator[tuple[Way, conditions.Condition]]:
    sections: dict[str, dict[str, BaseModel]] = {
        "injects": dict(scenario.injects),
        "decisions": dict(scenario.decisions),
        "standing_orders": dict(scenario.standing_orders),
        "benchmarks": dict(scenario.benchmarks),
    }
    for section, entries in sections.items():
        for name, entry in entries.items():
            condition: conditions.Condition | None = getattr(entry, "when", None)
            if condition is not None:
                yield (section, name, "when"), condition
    for index, step in enumerate(scenario.procedure):
        yield ("procedure", index, "evidence"), step.evidence
