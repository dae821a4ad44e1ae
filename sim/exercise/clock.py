"""The exercise clock: how much simulated time a stretch of wall time may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from sim.errors import MissionError

SPEEDS: Final = (1, 10, 60, 120, 600)
FASTEST: Final = 3_600.0
MILLISECONDS: Final = 1_000

WALL_TICK_S: Final = 0.05
BUDGET_S: Final = 0.04
LARGEST_DEBT_S: Final = 0.5
LAG_SHOWN_S: Final = 2.0

State: TypeAlias = Literal["opening", "paused", "running", "ended", "failed"]


class ClockRefused(MissionError):
    """The clock cannot do this now."""

    title = "Clock"


@dataclass(frozen=True, slots=True)
class ClockState:
    """The clock as everybody sees it. ``seat`` and ``about`` name what it stopped for, ``runs`` counts its starts."""

    tick: int
    state: State
    ratio: float = 0.0
    until: int | Literal["needs"] | None = None
    lag: bool = False
    reason: str = ""
    seat: str = ""
    about: str = ""
    runs: int = 0


@dataclass(slots=True)
class Pacer:
    """Keeps the simulated time the world is due to reach while the clock runs at a ratio.

    A world that falls behind is never made to catch up: beyond half a second of wall time the debt is
    dropped, so the clock runs slower and says so. Results cannot depend on it, since the world only
    ever moves from event to event.
    """

    ratio: float = 0.0
    target: float = 0.0
    lag_left_s: float = 0.0

    def start(self, now: int, ratio: float) -> None:
        """Begin at ``now``; a ratio of 0 means as fast as the budget allows."""
        self.ratio = ratio
        self.target = float(now)
        self.lag_left_s = 0.0

    def add(self, wall_s: float) -> None:
        """Let wall time pass. A gap (a suspended machine) counts as one largest debt."""
        self.lag_left_s = max(0.0, self.lag_left_s - wall_s)
        self.target += min(wall_s, LARGEST_DEBT_S) * self.ratio * MILLISECONDS

    def settle(self, now: int) -> bool:
        """Compare with where the world stands; say whether debt had to be dropped."""
        if self.ratio <= 0 or self.target - now <= LARGEST_DEBT_S * self.ratio * MILLISECONDS:
            return False
        self.target = float(now)
        self.lag_left_s = LAG_SHOWN_S
        return True

    @property
    def behind(self) -> bool:
        """Whether the world was too slow for the ratio a moment ago."""
        return self.lag_left_s > 0
