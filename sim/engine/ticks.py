"""Time inside the engine: whole milliseconds since the scenario's start. Hours only at the edges."""

from __future__ import annotations

from typing import Final, TypeAlias

Tick: TypeAlias = int

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


def from_hours(hours: float) -> Tick:
    """Round hours to whole ticks, so that a difference in the last bit never survives."""
    return round(hours * HOUR)


def to_hours(ticks: Tick) -> float:
    return ticks / HOUR


def to_days(ticks: Tick) -> float:
    return ticks / DAY
