"""Mission Leadership Tabletop: a crisis of a UN peace operation as one scenario file, one world, one exercise.

    import sim

    scenario = sim.load("saraf_umra")
    result = sim.run(scenario, seed=7, pattern="historical")
    result.measures["civilians_killed"].value, result.digest

    done = sim.compare("upper_nile_tob", ["point", "tob"], runs=200)
    done.answer.sentence, done.frame()

Names are resolved on first use: ``import sim`` alone costs nothing, so the command line and the
screens never pay for the engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from sim.versions import PACKAGE_VERSION as __version__

if TYPE_CHECKING:
    from sim.engine.world import World
    from sim.experiment.means import Means
    from sim.experiment.notebook import assumptions, compare, design_check, sweep
    from sim.headless import Result, run
    from sim.scenario import Scenario, load

__all__ = [
    "Means",
    "Result",
    "Scenario",
    "World",
    "__version__",
    "assumptions",
    "compare",
    "design_check",
    "load",
    "run",
    "sweep",
]

_HOMES: Final = {
    "Means": "sim.experiment.means",
    "assumptions": "sim.experiment.notebook",
    "compare": "sim.experiment.notebook",
    "design_check": "sim.experiment.notebook",
    "sweep": "sim.experiment.notebook",
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
