"""How the mission learns: sources notice or do not, late and roughly; the JOC passes on, the JMAC puts together.

What happens at a place is seen by whoever covers it, each with its own odds, delay and error. A report is one row
that holds its times of delivery. Urgent ones pass through the joint operations centre at once, the rest reaches the
leadership with its next summary; the analysis centre works slower and grades better (C10, C11, C21, C22, F34).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.blueprint import InformationSpec
from sim.engine.inputs import Submit
from sim.engine.journal import FIXED, EventId
from sim.engine.pictures import ANALYSTS, Message, Picture, Pictures, Told, why
from sim.engine.ticks import MINUTE, Tick, from_hours
from sim.engine.watching import Value

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.world import World

Facts: TypeAlias = Sequence[tuple[str, str, Value]]

_normal: Final = NormalDist().inv_cdf

OWN_EYES: Final = ("presence", "patrol", "liaison", "observers", "police")
"""Kinds of sources that are the mission's own people, and need somebody to be there."""

COUNTED: Final = (
    "people", "waiting", "inside", "displaced", "home", "wounded", "untreated", "killed", "strength", "attackers",
)  # fmt: skip
"""What is estimated rather than known; every source gives it with its own error."""

SEEN_ON_PATROL: Final = ("violence", "people", "waiting", "gate", "tension")
USUAL: Final[Mapping[str, Value]] = {"violence": "quiet", "people": 0, "waiting": 0, "gate": ""}
"""What is taken for granted of a place nobody has reported on."""

ASSESSED: Final = (("groups", "intent"), ("groups", "strength"), ("counterparts", "consent"))

HAND_OVER: Final = "hand-over"

FIRST_HAND, PROBABLE, POSSIBLE = "1", "2", "3"
RAISED: Final = {
    (PROBABLE, False): PROBABLE,
    (POSSIBLE, False): POSSIBLE,
    (PROBABLE, True): FIRST_HAND,
    (POSSIBLE, True): PROBABLE,
}
"""A second independent voice makes an item more credible."""


