"""From the rows of a rehearsal to what an author is told of injects, decisions, phases, seats and objectives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sim.engine.blueprint import Blueprint, DecisionSpec, InjectSpec
from sim.engine.ticks import Tick, to_hours
from sim.experiment.model import Value
from sim.experiment.rehearsing.catalogue import Player
from sim.experiment.rehearsing.findings import (
    Coming,
    DecisionFinding,
    DecisionPut,
    InjectFinding,
    ObjectiveFinding,
    PhaseComing,
    PhaseFinding,
    PlayerFinding,
    SeatFinding,
    SeatLoad,
    Waiting,
)
from sim.experiment.rehearsing.observing import TEAM, leaves_of
from sim.experiment.rehearsing.rows import Rows
from sim.experiment.rehearsing.table import leadership
from sim.experiment.rehearsing.tallies import highest, mean, pooled, quantile, share, times
from sim.experiment.rehearsing.words import ITS_DELAY, ITS_TIME, wanted

HIGH: Final = 0.95
BY_THEMSELVES_NEVER: Final = ("pool", "epilogue")
"""Kinds of injects that cannot come in a rehearsal, so that nothing follows from their staying away."""


def players(rows: Rows, habits: Sequence[Player]) -> tuple[PlayerFinding, ...]:
    """Who played, and how often."""
    return tuple(
        PlayerFinding(each.id, each.title, each.text, rows.many(each.id), rows.failed.get(each.id, 0))
        for each in habits
    )


def injects(rows: Rows, blueprint: Blueprint, habits: Sequence[Player]) -> tuple[InjectFinding, ...]:
    """Every inject: how often it came, when, and what it waited for where it did not."""
    return tuple(
        InjectFinding(
            spec.id, spec.title, spec.storyline, spec.objective, kind_of(spec, blueprint.duration),
            tuple(
                Coming(
                    each.id,
                    share(rows.column(each.id, f"fired/{spec.id}")),
                    times(rows.column(each.id, f"fired_hours/{spec.id}")),
                    tuple(_inject_waits(rows, blueprint, spec, each.id)),
                )
                for each in habits
            ),
        )
        for spec in blueprint.injects.values()
    )  # fmt: skip


def kind_of(spec: InjectSpec, end: Tick) -> str:
    """``pool``, ``epilogue`` (its time lies after the end), ``conditional`` or ``timed``."""
    if spec.pool:
        return "pool"
    if spec.at is not None and spec.at.ticks(0.0) >= end:
        return "epilogue"
    return "conditional" if spec.when is not None else "timed"


def decisions(rows: Rows, blueprint: Blueprint, habits: Sequence[Player]) -> tuple[DecisionFinding, ...]:
    """Every decision: put to whom and when, and what became of it."""
    return tuple(
        DecisionFinding(
            spec.id, spec.title, spec.to, to_hours(spec.within),
            tuple(_put(rows, blueprint, spec, each.id) for each in habits),
        )
        for spec in blueprint.decisions.values()
    )  # fmt: skip


def _put(rows: Rows, blueprint: Blueprint, spec: DecisionSpec, player: str) -> DecisionPut:
    taken = Counter(int(at) for at in rows.column(player, f"option/{spec.id}") if isinstance(at, int))
    return DecisionPut(
        player,
        share(rows.column(player, f"offered/{spec.id}")),
        times(rows.column(player, f"offered_hours/{spec.id}")),
        tuple((option, taken[at]) for at, option in enumerate(spec.options)),
        share(rows.column(player, f"expired/{spec.id}")),
        share(rows.column(player, f"absent/{spec.id}")),
        times(rows.column(player, f"taken_hours/{spec.id}")),
        tuple(
            _waits(
                blueprint,
                spec,
                (line for line in rows.column(player, f"asks_when/{spec.id}") if line is not None),
                told=True,
            )
        ),
    )


def phases(rows: Rows, blueprint: Blueprint, habits: Sequence[Player]) -> Iterator[PhaseFinding]:
    """Steps of the procedure, storylines and benchmarks: the phases that a scenario can name."""
    steps = [step.id for step in blueprint.procedure]
    for at, step in enumerate(blueprint.procedure):
        later = steps[at + 1 :]
        yield PhaseFinding(
            "step", step.id, step.title,
            tuple(
                PhaseComing(
                    each.id,
                    share(rows.column(each.id, f"done/{step.id}")),
                    times(rows.column(each.id, f"done_hours/{step.id}")),
                    share(_skipped(rows, each.id, step.id, later)) if later else None,
                    times(rows.column(each.id, f"late_hours/{step.id}")),
                )
                for each in habits
            ),
        )  # fmt: skip
    for storyline in dict.fromkeys(spec.storyline for spec in blueprint.injects.values() if spec.storyline):
        own = [spec.id for spec in blueprint.injects.values() if spec.storyline == storyline]
        yield PhaseFinding("storyline", storyline, storyline, tuple(_any_of(rows, each.id, own) for each in habits))
    for benchmark in blueprint.benchmarks.values():
        yield PhaseFinding(
            "benchmark", benchmark.id, benchmark.label,
            tuple(
                PhaseComing(
                    each.id,
                    share(rows.column(each.id, f"reached/{benchmark.id}")),
                    times(rows.column(each.id, f"reached_hours/{benchmark.id}")),
                    None,
                    None,
                )
                for each in habits
            ),
        )  # fmt: skip


def _skipped(rows: Rows, player: str, step: str, later: Iterable[str]) -> list[bool]:
    done = rows.column(player, f"done/{step}")
    after = [rows.column(player, f"done/{other}") for other in later]
    return [not own and any(others) for own, *others in zip(done, *after, strict=True)]


def _any_of(rows: Rows, player: str, own: Sequence[str]) -> PhaseComing:
    hours = [rows.column(player, f"fired_hours/{inject}") for inject in own]
    firsts = [
        min((float(hour) for hour in line if isinstance(hour, int | float)), default=None)
        for line in zip(*hours, strict=True)
    ]
    return PhaseComing(player, share(first is not None for first in firsts), times(firsts), None, None)


def objectives(rows: Rows, blueprint: Blueprint, habits: Sequence[Player]) -> Iterator[ObjectiveFinding]:
    """Every objective that an inject serves, and whether any of its injects came."""
    for objective in dict.fromkeys(spec.objective for spec in blueprint.injects.values() if spec.objective):
        own = [spec.id for spec in blueprint.injects.values() if spec.objective == objective]
        found = [_any_of(rows, each.id, own) for each in habits]
        yield ObjectiveFinding(
            objective, tuple(own), tuple(Coming(each.player, each.reached, each.times) for each in found)
        )


def seats(rows: Rows, blueprint: Blueprint, habits: Sequence[Player]) -> Iterator[SeatFinding]:
    """The load of every seat of the leadership, and of the team together."""
    for id_ in leadership(blueprint):
        seat = blueprint.seats[id_]
        put = tuple(spec.id for spec in blueprint.decisions.values() if spec.to == id_)
        yield SeatFinding(
            id_, seat.title, seat.role, put, tuple(_load(rows, each.id, id_, reports=True) for each in habits)
        )
    yield SeatFinding(
        TEAM, "The team together", "", tuple(blueprint.decisions),
        tuple(_load(rows, each.id, TEAM, reports=False) for each in habits),
    )  # fmt: skip


def _load(rows: Rows, player: str, seat: str, *, reports: bool) -> SeatLoad:
    open_ = pooled(rows.column(player, f"open/{seat}"))
    own = rows.column(player, f"items/{seat}") if reports else []
    items = pooled(own)
    idle = [float(each) for each in rows.column(player, f"idle/{seat}") if isinstance(each, int)] if reports else []
    return SeatLoad(
        player,
        quantile(items, 0.5) if items else None,
        quantile(items, HIGH) if items else None,
        highest(own),
        quantile(open_, 0.5),
        quantile(open_, HIGH),
        sum(idle) / sum(items) if items else None,
        mean(rows.column(player, f"collisions/{seat}")) or 0.0,
    )


def _inject_waits(rows: Rows, blueprint: Blueprint, spec: InjectSpec, player: str) -> Iterator[Waiting]:
    if kind_of(spec, blueprint.duration) in BY_THEMSELVES_NEVER:
        return
    fired = rows.column(player, f"fired/{spec.id}")
    lines = [
        line
        for came, line in zip(fired, rows.column(player, f"waits/{spec.id}"), strict=True)
        if not came
    ]  # fmt: skip
    waited = [line for line in lines if line is not None]
    if len(waited) < len(lines):
        yield Waiting(ITS_TIME, len(lines) - len(waited))
    yield from _waits(blueprint, spec, waited, told=False)


def _waits(
    blueprint: Blueprint, spec: InjectSpec | DecisionSpec, lines: Iterable[Value], *, told: bool
) -> Iterator[Waiting]:
    """Parts of a condition by how often they were false at the end, the most frequent first."""
    names = blueprint.reading.names
    parts = [wanted(leaf, names, told=told) for leaf in leaves_of(spec)]
    counts: Counter[str] = Counter()
    for line in lines:
        false = [part for part, flag in zip(parts, line, strict=True) if flag] if isinstance(line, Sequence) else []
        counts.update(dict.fromkeys(false or [ITS_DELAY], 1))
    for words, count in counts.most_common():
        yield Waiting(words, count)
