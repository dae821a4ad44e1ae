"""The answer of a comparison, put together: every table, and the sentence that may be quoted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sim.doctrine import MeasureSpec
from sim.experiment.answers import (
    About,
    Comparison,
    Difference,
    Exceedance,
    Fan,
    HarmMap,
    PlannerLine,
    PlannerRow,
    Spread,
    Verdict,
)
from sim.experiment.results import Numbers, Results, first
from sim.experiment.statistics.best import best_of
from sim.experiment.statistics.conventions import ENOUGH_PAIRS, FIRST_LOOK, SPREAD_BINS
from sim.experiment.statistics.dominance import dominance
from sim.experiment.statistics.exceedance import exceedance
from sim.experiment.statistics.paired import difference, level
from sim.experiment.statistics.planner import planner_line, planner_rows
from sim.experiment.statistics.quantities import Kind, Quantity
from sim.experiment.statistics.questions import Question
from sim.experiment.statistics.sentence import sentence
from sim.experiment.statistics.stopping import Decision, stop
from sim.experiment.statistics.wording import listed

_CARRIED_BY_FEW = "A handful of histories carries this mean; look at how often it is exceeded instead."


def compare_answer(
    question: Question,
    results: Results,
    decisions: Sequence[Decision],
    fresh: Results | None,
    about: About,
    catalogue: Mapping[str, MeasureSpec],
    *,
    fans: tuple[Fan, ...] = (),
    harm: HarmMap | None = None,
) -> Comparison:
    """Everything that may be said of a comparison.

    Args:
        question: as it was asked.
        results: of all patterns; of one that was left out early the histories in which it was run.
        decisions: of every look, in their order.
        fresh: replications that did not choose, of the best pattern and of the next, if there were any.
        about: what was run.
        catalogue: the doctrine's measures by id.
    """
    rows, shown = planner_rows(results, question.reference, catalogue)
    others = tuple(_others(question, results, catalogue, shown))
    primary = [difference(question.primary, results, each, question.reference) for each in question.others]
    levels = {each: level(question.primary, results, each) for each in question.patterns}
    best = best_of(question, results, fresh)
    return Comparison(
        about=about,
        primary=question.primary.asked,
        n=results.n,
        stop=stop(question, decisions),
        sentence=sentence(question, about, levels, primary, best),
        rows=rows,
        others=others,
        best=best,
        dominance=dominance(shown, results, question.patterns),
        exceedance=tuple(_curves(question, results, catalogue)),
        spreads=tuple(_spreads(question, results)),
        fans=fans,
        harm=harm,
        warnings=tuple(_warnings(question, results, about, primary, rows, others)),
    )


def _others(
    question: Question, results: Results, catalogue: Mapping[str, MeasureSpec], shown: Sequence[Quantity]
) -> Iterator[PlannerLine]:
    """What was asked for first, whether it differs or not; then every further measure that differs anywhere."""
    asked = question.primary.spec
    first_of_all = [question.primary, question.stops_on, Quantity(Kind.MEAN, asked), Quantity(Kind.LOG, asked)]
    if asked.direction != "neither":
        first_of_all.insert(2, Quantity(Kind.BETTER, asked))
    done = list(shown)
    for quantity in first_of_all:
        if quantity not in done:
            done.append(quantity)
            yield _described(quantity, results, question.reference)
    for spec in catalogue.values():
        further = [Quantity(Kind.MEAN, spec)]
        if spec.may_not_happen:
            further.append(Quantity(Kind.NEVER, spec))
        for quantity in further:
            if quantity not in done and _differs(quantity, results, question):
                yield _described(quantity, results, question.reference)


def _described(quantity: Quantity, results: Results, reference: str) -> PlannerLine:
    line = planner_line(quantity, results, reference)
    few = any(each.verdict is not Verdict.IDENTICAL and each.n_eff < ENOUGH_PAIRS for each in line.differences)
    if not (quantity.carried_by_few and few):
        return line
    return planner_line(quantity, results, reference, _CARRIED_BY_FEW)


def _differs(quantity: Quantity, results: Results, question: Question) -> bool:
    def apart(pattern: str) -> bool:
        numbers = quantity.differences(results, pattern, question.reference)
        return bool((np.isfinite(numbers) & ~quantity.same(results, pattern, question.reference)).any())

    return any(apart(pattern) for pattern in question.others)


def _curves(question: Question, results: Results, catalogue: Mapping[str, MeasureSpec]) -> Iterator[Exceedance]:
    """Of the primary's measure, and of every other that is judged by thresholds."""
    specs = [question.primary.spec, *(each for each in catalogue.values() if each.thresholds)]
    for spec in dict.fromkeys(each.id for each in specs):
        found = exceedance(catalogue[spec], results, question.patterns, question.reference)
        if found is not None:
            yield found


