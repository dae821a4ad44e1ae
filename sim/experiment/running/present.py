"""Which runs there are: a byte each, in pages, so that a million of them take a few megabytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

_BITS: Final = 6
_PAGE: Final = 1 << _BITS
_WITHIN: Final = _PAGE - 1


class Present:
    """A set of runs by design point, draw, replication and the number of their pattern."""

    def __init__(self, patterns: int) -> None:
        self._patterns = patterns
        self._pages: dict[tuple[int, int, int], bytearray] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def has(self, point: int, draw: int, replication: int, pattern: int) -> bool:
        """Whether a run is there."""
        page = self._pages.get((point, draw, replication >> _BITS))
        return page is not None and page[(replication & _WITHIN) * self._patterns + pattern] != 0

    def add(self, point: int, draw: int, replication: int, pattern: int) -> bool:
        """Put a run in.

        Returns:
            Whether it was not there before.
        """
        key = (point, draw, replication >> _BITS)
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = bytearray(_PAGE * self._patterns)
        at = (replication & _WITHIN) * self._patterns + pattern
        if page[at]:
            return False
        page[at] = 1
        self._count += 1
        return True

    def add_all(
        self, points: Sequence[int], draws: Sequence[int], replications: Sequence[int], patterns: Sequence[int]
    ) -> NDArray[np.bool_]:
        """Put runs in.

        Returns:
            Which of them were not there before.
        """
        return np.fromiter(
            map(self.add, points, draws, replications, patterns), dtype=np.bool_, count=len(replications)
        )

    def which(
        self, points: Sequence[int], draws: Sequence[int], replications: Sequence[int], patterns: Sequence[int]
    ) -> NDArray[np.bool_]:
        """Which of these runs are there."""
        return np.fromiter(
            map(self.has, points, draws, replications, patterns), dtype=np.bool_, count=len(replications)
        )
