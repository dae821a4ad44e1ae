"""How often the statistics of experiments are right where the truth is known: ``python -m benchmarks.coverage``.

The toy is what protection looks like in numbers: seven histories in ten have no attack, the others a heavy-tailed
number of deaths. One pattern prevents a fifth of the attacks and shortens the others by a fifth, and in a tenth of the
pairs the two histories have nothing in common although their luck is the same. Every line calls what the product calls.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from sim.doctrine import load_doctrine
from sim.experiment.results import Held, Numbers
from sim.experiment.statistics.conventions import ENOUGH_PAIRS, FIRST_LOOK, SCREENING_FACTOR
from sim.experiment.statistics.exceedance import exceedance
from sim.experiment.statistics.grammar import Target, parse
from sim.experiment.statistics.intervals import sample, sequence_half_width
from sim.experiment.statistics.questions import Question, Rule
from sim.experiment.statistics.screening import look_times, screen
from sim.experiment.statistics.stopping import judge, looks

MEASURE = "civilians_killed"
CATALOGUE = load_doctrine().measures
QUIET, MIDDLE, SPREAD = 0.7, 3.0, 1.7
PREVENTED, SHORTENED, DIVERGING = 0.2, 0.8, 0.1
BLOCK = 250
"""Repetitions in memory at one time."""


def harm(luck: np.random.Generator, shape: tuple[int, ...]) -> Numbers:
    """Deaths of independent histories, in 70 of 100 none."""
    return np.where(luck.random(shape) < QUIET, 0.0, luck.lognormal(MIDDLE, SPREAD, shape))


def protected(luck: np.random.Generator, harm_without: Numbers) -> Numbers:
    """The deaths of the same histories under the pattern that protects."""
    shape = harm_without.shape
    diverging = luck.random(shape) < DIVERGING
    met = np.where(diverging, harm(luck, shape), harm_without)
    return np.where(luck.random(shape) < PREVENTED, 0.0, SHORTENED * met)


def null_pair(luck: np.random.Generator, shape: tuple[int, ...]) -> tuple[Numbers, Numbers]:
    """Deaths under two patterns of one law: each shortens the attacks that the other does not, and a tenth diverge."""
    met = harm(luck, shape)
    first_shortens = luck.random(shape) < 0.5
    own = np.where(first_shortens, SHORTENED, 1.0) * met
    met = np.where(luck.random(shape) < DIVERGING, harm(luck, shape), met)
    return own, np.where(first_shortens, 1.0, SHORTENED) * met


def truth(text: str) -> float:
    """The true difference, protecting less not protecting, of a quantity of the toy."""
    quantity = parse(text, CATALOGUE)
    if text.startswith("better"):
        fewer = NormalDist().cdf(-math.log(SHORTENED) / (SPREAD * math.sqrt(2)))
        attack, met = 1 - QUIET, (1 - QUIET) * (1 - PREVENTED)
        diverged = attack * (1 - met) - (1 - attack) * met + attack * met * (2 * fewer - 1)
        return (1 - DIVERGING) * attack + DIVERGING * diverged
    # The law of one attack in a million equal steps: exact to four digits for all but the mean, which has its own.
    ranks = (np.arange(1_000_000) + 0.5) / 1_000_000
    deaths = np.exp(MIDDLE + SPREAD * _normal_quantiles(ranks))
    if quantity.id == MEASURE:
        mean = math.exp(MIDDLE + SPREAD**2 / 2)
        return (1 - QUIET) * mean * ((1 - PREVENTED) * SHORTENED - 1)
    with_, without = (quantity.values(_held(each, each), "with") for each in (SHORTENED * deaths, deaths))
    return (1 - QUIET) * float((1 - PREVENTED) * with_.mean() - without.mean())


@dataclass(frozen=True)
class Stopped:
    """What a stopping rule did: how often its interval held the truth, how often it refused, when it stopped."""

    coverage: float
    """Of the answers that were given."""
    refused: float
    mean_n: float
    repetitions: int


def stopped(text: str, needed: int, repetitions: int, seed: int, budget: int = 4) -> Stopped:
    """Run until the half-width that ``needed`` pairs give were the variance known, to ``budget`` times as many."""
    luck = np.random.default_rng(seed)
    quantity, true = parse(text, CATALOGUE), truth(text)
    trial = harm(luck, (400_000,))
    sigma = sample(quantity.differences(_held(protected(luck, trial), trial), "with", "without")).deviation
    target = Target(quantity, NormalDist().inv_cdf(0.975) * sigma / math.sqrt(needed))
    most = budget * needed
    question = Question(("without", "with"), "without", quantity, Rule.RUNS, most)
    # The rule refuses a mean as a target before anything is run; here it is shown what would become of it.
    question = _until(question, target)
    hit = given = refused = total = 0
    for without in _blocks(luck, repetitions, most):
        for own, other in zip(protected(luck, without), without, strict=True):
            results = _held(own, other)
            for n in looks(Rule.UNTIL_CI, most):
                decision = judge(question, results, n)
                if decision.done:
                    break
            total += n
            if not decision.reached and decision.look.n_eff < ENOUGH_PAIRS:
                refused += 1
                continue
            interval = sample(quantity.differences(_held(own[:n], other[:n]), "with", "without")).interval()
            hit, given = hit + (interval.low <= true <= interval.high), given + 1
    return Stopped(hit / given if given else math.nan, refused / repetitions, total / repetitions, repetitions)


def fixed(text: str, n: int, repetitions: int, seed: int) -> float:
    """Coverage of the plain interval at a number of pairs fixed beforehand."""
    luck = np.random.default_rng(seed)
    quantity, true = parse(text, CATALOGUE), truth(text)
    hit = 0
    for without in _blocks(luck, repetitions, n):
        for own, other in zip(protected(luck, without), without, strict=True):
            interval = sample(quantity.differences(_held(own, other), "with", "without")).interval()
            hit += interval.low <= true <= interval.high
    return hit / repetitions


def false_verdicts(
    text: str, repetitions: int, seed: int, *, pairs: int = 10_000, every: int = 10
) -> tuple[float, float]:
    """How often equal patterns are declared different by somebody who looks after every few pairs.

    Returns:
        The share under the confidence sequence, and the share when besides enough pairs must carry the variance.
    """
    luck = np.random.default_rng(seed)
    quantity = parse(text, CATALOGUE)
    ns = np.arange(FIRST_LOOK, pairs + 1, every)
    widths = np.array([sequence_half_width(int(n)) for n in ns])
    wrong = guarded = 0
    for rows in _rows(repetitions, 100):
        own, other = null_pair(luck, (rows, pairs))
        for one, two in zip(own, other, strict=True):
            differences = quantity.differences(_held(one, two), "with", "without")
            mean, deviation, carried = _running_moments(differences, ns)
            declared = np.abs(mean) > widths * deviation
            wrong += bool(declared.any())
            guarded += bool((declared & (carried >= ENOUGH_PAIRS)).any())
    return wrong / repetitions, guarded / repetitions


@dataclass(frozen=True)
class Selection:
    """What screening did: how often it chose a pattern within the worthwhile difference of the best, at what cost."""

    good: float
    finished: float
    mean_runs: float


def selected(patterns: int, repetitions: int, seed: int, *, most: int = 20_000) -> Selection:
    """Screening on how often more than 50 are killed; all rivals are worse by exactly what is worth acting on."""
    luck = np.random.default_rng(seed)
    quantity = parse(f"P({MEASURE}>50)", CATALOGUE)
    assert quantity.worthwhile is not None
    above = (1 - QUIET) * (1 - NormalDist(MIDDLE, SPREAD).cdf(math.log(50)))
    fewer = 1 - quantity.worthwhile / above
    """The best prevents so many of the attacks that the rivals lie exactly the worthwhile difference above it."""
    names = ("best", *(f"rival {each}" for each in range(1, patterns)))
    good = finished = runs = 0
    for _ in range(repetitions):
        columns: dict[str, Numbers] = {name: np.empty(0) for name in names}
        left: tuple[str, ...] = names
        done = 0
        for n in look_times(SCREENING_FACTOR, most):
            base = harm(luck, (n - done,))
            for name in left:
                met = np.where(luck.random(base.shape) < DIVERGING, harm(luck, base.shape), base)
                met = np.where(luck.random(base.shape) < 1 - fewer, 0.0, met) if name == "best" else met
                columns[name] = np.concatenate([columns[name], met])
            runs += (n - done) * len(left)
            done = n
            step = screen(quantity, Held({name: {MEASURE: columns[name]} for name in left}), left, among=patterns)
            left = step.survivors
            if step.settled:
                finished += 1
                break
        good += step.best == "best"
    return Selection(good / repetitions, finished / repetitions, runs / repetitions)


def banded(repetitions: int, seed: int, *, n: int = 500) -> float:
    """How often the band of the exceedance difference holds all of the true difference at once."""
    luck = np.random.default_rng(seed)
    many = harm(luck, (2_000_000,))
    fewer = np.sort(protected(luck, many))
    many.sort()
    hit = 0
    for _ in range(repetitions):
        without = harm(luck, (n,))
        results = _held(protected(luck, without), without)
        found = exceedance(CATALOGUE[MEASURE], results, ("with", "without"), "without")
        assert found is not None
        below = [np.searchsorted(column, found.thresholds, "right") / column.size for column in (many, fewer)]
        true = below[0] - below[1]
        hit += bool((found.low["with"] <= true).all() and (true <= found.high["with"]).all())
    return hit / repetitions


def _until(question: Question, target: Target) -> Question:
    return Question(question.patterns, question.reference, question.primary, Rule.UNTIL_CI, question.max_runs, target)


def _held(own: Numbers, other: Numbers) -> Held:
    return Held({"without": {MEASURE: other}, "with": {MEASURE: own}})


def _normal_quantiles(ranks: Numbers) -> Numbers:
    from scipy.special import ndtri

    return np.asarray(ndtri(ranks))


def _rows(repetitions: int, block: int) -> Iterator[int]:
    for start in range(0, repetitions, block):
        yield min(block, repetitions - start)


def _blocks(luck: np.random.Generator, repetitions: int, n: int) -> Iterator[Numbers]:
    for rows in _rows(repetitions, BLOCK):
        yield harm(luck, (rows, n))


def _running_moments(numbers: Numbers, ns: np.ndarray) -> tuple[Numbers, Numbers, Numbers]:
    """Mean, deviation and pairs that carry the variance of the first n numbers, for each n, from four running sums."""
    scaled = numbers / max(1e-300, float(np.abs(numbers).max()))
    first, second, third, fourth = (np.cumsum(scaled**power)[ns - 1] / ns for power in (1, 2, 3, 4))
    variance = np.maximum(second - first**2, 0.0)
    spread = fourth - 4 * first * third + 6 * first**2 * second - 3 * first**4
    carried = np.divide(ns * variance**2, spread, out=np.zeros_like(spread), where=spread > 0)
    largest = max(1e-300, float(np.abs(numbers).max()))
    return first * largest, np.sqrt(variance * ns / (ns - 1)) * largest, carried


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--repetitions", type=int, default=5000)
    repetitions = reader.parse_args().repetitions
    begun = time.perf_counter()
    error = 100 * math.sqrt(0.95 * 0.05 / repetitions)
    print(f"{repetitions} repetitions a line; the standard error of 95 % is {error:.1f} points\n")
    print("Plain interval at a fixed number of pairs, coverage in %")
    for text in (MEASURE, f"capped({MEASURE},1000)", f"log({MEASURE})", f"P({MEASURE}>50)", f"better({MEASURE})"):
        cells = "  ".join(f"n={n}: {100 * fixed(text, n, repetitions, 11):5.1f}" for n in (100, 300, 1000))
        print(f"  {text:32} {cells}", flush=True)
    print("\nStopping at looks when narrow enough and enough pairs carry it")
    for text, needed in (
        (f"P({MEASURE}>50)", 1000),
        (f"better({MEASURE})", 1000),
        (f"log({MEASURE})", 1000),
        (f"capped({MEASURE},1000)", 4000),
        (MEASURE, 1000),
    ):
        found = stopped(text, needed, repetitions, 12)
        covered = "     " if math.isnan(found.coverage) else f"{100 * found.coverage:5.1f}"
        refused = f"refuses {100 * found.refused:5.1f} %"
        print(f"  {text:32} n*={needed}: covers {covered} %, {refused}, stops at {found.mean_n:.0f}", flush=True)
    print("\nEqual patterns declared different, looking after every 10 pairs to 10,000")
    for text in (MEASURE, f"P({MEASURE}>50)", f"better({MEASURE})", f"log({MEASURE})"):
        plain, guarded = false_verdicts(text, repetitions, 13)
        print(f"  {text:32} {100 * plain:5.1f} %, with enough pairs {100 * guarded:5.1f} %", flush=True)
    print("\nScreening, every rival exactly the worthwhile difference worse")
    for patterns in (3, 10):
        chosen = selected(patterns, repetitions, 14)
        print(
            f"  {patterns:2} patterns: good in {100 * chosen.good:5.1f} %, finished in {100 * chosen.finished:5.1f} %, "
            f"{chosen.mean_runs:.0f} runs",
            flush=True,
        )
    print("\nThe band of the exceedance difference, all thresholds at once, coverage in %")
    for n in (500, 2000):
        print(f"  n={n}: {100 * banded(repetitions, 15, n=n):5.1f}", flush=True)
    print(f"\n{time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
