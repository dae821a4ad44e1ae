"""How long an experiment will take, from what its first runs took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sim.experiment.faults import ExperimentError

ASKS_ABOVE_MINUTES: Final = 10.0
"""Longer work is not begun without being told so."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What lies ahead: ``runs`` at most, of ``seconds`` each, shared by ``workers``."""

    runs: int
    seconds: float
    workers: int

    @property
    def minutes(self) -> float:
        return self.runs * self.seconds / max(self.workers, 1) / 60

    def __str__(self) -> str:
        at_most = f"At most {self.runs:,} runs of {self.seconds * 1000:.0f} ms"
        return f"{at_most} on {self.workers} worker{'s' * (self.workers != 1)}: {lasting(self.minutes)}."


class NotAgreed(ExperimentError):
    """Work that takes long, and nobody said that it may."""

    title = "This would take long"

    def __init__(self, estimate: Estimate) -> None:
        self.estimate = estimate
        super().__init__(
            f"{estimate} That is above {ASKS_ABOVE_MINUTES:.0f} minutes: say --yes to begin, or ask for fewer runs. "
            "What was run to estimate it is kept."
        )


def lasting(minutes: float) -> str:
    """A length of time in words."""
    if minutes < 1:
        return f"about {max(1, round(minutes * 60))} s"
    return f"about {minutes:.0f} min" if minutes < 120 else f"about {minutes / 60:.1f} h"
