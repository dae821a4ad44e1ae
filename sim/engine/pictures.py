"""What each seat knows: built from the reports delivered to it, and from nothing else.

Every fact carries its time, the report it came from (numbered by the seat itself, without gaps) and that
report's grade. Reports lie ready with their time of delivery; a picture folds them when somebody looks.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from sim.engine.agenda import Agenda, At, Phase
from sim.engine.journal import EventId
from sim.engine.ticks import Tick, from_hours
from sim.engine.watching import Listener, Listeners, Value
from sim.scenario import tree
from sim.scenario.tree import Key

if TYPE_CHECKING:
    from sim.engine.world import World

Subject: TypeAlias = str
Attribute: TypeAlias = str
Telling: TypeAlias = tuple[str, int | float | str | tuple[float, float]]

TASK_STATES: Final = {"under way": "executing", "done": "done", "refused": "refused", "objected": "refused"}
"""States of a task as its seat hears them, in the words of conditions."""

ANALYSTS: Final = "jmac"
"""The source of what has already been put together; it takes the place of what it was made of."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing a seat believes."""

    value: Value
    as_of: Tick
    report: int
    grade: str


class Told(NamedTuple):
    """One statement of a report, with the time and grade of what it rests on."""

    subject: str
    attribute: str
    value: Value
    as_of: Tick
    grade: str
    source: str


@dataclass(slots=True, eq=False)
class Message:
    """A report as it is sent; every seat that gets it gives it a number of its own.

    ``facts`` are bare statements of the sender's own, or ones told with the time, grade and source of each.
    """

    # NOTE: not frozen, since a frozen dataclass takes three times as long to make. Nobody changes one. Most are never
    # read in a run that nobody plays, so what a reader needs of one is worked out when he reads.
    serial: int
    row: EventId
    phrase: str
    sender: str
    source: str
    grade: str
    urgent: bool
    topic: str
    written: Tick
    values: Mapping[str, Value]
    facts: Sequence[tuple[str, str, Value] | Told]
    text: str
    events: tuple[str, ...]
    about: tuple[str, ...]
    to: Mapping[str, Tick]

    def told(self) -> tuple[Told, ...]:
        written, grade, source = self.written, self.grade, self.source
        return tuple(fact if isinstance(fact, Told) else Told(*fact, written, grade, source) for fact in self.facts)

    def subjects(self) -> tuple[str, ...]:
        """Everything it is about."""
        words = [value for value in self.values.values() if isinstance(value, str)]
        return (*self.about, *words, *[fact[0] for fact in self.facts])

    def keys(self) -> Iterator[Key]:
        """What a condition may listen for in it."""
        for fact in self.facts:
            yield fact[0], fact[1]
        for name in self.events:
            yield "event", name
        if "task" in self.values:
            yield "task", str(self.values.get("action", ""))


@dataclass(frozen=True, slots=True)
class Report:
    """A report in a seat's inbox."""

    number: int
    delivered: Tick
    written: Tick
    sender: str
    grade: str
    urgent: bool
    topic: str
    phrase: str
    values: tuple[Telling, ...]
    text: str
    addressee: str
    says: tuple[Told, ...] = ()
    """The statements it makes, each with the time, grade and source of what it rests on."""


@dataclass(frozen=True, slots=True)
class OpenDecision:
    """A question before a seat; once answered or expired it stays, with what was chosen."""

    id: str
    seat: str
    opened: Tick
    due: Tick
    state: str
    option: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """A direction, order or request as its seat knows it: sent by itself, or heard of."""

    id: str
    kind: str
    seat: str
    to: str
    action: str
    unit: str
    place: str
    state: str
    since: Tick
    as_of: Tick
    text: str


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """A conversation with a contingent that objects, as its seat knows it."""

    id: str
    unit: str
    seat: str
    since: Tick
    state: str
    asked: bool
    needs: str
    levers: tuple[str, ...]
    lines: tuple[tuple[Tick, str, str, str], ...]
    """When, who, phrase, words."""


