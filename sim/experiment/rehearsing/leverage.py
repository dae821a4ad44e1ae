"""What a decision settles: the share of the variance of an outcome that is the choice, against chance.

A decision is forced each way in the same histories. Options are draws, each as likely: tau² is the variance of their
means with the luck of few runs taken off, sigma² the variance between histories with the choice held; the share is
tau² / (tau² + sigma²). Source: two-way random-effects analysis of variance by its moments (Searle, Casella and
McCulloch, Variance Components, 1992); the interval resamples histories, all options of one together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from sim.experiment.answers import Interval
from sim.experiment.results import Numbers
from sim.experiment.statistics.conventions import DRAWS_SEED, ERROR

RESAMPLES: Final = 1_000
"""Fewer than for a single quantity: every decision is looked at in a dozen measures."""
_EDGES: Final = (ERROR / 2, 1 - ERROR / 2)


def leverage(outcomes: Sequence[Sequence[float]] | Numbers, among: int = 1) -> tuple[Interval, bool]:
    """The share of the variance of an outcome that is the choice.

    Args:
        outcomes: options by histories; at least two of each, in every history the same luck.
        among: how many outcomes are looked at together.

    Returns:
        The share with its 95 % interval, and whether there is any when all those outcomes are looked at (Bonferroni).
    """
    y = np.asarray(outcomes, dtype=np.float64)
    estimate = float(_share(y[:, None, :], 1.0)[0])
    luck = np.random.Generator(np.random.Philox(DRAWS_SEED))
    drawn = luck.integers(0, y.shape[1], size=(RESAMPLES, y.shape[1]))
    # A resample of histories carries the noise of few runs twice: once in the sample, once in the resampling.
    resampled = _share(y[:, drawn], 2.0)
    low, high, lowest = (float(edge) for edge in np.quantile(resampled, (*_EDGES, _EDGES[0] / among)))
    return Interval(estimate, min(low, estimate), max(high, estimate)), lowest > 0.0


def _share(y: Numbers, noises: float) -> Numbers:
    """Shares of options x samples x histories, one a sample.

    Args:
        noises: how many times the means carry the noise of few histories.
    """
    options, _, histories = y.shape
    by_option = y.mean(axis=2)
    by_history = y.mean(axis=0)
    residual = y - by_option[:, :, None] - by_history[None] + by_option.mean(axis=0)[None, :, None]
    noise = (residual**2).sum(axis=(0, 2)) / ((options - 1) * (histories - 1))
    between = np.maximum(0.0, by_option.var(axis=0, ddof=1) - noises * noise / histories)
    within = y.var(axis=2, ddof=1).mean(axis=0)
    total = between + within
    # What differs by the last bit alone does not differ.
    alike = total <= 1e-20 * (1.0 + (y**2).mean(axis=(0, 2)))
    share: Numbers = np.where(alike, 0.0, between / np.where(alike, 1.0, total))
    return share
