"""What a client gets to see of an exercise: plain data made of its seats' pictures, and of nothing else.

The truth never passes here. A view holds what was known beforehand (the map, the mission's own units,
the doctrine) and what reports to these seats have said since.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sim.engine.pictures import Leaf, ObjectionView, OpenDecision, Report, TaskView
from sim.engine.ticks import HOUR, Tick
from sim.exercise import wording
from sim.exercise.clock import SPEEDS
from sim.exercise.forms import OUTSIDE, Forms
from sim.exercise.knowledge import Knowledge, Letter, known_to
from sim.exercise.wording import TASK_STATES, Wording

if TYPE_CHECKING:
    from sim.engine.blueprint import Blueprint
    from sim.engine.world import World
    from sim.exercise.session import ClockState

Row = dict[str, Any]
Rows = dict[str, Row]

ENDORSEMENT: Final = (
    "A training tool. It is not a product of the United Nations and not endorsed by it; "
    "names of missions, places and titles are used to describe the public record."
)
DOCTRINE_NOTE: Final = (
    "Reports carry a grade: the letter says how reliable the source is (A to F), the figure how likely the item is "
    "(1 to 6). Numbers are what somebody reported, never what is true."
)
FLOW_SHOWN_FOR: Final = 12 * HOUR
SIDES: Final = {"host-police": "host", "host-army": "host", "militia": "armed"}
FIGURES: Final = (
    ("people", "At {place}"),
    ("waiting", "Waiting at the gate of {place}"),
    ("untreated", "Wounded waiting at {place}"),
    ("water", "Water at {place}"),
)
KM_PER_DEGREE: Final = 111.2


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
        self._places_row = {place.id: place for place in blueprint.places.values()}
        self._routes = self._route_rows()
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
                "levers": self._levers(),
            },
            "tables": {
                "places": self._places(known),
                "routes": self._known_routes(known),
                "units": self._units(known, seats),
                "flows": self._flows(known),
                "inbox": inbox,
                "tasks": self._tasks(known),
                "actors": self._actors(known),
                "decisions": self._decisions(known),
                "objections": self._objections(known),
                "forms": self._forms_of(seats),
                "seats": self._seats(seats, held),
            },
        }

    def snapshot(self, world: World) -> dict[str, Row]:
        """What each seat knows now, for the record: what changes, without what the inbox repeats."""
        from sim.exercise.session import ClockState

        found = {}
        for seat in self._blueprint.seats.values():
            if seat.level in OUTSIDE:
                continue
            whole = self.view(world, (seat.id,), ClockState(world.now, "paused"), frozenset())
            tables = {
                name: rows
                for name, rows in whole["tables"].items()
                if name not in ("forms", "routes", "inbox", "seats")
            }
            found[seat.id] = {
                "figures": whole["single"]["figures"],
                "tables": tables,
                "reports": len(whole["tables"]["inbox"]),
            }
        return found

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
        """Why the clock stopped, with what it stopped for."""
        if not clock.seat:
            return clock.reason
        who = self._wording.name(clock.seat)
        decision = self._blueprint.decisions.get(clock.about)
        if decision is not None:
            return f"{who}: {decision.title}"
        for letter in reversed(known.letters):
            if letter.first.urgent and clock.seat in letter.seats and letter.first.phrase == clock.about:
                return f"{who}: {self._wording.title(letter.first)}"
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
            "text": wording.span(low, high),
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

    def _levers(self) -> list[Row]:
        return [
            {"id": lever.id, "label": lever.label, "help": lever.help, "cost": lever.cost}
            for lever in self._blueprint.doctrine.levers.values()
        ]

    # The map

    def _places(self, known: Knowledge) -> Rows:
        rows: Rows = {}
        for place in self._blueprint.places.values():
            facts = known.of(place.id)
            people = facts.get("people")
            rows[place.id] = {
                "order": place.rank,
                "id": place.id,
                "name": self._wording.name(place.id),
                "kind": place.kind,
                "lat": place.latitude,
                "lon": place.longitude,
                "rank": place.map_rank,
                "people": "" if people is None else self._wording.value("people", people.value),
                "people_as_of": "" if people is None else self._wording.when(people.as_of),
                "violence": str(facts["violence"].value) if "violence" in facts else "",
                "notes": [f"{self._wording.label(name)}: {self._stated(name, leaf)}" for name, leaf in facts.items()],
                "facts": [
                    {
                        "attribute": name,
                        "label": self._wording.label(name),
                        "text": self._wording.value(name, leaf.value),
                        "as_of": self._wording.when(leaf.as_of),
                        "grade": leaf.grade,
                    }
                    for name, leaf in facts.items()
                ],
            }
        return rows

    def _route_rows(self) -> Rows:
        return {
            route.id: {
                "order": route.rank,
                "id": route.id,
                "a": route.a,
                "b": route.b,
                "path": [list(point) for point in route.path],
                "km": round(route.km),
                "surface": route.surface,
                "status": "unknown",
                "as_of": "",
            }
            for route in self._blueprint.routes.values()
        }

    def _known_routes(self, known: Knowledge) -> Rows:
        rows = dict(self._routes)
        for id, route in self._routes.items():
            leaf = known.facts.get((id, "status"))
            if leaf is not None:
                rows[id] = {**route, "status": str(leaf.value), "as_of": self._wording.when(leaf.as_of)}
                continue
            used = self._last_use(known, route["a"], route["b"])
            if used is not None:
                rows[id] = {**route, "status": "open", "as_of": self._wording.when(used)}
        return rows

    def _last_use(self, known: Knowledge, a: str, b: str) -> Tick | None:
        """When somebody of ours was last reported to have come through between two places."""
        return self._passages(known).get(frozenset((a, b)))

    def _passages(self, known: Knowledge) -> dict[frozenset[str], Tick]:
        found: dict[frozenset[str], Tick] = {}
        at: dict[str, str] = {unit.id: unit.at for unit in self._blueprint.units.values()}
        for letter in known.letters:
            if letter.first.phrase == "arrived":
                values = dict(letter.first.values)
                unit, place = str(values.get("unit", "")), str(values.get("place", ""))
                if unit in at and at[unit] != place:
                    found[frozenset((at[unit], place))] = letter.first.written
                    at[unit] = place
        return found

    def _units(self, known: Knowledge, seats: Sequence[str]) -> Rows:
        rows: Rows = {}
        leaving = self._departures(known)
        for unit in self._blueprint.units.values():
            facts = known.of(unit.id)
            if not facts:
                continue
            kind = self._blueprint.doctrine.unit_types[unit.type]
            row = {
                "order": unit.rank,
                "id": unit.id,
                "name": self._wording.name(unit.id),
                "side": "un",
                "type": kind.label,
                "glyph_kind": kind.glyph,
                "mine": unit.controller in seats,
                "posture": _word(facts.get("posture")),
                "task": self._wording.name(_word(facts.get("task"))) if _word(facts.get("task")) else "",
                "state": _word(facts.get("state")),
                "strength": f"{unit.strength} in all" if unit.strength else "",
                "controller": unit.controller,
            }
            row.update(self._whereabouts(unit.id, facts.get("place"), leaving.get(unit.id)))
            rows[unit.id] = row
        for group in self._blueprint.groups.values():
            group_row = self._group(group.id, known, 1000 + group.rank)
            if group_row is not None:
                rows[group.id] = group_row
        return rows

    def _departures(self, known: Knowledge) -> dict[str, tuple[Tick, str]]:
        """Units last heard of on the road, since when and where to."""
        found: dict[str, tuple[Tick, str]] = {}
        for letter in known.letters:
            values = dict(letter.first.values)
            unit = str(values.get("unit", ""))
            if letter.first.phrase == "departed":
                found[unit] = (letter.first.written, str(values.get("place", "")))
        return found

    def _whereabouts(self, unit: str, place: Leaf | None, left: tuple[Tick, str] | None) -> Row:
        at = "" if place is None else str(place.value)
        grade, as_of = ("", 0) if place is None else (place.grade, place.as_of)
        if left is not None and (place is None or left[0] >= place.as_of) and left[1] != at:
            since, towards = left
            where = f"on the road from {self._wording.name(at)} to {self._wording.name(towards)}"
            lat, lon = self._middle(at, towards)
            return {
                "place": "", "between": [at, towards], "progress": 0.5, "lat": lat, "lon": lon, "where": where,
                "as_of": self._wording.when(since), "grade": grade,
            }  # fmt: skip
        spot = self._places_row.get(at)
        return {
            "place": at,
            "between": None,
            "progress": 0.0,
            "lat": None if spot is None else spot.latitude,
            "lon": None if spot is None else spot.longitude,
            "where": self._wording.name(at) if at else "not known",
            "as_of": self._wording.when(as_of) if place is not None else "",
            "grade": grade,
        }

    def _middle(self, a: str, b: str) -> tuple[float | None, float | None]:
        first, second = self._places_row.get(a), self._places_row.get(b)
        if first is None or second is None:
            spot = first or second
            return (None, None) if spot is None else (spot.latitude, spot.longitude)
        return (first.latitude + second.latitude) / 2, (first.longitude + second.longitude) / 2

    def _group(self, group: str, known: Knowledge, order: int) -> Row | None:
        facts = known.of(group)
        seen = self._last_seen(group, known)
        if not facts and seen is None:
            return None
        spec = self._blueprint.groups[group]
        tick, place, grade = seen or (0, "", "")
        spot = self._places_row.get(place)
        strength = facts.get("strength")
        return {
            "order": order,
            "id": group,
            "name": self._wording.name(group),
            "side": SIDES.get(spec.kind, "armed"),
            "type": spec.kind.replace("-", " "),
            "glyph_kind": "group",
            "mine": False,
            "place": place,
            "between": None,
            "progress": 0.0,
            "lat": None if spot is None else spot.latitude,
            "lon": None if spot is None else spot.longitude,
            "where": f"last reported at {self._wording.name(place)}" if place else "not known",
            "posture": "",
            "task": "",
            "state": self._wording.value("intent", facts["intent"].value) if "intent" in facts else "",
            "strength": "" if strength is None else self._wording.value("strength", strength.value),
            "as_of": self._wording.when(tick if seen else max(leaf.as_of for leaf in facts.values())),
            "grade": grade or max((leaf.grade for leaf in facts.values()), default=""),
            "controller": "",
        }

    def _last_seen(self, group: str, known: Knowledge) -> tuple[Tick, str, str] | None:
        for letter in reversed(known.letters):
            values = dict(letter.first.values)
            if group in (values.get("group"), values.get("other")) and values.get("place"):
                return letter.first.written, str(values["place"]), letter.first.grade
        return None

    def _flows(self, known: Knowledge) -> Rows:
        """Movements of people reported in the last hours, as arrows along what is known of them."""
        rows: Rows = {}
        homes = {community.id: community.place for community in self._blueprint.communities.values()}
        for letter in known.letters:
            report = letter.first
            if report.written < known.now - FLOW_SHOWN_FOR or not report.phrase.startswith("people-"):
                continue
            values = dict(report.values)
            place, home = str(values.get("place", "")), homes.get(str(values.get("community", "")), "")
            a, b = (place, home) if report.phrase == "people-moving-on" else (home, place)
            if report.phrase == "people-leaving":
                a, b = place, ""
            if report.phrase == "people-arriving":
                a = a or self._nearest_town(place)
            spot = self._places_row.get(a) or self._places_row.get(b)
            if spot is None:
                continue
            rows[f"{report.phrase}/{place}/{home}"] = {
                "order": letter.order,
                "id": f"{report.phrase}/{place}/{home}",
                "a": a,
                "b": b,
                "lat": spot.latitude,
                "lon": spot.longitude,
                "heading": self._heading(a, b),
                "text": f"{self._wording.title(report)}, {self._wording.when(report.written)}, {report.grade}",
            }
        return rows

    def _nearest_town(self, place: str) -> str:
        here = self._places_row.get(place)
        others = [
            community.place for community in self._blueprint.communities.values() if community.place != place
        ]
        if here is None or not others:
            return ""
        return min(others, key=lambda other: _km(here, self._places_row[other]))

    def _heading(self, a: str, b: str) -> str:
        start, end = self._places_row.get(a), self._places_row.get(b)
        if start is None or end is None:
            return ""
        north = end.latitude - start.latitude
        east = (end.longitude - start.longitude) * math.cos(math.radians(start.latitude))
        return ("N", "NE", "E", "SE", "S", "SW", "W", "NW")[round(math.degrees(math.atan2(east, north)) / 45) % 8]

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
        return {task.id: self._task(order, task) for order, task in enumerate(known.tasks, 1)}

    def _task(self, order: int, task: TaskView) -> Row:
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
            "state": TASK_STATES.get(task.state, task.state),
            "when": self._wording.when(task.since),
            "as_of": self._wording.when(task.as_of),
            "text": task.text,
        }

    def _actors(self, known: Knowledge) -> Rows:
        rows: Rows = {}
        blueprint = self._blueprint
        for counterpart in blueprint.counterparts.values():
            facts = known.of(counterpart.id)
            consent = facts.pop("consent", None)
            words = "not assessed" if consent is None else self._wording.value("consent", consent.value)
            presses = blueprint.reading.presses_for.get(counterpart.id, "")
            notes = [f"Presses for: {presses}"] if presses else []
            self._actor(rows, counterpart.id, "counterpart", words, consent, facts, notes)
        for community in blueprint.communities.values():
            facts = known.of(community.id)
            displaced = facts.pop("displaced", None)
            words = f"{self._wording.name(community.place)}"
            if displaced is not None:
                words = f"{self._wording.value('displaced', displaced.value)} displaced"
            self._actor(rows, community.id, "community", words, displaced, facts, [])
        for group in blueprint.groups.values():
            facts = known.of(group.id)
            if not facts and self._last_seen(group.id, known) is None:
                continue
            intent = facts.pop("intent", None)
            words = "intent not known" if intent is None else self._wording.value("intent", intent.value)
            self._actor(rows, group.id, "group", words, intent, facts, [])
        for objection in known.objections:
            contributor = blueprint.units[objection.unit].contributor
            words = f"{self._wording.name(objection.unit)}: {objection.state}"
            as_of = Leaf(objection.state, objection.lines[-1][0] if objection.lines else objection.since, 0, "A1")
            self._actor(rows, contributor, "contributor", words, as_of, {}, [])
        return rows

    def _actor(
        self, rows: Rows, id: str, kind: str, words: str, leaf: Leaf | None, facts: Mapping[str, Leaf],
        notes: Iterable[str],
    ) -> None:  # fmt: skip
        rows[id] = {
            "order": len(rows) + 1,
            "id": id,
            "name": self._wording.name(id),
            "kind": kind,
            "assessed": words,
            "confidence": "low" if leaf is None else wording.confidence(leaf.grade),
            "as_of": "" if leaf is None else self._wording.when(leaf.as_of),
            "notes": [
                *notes,
                *(f"{self._wording.label(name)}: {self._stated(name, each)}" for name, each in facts.items()),
            ],
        }

    # What waits for an answer

    def _decisions(self, known: Knowledge) -> Rows:
        return {
            decision.id: self._decision(order, decision, known)
            for order, decision in enumerate(known.decisions, 1)
        }

    def _decision(self, order: int, decision: OpenDecision, known: Knowledge) -> Row:
        spec = self._blueprint.decisions[decision.id]
        said: list[str] = []
        unsaid: list[str] = []
        for subject, attribute in spec.known:
            leaf = known.facts.get((subject, attribute))
            what = f"{self._wording.name(subject)}, {self._wording.label(attribute).lower()}"
            if leaf is None:
                unsaid.append(what)
            else:
                said.append(f"{what}: {self._stated(attribute, leaf)}")
        chosen = spec.options.get(decision.option)
        return {
            "order": order,
            "id": decision.id,
            "seat": decision.seat,
            "seat_title": self._wording.name(decision.seat),
            "title": spec.title,
            "text": spec.text,
            "opened": self._wording.when(decision.opened),
            "due_tick": decision.due,
            "due": self._wording.when(decision.due),
            "left": wording.left(decision.due - known.now) if decision.state == "open" else "",
            "state": decision.state,
            "options": [
                {
                    "id": option.id,
                    "label": option.label,
                    "text": option.text,
                    "tensions": [self._wording.name(pole) for pole, way in option.touches.items() if way < 0],
                }
                for option in spec.options.values()
            ],
            "otherwise": spec.options[spec.otherwise].label if spec.otherwise in spec.options else spec.otherwise,
            "known": said,
            "unknown": unsaid,
            "considerations": list(spec.considerations),
            "answer": "" if chosen is None else chosen.label,
        }

    def _objections(self, known: Knowledge) -> Rows:
        levers = self._levers()
        return {
            objection.id: self._objection(order, objection, levers)
            for order, objection in enumerate(known.objections, 1)
        }

    def _objection(self, order: int, objection: ObjectionView, levers: list[Row]) -> Row:
        return {
            "order": order,
            "id": objection.id,
            "unit": objection.unit,
            "unit_name": self._wording.name(objection.unit),
            "seat": objection.seat,
            "state": objection.state,
            "since": self._wording.when(objection.since),
            "lines": [
                {
                    "when": self._wording.when(tick),
                    "who": self._wording.name(who),
                    "text": words or self._phrase(phrase, objection.unit),
                }
                for tick, who, phrase, words in objection.lines
            ],
            "needs": objection.needs,
            "said": [self._lever_label(lever) for lever in objection.levers],
            "levers": levers,
        }

    def _phrase(self, phrase: str, unit: str) -> str:
        found = self._blueprint.doctrine.phrases.get(phrase)
        if found is None:
            return phrase.replace("-", " ")
        return found.title.replace("{unit}", self._wording.name(unit))

    def _lever_label(self, lever: str) -> str:
        found = self._blueprint.doctrine.levers.get(lever)
        return lever if found is None else found.label

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

    def _stated(self, attribute: str, leaf: Leaf) -> str:
        return f"{self._wording.value(attribute, leaf.value)} ({self._wording.when(leaf.as_of)}, {leaf.grade})"


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


def _word(leaf: Leaf | None) -> str:
    return "" if leaf is None else str(leaf.value)


def _range(value: Any) -> tuple[float, float]:
    return (float(value[0]), float(value[1])) if isinstance(value, tuple) else (float(value), float(value))


def _addressees(names: Sequence[str]) -> str:
    return ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")


def _km(a: Any, b: Any) -> float:
    north = (a.latitude - b.latitude) * KM_PER_DEGREE
    east = (a.longitude - b.longitude) * KM_PER_DEGREE * math.cos(math.radians(a.latitude))
    return math.hypot(north, east)
