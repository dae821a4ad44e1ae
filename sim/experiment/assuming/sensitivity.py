"""Which assumptions move a difference: found in one half of the draws, estimated in the other.

What moves is the paired difference, not the level. One design serves all constants at once: regression spends every
run on every one of them, where moving one at a time spends two runs an effect. Whoever is picked for looking strong in
some draws looks too strong in them, so those picked are estimated in draws that had no say.

Source: Saltelli et al. (2008), Global Sensitivity Analysis, for the indices; MacKinnon and White (1985), J.
Econometrics 29, for errors of a regression whose scatter is not the same everywhere; Sudret (2008), Reliability
Engineering and System Safety 93, for indices from orthonormal polynomials.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.experiment.answers import Interval
from sim.experiment.assuming.designs import stream
from sim.experiment.results import Numbers
from sim.experiment.statistics.conventions import LEVEL
from sim.experiment.statistics.intervals import t_quantile

Whole = NDArray[np.intp]

MOST_SURVIVORS: Final = 15
"""Constants that are estimated together; a quadratic form of more has too many terms for any affordable design."""
DRAWS_PER_SURVIVOR: Final = 8
"""Draws that estimate, for each constant that is estimated."""
DRAWS_PER_TERM: Final = 4
"""Draws that estimate, for each term of a quadratic form."""
FEWEST_DRAWS: Final = 24
"""Below this a half is too small to pick or to estimate anything."""
INERT: Final = 2000
"""Constants without any effect that are tried to see what chance makes of them."""
CHANCE: Final = 0.95
_STILL: Final = 1e-9
"""What varies by less does not vary."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What moving a constant from the low to the high end does to the difference."""

    at: int
    """Which column of the design."""
    change: Interval


@dataclass(frozen=True, slots=True)
class Fit:
    """The difference as a sum of curves, one for each constant that survived."""

    effects: tuple[Effect, ...]
    """Strongest first."""
    chance: float
    """The change that an inert constant would show in 95 of 100 designs."""
    ends: Mapping[int, tuple[float, float]]
    """By column: the lowest and highest share of its range that was tried."""
    coefficients: Numbers
    covariance: Numbers
    survivors: tuple[int, ...]
    curves: Curves
    errors: float
    """Standard errors to either side of a 95 % interval."""

    def at(self, where: Mapping[int, float]) -> Interval:
        """The difference where some constants have these shares of their range, the mean over all the others.

        Raises:
            KeyError: for a constant that did not survive.
        """
        terms = np.zeros(len(self.coefficients))
        terms[0] = 1.0
        for column, share in where.items():
            if column not in self.survivors:
                raise KeyError(column)
            place = self.survivors.index(column)
            terms[1 + 2 * place : 3 + 2 * place] = self.curves.one(place, share)
        value = float(terms @ self.coefficients)
        half = self.errors * math.sqrt(max(0.0, float(terms @ self.covariance @ terms)))
        return Interval(value, value - half, value + half)


