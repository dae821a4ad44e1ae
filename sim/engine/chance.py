"""Chance has one door. Every draw has a name and every random branch leaves its odds in the journal.

Two kinds of draw: ``stream`` for a renewal sequence that one entity owns (blocks of a counter-based
generator), ``draw`` for whatever is born of an event (a keyed hash of parent, purpose and ordinal).
Neither depends on what else is drawn, so an order given or withheld shifts nobody else's luck.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import chain
from statistics import NormalDist
from struct import Struct
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.random import Philox
from numpy.random.bit_generator import ISeedSequence

from sim.engine import kinds
from sim.engine.agenda import Agenda
from sim.engine.journal import EventId, Journal, fixed

BLOCK: Final = 64
TO_UNIT: Final = 2.0**-53
SMALLEST: Final = 2.0**-54
_normal: Final = NormalDist().inv_cdf
_unpack: Final = Struct("<Q").unpack


class Choice(NamedTuple):
    """The outcome of a random branch and the journal row that holds its odds."""

    outcome: str
    row: EventId


class Chance:
    """The run's luck: a pure function of the seed and of names."""

    __slots__ = ("_agenda", "_inborn", "_journal", "_key", "_luck", "_rulings", "_sources", "_streams")

    def __init__(self, seed: int, journal: Journal, agenda: Agenda) -> None:
        self._key = seed.to_bytes(16, "little", signed=True)
        # NOTE: a hash that has its key already is copied for each draw: 0.9 us, against 1.5 for a new one.
        self._inborn = self._luck = blake2b(key=self._key, digest_size=8)
        self._journal = journal
        self._agenda = agenda
        self._streams: dict[str, Callable[[], float]] = {}
        self._sources: dict[str, Source] = {}
        self._rulings: dict[str, tuple[str, EventId]] = {}

    def stream(self, name: str) -> Callable[[], float]:
        """The next-uniform function of a renewal sequence owned by one entity; made on first use."""
        found = self._streams.get(name)
        if found is None:
            source = self._sources[name] = Source(self._keyed(name))
            found = self._streams[name] = source.uniforms().__next__
        return found

    def _keyed(self, name: str) -> _Key:
        return _Key(blake2b(name.encode(), key=self._key, digest_size=16, person=b"stream").digest())

    def fork(self, index: int) -> None:
        """From now on another future: what is born later is keyed by the index too, and streams are cut here.

        Index 0 is the luck of the run itself and changes nothing.
        """
        if index:
            self._key = blake2b(index.to_bytes(8, "little"), key=self._key, digest_size=16, person=b"fork").digest()
            self._luck = blake2b(key=self._key, digest_size=8)
            for name, source in self._sources.items():
                source.cut(self._keyed(name))

    def draw(self, name: str, ordinal: int = 0, *, inborn: bool = False) -> float:
        """A uniform in (0, 1) that belongs to ``name`` and ``ordinal`` for ever.

        Args:
            inborn: belongs to something that is older than any fork, though it may be asked for later.
        """
        # NOTE: ``raw`` written out; nearly all draws of a run come by here.
        hashed = (self._inborn if inborn else self._luck).copy()
        hashed.update(f"{name}#{ordinal}".encode())
        return (_unpack(hashed.digest())[0] >> 11) * TO_UNIT or SMALLEST

    def raw(self, name: str, ordinal: int = 0, *, inborn: bool = False) -> int:
        """The 53 bits behind ``draw``.

        Args:
            inborn: belongs to something that is older than any fork, such as a caveat's threshold.
        """
        hashed = (self._inborn if inborn else self._luck).copy()
        hashed.update(f"{name}#{ordinal}".encode())
        number: int = _unpack(hashed.digest())[0]
        return number >> 11

    def choose(
        self,
        name: str,
        odds: Mapping[str, float],
        *,
        causes: Sequence[EventId],
        terms: Mapping[str, float] | None = None,
        ordinal: int = 0,
        inborn: bool = False,
    ) -> Choice:
        """Take one of several branches with the odds given, and journal odds, luck, outcome and circumstances.

        Args:
            name: parent, purpose and ordinal within the parent.
            odds: non-negative weights by outcome; they need not sum to one.
            causes: the rows without which there would be nothing to decide.
            terms: circumstances that went into the odds.
            inborn: the luck is older than any fork.
        """
        raw = self.raw(name, ordinal, inborn=inborn)
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


class _Key(ISeedSequence):
    """The key of a generator, as it is."""

    # NOTE: with ``key=`` a generator asks the operating system for a seed first, and throws it away: 20 us for 6.

    def __init__(self, key: bytes) -> None:
        self._key = key

    def generate_state(self, n_words: int, dtype: Any = np.uint64) -> Any:
        return np.frombuffer(self._key, "<u8").astype(np.uint64)


class Source:
    """The blocks behind one stream; a fork throws the rest of a block away and goes on with another generator."""

    __slots__ = ("_bits", "_block", "_key")

    def __init__(self, key: _Key) -> None:
        self._key = key
        self._bits: Philox | None = None
        self._block: list[float] = []

    def cut(self, key: _Key) -> None:
        self._key = key
        self._bits = None
        self._block.clear()

    def uniforms(self) -> Iterator[float]:
        # NOTE: a chain goes through a block without coming back to Python for each number: 30 ns for 80.
        return chain.from_iterable(self._blocks())

    def _blocks(self) -> Iterator[list[float]]:
        while True:
            bits = self._bits
            if bits is None:
                bits = self._bits = Philox(self._key)  # type: ignore[arg-type]  # it takes what has the interface
            drawn = (bits.random_raw(BLOCK) >> 11) * TO_UNIT
            block = self._block = np.maximum(drawn, SMALLEST).tolist()
            yield block


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
