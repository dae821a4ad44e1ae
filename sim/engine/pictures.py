"""What each seat knows: built from the reports delivered to it, and from nothing else.

Every fact carries its time, the report it came from (numbered by the seat itself, without gaps) and that
report's grade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sim.engine.agenda import At, Phase
from sim.engine.desks import Desk, Folded
from sim.engine.reports import ANALYSTS, OWN_PEOPLE, Leaf, Message, Report, day_and_hour
from sim.engine.ticks import Tick, from_hours
from sim.engine.views import Value
from sim.scenario.tree import Key

if TYPE_CHECKING:
    from sim.engine.world import World

__all__ = [
    "Leaf", "ObjectionView", "OpenDecision", "Picture", "Pictures", "Report", "TaskView", "day_and_hour", "origin",
    "title", "why",
]  # fmt: skip

Subject: TypeAlias = str
Attribute: TypeAlias = str


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


class Pictures:
    """The desks of all seats."""

    __slots__ = (
        "_interest", "_overlap", "_stopped", "_stops", "_watched", "_world", "desks", "said", "sent",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        self._watched: frozenset[str] = frozenset()
        self._stops: dict[tuple[str, int], At] = {}
        self._interest: dict[Key, list[Desk]] = {}
        self.sent: list[Message] = []
        self.said: dict[Key, list[Message]] = {}
        overlap = self._overlap = from_hours(world.parameters["pictures.overlap_hours"])
        self._stopped: dict[tuple[str, ...], Tick] = {}
        self.desks = {
            seat.id: Desk(world.agenda, seat.id, seat.rank, overlap, self.sent, self.said, self.interest)
            for seat in world.blueprint.seats.values()
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
        said = self.said
        # NOTE: the loop over ``message.keys()`` written out; every report of a run comes by here.
        for fact in message.facts:
            about = (fact[0], fact[1])
            earlier = said.get(about)
            if earlier is None:
                said[about] = [message]
            else:
                earlier.append(message)
            if about in interest:
                for desk in interest[about]:
                    if desk.seat in to:
                        desk.notice(about, message, to[desk.seat])
        for name in message.events:
            for desk in interest.get(("event", name), ()):
                if desk.seat in to:
                    desk.notice(("event", name), message, to[desk.seat])
        if "task" in message.values:
            key = ("task", str(message.values.get("action", "")))
            for desk in interest.get(key, ()):
                if desk.seat in to:
                    desk.notice(key, message, to[desk.seat])
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

    def _tasks(self, seat: str, folded: Folded, now: Tick) -> Iterable[TaskView]:
        for task in self._world.command.tasks.values():
            known = task.name in folded.tasks
            if task.created > now or not (task.seat == seat or known):
                continue
            leaf = folded.leaf(task.name, "state")
            unit = "" if task.unit is None else task.unit.id
            where = None if task.asked or not unit else folded.leaf(unit, "place")
            yield TaskView(
                task.name, task.kind, task.seat, task.to, task.response.id, unit,
                task.asked if where is None else str(where.value), "sent" if leaf is None else str(leaf.value),
                task.created, task.created if leaf is None else leaf.as_of, task.text,
            )  # fmt: skip

    def _objections(self, seat: str, folded: Folded) -> Iterable[ObjectionView]:
        heard: dict[str, list[Report]] = {}
        for report in folded.reports:
            about = dict(report.values).get("objection")
            if isinstance(about, str):
                heard.setdefault(about, []).append(report)
        for name, reports in heard.items():
            found = self._world.caveats.objections[name]
            leaf = folded.leaf(name, "state")
            needs = [report.text for report in reports if report.phrase == "needs-stated"]
            # What was said in the conversation is known to whoever leads it.
            own = found.seat == seat
            state = "objecting" if leaf is None else str(leaf.value)
            if state == "objecting" and own and found.asked and not needs:
                state = "asked"
            yield ObjectionView(
                name, found.unit.id, found.seat, reports[0].delivered, state, own and found.asked,
                needs[-1] if needs else "", tuple(found.levers) if own else (),
                tuple((report.delivered, report.sender, report.phrase, report.text) for report in reports),
            )  # fmt: skip

    def _stop_at(self, desk: Desk, tick: Tick, message: Message) -> None:
        key = (desk.seat, message.serial)
        if key not in self._stops:
            self._stops[key] = self._world.agenda.at(tick, Phase.REPORTS, desk.rank, self._stop, (desk.seat, message))

    def _stop(self, event: At) -> None:
        seat, message = event.payload
        self._stops.pop((seat, message.serial), None)
        # Whoever holds several seats has read it when its first copy came, be it before the file was opened again.
        first = min(tick for held, tick in message.to.items() if held in self._watched) if self._watched else 0
        if seat in self._watched and message.to[seat] == first and self._is_news(message):
            self._world.want_stop(seat, message.phrase)

    def _is_news(self, message: Message) -> bool:
        """Whether nothing like it has stopped the clock of late: the third volley heard in an hour waits to be read."""
        about = (message.phrase, *(str(message.values.get(name, "")) for name in ("place", "unit", "action")))
        now = self._world.agenda.now
        before = self._stopped.get(about)
        if before is not None and now - before < self._overlap:
            return False
        self._stopped[about] = now
        return True


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
    if source.startswith(OWN_PEOPLE):
        place = source.removeprefix(OWN_PEOPLE)
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
