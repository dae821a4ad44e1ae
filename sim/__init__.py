"""Mission Leadership Tabletop: a crisis of a UN peace operation as one scenario file, one world, one exercise.

    import sim

    scenario = sim.load("saraf_umra")
    result = sim.run(scenario, seed=7, pattern="historical")
    result.measures["civilians_killed"].value, result.digest

Names are resolved on first use: ``import sim`` alone costs nothing, so the command line and the
screens never pay for the engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from sim.versions import PACKAGE_VERSION as __version__

if TYPE_CHECKING:
    from sim.engine.world import World
    from sim.headless import Result, run
    from sim.scenario import Scenario, load

__all__ = ["Result", "Scenario", "World", "__version__", "load", "run"]

_HOMES: Final = {
    "Result": "sim.headless",
    "Scenario": "sim.scenario",
    "World": "sim.engine.world",
    "load": "sim.scenario",
    "run": "sim.headless",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}. It offers: {', '.join(__all__)}.")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
