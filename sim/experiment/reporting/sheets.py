"""Tables as CSV and the answer as JSON: every number as it was computed, for whoever computes on."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final, TypeAlias

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
)
from sim.experiment.reporting.wording import clean

Cell: TypeAlias = str | float | int | None

_FORMULA: Final = (
    "=",
    "+",
    "-",
    "@",
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)
"""With these a spreadsheet begins to calculate."""
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with numbers as they are: nothing where there is none."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def csv_text(sheet: Sheet) -> str:
    """A table as CSV. Text that a spreadsheet would calculate with gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow([_plain(name) for name in sheet.head])
    writer.writerows([_plain(cell) for cell in row] for row in sheet.rows)
    return out.getvalue()


def _plain(cell: Cell) -> Cell:
    if isinstance(cell, str):
        text = clean(cell)
        return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
    return cell if cell is not None and math.isfinite(cell) else ""


def as_json(answer: Answer) -> str:
    """The whole answer; null where a number is not finite."""
    return json.dumps(_value(answer), allow_nan=False, ensure_ascii=False, indent=1) + "\n"


def _value(held: Any) -> Any:
    if is_dataclass(held) and not isinstance(held, type):
        return {one.name: _value(getattr(held, one.name)) for one in fields(held)}
    if isinstance(held, Mapping):
        return {str(key): _value(one) for key, one in held.items()}
    if isinstance(held, str):
        return str(held)
    if isinstance(held, Sequence):
        return [_value(one) for one in held]
    if isinstance(held, float):
        return float(held) if math.isfinite(held) else None
    return held


def sheets(answer: Answer) -> list[Sheet]:
    """The tables of an answer, patterns first."""
    about = Sheet(
        "patterns", ("pattern", "title", "text"), tuple((one.id, one.title, one.text) for one in answer.about.patterns)
    )
    found = [about, *_of(answer)]
    return [sheet for sheet in found if sheet.rows]


def _of(answer: Answer) -> Iterator[Sheet]:
    if isinstance(answer, Comparison):
        yield from _comparison(answer)
    elif isinstance(answer, Assumptions):
        yield from _assumptions(answer)
    else:
        yield from _sweep(answer)


_QUANTITY: Final = ("quantity", "label", "unit", "direction", "worthwhile")
_LEVEL: Final = ("value", "low", "high", "histories", "undefined")
_DIFFERENCE: Final = (
    *("difference", "difference_low", "difference_high", "running_low", "running_high", "verdict", "n", "n_eff"),
    *(
        "failed_pairs",
        "undefined_pairs",
        "identical",
        "identical_share",
        "variance_reduction",
        "bound_low",
        "bound_high",
    ),
    *("better", "worse", "same", "regret"),
)


def _quantity(quantity: Asked) -> tuple[Cell, ...]:
    return quantity.id, quantity.label, quantity.unit, quantity.direction, quantity.worthwhile


def _level(level: Level | None) -> tuple[Cell, ...]:
    if level is None:
        return (None,) * len(_LEVEL)
    return *_interval(level.interval), level.n, level.undefined


def _interval(interval: Interval | None) -> tuple[Cell, ...]:
    return (None, None, None) if interval is None else (interval.value, interval.low, interval.high)


def _difference(one: Difference | None, regret: float | None) -> tuple[Cell, ...]:
    if one is None:
        return (*(None,) * (len(_DIFFERENCE) - 1), regret)
    return (
        *_interval(one.interval),
        *_interval(one.running)[1:],
        *(str(one.verdict), one.n, one.n_eff, one.failed_pairs, one.undefined_pairs, one.identical),
        one.identical / one.n if one.n else None,
        one.variance_reduction,
        *(one.bounds or (None, None)),
        *one.histories,
        regret,
    )


def _lines(title: str, lines: Iterable[PlannerLine]) -> Iterator[tuple[Cell, ...]]:
    for line in lines:
        found = {one.pattern: one for one in line.differences}
        for level in line.levels:
            regret = line.regret.get(level.pattern)
            yield (
                title,
                *_quantity(line.quantity),
                level.pattern,
                *_level(level),
                *_difference(found.get(level.pattern), regret),
            )


