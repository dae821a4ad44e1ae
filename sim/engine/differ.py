"""Where two runs part, and how that reaches each measure that differs.

Rows are aligned by kind, subject and how many of the same came before, candidates by their own ordinals, and never
by id: after one extra event the ids of all later rows differ, and nearly none of the rows. What was meant to differ
(inputs, entries of a pattern, parameters) is declared and not counted; the first divergence is the earliest row
besides that one run lacks or has otherwise.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sim.engine import kinds
from sim.engine.explain import Unexplained, made_of, sentence, spoken
from sim.engine.intelligence import HAND_OVER
from sim.engine.journal import EventId, Row
from sim.engine.kinds import FieldType
from sim.engine.measures import Contribution
from sim.engine.ticks import Tick
from sim.engine.views import NO_ROW

if TYPE_CHECKING:
    from sim.engine.world import World

Key: TypeAlias = tuple[int, str, int]

SECTIONS: Final = (
    "seats", "places", "routes", "contributors", "units", "groups", "hostilities", "communities", "counterparts",
    "patrons", "red_lines", "information", "standings", "injects", "decisions", "standing_orders", "benchmarks",
)  # fmt: skip
"""Sections of a blueprint in which an entry can be declared different."""

SAME: Final = "the same happened, but the measure is of another there"
"""Of a row that both runs have alike: a measure of the lowest may be of one in this run and of another in that."""


@dataclass(frozen=True, slots=True)
class Parting:
    """One happening as each run has it; a run that lacks it has nothing."""

    tick: Tick
    texts: tuple[str, str]
    kind: str
    subject: str
    unequal: tuple[str, ...]
    """What is not the same about it, where both have it."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one happening adds to the difference of a measure, and how it came about, from the parting on."""

    amount: float
    run: int
    """0 or 1: the run whose rows the chain is told from."""
    chain: tuple[str, ...]
    instead: str
    """How the other run has the beginning of the chain; nothing where it does not have it at all."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A measure that is not the same in both runs."""

    measure: str
    values: tuple[float | None, float | None]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two runs compared."""

    rows: tuple[int, int]
    aligned: int
    """Rows that both have alike."""
    declared: tuple[str, ...]
    first: Parting | None
    moved: tuple[Moved, ...]


def differ(first: World, second: World, measures: Sequence[str] = ()) -> Difference:
    """Compare two runs; the first is the one that the other is held against. Reads both journals, changes nothing.

    Args:
        measures: the ones to trace; every measure that differs if left out.

    Raises:
        Unexplained: for an unknown measure, or a run that kept no journal.
    """
    names = first.measures.names()
    for name in measures:
        if name not in names:
            raise Unexplained(f"'{name:.40}' is no measure. Known: {', '.join(names)}.")
    if not (first.keeps_journal and second.keeps_journal):
        raise Unexplained("A run hashed its journal and dropped it: run both again with keep_journal=True.")
    return _Comparison(first, second).difference(measures or names)


class _Comparison:
    """Two journals side by side."""

    def __init__(self, first: World, second: World) -> None:
        self.worlds = (first, second)
        self.keys: tuple[list[Key], list[Key]] = (_keys(first), _keys(second))
        self.ids: tuple[dict[Key, EventId], ...] = tuple(
            {key: event for event, key in enumerate(keys)} for keys in self.keys
        )
        self.changed = _changed(first, second)
        self.unlike: tuple[set[EventId], set[EventId]] = (set(), set())
        self.aligned = 0
        for event, key in enumerate(self.keys[0]):
            twin = self.ids[1].get(key)
            if twin is not None and _alike(first.journal.row(event), second.journal.row(twin)):
                self.aligned += 1
            else:
                self.unlike[0].add(event)
                if twin is not None:
                    self.unlike[1].add(twin)
        self.unlike[1].update(event for event, key in enumerate(self.keys[1]) if key not in self.ids[0])

    def difference(self, measures: Sequence[str]) -> Difference:
        first, second = self.worlds
        moved = []
        for name in measures:
            values = (first.measures.value(name).value, second.measures.value(name).value)
            if values[0] != values[1]:
                moved.append(Moved(name, values, tuple(self._parts(name))))
        rows = (first.journal.count, second.journal.count)
        return Difference(rows, self.aligned, tuple(self._declared()), self._first(), tuple(moved))

    # What was meant to differ

    def _declared(self) -> Iterator[str]:
        first, second = self.worlds
        names = {**first.blueprint.reading.names, **second.blueprint.reading.names}
        for name, runs in self.changed.items():
            said = spoken(names, name)
            yield said if len(runs) == 2 else f"{said} (only in run {runs[0] + 1})"
        for name in first.parameters:
            values = first.parameters[name], second.parameters.get(name)
            if values[0] != values[1]:
                yield f"{name}: {values[0]:g} and {values[1]:g}"
        inputs = [
            (row.tick, run, row)
            for run, world in enumerate(self.worlds)
            for row in (world.journal.row(event) for event in sorted(self.unlike[run]))
            if row.kind is kinds.INPUT
        ]
        for _, run, row in sorted(inputs, key=lambda found: found[:2]):
            yield f"{sentence(self.worlds[run], row)} (only in run {run + 1})"

    def _is_declared(self, run: int, row: Row) -> bool:
        """Whether a row follows from nothing but what was meant to differ."""
        if row.kind is kinds.INPUT or (row.kind is kinds.REPORT and row.fields["phrase"] == HAND_OVER):
            return True
        if row.kind is kinds.POLICY:
            return row.fields["rule"].rpartition("/")[2] in self.changed
        journal = self.worlds[run].journal
        if not all(journal.kind(cause) is kinds.SCENARIO for cause in row.causes):
            return False
        return any(name in self.changed for name in (row.subject, *row.subject.split("/")))

    # Where they part

    def _first(self) -> Parting | None:
        found: tuple[Tick, EventId, int] | None = None
        for run, world in enumerate(self.worlds):
            for event in sorted(self.unlike[run]):
                tick = world.journal.tick(event)
                if found is not None and tick >= found[0]:
                    break
                if not self._is_declared(run, world.journal.row(event)):
                    found = (tick, event, run)
                    break
        if found is None:
            return None
        tick, event, run = found
        row = self.worlds[run].journal.row(event)
        texts = [_telling(self.worlds[run], row), self._instead(run, event)]
        twin = self.ids[1 - run].get(self.keys[run][event])
        rows = [row] if twin is None else [row, self.worlds[1 - run].journal.row(twin)]
        unequal = tuple(_unequal(rows[run], rows[1 - run])) if len(rows) == 2 else ()
        return Parting(tick, (texts[run], texts[1 - run]), row.kind.name, row.subject, unequal)

    def _instead(self, run: int, event: EventId) -> str:
        """How the other run has a row; nothing where it does not have it."""
        twin = self.ids[1 - run].get(self.keys[run][event])
        return "" if twin is None else _telling(self.worlds[1 - run], self.worlds[1 - run].journal.row(twin))

    # How it reaches a measure

    def _parts(self, measure: str) -> Iterator[Part]:
        """What each happening adds to the difference, the heaviest first."""
        sums: tuple[dict[Key, float], dict[Key, float]] = ({}, {})
        for run, world in enumerate(self.worlds):
            for made in made_of(world, measure):
                key = self._key(run, made)
                sums[run][key] = sums[run].get(key, 0.0) + made.amount
        found: list[tuple[float, int, EventId]] = []
        for key in {**sums[0], **sums[1]}:
            before, after = sums[0].get(key), sums[1].get(key)
            if before == after:
                continue
            run = 0 if after is None else 1
            event = self.ids[run].get(key, NO_ROW)
            if event != NO_ROW:
                found.append(((after or 0.0) - (before or 0.0), run, event))
        for amount, run, event in sorted(found, key=lambda part: (-abs(part[0]), part[2])):
            way = self._way(run, event)
            told = tuple(_telling(self.worlds[run], self.worlds[run].journal.row(each)) for each in way)
            yield Part(amount, run, told, self._unlike_words(run, way[0]))

    def _unlike_words(self, run: int, event: EventId) -> str:
        """The same, with what is not alike where the words are: rounded figures can hide it."""
        if event not in self.unlike[run]:
            return SAME
        instead = self._instead(run, event)
        row = self.worlds[run].journal.row(event)
        if not instead or instead != _telling(self.worlds[run], row):
            return instead
        twin = self.worlds[1 - run].journal.row(self.ids[1 - run][self.keys[run][event]])
        return f"{instead} ({'; '.join(_unequal(row, twin)) or 'at another moment'})"

    def _key(self, run: int, made: Contribution) -> Key:
        return (NO_ROW, "", 0) if made.row < 0 else self.keys[run][made.row]

    def _way(self, run: int, event: EventId) -> list[EventId]:
        """From the earliest unlike row behind an event down to the event, through unlike rows only."""
        journal, unlike = self.worlds[run].journal, self.unlike[run]
        child: dict[EventId, EventId] = {event: NO_ROW}
        waiting = [event]
        for each in waiting:
            for cause in journal.causes(each):
                if cause in unlike and cause not in child:
                    child[cause] = each
                    waiting.append(cause)
        way = [min(waiting)]
        while child[way[-1]] != NO_ROW:
            way.append(child[way[-1]])
        return way


def _keys(world: World) -> list[Key]:
    """For each row its kind, its subject, and how many of the same came before; a candidate has its own ordinal."""
    many: dict[tuple[int, str], int] = {}
    keys: list[Key] = []
    for row in world.journal.rows():
        about = (row.kind.code, row.subject)
        if row.kind is kinds.CANDIDATE:
            # Those that passed unseen in one run are consumed there all the same.
            ordinal = row.fields["ordinal"]
        else:
            many[about] = ordinal = many.get(about, -1) + 1
        keys.append((*about, ordinal))
    return keys


def _alike(first: Row, second: Row) -> bool:
    if first.tick != second.tick:
        return False
    for name, type_ in first.kind.fields:
        # NOTE: a reference to a row is a number of its own run, and says nothing about the other.
        if type_ is not FieldType.EVENT and first.fields.get(name) != second.fields.get(name):
            return False
    return True


def _unequal(first: Row, second: Row) -> Iterator[str]:
    """Fields and circumstances that two rows do not share."""
    for name, type_ in first.kind.fields:
        before, after = first.fields.get(name), second.fields.get(name)
        if type_ is FieldType.PAIRS and isinstance(before, dict) and isinstance(after, dict):
            for each in {**before, **after}:
                if before.get(each) != after.get(each):
                    yield f"{each.replace('-', ' ')}: {_figure(before.get(each))} and {_figure(after.get(each))}"
        elif type_ is not FieldType.EVENT and before != after:
            yield f"{name.replace('_', ' ')}: {_figure(before)} and {_figure(after)}"


def _figure(value: Any) -> str:
    if value is None:
        return "nothing"
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def _changed(first: World, second: World) -> dict[str, tuple[int, ...]]:
    """Entries of the scenario that are not the same in both runs, with the runs that have them."""
    found: dict[str, tuple[int, ...]] = {}
    for section in SECTIONS:
        sides = [_entries(getattr(world.blueprint, section)) for world in (first, second)]
        for name in {**sides[0], **sides[1]}:
            runs = tuple(run for run, side in enumerate(sides) if name in side)
            if len(runs) == 1 or _ranked(sides[0][name]) != _ranked(sides[1][name]):
                found[name] = runs
    return found


def _entries(section: Any) -> Mapping[str, Any]:
    return section if isinstance(section, Mapping) else {one.id: one for one in section}


def _ranked(spec: Any) -> Any:
    """An entry without its place in the list: one that is left out moves all behind it."""
    return dataclasses.replace(spec, rank=0) if hasattr(spec, "rank") else spec


def _telling(world: World, row: Row) -> str:
    """A row as people say it, with the luck of an occasion."""
    said = sentence(world, row)
    if row.kind is kinds.CANDIDATE:
        taken = "taken up" if row.fields["accepted"] else "let pass"
        return f"{said}: {taken}, at odds of {row.fields['chance']:.2f}"
    if row.kind is kinds.CHOICE:
        odds = row.fields["odds"]
        whole = math.fsum(odds.values()) or 1.0
        return f"{said} (odds {odds.get(row.fields['outcome'], 0.0) / whole:.2f})"
    return said
