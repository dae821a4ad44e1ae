"""How a problem reads."""

from __future__ import annotations

import pickle

import pytest

from sim.scenario.problems import Problem, ScenarioError, choose_from, nearest, plain, shown

PROBLEM = Problem("x.yaml", 42, 7, "reference", "Estern", '"Estern" is no place.', 'Did you mean "eastern"?')


def test_a_problem_is_one_line_with_place_rule_value_and_mend():
    assert str(PROBLEM) == 'x.yaml:42:7: [reference] "Estern" is no place. Did you mean "eastern"?'


def test_an_error_shows_all_its_problems_and_carries_them():
    error = ScenarioError([PROBLEM, PROBLEM])
    assert str(error).splitlines() == [str(PROBLEM)] * 2
    again = pickle.loads(pickle.dumps(error))
    assert again.problems == error.problems
    assert str(again) == str(error)


def test_a_flood_of_problems_is_counted_not_printed():
    lines = str(ScenarioError([PROBLEM] * 1_000)).splitlines()
    assert len(lines) == 201
    assert lines[-1] == "... and 800 more."


@pytest.mark.parametrize("hostile", ["\x1b[31mred", "a\u202eb", "a\nb", "a\x07", "a\u2066b", "\x9b31m"])
def test_hostile_text_is_shown_as_text(hostile):
    line = str(Problem(hostile, 1, 1, "x", hostile, hostile, hostile))
    assert line.isprintable()
    assert plain(hostile).isprintable()


def test_words_of_any_script_stay_as_they_are():
    assert plain("سرف عمرة – Équipe") == "سرف عمرة – Équipe"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("Estern", "eastern"), ("TEAM_SITE", "team-site"), ("team-stie", "team-site"), ("zzz", None), (5, None)],
)
def test_the_nearest_known_word_is_found(value, expected):
    assert nearest(value, ["eastern", "team-site", "port"]) == expected


def test_the_mend_lists_what_there_is():
    assert choose_from("Estern", ["port", "eastern"], "Defined") == 'Did you mean "eastern"? Defined: eastern, port.'
    assert choose_from("x", []) == "None is defined."
    assert choose_from("x", (f"id-{n:02}" for n in range(30))).endswith("id-11 and 18 more.")
    known = ["abc", "abcd", *(f"id-{n:02}" for n in range(30)), "zzz-column-left"]
    assert "zzz-column-left" in choose_from("column-let", known)
    assert choose_from("x", (str(n) for n in range(5_000))) == "Known: 5000 others."


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a" * 100, f'"{"a" * 57}..."'),
        ({"a": 1, "b": 2}, '"{a, b}"'),
        ({str(n): n for n in range(9)}, '"{0, 1, 2, 3...}"'),
        ([1, 2, 3], '"a list of 3"'),
        (None, '"nothing"'),
        (True, '"true"'),
        (1.5, '"1.5"'),
    ],
)
def test_a_value_is_shown_briefly(value, expected):
    assert shown(value) == expected
