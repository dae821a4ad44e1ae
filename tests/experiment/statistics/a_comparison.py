"""Results with every measure of the doctrine, and the answer that they give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.doctrine import load_doctrine
from sim.experiment.answers import About, Comparison, PatternAbout
from sim.experiment.results import Held, Numbers, Results
from sim.experiment.statistics.comparison import compare_answer
from sim.experiment.statistics.grammar import parse
from sim.experiment.statistics.questions import Question, Rule
from sim.experiment.statistics.stopping import judge, looks

CATALOGUE = load_doctrine().measures
OVER_50 = "P(civilians_killed>50)"


def columns(n: int, over: Mapping[str, Any] | None = None) -> dict[str, Numbers]:
    """The columns of one pattern: four of everything, two attacks of which one was met, and what is said otherwise."""
    found: dict[str, Numbers] = {}
    for spec in CATALOGUE.values():
        found[spec.id] = np.full(n, 4.0)
        if spec.denominator:
            found[spec.id] = np.full(n, 0.5)
            found[f"{spec.id}.numerator"], found[f"{spec.id}.denominator"] = np.full(n, 1.0), np.full(n, 2.0)
        if spec.may_not_happen:
            found[f"{spec.id}.censored"], found[f"{spec.id}.horizon"] = np.zeros(n), np.full(n, 72.0)
    found["civilians_killed"] = np.zeros(n)
    for name, column in (over or {}).items():
        found[name] = np.asarray(column, dtype=np.float64)
    return found


def struck(luck: np.random.Generator, n: int, share: float = 0.3, dead: float = 120.0) -> Numbers:
    return np.where(luck.random(n) < share, dead, 0.0)


def two(n: int = 800, *, spared: float = 0.5, seed: int = 1) -> Held:
    """``area`` as it stands, and ``point``, which prevents a share of the killing."""
    luck = np.random.default_rng(seed)
    killed = struck(luck, n)
    fewer = np.where(luck.random(n) < spared, 0.0, killed)
    return Held({"area": columns(n, {"civilians_killed": killed}), "point": columns(n, {"civilians_killed": fewer})})


def about(results: Results, **change: Any) -> About:
    titles = {"area": "Area", "point": "Point"}
    known = {
        "scenario": "saraf_umra",
        "title": "Saraf Umra",
        "scenario_hash": "h",
        "model_version": "3",
        "experiment": "e",
        "master_seed": 1,
        "patterns": tuple(PatternAbout(each, titles.get(each, each), "") for each in results.patterns),
        "reference": results.patterns[0],
        "options": {},
        "days": 3.0,
        "command": "mlt compare saraf_umra",
        "digest": "d",
        "runs": results.n * len(results.patterns),
        "failed_runs": 0,
        "failures": {},
    }
    return About(**{**known, **change})


def answer(
    results: Results,
    primary: str = OVER_50,
    *,
    rule: Rule = Rule.RUNS,
    fresh: Results | None = None,
    patterns: Sequence[str] = (),
    **change: Any,
) -> Comparison:
    """The answer to a question about all patterns of results, the first being the reference."""
    names = tuple(patterns) or tuple(results.patterns)
    question = Question(names, names[0], parse(primary, CATALOGUE), rule, results.n)
    decisions = []
    for n in looks(rule, results.n, len(names)):
        decisions.append(judge(question, results, n, decisions[-1].survivors if decisions else None))
        if decisions[-1].done:
            break
    return compare_answer(question, results, decisions, fresh, about(results, **change), CATALOGUE)
