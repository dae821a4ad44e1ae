"""How the mission learns: what happens is noticed or not, late and roughly, and travels as graded reports.

A report is one row that holds its times of delivery. Urgent ones pass through the joint operations centre at once, the
rest reaches the leadership with its next summary (C11, C21, C22).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.blueprint import InformationSpec
from sim.engine.centres import Centres
from sim.engine.inputs import Submit
from sim.engine.journal import FIXED, EventId
from sim.engine.networks import ALERTS
from sim.engine.pictures import Picture, Pictures, why
from sim.engine.reports import OWN_PEOPLE, Message, Told
from sim.engine.sources import COUNTED, FIRST_HAND, PROBABLE, UNREAD, WHO_CALL, Fact, Facts, Sources, grade
from sim.engine.ticks import MINUTE, Tick
from sim.engine.views import NO_ROW, Value

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.world import World

SEEN_ON_PATROL: Final = ("violence", "people", "waiting", "gate", "tension")
USUAL: Final[Mapping[str, Value]] = {"violence": "quiet", "people": 0, "waiting": 0, "gate": ""}
"""What is taken for granted of a place nobody has reported on."""

HAND_OVER: Final = "hand-over"
ATTACK: Final = "attack"


class Intelligence:
    """From events to reports, and from reports to what each seat knows."""

    __slots__ = (
        "_attack_known", "_attack_report", "_direct", "_first_flash", "_joc", "_local", "_offices", "_ordinals",
        "_own_error", "_resolved", "_voices", "_world", "centres", "pictures", "sources",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        parameters = world.parameters
        self.pictures = Pictures(world)
        self.sources = Sources(world)
        self.centres = Centres(world, self.sources, self)
        self._joc = self.centres.joc[0] if self.centres.joc else ""
        self._offices = (*self.centres.joc, *self.centres.analysts)
        self._local: dict[str, tuple[str, ...]] = {}
        for seat in world.blueprint.seats.values():
            if seat.level in ("site", "sector") and seat.at:
                self._local[seat.at] = (*self._local.get(seat.at, ()), seat.id)
        self._own_error = parameters["intelligence.own_error_sigma"]
        self._direct = round(parameters["intelligence.direct_minutes"] * MINUTE)
        self._voices = round(parameters["intelligence.voices"])
        self._resolved: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._ordinals: dict[str, int] = {}
        self._first_flash: float = math.inf
        self._attack_known: float = math.inf
        self._attack_report: EventId = NO_ROW

    def begin(self) -> None:
        """What everybody was told at the hand-over: where units are, how the gates and the host state stand."""
        world = self._world
        blueprint = world.blueprint
        asked = (
            (blueprint.units, ("place", "state", "posture")),
            (blueprint.places, ("gate",)),
            (blueprint.routes, ("status",)),
            (blueprint.counterparts, ("consent",)),
        )
        facts: list[Fact] = []
        for subjects, attributes in asked:
            for subject in subjects:
                for attribute in attributes:
                    value = world.truth.value(subject, attribute)
                    if value is not None:
                        facts.append((subject, attribute, value))
        seats = tuple(seat.id for seat in blueprint.seats.values() if seat.level not in ("control", "outside"))
        to = dict.fromkeys(seats, world.now)
        self.send(
            HAND_OVER, blueprint.headquarters, world.beginning, {}, facts, f"A{FIRST_HAND}", False, to, source=HAND_OVER
        )

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
    ) -> bool:
        """Something happened at a place; whoever covers it may notice. Returns whether those near know what it is.

        Args:
            facts: subject, attribute and true value; what is counted reaches a seat as a range.
            to: seats that hear of it directly, whatever the sources do.
            loud: above 1 for what is hard to miss, below 1 for what is whispered.
            name: of the event, for its luck; phrase and place with their ordinal where none is given.
        """
        world = self._world
        values = values or {}
        luck = self._luck(name or f"{phrase}/{place}")
        heard = self.sources.hear(place, loud, luck, phrase)
        local = self._local.get(place, ())
        direct = (*self._seats(to), *local)
        if direct:
            at = world.agenda.now + self._direct
            seats = dict.fromkeys(direct, at)
            if urgent and local and not heard:
                # Nobody else has seen it: the commander on the spot reports it up.
                self.centres.pass_on(at, seats, self.centres.principals)
            self._say(
                phrase, OWN_PEOPLE + place, row, values, facts, self._own_error, luck, f"A{FIRST_HAND}", urgent, seats,
                topic,
            )  # fmt: skip
        elif not heard:
            key = world.journal.name
            world.journal.write(kinds.UNNOTICED, world.now, key(phrase), (row,), key(place))
        for voice, (at, _, source, understood) in enumerate(heard[: self._voices]):
            first = urgent and not voice
            written = self._say(
                phrase if understood else UNREAD.get(phrase, phrase), source.id, row, values, facts, source.error, luck,
                grade(source, voice > 0), first, self._routed(source, at, first, luck), topic,
                understood=understood or phrase not in UNREAD,
            )  # fmt: skip
            if source.kind == ALERTS and urgent:
                world.networks.alerted(place, written)
            if source.at_risk:
                reprisal = self.sources.risk(source, place, luck, written)
                if reprisal is not None:
                    told = {"place": place}
                    self.tell("source-silent", source.id, self.centres.joc, reprisal, values=told, grade="C3")
        if urgent and heard:
            self.centres.expect_call(row)
        return bool(direct) or any(voice.understood and voice.source.kind in WHO_CALL for voice in heard)

    def tell(
        self,
        phrase: str,
        sender: str,
        to: Sequence[str],
        row: EventId,
        *,
        values: Mapping[str, Value] | None = None,
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
            self.centres.pass_on(at, seats, self.centres.quickest)
        self.send(phrase, sender, row, values or {}, facts, grade, urgent, seats, text=text, topic=topic)

    def counted(self, values: Mapping[str, Value], facts: Facts, name: str) -> tuple[dict[str, Value], list[Fact]]:
        """What own people give who count what they see: a range about their guess, like anybody's.

        Args:
            name: of the look, for its luck.
        """
        luck = self._luck(name)
        error, estimate = self._own_error, self.sources.estimate
        said = {
            key: estimate(value, error, f"{luck}/{key}") if key in COUNTED else value for key, value in values.items()
        }
        return said, self.sources.estimated(facts, error, luck)

    def collect(self, place: str, on: bool, row: EventId) -> None:
        """Somebody was told to find out about a place; while it lasts its sources see more."""
        self.sources.collect(place, on)
        self._look(place, row, 1.0)

    def patrolled(self, unit: UnitState, place: str, row: EventId) -> None:
        """A routine patrol came back; it reports what has changed, if it understood what it saw (F34)."""
        self._look(place, row, self.sources.understanding(self.sources.spoken_by(unit, place)))

    def joined_up(self, active: bool, row: EventId) -> None:
        """While the crisis management team sits, the common picture goes round at once and more often."""
        self.centres.join_up(active, row)

    def demanded(self, by: str, row: EventId) -> None:
        """Somebody outside wants figures."""
        self.centres.call(by, row)

    def submitted(self, entry: Submit, row: EventId) -> None:
        """A seat hands in a product."""
        self._world.procedure.submitted(entry, row)

    def assessed(
        self, place: str, row: EventId, told: Sequence[Told], values: Mapping[str, Value], seat: str, urgent: bool
    ) -> None:
        """The analysis centre delivers a judgement that somebody asked for."""
        sender = (*self.centres.analysts, *self.centres.joc, seat)[0]
        at = self._world.now + self._direct
        to = dict.fromkeys((*self.centres.principals, *self.centres.joc, seat), at)
        self.send("threat-assessed", sender, row, values, told, told[0].grade, urgent, to)

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

    def attack_known(self) -> tuple[Tick, EventId] | None:
        """When an attack on civilians was first reported to the leadership for what it was, and by which report."""
        return (int(self._attack_known), self._attack_report) if self._attack_known <= self._world.now else None

    def first_flash(self) -> Tick | None:
        """When something urgent first reached the leadership or the operations centre."""
        return int(self._first_flash) if self._first_flash <= self._world.now else None

    # Sending

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
        *,
        source: str = "",
        text: str = "",
        topic: str = "",
        understood: bool = True,
    ) -> EventId:
        """Write a report with its times of delivery, and lay it on the desks.

        Args:
            understood: whoever reports knows what it is that happened; otherwise only what it sounded like.
        """
        world = self._world
        journal = world.journal
        name = journal.name
        now = world.agenda.now
        deliveries = [len(to)]
        for seat, tick in to.items():
            deliveries += [name(seat), tick * FIXED]
        written = journal.write(
            kinds.REPORT, now, name(sender), (row,), name(phrase), name(grade), int(urgent), *deliveries
        )
        events, about = world.truth.told_of(row) if understood else ((), ())
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
                if tick < self._first_flash and (seat in self.centres.principals or seat in self._offices):
                    self._first_flash = tick
        if ATTACK in events:
            for seat, tick in to.items():
                if tick < self._attack_known and (seat in self.centres.principals or seat in self._offices):
                    self._attack_known = tick
                    self._attack_report = written
        if facts and self._joc in to and sender not in self._offices and source != HAND_OVER:
            at = to[self._joc]
            read = self.centres.read
            for fact in facts:
                if not isinstance(fact, Told):
                    fact = Told(fact[0], fact[1], fact[2], now, grade, source)
                read(fact, at)
            self.centres.expect_news(written)
        return written

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
        understood: bool = True,
    ) -> EventId:
        """Send what one source makes of an event: the same number is misjudged the same way wherever it stands."""
        own = source.startswith(OWN_PEOPLE)
        counted = [attribute for _, attribute, _ in facts if attribute in COUNTED] if own else COUNTED
        estimate = self.sources.estimate
        said = {
            key: estimate(value, error, f"{luck}/{source}/{key}") if key in counted else value
            for key, value in values.items()
        }
        told = self.sources.estimated(facts, error, f"{luck}/{source}")
        sender = source.removeprefix(OWN_PEOPLE)
        return self.send(
            phrase, sender, row, said, told, grade, urgent, to, source=source, topic=topic, understood=understood
        )

    def _look(self, place: str, row: EventId, odds: float) -> None:
        """Compare a place with what the JOC believes of it, and report the difference."""
        world = self._world
        luck = self._luck(f"look/{place}")
        if world.chance.draw(luck) >= odds:
            return
        believed = self.pictures.desks[self._joc] if self._joc else None
        news: list[Fact] = []
        for attribute in SEEN_ON_PATROL:
            value = world.truth.value(place, attribute)
            if value is not None:
                known = None if believed is None else believed.value(place, attribute)
                if not self.sources.fits(value, USUAL.get(attribute, value) if known is None else known):
                    news.append((place, attribute, value))
        if news:
            told = self.sources.estimated(news, self._own_error, luck)
            to = dict.fromkeys((*self.centres.joc, *self._local.get(place, ())), world.now + self._direct)
            self.send(
                "patrol-report", place, row, {"place": place}, told, f"B{PROBABLE}", False, to,
                source=OWN_PEOPLE + place,
            )  # fmt: skip

    def _routed(self, source: InformationSpec, at: Tick, urgent: bool, luck: str) -> dict[str, Tick]:
        """Whom a source tells: the JOC, which passes on what is urgent, or seats of one component, which keep it.

        What a component keeps reaches the JOC later; sooner while everybody sits at one table (C12).
        """
        seats = dict.fromkeys(self._seats(source.to), at)
        if seats and self._joc not in seats and self._joc:
            at = self.centres.out_of_the_pipe(at, f"{luck}/{source.id}/pipe")
        for seat in self.centres.joc:
            seats[seat] = at
        if urgent:
            self.centres.pass_on(at, seats, self.centres.principals)
        return seats

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

    def _luck(self, name: str) -> str:
        self._ordinals[name] = ordinal = self._ordinals.get(name, 0) + 1
        return f"noticed/{name}#{ordinal}"
