"""``mlt play``: a game begins, is left, and goes on; what cannot be played is refused before anything is made."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from sim import cli
from sim.exit_codes import ExitCode

MLT: Final = (sys.executable, "-P", "-m", "sim.cli")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MLT_HOME", str(tmp_path))
    return tmp_path


def play(*words: str, typed: str = "quit\n") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MLT, "play", *words, "--plain"], input=typed, capture_output=True, text=True, check=False, timeout=120
    )


def games(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "data").glob("*"))


def test_a_game_without_a_name_is_saved_and_says_how_to_go_on(home: Path) -> None:
    done = play("saraf_umra", "--seed", "7")
    assert done.returncode == ExitCode.OK, done.stderr
    assert games(home) == ["saraf_umra-7.mlt"]
    assert "Seed 7." in done.stderr
    assert f"Saved: {home / 'data' / 'saraf_umra-7.mlt'}" in done.stderr
    assert f"mlt play {home / 'data' / 'saraf_umra-7.mlt'}" in done.stderr
    assert "EXERCISE EXERCISE EXERCISE" in done.stdout


def test_a_second_game_leaves_the_first_one_alone(home: Path) -> None:
    play("saraf_umra", "--seed", "7")
    first = (home / "data" / "saraf_umra-7.mlt").read_bytes()
    assert play("saraf_umra", "--seed", "7").returncode == ExitCode.OK
    assert games(home) == ["saraf_umra-7-2.mlt", "saraf_umra-7.mlt"]
    assert (home / "data" / "saraf_umra-7.mlt").read_bytes() == first


def test_each_new_game_has_luck_of_its_own_and_shows_it(home: Path) -> None:
    seeds = set()
    for _ in range(2):
        found = re.search(r"^Seed (\d+)\.$", play("saraf_umra").stderr, re.M)
        assert found
        seeds.add(found[1])
    assert len(seeds) == 2
    assert games(home) == sorted(f"saraf_umra-{seed}.mlt" for seed in seeds)


def test_the_command_that_is_printed_goes_on_with_the_game(home: Path) -> None:
    play("saraf_umra", "--seed", "7")
    again = play(str(home / "data" / "saraf_umra-7.mlt"))
    assert again.returncode == ExitCode.OK, again.stderr
    assert games(home) == ["saraf_umra-7.mlt"]


def test_a_saved_run_opens_like_any_game(home: Path) -> None:
    file = home / "run.mlt"
    assert cli.main(["run", "saraf_umra", "--until", "12", "--save", str(file)]) == ExitCode.OK
    done = play(str(file))
    assert done.returncode == ExitCode.OK, done.stderr


def test_a_scenario_file_of_ones_own_is_played_from_any_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.scenario import load

    own = home / "own"
    own.mkdir()
    (own / "mine.yaml").write_text(load("saraf_umra").source_text, "utf-8")
    monkeypatch.chdir(own)
    done = play("mine.yaml", "--seed", "1", "--save", "game.mlt")
    assert done.returncode == ExitCode.OK, done.stderr
    assert (own / "game.mlt").exists()


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (["saraf_umra", "--seat", "force-comander"], ExitCode.USAGE, "Did you mean force-commander?"),
        (["saraf_umra", "--pattern", "historic"], ExitCode.USAGE, "historical"),
        (["saraf_umra", "--option", "attackers=nobody"], ExitCode.USAGE, "militia"),
        (["no_such_place"], ExitCode.SCENARIO, "saraf_umra"),
        (["no_such_file.mlt"], ExitCode.RECORD, "no such file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_played_is_refused_before_anything_is_made(
    home: Path, words: list[str], code: ExitCode, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["play", *words, "--plain"]) == code
    assert named in capsys.readouterr().err
    assert games(home) == []


def test_a_game_keeps_its_own_seed_when_it_goes_on(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play("saraf_umra", "--seed", "7")
    assert cli.main(["play", str(home / "data" / "saraf_umra-7.mlt"), "--seed", "8", "--plain"]) == ExitCode.USAGE
    assert "--seed" in capsys.readouterr().err


def test_a_name_that_is_taken_is_never_overwritten(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken = home / "mine.mlt"
    taken.write_text("precious", "utf-8")
    assert cli.main(["play", "saraf_umra", "--save", str(taken), "--plain"]) == ExitCode.STORAGE
    assert "mine.mlt" in capsys.readouterr().err
    assert taken.read_text("utf-8") == "precious"


def test_a_terminal_that_is_too_small_names_its_size_and_the_mend(home: Path) -> None:
    import fcntl
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 60, 0, 0))
    done = subprocess.run(
        [*MLT, "play", "saraf_umra"], stdin=slave, stdout=slave, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(slave)
    os.close(master)
    assert done.returncode == ExitCode.TERMINAL
    assert "60 x 20" in done.stderr
    assert "80 x 24" in done.stderr
    assert games(home) == []


def test_losing_the_input_ends_a_plain_game_and_leaves_no_host_behind(home: Path) -> None:
    game = subprocess.Popen(
        [*MLT, "play", "saraf_umra", "--plain", "--seed", "7"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert game.stdout is not None
    assert select.select([game.stdout], [], [], 60)[0], "nothing was shown"
    hosts = _children(game.pid)
    assert hosts
    game.communicate("", timeout=60)
    deadline = time.monotonic() + 20
    while any(_alive(host) for host in hosts) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_alive(host) for host in hosts)


def test_a_game_that_is_killed_leaves_no_host_behind(home: Path) -> None:
    game = subprocess.Popen(
        [*MLT, "play", "saraf_umra", "--plain", "--seed", "7"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert game.stdout is not None
    assert select.select([game.stdout], [], [], 60)[0], "nothing was shown"
    hosts = _children(game.pid)
    assert hosts
    game.send_signal(signal.SIGKILL)
    game.wait()
    deadline = time.monotonic() + 20
    while any(_alive(host) for host in hosts) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_alive(host) for host in hosts)


def _children(pid: int) -> list[int]:
    return [
        int(word) for task in Path(f"/proc/{pid}/task").iterdir() for word in (task / "children").read_text().split()
    ]


def _alive(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text("utf-8")
    except FileNotFoundError:
        return False


def test_a_reader_that_goes_away_ends_a_plain_game_without_noise(home: Path) -> None:
    process = subprocess.Popen(
        [*MLT, "play", "saraf_umra", "--seed", "7", "--plain"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, told = process.communicate(b"look\n" * 3, 60)
    assert process.returncode == ExitCode.PIPE_CLOSED
    assert b"Traceback" not in told
    assert games(home) == ["saraf_umra-7.mlt"]
