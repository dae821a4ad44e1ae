"""On how many pairs a table stands and how far they carry: said under every table, wherever it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.experiment.answers import About, Comparison, Difference, Verdict
from sim.experiment.reporting import wording


def titles(about: About) -> Mapping[str, str]:
    """Patterns as readers know them: by title, by id too where two titles are the same."""
    named = {pattern.id: wording.clean(pattern.title) or wording.clean(pattern.id) for pattern in about.patterns}
    known = list(named.values())
    return {id_: f"{title} ({wording.clean(id_)})" if known.count(title) > 1 else title for id_, title in named.items()}


def primary_differences(comparison: Comparison) -> list[Difference]:
    """The differences in the quantity that was declared before running."""
    lines = [line for row in comparison.rows for line in row.lines] + list(comparison.others)
    return next((list(line.differences) for line in lines if line.quantity.id == comparison.primary.id), [])


def stands_on(differences: Sequence[Difference]) -> str:
    """On how many pairs a table stands and how far they carry, over all its lines."""
    if not differences:
        return "No pattern stands beside the reference."
    return (
        f"n {wording.span(one.n for one in differences)} pairs; effective pairs (n_eff) "
        f"{wording.span(one.n_eff for one in differences)}; failed pairs "
        f"{wording.span(one.failed_pairs for one in differences)}; identical in "
        f"{_identical(differences)} of 100 histories; variance reduction {_reductions(differences)}."
    )


def _identical(differences: Sequence[Difference]) -> str:
    ordered = sorted(differences, key=lambda one: one.identical / one.n if one.n else 0.0)
    low, high = (wording.of_hundred(one.identical, one.n) for one in (ordered[0], ordered[-1]))
    return low if low == high else f"{low} to {high}"


def _reductions(differences: Sequence[Difference]) -> str:
    known = sorted(one.variance_reduction for one in differences if one.variance_reduction is not None)
    if not known:
        return "not measured"
    low, high = wording.factor(known[0]), wording.factor(known[-1])
    return low if low == high else f"{low} to {high}"


def counts(one: Difference) -> list[str]:
    """The five numbers of a line: pairs, effective pairs, failed pairs, identical of 100, variance reduction."""
    return [
        wording.count(one.n),
        wording.count(one.n_eff),
        wording.count(one.failed_pairs),
        wording.of_hundred(one.identical, one.n),
        wording.factor(one.variance_reduction),
    ]


def trusted(one: Difference) -> bool:
    """Whether enough pairs carry an interval; where no pair differs there is none to carry."""
    return one.n_eff >= wording.TRUSTED_FROM or one.verdict is Verdict.IDENTICAL


def at_most(comparison: Comparison, pattern: str) -> str:
    """By how much another of those that cannot be told apart may be better than a pattern."""
    bounds = comparison.best.bounds
    if pattern not in bounds:
        return wording.NOTHING
    return wording.number(
        wording.scaled(comparison.primary, bounds[pattern]), 1 if wording.is_frequency(comparison.primary) else None
    )
