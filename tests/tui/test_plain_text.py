"""Text from outside is drawn as characters and as nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.tui import ink
from sim.tui.plain_text import plain, plain_block


def test_escape_codes_lose_what_acts_and_stay_readable() -> None:
    assert plain("\x1b[31mred\x1b[0m") == "[31mred[0m"
    assert plain("\x9b2Jgone") == "2Jgone"
    assert plain("bell\x07 title\x1b]0;owned\x07") == "bell title]0;owned"


def test_direction_marks_and_invisible_letters_are_removed() -> None:
    assert plain("a\u202ecba\u2066x\u200f") == "acbax"
    assert plain("zero\u200bwidth\ufeff") == "zerowidth"


def test_a_line_has_no_line_breaks_and_a_block_keeps_them() -> None:
    assert plain("one\ntwo\ttab\u2028three") == "one two tab three"
    assert plain_block("one\r\ntwo\rthree") == "one\ntwo\nthree"


def test_letters_of_other_scripts_pass() -> None:
    text = "سرف عمرة, Djénné, Ñuflo"
    assert plain(text) == text


def test_marks_do_not_pile_up_over_a_letter() -> None:
    assert plain("a" + "\u0301" * 40) == "a\u0301\u0301"


@given(st.text())
def test_whatever_comes_in_nothing_acts_on_a_terminal(text: str) -> None:
    line = plain(text)
    assert all(character.isprintable() or character == " " or ord(character) > 0x9F for character in line)
    assert "\n" not in line
    assert "\x1b" not in line
    line.encode("utf-8")


def test_markup_in_a_name_is_text() -> None:
    assert ink.line("[bold]Market[/] [@click=app.quit]x[/]").plain == "[bold]Market[/] [@click=app.quit]x[/]"
    assert ink.block("[red]two\nlines").plain == "[red]two\nlines"


def test_a_column_has_exactly_its_width_whatever_the_letters() -> None:
    for text in ("short", "far too long for it", "日本語の名前", ""):
        piece, _ = ink.column(text, 8)
        assert ink.width_of(piece) == 8
