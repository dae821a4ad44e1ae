"""Which pattern is best, two ways that are not the same: on average, and history by history."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.experiment.answers import Best
from sim.experiment.results import Numbers, Results, first
from sim.experiment.statistics.gaussian import drawn_means, mean_and_covariance
from sim.experiment.statistics.paired import difference
from sim.experiment.statistics.quantities import Quantity
from sim.experiment.statistics.questions import Question
from sim.experiment.statistics.screening import screened


def best_of(question: Question, results: Results, fresh: Results | None) -> Best:
    """Those that cannot be told apart as the best, how sure that is, and the best one on fresh replications.

    Args:
        results: of all patterns.
        fresh: replications that did not choose, of the best pattern and of the next, in this order.
    """
    quantity, patterns = question.primary, question.patterns
    again = None if fresh is None else difference(quantity, fresh, *fresh.patterns[:2])
    if quantity.sign == 0:
        return Best({}, {}, patterns, {}, again)
    found = screened(quantity, results, patterns)
    return Best(
        mean_is_best=mean_is_best(quantity, results, patterns),
        best_in=best_in(quantity, results, patterns),
        set=found.survivors,
        bounds=found.bounds,
        fresh=again,
    )


def mean_is_best(quantity: Quantity, results: Results, patterns: Sequence[str]) -> dict[str, float]:
    """Confidence that each pattern's mean is the best one, by the bootstrap of whole replications.

    Patterns that are alike in every history share. One that was left out early is judged by the histories in which it
    was run, the others share what it leaves.
    """
    confidence: dict[str, float] = {}
    left, remaining = list(patterns), 1.0
    while left:
        n = min(results.made(each) for each in left)
        shares = _shares(quantity, first(results, n), left)
        ended = [each for each in left if results.made(each) == n]
        if len(ended) == len(left):
            confidence |= {each: remaining * shares[each] for each in left}
            break
        confidence |= {each: remaining * shares[each] for each in ended}
        remaining -= sum(remaining * shares[each] for each in ended)
        left = [each for each in left if each not in ended]
    return {each: confidence[each] for each in patterns}


def best_in(quantity: Quantity, results: Results, patterns: Sequence[str]) -> dict[str, float]:
    """In how many of 100 histories each pattern did best by the measure itself, ties shared.

    Histories are those in which every pattern was run to its end and has something to measure.
    """
    part = first(results, min(results.made(each) for each in patterns))
    sign = -1.0 if quantity.spec.direction == "lower" else 1.0
    values = _complete(np.column_stack([sign * quantity.histories(part, each) for each in patterns]))
    if not len(values):
        return dict.fromkeys(patterns, 0.0)
    ahead = values == values.max(axis=1, keepdims=True)
    shares = (ahead / ahead.sum(axis=1, keepdims=True)).mean(axis=0)
    return {each: 100 * float(share) for each, share in zip(patterns, shares, strict=True)}


def _shares(quantity: Quantity, results: Results, patterns: Sequence[str]) -> dict[str, float]:
    scores = _complete(_scores(quantity, results, patterns))
    if len(scores) < 2:
        return dict.fromkeys(patterns, 1 / len(patterns))
    # Patterns of one column are one pattern to chance, or rounding would break their tie.
    alike = [_first_like(scores, at) for at in range(len(patterns))]
    distinct = sorted(set(alike))
    # Against the first, so that the luck that they share does not drown what sets them apart.
    mean, covariance = mean_and_covariance(scores[:, distinct] - scores[:, :1], np.ones(len(scores)))
    means = drawn_means(mean, covariance)
    won = np.bincount(means.argmax(axis=1), minlength=len(distinct)) / len(means)
    return {each: float(won[distinct.index(at)]) / alike.count(at) for each, at in zip(patterns, alike, strict=True)}


def _first_like(scores: Numbers, own: int) -> int:
    """The first column that is the same in every row."""
    return next(at for at in range(own + 1) if np.array_equal(scores[:, at], scores[:, own]))


def _scores(quantity: Quantity, results: Results, patterns: Sequence[str]) -> Numbers:
    """What is better the higher it is, one row a history; of a quantity of pairs the mean against the others."""
    if quantity.has_levels:
        return np.column_stack([quantity.sign * quantity.values(results, each) for each in patterns])
    against = [
        np.mean([quantity.differences(results, each, other) for other in patterns if other != each], axis=0)
        if len(patterns) > 1
        else np.zeros(results.n)
        for each in patterns
    ]
    return np.column_stack(against)


def _complete(rows: Numbers) -> Numbers:
    whole: Numbers = rows[np.isfinite(rows).all(axis=1)]
    return whole
