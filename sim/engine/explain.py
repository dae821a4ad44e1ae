"""Why a measure is what it is: its parts, and the way from each back to a beginning.

Beginnings are the scenario, an input, an inject, a policy, the calendar and chance, and nothing else. Where an event
has several causes its weight is shared among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sim.engine import kinds
from sim.engine.journal import EventId, Row
from sim.engine.kinds import FieldType, Kind
from sim.engine.measures import Contribution
from sim.engine.pictures import day_and_hour
from sim.engine.ticks import Tick
from sim.engine.views import NO_ROW
from sim.errors import MissionError

if TYPE_CHECKING:
    from sim.engine.world import World

UNKNOWN: Final = "unknown"
SILENT: Final = ("uniform", "sequence", "ordinal", "minutes", "odds", "terms", "to", "eta", "until")
"""Fields that a reader of a chain does not need."""

LEVELS: Final[Mapping[str, tuple[Kind, str, int]]] = {
    "water_l_per_person_day_min": (kinds.WATER, "litres", -1),
    "crowd_density_peak": (kinds.CROWD, "density", 1),
}
"""Measures that are the extreme of a level: the kind of row that notes it, its field, and which extreme."""

NAMED_KINDS: Final = ("inject", "decision", "rule", "procedure", "benchmark")

JOURNEYS: Final[Mapping[Kind, int]] = {kinds.FLED: -1, kinds.RETURNED: 1}
"""Rows by which people leave home and come back."""


class Unexplained(MissionError):
    """There is nothing to explain from."""

    title = "No explanation"


@dataclass(frozen=True, slots=True)
class Part:
    """What one event adds to a measure, and how it came about, latest first."""

    amount: float
    row: EventId
    tick: Tick
    text: str
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A measure taken apart."""

    measure: str
    value: float | None
    parts: tuple[Part, ...]
    roots: Mapping[str, float]
    """Share of the parts' weight that goes back to each kind of beginning."""


def explain(world: World, measure: str, at: Tick | None = None) -> Explanation:
    """Take a measure apart. Reads the journal and changes nothing.

    Raises:
        Unexplained: for an unknown measure, or a run that kept no journal.
    """
    names = world.measures.names()
    if measure not in names:
        raise Unexplained(f"'{measure:.40}' is no measure. Known: {', '.join(names)}.")
    if not world.keeps_journal:
        raise Unexplained("This run hashed its journal and dropped it: run it again with keep_journal=True.")
    value = world.measures.value(measure, at).value
    parts: list[Part] = []
    shares: dict[EventId, dict[str, float]] = {}
    weights: dict[str, float] = {}
    for made in made_of(world, measure, at):
        if made.row < 0:
            parts.append(Part(made.amount, made.row, made.tick, "Where it began.", ()))
            weights["scenario"] = weights.get("scenario", 0.0) + abs(made.amount)
            continue
        row = world.journal.row(made.row)
        chain = tuple(sentence(world, each) for each in first_causes(world, made.row))
        parts.append(Part(made.amount, made.row, made.tick, sentence(world, row), chain))
        for kind, share in roots(world, made.row, shares).items():
            weights[kind] = weights.get(kind, 0.0) + share * abs(made.amount)
    whole = sum_of(weights)
    return Explanation(
        measure, value, tuple(parts), {kind: weight / whole for kind, weight in weights.items()} if whole else {}
    )


def made_of(world: World, measure: str, at: Tick | None = None) -> tuple[Contribution, ...]:
    """The events behind a measure; for a level those rows of the journal that moved it."""
    end = world.measures.scored_at(at)
    if measure in LEVELS:
        kind, field, way = LEVELS[measure]
        found = [
            Contribution(row.tick, row.fields[field], row.id)
            for row in world.journal.rows()
            if row.kind is kind and row.tick < end
        ]
        return (max(found, key=lambda made: way * made.amount),) if found else ()
    if measure == "home_share_end":
        living = world.measures.value(measure, at).denominator or 1.0
        moved = [
            Contribution(row.tick, JOURNEYS[row.kind] * row.fields["people"] / living, row.id)
            for row in world.journal.rows()
            if row.kind in JOURNEYS and row.tick < end
        ]
        return (Contribution(0, 1.0, NO_ROW), *moved)
    return world.measures.contributions(measure, at)


def sum_of(weights: Mapping[str, float]) -> float:
    total = 0.0
    for weight in weights.values():
        total += weight
    return total


def first_causes(world: World, event: EventId) -> tuple[Row, ...]:
    """The way back from an event along the first cause of each, to where it began; the event itself left out."""
    journal = world.journal
    found: list[Row] = []
    causes = journal.causes(event)
    while causes:
        row = journal.row(causes[0])
        found.append(row)
        causes = row.causes
    return tuple(found)


def roots(world: World, event: EventId, known: dict[EventId, dict[str, float]] | None = None) -> dict[str, float]:
    """In which kinds of beginning an event ends, by share. Every cause is older, so this always comes to an end."""
    journal = world.journal
    known = {} if known is None else known
    waiting = [event]
    while waiting:
        row = waiting[-1]
        if row in known:
            waiting.pop()
            continue
        causes = journal.causes(row)
        open_ = [cause for cause in causes if cause not in known]
        if open_:
            waiting += open_
            continue
        if not causes:
            known[row] = {journal.kind(row).root or UNKNOWN: 1.0}
        else:
            shares: dict[str, float] = {}
            for cause in causes:
                for kind, share in known[cause].items():
                    shares[kind] = shares.get(kind, 0.0) + share / len(causes)
            known[row] = shares
        waiting.pop()
    return known[event]


def sentence(world: World, row: Row) -> str:
    """A row in plain words, for control, the review and the end of the exercise."""
    when = day_and_hour(world.blueprint.start, row.tick)
    told = {
        name: _said(world, row.fields[name], type_)
        for name, type_ in row.kind.fields
        if type_ is not FieldType.PAIRS and name in row.fields
    }
    about = spoken(world.blueprint.reading.names, row.subject)
    telling = world.blueprint.doctrine.events.get(row.kind.name)
    if telling is not None:
        return f"{when} {telling.text.format(subject=about, **told)}"
    said = [f"{name.replace('_', ' ')} {text}" for name, text in told.items() if name not in SILENT and text]
    return f"{when} {row.kind.name.replace('-', ' ')}: {about}" + (f" ({', '.join(said)})" if said else "")


def spoken(names: Mapping[str, str], subject: str) -> str:
    """A name of the journal with the names that people use; an order is told by who gave it to whom."""
    if subject in names:
        return names[subject]
    pieces = subject.split("/")
    match pieces:
        case [("order" | "request" | "direction" | "reaction") as kind, giver, action, *rest] if rest:
            about = "/".join(rest).rpartition("#")[0]
            return f"{names.get(giver, giver)}, {kind} to {names.get(about, about)}, {action.replace('-', ' ')}"
    if pieces[-1] == "choice" or pieces[0] in NAMED_KINDS:
        pieces = pieces[:1] if pieces[-1] == "choice" else pieces[1:]
    return ", ".join(names.get(piece, piece.replace("-", " ").replace("#", " ")) for piece in pieces)


def _said(world: World, value: Any, type_: FieldType) -> str:
    match type_:
        case FieldType.NAME:
            return spoken(world.blueprint.reading.names, str(value))
        case FieldType.FIXED:
            return f"{value:,.1f}"
        case FieldType.TICK:
            return day_and_hour(world.blueprint.start, value)
        case _:
            return f"{value:,}" if isinstance(value, int) else str(value)