def _comparison(answer: Comparison) -> Iterator[Sheet]:
    head = ("row", *_QUANTITY, "pattern", *_LEVEL, *_DIFFERENCE)
    yield Sheet("planner", head, tuple(one for row in answer.rows for one in _lines(row.title, row.lines)))
    yield Sheet("others", head, tuple(_lines("", answer.others)))
    best = answer.best
    yield Sheet(
        "best",
        ("pattern", "cannot_be_told_apart", "mean_is_best", "best_in_100", "better_by_at_most"),
        tuple(
            (
                one.id,
                "yes" if one.id in best.set else "no",
                best.mean_is_best.get(one.id),
                best.best_in.get(one.id),
                best.bounds.get(one.id),
            )
            for one in answer.about.patterns
        ),
    )
    if best.fresh is not None:
        fresh = best.fresh
        yield Sheet(
            "fresh",
            (*_QUANTITY, "pattern", "reference", *_DIFFERENCE),
            ((*_quantity(fresh.quantity), fresh.pattern, fresh.reference, *_difference(fresh, None)),),
        )
    yield Sheet(
        "dominance",
        ("pattern", "over", "verdict", "because"),
        tuple((one.pattern, one.over, one.verdict, one.because) for one in answer.dominance),
    )
    yield Sheet(
        "looks",
        ("n", "half_width", "n_eff", "survivors", "said", "pattern", "difference", "running_low", "running_high"),
        tuple(
            (look.n, look.half_width, look.n_eff, " ".join(look.survivors), look.said, pattern, *_interval(interval))
            for look in answer.stop.looks
            for pattern, interval in (look.running.items() or [("", None)])
        ),
    )
    yield from _curves(answer)
    if answer.harm is not None:
        yield Sheet(
            "harm",
            ("place", "name", "latitude", "longitude", "pattern", "mean_killed", "share_of_histories"),
            tuple(
                (place.place, place.name, place.latitude, place.longitude, pattern, mean, place.struck.get(pattern))
                for place in answer.harm.places
                for pattern, mean in place.killed.items()
            ),
        )


def _curves(answer: Comparison) -> Iterator[Sheet]:
    yield Sheet(
        "exceedance",
        ("quantity", "pattern", "threshold", "share_above", "difference", "low", "high"),
        tuple(
            (
                found.quantity.id,
                pattern,
                threshold,
                curve[at],
                *(_at(own, pattern, at) for own in (found.differences, found.low, found.high)),
            )
            for found in answer.exceedance
            for pattern, curve in found.curves.items()
            for at, threshold in enumerate(found.thresholds)
        ),
    )
    yield Sheet(
        "spread",
        ("quantity", "pattern", "from", "to", "pairs", "identical"),
        tuple(
            (found.quantity.id, found.pattern, low, high, many, found.identical)
            for found in answer.spreads
            for low, high, many in zip(found.edges, found.edges[1:], found.counts, strict=False)
        ),
    )
    yield Sheet(
        "fan",
        ("quantity", "pattern", "hours", "quantile", "value"),
        tuple(
            (found.quantity.id, pattern, hours, share, line[at])
            for found in answer.fans
            for pattern, lines in found.quantiles.items()
            for share, line in zip(found.shares, lines, strict=True)
            for at, hours in enumerate(found.hours)
        ),
    )


def _at(curves: Mapping[str, tuple[float, ...]], pattern: str, at: int) -> float | None:
    return curves[pattern][at] if pattern in curves else None


def _assumptions(answer: Assumptions) -> Iterator[Sheet]:
    three = [f"{what}{end}" for what in ("better", "worse", "immaterial") for end in ("", "_low", "_high")]
    yield Sheet(
        "shares",
        (
            *(*_QUANTITY, "pattern", "reference", *three, "mean", "mean_low", "mean_high"),
            *("draws", "pairs", "noise", "detectable", "regret", "reference_regret", "said"),
        ),
        tuple(
            (
                *_quantity(one.quantity),
                *(one.pattern, one.reference),
                *(*_interval(one.better), *_interval(one.worse), *_interval(one.immaterial)),
                *_interval(one.mean),
                *(one.draws, one.pairs, one.noise, "yes" if one.detectable else "no"),
                *(one.regret, one.reference_regret, one.said),
            )
            for one in answer.shares
        ),
    )
    yield Sheet(
        "tornado",
        (
            *("quantity", "pattern", "reference", "parameter", "mechanism", "label", "low", "high", "unit"),
            *(
                "change",
                "change_low",
                "change_high",
                "chance",
                "index",
                "index_low",
                "index_high",
                "source",
                "confidence",
            ),
        ),
        tuple(
            (
                *(found.quantity.id, found.pattern, found.reference, bar.parameter, bar.mechanism, bar.label),
                *(bar.low, bar.high, bar.unit, *_interval(bar.change), found.chance),
                *_interval(found.indices.get(bar.parameter)),
                *(bar.source, bar.confidence),
            )
            for found in answer.tornados
            for bar in found.bars
        ),
    )


def _sweep(answer: Sweep) -> Iterator[Sheet]:
    factors = tuple(answer.factors)
    yield Sheet(
        "points",
        ("point", *factors, "failed", *_QUANTITY, "pattern", *_LEVEL, *_DIFFERENCE),
        tuple(
            (
                point.point,
                *(point.values.get(factor) for factor in factors),
                point.failed,
                *_quantity(answer.primary),
                level.pattern,
                *_level(level),
                *_difference({one.pattern: one for one in point.differences}.get(level.pattern), None),
            )
            for point in answer.points
            for level in point.levels
        ),
    )
