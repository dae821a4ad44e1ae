"""The two offices that read for the others: the operations centre, fast and shallow, and the analysis centre (C10).

The joint operations centre (JOC) passes urgent items on at once and the rest with its next summary; its few officers
also answer whoever calls. The joint mission analysis centre (JMAC) puts together and judges, slowly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.journal import EventId
from sim.engine.reports import ANALYSTS, Told
from sim.engine.sources import COUNTED, PROBABLE, Fact, Sources, middle, normal, spread
from sim.engine.ticks import MINUTE, Tick, from_hours
from sim.engine.views import Value

if TYPE_CHECKING:
    from sim.engine.world import World

ASSESSED: Final = (("groups", "intent"), ("groups", "strength"), ("counterparts", "consent"))
CALLER: Final = "headquarters"


class Outbox(Protocol):
    """How a centre sends a report of its own."""

    def send(
        self,
        phrase: str,
        sender: str,
        row: EventId,
        values: Mapping[str, Value],
        facts: Sequence[Fact | Told],
        grade: str,
        urgent: bool,
        to: Mapping[str, Tick],
    ) -> EventId: ...


class Centres:
    """What both centres have read, and when they will say so."""

    __slots__ = (
        "_assessing", "_assessments", "_busy", "_changed", "_counts", "_demanding", "_demands", "_direct", "_joined",
        "_outbox", "_overlap", "_parameters", "_relayed", "_sources", "_summarizing", "_work", "_world", "analysts",
        "joc", "principals", "quickest",
    )  # fmt: skip

    def __init__(self, world: World, sources: Sources, outbox: Outbox) -> None:
        self._world = world
        self._sources = sources
        self._outbox = outbox
        parameters = self._parameters = world.parameters
        seats = world.blueprint.seats.values()
        self.joc = tuple(seat.id for seat in seats if seat.role == "joc")
        self.analysts = tuple(seat.id for seat in seats if seat.role == "jmac")
        offices = (*self.joc, *self.analysts)
        self.principals = tuple(seat.id for seat in seats if seat.level == "mission" and seat.id not in offices)
        self.quickest = tuple(
            seat.id for seat in seats
            if seat.id in self.principals and seat.role in ("head-of-mission", "chief-of-staff")
        )  # fmt: skip
        self._busy: list[Tick] = [0] * max(1, round(parameters["intelligence.joc_officers"]))
        self._work = round(parameters["intelligence.joc_minutes"] * MINUTE)
        self._direct = round(parameters["intelligence.direct_minutes"] * MINUTE)
        self._overlap = from_hours(parameters["pictures.overlap_hours"])
        self._changed: dict[tuple[str, str, str], tuple[Tick, Told]] = {}
        self._relayed: dict[tuple[str, str, str], Value] = {}
        self._counts: dict[tuple[str, str], dict[str, Told]] = {}
        self._summarizing: At | None = None
        self._joined = False
        self._assessing = False
        self._assessments = 0
        self._demanding = False
        self._demands = 0

    def read(self, told: Told, at: Tick) -> None:
        """A statement will reach the operations centre; both centres will come back to it."""
        self._changed[told.subject, told.attribute, told.source] = (at, told)
        self._world.assessments.heard(told, at)
        if told.attribute in COUNTED:
            self._counts.setdefault((told.subject, told.attribute), {})[told.source] = told

    def pass_on(self, at: Tick, to: dict[str, Tick], seats: tuple[str, ...]) -> None:
        """An urgent item goes through the operations centre to those of the seats that do not have it already."""
        passed = self._through(at, True)
        for seat in self.joc:
            to.setdefault(seat, at)
        for seat in seats:
            to.setdefault(seat, passed)

    def out_of_the_pipe(self, at: Tick, luck: str) -> Tick:
        """When what one component was told at ``at`` reaches the operations centre (C12)."""
        parameters = self._parameters
        alone, together = (
            parameters["intelligence.stovepipe_hours"],
            parameters["intelligence.stovepipe_hours_in_crisis"],
        )
        hours = together if self._joined else alone
        kept = hours * math.exp(parameters["intelligence.stovepipe_sigma"] * normal(self._world.chance.draw(luck)))
        return at + from_hours(kept)

    def _through(self, at: Tick, urgent: bool) -> Tick:
        """When what reaches the centre at ``at`` has been read and passed on; what is urgent does not queue."""
        busy = self._busy
        officer = min(range(len(busy)), key=busy.__getitem__)
        begins = at if urgent else max(at, busy[officer])
        busy[officer] = max(busy[officer], begins) + self._work
        return begins + self._work

    # The operations centre

    def join_up(self, active: bool, row: EventId) -> None:
        """While the crisis management team sits, the common picture goes round at once and more often."""
        self._joined = active
        if active:
            self._summarize(row)

    def expect_news(self, row: EventId) -> None:
        """There is something to sum up, and something to assess."""
        world = self._world
        if self._summarizing is None and self.joc:
            hours = self._parameters[f"intelligence.summary_hours{'_in_crisis' if self._joined else ''}"]
            self._summarizing = world.agenda.after(from_hours(hours), Phase.REPORTS, 0, self._summary_due, row)
        if not self._assessing and self.analysts:
            self._assessing = True
            hours = self._parameters["intelligence.assessment_hours"]
            world.agenda.after(from_hours(hours), Phase.REPORTS, 0, self._assess, row)

    def _summary_due(self, event: At) -> None:
        if event is self._summarizing:
            self._summarize(event.payload)

    def _summarize(self, row: EventId) -> None:
        """Send the leadership what has reached the centre since its last summary, item by item as it came."""
        world = self._world
        if self._summarizing is not None:
            self._summarizing.cancel()
            self._summarizing = None
        told: list[Told] = []
        later: dict[tuple[str, str, str], tuple[Tick, Told]] = {}
        now = world.now
        for key, (tick, each) in self._changed.items():
            if tick > now:
                later[key] = (tick, each)
            elif self._relayed.get(key) != each.value:
                self._relayed[key] = each.value
                told.append(each)
        self._changed = later
        if told and self.joc:
            at = self._through(now, False)
            self._outbox.send(
                "situation-summary", self.joc[0], row, {}, told, max(each.grade for each in told), False,
                dict.fromkeys((*self.principals, *self.analysts), at),
            )  # fmt: skip
        if later:
            self.expect_news(row)

    def expect_call(self, row: EventId) -> None:
        """Flash news brings a call for figures, and while one is to come no second."""
        if self._demanding or not self.joc:
            return
        world = self._world
        parameters = self._parameters
        self._demanding = True
        self._demands += 1
        luck = normal(world.chance.draw(f"demand/{CALLER}", self._demands))
        hours = parameters["intelligence.demand_hours"] * math.exp(parameters["intelligence.demand_sigma"] * luck)
        world.agenda.after(from_hours(hours), Phase.REPORTS, 0, self._called, row)

    def _called(self, event: At) -> None:
        self._demanding = False
        self.call(CALLER, event.payload)

    def call(self, by: str, row: EventId) -> None:
        """Somebody outside wants figures: the same officers have to find them, and a late answer costs confidence."""
        world = self._world
        parameters = self._parameters
        name = world.journal.name
        demand = world.journal.write(kinds.DEMAND, world.now, name(by), (row,), name(by))
        busy = self._busy
        officer = min(range(len(busy)), key=busy.__getitem__)
        busy[officer] = max(busy[officer], world.now) + round(parameters["intelligence.demand_minutes"] * MINUTE)
        staff = (*self.joc, *[seat.id for seat in world.blueprint.seats.values() if seat.role == "chief-of-staff"])
        self._outbox.send("figures-wanted", by, demand, {}, (), "A1", False, dict.fromkeys(staff, world.now))
        late = busy[officer] - world.now > from_hours(parameters["intelligence.demand_patience_hours"])
        confidence = world.ledger.standings.get(by)
        if late and confidence is not None:
            cost = parameters["intelligence.late_answer_confidence"]
            world.ledger.enter(confidence, -cost, (demand,), name("late-answer"))

    # The analysis centre

    def _assess(self, event: At) -> None:
        """Judge what actors want, and what the counts come to: right more often than not, silent otherwise."""
        world = self._world
        self._assessing = False
        self._assessments += 1
        parameters = self._parameters
        insight, error = parameters["intelligence.insight"], parameters["intelligence.assessed_error_sigma"]
        grade = f"B{PROBABLE}"
        told: list[Told] = []
        for catalogue, attribute in ASSESSED:
            for subject in getattr(world.blueprint, catalogue):
                luck = f"assessment/{subject}/{attribute}"
                value = world.truth.value(subject, attribute)
                if value is not None and world.chance.draw(luck, self._assessments) < insight:
                    if attribute in COUNTED:
                        value = self._sources.estimate(value, error, f"{luck}/{self._assessments}")
                    told.append(Told(subject, attribute, value, world.now, grade, ANALYSTS))
        for place in world.assessments.open_files():
            told += world.assessments.told(place)
        told += self._put_together(grade, error)
        if told:
            at = world.now + self._direct
            self._outbox.send(
                "assessment", self.analysts[0], event.payload, {}, told, grade, False,
                dict.fromkeys((*self.principals, *self.joc), at),
            )  # fmt: skip

    def _put_together(self, grade: str, error: float) -> list[Told]:
        """Counts of several sources: the middle of them, and a narrower range."""
        found = []
        for (subject, attribute), voices in self._counts.items():
            newest = max(told.as_of for told in voices.values())
            fresh = [told for told in voices.values() if told.as_of >= newest - self._overlap]
            if len(fresh) > 1:
                logs = [math.log(middle(told.value)) for told in fresh]
                centre = math.exp(math.fsum(logs) / len(logs))
                value = spread(centre, math.exp(error / math.sqrt(len(logs))))
                found.append(Told(subject, attribute, value, newest, grade, ANALYSTS))
        self._counts.clear()
        return found
