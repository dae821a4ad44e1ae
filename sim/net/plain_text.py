"""The view of a seat as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from sim.printing import printable

Row: TypeAlias = Mapping[str, Any]
View: TypeAlias = Mapping[str, Any]

BANNER: Final = "EXERCISE EXERCISE EXERCISE"
WIDTH: Final = 100


def rows(view: View, table: str) -> list[Row]:
    """The rows of a table in their order."""
    return sorted(view["tables"].get(table, {}).values(), key=lambda row: (row.get("order", 0), str(row.get("id"))))


def row(view: View, table: str, id: object) -> Row:
    """One row, or an empty one."""
    found: Row = view["tables"].get(table, {}).get(str(id), {})
    return found


def part(view: View, name: str) -> Row:
    """One of the single objects, or an empty one."""
    value = view["single"].get(name)
    return value if isinstance(value, Mapping) else {}


def seat_title(view: View, seat: object) -> str:
    """A seat's title; its id when it is none of the mission's own seats."""
    return str(row(view, "seats", seat).get("title") or seat or "")


def wrap(text: object, indent: str = "") -> Iterator[str]:
    """Break text into lines; its own line breaks stay."""
    for line in printable(str(text)).split("\n"):
        yield from textwrap.wrap(line, WIDTH, initial_indent=indent, subsequent_indent=indent) or [""]


def opening(view: View) -> Iterator[str]:
    """What a player must have read before anything else."""
    exercise = part(view, "exercise")
    yield BANNER
    yield from wrap(exercise.get("title", ""))
    for key in ("warning", "endorsement"):
        if exercise.get(key):
            yield from wrap(exercise[key])
    yield from wrap(exercise.get("summary", ""))
    yield f"You hold: {part(view, 'seat').get('title', '')}"
    pattern = exercise.get("pattern", "")
    yield f"Seed {exercise.get('seed', '')}" + (f", pattern {pattern}" if pattern else "")
    if exercise.get("readahead"):
        yield "Type 'readahead' for what you were told before you came, 'help' for the commands."
    else:
        yield "Type 'help' for the commands."


def readahead(view: View) -> Iterator[str]:
    """The texts handed out before the exercise."""
    for page in part(view, "exercise").get("readahead", []):
        yield from section(page.get("title", ""))
        yield from wrap(page.get("text", ""))


def section(title: object) -> Iterator[str]:
    """A heading."""
    yield ""
    yield printable(str(title)).upper()


def clock(view: View) -> Iterator[str]:
    """Where the clock stands and why."""
    state = part(view, "clock")
    words = {"paused": "PAUSED", "running": "running", "ended": "ENDED", "failed": "FAILED"}
    line = f"{state.get('day', state.get('tick', ''))}  {words.get(str(state.get('state')), '')}"
    if state.get("state") == "running":
        line += f" at x{state['ratio']:g}" if state.get("ratio") else ", jumping ahead"
        line += ", sim lag" if state.get("lag") else ""
    if state.get("reason"):
        line += f": {state['reason']}"
    yield from wrap(line)


def look(view: View) -> Iterator[str]:
    """The situation in one page."""
    yield from clock(view)
    for figure in view["single"].get("figures") or []:
        yield from wrap(f"{figure.get('label')}: {figure.get('text')}{_source(figure)}{_spaced(figure.get('trend'))}")
    waiting = [entry for entry in rows(view, "decisions") if entry.get("state") == "open"]
    if waiting:
        yield from section("Decisions due")
        for entry in waiting:
            yield from _decision_line(view, entry)
    talking = [entry for entry in rows(view, "objections") if entry.get("state") in _ALIVE]
    if talking:
        yield from section("Objections")
        for entry in talking:
            yield from _objection_line(view, entry)
    newest = rows(view, "inbox")[-5:]
    if newest:
        yield from section("Newest reports")
        for entry in newest:
            yield from report_line(view, entry)


def report_line(view: View, entry: Row) -> Iterator[str]:
    """A report in one line."""
    to = f" to {_to(view, entry)}" if _several(view) else ""
    mark = "FLASH " if entry.get("urgent") else ""
    head = f"{entry.get('order')}. {mark}{entry.get('when')} [{entry.get('grade')}] {entry.get('sender')}{to}: "
    yield from wrap(head + str(entry.get("title") or entry.get("text")))


def report(view: View, entry: Row) -> Iterator[str]:
    """A report in full."""
    yield from wrap(f"{entry.get('order')}. {entry.get('when')}  from {entry.get('sender')} to {_to(view, entry)}")
    yield from wrap(f"{'FLASH  ' if entry.get('urgent') else ''}{entry.get('title')}  [{entry.get('grade')}]", "  ")
    if entry.get("text") and entry.get("text") != entry.get("title"):
        yield from wrap(entry["text"], "  ")


def places(view: View) -> Iterator[str]:
    """Places with what is known of them, then the routes."""
    at: dict[str, list[str]] = {}
    for unit in rows(view, "units"):
        at.setdefault(str(unit.get("place") or ""), []).append(str(unit.get("name")))
    for place in rows(view, "places"):
        people = f", {place['people']} people sheltering" if place.get("people") else ""
        violence = f", {place['violence']}" if place.get("violence") else ""
        yield from wrap(f"{place.get('id')}: {place.get('name')}, {place.get('kind')}{people}{violence}")
        for note in place.get("notes", []):
            yield from wrap(note, "  ")
        if at.get(str(place.get("id"))):
            yield from wrap("here: " + ", ".join(at[str(place.get("id"))]), "  ")
    for route in rows(view, "routes"):
        ends = " - ".join(str(row(view, "places", route.get(end)).get("name", route.get(end))) for end in ("a", "b"))
        yield from wrap(f"route {ends}: {route.get('km')} km, {route.get('surface')}, {route.get('status')}")
    for line in rows(view, "lines"):
        told = f", told: {line['confirmed']}" if line.get("confirmed") else ""
        yield from wrap(
            f"red line {line.get('id')}: {line.get('km'):g} km around {line.get('around')}, {line.get('state')}{told}"
        )
    for flow in rows(view, "flows"):
        yield from wrap(f"people moving: {flow.get('text')}")


def units(view: View) -> Iterator[str]:
    """Units and groups, the mission's first."""
    for unit in sorted(rows(view, "units"), key=lambda unit: unit.get("side") != "un"):
        details = [unit.get(key) for key in ("where", "posture", "task", "state", "strength") if unit.get(key)]
        yield from wrap(
            f"{unit.get('id')}: {unit.get('name')} ({unit.get('type')}, {unit.get('side')}), "
            f"{', '.join(map(str, details))}{_source(unit)}"
        )


