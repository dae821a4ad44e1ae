"""How an author writes times, amounts and chances, and what they become.

Durations and moments become whole ticks (milliseconds); uncertain values become a `Distribution` or a
`Choice` that turns one uniform number into a value. Nothing here knows of YAML or of the schema.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import NormalDist
from typing import Final, Literal, TypeAlias

Tick: TypeAlias = int
Unit: TypeAlias = Callable[[object], float]
Kind: TypeAlias = Literal["fixed", "uniform", "triangular", "lognormal", "exponential", "choice"]

TICKS_PER_UNIT: Final[dict[str, int]] = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000}
LONGEST_D: Final = 3_660
LARGEST: Final = 1e15
_SMALLEST_U: Final = 2.0**-54
_LARGEST_U: Final = 1.0 - 2.0**-53

_DURATION_MEND: Final = 'Write a number with its unit, such as "90m", "6h", "2d" or "1d 6h".'
_MOMENT_MEND: Final = 'Write "D+2 06:00" (D+0 is the day of the start) or a time since the start such as "12h".'
_PART: Final = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,6}))?\s*([a-z]+)\s*")
_MOMENT: Final = re.compile(r"D([+-]?[0-9]{1,5})\s+([0-9]{1,2}):([0-9]{2})")
_NORMAL: Final = NormalDist()


def quoted(value: object) -> str:
    """Show an author his own value, short and in double quotes."""
    text = value if isinstance(value, str) else str(value)
    return f'"{text[:57]}..."' if len(text) > 60 else f'"{text}"'


def parse_duration(value: object) -> Tick:
    """Read ``90m``, ``6h``, ``2d``, ``1d 6h`` or ``45s`` as ticks.

    Raises:
        ValueError: when it is anything else, negative, or longer than ten years.
    """
    if value == 0 and type(value) is int:
        return 0
    if not isinstance(value, str):
        raise ValueError(f"{quoted(value)} is no duration: it has no unit. {_DURATION_MEND}")
    text = value.strip()
    ticks, at, seen = 0, 0, ""
    while at < len(text):
        part = _PART.match(text, at)
        if part is None or part[3] not in TICKS_PER_UNIT:
            raise ValueError(f"{quoted(value)} is no duration. {_DURATION_MEND}")
        if part[3] in seen:
            raise ValueError(f"{quoted(value)} names the unit {part[3]} twice. Write each unit once, such as 1d 6h.")
        seen += part[3]
        ticks += _whole_ticks(part[1], part[2] or "", TICKS_PER_UNIT[part[3]])
        at = part.end()
    if not seen:
        raise ValueError(f"{quoted(value)} is no duration. {_DURATION_MEND}")
    if ticks > LONGEST_D * TICKS_PER_UNIT["d"]:
        raise ValueError(f"{quoted(value)} is longer than {LONGEST_D} days. Shorten it.")
    return ticks


def _whole_ticks(whole: str, fraction: str, unit: int) -> Tick:
    scale: int = 10 ** len(fraction)
    return (int(whole + fraction) * unit * 2 + scale) // (2 * scale)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as the author wrote it, resolved once the scenario's start is known.

    ``day`` is None for a time since the start; ``clock`` then counts from the start, otherwise from midnight.
    """

    day: int | None
    clock: Tick
    text: str = ""

    def ticks(self, start: datetime) -> Tick:
        """Ticks from the start of the scenario.

        Raises:
            ValueError: when the moment lies before the start.
        """
        if self.day is None:
            return self.clock
        begun = ((start.hour * 60 + start.minute) * 60 + start.second) * 1_000 + start.microsecond // 1_000
        ticks = self.day * TICKS_PER_UNIT["d"] + self.clock - begun
        if ticks < 0:
            raise ValueError(f"{quoted(self.text)} lies before the start (D+0 {start:%H:%M}). {_MOMENT_MEND}")
        return ticks


