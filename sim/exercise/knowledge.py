"""What the holders of some seats know together: the union of their pictures, each fact with its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.engine.pictures import Leaf, ObjectionView, OpenDecision, Report, TaskView
from sim.engine.ticks import Tick

if TYPE_CHECKING:
    from sim.engine.world import World

SHOWN_OF_A_TREND: Final = 8


@dataclass(frozen=True, slots=True)
class Letter:
    """A report in the inbox of these seats: the copies of one message are one letter."""

    order: int
    first: Report
    """The copy that came first."""
    seats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that these seats know."""

    now: Tick
    facts: Mapping[tuple[str, str], Leaf]
    letters: Sequence[Letter]
    decisions: Sequence[OpenDecision]
    tasks: Sequence[TaskView]
    objections: Sequence[ObjectionView]

    def of(self, subject: str) -> dict[str, Leaf]:
        """The facts about a subject."""
        return {attribute: leaf for (about, attribute), leaf in self.facts.items() if about == subject}

    def history(self, subject: str, attribute: str) -> list[float]:
        """The middle of what was said about a count, oldest first."""
        said: dict[Tick, float] = {}
        for letter in self.letters:
            for told in letter.first.says:
                if (told.subject, told.attribute) == (subject, attribute) and not isinstance(told.value, str):
                    value = told.value
                    said[told.as_of] = (value[0] + value[1]) / 2 if isinstance(value, tuple) else float(value)
        return [said[tick] for tick in sorted(said)][-SHOWN_OF_A_TREND:]


def known_to(world: World, seats: Sequence[str]) -> Knowledge:
    """Put the pictures of some seats together; of two beliefs the fresher stands, then the better graded."""
    pictures = [world.picture(seat) for seat in seats]
    facts: dict[tuple[str, str], Leaf] = {}
    tasks: dict[str, TaskView] = {}
    objections: dict[str, ObjectionView] = {}
    decisions: list[OpenDecision] = []
    for picture in pictures:
        for key, leaf in picture.facts.items():
            known = facts.get(key)
            if known is None or (leaf.as_of, known.grade) > (known.as_of, leaf.grade):
                facts[key] = leaf
        for task in picture.tasks:
            other = tasks.get(task.id)
            if other is None or task.as_of > other.as_of:
                tasks[task.id] = task
        for objection in picture.objections:
            found = objections.get(objection.id)
            if found is None or (len(objection.lines), -objection.since) > (len(found.lines), -found.since):
                objections[objection.id] = objection
        decisions += picture.decisions
    return Knowledge(
        now=world.now,
        facts=facts,
        letters=_letters([report for picture in pictures for report in picture.reports], seats),
        decisions=sorted(decisions, key=lambda decision: (decision.opened, decision.id)),
        tasks=sorted(tasks.values(), key=lambda task: (task.since, task.id)),
        objections=sorted(objections.values(), key=lambda objection: (objection.since, objection.id)),
    )


def _letters(reports: Sequence[Report], seats: Sequence[str]) -> list[Letter]:
    if len(seats) == 1:
        return [Letter(report.number, report, (report.addressee,)) for report in reports]
    rank = {seat: number for number, seat in enumerate(seats)}
    copies: dict[tuple[object, ...], list[Report]] = {}
    for report in sorted(reports, key=lambda report: (report.delivered, report.written, rank[report.addressee])):
        key = (report.written, report.sender, report.phrase, report.grade, report.values, report.text, report.says)
        copies.setdefault(key, []).append(report)
    return [
        Letter(order, same[0], tuple(dict.fromkeys(report.addressee for report in same)))
        for order, same in enumerate(copies.values(), 1)
    ]
