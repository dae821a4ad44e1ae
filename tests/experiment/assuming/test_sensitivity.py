"""Which assumptions move a difference, on toys whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.experiment.assuming import sensitivity
from sim.experiment.assuming.designs import latin_hypercube
from sim.experiment.assuming.sensitivity import (
    MOST_SURVIVORS,
    by_mechanism,
    fitted,
    halves,
    indices,
    screened,
)
from sim.experiment.results import Numbers

ACTIVE = 13
STRONG = 5
PARAMETER_SD = 0.1
"""Of the difference over all assumptions together, in standard deviations of one pair."""


def straight(share: Numbers) -> Numbers:
    return math.sqrt(3) * (2 * share - 1)


def bent(share: Numbers) -> Numbers:
    return math.sqrt(5) * (1.5 * (2 * share - 1) ** 2 - 0.5)


def toy(rng: np.random.Generator, wide: int, draws: int, pairs: int) -> tuple[Numbers, Numbers, list[int]]:
    """Thirteen active constants of many, each weaker than the one before; two are bent, two work through another."""
    shares = latin_hypercube(draws, wide, rng)
    active = rng.permutation(wide)[:ACTIVE].tolist()
    sizes = 0.8 ** np.arange(ACTIVE)
    effect = np.zeros(draws)
    for at, (column, size) in enumerate(zip(active, sizes, strict=True)):
        if at in (3, 8):
            effect += size * bent(shares[:, column])
        elif at in (5, 6):
            effect += size * straight(shares[:, column]) * straight(shares[:, active[0]])
        else:
            effect += size * straight(shares[:, column])
    effect *= PARAMETER_SD / math.sqrt((sizes**2).sum())
    return shares, 0.2 + effect + rng.standard_normal(draws) / math.sqrt(pairs), active


@pytest.mark.parametrize(
    ("wide", "draws", "pairs", "found", "strong"),
    [(150, 500, 40, 0.28, 0.7), (150, 2000, 20, 0.4, 0.88), (1066, 500, 40, 0.18, 0.5)],
)
def test_half_of_the_draws_find_the_strongest_of_many(
    wide: int, draws: int, pairs: int, found: float, strong: float
) -> None:
    rng = np.random.default_rng(11)
    recalls = []
    for at in range(10):
        shares, differences, active = toy(rng, wide, draws, pairs)
        picking, _ = halves(draws, at)
        survivors = screened(shares[picking], differences[picking])
        assert len(survivors) == MOST_SURVIVORS
        recalls.append([len({*survivors} & {*active[:many]}) / many for many in (ACTIVE, STRONG)])
    assert np.mean(recalls, axis=0)[0] > found
    assert np.mean(recalls, axis=0)[1] > strong


@pytest.mark.parametrize("shape", ["straight", "bent", "together"])
def test_a_constant_is_found_by_its_line_its_square_or_its_product_with_another(shape: str) -> None:
    rng = np.random.default_rng(12)
    shares = latin_hypercube(250, 300, rng)
    one, other = shares[:, 17], shares[:, 230]
    effect = {"straight": straight(one), "bent": bent(one), "together": straight(one) * straight(other)}[shape]
    found = screened(shares, effect + rng.standard_normal(250))
    assert found[0] in (17, 230)
    assert {17, 230} <= {*found} if shape == "together" else found[0] == 17


def test_the_draws_that_pick_do_not_estimate() -> None:
    picking, estimating = halves(501, 0)
    assert sorted([*picking, *estimating]) == list(range(501))
    assert abs(len(picking) - len(estimating)) == 1
    assert picking.tolist() == halves(501, 0)[0].tolist() != halves(501, 1)[0].tolist()


def test_changes_from_end_to_end_are_estimated_without_bias_and_their_intervals_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sensitivity, "INERT", 1)
    rng = np.random.default_rng(13)
    changes, covered = [], []
    for at in range(300):
        shares = latin_hypercube(120, 4, rng)
        # Scatter grows along the second constant, as it does where more is at stake.
        noise = rng.standard_normal(120) * (0.5 + shares[:, 1])
        fit = fitted(shares, 5.0 + 2.0 * shares[:, 0] + bent(shares[:, 1]) + noise, (0, 1, 2), at)
        by_column = {effect.at: effect for effect in fit.effects}
        changes.append(by_column[0].change.value)
        covered.append(
            [one.low <= true <= one.high for true, one in ((2.0, by_column[0].change), (0.0, by_column[1].change))]
        )
    assert np.mean(changes) == pytest.approx(2.0, abs=0.06)
    assert (np.mean(covered, axis=0) > 0.92).all()


def test_a_constant_that_does_nothing_passes_the_chance_bar_in_one_of_twenty_designs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sensitivity, "INERT", 500)
    rng = np.random.default_rng(14)
    passed = []
    for at in range(400):
        shares = latin_hypercube(100, 6, rng)
        differences = 3.0 * shares[:, 0] + rng.standard_normal(100)
        fit = fitted(shares, differences, tuple(range(6)), at)
        passed.extend(abs(effect.change.value) > fit.chance for effect in fit.effects if effect.at != 0)
        assert fit.effects[0].at == 0
        assert fit.effects[0].change.value > fit.chance
    assert 0.03 < np.mean(passed) < 0.07


def test_those_picked_by_chance_do_not_pass_the_bar_for_having_been_picked() -> None:
    rng = np.random.default_rng(15)
    honest, picked = [], []
    for at in range(30):
        shares, differences = latin_hypercube(300, 300, rng), rng.standard_normal(300)
        picking, estimating = halves(300, at)
        survivors = screened(shares[picking], differences[picking])
        fit = fitted(shares[estimating], differences[estimating], survivors, at)
        honest.extend(abs(effect.change.value) > fit.chance for effect in fit.effects)
        same = fitted(shares[picking], differences[picking], survivors, at)
        picked.extend(abs(effect.change.value) > same.chance for effect in same.effects)
    assert np.mean(honest) < 0.085
    assert np.mean(picked) > 0.15


def test_an_effect_is_between_the_values_that_were_tried() -> None:
    rng = np.random.default_rng(16)
    shares = latin_hypercube(200, 2, rng)
    shares[:, 0] = 0.4 + 0.2 * shares[:, 0]
    fit = fitted(shares, 10.0 * shares[:, 0] + 0.01 * rng.standard_normal(200), (0, 1), 0)
    assert fit.ends[0] == pytest.approx((0.4, 0.6), abs=0.01)
    assert fit.ends[1] == (0.0, 1.0)
    assert fit.effects[0].change.value == pytest.approx(2.0, abs=0.05)
    assert fit.at({0: 0.6}).value == pytest.approx(6.0, abs=0.02)
    with pytest.raises(KeyError):
        fit.at({5: 0.5})


def test_indices_are_those_of_a_known_form_and_noise_is_no_influence() -> None:
    rng = np.random.default_rng(17)
    parts = {0: 4.0, 1: 2.0, 2: 1.0}
    totals, inert = [], []
    for _ in range(8):
        shares = latin_hypercube(1000, 6, rng)
        curves = straight(shares[:, 0]) * 2, bent(shares[:, 1]) * math.sqrt(2), straight(shares[:, 2])
        together = straight(shares[:, 0]) * straight(shares[:, 2])
        between = sum(parts.values()) + 1.0
        differences = sum(curves) + together + 3.0 * rng.standard_normal(1000)
        found = indices(shares, differences, tuple(range(6)), between)
        totals.append([found[at].value for at in range(3)])
        inert.extend(found[at].value for at in range(3, 6))
    assert np.mean(totals, axis=0) == pytest.approx([5 / 8, 2 / 8, 2 / 8], abs=0.03)
    assert np.mean(inert) < 0.03


def test_indices_are_given_for_as_many_as_there_are_draws_for_and_none_where_nothing_is_left() -> None:
    shares = latin_hypercube(250, 15, np.random.default_rng(18))
    assert [len(indices(shares[:many], shares[:many, 0], tuple(range(15)), 1.0)) for many in (11, 12, 250)] == [0, 1, 9]
    assert indices(shares, shares[:, 0], (0, 1), 0.0) == {}
    assert indices(shares, shares[:, 0], (), 1.0) == {}
    assert indices(shares, shares[:, 0], (0, 1), 1 / 12)[0].value == pytest.approx(1.0, abs=0.02)


def test_weak_constants_of_a_mechanism_add_up_and_chance_names_none() -> None:
    rng = np.random.default_rng(19)
    mechanisms = ["people"] * 30 + ["command"] * 10 + ["groups"] * 60
    shares = latin_hypercube(600, 100, rng)
    weak = straight(shares[:, :30]).sum(axis=1) / math.sqrt(30)
    differences = weak + straight(shares[:, 35]) + rng.standard_normal(600)
    found = by_mechanism(shares, differences, mechanisms)
    assert set(found) == {"people", "command"}
    assert sum(found.values()) == pytest.approx(1.0)
    assert found["people"] == pytest.approx(0.5, abs=0.15)
    small = [f"alone-{at}" for at in range(50)] + ["together"] * 50
    for groups in (mechanisms, small):
        named = [bool(by_mechanism(shares, rng.standard_normal(600), groups)) for _ in range(300)]
        assert np.mean(named) < 0.08


def test_where_nothing_moves_nothing_is_found() -> None:
    shares = latin_hypercube(100, 20, np.random.default_rng(20))
    assert screened(shares, np.zeros(100)) == ()
    assert by_mechanism(shares, np.zeros(100), ["people"] * 20) == {}
    fit = fitted(shares, np.full(100, 2.0), (), 0)
    assert fit.effects == ()
    assert fit.at({}).value == pytest.approx(2.0)
