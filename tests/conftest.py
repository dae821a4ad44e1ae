"""What every test may rely on: no user's own files, and outside tools that are either there or said to be missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

import sim

TOOLS: Final = {
    "tmux": ("tmux",),
    "strace": ("strace",),
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
}

# A shared machine is slow at random; the example count bounds the time instead. The suite always tries the same
# examples; MLT_EXPLORE=1 tries others.
settings.register_profile("mlt", deadline=None, derandomize=not os.environ.get("MLT_EXPLORE"))
settings.load_profile("mlt")


@pytest.fixture(autouse=True, scope="session")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Games, settings and logs of the tests go to a folder of their own, in child processes too."""
    home = tmp_path_factory.mktemp("mlt-home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLT_HOME", str(home))
        # Child processes run the very package under test, wherever they stand.
        patch.setenv("PYTHONPATH", str(Path(sim.__file__).parents[1]))
        yield home


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, programs in TOOLS.items():
        if item.get_closest_marker(marker) is None or any(shutil.which(program) for program in programs):
            continue
        reason = f"needs {' or '.join(programs)}, which this machine does not have"
        if os.environ.get("CI"):
            pytest.fail(f"{item.name} {reason}; .ci/run is meant to install it", pytrace=False)
        pytest.skip(reason)
