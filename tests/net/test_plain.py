"""Play as lines of text: what is typed, what is printed, and a game through pipes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from sim.exercise.record import open_record
from sim.net import plain_text
from sim.net.launch import HostKeeper
from sim.net.plain import HELP, PlainGame, _split
from sim.net.plain_words import NotUnderstood, duration, fill_form, moment, pick

HOUR = 3_600_000

PATROL: dict[str, Any] = {
    "order": 1, "id": "order/fc/patrol", "kind": "order", "seat": "force-commander", "action": "visible-patrol",
    "label": "Visible patrol", "help": "Be seen.", "units": [{"id": "company-1", "name": "1 Company"},
    {"id": "company-2", "name": "2 Company"}], "places": [{"id": "saraf-umra", "name": "Saraf Umra"},
    {"id": "team-site", "name": "Team Site"}], "targets": [], "to": [], "options": [{"id": "night", "label": "Night"}],
    "hours": [3, 10, 24],
}  # fmt: skip
ASK = {**PATROL, "id": "request/hom/patrol", "kind": "request", "seat": "head-of-mission", "hours": None,
       "options": [], "to": [{"id": "force-commander", "name": "Force Commander"}]}  # fmt: skip
GUIDE = {**ASK, "id": "direction/hom/patrol", "kind": "direction"}
VIEW: dict[str, Any] = {
    "single": {"clock": {"first_midnight": -6 * HOUR}, "seat": {"ids": ["head-of-mission", "force-commander"]}},
    "tables": {"forms": {form["id"]: form for form in (PATROL, ASK, GUIDE)}, "seats": {}},
}


@pytest.mark.parametrize(
    ("text", "ticks"), [("30m", HOUR // 2), ("6h", 6 * HOUR), ("1d12h", 36 * HOUR), ("1.5h", 90 * 60_000)]
)
def test_durations_are_read(text: str, ticks: int) -> None:
    assert duration(text) == ticks


@pytest.mark.parametrize("text", ["", "6", "six", "6x", "h6", "-6h", "6h and more"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood, match="duration"):
        duration(text)


def test_moments_count_from_the_days_of_the_scenario() -> None:
    assert moment("D+0 06:00", VIEW) == 0
    assert moment("d+2 06:30", VIEW) == 48 * HOUR + HOUR // 2
    with pytest.raises(NotUnderstood, match="moment"):
        moment("tomorrow", VIEW)


def test_words_after_an_action_stand_in_any_order() -> None:
    expected = {
        "kind": "order", "seat": "force-commander", "action": "visible-patrol", "unit": "company-1",
        "place": "saraf-umra", "target": "", "options": ["night"], "hours": 4.0, "text": "Go.",
    }  # fmt: skip
    assert fill_form(VIEW, "order", ["visible", "company-1", "saraf-umra", "night", "4h"], "Go.") == expected
    assert fill_form(VIEW, "order", ["visible-patrol", "4h", "night", "saraf", "company-1"], "Go.") == expected


def test_the_usual_hours_are_taken_when_none_are_said() -> None:
    assert fill_form(VIEW, "order", ["visible", "company-2", "team-site"], "")["hours"] == 10


def test_a_request_and_a_direction_name_whom_they_go_to() -> None:
    asked = fill_form(VIEW, "request", ["visible", "force-commander", "saraf"], "")
    assert (asked["to"], asked["place"]) == ("force-commander", "saraf-umra")
    told = fill_form(VIEW, "direction", ["visible", "saraf", "high", "delegate"], "")
    assert (told["lead"], told["priority"], told["delegate"]) == ("force-commander", "high", True)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ([], "Which order"),
        (["dance"], "There is no action"),
        (["visible"], "needs one of its units"),
        (["visible", "company-1", "atlantis"], "no place in"),
    ],
)
def test_what_an_order_lacks_is_said(words: list[str], what: str) -> None:
    with pytest.raises(NotUnderstood, match=what):
        fill_form(VIEW, "order", words, "")


def test_a_name_cut_short_must_stay_clear() -> None:
    entries = [{"id": "company-1"}, {"id": "company-2"}, {"id": "fpu"}]
    assert pick("f", entries, "unit")["id"] == "fpu"
    with pytest.raises(NotUnderstood, match="several"):
        pick("comp", entries, "unit")
    with pytest.raises(NotUnderstood, match="no unit"):
        pick("x", entries, "unit")


@pytest.mark.parametrize(
    ("line", "words", "text"),
    [
        ("order patrol a b : be: seen", ["order", "patrol", "a", "b"], "be: seen"),
        ("until D+2 06:30", ["until", "D+2", "06:30"], ""),
        ("say x limit: 10:30 at the gate", ["say", "x", "limit"], "10:30 at the gate"),
        ('order "two words', ["order", '"two', "words"], ""),
        ("   ", [], ""),
    ],
)
def test_free_words_follow_a_colon(line: str, words: list[str], text: str) -> None:
    assert _split(line) == (words, text)


def test_escape_codes_and_direction_marks_are_shown_as_text() -> None:
    report = {"order": 1, "when": "D+0", "sender": "\x1b[31mred", "title": "a\u202eb", "text": "c\x07d", "grade": "A1"}
    view = {"single": {"seat": {"ids": ["a"]}}, "tables": {}}
    text = "\n".join([*plain_text.report(view, report), *plain_text.report_line(view, report)])
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\x07" not in text
    assert "\\u001b[31mred" in text


def test_every_command_is_in_the_help() -> None:
    class NoLink:
        view = VIEW

    game = PlainGame(NoLink(), print, waits=True)  # type: ignore[arg-type]
    told = " ".join(usage for usage, _ in HELP)
    for command in game._commands:
        assert command in told or command == "help"


def test_an_objection_is_called_by_the_unit_that_objects() -> None:
    found = {"order": 1, "id": "objection/fpu-3/1/whole-unit-only", "unit": "fpu-3/1"}

    class NoLink:
        view: ClassVar = {"single": {}, "tables": {"objections": {found["id"]: found}}}

    game = PlainGame(NoLink(), print, waits=True)  # type: ignore[arg-type]
    for word in ("fpu", "fpu-3/1", "1", "objection/fpu"):
        assert game._objection([word])["id"] == found["id"]
    with pytest.raises(NotUnderstood, match="There is no objection"):
        game._objection(["company"])


def play(keeper: HostKeeper, path: Path, lines: str, *, new: bool) -> subprocess.CompletedProcess[str]:
    host = keeper.start({"seed": 5} if new else None)
    program = (
        "import sys; from pathlib import Path; from sim.net.plain import play\n"
        "sys.exit(play(sys.argv[1], sys.stdin.readline().strip(), ['*'], Path(sys.argv[2])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, host.url, str(path)],
        input=f"{host.token}\n{lines}",
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(sys.modules["sim"].__path__[0]).parent,
        check=False,
    )
    keeper.close()
    return done


def test_a_game_through_pipes(tmp_path: Path, keep: Callable[[Path], HostKeeper]) -> None:
    path = tmp_path / "game.mlt"
    done = play(keep(path), path, "look\nuntil\nwhy town\nnonsense\nstep 1h\nwait 2d\nclock\n", new=True)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == lines[-1] == plain_text.BANNER
    assert any(line.startswith("state ") for line in lines)
    assert any("FLASH" in line for line in lines)
    assert any("There is no command 'nonsense'" in line for line in lines)
    with open_record(path) as record:
        assert record.reached > 2 * 24 * HOUR
        assert "asked-why" in [stored.data["kind"] for stored in record.inputs]
    again = play(keep(path), path, "quit\nlook\n", new=False)
    assert again.returncode == 0
    assert again.stdout.count("PAUSED") == 1


def test_a_finished_game_opens_on_its_end(tmp_path: Path, keep: Callable[[Path], HostKeeper]) -> None:
    path = tmp_path / "game.mlt"
    assert "It is over." in play(keep(path), path, "wait 20d\n", new=True).stdout
    assert "It is over." in play(keep(path), path, "", new=False).stdout


def test_a_host_that_goes_away_ends_the_game_with_its_own_code(
    tmp_path: Path, keep: Callable[[Path], HostKeeper]
) -> None:
    host = keep(tmp_path / "game.mlt").start({"seed": 5})
    program = (
        "import sys; from pathlib import Path; from sim.net.plain import play\n"
        "sys.exit(play(sys.argv[1], 'wrong token', ['*'], Path('x')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, host.url],
        input="",
        capture_output=True,
        text=True,
        timeout=30,
        cwd=Path(sys.modules["sim"].__path__[0]).parent,
        check=False,
    )
    assert done.returncode == 7
    assert "token" in done.stdout
