"""The host of an exercise in the toy world, as a program of its own."""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS / "exercise"), str(TESTS.parent)]

from sim.net.host import main  # noqa: E402
from toy_world import toy_stage  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(toy_stage))
