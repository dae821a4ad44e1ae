"""Designs: which points of the unit cube are tried. Each is decided by a seed and an order, nothing else.

A Latin hypercube has any number of points. Sobol' points come by powers of two, and the balance of a block is lost
with its last points; more of them are another block, scrambled anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.experiment.faults import BadDesign, MissingExtra

if TYPE_CHECKING:
    from sim.experiment.results import Numbers

MOST_POINTS: Final = 100_000
"""Points of a design; each is run many times."""
_MOST_SOBOL_DIMENSIONS: Final = 21_201
"""For which scipy knows direction numbers."""


class Design(StrEnum):
    """How the points are chosen."""

    FACTORIAL = "factorial"
    """Every combination of levels."""
    LATIN_HYPERCUBE = "latin-hypercube"
    """Each factor in equal slices, one point in each."""
    SOBOL = "sobol"
    """Scrambled Sobol' points, by powers of two."""


def full_factorial(levels: Sequence[int]) -> NDArray[np.intp]:
    """Every combination of levels once, the last factor fastest.

    Args:
        levels: how many each factor has.

    Returns:
        Points x factors: which level, from 0.

    Raises:
        BadDesign: when there are more combinations than can be run.
    """
    many = 1
    for count in levels:
        many *= count
    if many > MOST_POINTS:
        raise BadDesign(
            f"{many:,} combinations of levels are more than {MOST_POINTS:,}. "
            f"Name fewer levels, or take a {Design.LATIN_HYPERCUBE} of as many points as you can run."
        )
    return np.stack(np.unravel_index(np.arange(many), tuple(levels)), axis=1) if levels else np.zeros((1, 0), np.intp)


def latin_hypercube(points: int, dimensions: int, rng: np.random.Generator) -> Numbers:
    """Points of the unit cube, one in each of ``points`` slices of every dimension.

    Source: McKay, Beckman and Conover (1979), Technometrics 21(2).
    """
    made = np.empty((points, dimensions))
    for column in range(dimensions):
        made[:, column] = (rng.permutation(points) + rng.random(points)) / points
    return made


def scrambled_sobol(points: int, dimensions: int, seed: int, block: int = 0) -> Numbers:
    """A block of scrambled Sobol' points of the unit cube.

    Args:
        points: a power of two.
        seed: any whole number; 0 is a seed like any other.
        block: 0 for the first; each further one is scrambled anew, and joins those before without sharing a point.

    Raises:
        BadDesign: for a number of points or dimensions that such points do not have.
        MissingExtra: without scipy.

    Source: Owen (1998), J. Complexity 14(4).
    """
    if points < 1 or points & (points - 1):
        below = 1 << max(0, points.bit_length() - 1)
        raise BadDesign(
            f"{points} is no power of two, and only then are Sobol' points balanced. Ask for {below} or {2 * below}; "
            "more points later are another scrambled block, a power of two again."
        )
    if not 1 <= dimensions <= _MOST_SOBOL_DIMENSIONS:
        raise BadDesign(
            f"Sobol' points have 1 to {_MOST_SOBOL_DIMENSIONS} dimensions, not {dimensions}. "
            f"Take a {Design.LATIN_HYPERCUBE}."
        )
    try:
        # scipy's sampling is 100 ms, and most designs do without.
        from scipy.stats import qmc
    except ImportError as error:
        raise MissingExtra("Sobol' points need scipy", "experiments") from error
    rng = stream(seed, "sobol", block)
    made: Numbers = qmc.Sobol(dimensions, scramble=True, seed=rng).random(points)
    # Rounding to 64 bits may reach the end.
    return np.clip(made, 0.0, np.nextafter(1.0, 0.0))


def stream(seed: int, *purpose: str | int) -> np.random.Generator:
    """A generator that is decided by a seed and what it is for."""
    words = "/".join(str(word) for word in (seed, *purpose))
    return np.random.default_rng(int.from_bytes(blake2b(words.encode(), digest_size=16).digest(), "little"))
