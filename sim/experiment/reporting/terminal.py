"""An answer in the terminal: the sentence that may be quoted, then what it stands on."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sim.experiment.answers import (
    Answer,
    Asked,
    Assumptions,
    Comparison,
    Difference,
    Interval,
    Level,
    PlannerLine,
    Sweep,
    Tornado,
    Verdict,
)
from sim.experiment.reporting import standing, wording
from sim.printing import table

WIDTH: Final = 100
NARROWEST: Final = 80

_SHORT: Final = {
    Verdict.NO_MATERIAL_DIFFERENCE: "no matter",
    Verdict.UNESTIMATED: "too few",
}
"""Verdicts that would not fit a column."""
_HEAD: Final = ("pattern", "value", "difference (95 %)", "verdict", "n_eff", "same", "VR", "n", "fail")
_RIGHT: Final = frozenset({1, 4, 5, 6, 7, 8})
_NARROW: Final = 7
"""Columns that a narrow terminal shows; pairs and failed pairs then stand beside the quantity."""
_LEGEND: Final = (
    "difference: pattern minus reference, in pairs of histories with the same luck. n: pairs; n_eff: pairs that carry "
    "the variance, below 30 not to be trusted; fail: failed pairs; same: identical, of 100; VR: variance reduction. "
    "no matter: smaller than what is worth acting on. too few: a handful of histories carries it, so it cannot be "
    "estimated."
)
_MOST_BARS: Final = 10


def lines(answer: Answer, width: int = WIDTH) -> list[str]:
    """What is printed of an answer.

    Args:
        width: columns of the terminal; 80 at least are used, 100 at most.
    """
    width = max(NARROWEST, min(WIDTH, width))
    return [line.replace(wording.MINUS, "-").replace(wording.NOTHING, "-") for line in _lines(answer, width)]


def _lines(answer: Answer, width: int) -> Iterator[str]:
    yield from textwrap.wrap(wording.clean(answer.sentence), width)
    yield ""
    if isinstance(answer, Comparison):
        yield from _comparison(answer, width)
    elif isinstance(answer, Assumptions):
        yield from _assumptions(answer, width)
    else:
        yield from _sweep(answer, width)
    for warning in answer.warnings:
        yield from _wrapped(f"Beware: {wording.clean(warning)}", width)
    yield from _wrapped(
        "What it says holds in this model: no forecast, and no ground for an operational decision.", width
    )


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent="  ")


# A comparison


def _comparison(answer: Comparison, width: int) -> Iterator[str]:
    about, named = answer.about, standing.titles(answer.about)
    yield from _wrapped(
        f"{wording.clean(about.title)}, {wording.number(about.days)} days, {answer.n:,} histories of each:", width
    )
    for pattern in about.patterns:
        reference = " (reference)" if pattern.id == about.reference else ""
        yield wording.short(f"  {wording.clean(pattern.id)}: {named[pattern.id]}{reference}", width)
    yield ""
    yield from _planner(
        [line for row in answer.rows for line in row.lines], _row_titles(answer), about.reference, width
    )
    yield ""
    yield from _wrapped(_LEGEND, width)
    yield ""
    yield from _best(answer, width)
    yield from _dominance(answer, width)
    yield from _wrapped(f"Stopped: {wording.clean(answer.stop.reason)}", width)
    if answer.openings:
        yield ""
        yield "Worth opening:"
    for one in answer.openings:
        yield from _wrapped(f"- {wording.clean(one.said)}", width)
        # A command is copied, so it is never broken.
        yield f"  {wording.clean(one.command)}"
    yield ""


def _row_titles(answer: Comparison) -> dict[int, str]:
    """By the first of its lines, the title of each row."""
    titles, at = {}, 0
    for place, row in enumerate(answer.rows, 1):
        titles[at] = f"{place}. {wording.clean(row.title)}"
        at += len(row.lines)
    return titles


def _planner(shown: Sequence[PlannerLine], rows: Mapping[int, str], reference: str, width: int) -> Iterator[str]:
    """One table of all lines, with the title of each row and quantity between."""
    cells, headings = [], []
    for at, line in enumerate(shown):
        heading = [rows[at]] if at in rows else []
        label, about = wording.clean(line.quantity.label), wording.about_quantity(line.quantity)
        told = f"{label} ({about}){_pairs(line.differences, width)}"
        heading += textwrap.wrap(told, width - 2, initial_indent="  ", subsequent_indent="    ")
        cells += _rows(line, reference, width)
        headings += [heading, *[[]] * (len(line.levels) - 1)] if line.levels else []
    yield from _headed(cells, headings, "    " if width == WIDTH else "  ", width)


def _headed(
    cells: Sequence[Sequence[str]], headings: Sequence[Sequence[str]], indent: str, width: int
) -> Iterator[str]:
    """A table with lines between its rows: before each row those that head it."""
    columns = len(_HEAD) if width == WIDTH else _NARROW
    head, rule, *body = table(_HEAD[:columns], [row[:columns] for row in cells], _RIGHT)
    yield f"{indent}{head}"
    yield f"{indent}{rule}"
    for heading, row in zip(headings, body, strict=True):
        yield from heading
        yield f"{indent}{row}"


def _pairs(differences: Sequence[Difference], width: int) -> str:
    if width == WIDTH or not differences:
        return ""
    failed = wording.span(one.failed_pairs for one in differences)
    return f"; n {wording.span(one.n for one in differences)}, fail {failed}"


def _rows(line: PlannerLine, reference: str, width: int) -> list[list[str]]:
    found = {one.pattern: one for one in line.differences}
    return [_cells(level, found.get(level.pattern), line.quantity, reference, width) for level in line.levels]


def _cells(level: Level, one: Difference | None, quantity: Asked, reference: str, width: int) -> list[str]:
    name = wording.short(wording.clean(level.pattern), 10 if width < WIDTH else 18)
    value = wording.level(level, quantity)
    if one is None:
        told = "reference" if level.pattern == reference else ""
        return [name, value, told, "", "", "", "", wording.count(level.n), ""]
    n, n_eff, failed, same, reduction = standing.counts(one)
    verdict = _SHORT.get(one.verdict, str(one.verdict))
    return [name, value, _change(one), verdict, n_eff, same, reduction, n, failed]


def _change(one: Difference) -> str:
    if one.verdict is Verdict.IDENTICAL:
        return "none" if one.excluded_share is None else f"none; < {_hundredths(one.excluded_share)} of 100"
    return wording.with_ends(one.interval, one.quantity, signed=True)


def _hundredths(share: float) -> str:
    return wording.number(100 * share, wording.decimals(100 * share))


def _best(answer: Comparison, width: int) -> Iterator[str]:
    best, named = answer.best, standing.titles(answer.about)
    yield from _wrapped(f"Best by {wording.clean(answer.primary.label)} ({wording.unit(answer.primary)}):", width)
    cells = [
        [
            wording.short(named[one.id], 24 if width < WIDTH else 44),
            "yes" if one.id in best.set else "no",
            wording.of_hundred(best.mean_is_best.get(one.id, 0.0), 1.0),
            wording.of_hundred(best.best_in.get(one.id, 0.0), 100.0),
            standing.at_most(answer, one.id),
        ]
        for one in answer.about.patterns
    ]
    head = ("pattern", "in the set", "mean is best", "best in", "others by at most")
    yield from (f"  {row}" for row in table(head, cells, frozenset({2, 3, 4})))
    yield from _wrapped(
        "in the set: cannot be told apart as the best. mean is best: confidence, of 100. best in: of 100 histories. "
        "others by at most: so much better another of the set may be. "
        + standing.stands_on(standing.primary_differences(answer)),
        width,
    )
    if best.fresh is not None:
        one = best.fresh
        yield from _wrapped(
            f"On fresh histories, {named.get(one.pattern, one.pattern)} against "
            f"{named.get(one.reference, one.reference)}: {_change(one)} {wording.unit(one.quantity)}, {one.verdict}. "
            f"{standing.stands_on([one])}",
            width,
        )
    yield ""


def _dominance(answer: Comparison, width: int) -> Iterator[str]:
    """What dominates and what may; of the rest, which is most of it, only how much there is."""
    named = standing.titles(answer.about)
    plain = 0
    for one in answer.dominance:
        pattern, over = named.get(one.pattern, one.pattern), named.get(one.over, one.over)
        if one.verdict == "does not dominate":
            plain += 1
            continue
        said = f"{pattern} dominates {over}"
        said = said if one.verdict == "dominates" else f"Whether {said} is undecided"
        yield from _wrapped(f"{said}: {wording.clean(one.because)}", width)
    if plain:
        which = "None of the patterns dominates another" if plain == len(answer.dominance) else "No other one dominates"
        yield from _wrapped(f"{which}: each is worse on some row. The report says where.", width)
    if answer.dominance:
        yield ""


# Assumptions and sweeps


def _assumptions(answer: Assumptions, width: int) -> Iterator[str]:
    named = standing.titles(answer.about)
    yield from _wrapped(
        f"Of 100 sets of assumptions ({answer.draws:,} sets x {answer.pairs:,} pairs tried, luck taken off; "
        f"{wording.times_word(answer.about.failed_runs, 'failed runs')} of {answer.about.runs:,}):",
        width,
    )
    cells = [
        [
            wording.short(named.get(one.pattern, one.pattern), 16 if width < WIDTH else 36),
            *(_of_sets(share) for share in (one.better, one.immaterial, one.worse)),
            *(wording.number(wording.scaled(one.quantity, regret)) for regret in (one.regret, one.reference_regret)),
        ]
        for one in answer.shares
    ]
    head = ("pattern", "better", "no matter", "worse", "regret", "reference")
    yield from (f"  {row}" for row in table(head, cells, frozenset({4, 5})))
    yield from _wrapped(
        f"no matter: smaller than what is worth acting on. regret, {wording.unit(answer.primary)}: in nine sets of ten "
        "the pattern falls short of the better one by at most so much; reference: so does keeping the reference.",
        width,
    )
    yield ""
    for found in answer.tornados:
        yield from _tornado(found, named, width)
        yield ""


def _of_sets(share: Interval) -> str:
    value, low, high = (wording.number(100 * end, 0) for end in (share.value, share.low, share.high))
    return f"{value} ({low} to {high})"


def _tornado(found: Tornado, named: Mapping[str, str], width: int) -> Iterator[str]:
    title = f"{named.get(found.pattern, found.pattern)} minus {named.get(found.reference, found.reference)}"
    chance = wording.number(wording.scaled(found.quantity, found.chance))
    yield from _wrapped(
        f"What moves the difference {title} ({wording.unit(found.quantity)}; {found.screened:,} assumptions tried; "
        f"chance alone: {chance}):",
        width,
    )
    cells = [
        [
            wording.short(wording.clean(f"{bar.mechanism}: {bar.label}"), width - 54),
            wording.short(f"{wording.number(bar.low)} to {wording.number(bar.high)}", 16),
            wording.with_ends(bar.change, found.quantity, signed=True),
        ]
        for bar in found.bars[:_MOST_BARS]
    ]
    if cells:
        yield from (f"  {row}" for row in table(("assumption", "range", "change, low to high end"), cells))
    if found.reversal:
        yield from _wrapped(wording.clean(found.reversal), width)


def _sweep(answer: Sweep, width: int) -> Iterator[str]:
    yield from _wrapped(f"{wording.clean(answer.primary.label)} ({wording.about_quantity(answer.primary)})", width)
    cells, headings = [], []
    for point in answer.points:
        varied = ", ".join(f"{wording.clean(name)} = {wording.clean(value)}" for name, value in point.values.items())
        told = f"{varied or 'as shipped'}{_pairs(point.differences, width)}"
        cells += _rows(PlannerLine(answer.primary, point.levels, point.differences, {}), answer.about.reference, width)
        headings += [_wrapped(told, width), *[[]] * (len(point.levels) - 1)] if point.levels else []
    yield from _headed(cells, headings, "  ", width)
    yield ""
    yield from _wrapped(_LEGEND, width)
    yield ""
