"""What is asked of a comparison: of which patterns, by what, and when it has been run enough."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sim.experiment.faults import BadQuestion, BadTarget, NoWorthwhileDifference
from sim.experiment.statistics.grammar import Target
from sim.experiment.statistics.quantities import Quantity


class Rule(StrEnum):
    """When no more runs are made."""

    RUNS = "runs"
    """At a number fixed beforehand."""
    UNTIL_CI = "until-ci"
    """When the intervals are narrow enough."""
    UNTIL_DECIDED = "until-decided"
    """When the verdict is clear."""


@dataclass(frozen=True, slots=True)
class Question:
    """A comparison as it is asked. All patterns but the reference are compared with it.

    ``primary`` is declared before anything is run; every other quantity is descriptive.
    """

    patterns: tuple[str, ...]
    reference: str
    primary: Quantity
    rule: Rule
    max_runs: int
    """Histories of each pattern at most."""
    target: Target | None = None

    def __post_init__(self) -> None:
        if len(self.patterns) < 2 or len(set(self.patterns)) < len(self.patterns):
            raise BadQuestion("A comparison needs two patterns or more, each named once.")
        if self.reference not in self.patterns:
            raise BadQuestion(f"The reference '{self.reference:.60}' is none of {', '.join(self.patterns)}.")
        if self.max_runs < 1:
            raise BadQuestion(f"{self.max_runs} histories are none. Give 1 or more.")
        if (self.target is not None) != (self.rule is Rule.UNTIL_CI):
            raise BadQuestion("A target stops the rule until-ci, and that rule alone.")
        if not self.primary.has_differences:
            raise BadQuestion(f"{self.primary.id} is shown, but patterns cannot be compared by it.")
        if self.rule is Rule.UNTIL_DECIDED:
            self._check_decidable()

    @property
    def others(self) -> tuple[str, ...]:
        """The patterns that are compared with the reference."""
        return tuple(each for each in self.patterns if each != self.reference)

    @property
    def stops_on(self) -> Quantity:
        """The quantity whose intervals are looked at."""
        return self.primary if self.target is None else self.target.quantity

    def _check_decidable(self) -> None:
        primary = self.primary
        if primary.carried_by_few:
            reason = "a handful of histories carries its mean. Use how often it is more than a threshold, or better()."
            raise BadTarget(primary.id, reason)
        if primary.sign == 0:
            raise NoWorthwhileDifference(
                primary.id, "neither more nor less of it is better, so that nothing is decided"
            )
        if primary.worthwhile is None:
            raise NoWorthwhileDifference(primary.id, "nobody said which difference in it is worth acting on")
