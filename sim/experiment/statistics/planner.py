"""The planner's page filled in: each row's quantities, pattern by pattern, with what each choice gives up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sim.doctrine import MeasureSpec
from sim.doctrine.planner_page import PageLine, planner_page
from sim.experiment.answers import PlannerLine, PlannerRow
from sim.experiment.results import Results, first
from sim.experiment.statistics.grammar import parse
from sim.experiment.statistics.paired import difference, level
from sim.experiment.statistics.quantities import Kind, Quantity


def planner_rows(
    results: Results, reference: str, catalogue: Mapping[str, MeasureSpec]
) -> tuple[tuple[PlannerRow, ...], tuple[Quantity, ...]]:
    """The page, and the quantities of its lines.

    Raises:
        BadQuestion: for a line of the page that the catalogue has no measure for.
    """
    asked = [(row, list(_asked(row.lines, catalogue))) for row in planner_page()]
    rows = tuple(
        PlannerRow(
            row.id, row.title, tuple(planner_line(quantity, results, reference, note) for quantity, note in lines)
        )
        for row, lines in asked
    )
    return rows, tuple(quantity for _, lines in asked for quantity, _ in lines)


def planner_line(quantity: Quantity, results: Results, reference: str, note: str = "") -> PlannerLine:
    """One quantity in every pattern, and against the reference."""
    others = [each for each in results.patterns if each != reference and quantity.has_differences]
    return PlannerLine(
        quantity=quantity.asked,
        levels=tuple(level(quantity, results, each) for each in results.patterns),
        differences=tuple(difference(quantity, results, each, reference) for each in others),
        regret=regret(quantity, results, results.patterns),
        note=note,
    )


def regret(quantity: Quantity, results: Results, patterns: Sequence[str]) -> dict[str, float]:
    """By how much each pattern falls short of the best one, in the quantity's unit, over the histories that all have.

    Empty where neither direction is better, or where one pattern alone does not have the quantity.
    """
    if quantity.sign == 0 or not (quantity.has_levels and quantity.has_differences):
        return {}
    part = first(results, min(results.made(each) for each in patterns))
    values = np.column_stack([quantity.sign * quantity.values(part, each) for each in patterns])
    complete = values[np.isfinite(values).all(axis=1)]
    if not len(complete):
        return {}
    means = complete.mean(axis=0)
    return {each: float(means.max() - mean) for each, mean in zip(patterns, means, strict=True)}


def _asked(lines: Sequence[PageLine], catalogue: Mapping[str, MeasureSpec]) -> Iterator[tuple[Quantity, str]]:
    for line in lines:
        measure = line.quantity.removeprefix(f"{Kind.EXCEEDANCE}(").removesuffix(")")
        if line.quantity == f"{Kind.EXCEEDANCE}({measure})" and measure in catalogue:
            for threshold in catalogue[measure].thresholds:
                yield Quantity(Kind.EXCEEDANCE, catalogue[measure], threshold), line.note
        else:
            yield parse(line.quantity, catalogue, levels=True), line.note
