"""Scenarios: what an author writes, read with every problem located.

``load("saraf_umra")`` or ``load(Path("mine.yaml"))`` gives a checked scenario or raises `ScenarioError` with
all problems. Names are resolved on first use: the engine's workers import `sim.scenario.tree` and must not
pay for pydantic (about 150 ms for a schema of this size).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sim.scenario.loaded import Scenario
    from sim.scenario.loader import load, load_text, validate
    from sim.scenario.problems import Problem, ScenarioError, UnknownScenario
    from sim.scenario.shipped import library

__all__ = [
    "Problem",
    "Scenario",
    "ScenarioError",
    "UnknownScenario",
    "library",
    "load",
    "load_text",
    "validate",
]

_HOMES: Final = {
    "Problem": "sim.scenario.problems",
    "Scenario": "sim.scenario.loaded",
    "ScenarioError": "sim.scenario.problems",
    "UnknownScenario": "sim.scenario.problems",
    "library": "sim.scenario.shipped",
    "load": "sim.scenario.loader",
    "load_text": "sim.scenario.loader",
    "validate": "sim.scenario.loader",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim.scenario' has no attribute {name!r}. It offers: {', '.join(__all__)}.")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
