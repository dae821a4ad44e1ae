"""What an author is told of an exercise that player models have played: plain values for terminal, page and notebook.

Nothing here is computed. Hours count from the scenario's start.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.experiment.answers import About, Interval


@dataclass(frozen=True, slots=True)
class Share:
    """In how many of so many something happened, with its Wilson interval at 95 %.

    Where it never happened ``interval.high`` is the rule of three, 3/n.
    """

    count: int
    of: int
    interval: Interval | None
    """Nothing where there was nothing to count."""


@dataclass(frozen=True, slots=True)
class Times:
    """Hours, over the runs in which there are any: one in twenty is earlier, half, one in twenty later."""

    n: int
    early: float
    middle: float
    late: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """A part of a condition that was false at the end, in words, and in how many of the runs without the event."""

    words: str
    count: int


@dataclass(frozen=True, slots=True)
class PlayerFinding:
    """Who played, and how often."""

    id: str
    title: str
    text: str
    runs: int
    failed: int


@dataclass(frozen=True, slots=True)
class Coming:
    """Whether and when something came under one player, and what it waited for where it did not."""

    player: str
    came: Share
    times: Times | None
    waits: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class InjectFinding:
    """One inject.

    ``kind`` is ``timed``, ``conditional``, ``pool`` (control fires it by hand, and nobody else) or ``epilogue`` (its
    time lies after the end).
    """

    id: str
    title: str
    storyline: str
    objective: str
    kind: str
    by_player: tuple[Coming, ...]


@dataclass(frozen=True, slots=True)
class PhaseComing:
    """One phase under one player."""

    player: str
    reached: Share
    times: Times | None
    skipped: Share | None
    """Runs in which it was left out though a later step was done; only for steps."""
    late: Times | None
    """Hours behind the standard; only for steps."""


@dataclass(frozen=True, slots=True)
class PhaseFinding:
    """A step of the procedure, a storyline (reached when its first inject comes) or a benchmark."""

    kind: str
    id: str
    title: str
    by_player: tuple[PhaseComing, ...]


@dataclass(frozen=True, slots=True)
class SeatLoad:
    """What a seat had in an hour of the exercise, nights included, under one player."""

    player: str
    items_middle: float | None
    items_high: float | None
    """Nineteen in twenty hours have at most so many reports."""
    items_busiest: float | None
    """The busiest hour of a run; the middle of all runs."""
    open_middle: float
    open_high: float
    idle_share: float | None
    """Share of hours in which no report came and no decision was open."""
    collisions: float
    """How often in a run a decision came while another was open; the mean."""


@dataclass(frozen=True, slots=True)
class SeatFinding:
    """The load of a seat; the last one is the team together, of which only decisions are counted."""

    id: str
    title: str
    role: str
    decisions: tuple[str, ...]
    """What can be put to it."""
    by_player: tuple[SeatLoad, ...]


@dataclass(frozen=True, slots=True)
class DecisionPut:
    """One decision under one player. All but ``offered`` and ``waits`` are of the runs in which it was put."""

    player: str
    offered: Share
    times: Times | None
    options: tuple[tuple[str, int], ...]
    """How often each option was taken, silence included under what it led to."""
    expired: Share
    absent: Share
    """Its principal was away when it came."""
    taken: Times | None
    """Hours until it was answered or ran out."""
    waits: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class DecisionFinding:
    """A decision."""

    id: str
    title: str
    to: str
    within_hours: float
    by_player: tuple[DecisionPut, ...]


@dataclass(frozen=True, slots=True)
class ObjectiveFinding:
    """An objective, and the share of runs in which at least one inject that serves it came."""

    id: str
    injects: tuple[str, ...]
    by_player: tuple[Coming, ...]


@dataclass(frozen=True, slots=True)
class LeverageOn:
    """How much of what differs between runs in one measure is the choice, against chance.

    ``share`` is of the variance, the options being as likely as each other; on the log scale where a measure is
    heavy-tailed.
    """

    measure: str
    label: str
    unit: str
    share: Interval | None
    """Nothing where too few histories tell."""
    shown: bool
    """Whether there is any, with all measures looked at together."""
    changed: Share
    """Histories in which it makes any difference what is chosen."""
    means: tuple[tuple[str, float], ...]
    """By option, in the unit."""


@dataclass(frozen=True, slots=True)
class LeverageFinding:
    """What a decision settles, forced each way with the same luck and everything else by the book."""

    decision: str
    title: str
    histories: int
    """In which it was put."""
    runs: int
    """With each option."""
    verdict: str
    """``decoration``, ``matters``, ``trap door``, ``not shown`` or ``seldom put``."""
    said: str
    on: tuple[LeverageOn, ...]


@dataclass(frozen=True, slots=True)
class DesignCheck:
    """The answer of ``mlt design-check``."""

    about: About
    players: tuple[PlayerFinding, ...]
    injects: tuple[InjectFinding, ...]
    decisions: tuple[DecisionFinding, ...]
    seats: tuple[SeatFinding, ...]
    phases: tuple[PhaseFinding, ...]
    objectives: tuple[ObjectiveFinding, ...]
    leverage: tuple[LeverageFinding, ...]
    warnings: tuple[str, ...]
    """For the author, in words, the gravest first."""
