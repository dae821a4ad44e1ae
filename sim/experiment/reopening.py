"""What was run, how it is made again, and which single runs behind an answer are worth looking at."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.ticks import to_days
from sim.experiment.answers import About, Opening, PatternAbout
from sim.experiment.asking import Wanted
from sim.experiment.model import Spec
from sim.experiment.results import Results
from sim.experiment.running import Store
from sim.experiment.scenario_model import ScenarioModel
from sim.experiment.seeds import seed_of
from sim.experiment.statistics.questions import Question, Rule
from sim.scenario import library

if TYPE_CHECKING:
    from sim.scenario import Scenario

SHOWN: Final = 16
"""Letters of a hash that people see."""
NO_SERIES: Final = "none"
"""Said on the command line where nothing is followed over time."""


def about(
    scenario: Scenario,
    model: ScenarioModel,
    patterns: Sequence[str],
    reference: str,
    store: Store,
    specs: Iterable[Spec],
    *,
    seed: int,
    command: str,
) -> About:
    """What was run, so that a reader can make it again.

    Args:
        specs: the runs that the answer rests on; others may lie in the folder from another question.
        command: the command line that makes them.
    """
    blueprint = model.blueprint(reference)
    counted = list(specs)
    failures = store.failures()
    return About(
        scenario=scenario.name,
        title=scenario.title,
        scenario_hash=model.identity["scenario_hash"],
        model_version=model.identity["model_version"],
        experiment=store.experiment[:SHOWN],
        master_seed=seed,
        patterns=tuple(_described(scenario, pattern) for pattern in patterns),
        reference=reference,
        options=dict(blueprint.options),
        days=to_days(blueprint.duration),
        command=command,
        digest=store.digest(counted),
        runs=len(counted),
        failed_runs=sum(failures.values()),
        failures=failures,
    )


def command(question: Question, wanted: Wanted, scenario: Scenario) -> str:
    """The command line that asks the same question again."""
    words = [f"mlt compare {place(scenario)} --patterns {','.join(question.patterns)}"]
    if question.reference != question.patterns[0]:
        words.append(f"--reference {question.reference}")
    match question.rule:
        case Rule.RUNS:
            words.append(f"--runs {question.max_runs}")
        case Rule.UNTIL_CI:
            words.append(f"--until-ci {shlex.quote(wanted.until_ci or '')} --max-runs {question.max_runs}")
        case Rule.UNTIL_DECIDED:
            words.append(f"--until-decided --max-runs {question.max_runs}")
    if question.target is None:
        words.append(f"--primary {shlex.quote(question.primary.id)}")
    if wanted.series is not None:
        words.append(f"--series {','.join(wanted.series) or NO_SERIES}")
    return f"{' '.join(words)} --seed {wanted.seed}{options(wanted.options)}"


def openings(question: Question, results: Results, wanted: Wanted, scenario: Scenario) -> Iterator[Opening]:
    """The histories in which each pattern gained and lost most against the reference, in the measure compared."""
    measure, sign = question.primary.asked.measure, question.primary.sign
    reference = question.reference
    for pattern in question.others:
        gained = sign * (results.values(pattern, measure) - results.values(reference, measure))
        if not np.isfinite(gained).any():
            continue
        most, least = int(np.nanargmax(gained)), int(np.nanargmin(gained))
        for at, said in ((most, "better"), (least, "worse")):
            if gained[at] != 0 and (gained[at] > 0) == (said == "better"):
                yield Opening(
                    f"The history in which {pattern} did {said} than {reference} by most ({measure})",
                    f"mlt differ {place(scenario)} --patterns {reference},{pattern} "
                    f"--seed {seed_of(wanted.seed, 0, at)}{options(wanted.options)}",
                )


def _described(scenario: Scenario, pattern: str) -> PatternAbout:
    own = scenario.patterns.get(pattern)
    if own is None:
        return PatternAbout(pattern, "As the scenario stands", "The scenario without a pattern.")
    return PatternAbout(pattern, own.title or pattern, own.text)


def place(scenario: Scenario) -> str:
    """How the scenario is named on the command line; a file by its name, whatever folder it lies in."""
    return shlex.quote(scenario.name if scenario.name in library() else f"{scenario.name}.yaml")


def options(chosen: Mapping[str, str] | None) -> str:
    """The scenario's options as they are typed."""
    return "".join(f" --option {shlex.quote(f'{name}={choice}')}" for name, choice in sorted((chosen or {}).items()))
