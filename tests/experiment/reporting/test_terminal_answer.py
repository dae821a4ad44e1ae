"""An answer in the terminal: the sentence first, every number that it stands on, and nothing too wide."""

from __future__ import annotations

import dataclasses

import an_answer
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.experiment.answers import Answer, PatternAbout, Verdict
from sim.experiment.reporting import wording
from sim.experiment.reporting.terminal import NARROWEST, WIDTH, lines
from sim.printing import printable

ANSWERS = {
    "comparison": an_answer.a_comparison(),
    "assumptions": an_answer.an_assumptions(),
    "sweep": an_answer.a_sweep(),
}


def widest(answer: Answer, width: int) -> int:
    """The widest line but commands, which are copied and never broken."""
    return max(len(line) for line in lines(answer, width) if not line.startswith("  mlt "))


def told(answer: Answer, width: int = WIDTH) -> str:
    return " ".join(" ".join(lines(answer, width)).split())


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("width", [WIDTH, NARROWEST])
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    assert widest(ANSWERS[name], width) <= width


@pytest.mark.parametrize("name", ANSWERS)
def test_the_sentence_comes_first_and_the_limits_last(name: str) -> None:
    found = told(ANSWERS[name])
    assert found.startswith(ANSWERS[name].sentence)
    assert found.endswith("no ground for an operational decision.")


@pytest.mark.parametrize("name", ANSWERS)
def test_no_line_holds_what_a_terminal_would_obey(name: str) -> None:
    assert all(printable(line) == line for line in lines(ANSWERS[name]))


@pytest.mark.parametrize("name", ANSWERS)
def test_it_is_ascii_as_long_as_the_author_is(name: str) -> None:
    assert all(line.isascii() for line in lines(ANSWERS[name]))


@pytest.mark.parametrize("width", [WIDTH, NARROWEST])
def test_every_row_and_every_difference_is_there_with_what_it_stands_on(width: int) -> None:
    answer = an_answer.a_comparison()
    found = told(answer, width)
    for place, row in enumerate(answer.rows, 1):
        assert f"{place}. {row.title}" in found
        for line in row.lines:
            assert line.quantity.label in found
            for one in line.differences:
                change = wording.with_ends(one.interval, one.quantity, signed=True)
                assert one.verdict is Verdict.IDENTICAL or change.replace(wording.MINUS, "-") in found
    for said in ("n_eff", "fail", "same", "VR", "2,248", "5.2", "none; < 0.13 of 100"):
        assert said in found


def test_best_dominance_stop_openings_and_warnings_are_told() -> None:
    answer = an_answer.a_comparison()
    found = told(answer)
    assert answer.stop.reason in found
    assert answer.openings[0].command in found
    plain = [one for one in answer.dominance if one.verdict == "does not dominate"]
    assert plain
    assert all((one.because in found) is (one not in plain) for one in answer.dominance)
    assert "The report says where." in found
    assert all(warning in found for warning in answer.warnings)
    assert "On fresh histories, Platoons everywhere against Two bases: -6.3 (-8.7 to -3.9)" in found


def test_what_a_handful_of_histories_carries_is_told_as_too_few() -> None:
    row = next(line for line in lines(an_answer.a_comparison()) if "-31" in line)
    assert "too few" in row


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=60), st.sampled_from([WIDTH, NARROWEST]))
def test_no_name_breaks_the_width_or_reaches_the_terminal_raw(name: str, width: int) -> None:
    patterns = tuple(dataclasses.replace(one, title=name) for one in an_answer.PATTERNS)
    about = an_answer.an_about(patterns=patterns, title=name)
    answer = an_answer.a_comparison(about=about, rows=an_answer.the_rows()[:1])
    assert all(printable(line) == line for line in lines(answer, width))
    assert widest(answer, width) <= width


def test_long_ids_are_cut_and_the_table_stays_in_place() -> None:
    long = "x" * 70
    about = an_answer.an_about(patterns=(PatternAbout(long, "Long", ""), *an_answer.PATTERNS[1:]), reference=long)
    row = dataclasses.replace(an_answer.the_rows()[0], lines=tuple(
        dataclasses.replace(line, levels=(dataclasses.replace(line.levels[0], pattern=long), *line.levels[1:]))
        for line in an_answer.the_rows()[0].lines
    ))  # fmt: skip
    assert widest(an_answer.a_comparison(about=about, rows=(row,)), NARROWEST) <= NARROWEST
