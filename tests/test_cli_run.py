"""``mlt run``: one object of numbers, the same for the same seed, and a file that plays on."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from sim import cli
from sim.exit_codes import ExitCode
from sim.versions import MODEL_VERSION

HOURS: Final = "30"
KEYS: Final = {"value", "numerator", "denominator", "from", "to", "unit", "direction", "worthwhile", "censored"}
EVERYWHERE: Final = {"civilians_killed", "displaced_peak", "at_base_peak", "peacekeepers_killed", "decisions_taken"}


def run(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert cli.main(["run", "saraf_umra", "--until", HOURS, "--format", "json", *words]) == ExitCode.OK
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_json_is_one_object_with_every_part_it_promises(capsys: pytest.CaptureFixture[str]) -> None:
    data = run(capsys, "--seed", "7", "--pattern", "historical")
    assert {key: data[key] for key in ("scenario", "pattern", "seed", "engine", "until")} == {
        "scenario": "saraf_umra",
        "pattern": "historical",
        "seed": 7,
        "engine": MODEL_VERSION,
        "until": 30.0,
    }
    assert len(data["digest"]) == 64
    assert data["measures"].keys() >= EVERYWHERE
    assert all(measure.keys() == KEYS for measure in data["measures"].values())


def test_nothing_but_the_object_is_written_to_stdout(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ["run", "saraf_umra", "--until", HOURS, "--format", "json", "--journal", str(tmp_path / "out.jsonl")]
    assert cli.main(words) == ExitCode.OK
    captured = capsys.readouterr()
    json.loads(captured.out)
    assert "out.jsonl" in captured.err


def test_the_seed_is_one_when_none_is_given_and_zero_is_a_seed(capsys: pytest.CaptureFixture[str]) -> None:
    default, one, zero = run(capsys), run(capsys, "--seed", "1"), run(capsys, "--seed", "0")
    assert default == one
    assert zero["seed"] == 0
    assert zero["digest"] != one["digest"]


def test_two_processes_with_other_hash_seeds_give_one_digest() -> None:
    digests = set()
    for hash_seed in ("0", "1", "4242"):
        done = subprocess.run(
            [
                sys.executable,
                "-P",
                "-m",
                "sim.cli",
                "run",
                "saraf_umra",
                "--seed",
                "7",
                "--until",
                HOURS,
                "--format",
                "json",
            ],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(json.loads(done.stdout)["digest"])
    assert len(digests) == 1


def test_text_shows_every_measure_and_says_that_one_run_is_one_story(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "saraf_umra", "--until", HOURS]) == ExitCode.OK
    out = capsys.readouterr().out
    assert all(name in out for name in EVERYWHERE)
    assert "in this model" in out


def test_a_run_to_the_end_tells_the_marks_of_the_epilogue_apart(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "saraf_umra", "--format", "json"]) == ExitCode.OK
    data = json.loads(capsys.readouterr().out)
    assert data["until"] == 720.0
    assert list(data["epilogue"]) == ["D+15", "D+20", "D+30"]


@pytest.mark.parametrize("hours", ["0", "-1", "721", "nan"])
def test_a_time_that_the_scenario_does_not_have_is_refused(hours: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "saraf_umra", "--until", hours]) == ExitCode.USAGE
    assert "720" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["--pattern", "historic"], ["--option", "attacker=nobody"], ["--option", "nothing=1"]], ids=" ".join
)
def test_an_unknown_pattern_or_option_is_refused_with_those_that_exist(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", "saraf_umra", *words]) == ExitCode.USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "saraf_umra" in captured.err
    assert "Known: " in captured.err


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (["saraf_umra", "--until", "1", "--explain", "civilians_kiled"], "Did you mean civilians_killed?"),
        (["saraf_umra", "--until", "1", "--save", "game"], "game.mlt"),
        (["game.mlt"], "mlt verify game.mlt"),
    ],
    ids=["measure", "ending", "saved game"],
)
def test_what_a_run_cannot_make_sense_of_is_refused_before_it_begins(
    words: list[str], mend: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", *words]) == ExitCode.USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert mend in captured.err


def test_the_journal_has_a_line_for_every_event_and_causes_come_first(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    run(capsys, "--journal", str(out))
    events = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [event["id"] for event in events] == list(range(len(events)))
    assert len(events) > 100
    assert all(cause < event["id"] for event in events for cause in event["causes"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_and_not_traced(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["run", "saraf_umra", "--until", HOURS, "--journal", "/dev/full"]
    assert cli.main(words) == ExitCode.STORAGE
    assert "No space left" in capsys.readouterr().err


def test_a_saved_run_verifies_and_is_never_overwritten(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "run.mlt"
    data = run(capsys, "--seed", "3", "--save", str(file))
    assert cli.main(["verify", str(file)]) == ExitCode.OK
    assert data["digest"] in capsys.readouterr().out
    before = file.read_bytes()
    assert cli.main(["run", "saraf_umra", "--until", HOURS, "--save", str(file)]) == ExitCode.STORAGE
    assert file.read_bytes() == before


def test_a_record_that_was_tampered_with_does_not_verify(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "run.mlt"
    run(capsys, "--save", str(file))
    connection = sqlite3.connect(file)
    connection.execute("UPDATE checkpoints SET digest = ?", ("0" * 64,))
    connection.commit()
    connection.close()
    assert cli.main(["verify", str(file)]) == ExitCode.DIFFERS
    assert "differs" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + b"\x00" * 200], ids=repr)
def test_a_foreign_or_truncated_file_is_refused(
    content: bytes, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "a.mlt"
    file.write_bytes(content)
    assert cli.main(["verify", str(file)]) == ExitCode.RECORD
    captured = capsys.readouterr()
    assert "a.mlt" in captured.err
    assert "Traceback" not in captured.err


def test_a_broken_scenario_is_refused_with_line_and_mend(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("format: 1\ntitel: x\n", "utf-8")
    for words in (["run", str(file)], ["validate", str(file)], ["play", str(file), "--plain"]):
        assert cli.main(words) == ExitCode.SCENARIO
        captured = capsys.readouterr()
        assert "broken.yaml:2:1" in captured.out + captured.err
        assert "title" in captured.out + captured.err


def test_a_scenario_newer_than_the_program_names_the_mend(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "newer.yaml"
    file.write_text("format: 99\ntitle: x\n", "utf-8")
    assert cli.main(["validate", str(file)]) == ExitCode.SCENARIO
    assert "Install a newer" in capsys.readouterr().out


def test_two_patterns_are_compared_in_sentences_and_as_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["differ", "saraf_umra", "--patterns", "base,no_caveat", "--seed", "3", "--measure", "caveats_met"]
    assert cli.main(words) == ExitCode.OK
    text = capsys.readouterr().out
    assert "Here they part" in text
    assert "no_caveat: nothing of the kind" in text
    assert cli.main([*words, "--format", "json"]) == ExitCode.OK
    data = json.loads(capsys.readouterr().out)
    assert data["patterns"] == ["base", "no_caveat"]
    assert [moved["measure"] for moved in data["moved"]] == ["caveats_met"]
    assert data["first"]["kind"] == "objection"


def test_a_line_that_is_meant_and_one_that_is_bluff_are_told_apart_on_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["differ", "bambari", "--patterns", "historical,bluff", "--seed", "7", "--measure", "credibility_min_end"]
    assert cli.main(words) == ExitCode.OK
    text = capsys.readouterr().out
    first, _, chain = text.partition("Here they part")[2].partition("credibility_min_end:")
    assert "historical: D+" in first
    assert "bluff: D+" in first
    assert "as bluff has it" in chain or "as historical has it" in chain
    assert "being believed" in chain


@pytest.mark.parametrize("patterns", ["base", "base,", "a,b,c"])
def test_anything_but_two_patterns_is_refused(capsys: pytest.CaptureFixture[str], patterns: str) -> None:
    assert cli.main(["differ", "saraf_umra", "--patterns", patterns]) != ExitCode.OK
    assert "two patterns" in capsys.readouterr().err


def test_came_tells_what_of_the_file_came_and_what_the_rest_waits_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "saraf_umra", "--until", HOURS, "--came"]) == ExitCode.OK
    _, _, came = capsys.readouterr().out.partition("What came\n")
    came, _, silent = came.partition("What did not come, and what it waits for\n")
    assert "  inject " in came
    assert "  standing order " in came
    assert all(line.partition(": ")[2] for line in silent.splitlines())
    assert "control fires it by hand" in silent
