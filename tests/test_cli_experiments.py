"""The commands about many runs: the answer on stdout, the story on stderr, and nothing lost when they are stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from sim import cli
from sim.exit_codes import ExitCode
from sim.scenario import load

MLT: Final = (sys.executable, "-P", "-m", "sim.cli")
SHORT: Final = "near_and_blind"
TWO: Final = ("--patterns", "blind,patrols_on_foot")
SERIAL: Final = ("--workers", "0")


def compare(*words: str, out: Path) -> int:
    return cli.main(["compare", SHORT, *TWO, *words, "--out", str(out), *SERIAL])


def digest(folder: Path) -> str:
    answer = json.loads((folder / "answer.json").read_text("utf-8"))
    return str(answer["about"]["digest"])


def test_the_answer_is_the_result_and_the_report_lies_in_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare("--runs", "4", out=tmp_path / "out") == ExitCode.OK
    captured = capsys.readouterr()
    assert captured.out.startswith("In this model")
    assert "report.html" in captured.err
    assert "report.html" not in captured.out
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000
    assert (tmp_path / "out" / "runs.parquet").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["compare", SHORT, "--patterns", "blind,blond", "--runs", "3"], ExitCode.USAGE, "Did you mean blind"),
        (["compare", SHORT, *TWO], ExitCode.USAGE, "when to stop"),
        (["compare", SHORT, *TWO, "--until-ci", "0.05", "--max-runs", "9"], ExitCode.USAGE, "0.05"),
        (["compare", SHORT, *TWO, "--runs", "3", "--workers", "2", "--cluster", "tcp://h:1"], ExitCode.USAGE, "other"),
        (["compare", "game.mlt", *TWO, "--runs", "3"], ExitCode.USAGE, "saved game"),
        (["compare", "nowhere", *TWO, "--runs", "3"], ExitCode.SCENARIO, "nowhere"),
        (["sweep", SHORT, *TWO, "--vary", "people.flight=1,2"], ExitCode.USAGE, "people.flight"),
        (["sweep", SHORT, *TWO, "--vary", "option.nothing=a,b"], ExitCode.USAGE, "nothing"),
        (["assumptions", SHORT, *TWO, "--primary", "better(nobody)"], ExitCode.USAGE, "nobody"),
        (["design-check", SHORT, "--players", "nobody"], ExitCode.USAGE, "nobody"),
    ],
)
def test_what_makes_no_sense_is_told_with_its_mend_and_leaves_no_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: ExitCode, said: str
) -> None:
    assert cli.main([*words, "--out", str(tmp_path / "out")]) == code
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""
    assert "Traceback" not in captured.err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letters.txt").write_text("mine", encoding="utf-8")
    assert compare("--runs", "2", out=tmp_path) == ExitCode.EXPERIMENT
    assert str(tmp_path) in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["letters.txt"]


def test_a_cluster_that_is_away_is_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["compare", SHORT, *TWO, "--runs", "2", "--cluster", "tcp://127.0.0.1:9", "--out", str(tmp_path / "out")]
    assert cli.main(words) == ExitCode.EXPERIMENT
    assert "127.0.0.1:9" in capsys.readouterr().err


def test_after_ctrl_c_the_same_command_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "stopped"
    words = [*MLT, "compare", SHORT, *TWO, "--runs", "60", "--series", "none", "--workers", "2", "--out", str(out)]
    # A background process of a shell ignores Ctrl-C, and so would its children here.
    process = subprocess.Popen(
        words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    limit = time.monotonic() + 60
    while not list(out.glob("parts/*.parquet")) and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    if process.returncode != ExitCode.OK:
        assert process.returncode == ExitCode.INTERRUPTED, told
        assert f"kept in {out}" in told
        assert "Traceback" not in told
    assert compare("--runs", "60", "--series", "none", out=out) == ExitCode.OK
    assert compare("--runs", "60", "--series", "none", out=tmp_path / "undisturbed") == ExitCode.OK
    capsys.readouterr()
    assert digest(out) == digest(tmp_path / "undisturbed")


def test_without_the_extra_the_mend_is_named(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "sys.modules['pyarrow'] = None\n"
        "from sim.cli import main\n"
        f"sys.exit(main(['compare', {SHORT!r}, *{TWO!r}, '--runs', '2', '--out', {str(tmp_path / 'out')!r}]))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.EXPERIMENT, done.stderr
    assert 'pip install ".[experiments]"' in done.stderr


def test_assumptions_are_tried_and_say_how_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["assumptions", SHORT, *TWO, "--draws", "4", "--pairs", "2", "--out", str(tmp_path / "out"), *SERIAL]
    assert cli.main(words) == ExitCode.OK
    assert "4" in capsys.readouterr().out
    assert (tmp_path / "out" / "report.html").exists()


def test_caveats_options_and_constants_are_swept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = load("saraf_umra")
    contributor, caveat = next((id_, one.caveats[0].id) for id_, one in scenario.contributors.items() if one.caveats)
    option, choice = next((id_, tuple(one.choices)[:2]) for id_, one in scenario.options.items())
    vary = [f"caveat.{contributor}/{caveat}=on,off", f"option.{option}={','.join(choice)}"]
    words = ["sweep", "saraf_umra", "--patterns", "base", "--runs", "1", "--out", str(tmp_path / "out"), *SERIAL]
    assert cli.main([*words, *(word for text in vary for word in ("--vary", text))]) == ExitCode.OK
    assert vary[0].partition("=")[0] in capsys.readouterr().out


def test_an_exercise_is_checked_before_people_sit_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["design-check", SHORT, "--runs", "2", "--leverage-runs", "0", "--players", "none,doctrinal", *SERIAL]
    assert cli.main([*words, "--out", str(tmp_path / "out")]) == ExitCode.OK
    assert "Design check of" in capsys.readouterr().out
    assert (tmp_path / "out" / "report.html").exists()


def test_generated_patterns_are_written_into_a_file_that_compares(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.yaml"
    assert cli.main(["patterns", "upper_nile_tob", "--generate", "point,tob", "--into", str(file)]) == ExitCode.OK
    assert f"mlt compare {file}" in capsys.readouterr().err
    added = set(load(file).patterns) - set(load("upper_nile_tob").patterns)
    assert len(added) == 2
    assert cli.main(["patterns", "upper_nile_tob", "--generate", "point", "--into", str(file)]) != ExitCode.OK
    assert str(file) in capsys.readouterr().err


def test_patterns_are_listed_with_what_they_change(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["patterns", "upper_nile_tob"]) == ExitCode.OK
    assert "platoon-11" in capsys.readouterr().out
