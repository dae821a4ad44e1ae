"""Curves: how often more than so many, how far pairs differ, and how a measure goes over time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from sim.experiment.answers import Asked, Comparison, Difference, Exceedance, Fan, Spread
from sim.experiment.reporting import drawing, standing, wording
from sim.experiment.reporting.drawing import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDE_RANGE: Final = 50
"""A largest over smallest threshold from which on a logarithmic axis is read more easily."""
_LONG: Final = 5 * 24.0
"""Hours from which on time is told in days."""
_SIDE_BY_SIDE: Final = 2
_STRETCHES: Final = 2
"""Stretches of thresholds that are told one by one."""
_MANY: Final = 15
"""Thresholds from which on the axis has round numbers of its own."""
_MARKS: Final = 12
"""Marks along a curve at most; they tell curves apart."""


def _as_printed(values: Sequence[float], quantity: Asked) -> tuple[float, ...]:
    return tuple(wording.scaled(quantity, one) for one in values)


# Exceedance


def exceedance(comparison: Comparison, found: Exceedance, name: str) -> Picture:
    """Curves of how often more than so many, and under each other the paired differences with their band."""
    found = replace(
        found,
        thresholds=_as_printed(found.thresholds, found.quantity),
        crossings={pattern: _as_printed(own, found.quantity) for pattern, own in found.crossings.items()},
    )
    about, named = comparison.about, standing.titles(comparison.about)
    chosen = [one for one in drawing.shown(about, comparison.best.set) if one in found.curves]
    others = [one for one in chosen if one in found.differences]
    label = wording.clean(found.quantity.label)
    rows = -(-len(others) // _SIDE_BY_SIDE)
    return Picture(
        name,
        f"How often more than so many: {label}",
        " ".join(_apart(found, one, named) for one in others),
        "Above: in how many of 100 histories the number on the lower axis was exceeded; the lower a curve, the "
        f"rarer. Below: each pattern minus {named[about.reference]}, with one band that holds for the whole curve at "
        f"once (95 %). Where the band leaves the zero line, the two differ. {comparison.n:,} pairs, "
        f"{wording.IN_THIS_MODEL}.{drawing.left_out(about, chosen)}",
        f"Falling curves for {wording.listed([named[one] for one in chosen])} over {len(found.thresholds)} "
        f"thresholds from {wording.number(found.thresholds[0])} to {wording.number(found.thresholds[-1])} "
        f"{wording.unit(found.quantity)}{_spoken(found, chosen, named)}",
        (drawing.WIDTH, 3.3 + 1.75 * rows),
        lambda figure: _draw_exceedance(figure, comparison, found, chosen, others),
    )


def _spoken(found: Exceedance, chosen: Sequence[str], named: Mapping[str, str]) -> str:
    middle = len(found.thresholds) // 2
    told = [f"{named[one]} {wording.number(100 * found.curves[one][middle], 0)}" for one in chosen]
    return f". More than {wording.number(found.thresholds[middle])} in so many of 100 histories: {', '.join(told)}."


def _apart(found: Exceedance, pattern: str, named: Mapping[str, str]) -> str:
    """In words, where the band leaves zero and where curves cross."""
    sides = [
        -1 if high < 0 else 1 if low > 0 else 0
        for low, high in zip(found.low[pattern], found.high[pattern], strict=True)
    ]
    told = []
    for side, word in ((-1, "fewer"), (1, "more")):
        stretches = [list(run) for own, run in groupby(range(len(sides)), key=sides.__getitem__) if own == side]
        ends = [_between(found, run[0], run[-1]) for run in stretches]
        if len(ends) > _STRETCHES:
            whole = _between(found, stretches[0][0], stretches[-1][-1])
            told.append(f"{word} histories above many numbers {whole}")
        elif ends:
            every = "every number " if ends[0].startswith("from") else ""
            told.append(f"{word} histories above {every}{wording.listed(ends)}")
    crossings = [wording.number(one, 0 if abs(one) >= 10 else 1) for one in found.crossings.get(pattern, ())]
    crossed = f" The curves cross at {wording.listed(crossings)}." if crossings else ""
    if not told:
        return f"{named[pattern]}: the band nowhere excludes that there is no difference.{crossed}"
    return f"{named[pattern]}: {wording.listed(told)}; elsewhere no difference is not excluded.{crossed}"


def _between(found: Exceedance, first: int, last: int) -> str:
    low, high = (wording.number(found.thresholds[at]) for at in (first, last))
    return low if low == high else f"from {low} to {high}"


def _draw_exceedance(
    figure: Figure, comparison: Comparison, found: Exceedance, chosen: Sequence[str], others: Sequence[str]
) -> None:
    named, looks = standing.titles(comparison.about), drawing.looks(comparison.about)
    columns = min(_SIDE_BY_SIDE, max(1, len(others)))
    rows = -(-len(others) // columns) if others else 0
    grid = figure.add_gridspec(1 + rows, columns, height_ratios=[2.1, *[1.25] * rows])
    top = figure.add_subplot(grid[0, :])
    for one in chosen:
        look = looks[one]
        top.plot(
            found.thresholds,
            [100 * share for share in found.curves[one]],
            color=look.colour,
            linestyle=look.line,
            marker=look.mark,
            markersize=4,
            markevery=_every(found),
            linewidth=1.7,
            label=drawing.wrapped(named[one], 34, 1),
        )
    top.set_ylabel("of 100 histories")
    top.set_ylim(bottom=0)
    top.set_title(f"Histories with more than so many {wording.short(wording.unit(found.quantity), 40)}")
    top.legend(loc="upper right")
    _thresholds(top, found, most=11)
    panels: list[Axes] = []
    for at, one in enumerate(others):
        panel = figure.add_subplot(grid[1 + at // columns, at % columns], sharey=panels[0] if panels else None)
        _difference(panel, found, one, looks[one])
        panel.set_title(drawing.wrapped(f"{named[one]} minus {named[comparison.about.reference]}", 44, 2), fontsize=8.5)
        if at % columns == 0:
            panel.set_ylabel("of 100")
        panels.append(panel)
    if panels:
        figure.supxlabel(wording.short(f"{wording.clean(found.quantity.label)}: more than", 80), fontsize=9)


def _every(found: Exceedance) -> int:
    return -(-len(found.thresholds) // _MARKS)


def _difference(panel: Axes, found: Exceedance, pattern: str, look: drawing.Look) -> None:
    low, middle, high = (
        [100 * share for share in curve[pattern]] for curve in (found.low, found.differences, found.high)
    )
    panel.fill_between(found.thresholds, low, high, color=look.colour, alpha=0.22, linewidth=0)
    panel.plot(found.thresholds, low, color=look.colour, linewidth=0.7)
    panel.plot(found.thresholds, high, color=look.colour, linewidth=0.7)
    panel.plot(
        found.thresholds, middle, color=look.colour, linestyle=look.line, marker=look.mark, markersize=3,
        markevery=_every(found), linewidth=1.4,
    )  # fmt: skip
    panel.axhline(0, color=drawing.INK, linewidth=1)
    drawing.number_axis(panel.yaxis)
    _thresholds(panel, found, most=7)


def _thresholds(axes: Axes, found: Exceedance, most: int) -> None:
    """The x axis: the thresholds themselves where they are few, logarithmic where they span much, zero kept."""
    positive = [one for one in found.thresholds if one > 0]
    wide = bool(positive) and max(positive) / min(positive) > _WIDE_RANGE
    if wide:
        axes.set_xscale("symlog", linthresh=min(positive), linscale=0.5)
    axes.set_xlim(found.thresholds[0], found.thresholds[-1])
    axes.grid(True)
    if len(found.thresholds) > _MANY and not wide:
        drawing.number_axis(axes.xaxis)
        return
    ticks = _round_numbers(positive) if len(found.thresholds) > _MANY else list(found.thresholds)
    ticks = drawing.spaced(axes, ticks, most)
    axes.set_xticks(ticks, [wording.number(tick) for tick in ticks])
    axes.set_xticks([], minor=True)


def _round_numbers(positive: Sequence[float]) -> list[float]:
    """Zero and 1, 2, 5 times each power of ten within thresholds."""
    low, high = min(positive), max(positive)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = [step * 10.0**power for power in powers for step in (1, 2, 5)]
    return [0.0, *(one for one in steps if low <= one <= high)]


# Paired differences


def spread(comparison: Comparison, found: Spread, name: str) -> Picture:
    """How far the two histories of a pair differ, the pairs without any difference said apart."""
    found = replace(found, edges=_as_printed(found.edges, found.quantity))
    about, named = comparison.about, standing.titles(comparison.about)
    label, total = wording.clean(found.quantity.label), sum(found.counts) + found.identical
    pattern, reference = named.get(found.pattern, found.pattern), named[about.reference]
    known = _difference_of(comparison, found)
    side = f" {pattern} {_in_histories(known)}." if known else ""
    return Picture(
        name,
        f"Pair by pair: {label}, {pattern} minus {reference}",
        f"In {wording.of_hundred(found.identical, total)} of 100 pairs the two histories are the same in this.{side}",
        "Each pair is one piece of luck, lived through under both patterns. Bars count the pairs that differ, by "
        f"how much; pairs without a difference are not drawn. {_sides(found)} {total:,} pairs, {found.identical:,} "
        f"of them identical, {wording.IN_THIS_MODEL}.",
        f"A histogram of {sum(found.counts):,} pairs that differ{_highest(found)}. "
        f"{found.identical:,} further pairs do not differ.",
        (drawing.WIDTH, 3.0),
        lambda figure: _draw_spread(figure, found, total),
    )


def _sides(found: Spread) -> str:
    if found.quantity.direction not in ("lower", "higher"):
        return "Neither side is better."
    better, worse = ("Left", "right") if found.quantity.direction == "lower" else ("Right", "left")
    return f"{better} of zero (plain) the pattern did better, {worse} of it (hatched) worse; grey: both."


def _difference_of(comparison: Comparison, found: Spread) -> Difference | None:
    lines = [line for row in comparison.rows for line in row.lines] + list(comparison.others)
    for line in lines:
        if line.quantity.id == found.quantity.id:
            for one in line.differences:
                if one.pattern == found.pattern:
                    return one
    return None


def _in_histories(one: Difference) -> str:
    better, worse, _ = (wording.of_hundred(count, sum(one.histories)) for count in one.histories)
    return f"did better in {better} of 100 and worse in {worse}"


def _highest(found: Spread) -> str:
    if not any(found.counts):
        return ""
    at = max(range(len(found.counts)), key=found.counts.__getitem__)
    low, high, *ends = map(wording.number, (found.edges[at], found.edges[at + 1], found.edges[0], found.edges[-1]))
    return f", from {ends[0]} to {ends[1]} {wording.unit(found.quantity)}, most of them from {low} to {high}"


def _draw_spread(figure: Figure, found: Spread, total: int) -> None:
    axes = figure.add_subplot()
    widths = [high - low for low, high in zip(found.edges, found.edges[1:], strict=False)]
    even = bool(widths) and max(widths) - min(widths) <= 1e-6 * max(widths)
    left = list(found.edges[:-1]) if even else [float(at) for at in range(len(widths))]
    wide = widths if even else [1.0] * len(widths)
    for at, many in enumerate(found.counts):
        face, hatch = _side(found, found.edges[at], found.edges[at + 1])
        axes.bar(
            left[at],
            many,
            wide[at],
            align="edge",
            color=face,
            hatch=hatch,
            edgecolor="white" if not hatch else drawing.INK,
            linewidth=0.5,
        )
    if even:
        axes.axvline(0, color=drawing.INK, linewidth=1.2)
        drawing.number_axis(axes.xaxis)
    elif found.edges:
        step = -(-len(found.edges) // 12)
        ticks = list(range(0, len(found.edges), step))
        axes.set_xticks([float(tick) for tick in ticks], [wording.number(found.edges[tick]) for tick in ticks])
    drawing.number_axis(axes.yaxis)
    axes.grid(True, axis="y")
    axes.set_ylabel("pairs")
    axes.set_xlabel(wording.short(f"difference in a pair, {wording.unit(found.quantity)}", 90))
    told = f"{wording.of_hundred(found.identical, total)} of 100 pairs are identical and not drawn"
    axes.set_title(told, loc="right", fontweight="normal")


def _side(found: Spread, low: float, high: float) -> tuple[str, str | None]:
    """Colour and hatch of a bar by the side of zero that it lies on."""
    if found.quantity.direction not in ("lower", "higher") or low < 0 < high:
        return drawing.EVEN, None
    better = high <= 0 if found.quantity.direction == "lower" else low >= 0
    return (drawing.BETTER, None) if better else ("#f3b58a", "////")


# Over time


def fan(comparison: Comparison, found: Fan, name: str) -> Picture:
    """A measure over time: the middle history and how far the others lie from it, a panel a pattern."""
    printed = {
        pattern: tuple(_as_printed(line, found.quantity) for line in lines)
        for pattern, lines in found.quantiles.items()
    }
    found = replace(found, quantiles=printed)
    about, named = comparison.about, standing.titles(comparison.about)
    chosen = [one for one in drawing.shown(about, comparison.best.set) if one in found.quantiles]
    middle = min(range(len(found.shares)), key=lambda at: abs(found.shares[at] - 0.5))
    ends = [f"{named[one]} {wording.number(found.quantiles[one][middle][-1])}" for one in chosen]
    label, low, high = wording.clean(found.quantity.label), found.shares[0], found.shares[-1]
    return Picture(
        name,
        f"Over time: {label}",
        f"At the end half of the histories lie above: {', '.join(ends)} {wording.unit(found.quantity)}.",
        f"Line: the middle history at each moment. Shaded: from the {_quantile(low)} to the {_quantile(high)} of 100 "
        "histories, darker towards the middle. Dashed grey: the middle of the reference. No single history need "
        f"follow the line. {comparison.n:,} histories a pattern, "
        f"{wording.IN_THIS_MODEL}.{drawing.left_out(about, chosen)}",
        f"A panel for each of {wording.listed([named[one] for one in chosen])}, each a shaded band that widens with "
        f"time about a line. At the end the lines stand at: {', '.join(ends)}.",
        (drawing.WIDTH, 0.5 + 2.3 * -(-len(chosen) // 3)),
        lambda figure: _draw_fan(figure, comparison, found, chosen, middle),
    )


def _quantile(share: float) -> str:
    return f"{wording.number(100 * share, 1) if 100 * share % 1 else wording.number(100 * share, 0)}th"


def _draw_fan(figure: Figure, comparison: Comparison, found: Fan, chosen: Sequence[str], middle: int) -> None:
    named, looks, reference = (
        standing.titles(comparison.about),
        drawing.looks(comparison.about),
        comparison.about.reference,
    )
    columns = min(3, len(chosen)) or 1
    rows = -(-len(chosen) // columns) or 1
    long = bool(found.hours) and found.hours[-1] >= _LONG
    time = [hour / 24 if long else hour for hour in found.hours]
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for at, panel in enumerate(panels.flat):
        if at >= len(chosen):
            panel.set_axis_off()
            continue
        one = chosen[at]
        look, lines = looks[one], found.quantiles[one]
        for edge in range(len(lines) // 2):
            panel.fill_between(time, lines[edge], lines[-1 - edge], color=look.colour, alpha=0.2, linewidth=0)
        if one != reference and reference in found.quantiles:
            panel.plot(time, found.quantiles[reference][middle], color="#777777", linestyle=(0, (4, 2)), linewidth=1.2)
        panel.plot(time, lines[middle], color=look.colour, linewidth=1.8)
        panel.set_title(drawing.wrapped(named[one], 30, 2))
        panel.grid(True)
        panel.set_xlim(0, time[-1] if time else 1)
        drawing.number_axis(panel.yaxis)
        drawing.number_axis(panel.xaxis)
    figure.supxlabel("days" if long else "hours", fontsize=9)
    figure.supylabel(wording.short(wording.unit(found.quantity), 40), fontsize=9)
