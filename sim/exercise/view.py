"""What a client gets to see of an exercise: plain data made of its seats' pictures, and of nothing else.

The truth never passes here. A view holds what was known beforehand (the map, the mission's own units,
the doctrine) and what reports to these seats have said since.
"""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, Any, Final

from sim.engine.pictures import Leaf, Report, TaskView
from sim.exercise import wording
from sim.exercise.clock import SPEEDS
from sim.exercise.forms import Forms
from sim.exercise.knowledge import Knowledge, Letter, known_to
from sim.exercise.map_view import MapRows, Row, Rows
from sim.exercise.matters_view import MatterRows
from sim.exercise.wording import TASK_STATES, Wording

if TYPE_CHECKING:
    from sim.engine.blueprint import Blueprint
    from sim.engine.world import World
    from sim.exercise.clock import ClockState

ENDORSEMENT: Final = (
    "A training tool. It is not a product of the United Nations and not endorsed by it; "
    "names of missions, places and titles are used to describe the public record."
)
DOCTRINE_NOTE: Final = (
    "Reports carry a grade: the letter says how reliable the source is (A to F), the figure how likely the item is "
    "(1 to 6). Numbers are what somebody reported, never what is true."
)
FIGURES: Final = (
    ("people", "At {place}"),
    ("waiting", "Waiting at the gate of {place}"),
    ("untreated", "Wounded waiting at {place}"),
    ("water", "Water at {place}"),
)
UNSETTLED: Final = frozenset({"objecting", "asked", "considering"})
NOT_BEGUN: Final = frozenset({"sent", "received", "preparing"})


