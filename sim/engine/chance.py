"""Chance has one door. Every draw has a name and every random branch leaves its odds in the journal.

Two kinds of draw: ``stream`` for a renewal sequence that one entity owns (blocks of a counter-based
generator), ``draw`` for whatever is born of an event (a keyed hash of parent, purpose and ordinal).
Neither depends on what else is drawn, so an order given or withheld shifts nobody else's luck.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from statistics import NormalDist
from typing import Final, NamedTuple

from numpy.random import Philox

from sim.engine import kinds
from sim.engine.agenda import Agenda
from sim.engine.journal import EventId, Journal, fixed

BLOCK: Final = 64
TO_UNIT: Final = 2.0**-53
SMALLEST: Final = 2.0**-54
_normal: Final = NormalDist().inv_cdf


class Choice(NamedTuple):
    """The outcome of a random branch and the journal row that holds its odds."""

    outcome: str
    row: EventId


class Chance:
    """The run's luck: a pure function of the seed and of names."""

    __slots__ = ("_agenda", "_journal", "_key", "_rulings", "_streams")

    def __init__(self, seed: int, journal: Journal, agenda: Agenda) -> None:
        self._key = seed.to_bytes(16, "little", signed=True)
        self._journal = journal
        self._agenda = agenda
        self._streams: dict[str, Callable[[], float]] = {}
        self._rulings: dict[str, tuple[str, EventId]] = {}

    def stream(self, name: str) -> Callable[[], float]:
        """The next-uniform function of a renewal sequence owned by one entity; made on first use."""
        found = self._streams.get(name)
        if found is None:
            key = blake2b(name.encode(), key=self._key, digest_size=16, person=b"stream").digest()
            found = self._streams[name] = _uniforms(Philox(key=int.from_bytes(key, "little"))).__next__
        return found

    def draw(self, name: str, ordinal: int = 0) -> float:
        """A uniform in (0, 1) that belongs to ``name`` and ``ordinal`` for ever."""
        return self.raw(name, ordinal) * TO_UNIT or SMALLEST

    def raw(self, name: str, ordinal: int = 0) -> int:
        """The 53 bits behind ``draw``."""
        text = f"{name}#{ordinal}".encode()
        return int.from_bytes(blake2b(text, key=self._key, digest_size=8).digest(), "little") >> 11

    def choose(
        self,
        name: str,
        odds: Mapping[str, float],
        *,
        causes: Sequence[EventId],
        terms: Mapping[str, float] | None = None,
        ordinal: int = 0,
    ) -> Choice:
        """Take one of several branches with the odds given, and journal odds, luck, outcome and circumstances.

        Args:
            name: parent, purpose and ordinal within the parent.
            odds: non-negative weights by outcome; they need not sum to one.
            causes: the rows without which there would be nothing to decide.
            terms: circumstances that went into the odds.
        """
        raw = self.raw(name, ordinal)
        outcome = pick(odds, raw * TO_UNIT)
        ruling = self._rulings.pop(name, None) if self._rulings else None
        if ruling is not None and ruling[0] in odds:
            outcome = ruling[0]
            causes = (*causes, ruling[1])
        journal = self._journal
        fields: list[int] = [journal.name(outcome), raw, len(odds)]
        for option, weight in odds.items():
            fields += (journal.name(option), fixed(weight))
        fields.append(len(terms) if terms else 0)
        for term, value in (terms or {}).items():
            fields += (journal.name(term), fixed(value))
        row = journal.write(kinds.CHOICE, self._agenda.now, journal.name(name), tuple(causes), *fields)
        return Choice(outcome, row)

    def rule(self, name: str, outcome: str, row: EventId) -> None:
        """Control's ruling for a branch to come; it holds once."""
        self._rulings[name] = (outcome, row)


def _uniforms(bits: Philox) -> Iterator[float]:
    while True:
        for raw in (bits.random_raw(BLOCK) >> 11).tolist():
            yield raw * TO_UNIT or SMALLEST


def pick(odds: Mapping[str, float], uniform: float) -> str:
    """The outcome at a uniform, in the order in which the odds are written."""
    total = math.fsum(odds.values())
    mark = uniform * total
    reached = 0.0
    last = ""
    for outcome, weight in odds.items():
        if weight <= 0.0:
            continue
        last = outcome
        reached += weight
        if mark < reached:
            return outcome
    return last


def exponential(uniform: float, mean: float) -> float:
    """Inversion of an exponential waiting time with the given mean."""
    return -mean * math.log1p(-uniform)


def lognormal(uniform: float, median: float, sigma: float) -> float:
    """Inversion of a log-normal quantity with the given median and standard deviation of the logarithm."""
    return median * math.exp(sigma * _normal(uniform))


def poisson(uniform: float, mean: float) -> int:
    """Inversion of a Poisson count; the search ends where the uniform is reached."""
    if mean <= 0.0:
        return 0
    chance = math.exp(-mean)
    reached = chance
    count = 0
    while uniform > reached and chance > 0.0:
        count += 1
        chance *= mean / count
        reached += chance
    return count


def share_of(count: int, share: float, uniform: float) -> int:
    """A whole number with the right mean: ``floor(n * p + u)``, never above ``n``."""
    return min(count, math.floor(count * share + uniform))
