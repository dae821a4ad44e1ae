"""What is going on while runs are made: one line, rewritten on a terminal, said now and then elsewhere."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Final, Protocol, TextIO

from sim.experiment.answers import Asked, Interval
from sim.experiment.reporting import wording
from sim.printing import printable

NARROWEST: Final = 40
_EVERY: Final = 0.2
"""Seconds between two lines on a terminal."""
_EVERY_ELSEWHERE: Final = 30.0
"""Seconds between two lines in a log."""


class HowFar(Protocol):
    """How far a batch has come."""

    @property
    def done(self) -> int: ...

    @property
    def of(self) -> int | None: ...

    @property
    def per_second(self) -> float: ...

    @property
    def seconds_left(self) -> float | None: ...

    @property
    def failed(self) -> int: ...


def progress_line(
    how_far: HowFar, quantity: Asked | None = None, running: Mapping[str, Interval] | None = None, width: int = 80
) -> str:
    """Runs done, rate, time left, failures and the running differences, in so many columns at most.

    Args:
        running: the confidence sequence of each pattern's difference in ``quantity``.
    """
    of = "" if how_far.of is None else f" of {how_far.of:,}"
    parts = [f"{how_far.done:,}{of} runs"]
    if how_far.per_second > 0:
        parts.append(f"{wording.number(how_far.per_second, 0 if how_far.per_second >= 10 else 1)}/s")
    if how_far.seconds_left is not None:
        parts.append(f"{wording.duration(how_far.seconds_left)} left")
    if how_far.failed:
        parts.append(f"{how_far.failed:,} failed")
    if quantity is not None:
        parts += [_running(pattern, interval, quantity) for pattern, interval in (running or {}).items()]
    line = parts[0]
    for part in parts[1:]:
        # A part that has no room is left out whole: half an interval would mislead.
        if len(line) + 2 + len(part) <= width:
            line = f"{line}, {part}"
    return wording.short(line, width)


def _running(pattern: str, interval: Interval, quantity: Asked) -> str:
    known = math.isfinite(interval.low) and math.isfinite(interval.high)
    said = wording.with_ends(interval, quantity, signed=True) if known else "no interval yet"
    return f"{wording.short(wording.clean(pattern), 16)} {said}".replace(wording.MINUS, "-")


class ProgressLine:
    """The line on a stream. On a terminal it is rewritten in place; elsewhere a line is added now and then."""

    def __init__(self, stream: TextIO, columns: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Args:
        stream: usually stderr; results are no business of it.
        columns: of the terminal; asked where left out.
        clock: seconds that only grow.
        """
        self._stream, self._clock = stream, clock
        self._rewrites = stream.isatty()
        self._width = max(NARROWEST, (columns or _columns()) - 1)
        self._next = -math.inf
        self._written = 0
        self._last = ""

    def show(
        self, how_far: HowFar, quantity: Asked | None = None, running: Mapping[str, Interval] | None = None
    ) -> None:
        """Say how far it has come; what comes too soon after the last time is kept for ``close``."""
        self._last = progress_line(how_far, quantity, running, self._width)
        now = self._clock()
        if now >= self._next:
            self._next = now + (_EVERY if self._rewrites else _EVERY_ELSEWHERE)
            self._write(self._last)

    def close(self) -> None:
        """Leave the last line standing, so that what follows begins on a line of its own."""
        if self._last:
            self._write(self._last)
        if self._rewrites and self._written:
            self._put("\n")
        self._written = 0

    def _write(self, line: str) -> None:
        self._last = ""
        line = printable(line)
        if self._rewrites:
            self._put(f"\r{line.ljust(self._written)}")
            self._written = len(line)
        else:
            self._put(f"{line}\n")

    def _put(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (BrokenPipeError, ValueError):
            # Whoever read it went away; the runs go on.
            pass


def _columns() -> int:
    from shutil import get_terminal_size

    return get_terminal_size().columns
