"""Batches of the toy in two lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Final

from sim.experiment.model import Model, Spec
from sim.experiment.running import Design, Manifest, Progress, Store, Summary, make, opened
from sim.experiment.seeds import seed_of
from sim.experiment.toy import A, B

MASTER: Final = 7
PAIR: Final = (A, B)


def manifest(model: Model, patterns: Sequence[str] = PAIR, design: Design | None = None) -> Manifest:
    return Manifest.of(model, kind="compare", patterns=patterns, master_seed=MASTER, design=design)


def specs(
    replications: int, patterns: Sequence[str] = PAIR, *, point: int = 0, draw: int = 0, start: int = 0
) -> list[Spec]:
    """All patterns of a replication after each other."""
    return [
        Spec(point, draw, replication, pattern, seed_of(MASTER, draw, replication))
        for replication in range(start, start + replications)
        for pattern in patterns
    ]


def batch(
    folder: Path,
    model: Model,
    wanted: Sequence[Spec],
    *,
    workers: int | None = None,
    cluster: str | None = None,
    executor: Executor | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[str, Summary]:
    """Make runs, and give the digest of all rows of the folder and what came of the batch."""
    with opened(workers, cluster, executor) as pool, Store.open(folder, manifest(model)) as store:
        summary = make(model, wanted, store, pool, progress=progress)
        return store.digest(), summary
