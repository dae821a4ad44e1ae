"""Findings as tables of short words, one column a player: the same for a terminal and for a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sim.experiment.rehearsing.advice import never
from sim.experiment.rehearsing.findings import (
    Coming,
    DecisionPut,
    DesignCheck,
    LeverageOn,
    PhaseComing,
    PhaseFinding,
    SeatLoad,
    Share,
    Times,
)
from sim.experiment.rehearsing.players import DOCTRINAL
from sim.experiment.rehearsing.settling import percent

NOTHING: Final = "-"
HOURS_UP_TO: Final = 72.0
"""Longer times are told in days."""
STAYS_AWAY: Final = {"pool": "by hand", "epilogue": "later"}


@dataclass(frozen=True, slots=True)
class Head:
    """A column. ``page`` columns hold words that are too long for a terminal."""

    text: str
    number: bool = False
    page: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: what it is, how to read it, and its cells."""

    id: str
    title: str
    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]


def grids(check: DesignCheck) -> Iterator[Grid]:
    """Every table of a design check that has a row."""
    for grid in (
        _injects(check), _objectives(check), _put(check), _ran_out(check), _settled(check), _phases(check),
        _reports(check), _open(check), _idle(check), _by_measure(check),
    ):  # fmt: skip
        if grid.rows:
            yield grid


def _players(check: DesignCheck) -> tuple[Head, ...]:
    return tuple(Head(player.id, number=True) for player in check.players)


def _of_runs(check: DesignCheck) -> str:
    runs = [player.runs for player in check.players]
    if not runs:
        return ""
    return f"Share of the runs of each player; 'never' means {never(min(runs))}."


def _injects(check: DesignCheck) -> Grid:
    return Grid(
        "injects", "Injects: do they come?",
        f"{_of_runs(check)} Control fires by hand what is marked so; what comes later comes after the end.",
        (
            Head("inject"), *_players(check), Head("when by the book"), Head("waits for", page=True),
        ),
        tuple(
            (
                found.id, *(STAYS_AWAY.get(found.kind) or of(each.came) for each in found.by_player),
                when(_book(found.by_player)),
                "; ".join(
                    dict.fromkeys(waiting.words for each in found.by_player for waiting in each.waits[:2])
                ),
            )
            for found in check.injects
        ),
    )  # fmt: skip


def _stays_away(check: DesignCheck, injects: Iterable[str]) -> str:
    """In a word why none of some injects can come; empty where one can."""
    kinds = {found.kind for found in check.injects if found.id in injects}
    return (STAYS_AWAY["pool"] if "pool" in kinds else STAYS_AWAY["epilogue"]) if kinds <= set(STAYS_AWAY) else ""


def _storyline(check: DesignCheck, phase: PhaseFinding) -> str:
    own = [found.id for found in check.injects if found.storyline == phase.id]
    return _stays_away(check, own) if phase.kind == "storyline" else ""


def _objectives(check: DesignCheck) -> Grid:
    return Grid(
        "objectives", "Objectives: is there anything to observe?",
        "Share of runs in which at least one inject that serves it came.",
        (Head("objective"), *_players(check), Head("first by the book"), Head("injects", page=True)),
        tuple(
            (
                found.id, *(_stays_away(check, found.injects) or of(each.came) for each in found.by_player),
                when(_book(found.by_player)), ", ".join(found.injects),
            )
            for found in check.objectives
        ),
    )  # fmt: skip


def _put(check: DesignCheck) -> Grid:
    return Grid(
        "decisions-put", "Decisions: are they put?", _of_runs(check),
        (
            Head("decision"), *_players(check), Head("when by the book"), Head("to", page=True),
            Head("principal away", number=True, page=True),
        ),
        tuple(
            (
                found.id, *(of(each.offered) for each in found.by_player), when(_book(found.by_player)), found.to,
                of(_sum(each.absent for each in found.by_player)),
            )
            for found in check.decisions
        ),
    )  # fmt: skip


def _ran_out(check: DesignCheck) -> Grid:
    return Grid(
        "decisions-ran-out", "Decisions: do they run out of time?",
        "Share of the runs in which it was put, in which nobody answered in time.",
        (Head("decision"), *_players(check), Head("time"), Head("what was taken by the book", page=True)),
        tuple(
            (
                found.id, *(of(each.expired) for each in found.by_player), hours(found.within_hours),
                _taken(next((each for each in found.by_player if each.player == DOCTRINAL), None)),
            )
            for found in check.decisions
        ),
    )  # fmt: skip


def _settled(check: DesignCheck) -> Grid:
    return Grid(
        "leverage", "Leverage: what does a decision settle?",
        "Forced each way with the same luck, everything else by the book. Share of what differs between histories that "
        "is the choice, in the measure where it shows most, with its 95 % interval.",
        (
            Head("decision"), Head("histories", number=True), Head("verdict"), Head("share", number=True),
            Head("interval"), Head("measure"), Head("in words", page=True),
        ),
        tuple(
            (found.decision, f"{found.histories} of {found.runs}", found.verdict, *_largest(found.on), found.said)
            for found in check.leverage
        ),
    )  # fmt: skip


