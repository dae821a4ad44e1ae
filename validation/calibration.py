"""History matching: waves of runs that rule out what cannot give the record, and the vectors that are left.

A vector holds the calibrated constants; all others that are not verified are drawn anew at every point, so that what
is ruled out is ruled out whatever they are. Nothing here looks for the best vector.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.doctrine import Parameter, load_doctrine
from sim.doctrine.draws import calibrated_ids, value_at
from validation.cases import SCENARIO, Task, histories, part, usable
from validation.designs import latin_hypercube, swept, valued
from validation.emulation import Emulator, Target, implausibilities, second_largest
from validation.runs import Row, Runner, digest, model_hash

Array = NDArray[np.float64]

MOST_CALIBRATED = 12
NEAR = 0.08
"""How far survivors are moved to find others where so few are left that throwing darts at the box finds none."""
FEW = 2000
"""Survivors below which others are looked for beside them."""


@dataclass
class Wave:
    """What one wave saw and left."""

    points: int
    failed_runs: int
    left: float
    """Share of the whole box whose vectors are not ruled out, after this wave."""
    foreseen: dict[str, float]
    """Share of this wave's points that the emulators of the wave before had within two deviations."""
    noise: dict[str, float]
    """Deviation of each statistic around its expectation."""


@dataclass
class Calibration:
    """The outcome: vectors that are not ruled out, and the one in their middle. Both empty where nothing is left."""

    ids: tuple[str, ...]
    waves: list[Wave] = field(default_factory=list)
    vectors: list[list[float]] = field(default_factory=list)
    medoid: dict[str, float] = field(default_factory=dict)
    least: dict[str, float] = field(default_factory=dict)
    """The smallest implausibility of each target that any vector reached after the last wave."""
    expected: dict[str, float] = field(default_factory=dict)
    """What the emulators expect at the medoid, on the scale of the record."""


def check_declaration(settings: Mapping[str, Any], parameters: Mapping[str, Parameter]) -> tuple[str, ...]:
    """The constants open to calibration, after a look whether they were declared as the rules want it.

    Raises:
        ValueError: when the two declarations differ, there are too many, or one of them is known from a source.
    """
    ids = calibrated_ids(parameters)
    if set(ids) != set(settings["parameters"]):
        apart = sorted(set(ids) ^ set(settings["parameters"]))
        raise ValueError(f"calibration.yaml and parameters.yaml do not declare the same constants: {', '.join(apart)}")
    if len(ids) > MOST_CALIBRATED:
        raise ValueError(f"{len(ids)} constants are declared `calibrate`; at most {MOST_CALIBRATED} may be.")
    for id_ in ids:
        if parameters[id_].confidence not in {"assumed", "general"}:
            raise ValueError(f"{id_} is {parameters[id_].confidence}: what a source says is not calibrated.")
    return ids


def targets(settings: Mapping[str, Any], bands: Mapping[str, Any]) -> list[Target]:
    """The record as the emulators meet it."""
    made = []
    for name, target in settings["targets"].items():
        band = bands["P15"][name]
        scale = math.log1p if target["scale"] == "log" else float
        low, high = (scale(end) for end in target.get("observed", band.get("observed")))
        z = (low + high) / 2.0
        reach = max(abs(scale(end) - z) for end in band["band"])
        made.append(Target(name, z, (high - low) ** 2 / 12.0, (reach / settings["cut"]) ** 2, target["scale"] == "log"))
    return made


def statistic(name: str, rows: list[Row], settings: Mapping[str, Any], bands: Mapping[str, Any]) -> float:
    """One target at one point."""
    values = [value for value in (part(name, row, bands) for row in rows) if math.isfinite(value)]
    if len(values) < len(rows) / 2 or not values:
        return math.nan
    if bands["P15"][name]["statistic"] == "probability":
        return math.fsum(values) / len(values)
    middle = float(np.median(values))
    return math.log1p(middle) if settings["targets"][name]["scale"] == "log" else middle


Evaluate = Callable[[int, list[dict[str, float]], list[dict[str, float]]], tuple[Array, int]]
"""Statistics (points x targets) of the points of a wave, and how many runs failed; vectors and all the rest by id."""


def calibrate(settings: Mapping[str, Any], bands: Mapping[str, Any], runner: Runner) -> Calibration:
    """All waves. Started again it goes on with the runs that are there, and ends at the same vectors."""
    parameters = load_doctrine().parameters
    check_declaration(settings, parameters)
    wanted = targets(settings, bands)
    model = digest(model_hash(SCENARIO), json.dumps([settings, bands["T_hours"]], sort_keys=True))

    def evaluate(wave: int, vectors: list[dict[str, float]], rest: list[dict[str, float]]) -> tuple[Array, int]:
        tasks = {}
        for point, (vector, other) in enumerate(zip(vectors, rest, strict=True)):
            values = {**other, **vector}
            first = settings["first_seed"] + (wave * len(vectors) + point) * settings["runs"]
            # The key holds the values: a wave whose points moved is another wave.
            key = f"{wave}/{point}/{digest(json.dumps(values, sort_keys=True))}"
            tasks[key] = Task(tuple(range(first, first + settings["runs"])), bands, values)
        rows = list(runner.results("calibration", histories, tasks, model).values())
        whole = [usable(each) for each in rows]
        found = [[statistic(target.name, each, settings, bands) for target in wanted] for each in whole]
        return np.array(found), sum(len(each) - len(left) for each, left in zip(rows, whole, strict=True))

    return match(settings, wanted, parameters, evaluate)