def _spreads(question: Question, results: Results) -> Iterator[Spread]:
    """How far the two histories of a pair lie apart in the measure itself."""
    quantity = Quantity(Kind.MEAN, question.primary.spec)
    for pattern in question.others:
        part = first(results, min(results.made(pattern), results.made(question.reference)))
        apart = quantity.histories(part, pattern) - quantity.histories(part, question.reference)
        apart = apart[np.isfinite(apart)]
        unlike = apart[apart != 0]
        if unlike.size:
            edges = _edges(unlike, whole=quantity.spec.whole)
            counts = np.histogram(unlike, edges)[0]
            yield Spread(
                quantity=quantity.asked,
                pattern=pattern,
                edges=tuple(float(each) for each in edges),
                counts=tuple(int(each) for each in counts),
                identical=int(apart.size - unlike.size),
            )


def _edges(unlike: Numbers, *, whole: bool) -> Numbers:
    """Bins of one width, or of growing width to both sides of nought where a few pairs lie far out."""
    low, high = min(0.0, float(unlike.min())), max(0.0, float(unlike.max()))
    middle, far = float(np.median(np.abs(unlike))), float(np.abs(unlike).max())
    if far <= 20 * middle:
        width = (high - low) / SPREAD_BINS
        # Nought is an edge, so that each bin lies on one side.
        below, above = int(np.ceil(-low / width - 1e-9)), int(np.ceil(high / width - 1e-9))
        return np.asarray(np.arange(-below, above + 1) * width, dtype=np.float64)
    steps = max(2, SPREAD_BINS // 2)
    smallest = float(np.quantile(np.abs(unlike), 0.05))
    grown = np.geomspace(smallest, far * (1 + 1e-9), steps)
    if whole:
        grown = np.unique(np.ceil(grown))
    sides = [-grown[::-1]] if low < 0 else []
    return np.concatenate([*sides, [0.0], *([grown] if high > 0 else [])])


def _warnings(
    question: Question,
    results: Results,
    about: About,
    primary: Sequence[Difference],
    rows: Sequence[PlannerRow],
    others: Sequence[PlannerLine],
) -> Iterator[str]:
    if results.n < FIRST_LOOK:
        yield f"{results.n} histories are few: no verdict rests on fewer than {FIRST_LOOK}."
    for found in primary:
        if found.verdict is Verdict.UNESTIMATED:
            yield (
                f"{found.quantity.label}: {math.floor(found.n_eff)} pairs carry the difference of {found.pattern} from "
                f"{found.reference}, {ENOUGH_PAIRS} are needed. Its interval is not to be trusted."
            )
    yield from _same_histories(question, results)
    if about.failed_runs:
        often = ", ".join(f"{name}: {times}" for name, times in about.failures.items())
        yield (
            f"{about.failed_runs:,} of {about.runs:,} runs failed ({often}). Their pairs are left out, and failing may "
            "go along with violence: the bounds say what they could change."
        )
    early = [each for each in question.patterns if results.made(each) < results.n]
    if early:
        told = listed([f"{each} after {results.made(each):,}" for each in early])
        yield f"Surely worse and therefore run no further: {told} histories. Their rows rest on those."
    lines = [line for row in rows for line in row.lines] + list(others)
    unlike = [line.quantity.label for line in lines if _undefined_often(line)]
    if unlike:
        yield f"Not measured in most histories, since there was nothing to measure: {listed(unlike)}."


def _same_histories(question: Question, results: Results) -> Iterator[str]:
    for pattern in question.others:
        n = min(results.made(pattern), results.made(question.reference))
        same = int(results.same_history(pattern, question.reference).sum())
        if n and same == n:
            yield (
                f"{pattern} and {question.reference} gave the same history, event for event, in all {n:,}: "
                "what sets them apart changes nothing here."
            )


def _undefined_often(line: PlannerLine) -> bool:
    return bool(line.differences) and any(each.undefined > each.n for each in line.levels)
