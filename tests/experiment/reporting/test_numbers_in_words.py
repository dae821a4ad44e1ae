"""Numbers in a report: as many digits as the error allows, frequencies of 100, and never another side of zero."""

from __future__ import annotations

import math
import re

import an_answer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.doctrine import load_doctrine
from sim.experiment.answers import Interval
from sim.experiment.reporting import wording
from sim.experiment.statistics.grammar import parse

finite = st.floats(-1e9, 1e9, allow_nan=False)
errors = st.floats(1e-4, 1e6)


def read(text: str) -> float:
    return float(text.replace(wording.MINUS, "-").replace(",", "").replace("+", ""))


@pytest.mark.parametrize(
    ("error", "places"),
    [
        (0.03, 2),
        (0.012, 3),
        (0.029, 3),
        (1.2, 1),
        (3.0, 0),
        (14.0, 0),
        (31.0, -1),
        (450.0, -2),
        (1200.0, -2),
    ],
)
def test_an_error_leaves_one_digit_and_a_second_where_the_first_is_one_or_two(error: float, places: int) -> None:
    assert wording.decimals(error) == places


@pytest.mark.parametrize("error", [0.0, -1.0, math.inf, math.nan])
def test_without_an_error_there_are_no_digits_to_leave(error: float) -> None:
    assert wording.decimals(error) is None


@given(finite, errors)
def test_rounding_moves_a_value_by_less_than_its_error(value: float, error: float) -> None:
    interval = Interval(value, value - 1.96 * error, value + 1.96 * error)
    shown = read(wording.value(interval, an_answer.KILLED))
    assert abs(shown - value) <= 0.51 * max(error, 1e-6) + 1e-9 * abs(value)


@given(finite, errors)
def test_an_end_of_an_interval_is_never_rounded_to_the_other_side_of_zero(value: float, error: float) -> None:
    interval = Interval(value, value - 1.96 * error, value + 1.96 * error)
    low, high = (read(end) for end in wording.ends(interval, an_answer.KILLED).split(" to "))
    assert low * interval.low >= 0
    assert high * interval.high >= 0


def test_an_interval_beside_zero_keeps_the_digit_that_says_so() -> None:
    interval = Interval(-0.04, -0.0796, -0.0004)
    assert wording.with_ends(interval, an_answer.OVER_50).replace(wording.MINUS, "-") == "-4.0 (-8.0 to -0.04)"


def test_a_probability_is_told_as_histories_of_100() -> None:
    found = wording.with_ends(Interval(0.312, 0.292, 0.332), an_answer.OVER_50)
    assert found == "31.2 (29.2 to 33.2)"
    assert wording.unit(an_answer.OVER_50) == "of 100 histories"


def test_other_quantities_keep_their_unit_and_scale() -> None:
    assert wording.with_ends(Interval(14230, 13600, 14860), an_answer.DISPLACED) == "14,200 (13,600 to 14,900)"
    assert wording.about_quantity(an_answer.DISPLACED) == "people; lower is better; worth acting on from 2,000"
    assert wording.about_quantity(an_answer.DECIDED).split("; ")[1] == "neither direction is better"


def test_a_part_of_a_whole_is_told_in_percent() -> None:
    assert wording.with_ends(Interval(0.612, 0.542, 0.682), an_answer.HOME) == "61 (54 to 68)"
    assert wording.about_quantity(an_answer.HOME) == "%; higher is better; worth acting on from 5"


def test_units_are_those_that_quantities_have() -> None:
    catalogue = load_doctrine().measures
    assert parse("P(civilians_killed>50)", catalogue).asked.unit == wording.HISTORIES
    assert parse("home_share_end", catalogue).asked.unit == wording.SHARE


def test_no_interval_is_said_and_no_value_is_a_dash() -> None:
    assert wording.with_ends(Interval(81.4, -math.inf, math.inf), an_answer.KILLED) == "81.4 (no interval)"
    assert wording.with_ends(None, an_answer.KILLED) == wording.NOTHING
    assert wording.number(math.nan) == wording.NOTHING


def test_no_difference_has_no_sign() -> None:
    assert wording.number(-0.001, 1, signed=True) == "0.0"
    assert wording.number(0.0, signed=True) == "0"


@pytest.mark.parametrize(
    ("count", "total", "said"),
    [(0, 900, "0"), (1, 900, "under 1"), (899, 900, "over 99"), (900, 900, "100"), (1, 0, wording.NOTHING)],
)
def test_what_is_there_but_rounds_away_is_said_to_be(count: int, total: int, said: str) -> None:
    assert wording.of_hundred(count, total) == said


@given(st.text())
def test_cleaned_text_is_one_line_that_xml_can_hold(text: str) -> None:
    cleaned = wording.clean(text)
    assert "\n" not in cleaned
    assert cleaned == cleaned.strip()
    assert not re.search("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff\u202a-\u202e]", cleaned)


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_a_span_names_the_smallest_and_the_largest(numbers: list[float]) -> None:
    ends = wording.span(numbers).split(" to ")
    assert ends[0] == wording.count(min(numbers))
    assert ends[-1] == wording.count(max(numbers))
