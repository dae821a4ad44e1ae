"""The command ``mlt``: results on stdout, the story on stderr, one documented exit code, never a traceback."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from sim import cli, exit_codes
from sim.cli.app import BadCommand
from sim.errors import MissionError
from sim.exit_codes import ExitCode, exit_code

MLT: Final = (sys.executable, "-P", "-m", "sim.cli")
VERBS: Final = ("scenarios", "play", "run", "validate", "schema", "verify", "config")


def mlt(*words: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MLT, *words],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
        timeout=120,
    )


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == ExitCode.OK
    out = capsys.readouterr().out
    assert all(f"\n  {verb} " in out for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([verb, "--help"]) == ExitCode.OK
    assert f"Usage: mlt {verb}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [["unheard-of"], ["run"], ["run", "saraf_umra", "--seed", "many"], ["run", "saraf_umra", "--format", "xml"]],
    ids=" ".join,
)
def test_a_command_line_without_sense_is_a_usage_error(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words) == ExitCode.USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Usage: mlt" in captured.err


def test_an_option_without_a_value_is_refused_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "saraf_umra", "--option", "attackers"]) == ExitCode.USAGE
    assert "NAME=VALUE" in capsys.readouterr().err


def test_config_names_the_folders_in_use_and_every_exit_code(
    capsys: pytest.CaptureFixture[str], own_home: Path
) -> None:
    assert cli.main(["config"]) == ExitCode.OK
    out = capsys.readouterr().out
    assert str(own_home / "data") in out
    assert str(own_home / "log") in out
    assert all(code.meaning in out for code in ExitCode)


def test_exit_codes_are_distinct_and_each_has_a_meaning() -> None:
    assert len({code.value for code in ExitCode}) == len(ExitCode.__members__)
    assert all(code.meaning.endswith(".") for code in ExitCode)


@pytest.mark.parametrize("name", exit_codes._BY_CLASS)
def test_every_class_named_for_an_exit_code_exists(name: str) -> None:
    module, _, kind = name.rpartition(".")
    assert issubclass(getattr(importlib.import_module(module), kind), MissionError)


def test_the_code_of_an_error_follows_from_its_class_and_then_from_its_room() -> None:
    from sim.exercise.record import NoSuchRecord, RecordFull

    assert exit_code(RecordFull(Path("a.mlt"))) == ExitCode.STORAGE
    assert exit_code(NoSuchRecord(Path("a.mlt"))) == ExitCode.RECORD
    assert exit_code(BadCommand("no")) == ExitCode.USAGE


def test_an_unknown_scenario_is_refused_with_those_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "saraf_umbra"]) == ExitCode.SCENARIO
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "saraf_umra" in captured.err
    assert "Traceback" not in captured.err


def test_the_screens_refuse_to_start_without_a_terminal_and_name_plain() -> None:
    done = mlt("play", "saraf_umra")
    assert done.returncode == ExitCode.TERMINAL
    assert "--plain" in done.stderr


def test_a_reader_that_goes_away_ends_the_command_without_noise() -> None:
    """``mlt schema | head -1`` must not print a traceback."""
    process = subprocess.Popen([*MLT, "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(60) == ExitCode.PIPE_CLOSED
    assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_result_that_cannot_be_written_is_told_once() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*MLT, "config"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == ExitCode.STORAGE
    assert done.stderr.splitlines() == ["A file could not be read or written: No space left on device."]


def test_ctrl_c_ends_a_command_with_its_own_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sim import headless

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(headless, "run", interrupted)
    assert cli.main(["run", "saraf_umra"]) == ExitCode.INTERRUPTED
    assert "Traceback" not in capsys.readouterr().err


def test_escape_codes_in_what_was_typed_are_shown_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["validate", "\x1b[31mred"]) == ExitCode.SCENARIO
    captured = capsys.readouterr()
    assert "\x1b" not in captured.out + captured.err
