"""Numbers as they are said: no more digits than the luck of the runs leaves meaning to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from sim.experiment.answers import Asked, Interval

HISTORIES: Final = "share of histories"
"""The unit of quantities that say in how many histories."""
SHARE: Final = "share"
"""The catalogue's unit of measures that are a part of a whole."""
_PLAIN_DIGITS: Final = 2
"""Of a number that has no error of its own."""


def amount(value: float, error: float | None = None) -> str:
    """A number as far as its standard error lets it be told.

    That is to the first digit of the error, and to its second where the first is 1 or 2.

    Without an error it is told to two digits.
    """
    if not math.isfinite(value):
        return "any amount" if value > 0 else "any amount less"
    scale = abs(value) if error is None or not 0 < error < math.inf else error
    if scale == 0:
        return "0"
    leading = math.floor(math.log10(scale))
    if error is None or scale is not error:
        places = _PLAIN_DIGITS - 1 - leading
    else:
        places = -leading + (1 if scale / 10**leading < 3 else 0)
    rounded = round(value, places)
    return f"{rounded + 0.0:,.{max(0, places)}f}"


def percent(share: float) -> str:
    """A share in percent, to two digits."""
    return f"{amount(100 * share)} %"


def in_unit(asked: Asked, value: float, error: float | None = None, *, apart: bool = False) -> str:
    """An amount of a quantity with its unit; of shares so many of 100.

    Args:
        apart: whether it is how far two amounts lie apart.
    """
    if asked.unit == HISTORIES:
        return f"{of_hundred(value, error)} of 100 histories"
    if asked.unit == SHARE:
        return f"{of_hundred(value, error)} {'percentage points' if apart else '%'}"
    return f"{amount(value, error)} {asked.unit}"


def of_hundred(share: float, error: float | None = None) -> str:
    """A share as so many of 100 histories."""
    return amount(100 * share, None if error is None else 100 * error)


def span(interval: Interval, error: float | None = None) -> str:
    """From where to where an interval reaches."""
    return f"{amount(interval.low, error)} to {amount(interval.high, error)}"


def listed(names: Sequence[str]) -> str:
    """Names one after the other, as they are said."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
