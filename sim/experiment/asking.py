"""What is asked of an experiment, in the words of the command line, and checked before anything is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.faults import BadQuestion
from sim.experiment.statistics.grammar import Target, parse
from sim.experiment.statistics.quantities import Quantity
from sim.experiment.statistics.questions import Question, Rule

if TYPE_CHECKING:
    from sim.doctrine import MeasureSpec


@dataclass(frozen=True, slots=True)
class Wanted:
    """A comparison as it is asked for, in the words of the command line.

    Args:
        patterns: two or more; ``base`` is the scenario without one.
        reference: the pattern that the others are compared with; the first if left out.
        runs: so many histories of each pattern, or else one of the next two.
        until_ci: run until the interval of a quantity is as narrow, such as ``P(civilians_killed>50)=0.03``.
        until_decided: run until the verdict is clear.
        max_runs: histories of each pattern at most; must be given with the latter two.
        primary: the quantity declared beforehand; how often more civilians than the first threshold are killed.
        series: measures to follow over time; the primary's if left out.
        seed: of all luck; 0 is a seed.
    """

    patterns: tuple[str, ...]
    reference: str | None = None
    runs: int | None = None
    until_ci: str | None = None
    until_decided: bool = False
    max_runs: int | None = None
    primary: str | None = None
    series: tuple[str, ...] | None = None
    options: Mapping[str, str] | None = None
    seed: int = 1

    def question(self, catalogue: Mapping[str, MeasureSpec]) -> Question:
        """What is asked, checked against the measures there are.

        Raises:
            BadQuestion: for a rule that is missing, contradicts another or has no end.
        """
        if not self.patterns:
            raise BadQuestion("A comparison needs two patterns or more. Name them such as --patterns point,area.")
        target = None if self.until_ci is None else Target.parse(self.until_ci, catalogue)
        primary = self._primary(catalogue, target)
        rule, most = self._rule()
        return Question(
            patterns=self.patterns,
            reference=self.reference or self.patterns[0],
            primary=primary,
            rule=rule,
            max_runs=most,
            target=target,
        )

    def _primary(self, catalogue: Mapping[str, MeasureSpec], target: Target | None) -> Quantity:
        if self.primary is not None:
            primary = parse(self.primary, catalogue)
            if target is not None and target.quantity.id != primary.id:
                raise BadQuestion(
                    f"--primary {primary.id} and --until-ci {target.text} name two quantities: one is declared "
                    "beforehand, and runs stop on it. Leave --primary out, or give both the same."
                )
            return primary
        if target is not None:
            return target.quantity
        return parse(default_primary(catalogue), catalogue)

    def _rule(self) -> tuple[Rule, int]:
        asked = {
            Rule.RUNS: self.runs is not None,
            Rule.UNTIL_CI: self.until_ci is not None,
            Rule.UNTIL_DECIDED: self.until_decided,
        }
        chosen = [rule for rule, wanted in asked.items() if wanted]
        if len(chosen) != 1:
            both = " and ".join(f"--{rule.value}" for rule in chosen)
            said = f"{both} contradict each other." if chosen else "Nothing says when to stop."
            raise BadQuestion(
                f"{said} Give one of --runs N, --until-ci QUANTITY=VALUE, --until-decided; such as "
                "--until-ci 'P(civilians_killed>50)=0.03' --max-runs 5000."
            )
        rule = chosen[0]
        if rule is Rule.RUNS and self.runs is not None:
            if self.max_runs is not None and self.max_runs < self.runs:
                raise BadQuestion(f"--runs {self.runs} is more than --max-runs {self.max_runs}. Give one of them.")
            return rule, self.runs
        if self.max_runs is None:
            raise BadQuestion(
                f"--{rule.value} may never be reached: say with --max-runs how many histories of each pattern are "
                "enough."
            )
        return rule, self.max_runs


def default_primary(catalogue: Mapping[str, MeasureSpec]) -> str:
    """What is compared where nothing is named: how often more civilians than the first threshold are killed."""
    thresholds = catalogue["civilians_killed"].thresholds
    return f"P(civilians_killed>{thresholds[0]:g})" if thresholds else "better(civilians_killed)"