@dataclass(frozen=True, slots=True)
class Picture:
    """All that a seat knows."""

    seat: str
    now: Tick
    facts: Mapping[tuple[Subject, Attribute], Leaf]
    reports: tuple[Report, ...]
    decisions: tuple[OpenDecision, ...] = ()
    tasks: tuple[TaskView, ...] = ()
    objections: tuple[ObjectionView, ...] = ()


@dataclass(slots=True)
class _Belief:
    """What the reports so far say together about one attribute of one subject."""

    recent: list[tuple[Told, int]] = field(default_factory=list)
    leaf: Leaf | None = None

    def take(self, told: Told, number: int, overlap: Tick) -> None:
        """Put a statement beside what is known: fresh counts make a range together, of words the better grade wins."""
        known = self.recent
        if not known or (len(known) == 1 and known[0][0].source == told.source):
            if not known or known[0][0].as_of <= told.as_of:
                self.recent = [(told, number)]
                self.leaf = Leaf(told.value, told.as_of, number, told.grade)
            return
        for other, _ in known:
            allowed = 0 if other.source == told.source else overlap
            if other.as_of > told.as_of + allowed:
                return
        if told.source == ANALYSTS:
            known = []
        fresh = [
            (other, at) for other, at in known
            if other.source != told.source and other.as_of >= told.as_of - overlap
        ]  # fmt: skip
        fresh.append((told, number))
        self.recent = fresh
        best, at = min(reversed(fresh), key=_grade)
        if isinstance(told.value, str):
            self.leaf = Leaf(best.value, best.as_of, at, best.grade)
            return
        ranges = [_range(other.value) for other, _ in fresh if not isinstance(other.value, str)]
        low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
        value: Value = told.value if len(ranges) == 1 or low == high else (low, high)
        self.leaf = Leaf(value, max(other.as_of for other, _ in fresh), number, best.grade)


@dataclass(slots=True)
class _Folded:
    """The reports of a desk up to one of them, read and put together."""

    many: int = 0
    reports: list[Report] = field(default_factory=list)
    beliefs: dict[tuple[str, str], _Belief] = field(default_factory=dict)
    firsts: dict[tuple[str, str], Tick] = field(default_factory=dict)
    tasks: dict[str, tuple[str, str]] = field(default_factory=dict)

    def facts(self) -> dict[tuple[str, str], Leaf]:
        return {key: belief.leaf for key, belief in self.beliefs.items() if belief.leaf is not None}

    def leaf(self, subject: str, attribute: str) -> Leaf | None:
        belief = self.beliefs.get((subject, attribute))
        return None if belief is None else belief.leaf


@dataclass(slots=True)
class _Followed:
    """One attribute that somebody keeps asking for: its statements alone, so that the rest need not be read."""

    due: list[tuple[Tick, int, Told]] = field(default_factory=list)
    many: int = 0
    belief: _Belief = field(default_factory=_Belief)


