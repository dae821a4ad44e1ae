"""The tables of a report. Each says how many pairs it stands on and how far they carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sim.experiment.answers import (
    About,
    Asked,
    Comparison,
    Difference,
    Level,
    PlannerLine,
    PlannerRow,
    Verdict,
)
from sim.experiment.reporting import standing, wording
from sim.experiment.reporting.markup import Markup, element, joined

BESIDE_THE_REFERENCE: Final = 3
"""Patterns that stand beside the reference in one table of the planner's page; more make a second table."""

SIDE_BY_SIDE: Final = 6
"""Patterns of which a table shows one number each, side by side."""

_LONG: Final = 18
"""Rows from which on a table may go on on a next sheet of paper."""
_MARKS: Final = {
    Verdict.BETTER: ("better", "\N{BLACK UP-POINTING TRIANGLE}"),
    Verdict.WORSE: ("worse", "\N{BLACK DOWN-POINTING TRIANGLE}"),
    Verdict.NO_MATERIAL_DIFFERENCE: ("even", "\N{ALMOST EQUAL TO}"),
    Verdict.IDENTICAL: ("even", "="),
    Verdict.UNDECIDED: ("undecided", "?"),
    Verdict.UNESTIMATED: ("unestimated", "\N{MULTIPLICATION SIGN}"),
    Verdict.DIFFERENT: ("even", "\N{BLACK DIAMOND}"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, whether it holds numbers, and whether a narrow screen gives it a line of its own."""

    head: str
    number: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A heading between rows."""

    title: str


def badge(verdict: Verdict) -> Markup:
    """A verdict as a mark, a colour and always its words."""
    kind, mark = _MARKS[verdict]
    return element(
        "span", element("span", mark, aria_hidden="true"), f" {wording.VERDICTS[verdict]}", class_=f"verdict {kind}"
    )


def table(caption: str, columns: Sequence[Column], rows: Iterable[Sequence[str] | Group]) -> Markup:
    """A table with heads for rows and columns; on a narrow screen each row becomes a card.

    Roles are written out, since a browser forgets them where a row is no longer shown as one.
    """
    head = element(
        "tr",
        *(
            element("th", column.head, scope="col", role="columnheader", class_="number" if column.number else None)
            for column in columns
        ),
        role="row",
    )
    bodies: list[list[Markup]] = []
    held = list(rows)
    for row in held:
        if isinstance(row, Group) or not bodies:
            bodies.append([])
        bodies[-1].append(_heading(row, len(columns)) if isinstance(row, Group) else _row(columns, row))
    return element(
        "div",
        element(
            "table",
            element("caption", caption),
            element("thead", head, role="rowgroup"),
            *(element("tbody", *body, role="rowgroup") for body in bodies),
            role="table",
        ),
        class_="table long" if len(held) > _LONG else "table",
    )


def _heading(group: Group, width: int) -> Markup:
    cell = element("th", group.title, scope="rowgroup", colspan=str(width), role="rowheader", class_="group")
    return element("tr", cell, role="row", class_="group")


def _row(columns: Sequence[Column], cells: Sequence[str]) -> Markup:
    first = element("th", cells[0], scope="row", role="rowheader")
    others = (
        element(
            "td",
            cell,
            role="cell",
            class_=" ".join(name for name, on in (("number", column.number), ("wide", column.wide)) if on) or None,
            data_label=column.head,
        )
        for column, cell in zip(columns[1:], cells[1:], strict=True)
    )
    return element("tr", first, *others, role="row", class_="short")


def small(*lines: str) -> Markup:
    """Lines in small print, one below the other."""
    return joined(element("span", line, class_="small") for line in lines if line)


# The planner's page


def at_a_glance(comparison: Comparison) -> Markup:
    """The eight rows: every pattern's level, and what may be said of its difference from the reference."""
    about, named = comparison.about, standing.titles(comparison.about)
    others = [pattern.id for pattern in about.patterns if pattern.id != about.reference]
    groups = [others[at : at + BESIDE_THE_REFERENCE] for at in range(0, len(others), BESIDE_THE_REFERENCE)] or [[]]
    differences = [one for row in comparison.rows for line in row.lines for one in line.differences]
    return joined(_glance(comparison.rows, about.reference, group, named, differences) for group in groups)


def _glance(
    rows: Sequence[PlannerRow],
    reference: str,
    others: Sequence[str],
    named: Mapping[str, str],
    differences: Sequence[Difference],
) -> Markup:
    def lines() -> Iterator[Sequence[str] | Group]:
        for place, row in enumerate(rows, 1):
            yield Group(f"{place}. {wording.clean(row.title)}")
            for line in row.lines:
                levels = {level.pattern: level for level in line.levels}
                found = {one.pattern: one for one in line.differences}
                about = joined([line.quantity.label, small(wording.about_quantity(line.quantity))])
                yield [
                    about,
                    _level(levels.get(reference), line.quantity),
                    *(_beside(levels.get(one), found.get(one), line.quantity) for one in others),
                ]

    caption = (
        f"Value in each pattern; below it the difference from {named[reference]} with its 95 % interval, and what "
        f"may be said of it. {standing.stands_on([one for one in differences if one.pattern in others])}"
    )
    heads = [Column("Quantity"), Column(f"{named[reference]} (reference)", wide=True)]
    return table(caption, [*heads, *(Column(named[one]) for one in others)], lines())


def _level(level: Level | None, quantity: Asked) -> str:
    return wording.NOTHING if level is None else wording.level(level, quantity)


def _beside(level: Level | None, difference: Difference | None, quantity: Asked) -> Markup:
    if difference is None:
        return joined([_level(level, quantity)])
    return joined(
        [
            _level(level, quantity),
            small(_change(difference)),
            element("span", badge(difference.verdict), class_="small"),
        ]
    )


def _change(difference: Difference) -> str:
    if difference.verdict is Verdict.IDENTICAL:
        return _excluded(difference)
    return wording.with_ends(difference.interval, difference.quantity, signed=True)


def _excluded(difference: Difference) -> str:
    if difference.excluded_share is None:
        return "no difference in any history"
    share = wording.number(100 * difference.excluded_share, wording.decimals(100 * difference.excluded_share))
    return f"identical in all {difference.n:,}; a difference in more than {share} of 100 histories is excluded"


LINE_COLUMNS: Final = (
    Column("Pattern"),
    Column("Value", number=True),
    Column("Difference, 95 % interval", wide=True),
    Column("What may be said", wide=True),
    Column("Of 100 histories it did", wide=True),
    Column("n", number=True),
    Column("n_eff", number=True),
    Column("Failed pairs", number=True),
    Column("Identical, of 100", number=True),
    Column("Variance reduction", number=True),
)


def in_detail(about: About, lines: Sequence[PlannerLine], caption: str) -> Markup:
    """Lines of the planner's page with all that is needed to judge them."""
    return table(caption, LINE_COLUMNS, (row for line in lines for row in _detailed(line, about)))


def _detailed(line: PlannerLine, about: About) -> Iterator[Sequence[str] | Group]:
    note = f" {wording.clean(line.note)}" if line.note else ""
    yield Group(f"{wording.clean(line.quantity.label)} ({wording.about_quantity(line.quantity)}).{note}")
    found, named = {one.pattern: one for one in line.differences}, standing.titles(about)
    for level in line.levels:
        value = joined(
            [
                wording.level(level, line.quantity),
                small(
                    wording.ends(level.interval, line.quantity) if level.interval else "", _undefined(level.undefined)
                ),
            ]
        )
        one = found.get(level.pattern)
        yield [named[level.pattern], value, *(judged(one) if one else alone(level, about.reference))]


def alone(level: Level, reference: str) -> list[str]:
    """The same columns for a pattern that nothing is compared with: the reference, or a quantity without pairs."""
    return ["reference" if level.pattern == reference else "", "", "", wording.count(level.n), *[""] * 4]


def _undefined(many: int) -> str:
    return f"not defined in {wording.times_word(many, 'histories') if many != 1 else '1 history'}" if many else ""


def judged(one: Difference) -> list[str]:
    """A difference in the columns after the pattern's value."""
    running = one.running is not None and one.verdict is not Verdict.IDENTICAL
    return [
        joined(
            [
                _change(one),
                small(
                    f"at every look at once: {wording.ends(one.running, one.quantity, signed=True)}" if running else "",
                    _bounds(one),
                ),
            ]
        ),
        badge(one.verdict),
        joined([wording.histories(one), small(by_what(one))]),
        *counted(one),
    ]


def by_what(one: Difference) -> str:
    """Where a threshold is compared, by what better and worse are told: by the measure itself."""
    return "by the measure itself, whatever the threshold" if wording.is_frequency(one.quantity) else ""


def counted(one: Difference) -> list[str]:
    """The five numbers that every table gives, with what is wrong with them."""
    pairs, effective, *others = standing.counts(one)
    undefined = f"undefined in {one.undefined_pairs:,}" if one.undefined_pairs else ""
    few = "" if standing.trusted(one) else "too few"
    return [joined([pairs, small(undefined)]), joined([effective, small(few)]), *others]


def _bounds(one: Difference) -> str:
    if one.bounds is None or not one.failed_pairs:
        return ""
    low, high = (wording.number(wording.scaled(one.quantity, end), signed=True) for end in sorted(one.bounds))
    return f"had all failed runs gone one way: {low} to {high}"


def regret(comparison: Comparison) -> Markup:
    """What each choice gives up, quantity by quantity, in its own unit."""
    about = comparison.about
    lines = [line for row in comparison.rows for line in row.lines if line.regret]
    if not lines:
        return Markup("")
    patterns = [pattern.id for pattern in about.patterns]
    groups = [patterns[at : at + SIDE_BY_SIDE] for at in range(0, len(patterns), SIDE_BY_SIDE)]
    return joined(_regret(about, lines, group) for group in groups)


def _regret(about: About, lines: Sequence[PlannerLine], patterns: Sequence[str]) -> Markup:
    named = standing.titles(about)
    rows = [
        [
            joined([line.quantity.label, small(wording.unit(line.quantity))]),
            *(_given_up(line, pattern) for pattern in patterns),
        ]
        for line in lines
    ]
    differences = [one for line in lines for one in line.differences]
    caption = f"How far each pattern falls short of the best one in that row. {standing.stands_on(differences)}"
    return table(caption, [Column("Quantity"), *(Column(named[one], number=True) for one in patterns)], rows)


def _given_up(line: PlannerLine, pattern: str) -> str:
    if pattern not in line.regret:
        return wording.NOTHING
    short = line.regret[pattern]
    if short == 0:
        return element("strong", "best")
    intervals = [one.interval for one in line.differences if one.interval is not None]
    places = wording.coarsest(intervals, line.quantity)
    return wording.number(wording.scaled(line.quantity, short), places)


def best(comparison: Comparison) -> Markup:
    """Which pattern is best, two ways that are not the same."""
    found, named, quantity = comparison.best, standing.titles(comparison.about), comparison.primary
    rows = [
        [
            named[pattern.id],
            "yes" if pattern.id in found.set else "no",
            wording.of_hundred(found.mean_is_best.get(pattern.id, 0.0), 1.0),
            wording.of_hundred(found.best_in.get(pattern.id, 0.0), 100.0),
            standing.at_most(comparison, pattern.id),
        ]
        for pattern in comparison.about.patterns
    ]
    columns = [
        Column("Pattern"),
        Column("Among those that cannot be told apart", wide=True),
        Column("Confidence, of 100, that its mean is best", number=True),
        Column("Did best in so many of 100 histories", number=True),
        Column("Another of them is better by at most", number=True),
    ]
    caption = (
        f"By {wording.clean(quantity.label)} ({wording.about_quantity(quantity)}). Confidence tends to 0 or 100 with "
        "more runs; in how many histories it did best does not. "
        f"{standing.stands_on(standing.primary_differences(comparison))}"
    )
    return table(caption, columns, rows)


def fresh(comparison: Comparison) -> Markup:
    """The best one on replications that did not choose it."""
    one = comparison.best.fresh
    if one is None:
        return Markup("")
    named = standing.titles(comparison.about)
    title = f"{named.get(one.pattern, one.pattern)} against {named.get(one.reference, one.reference)}"
    columns = [Column("Pattern"), *LINE_COLUMNS[2:]]
    caption = "On fresh replications, which did not choose the winner: choosing flatters."
    return table(caption, columns, [[title, *judged(one)]])


def dominance(comparison: Comparison) -> Markup:
    """Which pattern is nowhere worse than another and somewhere better."""
    named = standing.titles(comparison.about)
    rows = [
        [f"{named.get(one.pattern, one.pattern)} over {named.get(one.over, one.over)}", one.verdict, one.because]
        for one in comparison.dominance
    ]
    differences = [one for row in comparison.rows for line in row.lines for one in line.differences]
    caption = (
        "A pattern dominates another when on every row it is worse by less than what is worth acting on, and better on "
        f"one. {standing.stands_on(differences)}"
    )
    return table(caption, [Column("Pattern"), Column("Verdict", wide=True), Column("Because", wide=True)], rows)


def looks(comparison: Comparison) -> Markup:
    """What was found each time the results were looked at."""
    named = standing.titles(comparison.about)
    quantity = comparison.primary
    rows = []
    for look in comparison.stop.looks:
        half = (
            wording.NOTHING if look.half_width is None else wording.number(wording.scaled(quantity, look.half_width), 1)
        )
        running = small(
            *(
                f"{named.get(pattern, pattern)}: {wording.ends(interval, quantity, signed=True)}"
                for pattern, interval in look.running.items()
            )
        )
        left = wording.listed([named.get(one, one) for one in look.survivors])
        rows.append([f"{look.n:,}", half, wording.count(look.n_eff), running, left, look.said])
    columns = [
        Column("Histories"),
        Column("Half-width", number=True),
        Column("n_eff", number=True),
        Column("Difference, holds at every look", wide=True),
        Column("Still in", wide=True),
        Column("What followed", wide=True),
    ]
    caption = (
        f"{wording.clean(quantity.label)} ({wording.unit(quantity)}). Results are looked at on a fixed grid only; "
        "looking after every run would find differences that are not there. At the end: "
        f"{standing.stands_on(standing.primary_differences(comparison))}"
    )
    return table(caption, columns, rows)