def halves(draws: int, seed: int) -> tuple[Whole, Whole]:
    """The draws that pick, and those that estimate: by chance, since a design may have an order of its own."""
    order = stream(seed, "halves").permutation(draws)
    return np.sort(order[: draws // 2]), np.sort(order[draws // 2 :])


def screened(shares: Numbers, differences: Numbers, most: int = MOST_SURVIVORS) -> tuple[int, ...]:
    """The constants that move a difference most, strongest first: straight, bent, or together with another.

    Each constant has three scores: how strongly the difference follows it, its square, and its product with whichever
    other one fits best. A score counts by how seldom chance would reach it; of a thousand products the best must be
    that much better.

    Args:
        shares: draws x constants, how far through its range each lies.
        differences: one a draw.
        most: how many are kept.
    """
    many, wide = shares.shape
    curves = Curves.through(shares)
    straight, bent = curves.straight(shares), curves.bent(shares)
    apart = differences - differences.mean()
    deviation = float(apart.std())
    if many < 3 or deviation == 0.0:
        return ()
    scale = deviation * math.sqrt(many)
    lines = np.abs(straight.T @ apart) / scale
    bends = np.abs(bent.T @ apart) / scale
    products = np.abs(straight.T @ (straight * apart[:, None])) / scale
    np.fill_diagonal(products, 0.0)
    rare = np.stack(
        [_rarity(lines, 1), _rarity(bends, 1), _rarity(products.max(axis=1, initial=0.0), max(1, wide - 1))]
    )
    score = rare.min(axis=0)
    return tuple(int(at) for at in np.argsort(score, kind="stable")[: min(most, many // DRAWS_PER_SURVIVOR)])


def fitted(shares: Numbers, differences: Numbers, survivors: Sequence[int], seed: int) -> Fit:
    """What each survivor does to the difference, and what chance alone would show.

    The chance bar is what constants that do nothing show: columns of random numbers in the same regression on the same
    differences. Histories are not shared between draws, so that such a column meets their luck as any constant does;
    under common luck it would show exactly nothing, and set no bar.

    Args:
        shares: draws x constants, of the draws that had no say in who survives.
        differences: one a draw.
    """
    own_shares = shares[:, list(survivors)]
    curves = Curves.through(own_shares)
    terms = _terms(curves, own_shares)
    coefficients, covariance = _regression(terms, differences)
    ends = {column: _ends(shares[:, column]) for column in survivors}
    errors = _errors(terms)
    effects = []
    for place, column in enumerate(survivors):
        low, high = (curves.one(place, end) for end in ends[column])
        own = slice(1 + 2 * place, 3 + 2 * place)
        step = high - low
        value = float(step @ coefficients[own])
        half = errors * math.sqrt(max(0.0, float(step @ covariance[own, own] @ step)))
        effects.append(Effect(column, Interval(value, value - half, value + half)))
    effects.sort(key=lambda effect: -abs(effect.change.value))
    return Fit(
        effects=tuple(effects),
        chance=_chance(terms, differences, seed),
        ends=ends,
        coefficients=coefficients,
        covariance=covariance,
        survivors=tuple(survivors),
        curves=curves,
        errors=errors,
    )


def indices(shares: Numbers, differences: Numbers, survivors: Sequence[int], between: float) -> dict[int, Interval]:
    """Total variance indices: the share of the scatter over assumptions in which each survivor has a part.

    From a quadratic form with all products, each term's square less its error's. Empty where nothing is left of the
    scatter.

    Args:
        survivors: strongest first; as many of them as there are draws for.
        between: variance of the difference over assumptions, chance taken off.
    """
    many = sum(
        DRAWS_PER_TERM * (1 + 2 * count + count * (count - 1) // 2) <= len(shares)
        for count in range(1, len(survivors) + 1)
    )
    if between <= 0.0 or not many:
        return {}
    own = shares[:, list(survivors[:many])]
    curves = Curves.through(own)
    straight = curves.straight(own)
    pairs = list(combinations(range(many), 2))
    products = [straight[:, one] * straight[:, other] for one, other in pairs]
    terms = np.stack([*_terms(curves, own).T, *products], axis=1)
    coefficients, covariance = _regression(terms, differences)
    errors = np.diag(covariance)
    made, doubt = coefficients**2 - errors, 4.0 * coefficients**2 * errors + 2.0 * errors**2
    found = {}
    for place in range(many):
        parts = [1 + 2 * place, 2 + 2 * place]
        parts += [1 + 2 * many + at for at, pair in enumerate(pairs) if place in pair]
        value = float(made[parts].sum()) / between
        half = _errors(terms) * math.sqrt(float(doubt[parts].sum())) / between
        low, high = (min(1.0, max(0.0, end)) for end in (value - half, value + half))
        found[survivors[place]] = Interval(min(1.0, max(0.0, value)), low, high)
    return found


def by_mechanism(shares: Numbers, differences: Numbers, mechanisms: Sequence[str]) -> dict[str, float]:
    """Share of the explained scatter by group of constants, largest first; only groups that chance does not explain.

    A group's part is the sum over its constants of what each explains less what chance would: single constants that
    are too weak to be seen add up.

    Args:
        shares: draws x constants, all draws: nobody is picked, so that nothing is picked for being lucky.
        mechanisms: the group of each constant.
    """
    many = len(differences)
    total = float(differences.var())
    if many < FEWEST_DRAWS or total == 0.0:
        return {}
    curves = Curves.through(shares)
    straight, bent = curves.straight(shares), curves.bent(shares)
    apart = differences - differences.mean()
    explained = ((straight.T @ apart / many) ** 2 + (bent.T @ apart / many) ** 2) / total - 2.0 / many
    groups = np.array(mechanisms)
    names = sorted(set(mechanisms))
    # One of twenty such lists may name a group that is nothing but chance.
    far = NormalDist().inv_cdf(1.0 - (1.0 - CHANCE) / len(names))
    found = {}
    for name in names:
        inside = groups == name
        part, free = float(explained[inside].sum()), 2 * int(inside.sum())
        if many * part + free > _chi_square(free, far):
            found[name] = part
    whole = sum(found.values())
    return {name: part / whole for name, part in sorted(found.items(), key=lambda item: (-item[1], item[0]))}


def _chi_square(free: int, far: float) -> float:
    """A quantile of so many squared normal numbers, by that of one (Wilson and Hilferty 1931)."""
    part = 2.0 / (9.0 * free)
    return free * (1.0 - part + far * math.sqrt(part)) ** 3


def _chance(terms: Numbers, differences: Numbers, seed: int) -> float:
    """The 95th percentile of the change that inert constants show."""
    inert = stream(seed, "inert").random((len(differences), INERT))
    basis, _ = np.linalg.qr(terms)
    left = differences - basis @ (basis.T @ differences)
    inert -= basis @ (basis.T @ inert)
    # A share goes from 0 to 1, so that its slope is the change from end to end.
    return float(np.quantile(np.abs(left @ inert) / np.einsum("ij,ij->j", inert, inert), CHANCE))


def _regression(terms: Numbers, differences: Numbers) -> tuple[Numbers, Numbers]:
    """Coefficients by least squares, and their covariance whatever the scatter at each point (HC3)."""
    inverse = np.linalg.pinv(terms)
    coefficients = inverse @ differences
    weight = np.clip(1.0 - np.einsum("ij,ji->i", terms, inverse), 1e-3, None)
    left = (differences - terms @ coefficients) / weight
    return coefficients, (inverse * left**2) @ inverse.T


def _errors(terms: Numbers) -> float:
    """Standard errors to either side of a 95 % interval, after so many terms."""
    draws, many = terms.shape
    return t_quantile(0.5 + LEVEL / 2, max(1, draws - many))


def _terms(curves: Curves, shares: Numbers) -> Numbers:
    """A constant, and for each column its straight and its bent term."""
    both = np.stack([curves.straight(shares), curves.bent(shares)], axis=2)
    return np.concatenate([np.ones((len(shares), 1)), both.reshape(len(shares), -1)], axis=1)


@dataclass(frozen=True, slots=True)
class Curves:
    """For each column a straight and a bent term: mean 0, variance 1 and apart from each other, in the draws made.

    Made from what was drawn and not from the whole range, since calibrated constants do not fill theirs. A column that
    does not vary has terms of nothing.
    """

    middle: Numbers
    scale: Numbers
    tilt: Numbers
    """How far the square follows the line."""
    level: Numbers
    bend: Numbers

    @classmethod
    def through(cls, shares: Numbers) -> Curves:
        """The terms of columns: draws x columns."""
        middle, scale = shares.mean(axis=0), _inverse(shares.std(axis=0))
        line = (shares - middle) * scale
        square = line**2
        level, tilt = square.mean(axis=0), (square * line).mean(axis=0)
        return cls(middle, scale, tilt, level, _inverse((square - level - tilt * line).std(axis=0)))

    def straight(self, shares: Numbers) -> Numbers:
        """The straight terms at some shares of the ranges, draws x columns."""
        return (shares - self.middle) * self.scale

    def bent(self, shares: Numbers) -> Numbers:
        """The bent terms."""
        line = self.straight(shares)
        return (line**2 - self.level - self.tilt * line) * self.bend

    def one(self, column: int, share: float) -> Numbers:
        """Both terms of one column at one share of its range."""
        line = (share - self.middle[column]) * self.scale[column]
        return np.array([line, (line**2 - self.level[column] - self.tilt[column] * line) * self.bend[column]])


def _inverse(spread: Numbers) -> Numbers:
    made: Numbers = np.where(spread > _STILL, 1.0 / np.maximum(spread, _STILL), 0.0)
    return made


def _ends(shares: Numbers) -> tuple[float, float]:
    """The range itself where the draws fill it, otherwise no farther than they went."""
    low, high = float(shares.min()), float(shares.max())
    filled = 4.0 / len(shares)
    return (0.0 if low < filled else low, 1.0 if high > 1.0 - filled else high)


def _rarity(scores: Numbers, tried: int) -> Numbers:
    """How seldom chance gives the best of so many scores at least this (Sidak)."""
    single = np.array([math.erfc(score / math.sqrt(2.0)) for score in scores])
    made: Numbers = -np.expm1(tried * np.log1p(-np.clip(single, 0.0, 1.0 - 1e-16)))
    return made
