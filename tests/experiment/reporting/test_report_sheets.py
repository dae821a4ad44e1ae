"""Tables as CSV: numbers untouched, text that no spreadsheet calculates with."""

from __future__ import annotations

import csv
import io
import math

import an_answer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment.reporting.sheets import Sheet, csv_text, sheets
from sim.experiment.reporting.wording import clean

numbers = st.floats() | st.integers(-(10**12), 10**12) | st.none()


def rows(sheet: Sheet) -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_text(sheet))))


@given(st.lists(st.tuples(numbers, numbers), max_size=5))
def test_numbers_come_back_as_they_were_and_none_is_empty(
    held: list[tuple[float | int | None, float | int | None]],
) -> None:
    head, *body = rows(Sheet("one", ("a", "b"), tuple(held)))
    assert head == ["a", "b"]
    for own, read in zip(held, body, strict=True):
        for number, text in zip(own, read, strict=True):
            if number is None or not math.isfinite(number):
                assert text == ""
            else:
                assert float(text) == number


@given(st.text() | st.sampled_from(["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "＝1+1", "-", "=", "'=1"]))
def test_no_text_begins_like_a_formula_and_none_is_lost(text: str) -> None:
    ((_,), (read,)) = rows(Sheet("one", ("a",), ((text,),)))
    assert clean(text) in (read, read.removeprefix("'"))
    assert not read.startswith(("=", "@", "＝", "＋", "－", "＠"))
    if read.startswith(("+", "-")):
        float(read)


def test_a_value_of_a_factor_that_is_a_number_stays_one() -> None:
    assert rows(Sheet("one", ("a",), (("-5",), ("+0.5e3",), ("-5 km",))))[1:] == [["-5"], ["+0.5e3"], ["'-5 km"]]


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        (
            an_answer.a_comparison(),
            "patterns planner others best fresh dominance looks exceedance spread fan harm".split(),
        ),
        (an_answer.an_assumptions(), ["patterns", "shares", "tornado"]),
        (an_answer.a_sweep(), ["patterns", "points"]),
    ],
    ids=["comparison", "assumptions", "sweep"],
)
def test_every_table_has_a_sheet_of_even_rows(answer: an_answer.Comparison, names: list[str]) -> None:
    found = sheets(answer)
    assert [sheet.name for sheet in found] == names
    for sheet in found:
        assert len(set(sheet.head)) == len(sheet.head)
        assert {len(row) for row in sheet.rows} == {len(sheet.head)}


def test_the_planners_sheet_holds_each_difference_to_the_last_digit() -> None:
    answer = an_answer.a_comparison()
    planner = next(sheet for sheet in sheets(answer) if sheet.name == "planner")
    head, *body = rows(planner)
    lines = [dict(zip(head, line, strict=True)) for line in body]
    read = {(line["quantity"], line["pattern"]): line for line in lines}
    for row in answer.rows:
        for line in row.lines:
            for one in line.differences:
                held = read[line.quantity.id, one.pattern]
                assert one.interval is not None
                assert float(held["difference"]) == one.interval.value
                assert float(held["difference_high"]) == one.interval.high
                assert float(held["n_eff"]) == one.n_eff
                assert (int(held["better"]), int(held["worse"]), int(held["same"])) == one.histories
                assert held["verdict"] == str(one.verdict)


def test_curves_and_maps_can_be_drawn_again_from_their_sheets() -> None:
    answer = an_answer.a_comparison()
    held = {sheet.name: rows(sheet) for sheet in sheets(answer)}
    found = answer.exceedance[0]
    above = [float(row[3]) for row in held["exceedance"][1:] if row[0] == found.quantity.id and row[1] == "area"]
    assert above == list(found.curves["area"])
    assert answer.harm is not None
    assert len(held["harm"]) - 1 == sum(len(place.killed) for place in answer.harm.places)