def read_moment(value: object) -> Moment:
    """Read ``D+2 06:00`` or a duration since the start, without knowing the start yet.

    Raises:
        ValueError: when it is neither.
    """
    if not isinstance(value, str):
        raise ValueError(f"{quoted(value)} is no moment. {_MOMENT_MEND}")
    text = value.strip()
    if not text.startswith("D"):
        try:
            return Moment(None, parse_duration(text), text)
        except ValueError:
            raise ValueError(f"{quoted(value)} is no moment. {_MOMENT_MEND}") from None
    parts = _MOMENT.fullmatch(text)
    if parts is None:
        raise ValueError(f"{quoted(value)} is no moment. {_MOMENT_MEND}")
    day, hour, minute = int(parts[1]), int(parts[2]), int(parts[3])
    if hour > 23 or minute > 59:
        raise ValueError(f"{quoted(value)} has no such time of day. Use 00:00 to 23:59.")
    if day < 0:
        raise ValueError(f"{quoted(value)} lies before the start. {_MOMENT_MEND}")
    if day > LONGEST_D:
        raise ValueError(f"{quoted(value)} is more than {LONGEST_D} days away. Use a nearer day.")
    return Moment(day, (hour * 60 + minute) * TICKS_PER_UNIT["m"], text)


def parse_moment(value: object, start: datetime) -> Tick:
    """Read ``D+2 06:00`` (or a duration since the start) as ticks since the start of the scenario.

    Raises:
        ValueError: when it is no moment or lies before the start.
    """
    return read_moment(value).ticks(start)


