"""The bootstrap of means: rows are whole histories, drawn with all their patterns or thresholds together.

With Gaussian multipliers each draw of the means is, given the rows, exactly a Gaussian vector with the rows'
covariance, so that it is drawn as such: the cost does not grow with the histories, and their order does not matter.
Source: Chernozhukov, Chetverikov and Kato, Annals of Statistics 41 (2013).
"""

from __future__ import annotations

import numpy as np

from sim.experiment.results import Numbers
from sim.experiment.statistics.conventions import DRAWS, DRAWS_SEED


def mean_and_covariance(rows: Numbers, times: Numbers) -> tuple[Numbers, Numbers]:
    """The mean of rows and the covariance of that mean; nought of no rows.

    Args:
        rows: shape (kinds, columns), without gaps.
        times: how often each kind of row came, shape (kinds,).
    """
    n = max(1.0, float(times.sum()))
    mean = times @ rows / n
    apart = rows - mean
    return mean, (apart * times[:, None]).T @ apart / (n * max(1.0, n - 1))


def drawn_means(mean: Numbers, covariance: Numbers) -> Numbers:
    """Means as the bootstrap draws them, shape (`DRAWS`, columns)."""
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    luck = np.random.default_rng(DRAWS_SEED).standard_normal((DRAWS, len(mean)))
    drawn: Numbers = mean + luck @ root.T
    return drawn