def _largest(on: Iterable[LeverageOn]) -> tuple[str, str, str]:
    told = list(on)
    shown = [each for each in told if each.shown]
    known = [(each.share, each.measure) for each in shown or told if each.share is not None]
    if not known:
        return NOTHING, NOTHING, NOTHING
    share, measure = max(known, key=lambda pair: pair[0].value)
    return percent(share.value), f"{percent(share.low)} to {percent(share.high)}", measure


def _phases(check: DesignCheck) -> Grid:
    return Grid(
        "phases", "Phases: steps of the procedure, storylines, benchmarks",
        "Share of runs in which it is reached; a storyline is reached when its first inject comes.",
        (
            Head("phase"), *_players(check), Head("when by the book"), Head("title", page=True),
            Head("skipped by the book", number=True, page=True), Head("late by the book", page=True),
        ),
        tuple(
            (
                f"{found.kind} {found.id}",
                *(_storyline(check, found) or of(each.reached) for each in found.by_player),
                when(_book(found.by_player)), found.title,
                *next(
                    (
                        (NOTHING if each.skipped is None else of(each.skipped), when(each.late))
                        for each in found.by_player if each.player == DOCTRINAL
                    ),
                    (NOTHING, NOTHING),
                ),
            )
            for found in check.phases
        ),
    )  # fmt: skip


def _reports(check: DesignCheck) -> Grid:
    return Grid(
        "reports", "Seats: reports in an hour",
        "Half of the hours have at most / nineteen of twenty / the busiest hour of a run. Nights are hours too.",
        (Head("seat"), *_players(check)),
        tuple(
            (found.id, *(_items(each) for each in found.by_player))
            for found in check.seats if found.by_player and found.by_player[0].items_middle is not None
        ),
    )  # fmt: skip


def _open(check: DesignCheck) -> Grid:
    return Grid(
        "open", "Seats: decisions open at once",
        "Nineteen of twenty hours have at most so many; in brackets, how often in a run one came while another was "
        "open.",
        (Head("seat"), *_players(check), Head("decisions", page=True)),
        tuple(
            (
                found.id, *(f"{each.open_high:.0f} ({each.collisions:.1f})" for each in found.by_player),
                ", ".join(found.decisions),
            )
            for found in check.seats if found.decisions
        ),
    )  # fmt: skip


def _idle(check: DesignCheck) -> Grid:
    return Grid(
        "idle", "Seats: hours with nothing", "Share of all hours without a report or an open decision.",
        (Head("seat"), *_players(check)),
        tuple(
            (found.id, *(NOTHING if each.idle_share is None else percent(each.idle_share) for each in found.by_player))
            for found in check.seats if found.by_player and found.by_player[0].idle_share is not None
        ),
    )  # fmt: skip


def _by_measure(check: DesignCheck) -> Grid:
    return Grid(
        "leverage-by-measure", "Leverage, measure by measure",
        "Share that is the choice, with its 95 % interval; in how many histories the choice makes any difference.",
        (
            Head("decision", page=True), Head("measure", page=True), Head("share", number=True, page=True),
            Head("interval", page=True), Head("differs in", number=True, page=True), Head("means by option", page=True),
        ),
        tuple(
            (
                found.decision, each.label, NOTHING if each.share is None else percent(each.share.value),
                NOTHING if each.share is None else f"{percent(each.share.low)} to {percent(each.share.high)}",
                of(each.changed), ", ".join(f"{option} {mean:.3g}" for option, mean in each.means),
            )
            for found in check.leverage for each in found.on
        ),
    )  # fmt: skip


def of(share: Share) -> str:
    """A share in a word or two."""
    if not share.of:
        return NOTHING
    if share.count in (0, share.of):
        return "always" if share.count else "never"
    return percent(share.count / share.of)


def when(found: Times | None) -> str:
    """A time: its middle, and between what nine in ten lie."""
    if found is None:
        return NOTHING
    unit, scale = ("h", 1.0) if found.late <= HOURS_UP_TO else ("d", 24.0)
    early, middle, late = (f"{each / scale:.1f}" for each in (found.early, found.middle, found.late))
    return f"{middle} {unit}" if early == late else f"{early}-{middle}-{late} {unit}"


def hours(length: float) -> str:
    """A length of time."""
    if length < 1:
        return f"{length * 60:.0f} min"
    return f"{length:.3g} h" if length <= HOURS_UP_TO else f"{length / 24:.3g} d"


def _book(by_player: Iterable[Coming | DecisionPut | PhaseComing]) -> Times | None:
    return next((each.times for each in by_player if each.player == DOCTRINAL), None)


def _taken(put: DecisionPut | None) -> str:
    if put is None or not put.offered.count:
        return NOTHING
    return ", ".join(f"{option} {count}" for option, count in put.options if count)


def _items(load: SeatLoad) -> str:
    found = (load.items_middle, load.items_high, load.items_busiest)
    return " / ".join(NOTHING if each is None else f"{each:.0f}" for each in found)


def _sum(shares: Iterable[Share]) -> Share:
    shares = list(shares)
    return Share(sum(each.count for each in shares), sum(each.of for each in shares), None)
