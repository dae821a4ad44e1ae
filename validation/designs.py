"""Designs: which values each set of assumptions gets. Every one is decided by a seed and an order, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.doctrine import Parameter
from sim.doctrine.draws import CalibratedDraws, is_swept, value_at

Points = NDArray[np.float64]


def latin_hypercube(points: int, dimensions: int, rng: np.random.Generator) -> Points:
    """Points of the unit cube, one in each of ``points`` slices of every dimension."""
    made = np.empty((points, dimensions))
    for column in range(dimensions):
        made[:, column] = (rng.permutation(points) + rng.random(points)) / points
    return made


def swept(parameters: Mapping[str, Parameter], without: Sequence[str] = ()) -> list[str]:
    """The constants that a draw gives a value, by name so that their order in a file does not matter."""
    return sorted(id_ for id_, parameter in parameters.items() if is_swept(parameter) and id_ not in without)


def valued(ids: Sequence[str], shares: Points, parameters: Mapping[str, Parameter]) -> list[dict[str, float]]:
    """Each row of shares of ranges as values by id."""
    return [
        {id_: value_at(parameters[id_], float(share)) for id_, share in zip(ids, row, strict=True)} for row in shares
    ]


def full_ranges(parameters: Mapping[str, Parameter], draws: int, seed: int) -> list[dict[str, float]]:
    """Draws in which everything that is not verified goes over its whole range."""
    ids = swept(parameters)
    return valued(ids, latin_hypercube(draws, len(ids), np.random.default_rng([seed, 1])), parameters)


def around_calibrated(
    parameters: Mapping[str, Parameter], vectors: CalibratedDraws, draws: int, seed: int
) -> list[dict[str, float]]:
    """Draws in which the calibrated constants come from a shipped vector and the others from their ranges."""
    ids = swept(parameters, vectors.ids)
    rng = np.random.default_rng([seed, 2])
    others = valued(ids, latin_hypercube(draws, len(ids), rng), parameters)
    order = rng.permutation(max(draws, len(vectors)))[:draws]
    return [{**other, **vectors.values(int(at))} for other, at in zip(others, order, strict=True)]
