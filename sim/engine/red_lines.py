"""Lines that the mission announces: who heard of them, who tests them, and whether the mission keeps its word.

A line is words, a place with a distance, those whom it binds, and what is to follow (C20). It binds a group as far as
its commanders have confirmed that they heard of it. A column that crosses tests it; within a time the mission acts
or it does not, and what it did is what everybody remembers (M15). A line that was never announced can neither be
kept nor broken.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.blueprint import LineSpec
from sim.engine.chance import lognormal
from sim.engine.column import LEAVING
from sim.engine.journal import MOST_CAUSES, EventId
from sim.engine.ledger import HIGHEST, Standing
from sim.engine.ticks import Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.column import Column
    from sim.engine.tasks import Task
    from sim.engine.world import World

DRAFT, ANNOUNCED, WITHDRAWN = "draft", "announced", "withdrawn"
MOVEMENT, ATTACK = "movement", "attack"
ALL_COMMANDERS, IN_WRITING, ONE_CHANNEL, ICRC = (
    "all-commanders",
    "in-writing",
    "through-head-of-office",
    "icrc-informed",
)
PROTECTION: Final = "protection-of-civilians"


class Crossing:
    """One crossing of a line, and whether anybody answered it."""

    __slots__ = ("answer", "column", "group", "line", "place", "row", "timer")

    def __init__(self, line: Line, group: str, place: str, row: EventId) -> None:
        self.line = line
        self.group = group
        self.place = place
        self.row = row
        self.column: Column | None = None
        self.answer: EventId | None = None
        self.timer: At | None = None


class Line:
    """A line as the run has it now."""

    __slots__ = ("announced", "confirmed", "declared", "kept", "key", "options", "row", "spec", "state", "tests")

    def __init__(self, spec: LineSpec, key: int) -> None:
        self.spec = spec
        self.key = key
        self.state = DRAFT
        self.row: EventId = 0
        self.announced: Tick = 0
        self.declared = 0
        self.options: tuple[str, ...] = ()
        self.confirmed: dict[str, dict[int, EventId]] = {}
        """Commanders of each group who have confirmed that they heard of it, with the row of that."""
        self.tests = 0
        self.kept = 0


class RedLines:
    """All lines of a scenario."""

    __slots__ = (
        "_answer_within", "_carry_km", "_fade", "_no_basis", "_no_basis_legal", "_odds", "_partial",
        "_partial_persuasion", "_passed_on", "_tell_hours", "_tell_sigma", "_unconfirmed", "_withdrawn", "_world",
        "lines", "tests",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._answer_within = from_hours(value["red_lines.answer_hours"])
        self._fade = math.log(2.0) / from_hours(value["red_lines.half_life_hours"])
        self._carry_km = value["red_lines.carry_half_km"]
        self._odds = {
            "": value["red_lines.confirms"],
            IN_WRITING: value["red_lines.confirms_in_writing"],
            ONE_CHANNEL: value["red_lines.confirms_one_channel"],
            ICRC: value["red_lines.confirms_icrc"],
        }
        self._passed_on = value["red_lines.passed_on"]
        self._tell_hours = value["red_lines.delivery_hours"]
        self._tell_sigma = value["red_lines.delivery_sigma"]
        self._unconfirmed = value["red_lines.unconfirmed_share"]
        self._no_basis = value["red_lines.no_basis_headquarters"]
        self._no_basis_legal = value["red_lines.no_basis_legal"]
        self._partial = value["red_lines.partial_impartiality"]
        self._partial_persuasion = value["red_lines.partial_persuasion"]
        self._withdrawn = value["red_lines.withdrawn_weight"]
        self.lines: dict[str, Line] = {
            spec.id: Line(spec, world.journal.name(spec.id)) for spec in world.blueprint.red_lines.values()
        }
        self.tests: list[Crossing] = []
        """Crossings that nobody has answered yet."""
        truth = world.truth
        truth.provide("state", lambda line: self.lines[line].state if line in self.lines else None)
        truth.provide("confirmed", lambda line: self.confirmed(line) if line in self.lines else None)
        truth.provide("tests", lambda line: self.lines[line].tests if line in self.lines else None)
        truth.provide("kept", lambda line: self.lines[line].kept if line in self.lines else None)

    def begin(self) -> None:
        world = self._world
        world.tasks.provide("line", completes=self.declared)
        world.tasks.provide("line-withdrawal", completes=self.withdrawn)
        for line in self.lines.values():
            if line.spec.announced:
                row = world.journal.write(kinds.LINE_DECLARED, 0, line.key, (world.beginning,), len(line.spec.groups))
                line.state, line.row = ANNOUNCED, row
                for group in line.spec.groups:
                    commanders = range(world.blueprint.groups[group].commanders)
                    line.confirmed[group] = dict.fromkeys(commanders, row)

    # Announcing

    def declared(self, task: Task) -> None:
        """The line is spoken: each commander it binds is told by the channels chosen, and confirms or does not."""
        world = self._world
        line = self.lines[task.target]
        line.declared += 1
        line.options = task.options
        line.announced = world.now
        row = line.row = world.journal.write(
            kinds.LINE_DECLARED, world.now, line.key, (task.row,), len(line.spec.groups)
        )
        line.state = ANNOUNCED
        self._changed(line, "state", row)
        world.truth.event("line-declared", line.spec.id, row)
        self._views(line, task, row)
        for group in line.spec.groups:
            self._tell(line, group, row)
        world.intelligence.tell(
            "line-declared", task.seat, ("head-of-mission", "force-commander", "legal", "joc"), row,
            values={"line": line.spec.id, "place": line.spec.around},
            facts=((line.spec.id, "state", ANNOUNCED), (line.spec.id, "confirmed", self.confirmed(line.spec.id))),
            grade="A1",
        )  # fmt: skip

    def _views(self, line: Line, task: Task, row: EventId) -> None:
        """What the legal adviser and headquarters make of it, and those who see that others are not bound (C20)."""
        world = self._world
        place = line.spec.around
        protects = PROTECTION in world.blueprint.mandate_tasks and bool(
            world.people.at(place) or world.blueprint.places[place].people
        )
        if not protects:
            world.standing("headquarters", -self._no_basis, (row,), task.response.id)
            world.lawfulness.status(-self._no_basis_legal, (row,), task.response.id)
        if not protects or IN_WRITING not in task.options:
            world.intelligence.tell(
                "line-legal-view" if protects else "line-without-basis", "legal", (task.seat, "head-of-mission"), row,
                values={"line": line.spec.id, "place": place}, grade="A2", urgent=not protects,
            )  # fmt: skip
        if not self.one_rule(line):
            for group in line.spec.groups:
                world.standing(self.impartiality(group).id, -self._partial, (row,), task.response.id)
                world.groups.persuade(group, -self._partial_persuasion, row)

    def one_rule(self, line: Line) -> bool:
        """Whether it binds every armed group alike."""
        return all(
            group.id in line.spec.groups or group.kind.startswith("host-")
            for group in self._world.blueprint.groups.values()
        )

    def impartiality(self, group: str) -> Standing:
        """How impartial the group holds the mission to be; opened when somebody first has reason to judge."""
        name = f"impartiality/{group}"
        ledger = self._world.ledger
        found = ledger.standings.get(name)
        if found is None:
            found = ledger.open(name, self._world.parameters["red_lines.impartiality_start"])
        return found

    def _tell(self, line: Line, group: str, row: EventId) -> None:
        """The first commander is told in any case; the others by the mission, or by him if he passes it on."""
        world = self._world
        luck = f"{line.spec.id}/declared/{line.declared}/{group}"
        refuses = 1.0
        for option, odds in self._odds.items():
            if not option or option in line.options:
                refuses *= 1.0 - odds
        for commander in range(world.blueprint.groups[group].commanders):
            told = 1.0 - refuses
            if commander and ALL_COMMANDERS not in line.options:
                told *= self._passed_on
            wait = lognormal(world.chance.draw(f"{luck}/delivered", commander), self._tell_hours, self._tell_sigma)
            world.agenda.after(
                max(1, from_hours(wait)), Phase.REPORTS, line.spec.rank, self._delivered,
                (line, line.declared, group, commander, told, row),
            )  # fmt: skip

    def _delivered(self, event: At) -> None:
        line, declared, group, commander, odds, row = event.payload
        if line.state != ANNOUNCED or line.declared != declared:
            return
        world = self._world
        choice = world.chance.choose(
            f"{line.spec.id}/declared/{declared}/{group}/confirms",
            {"confirmed": odds, "silent": 1.0 - odds}, causes=(row,), ordinal=commander,
        )  # fmt: skip
        heard = choice.outcome == "confirmed"
        told = world.journal.write(
            kinds.LINE_TOLD, world.now, line.key, (choice.row,), world.journal.name(group), commander, int(heard)
        )
        if heard:
            line.confirmed.setdefault(group, {})[commander] = told
            self._changed(line, "confirmed", told)
        world.intelligence.tell(
            "line-confirmed" if heard else "line-unconfirmed", group, ("head-of-mission", "force-commander", "joc"),
            told,
            values={"line": line.spec.id, "group": group, "place": line.spec.around},
            facts=((line.spec.id, "confirmed", self.confirmed(line.spec.id)),), grade="B2",
        )  # fmt: skip

    def withdrawn(self, task: Task) -> None:
        """The mission takes its word back; whoever had heard it draws the conclusion."""
        world = self._world
        line = self.lines[task.target]
        if line.state != ANNOUNCED:
            return
        line.state = WITHDRAWN
        row = world.journal.write(kinds.LINE_WITHDRAWN, world.now, line.key, (task.row, line.row))
        line.row = row
        for group in line.spec.groups:
            heard = line.confirmed.get(group)
            if heard:
                weight = self._withdrawn * len(heard) / world.blueprint.groups[group].commanders
                world.deterrence.observed(group, False, row, weight=weight, word=max(heard.values()))
        line.confirmed.clear()
        for test in [test for test in self.tests if test.line is line]:
            self._close(test)
        self._changed(line, "state", row)
        self._changed(line, "confirmed", row)
        world.intelligence.tell(
            "line-withdrawn", task.seat, ("head-of-mission", "force-commander", "joc"), row,
            values={"line": line.spec.id, "place": line.spec.around}, facts=((line.spec.id, "state", WITHDRAWN),),
            grade="A1",
        )  # fmt: skip

    # Who is bound by what

    def confirmed(self, line: str) -> float:
        """The share of all commanders it binds who have confirmed that they heard of it."""
        found = self.lines[line]
        groups = self._world.blueprint.groups
        all_ = math.fsum(groups[group].commanders for group in found.spec.groups)
        heard = sum(len(found.confirmed.get(group, ())) for group in found.spec.groups)
        return heard / all_ if all_ else 0.0

    def row(self, line: str) -> EventId:
        """What last made the line what it is."""
        return self.lines[line].row

    def binding(self, group: str, place: str) -> float:
        """How clearly a group knows, 0 to 1, that moving on a place will be answered; time and distance fade it."""
        best = 0.0
        for line in self.lines.values():
            heard = line.confirmed.get(group)
            if line.state == ANNOUNCED and heard:
                share = len(heard) / self._world.blueprint.groups[group].commanders
                best = max(best, share * self._clarity(line, place))
        return best

    def _clarity(self, line: Line, place: str) -> float:
        world = self._world
        beyond = world.places.km(line.spec.around, place) - line.spec.km if place != line.spec.around else 0.0
        fade = self._fade * (world.now - line.announced)
        if beyond > 0.0:
            fade += math.log(2.0) * beyond / self._carry_km
        return math.exp(-fade)

    def holds(self, line: str, column: Column) -> bool:
        """Whether a line is drawn for this column: announced, of its group, and none of the exceptions."""
        found = self.lines[line]
        if found.state != ANNOUNCED or column.group.id not in found.spec.groups:
            return False
        return not self.excepted(found, column)

    def excepted(self, line: Line, column: Column) -> bool:
        """Who may cross all the same; whoever departs by agreement tests nothing."""
        if column.purpose in LEAVING:
            return column.purpose == "depart" or "departure" in line.spec.exceptions
        return "herders" in line.spec.exceptions and column.civilians > column.strength

    def expected(self, line: str, column: Column) -> float:
        """P(answer) as the commander of a column sees it; one whom nobody told knows only what others told him."""
        found = self.lines[line]
        world = self._world
        group = column.group
        place = found.spec.around
        told = column.commander in found.confirmed.get(group.id, {}) or column.warned is not None
        clear = self._clarity(found, place) if told else self._unconfirmed * self.binding(group.id, place)
        words = world.deterrence.words(group.id, place, clear)
        seen = world.deterrence.capability(group, place)
        return seen * words * world.deterrence.credibility(group.id) / HIGHEST

    def expected_at(self, place: str, column: Column) -> float:
        """P(answer) on the way to a place, by whatever line protects it."""
        for line in self.lines.values():
            if line.spec.around == place and self.holds(line.spec.id, column):
                return self.expected(line.spec.id, column)
        return self._world.deterrence.perceived(column.group, place)

    # Tests

    def crossed(self, line: str, column: Column, row: EventId) -> EventId:
        """A column crosses: from now on the mission's word is at stake."""
        found = self.lines[line]
        test = self._tested(found, column.group.id, self._world.columns.nearest(column), (row, found.row))
        test.column = column
        world = self._world
        test.timer = world.agenda.after(self._answer_within, Phase.GROUPS, column.group.rank, self._unanswered, test)
        world.intelligence.happened(
            "line-crossed", test.place, test.row,
            values={
                "group": column.group.id, "line": line, "place": found.spec.around, "column-strength": column.heads,
            },
            facts=(*world.columns.facts(column), (line, "tests", found.tests)),
            urgent=True, loud=world.parameters["red_lines.loudness"], name=f"{column.name}/crossed/{line}",
        )  # fmt: skip
        return test.row

    def _tested(self, line: Line, group: str, place: str, causes: tuple[EventId, ...]) -> Crossing:
        world = self._world
        line.tests += 1
        name = world.journal.name
        row = world.journal.write(kinds.LINE_CROSSED, world.now, name(group), causes, line.key, name(place))
        world.measures.count("line_tests", 1, row)
        self._changed(line, "tests", row)
        world.truth.event("line-crossed", line.spec.id, row)
        test = Crossing(line, group, place, row)
        self.tests.append(test)
        return test

    def attacked(self, actor: str, place: str, row: EventId, responded: bool) -> tuple[Line, ...]:
        """An attack inside a line that is drawn against attacks is a test of it, answered or not as the attack was.

        Returns:
            The lines that it tested.
        """
        lines: list[Line] = []
        for line in self.lines.values():
            inside = self._world.places.km(line.spec.around, place) <= line.spec.km or place == line.spec.around
            if line.spec.trigger == ATTACK and line.state == ANNOUNCED and actor in line.spec.groups and inside:
                test = self._tested(line, actor, place, (row, line.row))
                test.answer = row if responded else None
                self._judged(test)
                lines.append(line)
        return tuple(lines)

    def heeded(self, line: str, column: Column, row: EventId) -> None:
        """A column stops at the line: nothing was tested, and the word has done its work."""
        world = self._world
        world.truth.event("line-heeded", line, row)

    def answered(self, column: Column, row: EventId) -> None:
        """The mission acted against a column: whatever comes of it, it did what it had said."""
        for test in [test for test in self.tests if test.column is column]:
            test.answer = row
            self._judged(test)

    def turned(self, column: Column, row: EventId) -> None:
        """A column that has crossed turns back: the test is over, kept if the mission had acted."""
        self._settle(column, row)

    def arrived(self, column: Column, row: EventId) -> None:
        """A column came through to where the line was to keep it from."""
        self._settle(column, row)

    def _settle(self, column: Column, row: EventId) -> None:
        for test in [test for test in self.tests if test.column is column]:
            if column.state == "turned":
                # Nobody acted and it turned all the same: nothing was seen of the mission, for good or ill.
                self._close(test)
            else:
                self._judged(test, row)

    def _unanswered(self, event: At) -> None:
        test: Crossing = event.payload
        test.timer = None
        if test in self.tests:
            self._judged(test)

    def _close(self, test: Crossing) -> None:
        """Nobody waits for an answer any more."""
        self.tests.remove(test)
        if test.timer is not None:
            test.timer.cancel()
            test.timer = None

    def _judged(self, test: Crossing, row: EventId | None = None) -> EventId:
        """Kept or not: the group draws its conclusion, and so does everybody who had been told the same."""
        world = self._world
        line = test.line
        self._close(test)
        kept = test.answer is not None
        causes = [cause for cause in (test.row, test.answer, row) if cause is not None]
        name = world.journal.name
        written = world.journal.write(
            kinds.LINE_KEPT,
            world.now,
            line.key,
            tuple(dict.fromkeys(causes))[:MOST_CAUSES],
            name(test.group),
            int(kept),
        )
        if kept:
            line.kept += 1
            self._changed(line, "kept", written)
        if not kept:
            world.measures.count("lines_not_kept", 1, written)
        if kept:
            world.truth.event("line-kept", line.spec.id, written)
        else:
            world.truth.event("line-not-kept", line.spec.id, written)
        words = {group: max(heard.values()) for group, heard in line.confirmed.items() if heard}
        world.deterrence.tested(test.group, kept, written, test.place, words)
        world.intelligence.happened(
            "line-kept" if kept else "line-not-kept", line.spec.around, written,
            values={"group": test.group, "line": line.spec.id, "place": line.spec.around},
            facts=((line.spec.id, "kept", line.kept), (line.spec.id, "tests", line.tests)),
            name=f"{line.spec.id}/test/{line.tests}",
        )  # fmt: skip
        return written

    def open_against(self, group: str) -> Crossing | None:
        """A crossing by a group that waits for an answer."""
        return next((test for test in self.tests if test.group == group), None)

    def _changed(self, line: Line, attribute: str, row: EventId) -> None:
        self._world.truth.changed(line.spec.id, attribute, row)
