"""The tables of what is varied: sets of assumptions, and the points of a sweep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sim.experiment.answers import Assumptions, Interval, Sweep, Tornado
from sim.experiment.reporting import standing, wording
from sim.experiment.reporting.markup import Markup, joined
from sim.experiment.reporting.tables import LINE_COLUMNS, Column, Group, alone, judged, small, table

MOST_POINTS: Final = 200
"""Points of a sweep that the page shows one by one."""


def shares(answer: Assumptions) -> Markup:
    """In how many of the sets of assumptions tried each pattern is better, worse, or not materially different."""
    named, about = standing.titles(answer.about), answer.about
    rows = [
        [
            joined([named.get(one.pattern, one.pattern), small(one.quantity.label, wording.unit(one.quantity))]),
            *(_of_sets(interval) for interval in (one.better, one.immaterial, one.worse)),
            wording.with_ends(one.mean, one.quantity, signed=True),
            wording.number(wording.scaled(one.quantity, one.regret)),
            wording.number(wording.scaled(one.quantity, one.reference_regret)),
            f"{one.draws:,} x {one.pairs:,}",
            wording.of_hundred(one.noise, 1.0),
            one.said,
        ]
        for one in answer.shares
    ]
    columns = [
        Column("Pattern"),
        Column("Better, of 100 sets", number=True),
        Column("No material difference", number=True),
        Column("Worse", number=True),
        Column("Mean difference over the sets", wide=True),
        Column("Regret of it", number=True),
        Column("Regret of the reference", number=True),
        Column("Sets x pairs", number=True),
        Column("Luck in the scatter, of 100", number=True),
        Column("In words", wide=True),
    ]
    caption = (
        f"Against {named[about.reference]}, to the nearest 5 of 100 sets, luck taken off. The ranges are ours: a "
        "share of the sets tried is no probability of the world. Regret: in nine sets of ten a pattern falls short "
        f"of the better one by at most so much. {answer.draws:,} sets x {answer.pairs:,} pairs; "
        f"{wording.times_word(about.failed_runs, 'failed runs')} of {about.runs:,}."
    )
    return table(caption, columns, rows)


def _of_sets(interval: Interval) -> Markup:
    value, low, high = (wording.number(100 * end, 0) for end in (interval.value, interval.low, interval.high))
    return joined([value, small(f"{low} to {high}")])


def tornado(found: Tornado, named: Mapping[str, str]) -> Markup:
    """The assumptions that move a difference, strongest first."""
    rows = [
        [
            joined([bar.label, small(bar.parameter)]),
            bar.mechanism,
            f"{wording.number(bar.low)} to {wording.number(bar.high)} {wording.clean(bar.unit)}".strip(),
            wording.with_ends(bar.change, found.quantity, signed=True),
            "yes" if abs(bar.change.value) > found.chance else "no",
            *([_index(found, bar.parameter)] if found.indices else []),
            joined([bar.confidence, small(bar.source)]),
        ]
        for bar in found.bars
    ]
    columns = [
        Column("Assumption"),
        Column("Mechanism"),
        Column("Range"),
        Column("Change of the difference, low to high end", wide=True),
        Column("More than chance"),
        *([Column("Share of the variance")] if found.indices else []),
        Column("Confidence and source", wide=True),
    ]
    chance = wording.number(wording.scaled(found.quantity, found.chance))
    caption = (
        f"{wording.clean(found.quantity.label)}, {named.get(found.pattern, found.pattern)} minus "
        f"{named.get(found.reference, found.reference)}, {wording.unit(found.quantity)}. {found.screened:,} "
        f"assumptions were tried; one that does nothing shows up to {chance} in 95 of 100 such designs."
    )
    return table(caption, columns, rows)


def _index(found: Tornado, parameter: str) -> str:
    interval = found.indices.get(parameter)
    if interval is None:
        return wording.NOTHING
    return (
        f"{wording.number(interval.value, 2)} ({wording.number(interval.low, 2)} to {wording.number(interval.high, 2)})"
    )


def points(answer: Sweep) -> Markup:
    """Every design point with the primary quantity there."""
    named = standing.titles(answer.about)

    def rows() -> Iterator[Sequence[str] | Group]:
        for point in answer.points[:MOST_POINTS]:
            varied = ", ".join(
                f"{wording.clean(name)} = {wording.clean(value)}" for name, value in point.values.items()
            )
            failed = f"; {wording.times_word(point.failed, 'failed runs')}" if point.failed else ""
            yield Group(f"{varied or 'as shipped'} ({point.n:,} histories{failed})")
            found = {one.pattern: one for one in point.differences}
            for level in point.levels:
                one = found.get(level.pattern)
                value = wording.level(level, answer.primary)
                yield [
                    named.get(level.pattern, level.pattern),
                    value,
                    *(judged(one) if one else alone(level, answer.about.reference)),
                ]

    caption = (
        f"{wording.clean(answer.primary.label)} ({wording.about_quantity(answer.primary)}), "
        f"difference from {named[answer.about.reference]}.{_left_out(answer)}"
    )
    return table(caption, LINE_COLUMNS, rows())


def _left_out(answer: Sweep) -> str:
    missing = len(answer.points) - MOST_POINTS
    return f" The first {MOST_POINTS} points; {missing:,} further ones are in tables/points.csv." if missing > 0 else ""