class Views:
    """Makes the views of one exercise. What cannot change any more is worded once and kept."""

    def __init__(self, blueprint: Blueprint, *, seed: int, path: str) -> None:
        self._blueprint = blueprint
        self._path = path
        self._seed = seed
        self._wording = Wording(blueprint)
        self._forms = Forms(blueprint, self._wording)
        self._kept_forms: dict[tuple[str, ...], Rows] = {}
        self._kept_letters: dict[tuple[str, int], Row] = {}
        self._kept_ending: Row | None = None
        self._world: World | None = None
        self._map = MapRows(blueprint, self._wording)
        self._matters = MatterRows(blueprint, self._wording)
        self._exercise = self._about()

    def view(self, world: World, seats: tuple[str, ...], clock: ClockState, held: frozenset[str]) -> Row:
        """The whole view of some seats."""
        if world is not self._world:
            # Another world of the same exercise: after going back, reports may differ.
            self._world = world
            self._kept_letters.clear()
            self._kept_ending = None
        known = known_to(world, seats)
        inbox = self._inbox(world, known)
        return {
            "single": {
                "exercise": self._exercise,
                "seat": self._seat(seats),
                "clock": self._clock(clock, known),
                "figures": self._figures(known),
                "ending": self._ending(world) if clock.state == "ended" else None,
                "levers": self._matters.levers(),
            },
            "tables": {
                "places": self._map.places(known),
                "routes": self._map.known_routes(known),
                "units": self._map.units(known, seats),
                "flows": self._map.flows(known),
                "lines": self._map.lines(known),
                "inbox": inbox,
                "tasks": self._tasks(known),
                "actors": self._matters.actors(known),
                "decisions": self._matters.decisions(known),
                "objections": self._matters.objections(known),
                "forms": self._forms_of(seats),
                "seats": self._seats(seats, held),
            },
        }

    # The single values

    def _about(self) -> Row:
        blueprint = self._blueprint
        reading = blueprint.reading
        pages = [{"title": title, "text": text, "seats": list(seats)} for title, text, seats in reading.readahead]
        return {
            "title": reading.title,
            "summary": reading.summary,
            "scenario": blueprint.name,
            "mission": reading.mission,
            "mandate": reading.mandate,
            "force": reading.force,
            "pattern": blueprint.pattern,
            "seed": self._seed,
            "start": blueprint.start.isoformat(),
            "duration": blueprint.duration,
            "epilogue": blueprint.epilogue or None,
            "warning": reading.warning,
            "endorsement": ENDORSEMENT,
            "readahead": pages,
            "doctrine_note": DOCTRINE_NOTE,
            "sources": [{"title": title, "note": note} for title, note in reading.sources],
        }

    def _seat(self, seats: tuple[str, ...]) -> Row:
        whole = len(seats) > 1
        titles = [self._blueprint.seats[seat].title for seat in seats]
        return {
            "ids": list(seats),
            "title": "The whole leadership team" if whole else titles[0],
            "whole_team": whole,
            "control": False,
        }

    def _clock(self, clock: ClockState, known: Knowledge) -> Row:
        return {
            "tick": clock.tick,
            "day": self._wording.when(clock.tick),
            "date": self._wording.date(clock.tick),
            "state": clock.state,
            "ratio": clock.ratio,
            "until": clock.until,
            "lag": clock.lag,
            "reason": self._reason(clock, known),
            "speeds": list(SPEEDS),
            "runs": clock.runs,
            "first_midnight": self._blueprint.first_midnight,
        }

    def _reason(self, clock: ClockState, known: Knowledge) -> str:
        """Why the clock stopped: what it stopped for, then whom it concerns, since a narrow line cuts the end."""
        if not clock.seat:
            return clock.reason
        who = self._wording.name(clock.seat)
        decision = self._blueprint.decisions.get(clock.about)
        if decision is not None:
            return f"{decision.title} ({who})"
        for letter in reversed(known.letters):
            if letter.first.urgent and clock.seat in letter.seats and letter.first.phrase == clock.about:
                return f"{self._wording.title(letter.first)} ({who})"
        return f"{who} is needed."

    def _figures(self, known: Knowledge) -> list[Row]:
        rows = []
        for place in self._blueprint.places.values():
            if place.site is None:
                continue
            for attribute, label in FIGURES:
                leaf = known.facts.get((place.id, attribute))
                if leaf is not None:
                    name = label.format(place=self._wording.name(place.id))
                    rows.append(self._figure(f"{place.id}/{attribute}", name, attribute, leaf, known))
        displaced = self._displaced(known)
        if displaced is not None:
            rows.append(displaced)
        return rows

    def _figure(self, id: str, label: str, attribute: str, leaf: Leaf, known: Knowledge) -> Row:
        place, _, _ = id.partition("/")
        return {
            "id": id,
            "label": label,
            "text": self._wording.value(attribute, leaf.value),
            "as_of": self._wording.when(leaf.as_of),
            "grade": leaf.grade,
            "trend": wording.trend(known.history(place, attribute)),
        }

    def _displaced(self, known: Knowledge) -> Row | None:
        leaves = [leaf for (_, attribute), leaf in known.facts.items() if attribute == "displaced"]
        ranges = [_range(leaf.value) for leaf in leaves if not isinstance(leaf.value, str)]
        if not ranges:
            return None
        low, high = math.fsum(low for low, _ in ranges), math.fsum(high for _, high in ranges)
        return {
            "id": "displaced",
            "label": "Reported displaced, all communities",
            "text": wording.span(wording.rounded(low), wording.rounded(high)),
            "as_of": self._wording.when(max(leaf.as_of for leaf in leaves)),
            "grade": max(leaf.grade for leaf in leaves),
            "trend": "",
        }

    def _ending(self, world: World) -> Row | None:
        if self._kept_ending is None:
            ending = world.ending()
            if ending is None:
                return None
            self._kept_ending = {
                "question": ending.question,
                "headline": ending.headline,
                "story": [{"when": when, "text": text} for when, text in ending.story],
                "numbers": [{"label": label, "text": text, "note": note} for label, text, note in ending.numbers],
                "causes": [{"title": title, "lines": list(lines)} for title, lines in ending.causes],
                "path": self._path,
                "resume": f"mlt play {self._path}",
            }
        return self._kept_ending

    # What was said

    def _inbox(self, world: World, known: Knowledge) -> Rows:
        rows: Rows = {}
        for letter in known.letters:
            first = letter.first
            key = (first.addressee, first.number)
            row = self._kept_letters.get(key)
            if row is None or row["order"] != letter.order or row["seats"] != list(letter.seats):
                row = self._kept_letters[key] = self._letter(world, letter)
            rows[row["id"]] = row
        return rows

    def _letter(self, world: World, letter: Letter) -> Row:
        report = letter.first
        title = self._wording.title(report)
        sender = self._wording.source(world, report.sender)
        return {
            "order": letter.order,
            "id": f"{report.addressee}/{report.number}",
            "tick": report.delivered,
            "when": self._wording.when(report.delivered),
            "sender": sender[:1].upper() + sender[1:],
            "to": _addressees([self._wording.name(seat) for seat in letter.seats]),
            "seat": report.addressee,
            "seats": list(letter.seats),
            "title": title,
            "text": self._wording.text(world, report),
            "grade": report.grade,
            "urgent": report.urgent,
            "topic": report.topic,
            "about": self._about_whom(report),
        }

    def _about_whom(self, report: Report) -> list[str]:
        named = [str(value) for _, value in report.values if isinstance(value, str)]
        named += [told.subject for told in report.says if report.phrase != "hand-over"]
        blueprint = self._blueprint
        known = (blueprint.places, blueprint.units, blueprint.groups, blueprint.counterparts, blueprint.communities)
        return [id for id in dict.fromkeys(named) if any(id in catalogue for catalogue in known)]

    def _tasks(self, known: Knowledge) -> Rows:
        objecting = {objection.unit for objection in known.objections if objection.state in UNSETTLED}
        return {task.id: self._task(order, task, objecting) for order, task in enumerate(known.tasks, 1)}

    def _task(self, order: int, task: TaskView, objecting: Set[str]) -> Row:
        state = TASK_STATES.get(task.state, task.state)
        if task.unit in objecting and state in NOT_BEGUN:
            # The unit says so itself; no report on the task repeats it.
            state = "objected"
        return {
            "order": order,
            "id": task.id,
            "kind": task.kind,
            "seat": task.seat,
            "seat_title": self._wording.name(task.seat),
            "to": self._wording.name(task.to) if task.to else "",
            "action": task.action,
            "label": self._wording.name(task.action),
            "unit": self._wording.name(task.unit) if task.unit else "",
            "unit_id": task.unit,
            "place": self._wording.name(task.place) if task.place else "",
            "place_id": task.place,
            "state": state,
            "when": self._wording.when(task.since),
            "as_of": self._wording.when(task.as_of),
            "text": task.text,
        }

    # Who sits where, and what they can do

    def _forms_of(self, seats: tuple[str, ...]) -> Rows:
        rows = self._kept_forms.get(seats)
        if rows is None:
            rows = self._kept_forms[seats] = self._forms.of(seats)
        return rows

    def _seats(self, seats: Sequence[str], held: frozenset[str]) -> Rows:
        return {
            seat.id: {
                "order": seat.rank,
                "id": seat.id,
                "title": seat.title,
                "held": seat.id in held,
                "by_me": seat.id in seats,
                "outside": seat.level == "outside",
                "level": seat.level,
            }
            for seat in self._blueprint.seats.values()
            if seat.level != "control"
        }


def outcome(world: World) -> Row:
    """How an exercise came out, for its file."""
    return {
        "measures": {
            name: {
                "value": measure.value,
                "numerator": measure.numerator,
                "denominator": measure.denominator,
                "from": measure.start,
                "to": measure.end,
            }
            for name, measure in world.measures.values().items()
        }
    }


def _range(value: Any) -> tuple[float, float]:
    return (float(value[0]), float(value[1])) if isinstance(value, tuple) else (float(value), float(value))


def _addressees(names: Sequence[str]) -> str:
    return ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")
