"""What a draw of assumptions may change, and the shipped vectors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.doctrine import DoctrineError, Parameter, load_doctrine
from sim.doctrine.draws import (
    CalibratedDraws,
    calibrated_draws,
    calibrated_ids,
    draws_from,
    is_swept,
    share_of,
    value_at,
)

PARAMETERS = load_doctrine().parameters


def parameter(low: float, high: float, confidence: str = "assumed", calibrate: bool = True) -> Parameter:
    return Parameter("a.b", low, (low, high), "unit", "assumed", confidence, calibrate=calibrate)  # type: ignore[arg-type]


def test_what_is_verified_or_has_no_range_stays() -> None:
    assert is_swept(parameter(1, 2))
    assert not is_swept(parameter(1, 1))
    assert not is_swept(parameter(1, 2, "verified"))


@given(st.floats(0.0, 1.0), st.sampled_from(list(PARAMETERS.values())))
def test_every_share_of_a_range_lies_in_it_and_can_be_found_again(share: float, each: Parameter) -> None:
    low, high = each.range
    value = value_at(each, share)
    assert low <= value <= high
    if low < high:
        assert share_of(each, value) == pytest.approx(share, abs=1e-9)


def test_a_range_of_orders_has_its_middle_where_both_ends_are_as_many_times_away() -> None:
    assert value_at(parameter(1, 100), 0.5) == pytest.approx(10)
    assert value_at(parameter(1, 3), 0.5) == pytest.approx(2)
    assert value_at(parameter(0, 100), 0.5) == pytest.approx(50)


def test_at_most_twelve_constants_are_calibrated_and_none_that_a_source_gives() -> None:
    ids = calibrated_ids(PARAMETERS)
    assert 0 < len(ids) <= 12
    assert {PARAMETERS[id_].confidence for id_ in ids} <= {"assumed", "general"}


def test_vectors_are_read_by_id_and_counted_round() -> None:
    found = draws_from("a.b\n1.5\n2\n", {"a.b": parameter(1, 2)})
    assert found.ids == ("a.b",)
    assert [found.values(at) for at in range(3)] == [{"a.b": 1.5}, {"a.b": 2.0}, {"a.b": 1.5}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x.y\n1\n", "x.y"),
        ("a.b\n1,2\n", "2 values"),
        ("a.b\nmany\n", "'many' is not a number"),
        ("a.b\n7\n", "7 is not within its range 1 to 2"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_why(text: str, said: str) -> None:
    with pytest.raises(DoctrineError, match=said):
        draws_from(text, {"a.b": parameter(1, 2)})


def test_a_constant_that_is_no_longer_calibrated_makes_old_vectors_unusable() -> None:
    with pytest.raises(DoctrineError, match="calibrate"):
        draws_from("a.b\n1.5\n", {"a.b": parameter(1, 2, calibrate=False)})


def test_an_empty_file_is_no_vectors() -> None:
    assert draws_from("", PARAMETERS) == CalibratedDraws()


def test_the_shipped_vectors_are_of_the_declared_constants_or_absent() -> None:
    shipped = calibrated_draws()
    assert len(shipped) in {0, 500}
    assert set(shipped.ids) == (set(calibrated_ids(PARAMETERS)) if len(shipped) else set())