def tasks(view: View) -> Iterator[str]:
    """Directions, orders and requests, and what became of them."""
    for task in rows(view, "tasks"):
        yield from wrap(
            f"{task.get('order')}. {task.get('when')} {task.get('kind')} {task.get('label')}"
            f"{_spaced(task.get('unit'))}{_spaced(task.get('place'))}: {task.get('state')}"
            f"{', ' + str(task['text']) if task.get('text') else ''}"
        )


def actors(view: View) -> Iterator[str]:
    """Actors as they are assessed, in words."""
    for actor in rows(view, "actors"):
        yield from wrap(
            f"{actor.get('id')}: {actor.get('name')}, assessed: {actor.get('assessed')} "
            f"(confidence {actor.get('confidence')}{', ' + str(actor['as_of']) if actor.get('as_of') else ''})"
        )
        for note in actor.get("notes", []):
            yield from wrap(note, "  ")


def decisions(view: View) -> Iterator[str]:
    """Every decision, the open ones in full."""
    for entry in rows(view, "decisions"):
        yield from _decision_line(view, entry)
        if entry.get("state") != "open":
            continue
        yield from wrap(entry.get("text", ""), "  ")
        for key, title in (("known", "known"), ("unknown", "not known"), ("considerations", "consider")):
            for line in entry.get(key, []):
                yield from wrap(f"{title}: {line}", "  ")
        for option in entry.get("options", []):
            tensions = f" (tension: {', '.join(option['tensions'])})" if option.get("tensions") else ""
            yield from wrap(f"{option.get('id')}: {option.get('label')}{tensions}", "  ")
            if option.get("text"):
                yield from wrap(option["text"], "      ")
        yield from wrap(f"if nobody answers: {entry.get('otherwise')}", "  ")


