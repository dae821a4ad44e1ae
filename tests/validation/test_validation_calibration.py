"""History matching on toys whose truth is known, and the declaration it starts from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

pytest.importorskip("sklearn", reason="the calibration needs the extra `validation`")

from sim.doctrine import Parameter, load_doctrine
from sim.doctrine.draws import share_of
from validation.calibration import Calibration, check_declaration, match, targets
from validation.emulation import Emulator, Target, second_largest

ROOT = Path(__file__).parents[2]
SETTINGS = yaml.safe_load((ROOT / "validation" / "calibration.yaml").read_text("utf-8"))
BANDS = yaml.safe_load((ROOT / "validation" / "bands.yaml").read_text("utf-8"))
SMALL: dict[str, Any] = {
    "waves": 2, "points": 40, "cut": 3.0, "candidates": 2000, "kept": 100, "seed": 3,
}  # fmt: skip

PARAMETERS = {
    **{
        f"toy.{name}": Parameter(f"toy.{name}", 0.5, (0.0, 1.0), "unit", "assumed", "assumed", calibrate=True)
        for name in "abc"
    },
    "toy.other": Parameter("toy.other", 0.5, (0.0, 1.0), "unit", "assumed", "assumed"),
}
TRUTH = {"toy.a": 0.3, "toy.b": 0.6, "toy.c": 0.5}


def toy(vector: dict[str, float], other: float) -> list[float]:
    a, b, c = vector["toy.a"], vector["toy.b"], vector["toy.c"]
    return [a + 0.5 * b * b + 0.1 * other, b - a * c + 0.1 * other, c + a + 0.1 * other]


def matched(wanted: list[Target], seed: int = 1) -> Calibration:
    rng = np.random.default_rng(seed)

    def evaluate(wave: int, vectors: list[dict[str, float]], rest: list[dict[str, float]]) -> tuple[Any, int]:
        rows = [toy(vector, other["toy.other"]) for vector, other in zip(vectors, rest, strict=True)]
        return np.array(rows) + rng.normal(0.0, 0.03, (len(rows), 3)), 0

    return match(SMALL, wanted, PARAMETERS, evaluate)


def record(*shifts: float) -> list[Target]:
    values = zip(toy(TRUTH, 0.5), shifts, strict=True)
    return [Target(str(at), value + shift, 0.0, 0.02**2) for at, (value, shift) in enumerate(values)]


@pytest.fixture(scope="module")
def possible() -> Calibration:
    return matched(record(0, 0, 0))


def test_waves_close_in_on_what_made_the_record(possible: Calibration) -> None:
    made = possible
    lefts = [wave.left for wave in made.waves]
    assert 0 < lefts[-1] <= lefts[0] < 0.5
    kept = np.array(made.vectors)
    truth = np.array([TRUTH[id_] for id_ in made.ids])
    assert np.sqrt(((kept - truth) ** 2).sum(axis=1)).min() < 0.1
    assert set(made.medoid) == set(made.ids)


def test_the_medoid_is_one_of_the_vectors_that_are_left(possible: Calibration) -> None:
    assert list(possible.medoid.values()) in possible.vectors


def test_a_record_that_the_toy_cannot_give_leaves_nothing() -> None:
    made = matched(record(3, 3, 3))
    assert not made.vectors
    assert not made.medoid
    assert made.waves[-1].left == 0
    assert min(made.least.values()) > 3


def test_one_part_of_the_record_may_be_wrong_by_any_amount() -> None:
    assert matched(record(0, 0, 30)).vectors
    assert not matched(record(0, 30, 30)).vectors


def test_the_same_runs_leave_the_same_vectors(possible: Calibration) -> None:
    assert matched(record(0, 0, 0)) == possible


def test_an_emulator_knows_less_where_it_has_seen_nothing() -> None:
    rng = np.random.default_rng(2)
    points = rng.random((60, 2)) * [0.4, 1.0]
    emulator = Emulator(points, np.sin(6 * points[:, 0]) + rng.normal(0, 0.05, 60), 1)
    near, far = emulator.predict(np.array([[0.2, 0.5]]))[1][0], emulator.predict(np.array([[1.0, 0.5]]))[1][0]
    assert far > 4 * near
    assert emulator.noise**0.5 == pytest.approx(0.05, rel=0.5)


def test_an_emulator_foresees_expectations_and_not_single_runs() -> None:
    """Its variance is that of the expectation: with many noisy points it is far below the noise of one."""
    rng = np.random.default_rng(4)
    points = rng.random((150, 3))
    emulator = Emulator(points, points @ [1.0, -0.5, 0.0] + rng.normal(0, 0.3, 150), 1)
    fresh = rng.random((400, 3))
    mean, variance = emulator.predict(fresh)
    error = mean - fresh @ [1.0, -0.5, 0.0]
    assert np.sqrt((error**2).mean()) < 0.15
    assert variance.mean() < emulator.noise
    assert (np.abs(error) < 2.5 * np.sqrt(variance)).mean() > 0.85


def test_the_second_largest_counts() -> None:
    assert second_largest(np.array([[9.0, 1.0, 2.0], [4.0, 4.0, 0.0]])).tolist() == [2.0, 4.0]


def test_the_two_declarations_agree_and_every_constant_has_its_reason() -> None:
    ids = check_declaration(SETTINGS, load_doctrine().parameters)
    assert len(ids) <= 12
    for id_, entry in SETTINGS["parameters"].items():
        assert entry["why"].strip(), id_
        assert set(entry["parts"]) <= set(BANDS["P15"]), id_


def test_a_constant_that_a_source_gives_is_refused() -> None:
    known = {"toy.a": Parameter("toy.a", 1, (0, 2), "unit", "H1", "secondary", calibrate=True)}
    with pytest.raises(ValueError, match="secondary"):
        check_declaration({"parameters": {"toy.a": {}}}, known)


def test_a_constant_declared_in_one_place_only_is_named() -> None:
    with pytest.raises(ValueError, match=r"toy\.a"):
        check_declaration({"parameters": {}}, {"toy.a": PARAMETERS["toy.a"]})


def test_with_an_exact_record_only_what_lies_beyond_the_further_edge_of_its_band_is_ruled_out() -> None:
    found = {target.name: target for target in targets(SETTINGS, BANDS)}
    share = found["share-at-base"]
    assert share.z == pytest.approx(0.85)
    assert share.observed == 0.0
    assert 3.0 * share.discrepancy**0.5 == pytest.approx(0.10)
    assert found["no-attack-on-site"].z == 1.0
    assert all(target.discrepancy > 0 for target in found.values())


def test_defaults_lie_inside_their_ranges_on_the_scale_of_calibration() -> None:
    parameters = load_doctrine().parameters
    assert all(0 <= share_of(parameters[id_], parameters[id_].value) <= 1 for id_ in SETTINGS["parameters"])
