"""Leaving and returning as hazards with closed forms: nobody counts the hours, and no hour is missed.

Fear fades exponentially, and what makes people go is linear in fear above a threshold. So the hazard
is ``max(0, level + swing e^(-kt))``: it has one crossing of zero at most, its integral is written
down, and the tick at which the integral reaches a party's threshold is found by Newton's method,
which approaches from one side because the integral bends one way only.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.engine.ticks import Tick


class Fading(NamedTuple):
    """A hazard per tick, ``max(0, level + swing e^(-rate t))``, counted from the tick at which it was stated."""

    level: float
    swing: float
    rate: float

    def at(self, ticks: float) -> float:
        """The hazard after so many ticks."""
        return max(0.0, self.level + self.swing * math.exp(-self.rate * ticks))

    def acts(self) -> tuple[float, float]:
        """The stretch of time in which the hazard is above zero; empty when both ends are equal."""
        level, swing, rate = self
        first = level + swing
        if first > 0.0:
            if level >= 0.0 or rate == 0.0:
                return 0.0, math.inf
            return 0.0, math.log(-swing / level) / rate
        if level > 0.0 and rate > 0.0:
            return math.log(-swing / level) / rate, math.inf
        return 0.0, 0.0

    def most(self) -> float:
        """The highest the hazard can ever be: it goes one way only."""
        first = self.level + self.swing
        if self.swing > 0.0:
            return first if first > 0.0 else 0.0
        return self.level if self.level > 0.0 else 0.0

    def integral(self, ticks: float) -> float:
        """What has added up after so many ticks."""
        level, swing, rate = self
        # NOTE: nearly always the hazard acts from the start and for good: one expression instead of four calls.
        if level >= 0.0 and level + swing > 0.0:
            if ticks <= 0:
                return 0.0
            return level * ticks - swing / rate * math.expm1(-rate * ticks) if rate else (level + swing) * ticks
        begin, end = self.acts()
        end = min(end, ticks)
        if end <= begin:
            return 0.0
        return self._upto(end) - (self._upto(begin) if begin else 0.0)

    def reaches(self, amount: float) -> float | None:
        """The number of ticks after which the integral is ``amount``; ``None`` if it never gets there."""
        level, swing, rate = self
        if level >= 0.0 and level + swing > 0.0:
            begin, end = 0.0, math.inf
        else:
            begin, end = self.acts()
        if end <= begin:
            return None
        if amount <= 0.0:
            return begin
        if rate == 0.0:
            return amount / (level + swing)
        target = amount + (self._upto(begin) if begin else 0.0)
        # A hazard that dies away adds up to a finite amount.
        if level <= 0.0 and target >= (self._upto(end) if end < math.inf else swing / rate):
            return None
        at = begin
        if swing < 0.0:
            # The integral bends upwards and starts flat: begin beyond the root, on the line it approaches.
            at = (target - swing / rate) / level
        # NOTE: ``_upto`` and the bounds are written out; this loop is half the cost of a look ahead.
        shift = swing / rate
        exp, expm1 = math.exp, math.expm1
        while -math.inf < at < math.inf:
            slope = level + swing * exp(-rate * at)
            if slope <= 0.0:
                return min(at, end)
            step = (target - (level * at - shift * expm1(-rate * at))) / slope
            before = at
            at += step
            if at < begin:
                at = begin
            elif at > end:
                at = end
            # The way leads in one direction only: to turn back, or to stand still, is rounding.
            if at == before or -0.5 < step < 0.5 or (step > 0.0) != (swing >= 0.0):
                return at if at < math.inf else None
        return None

    def _upto(self, ticks: float) -> float:
        if self.rate == 0.0:
            return (self.level + self.swing) * ticks
        return self.level * ticks - self.swing / self.rate * math.expm1(-self.rate * ticks)


NOTHING = Fading(0.0, 0.0, 0.0)


def walking_ticks(km: float, first_pace: float, km_per_day: float, hour: Tick, day: Tick) -> Tick:
    """How long people with children walk: brisk for the first day's stretch, then so many kilometres a day.

    Args:
        km: the way.
        first_pace: kilometres an hour within one day's stretch.
        km_per_day: what a day's stretch is.
        hour: ticks of an hour.
        day: ticks of a day.
    """
    whole = math.floor(km / km_per_day)
    return round(whole * day + (km - whole * km_per_day) / first_pace * hour)
