"""Sets of assumptions: values for every constant that is neither verified nor set by the scenario itself.

Constants are drawn by a Latin hypercube. With a thousand of them, Sobol' points of a few hundred draws pair some
constants almost perfectly (correlations up to 0.9 among 1,066 constants in 512 points, against 0.2 here), and what
one does would be laid to another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.doctrine import Parameter, load_doctrine
from sim.doctrine.draws import CalibratedDraws, is_swept, share_of, value_at
from sim.experiment.assuming.designs import latin_hypercube, stream
from sim.experiment.faults import BadDesign

if TYPE_CHECKING:
    from sim.engine.blueprint import Blueprint
    from sim.experiment.results import Numbers

BLOCK: Final = 100
"""Draws of one hypercube. A design of so many is balanced, and any number can be added."""
MOST_PAIRS: Final = 1_000_000
"""Replications that one draw may have: between the ids of one draw and the next there is room for so many."""


class Over(StrEnum):
    """Which sets of assumptions are tried."""

    RANGES = "ranges"
    """Every constant over its whole range."""
    CALIBRATED = "calibrated"
    """The calibrated ones together as a shipped vector has them, the others over their ranges."""


@dataclass(frozen=True, slots=True)
class AssumptionSets:
    """Values by draw; draw 0 is the doctrine as shipped, and is not among those that are counted."""

    ids: tuple[str, ...]
    """What is varied, by name."""
    values: tuple[Mapping[str, float], ...]
    """By draw, from 1 on."""

    @property
    def by_draw(self) -> tuple[Mapping[str, float], ...]:
        """Values by the number of the draw, the doctrine as shipped first."""
        return ({}, *self.values)

    def shares(self, parameters: Mapping[str, Parameter]) -> Numbers:
        """How far through its range each value lies: draws x ids."""
        return np.array([[share_of(parameters[id_], each[id_]) for id_ in self.ids] for each in self.values])


def assumption_sets(
    parameters: Mapping[str, Parameter],
    draws: int,
    seed: int,
    *,
    over: Over = Over.RANGES,
    own: Collection[str] = (),
    vectors: CalibratedDraws | None = None,
) -> AssumptionSets:
    """The sets of assumptions of an experiment.

    Args:
        parameters: of the doctrine.
        own: constants that the scenario sets itself; it means them for its case, and no draw changes them.
        vectors: the calibrated ones; the shipped ones if left out.

    Raises:
        BadDesign: for fewer than two draws, nothing to draw, or calibrated draws where none are shipped.
    """
    if draws < 2:
        raise BadDesign(f"{draws} sets of assumptions say nothing about assumptions. Ask for at least 2.")
    ids = swept(parameters, own)
    if not ids:
        raise BadDesign("No constant is left to be drawn.")
    if over is Over.RANGES:
        return AssumptionSets(tuple(ids), tuple(_over_ranges(parameters, ids, draws, seed)))
    if vectors is None:
        from sim.doctrine.draws import calibrated_draws

        vectors = calibrated_draws()
    if not vectors:
        raise BadDesign("No calibrated sets of assumptions are shipped. Draw over the ranges instead.")
    together = [_calibrated(vectors, draw, seed, own) for draw in range(draws)]
    others = [id_ for id_ in ids if id_ not in together[0]]
    apart = _over_ranges(parameters, others, draws, seed)
    made = tuple({**other, **vector} for other, vector in zip(apart, together, strict=True))
    return AssumptionSets(tuple(sorted(made[0])), made)


def swept(parameters: Mapping[str, Parameter], without: Collection[str] = ()) -> list[str]:
    """The constants that a draw gives a value, by name so that their order in a file does not matter."""
    return sorted(id_ for id_, parameter in parameters.items() if is_swept(parameter) and id_ not in without)


def _over_ranges(
    parameters: Mapping[str, Parameter], ids: Sequence[str], draws: int, seed: int
) -> list[dict[str, float]]:
    """By block, so that draws which are added later leave those before as they were."""
    blocks = [
        latin_hypercube(BLOCK, len(ids), stream(seed, "assumptions", block)) for block in range(-(-draws // BLOCK))
    ]
    return [
        {id_: value_at(parameters[id_], float(share)) for id_, share in zip(ids, row, strict=True)}
        for row in np.concatenate(blocks)[:draws]
    ]


def _calibrated(vectors: CalibratedDraws, draw: int, seed: int, own: Collection[str]) -> dict[str, float]:
    """Every vector once in an order of chance, then all again in another."""
    again, at = divmod(draw, len(vectors))
    order = stream(seed, "calibrated", again).permutation(len(vectors))
    return {id_: value for id_, value in vectors.values(int(order[at])).items() if id_ not in own}


def set_by_scenario(blueprints: Iterable[Blueprint]) -> frozenset[str]:
    """The constants that a scenario gives another value or range than the doctrine, in any of its patterns."""
    shipped = load_doctrine().parameters
    return frozenset(
        id_
        for blueprint in blueprints
        for id_, parameter in blueprint.doctrine.parameters.items()
        if parameter != shipped.get(id_)
    )


def replication_of(draw: int, pair: int) -> int:
    """The replication id of a draw's pair, counted from 0: no id belongs to two draws, however many pairs are added.

    Histories that draws share would scatter together, and read as assumptions that do not matter.

    Raises:
        BadDesign: for more pairs than a draw may have.
    """
    if not 0 <= pair < MOST_PAIRS:
        raise BadDesign(f"A set of assumptions may have {MOST_PAIRS:,} pairs, not {pair + 1:,}.")
    return draw * MOST_PAIRS + pair
