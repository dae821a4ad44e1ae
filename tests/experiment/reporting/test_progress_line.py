"""Progress: one line that fits, rewritten on a terminal, sparse in a log, and never the reason to stop."""

from __future__ import annotations

import io
from dataclasses import dataclass

import an_answer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment.answers import Interval
from sim.experiment.reporting.progress import ProgressLine, progress_line


@dataclass(frozen=True)
class HowFar:
    done: int = 4200
    of: int | None = 20000
    per_second: float = 83.4
    seconds_left: float | None = 189.0
    failed: int = 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


RUNNING = {"area": Interval(-0.071, -0.12, -0.022), "tob": Interval(-0.03, -0.08, 0.02)}


def test_it_tells_runs_rate_time_failures_and_the_running_difference() -> None:
    assert progress_line(HowFar(), an_answer.OVER_50, RUNNING, 120) == (
        "4,200 of 20,000 runs, 83/s, 3 min left, 2 failed, area -7.1 (-12.0 to -2.2), tob -3.0 (-8.0 to +2.0)"
    )


def test_what_is_not_known_is_left_out() -> None:
    assert progress_line(HowFar(0, None, 0.0, None, 0)) == "0 runs"


def test_an_interval_without_ends_is_not_made_up() -> None:
    endless = {"area": Interval(0.0, float("-inf"), float("inf"))}
    assert progress_line(HowFar(), an_answer.OVER_50, endless, 120).endswith("area no interval yet")


@given(st.integers(0, 10**9), st.floats(0, 1e5), st.floats(0, 1e9) | st.none(), st.integers(40, 200))
def test_it_fits_the_columns_and_says_nothing_by_halves(done: int, rate: float, left: float | None, width: int) -> None:
    line = progress_line(HowFar(done, 10**9, rate, left), an_answer.OVER_50, RUNNING, width)
    assert len(line) <= width
    assert line.count("(") == line.count(")")


def test_a_terminal_sees_one_line_that_is_rewritten() -> None:
    stream, now = Terminal(), iter([0.0, 0.05, 10.0])
    line = ProgressLine(stream, 80, lambda: next(now))
    for done in (100_000, 100_001, 7):
        line.show(HowFar(done, 200_000))
    line.close()
    written = stream.getvalue()
    assert written.count("\r") == 2
    assert "100,001" not in written
    assert written.endswith("\n")
    assert written.count("\n") == 1
    _, first, second = written.rstrip("\n").split("\r")
    assert len(second.rstrip()) < len(first) == len(second), "the shorter line must wipe out the longer one"


def test_a_log_gets_a_line_now_and_then_and_the_last_one() -> None:
    stream, now = io.StringIO(), iter([float(at) for at in range(100)])
    line = ProgressLine(stream, 80, lambda: next(now))
    for done in range(1, 71):
        line.show(HowFar(done))
    line.close()
    assert [row.split(" ")[0] for row in stream.getvalue().splitlines()] == ["1", "31", "61", "70"]


@pytest.mark.parametrize("error", [BrokenPipeError, ValueError])
def test_nobody_reading_it_does_not_stop_the_runs(error: type[Exception]) -> None:
    class Gone(Terminal):
        def write(self, text: str) -> int:
            raise error

    line = ProgressLine(Gone(), 80)
    line.show(HowFar())
    line.close()
