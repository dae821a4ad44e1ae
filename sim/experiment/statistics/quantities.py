"""Quantities that patterns are compared by: one number a history, so that histories of one luck stay paired.

What a measure cannot say of one history (a share over all attacks of all histories, a time that never came) is turned
into such a number here, and nothing downstream needs to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from sim.doctrine import MeasureSpec
from sim.experiment.answers import Asked
from sim.experiment.results import Flags, Numbers, Results
from sim.experiment.statistics.conventions import WORTHWHILE_LOG, WORTHWHILE_SHARE
from sim.experiment.statistics.wording import HISTORIES

NUMERATOR: Final = ".numerator"
DENOMINATOR: Final = ".denominator"
CENSORED: Final = ".censored"
HORIZON: Final = ".horizon"
"""Columns that stand beside a measure in the results."""


class Kind(StrEnum):
    """What is made of a measure; the value is the word of the grammar."""

    MEAN = "mean"
    """Its mean over histories; of a ratio the ratio of sums, of a time that may never come the restricted mean."""
    EXCEEDANCE = "P"
    """How often it is more than so much."""
    BETTER = "better"
    """In how many more histories a pattern does better than worse. Only a pair of patterns has it."""
    LOG = "log"
    """The mean of log(1 + measure)."""
    CAPPED = "capped"
    """Its mean with whatever is more than so much counted as so much."""
    NEVER = "never"
    """How often what it times did not come."""
    QUANTILE = "Q"
    """A quantile over the histories with any of it: shown, never compared by."""


SHARES: Final = frozenset({Kind.EXCEEDANCE, Kind.BETTER, Kind.NEVER})
"""Kinds that say in how many histories."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is made of a measure. ``at`` is the threshold, cap or quantile of the kinds that have one, otherwise 0."""

    kind: Kind
    spec: MeasureSpec
    at: float = 0.0

    @property
    def id(self) -> str:
        """As it is written on the command line."""
        match self.kind:
            case Kind.MEAN:
                return self.spec.id
            case Kind.EXCEEDANCE:
                return f"P({self.spec.id}>{number(self.at)})"
            case Kind.CAPPED:
                return f"capped({self.spec.id},{number(self.at)})"
            case Kind.QUANTILE:
                return f"Q({self.spec.id}>0,{number(self.at)})"
            case _:
                return f"{self.kind.value}({self.spec.id})"

    @property
    def asked(self) -> Asked:
        """What is said of it in an answer."""
        return Asked(self.id, self._label, self.spec.id, self._unit, self._direction, self.worthwhile)

    @property
    def worthwhile(self) -> float | None:
        """The smallest difference worth acting on, in the unit; none where nobody said."""
        if self.kind in SHARES:
            return WORTHWHILE_SHARE
        return WORTHWHILE_LOG if self.kind is Kind.LOG else self.spec.worthwhile

    @property
    def sign(self) -> float:
        """1 where more is better, -1 where less is, 0 where neither."""
        return {"higher": 1.0, "lower": -1.0}.get(self._direction, 0.0)

    @property
    def is_share(self) -> bool:
        """Whether it says in how many histories; a pair then differs by at most one."""
        return self.kind in SHARES

    @property
    def has_levels(self) -> bool:
        """Whether one pattern alone has it."""
        return self.kind is not Kind.BETTER

    @property
    def has_differences(self) -> bool:
        """Whether patterns can be compared by it, pair by pair."""
        return self.kind is not Kind.QUANTILE

    @property
    def carried_by_few(self) -> bool:
        """Whether a handful of histories can carry it, so that its interval is no ground for stopping."""
        return self.kind is Kind.MEAN and self.spec.heavy_tailed

    def histories(self, results: Results, pattern: str) -> Numbers:
        """The measure in each history as it is told of that history alone, shape (n,).

        What had not come counts as long as it was watched for. Not a number where there is nothing to measure or the
        run failed.
        """
        plain = results.values(pattern, self.spec.id)
        if not self.spec.may_not_happen:
            return plain
        return np.where(self._unarrived(results, pattern), results.values(pattern, self.spec.id + HORIZON), plain)

    def values(self, results: Results, pattern: str) -> Numbers:
        """One number a history whose mean is the quantity, shape (n,); of a quantile the histories it is taken of.

        A ratio of sums is linearised: the mean of the numbers is the ratio, their scatter its standard error to first
        order (Woodruff 1971). Not a number where there is nothing to measure or the run failed.

        Raises:
            ValueError: for the net share of histories better, which one pattern alone does not have.
        """
        match self.kind:
            case Kind.BETTER:
                raise ValueError(f"{self.id} compares two patterns; one pattern has no value of it.")
            case Kind.MEAN if (ratio := self._ratio(results, pattern)) is not None:
                return _linearised(*ratio)
            case Kind.NEVER:
                never = self._unarrived(results, pattern)
                came = np.isfinite(results.values(pattern, self.spec.id))
                return np.where(never | came, never.astype(np.float64), np.nan)
        plain = self.histories(results, pattern)
        match self.kind:
            case Kind.EXCEEDANCE:
                above = (plain > self.at) | self._unarrived(results, pattern)
                return np.where(np.isfinite(plain), above.astype(np.float64), np.nan)
            case Kind.LOG:
                return np.asarray(np.sign(plain) * np.log1p(np.abs(plain)))
            case Kind.CAPPED:
                return np.minimum(plain, self.at)
            case Kind.QUANTILE:
                return np.where(plain > 0, plain, np.nan)
            case _:
                return plain

    def differences(self, results: Results, pattern: str, reference: str) -> Numbers:
        """One number a pair of histories, shape (n,): pattern minus reference, not a number where either has none."""
        if self.kind is not Kind.BETTER:
            return self.values(results, pattern) - self.values(results, reference)
        own, other = self.histories(results, pattern), self.histories(results, reference)
        return np.asarray(self._measured_sign * np.sign(own - other))

    def same(self, results: Results, pattern: str, reference: str) -> Flags:
        """In which pairs of histories both have the quantity and there is no difference in it, shape (n,)."""
        own, other = self._ratio(results, pattern), self._ratio(results, reference)
        if self.kind is Kind.MEAN and own is not None and other is not None:
            alike: Flags = (own[0] == other[0]) & (own[1] == other[1])
            return alike
        none: Flags = self.differences(results, pattern, reference) == 0
        return none

    def undefined(self, results: Results, pattern: str) -> Flags:
        """Which histories ran to their end and have nothing to measure, shape (n,)."""
        ratio = self._ratio(results, pattern) if self.kind is Kind.MEAN else None
        if ratio is not None:
            nothing: Flags = ~(ratio[1] > 0)
        elif self.kind is Kind.BETTER:
            nothing = np.isnan(self.histories(results, pattern))
        else:
            nothing = np.isnan(self.values(results, pattern))
        return nothing & ~results.failed(pattern)

    @property
    def _measured_sign(self) -> float:
        return {"higher": 1.0, "lower": -1.0}.get(self.spec.direction, 0.0)

    @property
    def _direction(self) -> str:
        if self.kind is Kind.BETTER:
            return "higher"
        return "lower" if self.kind is Kind.NEVER else self.spec.direction

    @property
    def _unit(self) -> str:
        if self.kind in SHARES:
            return HISTORIES
        return f"log of 1 + {self.spec.unit}" if self.kind is Kind.LOG else self.spec.unit

    @property
    def _label(self) -> str:
        label, at = self.spec.label, number(self.at)
        match self.kind:
            case Kind.MEAN:
                return label
            case Kind.EXCEEDANCE:
                return f"{label}: more than {at}"
            case Kind.BETTER:
                return f"{label}: histories better less histories worse"
            case Kind.LOG:
                return f"{label}, on a log scale"
            case Kind.CAPPED:
                return f"{label}, more than {at} counted as {at}"
            case Kind.NEVER:
                return f"{label}: never"
            case Kind.QUANTILE if self.at == 0.5:
                return f"{label}: median of the histories with any"
            case Kind.QUANTILE:
                return f"{label}: {number(round(100 * self.at, 6))}th percentile of the histories with any"

    def _unarrived(self, results: Results, pattern: str) -> Flags:
        """Which histories ended before what the measure times had come; it takes longer than any threshold."""
        if not self.spec.may_not_happen:
            return np.zeros(results.n, dtype=np.bool_)
        never: Flags = results.values(pattern, self.spec.id + CENSORED) == 1
        return never

    def _ratio(self, results: Results, pattern: str) -> tuple[Numbers, Numbers] | None:
        """Numerator and denominator of each history; nothing where the runs do not leave both.

        The catalogue writes down what some measures are taken over (the middle of all hours, the worst hour) though
        they are no ratio of two sums.
        """
        if not self.spec.denominator:
            return None
        part = results.values(pattern, self.spec.id + NUMERATOR)
        whole = results.values(pattern, self.spec.id + DENOMINATOR)
        defined = np.isfinite(results.values(pattern, self.spec.id))
        if not bool(defined.any()) or not bool((np.isfinite(part) & np.isfinite(whole))[defined].all()):
            return None
        return part, whole


def number(value: float) -> str:
    """A number as short as it can be read back."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _linearised(part: Numbers, whole: Numbers) -> Numbers:
    used = np.isfinite(part) & np.isfinite(whole)
    total = float(whole[used].sum())
    if total <= 0:
        return np.full(part.shape, np.nan)
    ratio = float(part[used].sum()) / total
    return np.where(used, ratio + (part - ratio * whole) * (int(used.sum()) / total), np.nan)