def parse_number(value: object) -> float:
    """Take a number of the file; never a truth value, never one too large to compute with.

    Raises:
        ValueError: when it is no number.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{quoted(value)} is no number. Write it without quotes or units.")
    if not -LARGEST <= value <= LARGEST:
        raise ValueError(f"{quoted(value)} is too large. Stay within {LARGEST:.0e}.")
    return float(value)


@dataclass(frozen=True, slots=True)
class Distribution:
    """An uncertain amount: one uniform number in, one value out.

    ``numbers`` holds, by kind: the value; low, high; low, mode, high; median, sigma; mean; the values of a choice.
    ``weights`` (choice only) add up to one.
    """

    kind: Kind
    numbers: tuple[float, ...]
    weights: tuple[float, ...] = ()

    def at(self, u: float) -> float:
        """The value below which a share ``u`` of all draws falls."""
        numbers = self.numbers
        match self.kind:
            case "fixed":
                return numbers[0]
            case "uniform":
                return numbers[0] + u * (numbers[1] - numbers[0])
            case "triangular":
                return _triangular(numbers[0], numbers[1], numbers[2], u)
            case "lognormal":
                return numbers[0] * math.exp(numbers[1] * _NORMAL.inv_cdf(min(max(u, _SMALLEST_U), _LARGEST_U)))
            case "exponential":
                return -numbers[0] * math.log1p(-min(u, _LARGEST_U))
            case "choice":
                return numbers[_slot(self.weights, u)]

    def ticks(self, u: float) -> Tick:
        """The value at ``u`` as whole ticks, for a distribution of durations."""
        return round(self.at(u))


@dataclass(frozen=True, slots=True)
class Choice:
    """An uncertain word: one uniform number in, one word out."""

    words: tuple[str, ...]
    weights: tuple[float, ...]

    def at(self, u: float) -> str:
        """The word whose share of the unit interval holds ``u``."""
        return self.words[_slot(self.weights, u)]


def _triangular(low: float, mode: float, high: float, u: float) -> float:
    if high == low:
        return low
    split = (mode - low) / (high - low)
    if u < split:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - mode))


def _slot(weights: tuple[float, ...], u: float) -> int:
    passed = 0.0
    for slot, weight in enumerate(weights):
        passed += weight
        if u < passed:
            return slot
    # The last rounding error of the weights must not fall on an entry that has no chance at all.
    return max(slot for slot, weight in enumerate(weights) if weight > 0.0)


def fixed(value: float) -> Distribution:
    """The distribution that always gives ``value``; for defaults in the schema."""
    return Distribution("fixed", (float(value),))


def parse_distribution(value: object, unit: Unit = parse_number) -> Distribution:
    """Read a plain value or one of the five distributions, each number through ``unit``.

    Raises:
        ValueError: naming what is wrong and how it is written.
    """
    if not isinstance(value, Mapping):
        return fixed(unit(value))
    if len(value) != 1:
        raise ValueError(f"A distribution has exactly one key, here {len(value)}. Known: {', '.join(_READERS)}.")
    name, body = next(iter(value.items()))
    reader = _READERS.get(name) if isinstance(name, str) else None
    if reader is None:
        raise ValueError(f"{quoted(name)} is no distribution. Known: {', '.join(_READERS)}.")
    return reader(body, unit)


def parse_choice(value: object) -> Choice:
    """Read a plain word or ``{choice: {word: weight, ...}}``.

    Raises:
        ValueError: when it is neither, or the weights are not weights.
    """
    if isinstance(value, str):
        return Choice((value,), (1.0,))
    if not isinstance(value, Mapping) or list(value) != ["choice"]:
        raise ValueError(f"{quoted(value)} is no word. Write one word or {{choice: {{word: 0.3, other: 0.7}}}}.")
    words, weights = _weighted(value["choice"])
    return Choice(tuple(str(word) for word in words), weights)


def _numbers(name: str, body: object, unit: Unit, fields: tuple[str, ...]) -> tuple[float, ...]:
    if not isinstance(body, list | tuple) or len(body) != len(fields):
        raise ValueError(f"{name} takes a list of {len(fields)}: [{', '.join(fields)}].")
    numbers = tuple(float(unit(item)) for item in body)
    if list(numbers) != sorted(numbers):
        raise ValueError(f"{name} needs its values in rising order: [{', '.join(fields)}].")
    return numbers


def _read_uniform(body: object, unit: Unit) -> Distribution:
    return Distribution("uniform", _numbers("uniform", body, unit, ("low", "high")))


def _read_triangular(body: object, unit: Unit) -> Distribution:
    return Distribution("triangular", _numbers("triangular", body, unit, ("low", "likeliest", "high")))


def _read_lognormal(body: object, unit: Unit) -> Distribution:
    if not isinstance(body, Mapping) or set(body) != {"median", "sigma"}:
        raise ValueError("lognormal takes {median: 6h, sigma: 0.6} and nothing else.")
    median, sigma = float(unit(body["median"])), parse_number(body["sigma"])
    if median <= 0.0 or not 0.0 < sigma <= 5.0:
        raise ValueError("lognormal needs a median above 0 and a sigma above 0, at most 5.")
    return Distribution("lognormal", (median, sigma))


def _read_exponential(body: object, unit: Unit) -> Distribution:
    mean = float(unit(body))
    if mean <= 0.0:
        raise ValueError("exponential takes its mean, above 0.")
    return Distribution("exponential", (mean,))


def _read_choice(body: object, unit: Unit) -> Distribution:
    keys, weights = _weighted(body)
    return Distribution("choice", tuple(float(unit(_as_written(key))) for key in keys), weights)


def _as_written(key: object) -> object:
    # Keys of a file are always text, so a choice among numbers reads them here.
    if isinstance(key, str) and re.fullmatch(r"[-+]?[0-9]{1,15}(\.[0-9]{1,15})?", key):
        return float(key)
    return key


def _weighted(body: object) -> tuple[tuple[object, ...], tuple[float, ...]]:
    if not isinstance(body, Mapping) or not body:
        raise ValueError("choice takes its values with their weights: {choice: {a: 0.3, b: 0.7}}.")
    weights = [parse_number(weight) for weight in body.values()]
    total = math.fsum(weights)
    if min(weights) < 0.0 or total <= 0.0:
        raise ValueError("The weights of a choice must not be negative, and one must be above 0.")
    return tuple(body), tuple(weight / total for weight in weights)


_READERS: Final[dict[str, Callable[[object, Unit], Distribution]]] = {
    "uniform": _read_uniform,
    "triangular": _read_triangular,
    "lognormal": _read_lognormal,
    "exponential": _read_exponential,
    "choice": _read_choice,
}
DISTRIBUTIONS: Final = frozenset(_READERS)
"""The keys that begin a distribution."""
