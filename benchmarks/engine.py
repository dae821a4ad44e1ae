"""What a run costs, in bare SimPy timeouts measured beside it: ``python -m benchmarks.engine [--rounds N]``.

A *world row* is a journal row that is neither a ledger row, a delivery of a report nor a digest mark.
Rounds interleave the control and the runs; medians are printed.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Generator
from statistics import median
from typing import Any

import simpy

from sim.engine.blueprint import compile_scenario
from sim.engine.world import World
from sim.scenario import load

PROCESSES = 1_000
CONTROL = 100_000


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


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--scenario", default="saraf_umra")
    parser.add_argument("--pattern", default="historical")
    rounds = parser.parse_args()
    blueprint = compile_scenario(load(rounds.scenario), rounds.pattern)
    World(blueprint, 0).advance(blueprint.duration)
    whole, built, per_row, rows = [], [], [], []
    for seed in range(1, rounds.rounds + 1):
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
    print(f"Python {sys.version.split()[0]}, {rounds.scenario}/{rounds.pattern}, {rounds.rounds} seeds, medians")
    print(f"one run, policies and digest on    {median(whole):>10,.0f} bare timeouts (promise: at most 40,000)")
    print(f"World(blueprint, seed)             {median(built):>10,.0f} bare timeouts (promise: at most 2,000)")
    print(f"world rows                         {median(rows):>10,.0f}")
    print(f"per world row                      {median(per_row):>10.1f} bare timeouts (promise: at most 3)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
