"""A player's own luck: a uniform number that belongs to the seed, the player and the name of a moment, for ever.

It never touches the luck of the world, and one moment more or less moves no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, TypeVar

T = TypeVar("T")

_TO_UNIT: Final = 2.0**-53
_SMALLEST: Final = 2.0**-54


class Luck:
    """What a player draws when it has to choose or to tarry."""

    __slots__ = ("_key",)

    def __init__(self, seed: int, player: str) -> None:
        """Args:
        seed: of the run.
        player: its id; two players of one seed draw different luck.
        """
        self._key = blake2b(f"{seed}/{player}".encode(), digest_size=16, person=b"player").digest()

    def draw(self, name: str) -> float:
        """A uniform number in (0, 1) that belongs to a name."""
        mixed = blake2b(name.encode(), key=self._key, digest_size=8).digest()
        return (int.from_bytes(mixed, "little") >> 11) * _TO_UNIT or _SMALLEST

    def choose(self, name: str, among: Sequence[T]) -> T:
        """One of several, each as likely as the other."""
        return among[int(self.draw(name) * len(among))]

    def between(self, name: str, low: float, high: float) -> float:
        """A number between two, each as likely as the other."""
        return low + (high - low) * self.draw(name)
