"""Sets of assumptions: what is swept, over which scale, and the shipped sets that the public record did not rule out.

A draw gives every constant that is not verified a value within its range. A calibrated draw takes the few declared
``calibrate`` from a shipped vector instead, so that they come together as the record allows.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from sim.doctrine.building import DoctrineError
from sim.doctrine.catalogue import Parameter

FILE: Final = "calibrated_draws.csv"
LOG_SPAN: Final = 4.0
"""A range of positive numbers whose ends lie this many times apart is a range of orders, not of amounts."""


@dataclass(frozen=True, slots=True)
class CalibratedDraws:
    """Vectors of the calibrated constants; none as long as no calibration has been shipped."""

    ids: tuple[str, ...] = ()
    vectors: tuple[tuple[float, ...], ...] = ()

    def __len__(self) -> int:
        return len(self.vectors)

    def values(self, index: int) -> dict[str, float]:
        """One vector by id. Counting starts again after the last, so that any number of draws can be made."""
        return dict(zip(self.ids, self.vectors[index % len(self.vectors)], strict=True))


def is_swept(parameter: Parameter) -> bool:
    """Whether a draw may change it: everything but what is verified or has no range."""
    return parameter.confidence != "verified" and parameter.range[0] < parameter.range[1]


def calibrated_ids(parameters: Mapping[str, Parameter]) -> tuple[str, ...]:
    """Those declared beforehand as open to calibration, in the order of the file."""
    return tuple(id_ for id_, parameter in parameters.items() if parameter.calibrate)


def value_at(parameter: Parameter, share: float) -> float:
    """The value that lies so far through the range, on the scale of the range."""
    low, high = parameter.range
    if _by_order(parameter):
        value = math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
    else:
        value = low + share * (high - low)
    # The last bit may lie outside.
    return min(high, max(low, value))


def share_of(parameter: Parameter, value: float) -> float:
    """How far through its range a value lies: the inverse of `value_at`."""
    low, high = parameter.range
    if _by_order(parameter):
        return (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))
    return (value - low) / (high - low)


def _by_order(parameter: Parameter) -> bool:
    low, high = parameter.range
    return low > 0 and high >= LOG_SPAN * low


@cache
def calibrated_draws() -> CalibratedDraws:
    """The shipped vectors; empty where none are shipped.

    Raises:
        DoctrineError: when the file cannot be used.
    """
    from sim.doctrine.files import load_doctrine

    entry = files("sim.doctrine").joinpath(FILE)
    if not entry.is_file():
        return CalibratedDraws()
    return draws_from(entry.read_text(encoding="utf-8"), load_doctrine().parameters)


def draws_from(text: str, parameters: Mapping[str, Parameter]) -> CalibratedDraws:
    """The vectors that a file says: a line of ids, then one vector a line.

    Raises:
        DoctrineError: for an id that is not calibrated, a value that is no number, or one outside its range.
    """
    lines = [line for line in csv.reader(text.splitlines()) if line]
    if not lines:
        return CalibratedDraws()
    ids = tuple(lines[0])
    for id_ in ids:
        if id_ not in parameters or not parameters[id_].calibrate:
            raise DoctrineError(FILE, id_, "is no parameter declared `calibrate`. Calibrate again.")
    return CalibratedDraws(ids, tuple(_vector(ids, line, at, parameters) for at, line in enumerate(lines[1:], start=2)))


def _vector(ids: tuple[str, ...], line: list[str], at: int, parameters: Mapping[str, Parameter]) -> tuple[float, ...]:
    if len(line) != len(ids):
        raise DoctrineError(f"{FILE}:{at}", "", f"has {len(line)} values, needs {len(ids)}.")
    vector = []
    for id_, written in zip(ids, line, strict=True):
        try:
            value = float(written)
        except ValueError:
            raise DoctrineError(f"{FILE}:{at}", id_, f"{written!r:.40} is not a number.") from None
        low, high = parameters[id_].range
        if not low <= value <= high:
            raise DoctrineError(f"{FILE}:{at}", id_, f"{value:g} is not within its range {low:g} to {high:g}.")
        vector.append(value)
    return tuple(vector)
