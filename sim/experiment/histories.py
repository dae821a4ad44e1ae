"""Where harm fell and how a measure moved, over all histories of an experiment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.engine.blueprint import Blueprint
from sim.experiment.answers import Asked, Fan, HarmMap, HarmPlace
from sim.experiment.results import Results
from sim.experiment.scenario_model import KILLED_AT

Lines: TypeAlias = NDArray[np.float64]
"""One row a history, one column an hour of the grid."""

SHARES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles of a fan: the middle half, and nine in ten."""


def harm_map(results: Mapping[str, Results], blueprint: Blueprint) -> HarmMap:
    """Where civilians were killed, pattern by pattern.

    Args:
        results: by pattern; patterns that were dropped early have fewer.
        blueprint: for the places, their names and the roads.
    """
    places = blueprint.places.values()
    roads = tuple(
        _without_repeats([_at(blueprint, route.a), *route.path, _at(blueprint, route.b)])
        for route in blueprint.routes.values()
    )
    return HarmMap(tuple(_harm_at(place.id, results, blueprint) for place in places), roads)


def fan(results: Mapping[str, Lines], asked: Asked, hours: Sequence[float]) -> Fan:
    """Quantiles of a measure over histories at each hour.

    Args:
        results: by pattern, histories by hours; not a number where the measure is undefined.
    """
    return Fan(
        quantity=asked,
        hours=tuple(hours),
        shares=SHARES,
        quantiles={pattern: tuple(_quantiles(lines)) for pattern, lines in results.items()},
    )


def _quantiles(lines: Lines) -> Iterator[tuple[float, ...]]:
    defined = np.isfinite(lines)
    for share in SHARES:
        yield tuple(
            float(np.quantile(lines[defined[:, at], at], share)) if defined[:, at].any() else 0.0
            for at in range(lines.shape[1])
        )


def _harm_at(place: str, results: Mapping[str, Results], blueprint: Blueprint) -> HarmPlace:
    spec = blueprint.places[place]
    killed, struck = {}, {}
    for pattern, own in results.items():
        column = own.values(pattern, f"{KILLED_AT}{place}")
        made = column[np.isfinite(column)]
        killed[pattern] = float(made.mean()) if len(made) else 0.0
        struck[pattern] = float((made > 0).mean()) if len(made) else 0.0
    name = blueprint.reading.names.get(place, place)
    return HarmPlace(place, name, spec.latitude, spec.longitude, killed, struck)


def _at(blueprint: Blueprint, place: str) -> tuple[float, float]:
    spec = blueprint.places[place]
    return spec.latitude, spec.longitude


def _without_repeats(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """A path may name its ends itself."""
    return tuple(point for at, point in enumerate(points) if at == 0 or point != points[at - 1])
