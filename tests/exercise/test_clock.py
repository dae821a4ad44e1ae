"""The pacer: wall time becomes due simulated time, and debt is dropped, never made up."""

from __future__ import annotations

import pytest

from sim.exercise.clock import Pacer


def test_wall_time_times_the_ratio_becomes_due() -> None:
    pacer = Pacer()
    pacer.start(1_000, 60)
    pacer.add(0.05)
    assert pacer.target == pytest.approx(4_000)
    assert not pacer.settle(4_000)


def test_half_a_second_behind_drops_the_debt_and_says_so() -> None:
    pacer = Pacer()
    pacer.start(0, 600)
    for _ in range(12):
        pacer.add(0.05)
    assert pacer.settle(10_000)
    assert pacer.target == 10_000
    assert pacer.behind
    pacer.add(2.1)
    assert not pacer.behind


def test_a_little_behind_is_no_lag() -> None:
    pacer = Pacer()
    pacer.start(0, 600)
    pacer.add(0.4)
    assert not pacer.settle(0)
    assert not pacer.behind


def test_a_suspended_machine_is_no_leap() -> None:
    pacer = Pacer()
    pacer.start(0, 10)
    pacer.add(3_600)
    assert pacer.target == 5_000


def test_a_jump_owes_nothing() -> None:
    pacer = Pacer()
    pacer.start(50, 0)
    pacer.add(10)
    assert pacer.target == 50
    assert not pacer.settle(10**9)