class Intelligence:
    """Sources, the joint operations centre (JOC) and the joint mission analysis centre (JMAC)."""

    __slots__ = (
        "_assessing", "_boost", "_busy", "_centre", "_centres", "_changed", "_collected", "_counts", "_covering",
        "_demanding", "_direct", "_first_flash", "_joined", "_local", "_ordinals", "_overlap", "_own_error", "_parameters",
        "_relayed", "_resolved", "_silent", "_summarizing", "_voices", "_work", "_world", "analysts", "centre", "pictures",
        "principals", "quickest",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        parameters = self._parameters = world.parameters
        self.pictures = Pictures(world)
        seats = world.blueprint.seats.values()
        self.centre = tuple(seat.id for seat in seats if seat.role == "joc")
        self.analysts = tuple(seat.id for seat in seats if seat.role == "jmac")
        self.principals = tuple(
            seat.id for seat in seats
            if seat.level == "mission" and seat.id not in self.centre and seat.id not in self.analysts
        )  # fmt: skip
        self.quickest = tuple(
            seat.id for seat in seats
            if seat.id in self.principals and seat.role in ("head-of-mission", "chief-of-staff")
        )  # fmt: skip
        self._centre = self.centre[0] if self.centre else ""
        self._centres = (*self.centre, *self.analysts)
        self._local: dict[str, tuple[str, ...]] = {}
        for seat in seats:
            if seat.level in ("site", "sector") and seat.at:
                self._local[seat.at] = (*self._local.get(seat.at, ()), seat.id)
        self._covering: dict[str, list[InformationSpec]] = {}
        for source in world.blueprint.information.values():
            for place in source.places:
                self._covering.setdefault(place, []).append(source)
        self._own_error = parameters["intelligence.own_error_sigma"]
        self._direct = round(parameters["intelligence.direct_minutes"] * MINUTE)
        self._boost = parameters["intelligence.collection_factor"]
        self._busy: list[Tick] = [0] * max(1, round(parameters["intelligence.joc_officers"]))
        self._work = round(parameters["intelligence.joc_minutes"] * MINUTE)
        self._voices = round(parameters["intelligence.voices"])
        self._resolved: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._ordinals: dict[str, int] = {}
        self._collected: dict[str, int] = {}
        self._changed: dict[tuple[str, str, str], tuple[Tick, Told]] = {}
        self._counts: dict[tuple[str, str], dict[str, Told]] = {}
        self._overlap = from_hours(parameters["pictures.overlap_hours"])
        self._relayed: dict[tuple[str, str, str], Value] = {}
        self._assessing = False
        self._summarizing: At | None = None
        self._joined = False
        self._demanding = False
        self._first_flash: float = math.inf
        self._silent: dict[str, Tick] = {}

    def begin(self) -> None:
        """What everybody was told at the hand-over: where units are, how the gates and the host state stand."""
        world = self._world
        blueprint = world.blueprint
        facts: list[tuple[str, str, Value]] = []
        asked = (
            (blueprint.units, ("place", "state", "posture")),
            (blueprint.places, ("gate",)),
            (blueprint.counterparts, ("consent",)),
        )
        for subjects, attributes in asked:
            for subject in subjects:
                for attribute in attributes:
                    value = world.truth.value(subject, attribute)
                    if value is not None:
                        facts.append((subject, attribute, value))
        seats = tuple(seat.id for seat in blueprint.seats.values() if seat.level not in ("control", "outside"))
        self._send(
            "hand-over", blueprint.headquarters, world.beginning, {}, facts, "A1", False,
            dict.fromkeys(seats, world.now), source=HAND_OVER,
        )  # fmt: skip

    # What happens in the world

    def happened(
        self,
        phrase: str,
        place: str,
        row: EventId,
        *,
        values: Mapping[str, int | float | str] | None = None,
        facts: Facts = (),
        urgent: bool = False,
        to: Sequence[str] = (),
        loud: float = 1.0,
        name: str = "",
        topic: str = "",
    ) -> None:
        """Something happened at a place; whoever covers it may notice.

        Args:
            facts: subject, attribute and true value; what is counted reaches a seat as a range.
            to: seats that hear of it directly and exactly, whatever the sources do.
            loud: above 1 for what is hard to miss, below 1 for what is whispered.
            name: of the event, for its luck; phrase and place with their ordinal where none is given.
        """
        world = self._world
        now = world.agenda.now
        values = values or {}
        luck = self._luck(name or f"{phrase}/{place}")
        draw = world.chance.draw
        heard: list[tuple[Tick, int, InformationSpec]] = []
        for source in self._covering.get(place, ()):
            odds = self._odds(source, place, loud)
            if odds > 0.0 and draw(luck, 2 * source.rank) < odds and not self._keeps_silent(source):
                heard.append((now + source.delay.ticks(draw(luck, 2 * source.rank + 1)), source.rank, source))
        heard.sort()
        local = self._local.get(place, ())
        direct = (*self._seats(to), *local)
        if direct:
            at = now + self._direct
            to_all = dict.fromkeys(direct, at)
            if urgent and local and not heard:
                self._flash(at, to_all)
            self._say(phrase, f"at:{place}", row, values, facts, self._own_error, luck, "A1", urgent, to_all, topic)
        elif not heard:
            world.journal.write(kinds.UNNOTICED, now, world.journal.name(phrase), (row,), world.journal.name(place))
        for voice, (at, _, source) in enumerate(heard[: self._voices]):
            digit = PROBABLE if source.kind in OWN_EYES else POSSIBLE
            grade = source.reliability + RAISED[digit, voice > 0]
            first = urgent and not voice
            to_seats = self._routed(source, at, first)
            written = self._say(
                phrase, source.id, row, values, facts, source.error, luck, grade, first, to_seats, topic
            )
            if source.at_risk:
                self._risk(source, place, luck, written)
        if urgent and heard:
            self._expect_demand(row)

    def tell(
        self,
        phrase: str,
        sender: str,
        to: Sequence[str],
        row: EventId,
        *,
        values: Mapping[str, int | float | str] | None = None,
        facts: Facts = (),
        grade: str = "B2",
        urgent: bool = False,
        delay: Tick = 0,
        text: str = "",
        topic: str = "",
    ) -> None:
        """Somebody reports straight to seats, without a source between.

        What a unit or a place reports as urgent is passed on by the JOC to the head of mission and the chief of staff.
        """
        world = self._world
        at = world.now + delay
        seats = dict.fromkeys(self._seats(to), at)
        if urgent and seats and sender not in world.blueprint.seats:
            passed = self._through_centre(at, True)
            for seat in self.centre:
                seats.setdefault(seat, at)
            for seat in self.quickest:
                seats.setdefault(seat, passed)
        self._send(phrase, sender, row, values or {}, facts, grade, urgent, seats, text=text, topic=topic)

    def collect(self, place: str, on: bool, row: EventId) -> None:
        """Somebody was told to find out about a place; while it lasts its sources see more."""
        self._collected[place] = self._collected.get(place, 0) + (1 if on else -1)
        self._look(place, row, self._own_error, 1.0)

    def patrolled(self, unit: UnitState, place: str, row: EventId) -> None:
        """A routine patrol came back; it reports what has changed, if it understood what it saw (F34)."""
        self._look(place, row, self._own_error, self._understanding(unit.spec.languages))

    def joined_up(self, active: bool, row: EventId) -> None:
        """While the crisis management team sits, the common picture goes round at once and more often."""
        self._joined = active
        if active:
            self._summarize(row)

    def demanded(self, by: str, row: EventId) -> None:
        """Somebody outside wants figures: the same officers have to find them, and a late answer costs confidence."""
        world = self._world
        parameters = self._parameters
        demand = world.journal.write(kinds.DEMAND, world.now, world.journal.name(by), (row,), world.journal.name(by))
        busy = self._busy
        officer = min(range(len(busy)), key=busy.__getitem__)
        busy[officer] = max(busy[officer], world.now) + round(parameters["intelligence.demand_minutes"] * MINUTE)
        self.tell("figures-wanted", by, (*self.centre, "chief-of-staff"), demand, grade="A1")
        late = busy[officer] - world.now > from_hours(parameters["intelligence.demand_patience_hours"])
        confidence = world.ledger.standings.get(by)
        if late and confidence is not None:
            reason = world.journal.name("late-answer")
            world.ledger.enter(confidence, -parameters["intelligence.late_answer_confidence"], (demand,), reason)

    def submitted(self, entry: Submit, row: EventId) -> None:
        """A seat hands in a product."""
        self._world.procedure.submitted(entry, row)

    def first_flash(self) -> Tick | None:
        """When something urgent first reached the leadership or the operations centre."""
        return int(self._first_flash) if self._first_flash <= self._world.now else None

    # What seats know

    def picture(self, seat: str, at: Tick | None = None) -> Picture:
        """What a seat knows now, or knew then."""
        return self.pictures.picture(seat, at)

    def knows(self, seat: str, subject: str, attribute: str) -> bool:
        """Whether a report delivered to the seat says anything about this."""
        return self.pictures.desks[seat].value(subject, attribute) is not None

    def why(self, seat: str, subject: str, attribute: str = "") -> tuple[str, ...]:
        """Why a seat believes what it believes, from its own reports."""
        return why(self._world, seat, subject, attribute)

    def watch(self, seats: frozenset[str]) -> None:
        """From now on an urgent report to one of these seats stops the clock as it arrives."""
        self.pictures.watch(seats)

    # Sources

    def _odds(self, source: InformationSpec, place: str, loud: float) -> float:
        odds = source.detects
        if source.kind in OWN_EYES:
            languages = -1.0
            for each in source.places:
                for unit in self._world.forces.at(each):
                    languages = max(languages, unit.spec.languages)
            if languages < 0.0:
                return 0.0
            if loud <= 1.0:
                odds *= self._understanding(languages)
        if self._collected.get(place):
            odds = 1.0 - math.pow(1.0 - odds, self._boost)
        return odds if loud == 1.0 else 1.0 - math.pow(1.0 - odds, loud)

    def _keeps_silent(self, source: InformationSpec) -> bool:
        return self._silent.get(source.id, 0) > self._world.now

    def _understanding(self, languages: float) -> float:
        """Without an interpreter people see, and do not learn what it means (F34)."""
        least = self._parameters["intelligence.without_interpreter"]
        return least + (1.0 - least) * languages

    def _seats(self, names: Sequence[str]) -> tuple[str, ...]:
        """Seats by their own ids, or by role where a scenario names its seats otherwise."""
        key = tuple(names)
        known = self._resolved.get(key)
        if known is None:
            seats = self._world.blueprint.seats
            found: list[str] = []
            for name in names:
                found += [name] if name in seats else [seat.id for seat in seats.values() if seat.role == name]
            known = self._resolved[key] = tuple(dict.fromkeys(found))
        return known

    def _routed(self, source: InformationSpec, at: Tick, urgent: bool) -> dict[str, Tick]:
        to = dict.fromkeys(self._seats(source.to), at)
        if not to or self._centre in to:
            for seat in self.centre:
                to[seat] = at
            if urgent:
                self._flash(at, to)
        return to

    def _flash(self, at: Tick, to: dict[str, Tick]) -> None:
        """What is urgent goes up through the centre to the leadership, to those who do not have it already."""
        passed = self._through_centre(at, True)
        for seat in self.centre:
            to.setdefault(seat, at)
        for seat in self.principals:
            to.setdefault(seat, passed)

    def _through_centre(self, at: Tick, urgent: bool) -> Tick:
        """When the JOC has read and passed on what reaches it at ``at``: urgent items do not wait in its queue."""
        busy = self._busy
        officer = min(range(len(busy)), key=busy.__getitem__)
        begins = at if urgent else max(at, busy[officer])
        busy[officer] = max(busy[officer], begins) + self._work
        return begins + self._work

    def _expect_demand(self, row: EventId) -> None:
        """Flash news brings a call, and while one is to come no second."""
        world = self._world
        if self._demanding or not self.centre:
            return
        self._demanding = True
        parameters = self._parameters
        spread = _normal(world.chance.draw("demand/headquarters", self._ordinal("demand")))
        hours = parameters["intelligence.demand_hours"] * math.exp(parameters["intelligence.demand_sigma"] * spread)
        world.agenda.after(from_hours(hours), Phase.REPORTS, 0, self._demand, row)

    def _demand(self, event: At) -> None:
        self._demanding = False
        self.demanded("headquarters", event.payload)

    def _risk(self, source: InformationSpec, place: str, luck: str, row: EventId) -> None:
        """People who talk are sometimes found out; then they keep silent, and so do others."""
        world = self._world
        parameters = self._parameters
        odds = parameters["intelligence.reprisal_chance"]
        if self._collected.get(place):
            odds *= parameters["intelligence.reprisal_collection_factor"]
        if world.chance.draw(f"{luck}/{source.id}/reprisal") < odds:
            key = world.journal.name(source.id)
            reprisal = world.journal.write(kinds.REPRISAL, world.now, key, (row,), world.journal.name(place))
            self._silent[source.id] = world.now + from_hours(parameters["intelligence.silence_hours"])
            self.tell("source-silent", source.id, self.centre, reprisal, values={"place": place}, grade="C3")

    def _look(self, place: str, row: EventId, error: float, odds: float) -> None:
        """Compare a place with what the JOC believes of it, and report the difference."""
        world = self._world
        luck = self._luck(f"look/{place}")
        if world.chance.draw(luck) >= odds:
            return
        believed = self.pictures.desks[self.centre[0]] if self.centre else None
        news: list[tuple[str, str, Value]] = []
        for attribute in SEEN_ON_PATROL:
            value = world.truth.value(place, attribute)
            if value is None:
                continue
            known = None if believed is None else believed.value(place, attribute)
            if not self._fits(value, USUAL.get(attribute, value) if known is None else known):
                news.append((place, attribute, value))
        if not news:
            return
        at = world.now + self._direct
        grade = f"B{PROBABLE}"
        told = self._estimated(news, error, luck)
        to = dict.fromkeys((*self.centre, *self._local.get(place, ())), at)
        self._send("patrol-report", place, row, {"place": place}, told, grade, False, to, source=f"at:{place}")

    def _fits(self, value: Value, known: Value) -> bool:
        if isinstance(value, str) or isinstance(known, str) or isinstance(value, tuple):
            return value == known
        low, high = known if isinstance(known, tuple) else (known, known)
        slack = self._parameters["intelligence.news_share"]
        return low * (1.0 - slack) <= value <= high * (1.0 + slack)

    def _estimated(self, facts: Facts, error: float, luck: str) -> Facts:
        return [
            (
                subject, attribute,
                self._estimate(value, error, f"{luck}/{attribute}") if attribute in COUNTED else _rough(value),
            )
            for subject, attribute, value in facts
        ]  # fmt: skip

    def _estimate(self, value: Value, error: float, luck: str) -> Value:
        """A count as somebody gives it: too high or too low, as a range about his guess."""
        if isinstance(value, str | tuple) or value <= 0 or error <= 0.0:
            return value
        guess = value * math.exp(error * _normal(self._world.chance.draw(luck)))
        low, high = _round(guess * math.exp(-error)), _round(guess * math.exp(error))
        return low if low == high else (low, high)

    # The centres

    def _summarize(self, row: EventId) -> None:
        """The JOC sends the leadership what has reached it since its last summary, item by item as it came."""
        world = self._world
        if self._summarizing is not None:
            self._summarizing.cancel()
            self._summarizing = None
        told: list[Told] = []
        later: dict[tuple[str, str, str], tuple[Tick, Told]] = {}
        for key, (tick, each) in self._changed.items():
            if tick > world.now:
                later[key] = (tick, each)
            elif self._relayed.get(key) != each.value:
                self._relayed[key] = each.value
                told.append(each)
        self._changed = later
        if told and self.centre:
            at = self._through_centre(world.now, False)
            self._send(
                "situation-summary", self.centre[0], row, {}, told, max(each.grade for each in told), False,
                dict.fromkeys((*self.principals, *self.analysts), at),
            )  # fmt: skip
        if later:
            self._expect_summary(row)

    def _expect_summary(self, row: EventId) -> None:
        if self._summarizing is None:
            hours = self._parameters[f"intelligence.summary_hours{'_in_crisis' if self._joined else ''}"]
            self._summarizing = self._world.agenda.after(from_hours(hours), Phase.REPORTS, 0, self._summary_due, row)

    def _summary_due(self, event: At) -> None:
        if event is self._summarizing:
            self._summarizing = None
            self._summarize(event.payload)

    def _expect_assessment(self, row: EventId) -> None:
        if not self._assessing and self.analysts:
            self._assessing = True
            hours = self._parameters["intelligence.assessment_hours"]
            self._world.agenda.after(from_hours(hours), Phase.REPORTS, 0, self._assess, row)

    def _assess(self, event: At) -> None:
        """The JMAC judges what actors want, and what the counts come to: right more often than not."""
        self._assessing = False
        world = self._world
        ordinal = self._ordinal("assessment")
        facts: list[tuple[str, str, Value]] = []
        insight = self._parameters["intelligence.insight"]
        for catalogue, attribute in ASSESSED:
            for subject in getattr(world.blueprint, catalogue):
                value = world.truth.value(subject, attribute)
                if value is not None and world.chance.draw(f"assessment/{subject}/{attribute}", ordinal) < insight:
                    facts.append((subject, attribute, value))
        error = self._parameters["intelligence.assessed_error_sigma"]
        grade = f"B{PROBABLE}"
        now = world.now
        told = [Told(*fact, now, grade, ANALYSTS) for fact in self._estimated(facts, error, f"assessment/{ordinal}")]
        told += self._put_together(grade)
        if told:
            at = world.now + self._direct
            self._send(
                "assessment", self.analysts[0], event.payload, {}, told, grade, False,
                dict.fromkeys((*self.principals, *self.centre), at),
            )  # fmt: skip

    def _put_together(self, grade: str) -> list[Told]:
        """Counts of several sources, put together: the middle of them, and a narrower range."""
        found = []
        for (subject, attribute), voices in self._counts.items():
            newest = max(told.as_of for told in voices.values())
            fresh = [told for told in voices.values() if told.as_of >= newest - self._overlap]
            if len(fresh) <= 1:
                continue
            logs = [math.log(_middle(told.value)) for told in fresh]
            centre = math.exp(math.fsum(logs) / len(logs))
            spread = math.exp(self._parameters["intelligence.assessed_error_sigma"] / math.sqrt(len(logs)))
            value = (_round(centre / spread), _round(centre * spread))
            found.append(Told(subject, attribute, value, newest, grade, ANALYSTS))
        self._counts.clear()
        return found

    # Sending

    def _say(
        self,
        phrase: str,
        source: str,
        row: EventId,
        values: Mapping[str, int | float | str],
        facts: Facts,
        error: float,
        luck: str,
        grade: str,
        urgent: bool,
        to: Mapping[str, Tick],
        topic: str,
    ) -> EventId:
        """Send what one source makes of an event: the same number is misjudged the same way wherever it stands."""
        own = source.startswith("at:")
        counted = [attribute for _, attribute, _ in facts if attribute in COUNTED] if own else COUNTED
        said = {
            key: self._estimate(value, error, f"{luck}/{source}/{key}") if key in counted else value
            for key, value in values.items()
        }
        told = self._estimated(facts, error, f"{luck}/{source}")
        sender = source.removeprefix("at:")
        return self._send(phrase, sender, row, said, told, grade, urgent, to, source=source, topic=topic)

    def _send(
        self,
        phrase: str,
        sender: str,
        row: EventId,
        values: Mapping[str, Value],
        facts: Sequence[tuple[str, str, Value] | Told],
        grade: str,
        urgent: bool,
        to: Mapping[str, Tick],
        *,
        source: str = "",
        text: str = "",
        topic: str = "",
    ) -> EventId:
        world = self._world
        journal = world.journal
        name = journal.name
        now = world.agenda.now
        deliveries: list[int] = [len(to)]
        for seat, tick in to.items():
            deliveries += (name(seat), tick * FIXED)
        written = journal.write(
            kinds.REPORT, now, name(sender), (row,), name(phrase), name(grade), int(urgent), *deliveries
        )
        events, about = world.truth.told_of(row)
        pictures = self.pictures
        source = source or sender
        pictures.post(
            Message(
                len(pictures.sent), written, phrase, sender, source, grade, urgent, topic or phrase, now, values, facts,
                text, (phrase, *events), about, to,
            )
        )  # fmt: skip
        if urgent:
            for seat, tick in to.items():
                if tick < self._first_flash and (seat in self.principals or seat in self.centre):
                    self._first_flash = tick
        if facts and self._centre in to and sender not in self._centres and source != HAND_OVER:
            at = to[self._centre]
            for fact in facts:
                subject, attribute = fact[0], fact[1]
                told = fact if isinstance(fact, Told) else Told(subject, attribute, fact[2], now, grade, source)
                self._changed[subject, attribute, source] = (at, told)
                if attribute in COUNTED:
                    self._counts.setdefault((subject, attribute), {})[source] = told
            self._expect_summary(written)
            self._expect_assessment(written)
        return written

    def _luck(self, name: str) -> str:
        ordinal = self._ordinal(name)
        return f"noticed/{name}#{ordinal}"

    def _ordinal(self, name: str) -> int:
        self._ordinals[name] = ordinal = self._ordinals.get(name, 0) + 1
        return ordinal


def _round(count: float) -> int:
    """Two digits: nobody in the field counts better."""
    return round(float(f"{count:.1e}"))


def _rough(value: Value) -> Value:
    return float(f"{value:.1e}") if isinstance(value, float) else value


def _middle(value: Value) -> float:
    if isinstance(value, tuple):
        return math.sqrt(max(value[0], 1.0) * max(value[1], 1.0))
    assert not isinstance(value, str)
    return max(value, 1.0)