class Desk:
    """Where the reports of one seat arrive. It is also the view on which its standing orders are tested."""

    __slots__ = (
        "_agenda", "_due", "_folded", "_followed", "_listeners", "_looked", "_overlap", "_pictures", "_timed", "rank",
        "seat",
    )  # fmt: skip

    def __init__(self, pictures: Pictures, agenda: Agenda, seat: str, rank: int, overlap: Tick) -> None:
        self.seat = seat
        self.rank = rank
        self._pictures = pictures
        self._agenda = agenda
        self._overlap = overlap
        self._due: list[tuple[Tick, int, Message]] = []
        self._looked = 0
        self._listeners = Listeners()
        self._timed: dict[int, At] = {}
        self._folded = _Folded()
        self._followed: dict[Key, _Followed] = {}

    def notice(self, key: Key, message: Message, tick: Tick) -> None:
        """A report is on its way that says something this desk waits for."""
        one = self._followed.get(key)
        if one is not None:
            for told in message.told():
                if (told.subject, told.attribute) == key:
                    insort(one.due, (tick, message.serial, told), key=_order)
        if key in self._listeners.waiting:
            self._time(tick, message)

    def to_come(self) -> list[tuple[Tick, int, Message]]:
        return self._sorted()[self._many(self._agenda.now) :]

    def fold(self, at: Tick | None = None) -> _Folded:
        """What the reports say together; remembered, since what was delivered never changes."""
        now = self._agenda.now
        self._sorted()
        folded = self._folded
        if at is not None and at < now:
            folded, now = _Folded(), at
        self._read(folded, self._many(now))
        return folded

    # What a condition asks.

    def value(self, subject: str, attribute: str) -> Value | None:
        one = self._followed.get((subject, attribute))
        if one is None:
            one = self._follow((subject, attribute))
        due, now = one.due, self._agenda.now
        while one.many < len(due) and due[one.many][0] <= now:
            told = due[one.many][2]
            one.many += 1
            one.belief.take(told, 0, self._overlap)
        return None if one.belief.leaf is None else one.belief.leaf.value

    def standing(self, name: str) -> float | None:
        """A seat never sees a standing; it hears words."""
        return None

    def in_state(self, action: str, state: str, unit: str) -> bool:
        folded = self.fold()
        for task, (of_action, by_unit) in folded.tasks.items():
            if of_action == action and unit in ("", by_unit):
                leaf = folded.leaf(task, "state")
                if leaf is not None and TASK_STATES.get(str(leaf.value)) == state:
                    return True
        return False

    def first(self, name: str, subject: str) -> Tick | None:
        return self.fold().firsts.get((name, subject))

    def predicts(self, leaf: tree.Fact | tree.StandingIs) -> bool:
        """A picture moves only when a report arrives."""
        return False

    def next_change(self, leaf: tree.Fact | tree.StandingIs) -> Tick | None:
        return None

    def listen(self, key: Key, listener: Listener) -> None:
        self._listeners.add(key, listener)
        self._pictures.interest(key, self)
        for tick, _, message in self.to_come():
            if key in message.keys():  # noqa: SIM118
                self._time(tick, message)

    def ignore(self, key: Key, listener: Listener) -> None:
        self._listeners.remove(key, listener)

    def _follow(self, key: Key) -> _Followed:
        one = self._followed[key] = _Followed(
            [
                (tick, serial, told)
                for tick, serial, message in self._sorted()
                for told in message.told()
                if (told.subject, told.attribute) == key
            ]
        )
        self._pictures.interest(key, self)
        return one

    def _sorted(self) -> list[tuple[Tick, int, Message]]:
        """Its reports by time of delivery. What is sent later is delivered later than anything read already."""
        sent = self._pictures.sent
        if self._looked < len(sent):
            for message in sent[self._looked :]:
                tick = message.to.get(self.seat)
                if tick is not None:
                    self._due.append((tick, message.serial, message))
            self._looked = len(sent)
            self._due.sort()
        return self._due

    def _many(self, at: Tick) -> int:
        return bisect_right(self._due, at, key=_when)

    def _time(self, tick: Tick, message: Message) -> None:
        if message.serial not in self._timed:
            self._timed[message.serial] = self._agenda.at(tick, Phase.REPORTS, self.rank, self._arrived, message)

    def _arrived(self, event: At) -> None:
        message: Message = event.payload
        self._timed.pop(message.serial, None)
        waiting = self._listeners.waiting
        subjects = message.subjects()
        for key in message.keys():  # noqa: SIM118
            if key in waiting:
                self._listeners.tell(key, message.row, subjects)

    def _read(self, folded: _Folded, many: int) -> None:
        for tick, _, message in self._due[folded.many : many]:
            folded.many += 1
            number = folded.many
            folded.reports.append(
                Report(
                    number, tick, message.written, message.sender, message.grade, message.urgent,
                    message.topic, message.phrase, tuple(message.values.items()), message.text, self.seat,
                    message.told(),
                )
            )  # fmt: skip
            for told in message.told():
                key = (told.subject, told.attribute)
                belief = folded.beliefs.get(key)
                if belief is None:
                    belief = folded.beliefs[key] = _Belief()
                belief.take(told, number, self._overlap)
            for name in message.events:
                folded.firsts.setdefault((name, ""), tick)
                for subject in message.subjects():
                    folded.firsts.setdefault((name, subject), tick)
            values = message.values
            if "task" in values:
                folded.tasks[str(values["task"])] = (str(values.get("action", "")), str(values.get("unit", "")))


