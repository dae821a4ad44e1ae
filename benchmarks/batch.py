"""What batches cost, and what common luck saves: ``python -m benchmarks.batch [--rounds N]``.

Efficiency: two plain processes that make half of the runs each are the ceiling. Everything else makes the same runs of
the same model in the same round, in shuffled order and with its workers already up; efficiency is the ceiling's time
over its own, and the median over rounds is printed. Ours write their rows to a folder meanwhile, the peers do not.

Variance reduction: the variance of a difference between independent histories over that between paired ones.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, redirect_stderr
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import fmean, median
from typing import Any, Final

import numpy as np

from sim.experiment.model import Model, Spec
from sim.experiment.results import Numbers
from sim.experiment.running import Manifest, Pool, Store, make, opened
from sim.experiment.scenario_model import ScenarioModel
from sim.experiment.seeds import seed_of
from sim.experiment.statistics.grammar import parse
from sim.experiment.toy import A, B, Toy, loops_for
from sim.scenario import Scenario, load
from sim.scenario.variants import BASE

WORKERS: Final = 2
MASTER: Final = 1
COSTS: Final = {20.0: 240, 1.0: 4_000}
"""Runs of a case by what one takes, in milliseconds."""
PROMISES: Final = {("local", 20.0): 0.95, ("local", 1.0): 0.90, ("dask", 20.0): 0.85}
WARM_UP: Final = 64
MILLION: Final = 1_000_000
MEMORY_LIMIT_MB: Final = 500
REDUCTION: Final = 5.0

Case = Callable[[Toy, list[Spec]], float]
"""Seconds that it takes to make the runs."""

PAIRS: Final = (
    ("saraf_umra", "historical", "no_caveat"),
    ("saraf_umra", "historical", "gate_shut"),
    ("upper_nile_tob", "point", "hub_and_reserve"),
    ("upper_nile_tob", "point", "tob"),
)
NOTHING: Final = "nothing"
UNCHANGED: Final = 50
"""Histories in which a pattern that changes nothing is set beside the scenario without it."""
QUANTITIES: Final = ("P(civilians_killed>50)", "log(civilians_killed)")


def specs(replications: int, patterns: Sequence[str] = (A, B), start: int = 0) -> list[Spec]:
    """Runs, all patterns of a replication after each other."""
    return [
        Spec(0, 0, replication, pattern, seed_of(MASTER, 0, replication))
        for replication in range(start, start + replications)
        for pattern in patterns
    ]


def manifest(model: Model, patterns: Sequence[str] = (A, B)) -> Manifest:
    return Manifest.of(model, kind="benchmark", patterns=patterns, master_seed=MASTER)


# Efficiency


def half(toy: Toy, wanted: list[Spec], ready: Barrier) -> None:
    ready.wait()
    for spec in wanted:
        toy.run(spec)


def plain(toy: Toy, wanted: list[Spec], processes: int = WORKERS) -> float:
    """Plain processes, each with its share, timed from when all are up."""
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(processes + 1)
    shares = [wanted[number::processes] for number in range(processes)]
    running = [context.Process(target=half, args=(toy, share, ready)) for share in shares]
    for process in running:
        process.start()
    ready.wait()
    start = time.perf_counter()
    for process in running:
        process.join()
    return time.perf_counter() - start


def ours(pool: Pool, folder: Path) -> Case:
    """A pool of ours, writing to a folder."""

    def case(toy: Toy, wanted: list[Spec]) -> float:
        shutil.rmtree(folder, ignore_errors=True)
        with Store.open(folder, manifest(toy)) as store:
            make(toy, specs(WARM_UP // 2, start=10**6), store, pool)
            start = time.perf_counter()
            make(toy, wanted, store, pool)
            return time.perf_counter() - start

    return case


def joblib_case(toy: Toy, wanted: list[Spec]) -> float:
    """joblib, with its own choice of batches."""
    joblib: Any = import_module("joblib")
    with joblib.Parallel(n_jobs=WORKERS) as parallel:
        parallel(joblib.delayed(toy.run)(spec) for spec in specs(WARM_UP // 2, start=10**6))
        start = time.perf_counter()
        parallel(joblib.delayed(toy.run)(spec) for spec in wanted)
        return time.perf_counter() - start


@dataclass
class ForWorkbench:
    """The toy as a function of an uncertainty, as the EMA Workbench calls it."""

    toy: Toy

    @property
    def __name__(self) -> str:
        return "toy"

    def __call__(self, replication: float = 0.0) -> dict[str, Any]:
        reading = self.toy.run(Spec(0, 0, int(replication), A, int(replication)))
        return {"deaths": reading.values[0]}


def workbench_case(toy: Toy, wanted: list[Spec]) -> float:
    """The EMA Workbench with processes."""
    ema: Any = import_module("ema_workbench")
    model = ema.Model("toy", function=ForWorkbench(toy))
    model.uncertainties = [ema.RealParameter("replication", 0, 10**6)]
    model.outcomes = [ema.ScalarOutcome("deaths")]
    # It draws a bar on stderr.
    with redirect_stderr(StringIO()), ema.MultiprocessingEvaluator(model, n_processes=WORKERS) as evaluator:
        evaluator.perform_experiments(scenarios=WARM_UP)
        start = time.perf_counter()
        evaluator.perform_experiments(scenarios=len(wanted))
        return time.perf_counter() - start


def cases(stack: ExitStack, scratch: Path) -> Iterator[tuple[str, Case]]:
    """Everything that is there to be measured; what is not is said."""
    yield "plain, 1 process", lambda toy, wanted: plain(toy, wanted, 1)
    yield "serial", ours(stack.enter_context(opened(workers=0)), scratch / "serial")
    yield "local", ours(stack.enter_context(opened(workers=WORKERS)), scratch / "local")
    if find_spec("distributed"):
        distributed: Any = import_module("distributed")
        cluster = stack.enter_context(
            distributed.LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None)
        )
        pool = stack.enter_context(opened(cluster=cluster.scheduler_address))
        yield "dask", ours(pool, scratch / "dask")
    for name, package, case in (
        ("joblib", "joblib", joblib_case),
        ("EMA Workbench", "ema_workbench", workbench_case),
    ):
        if find_spec(package):
            yield name, case
        else:
            print(f'{name} is not installed: python -m pip install ".[benchmarks]"')


def efficiency(rounds: int) -> bool:
    """Measure and print; whether the promises were kept."""
    kept = True
    print(f"Efficiency of {WORKERS} workers on {len(os.sched_getaffinity(0))} cores, medians of {rounds} rounds")
    print(f"{'ms a run':>8}  {'runs':>6}  {'case':<18} {'seconds':>8} {'runs/s':>8} {'efficiency':>10} {'promise':>8}")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        measured = dict(cases(stack, Path(folder)))
        for cost, runs in COSTS.items():
            toy, wanted = Toy(loops=loops_for(cost)), specs(runs // 2)
            seconds: dict[str, list[float]] = {name: [] for name in ("ceiling", *measured)}
            for _ in range(rounds):
                # The ceiling twice: everything is measured by it, and a shared machine is slow at random.
                order: list[tuple[str, Case]] = [("ceiling", plain), ("ceiling", plain), *measured.items()]
                random.shuffle(order)
                took: dict[str, list[float]] = {name: [] for name in seconds}
                for name, case in order:
                    took[name].append(case(toy, wanted))
                for name, own in took.items():
                    seconds[name].append(fmean(own))
            for name, own in seconds.items():
                # One process after the other is measured by one plain process.
                against = seconds["plain, 1 process" if name == "serial" else "ceiling"]
                share = median(full / mine for full, mine in zip(against, own, strict=True))
                promise = PROMISES.get((name, cost))
                kept &= promise is None or share >= promise
                promised = "" if promise is None else f"{promise:.2f}"
                speed = f"{median(own):>8.2f} {runs / median(own):>8,.0f} {share:>10.2f}"
                print(f"{cost:>8g}  {runs:>6,}  {name:<18} {speed} {promised:>8}", flush=True)
    print("serial is measured against one plain process, the others against two.")
    return kept


# Common random numbers


def reduction(one: Numbers, other: Numbers) -> float:
    """Variance of the difference of independent histories over that of pairs; infinite where pairs never differ."""
    paired = float(np.var(other - one, ddof=1))
    independent = float(np.var(one, ddof=1) + np.var(other, ddof=1))
    return independent / paired if paired else float("inf")


def with_nothing(name: str, folder: Path) -> Scenario:
    """A shipped scenario with one more pattern, which changes nothing."""
    text = load(name).source_text
    more = f"\npatterns:\n  {NOTHING}: {{title: Nothing, text: Changes nothing.}}\n"
    path = folder / f"{name}.yaml"
    path.write_text(text.replace("\npatterns:\n", more, 1), encoding="utf-8")
    return load(path)


def variance(histories: int, keep: Path | None) -> bool:
    """Measure and print; whether common luck saves what was promised on a named proportion and pair."""
    best = 0.0
    zero = True
    print(f"Variance reduction by common luck, {histories:,} histories each")
    print(f"{'scenario':<15} {'pair':<26} {'quantity':<24} {'levels':>13} {'n':>6} {'identical':>9} {'reduction':>9}")
    again = (BASE, NOTHING)
    with tempfile.TemporaryDirectory() as folder, opened(workers=WORKERS) as pool:
        for name in dict.fromkeys(scenario for scenario, _, _ in PAIRS):
            pairs = [(one, other) for scenario, one, other in PAIRS if scenario == name]
            patterns = tuple(dict.fromkeys(pattern for pair in pairs for pattern in pair))
            model = ScenarioModel(with_nothing(name, Path(folder)), (*patterns, *again))
            catalogue = model.blueprint(patterns[0]).doctrine.measures
            with Store.open((keep or Path(folder)) / name, manifest(model, (*patterns, *again))) as store:
                make(model, specs(min(histories, UNCHANGED), again), store, pool)
                make(model, specs(histories, patterns), store, pool)
                for pair in (*pairs, again):
                    results = store.results(pair, start=0)
                    identical = float(results.same_history(*pair).mean())
                    for text in QUANTITIES:
                        quantity = parse(text, catalogue)
                        one, other = (quantity.values(results, pattern) for pattern in pair)
                        found = reduction(one, other)
                        if pair == again:
                            zero &= identical == 1.0 and not np.any(one - other)
                        elif text.startswith("P("):
                            best = max(best, found)
                        shown = f"{text:<24} {one.mean():>6.3f} {other.mean():>6.3f} {results.n:>6,}"
                        print(f"{name:<15} {' / '.join(pair):<26} {shown} {identical:>9.0%} {found:>9.1f}", flush=True)
    print(f"Proportions: at best {best:.1f}, promised {REDUCTION:g}.")
    print(f"A pattern that changes nothing differs by exactly zero: {'yes' if zero else 'NO'}.")
    return zero and best >= REDUCTION


def main() -> int:
    """Print what was asked for; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds of efficiency; 0 leaves it out")
    parser.add_argument("--histories", type=int, default=1_000, help="for the variance reduction; 0 leaves it out")
    parser.add_argument("--keep", type=Path, help="folder to keep these histories in, and to find them again")
    given = parser.parse_args()
    kept = [efficiency(given.rounds)] if given.rounds else []
    kept += [variance(given.histories, given.keep)] if given.histories else []
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
