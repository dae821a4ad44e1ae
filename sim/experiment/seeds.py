"""Which luck a run has. All patterns of a replication share it, so that their difference is theirs alone."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

_BITS: Final = 63
"""Seeds that ``mlt run --seed`` takes."""


def seed_of(master: int, draw: int, replication: int) -> int:
    """The seed of a replication: any run of an experiment reopens with it."""
    mixed = blake2b(f"{master}/{draw}/{replication}".encode(), digest_size=8).digest()
    return int.from_bytes(mixed, "little") >> (64 - _BITS)
