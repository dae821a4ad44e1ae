"""What reaches a terminal: text, never commands to it."""

from __future__ import annotations

import io
import sys

import pytest

from sim import printing


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Saraf Umra – 55 000 à la porte", "Saraf Umra – 55 000 à la porte"),
        ("a\x1b[31mb", "a\\u001b[31mb"),
        ("a\x07b", "a\\u0007b"),
        ("a\x9b31mb", "a\\u009b31mb"),
        ("a\u202eb", "a\\u202eb"),
        ("a\rb", "a\\u000db"),
        ("a\ud800b", "a\\ud800b"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_as_text(text: str, shown: str) -> None:
    assert printing.printable(text) == shown


def test_results_and_story_go_to_different_streams(capsys: pytest.CaptureFixture[str]) -> None:
    printing.result("42")
    printing.story("computing")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("42\n", "computing\n")


def test_a_closed_pipe_is_told_apart_from_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, text: str, /) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Closed())
    with pytest.raises(printing.PipeClosed):
        printing.result("42")


def test_a_table_sets_numbers_to_the_right_and_leaves_no_blanks_at_the_end() -> None:
    lines = printing.table(["name", "n", ""], [["a", "1", "x"], ["bcdef", "20", ""]], right=frozenset({1}))
    assert lines == ["name    n", "-----  --  -", "a       1  x", "bcdef  20"]
