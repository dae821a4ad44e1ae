"""Times, amounts and chances as an author writes them."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.values import (
    Choice,
    Distribution,
    parse_choice,
    parse_distribution,
    parse_duration,
    parse_moment,
    parse_number,
    read_moment,
)

HOUR = 3_600_000
START = datetime(2014, 3, 5, 6, 0, tzinfo=timezone(timedelta(hours=3)))


@pytest.mark.parametrize(
    ("written", "ticks"),
    [
        ("90m", 90 * 60_000),
        ("6h", 6 * HOUR),
        ("2d", 48 * HOUR),
        ("1d 6h", 30 * HOUR),
        ("1d6h", 30 * HOUR),
        ("45s", 45_000),
        ("1.5h", 5_400_000),
        (" 0h ", 0),
        (0, 0),
    ],
)
def test_a_duration_becomes_whole_ticks(written, ticks):
    assert ticks == parse_duration(written)


@pytest.mark.parametrize(
    "written",
    ["", "6", "h", "6 hours", "-6h", "6h 6h", "1e3h", "٣h", "6h;", 5, 5.0, True, None, [], "99999999d", "1d 6"],
)
def test_what_is_no_duration_is_refused_with_the_mend(written):
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        parse_duration(written)
    assert any(word in str(refusal.value) for word in ("Write", "Shorten"))


@given(st.integers(0, 3_000), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_units_add_up(days, hours, minutes, seconds):
    written = f"{days}d {hours}h {minutes}m {seconds}s"
    assert parse_duration(written) == (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000


@pytest.mark.parametrize(
    ("written", "ticks"),
    [
        ("D+0 06:00", 0),
        ("D0 09:00", 3 * HOUR),
        ("D+1 00:00", 18 * HOUR),
        ("D+2 06:00", 48 * HOUR),
        ("12h", 12 * HOUR),
        ("1d 6h", 30 * HOUR),
    ],
)
def test_a_moment_counts_from_the_start(written, ticks):
    assert ticks == parse_moment(written, START)


def test_the_day_of_the_start_is_day_zero_whatever_the_hour():
    late = START.replace(hour=23, minute=30)
    assert parse_moment("D+1 00:00", late) == HOUR // 2


@pytest.mark.parametrize(
    "written",
    ["D+2", "D+2 24:00", "D+2 06:60", "D+0 05:59", "D-1 06:00", "2014-03-05", "noon", "", 12, None, "D+99999 00:00"],
)
def test_what_is_no_moment_of_the_run_is_refused(written):
    with pytest.raises(ValueError, match=r"\.$"):
        parse_moment(written, START)


def test_a_moment_is_read_before_the_start_is_known():
    assert read_moment("D+2 06:00").ticks(START) == 48 * HOUR


@pytest.mark.parametrize("value", [True, "5", None, [], math.inf, -math.inf, math.nan, 1e16, 10**400])
def test_a_number_is_a_finite_number_and_nothing_else(value):
    with pytest.raises(ValueError, match=r"\.$"):
        parse_number(value)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (5, Distribution("fixed", (5.0,))),
        ({"uniform": [2, 8]}, Distribution("uniform", (2.0, 8.0))),
        ({"triangular": [1, 2, 6]}, Distribution("triangular", (1.0, 2.0, 6.0))),
        ({"lognormal": {"median": 6, "sigma": 0.6}}, Distribution("lognormal", (6.0, 0.6))),
        ({"exponential": 2}, Distribution("exponential", (2.0,))),
        ({"choice": {"1": 1, "5": 3}}, Distribution("choice", (1.0, 5.0), (0.25, 0.75))),
    ],
)
def test_each_distribution_has_one_way_to_be_written(written, expected):
    assert expected == parse_distribution(written)


def test_a_distribution_of_durations_is_written_in_durations():
    assert parse_distribution({"triangular": ["1h", "2h", "6h"]}, parse_duration).ticks(0.0) == HOUR
    assert parse_distribution({"choice": {"6h": 1, "2d": 1}}, parse_duration).ticks(0.9) == 48 * HOUR
    assert parse_distribution("6h", parse_duration).ticks(0.3) == 6 * HOUR


@pytest.mark.parametrize(
    "written",
    [
        "six",
        {},
        {"normal": [1, 2]},
        {"uniform": [1, 2], "triangular": [1, 2, 3]},
        {"uniform": [1]},
        {"uniform": 4},
        {"uniform": [8, 2]},
        {"triangular": [1, 9, 6]},
        {"triangular": [1, "2h", 6]},
        {"lognormal": [6, 0.6]},
        {"lognormal": {"median": 0, "sigma": 0.6}},
        {"lognormal": {"median": 6, "sigma": 0}},
        {"lognormal": {"median": 6, "sigma": 60}},
        {"exponential": 0},
        {"exponential": {"mean": 4}},
        {"choice": {}},
        {"choice": {"1": -1, "2": 2}},
        {"choice": {"1": 0}},
        {"choice": [1, 2]},
        {"choice": {"often": 1}},
        {3: 4},
    ],
)
def test_a_wrong_distribution_is_refused_with_its_form(written):
    with pytest.raises(ValueError, match=r"\."):
        parse_distribution(written)


CONTINUOUS = [
    Distribution("uniform", (2.0, 8.0)),
    Distribution("triangular", (1.0, 2.0, 6.0)),
    Distribution("triangular", (1.0, 1.0, 6.0)),
    Distribution("triangular", (1.0, 6.0, 6.0)),
    Distribution("lognormal", (6.0, 0.6)),
    Distribution("exponential", (2.0,)),
    Distribution("choice", (1.0, 5.0, 7.0), (0.25, 0.5, 0.25)),
]


@pytest.mark.parametrize("distribution", CONTINUOUS)
@given(u=st.floats(0, 1, exclude_max=True), more=st.floats(0, 1, exclude_max=True))
def test_a_larger_uniform_never_gives_a_smaller_value(distribution, u, more):
    low, high = sorted((u, more))
    assert distribution.at(low) <= distribution.at(high)


@pytest.mark.parametrize(
    ("distribution", "mean"),
    [
        (CONTINUOUS[0], 5.0),
        (CONTINUOUS[1], 3.0),
        (CONTINUOUS[4], 6.0 * math.exp(0.18)),
        (CONTINUOUS[5], 2.0),
        (CONTINUOUS[6], 4.5),
    ],
)
def test_inversion_gives_the_known_mean(distribution, mean):
    steps = 20_000
    found = math.fsum(distribution.at((step + 0.5) / steps) for step in range(steps)) / steps
    assert found == pytest.approx(mean, rel=2e-3)


@pytest.mark.parametrize("distribution", CONTINUOUS)
@pytest.mark.parametrize("u", [0.0, 2.0**-53, 1.0 - 2.0**-53])
def test_the_ends_of_the_unit_interval_give_finite_values(distribution, u):
    assert math.isfinite(distribution.at(u))


def test_known_quantiles_are_hit():
    assert CONTINUOUS[4].at(0.5) == pytest.approx(6.0)
    assert CONTINUOUS[5].at(1 - math.exp(-1)) == pytest.approx(2.0)
    assert CONTINUOUS[1].at(0.2) == pytest.approx(2.0)


def test_a_value_without_weight_is_never_chosen():
    never_last = Distribution("choice", (1.0, 2.0, 3.0), (0.1, 0.9 - 1e-16, 0.0))
    assert never_last.at(1.0 - 2.0**-53) == 2.0


def test_words_are_chosen_by_weight():
    choice = parse_choice({"choice": {"militia": 1, "rebels": 3}})
    assert choice == Choice(("militia", "rebels"), (0.25, 0.75))
    assert [choice.at(u) for u in (0.0, 0.24, 0.25, 0.999)] == ["militia", "militia", "rebels", "rebels"]
    assert parse_choice("militia").at(0.7) == "militia"
    for wrong in (5, {"uniform": [1, 2]}, {"choice": 3}, None):
        with pytest.raises(ValueError, match=r"\."):
            parse_choice(wrong)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(ANYTHING)
def test_parsers_raise_nothing_but_value_errors(value):
    for parse in (parse_duration, read_moment, parse_number, parse_distribution, parse_choice):
        try:
            parse(value)
        except ValueError:
            continue
