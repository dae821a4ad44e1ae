"""Polylines on a grid of braille dots, with NumPy.

A cell of the terminal is two dots wide and four high, so dots are square. Dots of different lines in one
cell are joined; the cell takes the colour of the more important one, the single hard limit of a terminal.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["CELL_HIGH", "CELL_WIDE", "PATTERNS", "DotGrid", "densify"]

CELL_WIDE: Final = 2
CELL_HIGH: Final = 4

_DOT_BITS: Final = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], dtype=np.uint8)

PATTERNS: Final[dict[str, tuple[int, int]]] = {
    "solid": (1, 0),
    "long": (7, 3),
    "short": (2, 3),
    "sparse": (1, 2),
    "faint": (1, 7),
}
"""Dots drawn and dots left out, along the line."""

_STROKES: Final = "-\\|/"

Points = NDArray[np.float64]


def densify(points: Points) -> tuple[Points, NDArray[np.float64]]:
    """Points one dot apart along a polyline, and the direction of travel at each."""
    steps = np.diff(points, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    keep = lengths > 0.0
    if not keep.any():
        return points[:1], np.zeros(1)
    travelled = np.concatenate(([0.0], np.cumsum(lengths[keep])))
    corners = np.concatenate((points[:1], points[1:][keep]))
    # A third of a dot: diagonals leave no gaps, at three times the samples.
    at = np.arange(0.0, travelled[-1], 1.0 / 3.0)
    dense = np.column_stack((np.interp(at, travelled, corners[:, 0]), np.interp(at, travelled, corners[:, 1])))
    angles = np.arctan2(steps[keep, 1], steps[keep, 0])
    return dense, angles[np.clip(np.searchsorted(travelled, at, side="right") - 1, 0, len(angles) - 1)]


class DotGrid:
    """The dots of a map of *columns* by *rows* cells."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns = columns
        self.rows = rows
        self.bits: NDArray[np.uint8] = np.zeros((rows, columns), dtype=np.uint8)
        self.kinds: NDArray[np.int8] = np.zeros((rows, columns), dtype=np.int8)
        self.strokes: NDArray[np.int8] = np.full((rows, columns), -1, dtype=np.int8)

    def draw(self, points: Points, kind: int, pattern: str = "solid", *, thick: bool = False) -> None:
        """Draw a polyline given in dots. *kind* is both its colour and its importance: the higher wins a cell."""
        low, high = points.min(axis=0), points.max(axis=0)
        if high[0] < 0 or high[1] < 0 or low[0] >= self.columns * CELL_WIDE or low[1] >= self.rows * CELL_HIGH:
            return
        dense, angles = densify(points)
        on, off = PATTERNS[pattern]
        if off:
            along = np.arange(len(dense)) // 3
            drawn = (along % (on + off)) < on
            dense, angles = dense[drawn], angles[drawn]
        self._plot(dense, angles, kind)
        if thick:
            self._plot(np.add(dense, (0.0, 1.0)), angles, kind)

    def _plot(self, dense: Points, angles: NDArray[np.float64], kind: int) -> None:
        dots = np.floor(dense).astype(np.int64)
        inside = (
            (dots[:, 0] >= 0)
            & (dots[:, 1] >= 0)
            & (dots[:, 0] < self.columns * CELL_WIDE)
            & (dots[:, 1] < self.rows * CELL_HIGH)
        )
        dots, angles = dots[inside], angles[inside]
        columns, rows = dots[:, 0] // CELL_WIDE, dots[:, 1] // CELL_HIGH
        np.bitwise_or.at(self.bits, (rows, columns), _DOT_BITS[dots[:, 1] % CELL_HIGH, dots[:, 0] % CELL_WIDE])
        more = kind >= self.kinds[rows, columns]
        np.maximum.at(self.kinds, (rows, columns), np.int8(kind))
        # Screen rows grow downwards and cells are twice as high as wide; eight directions fold to four strokes.
        turns = np.round(angles[more] / (np.pi / 4)).astype(np.int64) % 4
        self.strokes[rows[more], columns[more]] = turns.astype(np.int8)

    def characters(self, style: str = "braille") -> list[list[str]]:
        """Rows of characters, a space where no dot is."""
        match style:
            case "strokes":
                table = [*_STROKES, " "]
                return [[table[stroke] for stroke in row] for row in self.strokes.tolist()]
            case "blocks":
                return [
                    [_BLOCKS[bool(bits & 0x1B) + 2 * bool(bits & 0xE4)] for bits in row] for row in self.bits.tolist()
                ]
        return [[chr(0x2800 + bits) if bits else " " for bits in row] for row in self.bits.tolist()]


_BLOCKS: Final = (" ", "▀", "▄", "█")
