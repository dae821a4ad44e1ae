"""The primary difference over what a sweep varied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.answers import Difference, Interval, Sweep, SweepPoint, Verdict
from sim.experiment.reporting import drawing, standing, wording
from sim.experiment.reporting.drawing import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class _Panel:
    """One panel: the factor along it and the points in it, in one line where nothing else varies."""

    factor: str
    title: str
    points: tuple[SweepPoint, ...]
    one_line: bool


def sweep(answer: Sweep, name: str) -> Picture | None:
    """A panel a factor; of a factorial of two factors a panel for each value of one."""
    about, named = answer.about, standing.titles(answer.about)
    chosen = [one for one in drawing.shown(about) if one != about.reference]
    differences = [one for point in answer.points for one in point.differences if one.pattern in chosen]
    if not differences or not answer.factors:
        return None
    told = [
        f"{named[pattern]} is better at {_many(differences, pattern, Verdict.BETTER)} and worse at "
        f"{_many(differences, pattern, Verdict.WORSE)} of {wording.times_word(len(answer.points), 'points')}"
        for pattern in chosen
    ]
    panels = _panels(answer)
    return Picture(
        name,
        f"The difference over what was varied: {wording.clean(answer.primary.label)}",
        f"{'; '.join(told)}.",
        "Each mark is one point of the design, with its 95 % interval; the difference is the pattern minus "
        f"{named[about.reference]}. Grey strip: not worth acting on. {standing.stands_on(differences)} "
        f"{wording.IN_THIS_MODEL.capitalize()}.{drawing.left_out(about, [about.reference, *chosen])}",
        f"{wording.times_word(len(panels), 'panels')} with marks for {wording.listed([named[one] for one in chosen])}. "
        f"{'; '.join(told)}.",
        (drawing.WIDTH, 0.8 + 2.6 * -(-len(panels) // 2)),
        lambda figure: _draw(figure, answer, panels, chosen),
    )


def _many(differences: Sequence[Difference], pattern: str, verdict: Verdict) -> int:
    return sum(one.pattern == pattern and one.verdict is verdict for one in differences)


def _panels(answer: Sweep) -> list[_Panel]:
    factors = list(answer.factors)
    if len(factors) == 2 and answer.design == "factorial":
        along, held = sorted(factors, key=lambda factor: -len(answer.factors[factor]))
        return [
            _Panel(
                along,
                f"{wording.clean(held)} = {wording.clean(choice)}",
                tuple(point for point in answer.points if point.values.get(held) == choice),
                True,
            )
            for choice in answer.factors[held]
        ]
    return [_Panel(factor, "", answer.points, len(factors) == 1) for factor in factors]


def _draw(figure: Figure, answer: Sweep, planned: Sequence[_Panel], chosen: Sequence[str]) -> None:
    named, looks = standing.titles(answer.about), drawing.looks(answer.about)
    columns = min(2, len(planned))
    panels = figure.subplots(-(-len(planned) // columns), columns, sharey=True, squeeze=False)
    for at, axes in enumerate(panels.flat):
        if at >= len(planned):
            axes.set_axis_off()
            continue
        _fill(axes, answer, planned[at], {pattern: looks[pattern] for pattern in chosen})
    for pattern in chosen:
        look = looks[pattern]
        panels.flat[0].plot(
            [],
            [],
            color=look.colour,
            marker=look.mark,
            linestyle=look.line,
            label=drawing.wrapped(named[pattern], 34, 1),
        )
    label = f"difference, {wording.short(wording.unit(answer.primary), 40)}"
    figure.supylabel(f"{label}\n{wording.better_when(answer.primary)}", fontsize=9)
    figure.legend(*panels.flat[0].get_legend_handles_labels(), loc="outside upper left", ncols=min(3, len(chosen)))


def _fill(axes: Axes, answer: Sweep, panel: _Panel, looks: Mapping[str, drawing.Look]) -> None:
    places = _places([point.values.get(panel.factor, "") for point in answer.points], answer.factors[panel.factor])
    matters = wording.scaled(answer.primary, answer.primary.worthwhile or 0.0)
    axes.axhspan(-matters, matters, color=drawing.GROUND, linewidth=0)
    axes.axhline(0, color=drawing.INK, linewidth=1)
    wide = (max(places.values()) - min(places.values())) or 1.0
    for at, (pattern, look) in enumerate(looks.items()):
        aside = (at - (len(looks) - 1) / 2) * 0.02 * wide
        marks = _marks(panel, pattern, places)
        x = [place + aside for place, _ in marks]
        found = [wording.times(interval, wording.scaled(answer.primary, 1.0)) for _, interval in marks]
        axes.vlines(x, [one.low for one in found], [one.high for one in found], color=look.colour, linewidth=1.2)
        line = look.line if panel.one_line else "none"
        values = [one.value for one in found]
        axes.plot(x, values, color=look.colour, marker=look.mark, markersize=4.5, linestyle=line, linewidth=1.3)
    if len(places) <= 6 or any(_as_number(choice) is None for choice in places):
        axes.set_xticks(list(places.values()), [drawing.wrapped(choice, 14) for choice in places])
    else:
        drawing.number_axis(axes.xaxis)
    axes.set_xlim(min(places.values()) - 0.12 * wide, max(places.values()) + 0.12 * wide)
    axes.set_title(drawing.wrapped(panel.title, 40))
    axes.set_xlabel(drawing.wrapped(panel.factor, 44))
    drawing.number_axis(axes.yaxis)
    axes.grid(True, axis="y")


def _marks(panel: _Panel, pattern: str, places: Mapping[str, float]) -> list[tuple[float, Interval]]:
    marks = [
        (places[point.values.get(panel.factor, "")], one.interval)
        for point in panel.points
        for one in point.differences
        if one.pattern == pattern and one.interval is not None
    ]
    return sorted(marks, key=lambda mark: mark[0])


def _places(values: Sequence[str], choices: Sequence[str]) -> dict[str, float]:
    """Where each value stands on the axis: at its number where all are numbers, else one beside the other."""
    own = list(dict.fromkeys([*(choice for choice in choices if choice in values), *values]))
    numbers = [_as_number(value) for value in own]
    known = [number for number in numbers if number is not None]
    if len(known) == len(own):
        return dict(zip(own, known, strict=True))
    return {value: float(at) for at, value in enumerate(own)}


def _as_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
