"""Laws of designs."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment.assuming.designs import MOST_POINTS, full_factorial, latin_hypercube, scrambled_sobol, stream
from sim.experiment.faults import BadDesign

SEEDS = st.integers(-(2**63), 2**63)


@given(st.lists(st.integers(1, 5), max_size=4))
def test_a_full_factorial_has_every_combination_once(levels: list[int]) -> None:
    made = [tuple(row) for row in full_factorial(levels).tolist()]
    assert made == list(product(*(range(count) for count in levels)))


def test_a_factorial_that_nobody_could_run_is_refused() -> None:
    with pytest.raises(BadDesign, match="latin-hypercube"):
        full_factorial([10] * 40)
    assert len(full_factorial([10, MOST_POINTS // 10])) == MOST_POINTS


@given(st.integers(1, 60), st.integers(1, 5), SEEDS)
def test_a_latin_hypercube_has_one_point_in_every_slice_of_every_dimension(
    points: int, dimensions: int, seed: int
) -> None:
    for column in latin_hypercube(points, dimensions, stream(seed, "test")).T:
        assert sorted(int(points * share) for share in column) == list(range(points))


@given(st.integers(0, 7), st.integers(1, 6), SEEDS, st.integers(0, 3))
def test_a_block_of_sobol_points_has_one_in_every_slice_of_every_dimension(
    power: int, dimensions: int, seed: int, block: int
) -> None:
    points = 2**power
    made = scrambled_sobol(points, dimensions, seed, block)
    assert made.shape == (points, dimensions)
    assert ((made >= 0) & (made < 1)).all()
    for column in made.T:
        assert sorted(int(points * share) for share in column) == list(range(points))


@given(SEEDS, SEEDS)
def test_a_seed_decides_a_design_and_another_seed_makes_another(seed: int, other: int) -> None:
    assert np.array_equal(scrambled_sobol(8, 3, seed), scrambled_sobol(8, 3, seed))
    assert not np.array_equal(scrambled_sobol(8, 3, seed), scrambled_sobol(8, 3, seed, block=1))
    assert np.array_equal(scrambled_sobol(8, 3, seed), scrambled_sobol(8, 3, other)) == (seed == other)


def test_zero_is_a_seed() -> None:
    assert np.array_equal(scrambled_sobol(16, 2, 0), scrambled_sobol(16, 2, 0))
    assert np.array_equal(stream(0, "a").random(4), stream(0, "a").random(4))
    assert not np.array_equal(stream(0, "a").random(4), stream(0, "b").random(4))


@pytest.mark.parametrize("points", [-4, 0, 3, 500])
def test_another_number_than_a_power_of_two_is_refused_and_the_next_ones_are_named(points: int) -> None:
    with pytest.raises(BadDesign, match="another scrambled block"):
        scrambled_sobol(points, 2, 1)
    with pytest.raises(BadDesign, match="256 or 512"):
        scrambled_sobol(500, 2, 1)


def test_more_dimensions_than_sobol_points_have_are_refused() -> None:
    assert scrambled_sobol(2, 1066, 1).shape == (2, 1066)
    for dimensions in (0, 21_202):
        with pytest.raises(BadDesign, match="latin-hypercube"):
            scrambled_sobol(2, dimensions, 1)
