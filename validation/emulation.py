"""What a band's statistic is expected to be at a vector of constants: a Gaussian process with noise for each target.

The noise is the luck of few runs and everything that the other constants do; it is no part of what is emulated, which
is the expectation over both. scikit-learn is a second to load and only the calibration needs it.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SMOOTH = (0.5, 50.0)
"""Over what share of its range a constant may at least act: a hundred points of twelve cannot show anything finer."""
START = 2.0
"""Where the search for that begins: nearly straight over the whole range."""
BLOCK = 20_000
"""Vectors that are predicted at a time: memory, not a result."""


@dataclass(frozen=True)
class Target:
    """What the record says of a statistic, on the scale it is compared on."""

    name: str
    z: float
    observed: float
    """Variance of what was observed."""
    discrepancy: float
    """Variance that a model which is not the world is allowed."""
    log: bool = False
    """Compared as a logarithm."""

    def plain(self, value: float) -> float:
        """A value of the scale of comparison as readers know it."""
        return math.expm1(value) if self.log else value


class Emulator:
    """One target's expectation over the unit cube of the calibrated constants."""

    def __init__(self, points: Array, values: Array, seed: int) -> None:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

        self._middle, self._scale = float(values.mean()), float(values.std()) or 1.0
        kernel = ConstantKernel(1.0, (1e-2, 1e2)) * RBF(np.full(points.shape[1], START), SMOOTH)
        self._model: Any = GaussianProcessRegressor(kernel + WhiteKernel(0.5, (1e-4, 2.0)), random_state=seed)
        with warnings.catch_warnings():
            # A length at its bound says that a constant does nothing, which is welcome.
            warnings.simplefilter("ignore", ConvergenceWarning)
            self._model.fit(points, (values - self._middle) / self._scale)

    @property
    def noise(self) -> float:
        """Variance of a statistic around its expectation."""
        return float(self._model.kernel_.k2.noise_level) * self._scale**2

    def predict(self, points: Array) -> tuple[Array, Array]:
        """Expectation and the variance with which it is known."""
        means, variances = [], []
        for at in range(0, len(points), BLOCK):
            mean, deviation = self._model.predict(points[at : at + BLOCK], return_std=True)
            means.append(mean)
            # The library counts the noise of a new run in.
            variances.append(np.maximum(deviation**2 - self._model.kernel_.k2.noise_level, 0.0))
        return (
            np.concatenate(means) * self._scale + self._middle,
            np.concatenate(variances) * self._scale**2,
        )


def implausibilities(points: Array, emulators: list[Emulator], targets: list[Target]) -> Array:
    """|E - z| / sqrt(V_emulator + V_observed + V_discrepancy), vectors x targets."""
    made = []
    for emulator, target in zip(emulators, targets, strict=True):
        mean, variance = emulator.predict(points)
        made.append(np.abs(mean - target.z) / np.sqrt(variance + target.observed + target.discrepancy))
    return np.stack(made, axis=1)


def second_largest(found: Array) -> Array:
    """One target may be missed by any amount: a single emulator or a single record can be wrong."""
    return np.sort(found, axis=1)[:, -2]
