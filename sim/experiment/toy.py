"""A model whose truth is known: no attack in most histories, and a heavy tail of deaths in the others.

A run has no attack with probability 0.7, else log-normal(3.0, 1.7) deaths. Pattern ``b`` prevents 20 % of attacks and
shortens the rest by 20 %; in 10 % of pairs the two histories diverge completely although they share their luck. With
``a_again`` nothing changes but the name. It serves to test statistics and to measure executors: what a run costs can
be set, and runs can be told to fail or to take their worker with them.
"""

from __future__ import annotations

import math
import os
import random
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from statistics import NormalDist
from typing import Final

from sim.experiment.model import Column, Kind, Reading, Spec, Value

A: Final = "a"
B: Final = "b"
A_AGAIN: Final = "a_again"
PATTERNS: Final = (A, B, A_AGAIN)

QUIET: Final = 0.7
"""Probability of no attack in pattern ``a``."""
DEATHS: Final = NormalDist(3.0, 1.7)
"""Of the logarithm of the deaths in an attack."""
PREVENTED: Final = 0.2
SHORTENED: Final = 0.2
DIVERGING: Final = 0.1

_COLUMNS: Final = (
    Column("deaths", Kind.AMOUNT),
    Column("attacks", Kind.COUNT),
    Column("attacked", Kind.FLAG),
    Column("deaths_per_attack", Kind.AMOUNT),
)
_LOOPS_MEASURED: Final = 200_000


@dataclass(frozen=True, slots=True)
class Toy:
    """The toy as a model.

    Args:
        loops: additions that each run makes beside its work; `loops_for` says how many take a time.
        hours: length of a time series of deaths; none is kept for 0.
        raises: replications whose runs raise.
        kills: replications whose runs kill their own process, every time.
        kills_once: replications whose runs kill their own process the first time that one of them is made.
        marks: a folder in which it is remembered who was killed once.
    """

    loops: int = 0
    hours: int = 0
    raises: frozenset[int] = frozenset()
    kills: frozenset[int] = frozenset()
    kills_once: frozenset[int] = frozenset()
    marks: str = ""

    @property
    def identity(self) -> Mapping[str, str]:
        """What decides a result: neither what it costs nor who dies of it."""
        raising = ",".join(str(number) for number in sorted(self.raises))
        return {"scenario_hash": "toy", "model_version": "1", "hours": str(self.hours), "raises": raising}

    @property
    def columns(self) -> tuple[Column, ...]:
        """Deaths, attacks, whether there was one, deaths per attack; the series if it is kept."""
        return (*_COLUMNS, Column("series/deaths", Kind.SERIES)) if self.hours else _COLUMNS

    def begin(self) -> None:
        """Nothing has to be prepared."""

    def run(self, spec: Spec) -> Reading:
        """Make one history."""
        self._obey(spec)
        for _ in range(self.loops):
            pass
        deaths, attacks = history(spec.seed, spec.pattern)
        values: tuple[Value, ...] = (deaths, attacks, attacks > 0, deaths / attacks if attacks else None)
        if self.hours:
            line = tuple(deaths * (hour / self.hours) for hour in range(1, self.hours + 1))
            values = (*values, line if attacks else None)
        return Reading(values, blake2b(f"{deaths!r}/{attacks}".encode(), digest_size=16).hexdigest())

    def _obey(self, spec: Spec) -> None:
        if spec.replication in self.raises:
            raise ZeroDivisionError(f"told to fail in replication {spec.replication}")
        if spec.replication in self.kills:
            os.kill(os.getpid(), signal.SIGKILL)
        if spec.replication in self.kills_once:
            mark = Path(self.marks) / f"killed-{spec.replication}"
            if not mark.exists():
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)


def history(seed: int, pattern: str) -> tuple[float, int]:
    """Deaths and attacks of one history.

    Args:
        seed: of the replication, shared by its patterns.
    """
    common = random.Random(seed)
    attack, size, prevention, divergence = (common.random() for _ in range(4))
    if pattern != B:
        return _attacked(attack, size)
    if divergence < DIVERGING:
        own = random.Random(seed ^ 0xB)
        attack, size, prevention = (own.random() for _ in range(3))
    if prevention < PREVENTED:
        return 0.0, 0
    deaths, attacks = _attacked(attack, size)
    return deaths * (1 - SHORTENED), attacks


def _attacked(attack: float, size: float) -> tuple[float, int]:
    if attack < QUIET:
        return 0.0, 0
    # 0 is possible and has no quantile.
    return math.exp(DEATHS.inv_cdf(max(size, 2.0**-53))), 1


# The truth


def exceedance(pattern: str, threshold: float) -> float:
    """Probability of more deaths than a threshold of 0 or more."""
    share, shift = ((1 - QUIET) * (1 - PREVENTED), math.log(1 - SHORTENED)) if pattern == B else (1 - QUIET, 0.0)
    if threshold <= 0:
        return share
    return share * (1 - DEATHS.cdf(math.log(threshold) - shift))


def mean_deaths(pattern: str) -> float:
    """Expected deaths."""
    mean = (1 - QUIET) * math.exp(DEATHS.mean + DEATHS.variance / 2)
    return mean * (1 - PREVENTED) * (1 - SHORTENED) if pattern == B else mean


def net_better() -> float:
    """Share of histories in which ``b`` has fewer deaths than ``a``, less the share in which it has more."""
    together = 1 - QUIET
    own = (1 - QUIET) * (1 - PREVENTED)
    # Both attacked, independently: the logarithms differ by a normal of twice the variance.
    fewer = NormalDist(0.0, DEATHS.stdev * math.sqrt(2)).cdf(-math.log(1 - SHORTENED))
    better = (1 - QUIET) * (1 - own) + (1 - QUIET) * own * fewer
    worse = QUIET * own + (1 - QUIET) * own * (1 - fewer)
    return (1 - DIVERGING) * together + DIVERGING * (better - worse)


def loops_for(milliseconds: float) -> int:
    """How many loops take so many milliseconds of this machine's CPU, by its fastest of a few tries."""
    toy = Toy(loops=_LOOPS_MEASURED)
    spec = Spec(0, 0, 0, A, 1)
    fastest = math.inf
    for _ in range(5):
        start = time.process_time()
        toy.run(spec)
        fastest = min(fastest, time.process_time() - start)
    return round(milliseconds / 1000 * _LOOPS_MEASURED / fastest)
