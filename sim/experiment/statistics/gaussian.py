"""The bootstrap of means: rows are whole histories, drawn with all their patterns or thresholds together.

With Gaussian multipliers each draw of the means is, given the rows, exactly a Gaussian vector with the rows'
covariance, so that it is drawn as such: the cost does not grow with the histories, and their order does not matter.
Source: Chernozhukov, Chetverikov and Kato, Annals of Statistics 41 (2013).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.experiment.results import Numbers
from sim.experiment.statistics.conventions import DRAWS, DRAWS_SEED

_BLOCK: Final = 50_000
"""Rows in memory at one time."""


class Moments:
    """Mean and covariance of rows that come block by block."""

    def __init__(self, columns: int) -> None:
        self.n = 0
        self._sum = np.zeros(columns)
        self._products = np.zeros((columns, columns))

    def add(self, rows: Numbers) -> None:
        """Count rows of shape (any, columns), without gaps."""
        self.n += len(rows)
        self._sum += rows.sum(axis=0)
        self._products += rows.T @ rows

    @property
    def mean(self) -> Numbers:
        """Shape (columns,)."""
        return self._sum / max(1, self.n)

    @property
    def covariance_of_mean(self) -> Numbers:
        """Shape (columns, columns)."""
        if self.n < 2:
            return np.zeros_like(self._products)
        return (self._products / self.n - np.outer(self.mean, self.mean)) / (self.n - 1)


def blocks(n: int) -> list[slice]:
    """Slices of rows that fit in memory."""
    return [slice(start, min(n, start + _BLOCK)) for start in range(0, n, _BLOCK)]


def drawn_means(mean: Numbers, covariance: Numbers) -> Numbers:
    """Means as the bootstrap draws them, shape (`DRAWS`, columns)."""
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    luck = np.random.default_rng(DRAWS_SEED).standard_normal((DRAWS, len(mean)))
    drawn: Numbers = mean + luck @ root.T
    return drawn