def match(
    settings: Mapping[str, Any], wanted: list[Target], parameters: Mapping[str, Parameter], evaluate: Evaluate
) -> Calibration:
    """Rule out in waves what cannot give the targets."""
    from threadpoolctl import threadpool_limits

    # Sums of several threads differ in the last bit from machine to machine, and with them the next wave.
    with threadpool_limits(1):
        return _waves(settings, wanted, parameters, evaluate)


def _waves(
    settings: Mapping[str, Any], wanted: list[Target], parameters: Mapping[str, Parameter], evaluate: Evaluate
) -> Calibration:
    ids, seed = calibrated_ids(parameters), settings["seed"]
    others = swept(parameters, ids)
    design = latin_hypercube(settings["points"], len(ids), np.random.default_rng([seed, 0]))
    seen, values = np.empty((0, len(ids))), np.empty((0, len(wanted)))
    plausible = design
    made = Calibration(ids)
    history: list[list[Emulator]] = []
    for wave in range(settings["waves"]):
        # Every generator is named by its wave: what is drawn in one does not depend on how much was drawn before.
        rest = latin_hypercube(len(design), len(others), np.random.default_rng([seed, 1, wave]))
        found, failed = evaluate(wave, valued(ids, design, parameters), valued(others, rest, parameters))
        foreseen = _foreseen(history[-1], design, found, wanted) if history else {}
        seen, values = np.concatenate([seen, design]), np.concatenate([values, found])
        history.append([_emulator(seen, values[:, at], seed + at) for at in range(len(wanted))])
        box = latin_hypercube(settings["candidates"], len(ids), np.random.default_rng([seed, 2, wave]))
        every = implausibilities(box, history[-1], wanted)
        plausible = _not_ruled_out(box[second_largest(every) < settings["cut"]], history[:-1], wanted, settings["cut"])
        made.waves.append(
            Wave(
                points=len(design),
                failed_runs=failed,
                left=len(plausible) / len(box),
                foreseen=foreseen,
                noise={target.name: math.sqrt(each.noise) for target, each in zip(wanted, history[-1], strict=True)},
            )
        )
        made.least = {target.name: float(every[:, at].min()) for at, target in enumerate(wanted)}
        if len(plausible) < FEW:
            plausible = _beside(plausible, history, wanted, settings, wave)
        if not len(plausible):
            return made
        design = _spread(plausible, settings["points"], np.random.default_rng([seed, 3, wave]))
    kept = _chosen(plausible, settings["kept"], np.random.default_rng([seed, 4]))
    middle = kept[_medoid(kept)]
    made.vectors = [[_short(parameters[id_], at) for id_, at in zip(ids, row, strict=True)] for row in kept]
    made.medoid = {id_: _short(parameters[id_], at) for id_, at in zip(ids, middle, strict=True)}
    made.expected = {
        target.name: target.plain(float(emulator.predict(middle[None, :])[0][0]))
        for target, emulator in zip(wanted, history[-1], strict=True)
    }
    return made


def _emulator(points: Array, values: Array, seed: int) -> Emulator:
    defined = np.isfinite(values)
    return Emulator(points[defined], values[defined], seed)


def _chosen(plausible: Array, many: int, rng: np.random.Generator) -> Array:
    """So many of them by lot; where there are fewer, some twice."""
    at = rng.choice(len(plausible), many, replace=len(plausible) < many)
    chosen: Array = plausible[np.sort(at)]
    return chosen


def _foreseen(emulators: list[Emulator], design: Array, found: Array, wanted: list[Target]) -> dict[str, float]:
    made = {}
    for at, (target, emulator) in enumerate(zip(wanted, emulators, strict=True)):
        mean, variance = emulator.predict(design)
        defined = np.isfinite(found[:, at])
        error = np.abs(found[defined, at] - mean[defined]) / np.sqrt(variance[defined] + emulator.noise + 1e-12)
        made[target.name] = float((error < 2.0).mean())
    return made


def _not_ruled_out(points: Array, history: list[list[Emulator]], wanted: list[Target], cut: float) -> Array:
    """What no wave has ruled out; the last is asked first because it knows most."""
    for emulators in reversed(history):
        if len(points):
            points = points[second_largest(implausibilities(points, emulators, wanted)) < cut]
    return points


def _beside(
    plausible: Array, history: list[list[Emulator]], wanted: list[Target], settings: Mapping[str, Any], wave: int
) -> Array:
    """More of what is not ruled out, found next to what is."""
    rng = np.random.default_rng([settings["seed"], 5, wave])
    for _ in range(20):
        if not len(plausible) or len(plausible) >= FEW:
            break
        start = plausible[rng.integers(0, len(plausible), 5 * FEW)]
        moved = start + rng.normal(0.0, NEAR, start.shape)
        moved = moved[((moved >= 0.0) & (moved <= 1.0)).all(axis=1)]
        plausible = np.concatenate([plausible, _not_ruled_out(moved, history, wanted, settings["cut"])])
    return plausible


def _spread(points: Array, many: int, rng: np.random.Generator) -> Array:
    """Some of the points, each as far from those before as can be."""
    pool = points[rng.choice(len(points), min(len(points), 20 * many), replace=False)]
    if len(pool) <= many:
        return pool
    taken = [0]
    nearest = ((pool - pool[0]) ** 2).sum(axis=1)
    while len(taken) < many:
        taken.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, ((pool - pool[taken[-1]]) ** 2).sum(axis=1))
    return pool[taken]


def _medoid(points: Array) -> int:
    apart = np.sqrt(((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2))
    return int(apart.sum(axis=1).argmin())


def _short(parameter: Parameter, share: float) -> float:
    """Four digits: more would claim a precision that no run has."""
    low, high = parameter.range
    return min(high, max(low, float(f"{value_at(parameter, float(share)):.4g}")))
