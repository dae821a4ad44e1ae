"""Whether one pattern is no worse than another in everything and better in something.

No worse within what is worth acting on must hold in every line, each tested at 5 %: all must hold, so that none needs
correcting (intersection-union; Berger 1982). Better in one line, and worse in one, are corrected for having looked at
all (Holm 1979). What is neither shown nor refuted is undecided.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

from sim.experiment.answers import Dominance
from sim.experiment.results import Results, first
from sim.experiment.statistics.conventions import ERROR
from sim.experiment.statistics.intervals import Sample, sample, share_at_most
from sim.experiment.statistics.quantities import Quantity
from sim.experiment.statistics.wording import in_unit

DOMINATES = "dominates"
DOES_NOT = "does not dominate"
UNDECIDED = "undecided"
_NAMED = 3
"""Lines that a reason names."""


def dominance(quantities: Sequence[Quantity], results: Results, patterns: Sequence[str]) -> tuple[Dominance, ...]:
    """Every pattern over every other.

    Args:
        quantities: the lines; those in which neither direction is better, or no difference is worth acting on, or
            nothing was measured, say nothing.
    """
    compared = [each for each in quantities if each.has_differences and each.sign and each.worthwhile is not None]
    return tuple(_over(compared, results, one, other) for one, other in permutations(patterns, 2))


@dataclass(frozen=True, slots=True)
class _Line:
    """By how much a pattern is worse than another in one quantity."""

    quantity: Quantity
    worse_by: Sample
    worse_in: int
    worthwhile: float

    @property
    def at_most(self) -> float:
        found = self.worse_by
        if found.is_all_zero and not self.quantity.is_share:
            return 0.0
        if self.quantity.is_share and not found.is_trusted:
            return share_at_most(self.worse_in, found.n, ERROR)
        return found.upper(ERROR) if found.is_trusted else float("inf")

    @property
    def is_no_worse(self) -> bool:
        return self.at_most < self.worthwhile

    @property
    def chance_of_no_better(self) -> float:
        return self.worse_by.chance_as_low() if self.worse_by.is_trusted else 1.0

    def is_worse(self, among: int) -> bool:
        """Whether it is worse by what is worth acting on, one line of so many having to be."""
        found = self.worse_by
        return found.is_trusted and 2 * found.mean - found.upper(ERROR / among) > self.worthwhile


def _over(quantities: Iterable[Quantity], results: Results, one: str, other: str) -> Dominance:
    part = first(results, min(results.made(one), results.made(other)))
    lines = [line for quantity in quantities if (line := _line(quantity, part, one, other)).worse_by.n > 1]
    if not lines:
        return Dominance(one, other, UNDECIDED, "nothing was measured in both")
    worse = [line for line in lines if line.is_worse(len(lines))]
    if worse:
        return Dominance(one, other, DOES_NOT, f"worse in {_named(worse)}")
    open_lines = [line for line in lines if not line.is_no_worse]
    if open_lines:
        return Dominance(one, other, UNDECIDED, f"may be worse in {_named(open_lines)}")
    better = _holm(lines)
    if better:
        return Dominance(one, other, DOMINATES, f"no worse in any of {len(lines)} lines, better in {_named(better)}")
    if all(line.worse_by.is_all_zero for line in lines):
        return Dominance(one, other, DOES_NOT, f"the same in every history in all {len(lines)} lines")
    return Dominance(one, other, UNDECIDED, f"no worse in any of {len(lines)} lines, but surely better in none")


def _line(quantity: Quantity, results: Results, one: str, other: str) -> _Line:
    worse_by = -quantity.sign * quantity.differences(results, one, other)
    worthwhile = quantity.worthwhile
    assert worthwhile is not None
    return _Line(quantity, sample(worse_by), int((worse_by > 0).sum()), worthwhile)


def _holm(lines: Sequence[_Line]) -> list[_Line]:
    """The lines in which it is better, corrected for having looked at all."""
    better: list[_Line] = []
    for done, line in enumerate(sorted(lines, key=lambda each: each.chance_of_no_better)):
        if line.chance_of_no_better > ERROR / (len(lines) - done):
            break
        better.append(line)
    return better


def _named(lines: Sequence[_Line]) -> str:
    names = [f"{line.quantity.asked.label} ({_by(line)})" for line in lines[:_NAMED]]
    more = f" and {len(lines) - _NAMED} more" if len(lines) > _NAMED else ""
    return f"{', '.join(names)}{more}"


def _by(line: _Line) -> str:
    if not line.worse_by.is_trusted and not line.worse_by.is_all_zero:
        return f"only {line.worse_by.n_eff:.0f} pairs carry it"
    asked, found = line.quantity.asked, line.worse_by
    told = in_unit(asked, abs(found.mean), found.error, apart=True)
    if found.mean > 0:
        return f"worse by {told}; {in_unit(asked, line.worthwhile, apart=True)} matter"
    return f"better by {told}"
