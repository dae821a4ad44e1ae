"""Bars and intervals: rows in one unit, and assumptions by their weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sim.experiment.answers import Assumptions, Comparison, Difference, PlannerLine, Tornado, TornadoBar, Verdict
from sim.experiment.reporting import drawing, standing, wording
from sim.experiment.reporting.drawing import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SHORTEST: Final = 3.0
"""Worthwhile differences that the axis of the rows shows to each side at least."""
_LONGEST: Final = 8.0
"""And at most; what lies further out is an arrow."""
_MOST_BARS: Final = 20


# The planner's rows in units of what is worth acting on


def intervals(comparison: Comparison, name: str) -> Picture | None:
    """Every row that has a better side, in units of the smallest difference worth acting on."""
    lines = [line for row in comparison.rows for line in row.lines if _has_side(line)]
    about, named = comparison.about, standing.titles(comparison.about)
    chosen = [one for one in drawing.shown(about, comparison.best.set) if one != about.reference]
    if not lines or not chosen:
        return None
    verdicts = [one.verdict for line in lines for one in line.differences if one.pattern in chosen]
    told = [_tally(lines, pattern, named) for pattern in chosen]
    reference = named[about.reference]
    return Picture(
        name,
        f"All rows at once, against {reference}",
        f"{'; '.join(told)}.",
        "Each difference divided by the smallest one worth acting on, turned so that right is better. Within the "
        "grey strip nothing is worth acting on. Hollow and dotted: carried by too few histories to be trusted. "
        "Arrows: further out than drawn. Rows where neither side is better are left out. "
        f"{standing.stands_on(_all(lines, chosen))} "
        f"{wording.IN_THIS_MODEL.capitalize()}.{drawing.left_out(about, [about.reference, *chosen])}",
        f"{len(lines)} rows of points with bars for {wording.listed([named[one] for one in chosen])}; of "
        f"{len(verdicts)} differences {verdicts.count(Verdict.BETTER)} are better, {verdicts.count(Verdict.WORSE)} "
        f"worse than {reference}.",
        (drawing.WIDTH, 1.1 + (0.2 + 0.09 * len(chosen)) * len(lines)),
        lambda figure: _draw_intervals(figure, comparison, lines, chosen),
    )


def _has_side(line: PlannerLine) -> bool:
    return bool(line.differences and line.quantity.worthwhile) and line.quantity.direction in ("lower", "higher")


def _all(lines: Sequence[PlannerLine], chosen: Sequence[str]) -> list[Difference]:
    return [one for line in lines for one in line.differences if one.pattern in chosen]


def _tally(lines: Sequence[PlannerLine], pattern: str, named: Mapping[str, str]) -> str:
    own = [one.verdict for one in _all(lines, [pattern])]
    better, worse = own.count(Verdict.BETTER), own.count(Verdict.WORSE)
    return f"{named[pattern]} is better on {better} and worse on {worse} of {len(own)} lines"


def _draw_intervals(
    figure: Figure, comparison: Comparison, lines: Sequence[PlannerLine], chosen: Sequence[str]
) -> None:
    named, looks = standing.titles(comparison.about), drawing.looks(comparison.about)
    axes = figure.add_subplot()
    limit = _limit(lines, chosen)
    axes.axvspan(-1, 1, color=drawing.GROUND, linewidth=0, zorder=0)
    axes.axvline(0, color=drawing.INK, linewidth=1, zorder=1)
    step = 0.7 / len(chosen)
    for row, line in enumerate(lines):
        if row % 2:
            axes.axhspan(row - 0.5, row + 0.5, color="#000000", alpha=0.025, linewidth=0, zorder=0)
        for at, pattern in enumerate(chosen):
            for one in (one for one in line.differences if one.pattern == pattern):
                _interval(axes, one, row + (at - (len(chosen) - 1) / 2) * step, looks[pattern], limit)
    for pattern in chosen:
        axes.plot(
            [],
            [],
            color=looks[pattern].colour,
            marker=looks[pattern].mark,
            label=drawing.wrapped(named[pattern], 34, 1),
        )
    axes.set_yticks(range(len(lines)), [drawing.wrapped(line.quantity.label, 34) for line in lines])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.set_xlim(-limit, limit)
    axes.grid(True, axis="x")
    axes.set_xlabel(
        "worse  \N{LEFTWARDS ARROW}   in units of the smallest difference worth acting on   \N{RIGHTWARDS ARROW}  "
        "better"
    )
    drawing.number_axis(axes.xaxis)
    figure.legend(loc="outside upper left", ncols=min(3, len(chosen)))


def _limit(lines: Sequence[PlannerLine], chosen: Sequence[str]) -> float:
    reach = [
        abs(end) / (one.quantity.worthwhile or 1.0)
        for one in _all(lines, chosen)
        if one.interval is not None and one.n_eff >= wording.TRUSTED_FROM
        for end in (one.interval.low, one.interval.high)
        if abs(end) != float("inf")
    ]
    return min(_LONGEST, max(_SHORTEST, max(reach, default=_SHORTEST) * 1.05))


def _interval(axes: Axes, one: Difference, height: float, look: drawing.Look, limit: float) -> None:
    if one.interval is None or not one.quantity.worthwhile:
        return
    turn = (-1 if one.quantity.direction == "lower" else 1) / one.quantity.worthwhile
    middle = one.interval.value * turn
    low, high = sorted((one.interval.low * turn, one.interval.high * turn))
    trusted = one.n_eff >= wording.TRUSTED_FROM or one.verdict is Verdict.IDENTICAL
    axes.plot(
        [max(low, -limit), min(high, limit)], [height, height], color=look.colour,
        linestyle="-" if trusted else ":", linewidth=1.8, solid_capstyle="butt", zorder=3,
    )  # fmt: skip
    if abs(middle) > limit:
        side = 1 if middle > 0 else -1
        axes.plot(
            side * limit * 0.985, height, marker=">" if side > 0 else "<", color=look.colour, markersize=6, zorder=4
        )
    else:
        axes.plot(
            middle, height, marker=look.mark, color=look.colour, markersize=4.5,
            markerfacecolor=look.colour if trusted else "white", zorder=4,
        )  # fmt: skip


# Assumptions


def shares(answer: Assumptions, name: str) -> Picture | None:
    """In how many of 100 sets of assumptions each pattern is better, not materially different, or worse."""
    if not answer.shares:
        return None
    named = standing.titles(answer.about)
    return Picture(
        name,
        "In how many of 100 sets of assumptions it holds",
        " ".join(wording.clean(one.said) for one in answer.shares[:3]),
        f"Each bar is all {answer.draws:,} sets of assumptions tried, luck taken off, to the nearest 5 of 100. "
        f"{answer.pairs:,} pairs a set; {wording.times_word(answer.about.failed_runs, 'failed runs')}. A share of "
        f"the sets tried is no probability of the world; it holds {wording.IN_THIS_MODEL}.",
        "; ".join(
            f"{named.get(one.pattern, one.pattern)}, {wording.clean(one.quantity.label)}: better in "
            f"{wording.number(100 * one.better.value, 0)}, no material difference in "
            f"{wording.number(100 * one.immaterial.value, 0)}, worse in {wording.number(100 * one.worse.value, 0)}"
            for one in answer.shares
        ),
        (drawing.WIDTH, 1.2 + 0.5 * len(answer.shares)),
        lambda figure: _draw_shares(figure, answer, named),
    )


def _draw_shares(figure: Figure, answer: Assumptions, named: Mapping[str, str]) -> None:
    axes = figure.add_subplot()
    kinds = (
        ("better", drawing.BETTER, None, "white"),
        ("no material difference", "#dfe2e6", "..", drawing.INK),
        ("worse", "#f3b58a", "////", drawing.INK),
    )
    for row, one in enumerate(answer.shares):
        left = 0.0
        for (kind, colour, hatch, ink), share in zip(kinds, (one.better, one.immaterial, one.worse), strict=True):
            wide = 100 * share.value
            axes.barh(
                row, wide, left=left, height=0.62, color=colour, hatch=hatch, edgecolor=drawing.INK, linewidth=0.6,
                label=kind if row == 0 else None,
            )  # fmt: skip
            if wide >= 5:
                axes.text(
                    left + wide / 2, row, wording.number(wide, 0), ha="center", va="center", color=ink,
                    bbox={"facecolor": colour, "edgecolor": "none", "pad": 1.2},
                )  # fmt: skip
            left += wide
    titles = [f"{named.get(one.pattern, one.pattern)}: {one.quantity.label}" for one in answer.shares]
    axes.set_yticks(range(len(titles)), [drawing.wrapped(title, 34) for title in titles])
    axes.set_ylim(len(titles) - 0.5, -0.5)
    axes.set_xlim(0, 100)
    axes.set_xlabel("of 100 sets of assumptions")
    figure.legend(loc="outside upper left", ncols=3)


def tornado(answer: Assumptions, found: Tornado, name: str) -> Picture:
    """What moving each assumption does to the difference, beside what chance alone does."""
    named = standing.titles(answer.about)
    bars = found.bars[:_MOST_BARS]
    above = [bar for bar in found.bars if abs(bar.change.value) > found.chance]
    title = f"{named.get(found.pattern, found.pattern)} minus {named.get(found.reference, found.reference)}"
    said = (
        f"The strongest is “{wording.clean(above[0].label)}”; {len(above)} of {found.screened:,} assumptions move the "
        "difference by more than chance does."
        if above
        else f"None of {found.screened:,} assumptions moves the difference by more than chance does."
    )
    return Picture(
        name,
        f"What moves the answer: {title}",
        said,
        f"Each bar: how the difference in “{wording.clean(found.quantity.label)}” changes when one assumption goes "
        "from the low to the high end of its range, with its 95 % interval. Grey strip: what an assumption that "
        f"does nothing shows in 95 of 100 such designs. {answer.draws:,} sets x {answer.pairs:,} pairs, "
        f"{wording.times_word(answer.about.failed_runs, 'failed runs')}, {wording.IN_THIS_MODEL}.",
        "Horizontal bars, strongest first: "
        + "; ".join(
            f"{wording.clean(bar.label)} {wording.value(bar.change, found.quantity, signed=True)}" for bar in bars[:6]
        ),
        (drawing.WIDTH, 1.1 + 0.42 * max(1, len(bars))),
        lambda figure: _draw_tornado(figure, found, named.get(found.pattern, found.pattern)),
    )


def _draw_tornado(figure: Figure, found: Tornado, name: str) -> None:
    axes = figure.add_subplot()
    chance = wording.scaled(found.quantity, found.chance)
    axes.axvspan(-chance, chance, color="#d9dce0", linewidth=0, zorder=0, label="chance alone, 95 of 100 designs")
    axes.axvline(0, color=drawing.INK, linewidth=1)
    bars = found.bars[:_MOST_BARS]
    for row, bar in enumerate(bars):
        change = wording.times(bar.change, wording.scaled(found.quantity, 1.0))
        strong = abs(bar.change.value) > found.chance
        axes.barh(
            row, change.value, height=0.58, color=drawing.BETTER if strong else "white", edgecolor=drawing.INK,
            hatch=None if strong else "////", linewidth=0.6, zorder=2,
        )  # fmt: skip
        axes.plot([change.low, change.high], [row, row], color=drawing.INK, linewidth=1.4, zorder=3)
    labels = [f"{drawing.wrapped(_named(bar), 36)}\n{_range(bar)}" for bar in bars]
    axes.set_yticks(range(len(bars)), labels, fontsize=7.8)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(max(len(bars), 1) - 0.4, -0.6)
    axes.grid(True, axis="x")
    drawing.number_axis(axes.xaxis)
    axes.set_xlabel(
        f"change of the difference, {wording.short(wording.unit(found.quantity), 40)}{_favours(found, name)}"
    )
    figure.legend(loc="outside upper right")


def _named(bar: TornadoBar) -> str:
    """An assumption with its mechanism, since its own name may be a single word."""
    return f"{bar.mechanism}: {bar.label}"


def _range(bar: TornadoBar) -> str:
    ends = f"{wording.number(bar.low)} to {wording.number(bar.high)} {bar.unit}"
    return wording.short(wording.clean(ends), 36)


def _favours(found: Tornado, name: str) -> str:
    """Which side speaks for the pattern, where one direction is better."""
    if found.quantity.direction not in ("lower", "higher"):
        return ""
    left = found.quantity.direction == "lower"
    said = f"in favour of {wording.short(name, 40)}"
    return f"\n\N{LEFTWARDS ARROW} {said}" if left else f"\n{said} \N{RIGHTWARDS ARROW}"
