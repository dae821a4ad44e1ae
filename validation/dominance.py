"""Whether one answer to a decision is best on everything: an answer that is would make the decision an ornament.

One answer dominates another when it is not worse by more than the difference worth acting on in any row of the
planner's page (one-sided 95 %, each row: all must hold, so nothing is corrected) and better by more than that in one
(Holm over the rows).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sim.engine import inputs
from sim.engine.ticks import to_hours
from sim.engine.world import StopWhen
from sim.errors import MissionError
from validation.runs import Row, Runner, blocks, blueprint, model_hash, patterns, world
from validation.statistics import NORMAL, deviation_of_mean, mean

LEAST_PAIRS = 30
"""Below so many pairs in which a decision was put nothing is said about it."""
ERROR = 0.05


@dataclass(frozen=True)
class Task:
    """Seeds of one answer to one decision."""

    scenario: str
    pattern: str
    decision: str
    option: str
    seeds: tuple[int, ...]


@dataclass(frozen=True)
class Finding:
    """What the comparison of a decision's answers says."""

    decision: str
    options: tuple[str, ...]
    put: int
    runs: int
    failed: int
    dominated: tuple[tuple[str, str], ...]
    trade_offs: int
    undecided: int


def base_pattern(scenario: str) -> str:
    """The pattern in which decisions are asked: the record's where there is one."""
    names = patterns(scenario)
    return "historical" if "historical" in names else names[0] if names else ""


def answered(task: Task) -> list[Row]:
    """For each seed a run in which the decision is answered in one way as soon as it is put."""
    made = []
    for seed in task.seeds:
        try:
            row = _answered(task, seed)
        except MissionError as error:
            row = {"failed": str(error)}
        made.append(row)
    return made


def _answered(task: Task, seed: int) -> Row:
    run = world(task.scenario, task.pattern, seed)
    seat = run.blueprint.decisions[task.decision].to
    asked = False
    while run.now < run.end:
        run.advance(run.end, StopWhen() if asked else StopWhen(frozenset({seat})))
        if not asked and any(one.spec.id == task.decision for one in run.decisions.open()):
            run.apply(inputs.Answer(seat, task.decision, task.option))
            asked = True
    row: Row = {}
    for name, value in run.measure_values().items():
        # What had not happened by the end counts with the end: leaving it out would reward never.
        row[name] = to_hours(value.end - value.start) if value.value is None and value.censored else value.value
    row["peacekeepers_harmed"] = (row["peacekeepers_killed"] or 0) + (row["peacekeepers_wounded"] or 0)
    row["asked"] = asked
    return row


def decisions(scenario: str, runs: int, planner: Mapping[str, Any], runner: Runner) -> list[Finding]:
    """Every decision of a scenario, every two of its answers."""
    pattern = base_pattern(scenario)
    specs = blueprint(scenario, pattern).decisions
    tasks = {
        f"{decision}/{option}/{first}": Task(scenario, pattern, decision, option, tuple(range(first, last + 1)))
        for decision, spec in specs.items()
        for option in spec.options
        for first, last in blocks(runs)
    }
    rows = runner.results(f"dominance-{scenario}-{runs}", answered, tasks, model_hash(scenario))
    made = []
    for decision, spec in specs.items():
        by_option = {
            option: [row for key, part in rows.items() if key.startswith(f"{decision}/{option}/") for row in part]
            for option in spec.options
        }
        made.append(compared(decision, by_option, planner))
    return made


def compared(decision: str, by_option: Mapping[str, Sequence[Row]], planner: Mapping[str, Any]) -> Finding:
    """The answers of one decision against each other, over the histories in which it was put to all of them."""
    runs = len(next(iter(by_option.values())))
    whole = [at for at in range(runs) if not any("failed" in rows[at] for rows in by_option.values())]
    asked = [at for at in whole if all(rows[at]["asked"] for rows in by_option.values())]
    dominated, trade_offs, undecided = [], 0, 0
    if len(asked) >= LEAST_PAIRS:
        for one, other in combinations(by_option, 2):
            states = []
            for better, worse in ((one, other), (other, one)):
                state = _state([by_option[better][at] for at in asked], [by_option[worse][at] for at in asked], planner)
                states.append(state)
                if state == "dominates":
                    dominated.append((better, worse))
            if "dominates" not in states:
                trade_offs += states == ["worse somewhere"] * 2
                undecided += states != ["worse somewhere"] * 2
    return Finding(
        decision, tuple(by_option), len(asked), runs, runs - len(whole), tuple(dominated), trade_offs, undecided
    )


def _state(better: Sequence[Row], worse: Sequence[Row], planner: Mapping[str, Any]) -> str:
    """Whether the first dominates the second, is worse than it somewhere, or neither is shown."""
    ps, inferior, shown = [], False, True
    for name, row in planner.items():
        pairs = differences(better, worse, name, row)
        if len(pairs) < LEAST_PAIRS:
            continue
        estimate, worthwhile = mean(pairs), row["worthwhile"]
        inferior = inferior or estimate.high < -worthwhile
        shown = shown and estimate.low >= -worthwhile
        deviation = deviation_of_mean(pairs)
        gain = estimate.value - worthwhile
        ps.append(1.0 - NORMAL.cdf(gain / deviation) if deviation > 0 else float(gain <= 0))
    if inferior:
        return "worse somewhere"
    # Holm's first step is all that "better in at least one" needs.
    if shown and ps and min(ps) <= ERROR / len(ps):
        return "dominates"
    return "undecided"


def differences(better: Sequence[Row], worse: Sequence[Row], name: str, row: Mapping[str, Any]) -> list[float]:
    """How much better the first is, pair by pair; pairs in which the row is undefined are left out."""
    sign = 1.0 if row["better"] == "higher" else -1.0
    measure = row.get("measure", name)
    pairs = [(a.get(measure), b.get(measure)) for a, b in zip(better, worse, strict=True)]
    if "above" in row:
        return [
            sign * (float(a > row["above"]) - float(b > row["above"]))
            for a, b in pairs
            if a is not None and b is not None
        ]
    return [sign * (a - b) for a, b in pairs if a is not None and b is not None]
