"""What is said of assumptions, in plain sentences that may be quoted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from sim.doctrine import Parameter
from sim.doctrine.draws import value_at
from sim.experiment.answers import Asked, Interval
from sim.experiment.assuming.random_effects import Shares
from sim.experiment.assuming.sensitivity import Effect, Fit
from sim.experiment.statistics.quantities import number
from sim.experiment.statistics.wording import amount, of_hundred

STEPS: Final = 20
"""Shares are told to the nearest twentieth: nothing finer is known of them."""
STEEPEST: Final = 3
"""Assumptions that are named for a reversal; of more together nobody could say whether they hold."""
_ERRORS: Final = 1.96


def rounded(better: float, worse: float, immaterial: float) -> tuple[float, float, float]:
    """Shares to the nearest twentieth, which still add up to one (by the largest remainder)."""
    parts = [share * STEPS for share in (better, worse, immaterial)]
    whole = [math.floor(part + 1e-9) for part in parts]
    by_rest = sorted(range(3), key=lambda at: (whole[at] - parts[at], at))
    for at in by_rest[: STEPS - sum(whole)]:
        whole[at] += 1
    return whole[0] / STEPS, whole[1] / STEPS, whole[2] / STEPS


def coarse(share: Interval, value: float) -> Interval:
    """A share's interval in twentieths, outward, around its rounded value."""
    low = min(value, math.floor(share.low * STEPS + 1e-9) / STEPS)
    high = max(value, math.ceil(share.high * STEPS - 1e-9) / STEPS)
    return Interval(value, low, high)


def about(share: float) -> str:
    """A share in words; all and none are never said of so few sets."""
    if share > 1 - 0.5 / STEPS:
        return f"more than {100 - 100 // STEPS} %"
    if share < 0.5 / STEPS:
        return f"less than {100 // STEPS} %"
    return f"about {100 * share:.0f} %"


def worthwhile_of(asked: Asked) -> str:
    """The smallest difference worth acting on, as it was set; nothing where nobody set one."""
    if not asked.worthwhile:
        return ""
    if asked.unit == "share of histories":
        return f"{number(round(100 * asked.worthwhile, 9))} of 100 histories"
    return f"{number(float(f'{asked.worthwhile:.2g}'))} {asked.unit}".rstrip()


def interval_of(interval: Interval, asked: Asked) -> str:
    """A value with its interval and its unit."""
    error = (interval.high - interval.low) / 2 / _ERRORS
    said = of_hundred if asked.unit == "share of histories" else amount
    unit = "of 100 histories" if asked.unit == "share of histories" else asked.unit
    return (
        f"{said(interval.value, error)} ({said(interval.low, error)} to {said(interval.high, error)}) {unit}".rstrip()
    )


def said_of(found: Shares, asked: Asked, pattern: str, reference: str) -> str:
    """In how many of the sets tried a pattern is better, and in how many worse."""
    if not found.detectable:
        return (
            f"In this model no dependence on the assumptions is detectable in {_named(asked)}: over {found.draws:,} "
            f"assumption sets {pattern} minus {reference} is {interval_of(found.mean, asked)}."
        )
    better, worse, immaterial = rounded(found.better.value, found.worse.value, found.immaterial.value)
    more, less = ("better", "worse") if asked.direction in ("lower", "higher") else ("higher", "lower")
    beyond = f" by more than {worthwhile_of(asked)}" if asked.worthwhile else ""
    again = " by more than that" if beyond else ""
    rest = f", and no material difference in {about(immaterial)}" if beyond else ""
    return (
        f"In this model, in {_with_ends(found.better, better)} of the {found.draws:,} assumption sets tried, "
        f"{pattern} is {more} than {reference}{beyond} in {_named(asked)}; {less}{again} in "
        f"{_with_ends(found.worse, worse)}{rest}."
    )


def reversal(
    fit: Fit,
    asked: Asked,
    pattern: str,
    reference: str,
    ids: Sequence[str],
    parameters: Mapping[str, Parameter],
) -> str:
    """What would have to be true for the answer to turn round: the fewest of the steepest assumptions at their ends."""
    now = fit.at({})
    difference = f"{pattern} minus {reference}"
    if now.low <= 0.0 <= now.high:
        return (
            f"There is no answer to turn round: on average over the assumption sets {difference} is "
            f"{interval_of(now, asked)}."
        )
    steep = [effect for effect in fit.effects if abs(effect.change.value) > fit.chance][:STEEPEST]
    if not steep:
        return (
            "No single assumption moves the difference by more than chance does, so that none can be named that would "
            "turn the answer round."
        )
    where: dict[int, float] = {}
    for effect in steep:
        where[effect.at] = _against(fit, effect, now.value)
        there = fit.at(where)
        if there.value * now.value < 0.0:
            sure = "turns" if max(there.low * now.value, there.high * now.value) < 0.0 else "may turn"
            return (
                f"The answer {sure} round where {_places(where, ids, parameters)}: there {difference} is "
                f"{interval_of(there, asked)}, against {interval_of(now, asked)} on average."
            )
    return (
        f"Even where {_places(where, ids, parameters)}, {difference} is {interval_of(there, asked)}, against "
        f"{interval_of(now, asked)} on average: the steepest assumptions alone do not turn the answer round."
    )


def _against(fit: Fit, effect: Effect, now: float) -> float:
    """The end of its range at which an assumption works against the answer."""
    low, high = fit.ends[effect.at]
    return low if effect.change.value * now > 0.0 else high


def _places(where: Mapping[int, float], ids: Sequence[str], parameters: Mapping[str, Parameter]) -> str:
    said = []
    for column, share in where.items():
        parameter = parameters[ids[column]]
        low, high = parameter.range
        said.append(
            f"{ids[column]} is near {value_at(parameter, share):.3g} {parameter.unit} (range {low:.3g} to {high:.3g})"
        )
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def _with_ends(share: Interval, value: float) -> str:
    ends = coarse(share, value)
    return f"{about(value)} ({100 * ends.low:.0f} to {100 * ends.high:.0f} %)"


def _named(asked: Asked) -> str:
    return f"'{asked.label}'"
