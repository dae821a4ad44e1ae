"""Numbers in words: as many digits as the standard error allows, and frequencies that can be pictured.

Nothing here changes a number; it is rounded and named.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from sim.experiment.answers import Asked, Difference, Interval, Level, Verdict
from sim.printing import printable

MINUS: Final = "\N{MINUS SIGN}"
NOTHING: Final = "\N{EN DASH}"
"""Where there is no number."""
IN_THIS_MODEL: Final = "in this model"
TRUSTED_FROM: Final = 30
"""Effective pairs below which an interval is not to be trusted (statistics: see ``Difference.n_eff``)."""

HISTORIES: Final = "share of histories"
"""The unit of quantities that say in how many histories."""
SHARE: Final = "share"
"""The unit of measures that are a part of a whole."""

_ERRORS_A_SIDE: Final = 1.96
"""Standard errors between the middle and an end of a 95 % interval."""
_PLAIN_DIGITS: Final = 3
"""Significant digits of a number whose error is not known."""
_MOST_DECIMALS: Final = 6

VERDICTS: Final = {
    Verdict.BETTER: "better",
    Verdict.WORSE: "worse",
    Verdict.NO_MATERIAL_DIFFERENCE: "no material difference",
    Verdict.IDENTICAL: "identical",
    Verdict.UNDECIDED: "undecided",
    Verdict.UNESTIMATED: "cannot be estimated",
    Verdict.DIFFERENT: "different",
}
MEANINGS: Final = {
    Verdict.BETTER: "the whole interval lies on the better side",
    Verdict.WORSE: "the whole interval lies on the worse side",
    Verdict.NO_MATERIAL_DIFFERENCE: "whatever difference there is, it is smaller than what is worth acting on",
    Verdict.IDENTICAL: "not one history differs",
    Verdict.UNDECIDED: "the interval holds both answers: more runs may tell",
    Verdict.UNESTIMATED: "a handful of histories carries the answer: these runs cannot tell",
    Verdict.DIFFERENT: "it differs, and neither direction is better in itself",
}


def clean(text: str) -> str:
    """Text of an author in one line: nothing that a screen would obey or that XML cannot hold."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if ord(mark) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(mark) <= 0xFDEF else mark
        for mark in " ".join(printable(text).split())
    )


