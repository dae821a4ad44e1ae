"""A million runs of a world that costs nothing: ``python -m benchmarks.million [--runs N] [--keep DIR]``.

They are made, kept, digested and answered, and the report is written. Printed is how long each step took and the most
memory that the main process had, beside the limit.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.trivial_world import TrivialWorld
from sim.doctrine import load_doctrine
from sim.experiment.answers import About, PatternAbout
from sim.experiment.model import Spec
from sim.experiment.reporting.page import write_report
from sim.experiment.running import Manifest, Store, make, opened
from sim.experiment.seeds import seed_of
from sim.experiment.statistics.comparison import compare_answer
from sim.experiment.statistics.grammar import parse
from sim.experiment.statistics.questions import Question, Rule
from sim.experiment.statistics.stopping import judge, looks
from sim.experiment.toy import A, B

MILLION: Final = 1_000_000
MASTER: Final = 1
LIMIT_MB: Final = 500
WORKERS: Final = 2


def main() -> int:
    """Print what a million runs take; 1 when they took more memory than promised."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.million", description=__doc__)
    parser.add_argument("--runs", type=int, default=MILLION, help="runs of both patterns together")
    parser.add_argument("--keep", type=Path, help="folder to keep the rows and the report in")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        peak = _million(given.runs // 2, given.keep or Path(passing) / "million")
    print(f"Main process: at most {peak:.0f} MB, promised under {LIMIT_MB}.")
    return 0 if peak < LIMIT_MB else 1


def _million(pairs: int, folder: Path) -> float:
    catalogue = load_doctrine().measures
    world = TrivialWorld.of(catalogue)
    question = Question((A, B), A, parse("P(civilians_killed>50)", catalogue), Rule.RUNS, pairs)
    manifest = Manifest.of(world, kind="compare", patterns=(A, B), master_seed=MASTER)
    start = time.perf_counter()

    def say(what: str) -> None:
        print(f"  {what:<24} {time.perf_counter() - start:>6.1f} s  peak {_peak():>4.0f} MB", flush=True)

    with Store.open(folder, manifest) as store, opened(workers=WORKERS) as pool:
        make(world, _wanted(pairs), store, pool)
        say(f"{len(store):,} runs made")
        store.compact()
        say("in one file")
        digest = store.digest()
        say("digested")
        results = store.results((A, B), start=0)
        decisions = [judge(question, results, n) for n in looks(question.rule, question.max_runs)]
        say("looked at")
        answer = compare_answer(question, results, decisions, None, _about(store, digest), catalogue)
        say("answered")
    page = write_report(answer, folder)
    say(f"reported, {page.stat().st_size // 1000:,} kB")
    print(f"  {answer.sentence}")
    return _peak()


def _wanted(pairs: int) -> Iterator[Spec]:
    for replication in range(pairs):
        seed = seed_of(MASTER, 0, replication)
        for pattern in (A, B):
            yield Spec(0, 0, replication, pattern, seed)


def _about(store: Store, digest: str) -> About:
    patterns = (PatternAbout(A, "As it is", ""), PatternAbout(B, "With fewer attacks", ""))
    return About(
        "trivial", "A world that costs nothing", "trivial", "1", store.experiment[:16], MASTER, patterns, A, {}, 1.0,
        "python -m benchmarks.million", digest, len(store), 0, {},
    )  # fmt: skip


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
