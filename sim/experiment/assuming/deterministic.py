"""Sensitivity of outputs without chance: elementary effects and variance indices, by SALib.

Only for outputs that a set of assumptions decides, or averages over so many histories that no chance is left. Noise
reads as influence: under luck of its own an inert constant's total index is the share of the noise.

Source: Morris (1991), Technometrics 33(2); Saltelli et al. (2010), Computer Physics Communications 181(2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from sim.doctrine import Parameter
from sim.doctrine.draws import value_at
from sim.experiment.answers import Interval
from sim.experiment.assuming.designs import stream
from sim.experiment.faults import BadDesign, MissingExtra
from sim.experiment.results import Numbers

Function: TypeAlias = Callable[[Mapping[str, float]], float]
"""An output, from values by constant."""


@dataclass(frozen=True, slots=True)
class ElementaryEffect:
    """What moving one constant through its range does, over places where the others may be; in the output's unit."""

    size: float
    """Mean of the absolute effects."""
    spread: float
    """Their standard deviation: large where it bends or works together with others."""


@dataclass(frozen=True, slots=True)
class VarianceIndex:
    """Shares of an output's variance over the ranges."""

    first: Interval
    """By the constant alone."""
    total: Interval
    """With all in which it has a part."""


def elementary_effects(
    output: Function, parameters: Mapping[str, Parameter], *, trajectories: int = 20, levels: int = 4, seed: int = 0
) -> dict[str, ElementaryEffect]:
    """Elementary effects of Morris, by constant.

    Args:
        parameters: with the ranges they go over; none may have a range of nothing.
        trajectories: each takes one evaluation for every constant and one more.
        levels: of the grid, an even number.
        seed: any whole number; 0 is a seed like any other.

    Raises:
        BadDesign: for no parameters, or numbers that make no design.
        MissingExtra: without SALib.
    """
    if trajectories < 2 or levels < 2 or levels % 2:
        raise BadDesign(f"{trajectories} trajectories on {levels} levels: at least 2, and an even number of levels.")
    problem = _problem(parameters)
    analysis, sampling = _salib("morris")
    shares = sampling.sample(problem, trajectories, num_levels=levels, seed=_seed(seed))
    found = analysis.analyze(
        problem, shares, _evaluated(output, parameters, shares), num_levels=levels, seed=_seed(seed)
    )
    return {
        name: ElementaryEffect(float(size), float(spread))
        for name, size, spread in zip(parameters, found["mu_star"], found["sigma"], strict=True)
    }


def variance_indices(
    output: Function, parameters: Mapping[str, Parameter], *, points: int = 1024, seed: int = 0
) -> dict[str, VarianceIndex]:
    """First-order and total indices of Sobol', by constant, with 95 % bootstrap intervals.

    Args:
        parameters: with the ranges they go over.
        points: a power of two; each takes one evaluation for every constant and two more.
        seed: any whole number; 0 is a seed like any other.

    Raises:
        BadDesign: for no parameters, or a number of points that is no power of two.
        MissingExtra: without SALib.
    """
    if points < 2 or points & (points - 1):
        raise BadDesign(f"{points} is no power of two, and only then are Sobol' points balanced.")
    problem = _problem(parameters)
    analysis, sampling = _salib("sobol")
    shares = sampling.sample(problem, points, calc_second_order=False, seed=_seed(seed))
    found = analysis.analyze(problem, _evaluated(output, parameters, shares), calc_second_order=False, seed=_seed(seed))
    return {
        name: VarianceIndex(
            _interval(found["S1"][at], found["S1_conf"][at]), _interval(found["ST"][at], found["ST_conf"][at])
        )
        for at, name in enumerate(parameters)
    }


def _interval(value: float, half: float) -> Interval:
    return Interval(float(value), float(value - half), float(value + half))


def _problem(parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    """Shares of ranges; each constant goes through its range on a scale of its own."""
    if not parameters:
        raise BadDesign("Nothing is varied.")
    return {"num_vars": len(parameters), "names": list(parameters), "bounds": [[0.0, 1.0]] * len(parameters)}


def _evaluated(output: Function, parameters: Mapping[str, Parameter], shares: Numbers) -> Numbers:
    return np.array(
        [
            output(
                {id_: value_at(one, float(share)) for (id_, one), share in zip(parameters.items(), row, strict=True)}
            )
            for row in shares
        ]
    )


def _seed(seed: int) -> int:
    """SALib takes 0 for no seed, and then draws one."""
    return int(stream(seed, "salib").integers(1, 2**31))


def _salib(method: str) -> tuple[Any, Any]:
    try:
        # SALib brings pandas and matplotlib, most of a second.
        from importlib import import_module

        return import_module(f"SALib.analyze.{method}"), import_module(f"SALib.sample.{method}")
    except ImportError as error:
        raise MissingExtra("Sensitivity of outputs without chance needs SALib", "sensitivity") from error