def short(text: str, most: int) -> str:
    """Text of at most so many letters; an ellipsis says that it goes on."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def is_frequency(quantity: Asked) -> bool:
    """Whether a quantity counts histories, so that it reads best as so many of 100."""
    return quantity.unit == HISTORIES


def unit(quantity: Asked) -> str:
    """The unit as it is printed."""
    return {HISTORIES: "of 100 histories", SHARE: "%"}.get(quantity.unit) or clean(quantity.unit)


def scaled(quantity: Asked, value: float) -> float:
    """A value as it is printed: of 100 where it is a share."""
    return 100 * value if quantity.unit in (HISTORIES, SHARE) else value


def better_when(quantity: Asked) -> str:
    if quantity.direction not in ("lower", "higher"):
        return "neither direction is better"
    return f"{quantity.direction} is better"


def matters_from(quantity: Asked) -> str:
    """From which difference on it is worth acting."""
    if quantity.worthwhile is None:
        return ""
    return f"worth acting on from {number(scaled(quantity, quantity.worthwhile))}"


def about_quantity(quantity: Asked) -> str:
    """Unit, direction and the smallest difference worth acting on."""
    return "; ".join(part for part in (unit(quantity), better_when(quantity), matters_from(quantity)) if part)


def decimals(error: float) -> int | None:
    """Places after the point that a standard error leaves: its first digit, the second too where the first is 1 or 2.

    Negative places are before the point; nothing where there is no error to go by.
    """
    if not math.isfinite(error) or error <= 0:
        return None
    exponent = math.floor(math.log10(error))
    leading = error / 10**exponent
    return min(_MOST_DECIMALS, -exponent + (1 if leading < 3 else 0))


def number(value: float, places: int | None = None, *, signed: bool = False) -> str:
    """A number rounded to so many places, to three significant digits where none are given."""
    if not math.isfinite(value):
        return NOTHING
    if places is None:
        if value == 0 or float(value).is_integer():
            places = 0
        else:
            places = min(_MOST_DECIMALS, max(0, _PLAIN_DIGITS - 1 - math.floor(math.log10(abs(value)))))
            places = len(f"{value:.{places}f}".rstrip("0").partition(".")[2])
    rounded = round(value, places)
    text = f"{abs(rounded):,.{max(0, places)}f}"
    if rounded == 0:
        return text
    return (MINUS if rounded < 0 else "+" if signed else "") + text


def _places(interval: Interval) -> int | None:
    return decimals((interval.high - interval.low) / 2 / _ERRORS_A_SIDE)


def _end(value: float, places: int | None, *, signed: bool) -> str:
    """An end of an interval; one beside zero keeps its first digit, since which side it lies on is the answer."""
    if value != 0 and places is not None and round(value, places) == 0:
        places = min(_MOST_DECIMALS, -math.floor(math.log10(abs(value))))
    return number(value, places, signed=signed)


def times(interval: Interval, factor: float) -> Interval:
    return Interval(interval.value * factor, interval.low * factor, interval.high * factor)


def value(interval: Interval | None, quantity: Asked, *, signed: bool = False) -> str:
    """The value of an interval alone."""
    if interval is None:
        return NOTHING
    shown = times(interval, scaled(quantity, 1.0))
    return number(shown.value, _places(shown), signed=signed)


def ends(interval: Interval | None, quantity: Asked, *, signed: bool = False) -> str:
    """The interval alone, such as "2.1 to 3.4"."""
    if interval is None or not (math.isfinite(interval.low) and math.isfinite(interval.high)):
        return "no interval"
    shown = times(interval, scaled(quantity, 1.0))
    places = _places(shown)
    return f"{_end(shown.low, places, signed=signed)} to {_end(shown.high, places, signed=signed)}"


def with_ends(interval: Interval | None, quantity: Asked, *, signed: bool = False) -> str:
    """A value and its interval, such as "2.8 (2.1 to 3.4)"."""
    if interval is None:
        return NOTHING
    return f"{value(interval, quantity, signed=signed)} ({ends(interval, quantity, signed=signed)})"


def level(found: Level, quantity: Asked) -> str:
    return value(found.interval, quantity)


def of_hundred(count: float, total: float) -> str:
    """A share as whole histories of 100; what is there but rounds away is said to be."""
    if total <= 0:
        return NOTHING
    share = 100 * count / total
    if 0 < share < 0.5:
        return "under 1"
    if 99.5 < share < 100:
        return "over 99"
    return f"{share:.0f}"


def histories(difference: Difference) -> str:
    """In how many of 100 histories a pattern did better, worse and the same."""
    total = sum(difference.histories)
    better, worse, same = (of_hundred(count, total) for count in difference.histories)
    if difference.quantity.direction not in ("lower", "higher"):
        return f"more in {better}, less in {worse}, same in {same}"
    return f"better in {better}, worse in {worse}, same in {same}"


def count(many: float) -> str:
    """A whole number; a smaller one that is none, such as effective pairs, with a digit more."""
    if not math.isfinite(many):
        return NOTHING
    return f"{many:,.0f}" if many >= 10 or float(many).is_integer() else f"{many:.1f}"


def factor(ratio: float | None) -> str:
    """How many times, such as the variance reduction."""
    return NOTHING if ratio is None or not math.isfinite(ratio) else f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"


def span(numbers: Iterable[float]) -> str:
    """Counts of several lines in one phrase: a single number where all are the same."""
    known = sorted(one for one in numbers if math.isfinite(one))
    if not known:
        return NOTHING
    low, high = count(known[0]), count(known[-1])
    return low if low == high else f"{low} to {high}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names as a sentence lists them."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def times_word(many: int, what: str) -> str:
    """A count with its noun."""
    return f"{many:,} {what}" if many != 1 else f"1 {what.removesuffix('s')}"


def duration(seconds: float) -> str:
    """A wait in words."""
    if not math.isfinite(seconds) or seconds < 0:
        return "an unknown time"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.1f} days"


def coarsest(intervals: Iterable[Interval], quantity: Asked) -> int | None:
    """Places after the point that the widest of intervals leaves."""
    known = [decimals(scaled(quantity, one.high - one.low) / 2 / _ERRORS_A_SIDE) for one in intervals]
    return min((places for places in known if places is not None), default=None)
