"""Key press to painted change: ``python -m benchmarks.keys [--keys N]``.

Through a real pseudo-terminal, with the world running at 600x, against the same measure on an idle Textual
application. The key is ``n``: it selects the next place, which paints the map, the details and a title; the
title is waited for. Pauses between keys vary, so that every phase of the clock and of the redraws is met.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable

from benchmarks.pseudo_terminal import PseudoTerminal, Silent, percentile, python

LIMIT_MS = 50.0
RATIO = b"x600"


def idle(keys: int, chance: random.Random) -> list[float]:
    """Latencies of an application that does nothing else."""
    times = []
    with PseudoTerminal(python("-m", "benchmarks.empty_app")) as terminal:
        terminal.until(b"pressed 0 times")
        terminal.listen(0.5)
        for number in range(1, keys + 1):
            terminal.listen(chance.uniform(0.05, 0.25))
            sent = terminal.press("n")
            # Only the digits that changed are painted.
            times.append(terminal.until(str(number)[-1:].encode()) - sent)
    return times


def playing(keys: int, chance: random.Random, scenario: str, folder: str) -> tuple[list[float], int]:
    """Latencies during play at 600x, and how many keys met a running clock."""
    home = {"HOME": folder, "XDG_DATA_HOME": folder, "XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder}
    times: list[float] = []
    with PseudoTerminal(python("-m", "sim.cli", "play", scenario, "--seed", "7"), home) as terminal:
        terminal.until(b"go on", 60.0)
        begin(terminal)
        while len(times) < keys:
            said = terminal.listen(chance.uniform(0.05, 0.25))
            if b"PAUSED" in said:
                # Something needed the player; the measure needs a running clock.
                terminal.press(" ")
                terminal.until(RATIO)
                continue
            sent = terminal.press("n")
            try:
                painted = terminal.until(rb"4 (?:\xc2\xb7 )?[A-Za-z][^\x1b\xe2]+", 5.0)
            except Silent:
                if b"ENDED" in terminal.output or b"What would you" in terminal.output:
                    break
                continue
            if b"PAUSED" not in terminal.output:
                times.append(painted - sent)
    return times, len(times)


def begin(terminal: PseudoTerminal) -> None:
    """From the warning to a clock at 600x."""
    terminal.press("\r")
    terminal.listen(0.6)
    terminal.press("\x1b")
    terminal.until(b"What will you lead|Area of operations")
    if b"Area of operations" not in terminal.output:
        terminal.press("\r")
        terminal.until(b"Area of operations")
    terminal.listen(1.0)
    for _ in range(4):
        terminal.press(">")
        terminal.listen(0.1)
    terminal.press(" ")
    terminal.until(RATIO)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.keys", description=__doc__)
    parser.add_argument("--keys", type=int, default=200)
    parser.add_argument("--scenario", default="saraf_umra")
    wanted = parser.parse_args()
    chance = random.Random(1)
    before = idle(wanted.keys // 2, chance)
    with tempfile.TemporaryDirectory() as folder:
        during, counted = playing(wanted.keys, chance, wanted.scenario, folder)
    after = idle(wanted.keys // 2, chance)
    rows: list[tuple[str, list[float]]] = [("idle Textual app", before + after), ("play at 600x", during)]
    at: Callable[[list[float], float], float] = percentile
    for name, times in rows:
        figures = "  ".join(f"{label} {at(times, share) * 1000:5.1f} ms" for label, share in MARKS)
        print(f"{name:18} {figures}  ({len(times)} keys)")
    above = (percentile(during, 0.95) - percentile(before + after, 0.95)) * 1000
    print(f"95th percentile above the idle app: {above:.1f} ms (at most {LIMIT_MS:g}); {counted} keys at 600x")
    return 0 if above <= LIMIT_MS and counted >= wanted.keys // 2 else 1


MARKS = (("median", 0.5), ("p95", 0.95), ("most", 0.999))


if __name__ == "__main__":
    raise SystemExit(main())
