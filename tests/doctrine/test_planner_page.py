"""The planner's page as it is shipped, and what a page that is wrong says."""

from __future__ import annotations

import pytest

from sim.doctrine import DoctrineError, build, load_doctrine
from sim.doctrine.planner_page import PageRow, planner_page


def test_the_page_has_its_eight_rows_in_their_order() -> None:
    assert [row.id for row in planner_page()] == [
        "people_killed",
        "displaced",
        "threats_reached",
        "hours_to_arrival",
        "peacekeepers_hurt",
        "outside_10_1_2",
        "consent_and_credibility",
        "cost",
    ]


def test_every_line_speaks_of_a_measure_with_a_direction_and_a_difference_worth_acting_on() -> None:
    measures = load_doctrine().measures
    for row in planner_page():
        for line in row.lines:
            (spec,) = [each for each in measures.values() if each.id in line.quantity]
            assert spec.direction != "neither", line.quantity
            assert spec.worthwhile, line.quantity


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"title": "Cost", "lines": []}, "a row without lines says nothing"),
        ({"title": "Cost", "lines": [{"quantaty": "flight_hours"}]}, "Did you mean 'quantity'"),
        ({"title": "Cost"}, "lines: missing"),
        ({"title": 3, "lines": [{"quantity": "flight_hours"}]}, "title: 3 is not text"),
    ],
)
def test_a_row_that_is_wrong_says_where_and_how_to_mend_it(row: dict[str, object], words: str) -> None:
    with pytest.raises(DoctrineError, match=words):
        build(PageRow, {"id": "cost", **row}, "planner_page.yaml: cost")
