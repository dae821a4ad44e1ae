"""How quantities and targets are written: ``P(civilians_killed>50)``, ``displaced_peak=5%``."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.doctrine import MeasureSpec
from sim.experiment.faults import BadQuantity, BadTarget, UnknownMeasure
from sim.experiment.results import Results
from sim.experiment.statistics.quantities import Kind, Quantity, number

FORMS: Final = (
    "P(measure>number), better(measure), log(measure), capped(measure,number), never(measure), mean(measure) "
    "or the measure alone"
)
_CALL: Final = re.compile(r"\s*([A-Za-z]+)\s*\((.*)\)\s*", re.DOTALL)
_EXCEEDS: Final = re.compile(r"(.*?)(>=|<=|=>|=<|==|!=|>|<|=)(.*)", re.DOTALL)
_NUMBER: Final = re.compile(r"\s*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)\s*")


def parse(text: str, catalogue: Mapping[str, MeasureSpec], *, levels: bool = False) -> Quantity:
    """The quantity that a text means.

    Args:
        text: one of the `FORMS`; blanks do not matter.
        catalogue: the doctrine's measures by id.
        levels: whether ``Q(measure>0,share)`` may be meant, which no patterns can be compared by.

    Raises:
        BadQuantity: for a text that cannot be read, or a quantity that the measure does not have.
        UnknownMeasure: for a measure that there is not.
    """
    call = _CALL.fullmatch(text)
    if call is None:
        return Quantity(Kind.MEAN, _measure(text, text, catalogue))
    name, inner = call[1], call[2]
    by_name: dict[str, Callable[[], Quantity]] = {
        "p": lambda: _exceedance(text, inner, catalogue),
        "q": lambda: _quantile(text, inner, catalogue),
        "capped": lambda: _capped(text, inner, catalogue),
        "better": lambda: _better(text, inner, catalogue),
        "never": lambda: _never(text, inner, catalogue),
        "log": lambda: Quantity(Kind.LOG, _measure(inner, text, catalogue)),
        "mean": lambda: Quantity(Kind.MEAN, _measure(inner, text, catalogue)),
    }
    make = by_name.get(name.lower())
    if make is None:
        raise BadQuantity(text, f"'{name:.20}' is nothing that can be made of a measure. Write {FORMS}.")
    quantity = make()
    if not (quantity.has_differences or levels):
        near = f"P({quantity.spec.id}>50)"
        raise BadQuantity(text, f"patterns cannot be compared by a quantile, pair by pair. Use a share such as {near}.")
    return quantity


@dataclass(frozen=True, slots=True)
class Target:
    """Half of the width that an interval may have: in the quantity's unit, or as a share of the reference's mean."""

    quantity: Quantity
    value: float
    relative: bool = False

    @property
    def text(self) -> str:
        """As it is written on the command line."""
        value = f"{number(round(100 * self.value, 9))}%" if self.relative else number(self.value)
        return f"{self.quantity.id}={value}"

    def half_width(self, results: Results, reference: str) -> float:
        """What is asked for, in the quantity's unit; 0, which is never reached, where the reference's mean is 0."""
        if not self.relative:
            return self.value
        values = self.quantity.values(results, reference)
        values = values[np.isfinite(values)]
        return self.value * abs(float(values.mean())) if values.size else 0.0

    @classmethod
    def parse(cls, text: str, catalogue: Mapping[str, MeasureSpec]) -> Target:
        """The target that ``MEASURE=VALUE`` means; ``5%`` is a share of the reference's mean.

        Raises:
            BadTarget: for a text that cannot be read, a number without a measure, or a mean that a handful of
                histories carries.
            BadQuantity: for a quantity that cannot be read.
            UnknownMeasure: for a measure that there is not.
        """
        measure, equals, wanted = text.rpartition("=")
        if not equals:
            raise BadTarget(text, _without_measure(text, catalogue))
        quantity = parse(measure, catalogue)
        if quantity.carried_by_few:
            raise BadTarget(text, _carried_by_few(quantity.spec))
        wanted = wanted.strip()
        relative = wanted.endswith("%")
        value = _number(wanted.removesuffix("%"))
        if value is None or value <= 0:
            how = f"{quantity.id}=VALUE, in {quantity.asked.unit}, or {quantity.id}=5%, of the reference's mean"
            raise BadTarget(text, f"'{wanted:.30}' is no number above 0. Write {how}.")
        if relative and not quantity.has_levels:
            raise BadTarget(
                text, f"one pattern alone has no {quantity.id} to take a percentage of. Write it as a share."
            )
        return cls(quantity, value / 100 if relative else value, relative)


def _without_measure(text: str, catalogue: Mapping[str, MeasureSpec]) -> str:
    example = next((spec for spec in catalogue.values() if spec.thresholds), None)
    named = f"P({example.id}>{number(example.thresholds[0])})=0.03" if example else "MEASURE=VALUE"
    if _number(text.strip().removesuffix("%")) is not None:
        return f"a number alone has no unit. Say of what: {named}."
    return f"the value is missing. Write MEASURE=VALUE, such as {named}."


def _carried_by_few(spec: MeasureSpec) -> str:
    at = number(spec.thresholds[0]) if spec.thresholds else "0"
    return (
        f"a handful of histories carries the mean of {spec.id}, so that an interval of it is not to be trusted. "
        f"Use P({spec.id}>{at}), better({spec.id}) or log({spec.id})."
    )


def _measure(name: str, text: str, catalogue: Mapping[str, MeasureSpec]) -> MeasureSpec:
    name = name.strip()
    found = catalogue.get(name)
    if found is not None:
        return found
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", name) is None:
        raise BadQuantity(text, f"write {FORMS}.")
    raise UnknownMeasure(name, tuple(catalogue))


def _exceedance(text: str, inner: str, catalogue: Mapping[str, MeasureSpec]) -> Quantity:
    found = _EXCEEDS.fullmatch(inner)
    if found is None:
        raise BadQuantity(text, "P() needs a threshold. Write P(measure>number).")
    spec = _measure(found[1], text, catalogue)
    value = _number(found[3])
    if found[2] != ">" or value is None:
        shown = number(value) if value is not None else "number"
        raise BadQuantity(text, f"P() says how often a measure is more than a number. Write P({spec.id}>{shown}).")
    return Quantity(Kind.EXCEEDANCE, spec, value)


def _quantile(text: str, inner: str, catalogue: Mapping[str, MeasureSpec]) -> Quantity:
    found = _EXCEEDS.fullmatch(inner.partition(",")[0])
    share = _number(inner.partition(",")[2])
    if found is None or found[2] != ">" or _number(found[3]) != 0 or share is None or not 0 < share < 1:
        raise BadQuantity(text, "write Q(measure>0,share) with a share between 0 and 1.")
    return Quantity(Kind.QUANTILE, _measure(found[1], text, catalogue), share)


def _capped(text: str, inner: str, catalogue: Mapping[str, MeasureSpec]) -> Quantity:
    name, _, wanted = inner.partition(",")
    spec, cap = _measure(name, text, catalogue), _number(wanted)
    if cap is None or cap <= 0:
        raise BadQuantity(text, f"the cap is missing or no number above 0. Write capped({spec.id},1000).")
    return Quantity(Kind.CAPPED, spec, cap)


def _better(text: str, inner: str, catalogue: Mapping[str, MeasureSpec]) -> Quantity:
    spec = _measure(inner, text, catalogue)
    if spec.direction == "neither":
        raise BadQuantity(text, f"neither more nor less of {spec.id} is better. Use mean({spec.id}).")
    return Quantity(Kind.BETTER, spec)


def _never(text: str, inner: str, catalogue: Mapping[str, MeasureSpec]) -> Quantity:
    spec = _measure(inner, text, catalogue)
    if not spec.may_not_happen:
        may = ", ".join(each.id for each in catalogue.values() if each.may_not_happen) or "none"
        raise BadQuantity(text, f"{spec.id} is defined whatever happens. Measures of what may never come: {may}.")
    return Quantity(Kind.NEVER, spec)


def _number(text: str) -> float | None:
    found = _NUMBER.fullmatch(text)
    value = float(found[1]) if found else math.nan
    return value if math.isfinite(value) else None
