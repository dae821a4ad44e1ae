"""Lines on the dot grid: patterns tell states apart, the more important line gives a cell its colour."""

from __future__ import annotations

import numpy as np
import pytest

from sim.tui.map_raster import DotGrid, densify


def line(*points: tuple[float, float]) -> np.ndarray:
    return np.array(points, dtype=float)


def dots(grid: DotGrid) -> int:
    return int(sum(bin(bits).count("1") for bits in grid.bits.ravel().tolist()))


def test_a_solid_line_has_a_dot_in_every_column() -> None:
    grid = DotGrid(10, 2)
    grid.draw(line((0, 1), (20, 1)), 3)
    assert dots(grid) == 20
    assert "".join(grid.characters()[0]) == "⠒" * 10


@pytest.mark.parametrize("slope", [(20, 8), (20, 1), (5, 40)])
def test_a_slanting_line_has_no_gap(slope: tuple[int, int]) -> None:
    dense, _ = densify(line((0, 0), slope))
    steps = np.abs(np.diff(np.floor(dense), axis=0))
    assert steps.max() <= 1


def test_patterns_differ_in_how_many_dots_they_draw() -> None:
    drawn = {}
    for pattern in ("solid", "long", "short", "sparse", "faint"):
        grid = DotGrid(50, 2)
        grid.draw(line((0, 1), (100, 1)), 3, pattern)
        drawn[pattern] = dots(grid)
    assert drawn["solid"] > drawn["long"] > drawn["short"] > drawn["sparse"] > drawn["faint"] > 0


def test_the_more_important_line_colours_the_crossing_and_both_keep_their_dots() -> None:
    grid = DotGrid(4, 4)
    grid.draw(line((0, 8), (8, 8)), 5)
    grid.draw(line((4, 0), (4, 16)), 3)
    assert grid.kinds[2, 2] == 5
    assert grid.kinds[0, 2] == 3
    alone = DotGrid(4, 4)
    alone.draw(line((0, 8), (8, 8)), 5)
    assert int(grid.bits[2, 2]) & int(alone.bits[2, 2]) == int(alone.bits[2, 2])
    assert int(grid.bits[2, 2]) != int(alone.bits[2, 2])


def test_what_lies_outside_is_left_out_and_what_crosses_is_cut() -> None:
    grid = DotGrid(5, 5)
    grid.draw(line((-500, -500), (-100, -100)), 3)
    assert dots(grid) == 0
    grid.draw(line((-50, 2), (500, 2)), 3)
    assert dots(grid) == 10


def test_a_line_of_no_length_is_one_dot() -> None:
    grid = DotGrid(5, 5)
    grid.draw(line((3, 3), (3, 3)), 3)
    assert dots(grid) == 1


def test_other_ways_to_draw_use_their_own_characters() -> None:
    grid = DotGrid(6, 1)
    grid.draw(line((0, 1), (12, 1)), 3)
    assert set(grid.characters("strokes")[0]) == {"-"}
    assert set(grid.characters("blocks")[0]) == {"▀"}
    steep = DotGrid(1, 6)
    steep.draw(line((1, 0), (1, 24)), 3)
    assert {row[0] for row in steep.characters("strokes")} == {"|"}


def test_a_thick_line_has_two_rows_of_dots() -> None:
    grid = DotGrid(10, 2)
    grid.draw(line((0, 1), (20, 1)), 3, thick=True)
    assert dots(grid) == 40
