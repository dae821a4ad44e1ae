"""The toy world stands with the exercise tests; its host is a program beside these."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sim.net.launch import HostKeeper

TESTS = Path(__file__).parents[1]
sys.path.append(str(TESTS / "exercise"))

TOY_HOST = [sys.executable, str(Path(__file__).parent / "toy_host.py")]


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Callable[[Path], HostKeeper]]:
    """Make keepers of hosts of the toy world, and close them all at the end."""
    keepers: list[HostKeeper] = []

    def make(path: Path) -> HostKeeper:
        keepers.append(HostKeeper(path, log_folder=tmp_path / "log", command=TOY_HOST))
        return keepers[-1]

    yield make
    for keeper in keepers:
        keeper.close()