def objections(view: View) -> Iterator[str]:
    """Contingents that object, and what was said."""
    for entry in rows(view, "objections"):
        yield from _objection_line(view, entry)
        for line in entry.get("lines", []):
            yield from wrap(f"{line.get('when')} {line.get('who')}: {line.get('text')}", "  ")
        if entry.get("needs"):
            yield from wrap(f"what it would take: {entry['needs']}", "  ")


def levers(view: View, objection: Row) -> Iterator[str]:
    """What can be said to a contingent that objects."""
    for lever in objection.get("levers") or view["single"].get("levers") or []:
        cost = f" [costs: {lever['cost']}]" if lever.get("cost") else ""
        yield from wrap(f"{lever.get('id')}: {lever.get('label')}. {lever.get('help')}{cost}")


def forms(view: View, kind: str = "", action: str = "") -> Iterator[str]:
    """What can be ordered, requested or directed."""
    for form in rows(view, "forms"):
        if (kind and form.get("kind") != kind) or (action and form.get("action") != action):
            continue
        reserved = ", reserved" if form.get("reserved") else ""
        mode = f", {form['force_mode']}" if form.get("force_mode") else ""
        by = f" ({seat_title(view, form.get('seat'))})" if _several(view) else ""
        yield from wrap(f"{form.get('kind')} {form.get('action')}{by}: {form.get('label')}{mode}{reserved}")
        if action:
            yield from wrap(form.get("help", ""), "  ")
            for key in ("to", "units", "places", "targets", "options"):
                choices = form.get(key) or []
                if choices:
                    listed = "; ".join(f"{choice.get('id')} ({_label(choice)})" for choice in choices)
                    yield from wrap(f"{key}: {listed}", "  ")
            if form.get("hours"):
                low, usual, high = form["hours"]
                yield f"  hours: {low:g} to {high:g}, else {usual:g}"


def seats(view: View) -> Iterator[str]:
    """Who holds what."""
    for seat in rows(view, "seats"):
        who = "you" if seat.get("by_me") else "somebody" if seat.get("held") else "its policy"
        outside = ", outside the mission" if seat.get("outside") else ""
        yield from wrap(f"{seat.get('id')}: {seat.get('title')}{outside}, held by {who}")


def ending(view: View) -> Iterator[str]:
    """The end: the question first, then the story, the numbers and the causes."""
    end = part(view, "ending")
    if not end:
        yield "The exercise has not ended."
        return
    yield BANNER
    yield from wrap(end.get("question", ""))
    yield ""
    yield from wrap(end.get("headline", ""))
    for line in end.get("story", []):
        yield from wrap(f"{line.get('when')}  {line.get('text')}")
    if end.get("numbers"):
        yield from section("Numbers")
        for number in end["numbers"]:
            note = f" ({number['note']})" if number.get("note") else ""
            yield from wrap(f"{number.get('label')}: {number.get('text')}{note}")
    for cause in end.get("causes", []):
        yield from section(cause.get("title", ""))
        for line in cause.get("lines", []):
            yield from wrap(line, "  ")


def _decision_line(view: View, entry: Row) -> Iterator[str]:
    owner = f", {seat_title(view, entry.get('seat'))}" if _several(view) else ""
    state = {"open": f"due {entry.get('due')} (in {entry.get('left')})", "expired": "expired"}.get(
        str(entry.get("state")), f"answered: {entry.get('answer')}"
    )
    yield from wrap(f"decision {entry.get('id')}: {entry.get('title')}{owner}, {state}")


_ALIVE: Final = ("objecting", "asked", "considering")


def _objection_line(view: View, entry: Row) -> Iterator[str]:
    yield from wrap(
        f"objection {entry.get('id')}: {entry.get('unit_name')}, {entry.get('state')} since {entry.get('since')}"
    )


def _several(view: View) -> bool:
    return len(part(view, "seat").get("ids", [])) > 1


def _to(view: View, entry: Row) -> str:
    return str(entry.get("to") or seat_title(view, entry.get("seat")))


def _label(choice: Row) -> str:
    return str(choice.get("name") or choice.get("label") or choice.get("id"))


def _source(entry: Row) -> str:
    parts = [str(entry[key]) for key in ("grade", "as_of") if entry.get(key)]
    return f" [{', '.join(parts)}]" if parts else ""


def _spaced(text: object) -> str:
    return f" {text}" if text else ""


def join(lines: Iterable[str]) -> str:
    """Lines as one text."""
    return "\n".join(lines)
