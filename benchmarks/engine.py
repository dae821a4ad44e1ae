"""What runs cost, in bare SimPy timeouts measured beside them: ``python -m benchmarks.engine [--rounds N]``.

A *world row* is a journal row that is neither a ledger row, a delivery of a report nor a digest mark.
Rounds interleave the control and the runs; medians are printed.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import simpy

from sim.engine.blueprint import Blueprint, compile_scenario
from sim.engine.ticks import DAY
from sim.engine.world import World
from sim.scenario import library, load

PROCESSES: Final = 1_000
CONTROL: Final = 100_000
HISTORICAL: Final = "historical"
CEILINGS: Final = {"saraf_umra": 40_000, "bambari": 200_000}
"""Bare timeouts that a scored run may take."""


def bare() -> float:
    """Seconds of CPU for one timeout among a thousand processes."""
    env = simpy.Environment()

    def process() -> Generator[Any, Any, None]:
        while True:
            yield env.timeout(1)

    for _ in range(PROCESSES):
        env.process(process())
    start = time.process_time()
    env.run(until=CONTROL / PROCESSES)
    return (time.process_time() - start) / CONTROL


@dataclass(frozen=True)
class Cost:
    """Medians over the rounds, in bare timeouts."""

    run: float
    construction: float
    per_row: float
    rows: float


def cost(blueprint: Blueprint, rounds: int) -> Cost:
    """Measure runs of one blueprint, each beside its own control."""
    World(blueprint, 0).advance(blueprint.duration)
    whole, built, per_row, rows = [], [], [], []
    for seed in range(1, rounds + 1):
        unit = bare()
        gc.collect()
        start = time.process_time()
        world = World(blueprint, seed, keep_journal=False)
        made = time.process_time()
        world.advance(world.end)
        world.digest()
        spent = time.process_time() - made
        built.append((made - start) / unit)
        whole.append(spent / unit)
        per_row.append(spent / unit / world.journal.world_rows)
        rows.append(world.journal.world_rows)
    return Cost(median(whole), median(built), median(per_row), median(rows))


def main() -> int:
    """Print a line for each scenario."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--scenario", default="", help="one scenario; all of them if left out")
    parser.add_argument("--pattern", default="", help="one pattern; historical, or the base case, if left out")
    given = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, {given.rounds} seeds, medians in bare SimPy timeouts")
    print(f"{'scenario':<28} {'days':>5} {'one run':>10} {'promise':>9} {'World()':>9} {'rows':>7} {'per row':>8}")
    for name in [given.scenario] if given.scenario else library():
        scenario = load(name)
        pattern = given.pattern or (HISTORICAL if HISTORICAL in scenario.patterns else "")
        blueprint = compile_scenario(scenario, pattern or None)
        found = cost(blueprint, given.rounds)
        promise = f"{CEILINGS[name]:,}" if name in CEILINGS else ""
        title = f"{name}/{pattern}" if pattern else name
        days = blueprint.duration / DAY
        print(
            f"{title:<28} {days:>5.0f} {found.run:>10,.0f} {promise:>9} {found.construction:>9,.0f} "
            f"{found.rows:>7,.0f} {found.per_row:>8.1f}"
        )
    print("Promises: World() at most 2,000, per world row at most 3.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
