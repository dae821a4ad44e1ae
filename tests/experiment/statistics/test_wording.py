"""Numbers as they are said."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment.answers import Asked
from sim.experiment.statistics.wording import amount, in_unit, listed, of_hundred, percent


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (1234.5678, 210.0, "1,230"),
        (1234.5678, 410.0, "1,200"),
        (12.345, 0.4, "12.3"),
        (12.345, 0.12, "12.35"),
        (0.0, 0.012, "0.000"),
        (-0.0004, 0.1, "0.00"),
        (1234.5678, None, "1,200"),
        (0.0, None, "0"),
        (3.0, 0.0, "3.0"),
        (math.inf, None, "any amount"),
    ],
)
def test_the_standard_error_says_how_many_digits_mean_anything(value: float, error: float | None, said: str) -> None:
    assert amount(value, error) == said


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e6))
def test_no_more_than_a_standard_error_is_lost_and_no_minus_stands_before_nothing(value: float, error: float) -> None:
    said = float(amount(value, error).replace(",", ""))
    assert abs(said - value) <= error / 2 + 1e-9 * abs(value)
    assert not (said == 0 and amount(value, error).startswith("-"))


def test_shares_are_told_as_so_many_of_a_hundred() -> None:
    histories = Asked("P(x>5)", "x", "x", "share of histories", "lower", 0.05)
    share = Asked("y", "y", "y", "share", "higher", 0.1)
    hours = Asked("z", "z", "z", "hours", "lower", 1.0)
    assert in_unit(histories, 0.3012, 0.004) == "30.1 of 100 histories"
    assert in_unit(share, 0.3012, 0.04) == "30 %"
    assert in_unit(share, 0.3012, 0.04, apart=True) == "30 percentage points"
    assert in_unit(hours, 5.26, 0.1) == "5.26 hours"
    assert (percent(0.003), of_hundred(0.85)) == ("0.30 %", "85")


def test_names_are_listed_as_they_are_said() -> None:
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