def _grade(known: tuple[Told, int]) -> str:
    return known[0].grade


def _when(due: tuple[Tick, int, Message]) -> Tick:
    return due[0]


def _range(value: Value) -> tuple[float, float]:
    if isinstance(value, tuple):
        return value
    assert not isinstance(value, str)
    return (value, value)


class Pictures:
    """The desks of all seats."""

    __slots__ = ("_heard", "_interest", "_stops", "_watched", "_world", "desks", "sent")

    def __init__(self, world: World) -> None:
        self._world = world
        self._watched: frozenset[str] = frozenset()
        self._stops: dict[tuple[str, int], At] = {}
        self._heard: set[int] = set()
        self._interest: dict[Key, list[Desk]] = {}
        self.sent: list[Message] = []
        overlap = from_hours(world.parameters["pictures.overlap_hours"])
        self.desks = {
            seat.id: Desk(self, world.agenda, seat.id, seat.rank, overlap) for seat in world.blueprint.seats.values()
        }

    def interest(self, key: Key, desk: Desk) -> None:
        """From now on this desk is told of reports on their way to it that say something under this key."""
        desks = self._interest.setdefault(key, [])
        if desk not in desks:
            desks.append(desk)

    def post(self, message: Message) -> None:
        """Send a report. A desk looks at it when it is read, or when a condition waits for what it says."""
        self.sent.append(message)
        interest, to = self._interest, message.to
        for key in message.keys():  # noqa: SIM118
            for desk in interest.get(key, ()):
                tick = to.get(desk.seat)
                if tick is not None:
                    desk.notice(key, message, tick)
        if message.urgent and self._watched:
            for seat, tick in to.items():
                if seat in self._watched and seat in self.desks:
                    self._stop_at(self.desks[seat], tick, message)

    def watch(self, seats: frozenset[str]) -> None:
        """From now on an urgent report to one of these seats stops the clock as it arrives."""
        if seats == self._watched:
            return
        self._watched = seats
        for seat in sorted(seats):
            desk = self.desks.get(seat)
            for tick, _, message in desk.to_come() if desk is not None else ():
                if message.urgent and desk is not None:
                    self._stop_at(desk, tick, message)

    def picture(self, seat: str, at: Tick | None = None) -> Picture:
        """What a seat knows now, or knew then."""
        world = self._world
        now = world.now if at is None else min(at, world.now)
        desk = self.desks[seat]
        folded = desk.fold(at)
        return Picture(
            seat,
            now,
            folded.facts(),
            tuple(folded.reports),
            world.decisions.of(seat, now),
            tuple(self._tasks(seat, folded, now)),
            tuple(self._objections(seat, folded)),
        )

    def _tasks(self, seat: str, folded: _Folded, now: Tick) -> Iterable[TaskView]:
        for task in self._world.command.tasks.values():
            known = task.name in folded.tasks
            if task.created > now or not (task.seat == seat or known):
                continue
            leaf = folded.leaf(task.name, "state")
            yield TaskView(
                task.name, task.kind, task.seat, task.to, task.response.id, "" if task.unit is None else task.unit.id,
                task.place, "sent" if leaf is None else str(leaf.value), task.created,
                task.created if leaf is None else leaf.as_of, task.text,
            )  # fmt: skip

    def _objections(self, seat: str, folded: _Folded) -> Iterable[ObjectionView]:
        heard: dict[str, list[Report]] = {}
        for report in folded.reports:
            about = dict(report.values).get("objection")
            if isinstance(about, str):
                heard.setdefault(about, []).append(report)
        for name, reports in heard.items():
            found = self._world.caveats.objections[name]
            leaf = folded.leaf(name, "state")
            needs = [report.text for report in reports if report.phrase == "needs-stated"]
            state = "objecting" if leaf is None else str(leaf.value)
            if state == "objecting" and found.asked and not needs:
                state = "asked"
            yield ObjectionView(
                name, found.unit.id, found.seat, reports[0].delivered, state, found.asked,
                needs[-1] if needs else "", tuple(found.levers),
                tuple((report.delivered, report.sender, report.phrase, report.text) for report in reports),
            )  # fmt: skip

    def _stop_at(self, desk: Desk, tick: Tick, message: Message) -> None:
        key = (desk.seat, message.serial)
        if key not in self._stops:
            self._stops[key] = self._world.agenda.at(tick, Phase.REPORTS, desk.rank, self._stop, (desk.seat, message))

    def _stop(self, event: At) -> None:
        seat, message = event.payload
        self._stops.pop((seat, message.serial), None)
        # Whoever holds several seats has read it when its first copy came.
        if seat in self._watched and message.serial not in self._heard:
            self._heard.add(message.serial)
            self._world.want_stop(seat, message.phrase)


