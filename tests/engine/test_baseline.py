"""Reference runs, pinned: when one moves, results have changed.

Then raise ``MODEL_VERSION``, say why under *Changed results* in the changelog, and write the new digests with
``python tests/engine/test_baseline.py``.
"""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path

import pytest

from sim.engine.blueprint import compile_scenario
from sim.engine.world import World
from sim.scenario import library, load
from sim.versions import MODEL_VERSION

BASELINE = Path(__file__).with_name("baseline.json")
SEED = 7


def runs() -> dict[str, str]:
    """The digest of every pattern of every shipped scenario at one seed, to its end."""
    found = {}
    for name in library():
        scenario = load(name)
        for pattern in scenario.patterns:
            world = World(compile_scenario(scenario, pattern), SEED, keep_journal=False)
            world.advance(world.end)
            found[f"{name}/{pattern}"] = world.digest()
    return found


@pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="digests are promised where the tests run"
)
def test_the_reference_runs_have_not_moved() -> None:
    pinned = json.loads(BASELINE.read_text(encoding="utf-8"))
    assert pinned["model_version"] == MODEL_VERSION
    assert pinned["digests"] == runs()


if __name__ == "__main__":
    BASELINE.write_text(
        json.dumps({"model_version": MODEL_VERSION, "digests": runs()}, indent=2) + "\n", encoding="utf-8"
    )
