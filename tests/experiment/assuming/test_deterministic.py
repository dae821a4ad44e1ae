"""Sensitivity without chance, on a function whose indices are known."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping

import numpy as np
import pytest

from sim.doctrine import Parameter
from sim.experiment.assuming.deterministic import elementary_effects, variance_indices
from sim.experiment.faults import BadDesign, MissingExtra

ANGLES = {name: Parameter(name, 0.0, (-math.pi, math.pi), "rad", "", "assumed") for name in ("a", "b", "c", "inert")}


def ishigami(values: Mapping[str, float]) -> float:
    """Ishigami and Homma (1990), with 7 and 0.1."""
    return math.sin(values["a"]) + 7 * math.sin(values["b"]) ** 2 + 0.1 * values["c"] ** 4 * math.sin(values["a"])


def test_variance_indices_are_those_of_ishigami() -> None:
    found = variance_indices(ishigami, ANGLES, points=2048)
    first, total = ({name: getattr(found[name], part).value for name in ANGLES} for part in ("first", "total"))
    assert first == pytest.approx({"a": 0.3139, "b": 0.4424, "c": 0.0, "inert": 0.0}, abs=0.03)
    assert total == pytest.approx({"a": 0.5576, "b": 0.4424, "c": 0.2437, "inert": 0.0}, abs=0.03)
    assert found["a"].total.low <= 0.5576 <= found["a"].total.high


def test_elementary_effects_find_what_bends_and_what_does_nothing() -> None:
    found = elementary_effects(ishigami, ANGLES, trajectories=60)
    assert found["inert"].size == 0.0
    assert found["a"].size > found["c"].size > 0.0
    assert found["c"].spread > 0.0
    plain = elementary_effects(lambda values: values["a"], ANGLES, trajectories=4)
    assert plain["a"].size == pytest.approx(2 * math.pi)
    assert plain["a"].spread == pytest.approx(0.0, abs=1e-9)


def test_ranges_of_orders_are_gone_through_by_orders() -> None:
    orders = {"rate": Parameter("rate", 1.0, (0.01, 100.0), "per hour", "", "assumed")}
    found = elementary_effects(lambda values: math.log10(values["rate"]), orders, trajectories=4)
    assert found["rate"].size == pytest.approx(4.0)


def test_zero_is_a_seed_and_the_chance_of_others_is_left_alone() -> None:
    before = np.random.get_state()[1].tolist()  # type: ignore[index,union-attr]
    once = variance_indices(ishigami, ANGLES, points=64, seed=0)
    assert once == variance_indices(ishigami, ANGLES, points=64, seed=0)
    assert once != variance_indices(ishigami, ANGLES, points=64, seed=1)
    assert elementary_effects(ishigami, ANGLES, seed=0) == elementary_effects(ishigami, ANGLES, seed=0)
    assert np.random.get_state()[1].tolist() == before  # type: ignore[index,union-attr]


def test_designs_that_make_no_sense_are_refused() -> None:
    with pytest.raises(BadDesign, match="power of two"):
        variance_indices(ishigami, ANGLES, points=500)
    with pytest.raises(BadDesign, match="Nothing is varied"):
        variance_indices(ishigami, {})
    with pytest.raises(BadDesign, match="even number"):
        elementary_effects(ishigami, ANGLES, levels=3)


def test_without_salib_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.analyze.sobol", None)
    with pytest.raises(MissingExtra, match="sensitivity"):
        variance_indices(ishigami, ANGLES)