def why(world: World, seat: str, subject: str, attribute: str = "") -> tuple[str, ...]:
    """Why a seat believes what it believes about a subject, from its own reports only."""
    folded = world.intelligence.pictures.desks[seat].fold()
    names = world.blueprint.reading.names
    found = [
        (known, leaf) for (about, known), leaf in folded.facts().items()
        if about == subject and attribute in ("", known)
    ]  # fmt: skip
    name = names.get(subject, subject)
    if not found:
        what = f"{attribute} of {name}" if attribute else name
        return (f"No report to this seat says anything about {what}.",)
    lines: list[str] = []
    for known, leaf in found:
        report = folded.reports[leaf.report - 1]
        lines.append(f"{name}, {known}: {_words(leaf.value, names)}, as of {_clock(world, leaf.as_of)}, {leaf.grade}.")
        lines.append(
            f"  It rests on report {report.number} of {_clock(world, report.delivered)} "
            f"from {names.get(report.sender, report.sender)}: {title(world, report)}."
        )
        recent = folded.beliefs[subject, known].recent
        based = [told for told, at in recent if at == leaf.report and told.source != report.sender]
        for told in based:
            lines.append(f"  What it says comes from {origin(world, told.source)}.")
        others = [told for told, at in recent if at != leaf.report]
        for told in others:
            lines.append(
                f"  Report of {origin(world, told.source)}: {_words(told.value, names)}, "
                f"as of {_clock(world, told.as_of)}, {told.grade}."
            )
        if not others:
            lines.append("  Nobody else has confirmed it to this seat.")
    lines.append("Not known: anything that no report to this seat has said.")
    return tuple(lines)


def origin(world: World, source: str) -> str:
    """Whom a statement comes from, in plain words."""
    names = world.blueprint.reading.names
    if source.startswith("at:"):
        place = source.removeprefix("at:")
        return f"our own people at {names.get(place, place)}"
    if source == ANALYSTS:
        return "the analysis centre, from several reports"
    return names.get(source, source.replace("-", " "))


def title(world: World, report: Report) -> str:
    """The heading of a report in plain words."""
    phrase = world.blueprint.doctrine.phrases.get(report.phrase)
    names = world.blueprint.reading.names
    if phrase is not None:
        values = {key: _words(value, names) for key, value in report.values}
        try:
            return phrase.title.format_map(values)
        except (KeyError, ValueError, IndexError):
            return phrase.title
    if report.phrase.startswith("inject:"):
        inject = world.blueprint.injects.get(report.phrase.removeprefix("inject:"))
        if inject is not None and inject.title:
            return inject.title
    return report.phrase.partition(":")[0].replace("-", " ")


def _words(value: Value, names: Mapping[str, str]) -> str:
    if isinstance(value, tuple):
        return f"{value[0]:,.0f} to {value[1]:,.0f}"
    if isinstance(value, str):
        return names.get(value, value) or "nothing"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def _clock(world: World, tick: Tick) -> str:
    return day_and_hour(world.blueprint.start, tick)


def day_and_hour(start: datetime, tick: Tick) -> str:
    """A tick as people say it: ``D+1 06:20``."""
    moment = start + timedelta(milliseconds=tick)
    return f"D+{(moment.date() - start.date()).days} {moment:%H:%M}"


def _order(due: tuple[Tick, int, Told]) -> tuple[Tick, int]:
    """One message may say two things of one fact: they stay in the order in which it says them."""
    return due[0], due[1]
