"""What a rehearsal leaves in columns: what came, when, to whom, and how much of it at once.

The columns are fixed by the blueprint before the first run. Load is kept as a histogram of hours, so that sixty days
take no more room than one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from sim.engine import kinds
from sim.engine.blueprint import Blueprint, DecisionSpec, InjectSpec
from sim.engine.decisions import DecisionState
from sim.engine.ticks import HOUR, Tick, to_hours
from sim.engine.watching import Watcher
from sim.engine.world import World
from sim.experiment.model import Column, Kind, Value
from sim.experiment.rehearsing.table import leadership
from sim.scenario import tree

MOST_ITEMS: Final = 120
"""Hours with so many reports or more are counted together."""
MOST_OPEN: Final = 8
"""Hours with so many decisions open at once or more are counted together."""
TEAM: Final = "the team"
"""All seats of the leadership together, where open decisions are counted."""
ABSENT_EFFECT: Final = "absent"


def columns(blueprint: Blueprint) -> Iterator[Column]:
    """Every column of a rehearsal of a blueprint, in their order."""
    for inject in blueprint.injects:
        yield Column(f"fired/{inject}", Kind.FLAG)
        yield Column(f"fired_hours/{inject}", Kind.AMOUNT)
        yield Column(f"waits/{inject}", Kind.SERIES)
    for decision in blueprint.decisions:
        yield Column(f"offered/{decision}", Kind.FLAG)
        yield Column(f"offered_hours/{decision}", Kind.AMOUNT)
        yield Column(f"option/{decision}", Kind.COUNT)
        yield Column(f"expired/{decision}", Kind.FLAG)
        yield Column(f"taken_hours/{decision}", Kind.AMOUNT)
        yield Column(f"absent/{decision}", Kind.FLAG)
        yield Column(f"asks_when/{decision}", Kind.SERIES)
    for step in blueprint.procedure:
        yield Column(f"done/{step.id}", Kind.FLAG)
        yield Column(f"done_hours/{step.id}", Kind.AMOUNT)
        yield Column(f"late_hours/{step.id}", Kind.AMOUNT)
    for benchmark in blueprint.benchmarks:
        yield Column(f"reached/{benchmark}", Kind.FLAG)
        yield Column(f"reached_hours/{benchmark}", Kind.AMOUNT)
    for seat in leadership(blueprint):
        yield Column(f"items/{seat}", Kind.SERIES)
        yield Column(f"idle/{seat}", Kind.COUNT)
    for seat in (*leadership(blueprint), TEAM):
        yield Column(f"open/{seat}", Kind.SERIES)
        yield Column(f"collisions/{seat}", Kind.COUNT)
    for measure in blueprint.doctrine.measures:
        yield Column(measure, Kind.AMOUNT)


def values(world: World) -> Iterator[Value]:
    """What a world that was played to its end leaves in the columns. Reads it and changes nothing."""
    blueprint = world.blueprint
    for inject in blueprint.injects.values():
        yield from _inject(world, inject)
    away = list(_absences(world))
    for decision in blueprint.decisions.values():
        yield from _decision(world, decision, away)
    for step in world.procedure.steps:
        yield step.done is not None
        yield None if step.done is None else to_hours(step.done)
        yield None if step.done is None else to_hours(step.late)
    for benchmark in blueprint.benchmarks:
        first = next((tick for tick, true, _ in world.measures.benchmarks[benchmark] if true), None)
        yield first is not None
        yield None if first is None else to_hours(first)
    yield from _loads(world)
    measures = world.measure_values()
    for measure in blueprint.doctrine.measures:
        found = measures[measure]
        # What had not happened by the end counts with the time it was waited for.
        yield to_hours(found.end - found.start) if found.value is None and found.censored else found.value


def can_be_absent(blueprint: Blueprint) -> bool:
    """Whether an inject that comes by itself takes a principal away."""
    return any(
        effect.kind == ABSENT_EFFECT
        for inject in blueprint.injects.values() if not inject.pool
        for effect in inject.effects
    )  # fmt: skip


def leaves_of(spec: InjectSpec | DecisionSpec) -> tuple[tree.Leaf, ...]:
    """The leaves of its condition in the order of their column; none where it has no condition."""
    return tuple(tree.leaves(spec.when)) if spec.when is not None else ()


def _inject(world: World, spec: InjectSpec) -> Iterator[Value]:
    state = world.injects.injects[spec.id]
    tick = world.truth.first("inject", spec.id) if state.fired else None
    yield bool(state.fired)
    yield None if tick is None else to_hours(tick)
    yield None if state.fired or state.watcher is None else _waits(spec, state.watcher)


def _decision(world: World, spec: DecisionSpec, away: Sequence[tuple[str, Tick, Tick]]) -> Iterator[Value]:
    state = world.decisions.decisions[spec.id]
    offered = state.state != "armed"
    taken = offered and state.state != "open"
    yield offered
    yield to_hours(state.opened) if offered else None
    yield list(spec.options).index(state.option) if taken and state.option in spec.options else None
    yield state.state == "expired" if taken else None
    yield to_hours(state.closed - state.opened) if taken else None
    yield any(seat == spec.to and since <= state.opened < until for seat, since, until in away) if offered else None
    yield None if offered else _waits(spec, state.watcher)


def _waits(spec: InjectSpec | DecisionSpec, watcher: Watcher) -> tuple[float, ...]:
    """For each leaf of a condition whether it keeps the whole from being true."""
    false = {missing.leaf for missing in watcher.missing()}
    return tuple(float(leaf in false) for leaf in leaves_of(spec))


def _absences(world: World) -> Iterator[tuple[str, Tick, Tick]]:
    """Who was away from when to when; only a kept journal tells."""
    if can_be_absent(world.blueprint):
        for row in world.journal.rows():
            if row.kind is kinds.ABSENT:
                yield row.subject, row.tick, row.fields["until"]


def _loads(world: World) -> Iterator[Value]:
    seats = leadership(world.blueprint)
    hours = -(-world.end // HOUR)
    items = {seat: [0] * hours for seat in seats}
    for message in world.intelligence.pictures.sent:
        for seat, tick in message.to.items():
            if seat in items and tick < world.end:
                items[seat][tick // HOUR] += 1
    spans = {seat: list(_spans(world, (seat,))) for seat in seats}
    spans[TEAM] = list(_spans(world, seats))
    most = {seat: _most_open(spans[seat], hours) for seat in spans}
    for seat in seats:
        yield _histogram(items[seat], MOST_ITEMS)
        yield sum(1 for reports, open_ in zip(items[seat], most[seat], strict=True) if not reports and not open_)
    for seat in (*seats, TEAM):
        yield _histogram(most[seat], MOST_OPEN)
        yield collisions(spans[seat])


def _spans(world: World, seats: Iterable[str]) -> Iterator[tuple[Tick, Tick]]:
    """From when to when a decision lay before one of the seats."""
    for state in world.decisions.decisions.values():
        if state.spec.to in seats and state.state != "armed":
            yield state.opened, _until(state, world.end)


def _until(state: DecisionState, end: Tick) -> Tick:
    return end if state.state == "open" else state.closed


def collisions(spans: Iterable[tuple[Tick, Tick]]) -> int:
    """How often a decision came while another was open.

    Args:
        spans: when each opened and closed.
    """
    opened: list[Tick] = []
    count = 0
    for since, until in sorted(spans):
        opened = [other for other in opened if other > since]
        count += bool(opened)
        opened.append(until)
    return count


def _most_open(spans: Sequence[tuple[Tick, Tick]], hours: int) -> list[int]:
    """The most decisions open at one moment of each hour."""
    most = [0] * hours
    moments = sorted({since for since, _ in spans} | {hour * HOUR for hour in range(hours)} if spans else ())
    for moment in moments:
        open_ = sum(1 for since, until in spans if since <= moment < until)
        hour = moment // HOUR
        if hour < hours and open_ > most[hour]:
            most[hour] = open_
    return most


def _histogram(counts: Iterable[int], most: int) -> tuple[float, ...]:
    """How many hours had none, one, two and so on, up to the last that any had."""
    hours: list[float] = [0.0] * (most + 1)
    last = 0
    for count in counts:
        at = min(count, most)
        hours[at] += 1.0
        last = max(last, at)
    return tuple(hours[: last + 1])


def names(blueprint: Blueprint) -> Mapping[str, int]:
    """The place of each column."""
    return {column.name: at for at, column in enumerate(columns(blueprint))}
